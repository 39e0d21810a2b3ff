-- Materialization of feature view large: the windows of each entity as of $as_of, in one transaction.
-- Definition: feature.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: $as_of, $previous (what the table's values are as of; NULL = unknown), $sequence (the number of the load).
CREATE SCHEMA IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."golden__large" (
  "user_id" BIGINT,
  "large_7d" BIGINT,
  "__event" TIMESTAMP,
  "__created" TIMESTAMP,
  "__sequence" BIGINT
);
-- Rows for the windows of large: what is aggregated; NULL where a row does not count.
CREATE OR REPLACE TEMPORARY VIEW "__rows_large" AS
WITH "source_purchases" AS MATERIALIZED (
  -- Source purchases: a row an event at bought_at, known as it happens.
  SELECT
    "purchase_id",
    "amount",
    "user_id",
    CAST("bought_at" AS TIMESTAMP) AS "__event"
  FROM READ_CSV(
    'data/purchases.csv',
    header = TRUE,
    quote = '"',
    escape = '"',
    comment = '',
    delim = ',',
    skip = 0,
    sample_size = -1,
    types = {'bought_at': 'TIMESTAMPTZ', 'purchase_id': 'BIGINT', 'user_id': 'BIGINT'}
  )
  WHERE
    "bought_at" IS NOT NULL
), "view_purchase" AS NOT MATERIALIZED (
  -- Rows of feature view purchase: its values at the time of each row of its source, by
  -- purchase_id.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "amount" > 100.0 AS "is_large",
    "__event"
  FROM "source_purchases"
  WHERE
    (
      "amount" > 0.0
    ) AND "purchase_id" IS NOT NULL
)
SELECT
  CAST("user_id" AS BIGINT) AS "user_id",
  "__event",
  TRUE AS "row"
FROM "view_purchase"
WHERE
  (
    "is_large"
  ) AND "user_id" IS NOT NULL;
-- Tiles: the partial aggregates of a key's rows within 1d.
CREATE TABLE IF NOT EXISTS "features"."__tiles__golden__large" AS
SELECT
  "user_id",
  DATE_TRUNC('day', "__event") AS "__tile",
  MAX("__event") AS "__last",
  COUNT("row") AS "row__count"
FROM "__rows_large"
WHERE
  FALSE
GROUP BY
  "user_id",
  DATE_TRUNC('day', "__event");
-- Digests: what the last run saw of each tile's rows, of all keys.
CREATE TABLE IF NOT EXISTS "features"."__digests__golden__large" AS
SELECT
  CAST(CAST("__event" AS DATE) AS TIMESTAMP) AS "__tile",
  COUNT(*) AS "__rows",
  SUM(HASH("user_id", "__event", "row") >> 8) AS "__digest",
  1 AS "__format"
FROM "__rows_large"
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
    SUM(HASH("user_id", "__event", "row") >> 8) AS "__digest",
    1 AS "__format"
  FROM "__rows_large"
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
FULL JOIN "features"."__digests__golden__large" AS "d"
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
FROM "features"."__tiles__golden__large" AS "t"
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
FROM "__rows_large" AS "r"
WHERE
  (
    (
      "r"."__event" > CAST($previous AS TIMESTAMP) - INTERVAL '7' DAY
      AND "r"."__event" <= CAST($as_of AS TIMESTAMP) - INTERVAL '7' DAY
    )
  )
  AND "r"."__event" <= CAST($as_of AS TIMESTAMP);
-- What is kept of the changed tiles goes.
DELETE FROM "features"."__tiles__golden__large" AS "t"
WHERE
  "t"."__tile" IN (
    SELECT
      "__tile"
    FROM "__changed"
  );
-- Tiles of 1d: partial aggregates of the rows known as of $as_of.
INSERT INTO "features"."__tiles__golden__large"
SELECT
  "user_id",
  DATE_TRUNC('day', "__event") AS "__tile",
  MAX("__event") AS "__last",
  COUNT("row") AS "row__count"
FROM "__rows_large"
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
DELETE FROM "features"."__digests__golden__large" AS "t"
WHERE
  "t"."__tile" IN (
    SELECT
      "__tile"
    FROM "__changed"
  );
-- The digests by which the next run tells which tiles change.
INSERT INTO "features"."__digests__golden__large"
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
FROM "features"."__tiles__golden__large" AS "t"
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
), "edges_large" AS NOT MATERIALIZED (
  -- Rows between the beginning of a window and that of its first whole tile.
  SELECT
    "n"."__row",
    1 AS "__from",
    1 AS "__to",
    "r"."__event",
    "r"."row"
  FROM "due" AS "n"
  JOIN "__rows_large" AS "r"
    ON "n"."user_id" = "r"."user_id"
    AND (
      (
        "r"."__event" > CAST($as_of AS TIMESTAMP) - INTERVAL '7' DAY
        AND "r"."__event" < DATE_TRUNC('day', CAST($as_of AS TIMESTAMP) - INTERVAL '7' DAY) + INTERVAL '1' DAY
      )
    )
    AND "r"."__event" <= CAST($as_of AS TIMESTAMP)
), "parts_large" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    COUNT("row") AS "row__count"
  FROM "edges_large"
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
    JOIN "features"."__tiles__golden__large" AS "p"
      ON "n"."user_id" = "p"."user_id" AND "p"."__tile" > CAST($as_of AS TIMESTAMP) - INTERVAL '7' DAY
  ) AS "tiles"
  GROUP BY
    "__row",
    "__from",
    "__to"
), "states_large" AS (
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
    FROM "parts_large"
    GROUP BY
      "__row"
  ) AS "p"
    ON "p"."__row" = "n"."__row"
), "windows_large" AS (
  -- large: one value a spine row and window (t - w, t].
  SELECT
    "__row",
    CAST(COALESCE("row__count_1", 0) AS BIGINT) AS "large_7d",
    "__matched"
  FROM "states_large"
), "latest_event" AS (
  -- The latest event time in the changed tiles. A row an entity.
  SELECT
    "user_id",
    MAX("__last") AS "__event"
  FROM "features"."__tiles__golden__large" AS "t"
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
  "w1"."large_7d",
  GREATEST("t"."__event", "l"."__event") AS "__event",
  CAST(NULL AS TIMESTAMP) AS "__created",
  CAST($sequence AS BIGINT) AS "__sequence"
FROM "due" AS "n"
LEFT JOIN "windows_large" AS "w1"
  ON "w1"."__row" = "n"."__row"
LEFT JOIN "latest_event" AS "l"
  ON "l"."user_id" = "n"."user_id"
LEFT JOIN "features"."golden__large" AS "t"
  ON "t"."user_id" = "n"."user_id"
WHERE
  NOT (
    ROW("w1"."large_7d", GREATEST("t"."__event", "l"."__event")) IS NOT DISTINCT FROM ROW("t"."large_7d", "t"."__event")
    AND "t"."__sequence" IS NOT NULL
  );
-- They replace the table's rows.
DELETE FROM "features"."golden__large" AS "t"
WHERE
  EXISTS(
    SELECT
      1
    FROM "__fresh" AS "f"
    WHERE
      "f"."user_id" = "t"."user_id"
  );
INSERT INTO "features"."golden__large"
SELECT
  "user_id",
  "large_7d",
  "__event",
  "__created",
  "__sequence"
FROM "__fresh";
DROP TABLE IF EXISTS "__changed";
DROP TABLE IF EXISTS "__due";
DROP TABLE IF EXISTS "__fresh";
DROP VIEW IF EXISTS "__rows_large";
