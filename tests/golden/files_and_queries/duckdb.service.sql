-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
WITH "numbered" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."item_id",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_items" AS NOT MATERIALIZED (
  -- Source items: a row an event at at, known as it happens.
  SELECT
    "item_id",
    "sizes",
    "maker",
    "embedding",
    "Order",
    CAST("at" AS TIMESTAMP) AS "__event"
  FROM READ_PARQUET('data/*.parquet')
  WHERE
    "at" IS NOT NULL
), "source_prices" AS MATERIALIZED (
  -- Source prices: a row an event at at, known as it happens.
  SELECT
    "item_id",
    "price",
    CAST(CAST("at" AS TIMESTAMPTZ) AS TIMESTAMP) AS "__event"
  FROM READ_CSV(
    'data/prices.csv',
    header = TRUE,
    quote = '"',
    escape = '"',
    comment = '',
    delim = ',',
    skip = 0,
    sample_size = -1,
    types = {'at': 'TIMESTAMPTZ', 'item_id': 'BIGINT', 'price': 'DECIMAL(9, 2)'}
  )
  WHERE
    "at" IS NOT NULL
), "source_rates" AS MATERIALIZED (
  -- Source rates: a row an event at at, known as it happens.

SELECT
  "rate",
  CAST("at" AS TIMESTAMP) AS "__event"
FROM (
  
SELECT at, rate, 'two
  lines' AS remark -- the user's own words
FROM raw.rates

) AS "query"
WHERE
  "at" IS NOT NULL
), "events_item" AS NOT MATERIALIZED (
  -- Feature view item: the values each event carries, by item_id.
  SELECT
    CAST("item_id" AS BIGINT) AS "item_id",
    "__event",
    CAST("sizes" AS BIGINT[]) AS "sizes",
    CAST("maker" AS STRUCT("name" TEXT, "since" DATE)) AS "maker",
    CAST("embedding" AS REAL[3]) AS "embedding",
    CAST("Order" AS BIGINT) AS "rank"
  FROM "source_items"
  WHERE
    "item_id" IS NOT NULL
), "events_price" AS NOT MATERIALIZED (
  -- Feature view price: the values each event carries, by item_id.
  SELECT
    CAST("item_id" AS BIGINT) AS "item_id",
    "__event",
    CAST("price" AS DECIMAL(9, 2)) AS "price"
  FROM "source_prices"
  WHERE
    "item_id" IS NOT NULL
), "events_rate" AS NOT MATERIALIZED (
  -- Feature view rate: the values each event carries, by no key (one value for all).
  SELECT
    "__event",
    CAST("rate" AS DOUBLE) AS "rate"
  FROM "source_rates"
), "matched" AS MATERIALIZED (
  -- Each spine row with the latest event visible at its time, for each join; item: at or before the
  -- row's time; price: at or before the row's time; rate: at or before the row's time.
  SELECT
    "s"."__row",
    "s"."item_id",
    "s"."event_timestamp",
    "e1"."__event" AS "item__event",
    "e1"."sizes" AS "item__sizes",
    "e1"."maker" AS "item__maker",
    "e1"."embedding" AS "item__embedding",
    "e1"."rank" AS "item__rank",
    "e2"."__event" AS "price__event",
    "e2"."price" AS "price__price",
    "e3"."__event" AS "rate__event",
    "e3"."rate" AS "rate__rate"
  FROM "numbered" AS "s"
  ASOF LEFT JOIN "events_item" AS "e1"
    ON "s"."item_id" = "e1"."item_id" AND "s"."event_timestamp" >= "e1"."__event"
  ASOF LEFT JOIN "events_price" AS "e2"
    ON "s"."item_id" = "e2"."item_id" AND "s"."event_timestamp" >= "e2"."__event"
  ASOF LEFT JOIN "events_rate" AS "e3"
    ON "s"."event_timestamp" >= "e3"."__event"
), "tied_item" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."item_id",
    "e"."__event"
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
    "e"."item_id",
    "e"."__event",
    "e"."sizes",
    "e"."maker",
    "e"."embedding",
    "e"."rank"
  FROM "events_item" AS "e"
  SEMI JOIN "tied_item" AS "d"
    ON "e"."item_id" = "d"."item_id" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "e"."item_id", "e"."__event"
      ORDER BY "e"."sizes" DESC, "e"."maker" DESC, "e"."embedding" DESC, "e"."rank" DESC
    ) = 1
), "tied_price" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."item_id",
    "e"."__event"
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
    "e"."item_id",
    "e"."__event",
    "e"."price"
  FROM "events_price" AS "e"
  SEMI JOIN "tied_price" AS "d"
    ON "e"."item_id" = "d"."item_id" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "e"."item_id", "e"."__event" ORDER BY "e"."price" DESC) = 1
), "tied_rate" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."__event"
  FROM "events_rate" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."__event" = "m"."rate__event"
  GROUP BY
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_rate" AS (
  -- Ties of rate, settled: the greatest by (rate), NULLs first. A row a tied instant.
  SELECT
    "e"."__event",
    "e"."rate"
  FROM "events_rate" AS "e"
  SEMI JOIN "tied_rate" AS "d"
    ON "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "e"."__event" ORDER BY "e"."rate" DESC) = 1
)
SELECT
  "m"."item_id",
  "m"."event_timestamp",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."item__sizes" ELSE "w1"."sizes" END AS "sizes",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."item__maker" ELSE "w1"."maker" END AS "maker",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."item__embedding" ELSE "w1"."embedding" END AS "embedding",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."item__rank" ELSE "w1"."rank" END AS "rank",
  CASE WHEN "w2"."__event" IS NULL THEN "m"."price__price" ELSE "w2"."price" END AS "price",
  CASE WHEN "w3"."__event" IS NULL THEN "m"."rate__rate" ELSE "w3"."rate" END AS "rate"
FROM "matched" AS "m"
LEFT JOIN "settled_item" AS "w1"
  ON "w1"."item_id" = "m"."item_id" AND "w1"."__event" = "m"."item__event"
LEFT JOIN "settled_price" AS "w2"
  ON "w2"."item_id" = "m"."item_id" AND "w2"."__event" = "m"."price__event"
LEFT JOIN "settled_rate" AS "w3"
  ON "w3"."__event" = "m"."rate__event"
ORDER BY
  "m"."__row";
