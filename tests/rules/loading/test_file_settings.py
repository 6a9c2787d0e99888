"""How a contract says that text files of its table are written."""

import pytest

from rules.errors import PackError
from rules.loading.contracts import read_contract
from rules.loading.entries import parse

TABLE = """\
name: bids
title: {{vi: Gói thầu, en: Bids}}
file: {file}
columns:
  - {{name: code, type: code, label: {{vi: Mã, en: Code}}}}
"""


def load(file: str):
    return read_contract(parse(TABLE.format(file=file).encode(), file="tables/bids.yaml"))


@pytest.mark.parametrize(
    ("written", "quote"), [('"\'"', "'"), ("none", ""), ("'\"'", '"'), ("'|'", "|")]
)
def test_the_mark_of_quotation_is_a_sign_or_none(written, quote):
    assert load(f"{{quote: {written}}}").quote == quote


def test_without_a_word_the_mark_is_the_quotation_mark_and_no_row_ends_the_table():
    contract = load("{delimiter: ';'}")

    assert (contract.quote, contract.stop) == ('"', None)


def test_a_row_of_totals_is_told_by_its_pattern():
    assert load("{stop: 'Tổng cộng.*'}").stop == "Tổng cộng.*"


@pytest.mark.parametrize(
    ("name", "known"),
    [("TCVN3", "tcvn3"), ("vni", "vni"), ("cp1258", "windows-1258"), ("UTF8", "utf-8")],
)
def test_an_encoding_has_one_name_however_it_is_written(name, known):
    assert load(f"{{encoding: {name}}}").encoding == known


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("{quote: ab}", "pack.not_a_mark"),
        ("{quote: x}", "pack.not_a_mark"),
        ("{delimiter: ';', quote: ';'}", "pack.not_a_mark"),
        ("{stop: '('}", "pack.bad_pattern"),
        ("{encoding: tcvn5}", "pack.unknown_encoding"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_line(file, code):
    with pytest.raises(PackError) as refused:
        load(file)

    assert refused.value.code == code
    assert refused.value.facts["line"] == 3
