-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: clickhouse, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- matched: Each spine row with the latest event visible at its time, for each join; last_departure: at or before the row's time; last_weather: strictly before the row's time.
CREATE TEMPORARY TABLE "__fcompile_stage_001" ENGINE = Memory AS
WITH "numbered" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."origin",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_departures" AS (
  -- Source departures: a row an event at scheduled_at, known at departed_at.
  SELECT
    "origin",
    "dep_delay",
    CAST("scheduled_at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
    GREATEST(
      CAST("scheduled_at" AS Nullable(DateTime64(6, 'UTC'))),
      CAST("departed_at" AS Nullable(DateTime64(6, 'UTC')))
    ) AS "__visible"
  FROM "raw"."flights"
  WHERE
    "scheduled_at" IS NOT NULL AND "departed_at" IS NOT NULL
), "source_weather" AS (
  -- Source weather: a row an event at observed_at, known 90m later.
  SELECT
    "origin",
    "wind",
    CAST("observed_at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
    CAST("observed_at" AS Nullable(DateTime64(6, 'UTC'))) + INTERVAL '5400' SECOND AS "__visible"
  FROM "raw"."weather"
  WHERE
    "observed_at" IS NOT NULL
), "events_last_departure" AS (
  -- Feature view last_departure: the values each event carries, by origin.
  SELECT
    CAST("origin" AS Nullable(String)) AS "origin",
    "__event",
    "__visible",
    CAST("dep_delay" AS Nullable(Float64)) AS "dep_delay"
  FROM "source_departures"
  WHERE
    "origin" IS NOT NULL
), "leading_last_departure" AS (
  -- Events that are the latest of their key when they become known. One that is known only after a
  -- later event never counts.
  SELECT
    "origin",
    "__event",
    "__visible",
    "dep_delay"
  FROM "events_last_departure"
  QUALIFY
    "__event" = MAX("__event") OVER (PARTITION BY "origin" ORDER BY "__visible" ASC)
), "events_last_weather" AS (
  -- Feature view last_weather: the values each event carries, by origin.
  SELECT
    CAST("origin" AS Nullable(String)) AS "origin",
    "__event",
    "__visible",
    CAST("wind" AS Nullable(Float32)) AS "wind"
  FROM "source_weather"
  WHERE
    "origin" IS NOT NULL
)
SELECT
  "s"."__row" AS "__row",
  "s"."origin" AS "origin",
  "s"."event_timestamp" AS "event_timestamp",
  "e1"."__event" AS "last_departure__event",
  "e1"."__visible" AS "last_departure__visible",
  "e1"."dep_delay" AS "last_departure__dep_delay",
  "e2"."__event" AS "last_weather__event",
  "e2"."wind" AS "last_weather__wind"
FROM "numbered" AS "s"
ASOF LEFT JOIN "leading_last_departure" AS "e1"
  ON "s"."origin" = "e1"."origin" AND "s"."event_timestamp" >= "e1"."__visible"
ASOF LEFT JOIN "events_last_weather" AS "e2"
  ON "s"."origin" = "e2"."origin" AND "s"."event_timestamp" > "e2"."__visible"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
WITH "source_departures" AS (
  -- Source departures: a row an event at scheduled_at, known at departed_at.
  SELECT
    "origin",
    "dep_delay",
    CAST("scheduled_at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
    GREATEST(
      CAST("scheduled_at" AS Nullable(DateTime64(6, 'UTC'))),
      CAST("departed_at" AS Nullable(DateTime64(6, 'UTC')))
    ) AS "__visible"
  FROM "raw"."flights"
  WHERE
    "scheduled_at" IS NOT NULL AND "departed_at" IS NOT NULL
), "source_weather" AS (
  -- Source weather: a row an event at observed_at, known 90m later.
  SELECT
    "origin",
    "wind",
    CAST("observed_at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
    CAST("observed_at" AS Nullable(DateTime64(6, 'UTC'))) + INTERVAL '5400' SECOND AS "__visible"
  FROM "raw"."weather"
  WHERE
    "observed_at" IS NOT NULL
), "events_last_departure" AS (
  -- Feature view last_departure: the values each event carries, by origin.
  SELECT
    CAST("origin" AS Nullable(String)) AS "origin",
    "__event",
    "__visible",
    CAST("dep_delay" AS Nullable(Float64)) AS "dep_delay"
  FROM "source_departures"
  WHERE
    "origin" IS NOT NULL
), "events_last_weather" AS (
  -- Feature view last_weather: the values each event carries, by origin.
  SELECT
    CAST("origin" AS Nullable(String)) AS "origin",
    "__event",
    "__visible",
    CAST("wind" AS Nullable(Float32)) AS "wind"
  FROM "source_weather"
  WHERE
    "origin" IS NOT NULL
), "matched" AS (
  SELECT * FROM "__fcompile_stage_001"
), "tied_last_departure" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."origin" AS "origin",
    "e"."__event" AS "__event"
  FROM "events_last_departure" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."origin" = "m"."origin" AND "e"."__event" = "m"."last_departure__event"
  GROUP BY
    "e"."origin",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_last_departure" AS (
  -- Ties of last_departure, settled: the greatest by (dep_delay), NULLs first. A row a tied
  -- instant.
  WITH "ranked" AS (
    SELECT
      "e"."origin" AS "origin",
      "e"."__event" AS "__event",
      "e"."__visible" AS "__visible",
      "e"."dep_delay" AS "dep_delay",
      ROW_NUMBER() OVER (
        PARTITION BY "e"."origin", "e"."__event"
        ORDER BY "e"."dep_delay" <> "e"."dep_delay" ASC NULLS FIRST, "e"."dep_delay" ASC NULLS FIRST
      ) AS "__rank"
    FROM "events_last_departure" AS "e"
    SEMI JOIN "tied_last_departure" AS "d"
      ON "e"."origin" = "d"."origin" AND "e"."__event" = "d"."__event"
  )
  SELECT
    "s"."origin" AS "origin",
    "s"."__event" AS "__event",
    "s"."__visible" AS "__visible",
    "r"."dep_delay" AS "dep_delay"
  FROM (
    SELECT DISTINCT
      "origin",
      "__event",
      "__visible",
      MAX("__rank") OVER (PARTITION BY "origin", "__event" ORDER BY "__visible" ASC) AS "__rank"
    FROM "ranked"
  ) AS "s"
  JOIN "ranked" AS "r"
    ON "s"."origin" = "r"."origin" AND "s"."__event" = "r"."__event" AND "s"."__rank" = "r"."__rank"
), "tied_last_weather" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."origin" AS "origin",
    "e"."__event" AS "__event"
  FROM "events_last_weather" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."origin" = "m"."origin" AND "e"."__event" = "m"."last_weather__event"
  GROUP BY
    "e"."origin",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_last_weather" AS (
  -- Ties of last_weather, settled: the greatest by (wind), NULLs first. A row a tied instant.
  SELECT
    "e"."origin" AS "origin",
    "e"."__event" AS "__event",
    "e"."wind" AS "wind"
  FROM "events_last_weather" AS "e"
  SEMI JOIN "tied_last_weather" AS "d"
    ON "e"."origin" = "d"."origin" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "e"."origin", "e"."__event" ORDER BY "e"."wind" <> "e"."wind" DESC, "e"."wind" DESC) = 1
)
SELECT
  "m"."origin" AS "origin",
  "m"."event_timestamp" AS "event_timestamp",
  CASE
    WHEN "m"."last_departure__event" >= "m"."event_timestamp" - INTERVAL '500' MILLISECOND
    THEN CASE WHEN "w1"."__event" IS NULL THEN "m"."last_departure__dep_delay" ELSE "w1"."dep_delay" END
  END AS "dep_delay",
  CASE WHEN "w2"."__event" IS NULL THEN "m"."last_weather__wind" ELSE "w2"."wind" END AS "wind"
FROM "matched" AS "m"
LEFT JOIN "settled_last_departure" AS "w1"
  ON "w1"."origin" = "m"."origin"
  AND "w1"."__event" = "m"."last_departure__event"
  AND "w1"."__visible" = "m"."last_departure__visible"
LEFT JOIN "settled_last_weather" AS "w2"
  ON "w2"."origin" = "m"."origin" AND "w2"."__event" = "m"."last_weather__event"
ORDER BY
  "m"."__row"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
DROP TABLE IF EXISTS "__fcompile_stage_001";
