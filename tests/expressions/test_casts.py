"""Every cast on edge values: DuckDB's ``cast`` and ``try_cast`` against the same in Python."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from sqlglot import exp

from fcompile.compiler.dtypes import BOOL, BYTES, INT64, STRING, TIMESTAMP, DType, parse_dtype
from fcompile.compiler.expressions.casts import CASTS, build_cast, evaluate_cast, evaluate_try_cast
from fcompile.compiler.expressions.function import EvaluationError
from fcompile.compiler.expressions.parser import parse
from fcompile.compiler.expressions.text import to_text
from tests.expressions.running import sql_type, type_name, value

DECIMALS = [
    parse_dtype(f"decimal({size})")
    for size in ("10,2", "38,0", "38,10", "38,38", "2,2", "5,0", "18,0", "19,0", "19,19")
]
INTEGERS = [
    *(0, 1, -1, 123, -(2**31), 2**31 - 1, 2**31, -(2**31) - 1, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63)),
    *(16_777_217, 33_554_435, -33_554_433, 9_007_199_791_611_905, 2**62 + 2**38, 2**62 + 2**38 + 1),
]
FLOATS = [
    *(0.0, -0.0, 0.5, 1.5, -2.5, 2.9, -2.9, math.nan, math.inf, -math.inf, 1e300, 5e-324, 0.1, 7e-46, 8e-46),
    *(2.0**31, -(2.0**31), -(2.0**31) - 0.5, -(2.0**31) - 1, 2.0**63, -(2.0**63), 2.0**63 - 1024),
    *(3.4028234663852886e38, 3.40282356e38, 3.4028235677973366e38, -3.4028235677973366e38),
]
NUMBERS = [
    *("1", "-1", "+12", "0012", "-0", "0" * 5_000 + "12", "9" * 5_000, "9223372036854775807", "2147483648"),
    *("9223372036854775808", "-9223372036854775808", "1.", ".5", "+.5", "-.5", "1.5", "2.5", "-1.5", "1e5"),
    *("-1.5E3", "1e400", "-1e400", "1e-400", "1e39", "3.4028236e38", "99.995", "9.994", "-0.004", "0.005"),
    *("3.4028235677973366e38", "3.4028235677973365e38", "1.00000005960464477539062500001", "7.006e-46"),
    *(
        "1.000000059604644775390625",
        "0.49999999999999999999999999999999999999999999999",
        "5e-324",
        "12345678",
    ),
]
WORDS = [
    *("true", "TRUE", "FaLse", "fal\u017fe", "t", "1", "yes", "nan", "NaN", "-nan", "+inf", "-INFINITY"),
    *("infinity", "infin", "\u0131nf"),
    *("", " 1", "1 ", "\n1", "1\n", "1\x00", ".", "+.", "1_000", "0x10", "\uff19", "--1", "1e", "é", "\\xff"),
]
TIMES = [
    *("2024-02-29", "2023-02-29", "0000-01-01", "0001-01-01", "0099-12-31", "9999-12-31", "10000-01-01"),
    *("2024-2-1", "2024-02-29T24:00:00", "2024-02-29T24:00", "2024-02-29T23:59", "2024-02-29 23:59:60"),
    *("2024-02-29 23:60", "2024-02-29 01:02:03.5Z", "2024-02-29 01:02:03.123456", "2024-02-29z"),
    *("2024-02-29 01:02:03.1234567", "2024-02-29Z", "2024-02-29 01Z", "2024-02-29 01:02+00:00"),
    *("2024-02-29t01:02", "2024-02-29 01:02Z", "2024-02-29  01:02", "0000-01-01 00:00:00", "2024-04-31"),
]
DAYS = [date(1, 1, 1), date(24, 1, 2), date(1969, 12, 31), date(2024, 2, 29), date(9999, 12, 31)]
MOMENTS = [
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999_999, UTC),
    datetime(2024, 2, 29, 1, 2, 3, 600_000, UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC),
]
BYTES_VALUES = [b"", b"ab\x00", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", "é€𐍈".encode(), b"a\xe2\x82", b"\\x41"]

random = Random(4)


def floats() -> list[float]:
    drawn: list[float] = [struct.unpack("<d", random.randbytes(8))[0] for _ in range(100)]
    return [
        *FLOATS,
        *drawn,
        *(random.uniform(-1e10, 1e10) for _ in range(50)),
        *(n + 0.5 for n in range(-3, 3)),
    ]


def single(x: float) -> float:
    try:
        return float(struct.unpack("<f", struct.pack("<f", x))[0])
    except OverflowError:
        return math.copysign(math.inf, x)


def halfway() -> str:
    """The text of what lies between two float32, or of what is hardly more or less."""
    bits = random.randrange(0x7F7FFFFF)
    low, high = struct.unpack("<ff", struct.pack("<ii", bits, bits + 1))
    text = f"{Decimal((low + high) / 2):e}"
    digits, _, exponent = text.partition("e")
    return f"{digits}{'' if '.' in digits else '.'}{random.choice(['', '0000', '00001'])}e{exponent}"


def decimals(dtype: DType) -> Iterator[Decimal]:
    most = 10**dtype.precision - 1
    for n in (0, 1, 5, 15, -15, 25, most, -most, most // 2, -most // 2):
        yield scaled(n % (most + 1) if n > 0 else -(-n % (most + 1)), dtype.scale)
    for _ in range(100):
        yield scaled(
            random.randint(-1, 1) * random.randrange(10 ** random.randint(1, dtype.precision)), dtype.scale
        )


def scaled(n: int, scale: int) -> Decimal:
    return Decimal((int(n < 0), tuple(map(int, str(abs(n)))), -scale))


def texts() -> list[str]:
    signs = [
        random.choice(["", "-", "+"]) + str(random.randrange(10 ** random.randint(1, 25))) for _ in range(60)
    ]
    points = [f"{t}.{random.randrange(10 ** random.randint(1, 25))}" for t in signs]
    powers = [f"{t}e{random.randint(-60, 60)}" for t in points]
    return [*NUMBERS, *WORDS, *TIMES, *signs, *points, *powers, *(halfway() for _ in range(100))]


def values_of(dtype: DType) -> list[Any]:
    match dtype.kind:
        case "bool":
            return [True, False]
        case "int32":
            return [n for n in INTEGERS if -(2**31) <= n < 2**31]
        case "int64":
            wide = [random.randrange(-(2**63), 2**63) >> random.randrange(40) for _ in range(100)]
            return [*INTEGERS, *wide, *((n | 1) << random.randrange(30) for n in range(2**24, 2**24 + 60))]
        case "float32":
            return [single(x) for x in floats()]
        case "float64":
            return list(floats())
        case "decimal":
            return list(decimals(dtype))
        case "string":
            return texts()
        case "date":
            return DAYS
        case "timestamp":
            return [*MOMENTS, *(MOMENTS[1] + timedelta(microseconds=n * 10**9 + n) for n in range(-50, 50))]
        case "json":
            return ['{"a" : 1}', "1", ' "x"']
    return BYTES_VALUES


def types_of(kind: str) -> list[DType]:
    return DECIMALS if kind == "decimal" else [DType(kind)]


ARROW = {
    "decimal": None,
    "bool": pa.bool_(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "bytes": pa.binary(),
} | {
    "float32": pa.float32(),
    "float64": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}


def table(engine: duckdb.DuckDBPyConnection, dtype: DType, values: Sequence[Any]) -> None:
    """Make ``t``: a row a value, in order."""
    of_type = ARROW.get(dtype.kind, pa.string()) or pa.decimal128(dtype.precision, dtype.scale)
    plain = [v.replace(tzinfo=None) if isinstance(v, datetime) else v for v in values]
    rows = pa.table({"n": pa.array(range(len(values))), "x": pa.array(plain, of_type)})
    engine.register("rows", rows)
    engine.execute(f"CREATE OR REPLACE TABLE t AS SELECT n, CAST(x AS {type_name(dtype)}) AS x FROM rows")


def shown(value: Any) -> Any:
    """Equal only for what is the same value of the same type, with the same digits."""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, datetime):
        return "timestamp", value.replace(tzinfo=None)
    return type(value), str(value)


def outcome(source: DType, target: DType, given: Any) -> Any:
    """The value, or None where it does not fit."""
    attempt = evaluate_try_cast(source, target)(given)
    try:
        strict = evaluate_cast(source, target)(given)
    except EvaluationError as error:
        assert str(error).endswith(f"does not fit {target}")
        assert attempt is None
        return None
    assert shown(strict) == shown(attempt)
    return strict


@pytest.mark.parametrize(("source", "target"), CASTS, ids=[f"{a} to {b}" for a, b in CASTS])
def test_a_cast_gives_in_duckdb_what_it_gives_in_python(source: str, target: str) -> None:
    with duckdb.connect() as engine:
        for from_type in types_of(source):
            values = values_of(from_type)
            table(engine, from_type, values)
            for to_type in types_of(target):
                compare(engine, from_type, to_type, values)


def compare(engine: duckdb.DuckDBPyConnection, source: DType, target: DType, values: Sequence[Any]) -> None:
    expected = [outcome(source, target, v) for v in values]
    safe, strict = (
        build_cast(exp.column("x"), source, target, sql_type, s).sql("duckdb") for s in (True, False)
    )
    found = [v for (v,) in engine.execute(f"SELECT {safe} FROM t ORDER BY n").fetchall()]
    for given, wanted, got in zip(values, expected, found, strict=True):
        assert shown(got) == shown(wanted), (source, target, given)
    fitting = [n for n, e in enumerate(expected) if e is not None]
    rows = f"SELECT {strict} FROM t WHERE n IN (SELECT unnest(?)) ORDER BY n"
    found = [v for (v,) in engine.execute(rows, [fitting]).fetchall()]
    assert [shown(v) for v in found] == [shown(expected[n]) for n in fitting]
    wrong = [n for n, e in enumerate(expected) if e is None]
    for n in random.sample(wrong, min(12, len(wrong))):
        with pytest.raises(duckdb.Error):
            engine.execute(f"SELECT {strict} FROM t WHERE n = {n}").fetchall()


def test_try_cast_is_written_like_cast() -> None:
    text = "coalesce(try_cast(s as int64), 0) + 1"
    assert to_text(parse(text)) == text
    assert to_text(parse("TRY_CAST( s AS Int64 )")) == "try_cast(s as int64)"
    assert to_text(parse("try_cast + 1")) == "try_cast + 1"


def test_try_cast_of_what_does_not_fit_is_null_and_an_error_in_its_operand_stays_one() -> None:
    assert value("try_cast(s as int64)", s=("string", "1e3")) is None
    assert value("try_cast(s as int64)", s=("string", "12")) == 12
    assert value("try_cast(s as int64)", s=("string", None)) is None
    assert value("coalesce(try_cast(b as string), '?')", b=("bytes", b"\xff")) == "?"
    with pytest.raises(duckdb.Error):
        value("try_cast(x + 1 as int32)", x=("int64", 2**63 - 1))
    with pytest.raises(duckdb.Error):
        value(
            "try_cast(case when x * x > 0 then b end as string)", x=("int64", 2**63 - 1), b=("bytes", b"\xff")
        )


def test_a_value_of_an_unknown_type_is_cast_by_what_it_is() -> None:
    for given, target, expected in (
        (True, INT64, 1),
        (1.5, INT64, 1),
        ("12", INT64, 12),
        (Decimal("1.50"), STRING, "1.50"),
        (date(2024, 1, 2), TIMESTAMP, datetime(2024, 1, 2, tzinfo=UTC)),
        ("é", BYTES, "é".encode()),
    ):
        assert evaluate_cast(None, target)(given) == expected
    with pytest.raises(EvaluationError):
        evaluate_cast(None, BOOL)(3)
    assert evaluate_try_cast(None, BOOL)(3) is None


def test_a_type_casts_to_itself() -> None:
    dtype = parse_dtype("list<int64>")
    assert evaluate_cast(dtype, dtype)([1, None]) == [1, None]
