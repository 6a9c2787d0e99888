"""`thanhtra deposit`: hand in files from a program, as the browser does."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

import click
import httpx

from api.cli import language
from api.language import Translator, translator
from api.refusals import ShellError
from api.sending import Described, Outcome, Sender, SendingFailedError, describe, enter

FAILED: Final = 1  # some file was not received; the same command sends only those again
AT_ONCE: Final = 3
_TIMEOUT: Final = httpx.Timeout(10.0, read=600.0, write=120.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of one file."""

    path: Path
    file: Described | None
    outcome: Outcome | None
    refusal: ShellError | None


@click.command()
@click.option("--url", required=True, help="The platform's address, such as https://host.")
@click.option("--login", "username", required=True, help="The name to log in with.")
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file that holds the password alone; asked for when not given.",
)
@click.argument("request")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, readable=True)
)
def deposit(
    url: str, username: str, password_file: Path | None, request: str, files: tuple[Path, ...]
) -> None:
    """Hand in FILES, or the files of folders, at REQUEST: its number in the address of its page.

    What broke off goes on, what was received is not sent again: run the same command until it
    succeeds.  Certifying stays with a person, on the page.
    """
    t = translator(language())
    password = (
        password_file.read_text(encoding="utf-8").rstrip("\n")
        if password_file
        else click.prompt(t("login.password"), hide_input=True)
    )
    with httpx.Client(base_url=url.rstrip("/"), timeout=_TIMEOUT) as client:
        try:
            enter(client, username=username, password=password)
            place = find_place(client, request)
            sender = Sender(client, place)
        except httpx.HTTPError as error:
            raise SendingFailedError("sending.unreachable", url=url) from error
        paths = sorted({path for given in files for path in _files_of(given)})
        with ThreadPoolExecutor(AT_ONCE) as pool:
            sent = [_told(t, one) for one in pool.map(lambda path: _send(sender, path), paths)]
    failed = sum(one.refusal is not None for one in sent)
    click.echo(t("sending.sum", done=len(sent) - failed, files=len(sent)))
    if failed:
        sys.exit(FAILED)


def find_place(client: httpx.Client, request: str) -> str:
    """Where the files of a request are announced.

    Raises:
        SendingFailedError: No inspection of this login asks for it.
    """
    try:
        request_id = str(UUID(request.rstrip("/").rpartition("/")[2]))
    except ValueError as error:
        raise SendingFailedError("sending.no_request", request=request) from error
    for line in client.get("/api/inspections").raise_for_status().json():
        page = client.get(f"/api/inspections/{line['id']}").raise_for_status().json()
        if any(one["request"]["id"] == request_id for one in page["requests"]):
            return f"/api/inspections/{line['id']}/requests/{request_id}/uploads"
    raise SendingFailedError("sending.no_request", request=request)


def _files_of(given: Path) -> Iterator[Path]:
    if given.is_dir():
        yield from (path for path in given.rglob("*") if path.is_file())
    else:
        yield given


def _send(sender: Sender, path: Path) -> Sent:
    file = None
    try:
        file = describe(path)
        outcome = sender.send(file)
    except SendingFailedError as error:
        return Sent(path=path, file=file, outcome=None, refusal=error)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        refusal = SendingFailedError("sending.unreadable", file=path.name, reason=reason)
        return Sent(path=path, file=file, outcome=None, refusal=refusal)
    return Sent(path=path, file=file, outcome=outcome, refusal=None)


def _told(t: Translator, sent: Sent) -> Sent:
    if sent.refusal is not None:
        click.echo(f"✕ {sent.path}: {t.refusal(sent.refusal.code, sent.refusal.facts)}", err=True)
    elif sent.file is not None and sent.outcome is not None:
        click.echo(f"{sent.file.sha256}  {sent.path}  {t(f'sending.{sent.outcome}')}")
    return sent
