"""Text to tree: `grammar.lark` beside this file is the whole definition of the language."""

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final

from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from rules.errors import FormulaError

MAX_LENGTH: Final = 4_000
MAX_DEPTH: Final = 60
GRAMMAR: Final = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant as written."""

    value: Decimal | str | bool | None
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    """A column, a parameter or one of the engine's own words."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function or operator, in capital letters; operators go by their sign."""

    name: str
    args: "tuple[Node, ...]"
    at: int


Node = Literal | Name | Call


@lru_cache(maxsize=4_096)
def parse(text: str) -> Node:
    """Read a formula.

    Raises:
        FormulaError: `formula.syntax`, `formula.empty`, `formula.too_long`, `formula.too_deep`;
            `at` is the character, counted from 0.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError("formula.too_long", at=MAX_LENGTH, limit=MAX_LENGTH)
    if not text.strip():
        raise FormulaError("formula.empty", at=0)
    try:
        tree: object = _PARSER.parse(text)
    except UnexpectedInput as error:
        raise FormulaError("formula.syntax", at=_place(error, text)) from None
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
        return Literal(Decimal(token), _at(token))

    def string(self, token: Token) -> Node:
        return Literal(_unquoted(token), _at(token))

    def day(self, word: Token, text: Token) -> Node:
        return Call("DATE", (self.string(text),), _at(word))

    def truth(self, token: Token) -> Node:
        return Literal(token.upper() == "TRUE", _at(token))

    def null(self, token: Token) -> Node:
        return Literal(None, _at(token))

    def name(self, token: Token) -> Node:
        text = token[1:-1].strip() if token[0] == "[" else str(token)
        return Name(unicodedata.normalize("NFC", text), _at(token))

    def list(self, *items: Node) -> tuple[Node, ...]:
        return items

    def call(self, token: Token, args: tuple[Node, ...] | None) -> Node:
        return Call(token.upper(), args or (), _at(token))

    def infix(self, left: Node, token: Token, right: Node) -> Node:
        sign = token.upper()
        return Call("<>" if sign == "!=" else sign, (left, right), _at(token))

    def prefix(self, token: Token, argument: Node) -> Node:
        return Call("NEGATE" if token.type == "MINUS" else "NOT", (argument,), _at(token))

    def between(self, value: Node, token: Token, low: Node, _and: Token, high: Node) -> Node:
        return Call("BETWEEN", (value, low, high), _at(token))

    def not_between(
        self, value: Node, word: Token, token: Token, low: Node, _and: Token, high: Node
    ) -> Node:
        return _negated(self.between(value, token, low, _and, high), word)

    def among(self, value: Node, token: Token, items: tuple[Node, ...]) -> Node:
        return Call("IN", (value, *items), _at(token))

    def not_among(self, value: Node, word: Token, token: Token, items: tuple[Node, ...]) -> Node:
        return _negated(self.among(value, token, items), word)

    def is_null(self, value: Node, token: Token, _null: Token) -> Node:
        return Call("ISNULL", (value,), _at(token))

    def is_not_null(self, value: Node, token: Token, word: Token, _null: Token) -> Node:
        return _negated(Call("ISNULL", (value,), _at(token)), word)

    def like(self, value: Node, token: Token, pattern: Token) -> Node:
        return Call("LIKE", (value, self.string(pattern)), _at(token))

    def not_like(self, value: Node, word: Token, token: Token, pattern: Token) -> Node:
        return _negated(self.like(value, token, pattern), word)


def _at(token: Token) -> int:
    return token.start_pos or 0


def _negated(node: Node, word: Token) -> Node:
    return Call("NOT", (node,), _at(word))


_PARSER = Lark(GRAMMAR, parser="lalr", transformer=_Tree(), maybe_placeholders=True)
