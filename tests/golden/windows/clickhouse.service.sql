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
-- hot_spend: Hot keys: more than 500 rows. Their windows are made of tiles, those of other keys of rows.
CREATE TEMPORARY TABLE "__fcompile_stage_002" ENGINE = Memory AS
WITH "source_purchases" AS (
  -- Source purchases: a row an event at at, known at known.
  SELECT
    "user_id",
    "amount",
    "shop",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
    GREATEST(CAST("at" AS Nullable(DateTime64(6, 'UTC'))), CAST("known" AS Nullable(DateTime64(6, 'UTC')))) AS "__visible"
  FROM "raw"."purchases"
  WHERE
    "at" IS NOT NULL AND "known" IS NOT NULL
), "rows_spend" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    "__visible",
    CAST("amount" AS Nullable(Float64)) + 0 AS "amount",
    CASE WHEN "amount" > 100.0 OR "amount" <> "amount" THEN TRUE END AS "row",
    CAST("shop" AS Nullable(String)) AS "shop"
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
-- tiles_spend: Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the rows are visible.
CREATE TEMPORARY TABLE "__fcompile_stage_003" ENGINE = Memory AS
WITH "source_purchases" AS (
  -- Source purchases: a row an event at at, known at known.
  SELECT
    "user_id",
    "amount",
    "shop",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
    GREATEST(CAST("at" AS Nullable(DateTime64(6, 'UTC'))), CAST("known" AS Nullable(DateTime64(6, 'UTC')))) AS "__visible"
  FROM "raw"."purchases"
  WHERE
    "at" IS NOT NULL AND "known" IS NOT NULL
), "rows_spend" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    "__visible",
    CAST("amount" AS Nullable(Float64)) + 0 AS "amount",
    CASE WHEN "amount" > 100.0 OR "amount" <> "amount" THEN TRUE END AS "row",
    CAST("shop" AS Nullable(String)) AS "shop"
  FROM "source_purchases"
  WHERE
    "user_id" IS NOT NULL
), "hot_spend" AS (
  SELECT * FROM "__fcompile_stage_002"
)
SELECT
  "user_id" AS "user_id",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  ) AS "__tile",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__visible" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__visible" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  ) AS "__known",
  SUM("amount") AS "amount__sum",
  CAST(COUNT("row") AS Nullable(Int64)) AS "row__count"
FROM "rows_spend" AS "r"
SEMI JOIN "hot_spend" AS "h"
  ON "r"."user_id" = "h"."user_id"
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
-- tiles_spend_shop: Tiles: partial aggregates. A row a key, value of shop, 1h of event times and 1h of the instants from which the rows are visible.
CREATE TEMPORARY TABLE "__fcompile_stage_004" ENGINE = Memory AS
WITH "source_purchases" AS (
  -- Source purchases: a row an event at at, known at known.
  SELECT
    "user_id",
    "amount",
    "shop",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
    GREATEST(CAST("at" AS Nullable(DateTime64(6, 'UTC'))), CAST("known" AS Nullable(DateTime64(6, 'UTC')))) AS "__visible"
  FROM "raw"."purchases"
  WHERE
    "at" IS NOT NULL AND "known" IS NOT NULL
), "rows_spend" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    "__visible",
    CAST("amount" AS Nullable(Float64)) + 0 AS "amount",
    CASE WHEN "amount" > 100.0 OR "amount" <> "amount" THEN TRUE END AS "row",
    CAST("shop" AS Nullable(String)) AS "shop"
  FROM "source_purchases"
  WHERE
    "user_id" IS NOT NULL
), "hot_spend" AS (
  SELECT * FROM "__fcompile_stage_002"
)
SELECT
  "user_id" AS "user_id",
  "shop" AS "shop",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  ) AS "__tile",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__visible" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__visible" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  ) AS "__known",
  MAX("__event") AS "shop__newest"
FROM "rows_spend" AS "r"
SEMI JOIN "hot_spend" AS "h"
  ON "r"."user_id" = "h"."user_id"
WHERE
  "shop" IS NOT NULL
GROUP BY
  "user_id",
  "shop",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__event" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  ),
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__visible" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__visible" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
    'UTC'
  )
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- spans_spend_shop: The same for 1d, made of the tiles above.
CREATE TEMPORARY TABLE "__fcompile_stage_005" ENGINE = Memory AS
WITH "tiles_spend_shop" AS (
  SELECT * FROM "__fcompile_stage_004"
)
SELECT
  "user_id",
  "shop",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__tile" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__tile" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
    'UTC'
  ) AS "__tile",
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro(CAST("__known" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("__known" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
    'UTC'
  ) AS "__known",
  MAX("shop__newest") AS "shop__newest"
FROM "tiles_spend_shop"
GROUP BY
  "user_id",
  "shop",
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
CREATE TEMPORARY TABLE "__fcompile_stage_006" ENGINE = Memory AS
WITH "numbered" AS (
  SELECT * FROM "__fcompile_stage_001"
), "hot_spend" AS (
  SELECT * FROM "__fcompile_stage_002"
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
  ) AS "__today"
FROM "numbered" AS "n"
SEMI JOIN "hot_spend" AS "h"
  ON "n"."user_id" = "h"."user_id"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
-- asked_spend_newest: Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
CREATE TEMPORARY TABLE "__fcompile_stage_007" ENGINE = Memory AS
WITH "numbered" AS (
  SELECT * FROM "__fcompile_stage_001"
), "hot_spend" AS (
  SELECT * FROM "__fcompile_stage_002"
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
      691200000000
    ),
    'UTC'
  ) AS "__stretch"
FROM "numbered" AS "n"
SEMI JOIN "hot_spend" AS "h"
  ON "n"."user_id" = "h"."user_id"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
WITH "numbered" AS (
  SELECT * FROM "__fcompile_stage_001"
), "source_purchases" AS (
  -- Source purchases: a row an event at at, known at known.
  SELECT
    "user_id",
    "amount",
    "shop",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
    GREATEST(CAST("at" AS Nullable(DateTime64(6, 'UTC'))), CAST("known" AS Nullable(DateTime64(6, 'UTC')))) AS "__visible"
  FROM "raw"."purchases"
  WHERE
    "at" IS NOT NULL AND "known" IS NOT NULL
), "rows_spend" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    "__visible",
    CAST("amount" AS Nullable(Float64)) + 0 AS "amount",
    CASE WHEN "amount" > 100.0 OR "amount" <> "amount" THEN TRUE END AS "row",
    CAST("shop" AS Nullable(String)) AS "shop"
  FROM "source_purchases"
  WHERE
    "user_id" IS NOT NULL
), "hot_spend" AS (
  SELECT * FROM "__fcompile_stage_002"
), "tiles_spend" AS (
  SELECT * FROM "__fcompile_stage_003"
), "spans_spend" AS (
  -- The same for 1d, made of the tiles above.
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
    SUM("amount__sum") AS "amount__sum",
    CAST(SUM("row__count") AS Nullable(Int64)) AS "row__count"
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
), "tiles_spend_shop" AS (
  SELECT * FROM "__fcompile_stage_004"
), "spans_spend_shop" AS (
  SELECT * FROM "__fcompile_stage_005"
), "cold_spend" AS (
  -- Spine rows of the other keys, and their time.
  SELECT
    "n"."__row" AS "__row",
    "n"."user_id" AS "user_id",
    "n"."event_timestamp" AS "__time"
  FROM "numbered" AS "n"
  ANTI JOIN "hot_spend" AS "h"
    ON "n"."user_id" = "h"."user_id"
), "asked_spend" AS (
  SELECT * FROM "__fcompile_stage_006"
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
    "n"."__row" AS "__row",
    CASE
      WHEN "r"."__event" > "n"."__time" - INTERVAL '3600' SECOND
      THEN 1
      WHEN "r"."__event" > "n"."__time" - INTERVAL '604800' SECOND
      THEN 2
      ELSE 3
    END AS "__from",
    3 AS "__to",
    "r"."__event" AS "__event",
    "r"."amount" AS "amount",
    "r"."row" AS "row",
    "r"."shop" AS "shop"
  FROM "cold_spend" AS "n"
  JOIN "rows_spend" AS "r"
    ON "n"."user_id" = "r"."user_id" AND "r"."__visible" <= "n"."__time"
  UNION ALL
  SELECT
    "a"."__row" AS "__row",
    CASE
      WHEN "r"."__event" > "a"."__time" - INTERVAL '3600' SECOND
      THEN 1
      WHEN "r"."__event" > "a"."__time" - INTERVAL '604800' SECOND
      THEN 2
      ELSE 3
    END AS "__from",
    3 AS "__to",
    "r"."__event" AS "__event",
    "r"."amount" AS "amount",
    "r"."row" AS "row",
    "r"."shop" AS "shop"
  FROM "asked_spend" AS "a"
  JOIN "rows_spend" AS "r"
    ON "a"."user_id" = "r"."user_id"
    AND fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("r"."__visible" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("r"."__visible" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
      'UTC'
    ) = "a"."__now"
    AND "r"."__visible" <= "a"."__time"
  UNION ALL
  SELECT
    "a"."__row" AS "__row",
    "a"."__from" AS "__from",
    "a"."__from" AS "__to",
    "r"."__event" AS "__event",
    "r"."amount" AS "amount",
    "r"."row" AS "row",
    "r"."shop" AS "shop"
  FROM "edges_spend" AS "a"
  JOIN "rows_spend" AS "r"
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
), "parts_spend" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    SUM("amount") AS "amount__sum",
    CAST(COUNT("row") AS Nullable(Int64)) AS "row__count"
  FROM "pieces_spend"
  GROUP BY
    "__row",
    "__from",
    "__to"
  UNION ALL
  SELECT
    "__row",
    "__from",
    "__to",
    SUM("amount__sum") AS "amount__sum",
    CAST(SUM("row__count") AS Nullable(Int64)) AS "row__count"
  FROM (
    SELECT
      "a"."__row" AS "__row",
      CASE
        WHEN "p"."__tile" > "a"."__time" - INTERVAL '3600' SECOND
        THEN 1
        WHEN "p"."__tile" > "a"."__time" - INTERVAL '604800' SECOND
        THEN 2
        ELSE 3
      END AS "__from",
      3 AS "__to",
      "p"."amount__sum" AS "amount__sum",
      "p"."row__count" AS "row__count"
    FROM "asked_spend" AS "a"
    JOIN "tiles_spend" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND fromUnixTimestamp64Micro(
        toUnixTimestamp64Micro(CAST("p"."__known" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("p"."__known" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
        'UTC'
      ) = "a"."__today"
      AND "p"."__known" < "a"."__now"
    UNION ALL
    SELECT
      "a"."__row" AS "__row",
      "a"."__from" AS "__from",
      "a"."__from" AS "__to",
      "p"."amount__sum" AS "amount__sum",
      "p"."row__count" AS "row__count"
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
      CASE
        WHEN "p"."__tile" > "a"."__time" - INTERVAL '3600' SECOND
        THEN 1
        WHEN "p"."__tile" > "a"."__time" - INTERVAL '604800' SECOND
        THEN 2
        ELSE 3
      END AS "__from",
      3 AS "__to",
      "p"."amount__sum" AS "amount__sum",
      "p"."row__count" AS "row__count"
    FROM "asked_spend" AS "a"
    JOIN "spans_spend" AS "p"
      ON "a"."user_id" = "p"."user_id" AND "p"."__known" < "a"."__today"
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
    SUM("amount__sum") FILTER(WHERE
      "__from" <= 3 AND "__to" >= 3) AS "amount__sum_3",
    CAST(SUM("row__count") FILTER(WHERE
      "__from" <= 2 AND "__to" >= 2) AS Nullable(Int64)) AS "row__count_2",
    CAST(COUNT("__from") > 0 AS Nullable(Bool)) AS "__matched"
  FROM "numbered" AS "n"
  LEFT JOIN "parts_spend" AS "p"
    ON "p"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "windows_spend" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "__row",
    COALESCE(CAST("amount__sum_1" AS Nullable(Float64)), CAST(0.0 AS Nullable(Float64))) AS "total_1h",
    COALESCE(CAST("amount__sum_2" AS Nullable(Float64)), CAST(0.0 AS Nullable(Float64))) AS "total_7d",
    COALESCE(CAST("amount__sum_3" AS Nullable(Float64)), CAST(0.0 AS Nullable(Float64))) AS "total_lifetime",
    CAST(COALESCE("row__count_2", 0) AS Nullable(Int64)) AS "big_7d",
    "__matched"
  FROM "states_spend"
), "cold_spend_newest" AS (
  -- Spine rows of the other keys, and their time.
  SELECT
    "n"."__row" AS "__row",
    "n"."user_id" AS "user_id",
    "n"."event_timestamp" AS "__time"
  FROM "numbered" AS "n"
  ANTI JOIN "hot_spend" AS "h"
    ON "n"."user_id" = "h"."user_id"
), "asked_spend_newest" AS (
  SELECT * FROM "__fcompile_stage_007"
), "pieces_spend_newest" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row" AS "__row",
    1 AS "__from",
    1 AS "__to",
    "r"."__event" AS "__event",
    "r"."amount" AS "amount",
    "r"."row" AS "row",
    "r"."shop" AS "shop"
  FROM "cold_spend_newest" AS "n"
  JOIN "rows_spend" AS "r"
    ON "n"."user_id" = "r"."user_id"
    AND "r"."__visible" <= "n"."__time"
    AND "r"."__event" > "n"."__time" - INTERVAL '604800' SECOND
  UNION ALL
  SELECT
    "a"."__row" AS "__row",
    1 AS "__from",
    1 AS "__to",
    "r"."__event" AS "__event",
    "r"."amount" AS "amount",
    "r"."row" AS "row",
    "r"."shop" AS "shop"
  FROM "asked_spend_newest" AS "a"
  JOIN "rows_spend" AS "r"
    ON "a"."user_id" = "r"."user_id"
    AND fromUnixTimestamp64Micro(
      toUnixTimestamp64Micro(CAST("r"."__visible" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("r"."__visible" AS Nullable(DateTime64(6, 'UTC')))), 3600000000),
      'UTC'
    ) = "a"."__now"
    AND "r"."__visible" <= "a"."__time"
    AND "r"."__event" > "a"."__time" - INTERVAL '604800' SECOND
), "parts_spend_newest_shop" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows and value of shop.
  SELECT
    "__row",
    "__from",
    "__to",
    "shop",
    MAX("__event") AS "shop__newest"
  FROM "pieces_spend_newest"
  WHERE
    "shop" IS NOT NULL
  GROUP BY
    "__row",
    "__from",
    "__to",
    "shop"
  UNION ALL
  SELECT
    "__row",
    "__from",
    "__to",
    "shop",
    MAX("shop__newest") AS "shop__newest"
  FROM (
    SELECT
      "a"."__row" AS "__row",
      1 AS "__from",
      1 AS "__to",
      "p"."shop" AS "shop",
      "p"."shop__newest" AS "shop__newest"
    FROM "asked_spend_newest" AS "a"
    JOIN "tiles_spend_shop" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND fromUnixTimestamp64Micro(
        toUnixTimestamp64Micro(CAST("p"."__known" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("p"."__known" AS Nullable(DateTime64(6, 'UTC')))), 86400000000),
        'UTC'
      ) = "a"."__today"
      AND "p"."__known" < "a"."__now"
      AND "p"."__tile" > "a"."__time" - INTERVAL '691200' SECOND
    UNION ALL
    SELECT
      "a"."__row" AS "__row",
      1 AS "__from",
      1 AS "__to",
      "p"."shop" AS "shop",
      "p"."shop__newest" AS "shop__newest"
    FROM "asked_spend_newest" AS "a"
    JOIN "spans_spend_shop" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND fromUnixTimestamp64Micro(
        toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))), 691200000000),
        'UTC'
      ) = "a"."__stretch"
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '691200' SECOND
    UNION ALL
    SELECT
      "a"."__row" AS "__row",
      1 AS "__from",
      1 AS "__to",
      "p"."shop" AS "shop",
      "p"."shop__newest" AS "shop__newest"
    FROM "asked_spend_newest" AS "a"
    JOIN "spans_spend_shop" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND fromUnixTimestamp64Micro(
        toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))) - positiveModulo(toUnixTimestamp64Micro(CAST("p"."__tile" AS Nullable(DateTime64(6, 'UTC')))), 691200000000),
        'UTC'
      ) = "a"."__stretch" - INTERVAL '691200' SECOND
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '691200' SECOND
  ) AS "tiles"
  GROUP BY
    "__row",
    "__from",
    "__to",
    "shop"
), "values_spend_newest_shop" AS (
  -- How often each value of shop occurs in each window. A row a spine row and value.
  SELECT
    "__row",
    "shop",
    MAX("shop__newest") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS "shop__newest_1"
  FROM "parts_spend_newest_shop"
  GROUP BY
    "__row",
    "shop"
), "windows_spend_newest_shop" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "n"."__row" AS "__row",
    CAST(COUNT(*) FILTER(WHERE
      "v"."shop__newest_1" > "n"."event_timestamp" - INTERVAL '604800' SECOND) AS Nullable(Int64)) AS "shops_7d",
    CAST(COUNT("v"."shop") FILTER(WHERE
      "v"."shop__newest_1" > "n"."event_timestamp" - INTERVAL '604800' SECOND) > 0 AS Nullable(Bool)) AS "__matched"
  FROM "numbered" AS "n"
  LEFT JOIN "values_spend_newest_shop" AS "v"
    ON "v"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "asked_spend_of_rows" AS (
  -- Spine rows with the end of their windows.
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."event_timestamp" AS "__time"
  FROM "numbered" AS "n"
), "inside_spend" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "a"."__row" AS "__row",
    CASE WHEN "r"."__event" > "a"."__time" - INTERVAL '3600' SECOND THEN 1 ELSE 2 END AS "__from",
    2 AS "__to",
    "r"."__event" AS "__event",
    "r"."amount" AS "amount",
    "r"."row" AS "row",
    "r"."shop" AS "shop"
  FROM "asked_spend_of_rows" AS "a"
  JOIN "rows_spend" AS "r"
    ON "a"."user_id" = "r"."user_id"
  WHERE
    "r"."__visible" <= "a"."__time"
), "aggregated_spend" AS (
  -- The rows in each window as one value. A row a spine row with any.
  SELECT
    "__row",
    arrayElement(
      arrayMap(
        v -> CASE
          WHEN length(v) = 0
          THEN NULL
          WHEN 0.5 * (
            length(v) - 1
          ) - FLOOR(0.5 * (
            length(v) - 1
          )) = 0
          OR arrayElement(v, toInt64(FLOOR(0.5 * (
            length(v) - 1
          ))) + 1) = arrayElement(v, toInt64(FLOOR(0.5 * (
            length(v) - 1
          ))) + 1 + 1)
          THEN arrayElement(v, toInt64(FLOOR(0.5 * (
            length(v) - 1
          ))) + 1)
          ELSE arrayElement(v, toInt64(FLOOR(0.5 * (
            length(v) - 1
          ))) + 1) + (
            arrayElement(v, toInt64(FLOOR(0.5 * (
              length(v) - 1
            ))) + 1 + 1) - arrayElement(v, toInt64(FLOOR(0.5 * (
              length(v) - 1
            ))) + 1)
          ) * (
            0.5 * (
              length(v) - 1
            ) - FLOOR(0.5 * (
              length(v) - 1
            ))
          )
        END,
        [
          arraySort(
            x -> (x <> x, x),
            groupArray(CAST("amount" AS Nullable(Float64))) FILTER(WHERE
              "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL)
          )
        ]
      ),
      1
    ) AS "median_1h",
    arrayMap(
      v -> tupleElement(v, 2),
      arraySlice(
        arrayReverseSort(
          v -> tupleElement(v, 1),
          groupArray(((NOT (
                "__event" IS NULL
              ), "__event", NOT (
                "shop" IS NULL
          ), "shop"), "shop")) FILTER(WHERE
            "__from" <= 2 AND "__to" >= 2 AND "shop" IS NOT NULL)
        ),
        1,
        3
      )
    ) AS "latest_lifetime"
  FROM "inside_spend"
  GROUP BY
    "__row"
), "windows_spend_of_rows" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "n"."__row" AS "__row",
    CAST("a"."median_1h" AS Nullable(Float64)) AS "median_1h",
    CASE
      WHEN (
        CASE WHEN length("a"."latest_lifetime") > 0 THEN "a"."latest_lifetime" END
      ) IS NOT NULL
      THEN CAST(CASE WHEN length("a"."latest_lifetime") > 0 THEN "a"."latest_lifetime" END AS Array(Nullable(String)))
    END AS "latest_lifetime",
    CAST("a"."__row" IS NOT NULL AS Nullable(Bool)) AS "__matched"
  FROM "numbered" AS "n"
  LEFT JOIN "aggregated_spend" AS "a"
    ON "a"."__row" = "n"."__row"
)
SELECT
  "m"."user_id" AS "user_id",
  "m"."event_timestamp" AS "event_timestamp",
  "w1"."total_1h" AS "total_1h",
  "w1"."total_7d" AS "total_7d",
  "w1"."total_lifetime" AS "total_lifetime",
  "w1"."big_7d" AS "big_7d",
  "w2"."shops_7d" AS "shops_7d",
  "w3"."median_1h" AS "median_1h",
  "w3"."latest_lifetime" AS "latest_lifetime"
FROM "numbered" AS "m"
LEFT JOIN "windows_spend" AS "w1"
  ON "w1"."__row" = "m"."__row"
LEFT JOIN "windows_spend_newest_shop" AS "w2"
  ON "w2"."__row" = "m"."__row"
LEFT JOIN "windows_spend_of_rows" AS "w3"
  ON "w3"."__row" = "m"."__row"
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
