-- Training set of feature view origin_recent: one row out for each row of the spine, in its order.
-- Definition: featuredefs/views.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
WITH "numbered" AS MATERIALIZED (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."origin",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_flights_left" AS NOT MATERIALIZED (
  -- Source flights_left: a row an event at left_at, known as it happens.
  SELECT
    "origin",
    "dep_delay",
    "carrier",
    CAST("left_at" AS TIMESTAMP) AS "__event"
  FROM READ_PARQUET('featuredefs/data/departures.parquet')
  WHERE
    "left_at" IS NOT NULL
), "rows_origin_recent" AS NOT MATERIALIZED (
  -- Rows for the windows of origin_recent: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("origin" AS TEXT) AS "origin",
    "__event",
    CAST("dep_delay" AS INT) AS "dep_delay",
    TRUE AS "row",
    CASE WHEN "dep_delay" > 15 THEN TRUE END AS "row_2",
    CAST("carrier" AS TEXT) AS "carrier"
  FROM "source_flights_left"
  WHERE
    "origin" IS NOT NULL
), "hot_origin_recent" AS MATERIALIZED (
  -- Hot keys: more than 500 rows. Their windows are made of tiles, those of other keys of rows.
  SELECT
    "origin"
  FROM "rows_origin_recent"
  GROUP BY
    "origin"
  HAVING
    COUNT(*) > 500
), "tiles_origin_recent" AS MATERIALIZED (
  -- Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the
  -- rows are visible.
  SELECT
    "origin",
    DATE_TRUNC('hour', "__event") AS "__tile",
    DATE_TRUNC('hour', "__event") AS "__known",
    COUNT("dep_delay") AS "dep_delay__count",
    SUM("dep_delay") AS "dep_delay__sum",
    COUNT("row") AS "row__count",
    COUNT("row_2") AS "row_2__count"
  FROM "rows_origin_recent" AS "r"
  SEMI JOIN "hot_origin_recent" AS "h"
    ON "r"."origin" = "h"."origin"
  GROUP BY
    "origin",
    DATE_TRUNC('hour', "__event"),
    DATE_TRUNC('hour', "__event")
), "spans_origin_recent" AS MATERIALIZED (
  -- The same for 1d, made of the tiles above.
  SELECT
    "origin",
    DATE_TRUNC('day', "__tile") AS "__tile",
    DATE_TRUNC('day', "__known") AS "__known",
    CAST(SUM("dep_delay__count") AS BIGINT) AS "dep_delay__count",
    SUM("dep_delay__sum") AS "dep_delay__sum",
    CAST(SUM("row__count") AS BIGINT) AS "row__count",
    CAST(SUM("row_2__count") AS BIGINT) AS "row_2__count"
  FROM "tiles_origin_recent"
  GROUP BY
    "origin",
    DATE_TRUNC('day', "__tile"),
    DATE_TRUNC('day', "__known")
), "cold_origin_recent" AS MATERIALIZED (
  -- Spine rows of the other keys, and their time.
  SELECT
    "n"."__row",
    "n"."origin",
    "n"."event_timestamp" AS "__time"
  FROM "numbered" AS "n"
  ANTI JOIN "hot_origin_recent" AS "h"
    ON "n"."origin" = "h"."origin"
), "asked_origin_recent" AS MATERIALIZED (
  -- Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
  SELECT
    "n"."__row",
    "n"."origin",
    "n"."event_timestamp" AS "__time",
    DATE_TRUNC('hour', "n"."event_timestamp") AS "__now",
    DATE_TRUNC('day', "n"."event_timestamp") AS "__today",
    DATE_TRUNC('day', "n"."event_timestamp") AS "__stretch"
  FROM "numbered" AS "n"
  SEMI JOIN "hot_origin_recent" AS "h"
    ON "n"."origin" = "h"."origin"
), "edges_origin_recent" AS NOT MATERIALIZED (
  -- Where each window begins, and the small and large tile that is in.
  SELECT
    "__row",
    "origin",
    "__time",
    "__now",
    "__today",
    1 AS "__from",
    "__time" - INTERVAL '1' HOUR AS "__low",
    DATE_TRUNC('hour', "__time" - INTERVAL '1' HOUR) AS "__edge",
    DATE_TRUNC('day', "__time" - INTERVAL '1' HOUR) AS "__edge_span"
  FROM "asked_origin_recent"
  UNION ALL
  SELECT
    "__row",
    "origin",
    "__time",
    "__now",
    "__today",
    2 AS "__from",
    "__time" - INTERVAL '1' DAY AS "__low",
    DATE_TRUNC('hour', "__time" - INTERVAL '1' DAY) AS "__edge",
    DATE_TRUNC('day', "__time" - INTERVAL '1' DAY) AS "__edge_span"
  FROM "asked_origin_recent"
), "pieces_origin_recent" AS NOT MATERIALIZED (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row",
    CASE WHEN "r"."__event" >= "n"."__time" - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
    2 AS "__to",
    "r"."__event",
    "r"."dep_delay",
    "r"."row",
    "r"."row_2",
    "r"."carrier"
  FROM "cold_origin_recent" AS "n"
  JOIN "rows_origin_recent" AS "r"
    ON "n"."origin" = "r"."origin"
    AND "r"."__event" < "n"."__time"
    AND "r"."__event" >= "n"."__time" - INTERVAL '1' DAY
  UNION ALL
  SELECT
    "a"."__row",
    "a"."__from",
    "a"."__to",
    "r"."__event",
    "r"."dep_delay",
    "r"."row",
    "r"."row_2",
    "r"."carrier"
  FROM (
    SELECT
      "__row",
      "origin",
      "__time",
      "__from",
      "__from" AS "__to",
      "__edge",
      "__low"
    FROM "edges_origin_recent"
    WHERE
      "__edge" < "__now"
    UNION ALL
    SELECT
      "__row",
      "origin",
      "__time",
      1 AS "__from",
      2 AS "__to",
      "__now" AS "__edge",
      "__time" - INTERVAL '1' HOUR AS "__low"
    FROM "asked_origin_recent"
  ) AS "a"
  JOIN "rows_origin_recent" AS "r"
    ON "a"."origin" = "r"."origin"
    AND DATE_TRUNC('hour', "r"."__event") = "a"."__edge"
    AND "r"."__event" >= "a"."__low"
    AND "r"."__event" < "a"."__time"
), "parts_origin_recent" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    COUNT("dep_delay") AS "dep_delay__count",
    SUM("dep_delay") AS "dep_delay__sum",
    COUNT("row") AS "row__count",
    COUNT("row_2") AS "row_2__count"
  FROM "pieces_origin_recent"
  GROUP BY
    "__row",
    "__from",
    "__to"
  UNION ALL
  SELECT
    "__row",
    "__from",
    "__to",
    CAST(SUM("dep_delay__count") AS BIGINT) AS "dep_delay__count",
    SUM("dep_delay__sum") AS "dep_delay__sum",
    CAST(SUM("row__count") AS BIGINT) AS "row__count",
    CAST(SUM("row_2__count") AS BIGINT) AS "row_2__count"
  FROM (
    SELECT
      "a"."__row",
      CASE WHEN "p"."__tile" > "a"."__time" - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."dep_delay__count",
      "p"."dep_delay__sum",
      "p"."row__count",
      "p"."row_2__count"
    FROM "asked_origin_recent" AS "a"
    JOIN "tiles_origin_recent" AS "p"
      ON "a"."origin" = "p"."origin"
      AND DATE_TRUNC('day', "p"."__known") = "a"."__today"
      AND "p"."__known" < "a"."__now"
      AND "p"."__tile" > "a"."__time" - INTERVAL '1' DAY
    UNION ALL
    SELECT
      "a"."__row",
      "a"."__from",
      "a"."__from" AS "__to",
      "p"."dep_delay__count",
      "p"."dep_delay__sum",
      "p"."row__count",
      "p"."row_2__count"
    FROM "edges_origin_recent" AS "a"
    JOIN "tiles_origin_recent" AS "p"
      ON "a"."origin" = "p"."origin"
      AND DATE_TRUNC('day', "p"."__tile") = "a"."__edge_span"
      AND "p"."__tile" > "a"."__low"
      AND "a"."__edge_span" < "a"."__today"
    UNION ALL
    SELECT
      "a"."__row",
      CASE WHEN "p"."__tile" > "a"."__time" - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."dep_delay__count",
      "p"."dep_delay__sum",
      "p"."row__count",
      "p"."row_2__count"
    FROM "asked_origin_recent" AS "a"
    JOIN "spans_origin_recent" AS "p"
      ON "a"."origin" = "p"."origin"
      AND DATE_TRUNC('day', "p"."__tile") = "a"."__stretch"
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '1' DAY
    UNION ALL
    SELECT
      "a"."__row",
      CASE WHEN "p"."__tile" > "a"."__time" - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."dep_delay__count",
      "p"."dep_delay__sum",
      "p"."row__count",
      "p"."row_2__count"
    FROM "asked_origin_recent" AS "a"
    JOIN "spans_origin_recent" AS "p"
      ON "a"."origin" = "p"."origin"
      AND DATE_TRUNC('day', "p"."__tile") = "a"."__stretch" - INTERVAL '1' DAY
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '1' DAY
  ) AS "tiles"
  GROUP BY
    "__row",
    "__from",
    "__to"
), "states_origin_recent" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "n"."__row",
    CAST(SUM("dep_delay__count") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS BIGINT) AS "dep_delay__count_1",
    SUM("dep_delay__sum") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS "dep_delay__sum_1",
    CAST(SUM("dep_delay__count") FILTER(WHERE
      "__from" <= 2 AND "__to" >= 2) AS BIGINT) AS "dep_delay__count_2",
    SUM("dep_delay__sum") FILTER(WHERE
      "__from" <= 2 AND "__to" >= 2) AS "dep_delay__sum_2",
    CAST(SUM("row__count") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS BIGINT) AS "row__count_1",
    CAST(SUM("row__count") FILTER(WHERE
      "__from" <= 2 AND "__to" >= 2) AS BIGINT) AS "row__count_2",
    CAST(SUM("row_2__count") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS BIGINT) AS "row_2__count_1",
    COUNT("__from") > 0 AS "__matched"
  FROM "numbered" AS "n"
  LEFT JOIN "parts_origin_recent" AS "p"
    ON "p"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "windows_origin_recent" AS (
  -- origin_recent: one value a spine row and window [t - w, t).
  SELECT
    "__row",
    CAST(CAST("dep_delay__sum_1" AS DOUBLE) / NULLIF("dep_delay__count_1", 0) AS DOUBLE) AS "mean_delay_1h",
    CAST(CAST("dep_delay__sum_2" AS DOUBLE) / NULLIF("dep_delay__count_2", 0) AS DOUBLE) AS "mean_delay_24h",
    CAST(COALESCE("row__count_1", 0) AS BIGINT) AS "flights_1h",
    CAST(COALESCE("row__count_2", 0) AS BIGINT) AS "flights_24h",
    CAST(COALESCE("row_2__count_1", 0) AS BIGINT) AS "late_flights_1h",
    "__matched"
  FROM "states_origin_recent"
), "cold_origin_recent_newest" AS MATERIALIZED (
  -- Spine rows of the other keys, and their time.
  SELECT
    "n"."__row",
    "n"."origin",
    "n"."event_timestamp" AS "__time"
  FROM "numbered" AS "n"
  ANTI JOIN "hot_origin_recent" AS "h"
    ON "n"."origin" = "h"."origin"
), "pieces_origin_recent_newest" AS NOT MATERIALIZED (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row",
    1 AS "__from",
    1 AS "__to",
    "r"."__event",
    "r"."dep_delay",
    "r"."row",
    "r"."row_2",
    "r"."carrier"
  FROM "cold_origin_recent_newest" AS "n"
  JOIN "rows_origin_recent" AS "r"
    ON "n"."origin" = "r"."origin"
    AND "r"."__event" < "n"."__time"
    AND "r"."__event" >= "n"."__time" - INTERVAL '1' DAY
), "parts_origin_recent_newest_carrier" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows and value of carrier.
  SELECT
    "__row",
    "__from",
    "__to",
    "carrier",
    MAX("__event") AS "carrier__newest"
  FROM "pieces_origin_recent_newest"
  WHERE
    "carrier" IS NOT NULL
  GROUP BY
    "__row",
    "__from",
    "__to",
    "carrier"
), "values_origin_recent_newest_carrier" AS (
  -- How often each value of carrier occurs in each window. A row a spine row and value.
  SELECT
    "__row",
    "carrier",
    MAX("carrier__newest") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS "carrier__newest_1"
  FROM "parts_origin_recent_newest_carrier"
  GROUP BY
    "__row",
    "carrier"
), "windows_origin_recent_newest_carrier" AS (
  -- origin_recent: one value a spine row and window [t - w, t).
  SELECT
    "n"."__row",
    CAST(COUNT(*) FILTER(WHERE
      "v"."carrier__newest_1" >= "n"."event_timestamp" - INTERVAL '1' HOUR) AS BIGINT) AS "carriers_1h",
    CAST(COUNT(*) FILTER(WHERE
      "v"."carrier__newest_1" >= "n"."event_timestamp" - INTERVAL '1' DAY) AS BIGINT) AS "carriers_24h",
    COUNT("v"."carrier") FILTER(WHERE
      "v"."carrier__newest_1" >= "n"."event_timestamp" - INTERVAL '1' DAY) > 0 AS "__matched"
  FROM "numbered" AS "n"
  LEFT JOIN "values_origin_recent_newest_carrier" AS "v"
    ON "v"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "occurring_origin_recent_carrier" AS MATERIALIZED (
  -- Rows of hot keys, and of the same key and carrier: the latest event among those visible before
  -- it and with it, and when the next one becomes visible.
  SELECT
    "r"."origin",
    "r"."__event",
    LAG("r"."__event") OVER (PARTITION BY "r"."origin", "r"."carrier" ORDER BY "r"."__event", "r"."__event") AS "__before",
    "r"."__event" AS "__newest",
    LEAD("r"."__event") OVER (PARTITION BY "r"."origin", "r"."carrier" ORDER BY "r"."__event", "r"."__event") AS "__next"
  FROM "rows_origin_recent" AS "r"
  SEMI JOIN "hot_origin_recent" AS "h"
    ON "r"."origin" = "h"."origin"
  WHERE
    "r"."carrier" IS NOT NULL
), "changes_origin_recent_carrier" AS NOT MATERIALIZED (
  -- When a value of carrier comes into each window, and when it goes out of it.
  SELECT
    "origin",
    "__event" AS "__at",
    CASE
      WHEN (
        "__before" IS NULL OR "__event" >= "__before" + INTERVAL '1' HOUR
      )
      AND "__event" < "__event" + INTERVAL '1' HOUR
      THEN 1
      ELSE 0
    END AS "change_1",
    CASE
      WHEN (
        "__before" IS NULL OR "__event" >= "__before" + INTERVAL '1' DAY
      )
      AND "__event" < "__event" + INTERVAL '1' DAY
      THEN 1
      ELSE 0
    END AS "change_2"
  FROM "occurring_origin_recent_carrier"
  UNION ALL
  SELECT
    "origin",
    "__newest" + INTERVAL '1' HOUR AS "__at",
    -1 AS "change_1",
    0 AS "change_2"
  FROM "occurring_origin_recent_carrier"
  WHERE
    (
      "__next" IS NULL OR "__next" >= "__newest" + INTERVAL '1' HOUR
    )
    AND "__event" < "__newest" + INTERVAL '1' HOUR
  UNION ALL
  SELECT
    "origin",
    "__newest" + INTERVAL '1' DAY AS "__at",
    0 AS "change_1",
    -1 AS "change_2"
  FROM "occurring_origin_recent_carrier"
  WHERE
    (
      "__next" IS NULL OR "__next" >= "__newest" + INTERVAL '1' DAY
    )
    AND "__event" < "__newest" + INTERVAL '1' DAY
), "totals_origin_recent_carrier" AS (
  -- How many distinct values each window holds at the end of a tile of 1h.
  SELECT
    "origin",
    DATE_TRUNC('hour', "__at") AS "__tile",
    SUM(SUM("change_1")) OVER (
      PARTITION BY "origin"
      ORDER BY DATE_TRUNC('hour', "__at")
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS "change_1",
    SUM(SUM("change_2")) OVER (
      PARTITION BY "origin"
      ORDER BY DATE_TRUNC('hour', "__at")
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS "change_2"
  FROM "changes_origin_recent_carrier"
  GROUP BY
    "origin",
    DATE_TRUNC('hour', "__at")
), "asked_origin_recent_carrier" AS MATERIALIZED (
  -- Spine rows of hot keys, their time, and the tile it is in.
  SELECT
    "n"."__row",
    "n"."origin",
    "n"."event_timestamp" AS "__time",
    DATE_TRUNC('hour', "n"."event_timestamp") AS "__now"
  FROM "numbered" AS "n"
  SEMI JOIN "hot_origin_recent" AS "h"
    ON "n"."origin" = "h"."origin"
), "since_origin_recent_carrier" AS (
  -- What changed between the beginning of the tile of a spine row's time and that time.
  SELECT
    "a"."__row",
    SUM("c"."change_1") AS "change_1",
    SUM("c"."change_2") AS "change_2"
  FROM "asked_origin_recent_carrier" AS "a"
  JOIN "changes_origin_recent_carrier" AS "c"
    ON "a"."origin" = "c"."origin"
    AND DATE_TRUNC('hour', "c"."__at") = "a"."__now"
    AND "c"."__at" < "a"."__time"
  GROUP BY
    "a"."__row"
), "distinct_origin_recent_carrier" AS (
  -- The counts at the time of each spine row of a hot key.
  SELECT
    "a"."__row",
    CAST(COALESCE("t"."change_1", 0) + COALESCE("s"."change_1", 0) AS BIGINT) AS "carriers_1h",
    CAST(COALESCE("t"."change_2", 0) + COALESCE("s"."change_2", 0) AS BIGINT) AS "carriers_24h"
  FROM "asked_origin_recent_carrier" AS "a"
  ASOF LEFT JOIN "totals_origin_recent_carrier" AS "t"
    ON "a"."origin" = "t"."origin" AND "a"."__now" > "t"."__tile"
  LEFT JOIN "since_origin_recent_carrier" AS "s"
    ON "s"."__row" = "a"."__row"
), "windows_origin_recent_newest_carrier_2" AS (
  -- origin_recent: one value a spine row and window [t - w, t).
  SELECT
    "c"."__row",
    "c"."carriers_1h" + COALESCE("h"."carriers_1h", 0) AS "carriers_1h",
    "c"."carriers_24h" + COALESCE("h"."carriers_24h", 0) AS "carriers_24h",
    "c"."__matched" OR COALESCE("h"."carriers_24h", 0) > 0 AS "__matched"
  FROM "windows_origin_recent_newest_carrier" AS "c"
  LEFT JOIN "distinct_origin_recent_carrier" AS "h"
    ON "h"."__row" = "c"."__row"
)
SELECT
  "m"."origin",
  "m"."event_timestamp",
  "w1"."mean_delay_1h",
  "w1"."mean_delay_24h",
  "w1"."flights_1h",
  "w1"."flights_24h",
  "w1"."late_flights_1h",
  "w2"."carriers_1h",
  "w2"."carriers_24h"
FROM "numbered" AS "m"
LEFT JOIN "windows_origin_recent" AS "w1"
  ON "w1"."__row" = "m"."__row"
LEFT JOIN "windows_origin_recent_newest_carrier_2" AS "w2"
  ON "w2"."__row" = "m"."__row"
ORDER BY
  "m"."__row";
