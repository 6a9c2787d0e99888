"""A conclusion says of its evidence what could not be established."""

from evidence.screening.antivirus import Scanner
from inspection.screening import Tools
from tests.inspection.documents.reading import squeezed
from tests.inspection.test_lock_told import conclude

UNSCANNED = "1 tệp trong số này chưa được quét mã độc"


def test_without_a_scanner_the_conclusion_says_so_at_its_beginning_and_beside_the_file(
    world, opened
):
    introduction, pdf = conclude(world, opened)

    assert UNSCANNED in introduction
    assert squeezed(UNSCANNED) in pdf
    assert squeezed("(chưa quét mã độc)") in pdf


def test_of_a_file_that_is_clear_nothing_is_said(world, opened, clamd):
    world.tools = Tools(scanner=Scanner(address=clamd.address))

    introduction, pdf = conclude(world, opened)

    assert "quét mã độc" not in introduction
    assert squeezed("chưa quét mã độc") not in pdf
