"""Order, receipt and invoice of an order line agree.

The rule's own table holds the invoice lines.  Unit: group (the rows of all three tables that agree
in the key).  Violated: a side is missing that must be there, more came than was ordered, more was
invoiced than came, a price or amount differs, each beyond its tolerance; with `complete` also where
less came or was invoiced.  Undetermined: a row with a blank or unreadable key (a unit of its own);
a figure that is blank or unreadable, a limit that cannot be chosen, an invoice of unknown standing,
unless a side is missing for certain.  Not applicable: a key whose invoices are all out of scope.
Words: the parts of the key; `found` what is wrong (`three_way.Problem`); `ordered`, `received` and
`invoiced` the quantities, `difference` invoiced - received; `order_price` the lowest and
`invoice_price` the highest; `order_amount` and `invoice_amount`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import polars as pl

from rules.checks import grouping
from rules.checks.counterparts import Side as Rows
from rules.checks.counterparts import apart, key_words, not_applicable_if, together
from rules.checks.grouping import APPLYING, DIFFERENCE, FOUND, REASON, UNSURE, VERDICT
from rules.checks.limits import tolerance_of
from rules.checks.matching import aligned_keys
from rules.checks.sets import SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import Standing
from rules.checks.three_way import (
    INVOICE,
    ORDER,
    RECEIPT,
    Document,
    Figure,
    Problem,
    ThreeWay,
)
from rules.formula import Reads, Scope, Value, compile_formula
from rules.formula.functions import FUNCTIONS
from rules.formula.values import TEXT, number

_OPTIONAL = ("price", "amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeWayCheck(SetCheck):
    """The compiled check."""

    plan: ThreeWay
    missing: Mapping[Problem, pl.Expr]
    differing: Mapping[Problem, pl.Expr]

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        invoice, limits = self.plan.invoice, self.plan.limits
        beside = [column for limit in limits for column in limit.beside()]
        of_group = [column for limit in limits for column in limit.of_group()]
        ours = invoice.side.rows(frames, standing.expr, *invoice.columns(), *beside)
        key = invoice.side.key
        loose, others = [grouping.loose(ours)], {}
        for document in (self.plan.order, self.plan.receipt):
            rows = document.side.others(frames, *document.columns())
            loose.append(apart(rows))
            groups = grouping.grouped(rows, document.side.key, *document.aggregates())
            others[document.name] = document.narrowed(groups)
        groups = grouping.grouped(ours, key, *invoice.aggregates(), *of_group)
        judged = self._judged(together(groups, others, grouping.key_names(key)))
        return pl.concat([judged, *loose], how="diagonal")

    def _judged(self, groups: pl.DataFrame) -> pl.DataFrame:
        unsure, why = pl.col(UNSURE), pl.coalesce(UNSURE, self.plan.why())
        nobody = pl.col(APPLYING).fill_null(0) == 0
        out = (pl.col(APPLYING) == 0).fill_null(False) & unsure.is_null()
        lacking = pl.any_horizontal(self.missing.values())
        # An invoice of unknown standing may be the only one: then nothing is certain.
        certain = lacking & ~(unsure.is_not_null() & nobody)
        differing = {name: one & why.is_null() for name, one in self.differing.items()}
        wrong = pl.any_horizontal(differing.values())
        problems = {**self.missing, **differing}.items()
        named = [pl.when(one).then(pl.lit(name.value)) for name, one in problems]
        verdict = not_applicable_if(
            out,
            pl.when(certain)
            .then(grouping.violated_if(pl.lit(True)))
            .otherwise(
                grouping.undetermined_if(why.is_not_null(), grouping.violated_if(lacking | wrong))
            ),
        )
        figures = self.plan
        invoiced = figures.invoice.figures["quantity"].settled(INVOICE)
        received = figures.receipt.figures["quantity"].settled(RECEIPT)
        return groups.with_columns(
            verdict.alias(VERDICT),
            why.alias(REASON),
            pl.concat_str(*named, separator=", ", ignore_nulls=True).alias(FOUND),
            FUNCTIONS["-"].build(invoiced, received).expr.alias(DIFFERENCE),
            grouping.parts(figures.invoice.side.key),
        )


def compile_check(setting: Setting) -> ThreeWayCheck:
    """Compile the three sides and what may lie between them.

    Raises:
        FormulaError: A part of a key is neither a column nor a formula, or the sides differ in
            type; a figure is no number, or a sum of it may need more than 38 digits.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.unknown_table`, `check.key_lengths`, `check.same_table`,
            `check.on_missing_unused`, `check.one_sided`.
    """
    setting.units("group")
    refuse_on_missing(setting)
    setting.keys(
        required=("key", "quantity", "order", "receipt"),
        optional=(*_OPTIONAL, "tolerance", "complete"),
    )
    names = setting.texts("key")
    if not names:
        raise setting.refusal("check.bad_value", key="check.key", expected="texts")
    invoice, order = _pair(setting, ORDER, optional=_OPTIONAL)
    _, receipt = _pair(setting, RECEIPT, optional=())
    tables = (setting.rule.table, order.side.table, receipt.side.table)
    if len(set(tables)) < len(tables):
        raise setting.refusal("check.same_table", key="check.order, check.receipt")
    compared = ("quantity", *(name for name in _OPTIONAL if name in invoice.figures))
    plan = ThreeWay(
        order=order,
        receipt=receipt,
        invoice=invoice,
        tolerances={name: tolerance_of(setting, name) for name in compared},
        complete=setting.truth("complete", otherwise=False),
    )
    differing = setting.compiled(
        "check.tolerance", setting.text("quantity"), setting.scope(), lambda *_: plan.differing()
    )
    limits = [limit.reads for limit in plan.limits]
    return ThreeWayCheck(
        table=setting.rule.table,
        own=reduce(Reads.with_, limits, _reads(invoice)),
        others={one.side.table: _reads(one) for one in (order, receipt)},
        meet={one.side.table: one.side.key for one in (invoice, order, receipt)},
        plan=plan,
        missing=plan.missing(),
        differing=differing,
        key_names=names,
        told=frozenset(),
        words={**key_words(names, invoice.side.key), **_words(plan)},
    )


def _pair(setting: Setting, name: str, *, optional: tuple[str, ...]) -> tuple[Document, Document]:
    """The invoices, and the other table of the name, with keys of one type."""
    part = setting.part(name, required=("table", "key", "quantity"), optional=optional)
    table = setting.text("table", of=part)
    own, other = setting.scope().listening(), setting.scope(table).listening()
    key, their_key = aligned_keys(
        setting,
        (own, "check.key", setting.texts("key")),
        (other, f"check.{name}.key", setting.texts("key", of=part)),
    )
    check = setting.rule.check
    for figure in optional:
        # A price nobody compares it with would be a check that silently does not happen.
        if (figure in part) != (figure in check):
            raise setting.refusal("check.one_sided", key=f"check.{figure}, check.{name}.{figure}")
    figures = ("quantity", *(one for one in optional if one in part))
    mine = ("quantity", *(one for one in _OPTIONAL if one in check))
    ours = Rows(table=setting.rule.table, key=key, reads=own.reads)
    theirs = Rows(table=table, key=their_key, reads=other.reads)
    return (
        Document(name=INVOICE, side=ours, figures=_figures(setting, mine, None, "check", check)),
        Document(
            name=name, side=theirs, figures=_figures(setting, figures, table, f"check.{name}", part)
        ),
    )


def _figures(
    setting: Setting,
    names: tuple[str, ...],
    table: str | None,
    where: str,
    given: Mapping[str, object],
) -> dict[str, Figure]:
    def make(text: str, inner: Scope) -> Value:
        value, exact = number(compile_formula(text, inner))
        return Value(value.expr, exact)

    made = {}
    for name in names:
        scope = setting.scope(table).listening()
        value = setting.compiled(f"{where}.{name}", setting.text(name, of=given), scope, make)
        made[name] = Figure(name=name, value=value, scope=scope)
    return made


def _reads(document: Document) -> Reads:
    figures = [figure.reads for figure in document.figures.values()]
    return reduce(Reads.with_, figures, document.side.reads)


def _words(plan: ThreeWay) -> dict[str, Value]:
    sides = {"ordered": plan.order, "received": plan.receipt, "invoiced": plan.invoice}
    words = {word: one.figures["quantity"].settled(one.name) for word, one in sides.items()}
    gap = FUNCTIONS["-"].build(words["invoiced"], words["received"]).type
    words |= {"found": Value(pl.col(FOUND), TEXT), "difference": Value(pl.col(DIFFERENCE), gap)}
    for side, one, part in (("order", plan.order, "lowest"), ("invoice", plan.invoice, "highest")):
        if "price" in one.figures:
            words[f"{side}_price"] = one.figures["price"].settled(one.name, part)
        if "amount" in one.figures:
            words[f"{side}_amount"] = one.figures["amount"].settled(one.name)
    return words
