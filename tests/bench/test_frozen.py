"""The yardstick is frozen: what the product is measured against does not move with it."""

from rules.pack_loading import load_pack
from tests.bench import yardstick
from tests.bench.checks import CHECKS, SUITES
from tests.bench.contenders.engine import PACK

FROZEN = "69101445d6d9151fa52785d0fe1ede8ed8430c237606ac8cd496de243a880914"


def test_the_yardstick_is_as_it_was_frozen():
    assert yardstick.digest() == FROZEN


def test_there_are_fifty_checks_and_the_pack_says_the_same_ones():
    codes = [check.code for check in CHECKS]

    assert len(set(codes)) == 50
    assert [rule.code for rule in load_pack(PACK).rules] == codes
    assert SUITES["row"] + SUITES["set"] == CHECKS
