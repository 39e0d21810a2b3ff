-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: clickhouse, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- matched: Each spine row with the latest event visible at its time, for each join; a, b: at or before the row's time; c: at or before the row's time.
CREATE TEMPORARY TABLE "__fcompile_stage_001" ENGINE = Memory AS
WITH "numbered" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."user_id",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_events" AS (
  -- Source events: a row an event at at, known as it happens.
  SELECT
    "user_id",
    "x",
    "y",
    "z",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event"
  FROM "raw"."events"
  WHERE
    "at" IS NOT NULL
), "events_events" AS (
  -- Feature views a, b: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    CAST("x" AS Nullable(Float64)) AS "a__x",
    CAST("y" AS Nullable(Int64)) AS "b__y",
    CAST("x" AS Nullable(Float64)) AS "b__x"
  FROM "source_events"
  WHERE
    "user_id" IS NOT NULL
), "events_c" AS (
  -- Feature view c: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    CAST("z" AS Nullable(String)) AS "z"
  FROM "source_events"
  WHERE
    (
      "x" > 0 OR "x" <> "x"
    ) AND "user_id" IS NOT NULL
)
SELECT
  "s"."__row" AS "__row",
  "s"."user_id" AS "user_id",
  "s"."event_timestamp" AS "event_timestamp",
  "e1"."__event" AS "a__event",
  "e1"."a__x" AS "a__x",
  "e1"."b__y" AS "b__y",
  "e1"."b__x" AS "b__x",
  "e2"."__event" AS "c__event",
  "e2"."z" AS "c__z"
FROM "numbered" AS "s"
ASOF LEFT JOIN "events_events" AS "e1"
  ON "s"."user_id" = "e1"."user_id" AND "s"."event_timestamp" >= "e1"."__event"
ASOF LEFT JOIN "events_c" AS "e2"
  ON "s"."user_id" = "e2"."user_id" AND "s"."event_timestamp" >= "e2"."__event"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- tied_a: Ties: picked instants at which a key has several events. A row a key and event time.
CREATE TEMPORARY TABLE "__fcompile_stage_002" ENGINE = Memory AS
WITH "source_events" AS (
  -- Source events: a row an event at at, known as it happens.
  SELECT
    "user_id",
    "x",
    "y",
    "z",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event"
  FROM "raw"."events"
  WHERE
    "at" IS NOT NULL
), "events_events" AS (
  -- Feature views a, b: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    CAST("x" AS Nullable(Float64)) AS "a__x",
    CAST("y" AS Nullable(Int64)) AS "b__y",
    CAST("x" AS Nullable(Float64)) AS "b__x"
  FROM "source_events"
  WHERE
    "user_id" IS NOT NULL
), "matched" AS (
  SELECT * FROM "__fcompile_stage_001"
)
SELECT
  "e"."user_id" AS "user_id",
  "e"."__event" AS "__event"
FROM "events_events" AS "e"
SEMI JOIN "matched" AS "m"
  ON "e"."user_id" = "m"."user_id" AND "e"."__event" = "m"."a__event"
GROUP BY
  "e"."user_id",
  "e"."__event"
HAVING
  COUNT(*) > 1
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
WITH "source_events" AS (
  -- Source events: a row an event at at, known as it happens.
  SELECT
    "user_id",
    "x",
    "y",
    "z",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event"
  FROM "raw"."events"
  WHERE
    "at" IS NOT NULL
), "events_events" AS (
  -- Feature views a, b: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    CAST("x" AS Nullable(Float64)) AS "a__x",
    CAST("y" AS Nullable(Int64)) AS "b__y",
    CAST("x" AS Nullable(Float64)) AS "b__x"
  FROM "source_events"
  WHERE
    "user_id" IS NOT NULL
), "events_c" AS (
  -- Feature view c: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    CAST("z" AS Nullable(String)) AS "z"
  FROM "source_events"
  WHERE
    (
      "x" > 0 OR "x" <> "x"
    ) AND "user_id" IS NOT NULL
), "matched" AS (
  SELECT * FROM "__fcompile_stage_001"
), "tied_a" AS (
  SELECT * FROM "__fcompile_stage_002"
), "settled_a" AS (
  -- Ties of a, settled: the greatest by (x), NULLs first. A row a tied instant.
  SELECT
    "e"."user_id" AS "user_id",
    "e"."__event" AS "__event",
    "e"."a__x" AS "a__x"
  FROM "events_events" AS "e"
  SEMI JOIN "tied_a" AS "d"
    ON "e"."user_id" = "d"."user_id" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "e"."user_id", "e"."__event" ORDER BY "e"."a__x" <> "e"."a__x" DESC, "e"."a__x" DESC) = 1
), "settled_b" AS (
  -- Ties of b, settled: the greatest by (y, x), NULLs first. A row a tied instant.
  SELECT
    "e"."user_id" AS "user_id",
    "e"."__event" AS "__event",
    "e"."b__y" AS "b__y",
    "e"."b__x" AS "b__x"
  FROM "events_events" AS "e"
  SEMI JOIN "tied_a" AS "d"
    ON "e"."user_id" = "d"."user_id" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "e"."user_id", "e"."__event"
      ORDER BY "e"."b__y" DESC, "e"."b__x" <> "e"."b__x" DESC, "e"."b__x" DESC
    ) = 1
), "tied_c" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."user_id" AS "user_id",
    "e"."__event" AS "__event"
  FROM "events_c" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."user_id" = "m"."user_id" AND "e"."__event" = "m"."c__event"
  GROUP BY
    "e"."user_id",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_c" AS (
  -- Ties of c, settled: the greatest by (z), NULLs first. A row a tied instant.
  SELECT
    "e"."user_id" AS "user_id",
    "e"."__event" AS "__event",
    "e"."z" AS "z"
  FROM "events_c" AS "e"
  SEMI JOIN "tied_c" AS "d"
    ON "e"."user_id" = "d"."user_id" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "e"."user_id", "e"."__event" ORDER BY "e"."z" DESC) = 1
)
SELECT
  "m"."user_id" AS "user_id",
  "m"."event_timestamp" AS "event_timestamp",
  CASE
    WHEN "m"."a__event" >= "m"."event_timestamp" - INTERVAL '86400' SECOND
    THEN CASE WHEN "w1"."__event" IS NULL THEN "m"."a__x" ELSE "w1"."a__x" END
  END AS "a__x",
  CASE WHEN "w2"."__event" IS NULL THEN "m"."b__y" ELSE "w2"."b__y" END AS "b__y",
  CASE WHEN "w2"."__event" IS NULL THEN "m"."b__x" ELSE "w2"."b__x" END AS "b__x",
  CASE WHEN "w3"."__event" IS NULL THEN "m"."c__z" ELSE "w3"."z" END AS "c__z"
FROM "matched" AS "m"
LEFT JOIN "settled_a" AS "w1"
  ON "w1"."user_id" = "m"."user_id" AND "w1"."__event" = "m"."a__event"
LEFT JOIN "settled_b" AS "w2"
  ON "w2"."user_id" = "m"."user_id" AND "w2"."__event" = "m"."a__event"
LEFT JOIN "settled_c" AS "w3"
  ON "w3"."user_id" = "m"."user_id" AND "w3"."__event" = "m"."c__event"
ORDER BY
  "m"."__row"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
DROP TABLE IF EXISTS "__fcompile_stage_002";
DROP TABLE IF EXISTS "__fcompile_stage_001";
