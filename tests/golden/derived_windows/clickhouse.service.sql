-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: clickhouse, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- The spine has the request data too: amount (float64).
-- numbered: The spine, numbered so that its rows and their order come back. A row a training example.
CREATE TEMPORARY TABLE "__fcompile_stage_001" ENGINE = Memory AS
SELECT
  ROW_NUMBER() OVER () AS "__row",
  "s"."user_id",
  "s"."amount",
  "s"."event_timestamp"
FROM "spine" AS "s"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
WITH "numbered" AS (
  SELECT * FROM "__fcompile_stage_001"
), "source_purchases" AS (
  -- Source purchases: a row an event at at, known as it happens.
  SELECT
    "user_id",
    "amount",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event"
  FROM "raw"."purchases"
  WHERE
    "at" IS NOT NULL
), "rows_spend" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    CAST("amount" AS Nullable(Float64)) + 0 AS "amount",
    TRUE AS "row"
  FROM "source_purchases"
  WHERE
    "user_id" IS NOT NULL
), "pieces_spend" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row" AS "__row",
    CASE WHEN "r"."__event" > "n"."event_timestamp" - INTERVAL '3600' SECOND THEN 1 ELSE 2 END AS "__from",
    2 AS "__to",
    "r"."__event" AS "__event",
    "r"."amount" AS "amount",
    "r"."row" AS "row"
  FROM "numbered" AS "n"
  JOIN "rows_spend" AS "r"
    ON "n"."user_id" = "r"."user_id"
    AND "r"."__event" <= "n"."event_timestamp"
    AND "r"."__event" > "n"."event_timestamp" - INTERVAL '604800' SECOND
), "parts_spend" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    SUM("amount") AS "amount__sum",
    CAST(COUNT("row") AS Nullable(Int64)) AS "row__count"
  FROM "pieces_spend"
  GROUP BY
    "__row",
    "__from",
    "__to"
), "states_spend" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "n"."__row" AS "__row",
    SUM("amount__sum") FILTER(WHERE
      "__from" <= 2 AND "__to" >= 2) AS "amount__sum_2",
    CAST(SUM("row__count") FILTER(WHERE
      "__from" <= 2 AND "__to" >= 2) AS Nullable(Int64)) AS "row__count_2",
    SUM("amount__sum") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS "amount__sum_1",
    CAST(COUNT("__from") > 0 AS Nullable(Bool)) AS "__matched"
  FROM "numbered" AS "n"
  LEFT JOIN "parts_spend" AS "p"
    ON "p"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "windows_spend" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "__row",
    CAST("amount__sum_2" AS Nullable(Float64)) AS "spend_7d",
    CAST(COALESCE("row__count_2", 0) AS Nullable(Int64)) AS "__spend__buys_7d",
    CAST("amount__sum_1" AS Nullable(Float64)) AS "__spend__spend_1h",
    "__matched"
  FROM "states_spend"
), "joined" AS (
  -- Each spine row with the values that are shown or read below.
  SELECT
    "m"."__row" AS "__row",
    "m"."user_id" AS "user_id",
    "m"."amount" AS "amount",
    "m"."event_timestamp" AS "event_timestamp",
    "w1"."spend_7d" AS "spend_7d",
    "w1"."__spend__buys_7d" AS "__spend__buys_7d",
    "w1"."__spend__spend_1h" AS "__spend__spend_1h"
  FROM "numbered" AS "m"
  LEFT JOIN "windows_spend" AS "w1"
    ON "w1"."__row" = "m"."__row"
), "computed" AS (
  -- The same, with what is computed from it: percent, spend__share.
  SELECT
    "j"."__row",
    "j"."user_id",
    "j"."amount",
    "j"."event_timestamp",
    "j"."spend_7d",
    "j"."__spend__buys_7d",
    CAST((
      "j"."__spend__spend_1h" / nullIf(CASE WHEN "j"."spend_7d" = 0.0 THEN NULL ELSE "j"."spend_7d" END, 0)
    ) * 100.0 AS Nullable(Float64)) AS "percent",
    CAST("j"."__spend__spend_1h" / nullIf(CASE WHEN "j"."spend_7d" = 0.0 THEN NULL ELSE "j"."spend_7d" END, 0) AS Nullable(Float64)) AS "__spend__share"
  FROM "joined" AS "j"
)
SELECT
  "j"."user_id",
  "j"."amount",
  "j"."event_timestamp",
  "j"."percent",
  "j"."spend_7d",
  CAST((
    "j"."amount" > 100.0 OR "j"."amount" <> "j"."amount"
  )
  AND (
    "j"."__spend__share" > 0.5 OR "j"."__spend__share" <> "j"."__spend__share"
  )
  AND "j"."__spend__buys_7d" < 3 AS Nullable(Bool)) AS "unusual"
FROM "computed" AS "j"
ORDER BY
  "j"."__row"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
DROP TABLE IF EXISTS "__fcompile_stage_001";
