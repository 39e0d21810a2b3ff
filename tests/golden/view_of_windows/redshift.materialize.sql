-- Materialization of feature view burst: the latest row of each entity as of :as_of, in one transaction.
-- Definition: feature.yaml. Dialect: redshift, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :since (look at what became known after it; NULL = at everything), :sequence (the number of the load), :newest (not a backfill).
CREATE SCHEMA IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."golden__burst" (
  "user_id" BIGINT,
  "spend_1h" DOUBLE PRECISION,
  "share" DOUBLE PRECISION,
  "seen_at" TIMESTAMP,
  "__event" TIMESTAMP,
  "__created" TIMESTAMP,
  "__sequence" BIGINT
);
DROP TABLE IF EXISTS "__fcompile_stage_001";
-- askers_spend: The same rows as those that ask for the windows of spend, each as of its own time.
CREATE TEMPORARY TABLE "__fcompile_stage_001" AS
WITH "source_purchases" AS (
  -- Source purchases: a row an event at bought_at, known at loaded_at.
  SELECT
    "user_id",
    "amount",
    CAST("bought_at" AS TIMESTAMP) AS "__event",
    GREATEST(CAST("bought_at" AS TIMESTAMP), CAST("loaded_at" AS TIMESTAMP)) AS "__visible"
  FROM "raw"."purchases"
  WHERE
    "bought_at" IS NOT NULL AND "loaded_at" IS NOT NULL
), "rows_spend" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "__event",
    "__visible",
    CAST("amount" AS DOUBLE PRECISION) + 0 AS "amount"
  FROM "source_purchases"
  WHERE
    "user_id" IS NOT NULL
)
SELECT
  ROW_NUMBER() OVER () AS "__row",
  "user_id",
  "__event",
  "__visible",
  "__visible" AS "__known_by"
FROM "rows_spend";
DROP TABLE IF EXISTS "__fcompile_stage_002";
-- hot_spend: Hot keys: more than 500 rows. Their windows are made of tiles, those of other keys of rows.
CREATE TEMPORARY TABLE "__fcompile_stage_002" AS
WITH "source_purchases" AS (
  -- Source purchases: a row an event at bought_at, known at loaded_at.
  SELECT
    "user_id",
    "amount",
    CAST("bought_at" AS TIMESTAMP) AS "__event",
    GREATEST(CAST("bought_at" AS TIMESTAMP), CAST("loaded_at" AS TIMESTAMP)) AS "__visible"
  FROM "raw"."purchases"
  WHERE
    "bought_at" IS NOT NULL AND "loaded_at" IS NOT NULL
), "rows_spend" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "__event",
    "__visible",
    CAST("amount" AS DOUBLE PRECISION) + 0 AS "amount"
  FROM "source_purchases"
  WHERE
    "user_id" IS NOT NULL
)
SELECT
  "user_id"
FROM "rows_spend"
GROUP BY
  "user_id"
HAVING
  COUNT(*) > 500;
DROP TABLE IF EXISTS "__fcompile_stage_003";
-- hot_askers_spend: Those of hot keys that ask.
CREATE TEMPORARY TABLE "__fcompile_stage_003" AS
WITH "askers_spend" AS (
  SELECT * FROM "__fcompile_stage_001"
), "hot_spend" AS (
  SELECT * FROM "__fcompile_stage_002"
)
SELECT
  "n"."__row",
  "n"."user_id",
  "n"."__event",
  "n"."__known_by"
FROM "askers_spend" AS "n"
WHERE
  EXISTS(
    SELECT
      1
    FROM "hot_spend" AS "h"
    WHERE
      "n"."user_id" = "h"."user_id"
  );
DROP TABLE IF EXISTS "__fcompile_stage_004";
-- hot_rows_spend: Rows of hot keys.
CREATE TEMPORARY TABLE "__fcompile_stage_004" AS
WITH "source_purchases" AS (
  -- Source purchases: a row an event at bought_at, known at loaded_at.
  SELECT
    "user_id",
    "amount",
    CAST("bought_at" AS TIMESTAMP) AS "__event",
    GREATEST(CAST("bought_at" AS TIMESTAMP), CAST("loaded_at" AS TIMESTAMP)) AS "__visible"
  FROM "raw"."purchases"
  WHERE
    "bought_at" IS NOT NULL AND "loaded_at" IS NOT NULL
), "rows_spend" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "__event",
    "__visible",
    CAST("amount" AS DOUBLE PRECISION) + 0 AS "amount"
  FROM "source_purchases"
  WHERE
    "user_id" IS NOT NULL
), "hot_spend" AS (
  SELECT * FROM "__fcompile_stage_002"
)
SELECT
  "n"."user_id",
  "n"."__event",
  "n"."__visible",
  "n"."amount"
FROM "rows_spend" AS "n"
WHERE
  EXISTS(
    SELECT
      1
    FROM "hot_spend" AS "h"
    WHERE
      "n"."user_id" = "h"."user_id"
  );
DROP TABLE IF EXISTS "__fcompile_stage_005";
-- batches_spend: Batches: more than 500 rows of a key that became visible at one instant.
CREATE TEMPORARY TABLE "__fcompile_stage_005" AS
WITH "hot_rows_spend" AS (
  SELECT * FROM "__fcompile_stage_004"
)
SELECT
  "user_id",
  "__visible"
FROM "hot_rows_spend"
GROUP BY
  "user_id",
  "__visible"
HAVING
  COUNT(*) > 500;
DROP TABLE IF EXISTS "__fcompile_stage_006";
-- batch_rows_spend: The rows of batches.
CREATE TEMPORARY TABLE "__fcompile_stage_006" AS
WITH "hot_rows_spend" AS (
  SELECT * FROM "__fcompile_stage_004"
), "batches_spend" AS (
  SELECT * FROM "__fcompile_stage_005"
)
SELECT
  "r"."user_id",
  "r"."__event",
  "r"."__visible",
  "r"."amount"
FROM "hot_rows_spend" AS "r"
WHERE
  EXISTS(
    SELECT
      1
    FROM "batches_spend" AS "b"
    WHERE
      "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
  );
DROP TABLE IF EXISTS "__fcompile_stage_007";
-- tiles_spend: Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the rows are visible.
CREATE TEMPORARY TABLE "__fcompile_stage_007" AS
WITH "hot_rows_spend" AS (
  SELECT * FROM "__fcompile_stage_004"
)
SELECT
  "user_id",
  DATE_TRUNC('hour', "__event") AS "__tile",
  DATE_TRUNC('hour', "__visible") AS "__known",
  SUM("amount") AS "amount__sum"
FROM "hot_rows_spend" AS "r"
GROUP BY
  "user_id",
  DATE_TRUNC('hour', "__event"),
  DATE_TRUNC('hour', "__visible");
DROP TABLE IF EXISTS "__fcompile_stage_008";
-- spans_spend: The same for 1d, made of the tiles above.
CREATE TEMPORARY TABLE "__fcompile_stage_008" AS
WITH "tiles_spend" AS (
  SELECT * FROM "__fcompile_stage_007"
)
SELECT
  "user_id",
  DATE_TRUNC('day', "__tile") AS "__tile",
  DATE_TRUNC('day', "__known") AS "__known",
  SUM("amount__sum") AS "amount__sum"
FROM "tiles_spend"
GROUP BY
  "user_id",
  DATE_TRUNC('day', "__tile"),
  DATE_TRUNC('day', "__known");
DROP TABLE IF EXISTS "__fcompile_stage_009";
-- tiles_spend_batches: Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the rows are visible.
CREATE TEMPORARY TABLE "__fcompile_stage_009" AS
WITH "batch_rows_spend" AS (
  SELECT * FROM "__fcompile_stage_006"
)
SELECT
  "user_id",
  "__visible",
  DATE_TRUNC('hour', "__event") AS "__tile",
  DATE_TRUNC('hour', "__event") AS "__known",
  SUM("amount") AS "amount__sum"
FROM "batch_rows_spend" AS "r"
GROUP BY
  "user_id",
  "__visible",
  DATE_TRUNC('hour', "__event"),
  DATE_TRUNC('hour', "__event");
DROP TABLE IF EXISTS "__fcompile_stage_010";
-- spans_spend_batches: The same for 1d, made of the tiles above.
CREATE TEMPORARY TABLE "__fcompile_stage_010" AS
WITH "tiles_spend_batches" AS (
  SELECT * FROM "__fcompile_stage_009"
)
SELECT
  "user_id",
  "__visible",
  DATE_TRUNC('day', "__tile") AS "__tile",
  DATE_TRUNC('day', "__known") AS "__known",
  SUM("amount__sum") AS "amount__sum"
FROM "tiles_spend_batches"
GROUP BY
  "user_id",
  "__visible",
  DATE_TRUNC('day', "__tile"),
  DATE_TRUNC('day', "__known");
DROP TABLE IF EXISTS "__fcompile_stage_011";
-- asked_spend: Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
CREATE TEMPORARY TABLE "__fcompile_stage_011" AS
WITH "hot_askers_spend" AS (
  SELECT * FROM "__fcompile_stage_003"
)
SELECT
  "n"."__row",
  "n"."user_id",
  "n"."__event" AS "__time",
  DATE_TRUNC('hour', "n"."__event") AS "__now",
  DATE_TRUNC('day', "n"."__event") AS "__today",
  DATEADD(
    second,
    -(
      (
        DATEDIFF(second, CAST('1970-01-01' AS TIMESTAMP), DATE_TRUNC('second', "n"."__event")) % 604800 + 604800
      ) % 604800
    ),
    DATE_TRUNC('second', "n"."__event")
  ) AS "__stretch"
FROM "hot_askers_spend" AS "n";
DROP TABLE IF EXISTS "__fcompile_stage_012";
-- asked_spend_2: Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
CREATE TEMPORARY TABLE "__fcompile_stage_012" AS
WITH "hot_askers_spend" AS (
  SELECT * FROM "__fcompile_stage_003"
), "batches_spend" AS (
  SELECT * FROM "__fcompile_stage_005"
), "batch_askers_spend" AS (
  -- The batches that became visible after the time of a row that asks, but not after it did itself.
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."__event",
    "b"."__visible"
  FROM "hot_askers_spend" AS "n"
  JOIN "batches_spend" AS "b"
    ON "n"."user_id" = "b"."user_id"
    AND "b"."__visible" > "n"."__event"
    AND "b"."__visible" <= "n"."__known_by"
)
SELECT
  "n"."__row",
  "n"."user_id",
  "n"."__visible",
  "n"."__event" AS "__time",
  DATE_TRUNC('hour', "n"."__event") AS "__now",
  DATE_TRUNC('day', "n"."__event") AS "__today",
  DATEADD(
    second,
    -(
      (
        DATEDIFF(second, CAST('1970-01-01' AS TIMESTAMP), DATE_TRUNC('second', "n"."__event")) % 604800 + 604800
      ) % 604800
    ),
    DATE_TRUNC('second', "n"."__event")
  ) AS "__stretch"
FROM "batch_askers_spend" AS "n";
DROP TABLE IF EXISTS "__fcompile_stage_013";
-- view_spend: Rows of feature view spend: its values at the time of each row of its source, by user_id.
CREATE TEMPORARY TABLE "__fcompile_stage_013" AS
WITH "source_purchases" AS (
  -- Source purchases: a row an event at bought_at, known at loaded_at.
  SELECT
    "user_id",
    "amount",
    CAST("bought_at" AS TIMESTAMP) AS "__event",
    GREATEST(CAST("bought_at" AS TIMESTAMP), CAST("loaded_at" AS TIMESTAMP)) AS "__visible"
  FROM "raw"."purchases"
  WHERE
    "bought_at" IS NOT NULL AND "loaded_at" IS NOT NULL
), "rows_spend" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "__event",
    "__visible",
    CAST("amount" AS DOUBLE PRECISION) + 0 AS "amount"
  FROM "source_purchases"
  WHERE
    "user_id" IS NOT NULL
), "askers_spend" AS (
  SELECT * FROM "__fcompile_stage_001"
), "hot_spend" AS (
  SELECT * FROM "__fcompile_stage_002"
), "hot_askers_spend" AS (
  SELECT * FROM "__fcompile_stage_003"
), "cold_spend" AS (
  -- Those of other keys that ask.
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."__event",
    "n"."__known_by"
  FROM "askers_spend" AS "n"
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM "hot_spend" AS "h"
      WHERE
        "n"."user_id" = "h"."user_id"
    )
), "hot_rows_spend" AS (
  SELECT * FROM "__fcompile_stage_004"
), "batches_spend" AS (
  SELECT * FROM "__fcompile_stage_005"
), "batch_rows_spend" AS (
  SELECT * FROM "__fcompile_stage_006"
), "late_spend" AS (
  -- Other rows that became visible later than they happened, by the stretches of time that lie
  -- between.
  SELECT
    "r"."user_id",
    "r"."__event",
    "r"."__visible",
    "r"."amount",
    1 AS "__stretch",
    DATE_TRUNC('hour', "r"."__event") AS "__since"
  FROM "hot_rows_spend" AS "r"
  WHERE
    "r"."__visible" > "r"."__event"
    AND "r"."__visible" <= DATEADD(second, 3600, "r"."__event")
    AND NOT EXISTS(
      SELECT
        1
      FROM "batches_spend" AS "b"
      WHERE
        "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
    )
  UNION ALL
  SELECT
    "r"."user_id",
    "r"."__event",
    "r"."__visible",
    "r"."amount",
    1 AS "__stretch",
    DATE_TRUNC('hour', "r"."__visible") AS "__since"
  FROM "hot_rows_spend" AS "r"
  WHERE
    "r"."__visible" > "r"."__event"
    AND "r"."__visible" <= DATEADD(second, 3600, "r"."__event")
    AND DATE_TRUNC('hour', "r"."__event") <> DATE_TRUNC('hour', "r"."__visible")
    AND NOT EXISTS(
      SELECT
        1
      FROM "batches_spend" AS "b"
      WHERE
        "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
    )
  UNION ALL
  SELECT
    "r"."user_id",
    "r"."__event",
    "r"."__visible",
    "r"."amount",
    2 AS "__stretch",
    DATE_TRUNC('day', "r"."__event") AS "__since"
  FROM "hot_rows_spend" AS "r"
  WHERE
    "r"."__visible" > DATEADD(second, 3600, "r"."__event")
    AND "r"."__visible" <= DATEADD(second, 86400, "r"."__event")
    AND NOT EXISTS(
      SELECT
        1
      FROM "batches_spend" AS "b"
      WHERE
        "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
    )
  UNION ALL
  SELECT
    "r"."user_id",
    "r"."__event",
    "r"."__visible",
    "r"."amount",
    2 AS "__stretch",
    DATE_TRUNC('day', "r"."__visible") AS "__since"
  FROM "hot_rows_spend" AS "r"
  WHERE
    "r"."__visible" > DATEADD(second, 3600, "r"."__event")
    AND "r"."__visible" <= DATEADD(second, 86400, "r"."__event")
    AND DATE_TRUNC('day', "r"."__event") <> DATE_TRUNC('day', "r"."__visible")
    AND NOT EXISTS(
      SELECT
        1
      FROM "batches_spend" AS "b"
      WHERE
        "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
    )
  UNION ALL
  SELECT
    "r"."user_id",
    "r"."__event",
    "r"."__visible",
    "r"."amount",
    3 AS "__stretch",
    DATEADD(
      second,
      -(
        (
          DATEDIFF(second, CAST('1970-01-01' AS TIMESTAMP), DATE_TRUNC('second', "r"."__event")) % 2764800 + 2764800
        ) % 2764800
      ),
      DATE_TRUNC('second', "r"."__event")
    ) AS "__since"
  FROM "hot_rows_spend" AS "r"
  WHERE
    "r"."__visible" > DATEADD(second, 86400, "r"."__event")
    AND "r"."__visible" <= DATEADD(second, 2764800, "r"."__event")
    AND NOT EXISTS(
      SELECT
        1
      FROM "batches_spend" AS "b"
      WHERE
        "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
    )
  UNION ALL
  SELECT
    "r"."user_id",
    "r"."__event",
    "r"."__visible",
    "r"."amount",
    3 AS "__stretch",
    DATEADD(
      second,
      -(
        (
          DATEDIFF(second, CAST('1970-01-01' AS TIMESTAMP), DATE_TRUNC('second', "r"."__visible")) % 2764800 + 2764800
        ) % 2764800
      ),
      DATE_TRUNC('second', "r"."__visible")
    ) AS "__since"
  FROM "hot_rows_spend" AS "r"
  WHERE
    "r"."__visible" > DATEADD(second, 86400, "r"."__event")
    AND "r"."__visible" <= DATEADD(second, 2764800, "r"."__event")
    AND DATEADD(
      second,
      -(
        (
          DATEDIFF(second, CAST('1970-01-01' AS TIMESTAMP), DATE_TRUNC('second', "r"."__event")) % 2764800 + 2764800
        ) % 2764800
      ),
      DATE_TRUNC('second', "r"."__event")
    ) <> DATEADD(
      second,
      -(
        (
          DATEDIFF(second, CAST('1970-01-01' AS TIMESTAMP), DATE_TRUNC('second', "r"."__visible")) % 2764800 + 2764800
        ) % 2764800
      ),
      DATE_TRUNC('second', "r"."__visible")
    )
    AND NOT EXISTS(
      SELECT
        1
      FROM "batches_spend" AS "b"
      WHERE
        "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
    )
  UNION ALL
  SELECT
    "r"."user_id",
    "r"."__event",
    "r"."__visible",
    "r"."amount",
    0 AS "__stretch",
    CAST('1970-01-01' AS TIMESTAMP) AS "__since"
  FROM "hot_rows_spend" AS "r"
  WHERE
    "r"."__visible" > DATEADD(second, 2764800, "r"."__event")
    AND NOT EXISTS(
      SELECT
        1
      FROM "batches_spend" AS "b"
      WHERE
        "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
    )
), "late_askers_spend" AS (
  -- The stretches of time, of each length, that the time of a row that asks is in.
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."__known_by",
    "n"."__event" AS "__time",
    0 AS "__stretch",
    CAST('1970-01-01' AS TIMESTAMP) AS "__since"
  FROM "hot_askers_spend" AS "n"
  WHERE
    "n"."__known_by" >= "n"."__event"
  UNION ALL
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."__known_by",
    "n"."__event" AS "__time",
    1 AS "__stretch",
    DATE_TRUNC('hour', "n"."__event") AS "__since"
  FROM "hot_askers_spend" AS "n"
  WHERE
    "n"."__known_by" >= "n"."__event"
  UNION ALL
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."__known_by",
    "n"."__event" AS "__time",
    2 AS "__stretch",
    DATE_TRUNC('day', "n"."__event") AS "__since"
  FROM "hot_askers_spend" AS "n"
  WHERE
    "n"."__known_by" >= "n"."__event"
  UNION ALL
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."__known_by",
    "n"."__event" AS "__time",
    3 AS "__stretch",
    DATEADD(
      second,
      -(
        (
          DATEDIFF(second, CAST('1970-01-01' AS TIMESTAMP), DATE_TRUNC('second', "n"."__event")) % 2764800 + 2764800
        ) % 2764800
      ),
      DATE_TRUNC('second', "n"."__event")
    ) AS "__since"
  FROM "hot_askers_spend" AS "n"
  WHERE
    "n"."__known_by" >= "n"."__event"
), "tiles_spend" AS (
  SELECT * FROM "__fcompile_stage_007"
), "spans_spend" AS (
  SELECT * FROM "__fcompile_stage_008"
), "tiles_spend_batches" AS (
  SELECT * FROM "__fcompile_stage_009"
), "spans_spend_batches" AS (
  SELECT * FROM "__fcompile_stage_010"
), "asked_spend" AS (
  SELECT * FROM "__fcompile_stage_011"
), "edges_spend" AS (
  -- Where each window begins, and the small and large tile that is in.
  SELECT
    "__row",
    "user_id",
    "__now",
    "__today",
    1 AS "__from",
    DATEADD(second, -3600, "__time") AS "__low",
    DATE_TRUNC('hour', DATEADD(second, -3600, "__time")) AS "__edge",
    DATE_TRUNC('day', DATEADD(second, -3600, "__time")) AS "__edge_span"
  FROM "asked_spend"
  UNION ALL
  SELECT
    "__row",
    "user_id",
    "__now",
    "__today",
    2 AS "__from",
    DATEADD(second, -604800, "__time") AS "__low",
    DATE_TRUNC('hour', DATEADD(second, -604800, "__time")) AS "__edge",
    DATE_TRUNC('day', DATEADD(second, -604800, "__time")) AS "__edge_span"
  FROM "asked_spend"
), "pieces_spend" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "a"."__row",
    CASE WHEN "r"."__event" > DATEADD(second, -3600, "a"."__time") THEN 1 ELSE 2 END AS "__from",
    2 AS "__to",
    "r"."__event",
    "r"."amount"
  FROM "asked_spend" AS "a"
  JOIN "hot_rows_spend" AS "r"
    ON "a"."user_id" = "r"."user_id"
    AND DATE_TRUNC('hour', "r"."__visible") = "a"."__now"
    AND "r"."__visible" <= "a"."__time"
    AND "r"."__event" > DATEADD(second, -604800, "a"."__time")
  UNION ALL
  SELECT
    "a"."__row",
    "a"."__from",
    "a"."__from" AS "__to",
    "r"."__event",
    "r"."amount"
  FROM "edges_spend" AS "a"
  JOIN "hot_rows_spend" AS "r"
    ON "a"."user_id" = "r"."user_id"
    AND DATE_TRUNC('hour', "r"."__event") = "a"."__edge"
    AND "r"."__event" > "a"."__low"
    AND DATE_TRUNC('hour', "r"."__visible") < "a"."__now"
), "asked_spend_2" AS (
  SELECT * FROM "__fcompile_stage_012"
), "edges_spend_2" AS (
  -- Where each window begins, and the small and large tile that is in.
  SELECT
    "__row",
    "user_id",
    "__visible",
    "__time",
    "__now",
    "__today",
    1 AS "__from",
    DATEADD(second, -3600, "__time") AS "__low",
    DATE_TRUNC('hour', DATEADD(second, -3600, "__time")) AS "__edge",
    DATE_TRUNC('day', DATEADD(second, -3600, "__time")) AS "__edge_span"
  FROM "asked_spend_2"
  UNION ALL
  SELECT
    "__row",
    "user_id",
    "__visible",
    "__time",
    "__now",
    "__today",
    2 AS "__from",
    DATEADD(second, -604800, "__time") AS "__low",
    DATE_TRUNC('hour', DATEADD(second, -604800, "__time")) AS "__edge",
    DATE_TRUNC('day', DATEADD(second, -604800, "__time")) AS "__edge_span"
  FROM "asked_spend_2"
), "pieces_spend_2" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "a"."__row",
    "a"."__from",
    "a"."__to",
    "r"."__event",
    "r"."amount"
  FROM (
    SELECT
      "__row",
      "user_id",
      "__visible",
      "__time",
      "__from",
      "__from" AS "__to",
      "__edge",
      "__low"
    FROM "edges_spend_2"
    WHERE
      "__edge" < "__now"
    UNION ALL
    SELECT
      "__row",
      "user_id",
      "__visible",
      "__time",
      1 AS "__from",
      2 AS "__to",
      "__now" AS "__edge",
      DATEADD(second, -3600, "__time") AS "__low"
    FROM "asked_spend_2"
  ) AS "a"
  JOIN "batch_rows_spend" AS "r"
    ON "a"."user_id" = "r"."user_id"
    AND "a"."__visible" = "r"."__visible"
    AND DATE_TRUNC('hour', "r"."__event") = "a"."__edge"
    AND "r"."__event" > "a"."__low"
    AND "r"."__event" <= "a"."__time"
), "pieces_spend_as_known" AS (
  -- The same with the rows that became visible after the time of the row that asks.
  SELECT
    "__row",
    "__from",
    "__to",
    "__event",
    "amount"
  FROM "pieces_spend"
  UNION ALL
  SELECT
    "__row",
    "__from",
    "__to",
    "__event",
    "amount"
  FROM "pieces_spend_2"
  UNION ALL
  SELECT
    "n"."__row",
    CASE WHEN "r"."__event" > DATEADD(second, -3600, "n"."__time") THEN 1 ELSE 2 END AS "__from",
    2 AS "__to",
    "r"."__event",
    "r"."amount"
  FROM "late_askers_spend" AS "n"
  JOIN "late_spend" AS "r"
    ON "r"."user_id" = "n"."user_id"
    AND "r"."__stretch" = "n"."__stretch"
    AND "r"."__since" = "n"."__since"
    AND "r"."__visible" > "n"."__time"
    AND "r"."__visible" <= "n"."__known_by"
    AND "r"."__event" <= "n"."__time"
    AND "r"."__event" > DATEADD(second, -604800, "n"."__time")
  UNION ALL
  SELECT
    "n"."__row",
    CASE WHEN "r"."__event" > DATEADD(second, -3600, "n"."__event") THEN 1 ELSE 2 END AS "__from",
    2 AS "__to",
    "r"."__event",
    "r"."amount"
  FROM "cold_spend" AS "n"
  JOIN "rows_spend" AS "r"
    ON "r"."user_id" = "n"."user_id"
    AND "r"."__visible" <= "n"."__known_by"
    AND "r"."__event" <= "n"."__event"
    AND "r"."__event" > DATEADD(second, -604800, "n"."__event")
), "parts_spend" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    SUM("amount") AS "amount__sum"
  FROM "pieces_spend_as_known"
  GROUP BY
    "__row",
    "__from",
    "__to"
  UNION ALL
  SELECT
    "__row",
    "__from",
    "__to",
    SUM("amount__sum") AS "amount__sum"
  FROM (
    SELECT
      "a"."__row",
      CASE WHEN "p"."__tile" > DATEADD(second, -3600, "a"."__time") THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."amount__sum"
    FROM "asked_spend" AS "a"
    JOIN "tiles_spend" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND DATE_TRUNC('day', "p"."__known") = "a"."__today"
      AND "p"."__known" < "a"."__now"
      AND "p"."__tile" > DATEADD(second, -604800, "a"."__time")
    UNION ALL
    SELECT
      "a"."__row",
      "a"."__from",
      "a"."__from" AS "__to",
      "p"."amount__sum"
    FROM "edges_spend" AS "a"
    JOIN "tiles_spend" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND DATE_TRUNC('day', "p"."__tile") = "a"."__edge_span"
      AND "p"."__tile" > "a"."__low"
      AND DATE_TRUNC('day', "p"."__known") < "a"."__today"
    UNION ALL
    SELECT
      "a"."__row",
      CASE WHEN "p"."__tile" > DATEADD(second, -3600, "a"."__time") THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."amount__sum"
    FROM "asked_spend" AS "a"
    JOIN "spans_spend" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND DATEADD(
        second,
        -(
          (
            DATEDIFF(second, CAST('1970-01-01' AS TIMESTAMP), DATE_TRUNC('second', "p"."__tile")) % 604800 + 604800
          ) % 604800
        ),
        DATE_TRUNC('second', "p"."__tile")
      ) = "a"."__stretch"
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > DATEADD(second, -604800, "a"."__time")
    UNION ALL
    SELECT
      "a"."__row",
      CASE WHEN "p"."__tile" > DATEADD(second, -3600, "a"."__time") THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."amount__sum"
    FROM "asked_spend" AS "a"
    JOIN "spans_spend" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND DATEADD(
        second,
        -(
          (
            DATEDIFF(second, CAST('1970-01-01' AS TIMESTAMP), DATE_TRUNC('second', "p"."__tile")) % 604800 + 604800
          ) % 604800
        ),
        DATE_TRUNC('second', "p"."__tile")
      ) = DATEADD(second, -604800, "a"."__stretch")
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > DATEADD(second, -604800, "a"."__time")
    UNION ALL
    SELECT
      "a"."__row",
      CASE WHEN "p"."__tile" > DATEADD(second, -3600, "a"."__time") THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."amount__sum"
    FROM "asked_spend_2" AS "a"
    JOIN "tiles_spend_batches" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND "a"."__visible" = "p"."__visible"
      AND DATE_TRUNC('day', "p"."__known") = "a"."__today"
      AND "p"."__known" < "a"."__now"
      AND "p"."__tile" > DATEADD(second, -604800, "a"."__time")
    UNION ALL
    SELECT
      "a"."__row",
      "a"."__from",
      "a"."__from" AS "__to",
      "p"."amount__sum"
    FROM "edges_spend_2" AS "a"
    JOIN "tiles_spend_batches" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND "a"."__visible" = "p"."__visible"
      AND DATE_TRUNC('day', "p"."__tile") = "a"."__edge_span"
      AND "p"."__tile" > "a"."__low"
      AND "a"."__edge_span" < "a"."__today"
    UNION ALL
    SELECT
      "a"."__row",
      CASE WHEN "p"."__tile" > DATEADD(second, -3600, "a"."__time") THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."amount__sum"
    FROM "asked_spend_2" AS "a"
    JOIN "spans_spend_batches" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND "a"."__visible" = "p"."__visible"
      AND DATEADD(
        second,
        -(
          (
            DATEDIFF(second, CAST('1970-01-01' AS TIMESTAMP), DATE_TRUNC('second', "p"."__tile")) % 604800 + 604800
          ) % 604800
        ),
        DATE_TRUNC('second', "p"."__tile")
      ) = "a"."__stretch"
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > DATEADD(second, -604800, "a"."__time")
    UNION ALL
    SELECT
      "a"."__row",
      CASE WHEN "p"."__tile" > DATEADD(second, -3600, "a"."__time") THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."amount__sum"
    FROM "asked_spend_2" AS "a"
    JOIN "spans_spend_batches" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND "a"."__visible" = "p"."__visible"
      AND DATEADD(
        second,
        -(
          (
            DATEDIFF(second, CAST('1970-01-01' AS TIMESTAMP), DATE_TRUNC('second', "p"."__tile")) % 604800 + 604800
          ) % 604800
        ),
        DATE_TRUNC('second', "p"."__tile")
      ) = DATEADD(second, -604800, "a"."__stretch")
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > DATEADD(second, -604800, "a"."__time")
  ) AS "tiles"
  GROUP BY
    "__row",
    "__from",
    "__to"
), "states_spend" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "n"."__row",
    SUM(CASE WHEN "__from" <= 1 AND "__to" >= 1 THEN "amount__sum" END) AS "amount__sum_1",
    SUM(CASE WHEN "__from" <= 2 AND "__to" >= 2 THEN "amount__sum" END) AS "amount__sum_2",
    COUNT("__from") > 0 AS "__matched"
  FROM "askers_spend" AS "n"
  LEFT JOIN "parts_spend" AS "p"
    ON "p"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "windows_spend" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "__row",
    CAST("amount__sum_1" AS DOUBLE PRECISION) AS "spend_1h",
    CAST("amount__sum_2" AS DOUBLE PRECISION) AS "spend_7d",
    "__matched"
  FROM "states_spend"
)
SELECT
  "n"."user_id",
  "w1"."spend_1h",
  "w1"."spend_7d",
  "n"."__event" AS "bought_at",
  "n"."__event",
  "n"."__visible"
FROM "askers_spend" AS "n"
LEFT JOIN "windows_spend" AS "w1"
  ON "w1"."__row" = "n"."__row";
DROP TABLE IF EXISTS "__fcompile_stage_014";
-- latest: The row at that time; ties go to the greatest by (spend_1h, share, seen_at), NULLs first. A row an entity.
CREATE TEMPORARY TABLE "__fcompile_stage_014" AS
WITH "view_spend" AS (
  SELECT * FROM "__fcompile_stage_013"
), "events_burst" AS (
  -- Feature view burst: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "__event",
    "__visible",
    CAST("spend_1h" AS DOUBLE PRECISION) AS "spend_1h",
    CAST("spend_1h" / NULLIF("spend_7d", 0.0) AS DOUBLE PRECISION) AS "share",
    CAST("bought_at" AS TIMESTAMP) AS "seen_at"
  FROM "view_spend"
  WHERE
    (
      "spend_1h" > 100.0
    ) AND "user_id" IS NOT NULL
), "newest" AS (
  -- The latest event time known as of :as_of. A row an entity with news since :since (NULL = all).
  SELECT
    "user_id",
    MAX("__event") AS "__event"
  FROM "events_burst"
  WHERE
    "__visible" <= CAST(:as_of AS TIMESTAMP)
  GROUP BY
    "user_id"
  HAVING
    COALESCE(MAX("__visible") > CAST(:since AS TIMESTAMP), TRUE) AND MAX("__event") IS NOT NULL
)
SELECT
  "user_id",
  "spend_1h",
  "share",
  "seen_at",
  "__event",
  "__created"
FROM (
  SELECT
    "e"."user_id",
    "e"."spend_1h",
    "e"."share",
    "e"."seen_at",
    "e"."__event",
    CAST(NULL AS TIMESTAMP) AS "__created",
    ROW_NUMBER() OVER (
      PARTITION BY "e"."user_id", "e"."__event"
      ORDER BY "e"."spend_1h" + 0 DESC NULLS LAST, "e"."share" + 0 DESC NULLS LAST, "e"."seen_at" DESC NULLS LAST
    ) AS "__tested"
  FROM "events_burst" AS "e"
  JOIN "newest" AS "n"
    ON "e"."user_id" = "n"."user_id" AND "e"."__event" = "n"."__event"
  WHERE
    "e"."__visible" <= CAST(:as_of AS TIMESTAMP)
) AS "__qualified"
WHERE
  "__tested" = 1;
CREATE TABLE "features"."__fcompile_next__golden__burst" AS
WITH "latest" AS (
  SELECT * FROM "__fcompile_stage_014"
)
SELECT
  "l"."user_id",
  "l"."spend_1h",
  "l"."share",
  "l"."seen_at",
  "l"."__event",
  "l"."__created",
  CASE
    WHEN (
      COALESCE("l"."user_id" = "t"."user_id", "l"."user_id" IS NULL AND "t"."user_id" IS NULL)
      AND COALESCE("l"."spend_1h" = "t"."spend_1h", "l"."spend_1h" IS NULL AND "t"."spend_1h" IS NULL)
      AND COALESCE("l"."share" = "t"."share", "l"."share" IS NULL AND "t"."share" IS NULL)
      AND COALESCE("l"."seen_at" = "t"."seen_at", "l"."seen_at" IS NULL AND "t"."seen_at" IS NULL)
      AND COALESCE("l"."__event" = "t"."__event", "l"."__event" IS NULL AND "t"."__event" IS NULL)
      AND COALESCE("l"."__created" = "t"."__created", "l"."__created" IS NULL AND "t"."__created" IS NULL)
    )
    THEN "t"."__sequence"
    ELSE CAST(:sequence AS BIGINT)
  END AS "__sequence"
FROM "latest" AS "l"
LEFT JOIN "features"."golden__burst" AS "t"
  ON "l"."user_id" = "t"."user_id"
WHERE
  "t"."__event" IS NULL
  OR NOT (
    "t"."__event" > "l"."__event"
    OR "t"."__event" = "l"."__event"
    AND (
      COALESCE("t"."__created" > "l"."__created", FALSE)
      OR "l"."__created" IS NULL
      AND "t"."__created" IS NOT NULL
      OR (
        COALESCE("t"."__created" = "l"."__created", "t"."__created" IS NULL AND "l"."__created" IS NULL)
        AND NOT CAST(:newest AS BOOLEAN)
      )
    )
  )
UNION ALL
SELECT
  "t"."user_id",
  "t"."spend_1h",
  "t"."share",
  "t"."seen_at",
  "t"."__event",
  "t"."__created",
  "t"."__sequence"
FROM "features"."golden__burst" AS "t"
LEFT JOIN "latest" AS "l"
  ON "t"."user_id" = "l"."user_id"
WHERE
  "l"."__event" IS NULL
  OR (
    "t"."__event" > "l"."__event"
    OR "t"."__event" = "l"."__event"
    AND (
      COALESCE("t"."__created" > "l"."__created", FALSE)
      OR "l"."__created" IS NULL
      AND "t"."__created" IS NOT NULL
      OR (
        COALESCE("t"."__created" = "l"."__created", "t"."__created" IS NULL AND "l"."__created" IS NULL)
        AND NOT CAST(:newest AS BOOLEAN)
      )
    )
  );
DROP TABLE IF EXISTS "features"."golden__burst";
ALTER TABLE "features"."__fcompile_next__golden__burst" RENAME TO "golden__burst";
DROP TABLE IF EXISTS "__fcompile_stage_014";
DROP TABLE IF EXISTS "__fcompile_stage_013";
DROP TABLE IF EXISTS "__fcompile_stage_012";
DROP TABLE IF EXISTS "__fcompile_stage_011";
DROP TABLE IF EXISTS "__fcompile_stage_010";
DROP TABLE IF EXISTS "__fcompile_stage_009";
DROP TABLE IF EXISTS "__fcompile_stage_008";
DROP TABLE IF EXISTS "__fcompile_stage_007";
DROP TABLE IF EXISTS "__fcompile_stage_006";
DROP TABLE IF EXISTS "__fcompile_stage_005";
DROP TABLE IF EXISTS "__fcompile_stage_004";
DROP TABLE IF EXISTS "__fcompile_stage_003";
DROP TABLE IF EXISTS "__fcompile_stage_002";
DROP TABLE IF EXISTS "__fcompile_stage_001";
