"""What a misspelt name may have meant."""

import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final

_MOST: Final = 3
_LISTED: Final = 12  # how many names are told where none is close
_ALIKE: Final = 0.6

# What other languages call a function, and what it is called here.
ELSEWHERE: Final[Mapping[str, str]] = {
    "CEIL": "CEILING",
    "CHARINDEX": "FIND",
    "CONCATENATE": "CONCAT",
    "CURRENT_DATE": "AS_OF",
    "DATEADD": "EDATE",
    "DATEDIFF": "DAYS",
    "DATEVALUE": "DATE",
    "GREATEST": "MAX",
    "IFERROR": "COALESCE",
    "IFNULL": "COALESCE",
    "IIF": "IF",
    "INSTR": "FIND",
    "ISEMPTY": "ISBLANK",
    "ISOWEEKNUM": "ISOWEEK",
    "LAST_DAY": "EOMONTH",
    "LCASE": "LOWER",
    "LEAST": "MIN",
    "LENGTH": "LEN",
    "NETWORKDAYS": "WORKDAYS",
    "NOW": "AS_OF",
    "NVL": "COALESCE",
    "POW": "POWER",
    "REGEXMATCH": "REGEX",
    "REGEXP_LIKE": "REGEX",
    "SEARCH": "CONTAINS",
    "SUBSTR": "MID",
    "SUBSTRING": "MID",
    "TIMEVALUE": "TIMEOF",
    "TODAY": "AS_OF",
    "TO_CHAR": "TEXT",
    "UCASE": "UPPER",
    "VALUE": "NUMBER",
    "WEEKNUM": "ISOWEEK",
    "WORKDAY": "ADD_WORKDAYS",
}


def nearest(name: str, known: Iterable[str], *, elsewhere: Mapping[str, str] | None = None) -> str:
    """The known names most like a name, or where none is like it, the first of all of them.

    Case and Vietnamese marks do not count: `so tien` finds `số tiền`.

    Args:
        elsewhere: What a name means in other languages.
    """
    names = sorted(set(known))
    if elsewhere and name.upper() in elsewhere:
        return elsewhere[name.upper()]
    by_letters: dict[str, list[str]] = {}
    for one in names:
        by_letters.setdefault(_letters(one), []).append(one)
    close = get_close_matches(_letters(name), by_letters, n=_MOST, cutoff=_ALIKE)
    if close:
        return ", ".join(one for letters in close for one in by_letters[letters])
    more = ["…"] if len(names) > _LISTED else []
    return ", ".join([*names[:_LISTED], *more]) or "—"


def _letters(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    return "".join(letter for letter in plain if letter.isalnum())
