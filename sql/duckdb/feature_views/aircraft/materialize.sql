-- Materialization of feature view aircraft: the latest row of each entity as of $as_of, in one transaction.
-- Definition: featuredefs/views.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: $as_of, $since (look at what became known after it; NULL = at everything), $sequence (the number of the load), $newest (not a backfill).
CREATE SCHEMA IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."flights__aircraft" (
  "tailnum" TEXT,
  "seats" INT,
  "year_built" INT,
  "engine" TEXT,
  "__event" TIMESTAMP,
  "__created" TIMESTAMP,
  "__sequence" BIGINT
);
CREATE OR REPLACE TABLE "features"."flights__aircraft" AS
WITH "source_planes" AS NOT MATERIALIZED (
  -- Source planes: a row an event at known_from, known as it happens.
  SELECT
    "tailnum",
    "seats",
    "year_built",
    "engine",
    CAST("known_from" AS TIMESTAMP) AS "__event"
  FROM READ_PARQUET('featuredefs/data/planes.parquet')
  WHERE
    "known_from" IS NOT NULL
), "events_aircraft" AS NOT MATERIALIZED (
  -- Feature view aircraft: the values each event carries, by tailnum.
  SELECT
    CAST("tailnum" AS TEXT) AS "tailnum",
    "__event",
    CAST("seats" AS INT) AS "seats",
    CAST("year_built" AS INT) AS "year_built",
    CAST("engine" AS TEXT) AS "engine"
  FROM "source_planes"
  WHERE
    "tailnum" IS NOT NULL
), "newest" AS (
  -- The latest event time known as of $as_of. A row an entity with news since $since (NULL = all).
  SELECT
    "tailnum",
    MAX("__event") AS "__event"
  FROM "events_aircraft"
  WHERE
    "__event" <= CAST($as_of AS TIMESTAMP)
  GROUP BY
    "tailnum"
  HAVING
    COALESCE(MAX("__event") > CAST($since AS TIMESTAMP), TRUE) AND MAX("__event") IS NOT NULL
), "latest" AS MATERIALIZED (
  -- The row at that time; ties go to the greatest by (seats, year_built, engine), NULLs first. A
  -- row an entity.
  SELECT
    "e"."tailnum",
    "e"."seats",
    "e"."year_built",
    "e"."engine",
    "e"."__event",
    CAST(NULL AS TIMESTAMP) AS "__created"
  FROM "events_aircraft" AS "e"
  JOIN "newest" AS "n"
    ON "e"."tailnum" = "n"."tailnum" AND "e"."__event" = "n"."__event"
  WHERE
    "e"."__event" <= CAST($as_of AS TIMESTAMP)
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "e"."tailnum", "e"."__event"
      ORDER BY "e"."seats" DESC, "e"."year_built" DESC, "e"."engine" DESC
    ) = 1
)
SELECT
  "l"."tailnum",
  "l"."seats",
  "l"."year_built",
  "l"."engine",
  "l"."__event",
  "l"."__created",
  CASE
    WHEN ROW("l"."tailnum", "l"."seats", "l"."year_built", "l"."engine", "l"."__event", "l"."__created") IS NOT DISTINCT FROM ROW("t"."tailnum", "t"."seats", "t"."year_built", "t"."engine", "t"."__event", "t"."__created")
    THEN "t"."__sequence"
    ELSE CAST($sequence AS BIGINT)
  END AS "__sequence"
FROM "latest" AS "l"
LEFT JOIN "features"."flights__aircraft" AS "t"
  ON "l"."tailnum" = "t"."tailnum"
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
  "t"."tailnum",
  "t"."seats",
  "t"."year_built",
  "t"."engine",
  "t"."__event",
  "t"."__created",
  "t"."__sequence"
FROM "features"."flights__aircraft" AS "t"
LEFT JOIN "latest" AS "l"
  ON "t"."tailnum" = "l"."tailnum"
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
