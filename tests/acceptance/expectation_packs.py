"""A published expectation as a rule pack, and its inline table as a CSV file.

What the source calls ignored is out of scope (`applies`): missing values, and rows that do not meet
the condition of the case.  A share (`mostly`) is computed by the test from the counts.
"""

import csv
import io
from collections.abc import Mapping, Sequence

import yaml

Case = Mapping[str, object]
Columns = Mapping[str, Mapping[str, object]]
NUMBER = "row number"  # a column of our own: a row of blanks alone would be no record
CODE = "CASE"
_SAID = {"vi": "—", "en": "—"}
_LARGEST_SCALE = 2


def csv_of(columns: Columns) -> bytes:
    """The table as a file; a missing value is an empty cell."""
    rows = zip(*(column["values"] for column in columns.values()), strict=True)
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([NUMBER, *columns])
    for number, row in enumerate(rows):
        writer.writerow([number, *("" if cell is None else cell for cell in row)])
    return target.getvalue().encode()


def pack_files(family: str, case: Case, columns: Columns) -> dict[str, bytes]:
    """The pack of one case."""
    rule = {
        "code": CODE,
        "title": _SAID,
        "basis": {"document": "—", "provision": "—"},
        "class": "quality",
        "table": "t",
        "unit": "row",
        "check": _check(family, str(case["column"]), case["params"]),
        "on_missing": "undetermined",
        "message": _SAID,
        "fix": _SAID,
    }
    scope = _applies(family, case)
    documents = {
        "pack.yaml": {"code": "case", "version": "1.0.0", "title": _SAID, "description": _SAID},
        "tables/t.yaml": {
            "name": "t",
            "title": _SAID,
            "key": [NUMBER],
            "columns": [_column(NUMBER, "integer"), *_columns(columns)],
        },
        "rules/rules.yaml": [{**rule, "applies": scope} if scope else rule],
    }
    return {path: _yaml(document) for path, document in documents.items()}


def _applies(family: str, case: Case) -> str:
    asked = [str(case["rows"])] if case.get("rows") else []
    # Missing values are what the family `not_null` is for; everywhere else they are ignored.
    known = [] if family == "not_null" else [f"NOT ISBLANK([{case['column']}])"]
    return " AND ".join(f"({part})" for part in (*known, *asked))


def _check(family: str, name: str, params: Mapping[str, object]) -> dict[str, object]:
    match family:
        case "unique":
            return {"kind": "unique", "key": [name]}
        case "not_null":
            return {"kind": "required", "columns": [name]}
        case "regex":
            return {"kind": "formula", "must": f"REGEX([{name}], {_written(params['regex'])})"}
        case "in_set":
            return {"kind": "formula", "must": _member(name, params["value_set"])}
        case "between":
            must = _between(name, params)
            return {"kind": "formula", **({"must": must} if must else {})}
    raise AssertionError(family)


def _member(name: str, values: Sequence[object]) -> str:
    if not values:
        return "FALSE"
    return f"[{name}] IN ({', '.join(map(_written, values))})"


def _between(name: str, params: Mapping[str, object]) -> str:
    low, high = params.get("min_value"), params.get("max_value")
    limits = []
    if low is not None and high is not None:
        limits.append(f"[{name}] BETWEEN {_written(low)} AND {_written(high)}")
    elif low is not None:
        limits.append(f"[{name}] >= {_written(low)}")
    elif high is not None:
        limits.append(f"[{name}] <= {_written(high)}")
    if params.get("strict_min"):
        limits.append(f"[{name}] > {_written(low)}")
    if params.get("strict_max"):
        limits.append(f"[{name}] < {_written(high)}")
    return " AND ".join(limits)


def _written(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)


def _columns(columns: Columns) -> list[dict[str, object]]:
    return [_column(name, str(column["type"])) for name, column in columns.items()]


def _column(name: str, kind: str) -> dict[str, object]:
    scale = {"scale": _LARGEST_SCALE} if kind == "decimal" else {}
    return {"name": name, "type": kind, "label": _SAID, **scale}


def _yaml(document: object) -> bytes:
    # The loader takes no aliases: what is said twice is written twice.
    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 -- of the base
            return True

    return yaml.dump(document, Dumper=Plain, allow_unicode=True, sort_keys=False).encode()
