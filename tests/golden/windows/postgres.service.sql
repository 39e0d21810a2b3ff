-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: postgres, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
WITH "numbered" AS MATERIALIZED (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."user_id",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_purchases" AS NOT MATERIALIZED (
  -- Source purchases: a row an event at at, known at known.
  SELECT
    "user_id",
    "amount",
    "shop",
    CAST("at" AS TIMESTAMP) AS "__event",
    GREATEST(CAST("at" AS TIMESTAMP), CAST("known" AS TIMESTAMP)) AS "__visible"
  FROM "raw"."purchases"
  WHERE
    "at" IS NOT NULL AND "known" IS NOT NULL
), "rows_spend" AS NOT MATERIALIZED (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "__event",
    "__visible",
    CAST("amount" AS DOUBLE PRECISION) + 0 AS "amount",
    CASE WHEN "amount" > 100.0 THEN TRUE END AS "row",
    CAST("shop" AS TEXT) COLLATE "C" AS "shop"
  FROM "source_purchases"
  WHERE
    "user_id" IS NOT NULL
), "hot_spend" AS MATERIALIZED (
  -- Hot keys: more than 500 rows. Their windows are made of tiles, those of other keys of rows.
  SELECT
    "user_id"
  FROM "rows_spend"
  GROUP BY
    "user_id"
  HAVING
    COUNT(*) > 500
), "tiles_spend" AS MATERIALIZED (
  -- Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the
  -- rows are visible.
  SELECT
    "user_id",
    DATE_BIN(INTERVAL '1 HOUR', "__event", CAST('1970-01-01' AS TIMESTAMP)) AS "__tile",
    DATE_BIN(INTERVAL '1 HOUR', "__visible", CAST('1970-01-01' AS TIMESTAMP)) AS "__known",
    SUM("amount") AS "amount__sum",
    CAST(COUNT("row") AS BIGINT) AS "row__count"
  FROM "rows_spend" AS "r"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "hot_spend" AS "h"
      WHERE
        "r"."user_id" = "h"."user_id"
    )
  GROUP BY
    "user_id",
    DATE_BIN(INTERVAL '1 HOUR', "__event", CAST('1970-01-01' AS TIMESTAMP)),
    DATE_BIN(INTERVAL '1 HOUR', "__visible", CAST('1970-01-01' AS TIMESTAMP))
), "spans_spend" AS MATERIALIZED (
  -- The same for 1d, made of the tiles above.
  SELECT
    "user_id",
    DATE_BIN(INTERVAL '1 DAY', "__tile", CAST('1970-01-01' AS TIMESTAMP)) AS "__tile",
    DATE_BIN(INTERVAL '1 DAY', "__known", CAST('1970-01-01' AS TIMESTAMP)) AS "__known",
    SUM("amount__sum") AS "amount__sum",
    CAST(SUM("row__count") AS BIGINT) AS "row__count"
  FROM "tiles_spend"
  GROUP BY
    "user_id",
    DATE_BIN(INTERVAL '1 DAY', "__tile", CAST('1970-01-01' AS TIMESTAMP)),
    DATE_BIN(INTERVAL '1 DAY', "__known", CAST('1970-01-01' AS TIMESTAMP))
), "tiles_spend_shop" AS MATERIALIZED (
  -- Tiles: partial aggregates. A row a key, value of shop, 1h of event times and 1h of the instants
  -- from which the rows are visible.
  SELECT
    "user_id",
    "shop",
    DATE_BIN(INTERVAL '1 HOUR', "__event", CAST('1970-01-01' AS TIMESTAMP)) AS "__tile",
    DATE_BIN(INTERVAL '1 HOUR', "__visible", CAST('1970-01-01' AS TIMESTAMP)) AS "__known",
    MAX("__event") AS "shop__newest"
  FROM "rows_spend" AS "r"
  WHERE
    "shop" IS NOT NULL
    AND EXISTS(
      SELECT
        1
      FROM "hot_spend" AS "h"
      WHERE
        "r"."user_id" = "h"."user_id"
    )
  GROUP BY
    "user_id",
    "shop",
    DATE_BIN(INTERVAL '1 HOUR', "__event", CAST('1970-01-01' AS TIMESTAMP)),
    DATE_BIN(INTERVAL '1 HOUR', "__visible", CAST('1970-01-01' AS TIMESTAMP))
), "spans_spend_shop" AS MATERIALIZED (
  -- The same for 1d, made of the tiles above.
  SELECT
    "user_id",
    "shop",
    DATE_BIN(INTERVAL '1 DAY', "__tile", CAST('1970-01-01' AS TIMESTAMP)) AS "__tile",
    DATE_BIN(INTERVAL '1 DAY', "__known", CAST('1970-01-01' AS TIMESTAMP)) AS "__known",
    MAX("shop__newest") AS "shop__newest"
  FROM "tiles_spend_shop"
  GROUP BY
    "user_id",
    "shop",
    DATE_BIN(INTERVAL '1 DAY', "__tile", CAST('1970-01-01' AS TIMESTAMP)),
    DATE_BIN(INTERVAL '1 DAY', "__known", CAST('1970-01-01' AS TIMESTAMP))
), "cold_spend" AS MATERIALIZED (
  -- Spine rows of the other keys, and their time.
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."event_timestamp" AS "__time"
  FROM "numbered" AS "n"
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM "hot_spend" AS "h"
      WHERE
        "n"."user_id" = "h"."user_id"
    )
), "asked_spend" AS MATERIALIZED (
  -- Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."event_timestamp" AS "__time",
    DATE_BIN(INTERVAL '1 HOUR', "n"."event_timestamp", CAST('1970-01-01' AS TIMESTAMP)) AS "__now",
    DATE_BIN(INTERVAL '1 DAY', "n"."event_timestamp", CAST('1970-01-01' AS TIMESTAMP)) AS "__today"
  FROM "numbered" AS "n"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "hot_spend" AS "h"
      WHERE
        "n"."user_id" = "h"."user_id"
    )
), "edges_spend" AS NOT MATERIALIZED (
  -- Where each window begins, and the small and large tile that is in.
  SELECT
    "__row",
    "user_id",
    "__now",
    "__today",
    1 AS "__from",
    "__time" - INTERVAL '1 HOUR' AS "__low",
    DATE_BIN(INTERVAL '1 HOUR', "__time" - INTERVAL '1 HOUR', CAST('1970-01-01' AS TIMESTAMP)) AS "__edge",
    DATE_BIN(INTERVAL '1 DAY', "__time" - INTERVAL '1 HOUR', CAST('1970-01-01' AS TIMESTAMP)) AS "__edge_span"
  FROM "asked_spend"
  UNION ALL
  SELECT
    "__row",
    "user_id",
    "__now",
    "__today",
    2 AS "__from",
    "__time" - INTERVAL '7 DAY' AS "__low",
    DATE_BIN(INTERVAL '1 HOUR', "__time" - INTERVAL '7 DAY', CAST('1970-01-01' AS TIMESTAMP)) AS "__edge",
    DATE_BIN(INTERVAL '1 DAY', "__time" - INTERVAL '7 DAY', CAST('1970-01-01' AS TIMESTAMP)) AS "__edge_span"
  FROM "asked_spend"
), "pieces_spend" AS NOT MATERIALIZED (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row",
    CASE
      WHEN "r"."__event" > "n"."__time" - INTERVAL '1 HOUR'
      THEN 1
      WHEN "r"."__event" > "n"."__time" - INTERVAL '7 DAY'
      THEN 2
      ELSE 3
    END AS "__from",
    3 AS "__to",
    "r"."__event",
    "r"."amount",
    "r"."row",
    "r"."shop"
  FROM "cold_spend" AS "n"
  JOIN "rows_spend" AS "r"
    ON "n"."user_id" = "r"."user_id" AND "r"."__visible" <= "n"."__time"
  UNION ALL
  SELECT
    "a"."__row",
    CASE
      WHEN "r"."__event" > "a"."__time" - INTERVAL '1 HOUR'
      THEN 1
      WHEN "r"."__event" > "a"."__time" - INTERVAL '7 DAY'
      THEN 2
      ELSE 3
    END AS "__from",
    3 AS "__to",
    "r"."__event",
    "r"."amount",
    "r"."row",
    "r"."shop"
  FROM "asked_spend" AS "a"
  JOIN "rows_spend" AS "r"
    ON "a"."user_id" = "r"."user_id"
    AND DATE_BIN(INTERVAL '1 HOUR', "r"."__visible", CAST('1970-01-01' AS TIMESTAMP)) = "a"."__now"
    AND "r"."__visible" <= "a"."__time"
  UNION ALL
  SELECT
    "a"."__row",
    "a"."__from",
    "a"."__from" AS "__to",
    "r"."__event",
    "r"."amount",
    "r"."row",
    "r"."shop"
  FROM "edges_spend" AS "a"
  JOIN "rows_spend" AS "r"
    ON "a"."user_id" = "r"."user_id"
    AND DATE_BIN(INTERVAL '1 HOUR', "r"."__event", CAST('1970-01-01' AS TIMESTAMP)) = "a"."__edge"
    AND "r"."__event" > "a"."__low"
    AND DATE_BIN(INTERVAL '1 HOUR', "r"."__visible", CAST('1970-01-01' AS TIMESTAMP)) < "a"."__now"
), "parts_spend" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    SUM("amount") AS "amount__sum",
    CAST(COUNT("row") AS BIGINT) AS "row__count"
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
    CAST(SUM("row__count") AS BIGINT) AS "row__count"
  FROM (
    SELECT
      "a"."__row",
      CASE
        WHEN "p"."__tile" > "a"."__time" - INTERVAL '1 HOUR'
        THEN 1
        WHEN "p"."__tile" > "a"."__time" - INTERVAL '7 DAY'
        THEN 2
        ELSE 3
      END AS "__from",
      3 AS "__to",
      "p"."amount__sum",
      "p"."row__count"
    FROM "asked_spend" AS "a"
    JOIN "tiles_spend" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND DATE_BIN(INTERVAL '1 DAY', "p"."__known", CAST('1970-01-01' AS TIMESTAMP)) = "a"."__today"
      AND "p"."__known" < "a"."__now"
    UNION ALL
    SELECT
      "a"."__row",
      "a"."__from",
      "a"."__from" AS "__to",
      "p"."amount__sum",
      "p"."row__count"
    FROM "edges_spend" AS "a"
    JOIN "tiles_spend" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND DATE_BIN(INTERVAL '1 DAY', "p"."__tile", CAST('1970-01-01' AS TIMESTAMP)) = "a"."__edge_span"
      AND "p"."__tile" > "a"."__low"
      AND DATE_BIN(INTERVAL '1 DAY', "p"."__known", CAST('1970-01-01' AS TIMESTAMP)) < "a"."__today"
    UNION ALL
    SELECT
      "a"."__row",
      CASE
        WHEN "p"."__tile" > "a"."__time" - INTERVAL '1 HOUR'
        THEN 1
        WHEN "p"."__tile" > "a"."__time" - INTERVAL '7 DAY'
        THEN 2
        ELSE 3
      END AS "__from",
      3 AS "__to",
      "p"."amount__sum",
      "p"."row__count"
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
    "n"."__row",
    SUM("amount__sum") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS "amount__sum_1",
    SUM("amount__sum") FILTER(WHERE
      "__from" <= 2 AND "__to" >= 2) AS "amount__sum_2",
    SUM("amount__sum") FILTER(WHERE
      "__from" <= 3 AND "__to" >= 3) AS "amount__sum_3",
    CAST(SUM("row__count") FILTER(WHERE
      "__from" <= 2 AND "__to" >= 2) AS BIGINT) AS "row__count_2",
    COUNT("__from") > 0 AS "__matched"
  FROM "numbered" AS "n"
  LEFT JOIN "parts_spend" AS "p"
    ON "p"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "windows_spend" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "__row",
    COALESCE(CAST("amount__sum_1" AS DOUBLE PRECISION), CAST(0.0 AS DOUBLE PRECISION)) AS "total_1h",
    COALESCE(CAST("amount__sum_2" AS DOUBLE PRECISION), CAST(0.0 AS DOUBLE PRECISION)) AS "total_7d",
    COALESCE(CAST("amount__sum_3" AS DOUBLE PRECISION), CAST(0.0 AS DOUBLE PRECISION)) AS "total_lifetime",
    CAST(COALESCE("row__count_2", 0) AS BIGINT) AS "big_7d",
    "__matched"
  FROM "states_spend"
), "cold_spend_newest" AS MATERIALIZED (
  -- Spine rows of the other keys, and their time.
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."event_timestamp" AS "__time"
  FROM "numbered" AS "n"
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM "hot_spend" AS "h"
      WHERE
        "n"."user_id" = "h"."user_id"
    )
), "asked_spend_newest" AS MATERIALIZED (
  -- Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."event_timestamp" AS "__time",
    DATE_BIN(INTERVAL '1 HOUR', "n"."event_timestamp", CAST('1970-01-01' AS TIMESTAMP)) AS "__now",
    DATE_BIN(INTERVAL '1 DAY', "n"."event_timestamp", CAST('1970-01-01' AS TIMESTAMP)) AS "__today",
    DATE_BIN(INTERVAL '8 DAY', "n"."event_timestamp", CAST('1970-01-01' AS TIMESTAMP)) AS "__stretch"
  FROM "numbered" AS "n"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "hot_spend" AS "h"
      WHERE
        "n"."user_id" = "h"."user_id"
    )
), "pieces_spend_newest" AS NOT MATERIALIZED (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row",
    1 AS "__from",
    1 AS "__to",
    "r"."__event",
    "r"."amount",
    "r"."row",
    "r"."shop"
  FROM "cold_spend_newest" AS "n"
  JOIN "rows_spend" AS "r"
    ON "n"."user_id" = "r"."user_id"
    AND "r"."__visible" <= "n"."__time"
    AND "r"."__event" > "n"."__time" - INTERVAL '7 DAY'
  UNION ALL
  SELECT
    "a"."__row",
    1 AS "__from",
    1 AS "__to",
    "r"."__event",
    "r"."amount",
    "r"."row",
    "r"."shop"
  FROM "asked_spend_newest" AS "a"
  JOIN "rows_spend" AS "r"
    ON "a"."user_id" = "r"."user_id"
    AND DATE_BIN(INTERVAL '1 HOUR', "r"."__visible", CAST('1970-01-01' AS TIMESTAMP)) = "a"."__now"
    AND "r"."__visible" <= "a"."__time"
    AND "r"."__event" > "a"."__time" - INTERVAL '7 DAY'
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
      "a"."__row",
      1 AS "__from",
      1 AS "__to",
      "p"."shop",
      "p"."shop__newest"
    FROM "asked_spend_newest" AS "a"
    JOIN "tiles_spend_shop" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND DATE_BIN(INTERVAL '1 DAY', "p"."__known", CAST('1970-01-01' AS TIMESTAMP)) = "a"."__today"
      AND "p"."__known" < "a"."__now"
      AND "p"."__tile" > "a"."__time" - INTERVAL '8 DAY'
    UNION ALL
    SELECT
      "a"."__row",
      1 AS "__from",
      1 AS "__to",
      "p"."shop",
      "p"."shop__newest"
    FROM "asked_spend_newest" AS "a"
    JOIN "spans_spend_shop" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND DATE_BIN(INTERVAL '8 DAY', "p"."__tile", CAST('1970-01-01' AS TIMESTAMP)) = "a"."__stretch"
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '8 DAY'
    UNION ALL
    SELECT
      "a"."__row",
      1 AS "__from",
      1 AS "__to",
      "p"."shop",
      "p"."shop__newest"
    FROM "asked_spend_newest" AS "a"
    JOIN "spans_spend_shop" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND DATE_BIN(INTERVAL '8 DAY', "p"."__tile", CAST('1970-01-01' AS TIMESTAMP)) = "a"."__stretch" - INTERVAL '8 DAY'
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '8 DAY'
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
    "n"."__row",
    CAST(COUNT(*) FILTER(WHERE
      "v"."shop__newest_1" > "n"."event_timestamp" - INTERVAL '7 DAY') AS BIGINT) AS "shops_7d",
    COUNT("v"."shop") FILTER(WHERE
      "v"."shop__newest_1" > "n"."event_timestamp" - INTERVAL '7 DAY') > 0 AS "__matched"
  FROM "numbered" AS "n"
  LEFT JOIN "values_spend_newest_shop" AS "v"
    ON "v"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "asked_spend_of_rows" AS NOT MATERIALIZED (
  -- Spine rows with the end of their windows.
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."event_timestamp" AS "__time"
  FROM "numbered" AS "n"
), "inside_spend" AS NOT MATERIALIZED (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "a"."__row",
    CASE WHEN "r"."__event" > "a"."__time" - INTERVAL '1 HOUR' THEN 1 ELSE 2 END AS "__from",
    2 AS "__to",
    "r"."__event",
    "r"."amount",
    "r"."row",
    "r"."shop"
  FROM "asked_spend_of_rows" AS "a"
  JOIN "rows_spend" AS "r"
    ON "a"."user_id" = "r"."user_id"
  WHERE
    "r"."__visible" <= "a"."__time"
), "aggregated_spend" AS (
  -- The rows in each window as one value. A row a spine row with any.
  SELECT
    "__row",
    CASE
      WHEN CEIL(
        CAST(0.5 AS DOUBLE PRECISION) * GREATEST(
          COUNT(CAST("amount" AS DOUBLE PRECISION)) FILTER(WHERE
            "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL) - 1,
          0
        )
      ) < COUNT(CASE WHEN CAST("amount" AS DOUBLE PRECISION) = CAST('-Infinity' AS DOUBLE PRECISION) THEN 1 END) FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL)
      THEN CAST('-Infinity' AS DOUBLE PRECISION)
      WHEN FLOOR(
        CAST(0.5 AS DOUBLE PRECISION) * GREATEST(
          COUNT(CAST("amount" AS DOUBLE PRECISION)) FILTER(WHERE
            "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL) - 1,
          0
        )
      ) >= COUNT(CAST("amount" AS DOUBLE PRECISION)) FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL) - COUNT(CASE WHEN CAST("amount" AS DOUBLE PRECISION) = CAST('NaN' AS DOUBLE PRECISION) THEN 1 END) FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL) - COUNT(CASE WHEN CAST("amount" AS DOUBLE PRECISION) = CAST('Infinity' AS DOUBLE PRECISION) THEN 1 END) FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL)
      AND CEIL(
        CAST(0.5 AS DOUBLE PRECISION) * GREATEST(
          COUNT(CAST("amount" AS DOUBLE PRECISION)) FILTER(WHERE
            "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL) - 1,
          0
        )
      ) < COUNT(CAST("amount" AS DOUBLE PRECISION)) FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL) - COUNT(CASE WHEN CAST("amount" AS DOUBLE PRECISION) = CAST('NaN' AS DOUBLE PRECISION) THEN 1 END) FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL)
      THEN CAST('Infinity' AS DOUBLE PRECISION)
      ELSE PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY
        CAST("amount" AS DOUBLE PRECISION)) FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1 AND "amount" IS NOT NULL)
    END AS "median_1h",
    (
      ARRAY_AGG("shop" ORDER BY "__event" DESC NULLS LAST, "shop" COLLATE "C" DESC NULLS LAST) FILTER(WHERE
        "__from" <= 2 AND "__to" >= 2 AND "shop" IS NOT NULL)
    )[1:3] AS "latest_lifetime"
  FROM "inside_spend"
  GROUP BY
    "__row"
), "windows_spend_of_rows" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "n"."__row",
    CAST("a"."median_1h" AS DOUBLE PRECISION) AS "median_1h",
    CAST("a"."latest_lifetime" AS TEXT[]) AS "latest_lifetime",
    "a"."__row" IS NOT NULL AS "__matched"
  FROM "numbered" AS "n"
  LEFT JOIN "aggregated_spend" AS "a"
    ON "a"."__row" = "n"."__row"
)
SELECT
  "m"."user_id",
  "m"."event_timestamp",
  "w1"."total_1h",
  "w1"."total_7d",
  "w1"."total_lifetime",
  "w1"."big_7d",
  "w2"."shops_7d",
  "w3"."median_1h",
  "w3"."latest_lifetime"
FROM "numbered" AS "m"
LEFT JOIN "windows_spend" AS "w1"
  ON "w1"."__row" = "m"."__row"
LEFT JOIN "windows_spend_newest_shop" AS "w2"
  ON "w2"."__row" = "m"."__row"
LEFT JOIN "windows_spend_of_rows" AS "w3"
  ON "w3"."__row" = "m"."__row"
ORDER BY
  "m"."__row";
