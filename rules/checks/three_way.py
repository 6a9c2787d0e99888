"""The figures of orders, receipts and invoices, and what can be wrong between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from rules.checks.counterparts import Side, of
from rules.checks.grouping import APPLYING, PLACE, ROWS, STANDING
from rules.checks.limits import Limit, Tolerance
from rules.checks.reason import why_null
from rules.formula import Exact, Reads, Value
from rules.formula.scope import Scope
from rules.formula.values import fitting
from rules.table import OWN

ORDER: Final = "order"
RECEIPT: Final = "receipt"
INVOICE: Final = "own"  # the rule's own table
WHY: Final = "__why"
_ROWS_DIGITS: Final = 10  # what a sum may need more than one of its parts


class Problem(StrEnum):
    """What is wrong with an order line; the words of `found`, in this order."""

    NO_ORDER = "no-order"
    NO_RECEIPT = "no-receipt"
    NO_INVOICE = "no-invoice"
    OVER_RECEIPT = "over-receipt"
    OVER_INVOICE = "over-invoice"
    SHORT_RECEIPT = "short-receipt"
    SHORT_INVOICE = "short-invoice"
    PRICE = "price"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of one table.

    Attributes:
        name: `quantity`, `price` or `amount`.
        value: An exact number of a row.
        scope: What it was compiled over.
    """

    name: str
    value: Value
    scope: Scope

    @property
    def reads(self) -> Reads:
        """What it reads."""
        return self.scope.reads

    def beside(self) -> list[pl.Expr]:
        """Columns for each row: the figure as Int128, and why it is not known."""
        column = f"__{self.name}"
        why = pl.when(self.value.expr.is_null()).then(why_null(self.reads, self.scope))
        return [self.value.expr.cast(pl.Int128).alias(column), why.alias(f"{column}:why")]

    def of_group(self) -> list[pl.Expr]:
        """Aggregates of the rows in scope: the sum, of a price the lowest and the highest."""
        column, applying = f"__{self.name}", pl.col(STANDING).is_null()
        known = pl.col(column).filter(applying)
        why = pl.col(f"{column}:why").filter(applying).min().alias(f"{column}:unknown")
        if self.name == "price":
            return [known.min().alias("__lowest"), known.max().alias("__highest"), why]
        return [known.sum().alias(f"{column}:sum"), why]

    def settled(self, side: str, part: str = "sum") -> Value:
        """The figure of a group: the sum, or `lowest` and `highest` of a price.

        Raises:
            FormulaError: `formula.too_wide`: a sum may need more than 38 digits.
        """
        exact = self.value.type
        assert isinstance(exact, Exact)  # noqa: S101 - the compiler of the check saw to it
        if part == "sum":
            wide = fitting(Exact(exact.digits + _ROWS_DIGITS, exact.scale))
            return Value(_at(side, f"__{self.name}:sum").fill_null(0), wide)
        return Value(_at(side, f"__{part}").cast(exact.dtype), exact)

    def unknown(self, side: str) -> pl.Expr:
        """Why the figure of a group is not known."""
        return _at(side, f"__{self.name}:unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One of the three tables."""

    name: str
    side: Side
    figures: Mapping[str, Figure]

    def aggregates(self) -> list[pl.Expr]:
        """What `grouping.grouped` is to compute."""
        return [made for figure in self.figures.values() for made in figure.of_group()]

    def columns(self) -> list[pl.Expr]:
        """What is needed beside each row."""
        return [made for figure in self.figures.values() for made in figure.beside()]

    def narrowed(self, groups: pl.DataFrame) -> pl.DataFrame:
        """Groups of another table without the columns of its rows."""
        kept = {made.meta.output_name() for made in self.aggregates()}
        names = [name for name in groups.columns if name in kept or name.startswith("__key")]
        return groups.select(*names, ROWS, OWN, *PLACE)

    @property
    def there(self) -> pl.Expr:
        """Whether a group has rows of this table that count."""
        if self.name == INVOICE:
            return pl.col(APPLYING).fill_null(0) > 0
        return pl.col(of(self.name, ROWS)).is_not_null()

    def unknown(self) -> list[pl.Expr]:
        """Why a figure of it is not known."""
        return [figure.unknown(self.name) for figure in self.figures.values()]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeWay:
    """What is compared.

    Attributes:
        complete: Whether everything ordered must have come and been invoiced.
    """

    order: Document
    receipt: Document
    invoice: Document
    tolerances: Mapping[str, Tolerance]
    complete: bool

    @property
    def limits(self) -> list[Limit]:
        """The limits of all tolerances."""
        return [limit for one in self.tolerances.values() for limit in one.limits]

    def missing(self) -> dict[Problem, pl.Expr]:
        """Sides that must be there and are not: certain whatever the figures are."""
        ordered, received, invoiced = self.order.there, self.receipt.there, self.invoice.there
        everything = pl.lit(self.complete)
        return {
            Problem.NO_ORDER: ~ordered & (received | invoiced),
            Problem.NO_RECEIPT: ~received & (invoiced | everything),
            Problem.NO_INVOICE: ~invoiced & everything,
        }

    def differing(self) -> dict[Problem, pl.Expr]:
        """Figures too far apart, where both sides are there.

        Raises:
            FormulaError: `formula.too_wide`.
        """
        quantity = self.tolerances["quantity"]
        ordered = self.order.figures["quantity"].settled(ORDER)
        received = self.receipt.figures["quantity"].settled(RECEIPT)
        invoiced = self.invoice.figures["quantity"].settled(INVOICE)
        come, paid = (
            self.order.there & self.receipt.there,
            self.receipt.there & self.invoice.there,
        )
        found = {
            Problem.OVER_RECEIPT: come & quantity.exceeded(received, ordered),
            Problem.OVER_INVOICE: paid & quantity.exceeded(invoiced, received),
        }
        if self.complete:
            found[Problem.SHORT_RECEIPT] = come & quantity.missed(received, ordered)
            found[Problem.SHORT_INVOICE] = paid & quantity.missed(invoiced, received)
        return found | self._price() | self._amount()

    def why(self) -> pl.Expr:
        """Why the figures cannot be compared."""
        documents = (self.invoice, self.order, self.receipt)
        unknown = [reason for document in documents for reason in document.unknown()]
        sides = pl.sum_horizontal(document.there for document in documents)
        limits = pl.coalesce(limit.why() for limit in self.limits)
        # Nothing is compared, and no limit asked for, where one side stands alone.
        return pl.coalesce(*unknown, pl.when(sides > 1).then(limits))

    def _price(self) -> dict[Problem, pl.Expr]:
        if "price" not in self.order.figures:
            return {}
        price, ours, theirs = (
            self.tolerances["price"], self.invoice.figures["price"], self.order.figures["price"]
        )  # fmt: skip
        # The dearest invoice against the cheapest order, and the other way: all the others lie
        # between them, because a tolerance of at most the whole grows slower than the price.
        dearer = price.exceeded(
            ours.settled(INVOICE, "highest"), theirs.settled(ORDER, "lowest")
        )  # fmt: skip
        cheaper = price.missed(ours.settled(INVOICE, "lowest"), theirs.settled(ORDER, "highest"))
        both = self.order.there & self.invoice.there
        return {Problem.PRICE: both & (dearer | cheaper)}

    def _amount(self) -> dict[Problem, pl.Expr]:
        if "amount" not in self.order.figures:
            return {}
        amount = self.tolerances["amount"]
        ours = self.invoice.figures["amount"].settled(INVOICE)
        theirs = self.order.figures["amount"].settled(ORDER)
        apart = amount.exceeded(ours, theirs)
        if self.complete:
            apart = apart | amount.missed(ours, theirs)
        return {Problem.AMOUNT: self.order.there & self.invoice.there & apart}


def _at(side: str, column: str) -> pl.Expr:
    return pl.col(column if side == INVOICE else of(side, column))
