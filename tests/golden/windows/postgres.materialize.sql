-- Materialization of feature view spend: the windows of each entity as of :as_of, in one transaction.
-- Definition: feature.yaml. Dialect: postgres, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :sequence (the number of the load).
CREATE SCHEMA IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."golden__spend" (
  "user_id" BIGINT,
  "total_1h" DOUBLE PRECISION,
  "total_7d" DOUBLE PRECISION,
  "total_lifetime" DOUBLE PRECISION,
  "big_7d" BIGINT,
  "shops_7d" BIGINT,
  "median_1h" DOUBLE PRECISION,
  "latest_lifetime" TEXT[],
  "__event" TIMESTAMP,
  "__created" TIMESTAMP,
  "__sequence" BIGINT
);
CREATE TABLE "features"."__fcompile_next__golden__spend" AS
WITH "source_purchases" AS NOT MATERIALIZED (
  -- Source purchases: a row an event at at, known at known.
  SELECT
    "user_id",
    "amount",
    "shop",
    CAST("at" AS TIMESTAMP) AS "__event",
    GREATEST(CAST("at" AS TIMESTAMP), CAST("known" AS TIMESTAMP)) AS "__visible"
  FROM "raw"."purchases"
  WHERE
    "at" IS NOT NULL AND "known" IS NOT NULL
), "rows_spend" AS NOT MATERIALIZED (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "__event",
    "__visible",
    CAST("amount" AS DOUBLE PRECISION) + 0 AS "amount",
    CASE WHEN "amount" > 100.0 THEN TRUE END AS "row",
    CAST("shop" AS TEXT) COLLATE "C" AS "shop"
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
      "__visible" <= CAST(:as_of AS TIMESTAMP)
    UNION ALL
    SELECT
      "t"."user_id",
      "t"."__event"
    FROM "features"."golden__spend" AS "t"
  ) AS "seen"
  GROUP BY
    "user_id"
), "pieces_spend" AS NOT MATERIALIZED (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row",
    CASE
      WHEN "r"."__event" > CAST(:as_of AS TIMESTAMP) - INTERVAL '1 HOUR'
      THEN 1
      WHEN "r"."__event" > CAST(:as_of AS TIMESTAMP) - INTERVAL '7 DAY'
      THEN 2
      ELSE 3
    END AS "__from",
    3 AS "__to",
    "r"."__event",
    "r"."amount",
    "r"."row",
    "r"."shop"
  FROM "entities" AS "n"
  JOIN "rows_spend" AS "r"
    ON "n"."user_id" = "r"."user_id" AND "r"."__visible" <= CAST(:as_of AS TIMESTAMP)
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
    "p"."amount__sum_3",
    "p"."row__count_2",
    "p"."__matched"
  FROM "entities" AS "n"
  LEFT JOIN (
    SELECT
      "__row",
      SUM("amount__sum") FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1) AS "amount__sum_1",
      SUM("amount__sum") FILTER(WHERE
        "__from" <= 2 AND "__to" >= 2) AS "amount__sum_2",
      SUM("amount__sum") FILTER(WHERE
        "__from" <= 3 AND "__to" >= 3) AS "amount__sum_3",
      CAST(SUM("row__count") FILTER(WHERE
        "__from" <= 2 AND "__to" >= 2) AS BIGINT) AS "row__count_2",
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
    COALESCE(CAST("amount__sum_1" AS DOUBLE PRECISION), CAST(0.0 AS DOUBLE PRECISION)) AS "total_1h",
    COALESCE(CAST("amount__sum_2" AS DOUBLE PRECISION), CAST(0.0 AS DOUBLE PRECISION)) AS "total_7d",
    COALESCE(CAST("amount__sum_3" AS DOUBLE PRECISION), CAST(0.0 AS DOUBLE PRECISION)) AS "total_lifetime",
    CAST(COALESCE("row__count_2", 0) AS BIGINT) AS "big_7d",
    "__matched"
  FROM "states_spend"
), "pieces_spend_newest" AS NOT MATERIALIZED (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row",
    1 AS "__from",
    1 AS "__to",
    "r"."__event",
    "r"."amount",
    "r"."row",
    "r"."shop"
  FROM "entities" AS "n"
  JOIN "rows_spend" AS "r"
    ON "n"."user_id" = "r"."user_id"
    AND "r"."__visible" <= CAST(:as_of AS TIMESTAMP)
    AND "r"."__event" > CAST(:as_of AS TIMESTAMP) - INTERVAL '7 DAY'
), "parts_spend_newest_shop" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows and value of shop.
  SELECT
    "__row",
    "__from",
    "__to",
    "shop",
    MAX("__event") AS "shop__newest"
  FROM "pieces_spend_newest"
  WHERE
    "shop" IS NOT NULL
  GROUP BY
    "__row",
    "__from",
    "__to",
    "shop"
), "values_spend_newest_shop" AS (
  -- How often each value of shop occurs in each window. A row a spine row and value.
  SELECT
    "__row",
    "shop",
    MAX("shop__newest") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS "shop__newest_1"
  FROM "parts_spend_newest_shop"
  GROUP BY
    "__row",
    "shop"
), "windows_spend_newest_shop" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "n"."__row",
    CAST(COUNT(*) FILTER(WHERE
      "v"."shop__newest_1" > CAST(:as_of AS TIMESTAMP) - INTERVAL '7 DAY') AS BIGINT) AS "shops_7d",
    COUNT("v"."shop") FILTER(WHERE
      "v"."shop__newest_1" > CAST(:as_of AS TIMESTAMP) - INTERVAL '7 DAY') > 0 AS "__matched"
  FROM "entities" AS "n"
  LEFT JOIN "values_spend_newest_shop" AS "v"
    ON "v"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "asked_spend_of_rows" AS NOT MATERIALIZED (
  -- Spine rows with the end of their windows.
  SELECT
    "n"."__row",
    "n"."user_id",
    CAST(:as_of AS TIMESTAMP) AS "__time"
  FROM "entities" AS "n"
), "inside_spend" AS NOT MATERIALIZED (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "a"."__row",
    CASE WHEN "r"."__event" > "a"."__time" - INTERVAL '1 HOUR' THEN 1 ELSE 2 END AS "__from",
    2 AS "__to",
    "r"."__event",
    "r"."amount",
    "r"."row",
    "r"."shop"
  FROM "asked_spend_of_rows" AS "a"
  JOIN "rows_spend" AS "r"
    ON "a"."user_id" = "r"."user_id"
  WHERE
    "r"."__visible" <= "a"."__time"
), "aggregated_spend" AS (
  -- The rows in each window as one value. A row a spine row with any.
  SELECT
    "__row",
    CASE
      WHEN CEIL(
        CAST(0.5 AS DOUBLE PRECISION) * GREATEST(
          COUNT(CAST("amount" AS DOUBLE PRECISION)) FILTER(WHERE
            "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL) - 1,
          0
        )
      ) < COUNT(CASE WHEN CAST("amount" AS DOUBLE PRECISION) = CAST('-Infinity' AS DOUBLE PRECISION) THEN 1 END) FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL)
      THEN CAST('-Infinity' AS DOUBLE PRECISION)
      WHEN FLOOR(
        CAST(0.5 AS DOUBLE PRECISION) * GREATEST(
          COUNT(CAST("amount" AS DOUBLE PRECISION)) FILTER(WHERE
            "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL) - 1,
          0
        )
      ) >= COUNT(CAST("amount" AS DOUBLE PRECISION)) FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL) - COUNT(CASE WHEN CAST("amount" AS DOUBLE PRECISION) = CAST('NaN' AS DOUBLE PRECISION) THEN 1 END) FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL) - COUNT(CASE WHEN CAST("amount" AS DOUBLE PRECISION) = CAST('Infinity' AS DOUBLE PRECISION) THEN 1 END) FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL)
      AND CEIL(
        CAST(0.5 AS DOUBLE PRECISION) * GREATEST(
          COUNT(CAST("amount" AS DOUBLE PRECISION)) FILTER(WHERE
            "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL) - 1,
          0
        )
      ) < COUNT(CAST("amount" AS DOUBLE PRECISION)) FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL) - COUNT(CASE WHEN CAST("amount" AS DOUBLE PRECISION) = CAST('NaN' AS DOUBLE PRECISION) THEN 1 END) FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL)
      THEN CAST('Infinity' AS DOUBLE PRECISION)
      ELSE PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY
        CAST("amount" AS DOUBLE PRECISION)) FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL)
    END AS "median_1h",
    (
      ARRAY_AGG("shop" ORDER BY "__event" DESC NULLS LAST, "shop" COLLATE "C" DESC NULLS LAST) FILTER(WHERE
        "__from" <= 2 AND "__to" >= 2 AND "shop" IS NOT NULL)
    )[1:3] AS "latest_lifetime"
  FROM "inside_spend"
  GROUP BY
    "__row"
), "windows_spend_of_rows" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "n"."__row",
    CAST("a"."median_1h" AS DOUBLE PRECISION) AS "median_1h",
    CAST("a"."latest_lifetime" AS TEXT[]) AS "latest_lifetime",
    "a"."__row" IS NOT NULL AS "__matched"
  FROM "entities" AS "n"
  LEFT JOIN "aggregated_spend" AS "a"
    ON "a"."__row" = "n"."__row"
)
SELECT
  "n"."user_id",
  "w1"."total_1h",
  "w1"."total_7d",
  "w1"."total_lifetime",
  "w1"."big_7d",
  "w2"."shops_7d",
  "w3"."median_1h",
  "w3"."latest_lifetime",
  "n"."__event",
  CAST(NULL AS TIMESTAMP) AS "__created",
  CASE
    WHEN "t"."__sequence" IS NOT NULL
    AND "w1"."total_1h" IS NOT DISTINCT FROM "t"."total_1h"
    AND "w1"."total_7d" IS NOT DISTINCT FROM "t"."total_7d"
    AND "w1"."total_lifetime" IS NOT DISTINCT FROM "t"."total_lifetime"
    AND "w1"."big_7d" IS NOT DISTINCT FROM "t"."big_7d"
    AND "w2"."shops_7d" IS NOT DISTINCT FROM "t"."shops_7d"
    AND "w3"."median_1h" IS NOT DISTINCT FROM "t"."median_1h"
    AND "w3"."latest_lifetime" IS NOT DISTINCT FROM "t"."latest_lifetime"
    AND "n"."__event" IS NOT DISTINCT FROM "t"."__event"
    THEN "t"."__sequence"
    ELSE CAST(:sequence AS BIGINT)
  END AS "__sequence"
FROM "entities" AS "n"
LEFT JOIN "windows_spend" AS "w1"
  ON "w1"."__row" = "n"."__row"
LEFT JOIN "windows_spend_newest_shop" AS "w2"
  ON "w2"."__row" = "n"."__row"
LEFT JOIN "windows_spend_of_rows" AS "w3"
  ON "w3"."__row" = "n"."__row"
LEFT JOIN "features"."golden__spend" AS "t"
  ON "t"."user_id" = "n"."user_id";
DROP TABLE IF EXISTS "features"."golden__spend";
ALTER TABLE "features"."__fcompile_next__golden__spend" RENAME TO "golden__spend";
