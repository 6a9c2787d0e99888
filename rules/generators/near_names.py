"""Names of companies, some of them written again with a slip: what fuzzy duplicates must find.

Which two names mean one company is known, because the slips are planted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final
from unicodedata import combining, normalize

_FORMS: Final = ("Công ty TNHH", "Công ty Cổ phần", "Doanh nghiệp tư nhân", "Hợp tác xã")
_TRADES: Final = (
    "Thương mại", "Xây dựng", "Vận tải", "Thiết bị y tế", "Dược phẩm", "Văn phòng phẩm",
    "Cơ điện", "Nội thất", "Du lịch", "In ấn", "Thủy sản", "Cấp thoát nước",
)  # fmt: skip
_NAMES: Final = (
    "An Phát", "Bình Minh", "Đại Thành", "Đông Á", "Hòa Bình", "Hoàng Long", "Hưng Thịnh",
    "Kim Liên", "Minh Đức", "Ngọc Hà", "Phú Quý", "Phúc Lộc", "Quang Trung", "Sao Mai",
    "Tân Tiến", "Thái Dương", "Thành Công", "Thiên Ân", "Trường Sơn", "Việt Hưng",
)  # fmt: skip
_LETTERS: Final = "abcdeghiklmnopqrstuvxy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One name as it was written down, and the company it means."""

    company: int
    name: str


def near_names(seed: int, *, companies: int, written_again: int) -> list[Named]:
    """Companies with different names, and the first of them written again with one slip each.

    Args:
        seed: The same seed gives the same names.
        companies: At most 960.
        written_again: How many companies stand in the list twice.
    """
    random = Random(seed)  # noqa: S311 - made-up data
    every = [f"{form} {trade} {name}" for form in _FORMS for trade in _TRADES for name in _NAMES]
    names = random.sample(every, companies)
    once = [Named(company=at, name=name) for at, name in enumerate(names)]
    again = [
        Named(company=at, name=random.choice(_SLIPS)(name, random))
        for at, name in enumerate(names[:written_again])
    ]
    return once + again


def _without_marks(name: str, _random: Random) -> str:
    letters = normalize("NFD", name).replace("đ", "d").replace("Đ", "D")
    return "".join(letter for letter in letters if not combining(letter))


def _one_letter_less(name: str, random: Random) -> str:
    at = random.randrange(len(name))
    return name[:at] + name[at + 1 :]


def _one_letter_wrong(name: str, random: Random) -> str:
    at = random.randrange(len(name))
    return name[:at] + random.choice(_LETTERS) + name[at + 1 :]


def _two_letters_swapped(name: str, random: Random) -> str:
    at = random.randrange(len(name) - 1)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _shortened(name: str, _random: Random) -> str:
    return name.replace("Công ty", "Cty").replace("Cổ phần", "CP").replace("tư nhân", "TN")


_SLIPS: Final[tuple[Callable[[str, Random], str], ...]] = (
    _without_marks, _one_letter_less, _one_letter_wrong, _two_letters_swapped, _shortened,
)  # fmt: skip
