-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: postgres, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- The spine has the request data too: amount (float64).
WITH "numbered" AS MATERIALIZED (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."user_id",
    "s"."amount",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_purchases" AS NOT MATERIALIZED (
  -- Source purchases: a row an event at at, known as it happens.
  SELECT
    "user_id",
    "amount",
    CAST("at" AS TIMESTAMP) AS "__event"
  FROM "raw"."purchases"
  WHERE
    "at" IS NOT NULL
), "rows_spend" AS NOT MATERIALIZED (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "__event",
    CAST("amount" AS DOUBLE PRECISION) + 0 AS "amount",
    TRUE AS "row"
  FROM "source_purchases"
  WHERE
    "user_id" IS NOT NULL
), "pieces_spend" AS NOT MATERIALIZED (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row",
    CASE WHEN "r"."__event" > "n"."event_timestamp" - INTERVAL '1 HOUR' THEN 1 ELSE 2 END AS "__from",
    2 AS "__to",
    "r"."__event",
    "r"."amount",
    "r"."row"
  FROM "numbered" AS "n"
  JOIN "rows_spend" AS "r"
    ON "n"."user_id" = "r"."user_id"
    AND "r"."__event" <= "n"."event_timestamp"
    AND "r"."__event" > "n"."event_timestamp" - INTERVAL '7 DAY'
), "parts_spend" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    SUM("amount") AS "amount__sum",
    CAST(COUNT("row") AS BIGINT) AS "row__count"
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
      "__from" <= 2 AND "__to" >= 2) AS "amount__sum_2",
    CAST(SUM("row__count") FILTER(WHERE
      "__from" <= 2 AND "__to" >= 2) AS BIGINT) AS "row__count_2",
    SUM("amount__sum") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS "amount__sum_1",
    COUNT("__from") > 0 AS "__matched"
  FROM "numbered" AS "n"
  LEFT JOIN "parts_spend" AS "p"
    ON "p"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "windows_spend" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "__row",
    CAST("amount__sum_2" AS DOUBLE PRECISION) AS "spend_7d",
    CAST(COALESCE("row__count_2", 0) AS BIGINT) AS "__spend__buys_7d",
    CAST("amount__sum_1" AS DOUBLE PRECISION) AS "__spend__spend_1h",
    "__matched"
  FROM "states_spend"
), "joined" AS NOT MATERIALIZED (
  -- Each spine row with the values that are shown or read below.
  SELECT
    "m"."__row",
    "m"."user_id",
    "m"."amount",
    "m"."event_timestamp",
    "w1"."spend_7d",
    "w1"."__spend__buys_7d",
    "w1"."__spend__spend_1h"
  FROM "numbered" AS "m"
  LEFT JOIN "windows_spend" AS "w1"
    ON "w1"."__row" = "m"."__row"
), "computed" AS NOT MATERIALIZED (
  -- The same, with what is computed from it: percent, spend__share.
  SELECT
    "j"."__row",
    "j"."user_id",
    "j"."amount",
    "j"."event_timestamp",
    "j"."spend_7d",
    "j"."__spend__buys_7d",
    CAST((
      SELECT
        CASE
          WHEN ABS(v.x) > 1.7976931348623156e+306
          THEN SIGN(v.x) * SIGN(100.0) * CAST('Infinity' AS DOUBLE PRECISION)
          ELSE v.x * 100.0
        END
      FROM (
        SELECT
          CASE
            WHEN ABS(NULLIF("j"."spend_7d", 0.0)) < 1
            AND ABS("j"."__spend__spend_1h") > 1.7976931348623157e308 * ABS(NULLIF("j"."spend_7d", 0.0))
            THEN SIGN("j"."__spend__spend_1h") * SIGN(NULLIF("j"."spend_7d", 0.0)) * CAST('Infinity' AS DOUBLE PRECISION)
            WHEN ABS(NULLIF("j"."spend_7d", 0.0)) BETWEEN 2 AND 1.7976931348623157e308
            AND ABS("j"."__spend__spend_1h") <= 5e-324 * (
              ABS(NULLIF("j"."spend_7d", 0.0)) / 2
            )
            THEN 0
            ELSE "j"."__spend__spend_1h" / NULLIF("j"."spend_7d", 0.0)
          END AS x
        OFFSET 0
      ) AS v
    ) AS DOUBLE PRECISION) AS "percent",
    CAST(CASE
      WHEN ABS(NULLIF("j"."spend_7d", 0.0)) < 1
      AND ABS("j"."__spend__spend_1h") > 1.7976931348623157e308 * ABS(NULLIF("j"."spend_7d", 0.0))
      THEN SIGN("j"."__spend__spend_1h") * SIGN(NULLIF("j"."spend_7d", 0.0)) * CAST('Infinity' AS DOUBLE PRECISION)
      WHEN ABS(NULLIF("j"."spend_7d", 0.0)) BETWEEN 2 AND 1.7976931348623157e308
      AND ABS("j"."__spend__spend_1h") <= 5e-324 * (
        ABS(NULLIF("j"."spend_7d", 0.0)) / 2
      )
      THEN 0
      ELSE "j"."__spend__spend_1h" / NULLIF("j"."spend_7d", 0.0)
    END AS DOUBLE PRECISION) AS "__spend__share"
  FROM "joined" AS "j"
)
SELECT
  "j"."user_id",
  "j"."amount",
  "j"."event_timestamp",
  "j"."percent",
  "j"."spend_7d",
  "j"."amount" > 100.0 AND "j"."__spend__share" > 0.5 AND "j"."__spend__buys_7d" < 3 AS "unusual"
FROM "computed" AS "j"
ORDER BY
  "j"."__row";
