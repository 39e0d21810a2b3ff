-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: snowflake, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- numbered: The spine, numbered so that its rows and their order come back. A row a training example.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_001" AS
SELECT
  ROW_NUMBER() OVER (ORDER BY NULL NULLS FIRST) AS "__ROW",
  "S"."USER_ID",
  "S"."EVENT_TIMESTAMP"
FROM "SPINE" AS "S";
-- hot_spend: Hot keys: more than 500 rows. Their windows are made of tiles, those of other keys of rows.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_002" AS
WITH "SOURCE_PURCHASES" AS (
  -- Source purchases: a row an event at at, known at known.
  SELECT
    "USER_ID",
    "AMOUNT",
    "SHOP",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    GREATEST(
      CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)),
      CAST(CONVERT_TIMEZONE('UTC', "KNOWN") AS TIMESTAMP_NTZ(6))
    ) AS "__VISIBLE"
  FROM "RAW"."PURCHASES"
  WHERE
    "AT" IS NOT NULL AND "KNOWN" IS NOT NULL
), "ROWS_SPEND" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    "__VISIBLE",
    CAST("AMOUNT" AS DOUBLE) AS "AMOUNT",
    CASE WHEN "AMOUNT" > 100.0 THEN TRUE END AS "ROW",
    CAST("SHOP" AS VARCHAR) AS "SHOP"
  FROM "SOURCE_PURCHASES"
  WHERE
    "USER_ID" IS NOT NULL
)
SELECT
  "USER_ID"
FROM "ROWS_SPEND"
GROUP BY
  "USER_ID"
HAVING
  COUNT(*) > 500;
-- tiles_spend: Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the rows are visible.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_003" AS
WITH "SOURCE_PURCHASES" AS (
  -- Source purchases: a row an event at at, known at known.
  SELECT
    "USER_ID",
    "AMOUNT",
    "SHOP",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    GREATEST(
      CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)),
      CAST(CONVERT_TIMEZONE('UTC', "KNOWN") AS TIMESTAMP_NTZ(6))
    ) AS "__VISIBLE"
  FROM "RAW"."PURCHASES"
  WHERE
    "AT" IS NOT NULL AND "KNOWN" IS NOT NULL
), "ROWS_SPEND" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    "__VISIBLE",
    CAST("AMOUNT" AS DOUBLE) AS "AMOUNT",
    CASE WHEN "AMOUNT" > 100.0 THEN TRUE END AS "ROW",
    CAST("SHOP" AS VARCHAR) AS "SHOP"
  FROM "SOURCE_PURCHASES"
  WHERE
    "USER_ID" IS NOT NULL
), "HOT_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_002"
)
SELECT
  "USER_ID",
  DATE_TRUNC('hour', "__EVENT") AS "__TILE",
  DATE_TRUNC('hour', "__VISIBLE") AS "__KNOWN",
  SUM("AMOUNT") AS "AMOUNT__SUM",
  CAST(COUNT("ROW") AS DECIMAL(19, 0)) AS "ROW__COUNT"
FROM "ROWS_SPEND" AS "R"
WHERE
  EXISTS(
    SELECT
      1
    FROM "HOT_SPEND" AS "H"
    WHERE
      "R"."USER_ID" = "H"."USER_ID"
  )
GROUP BY
  "USER_ID",
  DATE_TRUNC('hour', "__EVENT"),
  DATE_TRUNC('hour', "__VISIBLE");
-- tiles_spend_shop: Tiles: partial aggregates. A row a key, value of shop, 1h of event times and 1h of the instants from which the rows are visible.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_004" AS
WITH "SOURCE_PURCHASES" AS (
  -- Source purchases: a row an event at at, known at known.
  SELECT
    "USER_ID",
    "AMOUNT",
    "SHOP",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    GREATEST(
      CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)),
      CAST(CONVERT_TIMEZONE('UTC', "KNOWN") AS TIMESTAMP_NTZ(6))
    ) AS "__VISIBLE"
  FROM "RAW"."PURCHASES"
  WHERE
    "AT" IS NOT NULL AND "KNOWN" IS NOT NULL
), "ROWS_SPEND" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    "__VISIBLE",
    CAST("AMOUNT" AS DOUBLE) AS "AMOUNT",
    CASE WHEN "AMOUNT" > 100.0 THEN TRUE END AS "ROW",
    CAST("SHOP" AS VARCHAR) AS "SHOP"
  FROM "SOURCE_PURCHASES"
  WHERE
    "USER_ID" IS NOT NULL
), "HOT_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_002"
)
SELECT
  "USER_ID",
  "SHOP",
  DATE_TRUNC('hour', "__EVENT") AS "__TILE",
  DATE_TRUNC('hour', "__VISIBLE") AS "__KNOWN",
  MAX("__EVENT") AS "SHOP__NEWEST"
FROM "ROWS_SPEND" AS "R"
WHERE
  "SHOP" IS NOT NULL
  AND EXISTS(
    SELECT
      1
    FROM "HOT_SPEND" AS "H"
    WHERE
      "R"."USER_ID" = "H"."USER_ID"
  )
GROUP BY
  "USER_ID",
  "SHOP",
  DATE_TRUNC('hour', "__EVENT"),
  DATE_TRUNC('hour', "__VISIBLE");
-- spans_spend_shop: The same for 1d, made of the tiles above.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_005" AS
WITH "TILES_SPEND_SHOP" AS (
  SELECT * FROM "__FCOMPILE_STAGE_004"
)
SELECT
  "USER_ID",
  "SHOP",
  DATE_TRUNC('day', "__TILE") AS "__TILE",
  DATE_TRUNC('day', "__KNOWN") AS "__KNOWN",
  MAX("SHOP__NEWEST") AS "SHOP__NEWEST"
FROM "TILES_SPEND_SHOP"
GROUP BY
  "USER_ID",
  "SHOP",
  DATE_TRUNC('day', "__TILE"),
  DATE_TRUNC('day', "__KNOWN");
-- asked_spend: Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_006" AS
WITH "NUMBERED" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
), "HOT_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_002"
)
SELECT
  "N"."__ROW",
  "N"."USER_ID",
  "N"."EVENT_TIMESTAMP" AS "__TIME",
  DATE_TRUNC('hour', "N"."EVENT_TIMESTAMP") AS "__NOW",
  DATE_TRUNC('day', "N"."EVENT_TIMESTAMP") AS "__TODAY"
FROM "NUMBERED" AS "N"
WHERE
  EXISTS(
    SELECT
      1
    FROM "HOT_SPEND" AS "H"
    WHERE
      "N"."USER_ID" = "H"."USER_ID"
  );
-- asked_spend_newest: Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_007" AS
WITH "NUMBERED" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
), "HOT_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_002"
)
SELECT
  "N"."__ROW",
  "N"."USER_ID",
  "N"."EVENT_TIMESTAMP" AS "__TIME",
  DATE_TRUNC('hour', "N"."EVENT_TIMESTAMP") AS "__NOW",
  DATE_TRUNC('day', "N"."EVENT_TIMESTAMP") AS "__TODAY",
  DATEADD(
    SECOND,
    -(
      (
        DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "N"."EVENT_TIMESTAMP") % 691200 + 691200
      ) % 691200
    ),
    DATE_TRUNC('second', "N"."EVENT_TIMESTAMP")
  ) AS "__STRETCH"
FROM "NUMBERED" AS "N"
WHERE
  EXISTS(
    SELECT
      1
    FROM "HOT_SPEND" AS "H"
    WHERE
      "N"."USER_ID" = "H"."USER_ID"
  );
WITH "NUMBERED" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
), "SOURCE_PURCHASES" AS (
  -- Source purchases: a row an event at at, known at known.
  SELECT
    "USER_ID",
    "AMOUNT",
    "SHOP",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    GREATEST(
      CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)),
      CAST(CONVERT_TIMEZONE('UTC', "KNOWN") AS TIMESTAMP_NTZ(6))
    ) AS "__VISIBLE"
  FROM "RAW"."PURCHASES"
  WHERE
    "AT" IS NOT NULL AND "KNOWN" IS NOT NULL
), "ROWS_SPEND" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    "__VISIBLE",
    CAST("AMOUNT" AS DOUBLE) AS "AMOUNT",
    CASE WHEN "AMOUNT" > 100.0 THEN TRUE END AS "ROW",
    CAST("SHOP" AS VARCHAR) AS "SHOP"
  FROM "SOURCE_PURCHASES"
  WHERE
    "USER_ID" IS NOT NULL
), "HOT_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_002"
), "TILES_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_003"
), "SPANS_SPEND" AS (
  -- The same for 1d, made of the tiles above.
  SELECT
    "USER_ID",
    DATE_TRUNC('day', "__TILE") AS "__TILE",
    DATE_TRUNC('day', "__KNOWN") AS "__KNOWN",
    SUM("AMOUNT__SUM") AS "AMOUNT__SUM",
    CAST(SUM("ROW__COUNT") AS DECIMAL(19, 0)) AS "ROW__COUNT"
  FROM "TILES_SPEND"
  GROUP BY
    "USER_ID",
    DATE_TRUNC('day', "__TILE"),
    DATE_TRUNC('day', "__KNOWN")
), "TILES_SPEND_SHOP" AS (
  SELECT * FROM "__FCOMPILE_STAGE_004"
), "SPANS_SPEND_SHOP" AS (
  SELECT * FROM "__FCOMPILE_STAGE_005"
), "COLD_SPEND" AS (
  -- Spine rows of the other keys, and their time.
  SELECT
    "N"."__ROW",
    "N"."USER_ID",
    "N"."EVENT_TIMESTAMP" AS "__TIME"
  FROM "NUMBERED" AS "N"
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM "HOT_SPEND" AS "H"
      WHERE
        "N"."USER_ID" = "H"."USER_ID"
    )
), "ASKED_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_006"
), "EDGES_SPEND" AS (
  -- Where each window begins, and the small and large tile that is in.
  SELECT
    "__ROW",
    "USER_ID",
    "__NOW",
    "__TODAY",
    1 AS "__FROM",
    DATEADD(HOUR, -1, "__TIME") AS "__LOW",
    DATE_TRUNC('hour', DATEADD(HOUR, -1, "__TIME")) AS "__EDGE",
    DATE_TRUNC('day', DATEADD(HOUR, -1, "__TIME")) AS "__EDGE_SPAN"
  FROM "ASKED_SPEND"
  UNION ALL
  SELECT
    "__ROW",
    "USER_ID",
    "__NOW",
    "__TODAY",
    2 AS "__FROM",
    DATEADD(DAY, -7, "__TIME") AS "__LOW",
    DATE_TRUNC('hour', DATEADD(DAY, -7, "__TIME")) AS "__EDGE",
    DATE_TRUNC('day', DATEADD(DAY, -7, "__TIME")) AS "__EDGE_SPAN"
  FROM "ASKED_SPEND"
), "PIECES_SPEND" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "N"."__ROW",
    CASE
      WHEN "R"."__EVENT" > DATEADD(HOUR, -1, "N"."__TIME")
      THEN 1
      WHEN "R"."__EVENT" > DATEADD(DAY, -7, "N"."__TIME")
      THEN 2
      ELSE 3
    END AS "__FROM",
    3 AS "__TO",
    "R"."__EVENT",
    "R"."AMOUNT",
    "R"."ROW",
    "R"."SHOP"
  FROM "COLD_SPEND" AS "N"
  JOIN "ROWS_SPEND" AS "R"
    ON "N"."USER_ID" = "R"."USER_ID" AND "R"."__VISIBLE" <= "N"."__TIME"
  UNION ALL
  SELECT
    "A"."__ROW",
    CASE
      WHEN "R"."__EVENT" > DATEADD(HOUR, -1, "A"."__TIME")
      THEN 1
      WHEN "R"."__EVENT" > DATEADD(DAY, -7, "A"."__TIME")
      THEN 2
      ELSE 3
    END AS "__FROM",
    3 AS "__TO",
    "R"."__EVENT",
    "R"."AMOUNT",
    "R"."ROW",
    "R"."SHOP"
  FROM "ASKED_SPEND" AS "A"
  JOIN "ROWS_SPEND" AS "R"
    ON "A"."USER_ID" = "R"."USER_ID"
    AND DATE_TRUNC('hour', "R"."__VISIBLE") = "A"."__NOW"
    AND "R"."__VISIBLE" <= "A"."__TIME"
  UNION ALL
  SELECT
    "A"."__ROW",
    "A"."__FROM",
    "A"."__FROM" AS "__TO",
    "R"."__EVENT",
    "R"."AMOUNT",
    "R"."ROW",
    "R"."SHOP"
  FROM "EDGES_SPEND" AS "A"
  JOIN "ROWS_SPEND" AS "R"
    ON "A"."USER_ID" = "R"."USER_ID"
    AND DATE_TRUNC('hour', "R"."__EVENT") = "A"."__EDGE"
    AND "R"."__EVENT" > "A"."__LOW"
    AND DATE_TRUNC('hour', "R"."__VISIBLE") < "A"."__NOW"
), "PARTS_SPEND" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__ROW",
    "__FROM",
    "__TO",
    SUM("AMOUNT") AS "AMOUNT__SUM",
    CAST(COUNT("ROW") AS DECIMAL(19, 0)) AS "ROW__COUNT"
  FROM "PIECES_SPEND"
  GROUP BY
    "__ROW",
    "__FROM",
    "__TO"
  UNION ALL
  SELECT
    "__ROW",
    "__FROM",
    "__TO",
    SUM("AMOUNT__SUM") AS "AMOUNT__SUM",
    CAST(SUM("ROW__COUNT") AS DECIMAL(19, 0)) AS "ROW__COUNT"
  FROM (
    SELECT
      "A"."__ROW",
      CASE
        WHEN "P"."__TILE" > DATEADD(HOUR, -1, "A"."__TIME")
        THEN 1
        WHEN "P"."__TILE" > DATEADD(DAY, -7, "A"."__TIME")
        THEN 2
        ELSE 3
      END AS "__FROM",
      3 AS "__TO",
      "P"."AMOUNT__SUM",
      "P"."ROW__COUNT"
    FROM "ASKED_SPEND" AS "A"
    JOIN "TILES_SPEND" AS "P"
      ON "A"."USER_ID" = "P"."USER_ID"
      AND DATE_TRUNC('day', "P"."__KNOWN") = "A"."__TODAY"
      AND "P"."__KNOWN" < "A"."__NOW"
    UNION ALL
    SELECT
      "A"."__ROW",
      "A"."__FROM",
      "A"."__FROM" AS "__TO",
      "P"."AMOUNT__SUM",
      "P"."ROW__COUNT"
    FROM "EDGES_SPEND" AS "A"
    JOIN "TILES_SPEND" AS "P"
      ON "A"."USER_ID" = "P"."USER_ID"
      AND DATE_TRUNC('day', "P"."__TILE") = "A"."__EDGE_SPAN"
      AND "P"."__TILE" > "A"."__LOW"
      AND DATE_TRUNC('day', "P"."__KNOWN") < "A"."__TODAY"
    UNION ALL
    SELECT
      "A"."__ROW",
      CASE
        WHEN "P"."__TILE" > DATEADD(HOUR, -1, "A"."__TIME")
        THEN 1
        WHEN "P"."__TILE" > DATEADD(DAY, -7, "A"."__TIME")
        THEN 2
        ELSE 3
      END AS "__FROM",
      3 AS "__TO",
      "P"."AMOUNT__SUM",
      "P"."ROW__COUNT"
    FROM "ASKED_SPEND" AS "A"
    JOIN "SPANS_SPEND" AS "P"
      ON "A"."USER_ID" = "P"."USER_ID" AND "P"."__KNOWN" < "A"."__TODAY"
  ) AS "TILES"
  GROUP BY
    "__ROW",
    "__FROM",
    "__TO"
), "STATES_SPEND" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "N"."__ROW",
    SUM(CASE WHEN "__FROM" <= 1 AND "__TO" >= 1 THEN "AMOUNT__SUM" END) AS "AMOUNT__SUM_1",
    SUM(CASE WHEN "__FROM" <= 2 AND "__TO" >= 2 THEN "AMOUNT__SUM" END) AS "AMOUNT__SUM_2",
    SUM(CASE WHEN "__FROM" <= 3 AND "__TO" >= 3 THEN "AMOUNT__SUM" END) AS "AMOUNT__SUM_3",
    CAST(SUM(CASE WHEN "__FROM" <= 2 AND "__TO" >= 2 THEN "ROW__COUNT" END) AS DECIMAL(19, 0)) AS "ROW__COUNT_2",
    COUNT("__FROM") > 0 AS "__MATCHED"
  FROM "NUMBERED" AS "N"
  LEFT JOIN "PARTS_SPEND" AS "P"
    ON "P"."__ROW" = "N"."__ROW"
  GROUP BY
    "N"."__ROW"
), "WINDOWS_SPEND" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "__ROW",
    COALESCE(CAST("AMOUNT__SUM_1" AS DOUBLE), CAST(0.0 AS DOUBLE)) AS "TOTAL_1H",
    COALESCE(CAST("AMOUNT__SUM_2" AS DOUBLE), CAST(0.0 AS DOUBLE)) AS "TOTAL_7D",
    COALESCE(CAST("AMOUNT__SUM_3" AS DOUBLE), CAST(0.0 AS DOUBLE)) AS "TOTAL_LIFETIME",
    CAST(COALESCE("ROW__COUNT_2", 0) AS DECIMAL(19, 0)) AS "BIG_7D",
    "__MATCHED"
  FROM "STATES_SPEND"
), "COLD_SPEND_NEWEST" AS (
  -- Spine rows of the other keys, and their time.
  SELECT
    "N"."__ROW",
    "N"."USER_ID",
    "N"."EVENT_TIMESTAMP" AS "__TIME"
  FROM "NUMBERED" AS "N"
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM "HOT_SPEND" AS "H"
      WHERE
        "N"."USER_ID" = "H"."USER_ID"
    )
), "ASKED_SPEND_NEWEST" AS (
  SELECT * FROM "__FCOMPILE_STAGE_007"
), "PIECES_SPEND_NEWEST" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "N"."__ROW",
    1 AS "__FROM",
    1 AS "__TO",
    "R"."__EVENT",
    "R"."AMOUNT",
    "R"."ROW",
    "R"."SHOP"
  FROM "COLD_SPEND_NEWEST" AS "N"
  JOIN "ROWS_SPEND" AS "R"
    ON "N"."USER_ID" = "R"."USER_ID"
    AND "R"."__VISIBLE" <= "N"."__TIME"
    AND "R"."__EVENT" > DATEADD(DAY, -7, "N"."__TIME")
  UNION ALL
  SELECT
    "A"."__ROW",
    1 AS "__FROM",
    1 AS "__TO",
    "R"."__EVENT",
    "R"."AMOUNT",
    "R"."ROW",
    "R"."SHOP"
  FROM "ASKED_SPEND_NEWEST" AS "A"
  JOIN "ROWS_SPEND" AS "R"
    ON "A"."USER_ID" = "R"."USER_ID"
    AND DATE_TRUNC('hour', "R"."__VISIBLE") = "A"."__NOW"
    AND "R"."__VISIBLE" <= "A"."__TIME"
    AND "R"."__EVENT" > DATEADD(DAY, -7, "A"."__TIME")
), "PARTS_SPEND_NEWEST_SHOP" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows and value of shop.
  SELECT
    "__ROW",
    "__FROM",
    "__TO",
    "SHOP",
    MAX("__EVENT") AS "SHOP__NEWEST"
  FROM "PIECES_SPEND_NEWEST"
  WHERE
    "SHOP" IS NOT NULL
  GROUP BY
    "__ROW",
    "__FROM",
    "__TO",
    "SHOP"
  UNION ALL
  SELECT
    "__ROW",
    "__FROM",
    "__TO",
    "SHOP",
    MAX("SHOP__NEWEST") AS "SHOP__NEWEST"
  FROM (
    SELECT
      "A"."__ROW",
      1 AS "__FROM",
      1 AS "__TO",
      "P"."SHOP",
      "P"."SHOP__NEWEST"
    FROM "ASKED_SPEND_NEWEST" AS "A"
    JOIN "TILES_SPEND_SHOP" AS "P"
      ON "A"."USER_ID" = "P"."USER_ID"
      AND DATE_TRUNC('day', "P"."__KNOWN") = "A"."__TODAY"
      AND "P"."__KNOWN" < "A"."__NOW"
      AND "P"."__TILE" > DATEADD(DAY, -8, "A"."__TIME")
    UNION ALL
    SELECT
      "A"."__ROW",
      1 AS "__FROM",
      1 AS "__TO",
      "P"."SHOP",
      "P"."SHOP__NEWEST"
    FROM "ASKED_SPEND_NEWEST" AS "A"
    JOIN "SPANS_SPEND_SHOP" AS "P"
      ON "A"."USER_ID" = "P"."USER_ID"
      AND DATEADD(
        SECOND,
        -(
          (
            DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "P"."__TILE") % 691200 + 691200
          ) % 691200
        ),
        DATE_TRUNC('second', "P"."__TILE")
      ) = "A"."__STRETCH"
      AND "P"."__KNOWN" < "A"."__TODAY"
      AND "P"."__TILE" > DATEADD(DAY, -8, "A"."__TIME")
    UNION ALL
    SELECT
      "A"."__ROW",
      1 AS "__FROM",
      1 AS "__TO",
      "P"."SHOP",
      "P"."SHOP__NEWEST"
    FROM "ASKED_SPEND_NEWEST" AS "A"
    JOIN "SPANS_SPEND_SHOP" AS "P"
      ON "A"."USER_ID" = "P"."USER_ID"
      AND DATEADD(
        SECOND,
        -(
          (
            DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "P"."__TILE") % 691200 + 691200
          ) % 691200
        ),
        DATE_TRUNC('second', "P"."__TILE")
      ) = DATEADD(DAY, -8, "A"."__STRETCH")
      AND "P"."__KNOWN" < "A"."__TODAY"
      AND "P"."__TILE" > DATEADD(DAY, -8, "A"."__TIME")
  ) AS "TILES"
  GROUP BY
    "__ROW",
    "__FROM",
    "__TO",
    "SHOP"
), "VALUES_SPEND_NEWEST_SHOP" AS (
  -- How often each value of shop occurs in each window. A row a spine row and value.
  SELECT
    "__ROW",
    "SHOP",
    MAX(CASE WHEN "__FROM" <= 1 AND "__TO" >= 1 THEN "SHOP__NEWEST" END) AS "SHOP__NEWEST_1"
  FROM "PARTS_SPEND_NEWEST_SHOP"
  GROUP BY
    "__ROW",
    "SHOP"
), "WINDOWS_SPEND_NEWEST_SHOP" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "N"."__ROW",
    CAST(COUNT(CASE WHEN "V"."SHOP__NEWEST_1" > DATEADD(DAY, -7, "N"."EVENT_TIMESTAMP") THEN 1 END) AS DECIMAL(19, 0)) AS "SHOPS_7D",
    COUNT(CASE WHEN "V"."SHOP__NEWEST_1" > DATEADD(DAY, -7, "N"."EVENT_TIMESTAMP") THEN "V"."SHOP" END) > 0 AS "__MATCHED"
  FROM "NUMBERED" AS "N"
  LEFT JOIN "VALUES_SPEND_NEWEST_SHOP" AS "V"
    ON "V"."__ROW" = "N"."__ROW"
  GROUP BY
    "N"."__ROW"
), "ASKED_SPEND_OF_ROWS" AS (
  -- Spine rows with the end of their windows.
  SELECT
    "N"."__ROW",
    "N"."USER_ID",
    "N"."EVENT_TIMESTAMP" AS "__TIME"
  FROM "NUMBERED" AS "N"
), "INSIDE_SPEND" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "A"."__ROW",
    CASE WHEN "R"."__EVENT" > DATEADD(HOUR, -1, "A"."__TIME") THEN 1 ELSE 2 END AS "__FROM",
    2 AS "__TO",
    "R"."__EVENT",
    "R"."AMOUNT",
    "R"."ROW",
    "R"."SHOP"
  FROM "ASKED_SPEND_OF_ROWS" AS "A"
  JOIN "ROWS_SPEND" AS "R"
    ON "A"."USER_ID" = "R"."USER_ID"
  WHERE
    "R"."__VISIBLE" <= "A"."__TIME"
), "AGGREGATED_SPEND" AS (
  -- The rows in each window as one value. A row a spine row with any.
  SELECT
    "__ROW",
    PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY
      CASE WHEN "__FROM" <= 1 AND "__TO" >= 1 AND "AMOUNT" IS NOT NULL THEN CAST("AMOUNT" AS DOUBLE) END) AS "MEDIAN_1H",
    ARRAY_SLICE(
      ARRAY_AGG(CASE WHEN "__FROM" <= 2 AND "__TO" >= 2 AND "SHOP" IS NOT NULL THEN "SHOP" END) WITHIN GROUP (ORDER BY
        "__EVENT" DESC NULLS LAST,
        "SHOP" DESC NULLS LAST),
      0,
      3
    ) AS "LATEST_LIFETIME"
  FROM "INSIDE_SPEND"
  GROUP BY
    "__ROW"
), "WINDOWS_SPEND_OF_ROWS" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "N"."__ROW",
    CAST("A"."MEDIAN_1H" AS DOUBLE) AS "MEDIAN_1H",
    CAST(CASE WHEN ARRAY_SIZE("A"."LATEST_LIFETIME") > 0 THEN "A"."LATEST_LIFETIME" END AS ARRAY) AS "LATEST_LIFETIME",
    "A"."__ROW" IS NOT NULL AS "__MATCHED"
  FROM "NUMBERED" AS "N"
  LEFT JOIN "AGGREGATED_SPEND" AS "A"
    ON "A"."__ROW" = "N"."__ROW"
)
SELECT
  "M"."USER_ID",
  "M"."EVENT_TIMESTAMP",
  "W1"."TOTAL_1H",
  "W1"."TOTAL_7D",
  "W1"."TOTAL_LIFETIME",
  "W1"."BIG_7D",
  "W2"."SHOPS_7D",
  "W3"."MEDIAN_1H",
  "W3"."LATEST_LIFETIME"
FROM "NUMBERED" AS "M"
LEFT JOIN "WINDOWS_SPEND" AS "W1"
  ON "W1"."__ROW" = "M"."__ROW"
LEFT JOIN "WINDOWS_SPEND_NEWEST_SHOP" AS "W2"
  ON "W2"."__ROW" = "M"."__ROW"
LEFT JOIN "WINDOWS_SPEND_OF_ROWS" AS "W3"
  ON "W3"."__ROW" = "M"."__ROW"
ORDER BY
  "M"."__ROW";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_007";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_006";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_005";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_004";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_003";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_002";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_001";
