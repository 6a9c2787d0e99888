"""The fifty checks of the benchmark, as data: every contender says them in its own words.

A blank operand is no violation; only `Filled` looks for blanks, and the checks of many rows leave
a blank key or amount out.  The pack beside this file says the same for the product, by the same
codes.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Limit = int | Decimal | date
TOLERANCE = Decimal("0.05")
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương")
GIVEN_NAMES = (
    "Thị Hạnh",
    "Văn Đức",
    "Minh Quân",
    "Thuỳ Linh",
    "Quốc Bảo",
    "Ngọc Ánh",
    "Hữu Phước",
    "Bích Trâm",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check.

    Attributes:
        code: As the pack and the tables of results name it.
        columns: The columns of the ledger it reads, what it judges first.
    """

    code: str
    columns: tuple[str, ...]

    @property
    def column(self) -> str:
        return self.columns[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCheck(Check):
    """A check that sees one row at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCheck(Check):
    """A check that sees many rows together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled(RowCheck):
    """The column is not blank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Between(RowCheck):
    """The column lies within two limits, both allowed."""

    low: Limit
    high: Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches(RowCheck):
    """The text has a form."""

    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(RowCheck):
    """The column is one of some values."""

    values: tuple[str, ...] | tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Length(RowCheck):
    """The text has so many characters."""

    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotLess(RowCheck):
    """The first column is at least the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product(RowCheck):
    """The first column is the product of the two others, within TOLERANCE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum(RowCheck):
    """The first column is the sum of the two others, within TOLERANCE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Percent(RowCheck):
    """The first column is so many percent (the third) of the second, within TOLERANCE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledWhere(RowCheck):
    """Where the first column has a value, the second is not blank."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankWhere(RowCheck):
    """Where the first column has a value, the second is blank."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledAbove(RowCheck):
    """Where the first column is above an amount, the second is not blank."""

    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekday(RowCheck):
    """The day is from Monday to Friday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days(RowCheck):
    """From the first day to the second are so many days."""

    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRound(RowCheck):
    """The amount is no multiple of another."""

    of: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Without(RowCheck):
    """The text has none of some words, in whatever case."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique(SetCheck):
    """No other row has the same values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known(SetCheck):
    """The column stands in a master table, under the same name."""

    master: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled(SetCheck):
    """The sums of the second column by the first are those of a control table."""

    control: str
    total: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMean(SetCheck):
    """The first column is within some deviations of the mean of its group, by the second."""

    deviations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fenced(SetCheck):
    """The column lies within so many quartile distances of the quartiles."""

    reach: int


MILLION = Decimal("1000000.00")
CHECKS: tuple[Check, ...] = (
    Filled(code="N1", columns=("amount",)),
    Filled(code="N2", columns=("tax_code",)),
    Filled(code="N3", columns=("account",)),
    Filled(code="N4", columns=("approver",)),
    Filled(code="N5", columns=("description",)),
    Filled(code="N6", columns=("invoice_no",)),
    Between(code="B1", columns=("quantity",), low=1, high=198),
    Between(code="B2", columns=("vat_rate",), low=0, high=10),
    Between(code="B3", columns=("org_id",), low=1, high=500),
    Between(code="B4", columns=("amount",), low=Decimal("100.00"), high=90 * MILLION),
    Between(code="B5", columns=("unit_price",), low=Decimal("30.00"), high=2 * MILLION),
    Between(code="B6", columns=("total",), low=Decimal("0.01"), high=99 * MILLION),
    Between(code="B7", columns=("posting_date",), low=date(2022, 1, 1), high=date(2025, 12, 31)),
    Matches(code="R1", columns=("invoice_no",), pattern="^INV-20[0-9]{2}-[0-9]{10}$"),
    Matches(code="R2", columns=("tax_code",), pattern="^[0-9]{10}(-[0-9]{3})?$"),
    Matches(code="R3", columns=("account",), pattern="^[0-9]{13}$"),
    Matches(code="R4", columns=("currency",), pattern="^[A-Z]{3}$"),
    Matches(code="R5", columns=("description",), pattern="20(22|23|24|25)$"),
    Listed(code="S1", columns=("currency",), values=("VND", "USD", "EUR")),
    Listed(code="S2", columns=("status",), values=("DRAFT", "OPEN", "PAID")),
    Listed(code="S3", columns=("vat_rate",), values=(0, 5, 8, 10)),
    Listed(
        code="S4",
        columns=("approver",),
        values=tuple(f"{name} {given}" for name in SURNAMES[:-1] for given in GIVEN_NAMES),
    ),
    Length(code="L1", columns=("tax_code",), low=10, high=14),
    Length(code="L2", columns=("approver",), low=8, high=17),
    Length(code="L3", columns=("invoice_no",), low=19, high=19),
    Length(code="L4", columns=("description",), low=10, high=28),
    NotLess(code="C1", columns=("posting_date", "invoice_date")),
    NotLess(code="C2", columns=("due_date", "invoice_date")),
    NotLess(code="C3", columns=("pay_date", "posting_date")),
    NotLess(code="C4", columns=("total", "amount")),
    NotLess(code="C5", columns=("due_date", "pay_date")),
    Product(code="T1", columns=("amount", "quantity", "unit_price")),
    Sum(code="T2", columns=("total", "amount", "vat_amount")),
    Percent(code="T3", columns=("vat_amount", "amount", "vat_rate")),
    FilledWhere(code="I1", columns=("status", "pay_date"), value="PAID"),
    BlankWhere(code="I2", columns=("status", "pay_date"), value="DRAFT"),
    BlankWhere(code="I3", columns=("status", "pay_date"), value="OPEN"),
    FilledWhere(code="I4", columns=("status", "tax_code"), value="PAID"),
    FilledAbove(code="I5", columns=("total", "approver"), amount=MILLION),
    Weekday(code="W1", columns=("posting_date",)),
    Days(code="W2", columns=("invoice_date", "posting_date"), low=0, high=9),
    Days(code="W3", columns=("posting_date", "pay_date"), low=0, high=43),
    NotRound(code="M1", columns=("amount",), of=MILLION),
    Without(code="X1", columns=("description",), words=("không rõ", "lặt vặt", "linh tinh")),
    Unique(code="U1", columns=("txn_id",)),
    Unique(code="U2", columns=("supplier_id", "amount", "invoice_date")),
    Known(code="F1", columns=("supplier_id",), master="suppliers"),
    Reconciled(code="G1", columns=("org_id", "total"), control="control", total="control_total"),
    NearMean(code="Z1", columns=("total", "vat_rate"), deviations=12),
    Fenced(code="Q1", columns=("total",), reach=15),
)
SUITES: dict[str, tuple[Check, ...]] = {
    "row": tuple(check for check in CHECKS if isinstance(check, RowCheck)),
    "set": tuple(check for check in CHECKS if isinstance(check, SetCheck)),
    "all": CHECKS,
}
