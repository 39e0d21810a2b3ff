-- Training set of feature service departure_delay_v1: one row out for each row of the spine, in its order.
-- Definition: featuredefs/services.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
WITH "numbered" AS MATERIALIZED (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."origin",
    "s"."carrier",
    "s"."tailnum",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_departures" AS NOT MATERIALIZED (
  -- Source departures: a row an event at scheduled_at, known at departed_at.
  SELECT
    "origin",
    "dep_delay",
    "carrier",
    "dest",
    "tailnum",
    "distance",
    CAST("scheduled_at" AS TIMESTAMP) AS "__event",
    GREATEST(CAST("scheduled_at" AS TIMESTAMP), CAST("departed_at" AS TIMESTAMP)) AS "__visible"
  FROM READ_PARQUET('featuredefs/data/departures.parquet')
  WHERE
    "scheduled_at" IS NOT NULL AND "departed_at" IS NOT NULL
), "source_weather" AS NOT MATERIALIZED (
  -- Source weather: a row an event at observed_hour, known 1h later.
  SELECT
    "origin",
    "temp_f",
    "wind_mph",
    "visibility_miles",
    "precip_inches",
    CAST("observed_hour" AS TIMESTAMP) AS "__event",
    CAST("observed_hour" AS TIMESTAMP) + INTERVAL '1' HOUR AS "__visible"
  FROM READ_PARQUET('featuredefs/data/weather.parquet')
  WHERE
    "observed_hour" IS NOT NULL
), "source_planes" AS NOT MATERIALIZED (
  -- Source planes: a row an event at known_from, known as it happens.
  SELECT
    "tailnum",
    "seats",
    "year_built",
    "engine",
    CAST("known_from" AS TIMESTAMP) AS "__event"
  FROM READ_PARQUET('featuredefs/data/planes.parquet')
  WHERE
    "known_from" IS NOT NULL
), "source_flights_left" AS NOT MATERIALIZED (
  -- Source flights_left: a row an event at left_at, known as it happens.
  SELECT
    "origin",
    "dep_delay",
    "carrier",
    CAST("left_at" AS TIMESTAMP) AS "__event"
  FROM READ_PARQUET('featuredefs/data/departures.parquet')
  WHERE
    "left_at" IS NOT NULL
), "events_origin_departures" AS NOT MATERIALIZED (
  -- Feature view origin_departures: the values each event carries, by origin.
  SELECT
    CAST("origin" AS TEXT) AS "origin",
    "__event",
    "__visible",
    CAST("dep_delay" AS INT) AS "origin_delay",
    "dep_delay" > 15 AS "origin_late"
  FROM "source_departures"
  WHERE
    "origin" IS NOT NULL
), "leading_origin_departures" AS (
  -- Events that are the latest of their key when they become known. One that is known only after a
  -- later event never counts.
  SELECT
    "origin",
    "__event",
    "__visible",
    "origin_delay",
    "origin_late"
  FROM "events_origin_departures"
  QUALIFY
    "__event" = MAX("__event") OVER (PARTITION BY "origin" ORDER BY "__visible" ASC)
), "events_carrier_departures" AS NOT MATERIALIZED (
  -- Feature view carrier_departures: the values each event carries, by carrier, origin.
  SELECT
    CAST("carrier" AS TEXT) AS "carrier",
    CAST("origin" AS TEXT) AS "origin",
    "__event",
    "__visible",
    CAST("dep_delay" AS INT) AS "carrier_delay",
    CAST("dest" AS TEXT) AS "carrier_dest"
  FROM "source_departures"
  WHERE
    "carrier" IS NOT NULL AND "origin" IS NOT NULL
), "leading_carrier_departures" AS (
  -- Events that are the latest of their key when they become known. One that is known only after a
  -- later event never counts.
  SELECT
    "carrier",
    "origin",
    "__event",
    "__visible",
    "carrier_delay",
    "carrier_dest"
  FROM "events_carrier_departures"
  QUALIFY
    "__event" = MAX("__event") OVER (PARTITION BY "carrier", "origin" ORDER BY "__visible" ASC)
), "events_aircraft_departures" AS NOT MATERIALIZED (
  -- Feature view aircraft_departures: the values each event carries, by tailnum.
  SELECT
    CAST("tailnum" AS TEXT) AS "tailnum",
    "__event",
    "__visible",
    CAST("dep_delay" AS INT) AS "aircraft_delay",
    CAST(CASE WHEN "distance" >= 1500 THEN 'long' ELSE 'short' END AS TEXT) AS "aircraft_haul"
  FROM "source_departures"
  WHERE
    "tailnum" IS NOT NULL
), "leading_aircraft_departures" AS (
  -- Events that are the latest of their key when they become known. One that is known only after a
  -- later event never counts.
  SELECT
    "tailnum",
    "__event",
    "__visible",
    "aircraft_delay",
    "aircraft_haul"
  FROM "events_aircraft_departures"
  QUALIFY
    "__event" = MAX("__event") OVER (PARTITION BY "tailnum" ORDER BY "__visible" ASC)
), "events_origin_weather" AS NOT MATERIALIZED (
  -- Feature view origin_weather: the values each event carries, by origin.
  SELECT
    CAST("origin" AS TEXT) AS "origin",
    "__event",
    "__visible",
    CAST((
      (
        "temp_f" - 32.0
      ) * 5.0
    ) / 9.0 AS DOUBLE) AS "temp_c",
    CAST("wind_mph" AS DOUBLE) AS "wind_mph",
    CAST("visibility_miles" AS DOUBLE) AS "visibility_miles",
    "precip_inches" > 0.0 AS "is_raining"
  FROM "source_weather"
  WHERE
    "origin" IS NOT NULL
), "events_aircraft" AS NOT MATERIALIZED (
  -- Feature view aircraft: the values each event carries, by tailnum.
  SELECT
    CAST("tailnum" AS TEXT) AS "tailnum",
    "__event",
    CAST("seats" AS INT) AS "seats",
    CAST("year_built" AS INT) AS "year_built",
    CAST("engine" AS TEXT) AS "engine"
  FROM "source_planes"
  WHERE
    "tailnum" IS NOT NULL
), "matched" AS MATERIALIZED (
  -- Each spine row with the latest event visible at its time, for each join; origin_departures:
  -- strictly before the row's time; carrier_departures: strictly before the row's time;
  -- aircraft_departures: strictly before the row's time; origin_weather: at or before the row's
  -- time; aircraft: at or before the row's time.
  SELECT
    "s"."__row",
    "s"."origin",
    "s"."carrier",
    "s"."tailnum",
    "s"."event_timestamp",
    "e1"."__event" AS "origin_departures__event",
    "e1"."__visible" AS "origin_departures__visible",
    "e1"."origin_delay" AS "origin_departures__origin_delay",
    "e1"."origin_late" AS "origin_departures__origin_late",
    "e2"."__event" AS "carrier_departures__event",
    "e2"."__visible" AS "carrier_departures__visible",
    "e2"."carrier_delay" AS "carrier_departures__carrier_delay",
    "e3"."__event" AS "aircraft_departures__event",
    "e3"."__visible" AS "aircraft_departures__visible",
    "e3"."aircraft_delay" AS "aircraft_departures__aircraft_delay",
    "e3"."aircraft_haul" AS "aircraft_departures__aircraft_haul",
    "e4"."__event" AS "origin_weather__event",
    "e4"."temp_c" AS "origin_weather__temp_c",
    "e4"."wind_mph" AS "origin_weather__wind_mph",
    "e4"."visibility_miles" AS "origin_weather__visibility_miles",
    "e4"."is_raining" AS "origin_weather__is_raining",
    "e5"."__event" AS "aircraft__event",
    "e5"."seats" AS "aircraft__seats",
    "e5"."engine" AS "aircraft__engine"
  FROM "numbered" AS "s"
  ASOF LEFT JOIN "leading_origin_departures" AS "e1"
    ON "s"."origin" = "e1"."origin" AND "s"."event_timestamp" > "e1"."__visible"
  ASOF LEFT JOIN "leading_carrier_departures" AS "e2"
    ON "s"."carrier" = "e2"."carrier"
    AND "s"."origin" = "e2"."origin"
    AND "s"."event_timestamp" > "e2"."__visible"
  ASOF LEFT JOIN "leading_aircraft_departures" AS "e3"
    ON "s"."tailnum" = "e3"."tailnum" AND "s"."event_timestamp" > "e3"."__visible"
  ASOF LEFT JOIN "events_origin_weather" AS "e4"
    ON "s"."origin" = "e4"."origin" AND "s"."event_timestamp" >= "e4"."__visible"
  ASOF LEFT JOIN "events_aircraft" AS "e5"
    ON "s"."tailnum" = "e5"."tailnum" AND "s"."event_timestamp" >= "e5"."__event"
), "tied_origin_departures" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."origin",
    "e"."__event"
  FROM "events_origin_departures" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."origin" = "m"."origin" AND "e"."__event" = "m"."origin_departures__event"
  GROUP BY
    "e"."origin",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_origin_departures" AS (
  -- Ties of origin_departures, settled: the greatest by (origin_delay, origin_late), NULLs first. A
  -- row a tied instant.
  WITH "ranked" AS (
    SELECT
      "e"."origin",
      "e"."__event",
      "e"."__visible",
      "e"."origin_delay",
      "e"."origin_late",
      ROW_NUMBER() OVER (
        PARTITION BY "e"."origin", "e"."__event"
        ORDER BY "e"."origin_delay" ASC NULLS FIRST, "e"."origin_late" ASC NULLS FIRST
      ) AS "__rank"
    FROM "events_origin_departures" AS "e"
    SEMI JOIN "tied_origin_departures" AS "d"
      ON "e"."origin" = "d"."origin" AND "e"."__event" = "d"."__event"
  )
  SELECT
    "s"."origin",
    "s"."__event",
    "s"."__visible",
    "r"."origin_delay",
    "r"."origin_late"
  FROM (
    SELECT DISTINCT
      "origin",
      "__event",
      "__visible",
      MAX("__rank") OVER (PARTITION BY "origin", "__event" ORDER BY "__visible" ASC) AS "__rank"
    FROM "ranked"
  ) AS "s"
  JOIN "ranked" AS "r"
    ON "s"."origin" = "r"."origin" AND "s"."__event" = "r"."__event" AND "s"."__rank" = "r"."__rank"
), "tied_carrier_departures" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."carrier",
    "e"."origin",
    "e"."__event"
  FROM "events_carrier_departures" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."carrier" = "m"."carrier"
    AND "e"."origin" = "m"."origin"
    AND "e"."__event" = "m"."carrier_departures__event"
  GROUP BY
    "e"."carrier",
    "e"."origin",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_carrier_departures" AS (
  -- Ties of carrier_departures, settled: the greatest by (carrier_delay, carrier_dest), NULLs
  -- first. A row a tied instant.
  WITH "ranked" AS (
    SELECT
      "e"."carrier",
      "e"."origin",
      "e"."__event",
      "e"."__visible",
      "e"."carrier_delay",
      ROW_NUMBER() OVER (
        PARTITION BY "e"."carrier", "e"."origin", "e"."__event"
        ORDER BY "e"."carrier_delay" ASC NULLS FIRST, "e"."carrier_dest" ASC NULLS FIRST
      ) AS "__rank"
    FROM "events_carrier_departures" AS "e"
    SEMI JOIN "tied_carrier_departures" AS "d"
      ON "e"."carrier" = "d"."carrier" AND "e"."origin" = "d"."origin" AND "e"."__event" = "d"."__event"
  )
  SELECT
    "s"."carrier",
    "s"."origin",
    "s"."__event",
    "s"."__visible",
    "r"."carrier_delay"
  FROM (
    SELECT DISTINCT
      "carrier",
      "origin",
      "__event",
      "__visible",
      MAX("__rank") OVER (PARTITION BY "carrier", "origin", "__event" ORDER BY "__visible" ASC) AS "__rank"
    FROM "ranked"
  ) AS "s"
  JOIN "ranked" AS "r"
    ON "s"."carrier" = "r"."carrier"
    AND "s"."origin" = "r"."origin"
    AND "s"."__event" = "r"."__event"
    AND "s"."__rank" = "r"."__rank"
), "tied_aircraft_departures" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."tailnum",
    "e"."__event"
  FROM "events_aircraft_departures" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."tailnum" = "m"."tailnum" AND "e"."__event" = "m"."aircraft_departures__event"
  GROUP BY
    "e"."tailnum",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_aircraft_departures" AS (
  -- Ties of aircraft_departures, settled: the greatest by (aircraft_delay, aircraft_haul), NULLs
  -- first. A row a tied instant.
  WITH "ranked" AS (
    SELECT
      "e"."tailnum",
      "e"."__event",
      "e"."__visible",
      "e"."aircraft_delay",
      "e"."aircraft_haul",
      ROW_NUMBER() OVER (
        PARTITION BY "e"."tailnum", "e"."__event"
        ORDER BY "e"."aircraft_delay" ASC NULLS FIRST, "e"."aircraft_haul" ASC NULLS FIRST
      ) AS "__rank"
    FROM "events_aircraft_departures" AS "e"
    SEMI JOIN "tied_aircraft_departures" AS "d"
      ON "e"."tailnum" = "d"."tailnum" AND "e"."__event" = "d"."__event"
  )
  SELECT
    "s"."tailnum",
    "s"."__event",
    "s"."__visible",
    "r"."aircraft_delay",
    "r"."aircraft_haul"
  FROM (
    SELECT DISTINCT
      "tailnum",
      "__event",
      "__visible",
      MAX("__rank") OVER (PARTITION BY "tailnum", "__event" ORDER BY "__visible" ASC) AS "__rank"
    FROM "ranked"
  ) AS "s"
  JOIN "ranked" AS "r"
    ON "s"."tailnum" = "r"."tailnum" AND "s"."__event" = "r"."__event" AND "s"."__rank" = "r"."__rank"
), "tied_origin_weather" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."origin",
    "e"."__event"
  FROM "events_origin_weather" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."origin" = "m"."origin" AND "e"."__event" = "m"."origin_weather__event"
  GROUP BY
    "e"."origin",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_origin_weather" AS (
  -- Ties of origin_weather, settled: the greatest by (temp_c, wind_mph, visibility_miles,
  -- is_raining), NULLs first. A row a tied instant.
  SELECT
    "e"."origin",
    "e"."__event",
    "e"."temp_c",
    "e"."wind_mph",
    "e"."visibility_miles",
    "e"."is_raining"
  FROM "events_origin_weather" AS "e"
  SEMI JOIN "tied_origin_weather" AS "d"
    ON "e"."origin" = "d"."origin" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "e"."origin", "e"."__event"
      ORDER BY "e"."temp_c" DESC, "e"."wind_mph" DESC, "e"."visibility_miles" DESC, "e"."is_raining" DESC
    ) = 1
), "tied_aircraft" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."tailnum",
    "e"."__event"
  FROM "events_aircraft" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."tailnum" = "m"."tailnum" AND "e"."__event" = "m"."aircraft__event"
  GROUP BY
    "e"."tailnum",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_aircraft" AS (
  -- Ties of aircraft, settled: the greatest by (seats, year_built, engine), NULLs first. A row a
  -- tied instant.
  SELECT
    "e"."tailnum",
    "e"."__event",
    "e"."seats",
    "e"."engine"
  FROM "events_aircraft" AS "e"
  SEMI JOIN "tied_aircraft" AS "d"
    ON "e"."tailnum" = "d"."tailnum" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "e"."tailnum", "e"."__event"
      ORDER BY "e"."seats" DESC, "e"."year_built" DESC, "e"."engine" DESC
    ) = 1
), "rows_origin_recent" AS NOT MATERIALIZED (
  -- Rows for the windows of origin_recent: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("origin" AS TEXT) AS "origin",
    "__event",
    CAST("dep_delay" AS INT) AS "dep_delay",
    TRUE AS "row",
    CAST("carrier" AS TEXT) AS "carrier"
  FROM "source_flights_left"
  WHERE
    "origin" IS NOT NULL
), "hot_origin_recent" AS MATERIALIZED (
  -- Hot keys: more than 500 rows. Their windows are made of tiles, those of other keys of rows.
  SELECT
    "origin"
  FROM "rows_origin_recent"
  GROUP BY
    "origin"
  HAVING
    COUNT(*) > 500
), "tiles_origin_recent" AS MATERIALIZED (
  -- Tiles: partial aggregates. A row a key, 1h of event times and 1h of the instants from which the
  -- rows are visible.
  SELECT
    "origin",
    DATE_TRUNC('hour', "__event") AS "__tile",
    DATE_TRUNC('hour', "__event") AS "__known",
    COUNT("dep_delay") AS "dep_delay__count",
    SUM("dep_delay") AS "dep_delay__sum",
    COUNT("row") AS "row__count"
  FROM "rows_origin_recent" AS "r"
  SEMI JOIN "hot_origin_recent" AS "h"
    ON "r"."origin" = "h"."origin"
  GROUP BY
    "origin",
    DATE_TRUNC('hour', "__event"),
    DATE_TRUNC('hour', "__event")
), "spans_origin_recent" AS MATERIALIZED (
  -- The same for 1d, made of the tiles above.
  SELECT
    "origin",
    DATE_TRUNC('day', "__tile") AS "__tile",
    DATE_TRUNC('day', "__known") AS "__known",
    CAST(SUM("dep_delay__count") AS BIGINT) AS "dep_delay__count",
    SUM("dep_delay__sum") AS "dep_delay__sum",
    CAST(SUM("row__count") AS BIGINT) AS "row__count"
  FROM "tiles_origin_recent"
  GROUP BY
    "origin",
    DATE_TRUNC('day', "__tile"),
    DATE_TRUNC('day', "__known")
), "cold_origin_recent" AS MATERIALIZED (
  -- Spine rows of the other keys, and their time.
  SELECT
    "n"."__row",
    "n"."origin",
    "n"."event_timestamp" AS "__time"
  FROM "numbered" AS "n"
  ANTI JOIN "hot_origin_recent" AS "h"
    ON "n"."origin" = "h"."origin"
), "asked_origin_recent" AS MATERIALIZED (
  -- Spine rows whose windows are made of tiles: their time, and the small and large tile it is in.
  SELECT
    "n"."__row",
    "n"."origin",
    "n"."event_timestamp" AS "__time",
    DATE_TRUNC('hour', "n"."event_timestamp") AS "__now",
    DATE_TRUNC('day', "n"."event_timestamp") AS "__today",
    DATE_TRUNC('day', "n"."event_timestamp") AS "__stretch"
  FROM "numbered" AS "n"
  SEMI JOIN "hot_origin_recent" AS "h"
    ON "n"."origin" = "h"."origin"
), "edges_origin_recent" AS NOT MATERIALIZED (
  -- Where each window begins, and the small and large tile that is in.
  SELECT
    "__row",
    "origin",
    "__time",
    "__now",
    "__today",
    1 AS "__from",
    "__time" - INTERVAL '1' HOUR AS "__low",
    DATE_TRUNC('hour', "__time" - INTERVAL '1' HOUR) AS "__edge",
    DATE_TRUNC('day', "__time" - INTERVAL '1' HOUR) AS "__edge_span"
  FROM "asked_origin_recent"
  UNION ALL
  SELECT
    "__row",
    "origin",
    "__time",
    "__now",
    "__today",
    2 AS "__from",
    "__time" - INTERVAL '1' DAY AS "__low",
    DATE_TRUNC('hour', "__time" - INTERVAL '1' DAY) AS "__edge",
    DATE_TRUNC('day', "__time" - INTERVAL '1' DAY) AS "__edge_span"
  FROM "asked_origin_recent"
), "pieces_origin_recent" AS NOT MATERIALIZED (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row",
    CASE WHEN "r"."__event" >= "n"."__time" - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
    2 AS "__to",
    "r"."__event",
    "r"."dep_delay",
    "r"."row",
    "r"."carrier"
  FROM "cold_origin_recent" AS "n"
  JOIN "rows_origin_recent" AS "r"
    ON "n"."origin" = "r"."origin"
    AND "r"."__event" < "n"."__time"
    AND "r"."__event" >= "n"."__time" - INTERVAL '1' DAY
  UNION ALL
  SELECT
    "a"."__row",
    "a"."__from",
    "a"."__to",
    "r"."__event",
    "r"."dep_delay",
    "r"."row",
    "r"."carrier"
  FROM (
    SELECT
      "__row",
      "origin",
      "__time",
      "__from",
      "__from" AS "__to",
      "__edge",
      "__low"
    FROM "edges_origin_recent"
    WHERE
      "__edge" < "__now"
    UNION ALL
    SELECT
      "__row",
      "origin",
      "__time",
      1 AS "__from",
      2 AS "__to",
      "__now" AS "__edge",
      "__time" - INTERVAL '1' HOUR AS "__low"
    FROM "asked_origin_recent"
  ) AS "a"
  JOIN "rows_origin_recent" AS "r"
    ON "a"."origin" = "r"."origin"
    AND DATE_TRUNC('hour', "r"."__event") = "a"."__edge"
    AND "r"."__event" >= "a"."__low"
    AND "r"."__event" < "a"."__time"
), "parts_origin_recent" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__row",
    "__from",
    "__to",
    COUNT("dep_delay") AS "dep_delay__count",
    SUM("dep_delay") AS "dep_delay__sum",
    COUNT("row") AS "row__count"
  FROM "pieces_origin_recent"
  GROUP BY
    "__row",
    "__from",
    "__to"
  UNION ALL
  SELECT
    "__row",
    "__from",
    "__to",
    CAST(SUM("dep_delay__count") AS BIGINT) AS "dep_delay__count",
    SUM("dep_delay__sum") AS "dep_delay__sum",
    CAST(SUM("row__count") AS BIGINT) AS "row__count"
  FROM (
    SELECT
      "a"."__row",
      CASE WHEN "p"."__tile" > "a"."__time" - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."dep_delay__count",
      "p"."dep_delay__sum",
      "p"."row__count"
    FROM "asked_origin_recent" AS "a"
    JOIN "tiles_origin_recent" AS "p"
      ON "a"."origin" = "p"."origin"
      AND DATE_TRUNC('day', "p"."__known") = "a"."__today"
      AND "p"."__known" < "a"."__now"
      AND "p"."__tile" > "a"."__time" - INTERVAL '1' DAY
    UNION ALL
    SELECT
      "a"."__row",
      "a"."__from",
      "a"."__from" AS "__to",
      "p"."dep_delay__count",
      "p"."dep_delay__sum",
      "p"."row__count"
    FROM "edges_origin_recent" AS "a"
    JOIN "tiles_origin_recent" AS "p"
      ON "a"."origin" = "p"."origin"
      AND DATE_TRUNC('day', "p"."__tile") = "a"."__edge_span"
      AND "p"."__tile" > "a"."__low"
      AND "a"."__edge_span" < "a"."__today"
    UNION ALL
    SELECT
      "a"."__row",
      CASE WHEN "p"."__tile" > "a"."__time" - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."dep_delay__count",
      "p"."dep_delay__sum",
      "p"."row__count"
    FROM "asked_origin_recent" AS "a"
    JOIN "spans_origin_recent" AS "p"
      ON "a"."origin" = "p"."origin"
      AND DATE_TRUNC('day', "p"."__tile") = "a"."__stretch"
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '1' DAY
    UNION ALL
    SELECT
      "a"."__row",
      CASE WHEN "p"."__tile" > "a"."__time" - INTERVAL '1' HOUR THEN 1 ELSE 2 END AS "__from",
      2 AS "__to",
      "p"."dep_delay__count",
      "p"."dep_delay__sum",
      "p"."row__count"
    FROM "asked_origin_recent" AS "a"
    JOIN "spans_origin_recent" AS "p"
      ON "a"."origin" = "p"."origin"
      AND DATE_TRUNC('day', "p"."__tile") = "a"."__stretch" - INTERVAL '1' DAY
      AND "p"."__known" < "a"."__today"
      AND "p"."__tile" > "a"."__time" - INTERVAL '1' DAY
  ) AS "tiles"
  GROUP BY
    "__row",
    "__from",
    "__to"
), "states_origin_recent" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "n"."__row",
    CAST(SUM("dep_delay__count") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS BIGINT) AS "dep_delay__count_1",
    SUM("dep_delay__sum") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS "dep_delay__sum_1",
    CAST(SUM("row__count") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS BIGINT) AS "row__count_1",
    CAST(SUM("dep_delay__count") FILTER(WHERE
      "__from" <= 2 AND "__to" >= 2) AS BIGINT) AS "dep_delay__count_2",
    SUM("dep_delay__sum") FILTER(WHERE
      "__from" <= 2 AND "__to" >= 2) AS "dep_delay__sum_2",
    COUNT("__from") > 0 AS "__matched"
  FROM "numbered" AS "n"
  LEFT JOIN "parts_origin_recent" AS "p"
    ON "p"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "windows_origin_recent" AS (
  -- origin_recent: one value a spine row and window [t - w, t).
  SELECT
    "__row",
    CAST(CAST("dep_delay__sum_1" AS DOUBLE) / NULLIF("dep_delay__count_1", 0) AS DOUBLE) AS "mean_delay_1h",
    CAST(COALESCE("row__count_1", 0) AS BIGINT) AS "flights_1h",
    CAST(CAST("dep_delay__sum_2" AS DOUBLE) / NULLIF("dep_delay__count_2", 0) AS DOUBLE) AS "mean_delay_24h",
    "__matched"
  FROM "states_origin_recent"
), "cold_origin_recent_newest" AS MATERIALIZED (
  -- Spine rows of the other keys, and their time.
  SELECT
    "n"."__row",
    "n"."origin",
    "n"."event_timestamp" AS "__time"
  FROM "numbered" AS "n"
  ANTI JOIN "hot_origin_recent" AS "h"
    ON "n"."origin" = "h"."origin"
), "pieces_origin_recent_newest" AS NOT MATERIALIZED (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "n"."__row",
    1 AS "__from",
    1 AS "__to",
    "r"."__event",
    "r"."dep_delay",
    "r"."row",
    "r"."carrier"
  FROM "cold_origin_recent_newest" AS "n"
  JOIN "rows_origin_recent" AS "r"
    ON "n"."origin" = "r"."origin"
    AND "r"."__event" < "n"."__time"
    AND "r"."__event" >= "n"."__time" - INTERVAL '1' DAY
), "parts_origin_recent_newest_carrier" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows and value of carrier.
  SELECT
    "__row",
    "__from",
    "__to",
    "carrier",
    MAX("__event") AS "carrier__newest"
  FROM "pieces_origin_recent_newest"
  WHERE
    "carrier" IS NOT NULL
  GROUP BY
    "__row",
    "__from",
    "__to",
    "carrier"
), "values_origin_recent_newest_carrier" AS (
  -- How often each value of carrier occurs in each window. A row a spine row and value.
  SELECT
    "__row",
    "carrier",
    MAX("carrier__newest") FILTER(WHERE
      "__from" <= 1 AND "__to" >= 1) AS "carrier__newest_1"
  FROM "parts_origin_recent_newest_carrier"
  GROUP BY
    "__row",
    "carrier"
), "windows_origin_recent_newest_carrier" AS (
  -- origin_recent: one value a spine row and window [t - w, t).
  SELECT
    "n"."__row",
    CAST(COUNT(*) FILTER(WHERE
      "v"."carrier__newest_1" >= "n"."event_timestamp" - INTERVAL '1' DAY) AS BIGINT) AS "carriers_24h",
    COUNT("v"."carrier") FILTER(WHERE
      "v"."carrier__newest_1" >= "n"."event_timestamp" - INTERVAL '1' DAY) > 0 AS "__matched"
  FROM "numbered" AS "n"
  LEFT JOIN "values_origin_recent_newest_carrier" AS "v"
    ON "v"."__row" = "n"."__row"
  GROUP BY
    "n"."__row"
), "occurring_origin_recent_carrier" AS MATERIALIZED (
  -- Rows of hot keys, and of the same key and carrier: the latest event among those visible before
  -- it and with it, and when the next one becomes visible.
  SELECT
    "r"."origin",
    "r"."__event",
    LAG("r"."__event") OVER (PARTITION BY "r"."origin", "r"."carrier" ORDER BY "r"."__event", "r"."__event") AS "__before",
    "r"."__event" AS "__newest",
    LEAD("r"."__event") OVER (PARTITION BY "r"."origin", "r"."carrier" ORDER BY "r"."__event", "r"."__event") AS "__next"
  FROM "rows_origin_recent" AS "r"
  SEMI JOIN "hot_origin_recent" AS "h"
    ON "r"."origin" = "h"."origin"
  WHERE
    "r"."carrier" IS NOT NULL
), "changes_origin_recent_carrier" AS NOT MATERIALIZED (
  -- When a value of carrier comes into each window, and when it goes out of it.
  SELECT
    "origin",
    "__event" AS "__at",
    CASE
      WHEN (
        "__before" IS NULL OR "__event" >= "__before" + INTERVAL '1' DAY
      )
      AND "__event" < "__event" + INTERVAL '1' DAY
      THEN 1
      ELSE 0
    END AS "change_1"
  FROM "occurring_origin_recent_carrier"
  UNION ALL
  SELECT
    "origin",
    "__newest" + INTERVAL '1' DAY AS "__at",
    -1 AS "change_1"
  FROM "occurring_origin_recent_carrier"
  WHERE
    (
      "__next" IS NULL OR "__next" >= "__newest" + INTERVAL '1' DAY
    )
    AND "__event" < "__newest" + INTERVAL '1' DAY
), "totals_origin_recent_carrier" AS (
  -- How many distinct values each window holds at the end of a tile of 1h.
  SELECT
    "origin",
    DATE_TRUNC('hour', "__at") AS "__tile",
    SUM(SUM("change_1")) OVER (
      PARTITION BY "origin"
      ORDER BY DATE_TRUNC('hour', "__at")
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS "change_1"
  FROM "changes_origin_recent_carrier"
  GROUP BY
    "origin",
    DATE_TRUNC('hour', "__at")
), "asked_origin_recent_carrier" AS MATERIALIZED (
  -- Spine rows of hot keys, their time, and the tile it is in.
  SELECT
    "n"."__row",
    "n"."origin",
    "n"."event_timestamp" AS "__time",
    DATE_TRUNC('hour', "n"."event_timestamp") AS "__now"
  FROM "numbered" AS "n"
  SEMI JOIN "hot_origin_recent" AS "h"
    ON "n"."origin" = "h"."origin"
), "since_origin_recent_carrier" AS (
  -- What changed between the beginning of the tile of a spine row's time and that time.
  SELECT
    "a"."__row",
    SUM("c"."change_1") AS "change_1"
  FROM "asked_origin_recent_carrier" AS "a"
  JOIN "changes_origin_recent_carrier" AS "c"
    ON "a"."origin" = "c"."origin"
    AND DATE_TRUNC('hour', "c"."__at") = "a"."__now"
    AND "c"."__at" < "a"."__time"
  GROUP BY
    "a"."__row"
), "distinct_origin_recent_carrier" AS (
  -- The counts at the time of each spine row of a hot key.
  SELECT
    "a"."__row",
    CAST(COALESCE("t"."change_1", 0) + COALESCE("s"."change_1", 0) AS BIGINT) AS "carriers_24h"
  FROM "asked_origin_recent_carrier" AS "a"
  ASOF LEFT JOIN "totals_origin_recent_carrier" AS "t"
    ON "a"."origin" = "t"."origin" AND "a"."__now" > "t"."__tile"
  LEFT JOIN "since_origin_recent_carrier" AS "s"
    ON "s"."__row" = "a"."__row"
), "windows_origin_recent_newest_carrier_2" AS (
  -- origin_recent: one value a spine row and window [t - w, t).
  SELECT
    "c"."__row",
    "c"."carriers_24h" + COALESCE("h"."carriers_24h", 0) AS "carriers_24h",
    "c"."__matched" OR COALESCE("h"."carriers_24h", 0) > 0 AS "__matched"
  FROM "windows_origin_recent_newest_carrier" AS "c"
  LEFT JOIN "distinct_origin_recent_carrier" AS "h"
    ON "h"."__row" = "c"."__row"
)
SELECT
  "m"."origin",
  "m"."carrier",
  "m"."tailnum",
  "m"."event_timestamp",
  CASE
    WHEN "m"."origin_departures__event" >= "m"."event_timestamp" - INTERVAL '6' HOUR
    THEN CASE
      WHEN "w1"."__event" IS NULL
      THEN "m"."origin_departures__origin_delay"
      ELSE "w1"."origin_delay"
    END
  END AS "origin_delay",
  CASE
    WHEN "m"."origin_departures__event" >= "m"."event_timestamp" - INTERVAL '6' HOUR
    THEN CASE
      WHEN "w1"."__event" IS NULL
      THEN "m"."origin_departures__origin_late"
      ELSE "w1"."origin_late"
    END
  END AS "origin_late",
  "w6"."mean_delay_1h",
  "w6"."flights_1h",
  "w6"."mean_delay_24h",
  "w7"."carriers_24h",
  CASE
    WHEN "m"."carrier_departures__event" >= "m"."event_timestamp" - INTERVAL '1' DAY
    THEN CASE
      WHEN "w2"."__event" IS NULL
      THEN "m"."carrier_departures__carrier_delay"
      ELSE "w2"."carrier_delay"
    END
  END AS "carrier_delay",
  CASE
    WHEN "m"."aircraft_departures__event" >= "m"."event_timestamp" - INTERVAL '2' DAY
    THEN CASE
      WHEN "w3"."__event" IS NULL
      THEN "m"."aircraft_departures__aircraft_delay"
      ELSE "w3"."aircraft_delay"
    END
  END AS "aircraft_delay",
  CASE
    WHEN "m"."aircraft_departures__event" >= "m"."event_timestamp" - INTERVAL '2' DAY
    THEN CASE
      WHEN "w3"."__event" IS NULL
      THEN "m"."aircraft_departures__aircraft_haul"
      ELSE "w3"."aircraft_haul"
    END
  END AS "aircraft_haul",
  CASE
    WHEN "m"."origin_weather__event" >= "m"."event_timestamp" - INTERVAL '3' HOUR
    THEN CASE WHEN "w4"."__event" IS NULL THEN "m"."origin_weather__temp_c" ELSE "w4"."temp_c" END
  END AS "temp_c",
  CASE
    WHEN "m"."origin_weather__event" >= "m"."event_timestamp" - INTERVAL '3' HOUR
    THEN CASE WHEN "w4"."__event" IS NULL THEN "m"."origin_weather__wind_mph" ELSE "w4"."wind_mph" END
  END AS "wind_mph",
  CASE
    WHEN "m"."origin_weather__event" >= "m"."event_timestamp" - INTERVAL '3' HOUR
    THEN CASE
      WHEN "w4"."__event" IS NULL
      THEN "m"."origin_weather__visibility_miles"
      ELSE "w4"."visibility_miles"
    END
  END AS "visibility_miles",
  CASE
    WHEN "m"."origin_weather__event" >= "m"."event_timestamp" - INTERVAL '3' HOUR
    THEN CASE WHEN "w4"."__event" IS NULL THEN "m"."origin_weather__is_raining" ELSE "w4"."is_raining" END
  END AS "is_raining",
  CASE WHEN "w5"."__event" IS NULL THEN "m"."aircraft__seats" ELSE "w5"."seats" END AS "seats",
  CASE
    WHEN "m"."aircraft__event" IS NOT NULL
    THEN CASE WHEN "w5"."__event" IS NULL THEN "m"."aircraft__engine" ELSE "w5"."engine" END
    ELSE CAST('unknown' AS TEXT)
  END AS "engine"
FROM "matched" AS "m"
LEFT JOIN "settled_origin_departures" AS "w1"
  ON "w1"."origin" = "m"."origin"
  AND "w1"."__event" = "m"."origin_departures__event"
  AND "w1"."__visible" = "m"."origin_departures__visible"
LEFT JOIN "settled_carrier_departures" AS "w2"
  ON "w2"."carrier" = "m"."carrier"
  AND "w2"."origin" = "m"."origin"
  AND "w2"."__event" = "m"."carrier_departures__event"
  AND "w2"."__visible" = "m"."carrier_departures__visible"
LEFT JOIN "settled_aircraft_departures" AS "w3"
  ON "w3"."tailnum" = "m"."tailnum"
  AND "w3"."__event" = "m"."aircraft_departures__event"
  AND "w3"."__visible" = "m"."aircraft_departures__visible"
LEFT JOIN "settled_origin_weather" AS "w4"
  ON "w4"."origin" = "m"."origin" AND "w4"."__event" = "m"."origin_weather__event"
LEFT JOIN "settled_aircraft" AS "w5"
  ON "w5"."tailnum" = "m"."tailnum" AND "w5"."__event" = "m"."aircraft__event"
LEFT JOIN "windows_origin_recent" AS "w6"
  ON "w6"."__row" = "m"."__row"
LEFT JOIN "windows_origin_recent_newest_carrier_2" AS "w7"
  ON "w7"."__row" = "m"."__row"
ORDER BY
  "m"."__row";
