"""What the shell itself refuses, before anything below is asked.

Like the errors of the packages below, these carry a code and facts; the sentences lie in the
catalogues under `error.<code>`.
"""

from collections.abc import Mapping


class ShellError(Exception):
    """Base of every refusal of the shell.

    Attributes:
        code: A stable name such as `login.needed`.
        facts: What the sentence needs.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        self.code = code
        self.facts: Mapping[str, object] = facts


class SettingsError(ShellError):
    """A setting that cannot work: the start must stop here."""


class SchemaError(ShellError):
    """The database has another shape than this program needs."""


class LoginNeededError(ShellError):
    """The page is not public, and nobody is logged in."""

    def __init__(self) -> None:
        super().__init__("login.needed")


class RoleRefusedError(ShellError):
    """The page is for other roles."""

    def __init__(self) -> None:
        super().__init__("role.refused")


class FormExpiredError(ShellError):
    """The request carries no token of ours: another site sent it, or the form is too old."""

    def __init__(self) -> None:
        super().__init__("form.expired")


class BadRequestError(ShellError):
    """A request that says nothing we understand: `facts` name the field where one is known."""


class ProtocolRefusedError(ShellError):
    """A version of the upload protocol that is not spoken here: `facts["spoken"]` says which is."""


class BodyKindError(ShellError):
    """A body of another media type than this address takes."""


class PageNotFoundError(ShellError):
    """There is no such address, or nothing answers that method there."""


class UploadTooLargeError(ShellError):
    """More bytes than the platform receives: `facts["limit_bytes"]`."""


class JobFailedError(ShellError):
    """A child process ended before its job did."""


class WitnessError(ShellError):
    """A platform whose log is to be witnessed does not answer."""
