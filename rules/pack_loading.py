"""Loading a pack: from a folder, or from the copy kept in the store."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Final, TypeVar

from rules.calendar import Calendar
from rules.checks import check_rule
from rules.checks.derivation import compile_derived
from rules.contract import Contract
from rules.errors import PackError, RulesError
from rules.loading.contracts import read_contract
from rules.loading.derived import read_derived
from rules.loading.entries import LARGEST_FILE_BYTES, Entry, parse
from rules.loading.fields import Fields
from rules.loading.lists import read_list
from rules.loading.norms import read_calendar, read_parameter
from rules.loading.rules import read_rule
from rules.named_list import NamedList
from rules.pack import Pack
from rules.parameter import Parameter
from rules.rule import Rule

PACK_FILE: Final = "pack.yaml"
PARAMETERS_FILE: Final = "parameters.yaml"
DERIVED_FILE: Final = "derived.yaml"
FOLDERS: Final = ("calendars", "lists", "rules", "tables")
BESIDE: Final = ("fixtures", "README.md")  # lie in the folder, are no part of the pack
MOST_RULES: Final = 500
MOST_FILES: Final = 200

Named = TypeVar("Named", Parameter, Rule)
Document = TypeVar("Document", Contract, Calendar, NamedList)
_PATH: Final = re.compile(rf"({'|'.join(FOLDERS)})/[a-z0-9][a-z0-9_-]*\.yaml")


def pack_files(folder: Path) -> dict[str, bytes]:
    """The files a pack's digest covers, by their path within it; fixtures are not among them.

    A file the pack has no place for is refused rather than passed over: a rule in a folder whose
    name is misspelt would otherwise silently not be judged.

    Raises:
        PackError: There is no pack in the folder, or more than a pack.
    """
    files: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.split("/")[0] in BESIDE:
            continue
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise PackError("pack.not_a_file", file=name, line=0)
        if path.is_file():
            _check_path(name)
            _check_size(name, path.stat().st_size)
            files[name] = path.read_bytes()
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
    _check_files(files)
    fields = Fields(parse(files[PACK_FILE], file=PACK_FILE))
    contracts = {
        contract.name: contract
        for contract in (_named(read_contract(one), one) for one in _documents(files, "tables"))
    }
    parameters = _by_name(
        (read_parameter(entry), entry) for entry in _list(files, [PARAMETERS_FILE])
    )
    calendars = {
        calendar.name: calendar
        for calendar in (_named(read_calendar(one), one) for one in _documents(files, "calendars"))
    }
    lists = {
        named.name: named
        for named in (_named(read_list(one), one) for one in _documents(files, "lists"))
    }
    rules, entries = _read_rules(files)
    derived = [(read_derived(entry), entry) for entry in _list(files, [DERIVED_FILE])]
    manifest = make_manifest(files)
    pack = Pack(
        code=fields.text("code"),
        version=fields.text("version"),
        title=fields.both("title"),
        description=fields.both("description"),
        rules=rules,
        contracts=contracts,
        parameters=parameters,
        calendar=_choose_calendar(calendars, fields),
        digest=hashlib.sha256(manifest).hexdigest(),
        manifest=manifest,
        lists=lists,
        derived=tuple(one for one, _ in derived),
    )
    fields.end()
    judged = replace(pack, contracts=_check_derived(pack, [entry for _, entry in derived]))
    for rule in rules:
        _check(rule, judged, entry=entries[rule.code])
    return pack


def make_manifest(files: Mapping[str, bytes]) -> bytes:
    """One line `<sha256>  <path>` per file, sorted by path; its SHA-256 is the pack's digest."""
    lines = (
        f"{hashlib.sha256(content).hexdigest()}  {path}\n"
        for path, content in sorted(files.items())
    )
    return "".join(lines).encode()


def _check_files(files: Mapping[str, bytes]) -> None:
    if PACK_FILE not in files:
        raise PackError("pack.missing", file=PACK_FILE, line=0, pack="")
    if len(files) > MOST_FILES:
        raise PackError("pack.too_many_files", file=PACK_FILE, line=0, most=MOST_FILES)
    for path, content in files.items():
        _check_path(path)
        _check_size(path, len(content))


def _check_path(path: str) -> None:
    if path not in {PACK_FILE, PARAMETERS_FILE, DERIVED_FILE} and not _PATH.fullmatch(path):
        raise PackError("pack.unknown_file", file=path, line=0)


def _check_size(path: str, size: int) -> None:
    if size > LARGEST_FILE_BYTES:
        raise PackError("pack.file_too_large", file=path, line=0, largest=LARGEST_FILE_BYTES)


def _named(one: Document, entry: Entry) -> Document:
    """A table or calendar bears the name of its file, so that no two can share one."""
    stem = PurePosixPath(entry.file).stem
    if one.name != stem:
        raise entry.at("name").refuse("file_name", found=one.name, expected=stem)
    return one


def _documents(files: Mapping[str, bytes], folder: str) -> Iterable[Entry]:
    for path in sorted(files):
        if path.startswith(f"{folder}/"):
            yield parse(files[path], file=path)


def _list(files: Mapping[str, bytes], paths: Iterable[str]) -> Iterable[Entry]:
    for path in paths:
        if path in files:
            yield from parse(files[path], file=path).items()


def _read_rules(files: Mapping[str, bytes]) -> tuple[tuple[Rule, ...], dict[str, Entry]]:
    """Rules in the order of their files and within them, which is the order of results."""
    paths = [path for path in sorted(files) if path.startswith("rules/")]
    entries = list(_list(files, paths))
    if not entries:
        raise PackError("pack.no_rule", file=PACK_FILE, line=1)
    if len(entries) > MOST_RULES:
        raise entries[MOST_RULES].refuse("too_many_rules", most=MOST_RULES)
    rules = [(read_rule(entry), entry) for entry in entries]
    by_code = _by_name(rules, key=_code)
    return tuple(by_code.values()), {rule.code: entry for rule, entry in rules}


def _code(rule: Rule) -> str:
    return rule.code


def _name(named: Parameter) -> str:
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


def _choose_calendar(calendars: Mapping[str, Calendar], fields: Fields) -> Calendar | None:
    name = fields.find_text("calendar")
    if name is None:
        return None
    if name not in calendars:
        raise fields.get("calendar").refuse("unknown_calendar", name=name)
    return calendars[name]


def _check_derived(pack: Pack, entries: list[Entry]) -> Mapping[str, Contract]:
    """The contracts as rules see them; refuse a derived column that could not be worked out."""
    contracts = pack.contracts
    for number, entry in enumerate(entries):
        one = pack.derived[number]
        if one.name in pack.parameters:
            taken = RulesError("check.name_taken", key="column", name=one.name)
            raise _placed(taken, entry, rule=f"{one.table}.{one.name}")
        try:
            # The day matters to no type: any will do.
            contracts = compile_derived(
                [one], contracts=contracts, calendar=pack.calendar, lists=pack.lists, as_of=date.min
            ).contracts
        except RulesError as error:
            raise _placed(error, entry, rule=f"{one.table}.{one.name}") from error
    return contracts


def _placed(error: RulesError, entry: Entry, *, rule: str) -> PackError:
    """The refusal with its file and line."""
    here = entry.at(str(error.facts.get("formula") or error.facts.get("key") or ""))
    facts = {**error.facts, "file": here.file, "line": here.line, "rule": rule}
    return PackError(error.code, **facts)


def _check(rule: Rule, pack: Pack, *, entry: Entry) -> None:
    """Refuse what could not run: the engine compiles every formula, so nothing is found late."""
    # A duplicate of a duplicate would leave open whose money counts.
    heads = {other.code for other in pack.rules if other.duplicate_of is None}
    if rule.duplicate_of is not None and rule.duplicate_of not in heads:
        here = entry.at("duplicate_of")
        raise here.refuse("unknown_rule", rule=rule.code, name=rule.duplicate_of)
    try:
        check_rule(
            rule,
            contracts=pack.contracts,
            parameters=pack.parameters,
            calendar=pack.calendar,
            lists=pack.lists,
        )
    except RulesError as error:
        raise _placed(error, entry, rule=rule.code) from error
