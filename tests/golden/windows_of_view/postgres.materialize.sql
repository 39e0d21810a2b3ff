-- Materialization of feature view large: the windows of each entity as of :as_of, in one transaction.
-- Definition: feature.yaml. Dialect: postgres, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :sequence (the number of the load).
CREATE SCHEMA IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."golden__large" (
  "user_id" BIGINT,
  "large_7d" BIGINT,
  "__event" TIMESTAMP,
  "__created" TIMESTAMP,
  "__sequence" BIGINT
);
CREATE TABLE "features"."__fcompile_next__golden__large" AS
WITH "source_purchases" AS MATERIALIZED (
  -- Source purchases: a row an event at bought_at, known as it happens. The table holds what is in
  -- data/purchases.csv.
  SELECT
    "purchase_id",
    "amount",
    "user_id",
    CAST("bought_at" AS TIMESTAMP) AS "__event"
  FROM "purchases"
  WHERE
    "bought_at" IS NOT NULL
), "view_purchase" AS NOT MATERIALIZED (
  -- Rows of feature view purchase: its values at the time of each row of its source, by
  -- purchase_id.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "amount" > 100.0 AS "is_large",
    "__event"
  FROM "source_purchases"
  WHERE
    (
      "amount" > 0.0
    ) AND "purchase_id" IS NOT NULL
), "rows_large" AS NOT MATERIALIZED (
  -- Rows for the windows of large: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "__event",
    TRUE AS "row"
  FROM "view_purchase"
  WHERE
    (
      "is_large"
    ) AND "user_id" IS NOT NULL
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
    FROM "rows_large"
    WHERE
      "__event" <= CAST(:as_of AS TIMESTAMP)
    UNION ALL
    SELECT
      "t"."user_id",
      "t"."__event"
    FROM "features"."golden__large" AS "t"
  ) AS "seen"
  GROUP BY
    "user_id"
), "pieces_large" AS NOT MATERIALIZED (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row",
    1 AS "__from",
    1 AS "__to",
    "r"."__event",
    "r"."row"
  FROM "entities" AS "n"
  JOIN "rows_large" AS "r"
    ON "n"."user_id" = "r"."user_id"
    AND "r"."__event" <= CAST(:as_of AS TIMESTAMP)
    AND "r"."__event" > CAST(:as_of AS TIMESTAMP) - INTERVAL '7 DAY'
), "parts_large" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    CAST(COUNT("row") AS BIGINT) AS "row__count"
  FROM "pieces_large"
  GROUP BY
    "__row",
    "__from",
    "__to"
), "states_large" AS (
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
    FROM "parts_large"
    GROUP BY
      "__row"
  ) AS "p"
    ON "p"."__row" = "n"."__row"
), "windows_large" AS (
  -- large: one value a spine row and window (t - w, t].
  SELECT
    "__row",
    CAST(COALESCE("row__count_1", 0) AS BIGINT) AS "large_7d",
    "__matched"
  FROM "states_large"
)
SELECT
  "n"."user_id",
  "w1"."large_7d",
  "n"."__event",
  CAST(NULL AS TIMESTAMP) AS "__created",
  CASE
    WHEN "t"."__sequence" IS NOT NULL
    AND "w1"."large_7d" IS NOT DISTINCT FROM "t"."large_7d"
    AND "n"."__event" IS NOT DISTINCT FROM "t"."__event"
    THEN "t"."__sequence"
    ELSE CAST(:sequence AS BIGINT)
  END AS "__sequence"
FROM "entities" AS "n"
LEFT JOIN "windows_large" AS "w1"
  ON "w1"."__row" = "n"."__row"
LEFT JOIN "features"."golden__large" AS "t"
  ON "t"."user_id" = "n"."user_id";
DROP TABLE IF EXISTS "features"."golden__large";
ALTER TABLE "features"."__fcompile_next__golden__large" RENAME TO "golden__large";
