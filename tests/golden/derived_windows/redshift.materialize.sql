-- Materialization of feature view spend: the windows of each entity as of :as_of, in one transaction.
-- Definition: feature.yaml. Dialect: redshift, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :sequence (the number of the load).
CREATE SCHEMA IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."golden__spend" (
  "user_id" BIGINT,
  "spend_1h" DOUBLE PRECISION,
  "spend_7d" DOUBLE PRECISION,
  "buys_7d" BIGINT,
  "share" DOUBLE PRECISION,
  "percent" DOUBLE PRECISION,
  "__event" TIMESTAMP,
  "__created" TIMESTAMP,
  "__sequence" BIGINT
);
CREATE TABLE "features"."__fcompile_next__golden__spend" AS
WITH "source_purchases" AS (
  -- Source purchases: a row an event at at, known as it happens.
  SELECT
    "user_id",
    "amount",
    CAST("at" AS TIMESTAMP) AS "__event"
  FROM "raw"."purchases"
  WHERE
    "at" IS NOT NULL
), "rows_spend" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "__event",
    CAST("amount" AS DOUBLE PRECISION) + 0 AS "amount",
    TRUE AS "row"
  FROM "source_purchases"
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
    FROM "rows_spend"
    WHERE
      "__event" <= CAST(:as_of AS TIMESTAMP)
    UNION ALL
    SELECT
      "t"."user_id",
      "t"."__event"
    FROM "features"."golden__spend" AS "t"
  ) AS "seen"
  GROUP BY
    "user_id"
), "pieces_spend" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row",
    CASE WHEN "r"."__event" > DATEADD(second, -3600, CAST(:as_of AS TIMESTAMP)) THEN 1 ELSE 2 END AS "__from",
    2 AS "__to",
    "r"."__event",
    "r"."amount",
    "r"."row"
  FROM "entities" AS "n"
  JOIN "rows_spend" AS "r"
    ON "n"."user_id" = "r"."user_id"
    AND "r"."__event" <= CAST(:as_of AS TIMESTAMP)
    AND "r"."__event" > DATEADD(second, -604800, CAST(:as_of AS TIMESTAMP))
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
    "p"."amount__sum_1",
    "p"."amount__sum_2",
    "p"."row__count_2",
    "p"."__matched"
  FROM "entities" AS "n"
  LEFT JOIN (
    SELECT
      "__row",
      SUM(CASE WHEN "__from" <= 1 AND "__to" >= 1 THEN "amount__sum" END) AS "amount__sum_1",
      SUM(CASE WHEN "__from" <= 2 AND "__to" >= 2 THEN "amount__sum" END) AS "amount__sum_2",
      CAST(SUM(CASE WHEN "__from" <= 2 AND "__to" >= 2 THEN "row__count" END) AS BIGINT) AS "row__count_2",
      COUNT("__from") > 0 AS "__matched"
    FROM "parts_spend"
    GROUP BY
      "__row"
  ) AS "p"
    ON "p"."__row" = "n"."__row"
), "windows_spend" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "__row",
    CAST("amount__sum_1" AS DOUBLE PRECISION) AS "spend_1h",
    CAST("amount__sum_2" AS DOUBLE PRECISION) AS "spend_7d",
    CAST(COALESCE("row__count_2", 0) AS BIGINT) AS "buys_7d",
    "__matched"
  FROM "states_spend"
)
SELECT
  "n"."user_id",
  "w1"."spend_1h",
  "w1"."spend_7d",
  "w1"."buys_7d",
  CAST("w1"."spend_1h" / NULLIF("w1"."spend_7d", 0.0) AS DOUBLE PRECISION) AS "share",
  CAST((
    "w1"."spend_1h" / NULLIF("w1"."spend_7d", 0.0)
  ) * 100.0 AS DOUBLE PRECISION) AS "percent",
  "n"."__event",
  CAST(NULL AS TIMESTAMP) AS "__created",
  CASE
    WHEN "t"."__sequence" IS NOT NULL
    AND COALESCE("w1"."spend_1h" = "t"."spend_1h", "w1"."spend_1h" IS NULL AND "t"."spend_1h" IS NULL)
    AND COALESCE("w1"."spend_7d" = "t"."spend_7d", "w1"."spend_7d" IS NULL AND "t"."spend_7d" IS NULL)
    AND COALESCE("w1"."buys_7d" = "t"."buys_7d", "w1"."buys_7d" IS NULL AND "t"."buys_7d" IS NULL)
    AND COALESCE("n"."__event" = "t"."__event", "n"."__event" IS NULL AND "t"."__event" IS NULL)
    THEN "t"."__sequence"
    ELSE CAST(:sequence AS BIGINT)
  END AS "__sequence"
FROM "entities" AS "n"
LEFT JOIN "windows_spend" AS "w1"
  ON "w1"."__row" = "n"."__row"
LEFT JOIN "features"."golden__spend" AS "t"
  ON "t"."user_id" = "n"."user_id";
DROP TABLE IF EXISTS "features"."golden__spend";
ALTER TABLE "features"."__fcompile_next__golden__spend" RENAME TO "golden__spend";
