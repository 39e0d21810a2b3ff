-- Materialization of feature view spend: the latest row of each entity as of :as_of, in one transaction.
-- Definition: feature.yaml. Dialect: redshift, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :since (look at what became known after it; NULL = at everything), :sequence (the number of the load), :newest (not a backfill).
CREATE SCHEMA IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."golden__spend" (
  "user_id" BIGINT,
  "amount" DOUBLE PRECISION,
  "abroad" BOOLEAN,
  "large" BOOLEAN,
  "__event" TIMESTAMP,
  "__created" TIMESTAMP,
  "__sequence" BIGINT
);
DROP TABLE IF EXISTS "__fcompile_stage_001";
-- latest: The row at that time; ties go to the greatest by (amount, abroad, large), NULLs first. A row an entity.
CREATE TEMPORARY TABLE "__fcompile_stage_001" AS
WITH "source_purchases" AS (
  -- Source purchases: a row an event at at, known as it happens.
  SELECT
    "user_id",
    "amount",
    "country",
    CAST("at" AS TIMESTAMP) AS "__event"
  FROM "raw"."purchases"
  WHERE
    "at" IS NOT NULL
), "events_spend" AS (
  -- Feature view spend: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "__event",
    CAST("amount" AS DOUBLE PRECISION) AS "amount",
    "country" <> 'FR' AS "abroad",
    NOT (
      "country" <> 'FR'
    ) AND "amount" > 100.0 AS "large"
  FROM "source_purchases"
  WHERE
    "user_id" IS NOT NULL
), "newest" AS (
  -- The latest event time known as of :as_of. A row an entity with news since :since (NULL = all).
  SELECT
    "user_id",
    MAX("__event") AS "__event"
  FROM "events_spend"
  WHERE
    "__event" <= CAST(:as_of AS TIMESTAMP)
  GROUP BY
    "user_id"
  HAVING
    COALESCE(MAX("__event") > CAST(:since AS TIMESTAMP), TRUE) AND MAX("__event") IS NOT NULL
)
SELECT
  "user_id",
  "amount",
  "abroad",
  "large",
  "__event",
  "__created"
FROM (
  SELECT
    "e"."user_id",
    "e"."amount",
    "e"."abroad",
    "e"."large",
    "e"."__event",
    CAST(NULL AS TIMESTAMP) AS "__created",
    ROW_NUMBER() OVER (
      PARTITION BY "e"."user_id", "e"."__event"
      ORDER BY "e"."amount" + 0 DESC NULLS LAST, "e"."abroad" DESC NULLS LAST, "e"."large" DESC NULLS LAST
    ) AS "__tested"
  FROM "events_spend" AS "e"
  JOIN "newest" AS "n"
    ON "e"."user_id" = "n"."user_id" AND "e"."__event" = "n"."__event"
  WHERE
    "e"."__event" <= CAST(:as_of AS TIMESTAMP)
) AS "__qualified"
WHERE
  "__tested" = 1;
CREATE TABLE "features"."__fcompile_next__golden__spend" AS
WITH "latest" AS (
  SELECT * FROM "__fcompile_stage_001"
)
SELECT
  "l"."user_id",
  "l"."amount",
  "l"."abroad",
  "l"."large",
  "l"."__event",
  "l"."__created",
  CASE
    WHEN (
      COALESCE("l"."user_id" = "t"."user_id", "l"."user_id" IS NULL AND "t"."user_id" IS NULL)
      AND COALESCE("l"."amount" = "t"."amount", "l"."amount" IS NULL AND "t"."amount" IS NULL)
      AND COALESCE("l"."abroad" = "t"."abroad", "l"."abroad" IS NULL AND "t"."abroad" IS NULL)
      AND COALESCE("l"."large" = "t"."large", "l"."large" IS NULL AND "t"."large" IS NULL)
      AND COALESCE("l"."__event" = "t"."__event", "l"."__event" IS NULL AND "t"."__event" IS NULL)
      AND COALESCE("l"."__created" = "t"."__created", "l"."__created" IS NULL AND "t"."__created" IS NULL)
    )
    THEN "t"."__sequence"
    ELSE CAST(:sequence AS BIGINT)
  END AS "__sequence"
FROM "latest" AS "l"
LEFT JOIN "features"."golden__spend" AS "t"
  ON "l"."user_id" = "t"."user_id"
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
        COALESCE("t"."__created" = "l"."__created", "t"."__created" IS NULL AND "l"."__created" IS NULL)
        AND NOT CAST(:newest AS BOOLEAN)
      )
    )
  )
UNION ALL
SELECT
  "t"."user_id",
  "t"."amount",
  "t"."abroad",
  "t"."large",
  "t"."__event",
  "t"."__created",
  "t"."__sequence"
FROM "features"."golden__spend" AS "t"
LEFT JOIN "latest" AS "l"
  ON "t"."user_id" = "l"."user_id"
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
        COALESCE("t"."__created" = "l"."__created", "t"."__created" IS NULL AND "l"."__created" IS NULL)
        AND NOT CAST(:newest AS BOOLEAN)
      )
    )
  );
DROP TABLE IF EXISTS "features"."golden__spend";
ALTER TABLE "features"."__fcompile_next__golden__spend" RENAME TO "golden__spend";
DROP TABLE IF EXISTS "__fcompile_stage_001";
