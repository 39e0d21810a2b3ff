-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: bigquery, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- The spine has the request data too: paid (decimal(9,2)), event_timestamp (timestamp).
-- picked_spend: The latest event of spend visible at or before each instant that asks. A row a key and instant; none where there is no event.
CREATE OR REPLACE TEMP TABLE `__fcompile_stage_001` AS
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS `__row`,
    `s`.`user_id`,
    `s`.`from_id`,
    `s`.`home_id`,
    `s`.`paid`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_purchases` AS (
  -- Source purchases: a row an event at at, known as it happens.
  SELECT
    `user_id`,
    `amount`,
    `country`,
    CAST(`at` AS TIMESTAMP) AS `__event`
  FROM `raw`.`purchases`
  WHERE
    `at` IS NOT NULL
), `events_spend` AS (
  -- Feature view spend: the values each event carries, by user_id.
  SELECT
    CAST(`user_id` AS INT64) AS `user_id`,
    `__event`,
    CAST(`amount` AS FLOAT64) AS `amount`,
    `country` <> 'FR' AS `abroad`,
    NOT (
      `country` <> 'FR'
    ) AND NOT (
      `amount` <= 100.0
    ) AS `large`
  FROM `source_purchases`
  WHERE
    `user_id` IS NOT NULL
)
SELECT
  `r`.`user_id`,
  `r`.`__time`,
  `r`.`__event`
FROM (
  SELECT
    `i`.`user_id`,
    `i`.`__time`,
    `i`.`__asks`,
    MAX(`i`.`__event`) OVER (
      PARTITION BY `i`.`user_id`
      ORDER BY `i`.`__time` ASC, `i`.`__asks` ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS `__event`
  FROM (
    SELECT DISTINCT
      `s`.`user_id`,
      `s`.`event_timestamp` AS `__time`,
      CAST(NULL AS TIMESTAMP) AS `__event`,
      1 AS `__asks`
    FROM `numbered` AS `s`
    WHERE
      `s`.`user_id` IS NOT NULL AND `s`.`event_timestamp` IS NOT NULL
    UNION ALL
    SELECT
      `e`.`user_id`,
      `e`.`__event` AS `__time`,
      `e`.`__event`,
      0 AS `__asks`
    FROM `events_spend` AS `e`
  ) AS `i`
) AS `r`
WHERE
  `r`.`__asks` = 1 AND `r`.`__event` IS NOT NULL;
-- picked_home__here: The latest event of weather visible at or before each instant that asks. A row a key and instant; none where there is no event.
CREATE OR REPLACE TEMP TABLE `__fcompile_stage_002` AS
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS `__row`,
    `s`.`user_id`,
    `s`.`from_id`,
    `s`.`home_id`,
    `s`.`paid`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_weather` AS (
  -- Source weather: a row an event at at, known as it happens.
  SELECT
    `place_id`,
    `temp`,
    CAST(`at` AS TIMESTAMP) AS `__event`
  FROM `raw`.`weather`
  WHERE
    `at` IS NOT NULL
), `events_weather` AS (
  -- Feature view weather: the values each event carries, by place_id.
  SELECT
    CAST(`place_id` AS STRING) AS `place_id`,
    `__event`,
    CAST(`temp` AS FLOAT64) AS `temp`
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
      ORDER BY `i`.`__time` ASC, `i`.`__asks` ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS `__event`
  FROM (
    SELECT DISTINCT
      `s`.`from_id` AS `place_id`,
      `s`.`event_timestamp` AS `__time`,
      CAST(NULL AS TIMESTAMP) AS `__event`,
      1 AS `__asks`
    FROM `numbered` AS `s`
    WHERE
      `s`.`from_id` IS NOT NULL AND `s`.`event_timestamp` IS NOT NULL
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
-- picked_home__weather: The latest event of weather visible at or before each instant that asks. A row a key and instant; none where there is no event.
CREATE OR REPLACE TEMP TABLE `__fcompile_stage_003` AS
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS `__row`,
    `s`.`user_id`,
    `s`.`from_id`,
    `s`.`home_id`,
    `s`.`paid`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_weather` AS (
  -- Source weather: a row an event at at, known as it happens.
  SELECT
    `place_id`,
    `temp`,
    CAST(`at` AS TIMESTAMP) AS `__event`
  FROM `raw`.`weather`
  WHERE
    `at` IS NOT NULL
), `events_weather` AS (
  -- Feature view weather: the values each event carries, by place_id.
  SELECT
    CAST(`place_id` AS STRING) AS `place_id`,
    `__event`,
    CAST(`temp` AS FLOAT64) AS `temp`
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
      ORDER BY `i`.`__time` ASC, `i`.`__asks` ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS `__event`
  FROM (
    SELECT DISTINCT
      `s`.`home_id` AS `place_id`,
      `s`.`event_timestamp` AS `__time`,
      CAST(NULL AS TIMESTAMP) AS `__event`,
      1 AS `__asks`
    FROM `numbered` AS `s`
    WHERE
      `s`.`home_id` IS NOT NULL AND `s`.`event_timestamp` IS NOT NULL
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
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS `__row`,
    `s`.`user_id`,
    `s`.`from_id`,
    `s`.`home_id`,
    `s`.`paid`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_purchases` AS (
  -- Source purchases: a row an event at at, known as it happens.
  SELECT
    `user_id`,
    `amount`,
    `country`,
    CAST(`at` AS TIMESTAMP) AS `__event`
  FROM `raw`.`purchases`
  WHERE
    `at` IS NOT NULL
), `source_weather` AS (
  -- Source weather: a row an event at at, known as it happens.
  SELECT
    `place_id`,
    `temp`,
    CAST(`at` AS TIMESTAMP) AS `__event`
  FROM `raw`.`weather`
  WHERE
    `at` IS NOT NULL
), `events_spend` AS (
  -- Feature view spend: the values each event carries, by user_id.
  SELECT
    CAST(`user_id` AS INT64) AS `user_id`,
    `__event`,
    CAST(`amount` AS FLOAT64) AS `amount`,
    `country` <> 'FR' AS `abroad`,
    NOT (
      `country` <> 'FR'
    ) AND NOT (
      `amount` <= 100.0
    ) AS `large`
  FROM `source_purchases`
  WHERE
    `user_id` IS NOT NULL
), `events_weather` AS (
  -- Feature view weather: the values each event carries, by place_id.
  SELECT
    CAST(`place_id` AS STRING) AS `place_id`,
    `__event`,
    CAST(`temp` AS FLOAT64) AS `temp`
  FROM `source_weather`
  WHERE
    `place_id` IS NOT NULL
), `picked_spend` AS (
  SELECT * FROM `__fcompile_stage_001`
), `found_spend` AS (
  -- What spend says at the picked instants; of several events the greatest by (amount, abroad,
  -- large), NULLs first. A row an instant.
  SELECT
    `e`.`user_id`,
    `e`.`__event`,
    `e`.`amount`,
    `e`.`large`
  FROM `events_spend` AS `e`
  WHERE
    EXISTS(
      SELECT
        1
      FROM `picked_spend` AS `d`
      WHERE
        `e`.`user_id` = `d`.`user_id` AND `e`.`__event` = `d`.`__event`
    )
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY `e`.`user_id`, `e`.`__event`
      ORDER BY IS_NAN(`e`.`amount`) DESC, `e`.`amount` DESC, `e`.`abroad` DESC, `e`.`large` DESC
    ) = 1
), `picked_home__here` AS (
  SELECT * FROM `__fcompile_stage_002`
), `found_weather` AS (
  -- What weather says at the picked instants; of several events the greatest by (temp), NULLs
  -- first. A row an instant.
  SELECT
    `e`.`place_id`,
    `e`.`__event`,
    `e`.`temp`
  FROM `events_weather` AS `e`
  WHERE
    EXISTS(
      SELECT
        1
      FROM `picked_home__here` AS `d`
      WHERE
        `e`.`place_id` = `d`.`place_id` AND `e`.`__event` = `d`.`__event`
    )
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY `e`.`place_id`, `e`.`__event` ORDER BY IS_NAN(`e`.`temp`) DESC, `e`.`temp` DESC) = 1
), `picked_home__weather` AS (
  SELECT * FROM `__fcompile_stage_003`
), `found_weather_2` AS (
  -- What weather says at the picked instants; of several events the greatest by (temp), NULLs
  -- first. A row an instant.
  SELECT
    `e`.`place_id`,
    `e`.`__event`,
    `e`.`temp`
  FROM `events_weather` AS `e`
  WHERE
    EXISTS(
      SELECT
        1
      FROM `picked_home__weather` AS `d`
      WHERE
        `e`.`place_id` = `d`.`place_id` AND `e`.`__event` = `d`.`__event`
    )
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY `e`.`place_id`, `e`.`__event` ORDER BY IS_NAN(`e`.`temp`) DESC, `e`.`temp` DESC) = 1
), `matched` AS (
  -- Each spine row with the latest event visible at its time, for each join; spend: at or before
  -- the row's time; home__here: at or before the row's time; home__weather: at or before the row's
  -- time.
  SELECT
    `s`.`__row`,
    `s`.`user_id`,
    `s`.`from_id`,
    `s`.`home_id`,
    `s`.`paid`,
    `s`.`event_timestamp`,
    `p1`.`__event` AS `spend__event`,
    `f1_1`.`amount` AS `spend__amount`,
    `f1_1`.`large` AS `spend__large`,
    `p2`.`__event` AS `home__here__event`,
    `f2_1`.`temp` AS `home__here__temp`,
    `p3`.`__event` AS `home__weather__event`,
    `f3_1`.`temp` AS `home__weather__temp`
  FROM `numbered` AS `s`
  LEFT JOIN `picked_spend` AS `p1`
    ON `s`.`user_id` = `p1`.`user_id` AND `s`.`event_timestamp` = `p1`.`__time`
  LEFT JOIN `found_spend` AS `f1_1`
    ON `p1`.`user_id` = `f1_1`.`user_id` AND `p1`.`__event` = `f1_1`.`__event`
  LEFT JOIN `picked_home__here` AS `p2`
    ON `s`.`from_id` = `p2`.`place_id` AND `s`.`event_timestamp` = `p2`.`__time`
  LEFT JOIN `found_weather` AS `f2_1`
    ON `p2`.`place_id` = `f2_1`.`place_id` AND `p2`.`__event` = `f2_1`.`__event`
  LEFT JOIN `picked_home__weather` AS `p3`
    ON `s`.`home_id` = `p3`.`place_id` AND `s`.`event_timestamp` = `p3`.`__time`
  LEFT JOIN `found_weather_2` AS `f3_1`
    ON `p3`.`place_id` = `f3_1`.`place_id` AND `p3`.`__event` = `f3_1`.`__event`
), `joined` AS (
  -- Each spine row with the values that are shown or read below, and the request data as they are
  -- read.
  SELECT
    `m`.`__row`,
    `m`.`user_id`,
    `m`.`from_id`,
    `m`.`home_id`,
    `m`.`paid`,
    `m`.`event_timestamp`,
    CASE
      WHEN `m`.`spend__event` >= TIMESTAMP_SUB(`m`.`event_timestamp`, INTERVAL 7 DAY)
      THEN `m`.`spend__amount`
      ELSE CAST(0.0 AS FLOAT64)
    END AS `amount`,
    CASE
      WHEN `m`.`spend__event` >= TIMESTAMP_SUB(`m`.`event_timestamp`, INTERVAL 7 DAY)
      THEN `m`.`spend__large`
    END AS `__spend__large`,
    `m`.`home__here__temp` AS `__home__here__temp`,
    `m`.`home__weather__temp` AS `__home__weather__temp`,
    CAST(`m`.`paid` AS NUMERIC) AS `__request__paid`
  FROM `matched` AS `m`
)
SELECT
  `j`.`user_id`,
  `j`.`from_id`,
  `j`.`home_id`,
  `j`.`paid`,
  `j`.`event_timestamp`,
  `j`.`amount`,
  CAST(IEEE_DIVIDE(CAST(`j`.`__request__paid` AS FLOAT64), NULLIF(`j`.`amount`, 0)) AS FLOAT64) AS `of_last`,
  `j`.`__spend__large`
  AND NOT (
    IEEE_DIVIDE(CAST(`j`.`__request__paid` AS FLOAT64), NULLIF(`j`.`amount`, 0)) <= 10.0
  ) AS `odd`,
  `j`.`event_timestamp` < CAST('2026-01-01 00:00:00+00' AS TIMESTAMP) AS `early`,
  CAST(COALESCE(
    SAFE_SUBTRACT(`j`.`__home__weather__temp`, `j`.`__home__here__temp`),
    IEEE_DIVIDE(LEAST(`j`.`__home__weather__temp`, -`j`.`__home__here__temp`), 0)
  ) AS FLOAT64) AS `by`
FROM `joined` AS `j`
ORDER BY
  `j`.`__row` ASC;
DROP TABLE IF EXISTS `__fcompile_stage_003`;
DROP TABLE IF EXISTS `__fcompile_stage_002`;
DROP TABLE IF EXISTS `__fcompile_stage_001`;
