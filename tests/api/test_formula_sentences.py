"""What an author of formulas is told, in both languages: where, what, and how to mend it."""

import pytest

from api.language import read_catalogue
from rules.contract import Contract
from rules.errors import FormulaError
from rules.formula import Scope, condition
from rules.formula.functions import FUNCTIONS
from rules.formula.nearness import ELSEWHERE
from rules.named_list import ListedValue, NamedList
from tests.rules.building import AS_OF, CALENDAR, NOTHING, column, parameter

TABLE = Contract(
    name="hồ sơ",
    title=NOTHING,
    columns=(
        column("số tiền", "money", scale=2),
        column("ngay_nhan", "date"),
        column("noi_dung", "text"),
        column("so_lan", "integer"),
    ),
)
CODES = NamedList(
    name="ma_thu_tuc",
    title=NOTHING,
    values=(ListedValue(value="A1", starts_on=None, ends_on=None, basis=None),),
)
SCOPE = Scope(
    contract=TABLE,
    parameters={"muc_toi_da": parameter("muc_toi_da", (10, None, None))},
    calendar=CALENDAR,
    as_of=AS_OF,
    dated_by="ngay_nhan",
    lists={"ma_thu_tuc": CODES},
)
CATALOGUES = {lang: read_catalogue(lang) for lang in ("vi", "en")}


def refused(text: str) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        condition(text, SCOPE)
    return caught.value


def said(text: str, lang: str) -> str:
    """The sentence, without its beginning that names rule and formula."""
    error = refused(text)
    sentence = CATALOGUES[lang][f"error.{error.code}"]
    facts = {"rule": "R-01", "formula": "check.must", "text": text, **error.facts}
    full = str(sentence).format_map(facts)
    begin = {
        "vi": f"Quy tắc R-01, công thức check.must, vị trí {facts['at']} (đếm từ 0): ",
        "en": f"Rule R-01, formula check.must, position {facts['at']} (counted from 0): ",
    }[lang]
    assert full.startswith(begin)
    return full.removeprefix(begin)


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("so_lan == 1",
         "“==” không phải là phép toán của ngôn ngữ công thức. Hãy viết =.",
         "“==” is no operator of the formula language. Write =."),
        ("so_lan > 1 && so_lan < 5",
         "“&&” không phải là phép toán của ngôn ngữ công thức. Hãy viết AND.",
         "“&&” is no operator of the formula language. Write AND."),
        ("noi_dung = “x”",
         ("dấu nháy cong “ không dùng được trong công thức. "
         "Hãy gõ dấu nháy thẳng: 'văn bản' hoặc \"văn bản\"."),
         ("the curly quotation mark “ has no meaning in a formula. "
         "Type straight ones: 'text' or \"text\".")),
        ("so_lan > 1,5",
         ("dấu phẩy không phải là dấu thập phân trong công thức. "
         "Hãy dùng dấu chấm: 1.5 thay cho 1,5."),
         "a comma is not a decimal mark in formulas. Use a point: 1.5 instead of 1,5."),
        ("(so_lan > 1",
         "“(” mở ở đây nhưng không được đóng. Hãy thêm ) vào chỗ kết thúc.",
         "“(” is opened here and never closed. Add ) where it ends."),
        ("so_lan >",
         ("thiếu một giá trị ở đây. Hãy thêm cột, số hoặc 'văn bản' mà phép toán cần, "
         "hoặc xóa phép toán thừa."),
         ("a value is missing here. Add the column, number or 'text' the operator needs, "
         "or remove the operator.")),
        ("1 < so_lan < 5",
         "không thể nối nhiều phép so sánh. Hãy viết x BETWEEN 1 AND 5, hoặc x > 1 AND x < 5.",
         "comparisons cannot be chained. Write x BETWEEN 1 AND 5, or x > 1 AND x < 5."),
        ("[so tien] > 1",
         ("bảng hồ sơ không có cột “so tien” và gói cũng không có tham số nào mang tên này. "
         "Có phải là: số tiền? Hãy kiểm tra cách viết, kể cả chữ hoa và chữ thường; "
         "tên có dấu cách đặt trong [ngoặc vuông]."),
         ("table hồ sơ has no column “so tien”, and the pack has no parameter of that name. "
         "Did you mean: số tiền? Check the spelling, capitals included; "
         "names with blanks go in [brackets].")),
        ("TODAY() > ngay_nhan",
         "không có hàm TODAY. Có phải là: AS_OF? Danh sách hàm ở docs/reference/formulas.md.",
         ("there is no function TODAY. Did you mean: AS_OF? "
         "The functions are listed in docs/reference/formulas.md.")),
        ("noi_dung IN LIST ma_thutuc",
         ("gói không có danh mục “ma_thutuc”. Các danh mục gần nhất: ma_thu_tuc. "
         "Hãy sửa tên hoặc thêm tệp lists/ma_thutuc.yaml."),
         ("the pack has no list “ma_thutuc”. Nearest: ma_thu_tuc. "
         "Correct the name, or add the file lists/ma_thutuc.yaml.")),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_how_to_mend_it(text: str, vi: str, en: str) -> None:
    assert (said(text, "vi"), said(text, "en")) == (vi, en)


@pytest.mark.parametrize(
    "text",
    [
        "", "a" * 4_001, "-" * 61 + "so_lan", "so_lan b", "so_lan)", "so_lan > 1_000", "€",
        "IF(so_lan > 1,5; 1; 2)", "so_lan BETWEEN 1", "5% - so_lan > 1", "so_lan = 'x'",
        "so_lan + 1", "ngay_nhan > '2026-02-30'", "LEFT(noi_dung) = 'a'", "ROUND(so_lan, 99) = 1",
        "LEFT(noi_dung, so_lan) = 'a'", "REGEX(noi_dung, '(')", "ngay_nhan + 1.5 > ngay_nhan",
        "so_lan * so_lan * so_lan > 1", "FLOOR(so_lan, 0) = 1", "LPAD(noi_dung, 3, 'ab') = 'x'",
        "SUBSTITUTE(noi_dung, '', 'x') = 'x'", "DATEDIF(ngay_nhan, ngay_nhan, 'W') = 1",
        "so_lan IN LIST ma_thu_tuc", "IFS(" + "TRUE, 1," * 101 + "1) = 1", "so_lan IS TRUE",
        "MIN(noi_dung, noi_dung) = 'x'", "WORKDAYS(noi_dung, ngay_nhan) > 1",
    ],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_refusal_has_its_facts_and_a_place_in_the_text(text: str, lang: str) -> None:
    at = refused(text).facts["at"]
    assert isinstance(at, int)
    assert 0 <= at <= len(text)
    assert said(text, lang) != ""


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("so_lann", "so_lan"), ("SO_LAN", "so_lan"), ("ngaynhan", "ngay_nhan"),
        ("muc_toida", "muc_toi_da"), ("[Số Tiền]", "số tiền"),
        ("xyz", "muc_toi_da, ngay_nhan, noi_dung, so_lan, số tiền"),
    ],
)  # fmt: skip
def test_a_misspelt_name_finds_the_right_one(written: str, near: str) -> None:
    assert refused(f"{written} = 1").facts["near"] == near


@pytest.mark.parametrize(
    ("written", "near"),
    [("ROUNDD", "ROUND, ROUNDDOWN, ROUNDUP"), ("NETWORKDAYS", "WORKDAYS"), ("Substr", "MID"),
     ("COALESC", "COALESCE")],
)  # fmt: skip
def test_a_misspelt_function_finds_the_right_one(written: str, near: str) -> None:
    assert refused(f"{written}(so_lan) = 1").facts["near"] == near


def test_what_other_languages_call_a_function_leads_to_one_that_exists() -> None:

    assert sorted(set(ELSEWHERE.values()) - set(FUNCTIONS)) == []
    assert sorted(set(ELSEWHERE) & set(FUNCTIONS)) == []
