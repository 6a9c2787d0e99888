"""Derived columns, from YAML."""

from rules.checks.aggregates import How
from rules.derived import DerivedColumn
from rules.loading.contracts import column_name
from rules.loading.entries import Entry
from rules.loading.fields import Fields


def read_derived(entry: Entry) -> DerivedColumn:
    """One derived column.

    Raises:
        PackError: `pack.one_figure`, and whatever an entry is refused for.
    """
    fields = Fields(entry)
    by = fields.texts("by")
    said = {how: text for how in How if (text := fields.find(how.value)) is not None}
    if len(said) != 1:
        known = ", ".join(how.value for how in How)
        raise entry.refuse("one_figure", found=len(said), known=known)
    ((how, formula),) = said.items()
    derived = DerivedColumn(
        table=fields.text("table"),
        name=column_name(fields.get("column"), fields.text("column")),
        label=fields.both("label"),
        of=fields.text("of"),
        by=by,
        to=fields.texts("to") or by,
        where=fields.find_text("where"),
        how=how.value,
        # A bare YAML truth is the formula it reads as: `count: TRUE` counts the rows.
        formula=formula.text if isinstance(formula.value, bool) else fields.text(how.value),
    )
    fields.end()
    return derived
