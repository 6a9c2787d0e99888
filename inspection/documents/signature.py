"""The end of a document: who receives it (9b) and who signs it (7a, 7b).

Source: Decree 30/2020/NĐ-CP, Annex I, part II.1, items 7 and 9.
"""

from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Spacer, Table

from inspection.documents import fonts, styles
from inspection.documents.page import TEXT_WIDTH
from inspection.documents.text import clean, markup

_LEFT_SHARE = 0.5
# Room for the images of two digital signatures (cells 7c and 8), placed after rendering.
_SIGNATURE_ROOM = 32 * mm


def signature_block(
    *, title: str, name: str, recipients: tuple[str, ...]
) -> list[Any]:  # flowables; ReportLab ships no types
    """Recipients at the left, the signer at the right, never torn from each other."""
    left = [styles.line("Nơi nhận:", styles.RECIPIENTS_HEAD)]
    for place, recipient in enumerate(recipients, start=1):
        ending = "." if place == len(recipients) else ";"
        text = markup(recipient.rstrip(" .;"))
        left.append(styles.line(f"- {text}{ending}", styles.RECIPIENTS))
    titles = [markup(part.upper()) for part in clean(title).split("\n")]
    right: list[Any] = [styles.line(part, styles.CENTRED_TIGHT) for part in titles]
    right += [Spacer(0, _SIGNATURE_ROOM), styles.line(markup(name), styles.CENTRED_TIGHT)]
    width = TEXT_WIDTH * _LEFT_SHARE
    block = Table(
        [[left, right]],
        colWidths=[width, TEXT_WIDTH - width],
        # Many recipients may need more than a page.
        splitInRow=1,
        style=[
            ("FONTNAME", (0, 0), (-1, -1), fonts.REGULAR),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ],
    )
    return [Spacer(0, 16), block]
