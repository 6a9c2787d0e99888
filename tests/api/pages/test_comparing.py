"""What the engine compared is written for people on pages, and for machines everywhere else."""

import re


def compared(page: str) -> list[str]:
    return re.findall(r"<dd>([^<]*)</dd>", page)


def test_a_page_writes_amounts_and_days_as_its_language_does(enter, story):
    lead, here = enter("lead"), f"/evaluations/{story.evaluation_id}/violations"

    vi = compared(lead.get(here).text)
    lead.cookies.set("lang", "en")
    en = compared(lead.get(here).text)

    assert "2003 · 20,00" in vi
    assert "2003 · 20.00" not in vi
    assert "2003 · 20.00" in en


def test_lists_for_machines_stay_language_neutral(enter, story):
    told = enter("lead").get(f"/api/evaluations/{story.evaluation_id}/violations.csv").text

    assert "2003 · 20.00" in told
    assert "2003 · 20,00" not in told
