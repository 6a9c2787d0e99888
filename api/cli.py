"""The command line: the same operations, by another translator.

Commands are loaded when they are called: a background job must not wait for the web to be imported.
"""

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Final

import click

COMMANDS: Final[Mapping[str, str]] = {
    "serve": "api.commands.serve:serve",
    "migrate": "api.commands.migrate:migrate",
    "demo": "api.commands.demo:demo",
    "create-admin": "api.commands.administrator:create_admin",
    "deposit": "api.commands.deposit:deposit",
    "check": "api.commands.check:check",
    "trace": "api.commands.trace:trace",
    "sample": "api.commands.sample:sample",
    "contract": "api.commands.contract:contract",
    "custody": "api.commands.custody:custody",
    "case": "api.commands.case:case",
    "backup": "api.commands.backup:backup",
    "restore": "api.commands.restore:restore",
    "storage": "api.commands.storage:storage",
    "verify": "api.commands.verify:verify",
    "check-settings": "api.commands.settings:check_settings",
    "docs": "api.commands.docs:docs",
    "job": "api.commands.job:job",
}
BAD_INPUT: Final = 2


class LazyGroup(click.Group):
    """A group that imports a command only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every command, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what it refuses is said as a sentence, with exit code 2."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            sentence = _sentence(error)
            if sentence is None:
                raise
            click.echo(sentence, err=True)
            sys.exit(BAD_INPUT)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="thanhtra")
def main() -> None:
    """Thanh Tra: online supervision, inspection and audit.

    Settings are environment variables named THANHTRA_…; see docs/reference/settings.md.
    """


def language() -> str:
    """The language of the terminal: Vietnamese where it says so, else English."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return "vi" if (spoken or "").startswith("vi") else "en"


def _sentence(error: Exception) -> str | None:
    code, facts = getattr(error, "code", None), getattr(error, "facts", None)
    if not isinstance(code, str) or not isinstance(facts, Mapping):
        return None
    from api.language import translator  # noqa: PLC0415 - only a refusal needs the catalogues

    return translator(language()).refusal(code, facts)


if __name__ == "__main__":
    main()
