-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: spark, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- matched: Each spine row with the latest event visible at its time, for each join; profile: at or before the row's time; before: strictly before the row's time.
CREATE TABLE `features`.`__fcompile_stage_001` AS
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER (ORDER BY NULL) AS `__row`,
    `s`.`user_id`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_profiles` AS (
  -- Source profiles: a row an event at updated_at, known at known.
  SELECT
    `user_id`,
    `country`,
    `age`,
    CAST(`updated_at` AS TIMESTAMP_NTZ) AS `__event`,
    GREATEST(CAST(`updated_at` AS TIMESTAMP_NTZ), CAST(`known` AS TIMESTAMP_NTZ)) AS `__visible`,
    CAST(`loaded_at` AS TIMESTAMP_NTZ) AS `__created`
  FROM `raw`.`profiles`
  WHERE
    `updated_at` IS NOT NULL AND `known` IS NOT NULL
), `events_profiles` AS (
  -- Feature views profile, before: the values each event carries, by user_id.
  SELECT
    CAST(`user_id` AS BIGINT) AS `user_id`,
    `__event`,
    `__visible`,
    `__created`,
    CAST(`country` AS STRING) AS `profile__country`,
    CAST(`age` AS INT) AS `before__age`
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
  FROM (
    SELECT
      `user_id`,
      `__event`,
      `__visible`,
      `__created`,
      `profile__country`,
      `before__age`,
      MAX(`__event`) OVER (PARTITION BY `user_id` ORDER BY `__visible` ASC NULLS LAST) AS `__tested`
    FROM `events_profiles`
  ) AS `__qualified`
  WHERE
    `__event` = `__tested`
)
SELECT
  `s`.`__row`,
  `s`.`user_id`,
  `s`.`event_timestamp`,
  `e1`.`__event` AS `profile__event`,
  `e1`.`__visible` AS `profile__visible`,
  `e1`.`profile__country`,
  `e2`.`__event` AS `before__event`,
  `e2`.`__visible` AS `before__visible`,
  `e2`.`before__age`
FROM `numbered` AS `s`
LEFT ASOF JOIN `leading_profiles` AS `e1` MATCH_CONDITION (`s`.`event_timestamp` >= `e1`.`__visible`)
  ON `s`.`user_id` = `e1`.`user_id`
LEFT ASOF JOIN `leading_profiles` AS `e2` MATCH_CONDITION (`s`.`event_timestamp` > `e2`.`__visible`)
  ON `s`.`user_id` = `e2`.`user_id`;
WITH `source_profiles` AS (
  -- Source profiles: a row an event at updated_at, known at known.
  SELECT
    `user_id`,
    `country`,
    `age`,
    CAST(`updated_at` AS TIMESTAMP_NTZ) AS `__event`,
    GREATEST(CAST(`updated_at` AS TIMESTAMP_NTZ), CAST(`known` AS TIMESTAMP_NTZ)) AS `__visible`,
    CAST(`loaded_at` AS TIMESTAMP_NTZ) AS `__created`
  FROM `raw`.`profiles`
  WHERE
    `updated_at` IS NOT NULL AND `known` IS NOT NULL
), `events_profiles` AS (
  -- Feature views profile, before: the values each event carries, by user_id.
  SELECT
    CAST(`user_id` AS BIGINT) AS `user_id`,
    `__event`,
    `__visible`,
    `__created`,
    CAST(`country` AS STRING) AS `profile__country`,
    CAST(`age` AS INT) AS `before__age`
  FROM `source_profiles`
  WHERE
    `user_id` IS NOT NULL
), `matched` AS (
  SELECT * FROM `features`.`__fcompile_stage_001`
), `tied_profile` AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    `e`.`user_id`,
    `e`.`__event`
  FROM `events_profiles` AS `e`
  SEMI JOIN `matched` AS `m`
    ON `e`.`user_id` = `m`.`user_id` AND `e`.`__event` = `m`.`profile__event`
  GROUP BY
    `e`.`user_id`,
    `e`.`__event`
  HAVING
    COUNT(*) > 1
), `settled_profile` AS (
  -- Ties of profile, settled: the greatest by (loaded_at, country), NULLs first. A row a tied
  -- instant.
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
    SEMI JOIN `tied_profile` AS `d`
      ON `e`.`user_id` = `d`.`user_id` AND `e`.`__event` = `d`.`__event`
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
      MAX(`__rank`) OVER (PARTITION BY `user_id`, `__event` ORDER BY `__visible` ASC NULLS LAST) AS `__rank`
    FROM `ranked`
  ) AS `s`
  JOIN `ranked` AS `r`
    ON `s`.`user_id` = `r`.`user_id` AND `s`.`__event` = `r`.`__event` AND `s`.`__rank` = `r`.`__rank`
), `tied_before` AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    `e`.`user_id`,
    `e`.`__event`
  FROM `events_profiles` AS `e`
  SEMI JOIN `matched` AS `m`
    ON `e`.`user_id` = `m`.`user_id` AND `e`.`__event` = `m`.`before__event`
  GROUP BY
    `e`.`user_id`,
    `e`.`__event`
  HAVING
    COUNT(*) > 1
), `settled_before` AS (
  -- Ties of before, settled: the greatest by (loaded_at, age), NULLs first. A row a tied instant.
  WITH `ranked` AS (
    SELECT
      `e`.`user_id`,
      `e`.`__event`,
      `e`.`__visible`,
      `e`.`before__age`,
      ROW_NUMBER() OVER (PARTITION BY `e`.`user_id`, `e`.`__event` ORDER BY `e`.`__created` ASC, `e`.`before__age` ASC) AS `__rank`
    FROM `events_profiles` AS `e`
    SEMI JOIN `tied_before` AS `d`
      ON `e`.`user_id` = `d`.`user_id` AND `e`.`__event` = `d`.`__event`
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
      MAX(`__rank`) OVER (PARTITION BY `user_id`, `__event` ORDER BY `__visible` ASC NULLS LAST) AS `__rank`
    FROM `ranked`
  ) AS `s`
  JOIN `ranked` AS `r`
    ON `s`.`user_id` = `r`.`user_id` AND `s`.`__event` = `r`.`__event` AND `s`.`__rank` = `r`.`__rank`
)
SELECT
  `m`.`user_id`,
  `m`.`event_timestamp`,
  CASE
    WHEN `m`.`profile__event` >= `m`.`event_timestamp` - INTERVAL '30' DAY
    THEN CASE WHEN `w1`.`__event` IS NULL THEN `m`.`profile__country` ELSE `w1`.`profile__country` END
  END AS `country`,
  CASE WHEN `w2`.`__event` IS NULL THEN `m`.`before__age` ELSE `w2`.`before__age` END AS `age`
FROM `matched` AS `m`
LEFT JOIN `settled_profile` AS `w1`
  ON `w1`.`user_id` = `m`.`user_id`
  AND `w1`.`__event` = `m`.`profile__event`
  AND `w1`.`__visible` = `m`.`profile__visible`
LEFT JOIN `settled_before` AS `w2`
  ON `w2`.`user_id` = `m`.`user_id`
  AND `w2`.`__event` = `m`.`before__event`
  AND `w2`.`__visible` = `m`.`before__visible`
ORDER BY
  `m`.`__row` NULLS LAST;
DROP TABLE IF EXISTS `features`.`__fcompile_stage_001`;
