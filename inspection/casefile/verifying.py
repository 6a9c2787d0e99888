"""Whether a case file says the same everywhere.  Offline: no database, no store, no network."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from evidence.bag import verify_bag
from evidence.bag.crate import METADATA
from evidence.keys import KeyRing
from inspection.casefile import layout, log
from inspection.casefile.log_verifying import check_log
from inspection.casefile.reading import (
    DATA,
    NOT_AS_WRITTEN,
    BadDocumentError,
    Case,
    Look,
    list_told,
    parsed,
    read_case,
    read_json,
)
from inspection.casefile.values import CaseFault, CaseReport

_Row = Mapping[str, Any]  # whatever the file holds


def verify_case(
    folder: Path, *, ring: KeyRing | None = None, receipts: Sequence[Path] = ()
) -> CaseReport:
    """Check a case file against itself, and against the custody log it brings along.

    Args:
        folder: The bag.
        ring: Public keys that came another way than the case file.  Without them the signatures
            are compared with the keys in the file itself, which whoever forged it made as well.
        receipts: Receipts that somebody outside kept: their entries, and all before, must be here.

    1. It is a valid bag, and every file beside the payload is listed (RFC 8493 section 3).
    2. `case.json` and `journal.jsonl` can be read and are of our format.
    3. Every piece of evidence is there with the size and digest it was received with; what is told
       as destroyed is looked at in 12.
    4. Every input of every run is among the evidence.
    5. The pack is the one the runs name: its manifest has their digest, its files the manifest's.
    6. Verdicts and facts of every run have the digests the run names.
    7. The frozen conclusion and its PDF have the digests noted at approval and issue, and the
       conclusion cites no evidence that is not there.
    8. Nothing else lies in the payload.
    9. The head of the log is signed by these keys, and every entry lies under it (RFC 9162).
    10. The journal is the one whose hashes are in those entries, in their order; what is here or
        withheld is what the log says was received; receipts hold and name the files that lie here.
    11. Whatever those entries say came, was certified, decided, approved or issued is here: no file
        and no receipt is missing, states and digests are those of the last act, and what is
        withheld is so for a reason the log knows.
    12. What is told as destroyed has an entry of its destruction, and a certificate that holds, is
        the one bound in the log, and names this very file.
    13. Verdicts of every run, findings and answers have the digests that were journalled.
    14. The numbers of the entries are dense, up to the highest one here and up to those that the
        conclusion, receipts and certificates know.

    Not checked: what is in the evidence, whether the verdicts follow from it (`thanhtra check` on
    the same pack and files tells), and whether acts after the last of those documents were left
    out together with their entries.
    """
    look = Look(folder=folder, bag=verify_bag(folder), ring=ring, receipts=tuple(receipts))
    if look.bag.version:  # 1
        for path in look.bag.unlisted_tags:
            look.report(CaseFault.UNLISTED, path)
    case = read_case(look)  # 2
    if case is not None:
        _compare(look, case)
    return CaseReport(
        bag=look.bag,
        problems=tuple(look.problems),
        warnings=tuple(look.warnings),
        title=next((v for label, v in look.bag.info if label == "External-Description"), ""),
        checked=dict(look.checked),
    )


def _compare(look: Look, case: Case) -> None:
    for check in _CHECKS:
        try:
            check(look, case)
        except BadDocumentError as error:
            look.report(CaseFault.BAD_DOCUMENT, DATA + error.path, found=error.why)
        except NOT_AS_WRITTEN as error:
            look.report(CaseFault.BAD_DOCUMENT, DATA + layout.CASE, found=type(error).__name__)


def _check_evidence(look: Look, case: Case) -> None:  # 3
    for item in case.rows("items"):
        path = str(item.get("path"))
        lying = look.bag.payload.get(DATA + path)
        look.checked["evidence"] += 1
        if lying is None:
            look.report(CaseFault.NOT_IN_BAG, DATA + path, expected=item.get("sha256"))
        elif (lying.sha256, lying.size_bytes) != (item.get("sha256"), item.get("size_bytes")):
            look.report(
                CaseFault.EVIDENCE_DIFFERS,
                DATA + path,
                expected=item.get("sha256"),
                found=lying.sha256,
            )


def _tell_withheld(look: Look, case: Case) -> None:
    for item in case.rows("withheld"):
        look.warn(CaseFault.WITHHELD, DATA + layout.CASE, expected=item["sha256"], found=item["id"])


def _check_inputs(look: Look, case: Case) -> None:  # 4
    # What is withheld was told already.
    known = {item.get("id") for item in list_told(case)}
    for chosen in case.rows("inputs"):
        look.checked["inputs"] += 1
        if chosen.get("item_id") not in known:
            look.report(CaseFault.INPUT_MISSING, DATA + layout.CASE, expected=chosen.get("item_id"))


def _check_pack(look: Look, case: Case) -> None:  # 5
    manifest = layout.PACK + layout.PACK_MANIFEST
    found = look.sha256_of(manifest)
    named = [run.get("pack_digest") for run in case.rows("evaluations")]
    named += [one.get("pack_digest") for one in case.rows("campaign")]
    for expected in dict.fromkeys(digest for digest in named if digest):
        look.checked["packs"] += 1
        if expected != found:
            look.report(CaseFault.PACK_DIFFERS, DATA + manifest, expected=expected, found=found)
    for sha256, path in _pack_lines(look, manifest):
        if look.sha256_of(path) != sha256:
            look.report(
                CaseFault.PACK_DIFFERS, DATA + path, expected=sha256, found=look.sha256_of(path)
            )


def _pack_lines(look: Look, manifest: str) -> Iterable[tuple[str, str]]:
    if not look.sha256_of(manifest):
        return
    for line in parsed(look, manifest, str.splitlines):
        sha256, _, path = line.partition("  ")
        yield sha256, layout.PACK + path


def _check_verdicts(look: Look, case: Case) -> None:  # 6
    for run in case.rows("evaluations"):
        for what in ("violations", "facts"):
            expected = run.get(f"{what}_sha256")
            path = f"verdicts/{run.get('number')}/{what}.parquet"
            if expected:
                look.checked["verdicts"] += 1
            if expected and look.sha256_of(path) != expected:
                look.report(
                    CaseFault.VERDICTS_DIFFER,
                    DATA + path,
                    expected=expected,
                    found=look.sha256_of(path),
                )


def _check_conclusion(look: Look, case: Case) -> None:  # 7
    for conclusion in case.rows("conclusions"):
        for path, name, fault in (
            (layout.FROZEN, "frozen_sha256", CaseFault.CONCLUSION_DIFFERS),
            (layout.PDF, "pdf_sha256", CaseFault.PDF_DIFFERS),
        ):
            expected, found = conclusion.get(name), look.sha256_of(path)
            if expected:
                look.checked["conclusion"] += 1
            if expected and found != expected:
                look.report(fault, DATA + path, expected=expected, found=found)
    if look.sha256_of(layout.FROZEN):
        _check_cited(look, case)


def _check_cited(look: Look, case: Case) -> None:
    """The conclusion is the one document with a digest of its own: what it cites must be here."""
    known = {item.get("sha256") for item in list_told(case)}
    try:
        frozen = read_json(look.folder / DATA / layout.FROZEN)
        cited = [one["file"]["sha256"] for one in frozen["document"]["evidence"]]
        cited += list(frozen["file_names"])
        runs = {one["violations_sha256"] for one in frozen["annex"]}
    except NOT_AS_WRITTEN as error:
        look.report(CaseFault.BAD_DOCUMENT, DATA + layout.FROZEN, found=type(error).__name__)
        return
    for sha256 in dict.fromkeys(cited):
        if sha256 not in known:
            look.report(CaseFault.INPUT_MISSING, DATA + layout.FROZEN, expected=sha256)
    kept = {run.get("violations_sha256") for run in case.rows("evaluations")}
    for sha256 in sorted(runs - kept):
        look.report(CaseFault.INPUT_MISSING, DATA + layout.FROZEN, expected=sha256)


def _check_rest(look: Look, case: Case) -> None:  # 8
    named = {layout.CASE, layout.JOURNAL, METADATA, log.CHECKPOINT, log.KEYS, log.ENTRIES}
    named |= {f"{log.RECEIPTS}{deposit.get('id')}.json" for deposit in case.rows("deposits")}
    named |= {str(item.get("path")) for item in case.rows("items")}
    named |= {log.certificate_path(one.get("destruction_id")) for one in case.rows("destroyed")}
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
        if path.removeprefix(DATA) not in named:
            look.report(CaseFault.UNLISTED, path)


_CHECKS: Final = (
    _tell_withheld,
    _check_evidence,
    _check_inputs,
    _check_pack,
    _check_verdicts,
    _check_conclusion,
    _check_rest,
    check_log,
)
