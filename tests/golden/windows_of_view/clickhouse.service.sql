-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: clickhouse, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- numbered: The spine, numbered so that its rows and their order come back. A row a training example.
CREATE TEMPORARY TABLE "__fcompile_stage_001" ENGINE = Memory AS
SELECT
  ROW_NUMBER() OVER () AS "__row",
  "s"."user_id",
  "s"."event_timestamp"
FROM "spine" AS "s"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- source_purchases: Source purchases: a row an event at bought_at, known as it happens. The table holds what is in data/purchases.csv.
CREATE TEMPORARY TABLE "__fcompile_stage_002" ENGINE = Memory AS
SELECT
  "purchase_id",
  "amount",
  "user_id",
  CAST("bought_at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event"
FROM "purchases"
WHERE
  "bought_at" IS NOT NULL
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- matched: Each spine row with the latest event visible at its time, for each join; last_buy: at or before the row's time.
CREATE TEMPORARY TABLE "__fcompile_stage_003" ENGINE = Memory AS
WITH "numbered" AS (
  SELECT * FROM "__fcompile_stage_001"
), "source_purchases" AS (
  SELECT * FROM "__fcompile_stage_002"
), "view_purchase" AS (
  -- Rows of feature view purchase: its values at the time of each row of its source, by
  -- purchase_id.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    CAST("amount" AS Nullable(Float64)) AS "amount",
    CAST("amount" > 100.0 OR "amount" <> "amount" AS Nullable(Bool)) AS "is_large",
    "__event"
  FROM "source_purchases"
  WHERE
    (
      "amount" > 0.0 OR "amount" <> "amount"
    ) AND "purchase_id" IS NOT NULL
), "events_last_buy" AS (
  -- Feature view last_buy: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    CAST("amount" AS Nullable(Float64)) AS "amount"
  FROM "view_purchase"
  WHERE
    "user_id" IS NOT NULL
)
SELECT
  "s"."__row" AS "__row",
  "s"."user_id" AS "user_id",
  "s"."event_timestamp" AS "event_timestamp",
  "e1"."__event" AS "last_buy__event",
  "e1"."amount" AS "last_buy__amount"
FROM "numbered" AS "s"
ASOF LEFT JOIN "events_last_buy" AS "e1"
  ON "s"."user_id" = "e1"."user_id" AND "s"."event_timestamp" >= "e1"."__event"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- hot_large: Hot keys: more than 500 rows. Their windows are made of tiles, those of other keys of rows.
CREATE TEMPORARY TABLE "__fcompile_stage_004" ENGINE = Memory AS
WITH "source_purchases" AS (
  SELECT * FROM "__fcompile_stage_002"
), "view_purchase" AS (
  -- Rows of feature view purchase: its values at the time of each row of its source, by
  -- purchase_id.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    CAST("amount" AS Nullable(Float64)) AS "amount",
    CAST("amount" > 100.0 OR "amount" <> "amount" AS Nullable(Bool)) AS "is_large",
    "__event"
  FROM "source_purchases"
  WHERE
    (
      "amount" > 0.0 OR "amount" <> "amount"
    ) AND "purchase_id" IS NOT NULL
), "rows_large" AS (
  -- Rows for the windows of large: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    TRUE AS "row"
  FROM "view_purchase"
  WHERE
    (
      "is_large"
    ) AND "user_id" IS NOT NULL
)
SELECT
  "user_id"
FROM "rows_large"
GROUP BY
  "user_id"
HAVING
  COUNT(*) > 500
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- tiles_large: Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the rows are visible.
CREATE TEMPORARY TABLE "__fcompile_stage_005" ENGINE = Memory AS
WITH "source_purchases" AS (
  SELECT * FROM "__fcompile_stage_002"
), "view_purchase" AS (
  -- Rows of feature view purchase: its values at the time of each row of its source, by
  -- purchase_id.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    CAST("amount" AS Nullable(Float64)) AS "amount",
    CAST("amount" > 100.0 OR "amount" <> "amount" AS Nullable(Bool)) AS "is_large",
    "__event"
  FROM "source_purchases"
  WHERE
    (
      "amount" > 0.0 OR "amount" <> "amount"
    ) AND "purchase_id" IS NOT NULL
), "rows_large" AS (
  -- Rows for the windows of large: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    TRUE AS "row"
  FROM "view_purchase"
  WHERE
    (
      "is_large"
    ) AND "user_id" IS NOT NULL
), "hot_large" AS (
  SELECT * FROM "__fcompile_stage_004"
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
FROM "rows_large" AS "r"
SEMI JOIN "hot_large" AS "h"
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
-- spans_large: The same for 1d, made of the tiles above.
CREATE TEMPORARY TABLE "__fcompile_stage_006" ENGINE = Memory AS
WITH "tiles_large" AS (
  SELECT * FROM "__fcompile_stage_005"
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
FROM "tiles_large"
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
-- asked_large: Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
CREATE TEMPORARY TABLE "__fcompile_stage_007" ENGINE = Memory AS
WITH "numbered" AS (
  SELECT * FROM "__fcompile_stage_001"
), "hot_large" AS (
  SELECT * FROM "__fcompile_stage_004"
)
SELECT
  "n"."__row" AS "__row",
  "n"."user_id" AS "user_id",
  "n"."event_timestamp" AS "__time",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("n"."event_timestamp" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("n"."event_timestamp" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  ) AS "__now",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("n"."event_timestamp" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("n"."event_timestamp" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
    'UTC'
  ) AS "__today",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("n"."event_timestamp" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(
      toUnixTimestamp64Micro(CAST("n"."event_timestamp" AS Nullable(DateTime64(6, 'UTC')))),
      604800000000
    ),
    'UTC'
  ) AS "__stretch"
FROM "numbered" AS "n"
SEMI JOIN "hot_large" AS "h"
  ON "n"."user_id" = "h"."user_id"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
WITH "numbered" AS (
  SELECT * FROM "__fcompile_stage_001"
), "source_purchases" AS (
  SELECT * FROM "__fcompile_stage_002"
), "view_purchase" AS (
  -- Rows of feature view purchase: its values at the time of each row of its source, by
  -- purchase_id.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    CAST("amount" AS Nullable(Float64)) AS "amount",
    CAST("amount" > 100.0 OR "amount" <> "amount" AS Nullable(Bool)) AS "is_large",
    "__event"
  FROM "source_purchases"
  WHERE
    (
      "amount" > 0.0 OR "amount" <> "amount"
    ) AND "purchase_id" IS NOT NULL
), "events_last_buy" AS (
  -- Feature view last_buy: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    CAST("amount" AS Nullable(Float64)) AS "amount"
  FROM "view_purchase"
  WHERE
    "user_id" IS NOT NULL
), "matched" AS (
  SELECT * FROM "__fcompile_stage_003"
), "tied_last_buy" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."user_id" AS "user_id",
    "e"."__event" AS "__event"
  FROM "events_last_buy" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."user_id" = "m"."user_id" AND "e"."__event" = "m"."last_buy__event"
  GROUP BY
    "e"."user_id",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_last_buy" AS (
  -- Ties of last_buy, settled: the greatest by (amount), NULLs first. A row a tied instant.
  SELECT
    "e"."user_id" AS "user_id",
    "e"."__event" AS "__event",
    "e"."amount" AS "amount"
  FROM "events_last_buy" AS "e"
  SEMI JOIN "tied_last_buy" AS "d"
    ON "e"."user_id" = "d"."user_id" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "e"."user_id", "e"."__event"
      ORDER BY "e"."amount" <> "e"."amount" DESC, "e"."amount" DESC
    ) = 1
), "rows_large" AS (
  -- Rows for the windows of large: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    TRUE AS "row"
  FROM "view_purchase"
  WHERE
    (
      "is_large"
    ) AND "user_id" IS NOT NULL
), "hot_large" AS (
  SELECT * FROM "__fcompile_stage_004"
), "tiles_large" AS (
  SELECT * FROM "__fcompile_stage_005"
), "spans_large" AS (
  SELECT * FROM "__fcompile_stage_006"
), "cold_large" AS (
  -- Spine rows of the other keys, and their time.
  SELECT
    "n"."__row" AS "__row",
    "n"."user_id" AS "user_id",
    "n"."event_timestamp" AS "__time"
  FROM "numbered" AS "n"
  ANTI JOIN "hot_large" AS "h"
    ON "n"."user_id" = "h"."user_id"
), "asked_large" AS (
  SELECT * FROM "__fcompile_stage_007"
), "edges_large" AS (
  -- Where each window begins, and the small and large tile that is in.
  SELECT
    "__row",
    "user_id",
    "__time",
    "__now",
    "__today",
    1 AS "__from",
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
  FROM "asked_large"
), "pieces_large" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row" AS "__row",
    1 AS "__from",
    1 AS "__to",
    "r"."__event" AS "__event",
    "r"."row" AS "row"
  FROM "cold_large" AS "n"
  JOIN "rows_large" AS "r"
    ON "n"."user_id" = "r"."user_id"
    AND "r"."__event" <= "n"."__time"
    AND "r"."__event" > "n"."__time" - INTERVAL '604800' SECOND
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
    FROM "edges_large"
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
    FROM "asked_large"
  ) AS "a"
  JOIN "rows_large" AS "r"
    ON "a"."user_id" = "r"."user_id"
    AND fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("r"."__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("r"."__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
      'UTC'
    ) = "a"."__edge"
    AND "r"."__event" > "a"."__low"
    AND "r"."__event" <= "a"."__time"
), "parts_large" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    CAST(COUNT("row") AS Nullable(Int64)) AS "row__count"
  FROM "pieces_large"
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
    FROM "asked_large" AS "a"
    JOIN "tiles_large" AS "p"
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
      "p"."row__count" AS "row__count"
    FROM "edges_large" AS "a"
    JOIN "tiles_large" AS "p"
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
    FROM "asked_large" AS "a"
    JOIN "spans_large" AS "p"
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
      1 AS "__from",
      1 AS "__to",
      "p"."row__count" AS "row__count"
    FROM "asked_large" AS "a"
    JOIN "spans_large" AS "p"
      ON "a"."user_id" = "p"."user_id"
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
), "states_large" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "n"."__row" AS "__row",
    CAST(SUM("row__count") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS Nullable(Int64)) AS "row__count_1",
    CAST(COUNT("__from") > 0 AS Nullable(Bool)) AS "__matched"
  FROM "numbered" AS "n"
  LEFT JOIN "parts_large" AS "p"
    ON "p"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "windows_large" AS (
  -- large: one value a spine row and window (t - w, t].
  SELECT
    "__row",
    CAST(COALESCE("row__count_1", 0) AS Nullable(Int64)) AS "large_7d",
    "__matched"
  FROM "states_large"
)
SELECT
  "m"."user_id" AS "user_id",
  "m"."event_timestamp" AS "event_timestamp",
  "w2"."large_7d" AS "large_7d",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."last_buy__amount" ELSE "w1"."amount" END AS "amount"
FROM "matched" AS "m"
LEFT JOIN "settled_last_buy" AS "w1"
  ON "w1"."user_id" = "m"."user_id" AND "w1"."__event" = "m"."last_buy__event"
LEFT JOIN "windows_large" AS "w2"
  ON "w2"."__row" = "m"."__row"
ORDER BY
  "m"."__row"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
DROP TABLE IF EXISTS "__fcompile_stage_007";
DROP TABLE IF EXISTS "__fcompile_stage_006";
DROP TABLE IF EXISTS "__fcompile_stage_005";
DROP TABLE IF EXISTS "__fcompile_stage_004";
DROP TABLE IF EXISTS "__fcompile_stage_003";
DROP TABLE IF EXISTS "__fcompile_stage_002";
DROP TABLE IF EXISTS "__fcompile_stage_001";
