import threading

import pytest

from rules.reading.ahead import one_ahead


def test_things_come_in_their_order():
    assert list(one_ahead(iter(range(1_000)))) == list(range(1_000))


def test_nothing_is_an_end_at_once():
    assert list(one_ahead(iter(()))) == []


def test_what_goes_wrong_is_raised_in_its_turn():
    def things():
        yield 1
        raise LookupError("lost")

    came = one_ahead(things())

    assert next(came) == 1
    with pytest.raises(LookupError, match="lost"):
        next(came)


def test_no_thread_is_left_when_nobody_asks_for_the_rest():
    came = one_ahead(iter(range(1_000)))
    next(came)
    came.close()

    assert [one.name for one in threading.enumerate() if one.name == "one-ahead"] == []
