-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: bigquery, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- picked_profile: The latest event of profile visible at or before each instant that asks. A row a key and instant; none where there is no event.
CREATE OR REPLACE TEMP TABLE `__fcompile_stage_001` AS
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS `__row`,
    `s`.`user_id`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_profiles` AS (
  -- Source profiles: a row an event at updated_at, known at known.
  SELECT
    `user_id`,
    `country`,
    `age`,
    CAST(`updated_at` AS TIMESTAMP) AS `__event`,
    GREATEST(CAST(`updated_at` AS TIMESTAMP), CAST(`known` AS TIMESTAMP)) AS `__visible`,
    CAST(`loaded_at` AS TIMESTAMP) AS `__created`
  FROM `raw`.`profiles`
  WHERE
    `updated_at` IS NOT NULL AND `known` IS NOT NULL
), `events_profiles` AS (
  -- Feature views profile, before: the values each event carries, by user_id.
  SELECT
    CAST(`user_id` AS INT64) AS `user_id`,
    `__event`,
    `__visible`,
    `__created`,
    CAST(`country` AS STRING) AS `profile__country`,
    CAST(`age` AS INT64) AS `before__age`
  FROM `source_profiles`
  WHERE
    `user_id` IS NOT NULL
), `leading_profiles` AS (
  -- Events that are the latest of their key when they become known. One that is known only after a
  -- later event never counts.
  SELECT
    `user_id`,
    `__event`,
    `__visible`,
    `__created`,
    `profile__country`,
    `before__age`
  FROM `events_profiles`
  QUALIFY
    `__event` = MAX(`__event`) OVER (PARTITION BY `user_id` ORDER BY `__visible` ASC)
)
SELECT
  `r`.`user_id`,
  `r`.`__time`,
  `r`.`__event`,
  `r`.`__visible`
FROM (
  SELECT
    `i`.`user_id`,
    `i`.`__time`,
    `i`.`__asks`,
    MAX(`i`.`__event`) OVER (
      PARTITION BY `i`.`user_id`
      ORDER BY `i`.`__time` ASC, `i`.`__asks` ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS `__event`,
    MAX(`i`.`__visible`) OVER (
      PARTITION BY `i`.`user_id`
      ORDER BY `i`.`__time` ASC, `i`.`__asks` ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS `__visible`
  FROM (
    SELECT DISTINCT
      `s`.`user_id`,
      `s`.`event_timestamp` AS `__time`,
      CAST(NULL AS TIMESTAMP) AS `__event`,
      CAST(NULL AS TIMESTAMP) AS `__visible`,
      1 AS `__asks`
    FROM `numbered` AS `s`
    WHERE
      `s`.`user_id` IS NOT NULL AND `s`.`event_timestamp` IS NOT NULL
    UNION ALL
    SELECT
      `e`.`user_id`,
      `e`.`__visible` AS `__time`,
      `e`.`__event`,
      `e`.`__visible`,
      0 AS `__asks`
    FROM `leading_profiles` AS `e`
  ) AS `i`
) AS `r`
WHERE
  `r`.`__asks` = 1 AND `r`.`__event` IS NOT NULL;
-- picked_before: The latest event of before visible strictly before each instant that asks. A row a key and instant; none where there is no event.
CREATE OR REPLACE TEMP TABLE `__fcompile_stage_002` AS
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS `__row`,
    `s`.`user_id`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_profiles` AS (
  -- Source profiles: a row an event at updated_at, known at known.
  SELECT
    `user_id`,
    `country`,
    `age`,
    CAST(`updated_at` AS TIMESTAMP) AS `__event`,
    GREATEST(CAST(`updated_at` AS TIMESTAMP), CAST(`known` AS TIMESTAMP)) AS `__visible`,
    CAST(`loaded_at` AS TIMESTAMP) AS `__created`
  FROM `raw`.`profiles`
  WHERE
    `updated_at` IS NOT NULL AND `known` IS NOT NULL
), `events_profiles` AS (
  -- Feature views profile, before: the values each event carries, by user_id.
  SELECT
    CAST(`user_id` AS INT64) AS `user_id`,
    `__event`,
    `__visible`,
    `__created`,
    CAST(`country` AS STRING) AS `profile__country`,
    CAST(`age` AS INT64) AS `before__age`
  FROM `source_profiles`
  WHERE
    `user_id` IS NOT NULL
), `leading_profiles` AS (
  -- Events that are the latest of their key when they become known. One that is known only after a
  -- later event never counts.
  SELECT
    `user_id`,
    `__event`,
    `__visible`,
    `__created`,
    `profile__country`,
    `before__age`
  FROM `events_profiles`
  QUALIFY
    `__event` = MAX(`__event`) OVER (PARTITION BY `user_id` ORDER BY `__visible` ASC)
)
SELECT
  `r`.`user_id`,
  `r`.`__time`,
  `r`.`__event`,
  `r`.`__visible`
FROM (
  SELECT
    `i`.`user_id`,
    `i`.`__time`,
    `i`.`__asks`,
    MAX(`i`.`__event`) OVER (
      PARTITION BY `i`.`user_id`
      ORDER BY `i`.`__time` ASC, `i`.`__asks` ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS `__event`,
    MAX(`i`.`__visible`) OVER (
      PARTITION BY `i`.`user_id`
      ORDER BY `i`.`__time` ASC, `i`.`__asks` ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS `__visible`
  FROM (
    SELECT DISTINCT
      `s`.`user_id`,
      `s`.`event_timestamp` AS `__time`,
      CAST(NULL AS TIMESTAMP) AS `__event`,
      CAST(NULL AS TIMESTAMP) AS `__visible`,
      0 AS `__asks`
    FROM `numbered` AS `s`
    WHERE
      `s`.`user_id` IS NOT NULL AND `s`.`event_timestamp` IS NOT NULL
    UNION ALL
    SELECT
      `e`.`user_id`,
      `e`.`__visible` AS `__time`,
      `e`.`__event`,
      `e`.`__visible`,
      1 AS `__asks`
    FROM `leading_profiles` AS `e`
  ) AS `i`
) AS `r`
WHERE
  `r`.`__asks` = 0 AND `r`.`__event` IS NOT NULL;
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS `__row`,
    `s`.`user_id`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_profiles` AS (
  -- Source profiles: a row an event at updated_at, known at known.
  SELECT
    `user_id`,
    `country`,
    `age`,
    CAST(`updated_at` AS TIMESTAMP) AS `__event`,
    GREATEST(CAST(`updated_at` AS TIMESTAMP), CAST(`known` AS TIMESTAMP)) AS `__visible`,
    CAST(`loaded_at` AS TIMESTAMP) AS `__created`
  FROM `raw`.`profiles`
  WHERE
    `updated_at` IS NOT NULL AND `known` IS NOT NULL
), `events_profiles` AS (
  -- Feature views profile, before: the values each event carries, by user_id.
  SELECT
    CAST(`user_id` AS INT64) AS `user_id`,
    `__event`,
    `__visible`,
    `__created`,
    CAST(`country` AS STRING) AS `profile__country`,
    CAST(`age` AS INT64) AS `before__age`
  FROM `source_profiles`
  WHERE
    `user_id` IS NOT NULL
), `picked_profile` AS (
  SELECT * FROM `__fcompile_stage_001`
), `found_profile` AS (
  -- What profile says at the picked instants; of several events the greatest by (loaded_at,
  -- country), NULLs first. A row an instant.
  WITH `ranked` AS (
    SELECT
      `e`.`user_id`,
      `e`.`__event`,
      `e`.`__visible`,
      `e`.`profile__country`,
      ROW_NUMBER() OVER (
        PARTITION BY `e`.`user_id`, `e`.`__event`
        ORDER BY `e`.`__created` ASC, `e`.`profile__country` ASC
      ) AS `__rank`
    FROM `events_profiles` AS `e`
    WHERE
      EXISTS(
        SELECT
          1
        FROM `picked_profile` AS `d`
        WHERE
          `e`.`user_id` = `d`.`user_id` AND `e`.`__event` = `d`.`__event`
      )
  )
  SELECT
    `s`.`user_id`,
    `s`.`__event`,
    `s`.`__visible`,
    `r`.`profile__country`
  FROM (
    SELECT DISTINCT
      `user_id`,
      `__event`,
      `__visible`,
      MAX(`__rank`) OVER (PARTITION BY `user_id`, `__event` ORDER BY `__visible` ASC) AS `__rank`
    FROM `ranked`
  ) AS `s`
  JOIN `ranked` AS `r`
    ON `s`.`user_id` = `r`.`user_id` AND `s`.`__event` = `r`.`__event` AND `s`.`__rank` = `r`.`__rank`
), `picked_before` AS (
  SELECT * FROM `__fcompile_stage_002`
), `found_before` AS (
  -- What before says at the picked instants; of several events the greatest by (loaded_at, age),
  -- NULLs first. A row an instant.
  WITH `ranked` AS (
    SELECT
      `e`.`user_id`,
      `e`.`__event`,
      `e`.`__visible`,
      `e`.`before__age`,
      ROW_NUMBER() OVER (PARTITION BY `e`.`user_id`, `e`.`__event` ORDER BY `e`.`__created` ASC, `e`.`before__age` ASC) AS `__rank`
    FROM `events_profiles` AS `e`
    WHERE
      EXISTS(
        SELECT
          1
        FROM `picked_before` AS `d`
        WHERE
          `e`.`user_id` = `d`.`user_id` AND `e`.`__event` = `d`.`__event`
      )
  )
  SELECT
    `s`.`user_id`,
    `s`.`__event`,
    `s`.`__visible`,
    `r`.`before__age`
  FROM (
    SELECT DISTINCT
      `user_id`,
      `__event`,
      `__visible`,
      MAX(`__rank`) OVER (PARTITION BY `user_id`, `__event` ORDER BY `__visible` ASC) AS `__rank`
    FROM `ranked`
  ) AS `s`
  JOIN `ranked` AS `r`
    ON `s`.`user_id` = `r`.`user_id` AND `s`.`__event` = `r`.`__event` AND `s`.`__rank` = `r`.`__rank`
), `matched` AS (
  -- Each spine row with the latest event visible at its time, for each join; profile: at or before
  -- the row's time; before: strictly before the row's time.
  SELECT
    `s`.`__row`,
    `s`.`user_id`,
    `s`.`event_timestamp`,
    `p1`.`__event` AS `profile__event`,
    `f1_1`.`profile__country`,
    `p2`.`__event` AS `before__event`,
    `f2_1`.`before__age`
  FROM `numbered` AS `s`
  LEFT JOIN `picked_profile` AS `p1`
    ON `s`.`user_id` = `p1`.`user_id` AND `s`.`event_timestamp` = `p1`.`__time`
  LEFT JOIN `found_profile` AS `f1_1`
    ON `p1`.`user_id` = `f1_1`.`user_id`
    AND `p1`.`__event` = `f1_1`.`__event`
    AND `p1`.`__visible` = `f1_1`.`__visible`
  LEFT JOIN `picked_before` AS `p2`
    ON `s`.`user_id` = `p2`.`user_id` AND `s`.`event_timestamp` = `p2`.`__time`
  LEFT JOIN `found_before` AS `f2_1`
    ON `p2`.`user_id` = `f2_1`.`user_id`
    AND `p2`.`__event` = `f2_1`.`__event`
    AND `p2`.`__visible` = `f2_1`.`__visible`
)
SELECT
  `m`.`user_id`,
  `m`.`event_timestamp`,
  CASE
    WHEN `m`.`profile__event` >= TIMESTAMP_SUB(`m`.`event_timestamp`, INTERVAL 30 DAY)
    THEN `m`.`profile__country`
  END AS `country`,
  `m`.`before__age` AS `age`
FROM `matched` AS `m`
ORDER BY
  `m`.`__row` ASC;
DROP TABLE IF EXISTS `__fcompile_stage_002`;
DROP TABLE IF EXISTS `__fcompile_stage_001`;
