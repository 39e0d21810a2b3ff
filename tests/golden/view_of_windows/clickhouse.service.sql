-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: clickhouse, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- askers_spend: The same rows as those that ask for the windows of spend, each as of its own time.
CREATE TEMPORARY TABLE "__fcompile_stage_001" ENGINE = Memory AS
WITH "source_purchases" AS (
  -- Source purchases: a row an event at bought_at, known at loaded_at.
  SELECT
    "user_id",
    "amount",
    CAST("bought_at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
    GREATEST(
      CAST("bought_at" AS Nullable(DateTime64(6, 'UTC'))),
      CAST("loaded_at" AS Nullable(DateTime64(6, 'UTC')))
    ) AS "__visible"
  FROM "raw"."purchases"
  WHERE
    "bought_at" IS NOT NULL AND "loaded_at" IS NOT NULL
), "rows_spend" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    "__visible",
    CAST("amount" AS Nullable(Float64)) + 0 AS "amount"
  FROM "source_purchases"
  WHERE
    "user_id" IS NOT NULL
)
SELECT
  ROW_NUMBER() OVER () AS "__row",
  "user_id",
  "__event",
  "__visible",
  "__visible" AS "__known_by"
FROM "rows_spend"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- hot_spend: Hot keys: more than 500 rows. Their windows are made of tiles, those of other keys of rows.
CREATE TEMPORARY TABLE "__fcompile_stage_002" ENGINE = Memory AS
WITH "source_purchases" AS (
  -- Source purchases: a row an event at bought_at, known at loaded_at.
  SELECT
    "user_id",
    "amount",
    CAST("bought_at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
    GREATEST(
      CAST("bought_at" AS Nullable(DateTime64(6, 'UTC'))),
      CAST("loaded_at" AS Nullable(DateTime64(6, 'UTC')))
    ) AS "__visible"
  FROM "raw"."purchases"
  WHERE
    "bought_at" IS NOT NULL AND "loaded_at" IS NOT NULL
), "rows_spend" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    "__visible",
    CAST("amount" AS Nullable(Float64)) + 0 AS "amount"
  FROM "source_purchases"
  WHERE
    "user_id" IS NOT NULL
)
SELECT
  "user_id"
FROM "rows_spend"
GROUP BY
  "user_id"
HAVING
  COUNT(*) > 500
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- hot_askers_spend: Those of hot keys that ask.
CREATE TEMPORARY TABLE "__fcompile_stage_003" ENGINE = Memory AS
WITH "askers_spend" AS (
  SELECT * FROM "__fcompile_stage_001"
), "hot_spend" AS (
  SELECT * FROM "__fcompile_stage_002"
)
SELECT
  "n"."__row" AS "__row",
  "n"."user_id" AS "user_id",
  "n"."__event" AS "__event",
  "n"."__known_by" AS "__known_by"
FROM "askers_spend" AS "n"
SEMI JOIN "hot_spend" AS "h"
  ON "n"."user_id" = "h"."user_id"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- hot_rows_spend: Rows of hot keys.
CREATE TEMPORARY TABLE "__fcompile_stage_004" ENGINE = Memory AS
WITH "source_purchases" AS (
  -- Source purchases: a row an event at bought_at, known at loaded_at.
  SELECT
    "user_id",
    "amount",
    CAST("bought_at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
    GREATEST(
      CAST("bought_at" AS Nullable(DateTime64(6, 'UTC'))),
      CAST("loaded_at" AS Nullable(DateTime64(6, 'UTC')))
    ) AS "__visible"
  FROM "raw"."purchases"
  WHERE
    "bought_at" IS NOT NULL AND "loaded_at" IS NOT NULL
), "rows_spend" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    "__visible",
    CAST("amount" AS Nullable(Float64)) + 0 AS "amount"
  FROM "source_purchases"
  WHERE
    "user_id" IS NOT NULL
), "hot_spend" AS (
  SELECT * FROM "__fcompile_stage_002"
)
SELECT
  "n"."user_id" AS "user_id",
  "n"."__event" AS "__event",
  "n"."__visible" AS "__visible",
  "n"."amount" AS "amount"
FROM "rows_spend" AS "n"
SEMI JOIN "hot_spend" AS "h"
  ON "n"."user_id" = "h"."user_id"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- batches_spend: Batches: more than 500 rows of a key that became visible at one instant.
CREATE TEMPORARY TABLE "__fcompile_stage_005" ENGINE = Memory AS
WITH "hot_rows_spend" AS (
  SELECT * FROM "__fcompile_stage_004"
)
SELECT
  "user_id",
  "__visible"
FROM "hot_rows_spend"
GROUP BY
  "user_id",
  "__visible"
HAVING
  COUNT(*) > 500
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- batch_rows_spend: The rows of batches.
CREATE TEMPORARY TABLE "__fcompile_stage_006" ENGINE = Memory AS
WITH "hot_rows_spend" AS (
  SELECT * FROM "__fcompile_stage_004"
), "batches_spend" AS (
  SELECT * FROM "__fcompile_stage_005"
)
SELECT
  "r"."user_id" AS "user_id",
  "r"."__event" AS "__event",
  "r"."__visible" AS "__visible",
  "r"."amount" AS "amount"
FROM "hot_rows_spend" AS "r"
SEMI JOIN "batches_spend" AS "b"
  ON "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- tiles_spend: Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the rows are visible.
CREATE TEMPORARY TABLE "__fcompile_stage_007" ENGINE = Memory AS
WITH "hot_rows_spend" AS (
  SELECT * FROM "__fcompile_stage_004"
)
SELECT
  "user_id",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  ) AS "__tile",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__visible" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__visible" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  ) AS "__known",
  SUM("amount") AS "amount__sum"
FROM "hot_rows_spend" AS "r"
GROUP BY
  "user_id",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  ),
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__visible" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__visible" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  )
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- spans_spend: The same for 1d, made of the tiles above.
CREATE TEMPORARY TABLE "__fcompile_stage_008" ENGINE = Memory AS
WITH "tiles_spend" AS (
  SELECT * FROM "__fcompile_stage_007"
)
SELECT
  "user_id",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__tile" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__tile" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
    'UTC'
  ) AS "__tile",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__known" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__known" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
    'UTC'
  ) AS "__known",
  SUM("amount__sum") AS "amount__sum"
FROM "tiles_spend"
GROUP BY
  "user_id",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__tile" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__tile" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
    'UTC'
  ),
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__known" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__known" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
    'UTC'
  )
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- tiles_spend_batches: Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the rows are visible.
CREATE TEMPORARY TABLE "__fcompile_stage_009" ENGINE = Memory AS
WITH "batch_rows_spend" AS (
  SELECT * FROM "__fcompile_stage_006"
)
SELECT
  "user_id",
  "__visible",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  ) AS "__tile",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  ) AS "__known",
  SUM("amount") AS "amount__sum"
FROM "batch_rows_spend" AS "r"
GROUP BY
  "user_id",
  "__visible",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  ),
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  )
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- spans_spend_batches: The same for 1d, made of the tiles above.
CREATE TEMPORARY TABLE "__fcompile_stage_010" ENGINE = Memory AS
WITH "tiles_spend_batches" AS (
  SELECT * FROM "__fcompile_stage_009"
)
SELECT
  "user_id",
  "__visible",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__tile" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__tile" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
    'UTC'
  ) AS "__tile",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__known" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__known" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
    'UTC'
  ) AS "__known",
  SUM("amount__sum") AS "amount__sum"
FROM "tiles_spend_batches"
GROUP BY
  "user_id",
  "__visible",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__tile" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__tile" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
    'UTC'
  ),
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__known" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__known" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
    'UTC'
  )
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- asked_spend: Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
CREATE TEMPORARY TABLE "__fcompile_stage_011" ENGINE = Memory AS
WITH "hot_askers_spend" AS (
  SELECT * FROM "__fcompile_stage_003"
)
SELECT
  "n"."__row",
  "n"."user_id",
  "n"."__event" AS "__time",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("n"."__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("n"."__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  ) AS "__now",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("n"."__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("n"."__event" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
    'UTC'
  ) AS "__today",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("n"."__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("n"."__event" AS Nullable(DateTime64(6, 'UTC')))), 604800000000),
    'UTC'
  ) AS "__stretch"
FROM "hot_askers_spend" AS "n"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- asked_spend_2: Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
CREATE TEMPORARY TABLE "__fcompile_stage_012" ENGINE = Memory AS
WITH "hot_askers_spend" AS (
  SELECT * FROM "__fcompile_stage_003"
), "batches_spend" AS (
  SELECT * FROM "__fcompile_stage_005"
), "batch_askers_spend" AS (
  -- The batches that became visible after the time of a row that asks, but not after it did itself.
  SELECT
    "n"."__row" AS "__row",
    "n"."user_id" AS "user_id",
    "n"."__event" AS "__event",
    "b"."__visible" AS "__visible"
  FROM "hot_askers_spend" AS "n"
  JOIN "batches_spend" AS "b"
    ON "n"."user_id" = "b"."user_id"
    AND "b"."__visible" > "n"."__event"
    AND "b"."__visible" <= "n"."__known_by"
)
SELECT
  "n"."__row",
  "n"."user_id",
  "n"."__visible",
  "n"."__event" AS "__time",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("n"."__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("n"."__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  ) AS "__now",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("n"."__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("n"."__event" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
    'UTC'
  ) AS "__today",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("n"."__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("n"."__event" AS Nullable(DateTime64(6, 'UTC')))), 604800000000),
    'UTC'
  ) AS "__stretch"
FROM "batch_askers_spend" AS "n"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- view_spend: Rows of feature view spend: its values at the time of each row of its source, by user_id.
CREATE TEMPORARY TABLE "__fcompile_stage_013" ENGINE = Memory AS
WITH "source_purchases" AS (
  -- Source purchases: a row an event at bought_at, known at loaded_at.
  SELECT
    "user_id",
    "amount",
    CAST("bought_at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
    GREATEST(
      CAST("bought_at" AS Nullable(DateTime64(6, 'UTC'))),
      CAST("loaded_at" AS Nullable(DateTime64(6, 'UTC')))
    ) AS "__visible"
  FROM "raw"."purchases"
  WHERE
    "bought_at" IS NOT NULL AND "loaded_at" IS NOT NULL
), "rows_spend" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    "__visible",
    CAST("amount" AS Nullable(Float64)) + 0 AS "amount"
  FROM "source_purchases"
  WHERE
    "user_id" IS NOT NULL
), "askers_spend" AS (
  SELECT * FROM "__fcompile_stage_001"
), "hot_spend" AS (
  SELECT * FROM "__fcompile_stage_002"
), "hot_askers_spend" AS (
  SELECT * FROM "__fcompile_stage_003"
), "cold_spend" AS (
  -- Those of other keys that ask.
  SELECT
    "n"."__row" AS "__row",
    "n"."user_id" AS "user_id",
    "n"."__event" AS "__event",
    "n"."__known_by" AS "__known_by"
  FROM "askers_spend" AS "n"
  ANTI JOIN "hot_spend" AS "h"
    ON "n"."user_id" = "h"."user_id"
), "hot_rows_spend" AS (
  SELECT * FROM "__fcompile_stage_004"
), "batches_spend" AS (
  SELECT * FROM "__fcompile_stage_005"
), "batch_rows_spend" AS (
  SELECT * FROM "__fcompile_stage_006"
), "late_spend" AS (
  -- Other rows that became visible later than they happened, by the stretches of time that lie
  -- between.
  SELECT
    "r"."user_id" AS "user_id",
    "r"."__event" AS "__event",
    "r"."__visible" AS "__visible",
    "r"."amount" AS "amount",
    1 AS "__stretch",
    fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("r"."__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("r"."__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
      'UTC'
    ) AS "__since"
  FROM "hot_rows_spend" AS "r"
  ANTI JOIN "batches_spend" AS "b"
    ON "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
  WHERE
    "r"."__visible" > "r"."__event" AND "r"."__visible" <= "r"."__event" + INTERVAL '3600' SECOND
  UNION ALL
  SELECT
    "r"."user_id" AS "user_id",
    "r"."__event" AS "__event",
    "r"."__visible" AS "__visible",
    "r"."amount" AS "amount",
    1 AS "__stretch",
    fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("r"."__visible" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("r"."__visible" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
      'UTC'
    ) AS "__since"
  FROM "hot_rows_spend" AS "r"
  ANTI JOIN "batches_spend" AS "b"
    ON "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
  WHERE
    "r"."__visible" > "r"."__event"
    AND "r"."__visible" <= "r"."__event" + INTERVAL '3600' SECOND
    AND fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("r"."__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("r"."__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
      'UTC'
    ) <> fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("r"."__visible" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("r"."__visible" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
      'UTC'
    )
  UNION ALL
  SELECT
    "r"."user_id" AS "user_id",
    "r"."__event" AS "__event",
    "r"."__visible" AS "__visible",
    "r"."amount" AS "amount",
    2 AS "__stretch",
    fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("r"."__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("r"."__event" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
      'UTC'
    ) AS "__since"
  FROM "hot_rows_spend" AS "r"
  ANTI JOIN "batches_spend" AS "b"
    ON "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
  WHERE
    "r"."__visible" > "r"."__event" + INTERVAL '3600' SECOND
    AND "r"."__visible" <= "r"."__event" + INTERVAL '86400' SECOND
  UNION ALL
  SELECT
    "r"."user_id" AS "user_id",
    "r"."__event" AS "__event",
    "r"."__visible" AS "__visible",
    "r"."amount" AS "amount",
    2 AS "__stretch",
    fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("r"."__visible" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("r"."__visible" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
      'UTC'
    ) AS "__since"
  FROM "hot_rows_spend" AS "r"
  ANTI JOIN "batches_spend" AS "b"
    ON "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
  WHERE
    "r"."__visible" > "r"."__event" + INTERVAL '3600' SECOND
    AND "r"."__visible" <= "r"."__event" + INTERVAL '86400' SECOND
    AND fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("r"."__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("r"."__event" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
      'UTC'
    ) <> fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("r"."__visible" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("r"."__visible" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
      'UTC'
    )
  UNION ALL
  SELECT
    "r"."user_id" AS "user_id",
    "r"."__event" AS "__event",
    "r"."__visible" AS "__visible",
    "r"."amount" AS "amount",
    3 AS "__stretch",
    fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("r"."__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("r"."__event" AS Nullable(DateTime64(6, 'UTC')))), 2764800000000),
      'UTC'
    ) AS "__since"
  FROM "hot_rows_spend" AS "r"
  ANTI JOIN "batches_spend" AS "b"
    ON "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
  WHERE
    "r"."__visible" > "r"."__event" + INTERVAL '86400' SECOND
    AND "r"."__visible" <= "r"."__event" + INTERVAL '2764800' SECOND
  UNION ALL
  SELECT
    "r"."user_id" AS "user_id",
    "r"."__event" AS "__event",
    "r"."__visible" AS "__visible",
    "r"."amount" AS "amount",
    3 AS "__stretch",
    fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("r"."__visible" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("r"."__visible" AS Nullable(DateTime64(6, 'UTC')))), 2764800000000),
      'UTC'
    ) AS "__since"
  FROM "hot_rows_spend" AS "r"
  ANTI JOIN "batches_spend" AS "b"
    ON "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
  WHERE
    "r"."__visible" > "r"."__event" + INTERVAL '86400' SECOND
    AND "r"."__visible" <= "r"."__event" + INTERVAL '2764800' SECOND
    AND fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("r"."__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("r"."__event" AS Nullable(DateTime64(6, 'UTC')))), 2764800000000),
      'UTC'
    ) <> fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("r"."__visible" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("r"."__visible" AS Nullable(DateTime64(6, 'UTC')))), 2764800000000),
      'UTC'
    )
  UNION ALL
  SELECT
    "r"."user_id" AS "user_id",
    "r"."__event" AS "__event",
    "r"."__visible" AS "__visible",
    "r"."amount" AS "amount",
    0 AS "__stretch",
    CAST('1970-01-01' AS Nullable(DateTime64(6, 'UTC'))) AS "__since"
  FROM "hot_rows_spend" AS "r"
  ANTI JOIN "batches_spend" AS "b"
    ON "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
  WHERE
    "r"."__visible" > "r"."__event" + INTERVAL '2764800' SECOND
), "late_askers_spend" AS (
  -- The stretches of time, of each length, that the time of a row that asks is in.
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."__known_by",
    "n"."__event" AS "__time",
    0 AS "__stretch",
    CAST('1970-01-01' AS Nullable(DateTime64(6, 'UTC'))) AS "__since"
  FROM "hot_askers_spend" AS "n"
  WHERE
    "n"."__known_by" >= "n"."__event"
  UNION ALL
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."__known_by",
    "n"."__event" AS "__time",
    1 AS "__stretch",
    fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("n"."__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("n"."__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
      'UTC'
    ) AS "__since"
  FROM "hot_askers_spend" AS "n"
  WHERE
    "n"."__known_by" >= "n"."__event"
  UNION ALL
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."__known_by",
    "n"."__event" AS "__time",
    2 AS "__stretch",
    fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("n"."__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("n"."__event" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
      'UTC'
    ) AS "__since"
  FROM "hot_askers_spend" AS "n"
  WHERE
    "n"."__known_by" >= "n"."__event"
  UNION ALL
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."__known_by",
    "n"."__event" AS "__time",
    3 AS "__stretch",
    fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("n"."__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("n"."__event" AS Nullable(DateTime64(6, 'UTC')))), 2764800000000),
      'UTC'
    ) AS "__since"
  FROM "hot_askers_spend" AS "n"
  WHERE
    "n"."__known_by" >= "n"."__event"
), "tiles_spend" AS (
  SELECT * FROM "__fcompile_stage_007"
), "spans_spend" AS (
  SELECT * FROM "__fcompile_stage_008"
), "tiles_spend_batches" AS (
  SELECT * FROM "__fcompile_stage_009"
), "spans_spend_batches" AS (
  SELECT * FROM "__fcompile_stage_010"
), "asked_spend" AS (
  SELECT * FROM "__fcompile_stage_011"
), "edges_spend" AS (
  -- Where each window begins, and the small and large tile that is in.
  SELECT
    "__row",
    "user_id",
    "__now",
    "__today",
    1 AS "__from",
    "__time" - INTERVAL '3600' SECOND AS "__low",
    fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("__time" - INTERVAL '3600' SECOND AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(
        toUnixTimestamp64Micro(CAST("__time" - INTERVAL '3600' SECOND AS Nullable(DateTime64(6, 'UTC')))),
        3600000000
      ),
      'UTC'
    ) AS "__edge",
    fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("__time" - INTERVAL '3600' SECOND AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(
        toUnixTimestamp64Micro(CAST("__time" - INTERVAL '3600' SECOND AS Nullable(DateTime64(6, 'UTC')))),
        86400000000
      ),
      'UTC'
    ) AS "__edge_span"
  FROM "asked_spend"
  UNION ALL
  SELECT
    "__row",
    "user_id",
    "__now",
    "__today",
    2 AS "__from",
    "__time" - INTERVAL '604800' SECOND AS "__low",
    fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("__time" - INTERVAL '604800' SECOND AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(
        toUnixTimestamp64Micro(CAST("__time" - INTERVAL '604800' SECOND AS Nullable(DateTime64(6, 'UTC')))),
        3600000000
      ),
      'UTC'
    ) AS "__edge",
    fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("__time" - INTERVAL '604800' SECOND AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(
        toUnixTimestamp64Micro(CAST("__time" - INTERVAL '604800' SECOND AS Nullable(DateTime64(6, 'UTC')))),
        86400000000
      ),
      'UTC'
    ) AS "__edge_span"
  FROM "asked_spend"
), "pieces_spend" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "a"."__row" AS "__row",
    CASE WHEN "r"."__event" > "a"."__time" - INTERVAL '3600' SECOND THEN 1 ELSE 2 END AS "__from",
    2 AS "__to",
    "r"."__event" AS "__event",
    "r"."amount" AS "amount"
  FROM "asked_spend" AS "a"
  JOIN "hot_rows_spend" AS "r"
    ON "a"."user_id" = "r"."user_id"
    AND fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("r"."__visible" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("r"."__visible" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
      'UTC'
    ) = "a"."__now"
    AND "r"."__visible" <= "a"."__time"
    AND "r"."__event" > "a"."__time" - INTERVAL '604800' SECOND
  UNION ALL
  SELECT
    "a"."__row" AS "__row",
    "a"."__from" AS "__from",
    "a"."__from" AS "__to",
    "r"."__event" AS "__event",
    "r"."amount" AS "amount"
  FROM "edges_spend" AS "a"
  JOIN "hot_rows_spend" AS "r"
    ON "a"."user_id" = "r"."user_id"
    AND fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("r"."__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("r"."__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
      'UTC'
    ) = "a"."__edge"
    AND "r"."__event" > "a"."__low"
    AND fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("r"."__visible" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("r"."__visible" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
      'UTC'
    ) < "a"."__now"
), "asked_spend_2" AS (
  SELECT * FROM "__fcompile_stage_012"
), "edges_spend_2" AS (
  -- Where each window begins, and the small and large tile that is in.
  SELECT
    "__row",
    "user_id",
    "__visible",
    "__time",
    "__now",
    "__today",
    1 AS "__from",
    "__time" - INTERVAL '3600' SECOND AS "__low",
    fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("__time" - INTERVAL '3600' SECOND AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(
        toUnixTimestamp64Micro(CAST("__time" - INTERVAL '3600' SECOND AS Nullable(DateTime64(6, 'UTC')))),
        3600000000
      ),
      'UTC'
    ) AS "__edge",
    fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("__time" - INTERVAL '3600' SECOND AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(
        toUnixTimestamp64Micro(CAST("__time" - INTERVAL '3600' SECOND AS Nullable(DateTime64(6, 'UTC')))),
        86400000000
      ),
      'UTC'
    ) AS "__edge_span"
  FROM "asked_spend_2"
  UNION ALL
  SELECT
    "__row",
    "user_id",
    "__visible",
    "__time",
    "__now",
    "__today",
    2 AS "__from",
    "__time" - INTERVAL '604800' SECOND AS "__low",
    fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("__time" - INTERVAL '604800' SECOND AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(
        toUnixTimestamp64Micro(CAST("__time" - INTERVAL '604800' SECOND AS Nullable(DateTime64(6, 'UTC')))),
        3600000000
      ),
      'UTC'
    ) AS "__edge",
    fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("__time" - INTERVAL '604800' SECOND AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(
        toUnixTimestamp64Micro(CAST("__time" - INTERVAL '604800' SECOND AS Nullable(DateTime64(6, 'UTC')))),
        86400000000
      ),
      'UTC'
    ) AS "__edge_span"
  FROM "asked_spend_2"
), "pieces_spend_2" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "a"."__row" AS "__row",
    "a"."__from" AS "__from",
    "a"."__to" AS "__to",
    "r"."__event" AS "__event",
    "r"."amount" AS "amount"
  FROM (
    SELECT
      "__row",
      "user_id",
      "__visible",
      "__time",
      "__from",
      "__from" AS "__to",
      "__edge",
      "__low"
    FROM "edges_spend_2"
    WHERE
      "__edge" < "__now"
    UNION ALL
    SELECT
      "__row",
      "user_id",
      "__visible",
      "__time",
      1 AS "__from",
      2 AS "__to",
      "__now" AS "__edge",
      "__time" - INTERVAL '3600' SECOND AS "__low"
    FROM "asked_spend_2"
  ) AS "a"
  JOIN "batch_rows_spend" AS "r"
    ON "a"."user_id" = "r"."user_id"
    AND "a"."__visible" = "r"."__visible"
    AND fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("r"."__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("r"."__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
      'UTC'
    ) = "a"."__edge"
    AND "r"."__event" > "a"."__low"
    AND "r"."__event" <= "a"."__time"
), "pieces_spend_as_known" AS (
  -- The same with the rows that became visible after the time of the row that asks.
  SELECT
    "__row",
    "__from",
    "__to",
    "__event",
    "amount"
  FROM "pieces_spend"
  UNION ALL
  SELECT
    "__row",
    "__from",
    "__to",
    "__event",
    "amount"
  FROM "pieces_spend_2"
  UNION ALL
  SELECT
    "n"."__row" AS "__row",
    CASE WHEN "r"."__event" > "n"."__time" - INTERVAL '3600' SECOND THEN 1 ELSE 2 END AS "__from",
    2 AS "__to",
    "r"."__event" AS "__event",
    "r"."amount" AS "amount"
  FROM "late_askers_spend" AS "n"
  JOIN "late_spend" AS "r"
    ON "r"."user_id" = "n"."user_id"
    AND "r"."__stretch" = "n"."__stretch"
    AND "r"."__since" = "n"."__since"
    AND "r"."__visible" > "n"."__time"
    AND "r"."__visible" <= "n"."__known_by"
    AND "r"."__event" <= "n"."__time"
    AND "r"."__event" > "n"."__time" - INTERVAL '604800' SECOND
  UNION ALL
  SELECT
    "n"."__row" AS "__row",
    CASE WHEN "r"."__event" > "n"."__event" - INTERVAL '3600' SECOND THEN 1 ELSE 2 END AS "__from",
    2 AS "__to",
    "r"."__event" AS "__event",
    "r"."amount" AS "amount"
  FROM "cold_spend" AS "n"
  JOIN "rows_spend" AS "r"
    ON "r"."user_id" = "n"."user_id"
    AND "r"."__visible" <= "n"."__known_by"
    AND "r"."__event" <= "n"."__event"
    AND "r"."__event" > "n"."__event" - INTERVAL '604800' SECOND
), "parts_spend" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    SUM("amount") AS "amount__sum"
  FROM "pieces_spend_as_known"
  GROUP BY
    "__row",
    "__from",
    "__to"
  UNION ALL
  SELECT
    "__row",
    "__from",
    "__to",
    SUM("amount__sum") AS "amount__sum"
  FROM (
    SELECT
      "a"."__row" AS "__row",
      CASE WHEN "p"."__tile" > "a"."__time" - INTERVAL '3600' SECOND THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."amount__sum" AS "amount__sum"
    FROM "asked_spend" AS "a"
    JOIN "tiles_spend" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND fromUnixTimestamp64Micro(
        toUnixTimestamp64Micro(CAST("p"."__known" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("p"."__known" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
        'UTC'
      ) = "a"."__today"
      AND "p"."__known" < "a"."__now"
      AND "p"."__tile" > "a"."__time" - INTERVAL '604800' SECOND
    UNION ALL
    SELECT
      "a"."__row" AS "__row",
      "a"."__from" AS "__from",
      "a"."__from" AS "__to",
      "p"."amount__sum" AS "amount__sum"
    FROM "edges_spend" AS "a"
    JOIN "tiles_spend" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND fromUnixTimestamp64Micro(
        toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
        'UTC'
      ) = "a"."__edge_span"
      AND "p"."__tile" > "a"."__low"
      AND fromUnixTimestamp64Micro(
        toUnixTimestamp64Micro(CAST("p"."__known" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("p"."__known" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
        'UTC'
      ) < "a"."__today"
    UNION ALL
    SELECT
      "a"."__row" AS "__row",
      CASE WHEN "p"."__tile" > "a"."__time" - INTERVAL '3600' SECOND THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."amount__sum" AS "amount__sum"
    FROM "asked_spend" AS "a"
    JOIN "spans_spend" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND fromUnixTimestamp64Micro(
        toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))), 604800000000),
        'UTC'
      ) = "a"."__stretch"
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '604800' SECOND
    UNION ALL
    SELECT
      "a"."__row" AS "__row",
      CASE WHEN "p"."__tile" > "a"."__time" - INTERVAL '3600' SECOND THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."amount__sum" AS "amount__sum"
    FROM "asked_spend" AS "a"
    JOIN "spans_spend" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND fromUnixTimestamp64Micro(
        toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))), 604800000000),
        'UTC'
      ) = "a"."__stretch" - INTERVAL '604800' SECOND
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '604800' SECOND
    UNION ALL
    SELECT
      "a"."__row" AS "__row",
      CASE WHEN "p"."__tile" > "a"."__time" - INTERVAL '3600' SECOND THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."amount__sum" AS "amount__sum"
    FROM "asked_spend_2" AS "a"
    JOIN "tiles_spend_batches" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND "a"."__visible" = "p"."__visible"
      AND fromUnixTimestamp64Micro(
        toUnixTimestamp64Micro(CAST("p"."__known" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("p"."__known" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
        'UTC'
      ) = "a"."__today"
      AND "p"."__known" < "a"."__now"
      AND "p"."__tile" > "a"."__time" - INTERVAL '604800' SECOND
    UNION ALL
    SELECT
      "a"."__row" AS "__row",
      "a"."__from" AS "__from",
      "a"."__from" AS "__to",
      "p"."amount__sum" AS "amount__sum"
    FROM "edges_spend_2" AS "a"
    JOIN "tiles_spend_batches" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND "a"."__visible" = "p"."__visible"
      AND fromUnixTimestamp64Micro(
        toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
        'UTC'
      ) = "a"."__edge_span"
      AND "p"."__tile" > "a"."__low"
      AND "a"."__edge_span" < "a"."__today"
    UNION ALL
    SELECT
      "a"."__row" AS "__row",
      CASE WHEN "p"."__tile" > "a"."__time" - INTERVAL '3600' SECOND THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."amount__sum" AS "amount__sum"
    FROM "asked_spend_2" AS "a"
    JOIN "spans_spend_batches" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND "a"."__visible" = "p"."__visible"
      AND fromUnixTimestamp64Micro(
        toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))), 604800000000),
        'UTC'
      ) = "a"."__stretch"
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '604800' SECOND
    UNION ALL
    SELECT
      "a"."__row" AS "__row",
      CASE WHEN "p"."__tile" > "a"."__time" - INTERVAL '3600' SECOND THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."amount__sum" AS "amount__sum"
    FROM "asked_spend_2" AS "a"
    JOIN "spans_spend_batches" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND "a"."__visible" = "p"."__visible"
      AND fromUnixTimestamp64Micro(
        toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))), 604800000000),
        'UTC'
      ) = "a"."__stretch" - INTERVAL '604800' SECOND
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '604800' SECOND
  ) AS "tiles"
  GROUP BY
    "__row",
    "__from",
    "__to"
), "states_spend" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "n"."__row" AS "__row",
    SUM("amount__sum") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS "amount__sum_1",
    SUM("amount__sum") FILTER(WHERE
      "__from" <= 2 AND "__to" >= 2) AS "amount__sum_2",
    CAST(COUNT("__from") > 0 AS Nullable(Bool)) AS "__matched"
  FROM "askers_spend" AS "n"
  LEFT JOIN "parts_spend" AS "p"
    ON "p"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "windows_spend" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "__row",
    CAST("amount__sum_1" AS Nullable(Float64)) AS "spend_1h",
    CAST("amount__sum_2" AS Nullable(Float64)) AS "spend_7d",
    "__matched"
  FROM "states_spend"
)
SELECT
  "n"."user_id" AS "user_id",
  "w1"."spend_1h" AS "spend_1h",
  "w1"."spend_7d" AS "spend_7d",
  "n"."__event" AS "bought_at",
  "n"."__event" AS "__event",
  "n"."__visible" AS "__visible"
FROM "askers_spend" AS "n"
LEFT JOIN "windows_spend" AS "w1"
  ON "w1"."__row" = "n"."__row"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- matched: Each spine row with the latest event visible at its time, for each join; burst: at or before the row's time.
CREATE TEMPORARY TABLE "__fcompile_stage_014" ENGINE = Memory AS
WITH "numbered" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."user_id",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "view_spend" AS (
  SELECT * FROM "__fcompile_stage_013"
), "events_burst" AS (
  -- Feature view burst: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    "__visible",
    CAST("spend_1h" AS Nullable(Float64)) AS "spend_1h",
    CAST("spend_1h" / nullIf(CASE WHEN "spend_7d" = 0.0 THEN NULL ELSE "spend_7d" END, 0) AS Nullable(Float64)) AS "share",
    CAST("bought_at" AS Nullable(DateTime64(6, 'UTC'))) AS "seen_at"
  FROM "view_spend"
  WHERE
    (
      "spend_1h" > 100.0 OR "spend_1h" <> "spend_1h"
    ) AND "user_id" IS NOT NULL
), "leading_burst" AS (
  -- Events that are the latest of their key when they become known. One that is known only after a
  -- later event never counts.
  SELECT
    "user_id",
    "__event",
    "__visible",
    "spend_1h",
    "share",
    "seen_at"
  FROM "events_burst"
  QUALIFY
    "__event" = MAX("__event") OVER (PARTITION BY "user_id" ORDER BY "__visible" ASC)
)
SELECT
  "s"."__row" AS "__row",
  "s"."user_id" AS "user_id",
  "s"."event_timestamp" AS "event_timestamp",
  "e1"."__event" AS "burst__event",
  "e1"."__visible" AS "burst__visible",
  "e1"."spend_1h" AS "burst__spend_1h",
  "e1"."share" AS "burst__share",
  "e1"."seen_at" AS "burst__seen_at"
FROM "numbered" AS "s"
ASOF LEFT JOIN "leading_burst" AS "e1"
  ON "s"."user_id" = "e1"."user_id" AND "s"."event_timestamp" >= "e1"."__visible"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
WITH "view_spend" AS (
  SELECT * FROM "__fcompile_stage_013"
), "events_burst" AS (
  -- Feature view burst: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    "__visible",
    CAST("spend_1h" AS Nullable(Float64)) AS "spend_1h",
    CAST("spend_1h" / nullIf(CASE WHEN "spend_7d" = 0.0 THEN NULL ELSE "spend_7d" END, 0) AS Nullable(Float64)) AS "share",
    CAST("bought_at" AS Nullable(DateTime64(6, 'UTC'))) AS "seen_at"
  FROM "view_spend"
  WHERE
    (
      "spend_1h" > 100.0 OR "spend_1h" <> "spend_1h"
    ) AND "user_id" IS NOT NULL
), "matched" AS (
  SELECT * FROM "__fcompile_stage_014"
), "tied_burst" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."user_id" AS "user_id",
    "e"."__event" AS "__event"
  FROM "events_burst" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."user_id" = "m"."user_id" AND "e"."__event" = "m"."burst__event"
  GROUP BY
    "e"."user_id",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_burst" AS (
  -- Ties of burst, settled: the greatest by (spend_1h, share, seen_at), NULLs first. A row a tied
  -- instant.
  WITH "ranked" AS (
    SELECT
      "e"."user_id" AS "user_id",
      "e"."__event" AS "__event",
      "e"."__visible" AS "__visible",
      "e"."spend_1h" AS "spend_1h",
      "e"."share" AS "share",
      "e"."seen_at" AS "seen_at",
      ROW_NUMBER() OVER (
        PARTITION BY "e"."user_id", "e"."__event"
        ORDER BY "e"."spend_1h" <> "e"."spend_1h" ASC NULLS FIRST, "e"."spend_1h" ASC NULLS FIRST, "e"."share" <> "e"."share" ASC NULLS FIRST, "e"."share" ASC NULLS FIRST, "e"."seen_at" ASC NULLS FIRST
      ) AS "__rank"
    FROM "events_burst" AS "e"
    SEMI JOIN "tied_burst" AS "d"
      ON "e"."user_id" = "d"."user_id" AND "e"."__event" = "d"."__event"
  )
  SELECT
    "s"."user_id" AS "user_id",
    "s"."__event" AS "__event",
    "s"."__visible" AS "__visible",
    "r"."spend_1h" AS "spend_1h",
    "r"."share" AS "share",
    "r"."seen_at" AS "seen_at"
  FROM (
    SELECT DISTINCT
      "user_id",
      "__event",
      "__visible",
      MAX("__rank") OVER (PARTITION BY "user_id", "__event" ORDER BY "__visible" ASC) AS "__rank"
    FROM "ranked"
  ) AS "s"
  JOIN "ranked" AS "r"
    ON "s"."user_id" = "r"."user_id" AND "s"."__event" = "r"."__event" AND "s"."__rank" = "r"."__rank"
)
SELECT
  "m"."user_id" AS "user_id",
  "m"."event_timestamp" AS "event_timestamp",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."burst__spend_1h" ELSE "w1"."spend_1h" END AS "spend_1h",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."burst__share" ELSE "w1"."share" END AS "share",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."burst__seen_at" ELSE "w1"."seen_at" END AS "seen_at"
FROM "matched" AS "m"
LEFT JOIN "settled_burst" AS "w1"
  ON "w1"."user_id" = "m"."user_id"
  AND "w1"."__event" = "m"."burst__event"
  AND "w1"."__visible" = "m"."burst__visible"
ORDER BY
  "m"."__row"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
DROP TABLE IF EXISTS "__fcompile_stage_014";
DROP TABLE IF EXISTS "__fcompile_stage_013";
DROP TABLE IF EXISTS "__fcompile_stage_012";
DROP TABLE IF EXISTS "__fcompile_stage_011";
DROP TABLE IF EXISTS "__fcompile_stage_010";
DROP TABLE IF EXISTS "__fcompile_stage_009";
DROP TABLE IF EXISTS "__fcompile_stage_008";
DROP TABLE IF EXISTS "__fcompile_stage_007";
DROP TABLE IF EXISTS "__fcompile_stage_006";
DROP TABLE IF EXISTS "__fcompile_stage_005";
DROP TABLE IF EXISTS "__fcompile_stage_004";
DROP TABLE IF EXISTS "__fcompile_stage_003";
DROP TABLE IF EXISTS "__fcompile_stage_002";
DROP TABLE IF EXISTS "__fcompile_stage_001";
