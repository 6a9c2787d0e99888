"""Everything that can be refused has a status and, in both languages, a sentence."""

import ast
from pathlib import Path

import pytest

from api import errors, refusals
from api.language import read_catalogue
from evidence.errors import EvidenceError
from inspection.errors import InspectionError
from rules.errors import RulesError

ROOT = Path(__file__).parents[2]
BASES = (RulesError, EvidenceError, InspectionError, refusals.ShellError)


def family(cls: type[Exception]) -> list[type[Exception]]:
    return [cls, *(one for child in cls.__subclasses__() for one in family(child))]


@pytest.mark.parametrize("cls", [one for base in BASES for one in family(base)])
def test_every_error_has_a_status(cls: type[Exception]) -> None:
    statuses = [errors.STATUS[one] for one in cls.__mro__ if one in errors.STATUS]

    assert statuses
    assert statuses[0] in range(400, 600)


def raised_codes() -> list[str]:
    """The literal codes of every error made anywhere in the four packages."""
    codes = set()
    for package in ("rules", "evidence", "inspection", "api"):
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name | ast.Attribute)
                    and ast.unparse(node.func).endswith("Error")
                    and node.args
                    and isinstance(node.args[0], ast.Constant)
                    and isinstance(node.args[0].value, str)
                    and "." in node.args[0].value
                    and " " not in node.args[0].value
                ):
                    codes.add(node.args[0].value)
    return sorted(codes)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_code_has_a_sentence(lang: str) -> None:
    catalogue = read_catalogue(lang)

    assert [code for code in raised_codes() if f"error.{code}" not in catalogue] == []


def test_an_unforeseen_error_says_nothing_of_itself() -> None:
    told = errors.explain(RuntimeError("password"))

    assert (told.status, told.code, told.facts) == (500, "server.failed", {})
