"""`thanhtra verify receipt`: does a receipt or a certificate hold, and which files does it name?"""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from api.cli import language
from api.language import LANGUAGES, Translator, translator
from evidence.digest import Digest
from evidence.errors import CustodyForgedError
from evidence.hashing import HashingReader
from evidence.keys import KeyRing
from evidence.receipt import CERTIFICATE, VerifiedReceipt, kind_of, verify_receipt
from evidence.receipt_file import read_receipt
from evidence.timestamp import load_roots, verify_timestamp

NOT_INTACT: Final = 1
_CHUNK_BYTES: Final = 1 << 20
_FILE: Final = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("file", type=_FILE)
@click.option(
    "--key",
    "key_file",
    required=True,
    type=_FILE,
    help="The public keys: ring.json, or verifier keys one a line.",
)
@click.option(
    "--with", "files", multiple=True, type=_FILE, help="A file of yours to look for in it."
)
@click.option(
    "--authority",
    type=_FILE,
    help="The certificates of the timestamp authority, as PEM; its timestamp is then checked too.",
)
@click.option("--json", "as_data", is_flag=True, help="Print what was proven as JSON.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="The language of the sentences.")
def receipt(
    *,
    file: Path,
    key_file: Path,
    files: tuple[Path, ...],
    authority: Path | None,
    as_data: bool,
    lang: str | None,
) -> None:
    """Check a receipt or a certificate of destruction with the public key alone.

    No network, no database, no platform.  Which of the two it is, the answer says.

    \b
    Exit codes:
      0  it holds, and every file given with --with is named in it
      1  it does not hold, or a file is not named in it; the reason is printed
      2  something given could not be used
    """  # noqa: D301 - the mark of click for lines that stay as they are
    say = translator(lang or language())
    ring = KeyRing.parse(key_file.read_text())
    try:
        content = read_receipt(file)
        kind = kind_of(content)
        verified = verify_receipt(content, ring, kind=kind)
        seen_at = _timestamp(verified, authority)
    except CustodyForgedError as error:
        told = say.refusal(error.code, error.facts)
        click.echo(json.dumps({"holds": False, "code": error.code}) if as_data else told)
        sys.exit(NOT_INTACT)
    named = {one.sha256 for one in verified.files}
    foreign = [path for path in files if _digest_of(path).hex not in named]
    if as_data:
        click.echo(
            json.dumps(_data(verified, kind, foreign, seen_at), ensure_ascii=False, indent=2)
        )
    else:
        for line in _lines(verified, kind, files, foreign, say):
            click.echo(line)
        click.echo(_about_timestamp(verified, seen_at, say))
    sys.exit(NOT_INTACT if foreign else 0)


def _digest_of(path: Path) -> Digest:
    with path.open("rb") as file:
        reader = HashingReader(iter(lambda: file.read(_CHUNK_BYTES), b""))
        while reader.read(_CHUNK_BYTES):
            pass
    return reader.digest


def _timestamp(verified: VerifiedReceipt, authority: Path | None) -> datetime | None:
    """When the authority saw the head; None where that is not asked."""
    if authority is None:
        return None
    if verified.timestamp is None:
        raise CustodyForgedError("custody.no_timestamp")
    return verify_timestamp(verified.timestamp, verified.note, roots=load_roots(authority))


def _about_timestamp(verified: VerifiedReceipt, seen_at: datetime | None, say: Translator) -> str:
    if seen_at is not None:
        return say("verify.receipt.seen", at=seen_at)
    if verified.timestamp is None:
        return say("verify.receipt.timestamp.none")
    return say("verify.receipt.timestamp.not_checked")


def _data(
    verified: VerifiedReceipt, kind: str, foreign: list[Path], seen_at: datetime | None
) -> dict[str, Any]:
    return {
        "holds": True,
        "kind": kind,
        "statement": verified.statement,
        "certified_at": verified.certified_at.isoformat(),
        "log": verified.checkpoint.origin,
        "index": verified.index,
        "number": None if verified.counted is None else verified.counted.number,
        "size": verified.checkpoint.size,
        "key": str(verified.key),
        "timestamp": seen_at.isoformat() if seen_at else None,
        "files_not_named": [str(path) for path in foreign],
    }


def _lines(
    verified: VerifiedReceipt,
    kind: str,
    files: tuple[Path, ...],
    foreign: list[Path],
    say: Translator,
) -> Iterator[str]:
    is_certificate = kind == CERTIFICATE
    yield say("verify.certificate.holds") if is_certificate else say("verify.receipt.holds")
    yield say(
        "verify.receipt.log",
        origin=verified.checkpoint.origin,
        index=verified.index,
        size=verified.checkpoint.size,
        key=verified.key.key_id.hex(),
    )
    if verified.counted is not None:
        yield say("verify.receipt.number", number=verified.counted.number)
    at = verified.certified_at
    yield say("verify.certificate.at", at=at) if is_certificate else say("verify.receipt.at", at=at)
    for one in verified.files:
        name = "".join(letter if letter.isprintable() else "?" for letter in one.name)
        yield f"  {one.sha256}  {one.size_bytes}  {name}"
    for path in files:
        code = "verify.receipt.not_named" if path in foreign else "verify.receipt.named"
        yield say(code, file=str(path))
