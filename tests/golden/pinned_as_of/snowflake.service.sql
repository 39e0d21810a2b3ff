-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: snowflake, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- matched: Each spine row with the latest event visible at its time, for each join; profile: at or before the row's time; before: strictly before the row's time.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_001" AS
WITH "NUMBERED" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER (ORDER BY NULL NULLS FIRST) AS "__ROW",
    "S"."USER_ID",
    "S"."EVENT_TIMESTAMP"
  FROM "SPINE" AS "S"
), "SOURCE_PROFILES" AS (
  -- Source profiles: a row an event at updated_at, known at known.
  SELECT
    "USER_ID",
    "COUNTRY",
    "AGE",
    CAST(CONVERT_TIMEZONE('UTC', "UPDATED_AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    GREATEST(
      CAST(CONVERT_TIMEZONE('UTC', "UPDATED_AT") AS TIMESTAMP_NTZ(6)),
      CAST(CONVERT_TIMEZONE('UTC', "KNOWN") AS TIMESTAMP_NTZ(6))
    ) AS "__VISIBLE",
    CAST(CONVERT_TIMEZONE('UTC', "LOADED_AT") AS TIMESTAMP_NTZ(6)) AS "__CREATED"
  FROM "RAW"."PROFILES"
  WHERE
    "UPDATED_AT" IS NOT NULL AND "KNOWN" IS NOT NULL
), "EVENTS_PROFILES" AS (
  -- Feature views profile, before: the values each event carries, by user_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    "__VISIBLE",
    "__CREATED",
    CAST("COUNTRY" AS VARCHAR) AS "PROFILE__COUNTRY",
    CAST("AGE" AS DECIMAL(10, 0)) AS "BEFORE__AGE"
  FROM "SOURCE_PROFILES"
  WHERE
    "USER_ID" IS NOT NULL
), "LEADING_PROFILES" AS (
  -- Events that are the latest of their key when they become known. One that is known only after a
  -- later event never counts.
  SELECT
    "USER_ID",
    "__EVENT",
    "__VISIBLE",
    "__CREATED",
    "PROFILE__COUNTRY",
    "BEFORE__AGE"
  FROM "EVENTS_PROFILES"
  QUALIFY
    "__EVENT" = MAX("__EVENT") OVER (PARTITION BY "USER_ID" ORDER BY "__VISIBLE" ASC)
)
SELECT
  "S"."__ROW",
  "S"."USER_ID",
  "S"."EVENT_TIMESTAMP",
  "E1"."__EVENT" AS "PROFILE__EVENT",
  "E1"."__VISIBLE" AS "PROFILE__VISIBLE",
  "E1"."PROFILE__COUNTRY",
  "E2"."__EVENT" AS "BEFORE__EVENT",
  "E2"."__VISIBLE" AS "BEFORE__VISIBLE",
  "E2"."BEFORE__AGE"
FROM "NUMBERED" AS "S"
ASOF JOIN "LEADING_PROFILES" AS "E1" MATCH_CONDITION ("S"."EVENT_TIMESTAMP" >= "E1"."__VISIBLE")
  ON "S"."USER_ID" = "E1"."USER_ID"
ASOF JOIN "LEADING_PROFILES" AS "E2" MATCH_CONDITION ("S"."EVENT_TIMESTAMP" > "E2"."__VISIBLE")
  ON "S"."USER_ID" = "E2"."USER_ID";
WITH "SOURCE_PROFILES" AS (
  -- Source profiles: a row an event at updated_at, known at known.
  SELECT
    "USER_ID",
    "COUNTRY",
    "AGE",
    CAST(CONVERT_TIMEZONE('UTC', "UPDATED_AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    GREATEST(
      CAST(CONVERT_TIMEZONE('UTC', "UPDATED_AT") AS TIMESTAMP_NTZ(6)),
      CAST(CONVERT_TIMEZONE('UTC', "KNOWN") AS TIMESTAMP_NTZ(6))
    ) AS "__VISIBLE",
    CAST(CONVERT_TIMEZONE('UTC', "LOADED_AT") AS TIMESTAMP_NTZ(6)) AS "__CREATED"
  FROM "RAW"."PROFILES"
  WHERE
    "UPDATED_AT" IS NOT NULL AND "KNOWN" IS NOT NULL
), "EVENTS_PROFILES" AS (
  -- Feature views profile, before: the values each event carries, by user_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    "__VISIBLE",
    "__CREATED",
    CAST("COUNTRY" AS VARCHAR) AS "PROFILE__COUNTRY",
    CAST("AGE" AS DECIMAL(10, 0)) AS "BEFORE__AGE"
  FROM "SOURCE_PROFILES"
  WHERE
    "USER_ID" IS NOT NULL
), "MATCHED" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
), "TIED_PROFILE" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "E"."USER_ID",
    "E"."__EVENT"
  FROM "EVENTS_PROFILES" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "MATCHED" AS "M"
      WHERE
        "E"."USER_ID" = "M"."USER_ID" AND "E"."__EVENT" = "M"."PROFILE__EVENT"
    )
  GROUP BY
    "E"."USER_ID",
    "E"."__EVENT"
  HAVING
    COUNT(*) > 1
), "SETTLED_PROFILE" AS (
  -- Ties of profile, settled: the greatest by (loaded_at, country), NULLs first. A row a tied
  -- instant.
  WITH "RANKED" AS (
    SELECT
      "E"."USER_ID",
      "E"."__EVENT",
      "E"."__VISIBLE",
      "E"."PROFILE__COUNTRY",
      ROW_NUMBER() OVER (
        PARTITION BY "E"."USER_ID", "E"."__EVENT"
        ORDER BY "E"."__CREATED" ASC NULLS FIRST, "E"."PROFILE__COUNTRY" ASC NULLS FIRST
      ) AS "__RANK"
    FROM "EVENTS_PROFILES" AS "E"
    WHERE
      EXISTS(
        SELECT
          1
        FROM "TIED_PROFILE" AS "D"
        WHERE
          "E"."USER_ID" = "D"."USER_ID" AND "E"."__EVENT" = "D"."__EVENT"
      )
  )
  SELECT
    "S"."USER_ID",
    "S"."__EVENT",
    "S"."__VISIBLE",
    "R"."PROFILE__COUNTRY"
  FROM (
    SELECT DISTINCT
      "USER_ID",
      "__EVENT",
      "__VISIBLE",
      MAX("__RANK") OVER (PARTITION BY "USER_ID", "__EVENT" ORDER BY "__VISIBLE" ASC) AS "__RANK"
    FROM "RANKED"
  ) AS "S"
  JOIN "RANKED" AS "R"
    ON "S"."USER_ID" = "R"."USER_ID" AND "S"."__EVENT" = "R"."__EVENT" AND "S"."__RANK" = "R"."__RANK"
), "TIED_BEFORE" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "E"."USER_ID",
    "E"."__EVENT"
  FROM "EVENTS_PROFILES" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "MATCHED" AS "M"
      WHERE
        "E"."USER_ID" = "M"."USER_ID" AND "E"."__EVENT" = "M"."BEFORE__EVENT"
    )
  GROUP BY
    "E"."USER_ID",
    "E"."__EVENT"
  HAVING
    COUNT(*) > 1
), "SETTLED_BEFORE" AS (
  -- Ties of before, settled: the greatest by (loaded_at, age), NULLs first. A row a tied instant.
  WITH "RANKED" AS (
    SELECT
      "E"."USER_ID",
      "E"."__EVENT",
      "E"."__VISIBLE",
      "E"."BEFORE__AGE",
      ROW_NUMBER() OVER (
        PARTITION BY "E"."USER_ID", "E"."__EVENT"
        ORDER BY "E"."__CREATED" ASC NULLS FIRST, "E"."BEFORE__AGE" ASC NULLS FIRST
      ) AS "__RANK"
    FROM "EVENTS_PROFILES" AS "E"
    WHERE
      EXISTS(
        SELECT
          1
        FROM "TIED_BEFORE" AS "D"
        WHERE
          "E"."USER_ID" = "D"."USER_ID" AND "E"."__EVENT" = "D"."__EVENT"
      )
  )
  SELECT
    "S"."USER_ID",
    "S"."__EVENT",
    "S"."__VISIBLE",
    "R"."BEFORE__AGE"
  FROM (
    SELECT DISTINCT
      "USER_ID",
      "__EVENT",
      "__VISIBLE",
      MAX("__RANK") OVER (PARTITION BY "USER_ID", "__EVENT" ORDER BY "__VISIBLE" ASC) AS "__RANK"
    FROM "RANKED"
  ) AS "S"
  JOIN "RANKED" AS "R"
    ON "S"."USER_ID" = "R"."USER_ID" AND "S"."__EVENT" = "R"."__EVENT" AND "S"."__RANK" = "R"."__RANK"
)
SELECT
  "M"."USER_ID",
  "M"."EVENT_TIMESTAMP",
  CASE
    WHEN "M"."PROFILE__EVENT" >= DATEADD(DAY, -30, "M"."EVENT_TIMESTAMP")
    THEN CASE WHEN "W1"."__EVENT" IS NULL THEN "M"."PROFILE__COUNTRY" ELSE "W1"."PROFILE__COUNTRY" END
  END AS "COUNTRY",
  CASE WHEN "W2"."__EVENT" IS NULL THEN "M"."BEFORE__AGE" ELSE "W2"."BEFORE__AGE" END AS "AGE"
FROM "MATCHED" AS "M"
LEFT JOIN "SETTLED_PROFILE" AS "W1"
  ON "W1"."USER_ID" = "M"."USER_ID"
  AND "W1"."__EVENT" = "M"."PROFILE__EVENT"
  AND "W1"."__VISIBLE" = "M"."PROFILE__VISIBLE"
LEFT JOIN "SETTLED_BEFORE" AS "W2"
  ON "W2"."USER_ID" = "M"."USER_ID"
  AND "W2"."__EVENT" = "M"."BEFORE__EVENT"
  AND "W2"."__VISIBLE" = "M"."BEFORE__VISIBLE"
ORDER BY
  "M"."__ROW";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_001";
