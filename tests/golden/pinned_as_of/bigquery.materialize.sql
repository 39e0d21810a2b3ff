-- Materialization of feature view before: the latest row of each entity as of @as_of.
-- Definition: feature.yaml. Dialect: bigquery, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: @as_of, @since (look at what became known after it; NULL = at everything), @sequence (the number of the load), @newest (not a backfill).
CREATE SCHEMA IF NOT EXISTS `features`;
CREATE TABLE IF NOT EXISTS `features`.`golden__before` (
  `user_id` INT64,
  `age` INT64,
  `__event` TIMESTAMP,
  `__created` TIMESTAMP,
  `__sequence` INT64
);
DROP TABLE IF EXISTS `__fcompile_stage_001`;
-- latest: The row at that time; ties go to the greatest by (loaded_at, age), NULLs first. A row an entity.
CREATE OR REPLACE TEMP TABLE `__fcompile_stage_001` AS
WITH `source_profiles` AS (
  -- Source profiles: a row an event at updated_at, known at known.
  SELECT
    `user_id`,
    `age`,
    CAST(`updated_at` AS TIMESTAMP) AS `__event`,
    GREATEST(CAST(`updated_at` AS TIMESTAMP), CAST(`known` AS TIMESTAMP)) AS `__visible`,
    CAST(`loaded_at` AS TIMESTAMP) AS `__created`
  FROM `raw`.`profiles`
  WHERE
    `updated_at` IS NOT NULL AND `known` IS NOT NULL
), `events_before` AS (
  -- Feature view before: the values each event carries, by user_id.
  SELECT
    CAST(`user_id` AS INT64) AS `user_id`,
    `__event`,
    `__visible`,
    `__created`,
    CAST(`age` AS INT64) AS `age`
  FROM `source_profiles`
  WHERE
    `user_id` IS NOT NULL
), `newest` AS (
  -- The latest event time known as of @as_of. A row an entity with news since @since (NULL = all).
  SELECT
    `user_id`,
    MAX(`__event`) AS `__event`
  FROM `events_before`
  WHERE
    `__visible` < CAST(@as_of AS TIMESTAMP)
  GROUP BY
    `user_id`
  HAVING
    COALESCE(MAX(`__visible`) > CAST(@since AS TIMESTAMP), TRUE) AND `__event` IS NOT NULL
)
SELECT
  `e`.`user_id`,
  `e`.`age`,
  `e`.`__event`,
  `e`.`__created`
FROM `events_before` AS `e`
JOIN `newest` AS `n`
  ON `e`.`user_id` = `n`.`user_id` AND `e`.`__event` = `n`.`__event`
WHERE
  `e`.`__visible` < CAST(@as_of AS TIMESTAMP)
QUALIFY
  ROW_NUMBER() OVER (PARTITION BY `e`.`user_id`, `e`.`__event` ORDER BY `e`.`__created` DESC, `e`.`age` DESC) = 1;
CREATE OR REPLACE TABLE `features`.`golden__before` AS
WITH `latest` AS (
  SELECT * FROM `__fcompile_stage_001`
)
SELECT
  `l`.`user_id`,
  `l`.`age`,
  `l`.`__event`,
  `l`.`__created`,
  CASE
    WHEN (
      `l`.`user_id` IS NOT DISTINCT FROM `t`.`user_id`
      AND `l`.`age` IS NOT DISTINCT FROM `t`.`age`
      AND `l`.`__event` IS NOT DISTINCT FROM `t`.`__event`
      AND `l`.`__created` IS NOT DISTINCT FROM `t`.`__created`
    )
    THEN `t`.`__sequence`
    ELSE CAST(@sequence AS INT64)
  END AS `__sequence`
FROM `latest` AS `l`
LEFT JOIN `features`.`golden__before` AS `t`
  ON `l`.`user_id` = `t`.`user_id`
WHERE
  `t`.`__event` IS NULL
  OR NOT (
    `t`.`__event` > `l`.`__event`
    OR `t`.`__event` = `l`.`__event`
    AND (
      COALESCE(`t`.`__created` > `l`.`__created`, FALSE)
      OR `l`.`__created` IS NULL
      AND `t`.`__created` IS NOT NULL
      OR (
        `t`.`__created` IS NOT DISTINCT FROM `l`.`__created` AND NOT CAST(@newest AS BOOL)
      )
    )
  )
UNION ALL
SELECT
  `t`.`user_id`,
  `t`.`age`,
  `t`.`__event`,
  `t`.`__created`,
  `t`.`__sequence`
FROM `features`.`golden__before` AS `t`
LEFT JOIN `latest` AS `l`
  ON `t`.`user_id` = `l`.`user_id`
WHERE
  `l`.`__event` IS NULL
  OR (
    `t`.`__event` > `l`.`__event`
    OR `t`.`__event` = `l`.`__event`
    AND (
      COALESCE(`t`.`__created` > `l`.`__created`, FALSE)
      OR `l`.`__created` IS NULL
      AND `t`.`__created` IS NOT NULL
      OR (
        `t`.`__created` IS NOT DISTINCT FROM `l`.`__created` AND NOT CAST(@newest AS BOOL)
      )
    )
  );
DROP TABLE IF EXISTS `__fcompile_stage_001`;
