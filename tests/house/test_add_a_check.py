"""The page about adding a check kind is followed to the letter, in a copy of what it needs."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "howto" / "add-a-check.md"
NEEDED = (
    "rules",
    "docs/checks",
    "tests/rules",
    "tests/house/test_check_pages.py",
    "pyproject.toml",
)
KIND, FIXTURE, CHECK_PAGE = (
    "rules/checks/kinds/exactly_one.py",
    "tests/rules/kinds/exactly-one.yaml",
    "docs/checks/exactly-one.md",
)
_NAMED_BLOCK = re.compile(r"^`([^`\n]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^python (-m pytest .+)$", re.MULTILINE)


def blocks_of_the_page() -> dict[str, str]:
    """The files the page tells to write, by their path."""
    return dict(_NAMED_BLOCK.findall(PAGE.read_text("utf-8")))


def command_of_the_page() -> list[str]:
    """What the page tells to run, after `python`."""
    [command] = _COMMAND.findall(PAGE.read_text("utf-8"))
    return shlex.split(command)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The folders a kind lives in, and nothing of the others."""
    ignored = shutil.ignore_patterns("__pycache__")
    for name in NEEDED:
        source, target = ROOT / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=ignored)
        else:
            shutil.copyfile(source, target)
    return tmp_path


def follow(copy: Path, *, leaving_out: str | None = None) -> subprocess.CompletedProcess[str]:
    """Write the files of the page and run its command."""
    for name, content in blocks_of_the_page().items():
        if name != leaving_out:
            (copy / name).write_text(content, "utf-8")
    # The interpreter that runs these tests, with arguments out of our own page.
    return subprocess.run(
        [sys.executable, *command_of_the_page(), "-q", "-p", "no:cacheprovider"],
        cwd=copy, env={"PYTHONPATH": str(copy)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_page_writes_one_kind_one_fixture_and_one_page() -> None:
    assert list(blocks_of_the_page()) == [KIND, FIXTURE, CHECK_PAGE]


def test_the_page_followed_to_the_letter_adds_the_kind(copy: Path) -> None:
    done = follow(copy)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout


@pytest.mark.parametrize("left_out", [FIXTURE, CHECK_PAGE])
def test_a_kind_without_its_fixture_or_page_is_not_accepted(copy: Path, left_out: str) -> None:
    assert follow(copy, leaving_out=left_out).returncode == 1
