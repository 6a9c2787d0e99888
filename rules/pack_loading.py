"""Loading a pack: from a folder, or from the copy kept in the store."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Final, TypeVar

from rules.calendar import Calendar
from rules.checks import check_rule
from rules.contract import Contract
from rules.errors import PackError, RulesError
from rules.loading.contracts import read_contract
from rules.loading.entries import Entry, Fields, parse
from rules.loading.norms import read_calendar, read_parameter
from rules.loading.rules import read_rule
from rules.pack import Pack
from rules.parameter import Parameter
from rules.rule import Rule

PACK_FILE: Final = "pack.yaml"
PARAMETERS_FILE: Final = "parameters.yaml"
FOLDERS: Final = ("calendars", "lists", "rules", "tables")
MOST_RULES: Final = 500
MOST_FILES: Final = 200

Named = TypeVar("Named", Contract, Parameter, Rule)


def pack_files(folder: Path) -> dict[str, bytes]:
    """The files a pack's digest covers, by their path within it; fixtures are not among them.

    Raises:
        PackError: There is no pack in the folder.
    """
    found = [folder / PACK_FILE, folder / PARAMETERS_FILE]
    found += [path for name in FOLDERS for path in (folder / name).glob("*.yaml")]
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in found if path.is_file()
    }
    if PACK_FILE not in files:
        raise PackError("pack.missing", file=PACK_FILE, line=0, pack=folder.name)
    return files


def load_pack(folder: Path) -> Pack:
    """Load a pack from a folder; see `load_pack_files`."""
    return load_pack_files(pack_files(folder))


def load_pack_files(files: Mapping[str, bytes]) -> Pack:
    """Load a pack and compile every formula in it once.

    Args:
        files: Path within the pack to bytes.

    Raises:
        PackError: Something in it cannot be taken; the facts name file and line.
    """
    _check_paths(files)
    fields = Fields(parse(files[PACK_FILE], file=PACK_FILE))
    contracts = _by_name((read_contract(entry), entry) for entry in _documents(files, "tables"))
    parameters = _by_name(
        (read_parameter(entry), entry) for entry in _list(files, [PARAMETERS_FILE])
    )
    rules = _read_rules(files)
    manifest = make_manifest(files)
    pack = Pack(
        code=fields.text("code"),
        version=fields.text("version"),
        title=fields.both("title"),
        description=fields.both("description"),
        rules=rules,
        contracts=contracts,
        parameters=parameters,
        calendar=_find_calendar(files, fields),
        digest=hashlib.sha256(manifest).hexdigest(),
        manifest=manifest,
    )
    fields.end()
    for rule in rules:
        _check(rule, pack)
    return pack


def make_manifest(files: Mapping[str, bytes]) -> bytes:
    """One line `<sha256>  <path>` per file, sorted by path; its SHA-256 is the pack's digest."""
    lines = (
        f"{hashlib.sha256(content).hexdigest()}  {path}\n"
        for path, content in sorted(files.items())
    )
    return "".join(lines).encode()


def _check_paths(files: Mapping[str, bytes]) -> None:
    if PACK_FILE not in files:
        raise PackError("pack.missing", file=PACK_FILE, line=0, pack="")
    if len(files) > MOST_FILES:
        raise PackError("pack.too_many_files", file=PACK_FILE, line=0, most=MOST_FILES)
    for path in files:
        parts = PurePosixPath(path).parts
        known = path in {PACK_FILE, PARAMETERS_FILE} or (
            len(parts) == 2  # noqa: PLR2004 - folder and name
            and parts[0] in FOLDERS
            and parts[1].endswith(".yaml")
        )
        if not known:
            raise PackError("pack.unknown_file", file=path, line=0)


def _documents(files: Mapping[str, bytes], folder: str) -> Iterable[Entry]:
    for path in sorted(files):
        if path.startswith(f"{folder}/"):
            yield parse(files[path], file=path)


def _list(files: Mapping[str, bytes], paths: Iterable[str]) -> Iterable[Entry]:
    for path in paths:
        if path in files:
            yield from parse(files[path], file=path).items()


def _read_rules(files: Mapping[str, bytes]) -> tuple[Rule, ...]:
    """Rules in the order of their files and within them, which is the order of results."""
    paths = [path for path in sorted(files) if path.startswith("rules/")]
    entries = list(_list(files, paths))
    if not entries:
        raise PackError("pack.no_rule", file=PACK_FILE, line=1)
    if len(entries) > MOST_RULES:
        raise entries[MOST_RULES].refuse("too_many_rules", most=MOST_RULES)
    return tuple(_by_name(((read_rule(entry), entry) for entry in entries), key=_code).values())


def _code(rule: Rule) -> str:
    return rule.code


def _name(named: Contract | Parameter) -> str:
    return named.name


def _by_name(
    named: Iterable[tuple[Named, Entry]], *, key: Callable[..., str] = _name
) -> dict[str, Named]:
    found: dict[str, Named] = {}
    for one, entry in named:
        name = key(one)
        if name in found:
            raise entry.refuse("name_twice", name=name)
        found[name] = one
    return found


def _find_calendar(files: Mapping[str, bytes], fields: Fields) -> Calendar | None:
    name = fields.find_text("calendar")
    if name is None:
        return None
    path = f"calendars/{name}.yaml"
    if path not in files:
        raise fields.entry.refuse("unknown_calendar", name=name)
    return read_calendar(parse(files[path], file=path))


def _check(rule: Rule, pack: Pack) -> None:
    """Refuse what could not run: the engine compiles every formula, so nothing is found late."""
    file, line = rule.source
    codes = {other.code for other in pack.rules}
    if rule.duplicate_of is not None and rule.duplicate_of not in codes - {rule.code}:
        raise PackError(
            "pack.unknown_rule", file=file, line=line, rule=rule.code, name=rule.duplicate_of
        )
    try:
        check_rule(
            rule, contracts=pack.contracts, parameters=pack.parameters, calendar=pack.calendar
        )
    except RulesError as error:
        facts = {**error.facts, "file": file, "line": line, "rule": rule.code}
        raise PackError(error.code, **facts) from error
