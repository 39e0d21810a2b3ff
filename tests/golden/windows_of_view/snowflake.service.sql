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
-- source_purchases: Source purchases: a row an event at bought_at, known as it happens. The table holds what is in data/purchases.csv.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_002" AS
SELECT
  "PURCHASE_ID",
  "AMOUNT",
  "USER_ID",
  CAST(CONVERT_TIMEZONE('UTC', "BOUGHT_AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
FROM "PURCHASES"
WHERE
  "BOUGHT_AT" IS NOT NULL;
-- matched: Each spine row with the latest event visible at its time, for each join; last_buy: at or before the row's time.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_003" AS
WITH "NUMBERED" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
), "SOURCE_PURCHASES" AS (
  SELECT * FROM "__FCOMPILE_STAGE_002"
), "VIEW_PURCHASE" AS (
  -- Rows of feature view purchase: its values at the time of each row of its source, by
  -- purchase_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    CAST("AMOUNT" AS DOUBLE) AS "AMOUNT",
    "AMOUNT" > 100.0 AS "IS_LARGE",
    "__EVENT"
  FROM "SOURCE_PURCHASES"
  WHERE
    (
      "AMOUNT" > 0.0
    ) AND "PURCHASE_ID" IS NOT NULL
), "EVENTS_LAST_BUY" AS (
  -- Feature view last_buy: the values each event carries, by user_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    CAST("AMOUNT" AS DOUBLE) AS "AMOUNT"
  FROM "VIEW_PURCHASE"
  WHERE
    "USER_ID" IS NOT NULL
)
SELECT
  "S"."__ROW",
  "S"."USER_ID",
  "S"."EVENT_TIMESTAMP",
  "E1"."__EVENT" AS "LAST_BUY__EVENT",
  "E1"."AMOUNT" AS "LAST_BUY__AMOUNT"
FROM "NUMBERED" AS "S"
ASOF JOIN "EVENTS_LAST_BUY" AS "E1" MATCH_CONDITION ("S"."EVENT_TIMESTAMP" >= "E1"."__EVENT")
  ON "S"."USER_ID" = "E1"."USER_ID";
-- hot_large: Hot keys: more than 500 rows. Their windows are made of tiles, those of other keys of rows.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_004" AS
WITH "SOURCE_PURCHASES" AS (
  SELECT * FROM "__FCOMPILE_STAGE_002"
), "VIEW_PURCHASE" AS (
  -- Rows of feature view purchase: its values at the time of each row of its source, by
  -- purchase_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    CAST("AMOUNT" AS DOUBLE) AS "AMOUNT",
    "AMOUNT" > 100.0 AS "IS_LARGE",
    "__EVENT"
  FROM "SOURCE_PURCHASES"
  WHERE
    (
      "AMOUNT" > 0.0
    ) AND "PURCHASE_ID" IS NOT NULL
), "ROWS_LARGE" AS (
  -- Rows for the windows of large: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    TRUE AS "ROW"
  FROM "VIEW_PURCHASE"
  WHERE
    (
      "IS_LARGE"
    ) AND "USER_ID" IS NOT NULL
)
SELECT
  "USER_ID"
FROM "ROWS_LARGE"
GROUP BY
  "USER_ID"
HAVING
  COUNT(*) > 500;
-- tiles_large: Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the rows are visible.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_005" AS
WITH "SOURCE_PURCHASES" AS (
  SELECT * FROM "__FCOMPILE_STAGE_002"
), "VIEW_PURCHASE" AS (
  -- Rows of feature view purchase: its values at the time of each row of its source, by
  -- purchase_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    CAST("AMOUNT" AS DOUBLE) AS "AMOUNT",
    "AMOUNT" > 100.0 AS "IS_LARGE",
    "__EVENT"
  FROM "SOURCE_PURCHASES"
  WHERE
    (
      "AMOUNT" > 0.0
    ) AND "PURCHASE_ID" IS NOT NULL
), "ROWS_LARGE" AS (
  -- Rows for the windows of large: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    TRUE AS "ROW"
  FROM "VIEW_PURCHASE"
  WHERE
    (
      "IS_LARGE"
    ) AND "USER_ID" IS NOT NULL
), "HOT_LARGE" AS (
  SELECT * FROM "__FCOMPILE_STAGE_004"
)
SELECT
  "USER_ID",
  DATE_TRUNC('hour', "__EVENT") AS "__TILE",
  DATE_TRUNC('hour', "__EVENT") AS "__KNOWN",
  CAST(COUNT("ROW") AS DECIMAL(19, 0)) AS "ROW__COUNT"
FROM "ROWS_LARGE" AS "R"
WHERE
  EXISTS(
    SELECT
      1
    FROM "HOT_LARGE" AS "H"
    WHERE
      "R"."USER_ID" = "H"."USER_ID"
  )
GROUP BY
  "USER_ID",
  DATE_TRUNC('hour', "__EVENT"),
  DATE_TRUNC('hour', "__EVENT");
-- spans_large: The same for 1d, made of the tiles above.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_006" AS
WITH "TILES_LARGE" AS (
  SELECT * FROM "__FCOMPILE_STAGE_005"
)
SELECT
  "USER_ID",
  DATE_TRUNC('day', "__TILE") AS "__TILE",
  DATE_TRUNC('day', "__KNOWN") AS "__KNOWN",
  CAST(SUM("ROW__COUNT") AS DECIMAL(19, 0)) AS "ROW__COUNT"
FROM "TILES_LARGE"
GROUP BY
  "USER_ID",
  DATE_TRUNC('day', "__TILE"),
  DATE_TRUNC('day', "__KNOWN");
-- asked_large: Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_007" AS
WITH "NUMBERED" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
), "HOT_LARGE" AS (
  SELECT * FROM "__FCOMPILE_STAGE_004"
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
        DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "N"."EVENT_TIMESTAMP") % 604800 + 604800
      ) % 604800
    ),
    DATE_TRUNC('second', "N"."EVENT_TIMESTAMP")
  ) AS "__STRETCH"
FROM "NUMBERED" AS "N"
WHERE
  EXISTS(
    SELECT
      1
    FROM "HOT_LARGE" AS "H"
    WHERE
      "N"."USER_ID" = "H"."USER_ID"
  );
WITH "NUMBERED" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
), "SOURCE_PURCHASES" AS (
  SELECT * FROM "__FCOMPILE_STAGE_002"
), "VIEW_PURCHASE" AS (
  -- Rows of feature view purchase: its values at the time of each row of its source, by
  -- purchase_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    CAST("AMOUNT" AS DOUBLE) AS "AMOUNT",
    "AMOUNT" > 100.0 AS "IS_LARGE",
    "__EVENT"
  FROM "SOURCE_PURCHASES"
  WHERE
    (
      "AMOUNT" > 0.0
    ) AND "PURCHASE_ID" IS NOT NULL
), "EVENTS_LAST_BUY" AS (
  -- Feature view last_buy: the values each event carries, by user_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    CAST("AMOUNT" AS DOUBLE) AS "AMOUNT"
  FROM "VIEW_PURCHASE"
  WHERE
    "USER_ID" IS NOT NULL
), "MATCHED" AS (
  SELECT * FROM "__FCOMPILE_STAGE_003"
), "TIED_LAST_BUY" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "E"."USER_ID",
    "E"."__EVENT"
  FROM "EVENTS_LAST_BUY" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "MATCHED" AS "M"
      WHERE
        "E"."USER_ID" = "M"."USER_ID" AND "E"."__EVENT" = "M"."LAST_BUY__EVENT"
    )
  GROUP BY
    "E"."USER_ID",
    "E"."__EVENT"
  HAVING
    COUNT(*) > 1
), "SETTLED_LAST_BUY" AS (
  -- Ties of last_buy, settled: the greatest by (amount), NULLs first. A row a tied instant.
  SELECT
    "E"."USER_ID",
    "E"."__EVENT",
    "E"."AMOUNT"
  FROM "EVENTS_LAST_BUY" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "TIED_LAST_BUY" AS "D"
      WHERE
        "E"."USER_ID" = "D"."USER_ID" AND "E"."__EVENT" = "D"."__EVENT"
    )
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "E"."USER_ID", "E"."__EVENT" ORDER BY (
      "E"."AMOUNT"
    ) + 0 DESC NULLS LAST) = 1
), "ROWS_LARGE" AS (
  -- Rows for the windows of large: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    TRUE AS "ROW"
  FROM "VIEW_PURCHASE"
  WHERE
    (
      "IS_LARGE"
    ) AND "USER_ID" IS NOT NULL
), "HOT_LARGE" AS (
  SELECT * FROM "__FCOMPILE_STAGE_004"
), "TILES_LARGE" AS (
  SELECT * FROM "__FCOMPILE_STAGE_005"
), "SPANS_LARGE" AS (
  SELECT * FROM "__FCOMPILE_STAGE_006"
), "COLD_LARGE" AS (
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
      FROM "HOT_LARGE" AS "H"
      WHERE
        "N"."USER_ID" = "H"."USER_ID"
    )
), "ASKED_LARGE" AS (
  SELECT * FROM "__FCOMPILE_STAGE_007"
), "EDGES_LARGE" AS (
  -- Where each window begins, and the small and large tile that is in.
  SELECT
    "__ROW",
    "USER_ID",
    "__TIME",
    "__NOW",
    "__TODAY",
    1 AS "__FROM",
    DATEADD(DAY, -7, "__TIME") AS "__LOW",
    DATE_TRUNC('hour', DATEADD(DAY, -7, "__TIME")) AS "__EDGE",
    DATE_TRUNC('day', DATEADD(DAY, -7, "__TIME")) AS "__EDGE_SPAN"
  FROM "ASKED_LARGE"
), "PIECES_LARGE" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "N"."__ROW",
    1 AS "__FROM",
    1 AS "__TO",
    "R"."__EVENT",
    "R"."ROW"
  FROM "COLD_LARGE" AS "N"
  JOIN "ROWS_LARGE" AS "R"
    ON "N"."USER_ID" = "R"."USER_ID"
    AND "R"."__EVENT" <= "N"."__TIME"
    AND "R"."__EVENT" > DATEADD(DAY, -7, "N"."__TIME")
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
    FROM "EDGES_LARGE"
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
    FROM "ASKED_LARGE"
  ) AS "A"
  JOIN "ROWS_LARGE" AS "R"
    ON "A"."USER_ID" = "R"."USER_ID"
    AND DATE_TRUNC('hour', "R"."__EVENT") = "A"."__EDGE"
    AND "R"."__EVENT" > "A"."__LOW"
    AND "R"."__EVENT" <= "A"."__TIME"
), "PARTS_LARGE" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__ROW",
    "__FROM",
    "__TO",
    CAST(COUNT("ROW") AS DECIMAL(19, 0)) AS "ROW__COUNT"
  FROM "PIECES_LARGE"
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
    FROM "ASKED_LARGE" AS "A"
    JOIN "TILES_LARGE" AS "P"
      ON "A"."USER_ID" = "P"."USER_ID"
      AND DATE_TRUNC('day', "P"."__KNOWN") = "A"."__TODAY"
      AND "P"."__KNOWN" < "A"."__NOW"
      AND "P"."__TILE" > DATEADD(DAY, -7, "A"."__TIME")
    UNION ALL
    SELECT
      "A"."__ROW",
      "A"."__FROM",
      "A"."__FROM" AS "__TO",
      "P"."ROW__COUNT"
    FROM "EDGES_LARGE" AS "A"
    JOIN "TILES_LARGE" AS "P"
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
    FROM "ASKED_LARGE" AS "A"
    JOIN "SPANS_LARGE" AS "P"
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
      1 AS "__FROM",
      1 AS "__TO",
      "P"."ROW__COUNT"
    FROM "ASKED_LARGE" AS "A"
    JOIN "SPANS_LARGE" AS "P"
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
  ) AS "TILES"
  GROUP BY
    "__ROW",
    "__FROM",
    "__TO"
), "STATES_LARGE" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "N"."__ROW",
    CAST(SUM(CASE WHEN "__FROM" <= 1 AND "__TO" >= 1 THEN "ROW__COUNT" END) AS DECIMAL(19, 0)) AS "ROW__COUNT_1",
    COUNT("__FROM") > 0 AS "__MATCHED"
  FROM "NUMBERED" AS "N"
  LEFT JOIN "PARTS_LARGE" AS "P"
    ON "P"."__ROW" = "N"."__ROW"
  GROUP BY
    "N"."__ROW"
), "WINDOWS_LARGE" AS (
  -- large: one value a spine row and window (t - w, t].
  SELECT
    "__ROW",
    CAST(COALESCE("ROW__COUNT_1", 0) AS DECIMAL(19, 0)) AS "LARGE_7D",
    "__MATCHED"
  FROM "STATES_LARGE"
)
SELECT
  "M"."USER_ID",
  "M"."EVENT_TIMESTAMP",
  "W2"."LARGE_7D",
  CASE WHEN "W1"."__EVENT" IS NULL THEN "M"."LAST_BUY__AMOUNT" ELSE "W1"."AMOUNT" END AS "AMOUNT"
FROM "MATCHED" AS "M"
LEFT JOIN "SETTLED_LAST_BUY" AS "W1"
  ON "W1"."USER_ID" = "M"."USER_ID" AND "W1"."__EVENT" = "M"."LAST_BUY__EVENT"
LEFT JOIN "WINDOWS_LARGE" AS "W2"
  ON "W2"."__ROW" = "M"."__ROW"
ORDER BY
  "M"."__ROW";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_007";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_006";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_005";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_004";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_003";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_002";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_001";
