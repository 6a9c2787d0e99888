"""`thanhtra docs`: the reference pages that are made from the program itself."""

from pathlib import Path
from typing import Final

import click

from api.reference.commands import describe_commands
from api.reference.formulas import describe_formulas
from api.reference.refusals import describe_errors
from api.reference.settings import describe_settings
from api.reference.workflow import describe_workflow

FOLDER: Final = Path(__file__).parents[2] / "docs" / "reference"


@click.command()
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=FOLDER,
    help="The folder to write to; that of this checkout where nothing is said.",
)
def docs(into: Path) -> None:
    """Write docs/reference/{cli,settings,errors,formulas,workflow}.md."""
    into.mkdir(parents=True, exist_ok=True)
    for name, text in make_pages().items():
        (into / name).write_text(text, encoding="utf-8")
        click.echo(str(into / name))


def make_pages() -> dict[str, str]:
    """Every generated page, by file name."""
    return {
        "cli.md": describe_commands(),
        "settings.md": describe_settings(),
        "errors.md": describe_errors(),
        "formulas.md": describe_formulas(),
        "workflow.md": describe_workflow(),
    }
