"""Bags of our own: valid for others, continued after a break, the same as a folder and as a ZIP."""

import subprocess
import unicodedata
from datetime import UTC, datetime
from hashlib import sha256
from zipfile import ZipFile

import bagit
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evidence.bag import BagFile, stream_zip, verify_bag, write_folder
from evidence.bag.paths import fold_path, safe_name
from tests.evidence.bag.making import CONTENTS, INFO, make_bag

AT = datetime(2026, 11, 26, 8, 30, tzinfo=UTC)


def names_on_disk():
    """Any name a file may have here; line ends and percent signs among them."""
    letters = st.one_of(st.sampled_from("%\r\n ~.àạ đ\\:*'\"ﬁSßẞ"), st.characters(codec="utf-8"))
    return (
        st.text(letters, min_size=1, max_size=40)
        .map(lambda name: unicodedata.normalize("NFC", name))
        .filter(lambda name: not set(name) & set("/\\\0") and name not in {".", ".."})
        .filter(lambda name: len(name.encode()) <= 200 and not name.startswith("~"))
        .filter(lambda name: not (len(name) > 1 and name[1] == ":"))
    )


def test_a_bag_is_valid_for_us_and_for_another_implementation(tmp_path):
    sealed = make_bag(tmp_path / "bag")

    report = verify_bag(tmp_path / "bag")
    bagit.Bag(str(tmp_path / "bag")).validate()

    assert (report.problems, report.unlisted_tags, report.version) == ((), (), "1.0")
    assert {path: one.sha256 for path, one in report.payload.items()} == {
        f"data/{path}": sha256(content).hexdigest() for path, content in CONTENTS.items()
    }
    tagmanifest = (tmp_path / "bag" / "tagmanifest-sha256.txt").read_bytes()
    assert (sealed.files, sealed.size_bytes) == (3, 10)
    assert sealed.tagmanifest_sha256 == sha256(tagmanifest).hexdigest()


def test_common_tools_can_check_it(tmp_path):
    make_bag(tmp_path / "bag")

    for manifest in ("tagmanifest-sha256.txt", "manifest-sha256.txt"):
        checked = subprocess.run(
            ["sha256sum", "--check", "--strict", manifest],
            cwd=tmp_path / "bag",
            check=False,
            capture_output=True,
        )
        assert (checked.returncode, checked.stderr) == (0, b"")


@given(names=st.lists(names_on_disk(), min_size=1, max_size=6, unique_by=fold_path))
@example(names=["100%.csv", "%25", "%0A", "a\nb", "\r", " "])
def test_any_name_can_be_read_back(tmp_path_factory, names):
    folder = tmp_path_factory.mktemp("bag") / "bag"
    make_bag(folder, {name: name.encode() for name in names})

    report = verify_bag(folder)

    assert report.problems == ()
    assert set(report.payload) == {f"data/{name}" for name in names}


@given(names=st.lists(st.text(max_size=300), min_size=1, max_size=6))
@example(
    names=[
        "\x85",
        "a\u2028b",
        "con.txt",
        "LPT1",
        "a\r\nb",
        "100%",
        "../../etc/passwd",
        "x" * 300 + ".parquet",
    ]
)
def test_safe_names_can_be_read_by_everybody(tmp_path_factory, names):
    folder = tmp_path_factory.mktemp("bag") / "bag"
    make_bag(folder, {f"{place}/{safe_name(name)}": b"x" for place, name in enumerate(names)})

    bagit.Bag(str(folder)).validate()

    assert verify_bag(folder).problems == ()
    for name in names:
        safe = safe_name(name)
        assert 0 < len(safe.encode()) <= 170
        assert not set(safe) & set('\r\n%/\\:*?"<>|\0')
        assert safe == safe.strip(" .")


def test_a_broken_off_export_goes_on_where_it_stopped(tmp_path):
    opened = []

    def content_of(name, content):
        def chunks():
            opened.append(name)
            yield content
            if name == "c" and opened.count("c") == 1:
                raise ConnectionResetError

        return BagFile(path=name, open=chunks, sha256=sha256(content).hexdigest())

    def files():
        return [content_of("a", b"1"), content_of("b", b"22"), content_of("c", b"333")]

    with pytest.raises(ConnectionResetError):
        write_folder(tmp_path / "bag", files(), info=INFO, extra={})
    assert [p.fault.value for p in verify_bag(tmp_path / "bag").problems] == ["no_declaration"]

    sealed = write_folder(tmp_path / "bag", files(), info=INFO, extra={})

    assert opened == ["a", "b", "c", "c"]
    assert sealed.size_bytes == 6
    report = verify_bag(tmp_path / "bag")
    assert (report.problems, report.unlisted_tags) == ((), ())


def test_what_is_no_longer_wanted_is_gone_after_going_on(tmp_path):
    def broken():
        yield b"1"
        raise ConnectionResetError

    first = [
        BagFile(path="old/a", open=lambda: [b"1"]),
        BagFile(path="b", open=broken),
    ]
    with pytest.raises(ConnectionResetError):
        write_folder(tmp_path / "bag", first, info=INFO, extra={})

    make_bag(tmp_path / "bag", {"new": b"2"})

    assert verify_bag(tmp_path / "bag").problems == ()
    assert sorted(path.name for path in (tmp_path / "bag" / "data").iterdir()) == ["new"]


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")

    with pytest.raises(FileExistsError):
        make_bag(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("path", ["../a", "/a", "a//b", "a/./b", "a/../b", "~a", "C:a", "a\\..\\b"])
def test_a_path_that_leads_out_is_not_written(tmp_path, path):
    with pytest.raises(ValueError, match="not a path"):
        make_bag(tmp_path / "bag", {path: b""})


def test_two_paths_some_system_takes_for_one_are_not_written(tmp_path):
    with pytest.raises(ValueError, match="not a path"):
        make_bag(tmp_path / "bag", {"Sổ.csv": b"", "SỔ.CSV": b""})


def test_the_streamed_archive_holds_the_same_bag(tmp_path):
    told = []
    files = [
        BagFile(path=path, open=lambda content=content: [content])
        for path, content in CONTENTS.items()
    ]

    chunks = list(
        stream_zip(
            "bag", files, info=INFO, extra={"README.txt": b"Read me\n"}, at=AT, done=told.append
        )
    )

    (tmp_path / "bag.zip").write_bytes(b"".join(chunks))
    with ZipFile(tmp_path / "bag.zip") as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "out")
    assert verify_bag(tmp_path / "out" / "bag").problems == ()
    assert told == [make_bag(tmp_path / "folder")]
