-- Materialization of feature view origin_recent_due: the windows of each entity as of $as_of, in one transaction.
-- Definition: featuredefs/views.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: $as_of, $previous (what the table's values are as of; NULL = unknown), $sequence (the number of the load).
CREATE SCHEMA IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."flights__origin_recent_due" (
  "origin" TEXT,
  "mean_delay_due_1h" DOUBLE,
  "mean_delay_due_24h" DOUBLE,
  "__event" TIMESTAMP,
  "__created" TIMESTAMP,
  "__sequence" BIGINT
);
-- Rows for the windows of origin_recent_due: what is aggregated; NULL where a row does not count.
CREATE OR REPLACE TEMPORARY VIEW "__rows_origin_recent_due" AS
WITH "source_departures" AS NOT MATERIALIZED (
  -- Source departures: a row an event at scheduled_at, known at departed_at.
  SELECT
    "origin",
    "dep_delay",
    CAST("scheduled_at" AS TIMESTAMP) AS "__event",
    GREATEST(CAST("scheduled_at" AS TIMESTAMP), CAST("departed_at" AS TIMESTAMP)) AS "__visible"
  FROM READ_PARQUET('featuredefs/data/departures.parquet')
  WHERE
    "scheduled_at" IS NOT NULL AND "departed_at" IS NOT NULL
)
SELECT
  CAST("origin" AS TEXT) AS "origin",
  "__event",
  "__visible",
  CAST("dep_delay" AS INT) AS "dep_delay"
FROM "source_departures"
WHERE
  "origin" IS NOT NULL;
-- Tiles: the partial aggregates of a key's rows within 1d.
CREATE TABLE IF NOT EXISTS "features"."__tiles__flights__origin_recent_due" AS
SELECT
  "origin",
  DATE_TRUNC('day', "__event") AS "__tile",
  MAX("__event") AS "__last",
  COUNT("dep_delay") AS "dep_delay__count",
  SUM("dep_delay") AS "dep_delay__sum"
FROM "__rows_origin_recent_due"
WHERE
  FALSE
GROUP BY
  "origin",
  DATE_TRUNC('day', "__event");
-- Digests: what the last run saw of each tile's rows, of all keys.
CREATE TABLE IF NOT EXISTS "features"."__digests__flights__origin_recent_due" AS
SELECT
  CAST(CAST("__event" AS DATE) AS TIMESTAMP) AS "__tile",
  COUNT(*) AS "__rows",
  SUM(HASH("origin", "__event", "__visible", "dep_delay") >> 8) AS "__digest",
  1 AS "__format"
FROM "__rows_origin_recent_due"
WHERE
  FALSE
GROUP BY
  CAST("__event" AS DATE);
-- The tiles whose rows are not those that the last run saw.
CREATE OR REPLACE TEMPORARY TABLE "__changed" AS
WITH "now" AS (
  -- The source as it is: a row a tile of 1d, with a digest of its rows.
  SELECT
    CAST(CAST("__event" AS DATE) AS TIMESTAMP) AS "__tile",
    COUNT(*) AS "__rows",
    SUM(HASH("origin", "__event", "__visible", "dep_delay") >> 8) AS "__digest",
    1 AS "__format"
  FROM "__rows_origin_recent_due"
  WHERE
    "__visible" < CAST($as_of AS TIMESTAMP)
  GROUP BY
    CAST("__event" AS DATE)
)
SELECT
  COALESCE("n"."__tile", "d"."__tile") AS "__tile",
  "n"."__rows",
  "n"."__digest"
FROM "now" AS "n"
FULL JOIN "features"."__digests__flights__origin_recent_due" AS "d"
  ON "n"."__tile" = "d"."__tile"
WHERE
  (
    "n"."__rows" IS DISTINCT FROM "d"."__rows"
    OR "n"."__digest" IS DISTINCT FROM "d"."__digest"
    OR "n"."__format" IS DISTINCT FROM "d"."__format"
  );
-- The keys to look at: of the tiles that change, and with a row that left a window since $previous.
CREATE OR REPLACE TEMPORARY TABLE "__due" AS
SELECT DISTINCT
  "t"."origin"
FROM "features"."__tiles__flights__origin_recent_due" AS "t"
WHERE
  (
    CAST($previous AS TIMESTAMP) IS NULL
    OR "t"."__tile" IN (
      SELECT
        "__tile"
      FROM "__changed"
    )
  )
UNION ALL
SELECT DISTINCT
  "r"."origin"
FROM "__rows_origin_recent_due" AS "r"
WHERE
  (
    (
      "r"."__event" >= CAST($previous AS TIMESTAMP) - INTERVAL '1' HOUR
      AND "r"."__event" < CAST($as_of AS TIMESTAMP) - INTERVAL '1' HOUR
    )
    OR (
      "r"."__event" >= CAST($previous AS TIMESTAMP) - INTERVAL '1' DAY
      AND "r"."__event" < CAST($as_of AS TIMESTAMP) - INTERVAL '1' DAY
    )
  )
  AND "r"."__visible" < CAST($as_of AS TIMESTAMP);
-- What is kept of the changed tiles goes.
DELETE FROM "features"."__tiles__flights__origin_recent_due" AS "t"
WHERE
  "t"."__tile" IN (
    SELECT
      "__tile"
    FROM "__changed"
  );
-- Tiles of 1d: partial aggregates of the rows known as of $as_of.
INSERT INTO "features"."__tiles__flights__origin_recent_due"
SELECT
  "origin",
  DATE_TRUNC('day', "__event") AS "__tile",
  MAX("__event") AS "__last",
  COUNT("dep_delay") AS "dep_delay__count",
  SUM("dep_delay") AS "dep_delay__sum"
FROM "__rows_origin_recent_due"
WHERE
  "__visible" < CAST($as_of AS TIMESTAMP)
  AND "__event" >= (
    SELECT
      MIN("__tile")
    FROM "__changed"
  )
  AND DATE_TRUNC('day', "__event") IN (
    SELECT
      "__tile"
    FROM "__changed"
  )
GROUP BY
  "origin",
  DATE_TRUNC('day', "__event")
ORDER BY
  DATE_TRUNC('day', "__event");
-- What is kept of the changed tiles goes.
DELETE FROM "features"."__digests__flights__origin_recent_due" AS "t"
WHERE
  "t"."__tile" IN (
    SELECT
      "__tile"
    FROM "__changed"
  );
-- The digests by which the next run tells which tiles change.
INSERT INTO "features"."__digests__flights__origin_recent_due"
SELECT
  "__tile",
  "__rows",
  "__digest",
  1 AS "__format"
FROM "__changed"
WHERE
  "__rows" IS NOT NULL;
-- The keys of the tiles as they are now.
INSERT INTO "__due"
SELECT DISTINCT
  "t"."origin"
FROM "features"."__tiles__flights__origin_recent_due" AS "t"
WHERE
  (
    CAST($previous AS TIMESTAMP) IS NULL
    OR "t"."__tile" IN (
      SELECT
        "__tile"
      FROM "__changed"
    )
  );
-- The windows of these keys, where they are not what the table has.
CREATE OR REPLACE TEMPORARY TABLE "__fresh" AS
WITH "due" AS MATERIALIZED (
  -- The entities to look at: with changed rows, or rows that left a window.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "d"."origin"
  FROM (
    SELECT DISTINCT
      "d"."origin"
    FROM "__due" AS "d"
  ) AS "d"
), "edges_origin_recent_due" AS NOT MATERIALIZED (
  -- Rows between the beginning of a window and that of its first whole tile.
  SELECT
    "n"."__row",
    CASE WHEN "r"."__event" >= CAST($as_of AS TIMESTAMP) - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
    CASE
      WHEN "r"."__event" < DATE_TRUNC('day', CAST($as_of AS TIMESTAMP) - INTERVAL '1' DAY) + INTERVAL '1' DAY
      THEN 2
      ELSE 1
    END AS "__to",
    "r"."__event",
    "r"."dep_delay"
  FROM "due" AS "n"
  JOIN "__rows_origin_recent_due" AS "r"
    ON "n"."origin" = "r"."origin"
    AND (
      (
        "r"."__event" >= CAST($as_of AS TIMESTAMP) - INTERVAL '1' HOUR
        AND "r"."__event" < DATE_TRUNC('day', CAST($as_of AS TIMESTAMP) - INTERVAL '1' HOUR) + INTERVAL '1' DAY
      )
      OR (
        "r"."__event" >= CAST($as_of AS TIMESTAMP) - INTERVAL '1' DAY
        AND "r"."__event" < DATE_TRUNC('day', CAST($as_of AS TIMESTAMP) - INTERVAL '1' DAY) + INTERVAL '1' DAY
      )
    )
    AND "r"."__visible" < CAST($as_of AS TIMESTAMP)
), "parts_origin_recent_due" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    COUNT("dep_delay") AS "dep_delay__count",
    SUM("dep_delay") AS "dep_delay__sum"
  FROM "edges_origin_recent_due"
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
      "n"."__row",
      CASE WHEN "p"."__tile" > CAST($as_of AS TIMESTAMP) - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."dep_delay__count",
      "p"."dep_delay__sum"
    FROM "due" AS "n"
    JOIN "features"."__tiles__flights__origin_recent_due" AS "p"
      ON "n"."origin" = "p"."origin" AND "p"."__tile" > CAST($as_of AS TIMESTAMP) - INTERVAL '1' DAY
  ) AS "tiles"
  GROUP BY
    "__row",
    "__from",
    "__to"
), "states_origin_recent_due" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "n"."__row",
    "p"."dep_delay__count_1",
    "p"."dep_delay__sum_1",
    "p"."dep_delay__count_2",
    "p"."dep_delay__sum_2",
    "p"."__matched"
  FROM "due" AS "n"
  LEFT JOIN (
    SELECT
      "__row",
      CAST(SUM("dep_delay__count") FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1) AS BIGINT) AS "dep_delay__count_1",
      SUM("dep_delay__sum") FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1) AS "dep_delay__sum_1",
      CAST(SUM("dep_delay__count") FILTER(WHERE
        "__from" <= 2 AND "__to" >= 2) AS BIGINT) AS "dep_delay__count_2",
      SUM("dep_delay__sum") FILTER(WHERE
        "__from" <= 2 AND "__to" >= 2) AS "dep_delay__sum_2",
      COUNT("__from") > 0 AS "__matched"
    FROM "parts_origin_recent_due"
    GROUP BY
      "__row"
  ) AS "p"
    ON "p"."__row" = "n"."__row"
), "windows_origin_recent_due" AS (
  -- origin_recent_due: one value a spine row and window [t - w, t).
  SELECT
    "__row",
    CAST(CAST("dep_delay__sum_1" AS DOUBLE) / NULLIF("dep_delay__count_1", 0) AS DOUBLE) AS "mean_delay_due_1h",
    CAST(CAST("dep_delay__sum_2" AS DOUBLE) / NULLIF("dep_delay__count_2", 0) AS DOUBLE) AS "mean_delay_due_24h",
    "__matched"
  FROM "states_origin_recent_due"
), "latest_event" AS (
  -- The latest event time in the changed tiles. A row an entity.
  SELECT
    "origin",
    MAX("__last") AS "__event"
  FROM "features"."__tiles__flights__origin_recent_due" AS "t"
  WHERE
    "t"."__tile" IN (
      SELECT
        "__tile"
      FROM "__changed"
    )
  GROUP BY
    "origin"
)
SELECT
  "n"."origin",
  "w1"."mean_delay_due_1h",
  "w1"."mean_delay_due_24h",
  GREATEST("t"."__event", "l"."__event") AS "__event",
  CAST(NULL AS TIMESTAMP) AS "__created",
  CAST($sequence AS BIGINT) AS "__sequence"
FROM "due" AS "n"
LEFT JOIN "windows_origin_recent_due" AS "w1"
  ON "w1"."__row" = "n"."__row"
LEFT JOIN "latest_event" AS "l"
  ON "l"."origin" = "n"."origin"
LEFT JOIN "features"."flights__origin_recent_due" AS "t"
  ON "t"."origin" = "n"."origin"
WHERE
  NOT (
    ROW("w1"."mean_delay_due_1h", "w1"."mean_delay_due_24h", GREATEST("t"."__event", "l"."__event")) IS NOT DISTINCT FROM ROW("t"."mean_delay_due_1h", "t"."mean_delay_due_24h", "t"."__event")
    AND "t"."__sequence" IS NOT NULL
  );
-- They replace the table's rows.
DELETE FROM "features"."flights__origin_recent_due" AS "t"
WHERE
  EXISTS(
    SELECT
      1
    FROM "__fresh" AS "f"
    WHERE
      "f"."origin" = "t"."origin"
  );
INSERT INTO "features"."flights__origin_recent_due"
SELECT
  "origin",
  "mean_delay_due_1h",
  "mean_delay_due_24h",
  "__event",
  "__created",
  "__sequence"
FROM "__fresh";
DROP TABLE IF EXISTS "__changed";
DROP TABLE IF EXISTS "__due";
DROP TABLE IF EXISTS "__fresh";
DROP VIEW IF EXISTS "__rows_origin_recent_due";
