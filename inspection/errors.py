"""Everything this package can refuse to do.

An error carries a code and facts; the sentence, in each language, is in the catalogue of the shell
under `error.<code>`.
"""

from collections.abc import Mapping


class InspectionError(Exception):
    """Base of every error raised by `inspection`.

    Attributes:
        code: A stable name such as `campaign.no_lead`.
        facts: What the sentence needs; identifiers and numbers, never contents.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        self.code = code
        self.facts: Mapping[str, object] = facts


class NotFoundError(InspectionError):
    """There is no such thing, or none this actor may know of."""

    def __init__(self, code: str = "not_found", **facts: object) -> None:
        super().__init__(code, **facts)


class NotAllowedError(InspectionError):
    """The act is possible, but not for this actor."""


class ConflictError(InspectionError):
    """The thing is not in a state that allows the act, or was changed meanwhile."""


class TransitionRefusedError(ConflictError):
    """The workflow has no such arrow."""


class InvalidError(InspectionError):
    """What was entered cannot be taken: `facts` name the field and what was expected.

    Attributes:
        also: What is wrong with the other fields; who mends the first would come upon them next.
    """

    also: "tuple[InvalidError, ...]" = ()


class LoginRefusedError(InspectionError):
    """Name and password do not open an account; why is not told to the outside."""


class TooManyAttemptsError(LoginRefusedError):
    """Too many failed logins; `facts["minutes"]` says how long to wait."""
