-- Materialization of feature view item: the latest row of each entity as of :as_of.
-- Definition: feature.yaml. Dialect: databricks, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :since (look at what became known after it; NULL = at everything), :sequence (the number of the load), :newest (not a backfill).
CREATE SCHEMA IF NOT EXISTS `features`;
CREATE TABLE IF NOT EXISTS `features`.`golden__item` (
  `item_id` BIGINT,
  `sizes` ARRAY<BIGINT>,
  `maker` STRUCT<`name`: STRING, `since`: DATE>,
  `embedding` ARRAY<FLOAT>,
  `rank` BIGINT,
  `__event` TIMESTAMP_NTZ,
  `__created` TIMESTAMP_NTZ,
  `__sequence` BIGINT
);
DROP TABLE IF EXISTS `features`.`__fcompile_stage_golden__item_001`;
-- latest: The row at that time; ties go to the greatest by (sizes, maker, embedding, rank), NULLs first. A row an entity.
CREATE TABLE `features`.`__fcompile_stage_golden__item_001` AS
WITH `source_items` AS (
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
), `newest` AS (
  -- The latest event time known as of :as_of. A row an entity with news since :since (NULL = all).
  SELECT
    `item_id`,
    MAX(`__event`) AS `__event`
  FROM `events_item`
  WHERE
    `__event` <= CAST(:as_of AS TIMESTAMP_NTZ)
  GROUP BY
    `item_id`
  HAVING
    COALESCE(MAX(`__event`) > CAST(:since AS TIMESTAMP_NTZ), TRUE) AND MAX(`__event`) IS NOT NULL
)
SELECT
  `item_id`,
  `sizes`,
  `maker`,
  `embedding`,
  `rank`,
  `__event`,
  `__created`
FROM (
  SELECT
    `e`.`item_id`,
    `e`.`sizes`,
    `e`.`maker`,
    `e`.`embedding`,
    `e`.`rank`,
    `e`.`__event`,
    CAST(NULL AS TIMESTAMP_NTZ) AS `__created`,
    ROW_NUMBER() OVER (
      PARTITION BY `e`.`item_id`, `e`.`__event`
      ORDER BY `e`.`sizes` DESC, `e`.`maker` DESC, `e`.`embedding` DESC, `e`.`rank` DESC
    ) AS `__tested`
  FROM `events_item` AS `e`
  JOIN `newest` AS `n`
    ON `e`.`item_id` = `n`.`item_id` AND `e`.`__event` = `n`.`__event`
  WHERE
    `e`.`__event` <= CAST(:as_of AS TIMESTAMP_NTZ)
) AS `__qualified`
WHERE
  `__tested` = 1;
CREATE OR REPLACE TABLE `features`.`golden__item` AS
WITH `latest` AS (
  SELECT * FROM `features`.`__fcompile_stage_golden__item_001`
)
SELECT
  `l`.`item_id`,
  `l`.`sizes`,
  `l`.`maker`,
  `l`.`embedding`,
  `l`.`rank`,
  `l`.`__event`,
  `l`.`__created`,
  CASE
    WHEN (
      `l`.`item_id` IS NOT DISTINCT FROM `t`.`item_id`
      AND `l`.`sizes` IS NOT DISTINCT FROM `t`.`sizes`
      AND `l`.`maker` IS NOT DISTINCT FROM `t`.`maker`
      AND `l`.`embedding` IS NOT DISTINCT FROM `t`.`embedding`
      AND `l`.`rank` IS NOT DISTINCT FROM `t`.`rank`
      AND `l`.`__event` IS NOT DISTINCT FROM `t`.`__event`
      AND `l`.`__created` IS NOT DISTINCT FROM `t`.`__created`
    )
    THEN `t`.`__sequence`
    ELSE CAST(:sequence AS BIGINT)
  END AS `__sequence`
FROM `latest` AS `l`
LEFT JOIN `features`.`golden__item` AS `t`
  ON `l`.`item_id` = `t`.`item_id`
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
  `t`.`item_id`,
  `t`.`sizes`,
  `t`.`maker`,
  `t`.`embedding`,
  `t`.`rank`,
  `t`.`__event`,
  `t`.`__created`,
  `t`.`__sequence`
FROM `features`.`golden__item` AS `t`
LEFT JOIN `latest` AS `l`
  ON `t`.`item_id` = `l`.`item_id`
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
DROP TABLE IF EXISTS `features`.`__fcompile_stage_golden__item_001`;
