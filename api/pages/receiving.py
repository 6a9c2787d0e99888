"""Files of a form, for browsers without script: received one by one, like those of a script."""

from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, cast
from uuid import UUID, uuid4

from litestar.datastructures import UploadFile

from api.dependencies import provide_now
from api.pages.forms import Refused, attempt_flow
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
    """Take the files of an answer to a request, one by one; stop at the first refused."""
    for file in files:
        outcome = attempt_flow(
            partial(
                receive_file,
                errand.database,
                errand.storage,
                actor=errand.actor,
                inspection_id=inspection_id,
                request_id=request_id,
                name=file.filename,
                chunks=_pieces(file),
                limits=errand.limits,
                incoming_id=uuid4(),
                clock=provide_now,
            )
        )
        if isinstance(outcome, Refused):
            return outcome
    return None


def take_answer_files(errand: Errand, finding_id: UUID, files: list[UploadFile]) -> Refused | None:
    """Take the files that go with an explanation; see `take_files`."""
    for file in files:
        outcome = attempt_flow(
            partial(
                receive_answer_file,
                errand.database,
                errand.storage,
                actor=errand.actor,
                finding_id=finding_id,
                name=file.filename,
                chunks=_pieces(file),
                limits=errand.limits,
                incoming_id=uuid4(),
                clock=provide_now,
            )
        )
        if isinstance(outcome, Refused):
            return outcome
    return None


def _pieces(file: UploadFile) -> Iterator[bytes]:
    # A spooled file is a binary file in all but its declared type.
    return read_pieces(cast("BinaryIO", file.file))
