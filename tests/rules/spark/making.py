"""A pack and evidence that are neither small nor clean, made the same way every time."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from rules.pack_loading import load_pack_files
from rules.reading import PROBLEMS
from rules.spark import Evidence
from rules.table import FILE, ROW, SHEET, UNREADABLE, dtype_of

SAID = {"vi": "—", "en": "—"}
AMOUNT = {"vi": "{amount} của {vendor}", "en": "{amount} of {vendor}"}
GROUP = {"vi": "{count} dòng của {vendor}", "en": "{count} rows of {vendor}"}


def column(name: str, kind: str, **more: object) -> Mapping[str, object]:
    return {"name": name, "type": kind, "label": SAID, **more}


def rule(code: str, unit: str, check: Mapping[str, object], **more: object) -> dict[str, object]:
    return {
        "code": code, "title": SAID, "basis": {"document": "—", "provision": "—"},
        "class": "violation", "table": "payments", "unit": unit, "check": check,
        "on_missing": "undetermined", "message": SAID, "fix": SAID, **more,
    }  # fmt: skip


PAYMENTS = {
    "name": "payments", "title": SAID, "key": ["id"],
    "columns": [
        column("id", "code"), column("vendor", "code"),
        column("paid_on", "date", format="%Y-%m-%d"), column("amount", "money", scale=2),
        column("number", "integer"), column("note", "text"),
    ],
}  # fmt: skip
VENDORS = {
    "name": "vendors", "title": SAID, "key": [],
    "columns": [column("code", "code"), column("total", "money", scale=2)],
}  # fmt: skip
LIMIT = {
    "name": "limit", "unit": "đồng", "title": SAID,
    "values": [
        {"value": 500, "to": "2025-12-31", "basis": {"document": "A", "provision": "1"}},
        {"value": 700, "from": "2026-01-01", "basis": {"document": "B", "provision": "2"}},
    ],
}  # fmt: skip
TO_VENDORS = {"table": "vendors", "by": ["code"], "sum": "total"}
DERIVED = {
    "table": "vendors", "column": "paid", "label": SAID, "of": "payments",
    "by": ["code"], "to": ["vendor"], "sum": "amount",
}  # fmt: skip
RULES = [
    rule("A", "row", {"kind": "formula", "must": "amount <= limit"},
         dated_by="paid_on", message=AMOUNT, amount="amount"),
    rule("B", "row", {"kind": "formula", "must": "amount / number > 1"}, applies='note <> "x"'),
    rule("C", "row", {"kind": "unique", "key": ["vendor", "amount"]}, message=AMOUNT,
         dated_by="paid_on", amount="amount - limit"),
    rule("D", "group", {"kind": "unique", "key": ["vendor", "number"]}, message=GROUP),
    rule("E", "series", {"kind": "gaps", "number": "number", "series": ["vendor"]}),
    rule("F", "row", {"kind": "lookup", "columns": ["vendor"], "table": "vendors",
                      "to": ["code"]}, message=AMOUNT),
    rule("G", "group", {"kind": "reconcile", "by": ["vendor"], "sum": "amount", "tolerance": 1,
                        "against": TO_VENDORS}, amount="ABS(difference)"),
    rule("H", "row", {"kind": "unique", "key": ["number"]}, scope="campaign"),
    rule("I", "row", {"kind": "outliers", "of": "amount", "by": ["vendor"], "method": "iqr",
                      "minimum": 5}, message=AMOUNT, **{"class": "risk"}),
    rule("J", "table", {"kind": "benford", "of": "amount", "takes": "amount > 0", "test": "first",
                        "minimum": 50, "limit": 0.01}, **{"class": "risk"}),
    rule("K", "row", {"kind": "formula", "must": "paid <= total"}, table="vendors",
         message={"vi": "{paid}", "en": "{paid}"}),
]  # fmt: skip


def pack_files() -> dict[str, bytes]:
    head = {"code": "made", "version": "1.0.0", "title": SAID, "description": SAID}
    documents = {
        "pack.yaml": head, "derived.yaml": [DERIVED], "parameters.yaml": [LIMIT],
        "rules/rules.yaml": RULES,
        "tables/payments.yaml": PAYMENTS, "tables/vendors.yaml": VENDORS,
    }  # fmt: skip
    return {name: plain(document) for name, document in documents.items()}


def plain(document: object) -> bytes:
    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 -- of the base
            return True

    return yaml.dump(document, Dumper=Plain, allow_unicode=True, sort_keys=False).encode()


def evidence(rows: int, into: Path) -> dict[str, Evidence]:
    """Payments in four files, one of another organization and one without notes."""
    quarter = -(-rows // 4)
    cells = [payment(number) for number in range(rows)]
    parts = [cells[at : at + quarter] for at in range(0, rows, quarter)]
    written = [
        write("payments", part, into, number, lacking=("note",) if number == 2 else ())
        for number, part in enumerate(parts)
    ]
    vendors = [{"code": f"v{n}", "total": n * 10_000} for n in range(180)]
    return {
        "payments": Evidence(
            parts=tuple(written),
            own=(True, True, True, False),
            problems=(problems_of(parts, into),),
        ),
        "vendors": Evidence(parts=(write("vendors", vendors, into, 9),)),
    }


def problems_of(parts: Sequence[Sequence[Mapping[str, Any]]], into: Path) -> Path:
    """What stands in the cells that could not be read."""
    lines = [
        {"file": f"{number:064x}", "row": at, "column": name, "found": f"?{at}"}
        for number, part in enumerate(parts)
        for at, row in enumerate(part, start=2)
        for name in row["bad"]
    ]
    path = into / "problems.parquet"
    pl.DataFrame(lines, schema=PROBLEMS).write_parquet(path)
    return path


def payment(n: int) -> dict[str, Any]:
    cells = {
        "id": f"P{n % 4_900}",
        "vendor": f"v{n * 7919 % 211}",
        "paid_on": date(2025, 6, 1) + timedelta(days=n * 31 % 420),
        "amount": n % 1_055 * 7919 % 99_991 - 999,
        "number": n * 31 % 1_688,
        "note": ("x", "ế", " ", "a\nb")[n % 4],
    }
    blank = ("id", "vendor", "paid_on", "amount", "number", "note", *[None] * 35)[n * 17 % 41]
    bad = ("amount", "vendor", "paid_on", *[None] * 40)[n * 13 % 43]
    return cells | {name: None for name in (blank, bad) if name} | {"bad": [bad] if bad else []}


def write(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    into: Path,
    number: int,
    *,
    lacking: Sequence[str] = (),
) -> Path:
    contract = load_pack_files(pack_files()).contracts[name]
    frame = pl.DataFrame(
        {
            one.name: made([row[one.name] for row in rows], dtype_of(one))
            for one in contract.columns
            if one.name not in lacking
        }
    )
    placed = frame.with_columns(
        pl.lit(f"{number:064x}").alias(FILE),
        pl.lit(None, dtype=pl.String).alias(SHEET),
        pl.int_range(2, len(rows) + 2, dtype=pl.Int64).alias(ROW),
        pl.Series(UNREADABLE, [row.get("bad", []) for row in rows], dtype=pl.List(pl.String)),
    )
    into.mkdir(parents=True, exist_ok=True)
    path = into / f"{name}-{number}.parquet"
    placed.write_parquet(path, row_group_size=500)
    return path


def made(values: Sequence[object], dtype: pl.DataType) -> pl.Series:
    """Numbers are given in hundredths."""
    if isinstance(dtype, pl.Decimal):
        hundredths = pl.Series(values, dtype=pl.Int64).cast(pl.Decimal(38, 0))
        unit = pl.select(pl.lit("0.01").cast(pl.Decimal(38, 2))).to_series()
        return (hundredths * unit).cast(dtype)
    return pl.Series(values, dtype=dtype)
