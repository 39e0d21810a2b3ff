-- abs(int64)
CASE
  WHEN ABS("C0") BETWEEN -9223372036854775808 AND 9223372036854775807
  THEN ABS("C0")
  ELSE CAST('beyond int64: ' || ABS("C0") AS DECIMAL(19, 0))
END;

-- abs(float64)
ABS("C0");

-- abs(decimal(10,2))
ABS("C0");

-- add(int64, int64)
CASE
  WHEN (
    "C0" + "C1"
  ) BETWEEN -9223372036854775808 AND 9223372036854775807
  THEN "C0" + "C1"
  ELSE CAST('beyond int64: ' || (
    "C0" + "C1"
  ) AS DECIMAL(19, 0))
END;

-- add(float64, float64)
"C0" + "C1";

-- add(decimal(10,2), decimal(10,2))
CAST("C0" + "C1" AS DECIMAL(11, 2));

-- add_duration(timestamp, 500ms)
CASE
  WHEN "C0" > CAST('9999-12-31 23:59:59.499999' AS TIMESTAMP_NTZ(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || TO_VARCHAR("C0") AS TIMESTAMP_NTZ(6))
  ELSE DATEADD(MILLISECOND, 500, "C0")
END;

-- add_duration(timestamp, -90s)
CASE
  WHEN "C0" < CAST('0001-01-01 00:01:30.000000' AS TIMESTAMP_NTZ(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || TO_VARCHAR("C0") AS TIMESTAMP_NTZ(6))
  ELSE DATEADD(SECOND, -90, "C0")
END;

-- add_duration(timestamp, 15m)
CASE
  WHEN "C0" > CAST('9999-12-31 23:44:59.999999' AS TIMESTAMP_NTZ(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || TO_VARCHAR("C0") AS TIMESTAMP_NTZ(6))
  ELSE DATEADD(MINUTE, 15, "C0")
END;

-- add_duration(timestamp, -1h)
CASE
  WHEN "C0" < CAST('0001-01-01 01:00:00.000000' AS TIMESTAMP_NTZ(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || TO_VARCHAR("C0") AS TIMESTAMP_NTZ(6))
  ELSE DATEADD(HOUR, -1, "C0")
END;

-- add_duration(timestamp, 7d)
CASE
  WHEN "C0" > CAST('9999-12-24 23:59:59.999999' AS TIMESTAMP_NTZ(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || TO_VARCHAR("C0") AS TIMESTAMP_NTZ(6))
  ELSE DATEADD(DAY, 7, "C0")
END;

-- add_duration(timestamp, -4w)
CASE
  WHEN "C0" < CAST('0001-01-29 00:00:00.000000' AS TIMESTAMP_NTZ(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || TO_VARCHAR("C0") AS TIMESTAMP_NTZ(6))
  ELSE DATEADD(DAY, -28, "C0")
END;

-- add_duration(timestamp, 365000d)
CASE
  WHEN "C0" > CAST('9000-08-30 23:59:59.999999' AS TIMESTAMP_NTZ(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || TO_VARCHAR("C0") AS TIMESTAMP_NTZ(6))
  ELSE DATEADD(DAY, 365000, "C0")
END;

-- add_duration(timestamp, 0s)
"C0";

-- add_duration(date, 1d)
CAST(CASE
  WHEN CAST("C0" AS TIMESTAMP_NTZ(6)) > CAST('9999-12-30 23:59:59.999999' AS TIMESTAMP_NTZ(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || TO_VARCHAR(CAST("C0" AS TIMESTAMP_NTZ(6))) AS TIMESTAMP_NTZ(6))
  ELSE DATEADD(DAY, 1, CAST("C0" AS TIMESTAMP_NTZ(6)))
END AS DATE);

-- add_duration(date, -24h)
CAST(CASE
  WHEN CAST("C0" AS TIMESTAMP_NTZ(6)) < CAST('0001-01-02 00:00:00.000000' AS TIMESTAMP_NTZ(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || TO_VARCHAR(CAST("C0" AS TIMESTAMP_NTZ(6))) AS TIMESTAMP_NTZ(6))
  ELSE DATEADD(DAY, -1, CAST("C0" AS TIMESTAMP_NTZ(6)))
END AS DATE);

-- add_duration(date, 4w)
CAST(CASE
  WHEN CAST("C0" AS TIMESTAMP_NTZ(6)) > CAST('9999-12-03 23:59:59.999999' AS TIMESTAMP_NTZ(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || TO_VARCHAR(CAST("C0" AS TIMESTAMP_NTZ(6))) AS TIMESTAMP_NTZ(6))
  ELSE DATEADD(DAY, 28, CAST("C0" AS TIMESTAMP_NTZ(6)))
END AS DATE);

-- add_duration(date, -365000d)
CAST(CASE
  WHEN CAST("C0" AS TIMESTAMP_NTZ(6)) < CAST('1000-05-04 00:00:00.000000' AS TIMESTAMP_NTZ(6))
  THEN CAST('add_duration leaves the years 1 to 9999: ' || TO_VARCHAR(CAST("C0" AS TIMESTAMP_NTZ(6))) AS TIMESTAMP_NTZ(6))
  ELSE DATEADD(DAY, -365000, CAST("C0" AS TIMESTAMP_NTZ(6)))
END AS DATE);

-- and(bool, bool)
"C0" AND "C1";

-- and(bool, bool, bool)
"C0" AND "C1" AND "C2";

-- between(int64, int64, int64)
"C0" BETWEEN "C1" AND "C2";

-- between(float64, float64, float64)
"C0" BETWEEN "C1" AND "C2";

-- between(string, string, string)
"C0" BETWEEN "C1" AND "C2";

-- between(bool, bool, bool)
"C0" BETWEEN "C1" AND "C2";

-- between(date, date, date)
"C0" BETWEEN "C1" AND "C2";

-- between(timestamp, timestamp, timestamp)
"C0" BETWEEN "C1" AND "C2";

-- between(int32, int32, int32)
"C0" BETWEEN "C1" AND "C2";

-- between(float32, float32, float32)
"C0" BETWEEN "C1" AND "C2";

-- between(decimal(10,2), decimal(10,2), decimal(10,2))
"C0" BETWEEN "C1" AND "C2";

-- bucketize(int64, -7, 0, 7)
CAST(CASE
  WHEN "C0" IS NULL
  THEN NULL
  WHEN "C0" < -7
  THEN 0
  WHEN "C0" < 0
  THEN 1
  WHEN "C0" < 7
  THEN 2
  ELSE 3
END AS BIGINT);

-- bucketize(float64, 0, 0.5, 1e+300)
CAST(CASE
  WHEN "C0" IS NULL
  THEN NULL
  WHEN "C0" < 0.0
  THEN 0
  WHEN "C0" < 0.5
  THEN 1
  WHEN "C0" < CAST('1e+300' AS DOUBLE)
  THEN 2
  ELSE 3
END AS BIGINT);

-- bucketize(float32, 0.5)
CAST(CASE WHEN "C0" IS NULL THEN NULL WHEN "C0" < 0.5 THEN 0 ELSE 1 END AS BIGINT);

-- bucketize(int32, 3)
CAST(CASE WHEN "C0" IS NULL THEN NULL WHEN "C0" < 3 THEN 0 ELSE 1 END AS BIGINT);

-- bucketize(decimal(10,2), -9.99, 1.55)
CAST(CASE WHEN "C0" IS NULL THEN NULL WHEN "C0" < -9.99 THEN 0 WHEN "C0" < 1.55 THEN 1 ELSE 2 END AS BIGINT);

-- ceil(int64)
"C0";

-- ceil(float64)
CEIL("C0");

-- ceil(decimal(10,2))
CEIL("C0");

-- clamp(int64, int64, int64)
CASE WHEN "C0" IS NOT NULL THEN LEAST_IGNORE_NULLS(GREATEST_IGNORE_NULLS("C0", "C1"), "C2") END;

-- clamp(float64, float64, float64)
CASE WHEN "C0" IS NOT NULL THEN LEAST_IGNORE_NULLS(GREATEST_IGNORE_NULLS("C0", "C1"), "C2") END;

-- clamp(string, string, string)
CASE WHEN "C0" IS NOT NULL THEN LEAST_IGNORE_NULLS(GREATEST_IGNORE_NULLS("C0", "C1"), "C2") END;

-- clamp(bool, bool, bool)
CASE WHEN "C0" IS NOT NULL THEN LEAST_IGNORE_NULLS(GREATEST_IGNORE_NULLS("C0", "C1"), "C2") END;

-- clamp(date, date, date)
CASE WHEN "C0" IS NOT NULL THEN LEAST_IGNORE_NULLS(GREATEST_IGNORE_NULLS("C0", "C1"), "C2") END;

-- clamp(timestamp, timestamp, timestamp)
CASE WHEN "C0" IS NOT NULL THEN LEAST_IGNORE_NULLS(GREATEST_IGNORE_NULLS("C0", "C1"), "C2") END;

-- clamp(int32, int32, int32)
CASE WHEN "C0" IS NOT NULL THEN LEAST_IGNORE_NULLS(GREATEST_IGNORE_NULLS("C0", "C1"), "C2") END;

-- clamp(float32, float32, float32)
CASE WHEN "C0" IS NOT NULL THEN LEAST_IGNORE_NULLS(GREATEST_IGNORE_NULLS("C0", "C1"), "C2") END;

-- clamp(decimal(10,2), decimal(10,2), decimal(10,2))
CASE WHEN "C0" IS NOT NULL THEN LEAST_IGNORE_NULLS(GREATEST_IGNORE_NULLS("C0", "C1"), "C2") END;

-- clamp(int64, 0, 100)
CASE WHEN "C0" IS NOT NULL THEN LEAST_IGNORE_NULLS(GREATEST_IGNORE_NULLS("C0", 0), 100) END;

-- clamp(float64, None, 2.5)
CASE WHEN "C0" IS NOT NULL THEN LEAST_IGNORE_NULLS(GREATEST_IGNORE_NULLS("C0", NULL), 2.5) END;

-- coalesce(int64, int64)
COALESCE("C0", "C1");

-- coalesce(float64, float64)
COALESCE("C0", "C1");

-- coalesce(string, string)
COALESCE("C0", "C1");

-- coalesce(bool, bool)
COALESCE("C0", "C1");

-- coalesce(date, date)
COALESCE("C0", "C1");

-- coalesce(timestamp, timestamp)
COALESCE("C0", "C1");

-- coalesce(int32, int32)
COALESCE("C0", "C1");

-- coalesce(float32, float32)
COALESCE("C0", "C1");

-- coalesce(decimal(10,2), decimal(10,2))
COALESCE("C0", "C1");

-- coalesce(int64, int64, int64)
COALESCE("C0", "C1", "C2");

-- coalesce(float64, float64, float64)
COALESCE("C0", "C1", "C2");

-- coalesce(string, string, string)
COALESCE("C0", "C1", "C2");

-- coalesce(bool, bool, bool)
COALESCE("C0", "C1", "C2");

-- coalesce(date, date, date)
COALESCE("C0", "C1", "C2");

-- coalesce(timestamp, timestamp, timestamp)
COALESCE("C0", "C1", "C2");

-- coalesce(int32, int32, int32)
COALESCE("C0", "C1", "C2");

-- coalesce(float32, float32, float32)
COALESCE("C0", "C1", "C2");

-- coalesce(decimal(10,2), decimal(10,2), decimal(10,2))
COALESCE("C0", "C1", "C2");

-- concat(string, string)
"C0" || "C1";

-- concat(string, -, string)
"C0" || '-' || "C1";

-- contains(string, string)
CHARINDEX("C1", "C0") > 0;

-- contains(string, a)
CHARINDEX('a', "C0") > 0;

-- contains(string, )
CHARINDEX('', "C0") > 0;

-- contains(string, é)
CHARINDEX('é', "C0") > 0;

-- date_diff(microsecond, timestamp, timestamp)
DATEDIFF(MICROSECOND, "C0", "C1");

-- date_diff(millisecond, timestamp, timestamp)
TRUNC(CAST(DATEDIFF(MICROSECOND, "C0", "C1") AS DECIMAL(38, 12)) / 1000);

-- date_diff(second, timestamp, timestamp)
TRUNC(CAST(DATEDIFF(MICROSECOND, "C0", "C1") AS DECIMAL(38, 12)) / 1000000);

-- date_diff(minute, timestamp, timestamp)
TRUNC(CAST(DATEDIFF(MICROSECOND, "C0", "C1") AS DECIMAL(38, 12)) / 60000000);

-- date_diff(hour, timestamp, timestamp)
TRUNC(CAST(DATEDIFF(MICROSECOND, "C0", "C1") AS DECIMAL(38, 12)) / 3600000000);

-- date_diff(day, timestamp, timestamp)
TRUNC(CAST(DATEDIFF(MICROSECOND, "C0", "C1") AS DECIMAL(38, 12)) / 86400000000);

-- date_diff(day, date, date)
TRUNC(
  CAST(DATEDIFF(MICROSECOND, CAST("C0" AS TIMESTAMP_NTZ(6)), CAST("C1" AS TIMESTAMP_NTZ(6))) AS DECIMAL(38, 12)) / 86400000000
);

-- date_diff(week, timestamp, timestamp)
TRUNC(CAST(DATEDIFF(MICROSECOND, "C0", "C1") AS DECIMAL(38, 12)) / 604800000000);

-- date_diff(week, date, date)
TRUNC(
  CAST(DATEDIFF(MICROSECOND, CAST("C0" AS TIMESTAMP_NTZ(6)), CAST("C1" AS TIMESTAMP_NTZ(6))) AS DECIMAL(38, 12)) / 604800000000
);

-- date_diff(month, timestamp, timestamp)
DATEDIFF(MONTH, "C0", "C1");

-- date_diff(month, date, date)
DATEDIFF(MONTH, CAST("C0" AS TIMESTAMP_NTZ(6)), CAST("C1" AS TIMESTAMP_NTZ(6)));

-- date_diff(quarter, timestamp, timestamp)
DATEDIFF(QUARTER, "C0", "C1");

-- date_diff(quarter, date, date)
DATEDIFF(QUARTER, CAST("C0" AS TIMESTAMP_NTZ(6)), CAST("C1" AS TIMESTAMP_NTZ(6)));

-- date_diff(year, timestamp, timestamp)
DATEDIFF(YEAR, "C0", "C1");

-- date_diff(year, date, date)
DATEDIFF(YEAR, CAST("C0" AS TIMESTAMP_NTZ(6)), CAST("C1" AS TIMESTAMP_NTZ(6)));

-- date_part(year, timestamp)
YEAR("C0");

-- date_part(year, date)
YEAR("C0");

-- date_part(quarter, timestamp)
QUARTER("C0");

-- date_part(quarter, date)
QUARTER("C0");

-- date_part(month, timestamp)
MONTH("C0");

-- date_part(month, date)
MONTH("C0");

-- date_part(day, timestamp)
DAY("C0");

-- date_part(day, date)
DAY("C0");

-- date_part(day_of_year, timestamp)
DAYOFYEAR("C0");

-- date_part(day_of_year, date)
DAYOFYEAR("C0");

-- date_part(week, timestamp)
WEEKISO("C0");

-- date_part(week, date)
WEEKISO("C0");

-- date_part(iso_year, timestamp)
YEAROFWEEKISO("C0");

-- date_part(iso_year, date)
YEAROFWEEKISO("C0");

-- date_part(hour, timestamp)
HOUR("C0");

-- date_part(minute, timestamp)
MINUTE("C0");

-- date_part(second, timestamp)
SECOND("C0");

-- date_part(microsecond, timestamp)
FLOOR(DATE_PART('nanosecond', "C0") / 1000);

-- date_trunc(year, timestamp)
DATE_TRUNC('year', "C0");

-- date_trunc(year, date)
CAST(DATE_TRUNC('year', CAST("C0" AS TIMESTAMP_NTZ(6))) AS DATE);

-- date_trunc(quarter, timestamp)
DATE_TRUNC('quarter', "C0");

-- date_trunc(quarter, date)
CAST(DATE_TRUNC('quarter', CAST("C0" AS TIMESTAMP_NTZ(6))) AS DATE);

-- date_trunc(month, timestamp)
DATE_TRUNC('month', "C0");

-- date_trunc(month, date)
CAST(DATE_TRUNC('month', CAST("C0" AS TIMESTAMP_NTZ(6))) AS DATE);

-- date_trunc(week, timestamp)
DATEADD(DAY, 1 - DAYOFWEEKISO("C0"), DATE_TRUNC('day', "C0"));

-- date_trunc(week, date)
CAST(DATEADD(
  DAY,
  1 - DAYOFWEEKISO(CAST("C0" AS TIMESTAMP_NTZ(6))),
  DATE_TRUNC('day', CAST("C0" AS TIMESTAMP_NTZ(6)))
) AS DATE);

-- date_trunc(day, timestamp)
DATE_TRUNC('day', "C0");

-- date_trunc(day, date)
CAST(DATE_TRUNC('day', CAST("C0" AS TIMESTAMP_NTZ(6))) AS DATE);

-- date_trunc(hour, timestamp)
DATE_TRUNC('hour', "C0");

-- date_trunc(minute, timestamp)
DATE_TRUNC('minute', "C0");

-- date_trunc(second, timestamp)
DATE_TRUNC('second', "C0");

-- day_of_week(date)
DAYOFWEEKISO("C0");

-- day_of_week(timestamp)
DAYOFWEEKISO("C0");

-- divide(int64, int64)
CAST("C0" AS DOUBLE) / NULLIF(CAST("C1" AS DOUBLE), 0);

-- divide(float64, float64)
"C0" / NULLIF("C1", 0);

-- divide(int32, float32)
CAST("C0" AS DOUBLE) / NULLIF(CAST("C1" AS DOUBLE), 0);

-- divide(decimal(10,2), int64)
CAST("C0" AS DOUBLE) / NULLIF(CAST("C1" AS DOUBLE), 0);

-- ends_with(string, string)
RIGHT("C0", LENGTH("C1")) = "C1";

-- ends_with(string, a)
ENDSWITH("C0", 'a');

-- ends_with(string, )
RIGHT("C0", LENGTH('')) = '';

-- ends_with(string, é)
ENDSWITH("C0", 'é');

-- epoch_seconds(date)
DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), CAST("C0" AS TIMESTAMP_NTZ(6)));

-- epoch_seconds(timestamp)
DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "C0");

-- eq(int64, int64)
"C0" = "C1";

-- eq(float64, float64)
"C0" = "C1";

-- eq(string, string)
"C0" = "C1";

-- eq(bool, bool)
"C0" = "C1";

-- eq(date, date)
"C0" = "C1";

-- eq(timestamp, timestamp)
"C0" = "C1";

-- eq(int32, int32)
"C0" = "C1";

-- eq(float32, float32)
"C0" = "C1";

-- eq(decimal(10,2), decimal(10,2))
"C0" = "C1";

-- exp(float64)
CASE
  WHEN "C0" = CAST('NaN' AS DOUBLE)
  THEN "C0"
  WHEN "C0" > 709.782712893384
  THEN CAST('inf' AS DOUBLE)
  WHEN "C0" < -745.2
  THEN 0
  ELSE EXP("C0")
END;

-- exp(int64)
CASE
  WHEN CAST("C0" AS DOUBLE) = CAST('NaN' AS DOUBLE)
  THEN CAST("C0" AS DOUBLE)
  WHEN CAST("C0" AS DOUBLE) > 709.782712893384
  THEN CAST('inf' AS DOUBLE)
  WHEN CAST("C0" AS DOUBLE) < -745.2
  THEN 0
  ELSE EXP(CAST("C0" AS DOUBLE))
END;

-- exp(float32)
CASE
  WHEN CAST("C0" AS DOUBLE) = CAST('NaN' AS DOUBLE)
  THEN CAST("C0" AS DOUBLE)
  WHEN CAST("C0" AS DOUBLE) > 709.782712893384
  THEN CAST('inf' AS DOUBLE)
  WHEN CAST("C0" AS DOUBLE) < -745.2
  THEN 0
  ELSE EXP(CAST("C0" AS DOUBLE))
END;

-- exp(decimal(10,2))
CASE
  WHEN CAST("C0" AS DOUBLE) = CAST('NaN' AS DOUBLE)
  THEN CAST("C0" AS DOUBLE)
  WHEN CAST("C0" AS DOUBLE) > 709.782712893384
  THEN CAST('inf' AS DOUBLE)
  WHEN CAST("C0" AS DOUBLE) < -745.2
  THEN 0
  ELSE EXP(CAST("C0" AS DOUBLE))
END;

-- floor(int64)
"C0";

-- floor(float64)
FLOOR("C0");

-- floor(decimal(10,2))
FLOOR("C0");

-- floor_divide(int64, int64)
CASE
  WHEN CAST((
    "C0" - (
      (
        (
          "C0" % NULLIF("C1", 0)
        ) + NULLIF("C1", 0)
      ) % NULLIF("C1", 0)
    )
  ) / NULLIF("C1", 0) AS DECIMAL(19, 0)) BETWEEN -9223372036854775808 AND 9223372036854775807
  THEN CAST((
    "C0" - (
      (
        (
          "C0" % NULLIF("C1", 0)
        ) + NULLIF("C1", 0)
      ) % NULLIF("C1", 0)
    )
  ) / NULLIF("C1", 0) AS DECIMAL(19, 0))
  ELSE CAST('beyond int64: ' || CAST((
    "C0" - (
      (
        (
          "C0" % NULLIF("C1", 0)
        ) + NULLIF("C1", 0)
      ) % NULLIF("C1", 0)
    )
  ) / NULLIF("C1", 0) AS DECIMAL(19, 0)) AS DECIMAL(19, 0))
END;

-- floor_divide(int64, 7)
CAST((
  "C0" - (
    (
      (
        "C0" % 7
      ) + 7
    ) % 7
  )
) / 7 AS DECIMAL(19, 0));

-- floor_divide(int64, -3)
CAST((
  "C0" - (
    (
      (
        "C0" % -3
      ) + -3
    ) % -3
  )
) / -3 AS DECIMAL(19, 0));

-- floor_divide(int64, int32)
CASE
  WHEN CAST((
    "C0" - (
      (
        (
          "C0" % NULLIF(CAST("C1" AS DECIMAL(10, 0)), 0)
        ) + NULLIF(CAST("C1" AS DECIMAL(10, 0)), 0)
      ) % NULLIF(CAST("C1" AS DECIMAL(10, 0)), 0)
    )
  ) / NULLIF(CAST("C1" AS DECIMAL(10, 0)), 0) AS DECIMAL(19, 0)) BETWEEN -9223372036854775808 AND 9223372036854775807
  THEN CAST((
    "C0" - (
      (
        (
          "C0" % NULLIF(CAST("C1" AS DECIMAL(10, 0)), 0)
        ) + NULLIF(CAST("C1" AS DECIMAL(10, 0)), 0)
      ) % NULLIF(CAST("C1" AS DECIMAL(10, 0)), 0)
    )
  ) / NULLIF(CAST("C1" AS DECIMAL(10, 0)), 0) AS DECIMAL(19, 0))
  ELSE CAST('beyond int64: ' || CAST((
    "C0" - (
      (
        (
          "C0" % NULLIF(CAST("C1" AS DECIMAL(10, 0)), 0)
        ) + NULLIF(CAST("C1" AS DECIMAL(10, 0)), 0)
      ) % NULLIF(CAST("C1" AS DECIMAL(10, 0)), 0)
    )
  ) / NULLIF(CAST("C1" AS DECIMAL(10, 0)), 0) AS DECIMAL(19, 0)) AS DECIMAL(19, 0))
END;

-- ge(int64, int64)
"C0" >= "C1";

-- ge(float64, float64)
"C0" >= "C1";

-- ge(string, string)
"C0" >= "C1";

-- ge(bool, bool)
"C0" >= "C1";

-- ge(date, date)
"C0" >= "C1";

-- ge(timestamp, timestamp)
"C0" >= "C1";

-- ge(int32, int32)
"C0" >= "C1";

-- ge(float32, float32)
"C0" >= "C1";

-- ge(decimal(10,2), decimal(10,2))
"C0" >= "C1";

-- greatest(int64, int64)
GREATEST_IGNORE_NULLS("C0", "C1");

-- greatest(float64, float64)
GREATEST_IGNORE_NULLS("C0", "C1");

-- greatest(string, string)
GREATEST_IGNORE_NULLS("C0", "C1");

-- greatest(bool, bool)
GREATEST_IGNORE_NULLS("C0", "C1");

-- greatest(date, date)
GREATEST_IGNORE_NULLS("C0", "C1");

-- greatest(timestamp, timestamp)
GREATEST_IGNORE_NULLS("C0", "C1");

-- greatest(int32, int32)
GREATEST_IGNORE_NULLS("C0", "C1");

-- greatest(float32, float32)
GREATEST_IGNORE_NULLS("C0", "C1");

-- greatest(decimal(10,2), decimal(10,2))
GREATEST_IGNORE_NULLS("C0", "C1");

-- greatest(int64, int64, int64)
GREATEST_IGNORE_NULLS("C0", "C1", "C2");

-- greatest(float64, float64, float64)
GREATEST_IGNORE_NULLS("C0", "C1", "C2");

-- greatest(string, string, string)
GREATEST_IGNORE_NULLS("C0", "C1", "C2");

-- greatest(bool, bool, bool)
GREATEST_IGNORE_NULLS("C0", "C1", "C2");

-- greatest(date, date, date)
GREATEST_IGNORE_NULLS("C0", "C1", "C2");

-- greatest(timestamp, timestamp, timestamp)
GREATEST_IGNORE_NULLS("C0", "C1", "C2");

-- greatest(int32, int32, int32)
GREATEST_IGNORE_NULLS("C0", "C1", "C2");

-- greatest(float32, float32, float32)
GREATEST_IGNORE_NULLS("C0", "C1", "C2");

-- greatest(decimal(10,2), decimal(10,2), decimal(10,2))
GREATEST_IGNORE_NULLS("C0", "C1", "C2");

-- gt(int64, int64)
"C0" > "C1";

-- gt(float64, float64)
"C0" > "C1";

-- gt(string, string)
"C0" > "C1";

-- gt(bool, bool)
"C0" > "C1";

-- gt(date, date)
"C0" > "C1";

-- gt(timestamp, timestamp)
"C0" > "C1";

-- gt(int32, int32)
"C0" > "C1";

-- gt(float32, float32)
"C0" > "C1";

-- gt(decimal(10,2), decimal(10,2))
"C0" > "C1";

-- hash_bucket(int64, 10)
TO_NUMBER(LEFT(MD5(CAST("C0" AS VARCHAR)), 15), 'XXXXXXXXXXXXXXX') % 10;

-- hash_bucket(int64, 2147483647)
TO_NUMBER(LEFT(MD5(CAST("C0" AS VARCHAR)), 15), 'XXXXXXXXXXXXXXX') % 2147483647;

-- hash_bucket(int32, 10)
TO_NUMBER(LEFT(MD5(CAST("C0" AS VARCHAR)), 15), 'XXXXXXXXXXXXXXX') % 10;

-- hash_bucket(int32, 2147483647)
TO_NUMBER(LEFT(MD5(CAST("C0" AS VARCHAR)), 15), 'XXXXXXXXXXXXXXX') % 2147483647;

-- hash_bucket(string, 10)
TO_NUMBER(LEFT(MD5(CAST("C0" AS VARCHAR)), 15), 'XXXXXXXXXXXXXXX') % 10;

-- hash_bucket(string, 2147483647)
TO_NUMBER(LEFT(MD5(CAST("C0" AS VARCHAR)), 15), 'XXXXXXXXXXXXXXX') % 2147483647;

-- hash_bucket(bool, 10)
TO_NUMBER(LEFT(MD5(CAST("C0" AS VARCHAR)), 15), 'XXXXXXXXXXXXXXX') % 10;

-- hash_bucket(bool, 2147483647)
TO_NUMBER(LEFT(MD5(CAST("C0" AS VARCHAR)), 15), 'XXXXXXXXXXXXXXX') % 2147483647;

-- hash_bucket(date, 10)
TO_NUMBER(LEFT(MD5(TO_CHAR("C0", 'YYYY-MM-DD')), 15), 'XXXXXXXXXXXXXXX') % 10;

-- hash_bucket(date, 2147483647)
TO_NUMBER(LEFT(MD5(TO_CHAR("C0", 'YYYY-MM-DD')), 15), 'XXXXXXXXXXXXXXX') % 2147483647;

-- hash_bucket(timestamp, 10)
TO_NUMBER(
  LEFT(MD5(CAST(DATEDIFF(MICROSECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "C0") AS VARCHAR)), 15),
  'XXXXXXXXXXXXXXX'
) % 10;

-- hash_bucket(timestamp, 2147483647)
TO_NUMBER(
  LEFT(MD5(CAST(DATEDIFF(MICROSECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "C0") AS VARCHAR)), 15),
  'XXXXXXXXXXXXXXX'
) % 2147483647;

-- hash_bucket(bytes, 10)
TO_NUMBER(LEFT(MD5(LOWER(HEX_ENCODE("C0"))), 15), 'XXXXXXXXXXXXXXX') % 10;

-- hash_bucket(bytes, 2147483647)
TO_NUMBER(LEFT(MD5(LOWER(HEX_ENCODE("C0"))), 15), 'XXXXXXXXXXXXXXX') % 2147483647;

-- hash_bucket(decimal(10,2), 10)
TO_NUMBER(LEFT(MD5(CAST("C0" AS VARCHAR)), 15), 'XXXXXXXXXXXXXXX') % 10;

-- hash_bucket(decimal(10,2), 2147483647)
TO_NUMBER(LEFT(MD5(CAST("C0" AS VARCHAR)), 15), 'XXXXXXXXXXXXXXX') % 2147483647;

-- ifnull(int64, int64)
COALESCE("C0", "C1");

-- ifnull(float64, float64)
COALESCE("C0", "C1");

-- ifnull(string, string)
COALESCE("C0", "C1");

-- ifnull(bool, bool)
COALESCE("C0", "C1");

-- ifnull(date, date)
COALESCE("C0", "C1");

-- ifnull(timestamp, timestamp)
COALESCE("C0", "C1");

-- ifnull(int32, int32)
COALESCE("C0", "C1");

-- ifnull(float32, float32)
COALESCE("C0", "C1");

-- ifnull(decimal(10,2), decimal(10,2))
COALESCE("C0", "C1");

-- in(int64, int64)
"C0" IN ("C1");

-- in(float64, float64)
"C0" IN ("C1");

-- in(string, string)
"C0" IN ("C1");

-- in(bool, bool)
"C0" IN ("C1");

-- in(date, date)
"C0" IN ("C1");

-- in(timestamp, timestamp)
"C0" IN ("C1");

-- in(int32, int32)
"C0" IN ("C1");

-- in(float32, float32)
"C0" IN ("C1");

-- in(decimal(10,2), decimal(10,2))
"C0" IN ("C1");

-- in(int64, int64, int64)
"C0" IN ("C1", "C2");

-- in(float64, float64, float64)
"C0" IN ("C1", "C2");

-- in(string, string, string)
"C0" IN ("C1", "C2");

-- in(bool, bool, bool)
"C0" IN ("C1", "C2");

-- in(date, date, date)
"C0" IN ("C1", "C2");

-- in(timestamp, timestamp, timestamp)
"C0" IN ("C1", "C2");

-- in(int32, int32, int32)
"C0" IN ("C1", "C2");

-- in(float32, float32, float32)
"C0" IN ("C1", "C2");

-- in(decimal(10,2), decimal(10,2), decimal(10,2))
"C0" IN ("C1", "C2");

-- in(int64, 1, 7)
"C0" IN (1, 7);

-- in(string, Ab, )
"C0" IN ('Ab', '');

-- is_nan(float64)
"C0" = CAST('NaN' AS DOUBLE);

-- is_nan(float32)
"C0" = CAST('NaN' AS DOUBLE);

-- is_null(int64)
"C0" IS NULL;

-- is_null(float64)
"C0" IS NULL;

-- is_null(string)
"C0" IS NULL;

-- is_null(bool)
"C0" IS NULL;

-- is_null(date)
"C0" IS NULL;

-- is_null(timestamp)
"C0" IS NULL;

-- is_null(int32)
"C0" IS NULL;

-- is_null(float32)
"C0" IS NULL;

-- is_null(decimal(10,2))
"C0" IS NULL;

-- le(int64, int64)
"C0" <= "C1";

-- le(float64, float64)
"C0" <= "C1";

-- le(string, string)
"C0" <= "C1";

-- le(bool, bool)
"C0" <= "C1";

-- le(date, date)
"C0" <= "C1";

-- le(timestamp, timestamp)
"C0" <= "C1";

-- le(int32, int32)
"C0" <= "C1";

-- le(float32, float32)
"C0" <= "C1";

-- le(decimal(10,2), decimal(10,2))
"C0" <= "C1";

-- least(int64, int64)
LEAST_IGNORE_NULLS("C0", "C1");

-- least(float64, float64)
LEAST_IGNORE_NULLS("C0", "C1");

-- least(string, string)
LEAST_IGNORE_NULLS("C0", "C1");

-- least(bool, bool)
LEAST_IGNORE_NULLS("C0", "C1");

-- least(date, date)
LEAST_IGNORE_NULLS("C0", "C1");

-- least(timestamp, timestamp)
LEAST_IGNORE_NULLS("C0", "C1");

-- least(int32, int32)
LEAST_IGNORE_NULLS("C0", "C1");

-- least(float32, float32)
LEAST_IGNORE_NULLS("C0", "C1");

-- least(decimal(10,2), decimal(10,2))
LEAST_IGNORE_NULLS("C0", "C1");

-- least(int64, int64, int64)
LEAST_IGNORE_NULLS("C0", "C1", "C2");

-- least(float64, float64, float64)
LEAST_IGNORE_NULLS("C0", "C1", "C2");

-- least(string, string, string)
LEAST_IGNORE_NULLS("C0", "C1", "C2");

-- least(bool, bool, bool)
LEAST_IGNORE_NULLS("C0", "C1", "C2");

-- least(date, date, date)
LEAST_IGNORE_NULLS("C0", "C1", "C2");

-- least(timestamp, timestamp, timestamp)
LEAST_IGNORE_NULLS("C0", "C1", "C2");

-- least(int32, int32, int32)
LEAST_IGNORE_NULLS("C0", "C1", "C2");

-- least(float32, float32, float32)
LEAST_IGNORE_NULLS("C0", "C1", "C2");

-- least(decimal(10,2), decimal(10,2), decimal(10,2))
LEAST_IGNORE_NULLS("C0", "C1", "C2");

-- length(string)
LENGTH("C0");

-- like(string, string)
"C0" LIKE "C1";

-- like(string, %)
"C0" LIKE '%';

-- like(string, a%)
"C0" LIKE 'a%';

-- like(string, %a%)
"C0" LIKE '%a%';

-- like(string, %_)
"C0" LIKE '%_';

-- like(string, __%b)
"C0" LIKE '__%b';

-- like(string, it's)
"C0" LIKE 'it\'s';

-- like(string, a\b)
"C0" LIKE 'a\\b';

-- like(string, %,%,%)
"C0" LIKE '%,%,%';

-- list_element(list<int64>, int64)
CASE WHEN "C1" >= 1 THEN CAST(GET("C0", "C1" - 1) AS DECIMAL(19, 0)) END;

-- list_element(list<int64>, 1)
CAST(GET("C0", 0) AS DECIMAL(19, 0));

-- list_element(list<int64>, 4)
CAST(GET("C0", 3) AS DECIMAL(19, 0));

-- list_element(list<float64>, int64)
CASE WHEN "C1" >= 1 THEN CAST(GET("C0", "C1" - 1) AS DOUBLE) END;

-- list_element(list<float64>, 1)
CAST(GET("C0", 0) AS DOUBLE);

-- list_element(list<float64>, 4)
CAST(GET("C0", 3) AS DOUBLE);

-- list_element(list<string>, int64)
CASE WHEN "C1" >= 1 THEN CAST(GET("C0", "C1" - 1) AS VARCHAR) END;

-- list_element(list<string>, 1)
CAST(GET("C0", 0) AS VARCHAR);

-- list_element(list<string>, 4)
CAST(GET("C0", 3) AS VARCHAR);

-- list_element(list<timestamp>, int64)
CASE WHEN "C1" >= 1 THEN CAST(GET("C0", "C1" - 1) AS TIMESTAMP_NTZ(6)) END;

-- list_element(list<timestamp>, 1)
CAST(GET("C0", 0) AS TIMESTAMP_NTZ(6));

-- list_element(list<timestamp>, 4)
CAST(GET("C0", 3) AS TIMESTAMP_NTZ(6));

-- list_element(list<decimal(10,2)>, int64)
CASE WHEN "C1" >= 1 THEN CAST(GET("C0", "C1" - 1) AS DECIMAL(10, 2)) END;

-- list_element(list<decimal(10,2)>, 1)
CAST(GET("C0", 0) AS DECIMAL(10, 2));

-- list_element(list<decimal(10,2)>, 4)
CAST(GET("C0", 3) AS DECIMAL(10, 2));

-- list_element(vector<float32,3>, int32)
CASE
  WHEN CAST("C1" AS DECIMAL(10, 0)) >= 1
  THEN CAST(GET("C0", CAST("C1" AS DECIMAL(10, 0)) - 1) AS DOUBLE)
END;

-- list_length(list<int64>)
ARRAY_SIZE("C0");

-- list_length(list<float64>)
ARRAY_SIZE("C0");

-- list_length(list<string>)
ARRAY_SIZE("C0");

-- list_length(list<timestamp>)
ARRAY_SIZE("C0");

-- list_length(list<decimal(10,2)>)
ARRAY_SIZE("C0");

-- list_length(vector<float32,3>)
ARRAY_SIZE("C0");

-- ln(float64)
CASE WHEN "C0" <= 0 THEN NULL WHEN "C0" < CAST('inf' AS DOUBLE) THEN LN("C0") ELSE "C0" END;

-- ln(int64)
CASE
  WHEN CAST("C0" AS DOUBLE) <= 0
  THEN NULL
  WHEN CAST("C0" AS DOUBLE) < CAST('inf' AS DOUBLE)
  THEN LN(CAST("C0" AS DOUBLE))
  ELSE CAST("C0" AS DOUBLE)
END;

-- ln(float32)
CASE
  WHEN CAST("C0" AS DOUBLE) <= 0
  THEN NULL
  WHEN CAST("C0" AS DOUBLE) < CAST('inf' AS DOUBLE)
  THEN LN(CAST("C0" AS DOUBLE))
  ELSE CAST("C0" AS DOUBLE)
END;

-- ln(decimal(10,2))
CASE
  WHEN CAST("C0" AS DOUBLE) <= 0
  THEN NULL
  WHEN CAST("C0" AS DOUBLE) < CAST('inf' AS DOUBLE)
  THEN LN(CAST("C0" AS DOUBLE))
  ELSE CAST("C0" AS DOUBLE)
END;

-- log10(float64)
CASE WHEN "C0" <= 0 THEN NULL WHEN "C0" < CAST('inf' AS DOUBLE) THEN LOG(10, "C0") ELSE "C0" END;

-- log10(int64)
CASE
  WHEN CAST("C0" AS DOUBLE) <= 0
  THEN NULL
  WHEN CAST("C0" AS DOUBLE) < CAST('inf' AS DOUBLE)
  THEN LOG(10, CAST("C0" AS DOUBLE))
  ELSE CAST("C0" AS DOUBLE)
END;

-- log10(float32)
CASE
  WHEN CAST("C0" AS DOUBLE) <= 0
  THEN NULL
  WHEN CAST("C0" AS DOUBLE) < CAST('inf' AS DOUBLE)
  THEN LOG(10, CAST("C0" AS DOUBLE))
  ELSE CAST("C0" AS DOUBLE)
END;

-- log10(decimal(10,2))
CASE
  WHEN CAST("C0" AS DOUBLE) <= 0
  THEN NULL
  WHEN CAST("C0" AS DOUBLE) < CAST('inf' AS DOUBLE)
  THEN LOG(10, CAST("C0" AS DOUBLE))
  ELSE CAST("C0" AS DOUBLE)
END;

-- lower(string)
LOWER(TRANSLATE("C0", 'Σİ', 'σi'));

-- lt(int64, int64)
"C0" < "C1";

-- lt(float64, float64)
"C0" < "C1";

-- lt(string, string)
"C0" < "C1";

-- lt(bool, bool)
"C0" < "C1";

-- lt(date, date)
"C0" < "C1";

-- lt(timestamp, timestamp)
"C0" < "C1";

-- lt(int32, int32)
"C0" < "C1";

-- lt(float32, float32)
"C0" < "C1";

-- lt(decimal(10,2), decimal(10,2))
"C0" < "C1";

-- ltrim(string)
LTRIM("C0", ' ');

-- modulo(int64, int64)
(
  (
    "C0" % NULLIF("C1", 0)
  ) + NULLIF("C1", 0)
) % NULLIF("C1", 0);

-- modulo(int64, 7)
(
  (
    "C0" % 7
  ) + 7
) % 7;

-- modulo(int64, -3)
(
  (
    "C0" % -3
  ) + -3
) % -3;

-- modulo(int64, int32)
(
  (
    "C0" % NULLIF(CAST("C1" AS DECIMAL(10, 0)), 0)
  ) + NULLIF(CAST("C1" AS DECIMAL(10, 0)), 0)
) % NULLIF(CAST("C1" AS DECIMAL(10, 0)), 0);

-- multiply(int64, int64)
CASE
  WHEN (
    "C0" * "C1"
  ) BETWEEN -9223372036854775808 AND 9223372036854775807
  THEN "C0" * "C1"
  ELSE CAST('beyond int64: ' || (
    "C0" * "C1"
  ) AS DECIMAL(19, 0))
END;

-- multiply(float64, float64)
"C0" * "C1";

-- multiply(float32, float64)
CAST("C0" AS DOUBLE) * "C1";

-- ne(int64, int64)
"C0" <> "C1";

-- ne(float64, float64)
"C0" <> "C1";

-- ne(string, string)
"C0" <> "C1";

-- ne(bool, bool)
"C0" <> "C1";

-- ne(date, date)
"C0" <> "C1";

-- ne(timestamp, timestamp)
"C0" <> "C1";

-- ne(int32, int32)
"C0" <> "C1";

-- ne(float32, float32)
"C0" <> "C1";

-- ne(decimal(10,2), decimal(10,2))
"C0" <> "C1";

-- negate(int64)
CASE
  WHEN (
    -"C0"
  ) BETWEEN -9223372036854775808 AND 9223372036854775807
  THEN -"C0"
  ELSE CAST('beyond int64: ' || (
    -"C0"
  ) AS DECIMAL(19, 0))
END;

-- negate(float64)
-"C0";

-- negate(decimal(10,2))
-"C0";

-- not(bool)
NOT "C0";

-- nullif(int64, int64)
NULLIF("C0", "C1");

-- nullif(float64, float64)
NULLIF("C0", "C1");

-- nullif(string, string)
NULLIF("C0", "C1");

-- nullif(bool, bool)
NULLIF("C0", "C1");

-- nullif(date, date)
NULLIF("C0", "C1");

-- nullif(timestamp, timestamp)
NULLIF("C0", "C1");

-- nullif(int32, int32)
NULLIF("C0", "C1");

-- nullif(float32, float32)
NULLIF("C0", "C1");

-- nullif(decimal(10,2), decimal(10,2))
NULLIF("C0", "C1");

-- or(bool, bool)
"C0" OR "C1";

-- or(bool, bool, bool)
"C0" OR "C1" OR "C2";

-- pow(float64, float64)
CASE
  WHEN "C0" IS NULL OR "C1" IS NULL
  THEN NULL
  WHEN "C0" = 1 OR "C1" = 0
  THEN 1
  WHEN "C0" = CAST('NaN' AS DOUBLE) OR "C1" = CAST('NaN' AS DOUBLE)
  THEN CAST('NaN' AS DOUBLE)
  WHEN (
    "C0" = 0 AND "C1" < 0
  )
  OR (
    "C0" < 0 AND ABS("C1") < CAST('inf' AS DOUBLE) AND "C1" <> FLOOR("C1")
  )
  THEN NULL
  WHEN ABS("C0") < CAST('inf' AS DOUBLE) AND ABS("C1") < CAST('inf' AS DOUBLE)
  THEN POWER("C0", "C1")
  ELSE CASE
    WHEN ABS("C0") = 1
    THEN 1
    WHEN (
      ABS("C0") > 1
    ) = (
      "C1" > 0
    )
    THEN CASE
      WHEN "C0" < 0
      AND (
        FLOOR("C1") = "C1" AND FLOOR("C1" / 2.0) <> (
          "C1" / 2.0
        ) AND ABS("C1") < CAST('inf' AS DOUBLE)
      )
      THEN CAST('-inf' AS DOUBLE)
      ELSE CAST('inf' AS DOUBLE)
    END
    ELSE 0
  END
END;

-- pow(int64, int32)
CASE
  WHEN CAST("C0" AS DOUBLE) IS NULL OR CAST("C1" AS DOUBLE) IS NULL
  THEN NULL
  WHEN CAST("C0" AS DOUBLE) = 1 OR CAST("C1" AS DOUBLE) = 0
  THEN 1
  WHEN CAST("C0" AS DOUBLE) = CAST('NaN' AS DOUBLE) OR CAST("C1" AS DOUBLE) = CAST('NaN' AS DOUBLE)
  THEN CAST('NaN' AS DOUBLE)
  WHEN (
    CAST("C0" AS DOUBLE) = 0 AND CAST("C1" AS DOUBLE) < 0
  )
  OR (
    CAST("C0" AS DOUBLE) < 0
    AND ABS(CAST("C1" AS DOUBLE)) < CAST('inf' AS DOUBLE)
    AND CAST("C1" AS DOUBLE) <> FLOOR(CAST("C1" AS DOUBLE))
  )
  THEN NULL
  WHEN ABS(CAST("C0" AS DOUBLE)) < CAST('inf' AS DOUBLE)
  AND ABS(CAST("C1" AS DOUBLE)) < CAST('inf' AS DOUBLE)
  THEN POWER(CAST("C0" AS DOUBLE), CAST("C1" AS DOUBLE))
  ELSE CASE
    WHEN ABS(CAST("C0" AS DOUBLE)) = 1
    THEN 1
    WHEN (
      ABS(CAST("C0" AS DOUBLE)) > 1
    ) = (
      CAST("C1" AS DOUBLE) > 0
    )
    THEN CASE
      WHEN CAST("C0" AS DOUBLE) < 0
      AND (
        FLOOR(CAST("C1" AS DOUBLE)) = CAST("C1" AS DOUBLE)
        AND FLOOR(CAST("C1" AS DOUBLE) / 2.0) <> (
          CAST("C1" AS DOUBLE) / 2.0
        )
        AND ABS(CAST("C1" AS DOUBLE)) < CAST('inf' AS DOUBLE)
      )
      THEN CAST('-inf' AS DOUBLE)
      ELSE CAST('inf' AS DOUBLE)
    END
    ELSE 0
  END
END;

-- pow(float32, decimal(10,2))
CASE
  WHEN CAST("C0" AS DOUBLE) IS NULL OR CAST("C1" AS DOUBLE) IS NULL
  THEN NULL
  WHEN CAST("C0" AS DOUBLE) = 1 OR CAST("C1" AS DOUBLE) = 0
  THEN 1
  WHEN CAST("C0" AS DOUBLE) = CAST('NaN' AS DOUBLE) OR CAST("C1" AS DOUBLE) = CAST('NaN' AS DOUBLE)
  THEN CAST('NaN' AS DOUBLE)
  WHEN (
    CAST("C0" AS DOUBLE) = 0 AND CAST("C1" AS DOUBLE) < 0
  )
  OR (
    CAST("C0" AS DOUBLE) < 0
    AND ABS(CAST("C1" AS DOUBLE)) < CAST('inf' AS DOUBLE)
    AND CAST("C1" AS DOUBLE) <> FLOOR(CAST("C1" AS DOUBLE))
  )
  THEN NULL
  WHEN ABS(CAST("C0" AS DOUBLE)) < CAST('inf' AS DOUBLE)
  AND ABS(CAST("C1" AS DOUBLE)) < CAST('inf' AS DOUBLE)
  THEN POWER(CAST("C0" AS DOUBLE), CAST("C1" AS DOUBLE))
  ELSE CASE
    WHEN ABS(CAST("C0" AS DOUBLE)) = 1
    THEN 1
    WHEN (
      ABS(CAST("C0" AS DOUBLE)) > 1
    ) = (
      CAST("C1" AS DOUBLE) > 0
    )
    THEN CASE
      WHEN CAST("C0" AS DOUBLE) < 0
      AND (
        FLOOR(CAST("C1" AS DOUBLE)) = CAST("C1" AS DOUBLE)
        AND FLOOR(CAST("C1" AS DOUBLE) / 2.0) <> (
          CAST("C1" AS DOUBLE) / 2.0
        )
        AND ABS(CAST("C1" AS DOUBLE)) < CAST('inf' AS DOUBLE)
      )
      THEN CAST('-inf' AS DOUBLE)
      ELSE CAST('inf' AS DOUBLE)
    END
    ELSE 0
  END
END;

-- pow(float64, 0)
CASE WHEN "C0" IS NOT NULL THEN 1 END;

-- pow(float64, 2)
CASE WHEN ABS("C0") < CAST('inf' AS DOUBLE) THEN POWER("C0", 2.0) ELSE ABS("C0") END;

-- pow(float64, 0.5)
CASE
  WHEN "C0" < 0
  THEN NULL
  WHEN ABS("C0") < CAST('inf' AS DOUBLE)
  THEN POWER("C0", 0.5)
  ELSE ABS("C0")
END;

-- pow(float64, -1)
CASE
  WHEN "C0" = 0
  THEN NULL
  WHEN ABS("C0") < CAST('inf' AS DOUBLE)
  THEN POWER("C0", -1.0)
  WHEN "C0" = CAST('NaN' AS DOUBLE)
  THEN "C0"
  WHEN "C0" IS NOT NULL
  THEN 0
END;

-- pow(float64, -0.5)
CASE
  WHEN "C0" = 0
  THEN NULL
  WHEN "C0" < 0
  THEN NULL
  WHEN ABS("C0") < CAST('inf' AS DOUBLE)
  THEN POWER("C0", -0.5)
  WHEN "C0" = CAST('NaN' AS DOUBLE)
  THEN "C0"
  WHEN "C0" IS NOT NULL
  THEN 0
END;

-- pow(float64, 1e+300)
CASE
  WHEN ABS("C0") < CAST('inf' AS DOUBLE)
  THEN POWER("C0", CAST('1e+300' AS DOUBLE))
  ELSE ABS("C0")
END;

-- regexp_extract(string, [a-z]+)
REGEXP_SUBSTR("C0", '[a-z]+');

-- regexp_extract(string, ^.*$)
CASE WHEN REGEXP_LIKE("C0", '(.*)') THEN COALESCE(REGEXP_SUBSTR("C0", '^.*$'), '') END;

-- regexp_extract(string, (\d+)\.?(\d*))
REGEXP_SUBSTR("C0", '[0-9]+\\.?[0-9]*');

-- regexp_extract(string, (?:a|[^,b])+,(.)?)
REGEXP_SUBSTR("C0", '(a|[^,b])+,.?');

-- regexp_extract(string, \s\w|ŉ)
REGEXP_SUBSTR("C0", '[\t\n\f\r ][0-9A-Z_a-z]|ŉ');

-- regexp_extract(string, (b|é)(\n.)?)
REGEXP_SUBSTR("C0", '(b|é)(\n.)?');

-- regexp_extract(string, (\d+)\.?(\d*), 1)
CASE
  WHEN REGEXP_LIKE("C0", '(.|\n)*([0-9]+\\.?[0-9]*)(.|\n)*')
  THEN COALESCE(REGEXP_SUBSTR("C0", '([0-9]+)\\.?[0-9]*', 1, 1, 'e', 1), '')
END;

-- regexp_extract(string, (?:a|[^,b])+,(.)?, 1)
CASE
  WHEN REGEXP_LIKE("C0", '(.|\n)*((a|[^,b])+,.?)(.|\n)*')
  THEN COALESCE(REGEXP_SUBSTR("C0", '(a|[^,b])+,(.)?', 1, 1, 'e', 2), '')
END;

-- regexp_extract(string, (b|é)(\n.)?, 2)
CASE
  WHEN REGEXP_LIKE("C0", '(.|\n)*((b|é)(\n.)?)(.|\n)*')
  THEN COALESCE(REGEXP_SUBSTR("C0", '(b|é)(\n.)?', 1, 1, 'e', 2), '')
END;

-- regexp_extract(string, (a)(b)?, 0)
REGEXP_SUBSTR("C0", 'ab?');

-- regexp_matches(string, [a-z]+)
REGEXP_LIKE("C0", '(.|\n)*([a-z]+)(.|\n)*');

-- regexp_matches(string, ^.*$)
REGEXP_LIKE("C0", '(.*)');

-- regexp_matches(string, (\d+)\.?(\d*))
REGEXP_LIKE("C0", '(.|\n)*([0-9]+\\.?[0-9]*)(.|\n)*');

-- regexp_matches(string, (?:a|[^,b])+,(.)?)
REGEXP_LIKE("C0", '(.|\n)*((a|[^,b])+,.?)(.|\n)*');

-- regexp_matches(string, \s\w|ŉ)
REGEXP_LIKE("C0", '(.|\n)*([\t\n\f\r ][0-9A-Z_a-z]|ŉ)(.|\n)*');

-- regexp_matches(string, (b|é)(\n.)?)
REGEXP_LIKE("C0", '(.|\n)*((b|é)(\n.)?)(.|\n)*');

-- replace(string, string, string)
CASE WHEN "C1" = '' AND "C2" IS NOT NULL THEN "C0" ELSE REPLACE("C0", "C1", "C2") END;

-- replace(string, a, bb)
REPLACE("C0", 'a', 'bb');

-- replace(string, , x)
CASE WHEN '' = '' AND 'x' IS NOT NULL THEN "C0" ELSE REPLACE("C0", '', 'x') END;

-- round(int64)
"C0";

-- round(float64)
CASE WHEN ABS("C0") < 4503599627370496 THEN ROUND("C0") ELSE "C0" END;

-- round(decimal(10,2))
CAST(ROUND("C0", 0) AS DECIMAL(10, 0));

-- round(float64, 0)
CASE WHEN ABS("C0") < 4503599627370496 THEN ROUND("C0") ELSE "C0" END;

-- round(float64, 1)
CASE
  WHEN ABS("C0" * 10) < 4503599627370496
  THEN ROUND("C0" * 10) / 10
  WHEN ABS("C0" * 10) < CAST('inf' AS DOUBLE)
  THEN (
    "C0" * 10
  ) / 10
  ELSE "C0"
END;

-- round(float64, 2)
CASE
  WHEN ABS("C0" * 100) < 4503599627370496
  THEN ROUND("C0" * 100) / 100
  WHEN ABS("C0" * 100) < CAST('inf' AS DOUBLE)
  THEN (
    "C0" * 100
  ) / 100
  ELSE "C0"
END;

-- round(float64, 15)
CASE
  WHEN ABS("C0" * 1000000000000000) < 4503599627370496
  THEN ROUND("C0" * 1000000000000000) / 1000000000000000
  WHEN ABS("C0" * 1000000000000000) < CAST('inf' AS DOUBLE)
  THEN (
    "C0" * 1000000000000000
  ) / 1000000000000000
  ELSE "C0"
END;

-- round(decimal(10,2), 0)
CAST(ROUND("C0", 0) AS DECIMAL(10, 0));

-- round(decimal(10,2), 1)
CAST(ROUND("C0", 1) AS DECIMAL(10, 1));

-- round(decimal(10,2), 2)
"C0";

-- round(decimal(10,2), 15)
"C0";

-- rtrim(string)
RTRIM("C0", ' ');

-- sign(float64)
CASE
  WHEN "C0" = CAST('NaN' AS DOUBLE)
  THEN 0
  WHEN "C0" > 0
  THEN 1
  WHEN "C0" < 0
  THEN -1
  WHEN "C0" IS NOT NULL
  THEN 0
END;

-- sign(int64)
CASE WHEN "C0" > 0 THEN 1 WHEN "C0" < 0 THEN -1 WHEN "C0" IS NOT NULL THEN 0 END;

-- sign(float32)
CASE
  WHEN CAST("C0" AS DOUBLE) = CAST('NaN' AS DOUBLE)
  THEN 0
  WHEN CAST("C0" AS DOUBLE) > 0
  THEN 1
  WHEN CAST("C0" AS DOUBLE) < 0
  THEN -1
  WHEN CAST("C0" AS DOUBLE) IS NOT NULL
  THEN 0
END;

-- sign(decimal(10,2))
CASE WHEN "C0" > 0 THEN 1 WHEN "C0" < 0 THEN -1 WHEN "C0" IS NOT NULL THEN 0 END;

-- split_part(string, string, int64)
SPLIT_PART("C0", "C1", CASE WHEN NOT "C2" BETWEEN 1 AND 2147483647 THEN 2147483647 ELSE "C2" END);

-- split_part(string, ,, 1)
SPLIT_PART("C0", ',', 1);

-- split_part(string, ,, 2)
SPLIT_PART("C0", ',', 2);

-- split_part(string, ,, 3)
SPLIT_PART("C0", ',', 3);

-- split_part(string, ,, 9)
SPLIT_PART("C0", ',', 9);

-- split_part(string, ,, int32)
SPLIT_PART("C0", ',', CASE WHEN NOT "C1" BETWEEN 1 AND 2147483647 THEN 2147483647 ELSE "C1" END);

-- sqrt(float64)
CASE WHEN "C0" < 0 THEN NULL WHEN "C0" < CAST('inf' AS DOUBLE) THEN SQRT("C0") ELSE "C0" END;

-- sqrt(int64)
CASE
  WHEN CAST("C0" AS DOUBLE) < 0
  THEN NULL
  WHEN CAST("C0" AS DOUBLE) < CAST('inf' AS DOUBLE)
  THEN SQRT(CAST("C0" AS DOUBLE))
  ELSE CAST("C0" AS DOUBLE)
END;

-- sqrt(float32)
CASE
  WHEN CAST("C0" AS DOUBLE) < 0
  THEN NULL
  WHEN CAST("C0" AS DOUBLE) < CAST('inf' AS DOUBLE)
  THEN SQRT(CAST("C0" AS DOUBLE))
  ELSE CAST("C0" AS DOUBLE)
END;

-- sqrt(decimal(10,2))
CASE
  WHEN CAST("C0" AS DOUBLE) < 0
  THEN NULL
  WHEN CAST("C0" AS DOUBLE) < CAST('inf' AS DOUBLE)
  THEN SQRT(CAST("C0" AS DOUBLE))
  ELSE CAST("C0" AS DOUBLE)
END;

-- starts_with(string, string)
LEFT("C0", LENGTH("C1")) = "C1";

-- starts_with(string, a)
STARTSWITH("C0", 'a');

-- starts_with(string, )
LEFT("C0", LENGTH('')) = '';

-- starts_with(string, é)
STARTSWITH("C0", 'é');

-- substr(string, 1)
SUBSTRING("C0", 1);

-- substr(string, 3)
SUBSTRING("C0", 3);

-- substr(string, int64)
SUBSTRING("C0", CASE WHEN "C1" < 1 THEN 1 WHEN "C1" > 2147483647 THEN 2147483647 ELSE "C1" END);

-- substr(string, int32)
SUBSTRING(
  "C0",
  CASE
    WHEN CAST("C1" AS DECIMAL(10, 0)) < 1
    THEN 1
    WHEN CAST("C1" AS DECIMAL(10, 0)) > 2147483647
    THEN 2147483647
    ELSE CAST("C1" AS DECIMAL(10, 0))
  END
);

-- substr(string, 2, 0)
SUBSTRING("C0", 2, 0);

-- substr(string, 1, 3)
SUBSTRING("C0", 1, 3);

-- substr(string, int64, int64)
SUBSTRING(
  "C0",
  CASE WHEN "C1" < 1 THEN 1 WHEN "C1" > 2147483647 THEN 2147483647 ELSE "C1" END,
  CASE WHEN "C2" < 0 THEN 0 WHEN "C2" > 2147483647 THEN 2147483647 ELSE "C2" END
);

-- substr(string, int32, 2)
SUBSTRING(
  "C0",
  CASE
    WHEN CAST("C1" AS DECIMAL(10, 0)) < 1
    THEN 1
    WHEN CAST("C1" AS DECIMAL(10, 0)) > 2147483647
    THEN 2147483647
    ELSE CAST("C1" AS DECIMAL(10, 0))
  END,
  2
);

-- subtract(int64, int64)
CASE
  WHEN (
    "C0" - "C1"
  ) BETWEEN -9223372036854775808 AND 9223372036854775807
  THEN "C0" - "C1"
  ELSE CAST('beyond int64: ' || (
    "C0" - "C1"
  ) AS DECIMAL(19, 0))
END;

-- subtract(float64, float64)
"C0" - "C1";

-- subtract(decimal(10,2), decimal(10,2))
CAST("C0" - "C1" AS DECIMAL(11, 2));

-- trim(string)
TRIM("C0", ' ');

-- upper(string)
UPPER(TRANSLATE("C0", 'ß', 'ẞ'));

-- unknown types: a + b * 2
"A" + (
  "B" * 2
);

-- unknown types: a / b
CAST("A" AS DOUBLE) / NULLIF(CAST("B" AS DOUBLE), 0);

-- unknown types: a = b or a < b
"A" = "B" OR "A" < "B";

-- unknown types: a in (b, 1)
"A" IN ("B", 1);

-- unknown types: case when a > 0.5 then a else b end
CASE WHEN "A" > 0.5 THEN "A" ELSE "B" END;

-- unknown types: coalesce(a, b, 0)
COALESCE("A", "B", 0);

-- unknown types: greatest(a, b)
GREATEST_IGNORE_NULLS("A", "B");

-- unknown types: round(a, 2)
ROUND("A", 2);

-- unknown types: upper(a) like 'A%'
UPPER(TRANSLATE("A", 'ß', 'ẞ')) LIKE 'A%';

-- unknown types: try_cast(a as int64)
TRY_CAST(TO_VARCHAR("A") AS DECIMAL(19, 0));

-- unknown types: cast(a as float64) > 1.5
CAST("A" AS DOUBLE) > 1.5;

-- unknown types: date_trunc('day', a)
DATE_TRUNC('day', "A");

-- unknown types: date_diff('day', a, b)
TRUNC(CAST(DATEDIFF(MICROSECOND, "A", "B") AS DECIMAL(38, 12)) / 86400000000);

-- cast(bool as int32)
CAST("C0" AS DECIMAL(10, 0));

-- try_cast(bool as int32)
CAST("C0" AS DECIMAL(10, 0));

-- cast(bool as int64)
CAST("C0" AS DECIMAL(19, 0));

-- try_cast(bool as int64)
CAST("C0" AS DECIMAL(19, 0));

-- cast(bool as string)
CAST("C0" AS VARCHAR);

-- try_cast(bool as string)
CAST("C0" AS VARCHAR);

-- cast(int32 as int64)
CAST("C0" AS DECIMAL(10, 0));

-- try_cast(int32 as int64)
CAST("C0" AS DECIMAL(10, 0));

-- cast(int64 as int32)
CASE
  WHEN "C0" BETWEEN -2147483648 AND 2147483647
  THEN CAST("C0" AS DECIMAL(10, 0))
  WHEN "C0" IS NOT NULL
  THEN CAST('not int32: ' || TO_VARCHAR("C0") AS DECIMAL(10, 0))
END;

-- try_cast(int64 as int32)
CASE WHEN "C0" BETWEEN -2147483648 AND 2147483647 THEN CAST("C0" AS DECIMAL(10, 0)) END;

-- cast(int32 as float64)
CAST("C0" AS DOUBLE);

-- try_cast(int32 as float64)
CAST("C0" AS DOUBLE);

-- cast(int64 as float64)
CAST("C0" AS DOUBLE);

-- try_cast(int64 as float64)
CAST("C0" AS DOUBLE);

-- cast(int32 as decimal)
CAST("C0" AS DECIMAL(10, 2));

-- try_cast(int32 as decimal)
CASE WHEN ABS(ROUND("C0", 2)) < 100000000 THEN CAST("C0" AS DECIMAL(10, 2)) END;

-- cast(int64 as decimal)
CAST("C0" AS DECIMAL(10, 2));

-- try_cast(int64 as decimal)
CASE WHEN ABS(ROUND("C0", 2)) < 100000000 THEN CAST("C0" AS DECIMAL(10, 2)) END;

-- cast(int32 as string)
CAST("C0" AS VARCHAR);

-- try_cast(int32 as string)
CAST("C0" AS VARCHAR);

-- cast(int64 as string)
CAST("C0" AS VARCHAR);

-- try_cast(int64 as string)
CAST("C0" AS VARCHAR);

-- cast(float32 as float64)
CAST("C0" AS DOUBLE);

-- try_cast(float32 as float64)
CAST("C0" AS DOUBLE);

-- cast(float32 as int32)
CASE
  WHEN "C0" > -2147483649 AND "C0" < 2147483648
  THEN CAST(TRUNC("C0") AS DECIMAL(10, 0))
  WHEN "C0" IS NOT NULL
  THEN CAST('not int32: ' || TO_VARCHAR("C0") AS DECIMAL(10, 0))
END;

-- try_cast(float32 as int32)
CASE WHEN "C0" > -2147483649 AND "C0" < 2147483648 THEN CAST(TRUNC("C0") AS DECIMAL(10, 0)) END;

-- cast(float32 as int64)
CASE
  WHEN "C0" >= CAST('-9223372036854775808' AS DOUBLE) AND "C0" < CAST('9223372036854775808' AS DOUBLE)
  THEN CAST(TRUNC("C0") AS DECIMAL(19, 0))
  WHEN "C0" IS NOT NULL
  THEN CAST('not int64: ' || TO_VARCHAR("C0") AS DECIMAL(19, 0))
END;

-- try_cast(float32 as int64)
CASE
  WHEN "C0" >= CAST('-9223372036854775808' AS DOUBLE) AND "C0" < CAST('9223372036854775808' AS DOUBLE)
  THEN CAST(TRUNC("C0") AS DECIMAL(19, 0))
END;

-- cast(float64 as int32)
CASE
  WHEN "C0" > -2147483649 AND "C0" < 2147483648
  THEN CAST(TRUNC("C0") AS DECIMAL(10, 0))
  WHEN "C0" IS NOT NULL
  THEN CAST('not int32: ' || TO_VARCHAR("C0") AS DECIMAL(10, 0))
END;

-- try_cast(float64 as int32)
CASE WHEN "C0" > -2147483649 AND "C0" < 2147483648 THEN CAST(TRUNC("C0") AS DECIMAL(10, 0)) END;

-- cast(float64 as int64)
CASE
  WHEN "C0" >= CAST('-9223372036854775808' AS DOUBLE) AND "C0" < CAST('9223372036854775808' AS DOUBLE)
  THEN CAST(TRUNC("C0") AS DECIMAL(19, 0))
  WHEN "C0" IS NOT NULL
  THEN CAST('not int64: ' || TO_VARCHAR("C0") AS DECIMAL(19, 0))
END;

-- try_cast(float64 as int64)
CASE
  WHEN "C0" >= CAST('-9223372036854775808' AS DOUBLE) AND "C0" < CAST('9223372036854775808' AS DOUBLE)
  THEN CAST(TRUNC("C0") AS DECIMAL(19, 0))
END;

-- cast(decimal as decimal)
CAST("C0" AS DECIMAL(10, 2));

-- try_cast(decimal as decimal)
CAST("C0" AS DECIMAL(10, 2));

-- cast(decimal as float64)
CAST("C0" AS DOUBLE);

-- try_cast(decimal as float64)
CAST("C0" AS DOUBLE);

-- cast(decimal as int32)
CAST(TRUNC("C0") AS DECIMAL(10, 0));

-- try_cast(decimal as int32)
CAST(TRUNC("C0") AS DECIMAL(10, 0));

-- cast(decimal as int64)
CAST(TRUNC("C0") AS DECIMAL(19, 0));

-- try_cast(decimal as int64)
CAST(TRUNC("C0") AS DECIMAL(19, 0));

-- cast(decimal as string)
CAST("C0" AS VARCHAR);

-- try_cast(decimal as string)
CAST("C0" AS VARCHAR);

-- cast(string as bool)
CASE
  WHEN REGEXP_LIKE("C0", '[tT][rR][uU][eE]|[fF][aA][lL][sS][eE]')
  THEN TO_BOOLEAN(LOWER("C0"))
  WHEN "C0" IS NOT NULL
  THEN CAST('not bool: ' || TO_VARCHAR("C0") AS BOOLEAN)
END;

-- try_cast(string as bool)
CASE
  WHEN REGEXP_LIKE("C0", '[tT][rR][uU][eE]|[fF][aA][lL][sS][eE]')
  THEN TO_BOOLEAN(LOWER("C0"))
END;

-- cast(string as int32)
CASE
  WHEN REGEXP_LIKE("C0", '[+-]?[0-9]+')
  AND TRY_TO_NUMBER("C0", 38, 0) BETWEEN -2147483648 AND 2147483647
  THEN CAST(TO_NUMBER("C0", 38, 0) AS DECIMAL(10, 0))
  WHEN "C0" IS NOT NULL
  THEN CAST('not int32: ' || TO_VARCHAR("C0") AS DECIMAL(10, 0))
END;

-- try_cast(string as int32)
CASE
  WHEN REGEXP_LIKE("C0", '[+-]?[0-9]+')
  AND TRY_TO_NUMBER("C0", 38, 0) BETWEEN -2147483648 AND 2147483647
  THEN CAST(TO_NUMBER("C0", 38, 0) AS DECIMAL(10, 0))
END;

-- cast(string as int64)
CASE
  WHEN REGEXP_LIKE("C0", '[+-]?[0-9]+')
  AND TRY_TO_NUMBER("C0", 38, 0) BETWEEN -9223372036854775808 AND 9223372036854775807
  THEN CAST(TO_NUMBER("C0", 38, 0) AS DECIMAL(19, 0))
  WHEN "C0" IS NOT NULL
  THEN CAST('not int64: ' || TO_VARCHAR("C0") AS DECIMAL(19, 0))
END;

-- try_cast(string as int64)
CASE
  WHEN REGEXP_LIKE("C0", '[+-]?[0-9]+')
  AND TRY_TO_NUMBER("C0", 38, 0) BETWEEN -9223372036854775808 AND 9223372036854775807
  THEN CAST(TO_NUMBER("C0", 38, 0) AS DECIMAL(19, 0))
END;

-- cast(string as float64)
CASE
  WHEN REGEXP_LIKE("C0", '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
  THEN TO_DOUBLE("C0")
  WHEN REGEXP_LIKE("C0", '[+-]?[nN][aA][nN]')
  THEN CAST('NaN' AS DOUBLE)
  WHEN REGEXP_LIKE("C0", '[+]?[iI][nN][fF]([iI][nN][iI][tT][yY])?')
  THEN CAST('inf' AS DOUBLE)
  WHEN REGEXP_LIKE("C0", '-[iI][nN][fF]([iI][nN][iI][tT][yY])?')
  THEN CAST('-inf' AS DOUBLE)
  WHEN "C0" IS NOT NULL
  THEN CAST('not float64: ' || TO_VARCHAR("C0") AS DOUBLE)
END;

-- try_cast(string as float64)
CASE
  WHEN REGEXP_LIKE("C0", '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
  THEN TO_DOUBLE("C0")
  WHEN REGEXP_LIKE("C0", '[+-]?[nN][aA][nN]')
  THEN CAST('NaN' AS DOUBLE)
  WHEN REGEXP_LIKE("C0", '[+]?[iI][nN][fF]([iI][nN][iI][tT][yY])?')
  THEN CAST('inf' AS DOUBLE)
  WHEN REGEXP_LIKE("C0", '-[iI][nN][fF]([iI][nN][iI][tT][yY])?')
  THEN CAST('-inf' AS DOUBLE)
END;

-- cast(string as decimal)
CASE
  WHEN REGEXP_LIKE("C0", '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)')
  THEN TO_NUMBER("C0", 10, 2)
  WHEN "C0" IS NOT NULL
  THEN CAST('not decimal(10,2): ' || TO_VARCHAR("C0") AS DECIMAL(10, 2))
END;

-- try_cast(string as decimal)
CASE
  WHEN REGEXP_LIKE("C0", '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)')
  THEN TRY_TO_NUMBER("C0", 10, 2)
END;

-- cast(string as bytes)
TO_BINARY("C0", 'UTF-8');

-- try_cast(string as bytes)
TO_BINARY("C0", 'UTF-8');

-- cast(string as date)
CASE
  WHEN REGEXP_LIKE("C0", '([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}')
  THEN TO_DATE("C0", 'YYYY-MM-DD')
  WHEN "C0" IS NOT NULL
  THEN CAST('not date: ' || TO_VARCHAR("C0") AS DATE)
END;

-- try_cast(string as date)
CASE
  WHEN REGEXP_LIKE("C0", '([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}')
  THEN TRY_TO_DATE("C0", 'YYYY-MM-DD')
END;

-- cast(string as timestamp)
CASE
  WHEN REGEXP_LIKE(
    "C0",
    '([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([ T]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?Z?)?'
  )
  THEN CAST(TO_TIMESTAMP_NTZ(
    TRANSLATE("C0", 'TZ', ' ') || SUBSTR('0001-01-01 00:00:00.000000', LENGTH(TRANSLATE("C0", 'TZ', ' ')) + 1),
    'YYYY-MM-DD HH24:MI:SS.FF6'
  ) AS TIMESTAMP_NTZ(6))
  WHEN "C0" IS NOT NULL
  THEN CAST('not timestamp: ' || TO_VARCHAR("C0") AS TIMESTAMP_NTZ(6))
END;

-- try_cast(string as timestamp)
CASE
  WHEN REGEXP_LIKE(
    "C0",
    '([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([ T]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?Z?)?'
  )
  THEN CAST(TRY_TO_TIMESTAMP_NTZ(
    TRANSLATE("C0", 'TZ', ' ') || SUBSTR('0001-01-01 00:00:00.000000', LENGTH(TRANSLATE("C0", 'TZ', ' ')) + 1),
    'YYYY-MM-DD HH24:MI:SS.FF6'
  ) AS TIMESTAMP_NTZ(6))
END;

-- cast(bytes as string)
HEX_DECODE_STRING(HEX_ENCODE("C0"));

-- try_cast(bytes as string)
TRY_HEX_DECODE_STRING(HEX_ENCODE("C0"));

-- cast(date as string)
TO_CHAR("C0", 'YYYY-MM-DD');

-- try_cast(date as string)
TO_CHAR("C0", 'YYYY-MM-DD');

-- cast(date as timestamp)
CAST("C0" AS TIMESTAMP_NTZ(6));

-- try_cast(date as timestamp)
CAST("C0" AS TIMESTAMP_NTZ(6));

-- cast(timestamp as date)
CAST("C0" AS DATE);

-- try_cast(timestamp as date)
CAST("C0" AS DATE);

-- cast(timestamp as string)
TO_CHAR("C0", 'YYYY-MM-DD HH24:MI:SS.FF6');

-- try_cast(timestamp as string)
TO_CHAR("C0", 'YYYY-MM-DD HH24:MI:SS.FF6');

-- percentile
PERCENTILE_CONT(0.25) WITHIN GROUP (ORDER BY
  CASE WHEN "W" THEN "V" END);

-- var_samp
CASE
  WHEN COUNT_IF((
    "W"
  ) AND NOT ABS("V") < CAST('inf' AS DOUBLE)) > 0
  AND COUNT(CASE WHEN "W" THEN "V" END) > 1
  THEN CAST('NaN' AS DOUBLE)
  WHEN NOT COUNT_IF((
    "W"
  ) AND NOT ABS("V") < CAST('inf' AS DOUBLE)) > 0
  THEN VAR_SAMP(CASE WHEN (
    "W"
  ) AND ABS("V") < CAST('inf' AS DOUBLE) THEN "V" END)
END;

-- stddev_samp
STDDEV_SAMP(CASE WHEN "W" THEN "V" END);

-- newest_value
GET(
  GET(
    ARRAY_AGG(CASE WHEN "W" THEN OBJECT_CONSTRUCT_KEEP_NULL('value', "V") END) WITHIN GROUP (ORDER BY
      "T" DESC NULLS LAST),
    0
  ),
  'value'
);

-- list_in_order
ARRAY_SLICE(ARRAY_AGG(CASE WHEN "W" THEN "V" END) WITHIN GROUP (ORDER BY
  "T" DESC NULLS LAST), 0, 3);

-- nonempty
CASE WHEN ARRAY_SIZE("V") > 0 THEN "V" END;

-- estimated_distinct
CASE
  WHEN COUNT(DISTINCT CASE WHEN "W" THEN "V" END) <= 1024
  THEN CAST(COUNT(DISTINCT CASE WHEN "W" THEN "V" END) AS DOUBLE)
  ELSE FLOOR(
    CAST(1179438699212804456448.0 AS DOUBLE) / CAST(GET(
      ARRAY_AGG(DISTINCT CASE WHEN "W" THEN "V" END) WITHIN GROUP (ORDER BY
        CASE WHEN "W" THEN "V" END),
      1023
    ) AS DOUBLE) + 0.5
  )
END;

-- greatest float64
MAX(CASE WHEN "W" THEN "V" END);

-- least bool
BOOLAND_AGG(CASE WHEN "W" THEN "V" END);

-- sum of float32
SUM(CASE WHEN "W" THEN "V" END);

-- floor to 7 minutes
DATEADD(
  SECOND,
  -(
    (
      DATEDIFF(SECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "V") % 420 + 420
    ) % 420
  ),
  DATE_TRUNC('second', "V")
);

-- floor to 1500 ms
DATEADD(
  MILLISECOND,
  -(
    (
      DATEDIFF(MILLISECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "V") % 1500 + 1500
    ) % 1500
  ),
  DATE_TRUNC('millisecond', "V")
);

-- key of text
CASE
  WHEN REGEXP_LIKE(TO_VARCHAR("V"), '[+-]?[0-9]{1,19}([.]0*)?')
  AND TRY_CAST(TO_VARCHAR("V") AS DECIMAL(38, 0)) BETWEEN -9223372036854775808 AND 9223372036854775807
  THEN TRY_CAST(TO_VARCHAR("V") AS DECIMAL(19, 0))
END;

-- key of decimals
CASE
  WHEN REGEXP_LIKE(TO_VARCHAR("V"), '[+-]?[0-9]{1,19}([.]0*)?')
  AND TRY_CAST(TO_VARCHAR("V") AS DECIMAL(38, 0)) BETWEEN -9223372036854775808 AND 9223372036854775807
  THEN TRY_CAST(TO_VARCHAR("V") AS DECIMAL(19, 0))
END;

-- hash of float64
TO_NUMBER(LEFT(MD5(CAST(HASH(CAST("V" AS DOUBLE) + 0) AS VARCHAR)), 15), 'XXXXXXXXXXXXXXX');

-- hash of timestamp
TO_NUMBER(
  LEFT(MD5(CAST(DATEDIFF(MICROSECOND, CAST('1970-01-01' AS TIMESTAMP_NTZ(6)), "V") AS VARCHAR)), 15),
  'XXXXXXXXXXXXXXX'
);

