-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: snowflake, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- source_prices: Source prices: a row an event at at, known as it happens. The table holds what is in data/prices.csv.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_001" AS
SELECT
  "ITEM_ID",
  "PRICE",
  CAST(CONVERT_TIMEZONE('UTC', CAST("AT" AS TIMESTAMP_TZ(6))) AS TIMESTAMP_NTZ(6)) AS "__EVENT"
FROM "PRICES"
WHERE
  "AT" IS NOT NULL;
-- source_rates: Source rates: a row an event at at, known as it happens.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_002" AS
SELECT
  "RATE",
  CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
FROM (
SELECT at, rate, 'two
  lines' AS remark -- the user's own words
FROM raw.rates
) AS "QUERY"
WHERE
  "AT" IS NOT NULL;
-- matched: Each spine row with the latest event visible at its time, for each join; item: at or before the row's time; price: at or before the row's time; rate: at or before the row's time.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_003" AS
WITH "NUMBERED" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER (ORDER BY NULL NULLS FIRST) AS "__ROW",
    "S"."ITEM_ID",
    "S"."EVENT_TIMESTAMP"
  FROM "SPINE" AS "S"
), "SOURCE_ITEMS" AS (
  -- Source items: a row an event at at, known as it happens. The table holds what is in
  -- data/*.parquet.
  SELECT
    "ITEM_ID",
    "SIZES",
    "MAKER",
    "EMBEDDING",
    "Order",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
  FROM "ITEMS"
  WHERE
    "AT" IS NOT NULL
), "SOURCE_PRICES" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
), "SOURCE_RATES" AS (
  SELECT * FROM "__FCOMPILE_STAGE_002"
), "EVENTS_ITEM" AS (
  -- Feature view item: the values each event carries, by item_id.
  SELECT
    CAST("ITEM_ID" AS DECIMAL(19, 0)) AS "ITEM_ID",
    "__EVENT",
    CAST("SIZES" AS ARRAY) AS "SIZES",
    CAST("MAKER" AS OBJECT) AS "MAKER",
    CAST("EMBEDDING" AS ARRAY) AS "EMBEDDING",
    CAST("Order" AS DECIMAL(19, 0)) AS "RANK"
  FROM "SOURCE_ITEMS"
  WHERE
    "ITEM_ID" IS NOT NULL
), "EVENTS_PRICE" AS (
  -- Feature view price: the values each event carries, by item_id.
  SELECT
    CAST("ITEM_ID" AS DECIMAL(19, 0)) AS "ITEM_ID",
    "__EVENT",
    CAST("PRICE" AS DECIMAL(9, 2)) AS "PRICE"
  FROM "SOURCE_PRICES"
  WHERE
    "ITEM_ID" IS NOT NULL
), "EVENTS_RATE" AS (
  -- Feature view rate: the values each event carries, by no key (one value for all).
  SELECT
    "__EVENT",
    CAST("RATE" AS DOUBLE) AS "RATE"
  FROM "SOURCE_RATES"
)
SELECT
  "S"."__ROW",
  "S"."ITEM_ID",
  "S"."EVENT_TIMESTAMP",
  "E1"."__EVENT" AS "ITEM__EVENT",
  "E1"."SIZES" AS "ITEM__SIZES",
  "E1"."MAKER" AS "ITEM__MAKER",
  "E1"."EMBEDDING" AS "ITEM__EMBEDDING",
  "E1"."RANK" AS "ITEM__RANK",
  "E2"."__EVENT" AS "PRICE__EVENT",
  "E2"."PRICE" AS "PRICE__PRICE",
  "E3"."__EVENT" AS "RATE__EVENT",
  "E3"."RATE" AS "RATE__RATE"
FROM "NUMBERED" AS "S"
ASOF JOIN "EVENTS_ITEM" AS "E1" MATCH_CONDITION ("S"."EVENT_TIMESTAMP" >= "E1"."__EVENT")
  ON "S"."ITEM_ID" = "E1"."ITEM_ID"
ASOF JOIN "EVENTS_PRICE" AS "E2" MATCH_CONDITION ("S"."EVENT_TIMESTAMP" >= "E2"."__EVENT")
  ON "S"."ITEM_ID" = "E2"."ITEM_ID"
ASOF JOIN "EVENTS_RATE" AS "E3" MATCH_CONDITION ("S"."EVENT_TIMESTAMP" >= "E3"."__EVENT");
WITH "SOURCE_ITEMS" AS (
  -- Source items: a row an event at at, known as it happens. The table holds what is in
  -- data/*.parquet.
  SELECT
    "ITEM_ID",
    "SIZES",
    "MAKER",
    "EMBEDDING",
    "Order",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
  FROM "ITEMS"
  WHERE
    "AT" IS NOT NULL
), "SOURCE_PRICES" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
), "SOURCE_RATES" AS (
  SELECT * FROM "__FCOMPILE_STAGE_002"
), "EVENTS_ITEM" AS (
  -- Feature view item: the values each event carries, by item_id.
  SELECT
    CAST("ITEM_ID" AS DECIMAL(19, 0)) AS "ITEM_ID",
    "__EVENT",
    CAST("SIZES" AS ARRAY) AS "SIZES",
    CAST("MAKER" AS OBJECT) AS "MAKER",
    CAST("EMBEDDING" AS ARRAY) AS "EMBEDDING",
    CAST("Order" AS DECIMAL(19, 0)) AS "RANK"
  FROM "SOURCE_ITEMS"
  WHERE
    "ITEM_ID" IS NOT NULL
), "EVENTS_PRICE" AS (
  -- Feature view price: the values each event carries, by item_id.
  SELECT
    CAST("ITEM_ID" AS DECIMAL(19, 0)) AS "ITEM_ID",
    "__EVENT",
    CAST("PRICE" AS DECIMAL(9, 2)) AS "PRICE"
  FROM "SOURCE_PRICES"
  WHERE
    "ITEM_ID" IS NOT NULL
), "EVENTS_RATE" AS (
  -- Feature view rate: the values each event carries, by no key (one value for all).
  SELECT
    "__EVENT",
    CAST("RATE" AS DOUBLE) AS "RATE"
  FROM "SOURCE_RATES"
), "MATCHED" AS (
  SELECT * FROM "__FCOMPILE_STAGE_003"
), "TIED_ITEM" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "E"."ITEM_ID",
    "E"."__EVENT"
  FROM "EVENTS_ITEM" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "MATCHED" AS "M"
      WHERE
        "E"."ITEM_ID" = "M"."ITEM_ID" AND "E"."__EVENT" = "M"."ITEM__EVENT"
    )
  GROUP BY
    "E"."ITEM_ID",
    "E"."__EVENT"
  HAVING
    COUNT(*) > 1
), "SETTLED_ITEM" AS (
  -- Ties of item, settled: the greatest by (sizes, maker, embedding, rank), NULLs first. A row a
  -- tied instant.
  SELECT
    "E"."ITEM_ID",
    "E"."__EVENT",
    "E"."SIZES",
    "E"."MAKER",
    "E"."EMBEDDING",
    "E"."RANK"
  FROM "EVENTS_ITEM" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "TIED_ITEM" AS "D"
      WHERE
        "E"."ITEM_ID" = "D"."ITEM_ID" AND "E"."__EVENT" = "D"."__EVENT"
    )
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "E"."ITEM_ID", "E"."__EVENT"
      ORDER BY "E"."SIZES" DESC NULLS LAST, "E"."MAKER" DESC NULLS LAST, "E"."EMBEDDING" DESC NULLS LAST, "E"."RANK" DESC NULLS LAST
    ) = 1
), "TIED_PRICE" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "E"."ITEM_ID",
    "E"."__EVENT"
  FROM "EVENTS_PRICE" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "MATCHED" AS "M"
      WHERE
        "E"."ITEM_ID" = "M"."ITEM_ID" AND "E"."__EVENT" = "M"."PRICE__EVENT"
    )
  GROUP BY
    "E"."ITEM_ID",
    "E"."__EVENT"
  HAVING
    COUNT(*) > 1
), "SETTLED_PRICE" AS (
  -- Ties of price, settled: the greatest by (price), NULLs first. A row a tied instant.
  SELECT
    "E"."ITEM_ID",
    "E"."__EVENT",
    "E"."PRICE"
  FROM "EVENTS_PRICE" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "TIED_PRICE" AS "D"
      WHERE
        "E"."ITEM_ID" = "D"."ITEM_ID" AND "E"."__EVENT" = "D"."__EVENT"
    )
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "E"."ITEM_ID", "E"."__EVENT" ORDER BY "E"."PRICE" DESC NULLS LAST) = 1
), "TIED_RATE" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "E"."__EVENT"
  FROM "EVENTS_RATE" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "MATCHED" AS "M"
      WHERE
        "E"."__EVENT" = "M"."RATE__EVENT"
    )
  GROUP BY
    "E"."__EVENT"
  HAVING
    COUNT(*) > 1
), "SETTLED_RATE" AS (
  -- Ties of rate, settled: the greatest by (rate), NULLs first. A row a tied instant.
  SELECT
    "E"."__EVENT",
    "E"."RATE"
  FROM "EVENTS_RATE" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "TIED_RATE" AS "D"
      WHERE
        "E"."__EVENT" = "D"."__EVENT"
    )
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "E"."__EVENT" ORDER BY (
      "E"."RATE"
    ) + 0 DESC NULLS LAST) = 1
)
SELECT
  "M"."ITEM_ID",
  "M"."EVENT_TIMESTAMP",
  CASE WHEN "W1"."__EVENT" IS NULL THEN "M"."ITEM__SIZES" ELSE "W1"."SIZES" END AS "SIZES",
  CASE WHEN "W1"."__EVENT" IS NULL THEN "M"."ITEM__MAKER" ELSE "W1"."MAKER" END AS "MAKER",
  CASE WHEN "W1"."__EVENT" IS NULL THEN "M"."ITEM__EMBEDDING" ELSE "W1"."EMBEDDING" END AS "EMBEDDING",
  CASE WHEN "W1"."__EVENT" IS NULL THEN "M"."ITEM__RANK" ELSE "W1"."RANK" END AS "RANK",
  CASE WHEN "W2"."__EVENT" IS NULL THEN "M"."PRICE__PRICE" ELSE "W2"."PRICE" END AS "PRICE",
  CASE WHEN "W3"."__EVENT" IS NULL THEN "M"."RATE__RATE" ELSE "W3"."RATE" END AS "RATE"
FROM "MATCHED" AS "M"
LEFT JOIN "SETTLED_ITEM" AS "W1"
  ON "W1"."ITEM_ID" = "M"."ITEM_ID" AND "W1"."__EVENT" = "M"."ITEM__EVENT"
LEFT JOIN "SETTLED_PRICE" AS "W2"
  ON "W2"."ITEM_ID" = "M"."ITEM_ID" AND "W2"."__EVENT" = "M"."PRICE__EVENT"
LEFT JOIN "SETTLED_RATE" AS "W3"
  ON "W3"."__EVENT" = "M"."RATE__EVENT"
ORDER BY
  "M"."__ROW";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_003";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_002";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_001";
