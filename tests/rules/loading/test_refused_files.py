"""Files a pack has no place for, and bytes that are no text."""

import pytest

from rules.errors import PackError
from rules.pack_loading import load_pack, load_pack_files, pack_files
from tests.rules.loading.sample_pack import FILES, PACK, RULES, load


@pytest.mark.parametrize(
    "path",
    [
        "rules/bids.yml",
        "rule/bids.yaml",
        "rules/a/b.yaml",
        "../pack.yaml",
        "rules/../x.yaml",
        "x.py",
    ],
)
def test_a_file_the_pack_has_no_place_for_is_refused(path):
    files = {name: text.encode() for name, text in FILES.items()} | {path: b"a: b\n"}

    with pytest.raises(PackError) as error:
        load_pack_files(files)

    assert (error.value.code, error.value.facts["file"]) == ("pack.unknown_file", path)


def test_a_folder_with_a_stray_file_or_a_link_is_refused(tmp_path):
    (tmp_path / "pack.yaml").write_text(PACK, encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    with pytest.raises(PackError) as stray:
        pack_files(tmp_path)
    (tmp_path / "rules.yaml").unlink()
    (tmp_path / "parameters.yaml").symlink_to("/etc/passwd")
    with pytest.raises(PackError) as link:
        pack_files(tmp_path)

    assert stray.value.code == "pack.unknown_file"
    assert link.value.code == "pack.not_a_file"


def test_a_folder_without_a_pack_is_refused(tmp_path):
    with pytest.raises(PackError) as error:
        load_pack(tmp_path)

    assert error.value.code == "pack.missing"


def test_too_many_files_are_refused():
    files = {"pack.yaml": PACK.encode()} | {f"lists/l{n}.yaml": b"- a\n" for n in range(200)}

    with pytest.raises(PackError) as error:
        load_pack_files(files)

    assert error.value.code == "pack.too_many_files"


def test_bytes_that_are_no_utf_8_are_refused():
    files = {name: text.encode() for name, text in FILES.items()} | {"pack.yaml": b"code: \xff"}

    with pytest.raises(PackError) as error:
        load_pack_files(files)

    assert error.value.code == "pack.not_utf8"


def test_decomposed_letters_are_made_whole():
    pack = load(pack=PACK.replace("Mẫu", "Mâ\u0303u"))

    assert pack.title.vi == "Mẫu"
