import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import FormulaError
from rules.formula import Call, Literal, Name, Node, names, parse


def refused(text: str) -> tuple[str, object]:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    return caught.value.code, caught.value.facts["at"]


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("a and b or c", "(a AND b) OR c"),
        ("not a = b", "NOT (a = b)"),
        ("a - b - c", "(a - b) - c"),
        ("a + b * c", "a + (b * c)"),
        ("a != 1", "a <> 1"),
        ("f(a; b)", "F(a, b)"),
        ("[số tiền] > 1", "[ số tiền ] > 1"),
        ('s = "it""s"', "s = 'it\"s'"),
        ("a not in (1, 2)", "not a in (1, 2)"),
        ("a not between 1 and 2", "not a between 1 and 2"),
        ("a is not null", "not a is null"),
        ("a not like 'x%'", "not a like 'x%'"),
        ("and(a, b)", "AND(a; b)"),
        ("a > 10%", "a > 0.10"),
        ("a > 10% and b", "(a > 0.1) and b"),
        ("2.5% * a", "0.025 * a"),
        ("a in (5%, 10%)", "a in (0.05, 0.10)"),
        ("10%3", "10 % 3"),
        ("10% a", "10 % a"),
        ("10% (3)", "10 % 3"),
        ("10 % -3", "10 % (-3)"),
        ("case when a then 1 else 2 end", "IFS(a, 1, 2)"),
        ("CASE a WHEN 1 THEN 'x' WHEN 2 THEN 'y' END", "SWITCH(a; 1; 'x'; 2; 'y')"),
        ("a in list xs", "IN_LIST(a, 'xs')"),
        ("a not in list 'xs'", "not IN_LIST(a, 'xs')"),
        ("a is blank", "ISBLANK(a)"),
        ("a is not true", "not ISTRUE(a)"),
        ("end > list", "[end] > [list]"),
    ],
)
def test_both_habits_of_writing_mean_the_same(one: str, same: str) -> None:
    assert shape(parse(one)) == shape(parse(same))


def shape(node: object) -> object:
    match node:
        case Literal(value=value):
            return value
        case Name(name=name):
            return ("name", name)
        case Call(name=name, args=args):
            return (name, *map(shape, args))
    raise AssertionError(node)


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("a +", "formula.missing_operand", 3),
        ("a = ", "formula.missing_operand", 4),
        ("and b", "formula.missing_operand", 4),
        ("(a + ) * 2", "formula.missing_operand", 5),
        ("f(,a)", "formula.missing_operand", 2),
        ("a b", "formula.missing_operator", 2),
        ("0x1F = 1", "formula.missing_operator", 1),
        ("(a", "formula.unclosed", 0),
        ("(f(a, b)", "formula.unclosed", 0),
        ("a in (1, 2", "formula.unclosed", 5),
        ("a = 'x", "formula.unclosed", 4),
        ('a = "x', "formula.unclosed", 4),
        ("[so tien > 1", "formula.unclosed", 0),
        ("case when a then b", "formula.unclosed", 0),
        ("a)", "formula.unopened", 1),
        ("(a]", "formula.unopened", 2),
        ("a between 1", "formula.between_and", 11),
        ("a == 1", "formula.operator", 2),
        ("a && b", "formula.operator", 2),
        ("a || b", "formula.operator", 2),
        ("a =< 1", "formula.operator", 2),
        ("a => 1", "formula.operator", 2),
        ("a ≤ 1", "formula.operator", 2),
        ("a ≠ 1", "formula.operator", 2),
        ("a × 2", "formula.operator", 2),
        ("a ** 2", "formula.operator", 2),
        ("!a", "formula.operator", 0),
        ("a = “x”", "formula.smart_quote", 4),
        ("a = ‘x’", "formula.smart_quote", 4),
        ("a > 1,5", "formula.decimal_comma", 4),
        ("a > 1_000", "formula.number_grouping", 4),
        ("a > 1.000.000", "formula.number_grouping", 4),
        ("a > 1 000", "formula.number_grouping", 4),
        ("IF(a > 1,5; 2; 3)", "formula.mixed_separators", 10),
        ("f(a; b, c)", "formula.mixed_separators", 6),
        ("1 < a < 5", "formula.chained", 6),
        ("x = 1 and 1 < a <= 5", "formula.chained", 16),
        ("5% - a > 1", "formula.unclear_percent", 0),
        ("a ; drop table x", "formula.syntax", 2),
        ("__import__('os').system('x')", "formula.syntax", 16),
        ("€", "formula.syntax", 0),
        ("", "formula.empty", 0),
        ("  \n", "formula.empty", 0),
    ],
)
def test_an_error_points_at_the_character(text: str, code: str, at: int) -> None:
    assert refused(text) == (code, at)


def test_a_formula_has_a_length_and_a_depth() -> None:
    assert refused("a" * 4_001) == ("formula.too_long", 4_000)
    assert refused("-" * 61 + "a") == ("formula.too_deep", 60)
    assert parse("(" * 1_900 + "a" + ")" * 1_900) == Name("a", 1_900)


def test_names_and_texts_are_composed_letters() -> None:
    decomposed = "[tie\u0302\u0300n] = 'tie\u0302\u0300n'"
    assert shape(parse(decomposed)) == ("=", ("name", "ti\u1ec1n"), "ti\u1ec1n")


def test_names_lists_what_a_formula_reads() -> None:
    assert names(parse("IF(a > limit, [b c], 'd')")) == {"a", "limit", "b c"}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("(a + b) * c", ["(a + b) * c", "(a + b)", "a", "b", "c"]),
        ("not x in (1, 2)", ["not x in (1, 2)", "x in (1, 2)", "x", "1", "2"]),
        ("x not like 'a%'", ["x not like 'a%'", "x not like 'a%'", "x", "'a%'"]),
        ("IF(a, [b c], 10%)", ["IF(a, [b c], 10%)", "a", "[b c]", "10%"]),
        ("case when a then 1 end", ["case when a then 1 end", "a", "1"]),
        ("d > DATE '2026-01-01'", ["d > DATE '2026-01-01'", "d", "DATE '2026-01-01'",
                                   "'2026-01-01'"]),
        ("x is not null", ["x is not null", "x is not null", "x"]),
        ("-a between -b and ( c )", ["-a between -b and ( c )", "-a", "a", "-b", "b", "( c )"]),
    ],
)  # fmt: skip
def test_every_part_knows_where_it_is_written(text: str, parts: list[str]) -> None:
    assert [text[node.start : node.end] for node in walked(parse(text))] == parts


def walked(node: Node) -> list[Node]:
    inner = node.args if isinstance(node, Call) else ()
    return [node, *(one for argument in inner for one in walked(argument))]


def place_of_mistake(text: str) -> int:
    try:
        parse(text)
    except FormulaError as error:
        return int(str(error.facts["at"]))
    return 0


@given(st.text(max_size=80))
def test_any_text_is_a_formula_or_a_formula_error(text: str) -> None:
    assert 0 <= place_of_mistake(text) <= len(text)


@given(st.text(alphabet="ab1.,;()[]'\"<>=!+-*/%& andorIFNULLisbetweenlike", max_size=60))
def test_any_shuffle_of_the_language_is_a_formula_or_a_formula_error(text: str) -> None:
    assert 0 <= place_of_mistake(text) <= len(text)
