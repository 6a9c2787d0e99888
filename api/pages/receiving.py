"""Files of a form, for browsers without script: received one by one, like those of a script."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import BinaryIO, cast
from uuid import UUID, uuid4

from litestar.datastructures import UploadFile

from api.dependencies import provide_now
from api.pages.forms import Problem, Refused, attempt_flow
from api.pages.visit import Errand
from api.templating import WebRequest
from api.uploads import read_pieces
from inspection.deposits import receive_answer_file, receive_file


async def read_files(request: WebRequest) -> list[UploadFile]:
    """Read the files of a form; large ones are on disk, not in memory.

    A field in which no file was chosen is sent as one without a name.
    """
    sent = await request.form()
    return [one for one in sent.getall("files", []) if isinstance(one, UploadFile) and one.filename]


def take_files(
    errand: Errand,
    inspection_id: UUID,
    request_id: UUID,
    files: list[UploadFile],
) -> Refused | None:
    """Take the files of an answer to a request, one by one; the answer names each refused one."""
    take = partial(receive_file, inspection_id=inspection_id, request_id=request_id)
    return _take_all(errand, take, files)


def take_answer_files(errand: Errand, finding_id: UUID, files: list[UploadFile]) -> Refused | None:
    """Take the files that go with an explanation; see `take_files`."""
    return _take_all(errand, partial(receive_answer_file, finding_id=finding_id), files)


def _take_all(
    errand: Errand, take: Callable[..., object], files: list[UploadFile]
) -> Refused | None:
    refused = [(file.filename, outcome) for file in files if (outcome := _take(errand, take, file))]
    if not refused:
        return None
    # What stops all of them alike is said once, with all their names.
    named: dict[str, tuple[Problem, list[str]]] = {}
    for name, outcome in refused:
        for problem in outcome.problems.values():
            named.setdefault(repr(problem), (problem, []))[1].append(name)
    return Refused(
        status=refused[0][1].status,
        problems={
            f"files.{place}": replace(problem, about=", ".join(names))
            for place, (problem, names) in enumerate(named.values())
        },
    )


def _take(errand: Errand, take: Callable[..., object], file: UploadFile) -> Refused | None:
    outcome = attempt_flow(
        partial(
            take,
            errand.database,
            errand.storage,
            actor=errand.actor,
            name=file.filename,
            chunks=_pieces(file),
            limits=errand.limits,
            incoming_id=uuid4(),
            clock=provide_now,
        )
    )
    return outcome if isinstance(outcome, Refused) else None


def _pieces(file: UploadFile) -> Iterator[bytes]:
    # A spooled file is a binary file in all but its declared type.
    return read_pieces(cast("BinaryIO", file.file))
