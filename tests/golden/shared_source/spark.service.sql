-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: spark, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- picked_a: The latest event of a, b visible at or before each instant that asks. A row a key and instant; none where there is no event.
CREATE TABLE `features`.`__fcompile_stage_001` AS
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER (ORDER BY NULL) AS `__row`,
    `s`.`user_id`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_events` AS (
  -- Source events: a row an event at at, known as it happens.
  SELECT
    `user_id`,
    `x`,
    `y`,
    `z`,
    CAST(`at` AS TIMESTAMP_NTZ) AS `__event`
  FROM `raw`.`events`
  WHERE
    `at` IS NOT NULL
), `events_events` AS (
  -- Feature views a, b: the values each event carries, by user_id.
  SELECT
    CAST(`user_id` AS BIGINT) AS `user_id`,
    `__event`,
    CAST(`x` AS DOUBLE) AS `a__x`,
    CAST(`y` AS BIGINT) AS `b__y`,
    CAST(`x` AS DOUBLE) AS `b__x`
  FROM `source_events`
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
      ORDER BY `i`.`__time` ASC NULLS LAST, `i`.`__asks` ASC NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS `__event`
  FROM (
    SELECT DISTINCT
      `s`.`user_id`,
      `s`.`event_timestamp` AS `__time`,
      CAST(NULL AS TIMESTAMP_NTZ) AS `__event`,
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
    FROM `events_events` AS `e`
  ) AS `i`
) AS `r`
WHERE
  `r`.`__asks` = 1 AND `r`.`__event` IS NOT NULL;
-- picked_c: The latest event of c visible at or before each instant that asks. A row a key and instant; none where there is no event.
CREATE TABLE `features`.`__fcompile_stage_002` AS
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER (ORDER BY NULL) AS `__row`,
    `s`.`user_id`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_events` AS (
  -- Source events: a row an event at at, known as it happens.
  SELECT
    `user_id`,
    `x`,
    `y`,
    `z`,
    CAST(`at` AS TIMESTAMP_NTZ) AS `__event`
  FROM `raw`.`events`
  WHERE
    `at` IS NOT NULL
), `events_c` AS (
  -- Feature view c: the values each event carries, by user_id.
  SELECT
    CAST(`user_id` AS BIGINT) AS `user_id`,
    `__event`,
    CAST(`z` AS STRING) AS `z`
  FROM `source_events`
  WHERE
    (
      `x` > 0
    ) AND `user_id` IS NOT NULL
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
      ORDER BY `i`.`__time` ASC NULLS LAST, `i`.`__asks` ASC NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS `__event`
  FROM (
    SELECT DISTINCT
      `s`.`user_id`,
      `s`.`event_timestamp` AS `__time`,
      CAST(NULL AS TIMESTAMP_NTZ) AS `__event`,
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
    FROM `events_c` AS `e`
  ) AS `i`
) AS `r`
WHERE
  `r`.`__asks` = 1 AND `r`.`__event` IS NOT NULL;
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER (ORDER BY NULL) AS `__row`,
    `s`.`user_id`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_events` AS (
  -- Source events: a row an event at at, known as it happens.
  SELECT
    `user_id`,
    `x`,
    `y`,
    `z`,
    CAST(`at` AS TIMESTAMP_NTZ) AS `__event`
  FROM `raw`.`events`
  WHERE
    `at` IS NOT NULL
), `events_events` AS (
  -- Feature views a, b: the values each event carries, by user_id.
  SELECT
    CAST(`user_id` AS BIGINT) AS `user_id`,
    `__event`,
    CAST(`x` AS DOUBLE) AS `a__x`,
    CAST(`y` AS BIGINT) AS `b__y`,
    CAST(`x` AS DOUBLE) AS `b__x`
  FROM `source_events`
  WHERE
    `user_id` IS NOT NULL
), `events_c` AS (
  -- Feature view c: the values each event carries, by user_id.
  SELECT
    CAST(`user_id` AS BIGINT) AS `user_id`,
    `__event`,
    CAST(`z` AS STRING) AS `z`
  FROM `source_events`
  WHERE
    (
      `x` > 0
    ) AND `user_id` IS NOT NULL
), `picked_a` AS (
  SELECT * FROM `features`.`__fcompile_stage_001`
), `found_a` AS (
  -- What a says at the picked instants; of several events the greatest by (x), NULLs first. A row
  -- an instant.
  SELECT
    `user_id`,
    `__event`,
    `a__x`
  FROM (
    SELECT
      `e`.`user_id`,
      `e`.`__event`,
      `e`.`a__x`,
      ROW_NUMBER() OVER (PARTITION BY `e`.`user_id`, `e`.`__event` ORDER BY `e`.`a__x` DESC) AS `__tested`
    FROM `events_events` AS `e`
    SEMI JOIN `picked_a` AS `d`
      ON `e`.`user_id` = `d`.`user_id` AND `e`.`__event` = `d`.`__event`
  ) AS `__qualified`
  WHERE
    `__tested` = 1
), `found_b` AS (
  -- What b says at the picked instants; of several events the greatest by (y, x), NULLs first. A
  -- row an instant.
  SELECT
    `user_id`,
    `__event`,
    `b__y`,
    `b__x`
  FROM (
    SELECT
      `e`.`user_id`,
      `e`.`__event`,
      `e`.`b__y`,
      `e`.`b__x`,
      ROW_NUMBER() OVER (PARTITION BY `e`.`user_id`, `e`.`__event` ORDER BY `e`.`b__y` DESC, `e`.`b__x` DESC) AS `__tested`
    FROM `events_events` AS `e`
    SEMI JOIN `picked_a` AS `d`
      ON `e`.`user_id` = `d`.`user_id` AND `e`.`__event` = `d`.`__event`
  ) AS `__qualified`
  WHERE
    `__tested` = 1
), `picked_c` AS (
  SELECT * FROM `features`.`__fcompile_stage_002`
), `found_c` AS (
  -- What c says at the picked instants; of several events the greatest by (z), NULLs first. A row
  -- an instant.
  SELECT
    `user_id`,
    `__event`,
    `z`
  FROM (
    SELECT
      `e`.`user_id`,
      `e`.`__event`,
      `e`.`z`,
      ROW_NUMBER() OVER (PARTITION BY `e`.`user_id`, `e`.`__event` ORDER BY `e`.`z` DESC) AS `__tested`
    FROM `events_c` AS `e`
    SEMI JOIN `picked_c` AS `d`
      ON `e`.`user_id` = `d`.`user_id` AND `e`.`__event` = `d`.`__event`
  ) AS `__qualified`
  WHERE
    `__tested` = 1
), `matched` AS (
  -- Each spine row with the latest event visible at its time, for each join; a, b: at or before the
  -- row's time; c: at or before the row's time.
  SELECT
    `s`.`__row`,
    `s`.`user_id`,
    `s`.`event_timestamp`,
    `p1`.`__event` AS `a__event`,
    `f1_1`.`a__x`,
    `f1_2`.`b__y`,
    `f1_2`.`b__x`,
    `p2`.`__event` AS `c__event`,
    `f2_1`.`z` AS `c__z`
  FROM `numbered` AS `s`
  LEFT JOIN `picked_a` AS `p1`
    ON `s`.`user_id` = `p1`.`user_id` AND `s`.`event_timestamp` = `p1`.`__time`
  LEFT JOIN `found_a` AS `f1_1`
    ON `p1`.`user_id` = `f1_1`.`user_id` AND `p1`.`__event` = `f1_1`.`__event`
  LEFT JOIN `found_b` AS `f1_2`
    ON `p1`.`user_id` = `f1_2`.`user_id` AND `p1`.`__event` = `f1_2`.`__event`
  LEFT JOIN `picked_c` AS `p2`
    ON `s`.`user_id` = `p2`.`user_id` AND `s`.`event_timestamp` = `p2`.`__time`
  LEFT JOIN `found_c` AS `f2_1`
    ON `p2`.`user_id` = `f2_1`.`user_id` AND `p2`.`__event` = `f2_1`.`__event`
)
SELECT
  `m`.`user_id`,
  `m`.`event_timestamp`,
  CASE WHEN `m`.`a__event` >= `m`.`event_timestamp` - INTERVAL '1' DAY THEN `m`.`a__x` END AS `a__x`,
  `m`.`b__y`,
  `m`.`b__x`,
  `m`.`c__z`
FROM `matched` AS `m`
ORDER BY
  `m`.`__row` NULLS LAST;
DROP TABLE IF EXISTS `features`.`__fcompile_stage_002`;
DROP TABLE IF EXISTS `features`.`__fcompile_stage_001`;
