"""The command line, from its own help."""

import click

from api.cli import COMMANDS, main
from api.reference import as_page


def describe_commands() -> str:
    """One section per command, as `--help` shows it; hidden commands are left out."""
    context = click.Context(main, info_name="thanhtra", terminal_width=100)
    parts = [_section("thanhtra", main.get_help(context))]
    for name in COMMANDS:
        command = main.get_command(context, name)
        if command is None or command.hidden:
            continue
        inner = click.Context(
            command,
            info_name=f"thanhtra {name}",
            terminal_width=100,
            help_option_names=["-h", "--help"],
        )
        parts.append(_section(f"thanhtra {name}", command.get_help(inner)))
        if isinstance(command, click.Group):
            parts.extend(_sections_within(command, inner))
    return as_page("Command line", *parts)


def _sections_within(group: click.Group, outer: click.Context) -> list[str]:
    """The commands of a command."""
    sections = []
    for name in group.list_commands(outer):
        command = group.commands[name]
        title = f"{outer.info_name} {name}"
        inner = click.Context(command, info_name=title, terminal_width=100)
        sections.append(_section(title, command.get_help(inner)))
    return sections


def _section(title: str, help_text: str) -> str:
    return f"## `{title}`\n\n```text\n{help_text}\n```"
