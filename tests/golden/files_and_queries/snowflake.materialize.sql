-- Materialization of feature view item: the latest row of each entity as of :as_of.
-- Definition: feature.yaml. Dialect: snowflake, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :since (look at what became known after it; NULL = at everything), :sequence (the number of the load), :newest (not a backfill).
CREATE SCHEMA IF NOT EXISTS "FEATURES";
CREATE TABLE IF NOT EXISTS "FEATURES"."GOLDEN__ITEM" (
  "ITEM_ID" DECIMAL(19, 0),
  "SIZES" ARRAY,
  "MAKER" OBJECT,
  "EMBEDDING" ARRAY,
  "RANK" DECIMAL(19, 0),
  "__EVENT" TIMESTAMP_NTZ(6),
  "__CREATED" TIMESTAMP_NTZ(6),
  "__SEQUENCE" DECIMAL(19, 0)
);
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_001";
-- latest: The row at that time; ties go to the greatest by (sizes, maker, embedding, rank), NULLs first. A row an entity.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_001" AS
WITH "SOURCE_ITEMS" AS (
  -- Source items: a row an event at at, known as it happens. The table holds what is in
  -- data/*.parquet.
  SELECT
    "ITEM_ID",
    "SIZES",
    "MAKER",
    "EMBEDDING",
    "Order",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
  FROM "ITEMS"
  WHERE
    "AT" IS NOT NULL
), "EVENTS_ITEM" AS (
  -- Feature view item: the values each event carries, by item_id.
  SELECT
    CAST("ITEM_ID" AS DECIMAL(19, 0)) AS "ITEM_ID",
    "__EVENT",
    CAST("SIZES" AS ARRAY) AS "SIZES",
    CAST("MAKER" AS OBJECT) AS "MAKER",
    CAST("EMBEDDING" AS ARRAY) AS "EMBEDDING",
    CAST("Order" AS DECIMAL(19, 0)) AS "RANK"
  FROM "SOURCE_ITEMS"
  WHERE
    "ITEM_ID" IS NOT NULL
), "NEWEST" AS (
  -- The latest event time known as of :as_of. A row an entity with news since :since (NULL = all).
  SELECT
    "ITEM_ID",
    MAX("__EVENT") AS "__EVENT"
  FROM "EVENTS_ITEM"
  WHERE
    "__EVENT" <= CAST(:as_of AS TIMESTAMP_NTZ(6))
  GROUP BY
    "ITEM_ID"
  HAVING
    COALESCE(MAX("__EVENT") > CAST(:since AS TIMESTAMP_NTZ(6)), TRUE) AND MAX("__EVENT") IS NOT NULL
)
SELECT
  "E"."ITEM_ID",
  "E"."SIZES",
  "E"."MAKER",
  "E"."EMBEDDING",
  "E"."RANK",
  "E"."__EVENT",
  CAST(NULL AS TIMESTAMP_NTZ(6)) AS "__CREATED"
FROM "EVENTS_ITEM" AS "E"
JOIN "NEWEST" AS "N"
  ON "E"."ITEM_ID" = "N"."ITEM_ID" AND "E"."__EVENT" = "N"."__EVENT"
WHERE
  "E"."__EVENT" <= CAST(:as_of AS TIMESTAMP_NTZ(6))
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY "E"."ITEM_ID", "E"."__EVENT"
    ORDER BY "E"."SIZES" DESC NULLS LAST, "E"."MAKER" DESC NULLS LAST, "E"."EMBEDDING" DESC NULLS LAST, "E"."RANK" DESC NULLS LAST
  ) = 1;
CREATE OR REPLACE TABLE "FEATURES"."GOLDEN__ITEM" AS
WITH "LATEST" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
)
SELECT
  "L"."ITEM_ID",
  "L"."SIZES",
  "L"."MAKER",
  "L"."EMBEDDING",
  "L"."RANK",
  "L"."__EVENT",
  "L"."__CREATED",
  CASE
    WHEN (
      "L"."ITEM_ID" IS NOT DISTINCT FROM "T"."ITEM_ID"
      AND TO_JSON("L"."SIZES") IS NOT DISTINCT FROM TO_JSON("T"."SIZES")
      AND TO_JSON("L"."MAKER") IS NOT DISTINCT FROM TO_JSON("T"."MAKER")
      AND TO_JSON("L"."EMBEDDING") IS NOT DISTINCT FROM TO_JSON("T"."EMBEDDING")
      AND "L"."RANK" IS NOT DISTINCT FROM "T"."RANK"
      AND "L"."__EVENT" IS NOT DISTINCT FROM "T"."__EVENT"
      AND "L"."__CREATED" IS NOT DISTINCT FROM "T"."__CREATED"
    )
    THEN "T"."__SEQUENCE"
    ELSE CAST(:sequence AS DECIMAL(19, 0))
  END AS "__SEQUENCE"
FROM "LATEST" AS "L"
LEFT JOIN "FEATURES"."GOLDEN__ITEM" AS "T"
  ON "L"."ITEM_ID" = "T"."ITEM_ID"
WHERE
  "T"."__EVENT" IS NULL
  OR NOT (
    "T"."__EVENT" > "L"."__EVENT"
    OR "T"."__EVENT" = "L"."__EVENT"
    AND (
      COALESCE("T"."__CREATED" > "L"."__CREATED", FALSE)
      OR "L"."__CREATED" IS NULL
      AND "T"."__CREATED" IS NOT NULL
      OR (
        "T"."__CREATED" IS NOT DISTINCT FROM "L"."__CREATED" AND NOT CAST(:newest AS BOOLEAN)
      )
    )
  )
UNION ALL
SELECT
  "T"."ITEM_ID",
  "T"."SIZES",
  "T"."MAKER",
  "T"."EMBEDDING",
  "T"."RANK",
  "T"."__EVENT",
  "T"."__CREATED",
  "T"."__SEQUENCE"
FROM "FEATURES"."GOLDEN__ITEM" AS "T"
LEFT JOIN "LATEST" AS "L"
  ON "T"."ITEM_ID" = "L"."ITEM_ID"
WHERE
  "L"."__EVENT" IS NULL
  OR (
    "T"."__EVENT" > "L"."__EVENT"
    OR "T"."__EVENT" = "L"."__EVENT"
    AND (
      COALESCE("T"."__CREATED" > "L"."__CREATED", FALSE)
      OR "L"."__CREATED" IS NULL
      AND "T"."__CREATED" IS NOT NULL
      OR (
        "T"."__CREATED" IS NOT DISTINCT FROM "L"."__CREATED" AND NOT CAST(:newest AS BOOLEAN)
      )
    )
  );
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_001";
