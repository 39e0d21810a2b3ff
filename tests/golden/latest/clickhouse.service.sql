-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: clickhouse, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- matched: Each spine row with the latest event visible at its time, for each join; user_profile: at or before the row's time.
CREATE TEMPORARY TABLE "__fcompile_stage_001" ENGINE = Memory AS
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
    CAST("updated_at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
    CAST("loaded_at" AS Nullable(DateTime64(6, 'UTC'))) AS "__created"
  FROM "raw"."profiles"
  WHERE
    "updated_at" IS NOT NULL
), "events_user_profile" AS (
  -- Feature view user_profile: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    "__created",
    CAST("age" AS Nullable(Int32)) AS "age",
    CAST("home_city" AS Nullable(String)) AS "city",
    CAST("age" >= 18 AS Nullable(Bool)) AS "is_adult",
    CAST("score" AS Nullable(Float64)) AS "score"
  FROM "source_profiles"
  WHERE
    (
      "country" IS NOT NULL
    ) AND "user_id" IS NOT NULL
)
SELECT
  "s"."__row" AS "__row",
  "s"."user_id" AS "user_id",
  "s"."event_timestamp" AS "event_timestamp",
  "e1"."__event" AS "user_profile__event",
  "e1"."age" AS "user_profile__age",
  "e1"."city" AS "user_profile__city",
  "e1"."is_adult" AS "user_profile__is_adult",
  "e1"."score" AS "user_profile__score"
FROM "numbered" AS "s"
ASOF LEFT JOIN "events_user_profile" AS "e1"
  ON "s"."user_id" = "e1"."user_id" AND "s"."event_timestamp" >= "e1"."__event"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
WITH "source_profiles" AS (
  -- Source profiles: a row an event at updated_at, known as it happens.
  SELECT
    "user_id",
    "country",
    "age",
    "home_city",
    "score",
    CAST("updated_at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
    CAST("loaded_at" AS Nullable(DateTime64(6, 'UTC'))) AS "__created"
  FROM "raw"."profiles"
  WHERE
    "updated_at" IS NOT NULL
), "events_user_profile" AS (
  -- Feature view user_profile: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    "__created",
    CAST("age" AS Nullable(Int32)) AS "age",
    CAST("home_city" AS Nullable(String)) AS "city",
    CAST("age" >= 18 AS Nullable(Bool)) AS "is_adult",
    CAST("score" AS Nullable(Float64)) AS "score"
  FROM "source_profiles"
  WHERE
    (
      "country" IS NOT NULL
    ) AND "user_id" IS NOT NULL
), "matched" AS (
  SELECT * FROM "__fcompile_stage_001"
), "tied_user_profile" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."user_id" AS "user_id",
    "e"."__event" AS "__event"
  FROM "events_user_profile" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."user_id" = "m"."user_id" AND "e"."__event" = "m"."user_profile__event"
  GROUP BY
    "e"."user_id",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_user_profile" AS (
  -- Ties of user_profile, settled: the greatest by (loaded_at, age, city, is_adult, score), NULLs
  -- first. A row a tied instant.
  SELECT
    "e"."user_id" AS "user_id",
    "e"."__event" AS "__event",
    "e"."age" AS "age",
    "e"."city" AS "city",
    "e"."is_adult" AS "is_adult",
    "e"."score" AS "score"
  FROM "events_user_profile" AS "e"
  SEMI JOIN "tied_user_profile" AS "d"
    ON "e"."user_id" = "d"."user_id" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "e"."user_id", "e"."__event"
      ORDER BY "e"."__created" DESC, "e"."age" DESC, "e"."city" DESC, "e"."is_adult" DESC, "e"."score" <> "e"."score" DESC, "e"."score" DESC
    ) = 1
)
SELECT
  "m"."user_id" AS "user_id",
  "m"."event_timestamp" AS "event_timestamp",
  CASE
    WHEN "m"."user_profile__event" >= "m"."event_timestamp" - INTERVAL '2592000' SECOND
    THEN CASE WHEN "w1"."__event" IS NULL THEN "m"."user_profile__age" ELSE "w1"."age" END
  END AS "age",
  CASE
    WHEN "m"."user_profile__event" >= "m"."event_timestamp" - INTERVAL '2592000' SECOND
    THEN CASE WHEN "w1"."__event" IS NULL THEN "m"."user_profile__city" ELSE "w1"."city" END
  END AS "city",
  CASE
    WHEN "m"."user_profile__event" >= "m"."event_timestamp" - INTERVAL '2592000' SECOND
    THEN CASE WHEN "w1"."__event" IS NULL THEN "m"."user_profile__is_adult" ELSE "w1"."is_adult" END
  END AS "is_adult",
  CASE
    WHEN "m"."user_profile__event" >= "m"."event_timestamp" - INTERVAL '2592000' SECOND
    THEN CASE WHEN "w1"."__event" IS NULL THEN "m"."user_profile__score" ELSE "w1"."score" END
    ELSE CAST(0.0 AS Nullable(Float64))
  END AS "score"
FROM "matched" AS "m"
LEFT JOIN "settled_user_profile" AS "w1"
  ON "w1"."user_id" = "m"."user_id" AND "w1"."__event" = "m"."user_profile__event"
ORDER BY
  "m"."__row"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
DROP TABLE IF EXISTS "__fcompile_stage_001";
