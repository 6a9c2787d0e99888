import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from inspection.documents.page import LEFT, RIGHT, WIDTH
from inspection.documents.text import clean
from inspection.documents.values.conclusion import Answer, Verification
from inspection.documents.values.parts import EvidenceItem, FileFacts
from tests.inspection.documents import samples
from tests.inspection.documents.reading import conclusion_bytes, pages_of, squeezed

HOSTILE = (
    "<b>đậm</b> <para> &lt; ]]> <img src='file:///etc/passwd'/> <br/> 100% {x} \\ (a",
    "tên\u202efdp.exe\u2066 \u200bẩn\ufeff\u00ad",
    "\x00\x01\x07\x1b[31mđỏ\x7f\x85\ud800",
    "😀 漢字 नमस्ते שלום مرحبا",
    "x" * 3_000,
    "ẵ" * 3_000,
    "\u0301\u0323" * 200,
    "a\n" * 300,
    " " * 3_000 + "cuối",
)


needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext (package poppler-utils) is not installed"
)


def everywhere(hostile) -> bytes:
    """A conclusion that says the text in every place a person's text can reach."""
    file = FileFacts(name=hostile, size_bytes=1, sha256=samples.DIGEST)
    finding = samples.finding(
        title=hostile,
        requirement=hostile,
        recorded=hostile,
        assessment=hostile,
        count=1,
        answer=Answer(text=hostile, by=hostile, at=samples.AT, files=(file,)),
        verification=Verification(by=hostile + ".", at=samples.AT, reasoning=hostile + "."),
    )
    document = samples.conclusion(
        **dict.fromkeys(
            (
                "subject",
                "organization",
                "introduction",
                "assessment",
                "nature",
                "policy",
                "signer_title",
                "signer_name",
            ),
            hostile,
        ),
        # The names of bodies stand side by side with the nation's, on the first page only.
        managing_body=hostile[:300],
        issuing_body=hostile[:300] + "T",
        matters=samples.matters(finding),
        recipients=(hostile,) * 3,
        legal_bases=(hostile,),
        evidence=(EvidenceItem(file=file, received_at=samples.AT),),
        tallies=tuple(replace(one, title=hostile, note=hostile) for one in samples.tallies()),
    )
    line = replace(
        next(samples.annex("1.1", 1)), place=hostile, key=hostile, message=hostile, rule="R"
    )
    return conclusion_bytes(document, [line])


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_printed_whole_in_every_place_it_reaches(hostile):
    said = squeezed(clean(hostile))
    pages = pages_of(everywhere(hostile))
    text = squeezed("".join(page.removeprefix(str(at)) for at, page in enumerate(pages, start=1)))
    # Pages of annexes count from one again; a number in between is no part of the text.
    assert text.count(said[:40]) >= 25


@needs_poppler
@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_stays_between_the_margins(hostile, tmp_path):
    (tmp_path / "kl.pdf").write_bytes(everywhere(hostile))
    boxes = subprocess.run(
        ["pdftotext", "-bbox", tmp_path / "kl.pdf", "-"], capture_output=True, check=True
    ).stdout.decode()
    lefts = [float(at) for at in re.findall(r'xMin="([-0-9.]+)"', boxes)]
    rights = [float(at) for at in re.findall(r'xMax="([-0-9.]+)"', boxes)]
    assert min(lefts) >= LEFT - 1
    assert max(rights) <= WIDTH - RIGHT + 1


def test_what_tinos_cannot_show_is_shown_by_its_number():
    answer = Answer(text="\u202egian lận 😀 \x07", by="A", at=samples.AT)
    only = samples.conclusion(matters=samples.matters(samples.finding(answer=answer)))
    printed = "\n".join(pages_of(conclusion_bytes(only, samples.annex("1.1", 3))))
    assert "[U+202E]gian lận [U+1F600] [U+0007]" in printed
