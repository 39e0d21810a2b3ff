-- Label returns_30d: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: bigquery, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- Bound too: @as_of, the instant as of which the label is known: NULL where it is not mature by then.
-- numbered: The spine, numbered so that its rows and their order come back. A row a training example.
CREATE OR REPLACE TEMP TABLE `__fcompile_stage_001` AS
SELECT
  ROW_NUMBER() OVER () AS `__row`,
  `s`.`user_id`,
  `s`.`event_timestamp`
FROM `spine` AS `s`;
-- hot_returns_30d: Hot keys: more than 500 rows. Their windows are made of tiles, those of other keys of rows.
CREATE OR REPLACE TEMP TABLE `__fcompile_stage_002` AS
WITH `source_orders` AS (
  -- Source orders: a row an event at at, known at known.
  SELECT
    `user_id`,
    `paid`,
    CAST(`at` AS TIMESTAMP) AS `__event`,
    GREATEST(CAST(`at` AS TIMESTAMP), CAST(`known` AS TIMESTAMP)) AS `__visible`
  FROM `raw`.`orders`
  WHERE
    `at` IS NOT NULL AND `known` IS NOT NULL
), `rows_returns_30d` AS (
  -- Rows for returns_30d, known as of @as_of: what is aggregated of each.
  SELECT
    CAST(`user_id` AS INT64) AS `user_id`,
    `__event`,
    CASE WHEN `paid` THEN TRUE END AS `row`
  FROM `source_orders`
  WHERE
    `user_id` IS NOT NULL AND `__visible` <= CAST(@as_of AS TIMESTAMP)
)
SELECT
  `user_id`
FROM `rows_returns_30d`
GROUP BY
  `user_id`
HAVING
  COUNT(*) > 500;
-- tiles_returns_30d: Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the rows are visible.
CREATE OR REPLACE TEMP TABLE `__fcompile_stage_003` AS
WITH `source_orders` AS (
  -- Source orders: a row an event at at, known at known.
  SELECT
    `user_id`,
    `paid`,
    CAST(`at` AS TIMESTAMP) AS `__event`,
    GREATEST(CAST(`at` AS TIMESTAMP), CAST(`known` AS TIMESTAMP)) AS `__visible`
  FROM `raw`.`orders`
  WHERE
    `at` IS NOT NULL AND `known` IS NOT NULL
), `rows_returns_30d` AS (
  -- Rows for returns_30d, known as of @as_of: what is aggregated of each.
  SELECT
    CAST(`user_id` AS INT64) AS `user_id`,
    `__event`,
    CASE WHEN `paid` THEN TRUE END AS `row`
  FROM `source_orders`
  WHERE
    `user_id` IS NOT NULL AND `__visible` <= CAST(@as_of AS TIMESTAMP)
), `hot_returns_30d` AS (
  SELECT * FROM `__fcompile_stage_002`
)
SELECT
  `user_id`,
  TIMESTAMP_TRUNC(`__event`, HOUR, 'UTC') AS `__tile`,
  TIMESTAMP_TRUNC(`__event`, HOUR, 'UTC') AS `__known`,
  CAST(COUNT(`row`) AS INT64) AS `row__count`
FROM `rows_returns_30d` AS `r`
WHERE
  EXISTS(
    SELECT
      1
    FROM `hot_returns_30d` AS `h`
    WHERE
      `r`.`user_id` = `h`.`user_id`
  )
GROUP BY
  `user_id`,
  TIMESTAMP_TRUNC(`__event`, HOUR, 'UTC'),
  TIMESTAMP_TRUNC(`__event`, HOUR, 'UTC');
-- spans_returns_30d: The same for 1d, made of the tiles above.
CREATE OR REPLACE TEMP TABLE `__fcompile_stage_004` AS
WITH `tiles_returns_30d` AS (
  SELECT * FROM `__fcompile_stage_003`
)
SELECT
  `user_id`,
  TIMESTAMP_TRUNC(`__tile`, DAY, 'UTC') AS `__tile`,
  TIMESTAMP_TRUNC(`__known`, DAY, 'UTC') AS `__known`,
  CAST(SUM(`row__count`) AS INT64) AS `row__count`
FROM `tiles_returns_30d`
GROUP BY
  `user_id`,
  TIMESTAMP_TRUNC(`__tile`, DAY, 'UTC'),
  TIMESTAMP_TRUNC(`__known`, DAY, 'UTC');
-- asked_returns_30d: Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
CREATE OR REPLACE TEMP TABLE `__fcompile_stage_005` AS
WITH `numbered` AS (
  SELECT * FROM `__fcompile_stage_001`
), `hot_returns_30d` AS (
  SELECT * FROM `__fcompile_stage_002`
)
SELECT
  `n`.`__row`,
  `n`.`user_id`,
  TIMESTAMP_ADD(
    LEAST(
      `n`.`event_timestamp`,
      TIMESTAMP_SUB(CAST('9999-12-31 23:59:59.999999+00' AS TIMESTAMP), INTERVAL 30 DAY)
    ),
    INTERVAL 30 DAY
  ) AS `__time`,
  TIMESTAMP_TRUNC(
    TIMESTAMP_ADD(
      LEAST(
        `n`.`event_timestamp`,
        TIMESTAMP_SUB(CAST('9999-12-31 23:59:59.999999+00' AS TIMESTAMP), INTERVAL 30 DAY)
      ),
      INTERVAL 30 DAY
    ),
    HOUR,
    'UTC'
  ) AS `__now`,
  TIMESTAMP_TRUNC(
    TIMESTAMP_ADD(
      LEAST(
        `n`.`event_timestamp`,
        TIMESTAMP_SUB(CAST('9999-12-31 23:59:59.999999+00' AS TIMESTAMP), INTERVAL 30 DAY)
      ),
      INTERVAL 30 DAY
    ),
    DAY,
    'UTC'
  ) AS `__today`,
  TIMESTAMP_MICROS(
    GREATEST(
      UNIX_MICROS(
        TIMESTAMP_ADD(
          LEAST(
            `n`.`event_timestamp`,
            TIMESTAMP_SUB(CAST('9999-12-31 23:59:59.999999+00' AS TIMESTAMP), INTERVAL 30 DAY)
          ),
          INTERVAL 30 DAY
        )
      ) - MOD(
        MOD(
          UNIX_MICROS(
            TIMESTAMP_ADD(
              LEAST(
                `n`.`event_timestamp`,
                TIMESTAMP_SUB(CAST('9999-12-31 23:59:59.999999+00' AS TIMESTAMP), INTERVAL 30 DAY)
              ),
              INTERVAL 30 DAY
            )
          ),
          2592000000000
        ) + 2592000000000,
        2592000000000
      ),
      -62135596800000000
    )
  ) AS `__stretch`
FROM `numbered` AS `n`
WHERE
  EXISTS(
    SELECT
      1
    FROM `hot_returns_30d` AS `h`
    WHERE
      `n`.`user_id` = `h`.`user_id`
  );
WITH `numbered` AS (
  SELECT * FROM `__fcompile_stage_001`
), `source_orders` AS (
  -- Source orders: a row an event at at, known at known.
  SELECT
    `user_id`,
    `paid`,
    CAST(`at` AS TIMESTAMP) AS `__event`,
    GREATEST(CAST(`at` AS TIMESTAMP), CAST(`known` AS TIMESTAMP)) AS `__visible`
  FROM `raw`.`orders`
  WHERE
    `at` IS NOT NULL AND `known` IS NOT NULL
), `rows_returns_30d` AS (
  -- Rows for returns_30d, known as of @as_of: what is aggregated of each.
  SELECT
    CAST(`user_id` AS INT64) AS `user_id`,
    `__event`,
    CASE WHEN `paid` THEN TRUE END AS `row`
  FROM `source_orders`
  WHERE
    `user_id` IS NOT NULL AND `__visible` <= CAST(@as_of AS TIMESTAMP)
), `hot_returns_30d` AS (
  SELECT * FROM `__fcompile_stage_002`
), `tiles_returns_30d` AS (
  SELECT * FROM `__fcompile_stage_003`
), `spans_returns_30d` AS (
  SELECT * FROM `__fcompile_stage_004`
), `cold_returns_30d` AS (
  -- Spine rows of the other keys, and their time.
  SELECT
    `n`.`__row`,
    `n`.`user_id`,
    TIMESTAMP_ADD(
      LEAST(
        `n`.`event_timestamp`,
        TIMESTAMP_SUB(CAST('9999-12-31 23:59:59.999999+00' AS TIMESTAMP), INTERVAL 30 DAY)
      ),
      INTERVAL 30 DAY
    ) AS `__time`
  FROM `numbered` AS `n`
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM `hot_returns_30d` AS `h`
      WHERE
        `n`.`user_id` = `h`.`user_id`
    )
), `asked_returns_30d` AS (
  SELECT * FROM `__fcompile_stage_005`
), `edges_returns_30d` AS (
  -- Where each window begins, and the small and large tile that is in.
  SELECT
    `__row`,
    `user_id`,
    `__time`,
    `__now`,
    `__today`,
    1 AS `__from`,
    TIMESTAMP_SUB(`__time`, INTERVAL 30 DAY) AS `__low`,
    TIMESTAMP_TRUNC(TIMESTAMP_SUB(`__time`, INTERVAL 30 DAY), HOUR, 'UTC') AS `__edge`,
    TIMESTAMP_TRUNC(TIMESTAMP_SUB(`__time`, INTERVAL 30 DAY), DAY, 'UTC') AS `__edge_span`
  FROM `asked_returns_30d`
), `pieces_returns_30d` AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    `n`.`__row`,
    1 AS `__from`,
    1 AS `__to`,
    `r`.`__event`,
    `r`.`row`
  FROM `cold_returns_30d` AS `n`
  JOIN `rows_returns_30d` AS `r`
    ON `n`.`user_id` = `r`.`user_id`
    AND `r`.`__event` <= `n`.`__time`
    AND `r`.`__event` > TIMESTAMP_SUB(`n`.`__time`, INTERVAL 30 DAY)
  UNION ALL
  SELECT
    `a`.`__row`,
    `a`.`__from`,
    `a`.`__to`,
    `r`.`__event`,
    `r`.`row`
  FROM (
    SELECT
      `__row`,
      `user_id`,
      `__time`,
      `__from`,
      `__from` AS `__to`,
      `__edge`,
      `__low`
    FROM `edges_returns_30d`
    WHERE
      `__edge` < `__now`
    UNION ALL
    SELECT
      `__row`,
      `user_id`,
      `__time`,
      1 AS `__from`,
      1 AS `__to`,
      `__now` AS `__edge`,
      TIMESTAMP_SUB(`__time`, INTERVAL 1 HOUR) AS `__low`
    FROM `asked_returns_30d`
  ) AS `a`
  JOIN `rows_returns_30d` AS `r`
    ON `a`.`user_id` = `r`.`user_id`
    AND TIMESTAMP_TRUNC(`r`.`__event`, HOUR, 'UTC') = `a`.`__edge`
    AND `r`.`__event` > `a`.`__low`
    AND `r`.`__event` <= `a`.`__time`
), `parts_returns_30d` AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    `__row`,
    `__from`,
    `__to`,
    CAST(COUNT(`row`) AS INT64) AS `row__count`
  FROM `pieces_returns_30d`
  GROUP BY
    `__row`,
    `__from`,
    `__to`
  UNION ALL
  SELECT
    `__row`,
    `__from`,
    `__to`,
    CAST(SUM(`row__count`) AS INT64) AS `row__count`
  FROM (
    SELECT
      `a`.`__row`,
      1 AS `__from`,
      1 AS `__to`,
      `p`.`row__count`
    FROM `asked_returns_30d` AS `a`
    JOIN `tiles_returns_30d` AS `p`
      ON `a`.`user_id` = `p`.`user_id`
      AND TIMESTAMP_TRUNC(`p`.`__known`, DAY, 'UTC') = `a`.`__today`
      AND `p`.`__known` < `a`.`__now`
      AND `p`.`__tile` > TIMESTAMP_SUB(`a`.`__time`, INTERVAL 30 DAY)
    UNION ALL
    SELECT
      `a`.`__row`,
      `a`.`__from`,
      `a`.`__from` AS `__to`,
      `p`.`row__count`
    FROM `edges_returns_30d` AS `a`
    JOIN `tiles_returns_30d` AS `p`
      ON `a`.`user_id` = `p`.`user_id`
      AND TIMESTAMP_TRUNC(`p`.`__tile`, DAY, 'UTC') = `a`.`__edge_span`
      AND `p`.`__tile` > `a`.`__low`
      AND `a`.`__edge_span` < `a`.`__today`
    UNION ALL
    SELECT
      `a`.`__row`,
      1 AS `__from`,
      1 AS `__to`,
      `p`.`row__count`
    FROM `asked_returns_30d` AS `a`
    JOIN `spans_returns_30d` AS `p`
      ON `a`.`user_id` = `p`.`user_id`
      AND TIMESTAMP_MICROS(
        GREATEST(
          UNIX_MICROS(`p`.`__tile`) - MOD(MOD(UNIX_MICROS(`p`.`__tile`), 2592000000000) + 2592000000000, 2592000000000),
          -62135596800000000
        )
      ) = `a`.`__stretch`
      AND `p`.`__known` < `a`.`__today`
      AND `p`.`__tile` > TIMESTAMP_SUB(`a`.`__time`, INTERVAL 30 DAY)
    UNION ALL
    SELECT
      `a`.`__row`,
      1 AS `__from`,
      1 AS `__to`,
      `p`.`row__count`
    FROM `asked_returns_30d` AS `a`
    JOIN `spans_returns_30d` AS `p`
      ON `a`.`user_id` = `p`.`user_id`
      AND TIMESTAMP_MICROS(
        GREATEST(
          UNIX_MICROS(`p`.`__tile`) - MOD(MOD(UNIX_MICROS(`p`.`__tile`), 2592000000000) + 2592000000000, 2592000000000),
          -62135596800000000
        )
      ) = TIMESTAMP_SUB(`a`.`__stretch`, INTERVAL 30 DAY)
      AND `p`.`__known` < `a`.`__today`
      AND `p`.`__tile` > TIMESTAMP_SUB(`a`.`__time`, INTERVAL 30 DAY)
  ) AS `tiles`
  GROUP BY
    `__row`,
    `__from`,
    `__to`
), `states_returns_30d` AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    `n`.`__row`,
    CAST(SUM(CASE WHEN `__from` <= 1 AND `__to` >= 1 THEN `row__count` END) AS INT64) AS `row__count_1`,
    COUNT(`__from`) > 0 AS `__matched`
  FROM `numbered` AS `n`
  LEFT JOIN `parts_returns_30d` AS `p`
    ON `p`.`__row` = `n`.`__row`
  GROUP BY
    `n`.`__row`
), `windows_returns_30d` AS (
  -- returns_30d: one value a spine row and window (t, t + horizon].
  SELECT
    `__row`,
    CAST(COALESCE(`row__count_1`, 0) AS INT64) AS `returns_30d`,
    `__matched`
  FROM `states_returns_30d`
)
SELECT
  `m`.`user_id`,
  `m`.`event_timestamp`,
  CASE
    WHEN TIMESTAMP_ADD(
      LEAST(
        `m`.`event_timestamp`,
        TIMESTAMP_SUB(CAST('9999-12-31 23:59:59.999999+00' AS TIMESTAMP), INTERVAL 32 DAY)
      ),
      INTERVAL 32 DAY
    ) <= CAST(@as_of AS TIMESTAMP)
    THEN `w1`.`returns_30d`
  END AS `returns_30d`
FROM `numbered` AS `m`
LEFT JOIN `windows_returns_30d` AS `w1`
  ON `w1`.`__row` = `m`.`__row`
ORDER BY
  `m`.`__row` ASC;
DROP TABLE IF EXISTS `__fcompile_stage_005`;
DROP TABLE IF EXISTS `__fcompile_stage_004`;
DROP TABLE IF EXISTS `__fcompile_stage_003`;
DROP TABLE IF EXISTS `__fcompile_stage_002`;
DROP TABLE IF EXISTS `__fcompile_stage_001`;
