"""`thanhtra check --documents`: a table filled from a folder."""

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from tests.rules.kinds.kind_fixtures import FIXTURES, pack_files_of

SCAN = b"%PDF-1.7 made up"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The pack of the fixture of the kind `documents`, in a folder."""
    folder = tmp_path / "pack"
    for path, content in pack_files_of(FIXTURES / "documents.yaml").items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


@pytest.fixture
def deposit(tmp_path: Path) -> Path:
    folder = tmp_path / "hồ sơ"
    (folder / "2026").mkdir(parents=True)
    (folder / "2026" / "scan.pdf").write_bytes(SCAN)
    return folder


def check(pack: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["check", str(pack), *(str(one) for one in arguments)])


def test_the_files_of_a_folder_are_rows_and_their_digests_are_held_against_the_ledger(
    pack: Path, deposit: Path, tmp_path: Path
) -> None:
    digest = hashlib.sha256(SCAN).hexdigest()
    listed = tmp_path / "payments.csv"
    listed.write_text(
        f"id,file,sha256,state\nL1,2026/scan.pdf,{digest},PAID\nL2,2026/lost.pdf,{digest},PAID\n"
    )

    done = check(
        pack,
        f"--table=payments={listed}",
        f"--documents=files={deposit}",
        f"--out={tmp_path / 'o'}",
    )

    assert done.exit_code == 1, done.output
    summary = json.loads((tmp_path / "o" / "summary.json").read_text())
    assert summary["folders"] == [
        {
            "table": "files",
            "name": "hồ sơ",
            "files": 1,
            "size_bytes": len(SCAN),
            "sha256": hashlib.sha256(f"{digest}  2026/scan.pdf\n".encode()).hexdigest(),
        }
    ]
    (rows, *_) = summary["rules"]
    assert (rows["met"], rows["violated"]) == (1, 1)


def test_a_link_is_not_followed_but_refused(pack: Path, deposit: Path) -> None:
    (deposit / "elsewhere").symlink_to("/etc/hostname")

    done = check(pack, f"--documents=files={deposit}")

    assert (done.exit_code, "elsewhere" in done.stderr) == (2, True)


def test_a_table_has_files_or_a_folder_not_both(pack: Path, deposit: Path, tmp_path: Path) -> None:
    listed = tmp_path / "files.csv"
    listed.write_text("name\nx\n")

    done = check(pack, f"--table=files={listed}", f"--documents=files={deposit}")

    assert (done.exit_code, "files" in done.stderr) == (2, True)


def test_a_contract_that_is_none_for_files_is_refused(pack: Path, deposit: Path) -> None:
    done = check(pack, f"--documents=payments={deposit}")

    assert (done.exit_code, "payments" in done.stderr) == (2, True)
