-- Materialization of feature view by_the_hour: the windows of each entity as of $as_of, in one transaction.
-- Definition: feature.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: $as_of, $since (look at what became known after it; NULL = at everything), $previous (what the table's values are as of; NULL = unknown), $sequence (the number of the load).
CREATE SCHEMA IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."golden__by_the_hour" (
  "user_id" BIGINT,
  "clicks_1d" BIGINT,
  "__event" TIMESTAMP,
  "__created" TIMESTAMP,
  "__sequence" BIGINT
);
-- Rows for the windows of by_the_hour: what is aggregated; NULL where a row does not count.
CREATE OR REPLACE TEMPORARY VIEW "__rows_by_the_hour" AS
WITH "source_clicks" AS NOT MATERIALIZED (
  -- Source clicks: a row an event at at, known as it happens.
  SELECT
    "user_id",
    CAST("at" AS TIMESTAMP) AS "__event"
  FROM "raw"."clicks"
  WHERE
    "at" IS NOT NULL
)
SELECT
  CAST("user_id" AS BIGINT) AS "user_id",
  "__event",
  TRUE AS "row"
FROM "source_clicks"
WHERE
  "user_id" IS NOT NULL;
-- Tiles: the partial aggregates of a key's rows within 1d.
CREATE TABLE IF NOT EXISTS "features"."__tiles__golden__by_the_hour" AS
SELECT
  "user_id",
  DATE_TRUNC('day', "__event") AS "__tile",
  MAX("__event") AS "__last",
  COUNT("row") AS "row__count"
FROM "__rows_by_the_hour"
WHERE
  FALSE
GROUP BY
  "user_id",
  DATE_TRUNC('day', "__event");
-- The tiles whose rows are not those that the last run saw.
CREATE OR REPLACE TEMPORARY TABLE "__changed" AS
SELECT DISTINCT
  DATE_TRUNC('day', "__event") AS "__tile"
FROM "__rows_by_the_hour"
WHERE
  "__event" < DATE_TRUNC('hour', CAST($as_of AS TIMESTAMP))
  AND "__event" > COALESCE(CAST($since AS TIMESTAMP), CAST('-infinity' AS TIMESTAMP));
-- The keys to look at: of the tiles that change, and with a row that left a window since $previous.
CREATE OR REPLACE TEMPORARY TABLE "__due" AS
SELECT DISTINCT
  "t"."user_id"
FROM "features"."__tiles__golden__by_the_hour" AS "t"
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
  "r"."user_id"
FROM "__rows_by_the_hour" AS "r"
WHERE
  (
    (
      "r"."__event" >= DATE_TRUNC('hour', CAST($previous AS TIMESTAMP)) - INTERVAL '1' DAY
      AND "r"."__event" < DATE_TRUNC('hour', CAST($as_of AS TIMESTAMP)) - INTERVAL '1' DAY
    )
  )
  AND "r"."__event" < DATE_TRUNC('hour', CAST($as_of AS TIMESTAMP));
-- What is kept of the changed tiles goes.
DELETE FROM "features"."__tiles__golden__by_the_hour" AS "t"
WHERE
  "t"."__tile" IN (
    SELECT
      "__tile"
    FROM "__changed"
  );
-- Tiles of 1d: partial aggregates of the rows known as of $as_of.
INSERT INTO "features"."__tiles__golden__by_the_hour"
SELECT
  "user_id",
  DATE_TRUNC('day', "__event") AS "__tile",
  MAX("__event") AS "__last",
  COUNT("row") AS "row__count"
FROM "__rows_by_the_hour"
WHERE
  "__event" < DATE_TRUNC('hour', CAST($as_of AS TIMESTAMP))
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
  "user_id",
  DATE_TRUNC('day', "__event")
ORDER BY
  DATE_TRUNC('day', "__event");
-- The keys of the tiles as they are now.
INSERT INTO "__due"
SELECT DISTINCT
  "t"."user_id"
FROM "features"."__tiles__golden__by_the_hour" AS "t"
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
    "d"."user_id"
  FROM (
    SELECT DISTINCT
      "d"."user_id"
    FROM "__due" AS "d"
  ) AS "d"
), "edges_by_the_hour" AS NOT MATERIALIZED (
  -- Rows between the beginning of a window and that of its first whole tile.
  SELECT
    "n"."__row",
    1 AS "__from",
    1 AS "__to",
    "r"."__event",
    "r"."row"
  FROM "due" AS "n"
  JOIN "__rows_by_the_hour" AS "r"
    ON "n"."user_id" = "r"."user_id"
    AND (
      (
        "r"."__event" >= DATE_TRUNC('hour', CAST($as_of AS TIMESTAMP)) - INTERVAL '1' DAY
        AND "r"."__event" < DATE_TRUNC('day', DATE_TRUNC('hour', CAST($as_of AS TIMESTAMP)) - INTERVAL '1' DAY) + INTERVAL '1' DAY
      )
    )
    AND "r"."__event" < DATE_TRUNC('hour', CAST($as_of AS TIMESTAMP))
), "parts_by_the_hour" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    COUNT("row") AS "row__count"
  FROM "edges_by_the_hour"
  GROUP BY
    "__row",
    "__from",
    "__to"
  UNION ALL
  SELECT
    "__row",
    "__from",
    "__to",
    CAST(SUM("row__count") AS BIGINT) AS "row__count"
  FROM (
    SELECT
      "n"."__row",
      1 AS "__from",
      1 AS "__to",
      "p"."row__count"
    FROM "due" AS "n"
    JOIN "features"."__tiles__golden__by_the_hour" AS "p"
      ON "n"."user_id" = "p"."user_id"
      AND "p"."__tile" > DATE_TRUNC('hour', CAST($as_of AS TIMESTAMP)) - INTERVAL '1' DAY
  ) AS "tiles"
  GROUP BY
    "__row",
    "__from",
    "__to"
), "states_by_the_hour" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "n"."__row",
    "p"."row__count_1",
    "p"."__matched"
  FROM "due" AS "n"
  LEFT JOIN (
    SELECT
      "__row",
      CAST(SUM("row__count") FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1) AS BIGINT) AS "row__count_1",
      COUNT("__from") > 0 AS "__matched"
    FROM "parts_by_the_hour"
    GROUP BY
      "__row"
  ) AS "p"
    ON "p"."__row" = "n"."__row"
), "windows_by_the_hour" AS (
  -- by_the_hour: one value a spine row and window [t - w, t).
  SELECT
    "__row",
    CAST(COALESCE("row__count_1", 0) AS BIGINT) AS "clicks_1d",
    "__matched"
  FROM "states_by_the_hour"
), "latest_event" AS (
  -- The latest event time in the changed tiles. A row an entity.
  SELECT
    "user_id",
    MAX("__last") AS "__event"
  FROM "features"."__tiles__golden__by_the_hour" AS "t"
  WHERE
    "t"."__tile" IN (
      SELECT
        "__tile"
      FROM "__changed"
    )
  GROUP BY
    "user_id"
)
SELECT
  "n"."user_id",
  "w1"."clicks_1d",
  GREATEST("t"."__event", "l"."__event") AS "__event",
  CAST(NULL AS TIMESTAMP) AS "__created",
  CAST($sequence AS BIGINT) AS "__sequence"
FROM "due" AS "n"
LEFT JOIN "windows_by_the_hour" AS "w1"
  ON "w1"."__row" = "n"."__row"
LEFT JOIN "latest_event" AS "l"
  ON "l"."user_id" = "n"."user_id"
LEFT JOIN "features"."golden__by_the_hour" AS "t"
  ON "t"."user_id" = "n"."user_id"
WHERE
  NOT (
    ROW("w1"."clicks_1d", GREATEST("t"."__event", "l"."__event")) IS NOT DISTINCT FROM ROW("t"."clicks_1d", "t"."__event")
    AND "t"."__sequence" IS NOT NULL
  );
-- They replace the table's rows.
DELETE FROM "features"."golden__by_the_hour" AS "t"
WHERE
  EXISTS(
    SELECT
      1
    FROM "__fresh" AS "f"
    WHERE
      "f"."user_id" = "t"."user_id"
  );
INSERT INTO "features"."golden__by_the_hour"
SELECT
  "user_id",
  "clicks_1d",
  "__event",
  "__created",
  "__sequence"
FROM "__fresh";
DROP TABLE IF EXISTS "__changed";
DROP TABLE IF EXISTS "__due";
DROP TABLE IF EXISTS "__fresh";
DROP VIEW IF EXISTS "__rows_by_the_hour";
