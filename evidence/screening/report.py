"""What has been found so far in a file and in what lies in it."""

from evidence.screening.values import Examination, Mark, Notice, Secrecy


class Report:
    """Gathers; a file within a file adds to the same report."""

    def __init__(self) -> None:
        self._notices: list[Notice] = []
        self._seen: set[str] = set()
        self._marks: dict[Mark, None] = {}
        self._unreadable = False

    def notice(self, code: str, **facts: object) -> None:
        """Say something once, with the facts of the first time."""
        if code not in self._seen:
            self._seen.add(code)
            self._notices.append(Notice(code=code, facts=facts))

    def mark(self, marks: list[Mark]) -> None:
        """Add marks of secrecy."""
        self._marks |= dict.fromkeys(marks)

    def could_not_read(self) -> None:
        """Some part holds no text that can be looked at: silence about marks would be a lie."""
        self._unreadable = True

    def close(self, *, kind: str, refusal: Notice | None) -> Examination:
        """The whole; a file that was refused has not been looked through."""
        secrecy = Secrecy.NOT_MARKED
        if self._unreadable or refusal is not None:
            secrecy = Secrecy.NOT_SCREENED
        if self._marks:
            secrecy = Secrecy.MARKED
        return Examination(
            kind=kind,
            refusal=refusal,
            notices=tuple(self._notices),
            marks=tuple(self._marks),
            secrecy=secrecy,
        )
