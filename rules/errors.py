"""Everything this package can refuse to do.

An error carries a code and facts; the sentence, in each language, is in the catalogue of the shell
under `error.<code>`.  `str(error)` is for logs and developers.
"""

from collections.abc import Mapping


class RulesError(Exception):
    """Base of every error raised by `rules`.

    Attributes:
        code: A stable name such as `pack.unknown_key`.
        facts: What the sentence needs: names, numbers, places; never the contents of evidence.
    """

    code = "rules"

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        self.code = code
        self.facts: Mapping[str, object] = facts


class PackError(RulesError):
    """A pack that cannot be loaded: `facts` name `file` and `line`, and what was expected."""


class FormulaError(RulesError):
    """A formula its author must correct: `facts["at"]` is the character it goes wrong at."""


class ReadingError(RulesError):
    """A file that cannot be read as a table at all; cell problems are not errors but results."""


class TableError(RulesError):
    """A rule that cannot run on these tables: a table or column is missing."""


class TraceError(RulesError):
    """A verdict that cannot be retraced: no such rule, no such unit, or several."""


class SamplingError(RulesError):
    """A sample that cannot be planned, drawn or evaluated as asked."""


class ExchangeError(RulesError):
    """A document of another format that cannot be taken as a contract: `facts` name `file`."""


class SparkError(RulesError):
    """A cluster that cannot carry a run: nothing was concluded."""
