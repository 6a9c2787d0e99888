"""What is a secret by now is named on no certificate, though its statement named it."""

import json

from inspection.keeping import write_certificate
from inspection.screening.gates import NAMELESS
from inspection.tables import Destruction
from tests.inspection.destruction.acts import certificate, confirmed, erase, item_of, paper
from tests.inspection.documents.reading import squeezed, text_of
from tests.inspection.quarantining import declare, release

NAME = "bảng kê.csv"


def test_a_secret_declared_after_its_destruction_is_nameless_on_the_certificate(world, over):
    destruction_id = confirmed(world, over)
    erase(world)
    before = certificate(world, destruction_id)
    declare(world, item_of(world).id)

    said = certificate(world, destruction_id)

    assert [one["name"] for one in before["files"]] == [NAME]
    assert [one["name"] for one in said["files"]] == [NAMELESS]
    assert NAME not in write_certificate(said).decode()
    assert squeezed(NAME) in text_of(paper(before))
    assert squeezed(NAME) not in text_of(paper(said))
    assert squeezed("(không nêu tên)") in text_of(paper(said))
    # The hash, the size, the times and the outcome stay.
    assert said == {**before, "files": [{**before["files"][0], "name": NAMELESS}]}
    # What is signed is not touched: the log binds every word of it.
    statement = json.loads(world.get(Destruction, destruction_id).statement)
    assert [one["name"] for one in statement["files"]] == [NAME]


def test_a_secret_declared_before_its_bytes_are_erased_is_nameless_as_well(world, over):
    destruction_id = confirmed(world, over)
    declare(world, item_of(world).id)
    erase(world)

    assert [one["name"] for one in certificate(world, destruction_id)["files"]] == [NAMELESS]


def test_what_was_no_secret_after_all_is_named_again(world, over):
    destruction_id = confirmed(world, over)
    erase(world)
    declare(world, item_of(world).id)
    release(world, item_of(world).id)

    assert [one["name"] for one in certificate(world, destruction_id)["files"]] == [NAME]
