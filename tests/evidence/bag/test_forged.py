"""One forged bag per way to cheat, each refused with its reason."""

import os
import subprocess
from hashlib import md5, sha256

import pytest

from evidence.bag import verify_bag
from tests.evidence.bag.making import faults, make_bag

BOOK = "data/evidence/Sổ quỹ.csv"


@pytest.fixture
def bag(tmp_path):
    make_bag(tmp_path / "bag")
    assert verify_bag(tmp_path / "bag").is_valid
    return tmp_path / "bag"


def line(path: str, content: bytes) -> str:
    return f"{sha256(content).hexdigest()}  {path}\n"


def rewrite_manifest(bag, change):
    """Change the manifest, and make the tag manifest agree."""
    manifest = bag / "manifest-sha256.txt"
    manifest.write_text(change(manifest.read_text()))
    names = [p.name for p in sorted(bag.iterdir()) if p.is_file() and "tagman" not in p.name]
    lines = [line(name, (bag / name).read_bytes()) for name in names]
    (bag / "tagmanifest-sha256.txt").write_text("".join(lines))


def test_one_byte_changed(bag):
    (bag / BOOK).write_bytes(b"a,b\n1,3\n")

    problem = verify_bag(bag).problems[0]

    assert faults(verify_bag(bag)) == [("altered", BOOK)]
    assert problem.expected == sha256(b"a,b\n1,2\n").hexdigest()
    assert problem.found == sha256(b"a,b\n1,3\n").hexdigest()


def test_one_file_added(bag):
    (bag / "data" / "more").write_bytes(b"x")

    assert faults(verify_bag(bag)) == [("not_listed", "data/more"), ("wrong_total", "bag-info.txt")]


def test_one_file_removed(bag):
    (bag / BOOK).unlink()

    assert faults(verify_bag(bag)) == [("missing", BOOK), ("wrong_total", "bag-info.txt")]


def test_one_file_renamed(bag):
    (bag / BOOK).rename(bag / "data/evidence/sổ quỹ.csv")

    assert faults(verify_bag(bag)) == [
        ("not_listed", "data/evidence/sổ quỹ.csv"),
        ("missing", BOOK),
    ]


def test_manifest_rewritten(bag):
    (bag / BOOK).write_bytes(b"a,b\n1,3\n")
    manifest = bag / "manifest-sha256.txt"
    old, new = sha256(b"a,b\n1,2\n").hexdigest(), sha256(b"a,b\n1,3\n").hexdigest()
    manifest.write_text(manifest.read_text().replace(old, new))

    assert faults(verify_bag(bag)) == [("altered", "manifest-sha256.txt")]


def test_manifest_removed(bag):
    (bag / "manifest-sha256.txt").unlink()

    assert faults(verify_bag(bag)) == [
        ("no_manifest", "manifest-sha256.txt"),
        ("missing", "manifest-sha256.txt"),
    ]


def test_file_beside_the_payload_added(bag):
    (bag / "note.txt").write_bytes(b"x")

    assert verify_bag(bag).unlisted_tags == ("note.txt",)


def test_link_to_a_file_outside(bag, tmp_path):
    (tmp_path / "secret").write_bytes(b"a,b\n1,2\n")
    (bag / BOOK).unlink()
    (bag / BOOK).symlink_to(tmp_path / "secret")

    assert faults(verify_bag(bag)) == [
        ("not_a_file", BOOK),
        ("missing", BOOK),
        ("wrong_total", "bag-info.txt"),
    ]


def test_link_to_a_folder_outside(bag, tmp_path):
    (tmp_path / "other").mkdir()
    (bag / "data" / "link").symlink_to(tmp_path / "other")

    assert faults(verify_bag(bag)) == [("not_a_file", "data/link")]


def test_pipe_that_would_never_end(bag):
    os.mkfifo(bag / "data" / "pipe")

    assert faults(verify_bag(bag)) == [("not_a_file", "data/pipe")]


@pytest.mark.parametrize(
    "path",
    [
        "data/../../secret",
        "/etc/passwd",
        "../secret",
        "~root/x",
        "C:/x",
        "data\\..\\x",
        "bagit.txt",
    ],
)
def test_path_that_leads_out(bag, path):
    rewrite_manifest(bag, lambda text: text + line(path, b""))

    assert faults(verify_bag(bag)) == [("path_escapes", path)]


def test_two_names_some_system_takes_for_one(bag):
    (bag / "data/EVIDENCE").mkdir()
    (bag / "data/EVIDENCE/empty").write_bytes(b"")
    rewrite_manifest(bag, lambda text: text + line("data/EVIDENCE/empty", b""))

    report = verify_bag(bag)

    assert faults(report) == [
        ("path_collides", "data/evidence/empty"),  # on the disk
        ("path_collides", "data/EVIDENCE/empty"),  # in the manifest
        ("wrong_total", "bag-info.txt"),
    ]


def test_two_forms_of_one_name(bag):
    (bag / "data" / "a\u0300").write_bytes(b"1")
    (bag / "data" / "\u00e0").write_bytes(b"2")
    rewrite_manifest(
        bag, lambda text: text + line("data/\u00e0", b"2") + line("data/a\u0300", b"1")
    )

    assert {fault for fault, _ in faults(verify_bag(bag))} >= {"path_collides"}


def test_file_listed_twice(bag):
    rewrite_manifest(bag, lambda text: text + line("data/evidence/empty", b"x"))

    assert faults(verify_bag(bag)) == [("listed_twice", "data/evidence/empty")]


def test_line_that_is_none(bag):
    rewrite_manifest(bag, lambda text: text + "no digest here\n")

    assert faults(verify_bag(bag)) == [("bad_line", "manifest-sha256.txt")]


def test_line_without_end(bag):
    rewrite_manifest(bag, lambda text: text + "0" * (1 << 17))

    assert faults(verify_bag(bag)) == [("bad_line", "manifest-sha256.txt")]


def test_second_manifest_that_leaves_a_file_out(bag):
    (bag / "manifest-md5.txt").write_text(
        f"{md5(b'{}', usedforsecurity=False).hexdigest()}  data/conclusion.json\n"
    )
    rewrite_manifest(bag, lambda text: text)

    assert faults(verify_bag(bag)) == [
        ("not_listed", BOOK),
        ("not_listed", "data/evidence/empty"),
    ]


def test_second_manifest_that_contradicts(bag):
    contents = {"data/conclusion.json": b"[]", BOOK: b"a,b\n1,2\n", "data/evidence/empty": b""}
    (bag / "manifest-md5.txt").write_text(
        "".join(
            f"{md5(content, usedforsecurity=False).hexdigest()}  {path}\n"
            for path, content in contents.items()
        )
    )
    rewrite_manifest(bag, lambda text: text)

    assert faults(verify_bag(bag)) == [("altered", "data/conclusion.json")]


def test_algorithm_nobody_knows(bag):
    (bag / "manifest-crc32.txt").write_text("00000000  data/conclusion.json\n")
    rewrite_manifest(bag, lambda text: text)

    assert faults(verify_bag(bag)) == [("unknown_algorithm", "manifest-crc32.txt")]


def test_file_that_would_have_to_be_fetched(bag):
    (bag / "fetch.txt").write_text("http://127.0.0.1:9/x - data/evidence/empty\n")
    (bag / "data/evidence/empty").unlink()
    rewrite_manifest(bag, lambda text: text)

    assert faults(verify_bag(bag)) == [
        ("not_fetched", "data/evidence/empty"),
        ("wrong_total", "bag-info.txt"),
    ]


def test_fetch_list_that_leads_out(bag):
    (bag / "fetch.txt").write_text("http://127.0.0.1:9/x - data/../../x\n")
    rewrite_manifest(bag, lambda text: text)

    assert faults(verify_bag(bag)) == [("path_escapes", "data/../../x")]


def test_total_that_does_not_count(bag):
    info = bag / "bag-info.txt"
    info.write_text(info.read_text().replace("10.3", "11.3"))
    rewrite_manifest(bag, lambda text: text)

    problem = verify_bag(bag).problems[0]

    assert (problem.fault.value, problem.expected, problem.found) == ("wrong_total", "11.3", "10.3")


@pytest.mark.parametrize(
    ("declaration", "fault"),
    [
        ("BagIt-Version: 2.0\nTag-File-Character-Encoding: UTF-8\n", "unknown_version"),
        ("BagIt-Version: 1.0\nTag-File-Character-Encoding: rot13\n", "unknown_encoding"),
        ("BagIt-Version: 1.0\nTag-File-Character-Encoding: klingon\n", "unknown_encoding"),
        ("BagIt-Version: 1.0\n", "bad_declaration"),
        ("", "bad_declaration"),
    ],
)
def test_declaration_that_says_nothing_known(bag, declaration, fault):
    (bag / "bagit.txt").write_text(declaration)

    assert faults(verify_bag(bag)) == [(fault, "bagit.txt")]


def test_text_in_another_encoding_than_declared(bag):
    (bag / "bag-info.txt").write_bytes(b"Contact-Name: \xff\xfe\n")
    rewrite_manifest(bag, lambda text: text)

    assert faults(verify_bag(bag)) == [("unreadable_text", "bag-info.txt")]


def test_folders_deeper_than_calls(bag):
    here = os.open(bag / "data", os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=here)
        deeper = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)

    found = faults(verify_bag(bag))

    # Here, because Python's own removal recurses.
    subprocess.run(["rm", "-r", bag / "data" / "d"], check=True)
    assert found == []


def test_name_of_bytes_that_are_no_text(bag):
    (bag / "data" / os.fsdecode(b"\xff\xfe")).write_bytes(b"")

    assert faults(verify_bag(bag)) == [
        ("not_listed", "data/\\udcff\\udcfe"),
        ("wrong_total", "bag-info.txt"),
    ]
