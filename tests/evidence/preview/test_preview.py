"""A preview shows what a file says, and does nothing it asks for."""

import io
import socket
import threading
from contextlib import suppress

import pytest
from openpyxl import Workbook
from PIL import Image, PngImagePlugin
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from evidence.apart import ProcessLimits
from evidence.errors import HostileFileError
from evidence.preview.cells import COLUMNS, LETTERS, ROWS
from evidence.preview.making import PICTURE, make_preview
from evidence.preview.pictures import WIDEST
from evidence.preview.values import CellsPreview, PicturePreview
from tests.evidence.screening.documents import letter, pdf
from tests.evidence.screening.hostile import HOSTILE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIMITS = ProcessLimits(seconds=20)


@pytest.fixture
def show(tmp_path):
    def show(kind, content, *, page=1):
        (tmp_path / "file").write_bytes(content)
        return make_preview(tmp_path / "file", kind=kind, page=page, into=tmp_path, limits=LIMITS)

    return show


def workbook(rows) -> bytes:
    book, target = Workbook(), io.BytesIO()
    sheet = book.active
    sheet.title = "Thu chi"
    for row in rows:
        sheet.append(row)
    book.create_sheet("Ghi chú").append(["trang hai"])
    book.save(target)
    return target.getvalue()


def test_a_csv_becomes_cells(show):
    made = show("text/csv", "tên;số tiền\nđường;1.000\n".encode())

    assert made == CellsPreview(
        rows=(("tên", "số tiền"), ("đường", "1.000")),
        sheets=(),
        sheet=1,
        total_rows=2,
        is_counted=True,
        total_columns=2,
        is_shortened=False,
    )
    assert not made.is_cut


def test_markup_in_a_cell_stays_text(show):
    [row] = show("text/csv", b"<script>alert(1)</script>,<img src=x>\n").rows

    assert row == ("<script>alert(1)</script>", "<img src=x>")


def test_each_sheet_of_a_workbook_is_a_page(show):
    content = workbook([["tên", 1], ["đường", 2.5]])

    first, second = show(XLSX, content), show(XLSX, content, page=2)

    assert first.sheets == ("Thu chi", "Ghi chú")
    assert [row[0] for row in first.rows] == ["tên", "đường"]
    assert second.rows == (("trang hai",),)
    with pytest.raises(HostileFileError, match="no_page"):
        show(XLSX, content, page=3)


@pytest.mark.parametrize(
    "rows",
    [[["x"]] * (ROWS + 1), [["x"] * (COLUMNS + 1)], [["x" * (LETTERS + 1)]]],
    ids=["rows", "columns", "letters"],
)
def test_what_is_cut_is_said_to_be_cut(show, rows):
    text = "\n".join(",".join(row) for row in rows) + "\n"

    for made in (show("text/csv", text.encode()), show(XLSX, workbook(rows))):
        assert made.is_cut
        assert len(made.rows) <= ROWS
        assert all(len(row) <= COLUMNS for row in made.rows)
        assert all(len(cell) <= LETTERS for row in made.rows for cell in row)


def test_how_much_there_is_stands_beside_how_much_is_shown(show):
    rows = [["x"] * (COLUMNS + 3)] * (ROWS + 7)
    text = "\n".join(",".join(row) for row in rows) + "\n"

    for made in (show("text/csv", text.encode()), show(XLSX, workbook(rows))):
        assert (made.total_rows, made.is_counted) == (ROWS + 7, True)
        assert (made.total_columns, made.shown_columns) == (COLUMNS + 3, COLUMNS)
        assert (len(made.rows), made.is_shortened) == (ROWS, False)


def test_a_large_text_has_at_least_the_rows_of_its_beginning(show):
    made = show("text/csv", b"a,b\n" * 400_000)

    assert (made.is_counted, len(made.rows)) == (False, ROWS)
    assert 200_000 < made.total_rows < 400_000


def test_a_page_of_a_pdf_is_painted(show, tmp_path):
    made = show("application/pdf", pdf(letter()))

    assert (made.page, made.pages, made.is_cut) == (1, 1, False)
    with Image.open(tmp_path / PICTURE) as painted:
        assert (painted.format, painted.size) == ("PNG", (made.width, made.height))
        assert max(painted.size) <= WIDEST
        assert painted.getextrema() != ((255, 255),) * 3  # something is written on it
    with pytest.raises(HostileFileError, match="no_page"):
        show("application/pdf", pdf(letter()), page=2)


def test_an_image_is_painted_anew_without_what_came_with_it(show, tmp_path):
    target, told = io.BytesIO(), PngImagePlugin.PngInfo()
    told.add_text("Comment", "nơi chụp")
    Image.new("RGB", (3_000, 100), "red").save(target, "PNG", pnginfo=told)

    made = show("image/png", target.getvalue())

    assert made == PicturePreview(page=1, pages=1, width=WIDEST, height=47, is_cut=True)
    with Image.open(tmp_path / PICTURE) as painted:
        assert painted.info == {}
        assert painted.getpixel((5, 5)) == (255, 0, 0)


def test_a_file_that_calls_home_is_shown_and_nobody_is_called(show):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(3)
        called = []

        def listen() -> None:
            with suppress(TimeoutError):
                called.append(server.accept())

        thread = threading.Thread(target=listen)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        writer, out = PdfWriter(), io.BytesIO()
        writer.add_blank_page(100, 100)
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject(address)}
        )
        writer.write(out)
        show("application/pdf", out.getvalue())
        show(XLSX, workbook([[f'=WEBSERVICE("{address}")', f'=HYPERLINK("{address}","x")']]))
        xml = f'<?xml version="1.0"?><!DOCTYPE a SYSTEM "{address}"><a/>'
        show("application/xml", xml.encode())
        thread.join()

    assert called == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [("pixels.png", "image/png"), ("bomb.xlsx", XLSX), ("one-line.csv", "text/csv")],
)
def test_a_hostile_file_costs_itself_alone(tmp_path, name, kind):
    HOSTILE[name][0](tmp_path / name)
    limits = ProcessLimits(memory_bytes=256 << 20, seconds=10)
    try:
        made = make_preview(tmp_path / name, kind=kind, page=1, into=tmp_path, limits=limits)
    except HostileFileError:
        return
    assert made.is_cut


def test_a_kind_without_preview_is_refused(show):
    with pytest.raises(HostileFileError, match=r"preview\.kind"):
        show("application/zip", b"PK")


@pytest.mark.parametrize("kind", ["application/pdf", XLSX, "image/png"])
def test_a_damaged_file_has_no_preview(show, kind):
    with pytest.raises(HostileFileError, match="unreadable"):
        show(kind, b"damaged")
