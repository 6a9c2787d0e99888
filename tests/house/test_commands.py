"""Every command has help, and the pages made from the program are fresh."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from api.cli import COMMANDS, main
from api.commands.docs import make_pages

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    command = main.get_command(click.Context(main), name)

    assert command is not None
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not command.hidden:
            assert parameter.help, parameter.name


@pytest.mark.parametrize("name", COMMANDS)
def test_help_can_be_asked_for(name: str) -> None:
    assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0


@pytest.mark.parametrize("name", ["cli.md", "settings.md", "errors.md", "workflow.md"])
def test_the_reference_is_fresh(name: str) -> None:
    written = (REFERENCE / name).read_text(encoding="utf-8")

    assert written == make_pages()[name], "run: thanhtra docs"
