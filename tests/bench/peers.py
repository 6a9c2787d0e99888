"""The yardstick, the product and its peers on the same checks, in rounds, as a Markdown table."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median

from tests.bench.checks import Check
from tests.bench.running import Measured, Setup, measure

YARDSTICK = "hand"
HEAD = (
    "| Contender | Checks | Names rows | Wall, s | Processor, s | Wall / hand | Processor / hand "
    "| Peak, MiB | Peak / hand | Differs |\n"
    "|---|---|---|---|---|---|---|---|---|---|"
)


@dataclass(slots=True, kw_only=True)
class Course:
    """One contender through all rounds.

    Attributes:
        own: Its runs.
        hand: The yardstick's run right after each of them, on the checks that contender can say.
    """

    own: list[Measured] = field(default_factory=list)
    hand: list[Measured] = field(default_factory=list)
    failed: str | None = None

    def middle(self, what: str) -> float:
        return median(getattr(one, what) for one in self.own)

    def ratio(self, what: str) -> float:
        """The median of what each run took against the yardstick beside it."""
        pairs = zip(self.own, self.hand, strict=True)
        return median(getattr(own, what) / getattr(hand, what) for own, hand in pairs)

    def differences(self) -> list[str]:
        """Counts and rows that are not the yardstick's, in any round."""
        told: dict[str, None] = {}
        for own, hand in zip(self.own, self.hand, strict=True):
            for code, count in own.counts.items():
                if count != hand.counts[code]:
                    told[f"{code}: {count:,} instead of {hand.counts[code]:,}"] = None
                elif own.rows.get(code, "") != hand.rows.get(code, "") and code in own.rows:
                    told[f"{code}: other rows"] = None
        return list(told)

    def as_data(self) -> dict[str, object]:
        return asdict(self)


def rounds(
    names: Sequence[str], checks: Sequence[Check], setup: Setup, *, repeats: int
) -> dict[str, Course]:
    """Let the contenders run in turn; one that fails is left out of the rounds that follow."""
    courses = {name: Course() for name in names}
    for number in range(1, repeats + 1):
        for name, course in courses.items():
            if course.failed is None:
                _take_turn(name, course, checks, setup)
                _tell(f"round {number}: {name} {_seconds(course)}")
    return courses


def _take_turn(name: str, course: Course, checks: Sequence[Check], setup: Setup) -> None:
    own = measure(name, checks, setup)
    said = [check for check in checks if check.code in own.counts]
    hand = own if name == YARDSTICK or own.failed else measure(YARDSTICK, said, setup)
    course.failed = own.failed or hand.failed
    if course.failed is None:
        course.own.append(own)
        course.hand.append(hand)


def table(courses: dict[str, Course]) -> Iterator[str]:
    """Lines of Markdown: medians, ratios to the yardstick on the same checks, what differs."""
    yield HEAD
    for name, course in courses.items():
        if course.failed is not None or not course.own:
            yield f"| {name} | failed: {course.failed} |" + " |" * 8
            continue
        last = course.own[-1]
        cells = (
            name,
            f"{len(last.counts)}",
            f"{len(last.rows)}" if last.rows else "counts only",
            f"{course.middle('wall'):.2f}",
            f"{course.middle('cpu'):.2f}",
            f"{course.ratio('wall'):.2f}",
            f"{course.ratio('cpu'):.2f}",
            f"{course.middle('peak'):,.0f}",
            f"{course.ratio('peak'):.2f}",
            "; ".join(course.differences()) or "nothing",
        )
        yield f"| {' | '.join(cells)} |"


def _seconds(course: Course) -> str:
    if course.failed is not None:
        return course.failed
    own, hand = course.own[-1], course.hand[-1]
    return f"{own.wall:.2f} s, {own.peak:.0f} MiB; beside it hand {hand.wall:.2f} s"


def _tell(what: str) -> None:
    sys.stderr.write(what + "\n")
    sys.stderr.flush()
