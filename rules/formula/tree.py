"""Text to tree: `grammar.lark` beside this file is the whole definition of the language."""

import unicodedata
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final

from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from rules.errors import FormulaError
from rules.formula.slips import slip

MAX_LENGTH: Final = 4_000
MAX_DEPTH: Final = 60
GRAMMAR: Final = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant as written; it stands in the text from `start` up to before `end`."""

    value: Decimal | str | bool | None
    at: int
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A column, a parameter or one of the engine's own words."""

    name: str
    at: int
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function or operator, in capital letters; operators go by their sign.

    Attributes:
        at: Where the function or operator itself stands: what an error points at.
    """

    name: str
    args: "tuple[Node, ...]"
    at: int
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


Node = Literal | Name | Call


@lru_cache(maxsize=4_096)
def parse(text: str) -> Node:
    """Read a formula.

    Raises:
        FormulaError: `formula.empty`, `formula.too_long`, `formula.too_deep`,
            `formula.unclear_percent`, whatever `slips.slip` recognizes; `at` is the character,
            counted from 0.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError("formula.too_long", at=MAX_LENGTH, limit=MAX_LENGTH)
    if not text.strip():
        raise FormulaError("formula.empty", at=0)
    try:
        tree: object = _PARSER.parse(text)
    except UnexpectedInput as error:
        raise slip(text, _place(error, text)) from None
    assert isinstance(tree, Literal | Name | Call)  # noqa: S101 - what the transformer builds
    _check_depth(tree)
    return tree


def names(node: Node) -> frozenset[str]:
    """Every name a formula reads, columns and parameters alike."""
    match node:
        case Name(name=name):
            return frozenset({name})
        case Call(args=args):
            return frozenset().union(*map(names, args))
    return frozenset()


def _place(error: UnexpectedInput, text: str) -> int:
    place = error.pos_in_stream
    # At the end of the text lark names the last token, but what is missing belongs behind it.
    ended = getattr(getattr(error, "token", None), "type", None) == "$END"
    return len(text) if ended or place is None or place < 0 else place


def _check_depth(tree: Node) -> None:
    level: list[Node] = [tree]
    for _ in range(MAX_DEPTH):
        level = [argument for node in level if isinstance(node, Call) for argument in node.args]
        if not level:
            return
    raise FormulaError("formula.too_deep", at=level[0].at, limit=MAX_DEPTH)


def _unquoted(token: Token) -> str:
    return unicodedata.normalize("NFC", token[1:-1].replace(token[0] * 2, token[0]))


@v_args(inline=True)
class _Tree(Transformer[Token, Node]):
    """One method for each alias of the grammar."""

    def number(self, token: Token) -> Node:
        return _literal(Decimal(token), token)

    def percent(self, token: Token) -> Node:
        # Exact: the digits stay as they are, only the point moves.
        sign, digits, exponent = Decimal(token[:-1]).as_tuple()
        assert isinstance(exponent, int)  # noqa: S101 - the grammar knows no infinity
        return _literal(Decimal((sign, digits, exponent - 2)), token)

    def unclear_percent(self, token: Token) -> Node:
        number = token[:-1]
        raise FormulaError("formula.unclear_percent", number=number, at=_at(token))

    def string(self, token: Token) -> Node:
        return _literal(_unquoted(token), token)

    def day(self, word: Token, text: Token) -> Node:
        return Call("DATE", (self.string(text),), _at(word), _at(word), _end(text))

    def truth(self, token: Token) -> Node:
        return _literal(token.upper() == "TRUE", token)

    def null(self, token: Token) -> Node:
        return _literal(None, token)

    def name(self, token: Token) -> Node:
        text = token[1:-1].strip() if token[0] == "[" else str(token)
        return Name(unicodedata.normalize("NFC", text), _at(token), _at(token), _end(token))

    def list(self, *items: Node) -> tuple[Node, ...]:
        return items

    def group(self, first: Token, inner: Node, last: Token) -> Node:
        return replace(inner, start=_at(first), end=_end(last))

    def call(self, token: Token, _open: Token, args: tuple[Node, ...] | None, last: Token) -> Node:
        return Call(token.upper(), args or (), _at(token), _at(token), _end(last))

    def case(self, word: Token, *rest: Token | Node | None) -> Node:
        return _cases("IFS", word, rest)

    def case_of(self, word: Token, *rest: Token | Node | None) -> Node:
        return _cases("SWITCH", word, rest)

    def infix(self, left: Node, token: Token, right: Node) -> Node:
        sign = token.upper()
        sign = "<>" if sign == "!=" else sign
        return Call(sign, (left, right), _at(token), left.start, right.end)

    def prefix(self, token: Token, argument: Node) -> Node:
        name = "NEGATE" if token.type == "MINUS" else "NOT"
        return Call(name, (argument,), _at(token), _at(token), argument.end)

    def between(self, value: Node, token: Token, low: Node, _and: Token, high: Node) -> Node:
        return Call("BETWEEN", (value, low, high), _at(token), value.start, high.end)

    def not_between(
        self, value: Node, word: Token, token: Token, low: Node, _and: Token, high: Node
    ) -> Node:
        return _negated(self.between(value, token, low, _and, high), word)

    def among(
        self, value: Node, token: Token, _open: Token, items: tuple[Node, ...], last: Token
    ) -> Node:
        return Call("IN", (value, *items), _at(token), value.start, _end(last))

    def not_among(
        self,
        value: Node,
        word: Token,
        token: Token,
        _open: Token,
        items: tuple[Node, ...],
        last: Token,
    ) -> Node:
        return _negated(self.among(value, token, _open, items, last), word)

    def in_list(self, value: Node, token: Token, _list: Token, named: Token) -> Node:
        name = self.string(named) if named.type == "STRING" else _literal(str(named), named)
        return Call("IN_LIST", (value, name), _at(token), value.start, _end(named))

    def not_in_list(
        self, value: Node, word: Token, token: Token, _list: Token, named: Token
    ) -> Node:
        return _negated(self.in_list(value, token, _list, named), word)

    def is_so(self, value: Node, token: Token, what: Token) -> Node:
        return Call(f"IS{what.upper()}", (value,), _at(token), value.start, _end(what))

    def is_not_so(self, value: Node, token: Token, word: Token, what: Token) -> Node:
        return _negated(self.is_so(value, token, what), word)

    def like(self, value: Node, token: Token, pattern: Token) -> Node:
        given = (value, self.string(pattern))
        return Call("LIKE", given, _at(token), value.start, _end(pattern))

    def not_like(self, value: Node, word: Token, token: Token, pattern: Token) -> Node:
        return _negated(self.like(value, token, pattern), word)


def _at(token: Token) -> int:
    return token.start_pos or 0


def _end(token: Token) -> int:
    return token.end_pos or 0


def _literal(value: Decimal | str | bool | None, token: Token) -> Literal:  # noqa: FBT001 - a value
    return Literal(value, _at(token), _at(token), _end(token))


def _cases(name: str, word: Token, rest: tuple[Token | Node | None, ...]) -> Node:
    last = rest[-1]
    assert isinstance(last, Token)  # noqa: S101 - END closes the rule
    nodes = tuple(one for one in rest if isinstance(one, Literal | Name | Call))
    return Call(name, nodes, _at(word), _at(word), _end(last))


def _negated(node: Node, word: Token) -> Node:
    return Call("NOT", (node,), _at(word), node.start, node.end)


_PARSER = Lark(GRAMMAR, parser="lalr", transformer=_Tree(), maybe_placeholders=True)
