-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: clickhouse, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- source_prices: Source prices: a row an event at at, known as it happens. The table holds what is in data/prices.csv.
CREATE TEMPORARY TABLE "__fcompile_stage_001" ENGINE = Memory AS
SELECT
  "item_id",
  "price",
  CAST(CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS Nullable(DateTime64(6, 'UTC'))) AS "__event"
FROM "prices"
WHERE
  "at" IS NOT NULL
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- source_rates: Source rates: a row an event at at, known as it happens.
CREATE TEMPORARY TABLE "__fcompile_stage_002" ENGINE = Memory AS
SELECT
  "rate",
  CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event"
FROM (
  
SELECT at, rate, 'two
  lines' AS remark -- the user's own words
FROM raw.rates

) AS "query"
WHERE
  "at" IS NOT NULL
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- picked_rate: The latest event of rate visible at or before each instant that asks. A row a key and instant; none where there is no event.
CREATE TEMPORARY TABLE "__fcompile_stage_003" ENGINE = Memory AS
WITH "numbered" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."item_id",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_rates" AS (
  SELECT * FROM "__fcompile_stage_002"
), "events_rate" AS (
  -- Feature view rate: the values each event carries, by no key (one value for all).
  SELECT
    "__event",
    CAST("rate" AS Nullable(Float64)) AS "rate"
  FROM "source_rates"
)
SELECT
  "r"."__time",
  "r"."__event"
FROM (
  SELECT
    "i"."__time",
    "i"."__asks",
    MAX("i"."__event") OVER (ORDER BY "i"."__time" ASC, "i"."__asks" ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "__event"
  FROM (
    SELECT DISTINCT
      "s"."event_timestamp" AS "__time",
      CAST(NULL AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
      1 AS "__asks"
    FROM "numbered" AS "s"
    WHERE
      "s"."event_timestamp" IS NOT NULL
    UNION ALL
    SELECT
      "e"."__event" AS "__time",
      "e"."__event",
      0 AS "__asks"
    FROM "events_rate" AS "e"
  ) AS "i"
) AS "r"
WHERE
  "r"."__asks" = 1 AND "r"."__event" IS NOT NULL
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- matched: Each spine row with the latest event visible at its time, for each join; item: at or before the row's time; price: at or before the row's time; rate: at or before the row's time.
CREATE TEMPORARY TABLE "__fcompile_stage_004" ENGINE = Memory AS
WITH "numbered" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."item_id",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_items" AS (
  -- Source items: a row an event at at, known as it happens. The table holds what is in
  -- data/*.parquet.
  SELECT
    "item_id",
    "sizes",
    "maker",
    "embedding",
    "Order",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event"
  FROM "items"
  WHERE
    "at" IS NOT NULL
), "source_prices" AS (
  SELECT * FROM "__fcompile_stage_001"
), "source_rates" AS (
  SELECT * FROM "__fcompile_stage_002"
), "events_item" AS (
  -- Feature view item: the values each event carries, by item_id.
  SELECT
    CAST("item_id" AS Nullable(Int64)) AS "item_id",
    "__event",
    CASE WHEN "sizes" IS NOT NULL THEN CAST("sizes" AS Array(Nullable(Int64))) END AS "sizes",
    CAST("maker" AS Nullable(Tuple("name" Nullable(String), "since" Nullable(Date32)))) AS "maker",
    CASE WHEN "embedding" IS NOT NULL THEN CAST("embedding" AS Array(Nullable(Float32))) END AS "embedding",
    CAST("Order" AS Nullable(Int64)) AS "rank"
  FROM "source_items"
  WHERE
    "item_id" IS NOT NULL
), "events_price" AS (
  -- Feature view price: the values each event carries, by item_id.
  SELECT
    CAST("item_id" AS Nullable(Int64)) AS "item_id",
    "__event",
    CAST("price" AS Nullable(Decimal(9, 2))) AS "price"
  FROM "source_prices"
  WHERE
    "item_id" IS NOT NULL
), "events_rate" AS (
  -- Feature view rate: the values each event carries, by no key (one value for all).
  SELECT
    "__event",
    CAST("rate" AS Nullable(Float64)) AS "rate"
  FROM "source_rates"
), "picked_rate" AS (
  SELECT * FROM "__fcompile_stage_003"
), "found_rate" AS (
  -- What rate says at the picked instants; of several events the greatest by (rate), NULLs first. A
  -- row an instant.
  SELECT
    "e"."__event" AS "__event",
    "e"."rate" AS "rate"
  FROM "events_rate" AS "e"
  SEMI JOIN "picked_rate" AS "d"
    ON "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "e"."__event" ORDER BY "e"."rate" <> "e"."rate" DESC, "e"."rate" DESC) = 1
)
SELECT
  "s"."__row" AS "__row",
  "s"."item_id" AS "item_id",
  "s"."event_timestamp" AS "event_timestamp",
  "e1"."__event" AS "item__event",
  "e1"."sizes" AS "item__sizes",
  "e1"."maker" AS "item__maker",
  "e1"."embedding" AS "item__embedding",
  "e1"."rank" AS "item__rank",
  "e2"."__event" AS "price__event",
  "e2"."price" AS "price__price",
  "p3"."__event" AS "rate__event",
  "f3_1"."rate" AS "rate__rate"
FROM "numbered" AS "s"
ASOF LEFT JOIN "events_item" AS "e1"
  ON "s"."item_id" = "e1"."item_id" AND "s"."event_timestamp" >= "e1"."__event"
ASOF LEFT JOIN "events_price" AS "e2"
  ON "s"."item_id" = "e2"."item_id" AND "s"."event_timestamp" >= "e2"."__event"
LEFT JOIN "picked_rate" AS "p3"
  ON "s"."event_timestamp" = "p3"."__time"
LEFT JOIN "found_rate" AS "f3_1"
  ON "p3"."__event" = "f3_1"."__event"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
WITH "source_items" AS (
  -- Source items: a row an event at at, known as it happens. The table holds what is in
  -- data/*.parquet.
  SELECT
    "item_id",
    "sizes",
    "maker",
    "embedding",
    "Order",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event"
  FROM "items"
  WHERE
    "at" IS NOT NULL
), "source_prices" AS (
  SELECT * FROM "__fcompile_stage_001"
), "events_item" AS (
  -- Feature view item: the values each event carries, by item_id.
  SELECT
    CAST("item_id" AS Nullable(Int64)) AS "item_id",
    "__event",
    CASE WHEN "sizes" IS NOT NULL THEN CAST("sizes" AS Array(Nullable(Int64))) END AS "sizes",
    CAST("maker" AS Nullable(Tuple("name" Nullable(String), "since" Nullable(Date32)))) AS "maker",
    CASE WHEN "embedding" IS NOT NULL THEN CAST("embedding" AS Array(Nullable(Float32))) END AS "embedding",
    CAST("Order" AS Nullable(Int64)) AS "rank"
  FROM "source_items"
  WHERE
    "item_id" IS NOT NULL
), "events_price" AS (
  -- Feature view price: the values each event carries, by item_id.
  SELECT
    CAST("item_id" AS Nullable(Int64)) AS "item_id",
    "__event",
    CAST("price" AS Nullable(Decimal(9, 2))) AS "price"
  FROM "source_prices"
  WHERE
    "item_id" IS NOT NULL
), "matched" AS (
  SELECT * FROM "__fcompile_stage_004"
), "tied_item" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."item_id" AS "item_id",
    "e"."__event" AS "__event"
  FROM "events_item" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."item_id" = "m"."item_id" AND "e"."__event" = "m"."item__event"
  GROUP BY
    "e"."item_id",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_item" AS (
  -- Ties of item, settled: the greatest by (sizes, maker, embedding, rank), NULLs first. A row a
  -- tied instant.
  SELECT
    "e"."item_id" AS "item_id",
    "e"."__event" AS "__event",
    "e"."sizes" AS "sizes",
    "e"."maker" AS "maker",
    "e"."embedding" AS "embedding",
    "e"."rank" AS "rank"
  FROM "events_item" AS "e"
  SEMI JOIN "tied_item" AS "d"
    ON "e"."item_id" = "d"."item_id" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "e"."item_id", "e"."__event"
      ORDER BY "e"."sizes" DESC, "e"."maker" DESC, "e"."embedding" DESC, "e"."rank" DESC
    ) = 1
), "tied_price" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."item_id" AS "item_id",
    "e"."__event" AS "__event"
  FROM "events_price" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."item_id" = "m"."item_id" AND "e"."__event" = "m"."price__event"
  GROUP BY
    "e"."item_id",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_price" AS (
  -- Ties of price, settled: the greatest by (price), NULLs first. A row a tied instant.
  SELECT
    "e"."item_id" AS "item_id",
    "e"."__event" AS "__event",
    "e"."price" AS "price"
  FROM "events_price" AS "e"
  SEMI JOIN "tied_price" AS "d"
    ON "e"."item_id" = "d"."item_id" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "e"."item_id", "e"."__event" ORDER BY "e"."price" DESC) = 1
)
SELECT
  "m"."item_id" AS "item_id",
  "m"."event_timestamp" AS "event_timestamp",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."item__sizes" ELSE "w1"."sizes" END AS "sizes",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."item__maker" ELSE "w1"."maker" END AS "maker",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."item__embedding" ELSE "w1"."embedding" END AS "embedding",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."item__rank" ELSE "w1"."rank" END AS "rank",
  CASE WHEN "w2"."__event" IS NULL THEN "m"."price__price" ELSE "w2"."price" END AS "price",
  "m"."rate__rate" AS "rate"
FROM "matched" AS "m"
LEFT JOIN "settled_item" AS "w1"
  ON "w1"."item_id" = "m"."item_id" AND "w1"."__event" = "m"."item__event"
LEFT JOIN "settled_price" AS "w2"
  ON "w2"."item_id" = "m"."item_id" AND "w2"."__event" = "m"."price__event"
ORDER BY
  "m"."__row"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
DROP TABLE IF EXISTS "__fcompile_stage_004";
DROP TABLE IF EXISTS "__fcompile_stage_003";
DROP TABLE IF EXISTS "__fcompile_stage_002";
DROP TABLE IF EXISTS "__fcompile_stage_001";
