-- Materialization of feature view item: the latest row of each entity as of @as_of.
-- Definition: feature.yaml. Dialect: bigquery, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: @as_of, @since (look at what became known after it; NULL = at everything), @sequence (the number of the load), @newest (not a backfill).
CREATE SCHEMA IF NOT EXISTS `features`;
CREATE TABLE IF NOT EXISTS `features`.`golden__item` (
  `item_id` INT64,
  `sizes` ARRAY<INT64>,
  `maker` STRUCT<`name` STRING, `since` DATE>,
  `embedding` ARRAY<FLOAT64>,
  `rank` INT64,
  `__event` TIMESTAMP,
  `__created` TIMESTAMP,
  `__sequence` INT64
);
DROP TABLE IF EXISTS `__fcompile_stage_001`;
-- latest: The row at that time; ties go to the greatest by (sizes, maker, embedding, rank), NULLs first. A row an entity.
CREATE OR REPLACE TEMP TABLE `__fcompile_stage_001` AS
WITH `source_items` AS (
  -- Source items: a row an event at at, known as it happens. The table holds what is in
  -- data/*.parquet.
  SELECT
    `item_id`,
    `sizes`,
    `maker`,
    `embedding`,
    `Order`,
    CAST(`at` AS TIMESTAMP) AS `__event`
  FROM `items`
  WHERE
    `at` IS NOT NULL
), `events_item` AS (
  -- Feature view item: the values each event carries, by item_id.
  SELECT
    CAST(`item_id` AS INT64) AS `item_id`,
    `__event`,
    CAST(`sizes` AS ARRAY<INT64>) AS `sizes`,
    CAST(`maker` AS STRUCT<`name` STRING, `since` DATE>) AS `maker`,
    CAST(`embedding` AS ARRAY<FLOAT64>) AS `embedding`,
    CAST(`Order` AS INT64) AS `rank`
  FROM `source_items`
  WHERE
    `item_id` IS NOT NULL
), `newest` AS (
  -- The latest event time known as of @as_of. A row an entity with news since @since (NULL = all).
  SELECT
    `item_id`,
    MAX(`__event`) AS `__event`
  FROM `events_item`
  WHERE
    `__event` <= CAST(@as_of AS TIMESTAMP)
  GROUP BY
    `item_id`
  HAVING
    COALESCE(`__event` > CAST(@since AS TIMESTAMP), TRUE) AND `__event` IS NOT NULL
)
SELECT
  `e`.`item_id`,
  `e`.`sizes`,
  `e`.`maker`,
  `e`.`embedding`,
  `e`.`rank`,
  `e`.`__event`,
  CAST(NULL AS TIMESTAMP) AS `__created`
FROM `events_item` AS `e`
JOIN `newest` AS `n`
  ON `e`.`item_id` = `n`.`item_id` AND `e`.`__event` = `n`.`__event`
WHERE
  `e`.`__event` <= CAST(@as_of AS TIMESTAMP)
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY `e`.`item_id`, `e`.`__event`
    ORDER BY TO_JSON_STRING(`e`.`sizes`) DESC, TO_JSON_STRING(`e`.`maker`) DESC, TO_JSON_STRING(`e`.`embedding`) DESC, `e`.`rank` DESC
  ) = 1;
CREATE OR REPLACE TABLE `features`.`golden__item` AS
WITH `latest` AS (
  SELECT * FROM `__fcompile_stage_001`
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
      AND TO_JSON_STRING(`l`.`sizes`) IS NOT DISTINCT FROM TO_JSON_STRING(`t`.`sizes`)
      AND TO_JSON_STRING(`l`.`maker`) IS NOT DISTINCT FROM TO_JSON_STRING(`t`.`maker`)
      AND TO_JSON_STRING(`l`.`embedding`) IS NOT DISTINCT FROM TO_JSON_STRING(`t`.`embedding`)
      AND `l`.`rank` IS NOT DISTINCT FROM `t`.`rank`
      AND `l`.`__event` IS NOT DISTINCT FROM `t`.`__event`
      AND `l`.`__created` IS NOT DISTINCT FROM `t`.`__created`
    )
    THEN `t`.`__sequence`
    ELSE CAST(@sequence AS INT64)
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
        `t`.`__created` IS NOT DISTINCT FROM `l`.`__created` AND NOT CAST(@newest AS BOOL)
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
        `t`.`__created` IS NOT DISTINCT FROM `l`.`__created` AND NOT CAST(@newest AS BOOL)
      )
    )
  );
DROP TABLE IF EXISTS `__fcompile_stage_001`;
