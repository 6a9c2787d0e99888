"""`thanhtra custody witness`: what an outside party runs, once a day, on a machine of its own."""

import json
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any, Final

import click
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from api.cli import language
from api.language import translator
from api.refusals import WitnessError
from evidence.custody.checkpoint import open_checkpoint
from evidence.errors import CustodyForgedError
from evidence.keys import KeyRing
from evidence.witness import Witnessed, extend, read_witness

NOT_INTACT: Final = 1
_OK: Final = 200
_LARGEST_ANSWER: Final = 1 << 20


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--url", required=True, help="The address of the platform.")
@click.option(
    "--key",
    "key_file",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The public keys: ring.json, or verifier keys one a line.",
)
def witness(file: Path, url: str, key_file: Path) -> None:
    """Fetch the newest checkpoint, prove that it goes on from those in FILE, and add it there.

    Nothing is asked but public addresses.  Keep FILE where the platform's operators cannot reach.

    \b
    Exit codes:
      0  the log goes on; FILE holds its newest head
      1  the log was cut off or replaced by another: FILE and the answer together are the proof
      2  something given could not be used, or the platform does not answer
    """  # noqa: D301 - the mark of click for lines that stay as they are
    ring = KeyRing.parse(key_file.read_text())
    kept = file.read_text() if file.exists() else ""
    say = translator(language())
    try:
        heads = read_witness(kept, ring)
        platform = _Platform(url)
        witnessed = _fetch(platform, heads[-1].size if heads else 0, ring)
        head = extend(heads, witnessed, ring)
    except CustodyForgedError as error:
        click.echo(say.refusal(error.code, error.facts))
        sys.exit(NOT_INTACT)
    if not heads or heads[-1] != head:
        with file.open("a", encoding="utf-8") as out:
            out.write(witnessed.to_line())
    click.echo(say("custody.witness.good", size=head.size, heads=len(heads)))


def _fetch(platform: "_Platform", known: int, ring: KeyRing) -> Witnessed:
    note = platform.get("/api/custody/checkpoint").decode()
    head, _ = open_checkpoint(note, ring)
    if head.size < known:
        return Witnessed(note=note, proof=())  # refused by who compares the two
    answer: Any = json.loads(platform.get(f"/api/custody/consistency?old={known}&new={head.size}"))
    return Witnessed(note=note, proof=tuple(b64decode(one) for one in answer["proof"]))


class _Platform:
    """The public addresses of a platform."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._pool = PoolManager(timeout=Timeout(30), retries=Retry(2, redirect=0))

    def get(self, address: str) -> bytes:
        """The answer of an address.

        Raises:
            WitnessError: There is none.
        """
        try:
            answer = self._pool.request("GET", self._url + address, preload_content=False)
            content = answer.read(_LARGEST_ANSWER)
        except HTTPError as error:
            raise WitnessError("witness.unreachable", url=self._url) from error
        if answer.status != _OK:
            raise WitnessError("witness.answered", url=self._url + address, status=answer.status)
        return content
