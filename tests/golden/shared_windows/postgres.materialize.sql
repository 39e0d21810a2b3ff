-- Materialization of feature view by_the_hour: the windows of each entity as of :as_of, in one transaction.
-- Definition: feature.yaml. Dialect: postgres, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :sequence (the number of the load).
CREATE SCHEMA IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."golden__by_the_hour" (
  "user_id" BIGINT,
  "clicks_1d" BIGINT,
  "__event" TIMESTAMP,
  "__created" TIMESTAMP,
  "__sequence" BIGINT
);
CREATE TABLE "features"."__fcompile_next__golden__by_the_hour" AS
WITH "source_clicks" AS NOT MATERIALIZED (
  -- Source clicks: a row an event at at, known as it happens.
  SELECT
    "user_id",
    CAST("at" AS TIMESTAMP) AS "__event"
  FROM "raw"."clicks"
  WHERE
    "at" IS NOT NULL
), "rows_by_the_hour" AS NOT MATERIALIZED (
  -- Rows for the windows of by_the_hour: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "__event",
    TRUE AS "row"
  FROM "source_clicks"
  WHERE
    "user_id" IS NOT NULL
), "entities" AS (
  -- The entities with a row known as of the end of the windows, or in the view's table.
  SELECT
    ROW_NUMBER() OVER (ORDER BY "user_id") AS "__row",
    "user_id",
    MAX("__event") AS "__event"
  FROM (
    SELECT
      "user_id",
      "__event"
    FROM "rows_by_the_hour"
    WHERE
      "__event" < DATE_BIN(INTERVAL '1 HOUR', CAST(:as_of AS TIMESTAMP), CAST('1970-01-01' AS TIMESTAMP))
    UNION ALL
    SELECT
      "t"."user_id",
      "t"."__event"
    FROM "features"."golden__by_the_hour" AS "t"
  ) AS "seen"
  GROUP BY
    "user_id"
), "pieces_by_the_hour" AS NOT MATERIALIZED (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row",
    1 AS "__from",
    1 AS "__to",
    "r"."__event",
    "r"."row"
  FROM "entities" AS "n"
  JOIN "rows_by_the_hour" AS "r"
    ON "n"."user_id" = "r"."user_id"
    AND "r"."__event" < DATE_BIN(INTERVAL '1 HOUR', CAST(:as_of AS TIMESTAMP), CAST('1970-01-01' AS TIMESTAMP))
    AND "r"."__event" >= DATE_BIN(INTERVAL '1 HOUR', CAST(:as_of AS TIMESTAMP), CAST('1970-01-01' AS TIMESTAMP)) - INTERVAL '1 DAY'
), "parts_by_the_hour" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    CAST(COUNT("row") AS BIGINT) AS "row__count"
  FROM "pieces_by_the_hour"
  GROUP BY
    "__row",
    "__from",
    "__to"
), "states_by_the_hour" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "n"."__row",
    "p"."row__count_1",
    "p"."__matched"
  FROM "entities" AS "n"
  LEFT JOIN (
    SELECT
      "__row",
      CAST(SUM("row__count") FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1) AS BIGINT) AS "row__count_1",
      COUNT("__from") > 0 AS "__matched"
    FROM "parts_by_the_hour"
    GROUP BY
      "__row"
  ) AS "p"
    ON "p"."__row" = "n"."__row"
), "windows_by_the_hour" AS (
  -- by_the_hour: one value a spine row and window [t - w, t).
  SELECT
    "__row",
    CAST(COALESCE("row__count_1", 0) AS BIGINT) AS "clicks_1d",
    "__matched"
  FROM "states_by_the_hour"
)
SELECT
  "n"."user_id",
  "w1"."clicks_1d",
  "n"."__event",
  CAST(NULL AS TIMESTAMP) AS "__created",
  CASE
    WHEN "t"."__sequence" IS NOT NULL
    AND "w1"."clicks_1d" IS NOT DISTINCT FROM "t"."clicks_1d"
    AND "n"."__event" IS NOT DISTINCT FROM "t"."__event"
    THEN "t"."__sequence"
    ELSE CAST(:sequence AS BIGINT)
  END AS "__sequence"
FROM "entities" AS "n"
LEFT JOIN "windows_by_the_hour" AS "w1"
  ON "w1"."__row" = "n"."__row"
LEFT JOIN "features"."golden__by_the_hour" AS "t"
  ON "t"."user_id" = "n"."user_id";
DROP TABLE IF EXISTS "features"."golden__by_the_hour";
ALTER TABLE "features"."__fcompile_next__golden__by_the_hour" RENAME TO "golden__by_the_hour";
