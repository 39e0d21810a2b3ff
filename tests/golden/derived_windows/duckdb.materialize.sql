-- Materialization of feature view spend: the windows of each entity as of $as_of, in one transaction.
-- Definition: feature.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: $as_of, $previous (what the table's values are as of; NULL = unknown), $sequence (the number of the load).
CREATE SCHEMA IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."golden__spend" (
  "user_id" BIGINT,
  "spend_1h" DOUBLE,
  "spend_7d" DOUBLE,
  "buys_7d" BIGINT,
  "share" DOUBLE,
  "percent" DOUBLE,
  "__event" TIMESTAMP,
  "__created" TIMESTAMP,
  "__sequence" BIGINT
);
-- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
CREATE OR REPLACE TEMPORARY VIEW "__rows_spend" AS
WITH "source_purchases" AS NOT MATERIALIZED (
  -- Source purchases: a row an event at at, known as it happens.
  SELECT
    "user_id",
    "amount",
    CAST("at" AS TIMESTAMP) AS "__event"
  FROM "raw"."purchases"
  WHERE
    "at" IS NOT NULL
)
SELECT
  CAST("user_id" AS BIGINT) AS "user_id",
  "__event",
  CAST("amount" AS DOUBLE) AS "amount",
  TRUE AS "row"
FROM "source_purchases"
WHERE
  "user_id" IS NOT NULL;
-- Tiles: the partial aggregates of a key's rows within 1d.
CREATE TABLE IF NOT EXISTS "features"."__tiles__golden__spend" AS
SELECT
  "user_id",
  DATE_TRUNC('day', "__event") AS "__tile",
  MAX("__event") AS "__last",
  SUM("amount") AS "amount__sum",
  COUNT("row") AS "row__count"
FROM "__rows_spend"
WHERE
  FALSE
GROUP BY
  "user_id",
  DATE_TRUNC('day', "__event");
-- Digests: what the last run saw of each tile's rows, of all keys.
CREATE TABLE IF NOT EXISTS "features"."__digests__golden__spend" AS
SELECT
  CAST(CAST("__event" AS DATE) AS TIMESTAMP) AS "__tile",
  COUNT(*) AS "__rows",
  SUM(HASH("user_id", "__event", "amount", "row") >> 8) AS "__digest",
  1 AS "__format"
FROM "__rows_spend"
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
    SUM(HASH("user_id", "__event", "amount", "row") >> 8) AS "__digest",
    1 AS "__format"
  FROM "__rows_spend"
  WHERE
    "__event" <= CAST($as_of AS TIMESTAMP)
  GROUP BY
    CAST("__event" AS DATE)
)
SELECT
  COALESCE("n"."__tile", "d"."__tile") AS "__tile",
  "n"."__rows",
  "n"."__digest"
FROM "now" AS "n"
FULL JOIN "features"."__digests__golden__spend" AS "d"
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
  "t"."user_id"
FROM "features"."__tiles__golden__spend" AS "t"
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
FROM "__rows_spend" AS "r"
WHERE
  (
    (
      "r"."__event" > CAST($previous AS TIMESTAMP) - INTERVAL '1' HOUR
      AND "r"."__event" <= CAST($as_of AS TIMESTAMP) - INTERVAL '1' HOUR
    )
    OR (
      "r"."__event" > CAST($previous AS TIMESTAMP) - INTERVAL '7' DAY
      AND "r"."__event" <= CAST($as_of AS TIMESTAMP) - INTERVAL '7' DAY
    )
  )
  AND "r"."__event" <= CAST($as_of AS TIMESTAMP);
-- What is kept of the changed tiles goes.
DELETE FROM "features"."__tiles__golden__spend" AS "t"
WHERE
  "t"."__tile" IN (
    SELECT
      "__tile"
    FROM "__changed"
  );
-- Tiles of 1d: partial aggregates of the rows known as of $as_of.
INSERT INTO "features"."__tiles__golden__spend"
SELECT
  "user_id",
  DATE_TRUNC('day', "__event") AS "__tile",
  MAX("__event") AS "__last",
  SUM("amount") AS "amount__sum",
  COUNT("row") AS "row__count"
FROM "__rows_spend"
WHERE
  "__event" <= CAST($as_of AS TIMESTAMP)
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
-- What is kept of the changed tiles goes.
DELETE FROM "features"."__digests__golden__spend" AS "t"
WHERE
  "t"."__tile" IN (
    SELECT
      "__tile"
    FROM "__changed"
  );
-- The digests by which the next run tells which tiles change.
INSERT INTO "features"."__digests__golden__spend"
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
  "t"."user_id"
FROM "features"."__tiles__golden__spend" AS "t"
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
), "edges_spend" AS NOT MATERIALIZED (
  -- Rows between the beginning of a window and that of its first whole tile.
  SELECT
    "n"."__row",
    CASE WHEN "r"."__event" > CAST($as_of AS TIMESTAMP) - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
    CASE
      WHEN "r"."__event" < DATE_TRUNC('day', CAST($as_of AS TIMESTAMP) - INTERVAL '7' DAY) + INTERVAL '1' DAY
      THEN 2
      ELSE 1
    END AS "__to",
    "r"."__event",
    "r"."amount",
    "r"."row"
  FROM "due" AS "n"
  JOIN "__rows_spend" AS "r"
    ON "n"."user_id" = "r"."user_id"
    AND (
      (
        "r"."__event" > CAST($as_of AS TIMESTAMP) - INTERVAL '1' HOUR
        AND "r"."__event" < DATE_TRUNC('day', CAST($as_of AS TIMESTAMP) - INTERVAL '1' HOUR) + INTERVAL '1' DAY
      )
      OR (
        "r"."__event" > CAST($as_of AS TIMESTAMP) - INTERVAL '7' DAY
        AND "r"."__event" < DATE_TRUNC('day', CAST($as_of AS TIMESTAMP) - INTERVAL '7' DAY) + INTERVAL '1' DAY
      )
    )
    AND "r"."__event" <= CAST($as_of AS TIMESTAMP)
), "parts_spend" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    SUM("amount") AS "amount__sum",
    COUNT("row") AS "row__count"
  FROM "edges_spend"
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
      "n"."__row",
      CASE WHEN "p"."__tile" > CAST($as_of AS TIMESTAMP) - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."amount__sum",
      "p"."row__count"
    FROM "due" AS "n"
    JOIN "features"."__tiles__golden__spend" AS "p"
      ON "n"."user_id" = "p"."user_id" AND "p"."__tile" > CAST($as_of AS TIMESTAMP) - INTERVAL '7' DAY
  ) AS "tiles"
  GROUP BY
    "__row",
    "__from",
    "__to"
), "states_spend" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "n"."__row",
    "p"."amount__sum_1",
    "p"."amount__sum_2",
    "p"."row__count_2",
    "p"."__matched"
  FROM "due" AS "n"
  LEFT JOIN (
    SELECT
      "__row",
      SUM("amount__sum") FILTER(WHERE
        "__from" <= 1 AND "__to" >= 1) AS "amount__sum_1",
      SUM("amount__sum") FILTER(WHERE
        "__from" <= 2 AND "__to" >= 2) AS "amount__sum_2",
      CAST(SUM("row__count") FILTER(WHERE
        "__from" <= 2 AND "__to" >= 2) AS BIGINT) AS "row__count_2",
      COUNT("__from") > 0 AS "__matched"
    FROM "parts_spend"
    GROUP BY
      "__row"
  ) AS "p"
    ON "p"."__row" = "n"."__row"
), "windows_spend" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "__row",
    CAST("amount__sum_1" AS DOUBLE) AS "spend_1h",
    CAST("amount__sum_2" AS DOUBLE) AS "spend_7d",
    CAST(COALESCE("row__count_2", 0) AS BIGINT) AS "buys_7d",
    "__matched"
  FROM "states_spend"
), "latest_event" AS (
  -- The latest event time in the changed tiles. A row an entity.
  SELECT
    "user_id",
    MAX("__last") AS "__event"
  FROM "features"."__tiles__golden__spend" AS "t"
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
  "w1"."spend_1h",
  "w1"."spend_7d",
  "w1"."buys_7d",
  CAST("w1"."spend_1h" / NULLIF("w1"."spend_7d", 0.0) AS DOUBLE) AS "share",
  CAST((
    "w1"."spend_1h" / NULLIF("w1"."spend_7d", 0.0)
  ) * 100.0 AS DOUBLE) AS "percent",
  GREATEST("t"."__event", "l"."__event") AS "__event",
  CAST(NULL AS TIMESTAMP) AS "__created",
  CAST($sequence AS BIGINT) AS "__sequence"
FROM "due" AS "n"
LEFT JOIN "windows_spend" AS "w1"
  ON "w1"."__row" = "n"."__row"
LEFT JOIN "latest_event" AS "l"
  ON "l"."user_id" = "n"."user_id"
LEFT JOIN "features"."golden__spend" AS "t"
  ON "t"."user_id" = "n"."user_id"
WHERE
  NOT (
    ROW("w1"."spend_1h", "w1"."spend_7d", "w1"."buys_7d", GREATEST("t"."__event", "l"."__event")) IS NOT DISTINCT FROM ROW("t"."spend_1h", "t"."spend_7d", "t"."buys_7d", "t"."__event")
    AND "t"."__sequence" IS NOT NULL
  );
-- They replace the table's rows.
DELETE FROM "features"."golden__spend" AS "t"
WHERE
  EXISTS(
    SELECT
      1
    FROM "__fresh" AS "f"
    WHERE
      "f"."user_id" = "t"."user_id"
  );
INSERT INTO "features"."golden__spend"
SELECT
  "user_id",
  "spend_1h",
  "spend_7d",
  "buys_7d",
  "share",
  "percent",
  "__event",
  "__created",
  "__sequence"
FROM "__fresh";
DROP TABLE IF EXISTS "__changed";
DROP TABLE IF EXISTS "__due";
DROP TABLE IF EXISTS "__fresh";
DROP VIEW IF EXISTS "__rows_spend";
