"""Made-up dossiers of a one-stop desk, with planted violations and edges.

Everything in it is invented: communes, procedures, codes, reasons.  One seed gives the same rows on
every machine.  A dossier begins as one that meets every rule; chance then changes single facts,
and at last single cells are emptied or made unreadable.  The edges of `dossier_edges` come first.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from rules.generators.dossier_edges import EDGES
from rules.generators.dossier_maker import DOSSIER_COLUMNS, Cells, DossierMaker

NOTICE_COLUMNS: Final = ("nam_so", "so_thong_bao", "ma_hs", "ngay", "giai_doan", "noi_dung")
DEMONSTRATION: Final = (
    ("Xã Suối Giả Định", 8_000),
    ("Xã Đồi Ví Dụ", 7_000),
    ("Phường Sông Minh Họa", 5_000),
)
# Codes that every invented commune uses: one code, two owners.
SHARED_CODES: Final = ("000.00.99.H99-260302-9001", "000.00.99.H99-260615-9002")


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedDossiers:
    """The two files of one invented commune, as text cells in the order of the columns."""

    organization: str
    dossiers: tuple[tuple[str, ...], ...]
    notices: tuple[tuple[str, ...], ...]

    def dossiers_csv(self) -> bytes:
        """The dossiers as the commune would upload them."""
        return write_csv(DOSSIER_COLUMNS, self.dossiers)

    def notices_csv(self) -> bytes:
        """The supplement notices as the commune would upload them."""
        return write_csv(NOTICE_COLUMNS, self.notices)


def generate(seed: int, organization: str, dossiers: int) -> GeneratedDossiers:
    """Make up so many dossiers of one commune, and the notices that go with them."""
    maker = DossierMaker(Random(f"{seed} {organization}"), organization)  # noqa: S311 -- no secret
    rows = [maker.edge(cells) for cells in EDGES[:dossiers]]
    rows += [maker.dossier() for _ in range(dossiers - len(rows))]
    for row, code in zip(rows[-len(SHARED_CODES) :], SHARED_CODES, strict=False):
        row["ma_hs"] = code
    notices = maker.notices(rows)
    return GeneratedDossiers(
        organization=organization,
        dossiers=_tuples(DOSSIER_COLUMNS, rows),
        notices=_tuples(NOTICE_COLUMNS, notices),
    )


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file in UTF-8 with a heading, comma and LF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


def _tuples(columns: Sequence[str], rows: Iterable[Cells]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row.get(column, "") for column in columns) for row in rows)
