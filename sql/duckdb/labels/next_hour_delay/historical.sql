-- Label next_hour_delay: one row out for each row of the spine, in its order.
-- Definition: featuredefs/labels.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- Bound too: $as_of, the instant as of which the label is known: NULL where it is not mature by then.
WITH "numbered" AS MATERIALIZED (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."origin",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_departures" AS NOT MATERIALIZED (
  -- Source departures: a row an event at scheduled_at, known at departed_at.
  SELECT
    "origin",
    "dep_delay",
    CAST("scheduled_at" AS TIMESTAMP) AS "__event",
    GREATEST(CAST("scheduled_at" AS TIMESTAMP), CAST("departed_at" AS TIMESTAMP)) AS "__visible"
  FROM READ_PARQUET('featuredefs/data/departures.parquet')
  WHERE
    "scheduled_at" IS NOT NULL AND "departed_at" IS NOT NULL
), "rows_next_hour_delay" AS NOT MATERIALIZED (
  -- Rows for next_hour_delay, known as of $as_of: what is aggregated of each.
  SELECT
    CAST("origin" AS TEXT) AS "origin",
    "__event",
    CAST("dep_delay" AS INT) AS "dep_delay"
  FROM "source_departures"
  WHERE
    "origin" IS NOT NULL AND "__visible" <= CAST($as_of AS TIMESTAMP)
), "hot_next_hour_delay" AS MATERIALIZED (
  -- Hot keys: more than 500 rows. Their windows are made of tiles, those of other keys of rows.
  SELECT
    "origin"
  FROM "rows_next_hour_delay"
  GROUP BY
    "origin"
  HAVING
    COUNT(*) > 500
), "tiles_next_hour_delay" AS MATERIALIZED (
  -- Tiles: partial aggregates. A row a key, 1m of event times and 1m of the instants from which the
  -- rows are visible.
  SELECT
    "origin",
    DATE_TRUNC('minute', "__event") AS "__tile",
    DATE_TRUNC('minute', "__event") AS "__known",
    COUNT("dep_delay") AS "dep_delay__count",
    SUM("dep_delay") AS "dep_delay__sum"
  FROM "rows_next_hour_delay" AS "r"
  SEMI JOIN "hot_next_hour_delay" AS "h"
    ON "r"."origin" = "h"."origin"
  GROUP BY
    "origin",
    DATE_TRUNC('minute', "__event"),
    DATE_TRUNC('minute', "__event")
), "spans_next_hour_delay" AS MATERIALIZED (
  -- The same for 1h, made of the tiles above.
  SELECT
    "origin",
    DATE_TRUNC('hour', "__tile") AS "__tile",
    DATE_TRUNC('hour', "__known") AS "__known",
    CAST(SUM("dep_delay__count") AS BIGINT) AS "dep_delay__count",
    SUM("dep_delay__sum") AS "dep_delay__sum"
  FROM "tiles_next_hour_delay"
  GROUP BY
    "origin",
    DATE_TRUNC('hour', "__tile"),
    DATE_TRUNC('hour', "__known")
), "cold_next_hour_delay" AS MATERIALIZED (
  -- Spine rows of the other keys, and their time.
  SELECT
    "n"."__row",
    "n"."origin",
    "n"."event_timestamp" + INTERVAL '1' HOUR AS "__time"
  FROM "numbered" AS "n"
  ANTI JOIN "hot_next_hour_delay" AS "h"
    ON "n"."origin" = "h"."origin"
), "asked_next_hour_delay" AS MATERIALIZED (
  -- Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
  SELECT
    "n"."__row",
    "n"."origin",
    "n"."event_timestamp" + INTERVAL '1' HOUR AS "__time",
    DATE_TRUNC('minute', "n"."event_timestamp" + INTERVAL '1' HOUR) AS "__now",
    DATE_TRUNC('hour', "n"."event_timestamp" + INTERVAL '1' HOUR) AS "__today",
    DATE_TRUNC('hour', "n"."event_timestamp" + INTERVAL '1' HOUR) AS "__stretch"
  FROM "numbered" AS "n"
  SEMI JOIN "hot_next_hour_delay" AS "h"
    ON "n"."origin" = "h"."origin"
), "edges_next_hour_delay" AS NOT MATERIALIZED (
  -- Where each window begins, and the small and large tile that is in.
  SELECT
    "__row",
    "origin",
    "__time",
    "__now",
    "__today",
    1 AS "__from",
    "__time" - INTERVAL '1' HOUR AS "__low",
    DATE_TRUNC('minute', "__time" - INTERVAL '1' HOUR) AS "__edge",
    DATE_TRUNC('hour', "__time" - INTERVAL '1' HOUR) AS "__edge_span"
  FROM "asked_next_hour_delay"
), "pieces_next_hour_delay" AS NOT MATERIALIZED (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row",
    1 AS "__from",
    1 AS "__to",
    "r"."__event",
    "r"."dep_delay"
  FROM "cold_next_hour_delay" AS "n"
  JOIN "rows_next_hour_delay" AS "r"
    ON "n"."origin" = "r"."origin"
    AND "r"."__event" <= "n"."__time"
    AND "r"."__event" > "n"."__time" - INTERVAL '1' HOUR
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
    FROM "edges_next_hour_delay"
    WHERE
      "__edge" < "__now"
    UNION ALL
    SELECT
      "__row",
      "origin",
      "__time",
      1 AS "__from",
      1 AS "__to",
      "__now" AS "__edge",
      "__time" - INTERVAL '1' MINUTE AS "__low"
    FROM "asked_next_hour_delay"
  ) AS "a"
  JOIN "rows_next_hour_delay" AS "r"
    ON "a"."origin" = "r"."origin"
    AND DATE_TRUNC('minute', "r"."__event") = "a"."__edge"
    AND "r"."__event" > "a"."__low"
    AND "r"."__event" <= "a"."__time"
), "parts_next_hour_delay" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    COUNT("dep_delay") AS "dep_delay__count",
    SUM("dep_delay") AS "dep_delay__sum"
  FROM "pieces_next_hour_delay"
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
      1 AS "__from",
      1 AS "__to",
      "p"."dep_delay__count",
      "p"."dep_delay__sum"
    FROM "asked_next_hour_delay" AS "a"
    JOIN "tiles_next_hour_delay" AS "p"
      ON "a"."origin" = "p"."origin"
      AND DATE_TRUNC('hour', "p"."__known") = "a"."__today"
      AND "p"."__known" < "a"."__now"
      AND "p"."__tile" > "a"."__time" - INTERVAL '1' HOUR
    UNION ALL
    SELECT
      "a"."__row",
      "a"."__from",
      "a"."__from" AS "__to",
      "p"."dep_delay__count",
      "p"."dep_delay__sum"
    FROM "edges_next_hour_delay" AS "a"
    JOIN "tiles_next_hour_delay" AS "p"
      ON "a"."origin" = "p"."origin"
      AND DATE_TRUNC('hour', "p"."__tile") = "a"."__edge_span"
      AND "p"."__tile" > "a"."__low"
      AND "a"."__edge_span" < "a"."__today"
    UNION ALL
    SELECT
      "a"."__row",
      1 AS "__from",
      1 AS "__to",
      "p"."dep_delay__count",
      "p"."dep_delay__sum"
    FROM "asked_next_hour_delay" AS "a"
    JOIN "spans_next_hour_delay" AS "p"
      ON "a"."origin" = "p"."origin"
      AND DATE_TRUNC('hour', "p"."__tile") = "a"."__stretch"
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '1' HOUR
    UNION ALL
    SELECT
      "a"."__row",
      1 AS "__from",
      1 AS "__to",
      "p"."dep_delay__count",
      "p"."dep_delay__sum"
    FROM "asked_next_hour_delay" AS "a"
    JOIN "spans_next_hour_delay" AS "p"
      ON "a"."origin" = "p"."origin"
      AND DATE_TRUNC('hour', "p"."__tile") = "a"."__stretch" - INTERVAL '1' HOUR
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '1' HOUR
  ) AS "tiles"
  GROUP BY
    "__row",
    "__from",
    "__to"
), "states_next_hour_delay" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "n"."__row",
    CAST(SUM("dep_delay__count") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS BIGINT) AS "dep_delay__count_1",
    SUM("dep_delay__sum") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS "dep_delay__sum_1",
    COUNT("__from") > 0 AS "__matched"
  FROM "numbered" AS "n"
  LEFT JOIN "parts_next_hour_delay" AS "p"
    ON "p"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "windows_next_hour_delay" AS (
  -- next_hour_delay: one value a spine row and window (t, t + horizon].
  SELECT
    "__row",
    CAST(CAST("dep_delay__sum_1" AS DOUBLE) / NULLIF("dep_delay__count_1", 0) AS DOUBLE) AS "next_hour_delay",
    "__matched"
  FROM "states_next_hour_delay"
)
SELECT
  "m"."origin",
  "m"."event_timestamp",
  CASE
    WHEN "m"."event_timestamp" + INTERVAL '25' HOUR <= CAST($as_of AS TIMESTAMP)
    THEN "w1"."next_hour_delay"
  END AS "next_hour_delay"
FROM "numbered" AS "m"
LEFT JOIN "windows_next_hour_delay" AS "w1"
  ON "w1"."__row" = "m"."__row"
ORDER BY
  "m"."__row";
