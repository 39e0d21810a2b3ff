-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: bigquery, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- picked_last_departure: The latest event of last_departure visible at or before each instant that asks. A row a key and instant; none where there is no event.
CREATE OR REPLACE TEMP TABLE `__fcompile_stage_001` AS
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS `__row`,
    `s`.`origin`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_departures` AS (
  -- Source departures: a row an event at scheduled_at, known at departed_at.
  SELECT
    `origin`,
    `dep_delay`,
    CAST(`scheduled_at` AS TIMESTAMP) AS `__event`,
    GREATEST(CAST(`scheduled_at` AS TIMESTAMP), CAST(`departed_at` AS TIMESTAMP)) AS `__visible`
  FROM `raw`.`flights`
  WHERE
    `scheduled_at` IS NOT NULL AND `departed_at` IS NOT NULL
), `events_last_departure` AS (
  -- Feature view last_departure: the values each event carries, by origin.
  SELECT
    CAST(`origin` AS STRING) AS `origin`,
    `__event`,
    `__visible`,
    CAST(`dep_delay` AS FLOAT64) AS `dep_delay`
  FROM `source_departures`
  WHERE
    `origin` IS NOT NULL
), `leading_last_departure` AS (
  -- Events that are the latest of their key when they become known. One that is known only after a
  -- later event never counts.
  SELECT
    `origin`,
    `__event`,
    `__visible`,
    `dep_delay`
  FROM `events_last_departure`
  QUALIFY
    `__event` = MAX(`__event`) OVER (PARTITION BY `origin` ORDER BY `__visible` ASC)
)
SELECT
  `r`.`origin`,
  `r`.`__time`,
  `r`.`__event`,
  `r`.`__visible`
FROM (
  SELECT
    `i`.`origin`,
    `i`.`__time`,
    `i`.`__asks`,
    MAX(`i`.`__event`) OVER (
      PARTITION BY `i`.`origin`
      ORDER BY `i`.`__time` ASC, `i`.`__asks` ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS `__event`,
    MAX(`i`.`__visible`) OVER (
      PARTITION BY `i`.`origin`
      ORDER BY `i`.`__time` ASC, `i`.`__asks` ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS `__visible`
  FROM (
    SELECT DISTINCT
      `s`.`origin`,
      `s`.`event_timestamp` AS `__time`,
      CAST(NULL AS TIMESTAMP) AS `__event`,
      CAST(NULL AS TIMESTAMP) AS `__visible`,
      1 AS `__asks`
    FROM `numbered` AS `s`
    WHERE
      `s`.`origin` IS NOT NULL AND `s`.`event_timestamp` IS NOT NULL
    UNION ALL
    SELECT
      `e`.`origin`,
      `e`.`__visible` AS `__time`,
      `e`.`__event`,
      `e`.`__visible`,
      0 AS `__asks`
    FROM `leading_last_departure` AS `e`
  ) AS `i`
) AS `r`
WHERE
  `r`.`__asks` = 1 AND `r`.`__event` IS NOT NULL;
-- picked_last_weather: The latest event of last_weather visible strictly before each instant that asks. A row a key and instant; none where there is no event.
CREATE OR REPLACE TEMP TABLE `__fcompile_stage_002` AS
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS `__row`,
    `s`.`origin`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_weather` AS (
  -- Source weather: a row an event at observed_at, known 90m later.
  SELECT
    `origin`,
    `wind`,
    CAST(`observed_at` AS TIMESTAMP) AS `__event`,
    TIMESTAMP_ADD(
      LEAST(
        CAST(`observed_at` AS TIMESTAMP),
        TIMESTAMP_SUB(CAST('9999-12-31 23:59:59.999999+00' AS TIMESTAMP), INTERVAL 90 MINUTE)
      ),
      INTERVAL 90 MINUTE
    ) AS `__visible`
  FROM `raw`.`weather`
  WHERE
    `observed_at` IS NOT NULL
), `events_last_weather` AS (
  -- Feature view last_weather: the values each event carries, by origin.
  SELECT
    CAST(`origin` AS STRING) AS `origin`,
    `__event`,
    `__visible`,
    (
      SELECT
        CASE
          WHEN ABS(single) BETWEEN 5e-324 AND 3.4028235677973366e+38 AND ABS(single) < 3.4028235677973366e+38
          THEN single + (
            1.5 * POW(2, GREATEST(FLOOR(LN(ABS(single)) / LN(2)), -126) + 29)
          ) - (
            1.5 * POW(2, GREATEST(FLOOR(LN(ABS(single)) / LN(2)), -126) + 29)
          )
          WHEN ABS(single) >= 3.4028235677973366e+38 AND NOT IS_INF(single)
          THEN ERROR('a number is beyond float32')
          ELSE single
        END
      FROM UNNEST([STRUCT(CAST(`wind` AS FLOAT64) AS single)])
    ) AS `wind`
  FROM `source_weather`
  WHERE
    `origin` IS NOT NULL
)
SELECT
  `r`.`origin`,
  `r`.`__time`,
  `r`.`__event`
FROM (
  SELECT
    `i`.`origin`,
    `i`.`__time`,
    `i`.`__asks`,
    MAX(`i`.`__event`) OVER (
      PARTITION BY `i`.`origin`
      ORDER BY `i`.`__time` ASC, `i`.`__asks` ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS `__event`
  FROM (
    SELECT DISTINCT
      `s`.`origin`,
      `s`.`event_timestamp` AS `__time`,
      CAST(NULL AS TIMESTAMP) AS `__event`,
      0 AS `__asks`
    FROM `numbered` AS `s`
    WHERE
      `s`.`origin` IS NOT NULL AND `s`.`event_timestamp` IS NOT NULL
    UNION ALL
    SELECT
      `e`.`origin`,
      `e`.`__visible` AS `__time`,
      `e`.`__event`,
      1 AS `__asks`
    FROM `events_last_weather` AS `e`
  ) AS `i`
) AS `r`
WHERE
  `r`.`__asks` = 0 AND `r`.`__event` IS NOT NULL;
WITH `numbered` AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS `__row`,
    `s`.`origin`,
    `s`.`event_timestamp`
  FROM `spine` AS `s`
), `source_departures` AS (
  -- Source departures: a row an event at scheduled_at, known at departed_at.
  SELECT
    `origin`,
    `dep_delay`,
    CAST(`scheduled_at` AS TIMESTAMP) AS `__event`,
    GREATEST(CAST(`scheduled_at` AS TIMESTAMP), CAST(`departed_at` AS TIMESTAMP)) AS `__visible`
  FROM `raw`.`flights`
  WHERE
    `scheduled_at` IS NOT NULL AND `departed_at` IS NOT NULL
), `source_weather` AS (
  -- Source weather: a row an event at observed_at, known 90m later.
  SELECT
    `origin`,
    `wind`,
    CAST(`observed_at` AS TIMESTAMP) AS `__event`,
    TIMESTAMP_ADD(
      LEAST(
        CAST(`observed_at` AS TIMESTAMP),
        TIMESTAMP_SUB(CAST('9999-12-31 23:59:59.999999+00' AS TIMESTAMP), INTERVAL 90 MINUTE)
      ),
      INTERVAL 90 MINUTE
    ) AS `__visible`
  FROM `raw`.`weather`
  WHERE
    `observed_at` IS NOT NULL
), `events_last_departure` AS (
  -- Feature view last_departure: the values each event carries, by origin.
  SELECT
    CAST(`origin` AS STRING) AS `origin`,
    `__event`,
    `__visible`,
    CAST(`dep_delay` AS FLOAT64) AS `dep_delay`
  FROM `source_departures`
  WHERE
    `origin` IS NOT NULL
), `events_last_weather` AS (
  -- Feature view last_weather: the values each event carries, by origin.
  SELECT
    CAST(`origin` AS STRING) AS `origin`,
    `__event`,
    `__visible`,
    (
      SELECT
        CASE
          WHEN ABS(single) BETWEEN 5e-324 AND 3.4028235677973366e+38 AND ABS(single) < 3.4028235677973366e+38
          THEN single + (
            1.5 * POW(2, GREATEST(FLOOR(LN(ABS(single)) / LN(2)), -126) + 29)
          ) - (
            1.5 * POW(2, GREATEST(FLOOR(LN(ABS(single)) / LN(2)), -126) + 29)
          )
          WHEN ABS(single) >= 3.4028235677973366e+38 AND NOT IS_INF(single)
          THEN ERROR('a number is beyond float32')
          ELSE single
        END
      FROM UNNEST([STRUCT(CAST(`wind` AS FLOAT64) AS single)])
    ) AS `wind`
  FROM `source_weather`
  WHERE
    `origin` IS NOT NULL
), `picked_last_departure` AS (
  SELECT * FROM `__fcompile_stage_001`
), `found_last_departure` AS (
  -- What last_departure says at the picked instants; of several events the greatest by (dep_delay),
  -- NULLs first. A row an instant.
  WITH `ranked` AS (
    SELECT
      `e`.`origin`,
      `e`.`__event`,
      `e`.`__visible`,
      `e`.`dep_delay`,
      ROW_NUMBER() OVER (
        PARTITION BY `e`.`origin`, `e`.`__event`
        ORDER BY IS_NAN(`e`.`dep_delay`) ASC, `e`.`dep_delay` ASC
      ) AS `__rank`
    FROM `events_last_departure` AS `e`
    WHERE
      EXISTS(
        SELECT
          1
        FROM `picked_last_departure` AS `d`
        WHERE
          `e`.`origin` = `d`.`origin` AND `e`.`__event` = `d`.`__event`
      )
  )
  SELECT
    `s`.`origin`,
    `s`.`__event`,
    `s`.`__visible`,
    `r`.`dep_delay`
  FROM (
    SELECT DISTINCT
      `origin`,
      `__event`,
      `__visible`,
      MAX(`__rank`) OVER (PARTITION BY `origin`, `__event` ORDER BY `__visible` ASC) AS `__rank`
    FROM `ranked`
  ) AS `s`
  JOIN `ranked` AS `r`
    ON `s`.`origin` = `r`.`origin` AND `s`.`__event` = `r`.`__event` AND `s`.`__rank` = `r`.`__rank`
), `picked_last_weather` AS (
  SELECT * FROM `__fcompile_stage_002`
), `found_last_weather` AS (
  -- What last_weather says at the picked instants; of several events the greatest by (wind), NULLs
  -- first. A row an instant.
  SELECT
    `e`.`origin`,
    `e`.`__event`,
    `e`.`wind`
  FROM `events_last_weather` AS `e`
  WHERE
    EXISTS(
      SELECT
        1
      FROM `picked_last_weather` AS `d`
      WHERE
        `e`.`origin` = `d`.`origin` AND `e`.`__event` = `d`.`__event`
    )
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY `e`.`origin`, `e`.`__event` ORDER BY IS_NAN(`e`.`wind`) DESC, `e`.`wind` DESC) = 1
), `matched` AS (
  -- Each spine row with the latest event visible at its time, for each join; last_departure: at or
  -- before the row's time; last_weather: strictly before the row's time.
  SELECT
    `s`.`__row`,
    `s`.`origin`,
    `s`.`event_timestamp`,
    `p1`.`__event` AS `last_departure__event`,
    `f1_1`.`dep_delay` AS `last_departure__dep_delay`,
    `p2`.`__event` AS `last_weather__event`,
    `f2_1`.`wind` AS `last_weather__wind`
  FROM `numbered` AS `s`
  LEFT JOIN `picked_last_departure` AS `p1`
    ON `s`.`origin` = `p1`.`origin` AND `s`.`event_timestamp` = `p1`.`__time`
  LEFT JOIN `found_last_departure` AS `f1_1`
    ON `p1`.`origin` = `f1_1`.`origin`
    AND `p1`.`__event` = `f1_1`.`__event`
    AND `p1`.`__visible` = `f1_1`.`__visible`
  LEFT JOIN `picked_last_weather` AS `p2`
    ON `s`.`origin` = `p2`.`origin` AND `s`.`event_timestamp` = `p2`.`__time`
  LEFT JOIN `found_last_weather` AS `f2_1`
    ON `p2`.`origin` = `f2_1`.`origin` AND `p2`.`__event` = `f2_1`.`__event`
)
SELECT
  `m`.`origin`,
  `m`.`event_timestamp`,
  CASE
    WHEN `m`.`last_departure__event` >= TIMESTAMP_SUB(`m`.`event_timestamp`, INTERVAL 500 MILLISECOND)
    THEN `m`.`last_departure__dep_delay`
  END AS `dep_delay`,
  `m`.`last_weather__wind` AS `wind`
FROM `matched` AS `m`
ORDER BY
  `m`.`__row` ASC;
DROP TABLE IF EXISTS `__fcompile_stage_002`;
DROP TABLE IF EXISTS `__fcompile_stage_001`;
