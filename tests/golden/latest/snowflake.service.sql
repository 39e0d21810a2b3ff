-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: snowflake, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- matched: Each spine row with the latest event visible at its time, for each join; user_profile: at or before the row's time.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_001" AS
WITH "NUMBERED" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER (ORDER BY NULL NULLS FIRST) AS "__ROW",
    "S"."USER_ID",
    "S"."EVENT_TIMESTAMP"
  FROM "SPINE" AS "S"
), "SOURCE_PROFILES" AS (
  -- Source profiles: a row an event at updated_at, known as it happens.
  SELECT
    "USER_ID",
    "COUNTRY",
    "AGE",
    "HOME_CITY",
    "SCORE",
    CAST(CONVERT_TIMEZONE('UTC', "UPDATED_AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    CAST(CONVERT_TIMEZONE('UTC', "LOADED_AT") AS TIMESTAMP_NTZ(6)) AS "__CREATED"
  FROM "RAW"."PROFILES"
  WHERE
    "UPDATED_AT" IS NOT NULL
), "EVENTS_USER_PROFILE" AS (
  -- Feature view user_profile: the values each event carries, by user_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    "__CREATED",
    CAST("AGE" AS DECIMAL(10, 0)) AS "AGE",
    CAST("HOME_CITY" AS VARCHAR) AS "CITY",
    "AGE" >= 18 AS "IS_ADULT",
    CAST("SCORE" AS DOUBLE) AS "SCORE"
  FROM "SOURCE_PROFILES"
  WHERE
    (
      "COUNTRY" IS NOT NULL
    ) AND "USER_ID" IS NOT NULL
)
SELECT
  "S"."__ROW",
  "S"."USER_ID",
  "S"."EVENT_TIMESTAMP",
  "E1"."__EVENT" AS "USER_PROFILE__EVENT",
  "E1"."AGE" AS "USER_PROFILE__AGE",
  "E1"."CITY" AS "USER_PROFILE__CITY",
  "E1"."IS_ADULT" AS "USER_PROFILE__IS_ADULT",
  "E1"."SCORE" AS "USER_PROFILE__SCORE"
FROM "NUMBERED" AS "S"
ASOF JOIN "EVENTS_USER_PROFILE" AS "E1" MATCH_CONDITION ("S"."EVENT_TIMESTAMP" >= "E1"."__EVENT")
  ON "S"."USER_ID" = "E1"."USER_ID";
WITH "SOURCE_PROFILES" AS (
  -- Source profiles: a row an event at updated_at, known as it happens.
  SELECT
    "USER_ID",
    "COUNTRY",
    "AGE",
    "HOME_CITY",
    "SCORE",
    CAST(CONVERT_TIMEZONE('UTC', "UPDATED_AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    CAST(CONVERT_TIMEZONE('UTC', "LOADED_AT") AS TIMESTAMP_NTZ(6)) AS "__CREATED"
  FROM "RAW"."PROFILES"
  WHERE
    "UPDATED_AT" IS NOT NULL
), "EVENTS_USER_PROFILE" AS (
  -- Feature view user_profile: the values each event carries, by user_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    "__CREATED",
    CAST("AGE" AS DECIMAL(10, 0)) AS "AGE",
    CAST("HOME_CITY" AS VARCHAR) AS "CITY",
    "AGE" >= 18 AS "IS_ADULT",
    CAST("SCORE" AS DOUBLE) AS "SCORE"
  FROM "SOURCE_PROFILES"
  WHERE
    (
      "COUNTRY" IS NOT NULL
    ) AND "USER_ID" IS NOT NULL
), "MATCHED" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
), "TIED_USER_PROFILE" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "E"."USER_ID",
    "E"."__EVENT"
  FROM "EVENTS_USER_PROFILE" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "MATCHED" AS "M"
      WHERE
        "E"."USER_ID" = "M"."USER_ID" AND "E"."__EVENT" = "M"."USER_PROFILE__EVENT"
    )
  GROUP BY
    "E"."USER_ID",
    "E"."__EVENT"
  HAVING
    COUNT(*) > 1
), "SETTLED_USER_PROFILE" AS (
  -- Ties of user_profile, settled: the greatest by (loaded_at, age, city, is_adult, score), NULLs
  -- first. A row a tied instant.
  SELECT
    "E"."USER_ID",
    "E"."__EVENT",
    "E"."AGE",
    "E"."CITY",
    "E"."IS_ADULT",
    "E"."SCORE"
  FROM "EVENTS_USER_PROFILE" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "TIED_USER_PROFILE" AS "D"
      WHERE
        "E"."USER_ID" = "D"."USER_ID" AND "E"."__EVENT" = "D"."__EVENT"
    )
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "E"."USER_ID", "E"."__EVENT"
      ORDER BY "E"."__CREATED" DESC NULLS LAST, "E"."AGE" DESC NULLS LAST, "E"."CITY" DESC NULLS LAST, "E"."IS_ADULT" DESC NULLS LAST, (
        "E"."SCORE"
      ) + 0 DESC NULLS LAST
    ) = 1
)
SELECT
  "M"."USER_ID",
  "M"."EVENT_TIMESTAMP",
  CASE
    WHEN "M"."USER_PROFILE__EVENT" >= DATEADD(DAY, -30, "M"."EVENT_TIMESTAMP")
    THEN CASE WHEN "W1"."__EVENT" IS NULL THEN "M"."USER_PROFILE__AGE" ELSE "W1"."AGE" END
  END AS "AGE",
  CASE
    WHEN "M"."USER_PROFILE__EVENT" >= DATEADD(DAY, -30, "M"."EVENT_TIMESTAMP")
    THEN CASE WHEN "W1"."__EVENT" IS NULL THEN "M"."USER_PROFILE__CITY" ELSE "W1"."CITY" END
  END AS "CITY",
  CASE
    WHEN "M"."USER_PROFILE__EVENT" >= DATEADD(DAY, -30, "M"."EVENT_TIMESTAMP")
    THEN CASE WHEN "W1"."__EVENT" IS NULL THEN "M"."USER_PROFILE__IS_ADULT" ELSE "W1"."IS_ADULT" END
  END AS "IS_ADULT",
  CASE
    WHEN "M"."USER_PROFILE__EVENT" >= DATEADD(DAY, -30, "M"."EVENT_TIMESTAMP")
    THEN CASE WHEN "W1"."__EVENT" IS NULL THEN "M"."USER_PROFILE__SCORE" ELSE "W1"."SCORE" END
    ELSE CAST(0.0 AS DOUBLE)
  END AS "SCORE"
FROM "MATCHED" AS "M"
LEFT JOIN "SETTLED_USER_PROFILE" AS "W1"
  ON "W1"."USER_ID" = "M"."USER_ID" AND "W1"."__EVENT" = "M"."USER_PROFILE__EVENT"
ORDER BY
  "M"."__ROW";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_001";
