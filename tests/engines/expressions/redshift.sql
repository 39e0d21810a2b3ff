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
  WHEN "c0" > CAST('9999-12-31 23:59:59.499999' AS TIMESTAMP)
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST("c0" AS VARCHAR(MAX)) AS TIMESTAMP)
  ELSE DATEADD(ms, 500, "c0")
END;

-- add_duration(timestamp, -90s)
CASE
  WHEN "c0" < CAST('0001-01-01 00:01:30.000000' AS TIMESTAMP)
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST("c0" AS VARCHAR(MAX)) AS TIMESTAMP)
  ELSE DATEADD(second, -90, "c0")
END;

-- add_duration(timestamp, 15m)
CASE
  WHEN "c0" > CAST('9999-12-31 23:44:59.999999' AS TIMESTAMP)
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST("c0" AS VARCHAR(MAX)) AS TIMESTAMP)
  ELSE DATEADD(second, 900, "c0")
END;

-- add_duration(timestamp, -1h)
CASE
  WHEN "c0" < CAST('0001-01-01 01:00:00.000000' AS TIMESTAMP)
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST("c0" AS VARCHAR(MAX)) AS TIMESTAMP)
  ELSE DATEADD(second, -3600, "c0")
END;

-- add_duration(timestamp, 7d)
CASE
  WHEN "c0" > CAST('9999-12-24 23:59:59.999999' AS TIMESTAMP)
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST("c0" AS VARCHAR(MAX)) AS TIMESTAMP)
  ELSE DATEADD(second, 604800, "c0")
END;

-- add_duration(timestamp, -4w)
CASE
  WHEN "c0" < CAST('0001-01-29 00:00:00.000000' AS TIMESTAMP)
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST("c0" AS VARCHAR(MAX)) AS TIMESTAMP)
  ELSE DATEADD(second, -2419200, "c0")
END;

-- add_duration(timestamp, 365000d)
CASE
  WHEN "c0" > CAST('9000-08-30 23:59:59.999999' AS TIMESTAMP)
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST("c0" AS VARCHAR(MAX)) AS TIMESTAMP)
  ELSE DATEADD(second, 31536000000, "c0")
END;

-- add_duration(timestamp, 0s)
"c0";

-- add_duration(date, 1d)
CAST(CASE
  WHEN CAST("c0" AS TIMESTAMP) > CAST('9999-12-30 23:59:59.999999' AS TIMESTAMP)
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST(CAST("c0" AS TIMESTAMP) AS VARCHAR(MAX)) AS TIMESTAMP)
  ELSE DATEADD(second, 86400, CAST("c0" AS TIMESTAMP))
END AS DATE);

-- add_duration(date, -24h)
CAST(CASE
  WHEN CAST("c0" AS TIMESTAMP) < CAST('0001-01-02 00:00:00.000000' AS TIMESTAMP)
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST(CAST("c0" AS TIMESTAMP) AS VARCHAR(MAX)) AS TIMESTAMP)
  ELSE DATEADD(second, -86400, CAST("c0" AS TIMESTAMP))
END AS DATE);

-- add_duration(date, 4w)
CAST(CASE
  WHEN CAST("c0" AS TIMESTAMP) > CAST('9999-12-03 23:59:59.999999' AS TIMESTAMP)
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST(CAST("c0" AS TIMESTAMP) AS VARCHAR(MAX)) AS TIMESTAMP)
  ELSE DATEADD(second, 2419200, CAST("c0" AS TIMESTAMP))
END AS DATE);

-- add_duration(date, -365000d)
CAST(CASE
  WHEN CAST("c0" AS TIMESTAMP) < CAST('1000-05-04 00:00:00.000000' AS TIMESTAMP)
  THEN CAST('add_duration leaves the years 1 to 9999: ' || CAST(CAST("c0" AS TIMESTAMP) AS VARCHAR(MAX)) AS TIMESTAMP)
  ELSE DATEADD(second, -31536000000, CAST("c0" AS TIMESTAMP))
END AS DATE);

-- and(bool, bool)
"c0" AND "c1";

-- and(bool, bool, bool)
"c0" AND "c1" AND "c2";

-- between(int64, int64, int64)
"c0" BETWEEN "c1" AND "c2";

-- between(float64, float64, float64)
"c0" BETWEEN "c1" AND "c2";

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
"c0" BETWEEN "c1" AND "c2";

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
CASE WHEN "c0" IS NOT NULL THEN LEAST(GREATEST("c0", "c1"), "c2") END;

-- clamp(float64, float64, float64)
CASE WHEN "c0" IS NOT NULL THEN LEAST(GREATEST("c0", "c1"), "c2") END;

-- clamp(string, string, string)
CASE WHEN "c0" IS NOT NULL THEN LEAST(GREATEST("c0", "c1"), "c2") END;

-- clamp(bool, bool, bool)
CASE WHEN "c0" IS NOT NULL THEN LEAST(GREATEST("c0", "c1"), "c2") END;

-- clamp(date, date, date)
CASE WHEN "c0" IS NOT NULL THEN LEAST(GREATEST("c0", "c1"), "c2") END;

-- clamp(timestamp, timestamp, timestamp)
CASE WHEN "c0" IS NOT NULL THEN LEAST(GREATEST("c0", "c1"), "c2") END;

-- clamp(int32, int32, int32)
CASE WHEN "c0" IS NOT NULL THEN LEAST(GREATEST("c0", "c1"), "c2") END;

-- clamp(float32, float32, float32)
CASE WHEN "c0" IS NOT NULL THEN LEAST(GREATEST("c0", "c1"), "c2") END;

-- clamp(decimal(10,2), decimal(10,2), decimal(10,2))
CASE WHEN "c0" IS NOT NULL THEN LEAST(GREATEST("c0", "c1"), "c2") END;

-- clamp(int64, 0, 100)
CASE WHEN "c0" IS NOT NULL THEN LEAST(GREATEST("c0", 0), 100) END;

-- clamp(float64, None, 2.5)
CASE WHEN "c0" IS NOT NULL THEN LEAST(GREATEST("c0", NULL), 2.5) END;

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

-- date_diff(microsecond, timestamp, timestamp)
DATEDIFF(microsecond, "c0", "c1");

-- date_diff(millisecond, timestamp, timestamp)
DATEDIFF(microsecond, "c0", "c1") / 1000;

-- date_diff(second, timestamp, timestamp)
DATEDIFF(microsecond, "c0", "c1") / 1000000;

-- date_diff(minute, timestamp, timestamp)
DATEDIFF(microsecond, "c0", "c1") / 60000000;

-- date_diff(hour, timestamp, timestamp)
DATEDIFF(microsecond, "c0", "c1") / 3600000000;

-- date_diff(day, timestamp, timestamp)
DATEDIFF(microsecond, "c0", "c1") / 86400000000;

-- date_diff(day, date, date)
DATEDIFF(microsecond, CAST("c0" AS TIMESTAMP), CAST("c1" AS TIMESTAMP)) / 86400000000;

-- date_diff(week, timestamp, timestamp)
DATEDIFF(microsecond, "c0", "c1") / 604800000000;

-- date_diff(week, date, date)
DATEDIFF(microsecond, CAST("c0" AS TIMESTAMP), CAST("c1" AS TIMESTAMP)) / 604800000000;

-- date_diff(month, timestamp, timestamp)
CAST(DATEDIFF(month, "c0", "c1") AS BIGINT);

-- date_diff(month, date, date)
CAST(DATEDIFF(month, CAST("c0" AS TIMESTAMP), CAST("c1" AS TIMESTAMP)) AS BIGINT);

-- date_diff(quarter, timestamp, timestamp)
CAST(DATEDIFF(quarter, "c0", "c1") AS BIGINT);

-- date_diff(quarter, date, date)
CAST(DATEDIFF(quarter, CAST("c0" AS TIMESTAMP), CAST("c1" AS TIMESTAMP)) AS BIGINT);

-- date_diff(year, timestamp, timestamp)
CAST(DATEDIFF(year, "c0", "c1") AS BIGINT);

-- date_diff(year, date, date)
CAST(DATEDIFF(year, CAST("c0" AS TIMESTAMP), CAST("c1" AS TIMESTAMP)) AS BIGINT);

-- date_part(year, timestamp)
CAST(EXTRACT(YEAR FROM "c0") AS BIGINT);

-- date_part(year, date)
CAST(EXTRACT(YEAR FROM "c0") AS BIGINT);

-- date_part(quarter, timestamp)
CAST(EXTRACT(QUARTER FROM "c0") AS BIGINT);

-- date_part(quarter, date)
CAST(EXTRACT(QUARTER FROM "c0") AS BIGINT);

-- date_part(month, timestamp)
CAST(EXTRACT(MONTH FROM "c0") AS BIGINT);

-- date_part(month, date)
CAST(EXTRACT(MONTH FROM "c0") AS BIGINT);

-- date_part(day, timestamp)
CAST(EXTRACT(DAY FROM "c0") AS BIGINT);

-- date_part(day, date)
CAST(EXTRACT(DAY FROM "c0") AS BIGINT);

-- date_part(day_of_year, timestamp)
CAST(EXTRACT(DOY FROM "c0") AS BIGINT);

-- date_part(day_of_year, date)
CAST(EXTRACT(DOY FROM "c0") AS BIGINT);

-- date_part(week, timestamp)
CAST(EXTRACT(WEEK FROM "c0") AS BIGINT);

-- date_part(week, date)
CAST(EXTRACT(WEEK FROM "c0") AS BIGINT);

-- date_part(iso_year, timestamp)
CAST(EXTRACT(YEAR FROM DATEADD(day, 3, DATE_TRUNC('week', "c0"))) AS BIGINT);

-- date_part(iso_year, date)
CAST(EXTRACT(YEAR FROM DATEADD(day, 3, DATE_TRUNC('week', "c0"))) AS BIGINT);

-- date_part(hour, timestamp)
CAST(EXTRACT(HOUR FROM "c0") AS BIGINT);

-- date_part(minute, timestamp)
CAST(EXTRACT(MINUTE FROM "c0") AS BIGINT);

-- date_part(second, timestamp)
CAST(FLOOR(EXTRACT(SECOND FROM "c0")) AS BIGINT);

-- date_part(microsecond, timestamp)
CAST(EXTRACT(MICROSECOND FROM "c0") AS BIGINT) % 1000000;

-- date_trunc(year, timestamp)
DATE_TRUNC('year', "c0");

-- date_trunc(year, date)
CAST(DATE_TRUNC('year', CAST("c0" AS TIMESTAMP)) AS DATE);

-- date_trunc(quarter, timestamp)
DATE_TRUNC('quarter', "c0");

-- date_trunc(quarter, date)
CAST(DATE_TRUNC('quarter', CAST("c0" AS TIMESTAMP)) AS DATE);

-- date_trunc(month, timestamp)
DATE_TRUNC('month', "c0");

-- date_trunc(month, date)
CAST(DATE_TRUNC('month', CAST("c0" AS TIMESTAMP)) AS DATE);

-- date_trunc(week, timestamp)
DATE_TRUNC('week', "c0");

-- date_trunc(week, date)
CAST(DATE_TRUNC('week', CAST("c0" AS TIMESTAMP)) AS DATE);

-- date_trunc(day, timestamp)
DATE_TRUNC('day', "c0");

-- date_trunc(day, date)
CAST(DATE_TRUNC('day', CAST("c0" AS TIMESTAMP)) AS DATE);

-- date_trunc(hour, timestamp)
DATE_TRUNC('hour', "c0");

-- date_trunc(minute, timestamp)
DATE_TRUNC('minute', "c0");

-- date_trunc(second, timestamp)
DATE_TRUNC('second', "c0");

-- day_of_week(date)
CAST(DATEDIFF(day, DATE_TRUNC('week', "c0"), "c0") + 1 AS BIGINT);

-- day_of_week(timestamp)
CAST(DATEDIFF(day, DATE_TRUNC('week', "c0"), "c0") + 1 AS BIGINT);

-- divide(int64, int64)
CAST("c0" AS DOUBLE PRECISION) / NULLIF(CAST("c1" AS DOUBLE PRECISION), 0);

-- divide(float64, float64)
"c0" / NULLIF("c1", 0);

-- divide(int32, float32)
CAST("c0" AS DOUBLE PRECISION) / NULLIF(CAST("c1" AS DOUBLE PRECISION), 0);

-- divide(decimal(10,2), int64)
CAST("c0" AS DOUBLE PRECISION) / NULLIF(CAST("c1" AS DOUBLE PRECISION), 0);

-- ends_with(string, string)
RIGHT("c0", LENGTH("c1")) = "c1";

-- ends_with(string, a)
RIGHT("c0", LENGTH('a')) = 'a';

-- ends_with(string, )
RIGHT("c0", LENGTH('')) = '';

-- ends_with(string, é)
RIGHT("c0", LENGTH('é')) = 'é';

-- epoch_seconds(date)
CAST(DATEDIFF(second, CAST('1970-01-01' AS TIMESTAMP), DATE_TRUNC('second', CAST("c0" AS TIMESTAMP))) AS BIGINT);

-- epoch_seconds(timestamp)
CAST(DATEDIFF(second, CAST('1970-01-01' AS TIMESTAMP), DATE_TRUNC('second', "c0")) AS BIGINT);

-- eq(int64, int64)
"c0" = "c1";

-- eq(float64, float64)
"c0" = "c1";

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
"c0" = "c1";

-- eq(decimal(10,2), decimal(10,2))
"c0" = "c1";

-- exp(float64)
CASE
  WHEN "c0" < -745.1332191019411
  THEN 0
  WHEN "c0" > 709.782712893384 AND "c0" <= CAST('Infinity' AS DOUBLE PRECISION)
  THEN CAST('Infinity' AS DOUBLE PRECISION)
  ELSE EXP("c0")
END;

-- exp(int64)
CASE
  WHEN CAST("c0" AS DOUBLE PRECISION) < -745.1332191019411
  THEN 0
  WHEN CAST("c0" AS DOUBLE PRECISION) > 709.782712893384
  AND CAST("c0" AS DOUBLE PRECISION) <= CAST('Infinity' AS DOUBLE PRECISION)
  THEN CAST('Infinity' AS DOUBLE PRECISION)
  ELSE EXP(CAST("c0" AS DOUBLE PRECISION))
END;

-- exp(float32)
CASE
  WHEN CAST("c0" AS DOUBLE PRECISION) < -745.1332191019411
  THEN 0
  WHEN CAST("c0" AS DOUBLE PRECISION) > 709.782712893384
  AND CAST("c0" AS DOUBLE PRECISION) <= CAST('Infinity' AS DOUBLE PRECISION)
  THEN CAST('Infinity' AS DOUBLE PRECISION)
  ELSE EXP(CAST("c0" AS DOUBLE PRECISION))
END;

-- exp(decimal(10,2))
CASE
  WHEN CAST("c0" AS DOUBLE PRECISION) < -745.1332191019411
  THEN 0
  WHEN CAST("c0" AS DOUBLE PRECISION) > 709.782712893384
  AND CAST("c0" AS DOUBLE PRECISION) <= CAST('Infinity' AS DOUBLE PRECISION)
  THEN CAST('Infinity' AS DOUBLE PRECISION)
  ELSE EXP(CAST("c0" AS DOUBLE PRECISION))
END;

-- floor(int64)
"c0";

-- floor(float64)
FLOOR("c0");

-- floor(decimal(10,2))
FLOOR("c0");

-- floor_divide(int64, int64)
"c0" / NULLIF("c1", 0) - CASE
  WHEN "c0" % NULLIF("c1", 0) <> 0 AND (
    "c0" < 0
  ) <> (
    NULLIF("c1", 0) < 0
  )
  THEN 1
  ELSE 0
END;

-- floor_divide(int64, 7)
"c0" / 7 - CASE WHEN "c0" % 7 <> 0 AND (
  "c0" < 0
) <> (
  7 < 0
) THEN 1 ELSE 0 END;

-- floor_divide(int64, -3)
"c0" / -3 - CASE WHEN "c0" % -3 <> 0 AND (
  "c0" < 0
) <> (
  -3 < 0
) THEN 1 ELSE 0 END;

-- floor_divide(int64, int32)
"c0" / NULLIF(CAST("c1" AS BIGINT), 0) - CASE
  WHEN "c0" % NULLIF(CAST("c1" AS BIGINT), 0) <> 0
  AND (
    "c0" < 0
  ) <> (
    NULLIF(CAST("c1" AS BIGINT), 0) < 0
  )
  THEN 1
  ELSE 0
END;

-- ge(int64, int64)
"c0" >= "c1";

-- ge(float64, float64)
"c0" >= "c1";

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
"c0" >= "c1";

-- ge(decimal(10,2), decimal(10,2))
"c0" >= "c1";

-- greatest(int64, int64)
GREATEST("c0", "c1");

-- greatest(float64, float64)
GREATEST("c0", "c1");

-- greatest(string, string)
GREATEST("c0", "c1");

-- greatest(bool, bool)
GREATEST("c0", "c1");

-- greatest(date, date)
GREATEST("c0", "c1");

-- greatest(timestamp, timestamp)
GREATEST("c0", "c1");

-- greatest(int32, int32)
GREATEST("c0", "c1");

-- greatest(float32, float32)
GREATEST("c0", "c1");

-- greatest(decimal(10,2), decimal(10,2))
GREATEST("c0", "c1");

-- greatest(int64, int64, int64)
GREATEST("c0", "c1", "c2");

-- greatest(float64, float64, float64)
GREATEST("c0", "c1", "c2");

-- greatest(string, string, string)
GREATEST("c0", "c1", "c2");

-- greatest(bool, bool, bool)
GREATEST("c0", "c1", "c2");

-- greatest(date, date, date)
GREATEST("c0", "c1", "c2");

-- greatest(timestamp, timestamp, timestamp)
GREATEST("c0", "c1", "c2");

-- greatest(int32, int32, int32)
GREATEST("c0", "c1", "c2");

-- greatest(float32, float32, float32)
GREATEST("c0", "c1", "c2");

-- greatest(decimal(10,2), decimal(10,2), decimal(10,2))
GREATEST("c0", "c1", "c2");

-- gt(int64, int64)
"c0" > "c1";

-- gt(float64, float64)
"c0" > "c1";

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
"c0" > "c1";

-- gt(decimal(10,2), decimal(10,2))
"c0" > "c1";

-- hash_bucket(int64, 10)
STRTOL(LEFT(MD5(CAST("c0" AS VARCHAR(MAX))), 15), 16) % 10;

-- hash_bucket(int64, 2147483647)
STRTOL(LEFT(MD5(CAST("c0" AS VARCHAR(MAX))), 15), 16) % 2147483647;

-- hash_bucket(int32, 10)
STRTOL(LEFT(MD5(CAST("c0" AS VARCHAR(MAX))), 15), 16) % 10;

-- hash_bucket(int32, 2147483647)
STRTOL(LEFT(MD5(CAST("c0" AS VARCHAR(MAX))), 15), 16) % 2147483647;

-- hash_bucket(string, 10)
STRTOL(LEFT(MD5(CAST("c0" AS VARCHAR(MAX))), 15), 16) % 10;

-- hash_bucket(string, 2147483647)
STRTOL(LEFT(MD5(CAST("c0" AS VARCHAR(MAX))), 15), 16) % 2147483647;

-- hash_bucket(bool, 10)
STRTOL(LEFT(MD5(CASE WHEN "c0" THEN 'true' WHEN NOT "c0" THEN 'false' END), 15), 16) % 10;

-- hash_bucket(bool, 2147483647)
STRTOL(LEFT(MD5(CASE WHEN "c0" THEN 'true' WHEN NOT "c0" THEN 'false' END), 15), 16) % 2147483647;

-- hash_bucket(date, 10)
STRTOL(LEFT(MD5(TO_CHAR("c0", 'YYYY-MM-DD')), 15), 16) % 10;

-- hash_bucket(date, 2147483647)
STRTOL(LEFT(MD5(TO_CHAR("c0", 'YYYY-MM-DD')), 15), 16) % 2147483647;

-- hash_bucket(timestamp, 10)
STRTOL(
  LEFT(MD5(CAST(DATEDIFF(microsecond, CAST('1970-01-01' AS TIMESTAMP), "c0") AS VARCHAR(MAX))), 15),
  16
) % 10;

-- hash_bucket(timestamp, 2147483647)
STRTOL(
  LEFT(MD5(CAST(DATEDIFF(microsecond, CAST('1970-01-01' AS TIMESTAMP), "c0") AS VARCHAR(MAX))), 15),
  16
) % 2147483647;

-- hash_bucket(bytes, 10)
STRTOL(LEFT(MD5(LOWER(FROM_VARBYTE("c0", 'hex'))), 15), 16) % 10;

-- hash_bucket(bytes, 2147483647)
STRTOL(LEFT(MD5(LOWER(FROM_VARBYTE("c0", 'hex'))), 15), 16) % 2147483647;

-- hash_bucket(decimal(10,2), 10)
STRTOL(LEFT(MD5(CAST("c0" AS VARCHAR(MAX))), 15), 16) % 10;

-- hash_bucket(decimal(10,2), 2147483647)
STRTOL(LEFT(MD5(CAST("c0" AS VARCHAR(MAX))), 15), 16) % 2147483647;

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
"c0" IN ("c1");

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
"c0" IN ("c1");

-- in(decimal(10,2), decimal(10,2))
"c0" IN ("c1");

-- in(int64, int64, int64)
"c0" IN ("c1", "c2");

-- in(float64, float64, float64)
"c0" IN ("c1", "c2");

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
"c0" IN ("c1", "c2");

-- in(decimal(10,2), decimal(10,2), decimal(10,2))
"c0" IN ("c1", "c2");

-- in(int64, 1, 7)
"c0" IN (1, 7);

-- in(string, Ab, )
"c0" IN ('Ab', '');

-- is_nan(float64)
"c0" = CAST('NaN' AS DOUBLE PRECISION);

-- is_nan(float32)
"c0" = CAST('NaN' AS DOUBLE PRECISION);

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

-- le(int64, int64)
"c0" <= "c1";

-- le(float64, float64)
"c0" <= "c1";

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
"c0" <= "c1";

-- le(decimal(10,2), decimal(10,2))
"c0" <= "c1";

-- least(int64, int64)
LEAST("c0", "c1");

-- least(float64, float64)
LEAST("c0", "c1");

-- least(string, string)
LEAST("c0", "c1");

-- least(bool, bool)
LEAST("c0", "c1");

-- least(date, date)
LEAST("c0", "c1");

-- least(timestamp, timestamp)
LEAST("c0", "c1");

-- least(int32, int32)
LEAST("c0", "c1");

-- least(float32, float32)
LEAST("c0", "c1");

-- least(decimal(10,2), decimal(10,2))
LEAST("c0", "c1");

-- least(int64, int64, int64)
LEAST("c0", "c1", "c2");

-- least(float64, float64, float64)
LEAST("c0", "c1", "c2");

-- least(string, string, string)
LEAST("c0", "c1", "c2");

-- least(bool, bool, bool)
LEAST("c0", "c1", "c2");

-- least(date, date, date)
LEAST("c0", "c1", "c2");

-- least(timestamp, timestamp, timestamp)
LEAST("c0", "c1", "c2");

-- least(int32, int32, int32)
LEAST("c0", "c1", "c2");

-- least(float32, float32, float32)
LEAST("c0", "c1", "c2");

-- least(decimal(10,2), decimal(10,2), decimal(10,2))
LEAST("c0", "c1", "c2");

-- length(string)
CAST(LENGTH("c0") AS BIGINT);

-- like(string, string)
"c0" LIKE REPLACE("c1", '\\', '\\\\');

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
"c0" LIKE 'it\'s';

-- like(string, a\b)
"c0" LIKE 'a\\\\b';

-- like(string, %,%,%)
"c0" LIKE '%,%,%';

-- ln(float64)
CASE WHEN "c0" > 0 THEN LN("c0") END;

-- ln(int64)
CASE WHEN CAST("c0" AS DOUBLE PRECISION) > 0 THEN LN(CAST("c0" AS DOUBLE PRECISION)) END;

-- ln(float32)
CASE WHEN CAST("c0" AS DOUBLE PRECISION) > 0 THEN LN(CAST("c0" AS DOUBLE PRECISION)) END;

-- ln(decimal(10,2))
CASE WHEN CAST("c0" AS DOUBLE PRECISION) > 0 THEN LN(CAST("c0" AS DOUBLE PRECISION)) END;

-- log10(float64)
CASE WHEN "c0" > 0 THEN LOG("c0") END;

-- log10(int64)
CASE WHEN CAST("c0" AS DOUBLE PRECISION) > 0 THEN LOG(CAST("c0" AS DOUBLE PRECISION)) END;

-- log10(float32)
CASE WHEN CAST("c0" AS DOUBLE PRECISION) > 0 THEN LOG(CAST("c0" AS DOUBLE PRECISION)) END;

-- log10(decimal(10,2))
CASE WHEN CAST("c0" AS DOUBLE PRECISION) > 0 THEN LOG(CAST("c0" AS DOUBLE PRECISION)) END;

-- lower(string)
LOWER("c0");

-- lt(int64, int64)
"c0" < "c1";

-- lt(float64, float64)
"c0" < "c1";

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
"c0" < "c1";

-- lt(decimal(10,2), decimal(10,2))
"c0" < "c1";

-- ltrim(string)
LTRIM("c0", ' ');

-- modulo(int64, int64)
CASE
  WHEN "c0" % NULLIF("c1", 0) <> 0 AND (
    "c0" < 0
  ) <> (
    NULLIF("c1", 0) < 0
  )
  THEN "c0" % NULLIF("c1", 0) + NULLIF("c1", 0)
  ELSE "c0" % NULLIF("c1", 0)
END;

-- modulo(int64, 7)
CASE WHEN "c0" % 7 <> 0 AND (
  "c0" < 0
) <> (
  7 < 0
) THEN "c0" % 7 + 7 ELSE "c0" % 7 END;

-- modulo(int64, -3)
CASE WHEN "c0" % -3 <> 0 AND (
  "c0" < 0
) <> (
  -3 < 0
) THEN "c0" % -3 + -3 ELSE "c0" % -3 END;

-- modulo(int64, int32)
CASE
  WHEN "c0" % NULLIF(CAST("c1" AS BIGINT), 0) <> 0
  AND (
    "c0" < 0
  ) <> (
    NULLIF(CAST("c1" AS BIGINT), 0) < 0
  )
  THEN "c0" % NULLIF(CAST("c1" AS BIGINT), 0) + NULLIF(CAST("c1" AS BIGINT), 0)
  ELSE "c0" % NULLIF(CAST("c1" AS BIGINT), 0)
END;

-- multiply(int64, int64)
"c0" * "c1";

-- multiply(float64, float64)
"c0" * "c1";

-- multiply(float32, float64)
CAST("c0" AS DOUBLE PRECISION) * "c1";

-- ne(int64, int64)
"c0" <> "c1";

-- ne(float64, float64)
"c0" <> "c1";

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
"c0" <> "c1";

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
NULLIF("c0", "c1");

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
NULLIF("c0", "c1");

-- nullif(decimal(10,2), decimal(10,2))
NULLIF("c0", "c1");

-- or(bool, bool)
"c0" OR "c1";

-- or(bool, bool, bool)
"c0" OR "c1" OR "c2";

-- pow(float64, float64)
CASE
  WHEN "c0" = 0 AND "c1" < 0
  THEN NULL
  WHEN "c0" < 0 AND "c1" <> FLOOR("c1")
  THEN NULL
  WHEN ABS("c0") <= 1.7976931348623157e308
  AND ABS("c1") BETWEEN 0.9 AND 1.7976931348623157e308
  AND LN(NULLIF(ABS("c0"), 0)) * LEAST(GREATEST("c1", -1e300), 1e300) > 709.782712893384
  THEN CASE
    WHEN "c0" < 0 AND FLOOR("c1" / 2) * 2 <> "c1"
    THEN CAST('-Infinity' AS DOUBLE PRECISION)
    ELSE CAST('Infinity' AS DOUBLE PRECISION)
  END
  WHEN ABS("c0") <= 1.7976931348623157e308
  AND ABS("c1") BETWEEN 0.9 AND 1.7976931348623157e308
  AND LN(NULLIF(ABS("c0"), 0)) * LEAST(GREATEST("c1", -1e300), 1e300) < -745.1332191019411
  THEN 0
  ELSE POWER("c0", "c1")
END;

-- pow(int64, int32)
CASE
  WHEN CAST("c0" AS DOUBLE PRECISION) = 0 AND CAST("c1" AS DOUBLE PRECISION) < 0
  THEN NULL
  WHEN CAST("c0" AS DOUBLE PRECISION) < 0
  AND CAST("c1" AS DOUBLE PRECISION) <> FLOOR(CAST("c1" AS DOUBLE PRECISION))
  THEN NULL
  WHEN ABS(CAST("c0" AS DOUBLE PRECISION)) <= 1.7976931348623157e308
  AND ABS(CAST("c1" AS DOUBLE PRECISION)) BETWEEN 0.9 AND 1.7976931348623157e308
  AND LN(NULLIF(ABS(CAST("c0" AS DOUBLE PRECISION)), 0)) * LEAST(GREATEST(CAST("c1" AS DOUBLE PRECISION), -1e300), 1e300) > 709.782712893384
  THEN CASE
    WHEN CAST("c0" AS DOUBLE PRECISION) < 0
    AND FLOOR(CAST("c1" AS DOUBLE PRECISION) / 2) * 2 <> CAST("c1" AS DOUBLE PRECISION)
    THEN CAST('-Infinity' AS DOUBLE PRECISION)
    ELSE CAST('Infinity' AS DOUBLE PRECISION)
  END
  WHEN ABS(CAST("c0" AS DOUBLE PRECISION)) <= 1.7976931348623157e308
  AND ABS(CAST("c1" AS DOUBLE PRECISION)) BETWEEN 0.9 AND 1.7976931348623157e308
  AND LN(NULLIF(ABS(CAST("c0" AS DOUBLE PRECISION)), 0)) * LEAST(GREATEST(CAST("c1" AS DOUBLE PRECISION), -1e300), 1e300) < -745.1332191019411
  THEN 0
  ELSE POWER(CAST("c0" AS DOUBLE PRECISION), CAST("c1" AS DOUBLE PRECISION))
END;

-- pow(float32, decimal(10,2))
CASE
  WHEN CAST("c0" AS DOUBLE PRECISION) = 0 AND CAST("c1" AS DOUBLE PRECISION) < 0
  THEN NULL
  WHEN CAST("c0" AS DOUBLE PRECISION) < 0
  AND CAST("c1" AS DOUBLE PRECISION) <> FLOOR(CAST("c1" AS DOUBLE PRECISION))
  THEN NULL
  WHEN ABS(CAST("c0" AS DOUBLE PRECISION)) <= 1.7976931348623157e308
  AND ABS(CAST("c1" AS DOUBLE PRECISION)) BETWEEN 0.9 AND 1.7976931348623157e308
  AND LN(NULLIF(ABS(CAST("c0" AS DOUBLE PRECISION)), 0)) * LEAST(GREATEST(CAST("c1" AS DOUBLE PRECISION), -1e300), 1e300) > 709.782712893384
  THEN CASE
    WHEN CAST("c0" AS DOUBLE PRECISION) < 0
    AND FLOOR(CAST("c1" AS DOUBLE PRECISION) / 2) * 2 <> CAST("c1" AS DOUBLE PRECISION)
    THEN CAST('-Infinity' AS DOUBLE PRECISION)
    ELSE CAST('Infinity' AS DOUBLE PRECISION)
  END
  WHEN ABS(CAST("c0" AS DOUBLE PRECISION)) <= 1.7976931348623157e308
  AND ABS(CAST("c1" AS DOUBLE PRECISION)) BETWEEN 0.9 AND 1.7976931348623157e308
  AND LN(NULLIF(ABS(CAST("c0" AS DOUBLE PRECISION)), 0)) * LEAST(GREATEST(CAST("c1" AS DOUBLE PRECISION), -1e300), 1e300) < -745.1332191019411
  THEN 0
  ELSE POWER(CAST("c0" AS DOUBLE PRECISION), CAST("c1" AS DOUBLE PRECISION))
END;

-- pow(float64, 0)
POWER("c0", 0.0);

-- pow(float64, 2)
CASE
  WHEN ABS("c0") > 1.3407807929942438e+154 AND ABS("c0") <= CAST('Infinity' AS DOUBLE PRECISION)
  THEN CAST('Infinity' AS DOUBLE PRECISION)
  WHEN ABS("c0") < 1.5717277847027065e-162
  THEN 0
  ELSE POWER("c0", 2.0)
END;

-- pow(float64, 0.5)
CASE WHEN "c0" < 0 THEN NULL ELSE POWER("c0", 0.5) END;

-- pow(float64, -1)
CASE
  WHEN "c0" = 0
  THEN NULL
  WHEN ABS("c0") < 5.562684646268137e-309
  THEN SIGN("c0") * CAST('Infinity' AS DOUBLE PRECISION)
  WHEN ABS("c0") > 1.7976931348623157e308 AND ABS("c0") <= CAST('Infinity' AS DOUBLE PRECISION)
  THEN 0
  ELSE POWER("c0", -1.0)
END;

-- pow(float64, -0.5)
CASE WHEN "c0" = 0 THEN NULL WHEN "c0" < 0 THEN NULL ELSE POWER("c0", -0.5) END;

-- pow(float64, 1e+300)
CASE
  WHEN ABS("c0") > 1.0 AND ABS("c0") <= CAST('Infinity' AS DOUBLE PRECISION)
  THEN CAST('Infinity' AS DOUBLE PRECISION)
  WHEN ABS("c0") < 1.0
  THEN 0
  ELSE POWER("c0", 1e+300)
END;

-- regexp_extract(string, [a-z]+)
CASE
  WHEN REGEXP_COUNT("c0", '[a-z]+', 1, 'p') > 0
  THEN REGEXP_SUBSTR("c0", '[a-z]+', 1, 1, 'p')
END;

-- regexp_extract(string, ^.*$)
CASE
  WHEN REGEXP_COUNT("c0", '^[^\\n]*\\z', 1, 'p') > 0
  THEN REGEXP_SUBSTR("c0", '^[^\\n]*\\z', 1, 1, 'p')
END;

-- regexp_extract(string, (\d+)\.?(\d*))
CASE
  WHEN REGEXP_COUNT("c0", '[0-9]+\\.?[0-9]*', 1, 'p') > 0
  THEN REGEXP_SUBSTR("c0", '[0-9]+\\.?[0-9]*', 1, 1, 'p')
END;

-- regexp_extract(string, (?:a|[^,b])+,(.)?)
CASE
  WHEN REGEXP_COUNT("c0", '(?:a|[^,b])+,[^\\n]?', 1, 'p') > 0
  THEN REGEXP_SUBSTR("c0", '(?:a|[^,b])+,[^\\n]?', 1, 1, 'p')
END;

-- regexp_extract(string, \s\w|ŉ)
CASE
  WHEN REGEXP_COUNT("c0", '[\\t\\n\\f\\r ][0-9A-Z_a-z]|ŉ', 1, 'p') > 0
  THEN REGEXP_SUBSTR("c0", '[\\t\\n\\f\\r ][0-9A-Z_a-z]|ŉ', 1, 1, 'p')
END;

-- regexp_extract(string, (b|é)(\n.)?)
CASE
  WHEN REGEXP_COUNT("c0", '(?:b|é)(?:\\n[^\\n])?', 1, 'p') > 0
  THEN REGEXP_SUBSTR("c0", '(?:b|é)(?:\\n[^\\n])?', 1, 1, 'p')
END;

-- regexp_extract(string, (\d+)\.?(\d*), 1)
CASE
  WHEN REGEXP_COUNT("c0", '[0-9]+\\.?[0-9]*', 1, 'p') > 0
  THEN REGEXP_SUBSTR("c0", '([0-9]+)\\.?[0-9]*', 1, 1, 'ep')
END;

-- regexp_extract(string, (?:a|[^,b])+,(.)?, 1)
CASE
  WHEN REGEXP_COUNT("c0", '(?:a|[^,b])+,[^\\n]?', 1, 'p') > 0
  THEN REGEXP_SUBSTR("c0", '(?:a|[^,b])+,([^\\n])?', 1, 1, 'ep')
END;

-- regexp_extract(string, (b|é)(\n.)?, 2)
CASE
  WHEN REGEXP_COUNT("c0", '(?:b|é)(?:\\n[^\\n])?', 1, 'p') > 0
  THEN REGEXP_SUBSTR("c0", '(?:b|é)(\\n[^\\n])?', 1, 1, 'ep')
END;

-- regexp_extract(string, (a)(b)?, 0)
CASE WHEN REGEXP_COUNT("c0", 'ab?', 1, 'p') > 0 THEN REGEXP_SUBSTR("c0", 'ab?', 1, 1, 'p') END;

-- regexp_matches(string, [a-z]+)
REGEXP_COUNT("c0", '[a-z]+', 1, 'p') > 0;

-- regexp_matches(string, ^.*$)
REGEXP_COUNT("c0", '^[^\\n]*\\z', 1, 'p') > 0;

-- regexp_matches(string, (\d+)\.?(\d*))
REGEXP_COUNT("c0", '[0-9]+\\.?[0-9]*', 1, 'p') > 0;

-- regexp_matches(string, (?:a|[^,b])+,(.)?)
REGEXP_COUNT("c0", '(?:a|[^,b])+,[^\\n]?', 1, 'p') > 0;

-- regexp_matches(string, \s\w|ŉ)
REGEXP_COUNT("c0", '[\\t\\n\\f\\r ][0-9A-Z_a-z]|ŉ', 1, 'p') > 0;

-- regexp_matches(string, (b|é)(\n.)?)
REGEXP_COUNT("c0", '(?:b|é)(?:\\n[^\\n])?', 1, 'p') > 0;

-- replace(string, string, string)
CASE WHEN "c1" = '' THEN "c0" || LEFT("c2", 0) ELSE REPLACE("c0", "c1", "c2") END;

-- replace(string, a, bb)
REPLACE("c0", 'a', 'bb');

-- replace(string, , x)
"c0";

-- round(int64)
"c0";

-- round(float64)
CASE WHEN ABS("c0" - TRUNC("c0")) >= 0.5 THEN TRUNC("c0") + SIGN("c0") ELSE TRUNC("c0") END;

-- round(decimal(10,2))
ROUND("c0");

-- round(float64, 0)
CASE WHEN ABS("c0" - TRUNC("c0")) >= 0.5 THEN TRUNC("c0") + SIGN("c0") ELSE TRUNC("c0") END;

-- round(float64, 1)
CASE
  WHEN ABS("c0") > 1.7976931348623158e+307
  THEN "c0"
  ELSE CASE
    WHEN ABS((
      "c0" * 10
    ) - TRUNC((
      "c0" * 10
    ))) >= 0.5
    THEN TRUNC((
      "c0" * 10
    )) + SIGN((
      "c0" * 10
    ))
    ELSE TRUNC((
      "c0" * 10
    ))
  END / 10
END;

-- round(float64, 2)
CASE
  WHEN ABS("c0") > 1.7976931348623156e+306
  THEN "c0"
  ELSE CASE
    WHEN ABS((
      "c0" * 100
    ) - TRUNC((
      "c0" * 100
    ))) >= 0.5
    THEN TRUNC((
      "c0" * 100
    )) + SIGN((
      "c0" * 100
    ))
    ELSE TRUNC((
      "c0" * 100
    ))
  END / 100
END;

-- round(float64, 15)
CASE
  WHEN ABS("c0") > 1.7976931348623157e+293
  THEN "c0"
  ELSE CASE
    WHEN ABS((
      "c0" * 1000000000000000
    ) - TRUNC((
      "c0" * 1000000000000000
    ))) >= 0.5
    THEN TRUNC((
      "c0" * 1000000000000000
    )) + SIGN((
      "c0" * 1000000000000000
    ))
    ELSE TRUNC((
      "c0" * 1000000000000000
    ))
  END / 1000000000000000
END;

-- round(decimal(10,2), 0)
ROUND("c0", 0);

-- round(decimal(10,2), 1)
ROUND("c0", 1);

-- round(decimal(10,2), 2)
"c0";

-- round(decimal(10,2), 15)
"c0";

-- rtrim(string)
RTRIM("c0", ' ');

-- sign(float64)
CAST(SIGN("c0") AS BIGINT);

-- sign(int64)
CAST(SIGN("c0") AS BIGINT);

-- sign(float32)
CAST(SIGN(CAST("c0" AS DOUBLE PRECISION)) AS BIGINT);

-- sign(decimal(10,2))
CAST(SIGN("c0") AS BIGINT);

-- split_part(string, string, int64)
LEFT(
  SPLIT_PART(
    "c0",
    CASE WHEN "c1" = '' THEN "c0" || ' ' ELSE "c1" END,
    CAST(CASE WHEN "c2" < 1 THEN 1 WHEN "c2" > 2147483647 THEN 2147483647 ELSE "c2" END AS INTEGER)
  ),
  CASE WHEN "c2" < 1 THEN 0 ELSE 2147483647 END
);

-- split_part(string, ,, 1)
SPLIT_PART("c0", ',', 1);

-- split_part(string, ,, 2)
SPLIT_PART("c0", ',', 2);

-- split_part(string, ,, 3)
SPLIT_PART("c0", ',', 3);

-- split_part(string, ,, 9)
SPLIT_PART("c0", ',', 9);

-- split_part(string, ,, int32)
LEFT(
  SPLIT_PART(
    "c0",
    ',',
    CAST(CASE WHEN "c1" < 1 THEN 1 WHEN "c1" > 2147483647 THEN 2147483647 ELSE "c1" END AS INTEGER)
  ),
  CASE WHEN "c1" < 1 THEN 0 ELSE 2147483647 END
);

-- sqrt(float64)
CASE WHEN "c0" >= 0 THEN SQRT("c0") END;

-- sqrt(int64)
CASE WHEN CAST("c0" AS DOUBLE PRECISION) >= 0 THEN SQRT(CAST("c0" AS DOUBLE PRECISION)) END;

-- sqrt(float32)
CASE WHEN CAST("c0" AS DOUBLE PRECISION) >= 0 THEN SQRT(CAST("c0" AS DOUBLE PRECISION)) END;

-- sqrt(decimal(10,2))
CASE WHEN CAST("c0" AS DOUBLE PRECISION) >= 0 THEN SQRT(CAST("c0" AS DOUBLE PRECISION)) END;

-- starts_with(string, string)
LEFT("c0", LENGTH("c1")) = "c1";

-- starts_with(string, a)
LEFT("c0", LENGTH('a')) = 'a';

-- starts_with(string, )
LEFT("c0", LENGTH('')) = '';

-- starts_with(string, é)
LEFT("c0", LENGTH('é')) = 'é';

-- substr(string, 1)
SUBSTR("c0", 1);

-- substr(string, 3)
SUBSTR("c0", 3);

-- substr(string, int64)
SUBSTR(
  "c0",
  CAST(CASE WHEN "c1" < 1 THEN 1 WHEN "c1" > 2147483647 THEN 2147483647 ELSE "c1" END AS INTEGER)
);

-- substr(string, int32)
SUBSTR(
  "c0",
  CAST(CASE
    WHEN CAST("c1" AS BIGINT) < 1
    THEN 1
    WHEN CAST("c1" AS BIGINT) > 2147483647
    THEN 2147483647
    ELSE CAST("c1" AS BIGINT)
  END AS INTEGER)
);

-- substr(string, 2, 0)
SUBSTR("c0", 2, 0);

-- substr(string, 1, 3)
SUBSTR("c0", 1, 3);

-- substr(string, int64, int64)
SUBSTR(
  "c0",
  CAST(CASE WHEN "c1" < 1 THEN 1 WHEN "c1" > 2147483647 THEN 2147483647 ELSE "c1" END AS INTEGER),
  CAST(CASE WHEN "c2" < 0 THEN 0 WHEN "c2" > 2147483647 THEN 2147483647 ELSE "c2" END AS INTEGER)
);

-- substr(string, int32, 2)
SUBSTR(
  "c0",
  CAST(CASE
    WHEN CAST("c1" AS BIGINT) < 1
    THEN 1
    WHEN CAST("c1" AS BIGINT) > 2147483647
    THEN 2147483647
    ELSE CAST("c1" AS BIGINT)
  END AS INTEGER),
  2
);

-- subtract(int64, int64)
"c0" - "c1";

-- subtract(float64, float64)
"c0" - "c1";

-- subtract(decimal(10,2), decimal(10,2))
CAST("c0" - "c1" AS DECIMAL(11, 2));

-- trim(string)
BTRIM("c0", ' ');

-- upper(string)
UPPER("c0");

-- unknown types: a + b * 2
"a" + (
  "b" * 2
);

-- unknown types: a / b
CAST("a" AS DOUBLE PRECISION) / NULLIF(CAST("b" AS DOUBLE PRECISION), 0);

-- unknown types: a = b or a < b
"a" = "b" OR "a" < "b";

-- unknown types: a in (b, 1)
"a" IN ("b", 1);

-- unknown types: case when a > 0.5 then a else b end
CASE WHEN "a" > 0.5 THEN "a" ELSE "b" END;

-- unknown types: coalesce(a, b, 0)
COALESCE("a", "b", 0);

-- unknown types: greatest(a, b)
GREATEST("a", "b");

-- unknown types: round(a, 2)
ROUND("a", 2);

-- unknown types: upper(a) like 'A%'
UPPER("a") LIKE 'A%';

-- unknown types: try_cast(a as int64)
TRY_CAST("a" AS BIGINT);

-- unknown types: cast(a as float64) > 1.5
CAST("a" AS DOUBLE PRECISION) > 1.5;

-- unknown types: date_trunc('day', a)
DATE_TRUNC('day', CAST("a" AS TIMESTAMP));

-- unknown types: date_diff('day', a, b)
DATEDIFF(microsecond, "a", "b") / 86400000000;

-- cast(bool as int32)
CAST("c0" AS INTEGER);

-- try_cast(bool as int32)
CAST("c0" AS INTEGER);

-- cast(bool as int64)
CAST(CAST("c0" AS INTEGER) AS BIGINT);

-- try_cast(bool as int64)
CAST(CAST("c0" AS INTEGER) AS BIGINT);

-- cast(bool as string)
CASE WHEN "c0" THEN 'true' WHEN NOT "c0" THEN 'false' END;

-- try_cast(bool as string)
CASE WHEN "c0" THEN 'true' WHEN NOT "c0" THEN 'false' END;

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
CAST("c0" AS DOUBLE PRECISION);

-- try_cast(int32 as float64)
TRY_CAST("c0" AS DOUBLE PRECISION);

-- cast(int64 as float32)
CAST("c0" AS REAL);

-- try_cast(int64 as float32)
TRY_CAST("c0" AS REAL);

-- cast(int64 as float64)
CAST("c0" AS DOUBLE PRECISION);

-- try_cast(int64 as float64)
TRY_CAST("c0" AS DOUBLE PRECISION);

-- cast(int32 as decimal)
CAST("c0" AS DECIMAL(10, 2));

-- try_cast(int32 as decimal)
TRY_CAST("c0" AS DECIMAL(10, 2));

-- cast(int64 as decimal)
CAST("c0" AS DECIMAL(10, 2));

-- try_cast(int64 as decimal)
TRY_CAST("c0" AS DECIMAL(10, 2));

-- cast(int32 as string)
CAST("c0" AS VARCHAR(MAX));

-- try_cast(int32 as string)
TRY_CAST("c0" AS VARCHAR(MAX));

-- cast(int64 as string)
CAST("c0" AS VARCHAR(MAX));

-- try_cast(int64 as string)
TRY_CAST("c0" AS VARCHAR(MAX));

-- cast(float32 as float64)
CAST("c0" AS DOUBLE PRECISION);

-- try_cast(float32 as float64)
TRY_CAST("c0" AS DOUBLE PRECISION);

-- cast(float64 as float32)
CAST("c0" AS REAL);

-- try_cast(float64 as float32)
TRY_CAST("c0" AS REAL);

-- cast(float32 as int32)
CAST(TRUNC("c0") AS INTEGER);

-- try_cast(float32 as int32)
TRY_CAST(TRUNC("c0") AS INTEGER);

-- cast(float32 as int64)
CAST(TRUNC("c0") AS BIGINT);

-- try_cast(float32 as int64)
TRY_CAST(TRUNC("c0") AS BIGINT);

-- cast(float64 as int32)
CAST(TRUNC("c0") AS INTEGER);

-- try_cast(float64 as int32)
TRY_CAST(TRUNC("c0") AS INTEGER);

-- cast(float64 as int64)
CAST(TRUNC("c0") AS BIGINT);

-- try_cast(float64 as int64)
TRY_CAST(TRUNC("c0") AS BIGINT);

-- cast(decimal as decimal)
CAST("c0" AS DECIMAL(10, 2));

-- try_cast(decimal as decimal)
TRY_CAST("c0" AS DECIMAL(10, 2));

-- cast(decimal as float64)
CAST("c0" AS DOUBLE PRECISION);

-- try_cast(decimal as float64)
TRY_CAST("c0" AS DOUBLE PRECISION);

-- cast(decimal as int32)
CAST(TRUNC("c0") AS INTEGER);

-- try_cast(decimal as int32)
TRY_CAST(TRUNC("c0") AS INTEGER);

-- cast(decimal as int64)
CAST(TRUNC("c0") AS BIGINT);

-- try_cast(decimal as int64)
TRY_CAST(TRUNC("c0") AS BIGINT);

-- cast(decimal as string)
CAST(CAST("c0" AS DECIMAL(10, 2)) AS VARCHAR(MAX));

-- try_cast(decimal as string)
CAST(CAST("c0" AS DECIMAL(10, 2)) AS VARCHAR(MAX));

-- cast(string as bool)
CAST(CASE
  WHEN REGEXP_COUNT("c0", '(?i)^(true|false)\\z', 1, 'p') > 0
  THEN "c0"
  ELSE 'not bool: ' || "c0"
END AS BOOLEAN);

-- try_cast(string as bool)
TRY_CAST(
  CASE WHEN REGEXP_COUNT("c0", '(?i)^(true|false)\\z', 1, 'p') > 0 THEN "c0" ELSE NULL END AS BOOLEAN
);

-- cast(string as int32)
CAST(CASE
  WHEN REGEXP_COUNT("c0", '^([+-]?[0-9]+)\\z', 1, 'p') > 0
  THEN "c0"
  ELSE 'not int32: ' || "c0"
END AS INTEGER);

-- try_cast(string as int32)
TRY_CAST(CASE WHEN REGEXP_COUNT("c0", '^([+-]?[0-9]+)\\z', 1, 'p') > 0 THEN "c0" ELSE NULL END AS INTEGER);

-- cast(string as int64)
CAST(CASE
  WHEN REGEXP_COUNT("c0", '^([+-]?[0-9]+)\\z', 1, 'p') > 0
  THEN "c0"
  ELSE 'not int64: ' || "c0"
END AS BIGINT);

-- try_cast(string as int64)
TRY_CAST(CASE WHEN REGEXP_COUNT("c0", '^([+-]?[0-9]+)\\z', 1, 'p') > 0 THEN "c0" ELSE NULL END AS BIGINT);

-- cast(string as float32)
CAST(CASE
  WHEN REGEXP_COUNT("c0", '(?i)^([+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)(e[+-]?[0-9]+)?|[+-]?(nan|inf|infinity))\\z', 1, 'p') > 0
  THEN "c0"
  ELSE 'not float32: ' || "c0"
END AS REAL);

-- try_cast(string as float32)
TRY_CAST(
  CASE
    WHEN REGEXP_COUNT("c0", '(?i)^([+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)(e[+-]?[0-9]+)?|[+-]?(nan|inf|infinity))\\z', 1, 'p') > 0
    THEN "c0"
    ELSE NULL
  END AS REAL
);

-- cast(string as float64)
CAST(CASE
  WHEN REGEXP_COUNT("c0", '(?i)^([+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)(e[+-]?[0-9]+)?|[+-]?(nan|inf|infinity))\\z', 1, 'p') > 0
  THEN "c0"
  ELSE 'not float64: ' || "c0"
END AS DOUBLE PRECISION);

-- try_cast(string as float64)
TRY_CAST(
  CASE
    WHEN REGEXP_COUNT("c0", '(?i)^([+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)(e[+-]?[0-9]+)?|[+-]?(nan|inf|infinity))\\z', 1, 'p') > 0
    THEN "c0"
    ELSE NULL
  END AS DOUBLE PRECISION
);

-- cast(string as decimal)
CAST(CASE
  WHEN REGEXP_COUNT("c0", '^([+-]?([0-9]+[.]?[0-9]*|[.][0-9]+))\\z', 1, 'p') > 0
  THEN "c0"
  ELSE 'not decimal(10,2): ' || "c0"
END AS DECIMAL(10, 2));

-- try_cast(string as decimal)
TRY_CAST(
  CASE
    WHEN REGEXP_COUNT("c0", '^([+-]?([0-9]+[.]?[0-9]*|[.][0-9]+))\\z', 1, 'p') > 0
    THEN "c0"
    ELSE NULL
  END AS DECIMAL(10, 2)
);

-- cast(string as bytes)
TO_VARBYTE("c0", 'utf8');

-- try_cast(string as bytes)
TO_VARBYTE("c0", 'utf8');

-- cast(string as date)
CAST(CASE
  WHEN REGEXP_COUNT("c0", '^(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2})\\z', 1, 'p') > 0
  THEN "c0"
  ELSE 'not date: ' || "c0"
END AS DATE);

-- try_cast(string as date)
TRY_CAST(
  CASE
    WHEN REGEXP_COUNT("c0", '^(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2})\\z', 1, 'p') > 0
    THEN "c0"
    ELSE NULL
  END AS DATE
);

-- cast(string as timestamp)
CAST(CASE
  WHEN REGEXP_COUNT(
    "c0",
    '^(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?Z?)?)\\z',
    1,
    'p'
  ) > 0
  THEN "c0"
  ELSE 'not timestamp: ' || "c0"
END AS TIMESTAMP);

-- try_cast(string as timestamp)
TRY_CAST(
  CASE
    WHEN REGEXP_COUNT(
      "c0",
      '^(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?Z?)?)\\z',
      1,
      'p'
    ) > 0
    THEN "c0"
    ELSE NULL
  END AS TIMESTAMP
);

-- cast(json as string)
CAST("c0" AS VARCHAR(MAX));

-- try_cast(json as string)
TRY_CAST("c0" AS VARCHAR(MAX));

-- cast(date as string)
TO_CHAR("c0", 'YYYY-MM-DD');

-- try_cast(date as string)
TO_CHAR("c0", 'YYYY-MM-DD');

-- cast(date as timestamp)
CAST("c0" AS TIMESTAMP);

-- try_cast(date as timestamp)
TRY_CAST("c0" AS TIMESTAMP);

-- cast(timestamp as date)
CAST("c0" AS DATE);

-- try_cast(timestamp as date)
TRY_CAST("c0" AS DATE);

-- cast(timestamp as string)
TO_CHAR("c0", 'YYYY-MM-DD HH24:MI:SS.US');

-- try_cast(timestamp as string)
TO_CHAR("c0", 'YYYY-MM-DD HH24:MI:SS.US');

