from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given

from api.packs import shipped_codes, shipped_pack
from rules.contract import Column, ColumnType, Contract
from rules.exchange.contract_file import describe_column, describe_contract, write_contract
from rules.loading.contracts import read_contract
from rules.loading.entries import parse
from rules.mapping import JsonMapping, XmlMapping, XmlPath
from rules.text import Text
from tests.rules.exchange.some_contracts import contracts

X = Text(vi="x", en="x")


def again(contract: Contract) -> Contract:
    return read_contract(parse(write_contract(contract), file="x.yaml"))


@given(contracts())
def test_what_is_written_is_read_back_as_the_same_contract(contract):
    assert again(contract) == contract


@pytest.mark.parametrize("code", shipped_codes())
def test_the_shipped_contracts_survive_being_written(code):
    shipped = list(shipped_pack(code).contracts.values())

    assert [again(contract) for contract in shipped] == shipped


def test_letters_that_must_stay_in_parts_do():
    apart = normalize("NFD", "Hồ sơ")
    column = Column(name="a", type=ColumnType.CODE, label=X, examples=(apart,))

    assert again(Contract(name="t", title=X, columns=(column,)))["a"].examples == (apart,)


def test_limits_are_written_as_numbers_without_a_power_of_ten():
    column = Column(
        name="a",
        type=ColumnType.MONEY,
        label=X,
        scale=2,
        least=Decimal("1E+3"),
        most=Decimal("2E3"),
    )
    contract = Contract(name="t", title=X, columns=(column,))

    assert b"least: 1000\n" in write_contract(contract)
    assert again(contract) == contract


def test_every_field_of_a_contract_and_of_a_column_is_written():
    # Whoever adds a field must say here under which key it is written, or it would be lost.
    under = {
        "delimiter": "file", "decimal_mark": "file", "grouping": "file", "encoding": "file",
        "heading": "file", "quote": "file", "stop": "file", "sheet": "file", "xml": "file",
        "json": "file",
        "least": "range", "most": "range",
    }  # fmt: skip
    column = Column(
        name="a", type=ColumnType.DECIMAL, label=X, help=X, required=True, scale=1,
        format=("f",), pattern="p", values=("v",), least=1, most=2, decimal_mark=",",
        grouping="", examples=("1",), counter_examples=("b",),
    )  # fmt: skip
    path = XmlPath(up=1, steps=("{urn:x}b",), attribute="c")
    contract = Contract(
        name="t", title=X, help=X, columns=(column,), key=("a",), heading=2, sheet="s",
        stop="x", quote="'",
        xml=XmlMapping(rows=(("r", "s"),), columns=(("a", path),), shown="r/s"),
        json=JsonMapping(columns=(("a", ("b", "c")),)),
    )  # fmt: skip

    said = {one.name for one in fields(Contract) if one.init}
    assert {under.get(name, name) for name in said} == set(describe_contract(contract))
    assert {name for name, key in under.items() if key == "file"} == set(
        describe_contract(contract)["file"]
    )
    of_column = {one.name for one in fields(Column)} - {"decimal_mark", "grouping"}
    assert {under.get(name, name) for name in of_column} | {"decimal_mark", "grouping"} == set(
        describe_column(column)
    )


@pytest.mark.parametrize("file", sorted(Path("tests/acceptance/packs").glob("*/tables/*.yaml")))
def test_a_mapped_contract_is_written_and_read_back(file: Path) -> None:
    contract = read_contract(parse(file.read_bytes(), file=file.name))
    assert again(contract) == contract
