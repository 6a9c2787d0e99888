"""The custody of a file leads on: to the run that used it, and to the proof of every entry."""

import re
from html import unescape


def test_the_team_gets_from_an_entry_to_the_run_and_to_its_proof(enter, story):
    page = enter("lead").get(f"/items/{story.item_id}/timeline").text
    proofs = [unescape(one) for one in re.findall(r'href="(/api/custody/proof[^"]+)"', page)]

    assert f'href="/evaluations/{story.evaluation_id}"' in page
    assert len(proofs) >= 5
    for address in proofs:
        answer = enter("").get(address)  # proofs are for everybody
        assert (answer.status_code, len(answer.json()["proof"]) > 0) == (200, True)


def test_the_organization_gets_the_proofs_and_learns_of_no_run(enter, story):
    page = enter("officer").get(f"/items/{story.item_id}/timeline").text
    lines = enter("officer").get(f"/api/items/{story.item_id}/timeline").json()

    assert "/api/custody/proof" in page
    assert "/evaluations/" not in page
    assert {line["evaluation_id"] for line in lines} == {None}


def test_json_says_where_each_entry_can_be_proved(enter, story):
    lines = enter("lead").get(f"/api/items/{story.item_id}/timeline").json()
    [use] = [line for line in lines if line["act"] == "evidence.use"]

    assert use["evaluation_id"] == str(story.evaluation_id)
    assert use["index"] < use["proof_size"]


def test_what_is_not_entered_yet_has_no_proof(enter, story):
    enter("member").get(f"/items/{story.item_id}")
    lines = enter("lead").get(f"/api/items/{story.item_id}/timeline").json()

    pending = [line for line in lines if line["index"] is None]
    assert pending != []
    assert {line["proof_size"] for line in pending} == {None}
