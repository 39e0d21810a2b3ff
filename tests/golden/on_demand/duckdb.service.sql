-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- The spine has the request data too: paid (decimal(9,2)), event_timestamp (timestamp).
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
), "source_purchases" AS NOT MATERIALIZED (
  -- Source purchases: a row an event at at, known as it happens.
  SELECT
    "user_id",
    "amount",
    "country",
    CAST("at" AS TIMESTAMP) AS "__event"
  FROM "raw"."purchases"
  WHERE
    "at" IS NOT NULL
), "source_weather" AS NOT MATERIALIZED (
  -- Source weather: a row an event at at, known as it happens.
  SELECT
    "place_id",
    "temp",
    CAST("at" AS TIMESTAMP) AS "__event"
  FROM "raw"."weather"
  WHERE
    "at" IS NOT NULL
), "events_spend" AS NOT MATERIALIZED (
  -- Feature view spend: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "__event",
    CAST("amount" AS DOUBLE) AS "amount",
    "country" <> 'FR' AS "abroad",
    NOT (
      "country" <> 'FR'
    ) AND "amount" > 100.0 AS "large"
  FROM "source_purchases"
  WHERE
    "user_id" IS NOT NULL
), "events_weather" AS NOT MATERIALIZED (
  -- Feature view weather: the values each event carries, by place_id.
  SELECT
    CAST("place_id" AS TEXT) AS "place_id",
    "__event",
    CAST("temp" AS DOUBLE) AS "temp"
  FROM "source_weather"
  WHERE
    "place_id" IS NOT NULL
), "matched" AS MATERIALIZED (
  -- Each spine row with the latest event visible at its time, for each join; spend: at or before
  -- the row's time; home__here: at or before the row's time; home__weather: at or before the row's
  -- time.
  SELECT
    "s"."__row",
    "s"."user_id",
    "s"."from_id",
    "s"."home_id",
    "s"."paid",
    "s"."event_timestamp",
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
), "tied_spend" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."user_id",
    "e"."__event"
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
    "e"."user_id",
    "e"."__event",
    "e"."amount",
    "e"."large"
  FROM "events_spend" AS "e"
  SEMI JOIN "tied_spend" AS "d"
    ON "e"."user_id" = "d"."user_id" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "e"."user_id", "e"."__event"
      ORDER BY "e"."amount" DESC, "e"."abroad" DESC, "e"."large" DESC
    ) = 1
), "tied_home__here" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."place_id",
    "e"."__event"
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
    "e"."place_id",
    "e"."__event",
    "e"."temp"
  FROM "events_weather" AS "e"
  SEMI JOIN "tied_home__here" AS "d"
    ON "e"."place_id" = "d"."place_id" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "e"."place_id", "e"."__event" ORDER BY "e"."temp" DESC) = 1
), "tied_home__weather" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."place_id",
    "e"."__event"
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
    "e"."place_id",
    "e"."__event",
    "e"."temp"
  FROM "events_weather" AS "e"
  SEMI JOIN "tied_home__weather" AS "d"
    ON "e"."place_id" = "d"."place_id" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "e"."place_id", "e"."__event" ORDER BY "e"."temp" DESC) = 1
), "joined" AS NOT MATERIALIZED (
  -- Each spine row with the values that are shown or read below, and the request data as they are
  -- read.
  SELECT
    "m"."__row",
    "m"."user_id",
    "m"."from_id",
    "m"."home_id",
    "m"."paid",
    "m"."event_timestamp",
    CASE
      WHEN "m"."spend__event" >= "m"."event_timestamp" - INTERVAL '7' DAY
      THEN CASE WHEN "w1"."__event" IS NULL THEN "m"."spend__amount" ELSE "w1"."amount" END
      ELSE CAST(0.0 AS DOUBLE)
    END AS "amount",
    CASE
      WHEN "m"."spend__event" >= "m"."event_timestamp" - INTERVAL '7' DAY
      THEN CASE WHEN "w1"."__event" IS NULL THEN "m"."spend__large" ELSE "w1"."large" END
    END AS "__spend__large",
    CASE WHEN "w2"."__event" IS NULL THEN "m"."home__here__temp" ELSE "w2"."temp" END AS "__home__here__temp",
    CASE WHEN "w3"."__event" IS NULL THEN "m"."home__weather__temp" ELSE "w3"."temp" END AS "__home__weather__temp",
    CAST("m"."paid" AS DECIMAL(9, 2)) AS "__request__paid"
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
  CAST(CAST("j"."__request__paid" AS DOUBLE) / NULLIF("j"."amount", 0) AS DOUBLE) AS "of_last",
  "j"."__spend__large" AND CAST("j"."__request__paid" AS DOUBLE) / NULLIF("j"."amount", 0) > 10.0 AS "odd",
  "j"."event_timestamp" < CAST('2026-01-01 00:00:00' AS TIMESTAMP) AS "early",
  CAST("j"."__home__weather__temp" - "j"."__home__here__temp" AS DOUBLE) AS "by"
FROM "joined" AS "j"
ORDER BY
  "j"."__row";
