"""The command line, from its own help."""

import click

from api.cli import COMMANDS, main
from api.reference import as_page


def describe_commands() -> str:
    """One section per command, as `--help` shows it; hidden commands are left out."""
    context = _context(main, "thanhtra")
    parts = [_section("thanhtra", main.get_help(context))]
    for name in COMMANDS:
        command = main.get_command(context, name)
        if command is not None and not command.hidden:
            parts += _sections(f"thanhtra {name}", command)
    return as_page("Command line", *parts)


def _sections(title: str, command: click.Command) -> list[str]:
    """The command, and after it the commands of a group."""
    context = _context(command, title)
    parts = [_section(title, command.get_help(context))]
    for name, inner in getattr(command, "commands", {}).items():
        parts += _sections(f"{title} {name}", inner)
    return parts


def _context(command: click.Command, title: str) -> click.Context:
    return click.Context(
        command, info_name=title, terminal_width=100, help_option_names=["-h", "--help"]
    )


def _section(title: str, help_text: str) -> str:
    return f"## `{title}`\n\n```text\n{help_text}\n```"
