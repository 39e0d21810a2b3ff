-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: clickhouse, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- The spine has the request data too: paid (decimal(9,2)), event_timestamp (timestamp).
-- matched: Each spine row with the latest event visible at its time, for each join; spend: at or before the row's time; home__here: at or before the row's time; home__weather: at or before the row's time.
CREATE TEMPORARY TABLE "__fcompile_stage_001" ENGINE = Memory AS
WITH "numbered" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."user_id",
    "s"."from_id",
    "s"."home_id",
    "s"."paid",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_purchases" AS (
  -- Source purchases: a row an event at at, known as it happens.
  SELECT
    "user_id",
    "amount",
    "country",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event"
  FROM "raw"."purchases"
  WHERE
    "at" IS NOT NULL
), "source_weather" AS (
  -- Source weather: a row an event at at, known as it happens.
  SELECT
    "place_id",
    "temp",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event"
  FROM "raw"."weather"
  WHERE
    "at" IS NOT NULL
), "events_spend" AS (
  -- Feature view spend: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    CAST("amount" AS Nullable(Float64)) AS "amount",
    CAST("country" <> 'FR' AS Nullable(Bool)) AS "abroad",
    CAST(NOT (
      "country" <> 'FR'
    ) AND (
      "amount" > 100.0 OR "amount" <> "amount"
    ) AS Nullable(Bool)) AS "large"
  FROM "source_purchases"
  WHERE
    "user_id" IS NOT NULL
), "events_weather" AS (
  -- Feature view weather: the values each event carries, by place_id.
  SELECT
    CAST("place_id" AS Nullable(String)) AS "place_id",
    "__event",
    CAST("temp" AS Nullable(Float64)) AS "temp"
  FROM "source_weather"
  WHERE
    "place_id" IS NOT NULL
)
SELECT
  "s"."__row" AS "__row",
  "s"."user_id" AS "user_id",
  "s"."from_id" AS "from_id",
  "s"."home_id" AS "home_id",
  "s"."paid" AS "paid",
  "s"."event_timestamp" AS "event_timestamp",
  "e1"."__event" AS "spend__event",
  "e1"."amount" AS "spend__amount",
  "e1"."large" AS "spend__large",
  "e2"."__event" AS "home__here__event",
  "e2"."temp" AS "home__here__temp",
  "e3"."__event" AS "home__weather__event",
  "e3"."temp" AS "home__weather__temp"
FROM "numbered" AS "s"
ASOF LEFT JOIN "events_spend" AS "e1"
  ON "s"."user_id" = "e1"."user_id" AND "s"."event_timestamp" >= "e1"."__event"
ASOF LEFT JOIN "events_weather" AS "e2"
  ON "s"."from_id" = "e2"."place_id" AND "s"."event_timestamp" >= "e2"."__event"
ASOF LEFT JOIN "events_weather" AS "e3"
  ON "s"."home_id" = "e3"."place_id" AND "s"."event_timestamp" >= "e3"."__event"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
WITH "source_purchases" AS (
  -- Source purchases: a row an event at at, known as it happens.
  SELECT
    "user_id",
    "amount",
    "country",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event"
  FROM "raw"."purchases"
  WHERE
    "at" IS NOT NULL
), "source_weather" AS (
  -- Source weather: a row an event at at, known as it happens.
  SELECT
    "place_id",
    "temp",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event"
  FROM "raw"."weather"
  WHERE
    "at" IS NOT NULL
), "events_spend" AS (
  -- Feature view spend: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    CAST("amount" AS Nullable(Float64)) AS "amount",
    CAST("country" <> 'FR' AS Nullable(Bool)) AS "abroad",
    CAST(NOT (
      "country" <> 'FR'
    ) AND (
      "amount" > 100.0 OR "amount" <> "amount"
    ) AS Nullable(Bool)) AS "large"
  FROM "source_purchases"
  WHERE
    "user_id" IS NOT NULL
), "events_weather" AS (
  -- Feature view weather: the values each event carries, by place_id.
  SELECT
    CAST("place_id" AS Nullable(String)) AS "place_id",
    "__event",
    CAST("temp" AS Nullable(Float64)) AS "temp"
  FROM "source_weather"
  WHERE
    "place_id" IS NOT NULL
), "matched" AS (
  SELECT * FROM "__fcompile_stage_001"
), "tied_spend" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."user_id" AS "user_id",
    "e"."__event" AS "__event"
  FROM "events_spend" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."user_id" = "m"."user_id" AND "e"."__event" = "m"."spend__event"
  GROUP BY
    "e"."user_id",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_spend" AS (
  -- Ties of spend, settled: the greatest by (amount, abroad, large), NULLs first. A row a tied
  -- instant.
  SELECT
    "e"."user_id" AS "user_id",
    "e"."__event" AS "__event",
    "e"."amount" AS "amount",
    "e"."large" AS "large"
  FROM "events_spend" AS "e"
  SEMI JOIN "tied_spend" AS "d"
    ON "e"."user_id" = "d"."user_id" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "e"."user_id", "e"."__event"
      ORDER BY "e"."amount" <> "e"."amount" DESC, "e"."amount" DESC, "e"."abroad" DESC, "e"."large" DESC
    ) = 1
), "tied_home__here" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."place_id" AS "place_id",
    "e"."__event" AS "__event"
  FROM "events_weather" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."place_id" = "m"."from_id" AND "e"."__event" = "m"."home__here__event"
  GROUP BY
    "e"."place_id",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_weather" AS (
  -- Ties of weather, settled: the greatest by (temp), NULLs first. A row a tied instant.
  SELECT
    "e"."place_id" AS "place_id",
    "e"."__event" AS "__event",
    "e"."temp" AS "temp"
  FROM "events_weather" AS "e"
  SEMI JOIN "tied_home__here" AS "d"
    ON "e"."place_id" = "d"."place_id" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "e"."place_id", "e"."__event"
      ORDER BY "e"."temp" <> "e"."temp" DESC, "e"."temp" DESC
    ) = 1
), "tied_home__weather" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."place_id" AS "place_id",
    "e"."__event" AS "__event"
  FROM "events_weather" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."place_id" = "m"."home_id" AND "e"."__event" = "m"."home__weather__event"
  GROUP BY
    "e"."place_id",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_weather_2" AS (
  -- Ties of weather, settled: the greatest by (temp), NULLs first. A row a tied instant.
  SELECT
    "e"."place_id" AS "place_id",
    "e"."__event" AS "__event",
    "e"."temp" AS "temp"
  FROM "events_weather" AS "e"
  SEMI JOIN "tied_home__weather" AS "d"
    ON "e"."place_id" = "d"."place_id" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "e"."place_id", "e"."__event"
      ORDER BY "e"."temp" <> "e"."temp" DESC, "e"."temp" DESC
    ) = 1
), "joined" AS (
  -- Each spine row with the values that are shown or read below, and the request data as they are
  -- read.
  SELECT
    "m"."__row" AS "__row",
    "m"."user_id" AS "user_id",
    "m"."from_id" AS "from_id",
    "m"."home_id" AS "home_id",
    "m"."paid" AS "paid",
    "m"."event_timestamp" AS "event_timestamp",
    CASE
      WHEN "m"."spend__event" >= "m"."event_timestamp" - INTERVAL '604800' SECOND
      THEN CASE WHEN "w1"."__event" IS NULL THEN "m"."spend__amount" ELSE "w1"."amount" END
      ELSE CAST(0.0 AS Nullable(Float64))
    END AS "amount",
    CASE
      WHEN "m"."spend__event" >= "m"."event_timestamp" - INTERVAL '604800' SECOND
      THEN CASE WHEN "w1"."__event" IS NULL THEN "m"."spend__large" ELSE "w1"."large" END
    END AS "__spend__large",
    CASE WHEN "w2"."__event" IS NULL THEN "m"."home__here__temp" ELSE "w2"."temp" END AS "__home__here__temp",
    CASE WHEN "w3"."__event" IS NULL THEN "m"."home__weather__temp" ELSE "w3"."temp" END AS "__home__weather__temp",
    CAST("m"."paid" AS Nullable(Decimal(9, 2))) AS "__request__paid"
  FROM "matched" AS "m"
  LEFT JOIN "settled_spend" AS "w1"
    ON "w1"."user_id" = "m"."user_id" AND "w1"."__event" = "m"."spend__event"
  LEFT JOIN "settled_weather" AS "w2"
    ON "w2"."place_id" = "m"."from_id" AND "w2"."__event" = "m"."home__here__event"
  LEFT JOIN "settled_weather_2" AS "w3"
    ON "w3"."place_id" = "m"."home_id" AND "w3"."__event" = "m"."home__weather__event"
)
SELECT
  "j"."user_id",
  "j"."from_id",
  "j"."home_id",
  "j"."paid",
  "j"."event_timestamp",
  "j"."amount",
  CAST(toFloat64OrNull(toString("j"."__request__paid")) / nullIf("j"."amount", 0) AS Nullable(Float64)) AS "of_last",
  CAST("j"."__spend__large"
  AND arrayElement(
    arrayMap(
      (v1, v2) -> v1 > v2 OR (
        v1 <> v1 AND v2 = v2
      ),
      [toFloat64OrNull(toString("j"."__request__paid")) / nullIf("j"."amount", 0)],
      [10.0]
    ),
    1
  ) AS Nullable(Bool)) AS "odd",
  CAST("j"."event_timestamp" < CAST('2026-01-01 00:00:00' AS Nullable(DateTime64(6, 'UTC'))) AS Nullable(Bool)) AS "early",
  CAST("j"."__home__weather__temp" - "j"."__home__here__temp" AS Nullable(Float64)) AS "by"
FROM "joined" AS "j"
ORDER BY
  "j"."__row"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
DROP TABLE IF EXISTS "__fcompile_stage_001";
