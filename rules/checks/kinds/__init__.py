"""The check kinds, one file each: a file here is a kind, its name the word a rule writes.

A kind is a module with a function `compile_check(setting)` that returns a `RowCheck` or a
`SetCheck`; `same_day.py` is the kind `same-day`.  Nothing else has to be told about it.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from rules.checks.row import RowCheck
from rules.checks.sets import SetCheck
from rules.checks.setting import Setting

Compiler = Callable[[Setting], RowCheck | SetCheck]


def _found() -> dict[str, Compiler]:
    names = sorted(module.name for module in iter_modules(__path__))
    return {
        name.replace("_", "-"): import_module(f"{__name__}.{name}").compile_check for name in names
    }


KINDS: Final[Mapping[str, Compiler]] = _found()
