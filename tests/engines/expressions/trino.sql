-- abs(int64)
ABS("c0");

-- abs(float64)
ABS("c0");

-- abs(decimal(10,2))
ABS("c0");

-- add(int64, int64)
"c0" + "c1";

-- add(float64, float64)
"c0" + "c1";

-- add(decimal(10,2), decimal(10,2))
CAST("c0" + "c1" AS DECIMAL(11, 2));

-- add_duration(timestamp, 500ms)
CASE
  WHEN "c0" > CAST('9999-12-31 23:59:59.499999' AS TIMESTAMP(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST("c0" AS VARCHAR) AS TIMESTAMP(6))
  ELSE DATE_ADD('millisecond', 500, "c0")
END;

-- add_duration(timestamp, -90s)
CASE
  WHEN "c0" < CAST('0001-01-01 00:01:30.000000' AS TIMESTAMP(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST("c0" AS VARCHAR) AS TIMESTAMP(6))
  ELSE DATE_ADD('second', -90, "c0")
END;

-- add_duration(timestamp, 15m)
CASE
  WHEN "c0" > CAST('9999-12-31 23:44:59.999999' AS TIMESTAMP(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST("c0" AS VARCHAR) AS TIMESTAMP(6))
  ELSE DATE_ADD('minute', 15, "c0")
END;

-- add_duration(timestamp, -1h)
CASE
  WHEN "c0" < CAST('0001-01-01 01:00:00.000000' AS TIMESTAMP(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST("c0" AS VARCHAR) AS TIMESTAMP(6))
  ELSE DATE_ADD('hour', -1, "c0")
END;

-- add_duration(timestamp, 7d)
CASE
  WHEN "c0" > CAST('9999-12-24 23:59:59.999999' AS TIMESTAMP(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST("c0" AS VARCHAR) AS TIMESTAMP(6))
  ELSE DATE_ADD('day', 7, "c0")
END;

-- add_duration(timestamp, -4w)
CASE
  WHEN "c0" < CAST('0001-01-29 00:00:00.000000' AS TIMESTAMP(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST("c0" AS VARCHAR) AS TIMESTAMP(6))
  ELSE DATE_ADD('day', -28, "c0")
END;

-- add_duration(timestamp, 365000d)
CASE
  WHEN "c0" > CAST('9000-08-30 23:59:59.999999' AS TIMESTAMP(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST("c0" AS VARCHAR) AS TIMESTAMP(6))
  ELSE DATE_ADD('day', 365000, "c0")
END;

-- add_duration(timestamp, 0s)
"c0";

-- add_duration(date, 1d)
CAST(CASE
  WHEN CAST("c0" AS TIMESTAMP(6)) > CAST('9999-12-30 23:59:59.999999' AS TIMESTAMP(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST(CAST("c0" AS TIMESTAMP(6)) AS VARCHAR) AS TIMESTAMP(6))
  ELSE DATE_ADD('day', 1, CAST("c0" AS TIMESTAMP(6)))
END AS DATE);

-- add_duration(date, -24h)
CAST(CASE
  WHEN CAST("c0" AS TIMESTAMP(6)) < CAST('0001-01-02 00:00:00.000000' AS TIMESTAMP(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST(CAST("c0" AS TIMESTAMP(6)) AS VARCHAR) AS TIMESTAMP(6))
  ELSE DATE_ADD('day', -1, CAST("c0" AS TIMESTAMP(6)))
END AS DATE);

-- add_duration(date, 4w)
CAST(CASE
  WHEN CAST("c0" AS TIMESTAMP(6)) > CAST('9999-12-03 23:59:59.999999' AS TIMESTAMP(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST(CAST("c0" AS TIMESTAMP(6)) AS VARCHAR) AS TIMESTAMP(6))
  ELSE DATE_ADD('day', 28, CAST("c0" AS TIMESTAMP(6)))
END AS DATE);

-- add_duration(date, -365000d)
CAST(CASE
  WHEN CAST("c0" AS TIMESTAMP(6)) < CAST('1000-05-04 00:00:00.000000' AS TIMESTAMP(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST(CAST("c0" AS TIMESTAMP(6)) AS VARCHAR) AS TIMESTAMP(6))
  ELSE DATE_ADD('day', -365000, CAST("c0" AS TIMESTAMP(6)))
END AS DATE);

-- and(bool, bool)
"c0" AND "c1";

-- and(bool, bool, bool)
"c0" AND "c1" AND "c2";

-- between(int64, int64, int64)
"c0" BETWEEN "c1" AND "c2";

-- between(float64, float64, float64)
(
  (
    "c0" >= "c1" OR (
      IS_NAN("c0") AND "c1" IS NOT NULL
    )
  )
  AND (
    "c0" <= "c2" OR (
      IS_NAN("c2") AND "c0" IS NOT NULL
    )
  )
);

-- between(string, string, string)
"c0" BETWEEN "c1" AND "c2";

-- between(bool, bool, bool)
"c0" BETWEEN "c1" AND "c2";

-- between(date, date, date)
"c0" BETWEEN "c1" AND "c2";

-- between(timestamp, timestamp, timestamp)
"c0" BETWEEN "c1" AND "c2";

-- between(int32, int32, int32)
"c0" BETWEEN "c1" AND "c2";

-- between(float32, float32, float32)
(
  (
    "c0" >= "c1" OR (
      IS_NAN("c0") AND "c1" IS NOT NULL
    )
  )
  AND (
    "c0" <= "c2" OR (
      IS_NAN("c2") AND "c0" IS NOT NULL
    )
  )
);

-- between(decimal(10,2), decimal(10,2), decimal(10,2))
"c0" BETWEEN "c1" AND "c2";

-- bucketize(int64, -7, 0, 7)
CAST(CASE
  WHEN "c0" IS NULL
  THEN NULL
  WHEN "c0" < -7
  THEN 0
  WHEN "c0" < 0
  THEN 1
  WHEN "c0" < 7
  THEN 2
  ELSE 3
END AS BIGINT);

-- bucketize(float64, 0, 0.5, 1e+300)
CAST(CASE
  WHEN "c0" IS NULL
  THEN NULL
  WHEN "c0" < 0.0
  THEN 0
  WHEN "c0" < 0.5
  THEN 1
  WHEN "c0" < 1e+300
  THEN 2
  ELSE 3
END AS BIGINT);

-- bucketize(float32, 0.5)
CAST(CASE WHEN "c0" IS NULL THEN NULL WHEN "c0" < 0.5 THEN 0 ELSE 1 END AS BIGINT);

-- bucketize(int32, 3)
CAST(CASE WHEN "c0" IS NULL THEN NULL WHEN "c0" < 3 THEN 0 ELSE 1 END AS BIGINT);

-- bucketize(decimal(10,2), -9.99, 1.55)
CAST(CASE WHEN "c0" IS NULL THEN NULL WHEN "c0" < -9.99 THEN 0 WHEN "c0" < 1.55 THEN 1 ELSE 2 END AS BIGINT);

-- ceil(int64)
"c0";

-- ceil(float64)
CEIL("c0");

-- ceil(decimal(10,2))
CEIL("c0");

-- clamp(int64, int64, int64)
CASE
  WHEN "c0" IS NULL
  THEN NULL
  WHEN "c0" > "c2" OR "c1" > "c2"
  THEN "c2"
  WHEN "c0" < "c1"
  THEN "c1"
  ELSE "c0"
END;

-- clamp(float64, float64, float64)
CASE
  WHEN "c0" IS NULL
  THEN NULL
  WHEN (
    "c0" > "c2" OR (
      IS_NAN("c0") AND NOT IS_NAN("c2")
    )
  )
  OR (
    "c1" > "c2" OR (
      IS_NAN("c1") AND NOT IS_NAN("c2")
    )
  )
  THEN "c2"
  WHEN (
    "c0" < "c1" OR (
      IS_NAN("c1") AND NOT IS_NAN("c0")
    )
  )
  THEN "c1"
  ELSE "c0"
END;

-- clamp(string, string, string)
CASE
  WHEN "c0" IS NULL
  THEN NULL
  WHEN "c0" > "c2" OR "c1" > "c2"
  THEN "c2"
  WHEN "c0" < "c1"
  THEN "c1"
  ELSE "c0"
END;

-- clamp(bool, bool, bool)
CASE
  WHEN "c0" IS NULL
  THEN NULL
  WHEN "c0" > "c2" OR "c1" > "c2"
  THEN "c2"
  WHEN "c0" < "c1"
  THEN "c1"
  ELSE "c0"
END;

-- clamp(date, date, date)
CASE
  WHEN "c0" IS NULL
  THEN NULL
  WHEN "c0" > "c2" OR "c1" > "c2"
  THEN "c2"
  WHEN "c0" < "c1"
  THEN "c1"
  ELSE "c0"
END;

-- clamp(timestamp, timestamp, timestamp)
CASE
  WHEN "c0" IS NULL
  THEN NULL
  WHEN "c0" > "c2" OR "c1" > "c2"
  THEN "c2"
  WHEN "c0" < "c1"
  THEN "c1"
  ELSE "c0"
END;

-- clamp(int32, int32, int32)
CASE
  WHEN "c0" IS NULL
  THEN NULL
  WHEN "c0" > "c2" OR "c1" > "c2"
  THEN "c2"
  WHEN "c0" < "c1"
  THEN "c1"
  ELSE "c0"
END;

-- clamp(float32, float32, float32)
CASE
  WHEN "c0" IS NULL
  THEN NULL
  WHEN (
    "c0" > "c2" OR (
      IS_NAN("c0") AND NOT IS_NAN("c2")
    )
  )
  OR (
    "c1" > "c2" OR (
      IS_NAN("c1") AND NOT IS_NAN("c2")
    )
  )
  THEN "c2"
  WHEN (
    "c0" < "c1" OR (
      IS_NAN("c1") AND NOT IS_NAN("c0")
    )
  )
  THEN "c1"
  ELSE "c0"
END;

-- clamp(decimal(10,2), decimal(10,2), decimal(10,2))
CASE
  WHEN "c0" IS NULL
  THEN NULL
  WHEN "c0" > "c2" OR "c1" > "c2"
  THEN "c2"
  WHEN "c0" < "c1"
  THEN "c1"
  ELSE "c0"
END;

-- clamp(int64, 0, 100)
CASE WHEN "c0" IS NULL THEN NULL WHEN "c0" > 100 THEN 100 WHEN "c0" < 0 THEN 0 ELSE "c0" END;

-- clamp(float64, None, 2.5)
CASE
  WHEN "c0" IS NULL
  THEN NULL
  WHEN (
    "c0" > 2.5 OR IS_NAN("c0")
  )
  THEN 2.5
  WHEN "c0" < NULL
  THEN NULL
  ELSE "c0"
END;

-- coalesce(int64, int64)
COALESCE("c0", "c1");

-- coalesce(float64, float64)
COALESCE("c0", "c1");

-- coalesce(string, string)
COALESCE("c0", "c1");

-- coalesce(bool, bool)
COALESCE("c0", "c1");

-- coalesce(date, date)
COALESCE("c0", "c1");

-- coalesce(timestamp, timestamp)
COALESCE("c0", "c1");

-- coalesce(int32, int32)
COALESCE("c0", "c1");

-- coalesce(float32, float32)
COALESCE("c0", "c1");

-- coalesce(decimal(10,2), decimal(10,2))
COALESCE("c0", "c1");

-- coalesce(int64, int64, int64)
COALESCE("c0", "c1", "c2");

-- coalesce(float64, float64, float64)
COALESCE("c0", "c1", "c2");

-- coalesce(string, string, string)
COALESCE("c0", "c1", "c2");

-- coalesce(bool, bool, bool)
COALESCE("c0", "c1", "c2");

-- coalesce(date, date, date)
COALESCE("c0", "c1", "c2");

-- coalesce(timestamp, timestamp, timestamp)
COALESCE("c0", "c1", "c2");

-- coalesce(int32, int32, int32)
COALESCE("c0", "c1", "c2");

-- coalesce(float32, float32, float32)
COALESCE("c0", "c1", "c2");

-- coalesce(decimal(10,2), decimal(10,2), decimal(10,2))
COALESCE("c0", "c1", "c2");

-- concat(string, string)
"c0" || "c1";

-- concat(string, -, string)
"c0" || '-' || "c1";

-- contains(string, string)
STRPOS("c0", "c1") > 0;

-- contains(string, a)
STRPOS("c0", 'a') > 0;

-- contains(string, )
STRPOS("c0", '') > 0;

-- contains(string, é)
STRPOS("c0", 'é') > 0;

-- cosine_similarity(list<float64>, list<float64>)
REDUCE(
  ZIP_WITH("c0", "c1", (item, other) -> CAST(item AS DOUBLE) * CAST(other AS DOUBLE)),
  CAST(0 AS DOUBLE),
  (item, other) -> item + other,
  item -> item
) / NULLIF(
  SQRT(
    REDUCE(
      ZIP_WITH("c0", "c0", (item, other) -> CAST(item AS DOUBLE) * CAST(other AS DOUBLE)),
      CAST(0 AS DOUBLE),
      (item, other) -> item + other,
      item -> item
    )
  ) * SQRT(
    REDUCE(
      ZIP_WITH("c1", "c1", (item, other) -> CAST(item AS DOUBLE) * CAST(other AS DOUBLE)),
      CAST(0 AS DOUBLE),
      (item, other) -> item + other,
      item -> item
    )
  ),
  0
);

-- cosine_similarity(list<float64>, vector<float32,3>)
REDUCE(
  ZIP_WITH("c0", "c1", (item, other) -> CAST(item AS DOUBLE) * CAST(other AS DOUBLE)),
  CAST(0 AS DOUBLE),
  (item, other) -> item + other,
  item -> item
) / NULLIF(
  SQRT(
    REDUCE(
      ZIP_WITH("c0", "c0", (item, other) -> CAST(item AS DOUBLE) * CAST(other AS DOUBLE)),
      CAST(0 AS DOUBLE),
      (item, other) -> item + other,
      item -> item
    )
  ) * SQRT(
    REDUCE(
      ZIP_WITH("c1", "c1", (item, other) -> CAST(item AS DOUBLE) * CAST(other AS DOUBLE)),
      CAST(0 AS DOUBLE),
      (item, other) -> item + other,
      item -> item
    )
  ),
  0
);

-- cosine_similarity(vector<float32,3>, list<float64>)
REDUCE(
  ZIP_WITH("c0", "c1", (item, other) -> CAST(item AS DOUBLE) * CAST(other AS DOUBLE)),
  CAST(0 AS DOUBLE),
  (item, other) -> item + other,
  item -> item
) / NULLIF(
  SQRT(
    REDUCE(
      ZIP_WITH("c0", "c0", (item, other) -> CAST(item AS DOUBLE) * CAST(other AS DOUBLE)),
      CAST(0 AS DOUBLE),
      (item, other) -> item + other,
      item -> item
    )
  ) * SQRT(
    REDUCE(
      ZIP_WITH("c1", "c1", (item, other) -> CAST(item AS DOUBLE) * CAST(other AS DOUBLE)),
      CAST(0 AS DOUBLE),
      (item, other) -> item + other,
      item -> item
    )
  ),
  0
);

-- cosine_similarity(vector<float32,3>, vector<float32,3>)
REDUCE(
  ZIP_WITH("c0", "c1", (item, other) -> CAST(item AS DOUBLE) * CAST(other AS DOUBLE)),
  CAST(0 AS DOUBLE),
  (item, other) -> item + other,
  item -> item
) / NULLIF(
  SQRT(
    REDUCE(
      ZIP_WITH("c0", "c0", (item, other) -> CAST(item AS DOUBLE) * CAST(other AS DOUBLE)),
      CAST(0 AS DOUBLE),
      (item, other) -> item + other,
      item -> item
    )
  ) * SQRT(
    REDUCE(
      ZIP_WITH("c1", "c1", (item, other) -> CAST(item AS DOUBLE) * CAST(other AS DOUBLE)),
      CAST(0 AS DOUBLE),
      (item, other) -> item + other,
      item -> item
    )
  ),
  0
);

-- date_diff(microsecond, timestamp, timestamp)
DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c1" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("c1" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT) - (
  DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c0" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("c0" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT)
);

-- date_diff(millisecond, timestamp, timestamp)
(
  DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c1" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("c1" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT) - (
    DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c0" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("c0" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT)
  )
) / 1000;

-- date_diff(second, timestamp, timestamp)
(
  DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c1" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("c1" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT) - (
    DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c0" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("c0" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT)
  )
) / 1000000;

-- date_diff(minute, timestamp, timestamp)
(
  DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c1" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("c1" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT) - (
    DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c0" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("c0" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT)
  )
) / 60000000;

-- date_diff(hour, timestamp, timestamp)
(
  DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c1" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("c1" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT) - (
    DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c0" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("c0" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT)
  )
) / 3600000000;

-- date_diff(day, timestamp, timestamp)
(
  DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c1" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("c1" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT) - (
    DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c0" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("c0" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT)
  )
) / 86400000000;

-- date_diff(day, date, date)
(
  DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c1" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("c1" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT) - (
    DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c0" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("c0" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT)
  )
) / 86400000000;

-- date_diff(week, timestamp, timestamp)
(
  DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c1" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("c1" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT) - (
    DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c0" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("c0" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT)
  )
) / 604800000000;

-- date_diff(week, date, date)
(
  DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c1" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("c1" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT) - (
    DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c0" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("c0" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT)
  )
) / 604800000000;

-- date_diff(month, timestamp, timestamp)
(
  YEAR("c1") - YEAR("c0")
) * 12 + MONTH("c1") - MONTH("c0");

-- date_diff(month, date, date)
(
  YEAR(CAST("c1" AS TIMESTAMP(6))) - YEAR(CAST("c0" AS TIMESTAMP(6)))
) * 12 + MONTH(CAST("c1" AS TIMESTAMP(6))) - MONTH(CAST("c0" AS TIMESTAMP(6)));

-- date_diff(quarter, timestamp, timestamp)
(
  YEAR("c1") - YEAR("c0")
) * 4 + QUARTER("c1") - QUARTER("c0");

-- date_diff(quarter, date, date)
(
  YEAR(CAST("c1" AS TIMESTAMP(6))) - YEAR(CAST("c0" AS TIMESTAMP(6)))
) * 4 + QUARTER(CAST("c1" AS TIMESTAMP(6))) - QUARTER(CAST("c0" AS TIMESTAMP(6)));

-- date_diff(year, timestamp, timestamp)
YEAR("c1") - YEAR("c0");

-- date_diff(year, date, date)
YEAR(CAST("c1" AS TIMESTAMP(6))) - YEAR(CAST("c0" AS TIMESTAMP(6)));

-- date_part(year, timestamp)
YEAR("c0");

-- date_part(year, date)
YEAR("c0");

-- date_part(quarter, timestamp)
QUARTER("c0");

-- date_part(quarter, date)
QUARTER("c0");

-- date_part(month, timestamp)
MONTH("c0");

-- date_part(month, date)
MONTH("c0");

-- date_part(day, timestamp)
DAY("c0");

-- date_part(day, date)
DAY("c0");

-- date_part(day_of_year, timestamp)
DAY_OF_YEAR("c0");

-- date_part(day_of_year, date)
DAY_OF_YEAR("c0");

-- date_part(week, timestamp)
WEEK("c0");

-- date_part(week, date)
WEEK("c0");

-- date_part(iso_year, timestamp)
YEAR_OF_WEEK("c0");

-- date_part(iso_year, date)
YEAR_OF_WEEK("c0");

-- date_part(hour, timestamp)
HOUR("c0");

-- date_part(minute, timestamp)
MINUTE("c0");

-- date_part(second, timestamp)
SECOND("c0");

-- date_part(microsecond, timestamp)
CAST(SUBSTR(CAST(CAST("c0" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT);

-- date_trunc(year, timestamp)
DATE_TRUNC('year', "c0");

-- date_trunc(year, date)
CAST(DATE_TRUNC('year', CAST("c0" AS TIMESTAMP(6))) AS DATE);

-- date_trunc(quarter, timestamp)
DATE_TRUNC('quarter', "c0");

-- date_trunc(quarter, date)
CAST(DATE_TRUNC('quarter', CAST("c0" AS TIMESTAMP(6))) AS DATE);

-- date_trunc(month, timestamp)
DATE_TRUNC('month', "c0");

-- date_trunc(month, date)
CAST(DATE_TRUNC('month', CAST("c0" AS TIMESTAMP(6))) AS DATE);

-- date_trunc(week, timestamp)
DATE_TRUNC('week', "c0");

-- date_trunc(week, date)
CAST(DATE_TRUNC('week', CAST("c0" AS TIMESTAMP(6))) AS DATE);

-- date_trunc(day, timestamp)
DATE_TRUNC('day', "c0");

-- date_trunc(day, date)
CAST(DATE_TRUNC('day', CAST("c0" AS TIMESTAMP(6))) AS DATE);

-- date_trunc(hour, timestamp)
DATE_TRUNC('hour', "c0");

-- date_trunc(minute, timestamp)
DATE_TRUNC('minute', "c0");

-- date_trunc(second, timestamp)
DATE_TRUNC('second', "c0");

-- day_of_week(date)
DAY_OF_WEEK("c0");

-- day_of_week(timestamp)
DAY_OF_WEEK("c0");

-- divide(int64, int64)
CAST("c0" AS DOUBLE) / NULLIF(CAST("c1" AS DOUBLE), 0);

-- divide(float64, float64)
"c0" / NULLIF("c1", 0);

-- divide(int32, float32)
CAST("c0" AS DOUBLE) / NULLIF(CAST("c1" AS DOUBLE), 0);

-- divide(decimal(10,2), int64)
CAST("c0" AS DOUBLE) / NULLIF(CAST("c1" AS DOUBLE), 0);

-- dot(list<float64>, list<float64>)
REDUCE(
  ZIP_WITH("c0", "c1", (item, other) -> CAST(item AS DOUBLE) * CAST(other AS DOUBLE)),
  CAST(0 AS DOUBLE),
  (item, other) -> item + other,
  item -> item
);

-- dot(list<float64>, vector<float32,3>)
REDUCE(
  ZIP_WITH("c0", "c1", (item, other) -> CAST(item AS DOUBLE) * CAST(other AS DOUBLE)),
  CAST(0 AS DOUBLE),
  (item, other) -> item + other,
  item -> item
);

-- dot(vector<float32,3>, list<float64>)
REDUCE(
  ZIP_WITH("c0", "c1", (item, other) -> CAST(item AS DOUBLE) * CAST(other AS DOUBLE)),
  CAST(0 AS DOUBLE),
  (item, other) -> item + other,
  item -> item
);

-- dot(vector<float32,3>, vector<float32,3>)
REDUCE(
  ZIP_WITH("c0", "c1", (item, other) -> CAST(item AS DOUBLE) * CAST(other AS DOUBLE)),
  CAST(0 AS DOUBLE),
  (item, other) -> item + other,
  item -> item
);

-- ends_with(string, string)
STARTS_WITH(REVERSE("c0"), REVERSE("c1"));

-- ends_with(string, a)
STARTS_WITH(REVERSE("c0"), REVERSE('a'));

-- ends_with(string, )
STARTS_WITH(REVERSE("c0"), REVERSE(''));

-- ends_with(string, é)
STARTS_WITH(REVERSE("c0"), REVERSE('é'));

-- epoch_seconds(date)
DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c0" AS TIMESTAMP(6))));

-- epoch_seconds(timestamp)
DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c0" AS TIMESTAMP(6))));

-- eq(int64, int64)
"c0" = "c1";

-- eq(float64, float64)
(
  "c0" = "c1" OR (
    IS_NAN("c0") AND IS_NAN("c1")
  )
);

-- eq(string, string)
"c0" = "c1";

-- eq(bool, bool)
"c0" = "c1";

-- eq(date, date)
"c0" = "c1";

-- eq(timestamp, timestamp)
"c0" = "c1";

-- eq(int32, int32)
"c0" = "c1";

-- eq(float32, float32)
(
  "c0" = "c1" OR (
    IS_NAN("c0") AND IS_NAN("c1")
  )
);

-- eq(decimal(10,2), decimal(10,2))
"c0" = "c1";

-- exp(float64)
EXP("c0");

-- exp(int64)
EXP(CAST("c0" AS DOUBLE));

-- exp(float32)
EXP(CAST("c0" AS DOUBLE));

-- exp(decimal(10,2))
EXP(CAST("c0" AS DOUBLE));

-- floor(int64)
"c0";

-- floor(float64)
FLOOR("c0");

-- floor(decimal(10,2))
FLOOR("c0");

-- floor_divide(int64, int64)
CASE
  WHEN (
    "c0" % NULLIF("c1", 0)
  ) <> 0 AND (
    "c0" < 0
  ) <> (
    "c1" < 0
  )
  THEN "c0" / NULLIF("c1", 0) - 1
  ELSE "c0" / NULLIF("c1", 0)
END;

-- floor_divide(int64, 7)
(
  "c0" / 7
) - CASE WHEN (
  "c0" % 7
) < 0 THEN 1 ELSE 0 END;

-- floor_divide(int64, -3)
CASE
  WHEN (
    "c0" % -3
  ) <> 0 AND (
    "c0" < 0
  ) <> (
    -3 < 0
  )
  THEN "c0" / -3 - 1
  ELSE "c0" / -3
END;

-- floor_divide(int64, int32)
CASE
  WHEN (
    "c0" % NULLIF(CAST("c1" AS BIGINT), 0)
  ) <> 0
  AND (
    "c0" < 0
  ) <> (
    CAST("c1" AS BIGINT) < 0
  )
  THEN "c0" / NULLIF(CAST("c1" AS BIGINT), 0) - 1
  ELSE "c0" / NULLIF(CAST("c1" AS BIGINT), 0)
END;

-- ge(int64, int64)
"c0" >= "c1";

-- ge(float64, float64)
(
  "c0" >= "c1" OR (
    IS_NAN("c0") AND "c1" IS NOT NULL
  )
);

-- ge(string, string)
"c0" >= "c1";

-- ge(bool, bool)
"c0" >= "c1";

-- ge(date, date)
"c0" >= "c1";

-- ge(timestamp, timestamp)
"c0" >= "c1";

-- ge(int32, int32)
"c0" >= "c1";

-- ge(float32, float32)
(
  "c0" >= "c1" OR (
    IS_NAN("c0") AND "c1" IS NOT NULL
  )
);

-- ge(decimal(10,2), decimal(10,2))
"c0" >= "c1";

-- greatest(int64, int64)
ELEMENT_AT(ARRAY_SORT(FILTER(ARRAY["c0", "c1"], item -> item IS NOT NULL)), -1);

-- greatest(float64, float64)
ELEMENT_AT(ARRAY_SORT(FILTER(ARRAY["c0", "c1"], item -> item IS NOT NULL)), -1);

-- greatest(string, string)
ELEMENT_AT(ARRAY_SORT(FILTER(ARRAY["c0", "c1"], item -> item IS NOT NULL)), -1);

-- greatest(bool, bool)
ELEMENT_AT(ARRAY_SORT(FILTER(ARRAY["c0", "c1"], item -> item IS NOT NULL)), -1);

-- greatest(date, date)
ELEMENT_AT(ARRAY_SORT(FILTER(ARRAY["c0", "c1"], item -> item IS NOT NULL)), -1);

-- greatest(timestamp, timestamp)
ELEMENT_AT(ARRAY_SORT(FILTER(ARRAY["c0", "c1"], item -> item IS NOT NULL)), -1);

-- greatest(int32, int32)
ELEMENT_AT(ARRAY_SORT(FILTER(ARRAY["c0", "c1"], item -> item IS NOT NULL)), -1);

-- greatest(float32, float32)
ELEMENT_AT(ARRAY_SORT(FILTER(ARRAY["c0", "c1"], item -> item IS NOT NULL)), -1);

-- greatest(decimal(10,2), decimal(10,2))
ELEMENT_AT(ARRAY_SORT(FILTER(ARRAY["c0", "c1"], item -> item IS NOT NULL)), -1);

-- greatest(int64, int64, int64)
ELEMENT_AT(ARRAY_SORT(FILTER(ARRAY["c0", "c1", "c2"], item -> item IS NOT NULL)), -1);

-- greatest(float64, float64, float64)
ELEMENT_AT(ARRAY_SORT(FILTER(ARRAY["c0", "c1", "c2"], item -> item IS NOT NULL)), -1);

-- greatest(string, string, string)
ELEMENT_AT(ARRAY_SORT(FILTER(ARRAY["c0", "c1", "c2"], item -> item IS NOT NULL)), -1);

-- greatest(bool, bool, bool)
ELEMENT_AT(ARRAY_SORT(FILTER(ARRAY["c0", "c1", "c2"], item -> item IS NOT NULL)), -1);

-- greatest(date, date, date)
ELEMENT_AT(ARRAY_SORT(FILTER(ARRAY["c0", "c1", "c2"], item -> item IS NOT NULL)), -1);

-- greatest(timestamp, timestamp, timestamp)
ELEMENT_AT(ARRAY_SORT(FILTER(ARRAY["c0", "c1", "c2"], item -> item IS NOT NULL)), -1);

-- greatest(int32, int32, int32)
ELEMENT_AT(ARRAY_SORT(FILTER(ARRAY["c0", "c1", "c2"], item -> item IS NOT NULL)), -1);

-- greatest(float32, float32, float32)
ELEMENT_AT(ARRAY_SORT(FILTER(ARRAY["c0", "c1", "c2"], item -> item IS NOT NULL)), -1);

-- greatest(decimal(10,2), decimal(10,2), decimal(10,2))
ELEMENT_AT(ARRAY_SORT(FILTER(ARRAY["c0", "c1", "c2"], item -> item IS NOT NULL)), -1);

-- gt(int64, int64)
"c0" > "c1";

-- gt(float64, float64)
(
  "c0" > "c1" OR (
    IS_NAN("c0") AND NOT IS_NAN("c1")
  )
);

-- gt(string, string)
"c0" > "c1";

-- gt(bool, bool)
"c0" > "c1";

-- gt(date, date)
"c0" > "c1";

-- gt(timestamp, timestamp)
"c0" > "c1";

-- gt(int32, int32)
"c0" > "c1";

-- gt(float32, float32)
(
  "c0" > "c1" OR (
    IS_NAN("c0") AND NOT IS_NAN("c1")
  )
);

-- gt(decimal(10,2), decimal(10,2))
"c0" > "c1";

-- hash_bucket(int64, 10)
FROM_BASE(SUBSTR(TO_HEX(MD5(TO_UTF8(CAST("c0" AS VARCHAR)))), 1, 15), 16) % 10;

-- hash_bucket(int64, 2147483647)
FROM_BASE(SUBSTR(TO_HEX(MD5(TO_UTF8(CAST("c0" AS VARCHAR)))), 1, 15), 16) % 2147483647;

-- hash_bucket(int32, 10)
FROM_BASE(SUBSTR(TO_HEX(MD5(TO_UTF8(CAST("c0" AS VARCHAR)))), 1, 15), 16) % 10;

-- hash_bucket(int32, 2147483647)
FROM_BASE(SUBSTR(TO_HEX(MD5(TO_UTF8(CAST("c0" AS VARCHAR)))), 1, 15), 16) % 2147483647;

-- hash_bucket(string, 10)
FROM_BASE(SUBSTR(TO_HEX(MD5(TO_UTF8(CAST("c0" AS VARCHAR)))), 1, 15), 16) % 10;

-- hash_bucket(string, 2147483647)
FROM_BASE(SUBSTR(TO_HEX(MD5(TO_UTF8(CAST("c0" AS VARCHAR)))), 1, 15), 16) % 2147483647;

-- hash_bucket(bool, 10)
FROM_BASE(SUBSTR(TO_HEX(MD5(TO_UTF8(CAST("c0" AS VARCHAR)))), 1, 15), 16) % 10;

-- hash_bucket(bool, 2147483647)
FROM_BASE(SUBSTR(TO_HEX(MD5(TO_UTF8(CAST("c0" AS VARCHAR)))), 1, 15), 16) % 2147483647;

-- hash_bucket(date, 10)
FROM_BASE(SUBSTR(TO_HEX(MD5(TO_UTF8(CAST("c0" AS VARCHAR)))), 1, 15), 16) % 10;

-- hash_bucket(date, 2147483647)
FROM_BASE(SUBSTR(TO_HEX(MD5(TO_UTF8(CAST("c0" AS VARCHAR)))), 1, 15), 16) % 2147483647;

-- hash_bucket(timestamp, 10)
FROM_BASE(
  SUBSTR(
    TO_HEX(
      MD5(
        TO_UTF8(
          CAST(DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c0" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("c0" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT) AS VARCHAR)
        )
      )
    ),
    1,
    15
  ),
  16
) % 10;

-- hash_bucket(timestamp, 2147483647)
FROM_BASE(
  SUBSTR(
    TO_HEX(
      MD5(
        TO_UTF8(
          CAST(DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("c0" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("c0" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT) AS VARCHAR)
        )
      )
    ),
    1,
    15
  ),
  16
) % 2147483647;

-- hash_bucket(bytes, 10)
FROM_BASE(SUBSTR(TO_HEX(MD5(TO_UTF8(LOWER(TO_HEX("c0"))))), 1, 15), 16) % 10;

-- hash_bucket(bytes, 2147483647)
FROM_BASE(SUBSTR(TO_HEX(MD5(TO_UTF8(LOWER(TO_HEX("c0"))))), 1, 15), 16) % 2147483647;

-- hash_bucket(decimal(10,2), 10)
FROM_BASE(SUBSTR(TO_HEX(MD5(TO_UTF8(CAST("c0" AS VARCHAR)))), 1, 15), 16) % 10;

-- hash_bucket(decimal(10,2), 2147483647)
FROM_BASE(SUBSTR(TO_HEX(MD5(TO_UTF8(CAST("c0" AS VARCHAR)))), 1, 15), 16) % 2147483647;

-- ifnull(int64, int64)
COALESCE("c0", "c1");

-- ifnull(float64, float64)
COALESCE("c0", "c1");

-- ifnull(string, string)
COALESCE("c0", "c1");

-- ifnull(bool, bool)
COALESCE("c0", "c1");

-- ifnull(date, date)
COALESCE("c0", "c1");

-- ifnull(timestamp, timestamp)
COALESCE("c0", "c1");

-- ifnull(int32, int32)
COALESCE("c0", "c1");

-- ifnull(float32, float32)
COALESCE("c0", "c1");

-- ifnull(decimal(10,2), decimal(10,2))
COALESCE("c0", "c1");

-- in(int64, int64)
"c0" IN ("c1");

-- in(float64, float64)
(
  (
    "c0" = "c1" OR (
      IS_NAN("c0") AND IS_NAN("c1")
    )
  )
);

-- in(string, string)
"c0" IN ("c1");

-- in(bool, bool)
"c0" IN ("c1");

-- in(date, date)
"c0" IN ("c1");

-- in(timestamp, timestamp)
"c0" IN ("c1");

-- in(int32, int32)
"c0" IN ("c1");

-- in(float32, float32)
(
  (
    "c0" = "c1" OR (
      IS_NAN("c0") AND IS_NAN("c1")
    )
  )
);

-- in(decimal(10,2), decimal(10,2))
"c0" IN ("c1");

-- in(int64, int64, int64)
"c0" IN ("c1", "c2");

-- in(float64, float64, float64)
(
  (
    "c0" = "c1" OR (
      IS_NAN("c0") AND IS_NAN("c1")
    )
  )
  OR (
    "c0" = "c2" OR (
      IS_NAN("c0") AND IS_NAN("c2")
    )
  )
);

-- in(string, string, string)
"c0" IN ("c1", "c2");

-- in(bool, bool, bool)
"c0" IN ("c1", "c2");

-- in(date, date, date)
"c0" IN ("c1", "c2");

-- in(timestamp, timestamp, timestamp)
"c0" IN ("c1", "c2");

-- in(int32, int32, int32)
"c0" IN ("c1", "c2");

-- in(float32, float32, float32)
(
  (
    "c0" = "c1" OR (
      IS_NAN("c0") AND IS_NAN("c1")
    )
  )
  OR (
    "c0" = "c2" OR (
      IS_NAN("c0") AND IS_NAN("c2")
    )
  )
);

-- in(decimal(10,2), decimal(10,2), decimal(10,2))
"c0" IN ("c1", "c2");

-- in(int64, 1, 7)
"c0" IN (1, 7);

-- in(string, Ab, )
"c0" IN ('Ab', '');

-- is_nan(float64)
IS_NAN("c0");

-- is_nan(float32)
IS_NAN("c0");

-- is_null(int64)
"c0" IS NULL;

-- is_null(float64)
"c0" IS NULL;

-- is_null(string)
"c0" IS NULL;

-- is_null(bool)
"c0" IS NULL;

-- is_null(date)
"c0" IS NULL;

-- is_null(timestamp)
"c0" IS NULL;

-- is_null(int32)
"c0" IS NULL;

-- is_null(float32)
"c0" IS NULL;

-- is_null(decimal(10,2))
"c0" IS NULL;

-- json_text(string, $)
ELEMENT_AT(
  TRANSFORM(
    ARRAY["c0"],
    document -> CASE
      WHEN TRY(JSON_PARSE(document)) IS NOT NULL
      THEN ELEMENT_AT(
        TRANSFORM(
          ARRAY[JSON_EXTRACT_SCALAR(document, '$')],
          found -> CASE
            WHEN NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$')), '"')
            AND REGEXP_LIKE(found, '\A-?[0-9]+[.eE]')
            AND IS_FINITE(CAST(found AS DOUBLE))
            THEN CASE WHEN STARTS_WITH(found, '-') THEN '-' ELSE '' END || ELEMENT_AT(
              TRANSFORM(
                ARRAY[JSON_FORMAT(CAST(ABS(CAST(found AS DOUBLE)) AS JSON))],
                size -> ELEMENT_AT(
                  TRANSFORM(
                    ARRAY[ROW(
                      REGEXP_REPLACE(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0+|0+\z', ''),
                      LENGTH(SPLIT_PART(SPLIT_PART(size, 'E', 1), '.', 1)) + CAST(COALESCE(SPLIT_PART(size, 'E', 2), '0') AS BIGINT) - LENGTH(REGEXP_EXTRACT(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0*'))
                    )],
                    parts -> CASE
                      WHEN parts[1] = ''
                      THEN '0.0'
                      WHEN parts[2] <= -6 OR parts[2] > 21
                      THEN SUBSTR(parts[1], 1, 1) || CASE WHEN LENGTH(parts[1]) > 1 THEN '.' || SUBSTR(parts[1], 2) ELSE '' END || 'e' || CAST(parts[2] - 1 AS VARCHAR)
                      WHEN parts[2] <= 0
                      THEN '0.' || RPAD('', -parts[2], '0') || parts[1]
                      WHEN parts[2] >= LENGTH(parts[1])
                      THEN RPAD(parts[1], parts[2], '0') || '.0'
                      ELSE SUBSTR(parts[1], 1, parts[2]) || '.' || SUBSTR(parts[1], parts[2] + 1)
                    END
                  ),
                  1
                )
              ),
              1
            )
            WHEN found = '-0' AND NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$')), '"')
            THEN '0'
            ELSE found
          END
        ),
        1
      )
    END
  ),
  1
);

-- json_text(string, $.a[0])
ELEMENT_AT(
  TRANSFORM(
    ARRAY["c0"],
    document -> CASE
      WHEN TRY(JSON_PARSE(document)) IS NOT NULL
      AND JSON_ARRAY_LENGTH(JSON_EXTRACT(document, '$["a"]')) IS NOT NULL
      THEN ELEMENT_AT(
        TRANSFORM(
          ARRAY[JSON_EXTRACT_SCALAR(document, '$["a"][0]')],
          found -> CASE
            WHEN NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$["a"][0]')), '"')
            AND REGEXP_LIKE(found, '\A-?[0-9]+[.eE]')
            AND IS_FINITE(CAST(found AS DOUBLE))
            THEN CASE WHEN STARTS_WITH(found, '-') THEN '-' ELSE '' END || ELEMENT_AT(
              TRANSFORM(
                ARRAY[JSON_FORMAT(CAST(ABS(CAST(found AS DOUBLE)) AS JSON))],
                size -> ELEMENT_AT(
                  TRANSFORM(
                    ARRAY[ROW(
                      REGEXP_REPLACE(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0+|0+\z', ''),
                      LENGTH(SPLIT_PART(SPLIT_PART(size, 'E', 1), '.', 1)) + CAST(COALESCE(SPLIT_PART(size, 'E', 2), '0') AS BIGINT) - LENGTH(REGEXP_EXTRACT(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0*'))
                    )],
                    parts -> CASE
                      WHEN parts[1] = ''
                      THEN '0.0'
                      WHEN parts[2] <= -6 OR parts[2] > 21
                      THEN SUBSTR(parts[1], 1, 1) || CASE WHEN LENGTH(parts[1]) > 1 THEN '.' || SUBSTR(parts[1], 2) ELSE '' END || 'e' || CAST(parts[2] - 1 AS VARCHAR)
                      WHEN parts[2] <= 0
                      THEN '0.' || RPAD('', -parts[2], '0') || parts[1]
                      WHEN parts[2] >= LENGTH(parts[1])
                      THEN RPAD(parts[1], parts[2], '0') || '.0'
                      ELSE SUBSTR(parts[1], 1, parts[2]) || '.' || SUBSTR(parts[1], parts[2] + 1)
                    END
                  ),
                  1
                )
              ),
              1
            )
            WHEN found = '-0' AND NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$["a"][0]')), '"')
            THEN '0'
            ELSE found
          END
        ),
        1
      )
    END
  ),
  1
);

-- json_text(string, $.a[1].b)
ELEMENT_AT(
  TRANSFORM(
    ARRAY["c0"],
    document -> CASE
      WHEN TRY(JSON_PARSE(document)) IS NOT NULL
      AND JSON_ARRAY_LENGTH(JSON_EXTRACT(document, '$["a"]')) IS NOT NULL
      THEN ELEMENT_AT(
        TRANSFORM(
          ARRAY[JSON_EXTRACT_SCALAR(document, '$["a"][1]["b"]')],
          found -> CASE
            WHEN NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$["a"][1]["b"]')), '"')
            AND REGEXP_LIKE(found, '\A-?[0-9]+[.eE]')
            AND IS_FINITE(CAST(found AS DOUBLE))
            THEN CASE WHEN STARTS_WITH(found, '-') THEN '-' ELSE '' END || ELEMENT_AT(
              TRANSFORM(
                ARRAY[JSON_FORMAT(CAST(ABS(CAST(found AS DOUBLE)) AS JSON))],
                size -> ELEMENT_AT(
                  TRANSFORM(
                    ARRAY[ROW(
                      REGEXP_REPLACE(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0+|0+\z', ''),
                      LENGTH(SPLIT_PART(SPLIT_PART(size, 'E', 1), '.', 1)) + CAST(COALESCE(SPLIT_PART(size, 'E', 2), '0') AS BIGINT) - LENGTH(REGEXP_EXTRACT(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0*'))
                    )],
                    parts -> CASE
                      WHEN parts[1] = ''
                      THEN '0.0'
                      WHEN parts[2] <= -6 OR parts[2] > 21
                      THEN SUBSTR(parts[1], 1, 1) || CASE WHEN LENGTH(parts[1]) > 1 THEN '.' || SUBSTR(parts[1], 2) ELSE '' END || 'e' || CAST(parts[2] - 1 AS VARCHAR)
                      WHEN parts[2] <= 0
                      THEN '0.' || RPAD('', -parts[2], '0') || parts[1]
                      WHEN parts[2] >= LENGTH(parts[1])
                      THEN RPAD(parts[1], parts[2], '0') || '.0'
                      ELSE SUBSTR(parts[1], 1, parts[2]) || '.' || SUBSTR(parts[1], parts[2] + 1)
                    END
                  ),
                  1
                )
              ),
              1
            )
            WHEN found = '-0' AND NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$["a"][1]["b"]')), '"')
            THEN '0'
            ELSE found
          END
        ),
        1
      )
    END
  ),
  1
);

-- json_text(string, $.t)
ELEMENT_AT(
  TRANSFORM(
    ARRAY["c0"],
    document -> CASE
      WHEN TRY(JSON_PARSE(document)) IS NOT NULL
      THEN ELEMENT_AT(
        TRANSFORM(
          ARRAY[JSON_EXTRACT_SCALAR(document, '$["t"]')],
          found -> CASE
            WHEN NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$["t"]')), '"')
            AND REGEXP_LIKE(found, '\A-?[0-9]+[.eE]')
            AND IS_FINITE(CAST(found AS DOUBLE))
            THEN CASE WHEN STARTS_WITH(found, '-') THEN '-' ELSE '' END || ELEMENT_AT(
              TRANSFORM(
                ARRAY[JSON_FORMAT(CAST(ABS(CAST(found AS DOUBLE)) AS JSON))],
                size -> ELEMENT_AT(
                  TRANSFORM(
                    ARRAY[ROW(
                      REGEXP_REPLACE(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0+|0+\z', ''),
                      LENGTH(SPLIT_PART(SPLIT_PART(size, 'E', 1), '.', 1)) + CAST(COALESCE(SPLIT_PART(size, 'E', 2), '0') AS BIGINT) - LENGTH(REGEXP_EXTRACT(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0*'))
                    )],
                    parts -> CASE
                      WHEN parts[1] = ''
                      THEN '0.0'
                      WHEN parts[2] <= -6 OR parts[2] > 21
                      THEN SUBSTR(parts[1], 1, 1) || CASE WHEN LENGTH(parts[1]) > 1 THEN '.' || SUBSTR(parts[1], 2) ELSE '' END || 'e' || CAST(parts[2] - 1 AS VARCHAR)
                      WHEN parts[2] <= 0
                      THEN '0.' || RPAD('', -parts[2], '0') || parts[1]
                      WHEN parts[2] >= LENGTH(parts[1])
                      THEN RPAD(parts[1], parts[2], '0') || '.0'
                      ELSE SUBSTR(parts[1], 1, parts[2]) || '.' || SUBSTR(parts[1], parts[2] + 1)
                    END
                  ),
                  1
                )
              ),
              1
            )
            WHEN found = '-0' AND NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$["t"]')), '"')
            THEN '0'
            ELSE found
          END
        ),
        1
      )
    END
  ),
  1
);

-- json_text(string, $[1])
ELEMENT_AT(
  TRANSFORM(
    ARRAY["c0"],
    document -> CASE
      WHEN TRY(JSON_PARSE(document)) IS NOT NULL
      AND JSON_ARRAY_LENGTH(JSON_EXTRACT(document, '$')) IS NOT NULL
      THEN ELEMENT_AT(
        TRANSFORM(
          ARRAY[JSON_EXTRACT_SCALAR(document, '$[1]')],
          found -> CASE
            WHEN NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$[1]')), '"')
            AND REGEXP_LIKE(found, '\A-?[0-9]+[.eE]')
            AND IS_FINITE(CAST(found AS DOUBLE))
            THEN CASE WHEN STARTS_WITH(found, '-') THEN '-' ELSE '' END || ELEMENT_AT(
              TRANSFORM(
                ARRAY[JSON_FORMAT(CAST(ABS(CAST(found AS DOUBLE)) AS JSON))],
                size -> ELEMENT_AT(
                  TRANSFORM(
                    ARRAY[ROW(
                      REGEXP_REPLACE(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0+|0+\z', ''),
                      LENGTH(SPLIT_PART(SPLIT_PART(size, 'E', 1), '.', 1)) + CAST(COALESCE(SPLIT_PART(size, 'E', 2), '0') AS BIGINT) - LENGTH(REGEXP_EXTRACT(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0*'))
                    )],
                    parts -> CASE
                      WHEN parts[1] = ''
                      THEN '0.0'
                      WHEN parts[2] <= -6 OR parts[2] > 21
                      THEN SUBSTR(parts[1], 1, 1) || CASE WHEN LENGTH(parts[1]) > 1 THEN '.' || SUBSTR(parts[1], 2) ELSE '' END || 'e' || CAST(parts[2] - 1 AS VARCHAR)
                      WHEN parts[2] <= 0
                      THEN '0.' || RPAD('', -parts[2], '0') || parts[1]
                      WHEN parts[2] >= LENGTH(parts[1])
                      THEN RPAD(parts[1], parts[2], '0') || '.0'
                      ELSE SUBSTR(parts[1], 1, parts[2]) || '.' || SUBSTR(parts[1], parts[2] + 1)
                    END
                  ),
                  1
                )
              ),
              1
            )
            WHEN found = '-0' AND NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$[1]')), '"')
            THEN '0'
            ELSE found
          END
        ),
        1
      )
    END
  ),
  1
);

-- json_text(string, $."a.b")
ELEMENT_AT(
  TRANSFORM(
    ARRAY["c0"],
    document -> CASE
      WHEN TRY(JSON_PARSE(document)) IS NOT NULL
      THEN ELEMENT_AT(
        TRANSFORM(
          ARRAY[JSON_EXTRACT_SCALAR(document, '$["a.b"]')],
          found -> CASE
            WHEN NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$["a.b"]')), '"')
            AND REGEXP_LIKE(found, '\A-?[0-9]+[.eE]')
            AND IS_FINITE(CAST(found AS DOUBLE))
            THEN CASE WHEN STARTS_WITH(found, '-') THEN '-' ELSE '' END || ELEMENT_AT(
              TRANSFORM(
                ARRAY[JSON_FORMAT(CAST(ABS(CAST(found AS DOUBLE)) AS JSON))],
                size -> ELEMENT_AT(
                  TRANSFORM(
                    ARRAY[ROW(
                      REGEXP_REPLACE(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0+|0+\z', ''),
                      LENGTH(SPLIT_PART(SPLIT_PART(size, 'E', 1), '.', 1)) + CAST(COALESCE(SPLIT_PART(size, 'E', 2), '0') AS BIGINT) - LENGTH(REGEXP_EXTRACT(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0*'))
                    )],
                    parts -> CASE
                      WHEN parts[1] = ''
                      THEN '0.0'
                      WHEN parts[2] <= -6 OR parts[2] > 21
                      THEN SUBSTR(parts[1], 1, 1) || CASE WHEN LENGTH(parts[1]) > 1 THEN '.' || SUBSTR(parts[1], 2) ELSE '' END || 'e' || CAST(parts[2] - 1 AS VARCHAR)
                      WHEN parts[2] <= 0
                      THEN '0.' || RPAD('', -parts[2], '0') || parts[1]
                      WHEN parts[2] >= LENGTH(parts[1])
                      THEN RPAD(parts[1], parts[2], '0') || '.0'
                      ELSE SUBSTR(parts[1], 1, parts[2]) || '.' || SUBSTR(parts[1], parts[2] + 1)
                    END
                  ),
                  1
                )
              ),
              1
            )
            WHEN found = '-0' AND NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$["a.b"]')), '"')
            THEN '0'
            ELSE found
          END
        ),
        1
      )
    END
  ),
  1
);

-- json_text(json, $)
ELEMENT_AT(
  TRANSFORM(
    ARRAY["c0"],
    document -> ELEMENT_AT(
      TRANSFORM(
        ARRAY[JSON_EXTRACT_SCALAR(document, '$')],
        found -> CASE
          WHEN NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$')), '"')
          AND REGEXP_LIKE(found, '\A-?[0-9]+[.eE]')
          AND IS_FINITE(CAST(found AS DOUBLE))
          THEN CASE WHEN STARTS_WITH(found, '-') THEN '-' ELSE '' END || ELEMENT_AT(
            TRANSFORM(
              ARRAY[JSON_FORMAT(CAST(ABS(CAST(found AS DOUBLE)) AS JSON))],
              size -> ELEMENT_AT(
                TRANSFORM(
                  ARRAY[ROW(
                    REGEXP_REPLACE(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0+|0+\z', ''),
                    LENGTH(SPLIT_PART(SPLIT_PART(size, 'E', 1), '.', 1)) + CAST(COALESCE(SPLIT_PART(size, 'E', 2), '0') AS BIGINT) - LENGTH(REGEXP_EXTRACT(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0*'))
                  )],
                  parts -> CASE
                    WHEN parts[1] = ''
                    THEN '0.0'
                    WHEN parts[2] <= -6 OR parts[2] > 21
                    THEN SUBSTR(parts[1], 1, 1) || CASE WHEN LENGTH(parts[1]) > 1 THEN '.' || SUBSTR(parts[1], 2) ELSE '' END || 'e' || CAST(parts[2] - 1 AS VARCHAR)
                    WHEN parts[2] <= 0
                    THEN '0.' || RPAD('', -parts[2], '0') || parts[1]
                    WHEN parts[2] >= LENGTH(parts[1])
                    THEN RPAD(parts[1], parts[2], '0') || '.0'
                    ELSE SUBSTR(parts[1], 1, parts[2]) || '.' || SUBSTR(parts[1], parts[2] + 1)
                  END
                ),
                1
              )
            ),
            1
          )
          WHEN found = '-0' AND NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$')), '"')
          THEN '0'
          ELSE found
        END
      ),
      1
    )
  ),
  1
);

-- json_text(json, $.a[0])
ELEMENT_AT(
  TRANSFORM(
    ARRAY["c0"],
    document -> CASE
      WHEN JSON_ARRAY_LENGTH(JSON_EXTRACT(document, '$["a"]')) IS NOT NULL
      THEN ELEMENT_AT(
        TRANSFORM(
          ARRAY[JSON_EXTRACT_SCALAR(document, '$["a"][0]')],
          found -> CASE
            WHEN NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$["a"][0]')), '"')
            AND REGEXP_LIKE(found, '\A-?[0-9]+[.eE]')
            AND IS_FINITE(CAST(found AS DOUBLE))
            THEN CASE WHEN STARTS_WITH(found, '-') THEN '-' ELSE '' END || ELEMENT_AT(
              TRANSFORM(
                ARRAY[JSON_FORMAT(CAST(ABS(CAST(found AS DOUBLE)) AS JSON))],
                size -> ELEMENT_AT(
                  TRANSFORM(
                    ARRAY[ROW(
                      REGEXP_REPLACE(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0+|0+\z', ''),
                      LENGTH(SPLIT_PART(SPLIT_PART(size, 'E', 1), '.', 1)) + CAST(COALESCE(SPLIT_PART(size, 'E', 2), '0') AS BIGINT) - LENGTH(REGEXP_EXTRACT(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0*'))
                    )],
                    parts -> CASE
                      WHEN parts[1] = ''
                      THEN '0.0'
                      WHEN parts[2] <= -6 OR parts[2] > 21
                      THEN SUBSTR(parts[1], 1, 1) || CASE WHEN LENGTH(parts[1]) > 1 THEN '.' || SUBSTR(parts[1], 2) ELSE '' END || 'e' || CAST(parts[2] - 1 AS VARCHAR)
                      WHEN parts[2] <= 0
                      THEN '0.' || RPAD('', -parts[2], '0') || parts[1]
                      WHEN parts[2] >= LENGTH(parts[1])
                      THEN RPAD(parts[1], parts[2], '0') || '.0'
                      ELSE SUBSTR(parts[1], 1, parts[2]) || '.' || SUBSTR(parts[1], parts[2] + 1)
                    END
                  ),
                  1
                )
              ),
              1
            )
            WHEN found = '-0' AND NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$["a"][0]')), '"')
            THEN '0'
            ELSE found
          END
        ),
        1
      )
    END
  ),
  1
);

-- json_text(json, $.a[1].b)
ELEMENT_AT(
  TRANSFORM(
    ARRAY["c0"],
    document -> CASE
      WHEN JSON_ARRAY_LENGTH(JSON_EXTRACT(document, '$["a"]')) IS NOT NULL
      THEN ELEMENT_AT(
        TRANSFORM(
          ARRAY[JSON_EXTRACT_SCALAR(document, '$["a"][1]["b"]')],
          found -> CASE
            WHEN NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$["a"][1]["b"]')), '"')
            AND REGEXP_LIKE(found, '\A-?[0-9]+[.eE]')
            AND IS_FINITE(CAST(found AS DOUBLE))
            THEN CASE WHEN STARTS_WITH(found, '-') THEN '-' ELSE '' END || ELEMENT_AT(
              TRANSFORM(
                ARRAY[JSON_FORMAT(CAST(ABS(CAST(found AS DOUBLE)) AS JSON))],
                size -> ELEMENT_AT(
                  TRANSFORM(
                    ARRAY[ROW(
                      REGEXP_REPLACE(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0+|0+\z', ''),
                      LENGTH(SPLIT_PART(SPLIT_PART(size, 'E', 1), '.', 1)) + CAST(COALESCE(SPLIT_PART(size, 'E', 2), '0') AS BIGINT) - LENGTH(REGEXP_EXTRACT(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0*'))
                    )],
                    parts -> CASE
                      WHEN parts[1] = ''
                      THEN '0.0'
                      WHEN parts[2] <= -6 OR parts[2] > 21
                      THEN SUBSTR(parts[1], 1, 1) || CASE WHEN LENGTH(parts[1]) > 1 THEN '.' || SUBSTR(parts[1], 2) ELSE '' END || 'e' || CAST(parts[2] - 1 AS VARCHAR)
                      WHEN parts[2] <= 0
                      THEN '0.' || RPAD('', -parts[2], '0') || parts[1]
                      WHEN parts[2] >= LENGTH(parts[1])
                      THEN RPAD(parts[1], parts[2], '0') || '.0'
                      ELSE SUBSTR(parts[1], 1, parts[2]) || '.' || SUBSTR(parts[1], parts[2] + 1)
                    END
                  ),
                  1
                )
              ),
              1
            )
            WHEN found = '-0' AND NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$["a"][1]["b"]')), '"')
            THEN '0'
            ELSE found
          END
        ),
        1
      )
    END
  ),
  1
);

-- json_text(json, $.t)
ELEMENT_AT(
  TRANSFORM(
    ARRAY["c0"],
    document -> ELEMENT_AT(
      TRANSFORM(
        ARRAY[JSON_EXTRACT_SCALAR(document, '$["t"]')],
        found -> CASE
          WHEN NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$["t"]')), '"')
          AND REGEXP_LIKE(found, '\A-?[0-9]+[.eE]')
          AND IS_FINITE(CAST(found AS DOUBLE))
          THEN CASE WHEN STARTS_WITH(found, '-') THEN '-' ELSE '' END || ELEMENT_AT(
            TRANSFORM(
              ARRAY[JSON_FORMAT(CAST(ABS(CAST(found AS DOUBLE)) AS JSON))],
              size -> ELEMENT_AT(
                TRANSFORM(
                  ARRAY[ROW(
                    REGEXP_REPLACE(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0+|0+\z', ''),
                    LENGTH(SPLIT_PART(SPLIT_PART(size, 'E', 1), '.', 1)) + CAST(COALESCE(SPLIT_PART(size, 'E', 2), '0') AS BIGINT) - LENGTH(REGEXP_EXTRACT(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0*'))
                  )],
                  parts -> CASE
                    WHEN parts[1] = ''
                    THEN '0.0'
                    WHEN parts[2] <= -6 OR parts[2] > 21
                    THEN SUBSTR(parts[1], 1, 1) || CASE WHEN LENGTH(parts[1]) > 1 THEN '.' || SUBSTR(parts[1], 2) ELSE '' END || 'e' || CAST(parts[2] - 1 AS VARCHAR)
                    WHEN parts[2] <= 0
                    THEN '0.' || RPAD('', -parts[2], '0') || parts[1]
                    WHEN parts[2] >= LENGTH(parts[1])
                    THEN RPAD(parts[1], parts[2], '0') || '.0'
                    ELSE SUBSTR(parts[1], 1, parts[2]) || '.' || SUBSTR(parts[1], parts[2] + 1)
                  END
                ),
                1
              )
            ),
            1
          )
          WHEN found = '-0' AND NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$["t"]')), '"')
          THEN '0'
          ELSE found
        END
      ),
      1
    )
  ),
  1
);

-- json_text(json, $[1])
ELEMENT_AT(
  TRANSFORM(
    ARRAY["c0"],
    document -> CASE
      WHEN JSON_ARRAY_LENGTH(JSON_EXTRACT(document, '$')) IS NOT NULL
      THEN ELEMENT_AT(
        TRANSFORM(
          ARRAY[JSON_EXTRACT_SCALAR(document, '$[1]')],
          found -> CASE
            WHEN NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$[1]')), '"')
            AND REGEXP_LIKE(found, '\A-?[0-9]+[.eE]')
            AND IS_FINITE(CAST(found AS DOUBLE))
            THEN CASE WHEN STARTS_WITH(found, '-') THEN '-' ELSE '' END || ELEMENT_AT(
              TRANSFORM(
                ARRAY[JSON_FORMAT(CAST(ABS(CAST(found AS DOUBLE)) AS JSON))],
                size -> ELEMENT_AT(
                  TRANSFORM(
                    ARRAY[ROW(
                      REGEXP_REPLACE(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0+|0+\z', ''),
                      LENGTH(SPLIT_PART(SPLIT_PART(size, 'E', 1), '.', 1)) + CAST(COALESCE(SPLIT_PART(size, 'E', 2), '0') AS BIGINT) - LENGTH(REGEXP_EXTRACT(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0*'))
                    )],
                    parts -> CASE
                      WHEN parts[1] = ''
                      THEN '0.0'
                      WHEN parts[2] <= -6 OR parts[2] > 21
                      THEN SUBSTR(parts[1], 1, 1) || CASE WHEN LENGTH(parts[1]) > 1 THEN '.' || SUBSTR(parts[1], 2) ELSE '' END || 'e' || CAST(parts[2] - 1 AS VARCHAR)
                      WHEN parts[2] <= 0
                      THEN '0.' || RPAD('', -parts[2], '0') || parts[1]
                      WHEN parts[2] >= LENGTH(parts[1])
                      THEN RPAD(parts[1], parts[2], '0') || '.0'
                      ELSE SUBSTR(parts[1], 1, parts[2]) || '.' || SUBSTR(parts[1], parts[2] + 1)
                    END
                  ),
                  1
                )
              ),
              1
            )
            WHEN found = '-0' AND NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$[1]')), '"')
            THEN '0'
            ELSE found
          END
        ),
        1
      )
    END
  ),
  1
);

-- json_text(json, $."a.b")
ELEMENT_AT(
  TRANSFORM(
    ARRAY["c0"],
    document -> ELEMENT_AT(
      TRANSFORM(
        ARRAY[JSON_EXTRACT_SCALAR(document, '$["a.b"]')],
        found -> CASE
          WHEN NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$["a.b"]')), '"')
          AND REGEXP_LIKE(found, '\A-?[0-9]+[.eE]')
          AND IS_FINITE(CAST(found AS DOUBLE))
          THEN CASE WHEN STARTS_WITH(found, '-') THEN '-' ELSE '' END || ELEMENT_AT(
            TRANSFORM(
              ARRAY[JSON_FORMAT(CAST(ABS(CAST(found AS DOUBLE)) AS JSON))],
              size -> ELEMENT_AT(
                TRANSFORM(
                  ARRAY[ROW(
                    REGEXP_REPLACE(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0+|0+\z', ''),
                    LENGTH(SPLIT_PART(SPLIT_PART(size, 'E', 1), '.', 1)) + CAST(COALESCE(SPLIT_PART(size, 'E', 2), '0') AS BIGINT) - LENGTH(REGEXP_EXTRACT(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0*'))
                  )],
                  parts -> CASE
                    WHEN parts[1] = ''
                    THEN '0.0'
                    WHEN parts[2] <= -6 OR parts[2] > 21
                    THEN SUBSTR(parts[1], 1, 1) || CASE WHEN LENGTH(parts[1]) > 1 THEN '.' || SUBSTR(parts[1], 2) ELSE '' END || 'e' || CAST(parts[2] - 1 AS VARCHAR)
                    WHEN parts[2] <= 0
                    THEN '0.' || RPAD('', -parts[2], '0') || parts[1]
                    WHEN parts[2] >= LENGTH(parts[1])
                    THEN RPAD(parts[1], parts[2], '0') || '.0'
                    ELSE SUBSTR(parts[1], 1, parts[2]) || '.' || SUBSTR(parts[1], parts[2] + 1)
                  END
                ),
                1
              )
            ),
            1
          )
          WHEN found = '-0' AND NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$["a.b"]')), '"')
          THEN '0'
          ELSE found
        END
      ),
      1
    )
  ),
  1
);

-- l2_distance(list<float64>, list<float64>)
SQRT(
  REDUCE(
    ZIP_WITH(
      "c0",
      "c1",
      (item, other) -> (
        CAST(item AS DOUBLE) - CAST(other AS DOUBLE)
      ) * (
        CAST(item AS DOUBLE) - CAST(other AS DOUBLE)
      )
    ),
    CAST(0 AS DOUBLE),
    (item, other) -> item + other,
    item -> item
  )
);

-- l2_distance(list<float64>, vector<float32,3>)
SQRT(
  REDUCE(
    ZIP_WITH(
      "c0",
      "c1",
      (item, other) -> (
        CAST(item AS DOUBLE) - CAST(other AS DOUBLE)
      ) * (
        CAST(item AS DOUBLE) - CAST(other AS DOUBLE)
      )
    ),
    CAST(0 AS DOUBLE),
    (item, other) -> item + other,
    item -> item
  )
);

-- l2_distance(vector<float32,3>, list<float64>)
SQRT(
  REDUCE(
    ZIP_WITH(
      "c0",
      "c1",
      (item, other) -> (
        CAST(item AS DOUBLE) - CAST(other AS DOUBLE)
      ) * (
        CAST(item AS DOUBLE) - CAST(other AS DOUBLE)
      )
    ),
    CAST(0 AS DOUBLE),
    (item, other) -> item + other,
    item -> item
  )
);

-- l2_distance(vector<float32,3>, vector<float32,3>)
SQRT(
  REDUCE(
    ZIP_WITH(
      "c0",
      "c1",
      (item, other) -> (
        CAST(item AS DOUBLE) - CAST(other AS DOUBLE)
      ) * (
        CAST(item AS DOUBLE) - CAST(other AS DOUBLE)
      )
    ),
    CAST(0 AS DOUBLE),
    (item, other) -> item + other,
    item -> item
  )
);

-- le(int64, int64)
"c0" <= "c1";

-- le(float64, float64)
(
  "c0" <= "c1" OR (
    IS_NAN("c1") AND "c0" IS NOT NULL
  )
);

-- le(string, string)
"c0" <= "c1";

-- le(bool, bool)
"c0" <= "c1";

-- le(date, date)
"c0" <= "c1";

-- le(timestamp, timestamp)
"c0" <= "c1";

-- le(int32, int32)
"c0" <= "c1";

-- le(float32, float32)
(
  "c0" <= "c1" OR (
    IS_NAN("c1") AND "c0" IS NOT NULL
  )
);

-- le(decimal(10,2), decimal(10,2))
"c0" <= "c1";

-- least(int64, int64)
ELEMENT_AT(ARRAY_SORT(ARRAY["c0", "c1"]), 1);

-- least(float64, float64)
ELEMENT_AT(ARRAY_SORT(ARRAY["c0", "c1"]), 1);

-- least(string, string)
ELEMENT_AT(ARRAY_SORT(ARRAY["c0", "c1"]), 1);

-- least(bool, bool)
ELEMENT_AT(ARRAY_SORT(ARRAY["c0", "c1"]), 1);

-- least(date, date)
ELEMENT_AT(ARRAY_SORT(ARRAY["c0", "c1"]), 1);

-- least(timestamp, timestamp)
ELEMENT_AT(ARRAY_SORT(ARRAY["c0", "c1"]), 1);

-- least(int32, int32)
ELEMENT_AT(ARRAY_SORT(ARRAY["c0", "c1"]), 1);

-- least(float32, float32)
ELEMENT_AT(ARRAY_SORT(ARRAY["c0", "c1"]), 1);

-- least(decimal(10,2), decimal(10,2))
ELEMENT_AT(ARRAY_SORT(ARRAY["c0", "c1"]), 1);

-- least(int64, int64, int64)
ELEMENT_AT(ARRAY_SORT(ARRAY["c0", "c1", "c2"]), 1);

-- least(float64, float64, float64)
ELEMENT_AT(ARRAY_SORT(ARRAY["c0", "c1", "c2"]), 1);

-- least(string, string, string)
ELEMENT_AT(ARRAY_SORT(ARRAY["c0", "c1", "c2"]), 1);

-- least(bool, bool, bool)
ELEMENT_AT(ARRAY_SORT(ARRAY["c0", "c1", "c2"]), 1);

-- least(date, date, date)
ELEMENT_AT(ARRAY_SORT(ARRAY["c0", "c1", "c2"]), 1);

-- least(timestamp, timestamp, timestamp)
ELEMENT_AT(ARRAY_SORT(ARRAY["c0", "c1", "c2"]), 1);

-- least(int32, int32, int32)
ELEMENT_AT(ARRAY_SORT(ARRAY["c0", "c1", "c2"]), 1);

-- least(float32, float32, float32)
ELEMENT_AT(ARRAY_SORT(ARRAY["c0", "c1", "c2"]), 1);

-- least(decimal(10,2), decimal(10,2), decimal(10,2))
ELEMENT_AT(ARRAY_SORT(ARRAY["c0", "c1", "c2"]), 1);

-- length(string)
LENGTH("c0");

-- like(string, string)
"c0" LIKE "c1";

-- like(string, %)
"c0" LIKE '%';

-- like(string, a%)
"c0" LIKE 'a%';

-- like(string, %a%)
"c0" LIKE '%a%';

-- like(string, %_)
"c0" LIKE '%_';

-- like(string, __%b)
"c0" LIKE '__%b';

-- like(string, it's)
"c0" LIKE 'it''s';

-- like(string, a\b)
"c0" LIKE 'a\b';

-- like(string, %,%,%)
"c0" LIKE '%,%,%';

-- list_contains(list<int64>, int64)
CASE WHEN "c1" IS NOT NULL THEN CARDINALITY(FILTER("c0", item -> item = "c1")) > 0 END;

-- list_contains(list<float64>, float64)
CASE
  WHEN "c1" IS NOT NULL
  THEN CARDINALITY(FILTER("c0", item -> (
    item = "c1" OR (
      IS_NAN(item) AND IS_NAN("c1")
    )
  ))) > 0
END;

-- list_contains(list<string>, string)
CASE WHEN "c1" IS NOT NULL THEN CARDINALITY(FILTER("c0", item -> item = "c1")) > 0 END;

-- list_contains(list<timestamp>, timestamp)
CASE WHEN "c1" IS NOT NULL THEN CARDINALITY(FILTER("c0", item -> item = "c1")) > 0 END;

-- list_contains(list<decimal(10,2)>, decimal(10,2))
CASE WHEN "c1" IS NOT NULL THEN CARDINALITY(FILTER("c0", item -> item = "c1")) > 0 END;

-- list_contains(list<int64>, int32)
CASE
  WHEN CAST("c1" AS BIGINT) IS NOT NULL
  THEN CARDINALITY(FILTER("c0", item -> item = CAST("c1" AS BIGINT))) > 0
END;

-- list_contains(list<int64>, 7)
CARDINALITY(FILTER("c0", item -> item = 7)) > 0;

-- list_contains(list<float64>, 2.5)
CARDINALITY(FILTER("c0", item -> item = 2.5)) > 0;

-- list_contains(list<string>, Ab)
CARDINALITY(FILTER("c0", item -> item = 'Ab')) > 0;

-- list_contains(vector<float32,3>, float32)
CASE
  WHEN "c1" IS NOT NULL
  THEN CARDINALITY(FILTER("c0", item -> (
    item = "c1" OR (
      IS_NAN(item) AND IS_NAN("c1")
    )
  ))) > 0
END;

-- list_element(list<int64>, int64)
CASE WHEN "c1" >= 1 THEN ELEMENT_AT("c0", "c1") END;

-- list_element(list<int64>, 1)
ELEMENT_AT("c0", 1);

-- list_element(list<int64>, 4)
ELEMENT_AT("c0", 4);

-- list_element(list<float64>, int64)
CASE WHEN "c1" >= 1 THEN ELEMENT_AT("c0", "c1") END;

-- list_element(list<float64>, 1)
ELEMENT_AT("c0", 1);

-- list_element(list<float64>, 4)
ELEMENT_AT("c0", 4);

-- list_element(list<string>, int64)
CASE WHEN "c1" >= 1 THEN ELEMENT_AT("c0", "c1") END;

-- list_element(list<string>, 1)
ELEMENT_AT("c0", 1);

-- list_element(list<string>, 4)
ELEMENT_AT("c0", 4);

-- list_element(list<timestamp>, int64)
CASE WHEN "c1" >= 1 THEN ELEMENT_AT("c0", "c1") END;

-- list_element(list<timestamp>, 1)
ELEMENT_AT("c0", 1);

-- list_element(list<timestamp>, 4)
ELEMENT_AT("c0", 4);

-- list_element(list<decimal(10,2)>, int64)
CASE WHEN "c1" >= 1 THEN ELEMENT_AT("c0", "c1") END;

-- list_element(list<decimal(10,2)>, 1)
ELEMENT_AT("c0", 1);

-- list_element(list<decimal(10,2)>, 4)
ELEMENT_AT("c0", 4);

-- list_element(vector<float32,3>, int32)
CASE WHEN CAST("c1" AS BIGINT) >= 1 THEN ELEMENT_AT("c0", CAST("c1" AS BIGINT)) END;

-- list_length(list<int64>)
CARDINALITY("c0");

-- list_length(list<float64>)
CARDINALITY("c0");

-- list_length(list<string>)
CARDINALITY("c0");

-- list_length(list<timestamp>)
CARDINALITY("c0");

-- list_length(list<decimal(10,2)>)
CARDINALITY("c0");

-- list_length(vector<float32,3>)
CARDINALITY("c0");

-- list_sum(list<int64>)
CAST(REDUCE(
  "c0",
  CAST(NULL AS BIGINT),
  (item, other) -> COALESCE(item + other, item, CAST(other AS BIGINT)),
  item -> item
) AS BIGINT);

-- list_sum(list<int32>)
CAST(REDUCE(
  "c0",
  CAST(NULL AS BIGINT),
  (item, other) -> COALESCE(item + other, item, CAST(other AS BIGINT)),
  item -> item
) AS BIGINT);

-- list_sum(list<float64>)
REDUCE(
  "c0",
  CAST(NULL AS DOUBLE),
  (item, other) -> COALESCE(item + other, item, CAST(other AS DOUBLE)),
  item -> item
);

-- list_sum(list<float32>)
REDUCE(
  "c0",
  CAST(NULL AS DOUBLE),
  (item, other) -> COALESCE(item + other, item, CAST(other AS DOUBLE)),
  item -> item
);

-- list_sum(list<decimal(10,2)>)
REDUCE(
  "c0",
  CAST(NULL AS DECIMAL(38, 2)),
  (item, other) -> COALESCE(item + other, item, CAST(other AS DECIMAL(38, 2))),
  item -> item
);

-- ln(float64)
CASE WHEN "c0" <= 0 THEN NULL ELSE LN("c0") END;

-- ln(int64)
CASE WHEN CAST("c0" AS DOUBLE) <= 0 THEN NULL ELSE LN(CAST("c0" AS DOUBLE)) END;

-- ln(float32)
CASE WHEN CAST("c0" AS DOUBLE) <= 0 THEN NULL ELSE LN(CAST("c0" AS DOUBLE)) END;

-- ln(decimal(10,2))
CASE WHEN CAST("c0" AS DOUBLE) <= 0 THEN NULL ELSE LN(CAST("c0" AS DOUBLE)) END;

-- log10(float64)
CASE WHEN "c0" <= 0 THEN NULL ELSE LOG10("c0") END;

-- log10(int64)
CASE WHEN CAST("c0" AS DOUBLE) <= 0 THEN NULL ELSE LOG10(CAST("c0" AS DOUBLE)) END;

-- log10(float32)
CASE WHEN CAST("c0" AS DOUBLE) <= 0 THEN NULL ELSE LOG10(CAST("c0" AS DOUBLE)) END;

-- log10(decimal(10,2))
CASE WHEN CAST("c0" AS DOUBLE) <= 0 THEN NULL ELSE LOG10(CAST("c0" AS DOUBLE)) END;

-- lower(string)
LOWER("c0");

-- lt(int64, int64)
"c0" < "c1";

-- lt(float64, float64)
(
  "c0" < "c1" OR (
    IS_NAN("c1") AND NOT IS_NAN("c0")
  )
);

-- lt(string, string)
"c0" < "c1";

-- lt(bool, bool)
"c0" < "c1";

-- lt(date, date)
"c0" < "c1";

-- lt(timestamp, timestamp)
"c0" < "c1";

-- lt(int32, int32)
"c0" < "c1";

-- lt(float32, float32)
(
  "c0" < "c1" OR (
    IS_NAN("c1") AND NOT IS_NAN("c0")
  )
);

-- lt(decimal(10,2), decimal(10,2))
"c0" < "c1";

-- ltrim(string)
TRIM(LEADING ' ' FROM "c0");

-- modulo(int64, int64)
CASE
  WHEN (
    "c0" % NULLIF("c1", 0)
  ) <> 0 AND (
    "c0" < 0
  ) <> (
    "c1" < 0
  )
  THEN "c0" % NULLIF("c1", 0) + "c1"
  ELSE "c0" % NULLIF("c1", 0)
END;

-- modulo(int64, 7)
(
  (
    "c0" % 7
  ) + 7
) % 7;

-- modulo(int64, -3)
CASE
  WHEN (
    "c0" % -3
  ) <> 0 AND (
    "c0" < 0
  ) <> (
    -3 < 0
  )
  THEN "c0" % -3 + -3
  ELSE "c0" % -3
END;

-- modulo(int64, int32)
CASE
  WHEN (
    "c0" % NULLIF(CAST("c1" AS BIGINT), 0)
  ) <> 0
  AND (
    "c0" < 0
  ) <> (
    CAST("c1" AS BIGINT) < 0
  )
  THEN "c0" % NULLIF(CAST("c1" AS BIGINT), 0) + CAST("c1" AS BIGINT)
  ELSE "c0" % NULLIF(CAST("c1" AS BIGINT), 0)
END;

-- multiply(int64, int64)
"c0" * "c1";

-- multiply(float64, float64)
"c0" * "c1";

-- multiply(float32, float64)
CAST("c0" AS DOUBLE) * "c1";

-- ne(int64, int64)
"c0" <> "c1";

-- ne(float64, float64)
NOT (
  "c0" = "c1" OR (
    IS_NAN("c0") AND IS_NAN("c1")
  )
);

-- ne(string, string)
"c0" <> "c1";

-- ne(bool, bool)
"c0" <> "c1";

-- ne(date, date)
"c0" <> "c1";

-- ne(timestamp, timestamp)
"c0" <> "c1";

-- ne(int32, int32)
"c0" <> "c1";

-- ne(float32, float32)
NOT (
  "c0" = "c1" OR (
    IS_NAN("c0") AND IS_NAN("c1")
  )
);

-- ne(decimal(10,2), decimal(10,2))
"c0" <> "c1";

-- negate(int64)
-"c0";

-- negate(float64)
-"c0";

-- negate(decimal(10,2))
-"c0";

-- not(bool)
NOT "c0";

-- nullif(int64, int64)
NULLIF("c0", "c1");

-- nullif(float64, float64)
CASE WHEN (
  "c0" = "c1" OR (
    IS_NAN("c0") AND IS_NAN("c1")
  )
) THEN NULL ELSE "c0" END;

-- nullif(string, string)
NULLIF("c0", "c1");

-- nullif(bool, bool)
NULLIF("c0", "c1");

-- nullif(date, date)
NULLIF("c0", "c1");

-- nullif(timestamp, timestamp)
NULLIF("c0", "c1");

-- nullif(int32, int32)
NULLIF("c0", "c1");

-- nullif(float32, float32)
CASE WHEN (
  "c0" = "c1" OR (
    IS_NAN("c0") AND IS_NAN("c1")
  )
) THEN NULL ELSE "c0" END;

-- nullif(decimal(10,2), decimal(10,2))
NULLIF("c0", "c1");

-- or(bool, bool)
"c0" OR "c1";

-- or(bool, bool, bool)
"c0" OR "c1" OR "c2";

-- pow(float64, float64)
CASE
  WHEN "c0" IS NULL OR "c1" IS NULL
  THEN NULL
  WHEN "c0" = 1 OR "c1" = 0 OR (
    "c0" = -1 AND IS_INFINITE("c1")
  )
  THEN 1e0
  WHEN (
    "c0" = 0 AND "c1" < 0
  ) OR (
    "c0" < 0 AND IS_FINITE("c1") AND "c1" <> FLOOR("c1")
  )
  THEN NULL
  ELSE POWER("c0", "c1")
END;

-- pow(int64, int32)
CASE
  WHEN CAST("c0" AS DOUBLE) IS NULL OR CAST("c1" AS DOUBLE) IS NULL
  THEN NULL
  WHEN CAST("c0" AS DOUBLE) = 1
  OR CAST("c1" AS DOUBLE) = 0
  OR (
    CAST("c0" AS DOUBLE) = -1 AND IS_INFINITE(CAST("c1" AS DOUBLE))
  )
  THEN 1e0
  WHEN (
    CAST("c0" AS DOUBLE) = 0 AND CAST("c1" AS DOUBLE) < 0
  )
  OR (
    CAST("c0" AS DOUBLE) < 0
    AND IS_FINITE(CAST("c1" AS DOUBLE))
    AND CAST("c1" AS DOUBLE) <> FLOOR(CAST("c1" AS DOUBLE))
  )
  THEN NULL
  ELSE POWER(CAST("c0" AS DOUBLE), CAST("c1" AS DOUBLE))
END;

-- pow(float32, decimal(10,2))
CASE
  WHEN CAST("c0" AS DOUBLE) IS NULL OR CAST("c1" AS DOUBLE) IS NULL
  THEN NULL
  WHEN CAST("c0" AS DOUBLE) = 1
  OR CAST("c1" AS DOUBLE) = 0
  OR (
    CAST("c0" AS DOUBLE) = -1 AND IS_INFINITE(CAST("c1" AS DOUBLE))
  )
  THEN 1e0
  WHEN (
    CAST("c0" AS DOUBLE) = 0 AND CAST("c1" AS DOUBLE) < 0
  )
  OR (
    CAST("c0" AS DOUBLE) < 0
    AND IS_FINITE(CAST("c1" AS DOUBLE))
    AND CAST("c1" AS DOUBLE) <> FLOOR(CAST("c1" AS DOUBLE))
  )
  THEN NULL
  ELSE POWER(CAST("c0" AS DOUBLE), CAST("c1" AS DOUBLE))
END;

-- pow(float64, 0)
POWER("c0", 0.0);

-- pow(float64, 2)
POWER("c0", 2.0);

-- pow(float64, 0.5)
CASE WHEN "c0" < 0 THEN NULL ELSE POWER("c0", 0.5) END;

-- pow(float64, -1)
CASE WHEN "c0" = 0 THEN NULL ELSE POWER("c0", -1.0) END;

-- pow(float64, -0.5)
CASE WHEN "c0" = 0 OR "c0" < 0 THEN NULL ELSE POWER("c0", -0.5) END;

-- pow(float64, 1e+300)
POWER("c0", 1e+300);

-- regexp_extract(string, [a-z]+)
REGEXP_EXTRACT("c0", '[a-z]+');

-- regexp_extract(string, ^.*$)
REGEXP_EXTRACT("c0", '^[^\n]*\z');

-- regexp_extract(string, (\d+)\.?(\d*))
REGEXP_EXTRACT("c0", '[0-9]+\.?[0-9]*');

-- regexp_extract(string, (?:a|[^,b])+,(.)?)
REGEXP_EXTRACT("c0", '(?:a|[^,b])+,[^\n]?');

-- regexp_extract(string, \s\w|ŉ)
REGEXP_EXTRACT("c0", '[\t\n\f\r ][0-9A-Z_a-z]|ŉ');

-- regexp_extract(string, (b|é)(\n.)?)
REGEXP_EXTRACT("c0", '(?:b|é)(?:\n[^\n])?');

-- regexp_extract(string, (\d+)\.?(\d*), 1)
CASE
  WHEN REGEXP_LIKE("c0", '[0-9]+\.?[0-9]*')
  THEN COALESCE(REGEXP_EXTRACT("c0", '([0-9]+)\.?[0-9]*', 1), '')
END;

-- regexp_extract(string, (?:a|[^,b])+,(.)?, 1)
CASE
  WHEN REGEXP_LIKE("c0", '(?:a|[^,b])+,[^\n]?')
  THEN COALESCE(REGEXP_EXTRACT("c0", '(?:a|[^,b])+,([^\n])?', 1), '')
END;

-- regexp_extract(string, (b|é)(\n.)?, 2)
CASE
  WHEN REGEXP_LIKE("c0", '(?:b|é)(?:\n[^\n])?')
  THEN COALESCE(REGEXP_EXTRACT("c0", '(?:b|é)(\n[^\n])?', 1), '')
END;

-- regexp_extract(string, (a)(b)?, 0)
REGEXP_EXTRACT("c0", 'ab?');

-- regexp_matches(string, [a-z]+)
REGEXP_LIKE("c0", '[a-z]+');

-- regexp_matches(string, ^.*$)
REGEXP_LIKE("c0", '^[^\n]*\z');

-- regexp_matches(string, (\d+)\.?(\d*))
REGEXP_LIKE("c0", '[0-9]+\.?[0-9]*');

-- regexp_matches(string, (?:a|[^,b])+,(.)?)
REGEXP_LIKE("c0", '(?:a|[^,b])+,[^\n]?');

-- regexp_matches(string, \s\w|ŉ)
REGEXP_LIKE("c0", '[\t\n\f\r ][0-9A-Z_a-z]|ŉ');

-- regexp_matches(string, (b|é)(\n.)?)
REGEXP_LIKE("c0", '(?:b|é)(?:\n[^\n])?');

-- replace(string, string, string)
CASE WHEN "c1" = '' AND "c2" IS NOT NULL THEN "c0" ELSE REPLACE("c0", "c1", "c2") END;

-- replace(string, a, bb)
REPLACE("c0", 'a', 'bb');

-- replace(string, , x)
CASE WHEN '' = '' AND 'x' IS NOT NULL THEN "c0" ELSE REPLACE("c0", '', 'x') END;

-- round(int64)
"c0";

-- round(float64)
CASE WHEN ABS("c0") < 4503599627370496e0 THEN ROUND("c0") ELSE "c0" END;

-- round(decimal(10,2))
CAST(ROUND("c0", 0) AS DECIMAL(10, 0));

-- round(float64, 0)
CASE WHEN ABS("c0") < 4503599627370496e0 THEN ROUND("c0") ELSE "c0" END;

-- round(float64, 1)
CASE
  WHEN ABS("c0" * 1e1) < 4503599627370496e0
  THEN ROUND("c0" * 1e1) / 1e1
  WHEN IS_INFINITE("c0" * 1e1)
  THEN "c0"
  ELSE (
    "c0" * 1e1
  ) / 1e1
END;

-- round(float64, 2)
CASE
  WHEN ABS("c0" * 1e2) < 4503599627370496e0
  THEN ROUND("c0" * 1e2) / 1e2
  WHEN IS_INFINITE("c0" * 1e2)
  THEN "c0"
  ELSE (
    "c0" * 1e2
  ) / 1e2
END;

-- round(float64, 15)
CASE
  WHEN ABS("c0" * 1e15) < 4503599627370496e0
  THEN ROUND("c0" * 1e15) / 1e15
  WHEN IS_INFINITE("c0" * 1e15)
  THEN "c0"
  ELSE (
    "c0" * 1e15
  ) / 1e15
END;

-- round(decimal(10,2), 0)
CAST(ROUND("c0", 0) AS DECIMAL(10, 0));

-- round(decimal(10,2), 1)
CAST(ROUND("c0", 1) AS DECIMAL(10, 1));

-- round(decimal(10,2), 2)
"c0";

-- round(decimal(10,2), 15)
"c0";

-- rtrim(string)
TRIM(TRAILING ' ' FROM "c0");

-- sign(float64)
CASE WHEN "c0" > 0 THEN CAST(1 AS BIGINT) WHEN "c0" < 0 THEN -1 WHEN "c0" IS NOT NULL THEN 0 END;

-- sign(int64)
CASE WHEN "c0" > 0 THEN CAST(1 AS BIGINT) WHEN "c0" < 0 THEN -1 WHEN "c0" IS NOT NULL THEN 0 END;

-- sign(float32)
CASE
  WHEN CAST("c0" AS DOUBLE) > 0
  THEN CAST(1 AS BIGINT)
  WHEN CAST("c0" AS DOUBLE) < 0
  THEN -1
  WHEN CAST("c0" AS DOUBLE) IS NOT NULL
  THEN 0
END;

-- sign(decimal(10,2))
CASE WHEN "c0" > 0 THEN CAST(1 AS BIGINT) WHEN "c0" < 0 THEN -1 WHEN "c0" IS NOT NULL THEN 0 END;

-- split_part(string, string, int64)
CASE
  WHEN "c0" IS NOT NULL
  AND CASE WHEN "c1" = '' THEN "c0" || ' ' ELSE "c1" END IS NOT NULL
  AND "c2" IS NOT NULL
  THEN CASE
    WHEN "c2" < 1
    THEN ''
    ELSE COALESCE(SPLIT_PART("c0", CASE WHEN "c1" = '' THEN "c0" || ' ' ELSE "c1" END, GREATEST("c2", 1)), '')
  END
END;

-- split_part(string, ,, 1)
CASE WHEN "c0" IS NOT NULL THEN COALESCE(SPLIT_PART("c0", ',', 1), '') END;

-- split_part(string, ,, 2)
CASE WHEN "c0" IS NOT NULL THEN COALESCE(SPLIT_PART("c0", ',', 2), '') END;

-- split_part(string, ,, 3)
CASE WHEN "c0" IS NOT NULL THEN COALESCE(SPLIT_PART("c0", ',', 3), '') END;

-- split_part(string, ,, 9)
CASE WHEN "c0" IS NOT NULL THEN COALESCE(SPLIT_PART("c0", ',', 9), '') END;

-- split_part(string, ,, int32)
CASE
  WHEN "c0" IS NOT NULL AND "c1" IS NOT NULL
  THEN CASE WHEN "c1" < 1 THEN '' ELSE COALESCE(SPLIT_PART("c0", ',', GREATEST("c1", 1)), '') END
END;

-- sqrt(float64)
CASE WHEN "c0" < 0 THEN NULL ELSE SQRT("c0") END;

-- sqrt(int64)
CASE WHEN CAST("c0" AS DOUBLE) < 0 THEN NULL ELSE SQRT(CAST("c0" AS DOUBLE)) END;

-- sqrt(float32)
CASE WHEN CAST("c0" AS DOUBLE) < 0 THEN NULL ELSE SQRT(CAST("c0" AS DOUBLE)) END;

-- sqrt(decimal(10,2))
CASE WHEN CAST("c0" AS DOUBLE) < 0 THEN NULL ELSE SQRT(CAST("c0" AS DOUBLE)) END;

-- starts_with(string, string)
STARTS_WITH("c0", "c1");

-- starts_with(string, a)
STARTS_WITH("c0", 'a');

-- starts_with(string, )
STARTS_WITH("c0", '');

-- starts_with(string, é)
STARTS_WITH("c0", 'é');

-- substr(string, 1)
SUBSTR("c0", 1);

-- substr(string, 3)
SUBSTR("c0", 3);

-- substr(string, int64)
SUBSTR("c0", CASE WHEN "c1" < 1 THEN 1 WHEN "c1" > 2147483647 THEN 2147483647 ELSE "c1" END);

-- substr(string, int32)
SUBSTR(
  "c0",
  CASE
    WHEN CAST("c1" AS BIGINT) < 1
    THEN 1
    WHEN CAST("c1" AS BIGINT) > 2147483647
    THEN 2147483647
    ELSE CAST("c1" AS BIGINT)
  END
);

-- substr(string, 2, 0)
SUBSTR("c0", 2, 0);

-- substr(string, 1, 3)
SUBSTR("c0", 1, 3);

-- substr(string, int64, int64)
SUBSTR(
  "c0",
  CASE WHEN "c1" < 1 THEN 1 WHEN "c1" > 2147483647 THEN 2147483647 ELSE "c1" END,
  CASE WHEN "c2" < 0 THEN 0 WHEN "c2" > 2147483647 THEN 2147483647 ELSE "c2" END
);

-- substr(string, int32, 2)
SUBSTR(
  "c0",
  CASE
    WHEN CAST("c1" AS BIGINT) < 1
    THEN 1
    WHEN CAST("c1" AS BIGINT) > 2147483647
    THEN 2147483647
    ELSE CAST("c1" AS BIGINT)
  END,
  2
);

-- subtract(int64, int64)
"c0" - "c1";

-- subtract(float64, float64)
"c0" - "c1";

-- subtract(decimal(10,2), decimal(10,2))
CAST("c0" - "c1" AS DECIMAL(11, 2));

-- trim(string)
TRIM(' ' FROM "c0");

-- upper(string)
UPPER(REPLACE("c0", 'ß', 'ẞ'));

-- unknown types: a + b * 2
"a" + (
  "b" * 2
);

-- unknown types: a / b
CAST("a" AS DOUBLE) / NULLIF(CAST("b" AS DOUBLE), 0);

-- unknown types: a = b or a < b
(
  "a" = "b" OR (
    "a" <> "a" AND "b" <> "b"
  )
)
OR (
  "a" < "b" OR (
    "b" <> "b" AND "a" = "a"
  )
);

-- unknown types: a in (b, 1)
"a" IN ("b", 1);

-- unknown types: case when a > 0.5 then a else b end
CASE WHEN (
  "a" > 0.5 OR IS_NAN("a")
) THEN "a" ELSE "b" END;

-- unknown types: coalesce(a, b, 0)
COALESCE("a", "b", 0);

-- unknown types: greatest(a, b)
ELEMENT_AT(ARRAY_SORT(FILTER(ARRAY["a", "b"], item -> item IS NOT NULL)), -1);

-- unknown types: round(a, 2)
ROUND("a", 2);

-- unknown types: upper(a) like 'A%'
UPPER(REPLACE("a", 'ß', 'ẞ')) LIKE 'A%';

-- unknown types: try_cast(a as int64)
TRY_CAST("a" AS BIGINT);

-- unknown types: cast(a as float64) > 1.5
(
  CAST("a" AS DOUBLE) > 1.5 OR IS_NAN(CAST("a" AS DOUBLE))
);

-- unknown types: date_trunc('day', a)
DATE_TRUNC('day', "a");

-- unknown types: date_diff('day', a, b)
(
  DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("b" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("b" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT) - (
    DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("a" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("a" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT)
  )
) / 86400000000;

-- unknown types: length(json_text(a, '$.b'))
LENGTH(
  ELEMENT_AT(
    TRANSFORM(
      ARRAY["a"],
      document -> ELEMENT_AT(
        TRANSFORM(
          ARRAY[JSON_EXTRACT_SCALAR(document, '$["b"]')],
          found -> CASE
            WHEN NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$["b"]')), '"')
            AND REGEXP_LIKE(found, '\A-?[0-9]+[.eE]')
            AND IS_FINITE(CAST(found AS DOUBLE))
            THEN CASE WHEN STARTS_WITH(found, '-') THEN '-' ELSE '' END || ELEMENT_AT(
              TRANSFORM(
                ARRAY[JSON_FORMAT(CAST(ABS(CAST(found AS DOUBLE)) AS JSON))],
                size -> ELEMENT_AT(
                  TRANSFORM(
                    ARRAY[ROW(
                      REGEXP_REPLACE(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0+|0+\z', ''),
                      LENGTH(SPLIT_PART(SPLIT_PART(size, 'E', 1), '.', 1)) + CAST(COALESCE(SPLIT_PART(size, 'E', 2), '0') AS BIGINT) - LENGTH(REGEXP_EXTRACT(REPLACE(SPLIT_PART(size, 'E', 1), '.', ''), '\A0*'))
                    )],
                    parts -> CASE
                      WHEN parts[1] = ''
                      THEN '0.0'
                      WHEN parts[2] <= -6 OR parts[2] > 21
                      THEN SUBSTR(parts[1], 1, 1) || CASE WHEN LENGTH(parts[1]) > 1 THEN '.' || SUBSTR(parts[1], 2) ELSE '' END || 'e' || CAST(parts[2] - 1 AS VARCHAR)
                      WHEN parts[2] <= 0
                      THEN '0.' || RPAD('', -parts[2], '0') || parts[1]
                      WHEN parts[2] >= LENGTH(parts[1])
                      THEN RPAD(parts[1], parts[2], '0') || '.0'
                      ELSE SUBSTR(parts[1], 1, parts[2]) || '.' || SUBSTR(parts[1], parts[2] + 1)
                    END
                  ),
                  1
                )
              ),
              1
            )
            WHEN found = '-0' AND NOT STARTS_WITH(JSON_FORMAT(JSON_EXTRACT(document, '$["b"]')), '"')
            THEN '0'
            ELSE found
          END
        ),
        1
      )
    ),
    1
  )
);

-- cast(bool as int32)
CAST("c0" AS INTEGER);

-- try_cast(bool as int32)
TRY_CAST("c0" AS INTEGER);

-- cast(bool as int64)
CAST("c0" AS BIGINT);

-- try_cast(bool as int64)
TRY_CAST("c0" AS BIGINT);

-- cast(bool as string)
CAST("c0" AS VARCHAR);

-- try_cast(bool as string)
TRY_CAST("c0" AS VARCHAR);

-- cast(int32 as int64)
CAST("c0" AS BIGINT);

-- try_cast(int32 as int64)
TRY_CAST("c0" AS BIGINT);

-- cast(int64 as int32)
CAST("c0" AS INTEGER);

-- try_cast(int64 as int32)
TRY_CAST("c0" AS INTEGER);

-- cast(int32 as float32)
CAST("c0" AS REAL);

-- try_cast(int32 as float32)
TRY_CAST("c0" AS REAL);

-- cast(int32 as float64)
CAST("c0" AS DOUBLE);

-- try_cast(int32 as float64)
TRY_CAST("c0" AS DOUBLE);

-- cast(int64 as float32)
CAST("c0" AS REAL);

-- try_cast(int64 as float32)
TRY_CAST("c0" AS REAL);

-- cast(int64 as float64)
CAST("c0" AS DOUBLE);

-- try_cast(int64 as float64)
TRY_CAST("c0" AS DOUBLE);

-- cast(int32 as decimal)
CAST("c0" AS DECIMAL(10, 2));

-- try_cast(int32 as decimal)
TRY_CAST("c0" AS DECIMAL(10, 2));

-- cast(int64 as decimal)
CAST("c0" AS DECIMAL(10, 2));

-- try_cast(int64 as decimal)
TRY_CAST("c0" AS DECIMAL(10, 2));

-- cast(int32 as string)
CAST("c0" AS VARCHAR);

-- try_cast(int32 as string)
TRY_CAST("c0" AS VARCHAR);

-- cast(int64 as string)
CAST("c0" AS VARCHAR);

-- try_cast(int64 as string)
TRY_CAST("c0" AS VARCHAR);

-- cast(float32 as float64)
CAST("c0" AS DOUBLE);

-- try_cast(float32 as float64)
TRY_CAST("c0" AS DOUBLE);

-- cast(float64 as float32)
CASE
  WHEN IS_INFINITE(CAST("c0" AS REAL)) AND IS_FINITE("c0")
  THEN CAST('not float32: ' || CAST("c0" AS VARCHAR) AS REAL)
  ELSE CAST("c0" AS REAL)
END;

-- try_cast(float64 as float32)
CASE WHEN IS_INFINITE(CAST("c0" AS REAL)) AND IS_FINITE("c0") THEN NULL ELSE CAST("c0" AS REAL) END;

-- cast(float32 as int32)
CAST(CAST(TRUNCATE(CAST("c0" AS DOUBLE)) AS BIGINT) AS INTEGER);

-- try_cast(float32 as int32)
TRY_CAST(TRY_CAST(TRUNCATE(CAST("c0" AS DOUBLE)) AS BIGINT) AS INTEGER);

-- cast(float32 as int64)
CAST(TRUNCATE(CAST("c0" AS DOUBLE)) AS BIGINT);

-- try_cast(float32 as int64)
TRY_CAST(TRUNCATE(CAST("c0" AS DOUBLE)) AS BIGINT);

-- cast(float64 as int32)
CAST(CAST(TRUNCATE("c0") AS BIGINT) AS INTEGER);

-- try_cast(float64 as int32)
TRY_CAST(TRY_CAST(TRUNCATE("c0") AS BIGINT) AS INTEGER);

-- cast(float64 as int64)
CAST(TRUNCATE("c0") AS BIGINT);

-- try_cast(float64 as int64)
TRY_CAST(TRUNCATE("c0") AS BIGINT);

-- cast(decimal as decimal)
CAST("c0" AS DECIMAL(10, 2));

-- try_cast(decimal as decimal)
TRY_CAST("c0" AS DECIMAL(10, 2));

-- cast(decimal as float64)
CAST("c0" AS DOUBLE);

-- try_cast(decimal as float64)
CAST("c0" AS DOUBLE);

-- cast(decimal as int32)
CAST(CAST(TRUNCATE("c0") AS BIGINT) AS INTEGER);

-- try_cast(decimal as int32)
TRY_CAST(TRY_CAST(TRUNCATE("c0") AS BIGINT) AS INTEGER);

-- cast(decimal as int64)
CAST(TRUNCATE("c0") AS BIGINT);

-- try_cast(decimal as int64)
TRY_CAST(TRUNCATE("c0") AS BIGINT);

-- cast(decimal as string)
CAST("c0" AS VARCHAR);

-- try_cast(decimal as string)
TRY_CAST("c0" AS VARCHAR);

-- cast(string as bool)
CAST(CASE
  WHEN REGEXP_LIKE("c0", '\A([tT][rR][uU][eE]|[fF][aA][lL][sS][eE])\z')
  THEN "c0"
  ELSE 'not bool: ' || "c0"
END AS BOOLEAN);

-- try_cast(string as bool)
TRY_CAST(CASE WHEN REGEXP_LIKE("c0", '\A([tT][rR][uU][eE]|[fF][aA][lL][sS][eE])\z') THEN "c0" ELSE NULL END AS BOOLEAN);

-- cast(string as int32)
CAST(CASE WHEN REGEXP_LIKE("c0", '\A([+-]?[0-9]+)\z') THEN "c0" ELSE 'not int32: ' || "c0" END AS INTEGER);

-- try_cast(string as int32)
TRY_CAST(CASE WHEN REGEXP_LIKE("c0", '\A([+-]?[0-9]+)\z') THEN "c0" ELSE NULL END AS INTEGER);

-- cast(string as int64)
CAST(CASE WHEN REGEXP_LIKE("c0", '\A([+-]?[0-9]+)\z') THEN "c0" ELSE 'not int64: ' || "c0" END AS BIGINT);

-- try_cast(string as int64)
TRY_CAST(CASE WHEN REGEXP_LIKE("c0", '\A([+-]?[0-9]+)\z') THEN "c0" ELSE NULL END AS BIGINT);

-- cast(string as float32)
CAST(CASE
  WHEN REGEXP_LIKE("c0", '\A([+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?)\z')
  THEN "c0"
  WHEN REGEXP_LIKE("c0", '\A([+-]?[nN][aA][nN])\z')
  THEN 'NaN'
  WHEN REGEXP_LIKE("c0", '\A([+]?[iI][nN][fF]([iI][nN][iI][tT][yY])?)\z')
  THEN 'Infinity'
  WHEN REGEXP_LIKE("c0", '\A(-[iI][nN][fF]([iI][nN][iI][tT][yY])?)\z')
  THEN '-Infinity'
  ELSE 'not float32: ' || "c0"
END AS REAL);

-- try_cast(string as float32)
TRY_CAST(CASE
  WHEN REGEXP_LIKE("c0", '\A([+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?)\z')
  THEN "c0"
  WHEN REGEXP_LIKE("c0", '\A([+-]?[nN][aA][nN])\z')
  THEN 'NaN'
  WHEN REGEXP_LIKE("c0", '\A([+]?[iI][nN][fF]([iI][nN][iI][tT][yY])?)\z')
  THEN 'Infinity'
  WHEN REGEXP_LIKE("c0", '\A(-[iI][nN][fF]([iI][nN][iI][tT][yY])?)\z')
  THEN '-Infinity'
  ELSE NULL
END AS REAL);

-- cast(string as float64)
CAST(CASE
  WHEN REGEXP_LIKE("c0", '\A([+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?)\z')
  THEN "c0"
  WHEN REGEXP_LIKE("c0", '\A([+-]?[nN][aA][nN])\z')
  THEN 'NaN'
  WHEN REGEXP_LIKE("c0", '\A([+]?[iI][nN][fF]([iI][nN][iI][tT][yY])?)\z')
  THEN 'Infinity'
  WHEN REGEXP_LIKE("c0", '\A(-[iI][nN][fF]([iI][nN][iI][tT][yY])?)\z')
  THEN '-Infinity'
  ELSE 'not float64: ' || "c0"
END AS DOUBLE);

-- try_cast(string as float64)
TRY_CAST(CASE
  WHEN REGEXP_LIKE("c0", '\A([+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?)\z')
  THEN "c0"
  WHEN REGEXP_LIKE("c0", '\A([+-]?[nN][aA][nN])\z')
  THEN 'NaN'
  WHEN REGEXP_LIKE("c0", '\A([+]?[iI][nN][fF]([iI][nN][iI][tT][yY])?)\z')
  THEN 'Infinity'
  WHEN REGEXP_LIKE("c0", '\A(-[iI][nN][fF]([iI][nN][iI][tT][yY])?)\z')
  THEN '-Infinity'
  ELSE NULL
END AS DOUBLE);

-- cast(string as decimal)
CAST(CASE
  WHEN REGEXP_LIKE("c0", '\A([+-]?([0-9]+[.]?[0-9]*|[.][0-9]+))\z')
  THEN "c0"
  ELSE 'not decimal(10,2): ' || "c0"
END AS DECIMAL(10, 2));

-- try_cast(string as decimal)
TRY_CAST(CASE WHEN REGEXP_LIKE("c0", '\A([+-]?([0-9]+[.]?[0-9]*|[.][0-9]+))\z') THEN "c0" ELSE NULL END AS DECIMAL(10, 2));

-- cast(string as bytes)
TO_UTF8("c0");

-- try_cast(string as bytes)
TO_UTF8("c0");

-- cast(string as date)
CAST(CASE
  WHEN REGEXP_LIKE("c0", '\A(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2})\z')
  THEN "c0"
  ELSE 'not date: ' || "c0"
END AS DATE);

-- try_cast(string as date)
TRY_CAST(CASE
  WHEN REGEXP_LIKE("c0", '\A(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2})\z')
  THEN "c0"
  ELSE NULL
END AS DATE);

-- cast(string as timestamp)
CAST(CASE
  WHEN REGEXP_LIKE(
    "c0",
    '\A(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([ T]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?Z?)?)\z'
  )
  THEN REPLACE(REPLACE("c0", 'T', ' '), 'Z', '')
  ELSE 'not timestamp: ' || "c0"
END AS TIMESTAMP(6));

-- try_cast(string as timestamp)
TRY_CAST(CASE
  WHEN REGEXP_LIKE(
    "c0",
    '\A(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([ T]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?Z?)?)\z'
  )
  THEN REPLACE(REPLACE("c0", 'T', ' '), 'Z', '')
  ELSE NULL
END AS TIMESTAMP(6));

-- cast(bytes as string)
CASE
  WHEN TO_UTF8(FROM_UTF8("c0")) = "c0"
  THEN FROM_UTF8("c0")
  ELSE CAST(CAST('not UTF-8: ' || TO_HEX("c0") AS BIGINT) AS VARCHAR)
END;

-- try_cast(bytes as string)
CASE WHEN TO_UTF8(FROM_UTF8("c0")) = "c0" THEN FROM_UTF8("c0") ELSE NULL END;

-- cast(date as string)
CAST("c0" AS VARCHAR);

-- try_cast(date as string)
TRY_CAST("c0" AS VARCHAR);

-- cast(date as timestamp)
CAST("c0" AS TIMESTAMP(6));

-- try_cast(date as timestamp)
TRY_CAST("c0" AS TIMESTAMP(6));

-- cast(timestamp as date)
CAST("c0" AS DATE);

-- try_cast(timestamp as date)
TRY_CAST("c0" AS DATE);

-- cast(timestamp as string)
CAST(CAST("c0" AS TIMESTAMP(6)) AS VARCHAR);

-- try_cast(timestamp as string)
CAST(CAST("c0" AS TIMESTAMP(6)) AS VARCHAR);

-- percentile
ELEMENT_AT(
  TRANSFORM(
    ARRAY[ARRAY_AGG("v" ORDER BY "v") FILTER(WHERE
      "w")],
    sorted_values -> ELEMENT_AT(
      TRANSFORM(
        ARRAY[0.25e0 * (
          CARDINALITY(sorted_values) - 1
        )],
        place -> CASE
          WHEN place = FLOOR(place)
          OR ELEMENT_AT(sorted_values, CAST(FLOOR(place) AS BIGINT) + 2) = ELEMENT_AT(sorted_values, CAST(FLOOR(place) AS BIGINT) + 1)
          THEN ELEMENT_AT(sorted_values, CAST(FLOOR(place) AS BIGINT) + 1)
          ELSE ELEMENT_AT(sorted_values, CAST(FLOOR(place) AS BIGINT) + 1) + (
            ELEMENT_AT(sorted_values, CAST(FLOOR(place) AS BIGINT) + 2) - ELEMENT_AT(sorted_values, CAST(FLOOR(place) AS BIGINT) + 1)
          ) * (
            place - FLOOR(place)
          )
        END
      ),
      1
    )
  ),
  1
);

-- var_samp
CASE
  WHEN COUNT_IF(NOT IS_FINITE("v")) FILTER(WHERE
    "w") > 0 AND COUNT("v") FILTER(WHERE
    "w") > 1
  THEN NAN()
  ELSE CASE
    WHEN NOT COUNT_IF(NOT IS_FINITE("v")) FILTER(WHERE
      "w") > 0
    THEN VAR_SAMP(CASE WHEN IS_FINITE("v") THEN "v" END) FILTER(WHERE
      "w")
  END
END;

-- stddev_samp
STDDEV_SAMP("v") FILTER(WHERE
  "w");

-- newest_value
ELEMENT_AT(ARRAY_AGG("v" ORDER BY "t" DESC) FILTER(WHERE
  "w"), 1);

-- list_in_order
SLICE(ARRAY_AGG("v" ORDER BY "t" DESC) FILTER(WHERE
  "w"), 1, 3);

-- nonempty
"v";

-- estimated_distinct
ELEMENT_AT(
  TRANSFORM(
    ARRAY[MIN(DISTINCT "v", 1025) FILTER(WHERE
      "w")],
    least_hashes -> CASE
      WHEN CARDINALITY(least_hashes) <= 1024
      THEN CAST(CARDINALITY(least_hashes) AS DOUBLE)
      ELSE FLOOR(CAST(1179438699212804456448.0 AS DOUBLE) / CAST(ELEMENT_AT(least_hashes, 1024) AS DOUBLE) + 0.5)
    END
  ),
  1
);

-- greatest float64
COALESCE(
  MAX("v") FILTER(WHERE
    (
      "w"
    ) AND (
      "v"
    ) <> (
      "v"
    )),
  MAX("v") FILTER(WHERE
    "w")
);

-- least bool
MIN("v") FILTER(WHERE
  "w");

-- sum of float32
SUM(CAST("v" AS DOUBLE)) FILTER(WHERE
  "w");

-- floor to 7 minutes
DATE_ADD(
  'second',
  -(
    (
      DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', "v")) % 420 + 420
    ) % 420
  ),
  DATE_TRUNC('second', "v")
);

-- floor to 1500 ms
DATE_ADD(
  'millisecond',
  -(
    (
      DATE_DIFF('millisecond', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('millisecond', "v")) % 1500 + 1500
    ) % 1500
  ),
  DATE_TRUNC('millisecond', "v")
);

-- key of text
TRY_CAST("v" AS BIGINT);

-- key of decimals
CASE WHEN "v" = FLOOR("v") THEN TRY_CAST("v" AS BIGINT) END;

-- hash of float64
FROM_BASE(SUBSTR(TO_HEX(MD5(TO_IEEE754_64(CAST("v" AS DOUBLE) + 0e0))), 1, 15), 16);

-- hash of timestamp
FROM_BASE(
  SUBSTR(
    TO_HEX(
      MD5(
        TO_UTF8(
          CAST(DATE_DIFF('second', CAST('1970-01-01' AS TIMESTAMP(6)), DATE_TRUNC('second', CAST("v" AS TIMESTAMP(6)))) * 1000000 + CAST(SUBSTR(CAST(CAST("v" AS TIMESTAMP(6)) AS VARCHAR), 21, 6) AS BIGINT) AS VARCHAR)
        )
      )
    ),
    1,
    15
  ),
  16
);

