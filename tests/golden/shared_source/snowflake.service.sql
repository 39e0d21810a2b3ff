-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: snowflake, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- matched: Each spine row with the latest event visible at its time, for each join; a, b: at or before the row's time; c: at or before the row's time.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_001" AS
WITH "NUMBERED" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER (ORDER BY NULL NULLS FIRST) AS "__ROW",
    "S"."USER_ID",
    "S"."EVENT_TIMESTAMP"
  FROM "SPINE" AS "S"
), "SOURCE_EVENTS" AS (
  -- Source events: a row an event at at, known as it happens.
  SELECT
    "USER_ID",
    "X",
    "Y",
    "Z",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
  FROM "RAW"."EVENTS"
  WHERE
    "AT" IS NOT NULL
), "EVENTS_EVENTS" AS (
  -- Feature views a, b: the values each event carries, by user_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    CAST("X" AS DOUBLE) AS "A__X",
    CAST("Y" AS DECIMAL(19, 0)) AS "B__Y",
    CAST("X" AS DOUBLE) AS "B__X"
  FROM "SOURCE_EVENTS"
  WHERE
    "USER_ID" IS NOT NULL
), "EVENTS_C" AS (
  -- Feature view c: the values each event carries, by user_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    CAST("Z" AS VARCHAR) AS "Z"
  FROM "SOURCE_EVENTS"
  WHERE
    (
      "X" > 0
    ) AND "USER_ID" IS NOT NULL
)
SELECT
  "S"."__ROW",
  "S"."USER_ID",
  "S"."EVENT_TIMESTAMP",
  "E1"."__EVENT" AS "A__EVENT",
  "E1"."A__X",
  "E1"."B__Y",
  "E1"."B__X",
  "E2"."__EVENT" AS "C__EVENT",
  "E2"."Z" AS "C__Z"
FROM "NUMBERED" AS "S"
ASOF JOIN "EVENTS_EVENTS" AS "E1" MATCH_CONDITION ("S"."EVENT_TIMESTAMP" >= "E1"."__EVENT")
  ON "S"."USER_ID" = "E1"."USER_ID"
ASOF JOIN "EVENTS_C" AS "E2" MATCH_CONDITION ("S"."EVENT_TIMESTAMP" >= "E2"."__EVENT")
  ON "S"."USER_ID" = "E2"."USER_ID";
-- tied_a: Ties: picked instants at which a key has several events. A row a key and event time.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_002" AS
WITH "SOURCE_EVENTS" AS (
  -- Source events: a row an event at at, known as it happens.
  SELECT
    "USER_ID",
    "X",
    "Y",
    "Z",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
  FROM "RAW"."EVENTS"
  WHERE
    "AT" IS NOT NULL
), "EVENTS_EVENTS" AS (
  -- Feature views a, b: the values each event carries, by user_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    CAST("X" AS DOUBLE) AS "A__X",
    CAST("Y" AS DECIMAL(19, 0)) AS "B__Y",
    CAST("X" AS DOUBLE) AS "B__X"
  FROM "SOURCE_EVENTS"
  WHERE
    "USER_ID" IS NOT NULL
), "MATCHED" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
)
SELECT
  "E"."USER_ID",
  "E"."__EVENT"
FROM "EVENTS_EVENTS" AS "E"
WHERE
  EXISTS(
    SELECT
      1
    FROM "MATCHED" AS "M"
    WHERE
      "E"."USER_ID" = "M"."USER_ID" AND "E"."__EVENT" = "M"."A__EVENT"
  )
GROUP BY
  "E"."USER_ID",
  "E"."__EVENT"
HAVING
  COUNT(*) > 1;
WITH "SOURCE_EVENTS" AS (
  -- Source events: a row an event at at, known as it happens.
  SELECT
    "USER_ID",
    "X",
    "Y",
    "Z",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
  FROM "RAW"."EVENTS"
  WHERE
    "AT" IS NOT NULL
), "EVENTS_EVENTS" AS (
  -- Feature views a, b: the values each event carries, by user_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    CAST("X" AS DOUBLE) AS "A__X",
    CAST("Y" AS DECIMAL(19, 0)) AS "B__Y",
    CAST("X" AS DOUBLE) AS "B__X"
  FROM "SOURCE_EVENTS"
  WHERE
    "USER_ID" IS NOT NULL
), "EVENTS_C" AS (
  -- Feature view c: the values each event carries, by user_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    CAST("Z" AS VARCHAR) AS "Z"
  FROM "SOURCE_EVENTS"
  WHERE
    (
      "X" > 0
    ) AND "USER_ID" IS NOT NULL
), "MATCHED" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
), "TIED_A" AS (
  SELECT * FROM "__FCOMPILE_STAGE_002"
), "SETTLED_A" AS (
  -- Ties of a, settled: the greatest by (x), NULLs first. A row a tied instant.
  SELECT
    "E"."USER_ID",
    "E"."__EVENT",
    "E"."A__X"
  FROM "EVENTS_EVENTS" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "TIED_A" AS "D"
      WHERE
        "E"."USER_ID" = "D"."USER_ID" AND "E"."__EVENT" = "D"."__EVENT"
    )
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "E"."USER_ID", "E"."__EVENT" ORDER BY (
      "E"."A__X"
    ) + 0 DESC NULLS LAST) = 1
), "SETTLED_B" AS (
  -- Ties of b, settled: the greatest by (y, x), NULLs first. A row a tied instant.
  SELECT
    "E"."USER_ID",
    "E"."__EVENT",
    "E"."B__Y",
    "E"."B__X"
  FROM "EVENTS_EVENTS" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "TIED_A" AS "D"
      WHERE
        "E"."USER_ID" = "D"."USER_ID" AND "E"."__EVENT" = "D"."__EVENT"
    )
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "E"."USER_ID", "E"."__EVENT"
      ORDER BY "E"."B__Y" DESC NULLS LAST, (
        "E"."B__X"
      ) + 0 DESC NULLS LAST
    ) = 1
), "TIED_C" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "E"."USER_ID",
    "E"."__EVENT"
  FROM "EVENTS_C" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "MATCHED" AS "M"
      WHERE
        "E"."USER_ID" = "M"."USER_ID" AND "E"."__EVENT" = "M"."C__EVENT"
    )
  GROUP BY
    "E"."USER_ID",
    "E"."__EVENT"
  HAVING
    COUNT(*) > 1
), "SETTLED_C" AS (
  -- Ties of c, settled: the greatest by (z), NULLs first. A row a tied instant.
  SELECT
    "E"."USER_ID",
    "E"."__EVENT",
    "E"."Z"
  FROM "EVENTS_C" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "TIED_C" AS "D"
      WHERE
        "E"."USER_ID" = "D"."USER_ID" AND "E"."__EVENT" = "D"."__EVENT"
    )
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "E"."USER_ID", "E"."__EVENT" ORDER BY "E"."Z" DESC NULLS LAST) = 1
)
SELECT
  "M"."USER_ID",
  "M"."EVENT_TIMESTAMP",
  CASE
    WHEN "M"."A__EVENT" >= DATEADD(DAY, -1, "M"."EVENT_TIMESTAMP")
    THEN CASE WHEN "W1"."__EVENT" IS NULL THEN "M"."A__X" ELSE "W1"."A__X" END
  END AS "A__X",
  CASE WHEN "W2"."__EVENT" IS NULL THEN "M"."B__Y" ELSE "W2"."B__Y" END AS "B__Y",
  CASE WHEN "W2"."__EVENT" IS NULL THEN "M"."B__X" ELSE "W2"."B__X" END AS "B__X",
  CASE WHEN "W3"."__EVENT" IS NULL THEN "M"."C__Z" ELSE "W3"."Z" END AS "C__Z"
FROM "MATCHED" AS "M"
LEFT JOIN "SETTLED_A" AS "W1"
  ON "W1"."USER_ID" = "M"."USER_ID" AND "W1"."__EVENT" = "M"."A__EVENT"
LEFT JOIN "SETTLED_B" AS "W2"
  ON "W2"."USER_ID" = "M"."USER_ID" AND "W2"."__EVENT" = "M"."A__EVENT"
LEFT JOIN "SETTLED_C" AS "W3"
  ON "W3"."USER_ID" = "M"."USER_ID" AND "W3"."__EVENT" = "M"."C__EVENT"
ORDER BY
  "M"."__ROW";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_002";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_001";
