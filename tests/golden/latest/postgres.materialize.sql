-- Materialization of feature view user_profile: the latest row of each entity as of :as_of, in one transaction.
-- Definition: feature.yaml. Dialect: postgres, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :since (look at what became known after it; NULL = at everything), :sequence (the number of the load), :newest (not a backfill).
CREATE SCHEMA IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."golden__user_profile" (
  "user_id" BIGINT,
  "age" INT,
  "city" TEXT,
  "is_adult" BOOLEAN,
  "score" DOUBLE PRECISION,
  "__event" TIMESTAMP,
  "__created" TIMESTAMP,
  "__sequence" BIGINT
);
CREATE TABLE "features"."__fcompile_next__golden__user_profile" AS
WITH "source_profiles" AS NOT MATERIALIZED (
  -- Source profiles: a row an event at updated_at, known as it happens.
  SELECT
    "user_id",
    "country",
    "age",
    "home_city",
    "score",
    CAST("updated_at" AS TIMESTAMP) AS "__event",
    CAST("loaded_at" AS TIMESTAMP) AS "__created"
  FROM "raw"."profiles"
  WHERE
    "updated_at" IS NOT NULL
), "events_user_profile" AS NOT MATERIALIZED (
  -- Feature view user_profile: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "__event",
    "__created",
    CAST("age" AS INT) AS "age",
    CAST("home_city" AS TEXT) AS "city",
    "age" >= 18 AS "is_adult",
    CAST("score" AS DOUBLE PRECISION) AS "score"
  FROM "source_profiles"
  WHERE
    (
      "country" IS NOT NULL
    ) AND "user_id" IS NOT NULL
), "newest" AS (
  -- The latest event time known as of :as_of. A row an entity with news since :since (NULL = all).
  SELECT
    "user_id",
    MAX("__event") AS "__event"
  FROM "events_user_profile"
  WHERE
    "__event" <= CAST(:as_of AS TIMESTAMP)
  GROUP BY
    "user_id"
  HAVING
    COALESCE(MAX("__event") > CAST(:since AS TIMESTAMP), TRUE) AND MAX("__event") IS NOT NULL
), "latest" AS MATERIALIZED (
  -- The row at that time; ties go to the greatest by (loaded_at, age, city, is_adult, score), NULLs
  -- first. A row an entity.
  SELECT
    "user_id",
    "age",
    "city",
    "is_adult",
    "score",
    "__event",
    "__created"
  FROM (
    SELECT
      "e"."user_id",
      "e"."age",
      "e"."city",
      "e"."is_adult",
      "e"."score",
      "e"."__event",
      "e"."__created",
      ROW_NUMBER() OVER (
        PARTITION BY "e"."user_id", "e"."__event"
        ORDER BY "e"."__created" DESC NULLS LAST, "e"."age" DESC NULLS LAST, "e"."city" COLLATE "C" DESC NULLS LAST, "e"."is_adult" DESC NULLS LAST, "e"."score" DESC NULLS LAST
      ) AS "__tested"
    FROM "events_user_profile" AS "e"
    JOIN "newest" AS "n"
      ON "e"."user_id" = "n"."user_id" AND "e"."__event" = "n"."__event"
    WHERE
      "e"."__event" <= CAST(:as_of AS TIMESTAMP)
  ) AS "__qualified"
  WHERE
    "__tested" = 1
)
SELECT
  "l"."user_id",
  "l"."age",
  "l"."city",
  "l"."is_adult",
  "l"."score",
  "l"."__event",
  "l"."__created",
  CASE
    WHEN ROW("l"."user_id", "l"."age", "l"."city", "l"."is_adult", "l"."score", "l"."__event", "l"."__created") IS NOT DISTINCT FROM ROW("t"."user_id", "t"."age", "t"."city", "t"."is_adult", "t"."score", "t"."__event", "t"."__created")
    THEN "t"."__sequence"
    ELSE CAST(:sequence AS BIGINT)
  END AS "__sequence"
FROM "latest" AS "l"
LEFT JOIN "features"."golden__user_profile" AS "t"
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
        "t"."__created" IS NOT DISTINCT FROM "l"."__created" AND NOT CAST(:newest AS BOOLEAN)
      )
    )
  )
UNION ALL
SELECT
  "t"."user_id",
  "t"."age",
  "t"."city",
  "t"."is_adult",
  "t"."score",
  "t"."__event",
  "t"."__created",
  "t"."__sequence"
FROM "features"."golden__user_profile" AS "t"
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
        "t"."__created" IS NOT DISTINCT FROM "l"."__created" AND NOT CAST(:newest AS BOOLEAN)
      )
    )
  );
DROP TABLE IF EXISTS "features"."golden__user_profile";
ALTER TABLE "features"."__fcompile_next__golden__user_profile" RENAME TO "golden__user_profile";
