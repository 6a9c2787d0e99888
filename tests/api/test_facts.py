"""What an entry of the journal says is said in words."""

import pytest

from api.facts import tell_facts
from api.language import translator


def told(lang, event, **facts):
    return [(one.label, one.text) for one in tell_facts(translator(lang), event, facts)]


@pytest.mark.parametrize(
    ("lang", "state", "size", "due"),
    [
        ("vi", "Đã nộp, chờ tiếp nhận → Đã tiếp nhận", "1,5 kB", "12/03/2026 09:00"),
        ("en", "Handed in, awaiting decision → Accepted", "1.5 kB", "12 Mar 2026 09:00"),
    ],
)
def test_states_sizes_and_times_are_written_as_people_do(lang, state, size, due):
    t = translator(lang)
    facts = {
        "to": "accepted",
        "from": "submitted",
        "size_bytes": 1536,
        "due_at": "2026-03-12 02:00:00+00:00",
        "files": 1234,
    }

    assert told(lang, "deposit.accept", **facts) == [
        (t("fact.state"), state),
        (t("fact.files"), t.formats.number(1234)),
        (t("fact.size_bytes"), size),
        (t("fact.due_at"), due),
    ]


def test_a_day_a_state_of_screening_and_an_outcome_are_words():
    t = translator("vi")

    assert told("vi", "evaluation.request", as_of="2026-03-02") == [("Tính đến ngày", "02/03/2026")]
    assert told("vi", "evidence.screen", state="unscanned", engine="") == [
        ("Trạng thái", t("screening.state.unscanned"))
    ]
    assert told("vi", "storage.check", outcome="altered") == [
        ("Kết quả", t("store.outcome.altered"))
    ]


def test_a_number_of_a_paper_is_a_name_and_what_is_unknown_stays():
    assert told("vi", "conclusion.approve", number=1234, novel="x") == [
        ("Số", "1234"),
        ("novel", "x"),
    ]
