-- Label returns_30d: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: snowflake, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- Bound too: :as_of, the instant as of which the label is known: NULL where it is not mature by then.
-- numbered: The spine, numbered so that its rows and their order come back. A row a training example.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_001" AS
SELECT
  ROW_NUMBER() OVER (ORDER BY NULL NULLS FIRST) AS "__ROW",
  "S"."USER_ID",
  "S"."EVENT_TIMESTAMP"
FROM "SPINE" AS "S";
-- hot_returns_30d: Hot keys: more than 500 rows. Their windows are made of tiles, those of other keys of rows.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_002" AS
WITH "SOURCE_ORDERS" AS (
  -- Source orders: a row an event at at, known at known.
  SELECT
    "USER_ID",
    "PAID",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    GREATEST(
      CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)),
      CAST(CONVERT_TIMEZONE('UTC', "KNOWN") AS TIMESTAMP_NTZ(6))
    ) AS "__VISIBLE"
  FROM "RAW"."ORDERS"
  WHERE
    "AT" IS NOT NULL AND "KNOWN" IS NOT NULL
), "ROWS_RETURNS_30D" AS (
  -- Rows for returns_30d, known as of :as_of: what is aggregated of each.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    CASE WHEN "PAID" THEN TRUE END AS "ROW"
  FROM "SOURCE_ORDERS"
  WHERE
    "USER_ID" IS NOT NULL AND "__VISIBLE" <= CAST(:as_of AS TIMESTAMP_NTZ(6))
)
SELECT
  "USER_ID"
FROM "ROWS_RETURNS_30D"
GROUP BY
  "USER_ID"
HAVING
  COUNT(*) > 500;
-- tiles_returns_30d: Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the rows are visible.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_003" AS
WITH "SOURCE_ORDERS" AS (
  -- Source orders: a row an event at at, known at known.
  SELECT
    "USER_ID",
    "PAID",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    GREATEST(
      CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)),
      CAST(CONVERT_TIMEZONE('UTC', "KNOWN") AS TIMESTAMP_NTZ(6))
    ) AS "__VISIBLE"
  FROM "RAW"."ORDERS"
  WHERE
    "AT" IS NOT NULL AND "KNOWN" IS NOT NULL
), "ROWS_RETURNS_30D" AS (
  -- Rows for returns_30d, known as of :as_of: what is aggregated of each.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    CASE WHEN "PAID" THEN TRUE END AS "ROW"
  FROM "SOURCE_ORDERS"
  WHERE
    "USER_ID" IS NOT NULL AND "__VISIBLE" <= CAST(:as_of AS TIMESTAMP_NTZ(6))
), "HOT_RETURNS_30D" AS (
  SELECT * FROM "__FCOMPILE_STAGE_002"
)
SELECT
  "USER_ID",
  DATE_TRUNC('hour', "__EVENT") AS "__TILE",
  DATE_TRUNC('hour', "__EVENT") AS "__KNOWN",
  CAST(COUNT("ROW") AS DECIMAL(19, 0)) AS "ROW__COUNT"
FROM "ROWS_RETURNS_30D" AS "R"
WHERE
  EXISTS(
    SELECT
      1
    FROM "HOT_RETURNS_30D" AS "H"
    WHERE
      "R"."USER_ID" = "H"."USER_ID"
  )
GROUP BY
  "USER_ID",
  DATE_TRUNC('hour', "__EVENT"),
  DATE_TRUNC('hour', "__EVENT");
-- spans_returns_30d: The same for 1d, made of the tiles above.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_004" AS
WITH "TILES_RETURNS_30D" AS (
  SELECT * FROM "__FCOMPILE_STAGE_003"
)
SELECT
  "USER_ID",
  DATE_TRUNC('day', "__TILE") AS "__TILE",
  DATE_TRUNC('day', "__KNOWN") AS "__KNOWN",
  CAST(SUM("ROW__COUNT") AS DECIMAL(19, 0)) AS "ROW__COUNT"
FROM "TILES_RETURNS_30D"
GROUP BY
  "USER_ID",
  DATE_TRUNC('day', "__TILE"),
  DATE_TRUNC('day', "__KNOWN");
-- asked_returns_30d: Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_005" AS
WITH "NUMBERED" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
), "HOT_RETURNS_30D" AS (
  SELECT * FROM "__FCOMPILE_STAGE_002"
)
SELECT
  "N"."__ROW",
  "N"."USER_ID",
  DATEADD(DAY, 30, "N"."EVENT_TIMESTAMP") AS "__TIME",
  DATE_TRUNC('hour', DATEADD(DAY, 30, "N"."EVENT_TIMESTAMP")) AS "__NOW",
  DATE_TRUNC('day', DATEADD(DAY, 30, "N"."EVENT_TIMESTAMP")) AS "__TODAY",
  DATEADD(
    SECOND,
    -(
      (
        DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), DATEADD(DAY, 30, "N"."EVENT_TIMESTAMP")) % 2592000 + 2592000
      ) % 2592000
    ),
    DATE_TRUNC('second', DATEADD(DAY, 30, "N"."EVENT_TIMESTAMP"))
  ) AS "__STRETCH"
FROM "NUMBERED" AS "N"
WHERE
  EXISTS(
    SELECT
      1
    FROM "HOT_RETURNS_30D" AS "H"
    WHERE
      "N"."USER_ID" = "H"."USER_ID"
  );
WITH "NUMBERED" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
), "SOURCE_ORDERS" AS (
  -- Source orders: a row an event at at, known at known.
  SELECT
    "USER_ID",
    "PAID",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    GREATEST(
      CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)),
      CAST(CONVERT_TIMEZONE('UTC', "KNOWN") AS TIMESTAMP_NTZ(6))
    ) AS "__VISIBLE"
  FROM "RAW"."ORDERS"
  WHERE
    "AT" IS NOT NULL AND "KNOWN" IS NOT NULL
), "ROWS_RETURNS_30D" AS (
  -- Rows for returns_30d, known as of :as_of: what is aggregated of each.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    CASE WHEN "PAID" THEN TRUE END AS "ROW"
  FROM "SOURCE_ORDERS"
  WHERE
    "USER_ID" IS NOT NULL AND "__VISIBLE" <= CAST(:as_of AS TIMESTAMP_NTZ(6))
), "HOT_RETURNS_30D" AS (
  SELECT * FROM "__FCOMPILE_STAGE_002"
), "TILES_RETURNS_30D" AS (
  SELECT * FROM "__FCOMPILE_STAGE_003"
), "SPANS_RETURNS_30D" AS (
  SELECT * FROM "__FCOMPILE_STAGE_004"
), "COLD_RETURNS_30D" AS (
  -- Spine rows of the other keys, and their time.
  SELECT
    "N"."__ROW",
    "N"."USER_ID",
    DATEADD(DAY, 30, "N"."EVENT_TIMESTAMP") AS "__TIME"
  FROM "NUMBERED" AS "N"
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM "HOT_RETURNS_30D" AS "H"
      WHERE
        "N"."USER_ID" = "H"."USER_ID"
    )
), "ASKED_RETURNS_30D" AS (
  SELECT * FROM "__FCOMPILE_STAGE_005"
), "EDGES_RETURNS_30D" AS (
  -- Where each window begins, and the small and large tile that is in.
  SELECT
    "__ROW",
    "USER_ID",
    "__TIME",
    "__NOW",
    "__TODAY",
    1 AS "__FROM",
    DATEADD(DAY, -30, "__TIME") AS "__LOW",
    DATE_TRUNC('hour', DATEADD(DAY, -30, "__TIME")) AS "__EDGE",
    DATE_TRUNC('day', DATEADD(DAY, -30, "__TIME")) AS "__EDGE_SPAN"
  FROM "ASKED_RETURNS_30D"
), "PIECES_RETURNS_30D" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "N"."__ROW",
    1 AS "__FROM",
    1 AS "__TO",
    "R"."__EVENT",
    "R"."ROW"
  FROM "COLD_RETURNS_30D" AS "N"
  JOIN "ROWS_RETURNS_30D" AS "R"
    ON "N"."USER_ID" = "R"."USER_ID"
    AND "R"."__EVENT" <= "N"."__TIME"
    AND "R"."__EVENT" > DATEADD(DAY, -30, "N"."__TIME")
  UNION ALL
  SELECT
    "A"."__ROW",
    "A"."__FROM",
    "A"."__TO",
    "R"."__EVENT",
    "R"."ROW"
  FROM (
    SELECT
      "__ROW",
      "USER_ID",
      "__TIME",
      "__FROM",
      "__FROM" AS "__TO",
      "__EDGE",
      "__LOW"
    FROM "EDGES_RETURNS_30D"
    WHERE
      "__EDGE" < "__NOW"
    UNION ALL
    SELECT
      "__ROW",
      "USER_ID",
      "__TIME",
      1 AS "__FROM",
      1 AS "__TO",
      "__NOW" AS "__EDGE",
      DATEADD(HOUR, -1, "__TIME") AS "__LOW"
    FROM "ASKED_RETURNS_30D"
  ) AS "A"
  JOIN "ROWS_RETURNS_30D" AS "R"
    ON "A"."USER_ID" = "R"."USER_ID"
    AND DATE_TRUNC('hour', "R"."__EVENT") = "A"."__EDGE"
    AND "R"."__EVENT" > "A"."__LOW"
    AND "R"."__EVENT" <= "A"."__TIME"
), "PARTS_RETURNS_30D" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__ROW",
    "__FROM",
    "__TO",
    CAST(COUNT("ROW") AS DECIMAL(19, 0)) AS "ROW__COUNT"
  FROM "PIECES_RETURNS_30D"
  GROUP BY
    "__ROW",
    "__FROM",
    "__TO"
  UNION ALL
  SELECT
    "__ROW",
    "__FROM",
    "__TO",
    CAST(SUM("ROW__COUNT") AS DECIMAL(19, 0)) AS "ROW__COUNT"
  FROM (
    SELECT
      "A"."__ROW",
      1 AS "__FROM",
      1 AS "__TO",
      "P"."ROW__COUNT"
    FROM "ASKED_RETURNS_30D" AS "A"
    JOIN "TILES_RETURNS_30D" AS "P"
      ON "A"."USER_ID" = "P"."USER_ID"
      AND DATE_TRUNC('day', "P"."__KNOWN") = "A"."__TODAY"
      AND "P"."__KNOWN" < "A"."__NOW"
      AND "P"."__TILE" > DATEADD(DAY, -30, "A"."__TIME")
    UNION ALL
    SELECT
      "A"."__ROW",
      "A"."__FROM",
      "A"."__FROM" AS "__TO",
      "P"."ROW__COUNT"
    FROM "EDGES_RETURNS_30D" AS "A"
    JOIN "TILES_RETURNS_30D" AS "P"
      ON "A"."USER_ID" = "P"."USER_ID"
      AND DATE_TRUNC('day', "P"."__TILE") = "A"."__EDGE_SPAN"
      AND "P"."__TILE" > "A"."__LOW"
      AND "A"."__EDGE_SPAN" < "A"."__TODAY"
    UNION ALL
    SELECT
      "A"."__ROW",
      1 AS "__FROM",
      1 AS "__TO",
      "P"."ROW__COUNT"
    FROM "ASKED_RETURNS_30D" AS "A"
    JOIN "SPANS_RETURNS_30D" AS "P"
      ON "A"."USER_ID" = "P"."USER_ID"
      AND DATEADD(
        SECOND,
        -(
          (
            DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "P"."__TILE") % 2592000 + 2592000
          ) % 2592000
        ),
        DATE_TRUNC('second', "P"."__TILE")
      ) = "A"."__STRETCH"
      AND "P"."__KNOWN" < "A"."__TODAY"
      AND "P"."__TILE" > DATEADD(DAY, -30, "A"."__TIME")
    UNION ALL
    SELECT
      "A"."__ROW",
      1 AS "__FROM",
      1 AS "__TO",
      "P"."ROW__COUNT"
    FROM "ASKED_RETURNS_30D" AS "A"
    JOIN "SPANS_RETURNS_30D" AS "P"
      ON "A"."USER_ID" = "P"."USER_ID"
      AND DATEADD(
        SECOND,
        -(
          (
            DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "P"."__TILE") % 2592000 + 2592000
          ) % 2592000
        ),
        DATE_TRUNC('second', "P"."__TILE")
      ) = DATEADD(DAY, -30, "A"."__STRETCH")
      AND "P"."__KNOWN" < "A"."__TODAY"
      AND "P"."__TILE" > DATEADD(DAY, -30, "A"."__TIME")
  ) AS "TILES"
  GROUP BY
    "__ROW",
    "__FROM",
    "__TO"
), "STATES_RETURNS_30D" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "N"."__ROW",
    CAST(SUM(CASE WHEN "__FROM" <= 1 AND "__TO" >= 1 THEN "ROW__COUNT" END) AS DECIMAL(19, 0)) AS "ROW__COUNT_1",
    COUNT("__FROM") > 0 AS "__MATCHED"
  FROM "NUMBERED" AS "N"
  LEFT JOIN "PARTS_RETURNS_30D" AS "P"
    ON "P"."__ROW" = "N"."__ROW"
  GROUP BY
    "N"."__ROW"
), "WINDOWS_RETURNS_30D" AS (
  -- returns_30d: one value a spine row and window (t, t + horizon].
  SELECT
    "__ROW",
    CAST(COALESCE("ROW__COUNT_1", 0) AS DECIMAL(19, 0)) AS "RETURNS_30D",
    "__MATCHED"
  FROM "STATES_RETURNS_30D"
)
SELECT
  "M"."USER_ID",
  "M"."EVENT_TIMESTAMP",
  CASE
    WHEN DATEADD(DAY, 32, "M"."EVENT_TIMESTAMP") <= CAST(:as_of AS TIMESTAMP_NTZ(6))
    THEN "W1"."RETURNS_30D"
  END AS "RETURNS_30D"
FROM "NUMBERED" AS "M"
LEFT JOIN "WINDOWS_RETURNS_30D" AS "W1"
  ON "W1"."__ROW" = "M"."__ROW"
ORDER BY
  "M"."__ROW";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_005";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_004";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_003";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_002";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_001";
