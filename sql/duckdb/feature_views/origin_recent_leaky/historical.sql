-- Training set of feature view origin_recent_leaky: one row out for each row of the spine, in its order.
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
), "source_departures_leaky" AS NOT MATERIALIZED (
  -- Source departures_leaky: a row an event at scheduled_at, known as it happens.
  SELECT
    "origin",
    "dep_delay",
    CAST("scheduled_at" AS TIMESTAMP) AS "__event"
  FROM READ_PARQUET('featuredefs/data/departures.parquet')
  WHERE
    "scheduled_at" IS NOT NULL
), "rows_origin_recent_leaky" AS NOT MATERIALIZED (
  -- Rows for the windows of origin_recent_leaky: what is aggregated; NULL where a row does not
  -- count.
  SELECT
    CAST("origin" AS TEXT) AS "origin",
    "__event",
    CAST("dep_delay" AS INT) AS "dep_delay"
  FROM "source_departures_leaky"
  WHERE
    "origin" IS NOT NULL
), "hot_origin_recent_leaky" AS MATERIALIZED (
  -- Hot keys: more than 500 rows. Their windows are made of tiles, those of other keys of rows.
  SELECT
    "origin"
  FROM "rows_origin_recent_leaky"
  GROUP BY
    "origin"
  HAVING
    COUNT(*) > 500
), "tiles_origin_recent_leaky" AS MATERIALIZED (
  -- Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the
  -- rows are visible.
  SELECT
    "origin",
    DATE_TRUNC('hour', "__event") AS "__tile",
    DATE_TRUNC('hour', "__event") AS "__known",
    COUNT("dep_delay") AS "dep_delay__count",
    SUM("dep_delay") AS "dep_delay__sum"
  FROM "rows_origin_recent_leaky" AS "r"
  SEMI JOIN "hot_origin_recent_leaky" AS "h"
    ON "r"."origin" = "h"."origin"
  GROUP BY
    "origin",
    DATE_TRUNC('hour', "__event"),
    DATE_TRUNC('hour', "__event")
), "spans_origin_recent_leaky" AS MATERIALIZED (
  -- The same for 1d, made of the tiles above.
  SELECT
    "origin",
    DATE_TRUNC('day', "__tile") AS "__tile",
    DATE_TRUNC('day', "__known") AS "__known",
    CAST(SUM("dep_delay__count") AS BIGINT) AS "dep_delay__count",
    SUM("dep_delay__sum") AS "dep_delay__sum"
  FROM "tiles_origin_recent_leaky"
  GROUP BY
    "origin",
    DATE_TRUNC('day', "__tile"),
    DATE_TRUNC('day', "__known")
), "cold_origin_recent_leaky" AS MATERIALIZED (
  -- Spine rows of the other keys, and their time.
  SELECT
    "n"."__row",
    "n"."origin",
    "n"."event_timestamp" AS "__time"
  FROM "numbered" AS "n"
  ANTI JOIN "hot_origin_recent_leaky" AS "h"
    ON "n"."origin" = "h"."origin"
), "asked_origin_recent_leaky" AS MATERIALIZED (
  -- Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
  SELECT
    "n"."__row",
    "n"."origin",
    "n"."event_timestamp" AS "__time",
    DATE_TRUNC('hour', "n"."event_timestamp") AS "__now",
    DATE_TRUNC('day', "n"."event_timestamp") AS "__today",
    DATE_TRUNC('day', "n"."event_timestamp") AS "__stretch"
  FROM "numbered" AS "n"
  SEMI JOIN "hot_origin_recent_leaky" AS "h"
    ON "n"."origin" = "h"."origin"
), "edges_origin_recent_leaky" AS NOT MATERIALIZED (
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
  FROM "asked_origin_recent_leaky"
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
  FROM "asked_origin_recent_leaky"
), "pieces_origin_recent_leaky" AS NOT MATERIALIZED (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row",
    CASE WHEN "r"."__event" >= "n"."__time" - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
    2 AS "__to",
    "r"."__event",
    "r"."dep_delay"
  FROM "cold_origin_recent_leaky" AS "n"
  JOIN "rows_origin_recent_leaky" AS "r"
    ON "n"."origin" = "r"."origin"
    AND "r"."__event" < "n"."__time"
    AND "r"."__event" >= "n"."__time" - INTERVAL '1' DAY
  UNION ALL
  SELECT
    "a"."__row",
    "a"."__from",
    "a"."__to",
    "r"."__event",
    "r"."dep_delay"
  FROM (
    SELECT
      "__row",
      "origin",
      "__time",
      "__from",
      "__from" AS "__to",
      "__edge",
      "__low"
    FROM "edges_origin_recent_leaky"
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
    FROM "asked_origin_recent_leaky"
  ) AS "a"
  JOIN "rows_origin_recent_leaky" AS "r"
    ON "a"."origin" = "r"."origin"
    AND DATE_TRUNC('hour', "r"."__event") = "a"."__edge"
    AND "r"."__event" >= "a"."__low"
    AND "r"."__event" < "a"."__time"
), "parts_origin_recent_leaky" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    COUNT("dep_delay") AS "dep_delay__count",
    SUM("dep_delay") AS "dep_delay__sum"
  FROM "pieces_origin_recent_leaky"
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
    SUM("dep_delay__sum") AS "dep_delay__sum"
  FROM (
    SELECT
      "a"."__row",
      CASE WHEN "p"."__tile" > "a"."__time" - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."dep_delay__count",
      "p"."dep_delay__sum"
    FROM "asked_origin_recent_leaky" AS "a"
    JOIN "tiles_origin_recent_leaky" AS "p"
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
      "p"."dep_delay__sum"
    FROM "edges_origin_recent_leaky" AS "a"
    JOIN "tiles_origin_recent_leaky" AS "p"
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
      "p"."dep_delay__sum"
    FROM "asked_origin_recent_leaky" AS "a"
    JOIN "spans_origin_recent_leaky" AS "p"
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
      "p"."dep_delay__sum"
    FROM "asked_origin_recent_leaky" AS "a"
    JOIN "spans_origin_recent_leaky" AS "p"
      ON "a"."origin" = "p"."origin"
      AND DATE_TRUNC('day', "p"."__tile") = "a"."__stretch" - INTERVAL '1' DAY
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '1' DAY
  ) AS "tiles"
  GROUP BY
    "__row",
    "__from",
    "__to"
), "states_origin_recent_leaky" AS (
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
    COUNT("__from") > 0 AS "__matched"
  FROM "numbered" AS "n"
  LEFT JOIN "parts_origin_recent_leaky" AS "p"
    ON "p"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "windows_origin_recent_leaky" AS (
  -- origin_recent_leaky: one value a spine row and window [t - w, t).
  SELECT
    "__row",
    CAST(CAST("dep_delay__sum_1" AS DOUBLE) / NULLIF("dep_delay__count_1", 0) AS DOUBLE) AS "mean_delay_leaky_1h",
    CAST(CAST("dep_delay__sum_2" AS DOUBLE) / NULLIF("dep_delay__count_2", 0) AS DOUBLE) AS "mean_delay_leaky_24h",
    "__matched"
  FROM "states_origin_recent_leaky"
)
SELECT
  "m"."origin",
  "m"."event_timestamp",
  "w1"."mean_delay_leaky_1h",
  "w1"."mean_delay_leaky_24h"
FROM "numbered" AS "m"
LEFT JOIN "windows_origin_recent_leaky" AS "w1"
  ON "w1"."__row" = "m"."__row"
ORDER BY
  "m"."__row";
