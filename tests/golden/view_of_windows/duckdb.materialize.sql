-- Materialization of feature view burst: the latest row of each entity as of $as_of, in one transaction.
-- Definition: feature.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: $as_of, $since (look at what became known after it; NULL = at everything), $sequence (the number of the load), $newest (not a backfill).
CREATE SCHEMA IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."golden__burst" (
  "user_id" BIGINT,
  "spend_1h" DOUBLE,
  "share" DOUBLE,
  "seen_at" TIMESTAMP,
  "__event" TIMESTAMP,
  "__created" TIMESTAMP,
  "__sequence" BIGINT
);
CREATE OR REPLACE TABLE "features"."golden__burst" AS
WITH "source_purchases" AS NOT MATERIALIZED (
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
), "newest" AS (
  -- The latest event time known as of $as_of. A row an entity with news since $since (NULL = all).
  SELECT
    "user_id",
    MAX("__event") AS "__event"
  FROM "events_burst"
  WHERE
    "__visible" <= CAST($as_of AS TIMESTAMP)
  GROUP BY
    "user_id"
  HAVING
    COALESCE(MAX("__visible") > CAST($since AS TIMESTAMP), TRUE) AND MAX("__event") IS NOT NULL
), "latest" AS MATERIALIZED (
  -- The row at that time; ties go to the greatest by (spend_1h, share, seen_at), NULLs first. A row
  -- an entity.
  SELECT
    "e"."user_id",
    "e"."spend_1h",
    "e"."share",
    "e"."seen_at",
    "e"."__event",
    CAST(NULL AS TIMESTAMP) AS "__created"
  FROM "events_burst" AS "e"
  JOIN "newest" AS "n"
    ON "e"."user_id" = "n"."user_id" AND "e"."__event" = "n"."__event"
  WHERE
    "e"."__visible" <= CAST($as_of AS TIMESTAMP)
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "e"."user_id", "e"."__event"
      ORDER BY "e"."spend_1h" DESC, "e"."share" DESC, "e"."seen_at" DESC
    ) = 1
)
SELECT
  "l"."user_id",
  "l"."spend_1h",
  "l"."share",
  "l"."seen_at",
  "l"."__event",
  "l"."__created",
  CASE
    WHEN ROW("l"."user_id", "l"."spend_1h", "l"."share", "l"."seen_at", "l"."__event", "l"."__created") IS NOT DISTINCT FROM ROW("t"."user_id", "t"."spend_1h", "t"."share", "t"."seen_at", "t"."__event", "t"."__created")
    THEN "t"."__sequence"
    ELSE CAST($sequence AS BIGINT)
  END AS "__sequence"
FROM "latest" AS "l"
LEFT JOIN "features"."golden__burst" AS "t"
  ON "l"."user_id" = "t"."user_id"
WHERE
  "t"."__event" IS NULL
  OR NOT (
    "t"."__event" > "l"."__event"
    OR "t"."__event" = "l"."__event"
    AND (
      COALESCE("t"."__created" > "l"."__created", FALSE)
      OR "l"."__created" IS NULL
      AND "t"."__created" IS NOT NULL
      OR (
        "t"."__created" IS NOT DISTINCT FROM "l"."__created" AND NOT CAST($newest AS BOOLEAN)
      )
    )
  )
UNION ALL
SELECT
  "t"."user_id",
  "t"."spend_1h",
  "t"."share",
  "t"."seen_at",
  "t"."__event",
  "t"."__created",
  "t"."__sequence"
FROM "features"."golden__burst" AS "t"
LEFT JOIN "latest" AS "l"
  ON "t"."user_id" = "l"."user_id"
WHERE
  "l"."__event" IS NULL
  OR (
    "t"."__event" > "l"."__event"
    OR "t"."__event" = "l"."__event"
    AND (
      COALESCE("t"."__created" > "l"."__created", FALSE)
      OR "l"."__created" IS NULL
      AND "t"."__created" IS NOT NULL
      OR (
        "t"."__created" IS NOT DISTINCT FROM "l"."__created" AND NOT CAST($newest AS BOOLEAN)
      )
    )
  );
