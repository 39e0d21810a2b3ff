-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: duckdb, session time zone UTC.
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
    CAST("amount" AS DOUBLE) AS "amount",
    CASE WHEN "amount" > 100.0 THEN TRUE END AS "row",
    CAST("shop" AS TEXT) AS "shop"
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
    DATE_TRUNC('hour', "__event") AS "__tile",
    DATE_TRUNC('hour', "__visible") AS "__known",
    SUM("amount") AS "amount__sum",
    COUNT("row") AS "row__count",
    LIST(CAST("amount" AS DOUBLE)) FILTER(WHERE
      "amount" IS NOT NULL) AS "amount__values"
  FROM "rows_spend" AS "r"
  SEMI JOIN "hot_spend" AS "h"
    ON "r"."user_id" = "h"."user_id"
  GROUP BY
    "user_id",
    DATE_TRUNC('hour', "__event"),
    DATE_TRUNC('hour', "__visible")
), "spans_spend" AS MATERIALIZED (
  -- The same for 1d, made of the tiles above.
  SELECT
    "user_id",
    DATE_TRUNC('day', "__tile") AS "__tile",
    DATE_TRUNC('day', "__known") AS "__known",
    SUM("amount__sum") AS "amount__sum",
    CAST(SUM("row__count") AS BIGINT) AS "row__count",
    FLATTEN(LIST("amount__values") FILTER(WHERE
      "amount__values" IS NOT NULL)) AS "amount__values"
  FROM "tiles_spend"
  GROUP BY
    "user_id",
    DATE_TRUNC('day', "__tile"),
    DATE_TRUNC('day', "__known")
), "tiles_spend_newest" AS MATERIALIZED (
  -- Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the
  -- rows are visible.
  SELECT
    "user_id",
    DATE_TRUNC('hour', "__event") AS "__tile",
    DATE_TRUNC('hour', "__visible") AS "__known",
    MAX({'event': "__event", 'value': "shop"}, 3) FILTER(WHERE
      "shop" IS NOT NULL) AS "shop__latest3"
  FROM "rows_spend" AS "r"
  SEMI JOIN "hot_spend" AS "h"
    ON "r"."user_id" = "h"."user_id"
  GROUP BY
    "user_id",
    DATE_TRUNC('hour', "__event"),
    DATE_TRUNC('hour', "__visible")
), "spans_spend_newest" AS MATERIALIZED (
  -- The same for 1d, made of the tiles above.
  SELECT
    "user_id",
    "__tile",
    "__known",
    MAX("shop__latest3", 3) FILTER(WHERE
      "shop__latest3" IS NOT NULL) AS "shop__latest3"
  FROM (
    SELECT
      "user_id",
      DATE_TRUNC('day', "__tile") AS "__tile",
      DATE_TRUNC('day', "__known") AS "__known",
      UNNEST(COALESCE("shop__latest3", [NULL])) AS "shop__latest3"
    FROM "tiles_spend_newest"
  ) AS "elements"
  GROUP BY
    "user_id",
    "__tile",
    "__known"
), "cold_spend" AS MATERIALIZED (
  -- Spine rows of the other keys, and their time.
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."event_timestamp" AS "__time"
  FROM "numbered" AS "n"
  ANTI JOIN "hot_spend" AS "h"
    ON "n"."user_id" = "h"."user_id"
), "asked_spend" AS MATERIALIZED (
  -- Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."event_timestamp" AS "__time",
    DATE_TRUNC('hour', "n"."event_timestamp") AS "__now",
    DATE_TRUNC('day', "n"."event_timestamp") AS "__today"
  FROM "numbered" AS "n"
  SEMI JOIN "hot_spend" AS "h"
    ON "n"."user_id" = "h"."user_id"
), "edges_spend" AS NOT MATERIALIZED (
  -- Where each window begins, and the small and large tile that is in.
  SELECT
    "__row",
    "user_id",
    "__now",
    "__today",
    1 AS "__from",
    "__time" - INTERVAL '1' HOUR AS "__low",
    DATE_TRUNC('hour', "__time" - INTERVAL '1' HOUR) AS "__edge",
    DATE_TRUNC('day', "__time" - INTERVAL '1' HOUR) AS "__edge_span"
  FROM "asked_spend"
  UNION ALL
  SELECT
    "__row",
    "user_id",
    "__now",
    "__today",
    2 AS "__from",
    "__time" - INTERVAL '7' DAY AS "__low",
    DATE_TRUNC('hour', "__time" - INTERVAL '7' DAY) AS "__edge",
    DATE_TRUNC('day', "__time" - INTERVAL '7' DAY) AS "__edge_span"
  FROM "asked_spend"
), "pieces_spend" AS NOT MATERIALIZED (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row",
    CASE
      WHEN "r"."__event" > "n"."__time" - INTERVAL '1' HOUR
      THEN 1
      WHEN "r"."__event" > "n"."__time" - INTERVAL '7' DAY
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
      WHEN "r"."__event" > "a"."__time" - INTERVAL '1' HOUR
      THEN 1
      WHEN "r"."__event" > "a"."__time" - INTERVAL '7' DAY
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
    AND DATE_TRUNC('hour', "r"."__visible") = "a"."__now"
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
    AND DATE_TRUNC('hour', "r"."__event") = "a"."__edge"
    AND "r"."__event" > "a"."__low"
    AND DATE_TRUNC('hour', "r"."__visible") < "a"."__now"
), "parts_spend" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    SUM("amount") AS "amount__sum",
    COUNT("row") AS "row__count",
    LIST(CAST("amount" AS DOUBLE)) FILTER(WHERE
      "amount" IS NOT NULL) AS "amount__values"
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
    CAST(SUM("row__count") AS BIGINT) AS "row__count",
    FLATTEN(LIST("amount__values") FILTER(WHERE
      "amount__values" IS NOT NULL)) AS "amount__values"
  FROM (
    SELECT
      "a"."__row",
      CASE
        WHEN "p"."__tile" > "a"."__time" - INTERVAL '1' HOUR
        THEN 1
        WHEN "p"."__tile" > "a"."__time" - INTERVAL '7' DAY
        THEN 2
        ELSE 3
      END AS "__from",
      3 AS "__to",
      "p"."amount__sum",
      "p"."row__count",
      "p"."amount__values"
    FROM "asked_spend" AS "a"
    JOIN "tiles_spend" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND DATE_TRUNC('day', "p"."__known") = "a"."__today"
      AND "p"."__known" < "a"."__now"
    UNION ALL
    SELECT
      "a"."__row",
      "a"."__from",
      "a"."__from" AS "__to",
      "p"."amount__sum",
      "p"."row__count",
      "p"."amount__values"
    FROM "edges_spend" AS "a"
    JOIN "tiles_spend" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND DATE_TRUNC('day', "p"."__tile") = "a"."__edge_span"
      AND "p"."__tile" > "a"."__low"
      AND DATE_TRUNC('day', "p"."__known") < "a"."__today"
    UNION ALL
    SELECT
      "a"."__row",
      CASE
        WHEN "p"."__tile" > "a"."__time" - INTERVAL '1' HOUR
        THEN 1
        WHEN "p"."__tile" > "a"."__time" - INTERVAL '7' DAY
        THEN 2
        ELSE 3
      END AS "__from",
      3 AS "__to",
      "p"."amount__sum",
      "p"."row__count",
      "p"."amount__values"
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
    FLATTEN(
      LIST("amount__values") FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1 AND "amount__values" IS NOT NULL)
    ) AS "amount__values_1",
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
    COALESCE(CAST("amount__sum_1" AS DOUBLE), CAST(0.0 AS DOUBLE)) AS "total_1h",
    COALESCE(CAST("amount__sum_2" AS DOUBLE), CAST(0.0 AS DOUBLE)) AS "total_7d",
    COALESCE(CAST("amount__sum_3" AS DOUBLE), CAST(0.0 AS DOUBLE)) AS "total_lifetime",
    CAST(COALESCE("row__count_2", 0) AS BIGINT) AS "big_7d",
    CAST(LIST_AGGREGATE("amount__values_1", 'quantile_cont', 0.5) AS DOUBLE) AS "median_1h",
    "__matched"
  FROM "states_spend"
), "cold_spend_newest" AS MATERIALIZED (
  -- Spine rows of the other keys, and their time.
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."event_timestamp" AS "__time"
  FROM "numbered" AS "n"
  ANTI JOIN "hot_spend" AS "h"
    ON "n"."user_id" = "h"."user_id"
), "asked_spend_newest" AS MATERIALIZED (
  -- Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."event_timestamp" AS "__time",
    DATE_TRUNC('hour', "n"."event_timestamp") AS "__now",
    DATE_TRUNC('day', "n"."event_timestamp") AS "__today"
  FROM "numbered" AS "n"
  SEMI JOIN "hot_spend" AS "h"
    ON "n"."user_id" = "h"."user_id"
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
    ON "n"."user_id" = "r"."user_id" AND "r"."__visible" <= "n"."__time"
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
    AND DATE_TRUNC('hour', "r"."__visible") = "a"."__now"
    AND "r"."__visible" <= "a"."__time"
), "parts_spend_newest" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    MAX({'event': "__event", 'value': "shop"}, 3) FILTER(WHERE
      "shop" IS NOT NULL) AS "shop__latest3"
  FROM "pieces_spend_newest"
  GROUP BY
    "__row",
    "__from",
    "__to"
  UNION ALL
  SELECT
    "__row",
    "__from",
    "__to",
    MAX("shop__latest3", 3) FILTER(WHERE
      "shop__latest3" IS NOT NULL) AS "shop__latest3"
  FROM (
    SELECT
      "__row",
      "__from",
      "__to",
      UNNEST(COALESCE("shop__latest3", [NULL])) AS "shop__latest3"
    FROM (
      SELECT
        "a"."__row",
        1 AS "__from",
        1 AS "__to",
        "p"."shop__latest3"
      FROM "asked_spend_newest" AS "a"
      JOIN "tiles_spend_newest" AS "p"
        ON "a"."user_id" = "p"."user_id"
        AND DATE_TRUNC('day', "p"."__known") = "a"."__today"
        AND "p"."__known" < "a"."__now"
      UNION ALL
      SELECT
        "a"."__row",
        1 AS "__from",
        1 AS "__to",
        "p"."shop__latest3"
      FROM "asked_spend_newest" AS "a"
      JOIN "spans_spend_newest" AS "p"
        ON "a"."user_id" = "p"."user_id" AND "p"."__known" < "a"."__today"
    ) AS "tiles"
  ) AS "elements"
  GROUP BY
    "__row",
    "__from",
    "__to"
), "states_spend_newest" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "n"."__row",
    "n"."event_timestamp" AS "__time",
    LIST_SLICE(
      LIST_REVERSE_SORT(
        FLATTEN(
          LIST("shop__latest3") FILTER(WHERE
            "__from" <= 1 AND "__to" >= 1 AND "shop__latest3" IS NOT NULL)
        )
      ),
      1,
      3
    ) AS "shop__latest3_1"
  FROM "numbered" AS "n"
  LEFT JOIN "parts_spend_newest" AS "p"
    ON "p"."__row" = "n"."__row"
  GROUP BY
    "n"."__row",
    "n"."event_timestamp"
), "windows_spend_newest" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "__row",
    CAST(LIST_TRANSFORM("shop__latest3_1", LAMBDA x : STRUCT_EXTRACT(x, 'value')) AS TEXT[]) AS "latest_lifetime",
    "shop__latest3_1" IS NOT NULL AS "__matched"
  FROM "states_spend_newest"
), "cold_spend_newest_2" AS MATERIALIZED (
  -- Spine rows of the other keys, and their time.
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."event_timestamp" AS "__time"
  FROM "numbered" AS "n"
  ANTI JOIN "hot_spend" AS "h"
    ON "n"."user_id" = "h"."user_id"
), "pieces_spend_newest_2" AS NOT MATERIALIZED (
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
  FROM "cold_spend_newest_2" AS "n"
  JOIN "rows_spend" AS "r"
    ON "n"."user_id" = "r"."user_id" AND "r"."__visible" <= "n"."__time"
), "parts_spend_newest_shop" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows and value of shop.
  SELECT
    "__row",
    "__from",
    "__to",
    "shop",
    MAX("__event") AS "shop__newest"
  FROM "pieces_spend_newest_2"
  WHERE
    "shop" IS NOT NULL
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
      "v"."shop__newest_1" > "n"."event_timestamp" - INTERVAL '7' DAY) AS BIGINT) AS "shops_7d",
    COUNT("v"."shop") > 0 AS "__matched"
  FROM "numbered" AS "n"
  LEFT JOIN "values_spend_newest_shop" AS "v"
    ON "v"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "occurring_spend_shop" AS MATERIALIZED (
  -- Rows of hot keys, and of the same key and shop: the latest event among those visible before it
  -- and with it, and when the next one becomes visible.
  SELECT
    "r"."user_id",
    "r"."__event",
    "r"."__visible",
    MAX("r"."__event") OVER (
      PARTITION BY "r"."user_id", "r"."shop"
      ORDER BY "r"."__visible", "r"."__event"
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS "__before",
    MAX("r"."__event") OVER (
      PARTITION BY "r"."user_id", "r"."shop"
      ORDER BY "r"."__visible", "r"."__event"
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS "__newest",
    LEAD("r"."__visible") OVER (PARTITION BY "r"."user_id", "r"."shop" ORDER BY "r"."__visible", "r"."__event") AS "__next"
  FROM "rows_spend" AS "r"
  SEMI JOIN "hot_spend" AS "h"
    ON "r"."user_id" = "h"."user_id"
  WHERE
    "r"."shop" IS NOT NULL
), "changes_spend_shop" AS NOT MATERIALIZED (
  -- When a value of shop comes into each window, and when it goes out of it.
  SELECT
    "user_id",
    "__visible" AS "__at",
    CASE
      WHEN (
        "__before" IS NULL OR "__visible" >= "__before" + INTERVAL '7' DAY
      )
      AND "__visible" < "__event" + INTERVAL '7' DAY
      THEN 1
      ELSE 0
    END AS "change_1"
  FROM "occurring_spend_shop"
  UNION ALL
  SELECT
    "user_id",
    "__newest" + INTERVAL '7' DAY AS "__at",
    -1 AS "change_1"
  FROM "occurring_spend_shop"
  WHERE
    (
      "__next" IS NULL OR "__next" >= "__newest" + INTERVAL '7' DAY
    )
    AND "__visible" < "__newest" + INTERVAL '7' DAY
), "totals_spend_shop" AS (
  -- How many distinct values each window holds at the end of a tile of 1h.
  SELECT
    "user_id",
    DATE_TRUNC('hour', "__at") AS "__tile",
    SUM(SUM("change_1")) OVER (
      PARTITION BY "user_id"
      ORDER BY DATE_TRUNC('hour', "__at")
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS "change_1"
  FROM "changes_spend_shop"
  GROUP BY
    "user_id",
    DATE_TRUNC('hour', "__at")
), "asked_spend_shop" AS MATERIALIZED (
  -- Spine rows of hot keys, their time, and the tile it is in.
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."event_timestamp" AS "__time",
    DATE_TRUNC('hour', "n"."event_timestamp") AS "__now"
  FROM "numbered" AS "n"
  SEMI JOIN "hot_spend" AS "h"
    ON "n"."user_id" = "h"."user_id"
), "since_spend_shop" AS (
  -- What changed between the beginning of the tile of a spine row's time and that time.
  SELECT
    "a"."__row",
    SUM("c"."change_1") AS "change_1"
  FROM "asked_spend_shop" AS "a"
  JOIN "changes_spend_shop" AS "c"
    ON "a"."user_id" = "c"."user_id"
    AND DATE_TRUNC('hour', "c"."__at") = "a"."__now"
    AND "c"."__at" <= "a"."__time"
  GROUP BY
    "a"."__row"
), "distinct_spend_shop" AS (
  -- The counts at the time of each spine row of a hot key.
  SELECT
    "a"."__row",
    CAST(COALESCE("t"."change_1", 0) + COALESCE("s"."change_1", 0) AS BIGINT) AS "shops_7d"
  FROM "asked_spend_shop" AS "a"
  ASOF LEFT JOIN "totals_spend_shop" AS "t"
    ON "a"."user_id" = "t"."user_id" AND "a"."__now" > "t"."__tile"
  LEFT JOIN "since_spend_shop" AS "s"
    ON "s"."__row" = "a"."__row"
), "windows_spend_newest_shop_2" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "c"."__row",
    "c"."shops_7d" + COALESCE("h"."shops_7d", 0) AS "shops_7d",
    "c"."__matched" OR COALESCE("h"."shops_7d", 0) > 0 AS "__matched"
  FROM "windows_spend_newest_shop" AS "c"
  LEFT JOIN "distinct_spend_shop" AS "h"
    ON "h"."__row" = "c"."__row"
)
SELECT
  "m"."user_id",
  "m"."event_timestamp",
  "w1"."total_1h",
  "w1"."total_7d",
  "w1"."total_lifetime",
  "w1"."big_7d",
  "w3"."shops_7d",
  "w1"."median_1h",
  "w2"."latest_lifetime"
FROM "numbered" AS "m"
LEFT JOIN "windows_spend" AS "w1"
  ON "w1"."__row" = "m"."__row"
LEFT JOIN "windows_spend_newest" AS "w2"
  ON "w2"."__row" = "m"."__row"
LEFT JOIN "windows_spend_newest_shop_2" AS "w3"
  ON "w3"."__row" = "m"."__row"
ORDER BY
  "m"."__row";
