-- Materialization of feature view origin_departures_leaky: the latest row of each entity as of $as_of, in one transaction.
-- Definition: featuredefs/views.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: $as_of, $since (look at what became known after it; NULL = at everything), $sequence (the number of the load), $newest (not a backfill).
CREATE SCHEMA IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."flights__origin_departures_leaky" (
  "origin" TEXT,
  "origin_delay_leaky" INT,
  "__event" TIMESTAMP,
  "__created" TIMESTAMP,
  "__sequence" BIGINT
);
CREATE OR REPLACE TABLE "features"."flights__origin_departures_leaky" AS
WITH "source_departures_leaky" AS NOT MATERIALIZED (
  -- Source departures_leaky: a row an event at scheduled_at, known as it happens.
  SELECT
    "origin",
    "dep_delay",
    CAST("scheduled_at" AS TIMESTAMP) AS "__event"
  FROM READ_PARQUET('featuredefs/data/departures.parquet')
  WHERE
    "scheduled_at" IS NOT NULL
), "events_origin_departures_leaky" AS NOT MATERIALIZED (
  -- Feature view origin_departures_leaky: the values each event carries, by origin.
  SELECT
    CAST("origin" AS TEXT) AS "origin",
    "__event",
    CAST("dep_delay" AS INT) AS "origin_delay_leaky"
  FROM "source_departures_leaky"
  WHERE
    (
      "dep_delay" IS NOT NULL
    ) AND "origin" IS NOT NULL
), "newest" AS (
  -- The latest event time known as of $as_of. A row an entity with news since $since (NULL = all).
  SELECT
    "origin",
    MAX("__event") AS "__event"
  FROM "events_origin_departures_leaky"
  WHERE
    "__event" < CAST($as_of AS TIMESTAMP)
  GROUP BY
    "origin"
  HAVING
    COALESCE(MAX("__event") > CAST($since AS TIMESTAMP), TRUE) AND MAX("__event") IS NOT NULL
), "latest" AS MATERIALIZED (
  -- The row at that time; ties go to the greatest by (origin_delay_leaky), NULLs first. A row an
  -- entity.
  SELECT
    "e"."origin",
    "e"."origin_delay_leaky",
    "e"."__event",
    CAST(NULL AS TIMESTAMP) AS "__created"
  FROM "events_origin_departures_leaky" AS "e"
  JOIN "newest" AS "n"
    ON "e"."origin" = "n"."origin" AND "e"."__event" = "n"."__event"
  WHERE
    "e"."__event" < CAST($as_of AS TIMESTAMP)
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "e"."origin", "e"."__event" ORDER BY "e"."origin_delay_leaky" DESC) = 1
)
SELECT
  "l"."origin",
  "l"."origin_delay_leaky",
  "l"."__event",
  "l"."__created",
  CASE
    WHEN ROW("l"."origin", "l"."origin_delay_leaky", "l"."__event", "l"."__created") IS NOT DISTINCT FROM ROW("t"."origin", "t"."origin_delay_leaky", "t"."__event", "t"."__created")
    THEN "t"."__sequence"
    ELSE CAST($sequence AS BIGINT)
  END AS "__sequence"
FROM "latest" AS "l"
LEFT JOIN "features"."flights__origin_departures_leaky" AS "t"
  ON "l"."origin" = "t"."origin"
WHERE
  "t"."__event" IS NULL
  OR NOT (
    "t"."__event" > "l"."__event"
    OR "t"."__event" = "l"."__event"
    AND (
      COALESCE("t"."__created" > "l"."__created", FALSE)
      OR "l"."__created" IS NULL
      AND "t"."__created" IS NOT NULL
      OR (
        "t"."__created" IS NOT DISTINCT FROM "l"."__created" AND NOT CAST($newest AS BOOLEAN)
      )
    )
  )
UNION ALL
SELECT
  "t"."origin",
  "t"."origin_delay_leaky",
  "t"."__event",
  "t"."__created",
  "t"."__sequence"
FROM "features"."flights__origin_departures_leaky" AS "t"
LEFT JOIN "latest" AS "l"
  ON "t"."origin" = "l"."origin"
WHERE
  "l"."__event" IS NULL
  OR (
    "t"."__event" > "l"."__event"
    OR "t"."__event" = "l"."__event"
    AND (
      COALESCE("t"."__created" > "l"."__created", FALSE)
      OR "l"."__created" IS NULL
      AND "t"."__created" IS NOT NULL
      OR (
        "t"."__created" IS NOT DISTINCT FROM "l"."__created" AND NOT CAST($newest AS BOOLEAN)
      )
    )
  );
