-- Materialization of feature view before: the latest row of each entity as of :as_of.
-- Definition: feature.yaml. Dialect: spark, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :since (look at what became known after it; NULL = at everything), :sequence (the number of the load), :newest (not a backfill).
CREATE SCHEMA IF NOT EXISTS `features`;
CREATE TABLE IF NOT EXISTS `features`.`golden__before` (
  `user_id` BIGINT,
  `age` INT,
  `__event` TIMESTAMP_NTZ,
  `__created` TIMESTAMP_NTZ,
  `__sequence` BIGINT
);
DROP TABLE IF EXISTS `features`.`__fcompile_stage_golden__before_001`;
-- latest: The row at that time; ties go to the greatest by (loaded_at, age), NULLs first. A row an entity.
CREATE TABLE `features`.`__fcompile_stage_golden__before_001` AS
WITH `source_profiles` AS (
  -- Source profiles: a row an event at updated_at, known at known.
  SELECT
    `user_id`,
    `age`,
    CAST(`updated_at` AS TIMESTAMP_NTZ) AS `__event`,
    GREATEST(CAST(`updated_at` AS TIMESTAMP_NTZ), CAST(`known` AS TIMESTAMP_NTZ)) AS `__visible`,
    CAST(`loaded_at` AS TIMESTAMP_NTZ) AS `__created`
  FROM `raw`.`profiles`
  WHERE
    `updated_at` IS NOT NULL AND `known` IS NOT NULL
), `events_before` AS (
  -- Feature view before: the values each event carries, by user_id.
  SELECT
    CAST(`user_id` AS BIGINT) AS `user_id`,
    `__event`,
    `__visible`,
    `__created`,
    CAST(`age` AS INT) AS `age`
  FROM `source_profiles`
  WHERE
    `user_id` IS NOT NULL
), `newest` AS (
  -- The latest event time known as of :as_of. A row an entity with news since :since (NULL = all).
  SELECT
    `user_id`,
    MAX(`__event`) AS `__event`
  FROM `events_before`
  WHERE
    `__visible` < CAST(:as_of AS TIMESTAMP_NTZ)
  GROUP BY
    `user_id`
  HAVING
    COALESCE(MAX(`__visible`) > CAST(:since AS TIMESTAMP_NTZ), TRUE) AND MAX(`__event`) IS NOT NULL
)
SELECT
  `user_id`,
  `age`,
  `__event`,
  `__created`
FROM (
  SELECT
    `e`.`user_id`,
    `e`.`age`,
    `e`.`__event`,
    `e`.`__created`,
    ROW_NUMBER() OVER (PARTITION BY `e`.`user_id`, `e`.`__event` ORDER BY `e`.`__created` DESC, `e`.`age` DESC) AS `__tested`
  FROM `events_before` AS `e`
  JOIN `newest` AS `n`
    ON `e`.`user_id` = `n`.`user_id` AND `e`.`__event` = `n`.`__event`
  WHERE
    `e`.`__visible` < CAST(:as_of AS TIMESTAMP_NTZ)
) AS `__qualified`
WHERE
  `__tested` = 1;
DROP TABLE IF EXISTS `features`.`__fcompile_next__golden__before`;
CREATE TABLE `features`.`__fcompile_next__golden__before` AS
WITH `latest` AS (
  SELECT * FROM `features`.`__fcompile_stage_golden__before_001`
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
    ELSE CAST(:sequence AS BIGINT)
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
        `t`.`__created` IS NOT DISTINCT FROM `l`.`__created` AND NOT CAST(:newest AS BOOLEAN)
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
        `t`.`__created` IS NOT DISTINCT FROM `l`.`__created` AND NOT CAST(:newest AS BOOLEAN)
      )
    )
  );
DROP TABLE IF EXISTS `features`.`golden__before`;
ALTER TABLE `features`.`__fcompile_next__golden__before` RENAME TO `features`.`golden__before`;
DROP TABLE IF EXISTS `features`.`__fcompile_stage_golden__before_001`;
