"""Obligations as a calendar (RFC 5545): the same lines as on the page and in JSON."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from icalendar import Alarm, Calendar, Event, Todo

from api.language import Translator
from api.pages.today import place_of
from inspection.queries.today import Obligation

PRODUCT: Final = "-//Thanh Tra//obligations//VI"
REMINDED_BEFORE: Final = timedelta(days=1)
LOOKED_AT_EVERY: Final = timedelta(hours=1)


def write_feed(
    obligations: Iterable[Obligation], *, t: Translator, address: str, now: datetime
) -> bytes:
    """Write a calendar: an event at each deadline, a task where there is none.

    Args:
        obligations: What waits.
        t: The language of the person.
        address: The platform's own, for links.
        now: When it was asked for.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", t("feed.title"))
    calendar.add("refresh-interval", LOOKED_AT_EVERY, parameters={"VALUE": "DURATION"})
    for one in obligations:
        calendar.add_component(_entry(one, t, address, now))
    content: bytes = calendar.to_ical()
    return content


def _entry(one: Obligation, t: Translator, address: str, now: datetime) -> Event | Todo:
    entry: Event | Todo = Event() if one.due_at else Todo()
    said = t(f"task.{one.kind}")
    # The same obligation keeps its name: a moved deadline moves the event.
    entry.add("uid", f"{one.kind}-{one.inspection_id or one.subject_id}-{one.subject_id}@thanhtra")
    entry.add("dtstamp", now)
    entry.add("summary", f"{said}: {one.title}" if one.title else said)
    told = (one.organization, one.campaign, one.reason)
    entry.add("description", "\n".join(part for part in told if part))
    entry.add("url", f"{address}{place_of(one)}")
    if one.due_at:
        entry.add("dtstart", one.due_at)
        entry.add("dtend", one.due_at)
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", said)
        alarm.add("trigger", -REMINDED_BEFORE)
        entry.add_component(alarm)
    return entry
