"""Every page a person can reach by its links: it stands, in both languages, and is well made."""

import re
from html.parser import HTMLParser

import pytest

from tests.api.pages.story import WHO

MOST = 250  # pages one person is followed to
VOID = {"input", "select", "textarea"}
IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


class Page(HTMLParser):
    """What a test wants to know of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.lang = ""
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.labelled: set[str] = set()
        self.fields: list[dict[str, str | None]] = []
        self.forbidden: list[str] = []
        self.posts_without_token = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self._see_form(tag, given)
        if given.get("id"):
            self.ids.append(given["id"])
        if "style" in given or any(name.startswith("on") for name in given):
            self.forbidden.append(tag)
        if tag == "html":
            self.lang = given["lang"]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "a" and (given.get("href") or "").startswith("/"):
            self.links.append(given["href"])
        if tag == "script" and not given.get("src"):
            self.forbidden.append("script")

    def _see_form(self, tag, given):
        if tag == "label":
            self.labelled.add(given["for"])
        if tag in VOID and given.get("type") != "hidden":
            self.fields.append(given)
        if tag == "form" and given.get("method") == "post":
            self.posts_without_token += 1
        if tag == "input" and given.get("name") == "_csrf_token":
            self.posts_without_token -= 1

    @property
    def unlabelled(self) -> list[str | None]:
        return [
            field.get("name")
            for field in self.fields
            if field.get("id") not in self.labelled
            and not field.get("aria-label")
            and field.get("aria-hidden") != "true"
        ]

    @property
    def skips_a_heading(self) -> bool:
        pairs = zip(self.headings, self.headings[1:], strict=False)
        return any(after > before + 1 for before, after in pairs)


def follow(client, lang):
    """Every page that can be reached, by address."""
    client.cookies.set("lang", lang)
    waiting, pages = ["/"], {}
    while waiting and len(pages) < MOST:
        address = waiting.pop(0).split("#")[0]
        # Two rows of a list lead to the same kind of page: three of a kind are enough.
        kind = IDENTIFIER.sub("*", address.split("?")[0]) + "?" * ("?" in address)
        if address in pages or sum(1 for _, one in pages.values() if one == kind) > 2:
            continue
        answer = client.get(address)
        assert (address, answer.status_code) == (address, 200)
        pages[address] = (answer, kind)
        if answer.headers["content-type"].startswith("text/html"):
            found = Page(answer.text).links
            waiting.extend(link for link in found if not link.startswith(("/static", "/api")))
    return {address: answer for address, (answer, _) in pages.items()}


@pytest.mark.parametrize(
    ("name", "lang"),
    [(name, "vi") for name in ("", *WHO)]
    + [(name, "en") for name in ("", "admin", "lead", "officer", "councillor")],
)
def test_every_page_stands_and_is_well_made(enter, name, lang):
    pages = follow(enter(name), lang)

    wrong = {}
    for address, answer in pages.items():
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        page = Page(answer.text)
        faults = [
            fault
            for fault, is_so in (
                ("language", page.lang != lang),
                ("one first heading", page.headings.count(1) != 1),
                ("heading order", page.skips_a_heading),
                ("ids twice", len(page.ids) != len(set(page.ids))),
                (f"no label: {page.unlabelled}", bool(page.unlabelled)),
                (f"inline: {page.forbidden}", bool(page.forbidden)),
                ("form without token", page.posts_without_token > 0),
                ("a fact not filled in", bool(re.search(r">[^<]*\{[a-z_]+\}[^<]*<", answer.text))),
            )
            if is_so
        ]
        if faults:
            wrong[address] = faults

    assert wrong == {}


@pytest.mark.parametrize("name", ["officer", "clerk", "other"])
def test_no_page_of_the_organization_accuses(enter, name):
    pages = follow(enter(name), "vi")

    accusing = [
        address
        for address, answer in pages.items()
        if answer.headers["content-type"].startswith("text/html")
        and not address.startswith("/published")
        and address != "/portal/conclusions"
        and "vi phạm" in answer.text.lower()
    ]

    assert accusing == []
