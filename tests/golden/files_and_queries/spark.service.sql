-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: spark, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- source_prices: Source prices: a row an event at at, known as it happens. The table holds what is in data/prices.csv.
CREATE TABLE `features`.`__fcompile_stage_001` AS
SELECT
  `item_id`,
  `price`,
  CAST(CAST(`at` AS TIMESTAMP) AS TIMESTAMP_NTZ) AS `__event`
FROM `prices`
WHERE
  `at` IS NOT NULL;
-- source_rates: Source rates: a row an event at at, known as it happens.
CREATE TABLE `features`.`__fcompile_stage_002` AS
SELECT
  `rate`,
  CAST(`at` AS TIMESTAMP_NTZ) AS `__event`
FROM (
  
SELECT at, rate, 'two
  lines' AS remark -- the user's own words
FROM raw.rates

) AS `query`
WHERE
  `at` IS NOT NULL;
-- picked_item: The latest event of item visible at or before each instant that asks. A row a key and instant; none where there is no event.
CREATE TABLE `features`.`__fcompile_stage_003` AS
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER (ORDER BY NULL) AS `__row`,
    `s`.`item_id`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_items` AS (
  -- Source items: a row an event at at, known as it happens. The table holds what is in
  -- data/*.parquet.
  SELECT
    `item_id`,
    `sizes`,
    `maker`,
    `embedding`,
    `Order`,
    CAST(`at` AS TIMESTAMP_NTZ) AS `__event`
  FROM `items`
  WHERE
    `at` IS NOT NULL
), `events_item` AS (
  -- Feature view item: the values each event carries, by item_id.
  SELECT
    CAST(`item_id` AS BIGINT) AS `item_id`,
    `__event`,
    CAST(`sizes` AS ARRAY<BIGINT>) AS `sizes`,
    CAST(`maker` AS STRUCT<`name`: STRING, `since`: DATE>) AS `maker`,
    CAST(`embedding` AS ARRAY<FLOAT>) AS `embedding`,
    CAST(`Order` AS BIGINT) AS `rank`
  FROM `source_items`
  WHERE
    `item_id` IS NOT NULL
)
SELECT
  `r`.`item_id`,
  `r`.`__time`,
  `r`.`__event`
FROM (
  SELECT
    `i`.`item_id`,
    `i`.`__time`,
    `i`.`__asks`,
    MAX(`i`.`__event`) OVER (
      PARTITION BY `i`.`item_id`
      ORDER BY `i`.`__time` ASC NULLS LAST, `i`.`__asks` ASC NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS `__event`
  FROM (
    SELECT DISTINCT
      `s`.`item_id`,
      `s`.`event_timestamp` AS `__time`,
      CAST(NULL AS TIMESTAMP_NTZ) AS `__event`,
      1 AS `__asks`
    FROM `numbered` AS `s`
    WHERE
      `s`.`item_id` IS NOT NULL AND `s`.`event_timestamp` IS NOT NULL
    UNION ALL
    SELECT
      `e`.`item_id`,
      `e`.`__event` AS `__time`,
      `e`.`__event`,
      0 AS `__asks`
    FROM `events_item` AS `e`
  ) AS `i`
) AS `r`
WHERE
  `r`.`__asks` = 1 AND `r`.`__event` IS NOT NULL;
-- picked_price: The latest event of price visible at or before each instant that asks. A row a key and instant; none where there is no event.
CREATE TABLE `features`.`__fcompile_stage_004` AS
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER (ORDER BY NULL) AS `__row`,
    `s`.`item_id`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_prices` AS (
  SELECT * FROM `features`.`__fcompile_stage_001`
), `events_price` AS (
  -- Feature view price: the values each event carries, by item_id.
  SELECT
    CAST(`item_id` AS BIGINT) AS `item_id`,
    `__event`,
    CAST(`price` AS DECIMAL(9, 2)) AS `price`
  FROM `source_prices`
  WHERE
    `item_id` IS NOT NULL
)
SELECT
  `r`.`item_id`,
  `r`.`__time`,
  `r`.`__event`
FROM (
  SELECT
    `i`.`item_id`,
    `i`.`__time`,
    `i`.`__asks`,
    MAX(`i`.`__event`) OVER (
      PARTITION BY `i`.`item_id`
      ORDER BY `i`.`__time` ASC NULLS LAST, `i`.`__asks` ASC NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS `__event`
  FROM (
    SELECT DISTINCT
      `s`.`item_id`,
      `s`.`event_timestamp` AS `__time`,
      CAST(NULL AS TIMESTAMP_NTZ) AS `__event`,
      1 AS `__asks`
    FROM `numbered` AS `s`
    WHERE
      `s`.`item_id` IS NOT NULL AND `s`.`event_timestamp` IS NOT NULL
    UNION ALL
    SELECT
      `e`.`item_id`,
      `e`.`__event` AS `__time`,
      `e`.`__event`,
      0 AS `__asks`
    FROM `events_price` AS `e`
  ) AS `i`
) AS `r`
WHERE
  `r`.`__asks` = 1 AND `r`.`__event` IS NOT NULL;
-- picked_rate: The latest event of rate visible at or before each instant that asks. A row a key and instant; none where there is no event.
CREATE TABLE `features`.`__fcompile_stage_005` AS
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER (ORDER BY NULL) AS `__row`,
    `s`.`item_id`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_rates` AS (
  SELECT * FROM `features`.`__fcompile_stage_002`
), `events_rate` AS (
  -- Feature view rate: the values each event carries, by no key (one value for all).
  SELECT
    `__event`,
    CAST(`rate` AS DOUBLE) AS `rate`
  FROM `source_rates`
)
SELECT
  `r`.`__time`,
  `r`.`__event`
FROM (
  SELECT
    `i`.`__time`,
    `i`.`__asks`,
    MAX(`i`.`__event`) OVER (
      ORDER BY `i`.`__time` ASC NULLS LAST, `i`.`__asks` ASC NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS `__event`
  FROM (
    SELECT DISTINCT
      `s`.`event_timestamp` AS `__time`,
      CAST(NULL AS TIMESTAMP_NTZ) AS `__event`,
      1 AS `__asks`
    FROM `numbered` AS `s`
    WHERE
      `s`.`event_timestamp` IS NOT NULL
    UNION ALL
    SELECT
      `e`.`__event` AS `__time`,
      `e`.`__event`,
      0 AS `__asks`
    FROM `events_rate` AS `e`
  ) AS `i`
) AS `r`
WHERE
  `r`.`__asks` = 1 AND `r`.`__event` IS NOT NULL;
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER (ORDER BY NULL) AS `__row`,
    `s`.`item_id`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_items` AS (
  -- Source items: a row an event at at, known as it happens. The table holds what is in
  -- data/*.parquet.
  SELECT
    `item_id`,
    `sizes`,
    `maker`,
    `embedding`,
    `Order`,
    CAST(`at` AS TIMESTAMP_NTZ) AS `__event`
  FROM `items`
  WHERE
    `at` IS NOT NULL
), `source_prices` AS (
  SELECT * FROM `features`.`__fcompile_stage_001`
), `source_rates` AS (
  SELECT * FROM `features`.`__fcompile_stage_002`
), `events_item` AS (
  -- Feature view item: the values each event carries, by item_id.
  SELECT
    CAST(`item_id` AS BIGINT) AS `item_id`,
    `__event`,
    CAST(`sizes` AS ARRAY<BIGINT>) AS `sizes`,
    CAST(`maker` AS STRUCT<`name`: STRING, `since`: DATE>) AS `maker`,
    CAST(`embedding` AS ARRAY<FLOAT>) AS `embedding`,
    CAST(`Order` AS BIGINT) AS `rank`
  FROM `source_items`
  WHERE
    `item_id` IS NOT NULL
), `events_price` AS (
  -- Feature view price: the values each event carries, by item_id.
  SELECT
    CAST(`item_id` AS BIGINT) AS `item_id`,
    `__event`,
    CAST(`price` AS DECIMAL(9, 2)) AS `price`
  FROM `source_prices`
  WHERE
    `item_id` IS NOT NULL
), `events_rate` AS (
  -- Feature view rate: the values each event carries, by no key (one value for all).
  SELECT
    `__event`,
    CAST(`rate` AS DOUBLE) AS `rate`
  FROM `source_rates`
), `picked_item` AS (
  SELECT * FROM `features`.`__fcompile_stage_003`
), `found_item` AS (
  -- What item says at the picked instants; of several events the greatest by (sizes, maker,
  -- embedding, rank), NULLs first. A row an instant.
  SELECT
    `item_id`,
    `__event`,
    `sizes`,
    `maker`,
    `embedding`,
    `rank`
  FROM (
    SELECT
      `e`.`item_id`,
      `e`.`__event`,
      `e`.`sizes`,
      `e`.`maker`,
      `e`.`embedding`,
      `e`.`rank`,
      ROW_NUMBER() OVER (
        PARTITION BY `e`.`item_id`, `e`.`__event`
        ORDER BY `e`.`sizes` DESC, `e`.`maker` DESC, `e`.`embedding` DESC, `e`.`rank` DESC
      ) AS `__tested`
    FROM `events_item` AS `e`
    SEMI JOIN `picked_item` AS `d`
      ON `e`.`item_id` = `d`.`item_id` AND `e`.`__event` = `d`.`__event`
  ) AS `__qualified`
  WHERE
    `__tested` = 1
), `picked_price` AS (
  SELECT * FROM `features`.`__fcompile_stage_004`
), `found_price` AS (
  -- What price says at the picked instants; of several events the greatest by (price), NULLs first.
  -- A row an instant.
  SELECT
    `item_id`,
    `__event`,
    `price`
  FROM (
    SELECT
      `e`.`item_id`,
      `e`.`__event`,
      `e`.`price`,
      ROW_NUMBER() OVER (PARTITION BY `e`.`item_id`, `e`.`__event` ORDER BY `e`.`price` DESC) AS `__tested`
    FROM `events_price` AS `e`
    SEMI JOIN `picked_price` AS `d`
      ON `e`.`item_id` = `d`.`item_id` AND `e`.`__event` = `d`.`__event`
  ) AS `__qualified`
  WHERE
    `__tested` = 1
), `picked_rate` AS (
  SELECT * FROM `features`.`__fcompile_stage_005`
), `found_rate` AS (
  -- What rate says at the picked instants; of several events the greatest by (rate), NULLs first. A
  -- row an instant.
  SELECT
    `__event`,
    `rate`
  FROM (
    SELECT
      `e`.`__event`,
      `e`.`rate`,
      ROW_NUMBER() OVER (PARTITION BY `e`.`__event` ORDER BY `e`.`rate` DESC) AS `__tested`
    FROM `events_rate` AS `e`
    SEMI JOIN `picked_rate` AS `d`
      ON `e`.`__event` = `d`.`__event`
  ) AS `__qualified`
  WHERE
    `__tested` = 1
), `matched` AS (
  -- Each spine row with the latest event visible at its time, for each join; item: at or before the
  -- row's time; price: at or before the row's time; rate: at or before the row's time.
  SELECT
    `s`.`__row`,
    `s`.`item_id`,
    `s`.`event_timestamp`,
    `p1`.`__event` AS `item__event`,
    `f1_1`.`sizes` AS `item__sizes`,
    `f1_1`.`maker` AS `item__maker`,
    `f1_1`.`embedding` AS `item__embedding`,
    `f1_1`.`rank` AS `item__rank`,
    `p2`.`__event` AS `price__event`,
    `f2_1`.`price` AS `price__price`,
    `p3`.`__event` AS `rate__event`,
    `f3_1`.`rate` AS `rate__rate`
  FROM `numbered` AS `s`
  LEFT JOIN `picked_item` AS `p1`
    ON `s`.`item_id` = `p1`.`item_id` AND `s`.`event_timestamp` = `p1`.`__time`
  LEFT JOIN `found_item` AS `f1_1`
    ON `p1`.`item_id` = `f1_1`.`item_id` AND `p1`.`__event` = `f1_1`.`__event`
  LEFT JOIN `picked_price` AS `p2`
    ON `s`.`item_id` = `p2`.`item_id` AND `s`.`event_timestamp` = `p2`.`__time`
  LEFT JOIN `found_price` AS `f2_1`
    ON `p2`.`item_id` = `f2_1`.`item_id` AND `p2`.`__event` = `f2_1`.`__event`
  LEFT JOIN `picked_rate` AS `p3`
    ON `s`.`event_timestamp` = `p3`.`__time`
  LEFT JOIN `found_rate` AS `f3_1`
    ON `p3`.`__event` = `f3_1`.`__event`
)
SELECT
  `m`.`item_id`,
  `m`.`event_timestamp`,
  `m`.`item__sizes` AS `sizes`,
  `m`.`item__maker` AS `maker`,
  `m`.`item__embedding` AS `embedding`,
  `m`.`item__rank` AS `rank`,
  `m`.`price__price` AS `price`,
  `m`.`rate__rate` AS `rate`
FROM `matched` AS `m`
ORDER BY
  `m`.`__row` NULLS LAST;
DROP TABLE IF EXISTS `features`.`__fcompile_stage_005`;
DROP TABLE IF EXISTS `features`.`__fcompile_stage_004`;
DROP TABLE IF EXISTS `features`.`__fcompile_stage_003`;
DROP TABLE IF EXISTS `features`.`__fcompile_stage_002`;
DROP TABLE IF EXISTS `features`.`__fcompile_stage_001`;
