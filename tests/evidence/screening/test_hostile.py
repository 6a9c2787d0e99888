"""Every hostile file ends with its reason, in a process that may die of it."""

import pytest

from evidence.apart import ProcessLimits, run_apart
from evidence.errors import HostileFileError
from evidence.screening.screen import examine_file
from evidence.screening.values import Secrecy
from tests.evidence.screening.hostile import HOSTILE, flat_bomb, lying_bomb

LIMITS = ProcessLimits(seconds=60)


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_file_is_refused_with_its_reason(tmp_path, name):
    make, reason = HOSTILE[name]
    make(tmp_path / name)

    found = examine_file(tmp_path / name, name=name, folder=tmp_path, limits=LIMITS)

    assert found.refusal is not None
    assert found.refusal.code == reason


def test_an_archive_that_lies_about_its_sizes_is_named_broken(tmp_path):
    lying_bomb(tmp_path / "a.zip")

    found = examine_file(tmp_path / "a.zip", name="a.zip", folder=tmp_path, limits=LIMITS)

    assert [notice.code for notice in found.notices] == ["broken"]
    assert found.secrecy is Secrecy.NOT_SCREENED


def test_a_file_that_takes_too_long_is_given_up(tmp_path):
    flat_bomb(tmp_path / "bomb.zip")

    found = examine_file(
        tmp_path / "bomb.zip", name="bomb.zip", folder=tmp_path, limits=ProcessLimits(seconds=0.01)
    )

    assert found.refusal is not None
    assert found.refusal.code == "screening.too_long"


def test_a_file_that_takes_all_memory_ends_alone(tmp_path):
    (tmp_path / "a.txt").write_text("a\n" * 10_000_000)

    found = examine_file(
        tmp_path / "a.txt",
        name="a.txt",
        folder=tmp_path,
        limits=ProcessLimits(memory_bytes=1 << 20),
    )

    assert found.refusal is not None
    assert found.refusal.code in {"screening.memory", "screening.crashed"}


def test_work_of_another_name_is_not_run():
    with pytest.raises(HostileFileError, match=r"screening\.crashed"):
        run_apart("os.system", {}, limits=LIMITS)
