-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: spark, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- picked_origin: The latest event of weather visible at or before each instant that asks. A row a key and instant; none where there is no event.
CREATE TABLE `features`.`__fcompile_stage_001` AS
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER (ORDER BY NULL) AS `__row`,
    `s`.`origin_id`,
    `s`.`dest_id`,
    `s`.`carrier`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_weather` AS (
  -- Source weather: a row an event at at, known as it happens.
  SELECT
    `place_id`,
    `temp`,
    `wind`,
    CAST(`at` AS TIMESTAMP_NTZ) AS `__event`
  FROM `raw`.`weather`
  WHERE
    `at` IS NOT NULL
), `events_weather` AS (
  -- Feature view weather: the values each event carries, by place_id.
  SELECT
    CAST(`place_id` AS STRING) AS `place_id`,
    `__event`,
    CAST(`temp` AS DOUBLE) AS `temp`,
    CAST(`wind` AS DOUBLE) AS `wind`
  FROM `source_weather`
  WHERE
    `place_id` IS NOT NULL
)
SELECT
  `r`.`place_id`,
  `r`.`__time`,
  `r`.`__event`
FROM (
  SELECT
    `i`.`place_id`,
    `i`.`__time`,
    `i`.`__asks`,
    MAX(`i`.`__event`) OVER (
      PARTITION BY `i`.`place_id`
      ORDER BY `i`.`__time` ASC NULLS LAST, `i`.`__asks` ASC NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS `__event`
  FROM (
    SELECT DISTINCT
      `s`.`origin_id` AS `place_id`,
      `s`.`event_timestamp` AS `__time`,
      CAST(NULL AS TIMESTAMP_NTZ) AS `__event`,
      1 AS `__asks`
    FROM `numbered` AS `s`
    WHERE
      `s`.`origin_id` IS NOT NULL AND `s`.`event_timestamp` IS NOT NULL
    UNION ALL
    SELECT
      `e`.`place_id`,
      `e`.`__event` AS `__time`,
      `e`.`__event`,
      0 AS `__asks`
    FROM `events_weather` AS `e`
  ) AS `i`
) AS `r`
WHERE
  `r`.`__asks` = 1 AND `r`.`__event` IS NOT NULL;
-- picked_dest: The latest event of weather visible at or before each instant that asks. A row a key and instant; none where there is no event.
CREATE TABLE `features`.`__fcompile_stage_002` AS
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER (ORDER BY NULL) AS `__row`,
    `s`.`origin_id`,
    `s`.`dest_id`,
    `s`.`carrier`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_weather` AS (
  -- Source weather: a row an event at at, known as it happens.
  SELECT
    `place_id`,
    `temp`,
    `wind`,
    CAST(`at` AS TIMESTAMP_NTZ) AS `__event`
  FROM `raw`.`weather`
  WHERE
    `at` IS NOT NULL
), `events_weather` AS (
  -- Feature view weather: the values each event carries, by place_id.
  SELECT
    CAST(`place_id` AS STRING) AS `place_id`,
    `__event`,
    CAST(`temp` AS DOUBLE) AS `temp`,
    CAST(`wind` AS DOUBLE) AS `wind`
  FROM `source_weather`
  WHERE
    `place_id` IS NOT NULL
)
SELECT
  `r`.`place_id`,
  `r`.`__time`,
  `r`.`__event`
FROM (
  SELECT
    `i`.`place_id`,
    `i`.`__time`,
    `i`.`__asks`,
    MAX(`i`.`__event`) OVER (
      PARTITION BY `i`.`place_id`
      ORDER BY `i`.`__time` ASC NULLS LAST, `i`.`__asks` ASC NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS `__event`
  FROM (
    SELECT DISTINCT
      `s`.`dest_id` AS `place_id`,
      `s`.`event_timestamp` AS `__time`,
      CAST(NULL AS TIMESTAMP_NTZ) AS `__event`,
      1 AS `__asks`
    FROM `numbered` AS `s`
    WHERE
      `s`.`dest_id` IS NOT NULL AND `s`.`event_timestamp` IS NOT NULL
    UNION ALL
    SELECT
      `e`.`place_id`,
      `e`.`__event` AS `__time`,
      `e`.`__event`,
      0 AS `__asks`
    FROM `events_weather` AS `e`
  ) AS `i`
) AS `r`
WHERE
  `r`.`__asks` = 1 AND `r`.`__event` IS NOT NULL;
-- picked_route: The latest event of route visible at or before each instant that asks. A row a key and instant; none where there is no event.
CREATE TABLE `features`.`__fcompile_stage_003` AS
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER (ORDER BY NULL) AS `__row`,
    `s`.`origin_id`,
    `s`.`dest_id`,
    `s`.`carrier`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_routes` AS (
  -- Source routes: a row an event at at, known as it happens.
  SELECT
    `carrier`,
    `place_id`,
    `delay`,
    CAST(`at` AS TIMESTAMP_NTZ) AS `__event`
  FROM `raw`.`routes`
  WHERE
    `at` IS NOT NULL
), `events_route` AS (
  -- Feature view route: the values each event carries, by carrier, place_id.
  SELECT
    CAST(`carrier` AS STRING) AS `carrier`,
    CAST(`place_id` AS STRING) AS `place_id`,
    `__event`,
    CAST(`delay` AS DECIMAL(9, 2)) AS `delay`
  FROM `source_routes`
  WHERE
    `carrier` IS NOT NULL AND `place_id` IS NOT NULL
)
SELECT
  `r`.`carrier`,
  `r`.`place_id`,
  `r`.`__time`,
  `r`.`__event`
FROM (
  SELECT
    `i`.`carrier`,
    `i`.`place_id`,
    `i`.`__time`,
    `i`.`__asks`,
    MAX(`i`.`__event`) OVER (
      PARTITION BY `i`.`carrier`, `i`.`place_id`
      ORDER BY `i`.`__time` ASC NULLS LAST, `i`.`__asks` ASC NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS `__event`
  FROM (
    SELECT DISTINCT
      `s`.`carrier`,
      `s`.`dest_id` AS `place_id`,
      `s`.`event_timestamp` AS `__time`,
      CAST(NULL AS TIMESTAMP_NTZ) AS `__event`,
      1 AS `__asks`
    FROM `numbered` AS `s`
    WHERE
      `s`.`carrier` IS NOT NULL AND `s`.`dest_id` IS NOT NULL AND `s`.`event_timestamp` IS NOT NULL
    UNION ALL
    SELECT
      `e`.`carrier`,
      `e`.`place_id`,
      `e`.`__event` AS `__time`,
      `e`.`__event`,
      0 AS `__asks`
    FROM `events_route` AS `e`
  ) AS `i`
) AS `r`
WHERE
  `r`.`__asks` = 1 AND `r`.`__event` IS NOT NULL;
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER (ORDER BY NULL) AS `__row`,
    `s`.`origin_id`,
    `s`.`dest_id`,
    `s`.`carrier`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_weather` AS (
  -- Source weather: a row an event at at, known as it happens.
  SELECT
    `place_id`,
    `temp`,
    `wind`,
    CAST(`at` AS TIMESTAMP_NTZ) AS `__event`
  FROM `raw`.`weather`
  WHERE
    `at` IS NOT NULL
), `source_routes` AS (
  -- Source routes: a row an event at at, known as it happens.
  SELECT
    `carrier`,
    `place_id`,
    `delay`,
    CAST(`at` AS TIMESTAMP_NTZ) AS `__event`
  FROM `raw`.`routes`
  WHERE
    `at` IS NOT NULL
), `events_weather` AS (
  -- Feature view weather: the values each event carries, by place_id.
  SELECT
    CAST(`place_id` AS STRING) AS `place_id`,
    `__event`,
    CAST(`temp` AS DOUBLE) AS `temp`,
    CAST(`wind` AS DOUBLE) AS `wind`
  FROM `source_weather`
  WHERE
    `place_id` IS NOT NULL
), `events_route` AS (
  -- Feature view route: the values each event carries, by carrier, place_id.
  SELECT
    CAST(`carrier` AS STRING) AS `carrier`,
    CAST(`place_id` AS STRING) AS `place_id`,
    `__event`,
    CAST(`delay` AS DECIMAL(9, 2)) AS `delay`
  FROM `source_routes`
  WHERE
    `carrier` IS NOT NULL AND `place_id` IS NOT NULL
), `picked_origin` AS (
  SELECT * FROM `features`.`__fcompile_stage_001`
), `found_weather` AS (
  -- What weather says at the picked instants; of several events the greatest by (temp, wind), NULLs
  -- first. A row an instant.
  SELECT
    `place_id`,
    `__event`,
    `temp`
  FROM (
    SELECT
      `e`.`place_id`,
      `e`.`__event`,
      `e`.`temp`,
      ROW_NUMBER() OVER (PARTITION BY `e`.`place_id`, `e`.`__event` ORDER BY `e`.`temp` DESC, `e`.`wind` DESC) AS `__tested`
    FROM `events_weather` AS `e`
    SEMI JOIN `picked_origin` AS `d`
      ON `e`.`place_id` = `d`.`place_id` AND `e`.`__event` = `d`.`__event`
  ) AS `__qualified`
  WHERE
    `__tested` = 1
), `picked_dest` AS (
  SELECT * FROM `features`.`__fcompile_stage_002`
), `found_weather_2` AS (
  -- What weather says at the picked instants; of several events the greatest by (temp, wind), NULLs
  -- first. A row an instant.
  SELECT
    `place_id`,
    `__event`,
    `temp`,
    `wind`
  FROM (
    SELECT
      `e`.`place_id`,
      `e`.`__event`,
      `e`.`temp`,
      `e`.`wind`,
      ROW_NUMBER() OVER (PARTITION BY `e`.`place_id`, `e`.`__event` ORDER BY `e`.`temp` DESC, `e`.`wind` DESC) AS `__tested`
    FROM `events_weather` AS `e`
    SEMI JOIN `picked_dest` AS `d`
      ON `e`.`place_id` = `d`.`place_id` AND `e`.`__event` = `d`.`__event`
  ) AS `__qualified`
  WHERE
    `__tested` = 1
), `picked_route` AS (
  SELECT * FROM `features`.`__fcompile_stage_003`
), `found_route` AS (
  -- What route says at the picked instants; of several events the greatest by (delay), NULLs first.
  -- A row an instant.
  SELECT
    `carrier`,
    `place_id`,
    `__event`,
    `delay`
  FROM (
    SELECT
      `e`.`carrier`,
      `e`.`place_id`,
      `e`.`__event`,
      `e`.`delay`,
      ROW_NUMBER() OVER (PARTITION BY `e`.`carrier`, `e`.`place_id`, `e`.`__event` ORDER BY `e`.`delay` DESC) AS `__tested`
    FROM `events_route` AS `e`
    SEMI JOIN `picked_route` AS `d`
      ON `e`.`carrier` = `d`.`carrier`
      AND `e`.`place_id` = `d`.`place_id`
      AND `e`.`__event` = `d`.`__event`
  ) AS `__qualified`
  WHERE
    `__tested` = 1
), `matched` AS (
  -- Each spine row with the latest event visible at its time, for each join; origin: at or before
  -- the row's time; dest: at or before the row's time; route: at or before the row's time.
  SELECT
    `s`.`__row`,
    `s`.`origin_id`,
    `s`.`dest_id`,
    `s`.`carrier`,
    `s`.`event_timestamp`,
    `p1`.`__event` AS `origin__event`,
    `f1_1`.`temp` AS `origin__temp`,
    `p2`.`__event` AS `dest__event`,
    `f2_1`.`temp` AS `dest__temp`,
    `f2_1`.`wind` AS `dest__wind`,
    `p3`.`__event` AS `route__event`,
    `f3_1`.`delay` AS `route__delay`
  FROM `numbered` AS `s`
  LEFT JOIN `picked_origin` AS `p1`
    ON `s`.`origin_id` = `p1`.`place_id` AND `s`.`event_timestamp` = `p1`.`__time`
  LEFT JOIN `found_weather` AS `f1_1`
    ON `p1`.`place_id` = `f1_1`.`place_id` AND `p1`.`__event` = `f1_1`.`__event`
  LEFT JOIN `picked_dest` AS `p2`
    ON `s`.`dest_id` = `p2`.`place_id` AND `s`.`event_timestamp` = `p2`.`__time`
  LEFT JOIN `found_weather_2` AS `f2_1`
    ON `p2`.`place_id` = `f2_1`.`place_id` AND `p2`.`__event` = `f2_1`.`__event`
  LEFT JOIN `picked_route` AS `p3`
    ON `s`.`carrier` = `p3`.`carrier`
    AND `s`.`dest_id` = `p3`.`place_id`
    AND `s`.`event_timestamp` = `p3`.`__time`
  LEFT JOIN `found_route` AS `f3_1`
    ON `p3`.`carrier` = `f3_1`.`carrier`
    AND `p3`.`place_id` = `f3_1`.`place_id`
    AND `p3`.`__event` = `f3_1`.`__event`
)
SELECT
  `m`.`origin_id`,
  `m`.`dest_id`,
  `m`.`carrier`,
  `m`.`event_timestamp`,
  `m`.`origin__temp`,
  `m`.`dest__temp`,
  `m`.`dest__wind`,
  `m`.`route__delay`
FROM `matched` AS `m`
ORDER BY
  `m`.`__row` NULLS LAST;
DROP TABLE IF EXISTS `features`.`__fcompile_stage_003`;
DROP TABLE IF EXISTS `features`.`__fcompile_stage_002`;
DROP TABLE IF EXISTS `features`.`__fcompile_stage_001`;
