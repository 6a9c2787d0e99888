import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import FormulaError
from rules.formula import Call, Literal, Name, names, parse


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
        ("a +", "formula.syntax", 3),
        ("a b", "formula.syntax", 2),
        ("(a", "formula.syntax", 2),
        ("a ; drop table x", "formula.syntax", 2),
        ("0x1F = 1", "formula.syntax", 1),
        ("__import__('os').system('x')", "formula.syntax", 16),
        ("", "formula.empty", 0),
        ("  \n", "formula.empty", 0),
        ("a = 'x", "formula.syntax", 4),
        ("€", "formula.syntax", 0),
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
