"""Whether a case file says the same everywhere.  Offline: no database, no store, no network."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from evidence.bag import BagReport, verify_bag
from evidence.bag.crate import METADATA
from evidence.errors import CustodyForgedError, KeyConfigurationError
from evidence.keys import KeyRing
from evidence.strict_json import read_strictly
from inspection.casefile import layout, log, log_binding, log_checking
from inspection.casefile.values import CaseFault, CaseProblem, CaseReport

_T = TypeVar("_T")
_DATA: Final = "data/"
# Documents of ours are small; evidence is never opened here, and a forged giant fills no memory.
_LARGEST_DOCUMENT: Final = 512 << 20


@dataclass(slots=True)
class _Look:
    """What is known of a case file so far."""

    folder: Path
    bag: BagReport
    ring: KeyRing | None
    problems: list[CaseProblem] = field(default_factory=list)
    warnings: list[CaseProblem] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=Counter)

    def report(
        self, fault: CaseFault, path: str, *, expected: object = "", found: object = ""
    ) -> None:
        self.problems.append(
            CaseProblem(fault=fault, path=path, expected=str(expected), found=str(found))
        )

    def warn(
        self, fault: CaseFault, path: str, *, expected: object = "", found: object = ""
    ) -> None:
        self.warnings.append(
            CaseProblem(fault=fault, path=path, expected=str(expected), found=str(found))
        )

    def sha256_of(self, path: str) -> str:
        """What lies at a path of the payload; empty where nothing does."""
        found = self.bag.payload.get(_DATA + path)
        return found.sha256 if found else ""


def verify_case(folder: Path, *, ring: KeyRing | None = None) -> CaseReport:
    """Check a case file against itself, and against the custody log it brings along.

    Args:
        folder: The bag.
        ring: Public keys that came another way than the case file.  Without them the signatures
            are compared with the keys in the file itself, which whoever forged it made as well.

    1. It is a valid bag, and every file beside the payload is listed (RFC 8493 section 3).
    2. `case.json` and `journal.jsonl` can be read and are of our format.
    3. Every piece of evidence is there with the size and digest it was received with.
    4. Every input of every run is among the evidence.
    5. The pack is the one the runs name: its manifest has their digest, its files the manifest's.
    6. Verdicts and facts of every run have the digests the run names.
    7. The frozen conclusion and its PDF have the digests noted at approval and issue, and the
       conclusion cites no evidence that is not there.
    8. Nothing else lies in the payload.
    9. The head of the log is signed by these keys, and every entry lies under it (RFC 9162).
    10. The journal is the one whose hashes are in those entries; what is here or withheld is what
        the log says was received; every receipt holds and names the files that lie here.
    11. Whatever those entries say came, was certified, decided, approved or issued is here: no file
        and no receipt is missing, states and digests are those of the last act.

    Not checked: what is in the evidence, whether the verdicts follow from it (`thanhtra check` on
    the same pack and files tells), and whether acts were left out together with their entries.
    """
    look = _Look(folder=folder, bag=verify_bag(folder), ring=ring)
    if look.bag.version:  # 1
        for path in look.bag.unlisted_tags:
            look.report(CaseFault.UNLISTED, path)
    case = _read_case(look)  # 2
    if case is not None:
        _compare(look, case)
    return CaseReport(
        bag=look.bag,
        problems=tuple(look.problems),
        warnings=tuple(look.warnings),
        title=next((v for label, v in look.bag.info if label == "External-Description"), ""),
        checked=dict(look.checked),
    )


def _compare(look: _Look, case: "_Case") -> None:
    for check in _CHECKS:
        try:
            check(look, case)
        except _BadDocumentError as error:
            look.report(CaseFault.BAD_DOCUMENT, _DATA + error.path, found=error.why)
        except _NOT_AS_WRITTEN as error:
            look.report(CaseFault.BAD_DOCUMENT, _DATA + layout.CASE, found=type(error).__name__)


class _Case:
    """`case.json`, read with care: whatever is not as we write it raises ValueError."""

    def __init__(self, document: Any) -> None:  # whatever the file holds
        if not isinstance(document, dict) or document.get("format") != layout.FORMAT:
            raise ValueError("not of our format")
        self._document = document

    def rows(self, name: str) -> Sequence[Mapping[str, Any]]:
        rows = self._document.get(name)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError(f"no rows: {name}")
        return rows


# Anybody may have written the documents: a value of another kind than ours is no crash.
_NOT_AS_WRITTEN: Final = (
    AttributeError,
    KeyConfigurationError,
    KeyError,
    RecursionError,
    TypeError,
    ValueError,
)


class _BadDocumentError(Exception):
    """A document beside `case.json` is not as we write it."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(path)
        self.path, self.why = path, why


def _read_case(look: _Look) -> _Case | None:
    path = look.folder / _DATA / layout.CASE
    if _DATA + layout.CASE not in look.bag.payload:
        look.report(CaseFault.NOT_A_CASE, _DATA + layout.CASE)
        return None
    try:
        return _Case(_read_json(path))
    except _NOT_AS_WRITTEN as error:
        look.report(CaseFault.BAD_DOCUMENT, _DATA + layout.CASE, found=type(error).__name__)
        return None


def _read_json(path: Path) -> Any:  # whatever the file holds
    if path.stat().st_size > _LARGEST_DOCUMENT:
        raise ValueError("larger than any document of ours")
    return read_strictly(path.read_bytes())


def _check_evidence(look: _Look, case: _Case) -> None:  # 3
    for item in case.rows("items"):
        path = str(item.get("path"))
        lying = look.bag.payload.get(_DATA + path)
        look.checked["evidence"] += 1
        if lying is None:
            look.report(CaseFault.NOT_IN_BAG, _DATA + path, expected=item.get("sha256"))
        elif (lying.sha256, lying.size_bytes) != (item.get("sha256"), item.get("size_bytes")):
            look.report(
                CaseFault.EVIDENCE_DIFFERS,
                _DATA + path,
                expected=item.get("sha256"),
                found=lying.sha256,
            )


def _tell_withheld(look: _Look, case: _Case) -> None:
    for item in case.rows("withheld"):
        look.warn(
            CaseFault.WITHHELD, _DATA + layout.CASE, expected=item["sha256"], found=item["id"]
        )


def _check_inputs(look: _Look, case: _Case) -> None:  # 4
    # What is withheld was told already.
    known = {item.get("id") for item in (*case.rows("items"), *case.rows("withheld"))}
    for chosen in case.rows("inputs"):
        look.checked["inputs"] += 1
        if chosen.get("item_id") not in known:
            look.report(
                CaseFault.INPUT_MISSING, _DATA + layout.CASE, expected=chosen.get("item_id")
            )


def _check_pack(look: _Look, case: _Case) -> None:  # 5
    manifest = layout.PACK + layout.PACK_MANIFEST
    found = look.sha256_of(manifest)
    named = [run.get("pack_digest") for run in case.rows("evaluations")]
    named += [one.get("pack_digest") for one in case.rows("campaign")]
    for expected in dict.fromkeys(digest for digest in named if digest):
        look.checked["packs"] += 1
        if expected != found:
            look.report(CaseFault.PACK_DIFFERS, _DATA + manifest, expected=expected, found=found)
    for sha256, path in _pack_lines(look, manifest):
        if look.sha256_of(path) != sha256:
            look.report(
                CaseFault.PACK_DIFFERS, _DATA + path, expected=sha256, found=look.sha256_of(path)
            )


def _pack_lines(look: _Look, manifest: str) -> Iterable[tuple[str, str]]:
    if not look.sha256_of(manifest):
        return
    text = (look.folder / _DATA / manifest).read_bytes().decode(errors="replace")
    for line in text.splitlines():
        sha256, _, path = line.partition("  ")
        yield sha256, layout.PACK + path


def _check_verdicts(look: _Look, case: _Case) -> None:  # 6
    for run in case.rows("evaluations"):
        for what in ("violations", "facts"):
            expected = run.get(f"{what}_sha256")
            path = f"verdicts/{run.get('number')}/{what}.parquet"
            if expected:
                look.checked["verdicts"] += 1
            if expected and look.sha256_of(path) != expected:
                look.report(
                    CaseFault.VERDICTS_DIFFER,
                    _DATA + path,
                    expected=expected,
                    found=look.sha256_of(path),
                )


def _check_conclusion(look: _Look, case: _Case) -> None:  # 7
    for conclusion in case.rows("conclusions"):
        for path, name, fault in (
            (layout.FROZEN, "frozen_sha256", CaseFault.CONCLUSION_DIFFERS),
            (layout.PDF, "pdf_sha256", CaseFault.PDF_DIFFERS),
        ):
            expected, found = conclusion.get(name), look.sha256_of(path)
            if expected:
                look.checked["conclusion"] += 1
            if expected and found != expected:
                look.report(fault, _DATA + path, expected=expected, found=found)
    if look.sha256_of(layout.FROZEN):
        _check_cited(look, case)


def _check_cited(look: _Look, case: _Case) -> None:
    """The conclusion is the one document with a digest of its own: what it cites must be here."""
    known = {item.get("sha256") for item in (*case.rows("items"), *case.rows("withheld"))}
    try:
        frozen = _read_json(look.folder / _DATA / layout.FROZEN)
        cited = [one["file"]["sha256"] for one in frozen["document"]["evidence"]]
        cited += list(frozen["file_names"])
        runs = {one["violations_sha256"] for one in frozen["annex"]}
    except _NOT_AS_WRITTEN as error:
        look.report(CaseFault.BAD_DOCUMENT, _DATA + layout.FROZEN, found=type(error).__name__)
        return
    for sha256 in dict.fromkeys(cited):
        if sha256 not in known:
            look.report(CaseFault.INPUT_MISSING, _DATA + layout.FROZEN, expected=sha256)
    kept = {run.get("violations_sha256") for run in case.rows("evaluations")}
    for sha256 in sorted(runs - kept):
        look.report(CaseFault.INPUT_MISSING, _DATA + layout.FROZEN, expected=sha256)


def _check_rest(look: _Look, case: _Case) -> None:  # 8
    named = {layout.CASE, layout.JOURNAL, METADATA, log.CHECKPOINT, log.KEYS, log.ENTRIES}
    named |= {f"{log.RECEIPTS}{deposit.get('id')}.json" for deposit in case.rows("deposits")}
    named |= {str(item.get("path")) for item in case.rows("items")}
    if any(one.get("frozen_sha256") for one in case.rows("conclusions")):
        named.add(layout.FROZEN)
    if any(one.get("pdf_sha256") for one in case.rows("conclusions")):
        named.add(layout.PDF)
    manifest = layout.PACK + layout.PACK_MANIFEST
    named |= {manifest, *(path for _, path in _pack_lines(look, manifest))}
    for run in case.rows("evaluations"):
        named |= {
            f"verdicts/{run.get('number')}/{what}.parquet"
            for what in ("violations", "facts")
            if run.get(f"{what}_sha256")
        }
    for path in sorted(look.bag.payload):
        if path.removeprefix(_DATA) not in named:
            look.report(CaseFault.UNLISTED, path)


def _check_log(look: _Look, case: _Case) -> None:  # 9, 10, 11
    if not look.sha256_of(log.CHECKPOINT):
        # Who has the keys of a log was promised one.
        tell = look.warn if look.ring is None else look.report
        tell(CaseFault.NO_LOG, _DATA + log.CHECKPOINT)
        return
    ring = look.ring
    if ring is None:
        look.warn(CaseFault.NO_KEY, _DATA + log.KEYS)
        ring = _parsed(look, log.KEYS, KeyRing.parse)
    entries = _parsed(look, log.ENTRIES, log_checking.read_entries)
    try:
        head = log_checking.check_head(_read_text(look, log.CHECKPOINT), ring, entries)
    except CustodyForgedError as error:
        look.report(CaseFault.HEAD_FAILS, _DATA + log.CHECKPOINT, found=error.code)
        return
    look.checked["entries"] = len(entries)
    if waiting := sum(one.index is None for one in entries):
        look.warn(CaseFault.PENDING, _DATA + log.ENTRIES, found=waiting)
    rows = log_checking.Received(
        items=[*case.rows("items"), *case.rows("withheld")],
        deposits=case.rows("deposits"),
        journal=_parsed(look, layout.JOURNAL, log_checking.read_lines),
    )
    log_checking.check_proofs(head, entries, look.report)
    log_checking.check_journal(_DATA + layout.JOURNAL, rows.journal, entries, look.report)
    log_checking.check_evidence(_DATA + layout.CASE, rows, entries, look)
    statements = {}
    for path in sorted(look.bag.payload):
        if path.startswith(_DATA + log.RECEIPTS):
            look.checked["receipts"] += 1
            content = (look.folder / path).read_bytes()
            statements[path] = log_checking.check_receipt(
                path, content, ring, rows.items, look.report
            )
    bound = log_binding.bind(case.rows, rows.journal, entries, statements)
    log_binding.check_bound(bound, look)


def _parsed(look: _Look, path: str, parse: Callable[[str], _T]) -> _T:
    try:
        return parse(_read_text(look, path))
    except _NOT_AS_WRITTEN as error:
        raise _BadDocumentError(path, type(error).__name__) from error


def _read_text(look: _Look, path: str) -> str:
    whole = look.folder / _DATA / path
    if _DATA + path not in look.bag.payload or whole.stat().st_size > _LARGEST_DOCUMENT:
        raise ValueError(path)
    return whole.read_bytes().decode()


_CHECKS: Final = (
    _tell_withheld,
    _check_evidence,
    _check_inputs,
    _check_pack,
    _check_verdicts,
    _check_conclusion,
    _check_rest,
    _check_log,
)
