"""The case file over the web: for whom it is offered, and what comes."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlmodel import col, select

from inspection.casefile import verify_case
from inspection.tables import JournalEntry

FORM = "/inspections/{}/case-file"


def offered(page: str, inspection_id) -> bool:
    return f'action="{FORM.format(inspection_id)}"' in page


def test_the_button_gives_a_case_file_that_anybody_can_check(enter, story, tmp_path):
    answer = enter("lead").send(FORM.format(story.inspection_id), {})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    name = answer.headers["content-disposition"].partition("''")[2]
    ZipFile(BytesIO(answer.content)).extractall(tmp_path)
    assert verify_case(tmp_path / name.removesuffix(".zip")).is_valid


def test_what_was_sent_is_in_the_journal(enter, story):
    enter("lead").send(FORM.format(story.other_inspection_id), {})

    with story.world.database.read() as session:
        entry = session.exec(
            select(JournalEntry)
            .where(
                col(JournalEntry.event) == "case.seal",
                col(JournalEntry.inspection_id) == story.other_inspection_id,
            )
            .order_by(col(JournalEntry.id).desc())
        ).first()
    assert entry.by == story.world.people["lead"]
    assert sorted(json.loads(entry.facts)) == ["files", "size_bytes", "tagmanifest_sha256"]


@pytest.mark.parametrize(("name", "sees"), [("lead", True), ("issuer", True), ("member", False)])
def test_lead_and_issuer_are_offered_it(enter, story, name, sees):
    page = enter(name).get(f"/inspections/{story.inspection_id}").text

    assert offered(page, story.inspection_id) is sees


@pytest.mark.parametrize(("name", "sees"), [("councillor", True), ("officer", False), ("", False)])
def test_oversight_is_offered_it_with_the_published_conclusion(enter, story, name, sees):
    page = enter(name).get(f"/published/{story.published_id}").text

    assert offered(page, story.other_inspection_id) is sees


@pytest.mark.parametrize(
    ("name", "status"), [("member", 403), ("councillor", 404), ("officer", 403), ("admin", 403)]
)
def test_others_are_turned_away(enter, story, name, status):
    answer = enter(name).send(FORM.format(story.inspection_id), {})

    assert answer.status_code == status


def test_oversight_takes_what_is_published(enter, story):
    answer = enter("councillor").send(FORM.format(story.other_inspection_id), {})

    assert answer.status_code == 200
