# ruff: noqa: S311 - made-up data need no secrets
"""By hand: how fast files are read under a contract, beside the bare libraries in the same run.

python -m tests.measure_reading              CSV of a million rows, XLSX of 100,000
python -m tests.measure_reading 100000 5000  rows of the CSV, rows of the XLSX

Every run is a process of its own, the runs of one comparison alternate, and each figure is the
median of three: a slow moment of the machine slows both sides.  Processor seconds stand beside
the wall, because on a busy machine only they can be compared; imports are in neither.
"""

import csv
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import fastexcel
import openpyxl
import polars as pl

from rules.contract import Column, ColumnType, Contract
from rules.reading import read_file
from rules.text import Text

ROUNDS = 3
MIB = 1 << 20
LABEL = Text(vi="—", en="—")
DAY = ("%d/%m/%Y",)
WORDS = ("Thương mại", "Xây dựng", "Dịch vụ", "Vận tải", "An Phú", "Bình Minh", "Đại Việt")
SETTINGS: tuple[tuple[str, dict[str, object]], ...] = (
    ("integer", {"required": True}),
    ("text", {}),
    ("text", {}),
    ("code", {}),
    ("code", {}),
    ("money", {"scale": 2}),
    ("money", {"scale": 2}),
    ("decimal", {"scale": 2}),
    ("money", {"scale": 2}),
    ("integer", {}),
    ("integer", {}),
    ("date", {"format": DAY}),
    ("date", {"format": DAY}),
    ("date", {"format": DAY}),
    ("category", {"values": ("mở", "đóng", "hủy")}),
    ("code", {}),
    ("boolean", {"values": ("true", "false")}),
    ("text", {}),
    ("decimal", {"scale": 3}),
    ("text", {}),
)
COLUMNS = tuple(
    Column(name=f"c{place:02d}", type=ColumnType(kind), label=LABEL, **settings)
    for place, (kind, settings) in enumerate(SETTINGS)
)
CONTRACT = Contract(
    name="t", title=LABEL, columns=COLUMNS, delimiter=";", decimal_mark=",", grouping="."
)
NATIVE = {
    ColumnType.INTEGER: "float",
    ColumnType.MONEY: "float",
    ColumnType.DECIMAL: "float",
    ColumnType.DATE: "date",
    ColumnType.BOOLEAN: "boolean",
}


def values(column: Column, number: int, chance: random.Random) -> object:
    made: dict[ColumnType, Callable[[], object]] = {
        ColumnType.INTEGER: lambda: number if column.required else chance.randrange(10**6),
        ColumnType.MONEY: lambda: chance.randrange(10**11) / 100,
        ColumnType.DECIMAL: lambda: chance.randrange(10**6) / 10**column.scale,
        ColumnType.DATE: lambda: date(2020, 1, 1) + timedelta(chance.randrange(2_000)),
        ColumnType.BOOLEAN: lambda: chance.random() < 0.5,
        ColumnType.CATEGORY: lambda: chance.choice(column.values),
        ColumnType.CODE: lambda: f"HD-{chance.randrange(10**6):07d}",
        ColumnType.TEXT: lambda: f"Công ty TNHH {chance.choice(WORDS)} {chance.choice(WORDS)}",
    }
    return made[column.type]()


def written(column: Column, value: object) -> str:
    match column.type:
        case ColumnType.MONEY:
            return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))
        case ColumnType.DECIMAL:
            return f"{value:.{column.scale}f}".replace(".", ",")
        case ColumnType.DATE:
            return value.strftime(DAY[0])
        case _:
            return str(value).lower() if column.type is ColumnType.BOOLEAN else str(value)


def write_csv(target: Path, rows: int, *, quoted: bool) -> None:
    """Lines of a seeded pool, each with a number of its own."""
    chance = random.Random(7)
    kinds = {ColumnType.TEXT, ColumnType.CODE, ColumnType.CATEGORY} if quoted else set()
    pool = [
        ";".join(
            f'"{text}; hạng {n % 9}"' if column.type in kinds - {ColumnType.CATEGORY}
            else f'"{text}"' if column.type in kinds else text
            for column in COLUMNS[1:]
            for text in [written(column, values(column, n, chance))]
        )
        for n in range(10_000)
    ]  # fmt: skip
    with target.open("w", encoding="utf-8", newline="") as file:
        file.write(";".join(column.name for column in COLUMNS) + "\n")
        file.writelines(f"{n};{chance.choice(pool)}\n" for n in range(rows))


def write_xlsx(target: Path, rows: int) -> None:
    chance = random.Random(7)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("S")
    sheet.append([column.name for column in COLUMNS])
    for number in range(rows):
        sheet.append([values(column, number, chance) for column in COLUMNS])
    book.save(target)


def ours(source: Path, folder: Path) -> None:
    read_file(source, digest="d" * 64, contract=CONTRACT, into=folder)


def polars_csv(source: Path, folder: Path) -> None:
    pl.scan_csv(source, separator=";", infer_schema=False).sink_parquet(folder / "rows.parquet")


def polars_typed(source: Path, folder: Path) -> None:
    """The same types as under the contract, as one would write them by hand; nothing is checked."""
    texts = pl.scan_csv(source, separator=";", infer_schema=False)
    texts.select(by_hand(column) for column in COLUMNS).sink_parquet(folder / "rows.parquet")


def by_hand(column: Column) -> pl.Expr:
    text = pl.col(column.name)
    match column.type:
        case ColumnType.INTEGER:
            return text.cast(pl.Int64)
        case ColumnType.MONEY | ColumnType.DECIMAL:
            plain = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
            return plain.cast(pl.Decimal(18, column.scale))
        case ColumnType.DATE:
            return text.str.to_date(DAY[0])
        case ColumnType.BOOLEAN:
            return text == "true"
        case _:
            return text


def python_csv(source: Path, folder: Path) -> None:
    del folder
    with source.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter=";"):
            len(row)


def excel_text(source: Path, folder: Path) -> None:
    sheet = fastexcel.read_excel(source).load_sheet(0, dtypes="string")
    pl.DataFrame(sheet.to_polars()).write_parquet(folder / "rows.parquet")


def excel_declared(source: Path, folder: Path) -> None:
    dtypes = {column.name: NATIVE.get(column.type, "string") for column in COLUMNS}
    sheet = fastexcel.read_excel(source).load_sheet(0, dtypes=dtypes)
    pl.DataFrame(sheet.to_polars()).write_parquet(folder / "rows.parquet")


WAYS: dict[str, Callable[[Path, Path], None]] = {
    way.__name__: way
    for way in (ours, polars_csv, polars_typed, python_csv, excel_text, excel_declared)
}


def one(way: str, source: Path) -> None:
    """The inside of a process: one way, once."""
    with tempfile.TemporaryDirectory(dir=source.parent) as folder:
        began, before = time.perf_counter(), processor_seconds()
        WAYS[way](source, Path(folder))
        wall, cpu = time.perf_counter() - began, processor_seconds() - before
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    sys.stdout.write(json.dumps([wall, cpu, int(peak.split()[1]) // 1024]))


def processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def runs(source: Path, ways: tuple[str, ...], rounds: int) -> Iterator[tuple[str, list[float]]]:
    for _ in range(rounds):
        for way in ways:
            command = [sys.executable, "-m", "tests.measure_reading", "--one", way, str(source)]
            ended = subprocess.run(command, check=True, capture_output=True)
            yield way, json.loads(ended.stdout)


def compare(what: str, source: Path, ways: tuple[str, ...], *, rounds: int = ROUNDS) -> None:
    found: dict[str, list[list[float]]] = {way: [] for way in ways}
    for way, figures in runs(source, ways, rounds):
        found[way].append(figures)
    middle = {
        way: [statistics.median(column) for column in zip(*some, strict=True)]
        for way, some in found.items()
    }
    size = source.stat().st_size / MIB
    for way, (wall, cpu, peak) in middle.items():
        ratio, by_cpu = wall / middle["ours"][0], cpu / middle["ours"][1]
        sys.stdout.write(
            f"{what}, {size:.0f} MiB: {way} {wall:.2f} s, {size / wall:.0f} MiB/s,"
            f" {cpu:.2f} processor s, {peak:.0f} MiB; ours at {ratio:.2f} x ({by_cpu:.2f} by cpu)\n"
        )
        sys.stdout.flush()


def main(csv_rows: int = 1_000_000, xlsx_rows: int = 100_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        for quoted in (False, True):
            write_csv(source, csv_rows, quoted=quoted)
            what = "CSV, quoted" if quoted else "CSV"
            compare(what, source, ("ours", "polars_csv", "polars_typed", "python_csv"))
        write_csv(source, csv_rows * 4, quoted=False)
        compare("CSV, four times as long", source, ("ours",), rounds=1)
        write_xlsx(source, xlsx_rows)
        compare("XLSX", source, ("ours", "excel_text", "excel_declared"))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], Path(sys.argv[3]))
    else:
        main(*map(int, sys.argv[1:]))
