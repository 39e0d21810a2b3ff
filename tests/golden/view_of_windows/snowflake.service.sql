-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: snowflake, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- askers_spend: The same rows as those that ask for the windows of spend, each as of its own time.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_001" AS
WITH "SOURCE_PURCHASES" AS (
  -- Source purchases: a row an event at bought_at, known at loaded_at.
  SELECT
    "USER_ID",
    "AMOUNT",
    CAST(CONVERT_TIMEZONE('UTC', "BOUGHT_AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    GREATEST(
      CAST(CONVERT_TIMEZONE('UTC', "BOUGHT_AT") AS TIMESTAMP_NTZ(6)),
      CAST(CONVERT_TIMEZONE('UTC', "LOADED_AT") AS TIMESTAMP_NTZ(6))
    ) AS "__VISIBLE"
  FROM "RAW"."PURCHASES"
  WHERE
    "BOUGHT_AT" IS NOT NULL AND "LOADED_AT" IS NOT NULL
), "ROWS_SPEND" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    "__VISIBLE",
    CAST("AMOUNT" AS DOUBLE) AS "AMOUNT"
  FROM "SOURCE_PURCHASES"
  WHERE
    "USER_ID" IS NOT NULL
)
SELECT
  ROW_NUMBER() OVER (ORDER BY NULL NULLS FIRST) AS "__ROW",
  "USER_ID",
  "__EVENT",
  "__VISIBLE",
  "__VISIBLE" AS "__KNOWN_BY"
FROM "ROWS_SPEND";
-- hot_spend: Hot keys: more than 500 rows. Their windows are made of tiles, those of other keys of rows.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_002" AS
WITH "SOURCE_PURCHASES" AS (
  -- Source purchases: a row an event at bought_at, known at loaded_at.
  SELECT
    "USER_ID",
    "AMOUNT",
    CAST(CONVERT_TIMEZONE('UTC', "BOUGHT_AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    GREATEST(
      CAST(CONVERT_TIMEZONE('UTC', "BOUGHT_AT") AS TIMESTAMP_NTZ(6)),
      CAST(CONVERT_TIMEZONE('UTC', "LOADED_AT") AS TIMESTAMP_NTZ(6))
    ) AS "__VISIBLE"
  FROM "RAW"."PURCHASES"
  WHERE
    "BOUGHT_AT" IS NOT NULL AND "LOADED_AT" IS NOT NULL
), "ROWS_SPEND" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    "__VISIBLE",
    CAST("AMOUNT" AS DOUBLE) AS "AMOUNT"
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
-- hot_askers_spend: Those of hot keys that ask.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_003" AS
WITH "ASKERS_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
), "HOT_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_002"
)
SELECT
  "N"."__ROW",
  "N"."USER_ID",
  "N"."__EVENT",
  "N"."__KNOWN_BY"
FROM "ASKERS_SPEND" AS "N"
WHERE
  EXISTS(
    SELECT
      1
    FROM "HOT_SPEND" AS "H"
    WHERE
      "N"."USER_ID" = "H"."USER_ID"
  );
-- hot_rows_spend: Rows of hot keys.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_004" AS
WITH "SOURCE_PURCHASES" AS (
  -- Source purchases: a row an event at bought_at, known at loaded_at.
  SELECT
    "USER_ID",
    "AMOUNT",
    CAST(CONVERT_TIMEZONE('UTC', "BOUGHT_AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    GREATEST(
      CAST(CONVERT_TIMEZONE('UTC', "BOUGHT_AT") AS TIMESTAMP_NTZ(6)),
      CAST(CONVERT_TIMEZONE('UTC', "LOADED_AT") AS TIMESTAMP_NTZ(6))
    ) AS "__VISIBLE"
  FROM "RAW"."PURCHASES"
  WHERE
    "BOUGHT_AT" IS NOT NULL AND "LOADED_AT" IS NOT NULL
), "ROWS_SPEND" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    "__VISIBLE",
    CAST("AMOUNT" AS DOUBLE) AS "AMOUNT"
  FROM "SOURCE_PURCHASES"
  WHERE
    "USER_ID" IS NOT NULL
), "HOT_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_002"
)
SELECT
  "N"."USER_ID",
  "N"."__EVENT",
  "N"."__VISIBLE",
  "N"."AMOUNT"
FROM "ROWS_SPEND" AS "N"
WHERE
  EXISTS(
    SELECT
      1
    FROM "HOT_SPEND" AS "H"
    WHERE
      "N"."USER_ID" = "H"."USER_ID"
  );
-- batches_spend: Batches: more than 500 rows of a key that became visible at one instant.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_005" AS
WITH "HOT_ROWS_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_004"
)
SELECT
  "USER_ID",
  "__VISIBLE"
FROM "HOT_ROWS_SPEND"
GROUP BY
  "USER_ID",
  "__VISIBLE"
HAVING
  COUNT(*) > 500;
-- batch_rows_spend: The rows of batches.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_006" AS
WITH "HOT_ROWS_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_004"
), "BATCHES_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_005"
)
SELECT
  "R"."USER_ID",
  "R"."__EVENT",
  "R"."__VISIBLE",
  "R"."AMOUNT"
FROM "HOT_ROWS_SPEND" AS "R"
WHERE
  EXISTS(
    SELECT
      1
    FROM "BATCHES_SPEND" AS "B"
    WHERE
      "R"."USER_ID" = "B"."USER_ID" AND "R"."__VISIBLE" = "B"."__VISIBLE"
  );
-- tiles_spend: Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the rows are visible.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_007" AS
WITH "HOT_ROWS_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_004"
)
SELECT
  "USER_ID",
  DATE_TRUNC('hour', "__EVENT") AS "__TILE",
  DATE_TRUNC('hour', "__VISIBLE") AS "__KNOWN",
  SUM("AMOUNT") AS "AMOUNT__SUM"
FROM "HOT_ROWS_SPEND" AS "R"
GROUP BY
  "USER_ID",
  DATE_TRUNC('hour', "__EVENT"),
  DATE_TRUNC('hour', "__VISIBLE");
-- spans_spend: The same for 1d, made of the tiles above.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_008" AS
WITH "TILES_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_007"
)
SELECT
  "USER_ID",
  DATE_TRUNC('day', "__TILE") AS "__TILE",
  DATE_TRUNC('day', "__KNOWN") AS "__KNOWN",
  SUM("AMOUNT__SUM") AS "AMOUNT__SUM"
FROM "TILES_SPEND"
GROUP BY
  "USER_ID",
  DATE_TRUNC('day', "__TILE"),
  DATE_TRUNC('day', "__KNOWN");
-- tiles_spend_batches: Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the rows are visible.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_009" AS
WITH "BATCH_ROWS_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_006"
)
SELECT
  "USER_ID",
  "__VISIBLE",
  DATE_TRUNC('hour', "__EVENT") AS "__TILE",
  DATE_TRUNC('hour', "__EVENT") AS "__KNOWN",
  SUM("AMOUNT") AS "AMOUNT__SUM"
FROM "BATCH_ROWS_SPEND" AS "R"
GROUP BY
  "USER_ID",
  "__VISIBLE",
  DATE_TRUNC('hour', "__EVENT"),
  DATE_TRUNC('hour', "__EVENT");
-- spans_spend_batches: The same for 1d, made of the tiles above.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_010" AS
WITH "TILES_SPEND_BATCHES" AS (
  SELECT * FROM "__FCOMPILE_STAGE_009"
)
SELECT
  "USER_ID",
  "__VISIBLE",
  DATE_TRUNC('day', "__TILE") AS "__TILE",
  DATE_TRUNC('day', "__KNOWN") AS "__KNOWN",
  SUM("AMOUNT__SUM") AS "AMOUNT__SUM"
FROM "TILES_SPEND_BATCHES"
GROUP BY
  "USER_ID",
  "__VISIBLE",
  DATE_TRUNC('day', "__TILE"),
  DATE_TRUNC('day', "__KNOWN");
-- asked_spend: Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_011" AS
WITH "HOT_ASKERS_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_003"
)
SELECT
  "N"."__ROW",
  "N"."USER_ID",
  "N"."__EVENT" AS "__TIME",
  DATE_TRUNC('hour', "N"."__EVENT") AS "__NOW",
  DATE_TRUNC('day', "N"."__EVENT") AS "__TODAY",
  DATEADD(
    SECOND,
    -(
      (
        DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "N"."__EVENT") % 604800 + 604800
      ) % 604800
    ),
    DATE_TRUNC('second', "N"."__EVENT")
  ) AS "__STRETCH"
FROM "HOT_ASKERS_SPEND" AS "N";
-- asked_spend_2: Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_012" AS
WITH "HOT_ASKERS_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_003"
), "BATCHES_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_005"
), "BATCH_ASKERS_SPEND" AS (
  -- The batches that became visible after the time of a row that asks, but not after it did itself.
  SELECT
    "N"."__ROW",
    "N"."USER_ID",
    "N"."__EVENT",
    "B"."__VISIBLE"
  FROM "HOT_ASKERS_SPEND" AS "N"
  JOIN "BATCHES_SPEND" AS "B"
    ON "N"."USER_ID" = "B"."USER_ID"
    AND "B"."__VISIBLE" > "N"."__EVENT"
    AND "B"."__VISIBLE" <= "N"."__KNOWN_BY"
)
SELECT
  "N"."__ROW",
  "N"."USER_ID",
  "N"."__VISIBLE",
  "N"."__EVENT" AS "__TIME",
  DATE_TRUNC('hour', "N"."__EVENT") AS "__NOW",
  DATE_TRUNC('day', "N"."__EVENT") AS "__TODAY",
  DATEADD(
    SECOND,
    -(
      (
        DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "N"."__EVENT") % 604800 + 604800
      ) % 604800
    ),
    DATE_TRUNC('second', "N"."__EVENT")
  ) AS "__STRETCH"
FROM "BATCH_ASKERS_SPEND" AS "N";
-- view_spend: Rows of feature view spend: its values at the time of each row of its source, by user_id.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_013" AS
WITH "SOURCE_PURCHASES" AS (
  -- Source purchases: a row an event at bought_at, known at loaded_at.
  SELECT
    "USER_ID",
    "AMOUNT",
    CAST(CONVERT_TIMEZONE('UTC', "BOUGHT_AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    GREATEST(
      CAST(CONVERT_TIMEZONE('UTC', "BOUGHT_AT") AS TIMESTAMP_NTZ(6)),
      CAST(CONVERT_TIMEZONE('UTC', "LOADED_AT") AS TIMESTAMP_NTZ(6))
    ) AS "__VISIBLE"
  FROM "RAW"."PURCHASES"
  WHERE
    "BOUGHT_AT" IS NOT NULL AND "LOADED_AT" IS NOT NULL
), "ROWS_SPEND" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    "__VISIBLE",
    CAST("AMOUNT" AS DOUBLE) AS "AMOUNT"
  FROM "SOURCE_PURCHASES"
  WHERE
    "USER_ID" IS NOT NULL
), "ASKERS_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
), "HOT_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_002"
), "HOT_ASKERS_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_003"
), "COLD_SPEND" AS (
  -- Those of other keys that ask.
  SELECT
    "N"."__ROW",
    "N"."USER_ID",
    "N"."__EVENT",
    "N"."__KNOWN_BY"
  FROM "ASKERS_SPEND" AS "N"
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM "HOT_SPEND" AS "H"
      WHERE
        "N"."USER_ID" = "H"."USER_ID"
    )
), "HOT_ROWS_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_004"
), "BATCHES_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_005"
), "BATCH_ROWS_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_006"
), "LATE_SPEND" AS (
  -- Other rows that became visible later than they happened, by the stretches of time that lie
  -- between.
  SELECT
    "R"."USER_ID",
    "R"."__EVENT",
    "R"."__VISIBLE",
    "R"."AMOUNT",
    1 AS "__STRETCH",
    DATE_TRUNC('hour', "R"."__EVENT") AS "__SINCE"
  FROM "HOT_ROWS_SPEND" AS "R"
  WHERE
    "R"."__VISIBLE" > "R"."__EVENT"
    AND "R"."__VISIBLE" <= DATEADD(HOUR, 1, "R"."__EVENT")
    AND NOT EXISTS(
      SELECT
        1
      FROM "BATCHES_SPEND" AS "B"
      WHERE
        "R"."USER_ID" = "B"."USER_ID" AND "R"."__VISIBLE" = "B"."__VISIBLE"
    )
  UNION ALL
  SELECT
    "R"."USER_ID",
    "R"."__EVENT",
    "R"."__VISIBLE",
    "R"."AMOUNT",
    1 AS "__STRETCH",
    DATE_TRUNC('hour', "R"."__VISIBLE") AS "__SINCE"
  FROM "HOT_ROWS_SPEND" AS "R"
  WHERE
    "R"."__VISIBLE" > "R"."__EVENT"
    AND "R"."__VISIBLE" <= DATEADD(HOUR, 1, "R"."__EVENT")
    AND DATE_TRUNC('hour', "R"."__EVENT") <> DATE_TRUNC('hour', "R"."__VISIBLE")
    AND NOT EXISTS(
      SELECT
        1
      FROM "BATCHES_SPEND" AS "B"
      WHERE
        "R"."USER_ID" = "B"."USER_ID" AND "R"."__VISIBLE" = "B"."__VISIBLE"
    )
  UNION ALL
  SELECT
    "R"."USER_ID",
    "R"."__EVENT",
    "R"."__VISIBLE",
    "R"."AMOUNT",
    2 AS "__STRETCH",
    DATE_TRUNC('day', "R"."__EVENT") AS "__SINCE"
  FROM "HOT_ROWS_SPEND" AS "R"
  WHERE
    "R"."__VISIBLE" > DATEADD(HOUR, 1, "R"."__EVENT")
    AND "R"."__VISIBLE" <= DATEADD(DAY, 1, "R"."__EVENT")
    AND NOT EXISTS(
      SELECT
        1
      FROM "BATCHES_SPEND" AS "B"
      WHERE
        "R"."USER_ID" = "B"."USER_ID" AND "R"."__VISIBLE" = "B"."__VISIBLE"
    )
  UNION ALL
  SELECT
    "R"."USER_ID",
    "R"."__EVENT",
    "R"."__VISIBLE",
    "R"."AMOUNT",
    2 AS "__STRETCH",
    DATE_TRUNC('day', "R"."__VISIBLE") AS "__SINCE"
  FROM "HOT_ROWS_SPEND" AS "R"
  WHERE
    "R"."__VISIBLE" > DATEADD(HOUR, 1, "R"."__EVENT")
    AND "R"."__VISIBLE" <= DATEADD(DAY, 1, "R"."__EVENT")
    AND DATE_TRUNC('day', "R"."__EVENT") <> DATE_TRUNC('day', "R"."__VISIBLE")
    AND NOT EXISTS(
      SELECT
        1
      FROM "BATCHES_SPEND" AS "B"
      WHERE
        "R"."USER_ID" = "B"."USER_ID" AND "R"."__VISIBLE" = "B"."__VISIBLE"
    )
  UNION ALL
  SELECT
    "R"."USER_ID",
    "R"."__EVENT",
    "R"."__VISIBLE",
    "R"."AMOUNT",
    3 AS "__STRETCH",
    DATEADD(
      SECOND,
      -(
        (
          DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "R"."__EVENT") % 2764800 + 2764800
        ) % 2764800
      ),
      DATE_TRUNC('second', "R"."__EVENT")
    ) AS "__SINCE"
  FROM "HOT_ROWS_SPEND" AS "R"
  WHERE
    "R"."__VISIBLE" > DATEADD(DAY, 1, "R"."__EVENT")
    AND "R"."__VISIBLE" <= DATEADD(DAY, 32, "R"."__EVENT")
    AND NOT EXISTS(
      SELECT
        1
      FROM "BATCHES_SPEND" AS "B"
      WHERE
        "R"."USER_ID" = "B"."USER_ID" AND "R"."__VISIBLE" = "B"."__VISIBLE"
    )
  UNION ALL
  SELECT
    "R"."USER_ID",
    "R"."__EVENT",
    "R"."__VISIBLE",
    "R"."AMOUNT",
    3 AS "__STRETCH",
    DATEADD(
      SECOND,
      -(
        (
          DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "R"."__VISIBLE") % 2764800 + 2764800
        ) % 2764800
      ),
      DATE_TRUNC('second', "R"."__VISIBLE")
    ) AS "__SINCE"
  FROM "HOT_ROWS_SPEND" AS "R"
  WHERE
    "R"."__VISIBLE" > DATEADD(DAY, 1, "R"."__EVENT")
    AND "R"."__VISIBLE" <= DATEADD(DAY, 32, "R"."__EVENT")
    AND DATEADD(
      SECOND,
      -(
        (
          DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "R"."__EVENT") % 2764800 + 2764800
        ) % 2764800
      ),
      DATE_TRUNC('second', "R"."__EVENT")
    ) <> DATEADD(
      SECOND,
      -(
        (
          DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "R"."__VISIBLE") % 2764800 + 2764800
        ) % 2764800
      ),
      DATE_TRUNC('second', "R"."__VISIBLE")
    )
    AND NOT EXISTS(
      SELECT
        1
      FROM "BATCHES_SPEND" AS "B"
      WHERE
        "R"."USER_ID" = "B"."USER_ID" AND "R"."__VISIBLE" = "B"."__VISIBLE"
    )
  UNION ALL
  SELECT
    "R"."USER_ID",
    "R"."__EVENT",
    "R"."__VISIBLE",
    "R"."AMOUNT",
    0 AS "__STRETCH",
    CAST('1970-01-01' AS TIMESTAMP_NTZ(6)) AS "__SINCE"
  FROM "HOT_ROWS_SPEND" AS "R"
  WHERE
    "R"."__VISIBLE" > DATEADD(DAY, 32, "R"."__EVENT")
    AND NOT EXISTS(
      SELECT
        1
      FROM "BATCHES_SPEND" AS "B"
      WHERE
        "R"."USER_ID" = "B"."USER_ID" AND "R"."__VISIBLE" = "B"."__VISIBLE"
    )
), "LATE_ASKERS_SPEND" AS (
  -- The stretches of time, of each length, that the time of a row that asks is in.
  SELECT
    "N"."__ROW",
    "N"."USER_ID",
    "N"."__KNOWN_BY",
    "N"."__EVENT" AS "__TIME",
    0 AS "__STRETCH",
    CAST('1970-01-01' AS TIMESTAMP_NTZ(6)) AS "__SINCE"
  FROM "HOT_ASKERS_SPEND" AS "N"
  WHERE
    "N"."__KNOWN_BY" >= "N"."__EVENT"
  UNION ALL
  SELECT
    "N"."__ROW",
    "N"."USER_ID",
    "N"."__KNOWN_BY",
    "N"."__EVENT" AS "__TIME",
    1 AS "__STRETCH",
    DATE_TRUNC('hour', "N"."__EVENT") AS "__SINCE"
  FROM "HOT_ASKERS_SPEND" AS "N"
  WHERE
    "N"."__KNOWN_BY" >= "N"."__EVENT"
  UNION ALL
  SELECT
    "N"."__ROW",
    "N"."USER_ID",
    "N"."__KNOWN_BY",
    "N"."__EVENT" AS "__TIME",
    2 AS "__STRETCH",
    DATE_TRUNC('day', "N"."__EVENT") AS "__SINCE"
  FROM "HOT_ASKERS_SPEND" AS "N"
  WHERE
    "N"."__KNOWN_BY" >= "N"."__EVENT"
  UNION ALL
  SELECT
    "N"."__ROW",
    "N"."USER_ID",
    "N"."__KNOWN_BY",
    "N"."__EVENT" AS "__TIME",
    3 AS "__STRETCH",
    DATEADD(
      SECOND,
      -(
        (
          DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "N"."__EVENT") % 2764800 + 2764800
        ) % 2764800
      ),
      DATE_TRUNC('second', "N"."__EVENT")
    ) AS "__SINCE"
  FROM "HOT_ASKERS_SPEND" AS "N"
  WHERE
    "N"."__KNOWN_BY" >= "N"."__EVENT"
), "TILES_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_007"
), "SPANS_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_008"
), "TILES_SPEND_BATCHES" AS (
  SELECT * FROM "__FCOMPILE_STAGE_009"
), "SPANS_SPEND_BATCHES" AS (
  SELECT * FROM "__FCOMPILE_STAGE_010"
), "ASKED_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_011"
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
    "A"."__ROW",
    CASE WHEN "R"."__EVENT" > DATEADD(HOUR, -1, "A"."__TIME") THEN 1 ELSE 2 END AS "__FROM",
    2 AS "__TO",
    "R"."__EVENT",
    "R"."AMOUNT"
  FROM "ASKED_SPEND" AS "A"
  JOIN "HOT_ROWS_SPEND" AS "R"
    ON "A"."USER_ID" = "R"."USER_ID"
    AND DATE_TRUNC('hour', "R"."__VISIBLE") = "A"."__NOW"
    AND "R"."__VISIBLE" <= "A"."__TIME"
    AND "R"."__EVENT" > DATEADD(DAY, -7, "A"."__TIME")
  UNION ALL
  SELECT
    "A"."__ROW",
    "A"."__FROM",
    "A"."__FROM" AS "__TO",
    "R"."__EVENT",
    "R"."AMOUNT"
  FROM "EDGES_SPEND" AS "A"
  JOIN "HOT_ROWS_SPEND" AS "R"
    ON "A"."USER_ID" = "R"."USER_ID"
    AND DATE_TRUNC('hour', "R"."__EVENT") = "A"."__EDGE"
    AND "R"."__EVENT" > "A"."__LOW"
    AND DATE_TRUNC('hour', "R"."__VISIBLE") < "A"."__NOW"
), "ASKED_SPEND_2" AS (
  SELECT * FROM "__FCOMPILE_STAGE_012"
), "EDGES_SPEND_2" AS (
  -- Where each window begins, and the small and large tile that is in.
  SELECT
    "__ROW",
    "USER_ID",
    "__VISIBLE",
    "__TIME",
    "__NOW",
    "__TODAY",
    1 AS "__FROM",
    DATEADD(HOUR, -1, "__TIME") AS "__LOW",
    DATE_TRUNC('hour', DATEADD(HOUR, -1, "__TIME")) AS "__EDGE",
    DATE_TRUNC('day', DATEADD(HOUR, -1, "__TIME")) AS "__EDGE_SPAN"
  FROM "ASKED_SPEND_2"
  UNION ALL
  SELECT
    "__ROW",
    "USER_ID",
    "__VISIBLE",
    "__TIME",
    "__NOW",
    "__TODAY",
    2 AS "__FROM",
    DATEADD(DAY, -7, "__TIME") AS "__LOW",
    DATE_TRUNC('hour', DATEADD(DAY, -7, "__TIME")) AS "__EDGE",
    DATE_TRUNC('day', DATEADD(DAY, -7, "__TIME")) AS "__EDGE_SPAN"
  FROM "ASKED_SPEND_2"
), "PIECES_SPEND_2" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "A"."__ROW",
    "A"."__FROM",
    "A"."__TO",
    "R"."__EVENT",
    "R"."AMOUNT"
  FROM (
    SELECT
      "__ROW",
      "USER_ID",
      "__VISIBLE",
      "__TIME",
      "__FROM",
      "__FROM" AS "__TO",
      "__EDGE",
      "__LOW"
    FROM "EDGES_SPEND_2"
    WHERE
      "__EDGE" < "__NOW"
    UNION ALL
    SELECT
      "__ROW",
      "USER_ID",
      "__VISIBLE",
      "__TIME",
      1 AS "__FROM",
      2 AS "__TO",
      "__NOW" AS "__EDGE",
      DATEADD(HOUR, -1, "__TIME") AS "__LOW"
    FROM "ASKED_SPEND_2"
  ) AS "A"
  JOIN "BATCH_ROWS_SPEND" AS "R"
    ON "A"."USER_ID" = "R"."USER_ID"
    AND "A"."__VISIBLE" = "R"."__VISIBLE"
    AND DATE_TRUNC('hour', "R"."__EVENT") = "A"."__EDGE"
    AND "R"."__EVENT" > "A"."__LOW"
    AND "R"."__EVENT" <= "A"."__TIME"
), "PIECES_SPEND_AS_KNOWN" AS (
  -- The same with the rows that became visible after the time of the row that asks.
  SELECT
    "__ROW",
    "__FROM",
    "__TO",
    "__EVENT",
    "AMOUNT"
  FROM "PIECES_SPEND"
  UNION ALL
  SELECT
    "__ROW",
    "__FROM",
    "__TO",
    "__EVENT",
    "AMOUNT"
  FROM "PIECES_SPEND_2"
  UNION ALL
  SELECT
    "N"."__ROW",
    CASE WHEN "R"."__EVENT" > DATEADD(HOUR, -1, "N"."__TIME") THEN 1 ELSE 2 END AS "__FROM",
    2 AS "__TO",
    "R"."__EVENT",
    "R"."AMOUNT"
  FROM "LATE_ASKERS_SPEND" AS "N"
  JOIN "LATE_SPEND" AS "R"
    ON "R"."USER_ID" = "N"."USER_ID"
    AND "R"."__STRETCH" = "N"."__STRETCH"
    AND "R"."__SINCE" = "N"."__SINCE"
    AND "R"."__VISIBLE" > "N"."__TIME"
    AND "R"."__VISIBLE" <= "N"."__KNOWN_BY"
    AND "R"."__EVENT" <= "N"."__TIME"
    AND "R"."__EVENT" > DATEADD(DAY, -7, "N"."__TIME")
  UNION ALL
  SELECT
    "N"."__ROW",
    CASE WHEN "R"."__EVENT" > DATEADD(HOUR, -1, "N"."__EVENT") THEN 1 ELSE 2 END AS "__FROM",
    2 AS "__TO",
    "R"."__EVENT",
    "R"."AMOUNT"
  FROM "COLD_SPEND" AS "N"
  JOIN "ROWS_SPEND" AS "R"
    ON "R"."USER_ID" = "N"."USER_ID"
    AND "R"."__VISIBLE" <= "N"."__KNOWN_BY"
    AND "R"."__EVENT" <= "N"."__EVENT"
    AND "R"."__EVENT" > DATEADD(DAY, -7, "N"."__EVENT")
), "PARTS_SPEND" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__ROW",
    "__FROM",
    "__TO",
    SUM("AMOUNT") AS "AMOUNT__SUM"
  FROM "PIECES_SPEND_AS_KNOWN"
  GROUP BY
    "__ROW",
    "__FROM",
    "__TO"
  UNION ALL
  SELECT
    "__ROW",
    "__FROM",
    "__TO",
    SUM("AMOUNT__SUM") AS "AMOUNT__SUM"
  FROM (
    SELECT
      "A"."__ROW",
      CASE WHEN "P"."__TILE" > DATEADD(HOUR, -1, "A"."__TIME") THEN 1 ELSE 2 END AS "__FROM",
      2 AS "__TO",
      "P"."AMOUNT__SUM"
    FROM "ASKED_SPEND" AS "A"
    JOIN "TILES_SPEND" AS "P"
      ON "A"."USER_ID" = "P"."USER_ID"
      AND DATE_TRUNC('day', "P"."__KNOWN") = "A"."__TODAY"
      AND "P"."__KNOWN" < "A"."__NOW"
      AND "P"."__TILE" > DATEADD(DAY, -7, "A"."__TIME")
    UNION ALL
    SELECT
      "A"."__ROW",
      "A"."__FROM",
      "A"."__FROM" AS "__TO",
      "P"."AMOUNT__SUM"
    FROM "EDGES_SPEND" AS "A"
    JOIN "TILES_SPEND" AS "P"
      ON "A"."USER_ID" = "P"."USER_ID"
      AND DATE_TRUNC('day', "P"."__TILE") = "A"."__EDGE_SPAN"
      AND "P"."__TILE" > "A"."__LOW"
      AND DATE_TRUNC('day', "P"."__KNOWN") < "A"."__TODAY"
    UNION ALL
    SELECT
      "A"."__ROW",
      CASE WHEN "P"."__TILE" > DATEADD(HOUR, -1, "A"."__TIME") THEN 1 ELSE 2 END AS "__FROM",
      2 AS "__TO",
      "P"."AMOUNT__SUM"
    FROM "ASKED_SPEND" AS "A"
    JOIN "SPANS_SPEND" AS "P"
      ON "A"."USER_ID" = "P"."USER_ID"
      AND DATEADD(
        SECOND,
        -(
          (
            DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "P"."__TILE") % 604800 + 604800
          ) % 604800
        ),
        DATE_TRUNC('second', "P"."__TILE")
      ) = "A"."__STRETCH"
      AND "P"."__KNOWN" < "A"."__TODAY"
      AND "P"."__TILE" > DATEADD(DAY, -7, "A"."__TIME")
    UNION ALL
    SELECT
      "A"."__ROW",
      CASE WHEN "P"."__TILE" > DATEADD(HOUR, -1, "A"."__TIME") THEN 1 ELSE 2 END AS "__FROM",
      2 AS "__TO",
      "P"."AMOUNT__SUM"
    FROM "ASKED_SPEND" AS "A"
    JOIN "SPANS_SPEND" AS "P"
      ON "A"."USER_ID" = "P"."USER_ID"
      AND DATEADD(
        SECOND,
        -(
          (
            DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "P"."__TILE") % 604800 + 604800
          ) % 604800
        ),
        DATE_TRUNC('second', "P"."__TILE")
      ) = DATEADD(DAY, -7, "A"."__STRETCH")
      AND "P"."__KNOWN" < "A"."__TODAY"
      AND "P"."__TILE" > DATEADD(DAY, -7, "A"."__TIME")
    UNION ALL
    SELECT
      "A"."__ROW",
      CASE WHEN "P"."__TILE" > DATEADD(HOUR, -1, "A"."__TIME") THEN 1 ELSE 2 END AS "__FROM",
      2 AS "__TO",
      "P"."AMOUNT__SUM"
    FROM "ASKED_SPEND_2" AS "A"
    JOIN "TILES_SPEND_BATCHES" AS "P"
      ON "A"."USER_ID" = "P"."USER_ID"
      AND "A"."__VISIBLE" = "P"."__VISIBLE"
      AND DATE_TRUNC('day', "P"."__KNOWN") = "A"."__TODAY"
      AND "P"."__KNOWN" < "A"."__NOW"
      AND "P"."__TILE" > DATEADD(DAY, -7, "A"."__TIME")
    UNION ALL
    SELECT
      "A"."__ROW",
      "A"."__FROM",
      "A"."__FROM" AS "__TO",
      "P"."AMOUNT__SUM"
    FROM "EDGES_SPEND_2" AS "A"
    JOIN "TILES_SPEND_BATCHES" AS "P"
      ON "A"."USER_ID" = "P"."USER_ID"
      AND "A"."__VISIBLE" = "P"."__VISIBLE"
      AND DATE_TRUNC('day', "P"."__TILE") = "A"."__EDGE_SPAN"
      AND "P"."__TILE" > "A"."__LOW"
      AND "A"."__EDGE_SPAN" < "A"."__TODAY"
    UNION ALL
    SELECT
      "A"."__ROW",
      CASE WHEN "P"."__TILE" > DATEADD(HOUR, -1, "A"."__TIME") THEN 1 ELSE 2 END AS "__FROM",
      2 AS "__TO",
      "P"."AMOUNT__SUM"
    FROM "ASKED_SPEND_2" AS "A"
    JOIN "SPANS_SPEND_BATCHES" AS "P"
      ON "A"."USER_ID" = "P"."USER_ID"
      AND "A"."__VISIBLE" = "P"."__VISIBLE"
      AND DATEADD(
        SECOND,
        -(
          (
            DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "P"."__TILE") % 604800 + 604800
          ) % 604800
        ),
        DATE_TRUNC('second', "P"."__TILE")
      ) = "A"."__STRETCH"
      AND "P"."__KNOWN" < "A"."__TODAY"
      AND "P"."__TILE" > DATEADD(DAY, -7, "A"."__TIME")
    UNION ALL
    SELECT
      "A"."__ROW",
      CASE WHEN "P"."__TILE" > DATEADD(HOUR, -1, "A"."__TIME") THEN 1 ELSE 2 END AS "__FROM",
      2 AS "__TO",
      "P"."AMOUNT__SUM"
    FROM "ASKED_SPEND_2" AS "A"
    JOIN "SPANS_SPEND_BATCHES" AS "P"
      ON "A"."USER_ID" = "P"."USER_ID"
      AND "A"."__VISIBLE" = "P"."__VISIBLE"
      AND DATEADD(
        SECOND,
        -(
          (
            DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "P"."__TILE") % 604800 + 604800
          ) % 604800
        ),
        DATE_TRUNC('second', "P"."__TILE")
      ) = DATEADD(DAY, -7, "A"."__STRETCH")
      AND "P"."__KNOWN" < "A"."__TODAY"
      AND "P"."__TILE" > DATEADD(DAY, -7, "A"."__TIME")
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
    COUNT("__FROM") > 0 AS "__MATCHED"
  FROM "ASKERS_SPEND" AS "N"
  LEFT JOIN "PARTS_SPEND" AS "P"
    ON "P"."__ROW" = "N"."__ROW"
  GROUP BY
    "N"."__ROW"
), "WINDOWS_SPEND" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "__ROW",
    CAST("AMOUNT__SUM_1" AS DOUBLE) AS "SPEND_1H",
    CAST("AMOUNT__SUM_2" AS DOUBLE) AS "SPEND_7D",
    "__MATCHED"
  FROM "STATES_SPEND"
)
SELECT
  "N"."USER_ID",
  "W1"."SPEND_1H",
  "W1"."SPEND_7D",
  "N"."__EVENT" AS "BOUGHT_AT",
  "N"."__EVENT",
  "N"."__VISIBLE"
FROM "ASKERS_SPEND" AS "N"
LEFT JOIN "WINDOWS_SPEND" AS "W1"
  ON "W1"."__ROW" = "N"."__ROW";
-- matched: Each spine row with the latest event visible at its time, for each join; burst: at or before the row's time.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_014" AS
WITH "NUMBERED" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER (ORDER BY NULL NULLS FIRST) AS "__ROW",
    "S"."USER_ID",
    "S"."EVENT_TIMESTAMP"
  FROM "SPINE" AS "S"
), "VIEW_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_013"
), "EVENTS_BURST" AS (
  -- Feature view burst: the values each event carries, by user_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    "__VISIBLE",
    CAST("SPEND_1H" AS DOUBLE) AS "SPEND_1H",
    CAST("SPEND_1H" / NULLIF("SPEND_7D", 0.0) AS DOUBLE) AS "SHARE",
    CAST("BOUGHT_AT" AS TIMESTAMP_NTZ(6)) AS "SEEN_AT"
  FROM "VIEW_SPEND"
  WHERE
    (
      "SPEND_1H" > 100.0
    ) AND "USER_ID" IS NOT NULL
), "LEADING_BURST" AS (
  -- Events that are the latest of their key when they become known. One that is known only after a
  -- later event never counts.
  SELECT
    "USER_ID",
    "__EVENT",
    "__VISIBLE",
    "SPEND_1H",
    "SHARE",
    "SEEN_AT"
  FROM "EVENTS_BURST"
  QUALIFY
    "__EVENT" = MAX("__EVENT") OVER (PARTITION BY "USER_ID" ORDER BY "__VISIBLE" ASC)
)
SELECT
  "S"."__ROW",
  "S"."USER_ID",
  "S"."EVENT_TIMESTAMP",
  "E1"."__EVENT" AS "BURST__EVENT",
  "E1"."__VISIBLE" AS "BURST__VISIBLE",
  "E1"."SPEND_1H" AS "BURST__SPEND_1H",
  "E1"."SHARE" AS "BURST__SHARE",
  "E1"."SEEN_AT" AS "BURST__SEEN_AT"
FROM "NUMBERED" AS "S"
ASOF JOIN "LEADING_BURST" AS "E1" MATCH_CONDITION ("S"."EVENT_TIMESTAMP" >= "E1"."__VISIBLE")
  ON "S"."USER_ID" = "E1"."USER_ID";
WITH "VIEW_SPEND" AS (
  SELECT * FROM "__FCOMPILE_STAGE_013"
), "EVENTS_BURST" AS (
  -- Feature view burst: the values each event carries, by user_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    "__VISIBLE",
    CAST("SPEND_1H" AS DOUBLE) AS "SPEND_1H",
    CAST("SPEND_1H" / NULLIF("SPEND_7D", 0.0) AS DOUBLE) AS "SHARE",
    CAST("BOUGHT_AT" AS TIMESTAMP_NTZ(6)) AS "SEEN_AT"
  FROM "VIEW_SPEND"
  WHERE
    (
      "SPEND_1H" > 100.0
    ) AND "USER_ID" IS NOT NULL
), "MATCHED" AS (
  SELECT * FROM "__FCOMPILE_STAGE_014"
), "TIED_BURST" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "E"."USER_ID",
    "E"."__EVENT"
  FROM "EVENTS_BURST" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "MATCHED" AS "M"
      WHERE
        "E"."USER_ID" = "M"."USER_ID" AND "E"."__EVENT" = "M"."BURST__EVENT"
    )
  GROUP BY
    "E"."USER_ID",
    "E"."__EVENT"
  HAVING
    COUNT(*) > 1
), "SETTLED_BURST" AS (
  -- Ties of burst, settled: the greatest by (spend_1h, share, seen_at), NULLs first. A row a tied
  -- instant.
  WITH "RANKED" AS (
    SELECT
      "E"."USER_ID",
      "E"."__EVENT",
      "E"."__VISIBLE",
      "E"."SPEND_1H",
      "E"."SHARE",
      "E"."SEEN_AT",
      ROW_NUMBER() OVER (
        PARTITION BY "E"."USER_ID", "E"."__EVENT"
        ORDER BY (
          "E"."SPEND_1H"
        ) + 0 ASC NULLS FIRST, (
          "E"."SHARE"
        ) + 0 ASC NULLS FIRST, "E"."SEEN_AT" ASC NULLS FIRST
      ) AS "__RANK"
    FROM "EVENTS_BURST" AS "E"
    WHERE
      EXISTS(
        SELECT
          1
        FROM "TIED_BURST" AS "D"
        WHERE
          "E"."USER_ID" = "D"."USER_ID" AND "E"."__EVENT" = "D"."__EVENT"
      )
  )
  SELECT
    "S"."USER_ID",
    "S"."__EVENT",
    "S"."__VISIBLE",
    "R"."SPEND_1H",
    "R"."SHARE",
    "R"."SEEN_AT"
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
  CASE WHEN "W1"."__EVENT" IS NULL THEN "M"."BURST__SPEND_1H" ELSE "W1"."SPEND_1H" END AS "SPEND_1H",
  CASE WHEN "W1"."__EVENT" IS NULL THEN "M"."BURST__SHARE" ELSE "W1"."SHARE" END AS "SHARE",
  CASE WHEN "W1"."__EVENT" IS NULL THEN "M"."BURST__SEEN_AT" ELSE "W1"."SEEN_AT" END AS "SEEN_AT"
FROM "MATCHED" AS "M"
LEFT JOIN "SETTLED_BURST" AS "W1"
  ON "W1"."USER_ID" = "M"."USER_ID"
  AND "W1"."__EVENT" = "M"."BURST__EVENT"
  AND "W1"."__VISIBLE" = "M"."BURST__VISIBLE"
ORDER BY
  "M"."__ROW";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_014";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_013";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_012";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_011";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_010";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_009";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_008";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_007";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_006";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_005";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_004";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_003";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_002";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_001";
