"""The fixture of a check kind: a small pack of its own, and the verdict each case must get.

`tables`, `rules`, `parameters`, `lists` and `calendars` are written as in a pack; what no check
depends on (titles, labels, basis …) may be left out and is filled in here.  `given` and `cases`
are those of `tests.rules.packs.fixture_files`; every case names its `rule`, and one is an `edge`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from rules.pack import Pack
from rules.pack_loading import load_pack_files
from tests.rules.packs.fixture_files import Case, case_of

FIXTURES = Path("tests/rules/kinds")
_SAID = {"vi": "—", "en": "—"}
_RULE = {
    "title": _SAID,
    "basis": {"document": "—", "provision": "—"},
    "class": "violation",
    "on_missing": "undetermined",
    "message": _SAID,
    "fix": _SAID,
}


@dataclass(frozen=True)
class KindFixture:
    """One file."""

    kind: str
    pack: Pack
    cases: tuple[Case, ...]
    edges: tuple[Case, ...]


def read_kind(file: Path) -> KindFixture:
    """Load the pack through the product's own loader, and read the cases as texts."""
    text = file.read_text("utf-8")
    typed = yaml.safe_load(text)
    # Every cell stays the text it is.
    cells = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 -- safe: texts
    cases = tuple(
        case_of(file.stem, {"given": cells["given"], "rule": case["rule"]}, case)
        for case in cells["cases"]
    )
    edges = [
        one for one, case in zip(cases, cells["cases"], strict=True) if case.get("edge") == "true"
    ]
    return KindFixture(
        kind=typed["kind"],
        pack=load_pack_files(_files(typed)),
        cases=cases,
        edges=tuple(edges),
    )


def pack_files_of(file: Path) -> dict[str, bytes]:
    """The files of a fixture's pack, by their path within it."""
    return _files(yaml.safe_load(file.read_text("utf-8")))


def _files(typed: Mapping[str, object]) -> dict[str, bytes]:
    calendars = list(typed.get("calendars", ()))
    head = {
        "code": "kind",
        "version": "1.0.0",
        "title": _SAID,
        "description": _SAID,
        **({"calendar": calendars[0]["name"]} if calendars else {}),
    }
    documents = {"pack.yaml": head}
    for folder, named in (
        ("tables", [_table(one) for one in typed["tables"]]),
        ("lists", list(typed.get("lists", ()))),
        ("calendars", calendars),
    ):
        documents |= {f"{folder}/{one['name']}.yaml": one for one in named}
    documents["rules/rules.yaml"] = [{**_RULE, **rule} for rule in typed["rules"]]
    if typed.get("parameters"):
        documents["parameters.yaml"] = typed["parameters"]
    return {path: _yaml(document) for path, document in documents.items()}


def _table(table: Mapping[str, object]) -> Mapping[str, object]:
    columns = [{"label": _SAID, **column} for column in table["columns"]]
    return {"title": _SAID, "key": [], **table, "columns": columns}


def _yaml(document: object) -> bytes:
    # The loader takes no aliases: what is said twice is written twice.
    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 -- of the base
            return True

    return yaml.dump(document, Dumper=Plain, allow_unicode=True, sort_keys=False).encode()
