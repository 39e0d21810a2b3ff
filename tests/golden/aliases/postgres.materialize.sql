-- Materialization of feature view route: the latest row of each entity as of :as_of, in one transaction.
-- Definition: feature.yaml. Dialect: postgres, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :since (look at what became known after it; NULL = at everything), :sequence (the number of the load), :newest (not a backfill).
CREATE SCHEMA IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."golden__route" (
  "carrier" TEXT,
  "place_id" TEXT,
  "delay" DECIMAL(9, 2),
  "__event" TIMESTAMP,
  "__created" TIMESTAMP,
  "__sequence" BIGINT
);
CREATE TABLE "features"."__fcompile_next__golden__route" AS
WITH "source_routes" AS NOT MATERIALIZED (
  -- Source routes: a row an event at at, known as it happens.
  SELECT
    "carrier",
    "place_id",
    "delay",
    CAST("at" AS TIMESTAMP) AS "__event"
  FROM "raw"."routes"
  WHERE
    "at" IS NOT NULL
), "events_route" AS NOT MATERIALIZED (
  -- Feature view route: the values each event carries, by carrier, place_id.
  SELECT
    CAST("carrier" AS TEXT) AS "carrier",
    CAST("place_id" AS TEXT) AS "place_id",
    "__event",
    CAST("delay" AS DECIMAL(9, 2)) AS "delay"
  FROM "source_routes"
  WHERE
    "carrier" IS NOT NULL AND "place_id" IS NOT NULL
), "newest" AS (
  -- The latest event time known as of :as_of. A row an entity with news since :since (NULL = all).
  SELECT
    "carrier",
    "place_id",
    MAX("__event") AS "__event"
  FROM "events_route"
  WHERE
    "__event" <= CAST(:as_of AS TIMESTAMP)
  GROUP BY
    "carrier",
    "place_id"
  HAVING
    COALESCE(MAX("__event") > CAST(:since AS TIMESTAMP), TRUE) AND MAX("__event") IS NOT NULL
), "latest" AS MATERIALIZED (
  -- The row at that time; ties go to the greatest by (delay), NULLs first. A row an entity.
  SELECT
    "carrier",
    "place_id",
    "delay",
    "__event",
    "__created"
  FROM (
    SELECT
      "e"."carrier",
      "e"."place_id",
      "e"."delay",
      "e"."__event",
      CAST(NULL AS TIMESTAMP) AS "__created",
      ROW_NUMBER() OVER (PARTITION BY "e"."carrier", "e"."place_id", "e"."__event" ORDER BY "e"."delay" DESC NULLS LAST) AS "__tested"
    FROM "events_route" AS "e"
    JOIN "newest" AS "n"
      ON "e"."carrier" = "n"."carrier"
      AND "e"."place_id" = "n"."place_id"
      AND "e"."__event" = "n"."__event"
    WHERE
      "e"."__event" <= CAST(:as_of AS TIMESTAMP)
  ) AS "__qualified"
  WHERE
    "__tested" = 1
)
SELECT
  "l"."carrier",
  "l"."place_id",
  "l"."delay",
  "l"."__event",
  "l"."__created",
  CASE
    WHEN ROW("l"."carrier", "l"."place_id", "l"."delay", "l"."__event", "l"."__created") IS NOT DISTINCT FROM ROW("t"."carrier", "t"."place_id", "t"."delay", "t"."__event", "t"."__created")
    THEN "t"."__sequence"
    ELSE CAST(:sequence AS BIGINT)
  END AS "__sequence"
FROM "latest" AS "l"
LEFT JOIN "features"."golden__route" AS "t"
  ON "l"."carrier" = "t"."carrier" AND "l"."place_id" = "t"."place_id"
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
  "t"."carrier",
  "t"."place_id",
  "t"."delay",
  "t"."__event",
  "t"."__created",
  "t"."__sequence"
FROM "features"."golden__route" AS "t"
LEFT JOIN "latest" AS "l"
  ON "t"."carrier" = "l"."carrier" AND "t"."place_id" = "l"."place_id"
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
DROP TABLE IF EXISTS "features"."golden__route";
ALTER TABLE "features"."__fcompile_next__golden__route" RENAME TO "golden__route";
