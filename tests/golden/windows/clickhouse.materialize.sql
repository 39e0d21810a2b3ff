-- Materialization of feature view spend: the windows of each entity as of :as_of.
-- Definition: feature.yaml. Dialect: clickhouse, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :sequence (the number of the load).
CREATE DATABASE IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."golden__spend" (
  "user_id" Nullable(Int64),
  "total_1h" Nullable(Float64),
  "total_7d" Nullable(Float64),
  "total_lifetime" Nullable(Float64),
  "big_7d" Nullable(Int64),
  "shops_7d" Nullable(Int64),
  "median_1h" Nullable(Float64),
  "latest_lifetime" Variant(Array(Nullable(String))),
  "__event" Nullable(DateTime64(6, 'UTC')),
  "__created" Nullable(DateTime64(6, 'UTC')),
  "__sequence" Nullable(Int64)
)
ENGINE = MergeTree ORDER BY tuple();
CREATE OR REPLACE TABLE "features"."golden__spend" ENGINE = MergeTree ORDER BY tuple() AS
WITH "source_purchases" AS (
  -- Source purchases: a row an event at at, known at known.
  SELECT
    "user_id",
    "amount",
    "shop",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
    GREATEST(CAST("at" AS Nullable(DateTime64(6, 'UTC'))), CAST("known" AS Nullable(DateTime64(6, 'UTC')))) AS "__visible"
  FROM "raw"."purchases"
  WHERE
    "at" IS NOT NULL AND "known" IS NOT NULL
), "rows_spend" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    "__visible",
    CAST("amount" AS Nullable(Float64)) + 0 AS "amount",
    CASE WHEN "amount" > 100.0 OR "amount" <> "amount" THEN TRUE END AS "row",
    CAST("shop" AS Nullable(String)) AS "shop"
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
      "__visible" <= CAST(:as_of AS Nullable(DateTime64(6, 'UTC')))
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
    "n"."__row" AS "__row",
    CASE
      WHEN "r"."__event" > CAST(:as_of AS Nullable(DateTime64(6, 'UTC'))) - INTERVAL '3600' SECOND
      THEN 1
      WHEN "r"."__event" > CAST(:as_of AS Nullable(DateTime64(6, 'UTC'))) - INTERVAL '604800' SECOND
      THEN 2
      ELSE 3
    END AS "__from",
    3 AS "__to",
    "r"."__event" AS "__event",
    "r"."amount" AS "amount",
    "r"."row" AS "row",
    "r"."shop" AS "shop"
  FROM "entities" AS "n"
  JOIN "rows_spend" AS "r"
    ON "n"."user_id" = "r"."user_id"
    AND "r"."__visible" <= CAST(:as_of AS Nullable(DateTime64(6, 'UTC')))
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
    "p"."amount__sum_1" AS "amount__sum_1",
    "p"."amount__sum_2" AS "amount__sum_2",
    "p"."amount__sum_3" AS "amount__sum_3",
    "p"."row__count_2" AS "row__count_2",
    "p"."__matched" AS "__matched"
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
        "__from" <= 2 AND "__to" >= 2) AS Nullable(Int64)) AS "row__count_2",
      CAST(COUNT("__from") > 0 AS Nullable(Bool)) AS "__matched"
    FROM "parts_spend"
    GROUP BY
      "__row"
  ) AS "p"
    ON "p"."__row" = "n"."__row"
), "windows_spend" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "__row",
    COALESCE(CAST("amount__sum_1" AS Nullable(Float64)), CAST(0.0 AS Nullable(Float64))) AS "total_1h",
    COALESCE(CAST("amount__sum_2" AS Nullable(Float64)), CAST(0.0 AS Nullable(Float64))) AS "total_7d",
    COALESCE(CAST("amount__sum_3" AS Nullable(Float64)), CAST(0.0 AS Nullable(Float64))) AS "total_lifetime",
    CAST(COALESCE("row__count_2", 0) AS Nullable(Int64)) AS "big_7d",
    "__matched"
  FROM "states_spend"
), "pieces_spend_newest" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row" AS "__row",
    1 AS "__from",
    1 AS "__to",
    "r"."__event" AS "__event",
    "r"."amount" AS "amount",
    "r"."row" AS "row",
    "r"."shop" AS "shop"
  FROM "entities" AS "n"
  JOIN "rows_spend" AS "r"
    ON "n"."user_id" = "r"."user_id"
    AND "r"."__visible" <= CAST(:as_of AS Nullable(DateTime64(6, 'UTC')))
    AND "r"."__event" > CAST(:as_of AS Nullable(DateTime64(6, 'UTC'))) - INTERVAL '604800' SECOND
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
    "n"."__row" AS "__row",
    CAST(COUNT(*) FILTER(WHERE
      "v"."shop__newest_1" > CAST(:as_of AS Nullable(DateTime64(6, 'UTC'))) - INTERVAL '604800' SECOND) AS Nullable(Int64)) AS "shops_7d",
    CAST(COUNT("v"."shop") FILTER(WHERE
      "v"."shop__newest_1" > CAST(:as_of AS Nullable(DateTime64(6, 'UTC'))) - INTERVAL '604800' SECOND) > 0 AS Nullable(Bool)) AS "__matched"
  FROM "entities" AS "n"
  LEFT JOIN "values_spend_newest_shop" AS "v"
    ON "v"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "asked_spend_of_rows" AS (
  -- Spine rows with the end of their windows.
  SELECT
    "n"."__row",
    "n"."user_id",
    CAST(:as_of AS Nullable(DateTime64(6, 'UTC'))) AS "__time"
  FROM "entities" AS "n"
), "inside_spend" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "a"."__row" AS "__row",
    CASE WHEN "r"."__event" > "a"."__time" - INTERVAL '3600' SECOND THEN 1 ELSE 2 END AS "__from",
    2 AS "__to",
    "r"."__event" AS "__event",
    "r"."amount" AS "amount",
    "r"."row" AS "row",
    "r"."shop" AS "shop"
  FROM "asked_spend_of_rows" AS "a"
  JOIN "rows_spend" AS "r"
    ON "a"."user_id" = "r"."user_id"
  WHERE
    "r"."__visible" <= "a"."__time"
), "aggregated_spend" AS (
  -- The rows in each window as one value. A row a spine row with any.
  SELECT
    "__row",
    arrayElement(
      arrayMap(
        v -> CASE
          WHEN length(v) = 0
          THEN NULL
          WHEN 0.5 * (
            length(v) - 1
          ) - FLOOR(0.5 * (
            length(v) - 1
          )) = 0
          OR arrayElement(v, toInt64(FLOOR(0.5 * (
            length(v) - 1
          ))) + 1) = arrayElement(v, toInt64(FLOOR(0.5 * (
            length(v) - 1
          ))) + 1 + 1)
          THEN arrayElement(v, toInt64(FLOOR(0.5 * (
            length(v) - 1
          ))) + 1)
          ELSE arrayElement(v, toInt64(FLOOR(0.5 * (
            length(v) - 1
          ))) + 1) + (
            arrayElement(v, toInt64(FLOOR(0.5 * (
              length(v) - 1
            ))) + 1 + 1) - arrayElement(v, toInt64(FLOOR(0.5 * (
              length(v) - 1
            ))) + 1)
          ) * (
            0.5 * (
              length(v) - 1
            ) - FLOOR(0.5 * (
              length(v) - 1
            ))
          )
        END,
        [
          arraySort(
            x -> (x <> x, x),
            groupArray(CAST("amount" AS Nullable(Float64))) FILTER(WHERE
              "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL)
          )
        ]
      ),
      1
    ) AS "median_1h",
    arrayMap(
      v -> tupleElement(v, 2),
      arraySlice(
        arrayReverseSort(
          v -> tupleElement(v, 1),
          groupArray(((NOT (
                "__event" IS NULL
              ), "__event", NOT (
                "shop" IS NULL
          ), "shop"), "shop")) FILTER(WHERE
            "__from" <= 2 AND "__to" >= 2 AND "shop" IS NOT NULL)
        ),
        1,
        3
      )
    ) AS "latest_lifetime"
  FROM "inside_spend"
  GROUP BY
    "__row"
), "windows_spend_of_rows" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "n"."__row" AS "__row",
    CAST("a"."median_1h" AS Nullable(Float64)) AS "median_1h",
    CASE
      WHEN (
        CASE WHEN length("a"."latest_lifetime") > 0 THEN "a"."latest_lifetime" END
      ) IS NOT NULL
      THEN CAST(CASE WHEN length("a"."latest_lifetime") > 0 THEN "a"."latest_lifetime" END AS Array(Nullable(String)))
    END AS "latest_lifetime",
    CAST("a"."__row" IS NOT NULL AS Nullable(Bool)) AS "__matched"
  FROM "entities" AS "n"
  LEFT JOIN "aggregated_spend" AS "a"
    ON "a"."__row" = "n"."__row"
)
SELECT
  "n"."user_id" AS "user_id",
  "w1"."total_1h" AS "total_1h",
  "w1"."total_7d" AS "total_7d",
  "w1"."total_lifetime" AS "total_lifetime",
  "w1"."big_7d" AS "big_7d",
  "w2"."shops_7d" AS "shops_7d",
  "w3"."median_1h" AS "median_1h",
  "w3"."latest_lifetime" AS "latest_lifetime",
  "n"."__event" AS "__event",
  CAST(NULL AS Nullable(DateTime64(6, 'UTC'))) AS "__created",
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
    ELSE CAST(:sequence AS Nullable(Int64))
  END AS "__sequence"
FROM "entities" AS "n"
LEFT JOIN "windows_spend" AS "w1"
  ON "w1"."__row" = "n"."__row"
LEFT JOIN "windows_spend_newest_shop" AS "w2"
  ON "w2"."__row" = "n"."__row"
LEFT JOIN "windows_spend_of_rows" AS "w3"
  ON "w3"."__row" = "n"."__row"
LEFT JOIN "features"."golden__spend" AS "t"
  ON "t"."user_id" = "n"."user_id"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
