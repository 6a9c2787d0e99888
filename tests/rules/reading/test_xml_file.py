from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from rules.errors import PackError, ReadingError
from rules.loading.contracts import read_contract
from rules.loading.entries import parse
from rules.reading import Wrong, xml_records
from rules.reading.xml_file import read_xml_file
from tests.rules.reading.reading_a_file import DIGEST, read

CONTRACT = """
name: t
title: {vi: —, en: —}
file:
  xml:
    namespace: "urn:books"
    namespaces: {x: "urn:extra"}
    rows: Books/Entry/Line
    columns:
      line: position()
      entry: ../position()
      entry_id: ../ID
      book: ../../@name
      amount: Money/Amount
      currency: Money/Amount/@currency
      note: x:Note
columns:
  - {name: line, type: integer, label: {vi: —, en: —}}
  - {name: entry, type: integer, label: {vi: —, en: —}}
  - {name: entry_id, type: code, required: true, label: {vi: —, en: —}}
  - {name: book, type: text, label: {vi: —, en: —}}
  - {name: amount, type: money, scale: 2, label: {vi: —, en: —}}
  - {name: currency, type: code, label: {vi: —, en: —}}
  - {name: note, type: text, label: {vi: —, en: —}}
"""


def contract_of(text: str = CONTRACT):
    return read_contract(parse(text.encode(), file="t.yaml"))


OF = contract_of()


def books(body: str, *, head: str = "") -> bytes:
    return (
        f'{head}<Books xmlns="urn:books" xmlns:x="urn:extra" name="Sổ cái">{body}</Books>'
    ).encode()


def line(amount: str, *, currency: str = "VND", more: str = "") -> str:
    return f'<Line><Money><Amount currency="{currency}">{amount}</Amount></Money>{more}</Line>'


def test_values_come_from_elements_attributes_ancestors_and_places(tmp_path):
    content = books(
        f"<Entry><ID>E1</ID>{line('1.50', more='<x:Note>n</x:Note>')}{line('2', currency='')}"
        f"</Entry><Entry><ID>E2</ID></Entry><Entry><ID>007</ID>{line('3')}</Entry>"
    )

    found = read(content, OF, tmp_path)

    names = ("line", "entry", "entry_id", "book", "amount", "currency", "note")
    assert found.rows.select(names).rows() == [
        (1, 1, "E1", "Sổ cái", Decimal("1.50"), "VND", "n"),
        (2, 1, "E1", "Sổ cái", Decimal("2.00"), None, None),
        (3, 3, "007", "Sổ cái", Decimal("3.00"), "VND", None),
    ]
    assert found.numbers == [1, 2, 3]
    assert found.column("__sheet") == ["Books/Entry/Line"] * 3
    assert found.places == []


def test_a_value_of_an_ancestor_counts_also_where_it_stands_after_its_records(tmp_path):
    found = read(books(f"<Entry>{line('1')}{line('2')}<ID>late</ID></Entry>"), OF, tmp_path)

    assert found.column("entry_id") == ["late", "late"]


def test_an_absent_element_is_blank_and_missed_where_it_is_required(tmp_path):
    found = read(books("<Entry><Line/></Entry>"), OF, tmp_path)

    assert found.column("amount") == [None]
    assert found.unreadable == [[]]
    absent = [(one.column, one.code) for one in found.reading.file_problems]
    assert absent == [
        (name, Wrong.COLUMN_ABSENT) for name in ("entry_id", "amount", "currency", "note")
    ]
    assert found.places[len(absent) :] == [(1, "entry_id", "", "required")]


def test_an_element_that_stands_twice_is_no_value_and_every_value_is_told(tmp_path):
    twice = line("1") + "<Line><Money><Amount>2</Amount><Amount>3</Amount></Money></Line>"
    found = read(books(f"<Entry><ID>a</ID>{twice}<ID>b</ID></Entry>"), OF, tmp_path)

    assert found.column("amount") == [Decimal("1.00"), None]
    assert found.places[1:] == [  # the first says that no record has a note
        (1, "entry_id", "a | b", "repeated"),
        (2, "entry_id", "a | b", "repeated"),
        (2, "amount", "2 | 3", "repeated"),
    ]
    assert found.unreadable == [["entry_id"], ["entry_id", "amount"]]


def test_an_element_that_holds_elements_is_no_value(tmp_path):
    found = read(books(f"<Entry><ID>1</ID>{line('5<b>6</b>')}</Entry>"), OF, tmp_path)

    assert found.column("amount") == [None]
    assert found.places[-1] == (1, "amount", "5", "nested")


def test_comments_instructions_and_character_sections_do_not_cut_a_value(tmp_path):
    value = "1<!-- x -->2<?pi?><![CDATA[3]]>&#x34;"
    found = read(books(f"<Entry><ID>1</ID>{line(value)}</Entry>"), OF, tmp_path)

    assert found.column("amount") == [Decimal("1234.00")]


def test_an_element_of_another_namespace_is_another_element(tmp_path):
    other = '<Line xmlns="urn:other"/><Line xmlns=""/>'
    found = read(books(f"<Entry><ID>1</ID>{other}{line('1')}</Entry>"), OF, tmp_path)

    assert found.reading.rows_in_file == 1


def test_a_file_without_records_says_so(tmp_path):
    found = read(books("<Entry><ID>1</ID></Entry>"), OF, tmp_path)

    assert found.reading.rows_in_file == 0
    assert [(one.code, one.found) for one in found.reading.file_problems] == [
        (Wrong.RECORDS_NONE, "Books/Entry/Line")
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<Other/>", "reading.xml_root"),
        (b'<Books xmlns="urn:other"/>', "reading.xml_root"),
        (books("<Entry>")[:-3], "reading.xml_broken"),
        (books("<Entry></Wrong>"), "reading.xml_broken"),
        (books("&unknown;"), "reading.xml_broken"),
        (books("", head='<?xml version="1.0" encoding="no-such"?>'), "reading.xml_broken"),
        (books("", head="<?xml version='1.0'?><!DOCTYPE Books>"), "reading.xml_doctype"),
        (books("<a>" * 200 + "</a>" * 200), "reading.xml_depth"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused(tmp_path, content, code):
    with pytest.raises(ReadingError) as refused:
        read(content, OF, tmp_path)

    assert refused.value.code == code


def test_entities_that_grow_are_not_opened(tmp_path):
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
    )
    laughs = books("&a11;", head=f"<?xml version='1.0'?><!DOCTYPE Books [{entities}]>")

    with pytest.raises(ReadingError) as refused:
        read(laughs, OF, tmp_path)

    assert refused.value.code == "reading.xml_doctype"


def test_a_file_on_this_machine_is_no_part_of_the_evidence(tmp_path):
    head = "<?xml version='1.0'?><!DOCTYPE Books [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>"

    with pytest.raises(ReadingError) as refused:
        read(books("<Entry><ID>&f;</ID></Entry>", head=head), OF, tmp_path)

    assert refused.value.code == "reading.xml_doctype"


def test_a_value_without_end_is_refused(tmp_path):
    with pytest.raises(ReadingError) as refused:
        read(books(f"<Entry><ID>{'x' * (xml_records.TEXT_LIMIT + (1 << 20))}"), OF, tmp_path)

    assert refused.value.code == "reading.record_too_long"


def test_xml_without_a_mapping_is_refused_by_name(tmp_path):
    without = contract_of(
        "name: t\ntitle: {vi: —, en: —}\n" + CONTRACT[CONTRACT.index("columns:\n  -") :]
    )

    with pytest.raises(ReadingError) as refused:
        read(books(""), without, tmp_path)

    assert (refused.value.code, refused.value.facts) == ("reading.xml_unmapped", {"table": "t"})


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_the_marks_of_an_encoding_are_understood(tmp_path, encoding):
    text = books("<Entry><ID>Đ</ID><Line/></Entry>").decode()

    assert read(text.encode(encoding), OF, tmp_path).column("entry_id") == ["Đ"]


@settings(deadline=None, max_examples=30)  # each writes three files
@given(
    entries=some.lists(
        some.tuples(some.booleans(), some.lists(some.integers(0, 99), max_size=5)), max_size=8
    ),
    block=some.integers(1, 4),
)
def test_rows_do_not_depend_on_the_size_of_the_blocks(tmp_path_factory, entries, block):
    folder = tmp_path_factory.mktemp("xml")
    body = "".join(
        "<Entry>"
        + f"<ID>{at}</ID>" * first
        + "".join(line(str(n)) for n in amounts)
        + f"<ID>{at}</ID>" * (not first)
        + "</Entry>"
        for at, (first, amounts) in enumerate(entries)
    )
    (folder / "source").write_bytes(books(body))
    for name, size in (("small", block), ("large", 1000)):
        (folder / name).mkdir()
        read_xml_file(
            folder / "source", digest=DIGEST, contract=OF, into=folder / name, block_records=size
        )
    found = read(folder / "source", OF, folder / "again")

    assert found.column("amount") == [Decimal(n) for _, amounts in entries for n in amounts]
    assert found.column("entry_id") == [
        str(at) for at, (_, amounts) in enumerate(entries) for _ in amounts
    ]
    for file in ("rows.parquet", "problems.parquet"):
        assert (folder / "small" / file).read_bytes() == (folder / "large" / file).read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("rows: Books/Entry/Line", "rows: [Books/Entry, Books/Entry/Line]", "pack.xml_rows"),
        ("rows: Books/Entry/Line", "rows: [Books/Entry, Books/Entry]", "pack.xml_rows"),
        ("rows: Books/Entry/Line", "rows: Books//Line", "pack.xml_path"),
        ("rows: Books/Entry/Line", "other: x", "pack.missing_key"),
        ("note: x:Note", "note: y:Note", "pack.xml_prefix"),
        ("note: x:Note", "note: ../../../ID", "pack.xml_path"),
        ("note: x:Note", "note: ..", "pack.xml_path"),
        ("note: x:Note", "note: Line[1]", "pack.xml_path"),
        ("note: x:Note", "note: '@a/b'", "pack.xml_path"),
        ("note: x:Note", "other: x:Note", "pack.unknown_column"),
        ("      note: x:Note\n", "", "pack.missing_key"),
        ("namespace: ", "spaces: ", "pack.unknown_key"),
    ],
)
def test_a_mapping_that_leads_nowhere_is_refused_when_it_is_loaded(old, new, code):
    assert old in CONTRACT

    with pytest.raises(PackError) as refused:
        contract_of(CONTRACT.replace(old, new))

    assert refused.value.code == code
