-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: datafusion, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- picked_user_profile: The latest event of user_profile visible at or before each instant that asks. A row a key and instant; none where there is no event.
CREATE TABLE "__fcompile_stage_001" AS
WITH "numbered" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."user_id",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_profiles" AS (
  -- Source profiles: a row an event at updated_at, known as it happens.
  SELECT
    "user_id",
    "country",
    "age",
    "home_city",
    "score",
    CAST("updated_at" AS TIMESTAMP(6)) AS "__event",
    CAST("loaded_at" AS TIMESTAMP(6)) AS "__created"
  FROM "raw"."profiles"
  WHERE
    "updated_at" IS NOT NULL
), "events_user_profile" AS (
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
)
SELECT
  "r"."user_id",
  "r"."__time",
  "r"."__event"
FROM (
  SELECT
    "i"."user_id",
    "i"."__time",
    "i"."__asks",
    MAX("i"."__event") OVER (
      PARTITION BY "i"."user_id"
      ORDER BY "i"."__time" ASC, "i"."__asks" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS "__event"
  FROM (
    SELECT DISTINCT
      "s"."user_id",
      "s"."event_timestamp" AS "__time",
      CAST(NULL AS TIMESTAMP(6)) AS "__event",
      1 AS "__asks"
    FROM "numbered" AS "s"
    WHERE
      "s"."user_id" IS NOT NULL AND "s"."event_timestamp" IS NOT NULL
    UNION ALL
    SELECT
      "e"."user_id",
      "e"."__event" AS "__time",
      "e"."__event",
      0 AS "__asks"
    FROM "events_user_profile" AS "e"
  ) AS "i"
) AS "r"
WHERE
  "r"."__asks" = 1 AND "r"."__event" IS NOT NULL;
WITH "numbered" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."user_id",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_profiles" AS (
  -- Source profiles: a row an event at updated_at, known as it happens.
  SELECT
    "user_id",
    "country",
    "age",
    "home_city",
    "score",
    CAST("updated_at" AS TIMESTAMP(6)) AS "__event",
    CAST("loaded_at" AS TIMESTAMP(6)) AS "__created"
  FROM "raw"."profiles"
  WHERE
    "updated_at" IS NOT NULL
), "events_user_profile" AS (
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
), "picked_user_profile" AS (
  SELECT * FROM "__fcompile_stage_001"
), "found_user_profile" AS (
  -- What user_profile says at the picked instants; of several events the greatest by (loaded_at,
  -- age, city, is_adult, score), NULLs first. A row an instant.
  SELECT
    "user_id",
    "__event",
    "age",
    "city",
    "is_adult",
    "score"
  FROM (
    SELECT
      "e"."user_id",
      "e"."__event",
      "e"."age",
      "e"."city",
      "e"."is_adult",
      "e"."score",
      ROW_NUMBER() OVER (
        PARTITION BY "e"."user_id", "e"."__event"
        ORDER BY "e"."__created" DESC NULLS LAST, "e"."age" DESC NULLS LAST, "e"."city" DESC NULLS LAST, "e"."is_adult" DESC NULLS LAST, NANVL("e"."score", CAST('NaN' AS DOUBLE PRECISION)) DESC NULLS LAST
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
      ) AS "__tested"
    FROM "events_user_profile" AS "e"
    WHERE
      EXISTS(
        SELECT
          1
        FROM "picked_user_profile" AS "d"
        WHERE
          "e"."user_id" = "d"."user_id" AND "e"."__event" = "d"."__event"
      )
  ) AS "__qualified"
  WHERE
    "__tested" = 1
), "matched" AS (
  -- Each spine row with the latest event visible at its time, for each join; user_profile: at or
  -- before the row's time.
  SELECT
    "s"."__row",
    "s"."user_id",
    "s"."event_timestamp",
    "p1"."__event" AS "user_profile__event",
    "f1_1"."age" AS "user_profile__age",
    "f1_1"."city" AS "user_profile__city",
    "f1_1"."is_adult" AS "user_profile__is_adult",
    "f1_1"."score" AS "user_profile__score"
  FROM "numbered" AS "s"
  LEFT JOIN "picked_user_profile" AS "p1"
    ON "s"."user_id" = "p1"."user_id" AND "s"."event_timestamp" = "p1"."__time"
  LEFT JOIN "found_user_profile" AS "f1_1"
    ON "p1"."user_id" = "f1_1"."user_id" AND "p1"."__event" = "f1_1"."__event"
)
SELECT
  "m"."user_id",
  "m"."event_timestamp",
  CASE
    WHEN "m"."user_profile__event" >= "m"."event_timestamp" - INTERVAL '30 DAY'
    THEN "m"."user_profile__age"
  END AS "age",
  CASE
    WHEN "m"."user_profile__event" >= "m"."event_timestamp" - INTERVAL '30 DAY'
    THEN "m"."user_profile__city"
  END AS "city",
  CASE
    WHEN "m"."user_profile__event" >= "m"."event_timestamp" - INTERVAL '30 DAY'
    THEN "m"."user_profile__is_adult"
  END AS "is_adult",
  CASE
    WHEN "m"."user_profile__event" >= "m"."event_timestamp" - INTERVAL '30 DAY'
    THEN "m"."user_profile__score"
    ELSE CAST(0.0 AS DOUBLE PRECISION)
  END AS "score"
FROM "matched" AS "m"
ORDER BY
  "m"."__row";
DROP TABLE IF EXISTS "__fcompile_stage_001";
