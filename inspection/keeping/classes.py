"""Retention classes: how long evidence is kept, as data; a period is never code."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import yaml

from inspection.errors import InvalidError
from rules.text import Text

SHIPPED: Final = Path(__file__).with_name("classes.yaml")
PERMANENT: Final = "permanent"
MOST_YEARS: Final = 1_000
_CODE: Final = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
_KEYS: Final = {"code", "title", "years", "basis", "confirmed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionClass:
    """One class.

    Attributes:
        years: None: the time is never over.
        confirmed: Somebody has read the period in its source.
    """

    code: str
    title: Text
    years: int | None
    basis: str
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class RetentionClasses:
    """All classes of a deployment, and the one that is meant where nothing is chosen."""

    classes: tuple[RetentionClass, ...]
    default: str

    def find(self, code: str) -> RetentionClass | None:
        """The class of that code; nothing chosen is the default.  Unknown is None: never over."""
        return self._by_code.get(code or self.default)

    def checked(self, code: str) -> str:
        """The code of a class that exists.

        Raises:
            InvalidError: There is none of that code.
        """
        found = self.find(code)
        if found is None:
            raise InvalidError("retention.no_such_class", field="retention_class", found=code)
        return found.code

    @cached_property
    def _by_code(self) -> dict[str, RetentionClass]:
        return {one.code: one for one in self.classes}


def load_classes(path: Path = SHIPPED) -> RetentionClasses:
    """Read the classes of a file.

    Raises:
        InvalidError: The file cannot be read, or says something it should not; the facts say what.
    """
    try:
        said = yaml.safe_load(path.read_bytes())
        classes = tuple(_class(one) for one in said["classes"])
        default = said["default"]
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise InvalidError("retention.bad_file", file=path.name, detail=str(error)) from error
    codes = [one.code for one in classes]
    if len(set(codes)) != len(codes) or default not in codes:
        raise InvalidError("retention.bad_file", file=path.name, detail=f"default: {default}")
    return RetentionClasses(classes=classes, default=default)


def _class(said: Mapping[str, Any]) -> RetentionClass:
    if set(said) != _KEYS or set(said["title"]) != {"vi", "en"}:
        raise ValueError(", ".join(map(str, said)))
    years = None if said["years"] == PERMANENT else said["years"]
    texts = [said["code"], said["basis"], *said["title"].values()]
    is_good = (
        all(isinstance(one, str) and one.strip() for one in texts)
        and _CODE.fullmatch(said["code"])
        and isinstance(said["confirmed"], bool)
        and (years is None or (type(years) is int and 0 < years <= MOST_YEARS))
    )
    if not is_good:
        raise ValueError(str(said["code"]))
    return RetentionClass(
        code=said["code"],
        title=Text(vi=said["title"]["vi"], en=said["title"]["en"]),
        years=years,
        basis=said["basis"],
        confirmed=said["confirmed"],
    )
