-- Materialization of feature view spend: the windows of each entity as of $as_of, in one transaction.
-- Definition: feature.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: $as_of, $previous (what the table's values are as of; NULL = unknown), $sequence (the number of the load).
CREATE SCHEMA IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."golden__spend" (
  "user_id" BIGINT,
  "total_1h" DOUBLE,
  "total_7d" DOUBLE,
  "total_lifetime" DOUBLE,
  "big_7d" BIGINT,
  "shops_7d" BIGINT,
  "median_1h" DOUBLE,
  "latest_lifetime" TEXT[],
  "__event" TIMESTAMP,
  "__created" TIMESTAMP,
  "__sequence" BIGINT
);
-- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
CREATE OR REPLACE TEMPORARY VIEW "__rows_spend" AS
WITH "source_purchases" AS NOT MATERIALIZED (
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
)
SELECT
  CAST("user_id" AS BIGINT) AS "user_id",
  "__event",
  "__visible",
  CAST("amount" AS DOUBLE) AS "amount",
  CASE WHEN "amount" > 100.0 THEN TRUE END AS "row",
  CAST("shop" AS TEXT) AS "shop"
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
  COUNT("row") AS "row__count",
  MAX({'event': "__event", 'value': "shop"}, 3) FILTER(WHERE
    "shop" IS NOT NULL) AS "shop__latest3"
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
  SUM(HASH("user_id", "__event", "__visible", "amount", "row", "shop") >> 8) AS "__digest",
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
    SUM(HASH("user_id", "__event", "__visible", "amount", "row", "shop") >> 8) AS "__digest",
    1 AS "__format"
  FROM "__rows_spend"
  WHERE
    "__visible" <= CAST($as_of AS TIMESTAMP)
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
  AND "r"."__visible" <= CAST($as_of AS TIMESTAMP);
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
  COUNT("row") AS "row__count",
  MAX({'event': "__event", 'value': "shop"}, 3) FILTER(WHERE
    "shop" IS NOT NULL) AS "shop__latest3"
FROM "__rows_spend"
WHERE
  "__visible" <= CAST($as_of AS TIMESTAMP)
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
    CASE
      WHEN "r"."__event" > CAST($as_of AS TIMESTAMP) - INTERVAL '1' HOUR
      THEN 1
      WHEN "r"."__event" > CAST($as_of AS TIMESTAMP) - INTERVAL '7' DAY
      THEN 2
      ELSE 3
    END AS "__from",
    CASE
      WHEN "r"."__event" < DATE_TRUNC('day', CAST($as_of AS TIMESTAMP) - INTERVAL '7' DAY) + INTERVAL '1' DAY
      THEN 2
      ELSE 1
    END AS "__to",
    "r"."__event",
    "r"."amount",
    "r"."row",
    "r"."shop"
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
    AND "r"."__visible" <= CAST($as_of AS TIMESTAMP)
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
      CASE
        WHEN "p"."__tile" > CAST($as_of AS TIMESTAMP) - INTERVAL '1' HOUR
        THEN 1
        WHEN "p"."__tile" > CAST($as_of AS TIMESTAMP) - INTERVAL '7' DAY
        THEN 2
        ELSE 3
      END AS "__from",
      3 AS "__to",
      "p"."amount__sum",
      "p"."row__count"
    FROM "due" AS "n"
    JOIN "features"."__tiles__golden__spend" AS "p"
      ON "n"."user_id" = "p"."user_id"
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
    "p"."amount__sum_3",
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
      SUM("amount__sum") FILTER(WHERE
        "__from" <= 3 AND "__to" >= 3) AS "amount__sum_3",
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
    COALESCE(CAST("amount__sum_1" AS DOUBLE), CAST(0.0 AS DOUBLE)) AS "total_1h",
    COALESCE(CAST("amount__sum_2" AS DOUBLE), CAST(0.0 AS DOUBLE)) AS "total_7d",
    COALESCE(CAST("amount__sum_3" AS DOUBLE), CAST(0.0 AS DOUBLE)) AS "total_lifetime",
    CAST(COALESCE("row__count_2", 0) AS BIGINT) AS "big_7d",
    "__matched"
  FROM "states_spend"
), "edges_spend_2" AS NOT MATERIALIZED (
  -- Rows between the beginning of a window and that of its first whole tile.
  SELECT
    "n"."__row",
    1 AS "__from",
    1 AS "__to",
    "r"."__event",
    "r"."amount",
    "r"."row",
    "r"."shop"
  FROM "due" AS "n"
  JOIN "__rows_spend" AS "r"
    ON "n"."user_id" = "r"."user_id" AND FALSE
), "parts_spend_newest" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    MAX({'event': "__event", 'value': "shop"}, 3) FILTER(WHERE
      "shop" IS NOT NULL) AS "shop__latest3"
  FROM "edges_spend_2"
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
        "n"."__row",
        1 AS "__from",
        1 AS "__to",
        "p"."shop__latest3"
      FROM "due" AS "n"
      JOIN "features"."__tiles__golden__spend" AS "p"
        ON "n"."user_id" = "p"."user_id"
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
    "p"."shop__latest3_1"
  FROM "due" AS "n"
  LEFT JOIN (
    SELECT
      "__row",
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
    FROM "parts_spend_newest"
    GROUP BY
      "__row"
  ) AS "p"
    ON "p"."__row" = "n"."__row"
), "windows_spend_newest" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "__row",
    CAST(LIST_TRANSFORM("shop__latest3_1", LAMBDA x : STRUCT_EXTRACT(x, 'value')) AS TEXT[]) AS "latest_lifetime",
    "shop__latest3_1" IS NOT NULL AS "__matched"
  FROM "states_spend_newest"
), "pieces_spend" AS NOT MATERIALIZED (
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
  FROM "due" AS "n"
  JOIN "__rows_spend" AS "r"
    ON "n"."user_id" = "r"."user_id"
    AND "r"."__visible" <= CAST($as_of AS TIMESTAMP)
    AND "r"."__event" > CAST($as_of AS TIMESTAMP) - INTERVAL '1' HOUR
), "parts_spend_2" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    LIST(CAST("amount" AS DOUBLE)) FILTER(WHERE
      "amount" IS NOT NULL) AS "amount__values"
  FROM "pieces_spend"
  GROUP BY
    "__row",
    "__from",
    "__to"
), "states_spend_2" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "n"."__row",
    "p"."amount__values_1",
    "p"."__matched"
  FROM "due" AS "n"
  LEFT JOIN (
    SELECT
      "__row",
      FLATTEN(
        LIST("amount__values") FILTER(WHERE
          "__from" <= 1 AND "__to" >= 1 AND "amount__values" IS NOT NULL)
      ) AS "amount__values_1",
      COUNT("__from") > 0 AS "__matched"
    FROM "parts_spend_2"
    GROUP BY
      "__row"
  ) AS "p"
    ON "p"."__row" = "n"."__row"
), "windows_spend_2" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "__row",
    CAST(LIST_AGGREGATE("amount__values_1", 'quantile_cont', 0.5) AS DOUBLE) AS "median_1h",
    "__matched"
  FROM "states_spend_2"
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
  FROM "due" AS "n"
  JOIN "__rows_spend" AS "r"
    ON "n"."user_id" = "r"."user_id"
    AND "r"."__visible" <= CAST($as_of AS TIMESTAMP)
    AND "r"."__event" > CAST($as_of AS TIMESTAMP) - INTERVAL '7' DAY
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
      "v"."shop__newest_1" > CAST($as_of AS TIMESTAMP) - INTERVAL '7' DAY) AS BIGINT) AS "shops_7d",
    COUNT("v"."shop") FILTER(WHERE
      "v"."shop__newest_1" > CAST($as_of AS TIMESTAMP) - INTERVAL '7' DAY) > 0 AS "__matched"
  FROM "due" AS "n"
  LEFT JOIN "values_spend_newest_shop" AS "v"
    ON "v"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
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
  "w1"."total_1h",
  "w1"."total_7d",
  "w1"."total_lifetime",
  "w1"."big_7d",
  "w4"."shops_7d",
  "w3"."median_1h",
  "w2"."latest_lifetime",
  GREATEST("t"."__event", "l"."__event") AS "__event",
  CAST(NULL AS TIMESTAMP) AS "__created",
  CAST($sequence AS BIGINT) AS "__sequence"
FROM "due" AS "n"
LEFT JOIN "windows_spend" AS "w1"
  ON "w1"."__row" = "n"."__row"
LEFT JOIN "windows_spend_newest" AS "w2"
  ON "w2"."__row" = "n"."__row"
LEFT JOIN "windows_spend_2" AS "w3"
  ON "w3"."__row" = "n"."__row"
LEFT JOIN "windows_spend_newest_shop" AS "w4"
  ON "w4"."__row" = "n"."__row"
LEFT JOIN "latest_event" AS "l"
  ON "l"."user_id" = "n"."user_id"
LEFT JOIN "features"."golden__spend" AS "t"
  ON "t"."user_id" = "n"."user_id"
WHERE
  NOT (
    ROW(
      "w1"."total_1h",
      "w1"."total_7d",
      "w1"."total_lifetime",
      "w1"."big_7d",
      "w4"."shops_7d",
      "w3"."median_1h",
      "w2"."latest_lifetime",
      GREATEST("t"."__event", "l"."__event")
    ) IS NOT DISTINCT FROM ROW(
      "t"."total_1h",
      "t"."total_7d",
      "t"."total_lifetime",
      "t"."big_7d",
      "t"."shops_7d",
      "t"."median_1h",
      "t"."latest_lifetime",
      "t"."__event"
    )
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
  "total_1h",
  "total_7d",
  "total_lifetime",
  "big_7d",
  "shops_7d",
  "median_1h",
  "latest_lifetime",
  "__event",
  "__created",
  "__sequence"
FROM "__fresh";
DROP TABLE IF EXISTS "__changed";
DROP TABLE IF EXISTS "__due";
DROP TABLE IF EXISTS "__fresh";
DROP VIEW IF EXISTS "__rows_spend";
