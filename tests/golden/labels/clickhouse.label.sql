-- Label returns_30d: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: clickhouse, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- Bound too: :as_of, the instant as of which the label is known: NULL where it is not mature by then.
-- numbered: The spine, numbered so that its rows and their order come back. A row a training example.
CREATE TEMPORARY TABLE "__fcompile_stage_001" ENGINE = Memory AS
SELECT
  ROW_NUMBER() OVER () AS "__row",
  "s"."user_id",
  "s"."event_timestamp"
FROM "spine" AS "s"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- hot_returns_30d: Hot keys: more than 500 rows. Their windows are made of tiles, those of other keys of rows.
CREATE TEMPORARY TABLE "__fcompile_stage_002" ENGINE = Memory AS
WITH "source_orders" AS (
  -- Source orders: a row an event at at, known at known.
  SELECT
    "user_id",
    "paid",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
    GREATEST(CAST("at" AS Nullable(DateTime64(6, 'UTC'))), CAST("known" AS Nullable(DateTime64(6, 'UTC')))) AS "__visible"
  FROM "raw"."orders"
  WHERE
    "at" IS NOT NULL AND "known" IS NOT NULL
), "rows_returns_30d" AS (
  -- Rows for returns_30d, known as of :as_of: what is aggregated of each.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    CASE WHEN "paid" THEN TRUE END AS "row"
  FROM "source_orders"
  WHERE
    "user_id" IS NOT NULL AND "__visible" <= CAST(:as_of AS Nullable(DateTime64(6, 'UTC')))
)
SELECT
  "user_id"
FROM "rows_returns_30d"
GROUP BY
  "user_id"
HAVING
  COUNT(*) > 500
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- tiles_returns_30d: Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the rows are visible.
CREATE TEMPORARY TABLE "__fcompile_stage_003" ENGINE = Memory AS
WITH "source_orders" AS (
  -- Source orders: a row an event at at, known at known.
  SELECT
    "user_id",
    "paid",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
    GREATEST(CAST("at" AS Nullable(DateTime64(6, 'UTC'))), CAST("known" AS Nullable(DateTime64(6, 'UTC')))) AS "__visible"
  FROM "raw"."orders"
  WHERE
    "at" IS NOT NULL AND "known" IS NOT NULL
), "rows_returns_30d" AS (
  -- Rows for returns_30d, known as of :as_of: what is aggregated of each.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    CASE WHEN "paid" THEN TRUE END AS "row"
  FROM "source_orders"
  WHERE
    "user_id" IS NOT NULL AND "__visible" <= CAST(:as_of AS Nullable(DateTime64(6, 'UTC')))
), "hot_returns_30d" AS (
  SELECT * FROM "__fcompile_stage_002"
)
SELECT
  "user_id" AS "user_id",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  ) AS "__tile",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  ) AS "__known",
  CAST(COUNT("row") AS Nullable(Int64)) AS "row__count"
FROM "rows_returns_30d" AS "r"
SEMI JOIN "hot_returns_30d" AS "h"
  ON "r"."user_id" = "h"."user_id"
GROUP BY
  "user_id",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  ),
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  )
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- spans_returns_30d: The same for 1d, made of the tiles above.
CREATE TEMPORARY TABLE "__fcompile_stage_004" ENGINE = Memory AS
WITH "tiles_returns_30d" AS (
  SELECT * FROM "__fcompile_stage_003"
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
  CAST(SUM("row__count") AS Nullable(Int64)) AS "row__count"
FROM "tiles_returns_30d"
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
-- asked_returns_30d: Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
CREATE TEMPORARY TABLE "__fcompile_stage_005" ENGINE = Memory AS
WITH "numbered" AS (
  SELECT * FROM "__fcompile_stage_001"
), "hot_returns_30d" AS (
  SELECT * FROM "__fcompile_stage_002"
)
SELECT
  "n"."__row" AS "__row",
  "n"."user_id" AS "user_id",
  "n"."event_timestamp" + INTERVAL '2592000' SECOND AS "__time",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("n"."event_timestamp" + INTERVAL '2592000' SECOND AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(
      toUnixTimestamp64Micro(CAST("n"."event_timestamp" + INTERVAL '2592000' SECOND AS Nullable(DateTime64(6, 'UTC')))),
      3600000000
    ),
    'UTC'
  ) AS "__now",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("n"."event_timestamp" + INTERVAL '2592000' SECOND AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(
      toUnixTimestamp64Micro(CAST("n"."event_timestamp" + INTERVAL '2592000' SECOND AS Nullable(DateTime64(6, 'UTC')))),
      86400000000
    ),
    'UTC'
  ) AS "__today",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("n"."event_timestamp" + INTERVAL '2592000' SECOND AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(
      toUnixTimestamp64Micro(CAST("n"."event_timestamp" + INTERVAL '2592000' SECOND AS Nullable(DateTime64(6, 'UTC')))),
      2592000000000
    ),
    'UTC'
  ) AS "__stretch"
FROM "numbered" AS "n"
SEMI JOIN "hot_returns_30d" AS "h"
  ON "n"."user_id" = "h"."user_id"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
WITH "numbered" AS (
  SELECT * FROM "__fcompile_stage_001"
), "source_orders" AS (
  -- Source orders: a row an event at at, known at known.
  SELECT
    "user_id",
    "paid",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
    GREATEST(CAST("at" AS Nullable(DateTime64(6, 'UTC'))), CAST("known" AS Nullable(DateTime64(6, 'UTC')))) AS "__visible"
  FROM "raw"."orders"
  WHERE
    "at" IS NOT NULL AND "known" IS NOT NULL
), "rows_returns_30d" AS (
  -- Rows for returns_30d, known as of :as_of: what is aggregated of each.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    CASE WHEN "paid" THEN TRUE END AS "row"
  FROM "source_orders"
  WHERE
    "user_id" IS NOT NULL AND "__visible" <= CAST(:as_of AS Nullable(DateTime64(6, 'UTC')))
), "hot_returns_30d" AS (
  SELECT * FROM "__fcompile_stage_002"
), "tiles_returns_30d" AS (
  SELECT * FROM "__fcompile_stage_003"
), "spans_returns_30d" AS (
  SELECT * FROM "__fcompile_stage_004"
), "cold_returns_30d" AS (
  -- Spine rows of the other keys, and their time.
  SELECT
    "n"."__row" AS "__row",
    "n"."user_id" AS "user_id",
    "n"."event_timestamp" + INTERVAL '2592000' SECOND AS "__time"
  FROM "numbered" AS "n"
  ANTI JOIN "hot_returns_30d" AS "h"
    ON "n"."user_id" = "h"."user_id"
), "asked_returns_30d" AS (
  SELECT * FROM "__fcompile_stage_005"
), "edges_returns_30d" AS (
  -- Where each window begins, and the small and large tile that is in.
  SELECT
    "__row",
    "user_id",
    "__time",
    "__now",
    "__today",
    1 AS "__from",
    "__time" - INTERVAL '2592000' SECOND AS "__low",
    fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("__time" - INTERVAL '2592000' SECOND AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(
        toUnixTimestamp64Micro(CAST("__time" - INTERVAL '2592000' SECOND AS Nullable(DateTime64(6, 'UTC')))),
        3600000000
      ),
      'UTC'
    ) AS "__edge",
    fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("__time" - INTERVAL '2592000' SECOND AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(
        toUnixTimestamp64Micro(CAST("__time" - INTERVAL '2592000' SECOND AS Nullable(DateTime64(6, 'UTC')))),
        86400000000
      ),
      'UTC'
    ) AS "__edge_span"
  FROM "asked_returns_30d"
), "pieces_returns_30d" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row" AS "__row",
    1 AS "__from",
    1 AS "__to",
    "r"."__event" AS "__event",
    "r"."row" AS "row"
  FROM "cold_returns_30d" AS "n"
  JOIN "rows_returns_30d" AS "r"
    ON "n"."user_id" = "r"."user_id"
    AND "r"."__event" <= "n"."__time"
    AND "r"."__event" > "n"."__time" - INTERVAL '2592000' SECOND
  UNION ALL
  SELECT
    "a"."__row" AS "__row",
    "a"."__from" AS "__from",
    "a"."__to" AS "__to",
    "r"."__event" AS "__event",
    "r"."row" AS "row"
  FROM (
    SELECT
      "__row",
      "user_id",
      "__time",
      "__from",
      "__from" AS "__to",
      "__edge",
      "__low"
    FROM "edges_returns_30d"
    WHERE
      "__edge" < "__now"
    UNION ALL
    SELECT
      "__row",
      "user_id",
      "__time",
      1 AS "__from",
      1 AS "__to",
      "__now" AS "__edge",
      "__time" - INTERVAL '3600' SECOND AS "__low"
    FROM "asked_returns_30d"
  ) AS "a"
  JOIN "rows_returns_30d" AS "r"
    ON "a"."user_id" = "r"."user_id"
    AND fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("r"."__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("r"."__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
      'UTC'
    ) = "a"."__edge"
    AND "r"."__event" > "a"."__low"
    AND "r"."__event" <= "a"."__time"
), "parts_returns_30d" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    CAST(COUNT("row") AS Nullable(Int64)) AS "row__count"
  FROM "pieces_returns_30d"
  GROUP BY
    "__row",
    "__from",
    "__to"
  UNION ALL
  SELECT
    "__row",
    "__from",
    "__to",
    CAST(SUM("row__count") AS Nullable(Int64)) AS "row__count"
  FROM (
    SELECT
      "a"."__row" AS "__row",
      1 AS "__from",
      1 AS "__to",
      "p"."row__count" AS "row__count"
    FROM "asked_returns_30d" AS "a"
    JOIN "tiles_returns_30d" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND fromUnixTimestamp64Micro(
        toUnixTimestamp64Micro(CAST("p"."__known" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("p"."__known" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
        'UTC'
      ) = "a"."__today"
      AND "p"."__known" < "a"."__now"
      AND "p"."__tile" > "a"."__time" - INTERVAL '2592000' SECOND
    UNION ALL
    SELECT
      "a"."__row" AS "__row",
      "a"."__from" AS "__from",
      "a"."__from" AS "__to",
      "p"."row__count" AS "row__count"
    FROM "edges_returns_30d" AS "a"
    JOIN "tiles_returns_30d" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND fromUnixTimestamp64Micro(
        toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
        'UTC'
      ) = "a"."__edge_span"
      AND "p"."__tile" > "a"."__low"
      AND "a"."__edge_span" < "a"."__today"
    UNION ALL
    SELECT
      "a"."__row" AS "__row",
      1 AS "__from",
      1 AS "__to",
      "p"."row__count" AS "row__count"
    FROM "asked_returns_30d" AS "a"
    JOIN "spans_returns_30d" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND fromUnixTimestamp64Micro(
        toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))), 2592000000000),
        'UTC'
      ) = "a"."__stretch"
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '2592000' SECOND
    UNION ALL
    SELECT
      "a"."__row" AS "__row",
      1 AS "__from",
      1 AS "__to",
      "p"."row__count" AS "row__count"
    FROM "asked_returns_30d" AS "a"
    JOIN "spans_returns_30d" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND fromUnixTimestamp64Micro(
        toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))), 2592000000000),
        'UTC'
      ) = "a"."__stretch" - INTERVAL '2592000' SECOND
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '2592000' SECOND
  ) AS "tiles"
  GROUP BY
    "__row",
    "__from",
    "__to"
), "states_returns_30d" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "n"."__row" AS "__row",
    CAST(SUM("row__count") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS Nullable(Int64)) AS "row__count_1",
    CAST(COUNT("__from") > 0 AS Nullable(Bool)) AS "__matched"
  FROM "numbered" AS "n"
  LEFT JOIN "parts_returns_30d" AS "p"
    ON "p"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "windows_returns_30d" AS (
  -- returns_30d: one value a spine row and window (t, t + horizon].
  SELECT
    "__row",
    CAST(COALESCE("row__count_1", 0) AS Nullable(Int64)) AS "returns_30d",
    "__matched"
  FROM "states_returns_30d"
)
SELECT
  "m"."user_id" AS "user_id",
  "m"."event_timestamp" AS "event_timestamp",
  CASE
    WHEN "m"."event_timestamp" + INTERVAL '2764800' SECOND <= CAST(:as_of AS Nullable(DateTime64(6, 'UTC')))
    THEN "w1"."returns_30d"
  END AS "returns_30d"
FROM "numbered" AS "m"
LEFT JOIN "windows_returns_30d" AS "w1"
  ON "w1"."__row" = "m"."__row"
ORDER BY
  "m"."__row"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
DROP TABLE IF EXISTS "__fcompile_stage_005";
DROP TABLE IF EXISTS "__fcompile_stage_004";
DROP TABLE IF EXISTS "__fcompile_stage_003";
DROP TABLE IF EXISTS "__fcompile_stage_002";
DROP TABLE IF EXISTS "__fcompile_stage_001";
