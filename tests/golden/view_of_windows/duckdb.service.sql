-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
WITH "numbered" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."user_id",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_purchases" AS NOT MATERIALIZED (
  -- Source purchases: a row an event at bought_at, known at loaded_at.
  SELECT
    "user_id",
    "amount",
    CAST("bought_at" AS TIMESTAMP) AS "__event",
    GREATEST(CAST("bought_at" AS TIMESTAMP), CAST("loaded_at" AS TIMESTAMP)) AS "__visible"
  FROM "raw"."purchases"
  WHERE
    "bought_at" IS NOT NULL AND "loaded_at" IS NOT NULL
), "rows_spend" AS NOT MATERIALIZED (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "__event",
    "__visible",
    CAST("amount" AS DOUBLE) AS "amount"
  FROM "source_purchases"
  WHERE
    "user_id" IS NOT NULL
), "askers_spend" AS MATERIALIZED (
  -- The same rows as those that ask for the windows of spend, each as of its own time.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "user_id",
    "__event",
    "__visible",
    "__visible" AS "__known_by"
  FROM "rows_spend"
), "pieces_spend" AS NOT MATERIALIZED (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row",
    CASE WHEN "r"."__event" > "n"."__event" - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
    2 AS "__to",
    "r"."__event",
    "r"."amount"
  FROM "askers_spend" AS "n"
  JOIN "rows_spend" AS "r"
    ON "n"."user_id" = "r"."user_id"
    AND "r"."__event" <= "n"."__event"
    AND "r"."__visible" <= "n"."__known_by"
    AND "r"."__event" > "n"."__event" - INTERVAL '7' DAY
), "parts_spend" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    SUM("amount") AS "amount__sum"
  FROM "pieces_spend"
  GROUP BY
    "__row",
    "__from",
    "__to"
), "states_spend" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "n"."__row",
    SUM("amount__sum") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS "amount__sum_1",
    SUM("amount__sum") FILTER(WHERE
      "__from" <= 2 AND "__to" >= 2) AS "amount__sum_2",
    COUNT("__from") > 0 AS "__matched"
  FROM "askers_spend" AS "n"
  LEFT JOIN "parts_spend" AS "p"
    ON "p"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "windows_spend" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "__row",
    CAST("amount__sum_1" AS DOUBLE) AS "spend_1h",
    CAST("amount__sum_2" AS DOUBLE) AS "spend_7d",
    "__matched"
  FROM "states_spend"
), "view_spend" AS MATERIALIZED (
  -- Rows of feature view spend: its values at the time of each row of its source, by user_id.
  SELECT
    "n"."user_id",
    "w1"."spend_1h",
    "w1"."spend_7d",
    "n"."__event" AS "bought_at",
    "n"."__event",
    "n"."__visible"
  FROM "askers_spend" AS "n"
  LEFT JOIN "windows_spend" AS "w1"
    ON "w1"."__row" = "n"."__row"
), "events_burst" AS NOT MATERIALIZED (
  -- Feature view burst: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "__event",
    "__visible",
    CAST("spend_1h" AS DOUBLE) AS "spend_1h",
    CAST("spend_1h" / NULLIF(NULLIF("spend_7d", 0.0), 0) AS DOUBLE) AS "share",
    CAST("bought_at" AS TIMESTAMP) AS "seen_at"
  FROM "view_spend"
  WHERE
    (
      "spend_1h" > 100.0
    ) AND "user_id" IS NOT NULL
), "leading_burst" AS (
  -- Events that are the latest of their key when they become known. One that is known only after a
  -- later event never counts.
  SELECT
    "user_id",
    "__event",
    "__visible",
    "spend_1h",
    "share",
    "seen_at"
  FROM "events_burst"
  QUALIFY
    "__event" = MAX("__event") OVER (PARTITION BY "user_id" ORDER BY "__visible" ASC)
), "matched" AS MATERIALIZED (
  -- Each spine row with the latest event visible at its time, for each join; burst: at or before
  -- the row's time.
  SELECT
    "s"."__row",
    "s"."user_id",
    "s"."event_timestamp",
    "e1"."__event" AS "burst__event",
    "e1"."__visible" AS "burst__visible",
    "e1"."spend_1h" AS "burst__spend_1h",
    "e1"."share" AS "burst__share",
    "e1"."seen_at" AS "burst__seen_at"
  FROM "numbered" AS "s"
  ASOF LEFT JOIN "leading_burst" AS "e1"
    ON "s"."user_id" = "e1"."user_id" AND "s"."event_timestamp" >= "e1"."__visible"
), "tied_burst" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."user_id",
    "e"."__event"
  FROM "events_burst" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."user_id" = "m"."user_id" AND "e"."__event" = "m"."burst__event"
  GROUP BY
    "e"."user_id",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_burst" AS (
  -- Ties of burst, settled: the greatest by (spend_1h, share, seen_at), NULLs first. A row a tied
  -- instant.
  WITH "ranked" AS (
    SELECT
      "e"."user_id",
      "e"."__event",
      "e"."__visible",
      "e"."spend_1h",
      "e"."share",
      "e"."seen_at",
      ROW_NUMBER() OVER (
        PARTITION BY "e"."user_id", "e"."__event"
        ORDER BY "e"."spend_1h" ASC NULLS FIRST, "e"."share" ASC NULLS FIRST, "e"."seen_at" ASC NULLS FIRST
      ) AS "__rank"
    FROM "events_burst" AS "e"
    SEMI JOIN "tied_burst" AS "d"
      ON "e"."user_id" = "d"."user_id" AND "e"."__event" = "d"."__event"
  )
  SELECT
    "s"."user_id",
    "s"."__event",
    "s"."__visible",
    "r"."spend_1h",
    "r"."share",
    "r"."seen_at"
  FROM (
    SELECT DISTINCT
      "user_id",
      "__event",
      "__visible",
      MAX("__rank") OVER (PARTITION BY "user_id", "__event" ORDER BY "__visible" ASC) AS "__rank"
    FROM "ranked"
  ) AS "s"
  JOIN "ranked" AS "r"
    ON "s"."user_id" = "r"."user_id" AND "s"."__event" = "r"."__event" AND "s"."__rank" = "r"."__rank"
)
SELECT
  "m"."user_id",
  "m"."event_timestamp",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."burst__spend_1h" ELSE "w1"."spend_1h" END AS "spend_1h",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."burst__share" ELSE "w1"."share" END AS "share",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."burst__seen_at" ELSE "w1"."seen_at" END AS "seen_at"
FROM "matched" AS "m"
LEFT JOIN "settled_burst" AS "w1"
  ON "w1"."user_id" = "m"."user_id"
  AND "w1"."__event" = "m"."burst__event"
  AND "w1"."__visible" = "m"."burst__visible"
ORDER BY
  "m"."__row";
