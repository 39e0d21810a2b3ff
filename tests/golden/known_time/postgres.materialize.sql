-- Materialization of feature view last_departure: the latest row of each entity as of :as_of, in one transaction.
-- Definition: feature.yaml. Dialect: postgres, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :since (look at what became known after it; NULL = at everything), :sequence (the number of the load), :newest (not a backfill).
CREATE SCHEMA IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."golden__last_departure" (
  "origin" TEXT,
  "dep_delay" DOUBLE PRECISION,
  "__event" TIMESTAMP,
  "__created" TIMESTAMP,
  "__sequence" BIGINT
);
CREATE TABLE "features"."__fcompile_next__golden__last_departure" AS
WITH "source_departures" AS NOT MATERIALIZED (
  -- Source departures: a row an event at scheduled_at, known at departed_at.
  SELECT
    "origin",
    "dep_delay",
    CAST("scheduled_at" AS TIMESTAMP) AS "__event",
    GREATEST(CAST("scheduled_at" AS TIMESTAMP), CAST("departed_at" AS TIMESTAMP)) AS "__visible"
  FROM "raw"."flights"
  WHERE
    "scheduled_at" IS NOT NULL AND "departed_at" IS NOT NULL
), "events_last_departure" AS NOT MATERIALIZED (
  -- Feature view last_departure: the values each event carries, by origin.
  SELECT
    CAST("origin" AS TEXT) AS "origin",
    "__event",
    "__visible",
    CAST("dep_delay" AS DOUBLE PRECISION) AS "dep_delay"
  FROM "source_departures"
  WHERE
    "origin" IS NOT NULL
), "newest" AS (
  -- The latest event time known as of :as_of. A row an entity with news since :since (NULL = all).
  SELECT
    "origin",
    MAX("__event") AS "__event"
  FROM "events_last_departure"
  WHERE
    "__visible" <= CAST(:as_of AS TIMESTAMP)
  GROUP BY
    "origin"
  HAVING
    COALESCE(MAX("__visible") > CAST(:since AS TIMESTAMP), TRUE) AND MAX("__event") IS NOT NULL
), "latest" AS MATERIALIZED (
  -- The row at that time; ties go to the greatest by (dep_delay), NULLs first. A row an entity.
  SELECT
    "origin",
    "dep_delay",
    "__event",
    "__created"
  FROM (
    SELECT
      "e"."origin",
      "e"."dep_delay",
      "e"."__event",
      CAST(NULL AS TIMESTAMP) AS "__created",
      ROW_NUMBER() OVER (PARTITION BY "e"."origin", "e"."__event" ORDER BY "e"."dep_delay" DESC NULLS LAST) AS "__tested"
    FROM "events_last_departure" AS "e"
    JOIN "newest" AS "n"
      ON "e"."origin" = "n"."origin" AND "e"."__event" = "n"."__event"
    WHERE
      "e"."__visible" <= CAST(:as_of AS TIMESTAMP)
  ) AS "__qualified"
  WHERE
    "__tested" = 1
)
SELECT
  "l"."origin",
  "l"."dep_delay",
  "l"."__event",
  "l"."__created",
  CASE
    WHEN ROW("l"."origin", "l"."dep_delay", "l"."__event", "l"."__created") IS NOT DISTINCT FROM ROW("t"."origin", "t"."dep_delay", "t"."__event", "t"."__created")
    THEN "t"."__sequence"
    ELSE CAST(:sequence AS BIGINT)
  END AS "__sequence"
FROM "latest" AS "l"
LEFT JOIN "features"."golden__last_departure" AS "t"
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
        "t"."__created" IS NOT DISTINCT FROM "l"."__created" AND NOT CAST(:newest AS BOOLEAN)
      )
    )
  )
UNION ALL
SELECT
  "t"."origin",
  "t"."dep_delay",
  "t"."__event",
  "t"."__created",
  "t"."__sequence"
FROM "features"."golden__last_departure" AS "t"
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
        "t"."__created" IS NOT DISTINCT FROM "l"."__created" AND NOT CAST(:newest AS BOOLEAN)
      )
    )
  );
DROP TABLE IF EXISTS "features"."golden__last_departure";
ALTER TABLE "features"."__fcompile_next__golden__last_departure" RENAME TO "golden__last_departure";
