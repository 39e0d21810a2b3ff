-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: clickhouse, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- numbered: The spine, numbered so that its rows and their order come back. A row a training example.
CREATE TEMPORARY TABLE "__fcompile_stage_001" ENGINE = Memory AS
SELECT
  ROW_NUMBER() OVER () AS "__row",
  "s"."user_id",
  "s"."event_timestamp"
FROM "spine" AS "s"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
WITH "numbered" AS (
  SELECT * FROM "__fcompile_stage_001"
), "source_clicks" AS (
  -- Source clicks: a row an event at at, known as it happens.
  SELECT
    "user_id",
    "ms",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event"
  FROM "raw"."clicks"
  WHERE
    "at" IS NOT NULL
), "rows_clicks" AS (
  -- Rows for the windows of clicks: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    TRUE AS "row",
    CAST("ms" AS Nullable(Int64)) AS "ms",
    CASE WHEN "ms" > 1000 THEN TRUE END AS "row_2"
  FROM "source_clicks"
  WHERE
    "user_id" IS NOT NULL
), "pieces_by_the_hour" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row" AS "__row",
    1 AS "__from",
    1 AS "__to",
    "r"."__event" AS "__event",
    "r"."row" AS "row",
    "r"."ms" AS "ms",
    "r"."row_2" AS "row_2"
  FROM "numbered" AS "n"
  JOIN "rows_clicks" AS "r"
    ON "n"."user_id" = "r"."user_id"
    AND "r"."__event" < fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("n"."event_timestamp" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("n"."event_timestamp" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
      'UTC'
    )
    AND "r"."__event" >= fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("n"."event_timestamp" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("n"."event_timestamp" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
      'UTC'
    ) - INTERVAL '86400' SECOND
), "parts_by_the_hour" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    CAST(COUNT("row") AS Nullable(Int64)) AS "row__count"
  FROM "pieces_by_the_hour"
  GROUP BY
    "__row",
    "__from",
    "__to"
), "states_by_the_hour" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "n"."__row" AS "__row",
    CAST(SUM("row__count") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS Nullable(Int64)) AS "row__count_1",
    CAST(COUNT("__from") > 0 AS Nullable(Bool)) AS "__matched"
  FROM "numbered" AS "n"
  LEFT JOIN "parts_by_the_hour" AS "p"
    ON "p"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "windows_by_the_hour" AS (
  -- by_the_hour: one value a spine row and window [t - w, t).
  SELECT
    "__row",
    CAST(COALESCE("row__count_1", 0) AS Nullable(Int64)) AS "clicks_1d",
    "__matched"
  FROM "states_by_the_hour"
), "pieces_slow_slow_ones" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row" AS "__row",
    1 AS "__from",
    1 AS "__to",
    "r"."__event" AS "__event",
    "r"."row" AS "row",
    "r"."ms" AS "ms",
    "r"."row_2" AS "row_2"
  FROM "numbered" AS "n"
  JOIN "rows_clicks" AS "r"
    ON "n"."user_id" = "r"."user_id"
    AND "r"."__event" <= "n"."event_timestamp"
    AND "r"."__event" > "n"."event_timestamp" - INTERVAL '86400' SECOND
), "parts_slow_slow_ones" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    MAX("ms") AS "ms__max",
    CAST(COUNT("row_2") AS Nullable(Int64)) AS "row_2__count"
  FROM "pieces_slow_slow_ones"
  GROUP BY
    "__row",
    "__from",
    "__to"
), "states_slow_slow_ones" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "n"."__row" AS "__row",
    MAX("ms__max") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS "ms__max_1",
    CAST(SUM("row_2__count") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS Nullable(Int64)) AS "row_2__count_1",
    CAST(COUNT("__from") > 0 AS Nullable(Bool)) AS "__matched"
  FROM "numbered" AS "n"
  LEFT JOIN "parts_slow_slow_ones" AS "p"
    ON "p"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "windows_slow_slow_ones" AS (
  -- slow, slow_ones: one value a spine row and window (t - w, t].
  SELECT
    "__row",
    CAST("ms__max_1" AS Nullable(Int64)) AS "slowest_1d",
    CAST(COALESCE("row_2__count_1", 0) AS Nullable(Int64)) AS "slow_clicks_1d",
    "__matched"
  FROM "states_slow_slow_ones"
)
SELECT
  "m"."user_id" AS "user_id",
  "m"."event_timestamp" AS "event_timestamp",
  "w1"."clicks_1d" AS "clicks_1d",
  "w2"."slowest_1d" AS "slowest_1d",
  "w2"."slow_clicks_1d" AS "slow_clicks_1d"
FROM "numbered" AS "m"
LEFT JOIN "windows_by_the_hour" AS "w1"
  ON "w1"."__row" = "m"."__row"
LEFT JOIN "windows_slow_slow_ones" AS "w2"
  ON "w2"."__row" = "m"."__row"
ORDER BY
  "m"."__row"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
DROP TABLE IF EXISTS "__fcompile_stage_001";
