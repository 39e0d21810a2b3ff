-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: spark, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- numbered: The spine, numbered so that its rows and their order come back. A row a training example.
CREATE TABLE `features`.`__fcompile_stage_001` AS
SELECT
  ROW_NUMBER() OVER (ORDER BY NULL) AS `__row`,
  `s`.`user_id`,
  `s`.`event_timestamp`
FROM `spine` AS `s`;
-- source_purchases: Source purchases: a row an event at bought_at, known as it happens. The table holds what is in data/purchases.csv.
CREATE TABLE `features`.`__fcompile_stage_002` AS
SELECT
  `purchase_id`,
  `amount`,
  `user_id`,
  CAST(`bought_at` AS TIMESTAMP_NTZ) AS `__event`
FROM `purchases`
WHERE
  `bought_at` IS NOT NULL;
-- picked_last_buy: The latest event of last_buy visible at or before each instant that asks. A row a key and instant; none where there is no event.
CREATE TABLE `features`.`__fcompile_stage_003` AS
WITH `numbered` AS (
  SELECT * FROM `features`.`__fcompile_stage_001`
), `source_purchases` AS (
  SELECT * FROM `features`.`__fcompile_stage_002`
), `view_purchase` AS (
  -- Rows of feature view purchase: its values at the time of each row of its source, by
  -- purchase_id.
  SELECT
    CAST(`user_id` AS BIGINT) AS `user_id`,
    CAST(`amount` AS DOUBLE) AS `amount`,
    `amount` > 100.0 AS `is_large`,
    `__event`
  FROM `source_purchases`
  WHERE
    (
      `amount` > 0.0
    ) AND `purchase_id` IS NOT NULL
), `events_last_buy` AS (
  -- Feature view last_buy: the values each event carries, by user_id.
  SELECT
    CAST(`user_id` AS BIGINT) AS `user_id`,
    `__event`,
    CAST(`amount` AS DOUBLE) AS `amount`
  FROM `view_purchase`
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
    FROM `events_last_buy` AS `e`
  ) AS `i`
) AS `r`
WHERE
  `r`.`__asks` = 1 AND `r`.`__event` IS NOT NULL;
-- hot_large: Hot keys: more than 500 rows. Their windows are made of tiles, those of other keys of rows.
CREATE TABLE `features`.`__fcompile_stage_004` AS
WITH `source_purchases` AS (
  SELECT * FROM `features`.`__fcompile_stage_002`
), `view_purchase` AS (
  -- Rows of feature view purchase: its values at the time of each row of its source, by
  -- purchase_id.
  SELECT
    CAST(`user_id` AS BIGINT) AS `user_id`,
    CAST(`amount` AS DOUBLE) AS `amount`,
    `amount` > 100.0 AS `is_large`,
    `__event`
  FROM `source_purchases`
  WHERE
    (
      `amount` > 0.0
    ) AND `purchase_id` IS NOT NULL
), `rows_large` AS (
  -- Rows for the windows of large: what is aggregated; NULL where a row does not count.
  SELECT
    CAST(`user_id` AS BIGINT) AS `user_id`,
    `__event`,
    TRUE AS `row`
  FROM `view_purchase`
  WHERE
    (
      `is_large`
    ) AND `user_id` IS NOT NULL
)
SELECT
  `user_id`
FROM `rows_large`
GROUP BY
  `user_id`
HAVING
  COUNT(*) > 500;
-- tiles_large: Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the rows are visible.
CREATE TABLE `features`.`__fcompile_stage_005` AS
WITH `source_purchases` AS (
  SELECT * FROM `features`.`__fcompile_stage_002`
), `view_purchase` AS (
  -- Rows of feature view purchase: its values at the time of each row of its source, by
  -- purchase_id.
  SELECT
    CAST(`user_id` AS BIGINT) AS `user_id`,
    CAST(`amount` AS DOUBLE) AS `amount`,
    `amount` > 100.0 AS `is_large`,
    `__event`
  FROM `source_purchases`
  WHERE
    (
      `amount` > 0.0
    ) AND `purchase_id` IS NOT NULL
), `rows_large` AS (
  -- Rows for the windows of large: what is aggregated; NULL where a row does not count.
  SELECT
    CAST(`user_id` AS BIGINT) AS `user_id`,
    `__event`,
    TRUE AS `row`
  FROM `view_purchase`
  WHERE
    (
      `is_large`
    ) AND `user_id` IS NOT NULL
), `hot_large` AS (
  SELECT * FROM `features`.`__fcompile_stage_004`
)
SELECT
  `user_id`,
  CAST(DATE_TRUNC('HOUR', `__event`) AS TIMESTAMP_NTZ) AS `__tile`,
  CAST(DATE_TRUNC('HOUR', `__event`) AS TIMESTAMP_NTZ) AS `__known`,
  CAST(COUNT(`row`) AS BIGINT) AS `row__count`
FROM `rows_large` AS `r`
SEMI JOIN `hot_large` AS `h`
  ON `r`.`user_id` = `h`.`user_id`
GROUP BY
  `user_id`,
  CAST(DATE_TRUNC('HOUR', `__event`) AS TIMESTAMP_NTZ),
  CAST(DATE_TRUNC('HOUR', `__event`) AS TIMESTAMP_NTZ);
-- spans_large: The same for 1d, made of the tiles above.
CREATE TABLE `features`.`__fcompile_stage_006` AS
WITH `tiles_large` AS (
  SELECT * FROM `features`.`__fcompile_stage_005`
)
SELECT
  `user_id`,
  CAST(DATE_TRUNC('DAY', `__tile`) AS TIMESTAMP_NTZ) AS `__tile`,
  CAST(DATE_TRUNC('DAY', `__known`) AS TIMESTAMP_NTZ) AS `__known`,
  CAST(SUM(`row__count`) AS BIGINT) AS `row__count`
FROM `tiles_large`
GROUP BY
  `user_id`,
  CAST(DATE_TRUNC('DAY', `__tile`) AS TIMESTAMP_NTZ),
  CAST(DATE_TRUNC('DAY', `__known`) AS TIMESTAMP_NTZ);
-- asked_large: Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
CREATE TABLE `features`.`__fcompile_stage_007` AS
WITH `numbered` AS (
  SELECT * FROM `features`.`__fcompile_stage_001`
), `hot_large` AS (
  SELECT * FROM `features`.`__fcompile_stage_004`
)
SELECT
  `n`.`__row`,
  `n`.`user_id`,
  `n`.`event_timestamp` AS `__time`,
  CAST(DATE_TRUNC('HOUR', `n`.`event_timestamp`) AS TIMESTAMP_NTZ) AS `__now`,
  CAST(DATE_TRUNC('DAY', `n`.`event_timestamp`) AS TIMESTAMP_NTZ) AS `__today`,
  CAST(TIMESTAMP_MICROS(
    UNIX_MICROS(CAST(`n`.`event_timestamp` AS TIMESTAMP)) - PMOD(UNIX_MICROS(CAST(`n`.`event_timestamp` AS TIMESTAMP)), 604800000000)
  ) AS TIMESTAMP_NTZ) AS `__stretch`
FROM `numbered` AS `n`
SEMI JOIN `hot_large` AS `h`
  ON `n`.`user_id` = `h`.`user_id`;
WITH `numbered` AS (
  SELECT * FROM `features`.`__fcompile_stage_001`
), `source_purchases` AS (
  SELECT * FROM `features`.`__fcompile_stage_002`
), `view_purchase` AS (
  -- Rows of feature view purchase: its values at the time of each row of its source, by
  -- purchase_id.
  SELECT
    CAST(`user_id` AS BIGINT) AS `user_id`,
    CAST(`amount` AS DOUBLE) AS `amount`,
    `amount` > 100.0 AS `is_large`,
    `__event`
  FROM `source_purchases`
  WHERE
    (
      `amount` > 0.0
    ) AND `purchase_id` IS NOT NULL
), `events_last_buy` AS (
  -- Feature view last_buy: the values each event carries, by user_id.
  SELECT
    CAST(`user_id` AS BIGINT) AS `user_id`,
    `__event`,
    CAST(`amount` AS DOUBLE) AS `amount`
  FROM `view_purchase`
  WHERE
    `user_id` IS NOT NULL
), `picked_last_buy` AS (
  SELECT * FROM `features`.`__fcompile_stage_003`
), `found_last_buy` AS (
  -- What last_buy says at the picked instants; of several events the greatest by (amount), NULLs
  -- first. A row an instant.
  SELECT
    `user_id`,
    `__event`,
    `amount`
  FROM (
    SELECT
      `e`.`user_id`,
      `e`.`__event`,
      `e`.`amount`,
      ROW_NUMBER() OVER (PARTITION BY `e`.`user_id`, `e`.`__event` ORDER BY `e`.`amount` DESC) AS `__tested`
    FROM `events_last_buy` AS `e`
    SEMI JOIN `picked_last_buy` AS `d`
      ON `e`.`user_id` = `d`.`user_id` AND `e`.`__event` = `d`.`__event`
  ) AS `__qualified`
  WHERE
    `__tested` = 1
), `matched` AS (
  -- Each spine row with the latest event visible at its time, for each join; last_buy: at or before
  -- the row's time.
  SELECT
    `s`.`__row`,
    `s`.`user_id`,
    `s`.`event_timestamp`,
    `p1`.`__event` AS `last_buy__event`,
    `f1_1`.`amount` AS `last_buy__amount`
  FROM `numbered` AS `s`
  LEFT JOIN `picked_last_buy` AS `p1`
    ON `s`.`user_id` = `p1`.`user_id` AND `s`.`event_timestamp` = `p1`.`__time`
  LEFT JOIN `found_last_buy` AS `f1_1`
    ON `p1`.`user_id` = `f1_1`.`user_id` AND `p1`.`__event` = `f1_1`.`__event`
), `rows_large` AS (
  -- Rows for the windows of large: what is aggregated; NULL where a row does not count.
  SELECT
    CAST(`user_id` AS BIGINT) AS `user_id`,
    `__event`,
    TRUE AS `row`
  FROM `view_purchase`
  WHERE
    (
      `is_large`
    ) AND `user_id` IS NOT NULL
), `hot_large` AS (
  SELECT * FROM `features`.`__fcompile_stage_004`
), `tiles_large` AS (
  SELECT * FROM `features`.`__fcompile_stage_005`
), `spans_large` AS (
  SELECT * FROM `features`.`__fcompile_stage_006`
), `cold_large` AS (
  -- Spine rows of the other keys, and their time.
  SELECT
    `n`.`__row`,
    `n`.`user_id`,
    `n`.`event_timestamp` AS `__time`
  FROM `numbered` AS `n`
  ANTI JOIN `hot_large` AS `h`
    ON `n`.`user_id` = `h`.`user_id`
), `asked_large` AS (
  SELECT * FROM `features`.`__fcompile_stage_007`
), `edges_large` AS (
  -- Where each window begins, and the small and large tile that is in.
  SELECT
    `__row`,
    `user_id`,
    `__time`,
    `__now`,
    `__today`,
    1 AS `__from`,
    `__time` - INTERVAL '7' DAY AS `__low`,
    CAST(DATE_TRUNC('HOUR', `__time` - INTERVAL '7' DAY) AS TIMESTAMP_NTZ) AS `__edge`,
    CAST(DATE_TRUNC('DAY', `__time` - INTERVAL '7' DAY) AS TIMESTAMP_NTZ) AS `__edge_span`
  FROM `asked_large`
), `pieces_large` AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    `n`.`__row`,
    1 AS `__from`,
    1 AS `__to`,
    `r`.`__event`,
    `r`.`row`
  FROM `cold_large` AS `n`
  JOIN `rows_large` AS `r`
    ON `n`.`user_id` = `r`.`user_id`
    AND `r`.`__event` <= `n`.`__time`
    AND `r`.`__event` > `n`.`__time` - INTERVAL '7' DAY
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
    FROM `edges_large`
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
      `__time` - INTERVAL '1' HOUR AS `__low`
    FROM `asked_large`
  ) AS `a`
  JOIN `rows_large` AS `r`
    ON `a`.`user_id` = `r`.`user_id`
    AND CAST(DATE_TRUNC('HOUR', `r`.`__event`) AS TIMESTAMP_NTZ) = `a`.`__edge`
    AND `r`.`__event` > `a`.`__low`
    AND `r`.`__event` <= `a`.`__time`
), `parts_large` AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    `__row`,
    `__from`,
    `__to`,
    CAST(COUNT(`row`) AS BIGINT) AS `row__count`
  FROM `pieces_large`
  GROUP BY
    `__row`,
    `__from`,
    `__to`
  UNION ALL
  SELECT
    `__row`,
    `__from`,
    `__to`,
    CAST(SUM(`row__count`) AS BIGINT) AS `row__count`
  FROM (
    SELECT
      `a`.`__row`,
      1 AS `__from`,
      1 AS `__to`,
      `p`.`row__count`
    FROM `asked_large` AS `a`
    JOIN `tiles_large` AS `p`
      ON `a`.`user_id` = `p`.`user_id`
      AND CAST(DATE_TRUNC('DAY', `p`.`__known`) AS TIMESTAMP_NTZ) = `a`.`__today`
      AND `p`.`__known` < `a`.`__now`
      AND `p`.`__tile` > `a`.`__time` - INTERVAL '7' DAY
    UNION ALL
    SELECT
      `a`.`__row`,
      `a`.`__from`,
      `a`.`__from` AS `__to`,
      `p`.`row__count`
    FROM `edges_large` AS `a`
    JOIN `tiles_large` AS `p`
      ON `a`.`user_id` = `p`.`user_id`
      AND CAST(DATE_TRUNC('DAY', `p`.`__tile`) AS TIMESTAMP_NTZ) = `a`.`__edge_span`
      AND `p`.`__tile` > `a`.`__low`
      AND `a`.`__edge_span` < `a`.`__today`
    UNION ALL
    SELECT
      `a`.`__row`,
      1 AS `__from`,
      1 AS `__to`,
      `p`.`row__count`
    FROM `asked_large` AS `a`
    JOIN `spans_large` AS `p`
      ON `a`.`user_id` = `p`.`user_id`
      AND CAST(TIMESTAMP_MICROS(
        UNIX_MICROS(CAST(`p`.`__tile` AS TIMESTAMP)) - PMOD(UNIX_MICROS(CAST(`p`.`__tile` AS TIMESTAMP)), 604800000000)
      ) AS TIMESTAMP_NTZ) = `a`.`__stretch`
      AND `p`.`__known` < `a`.`__today`
      AND `p`.`__tile` > `a`.`__time` - INTERVAL '7' DAY
    UNION ALL
    SELECT
      `a`.`__row`,
      1 AS `__from`,
      1 AS `__to`,
      `p`.`row__count`
    FROM `asked_large` AS `a`
    JOIN `spans_large` AS `p`
      ON `a`.`user_id` = `p`.`user_id`
      AND CAST(TIMESTAMP_MICROS(
        UNIX_MICROS(CAST(`p`.`__tile` AS TIMESTAMP)) - PMOD(UNIX_MICROS(CAST(`p`.`__tile` AS TIMESTAMP)), 604800000000)
      ) AS TIMESTAMP_NTZ) = `a`.`__stretch` - INTERVAL '7' DAY
      AND `p`.`__known` < `a`.`__today`
      AND `p`.`__tile` > `a`.`__time` - INTERVAL '7' DAY
  ) AS `tiles`
  GROUP BY
    `__row`,
    `__from`,
    `__to`
), `states_large` AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    `n`.`__row`,
    CAST(SUM(`row__count`) FILTER(WHERE
      `__from` <= 1 AND `__to` >= 1) AS BIGINT) AS `row__count_1`,
    COUNT(`__from`) > 0 AS `__matched`
  FROM `numbered` AS `n`
  LEFT JOIN `parts_large` AS `p`
    ON `p`.`__row` = `n`.`__row`
  GROUP BY
    `n`.`__row`
), `windows_large` AS (
  -- large: one value a spine row and window (t - w, t].
  SELECT
    `__row`,
    CAST(COALESCE(`row__count_1`, 0) AS BIGINT) AS `large_7d`,
    `__matched`
  FROM `states_large`
)
SELECT
  `m`.`user_id`,
  `m`.`event_timestamp`,
  `w1`.`large_7d`,
  `m`.`last_buy__amount` AS `amount`
FROM `matched` AS `m`
LEFT JOIN `windows_large` AS `w1`
  ON `w1`.`__row` = `m`.`__row`
ORDER BY
  `m`.`__row` NULLS LAST;
DROP TABLE IF EXISTS `features`.`__fcompile_stage_007`;
DROP TABLE IF EXISTS `features`.`__fcompile_stage_006`;
DROP TABLE IF EXISTS `features`.`__fcompile_stage_005`;
DROP TABLE IF EXISTS `features`.`__fcompile_stage_004`;
DROP TABLE IF EXISTS `features`.`__fcompile_stage_003`;
DROP TABLE IF EXISTS `features`.`__fcompile_stage_002`;
DROP TABLE IF EXISTS `features`.`__fcompile_stage_001`;
