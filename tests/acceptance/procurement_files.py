"""OCDS contracting processes laid out as tables, one CSV file each; nothing is worked out here."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

COLUMNS = {
    "processes": (
        "line", "ocid", "status", "method", "details", "opens_at", "closes_at", "tenderers",
    ),
    "bids": ("ocid", "bid", "status", "handed_in_at", "amount", "currency"),
    "bid_tenderers": ("ocid", "bid", "place", "tenderer"),
    "awards": ("ocid", "award", "status"),
    "award_suppliers": ("ocid", "award", "place", "supplier"),
}  # fmt: skip


def write_tables(source: Path, into: Path) -> list[tuple[str, Path]]:
    """The tables of a file of processes, each as a file; a table without a row is no file."""
    into.mkdir(parents=True)
    lines = source.read_text("utf-8").splitlines()
    # A fraction is kept as it is written.
    processes = [json.loads(line, parse_float=str) for line in lines if line.strip()]
    rows: dict[str, list[Sequence[object]]] = {name: [] for name in COLUMNS}
    for number, process in enumerate(processes):
        for name, row in _rows(number, process):
            rows[name].append(row)
    return [(name, _written(into, name, some)) for name, some in rows.items() if some]


def _rows(number: int, process: Mapping[str, object]) -> Iterator[tuple[str, Sequence[object]]]:
    tender, ocid = process.get("tender", {}), process["ocid"]
    period = tender.get("tenderPeriod", {})
    yield "processes", (
        number, ocid, tender.get("status"), tender.get("procurementMethod"),
        tender.get("procurementMethodDetails"), period.get("startDate"), period.get("endDate"),
        tender.get("numberOfTenderers"),
    )  # fmt: skip
    for place, bid in enumerate(process.get("bids", {}).get("details", ())):
        value = bid.get("value", {})
        told = (bid.get("status"), bid.get("date"), value.get("amount"), value.get("currency"))
        yield "bids", (ocid, place, *told)
        for at, one in enumerate(bid.get("tenderers", ())):
            yield "bid_tenderers", (ocid, place, at, one.get("id"))
    for place, award in enumerate(process.get("awards", ())):
        yield "awards", (ocid, place, award.get("status"))
        for at, one in enumerate(award.get("suppliers", ())):
            yield "award_suppliers", (ocid, place, at, one.get("id"))


def _written(into: Path, name: str, rows: Sequence[Sequence[object]]) -> Path:
    target = into / f"{name}.csv"
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS[name])
        writer.writerows(rows)
    return target
