"""The formula language, from its grammar and its manual."""

from api.reference import as_page, as_table
from rules.formula.manual import Entry, Group, manual
from rules.formula.tree import GRAMMAR, MAX_DEPTH, MAX_LENGTH


def describe_formulas() -> str:
    """Every function in both languages, then the grammar."""
    return as_page(
        "Formulas",
        f"A formula has at most {MAX_LENGTH} characters and {MAX_DEPTH} levels.\n"
        "Names are columns of the table and parameters of the pack; "
        "those with blanks stand in `[brackets]`.\n"
        "What is meant exactly, and where other engines differ: "
        "[semantics](../explanation/semantics.md).\n"
        "`null` is a value that is not known: a rule whose condition is null is undetermined.",
        *(_section(group) for group in manual()),
        f"## Ngữ pháp · Grammar\n\n```lark\n{GRAMMAR.rstrip()}\n```",
    )


def _section(group: Group) -> str:
    table = as_table(
        ("Cách viết · Form", "Ý nghĩa", "Meaning", "Ví dụ · Examples"),
        [_row(entry) for entry in group.entries],
    )
    return f"## {group.title.vi} · {group.title.en}\n\n{table}"


def _row(entry: Entry) -> tuple[str, str, str, str]:
    forms = f"`{entry.form}`"
    others = [name for name in entry.names if name not in entry.form]
    if others and entry.names[0] != "NEGATE":
        forms += "<br>= " + ", ".join(f"`{name}`" for name in others)
    examples = "<br>".join(
        f"`{text}` → {'`null`' if gives is None else f'`{gives}`' if gives else '(empty)'}"
        for text, gives in entry.examples.items()
    )
    return forms, entry.meaning.vi, entry.meaning.en, examples
