-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
WITH "numbered" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."user_id",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_purchases" AS NOT MATERIALIZED (
  -- Source purchases: a row an event at bought_at, known at loaded_at.
  SELECT
    "user_id",
    "amount",
    CAST("bought_at" AS TIMESTAMP) AS "__event",
    GREATEST(CAST("bought_at" AS TIMESTAMP), CAST("loaded_at" AS TIMESTAMP)) AS "__visible"
  FROM "raw"."purchases"
  WHERE
    "bought_at" IS NOT NULL AND "loaded_at" IS NOT NULL
), "rows_spend" AS NOT MATERIALIZED (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "__event",
    "__visible",
    CAST("amount" AS DOUBLE) AS "amount"
  FROM "source_purchases"
  WHERE
    "user_id" IS NOT NULL
), "askers_spend" AS MATERIALIZED (
  -- The same rows as those that ask for the windows of spend, each as of its own time.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "user_id",
    "__event",
    "__visible",
    "__visible" AS "__known_by"
  FROM "rows_spend"
), "hot_spend" AS MATERIALIZED (
  -- Hot keys: more than 500 rows. Their windows are made of tiles, those of other keys of rows.
  SELECT
    "user_id"
  FROM "rows_spend"
  GROUP BY
    "user_id"
  HAVING
    COUNT(*) > 500
), "hot_askers_spend" AS MATERIALIZED (
  -- Those of hot keys that ask.
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."__event",
    "n"."__known_by"
  FROM "askers_spend" AS "n"
  SEMI JOIN "hot_spend" AS "h"
    ON "n"."user_id" = "h"."user_id"
), "cold_spend" AS MATERIALIZED (
  -- Those of other keys that ask.
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."__event",
    "n"."__known_by"
  FROM "askers_spend" AS "n"
  ANTI JOIN "hot_spend" AS "h"
    ON "n"."user_id" = "h"."user_id"
), "hot_rows_spend" AS MATERIALIZED (
  -- Rows of hot keys.
  SELECT
    "n"."user_id",
    "n"."__event",
    "n"."__visible",
    "n"."amount"
  FROM "rows_spend" AS "n"
  SEMI JOIN "hot_spend" AS "h"
    ON "n"."user_id" = "h"."user_id"
), "batches_spend" AS MATERIALIZED (
  -- Batches: more than 500 rows of a key that became visible at one instant.
  SELECT
    "user_id",
    "__visible"
  FROM "hot_rows_spend"
  GROUP BY
    "user_id",
    "__visible"
  HAVING
    COUNT(*) > 500
), "batch_rows_spend" AS MATERIALIZED (
  -- The rows of batches.
  SELECT
    "r"."user_id",
    "r"."__event",
    "r"."__visible",
    "r"."amount"
  FROM "hot_rows_spend" AS "r"
  SEMI JOIN "batches_spend" AS "b"
    ON "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
), "batch_askers_spend" AS MATERIALIZED (
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
), "late_spend" AS MATERIALIZED (
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
  ANTI JOIN "batches_spend" AS "b"
    ON "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
  WHERE
    "r"."__visible" > "r"."__event" AND "r"."__visible" <= "r"."__event" + INTERVAL '1' HOUR
  UNION ALL
  SELECT
    "r"."user_id",
    "r"."__event",
    "r"."__visible",
    "r"."amount",
    1 AS "__stretch",
    DATE_TRUNC('hour', "r"."__visible") AS "__since"
  FROM "hot_rows_spend" AS "r"
  ANTI JOIN "batches_spend" AS "b"
    ON "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
  WHERE
    "r"."__visible" > "r"."__event"
    AND "r"."__visible" <= "r"."__event" + INTERVAL '1' HOUR
    AND DATE_TRUNC('hour', "r"."__event") <> DATE_TRUNC('hour', "r"."__visible")
  UNION ALL
  SELECT
    "r"."user_id",
    "r"."__event",
    "r"."__visible",
    "r"."amount",
    2 AS "__stretch",
    DATE_TRUNC('day', "r"."__event") AS "__since"
  FROM "hot_rows_spend" AS "r"
  ANTI JOIN "batches_spend" AS "b"
    ON "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
  WHERE
    "r"."__visible" > "r"."__event" + INTERVAL '1' HOUR
    AND "r"."__visible" <= "r"."__event" + INTERVAL '1' DAY
  UNION ALL
  SELECT
    "r"."user_id",
    "r"."__event",
    "r"."__visible",
    "r"."amount",
    2 AS "__stretch",
    DATE_TRUNC('day', "r"."__visible") AS "__since"
  FROM "hot_rows_spend" AS "r"
  ANTI JOIN "batches_spend" AS "b"
    ON "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
  WHERE
    "r"."__visible" > "r"."__event" + INTERVAL '1' HOUR
    AND "r"."__visible" <= "r"."__event" + INTERVAL '1' DAY
    AND DATE_TRUNC('day', "r"."__event") <> DATE_TRUNC('day', "r"."__visible")
  UNION ALL
  SELECT
    "r"."user_id",
    "r"."__event",
    "r"."__visible",
    "r"."amount",
    3 AS "__stretch",
    TIME_BUCKET(INTERVAL '32' DAY, "r"."__event", CAST('1970-01-01' AS TIMESTAMP)) AS "__since"
  FROM "hot_rows_spend" AS "r"
  ANTI JOIN "batches_spend" AS "b"
    ON "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
  WHERE
    "r"."__visible" > "r"."__event" + INTERVAL '1' DAY
    AND "r"."__visible" <= "r"."__event" + INTERVAL '32' DAY
  UNION ALL
  SELECT
    "r"."user_id",
    "r"."__event",
    "r"."__visible",
    "r"."amount",
    3 AS "__stretch",
    TIME_BUCKET(INTERVAL '32' DAY, "r"."__visible", CAST('1970-01-01' AS TIMESTAMP)) AS "__since"
  FROM "hot_rows_spend" AS "r"
  ANTI JOIN "batches_spend" AS "b"
    ON "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
  WHERE
    "r"."__visible" > "r"."__event" + INTERVAL '1' DAY
    AND "r"."__visible" <= "r"."__event" + INTERVAL '32' DAY
    AND TIME_BUCKET(INTERVAL '32' DAY, "r"."__event", CAST('1970-01-01' AS TIMESTAMP)) <> TIME_BUCKET(INTERVAL '32' DAY, "r"."__visible", CAST('1970-01-01' AS TIMESTAMP))
  UNION ALL
  SELECT
    "r"."user_id",
    "r"."__event",
    "r"."__visible",
    "r"."amount",
    0 AS "__stretch",
    CAST('1970-01-01' AS TIMESTAMP) AS "__since"
  FROM "hot_rows_spend" AS "r"
  ANTI JOIN "batches_spend" AS "b"
    ON "r"."user_id" = "b"."user_id" AND "r"."__visible" = "b"."__visible"
  WHERE
    "r"."__visible" > "r"."__event" + INTERVAL '32' DAY
), "late_askers_spend" AS NOT MATERIALIZED (
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
    TIME_BUCKET(INTERVAL '32' DAY, "n"."__event", CAST('1970-01-01' AS TIMESTAMP)) AS "__since"
  FROM "hot_askers_spend" AS "n"
  WHERE
    "n"."__known_by" >= "n"."__event"
), "tiles_spend" AS MATERIALIZED (
  -- Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the
  -- rows are visible.
  SELECT
    "user_id",
    DATE_TRUNC('hour', "__event") AS "__tile",
    DATE_TRUNC('hour', "__visible") AS "__known",
    SUM("amount") AS "amount__sum"
  FROM "hot_rows_spend" AS "r"
  GROUP BY
    "user_id",
    DATE_TRUNC('hour', "__event"),
    DATE_TRUNC('hour', "__visible")
), "spans_spend" AS MATERIALIZED (
  -- The same for 1d, made of the tiles above.
  SELECT
    "user_id",
    DATE_TRUNC('day', "__tile") AS "__tile",
    DATE_TRUNC('day', "__known") AS "__known",
    SUM("amount__sum") AS "amount__sum"
  FROM "tiles_spend"
  GROUP BY
    "user_id",
    DATE_TRUNC('day', "__tile"),
    DATE_TRUNC('day', "__known")
), "tiles_spend_batches" AS MATERIALIZED (
  -- Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the
  -- rows are visible.
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
    DATE_TRUNC('hour', "__event")
), "spans_spend_batches" AS MATERIALIZED (
  -- The same for 1d, made of the tiles above.
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
    DATE_TRUNC('day', "__known")
), "asked_spend" AS MATERIALIZED (
  -- Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."__event" AS "__time",
    DATE_TRUNC('hour', "n"."__event") AS "__now",
    DATE_TRUNC('day', "n"."__event") AS "__today",
    TIME_BUCKET(INTERVAL '7' DAY, "n"."__event", CAST('1970-01-01' AS TIMESTAMP)) AS "__stretch"
  FROM "hot_askers_spend" AS "n"
), "edges_spend" AS NOT MATERIALIZED (
  -- Where each window begins, and the small and large tile that is in.
  SELECT
    "__row",
    "user_id",
    "__now",
    "__today",
    1 AS "__from",
    "__time" - INTERVAL '1' HOUR AS "__low",
    DATE_TRUNC('hour', "__time" - INTERVAL '1' HOUR) AS "__edge",
    DATE_TRUNC('day', "__time" - INTERVAL '1' HOUR) AS "__edge_span"
  FROM "asked_spend"
  UNION ALL
  SELECT
    "__row",
    "user_id",
    "__now",
    "__today",
    2 AS "__from",
    "__time" - INTERVAL '7' DAY AS "__low",
    DATE_TRUNC('hour', "__time" - INTERVAL '7' DAY) AS "__edge",
    DATE_TRUNC('day', "__time" - INTERVAL '7' DAY) AS "__edge_span"
  FROM "asked_spend"
), "pieces_spend" AS NOT MATERIALIZED (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "a"."__row",
    CASE WHEN "r"."__event" > "a"."__time" - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
    2 AS "__to",
    "r"."__event",
    "r"."amount"
  FROM "asked_spend" AS "a"
  JOIN "hot_rows_spend" AS "r"
    ON "a"."user_id" = "r"."user_id"
    AND DATE_TRUNC('hour', "r"."__visible") = "a"."__now"
    AND "r"."__visible" <= "a"."__time"
    AND "r"."__event" > "a"."__time" - INTERVAL '7' DAY
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
), "asked_spend_2" AS MATERIALIZED (
  -- Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
  SELECT
    "n"."__row",
    "n"."user_id",
    "n"."__visible",
    "n"."__event" AS "__time",
    DATE_TRUNC('hour', "n"."__event") AS "__now",
    DATE_TRUNC('day', "n"."__event") AS "__today",
    TIME_BUCKET(INTERVAL '7' DAY, "n"."__event", CAST('1970-01-01' AS TIMESTAMP)) AS "__stretch"
  FROM "batch_askers_spend" AS "n"
), "edges_spend_2" AS NOT MATERIALIZED (
  -- Where each window begins, and the small and large tile that is in.
  SELECT
    "__row",
    "user_id",
    "__visible",
    "__time",
    "__now",
    "__today",
    1 AS "__from",
    "__time" - INTERVAL '1' HOUR AS "__low",
    DATE_TRUNC('hour', "__time" - INTERVAL '1' HOUR) AS "__edge",
    DATE_TRUNC('day', "__time" - INTERVAL '1' HOUR) AS "__edge_span"
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
    "__time" - INTERVAL '7' DAY AS "__low",
    DATE_TRUNC('hour', "__time" - INTERVAL '7' DAY) AS "__edge",
    DATE_TRUNC('day', "__time" - INTERVAL '7' DAY) AS "__edge_span"
  FROM "asked_spend_2"
), "pieces_spend_2" AS NOT MATERIALIZED (
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
      "__time" - INTERVAL '1' HOUR AS "__low"
    FROM "asked_spend_2"
  ) AS "a"
  JOIN "batch_rows_spend" AS "r"
    ON "a"."user_id" = "r"."user_id"
    AND "a"."__visible" = "r"."__visible"
    AND DATE_TRUNC('hour', "r"."__event") = "a"."__edge"
    AND "r"."__event" > "a"."__low"
    AND "r"."__event" <= "a"."__time"
), "pieces_spend_as_known" AS NOT MATERIALIZED (
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
    CASE WHEN "r"."__event" > "n"."__time" - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
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
    AND "r"."__event" > "n"."__time" - INTERVAL '7' DAY
  UNION ALL
  SELECT
    "n"."__row",
    CASE WHEN "r"."__event" > "n"."__event" - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
    2 AS "__to",
    "r"."__event",
    "r"."amount"
  FROM "cold_spend" AS "n"
  JOIN "rows_spend" AS "r"
    ON "r"."user_id" = "n"."user_id"
    AND "r"."__visible" <= "n"."__known_by"
    AND "r"."__event" <= "n"."__event"
    AND "r"."__event" > "n"."__event" - INTERVAL '7' DAY
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
      CASE WHEN "p"."__tile" > "a"."__time" - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."amount__sum"
    FROM "asked_spend" AS "a"
    JOIN "tiles_spend" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND DATE_TRUNC('day', "p"."__known") = "a"."__today"
      AND "p"."__known" < "a"."__now"
      AND "p"."__tile" > "a"."__time" - INTERVAL '7' DAY
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
      CASE WHEN "p"."__tile" > "a"."__time" - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."amount__sum"
    FROM "asked_spend" AS "a"
    JOIN "spans_spend" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND TIME_BUCKET(INTERVAL '7' DAY, "p"."__tile", CAST('1970-01-01' AS TIMESTAMP)) = "a"."__stretch"
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '7' DAY
    UNION ALL
    SELECT
      "a"."__row",
      CASE WHEN "p"."__tile" > "a"."__time" - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."amount__sum"
    FROM "asked_spend" AS "a"
    JOIN "spans_spend" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND TIME_BUCKET(INTERVAL '7' DAY, "p"."__tile", CAST('1970-01-01' AS TIMESTAMP)) = "a"."__stretch" - INTERVAL '7' DAY
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '7' DAY
    UNION ALL
    SELECT
      "a"."__row",
      CASE WHEN "p"."__tile" > "a"."__time" - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."amount__sum"
    FROM "asked_spend_2" AS "a"
    JOIN "tiles_spend_batches" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND "a"."__visible" = "p"."__visible"
      AND DATE_TRUNC('day', "p"."__known") = "a"."__today"
      AND "p"."__known" < "a"."__now"
      AND "p"."__tile" > "a"."__time" - INTERVAL '7' DAY
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
      CASE WHEN "p"."__tile" > "a"."__time" - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."amount__sum"
    FROM "asked_spend_2" AS "a"
    JOIN "spans_spend_batches" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND "a"."__visible" = "p"."__visible"
      AND TIME_BUCKET(INTERVAL '7' DAY, "p"."__tile", CAST('1970-01-01' AS TIMESTAMP)) = "a"."__stretch"
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '7' DAY
    UNION ALL
    SELECT
      "a"."__row",
      CASE WHEN "p"."__tile" > "a"."__time" - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."amount__sum"
    FROM "asked_spend_2" AS "a"
    JOIN "spans_spend_batches" AS "p"
      ON "a"."user_id" = "p"."user_id"
      AND "a"."__visible" = "p"."__visible"
      AND TIME_BUCKET(INTERVAL '7' DAY, "p"."__tile", CAST('1970-01-01' AS TIMESTAMP)) = "a"."__stretch" - INTERVAL '7' DAY
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '7' DAY
  ) AS "tiles"
  GROUP BY
    "__row",
    "__from",
    "__to"
), "states_spend" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "n"."__row",
    SUM("amount__sum") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS "amount__sum_1",
    SUM("amount__sum") FILTER(WHERE
      "__from" <= 2 AND "__to" >= 2) AS "amount__sum_2",
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
    CAST("amount__sum_1" AS DOUBLE) AS "spend_1h",
    CAST("amount__sum_2" AS DOUBLE) AS "spend_7d",
    "__matched"
  FROM "states_spend"
), "view_spend" AS MATERIALIZED (
  -- Rows of feature view spend: its values at the time of each row of its source, by user_id.
  SELECT
    "n"."user_id",
    "w1"."spend_1h",
    "w1"."spend_7d",
    "n"."__event" AS "bought_at",
    "n"."__event",
    "n"."__visible"
  FROM "askers_spend" AS "n"
  LEFT JOIN "windows_spend" AS "w1"
    ON "w1"."__row" = "n"."__row"
), "events_burst" AS NOT MATERIALIZED (
  -- Feature view burst: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "__event",
    "__visible",
    CAST("spend_1h" AS DOUBLE) AS "spend_1h",
    CAST("spend_1h" / NULLIF("spend_7d", 0.0) AS DOUBLE) AS "share",
    CAST("bought_at" AS TIMESTAMP) AS "seen_at"
  FROM "view_spend"
  WHERE
    (
      "spend_1h" > 100.0
    ) AND "user_id" IS NOT NULL
), "leading_burst" AS (
  -- Events that are the latest of their key when they become known. One that is known only after a
  -- later event never counts.
  SELECT
    "user_id",
    "__event",
    "__visible",
    "spend_1h",
    "share",
    "seen_at"
  FROM "events_burst"
  QUALIFY
    "__event" = MAX("__event") OVER (PARTITION BY "user_id" ORDER BY "__visible" ASC)
), "matched" AS MATERIALIZED (
  -- Each spine row with the latest event visible at its time, for each join; burst: at or before
  -- the row's time.
  SELECT
    "s"."__row",
    "s"."user_id",
    "s"."event_timestamp",
    "e1"."__event" AS "burst__event",
    "e1"."__visible" AS "burst__visible",
    "e1"."spend_1h" AS "burst__spend_1h",
    "e1"."share" AS "burst__share",
    "e1"."seen_at" AS "burst__seen_at"
  FROM "numbered" AS "s"
  ASOF LEFT JOIN "leading_burst" AS "e1"
    ON "s"."user_id" = "e1"."user_id" AND "s"."event_timestamp" >= "e1"."__visible"
), "tied_burst" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."user_id",
    "e"."__event"
  FROM "events_burst" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."user_id" = "m"."user_id" AND "e"."__event" = "m"."burst__event"
  GROUP BY
    "e"."user_id",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_burst" AS (
  -- Ties of burst, settled: the greatest by (spend_1h, share, seen_at), NULLs first. A row a tied
  -- instant.
  WITH "ranked" AS (
    SELECT
      "e"."user_id",
      "e"."__event",
      "e"."__visible",
      "e"."spend_1h",
      "e"."share",
      "e"."seen_at",
      ROW_NUMBER() OVER (
        PARTITION BY "e"."user_id", "e"."__event"
        ORDER BY "e"."spend_1h" ASC NULLS FIRST, "e"."share" ASC NULLS FIRST, "e"."seen_at" ASC NULLS FIRST
      ) AS "__rank"
    FROM "events_burst" AS "e"
    SEMI JOIN "tied_burst" AS "d"
      ON "e"."user_id" = "d"."user_id" AND "e"."__event" = "d"."__event"
  )
  SELECT
    "s"."user_id",
    "s"."__event",
    "s"."__visible",
    "r"."spend_1h",
    "r"."share",
    "r"."seen_at"
  FROM (
    SELECT DISTINCT
      "user_id",
      "__event",
      "__visible",
      MAX("__rank") OVER (PARTITION BY "user_id", "__event" ORDER BY "__visible" ASC) AS "__rank"
    FROM "ranked"
  ) AS "s"
  JOIN "ranked" AS "r"
    ON "s"."user_id" = "r"."user_id" AND "s"."__event" = "r"."__event" AND "s"."__rank" = "r"."__rank"
)
SELECT
  "m"."user_id",
  "m"."event_timestamp",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."burst__spend_1h" ELSE "w1"."spend_1h" END AS "spend_1h",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."burst__share" ELSE "w1"."share" END AS "share",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."burst__seen_at" ELSE "w1"."seen_at" END AS "seen_at"
FROM "matched" AS "m"
LEFT JOIN "settled_burst" AS "w1"
  ON "w1"."user_id" = "m"."user_id"
  AND "w1"."__event" = "m"."burst__event"
  AND "w1"."__visible" = "m"."burst__visible"
ORDER BY
  "m"."__row";
