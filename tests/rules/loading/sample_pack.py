"""A small pack as texts, to be loaded as it is or with one of them changed."""

import pytest

from rules.errors import PackError
from rules.pack import Pack
from rules.pack_loading import load_pack_files

PACK = """\
code: sample
version: "1.0.0"
title: {vi: Mẫu, en: Sample}
description: {vi: Mẫu, en: Sample}
calendar: office
"""
TABLE = """\
name: bids
title: {vi: Gói thầu, en: Bids}
file: {delimiter: ";", decimal_mark: ",", grouping: ".", encoding: cp1258}
key: [code]
columns:
  - {name: code, type: code, required: true, pattern: "[A-Z]+", label: {vi: Mã, en: Code}}
  - {name: value, type: money, scale: 2, label: {vi: Giá trị, en: Value}}
  - name: day
    type: date
    format: "%d/%m/%Y"
    label: {vi: Ngày, en: Day}
  - {name: kind, type: category, values: [A, B], label: {vi: Loại, en: Kind}}
  - {name: open, type: boolean, values: [Có, Không], label: {vi: Mở, en: Open}}
"""
RULES = """\
- code: PRC-014
  title: {vi: Giá trị, en: Value}
  basis:
    document: 22/2023/QH15
    provision: Điều 45 khoản 1
    confirmed: false
    note: {vi: Chưa xác nhận, en: Not confirmed}
  class: violation
  in_force: {from: 2024-01-01}
  dated_by: day
  table: bids
  unit: row
  scope: campaign
  applies: kind = 'A'
  check:
    kind: formula
    must: value >= min_value
  on_missing: undetermined
  amount: value
  message: {vi: "Giá trị {value}", en: "Value {value}"}
  fix: {vi: Sửa, en: Mend}
- code: PRC-015
  title: {vi: Trùng, en: Duplicate}
  basis: {document: A, provision: B}
  class: risk
  table: bids
  unit: row
  check: {kind: unique, key: [code]}
  on_missing: undetermined
  duplicate_of: PRC-014
  message: {vi: "{count} dòng", en: "{count} rows"}
  fix: {vi: Sửa, en: Mend}
"""
PARAMETERS = """\
- name: min_value
  unit: đồng
  title: {vi: Tối thiểu, en: Minimum}
  values:
    - {value: 20.50, from: 2025-01-01, basis: {document: A, provision: B}}
    - {value: 10, from: 2024-01-01, to: 2024-12-31, basis: {document: A, provision: B}}
- name: cutoff
  unit: giờ
  title: {vi: Giờ chốt, en: Cut-off}
  values:
    - {value: "15:00", basis: {document: A, provision: B}}
"""
CALENDAR = """\
name: office
title: {vi: Lịch, en: Calendar}
years: [2027, 2026]
weekly_rest: [6, 7]
sessions: [["07:30", "11:30"], ["13:00", "17:00"]]
days:
  - {on: 2026-01-01, kind: HOLIDAY, name: Tết, source: Luật, status: law}
"""
LIST = """\
name: codes
title: {vi: Mã, en: Codes}
values:
  - A
  - {value: 01, to: 2024-12-31, basis: {document: A, provision: B}}
  - {value: 01, from: 2026-01-01}
"""
FILES = {
    "pack.yaml": PACK,
    "tables/bids.yaml": TABLE,
    "rules/bids.yaml": RULES,
    "parameters.yaml": PARAMETERS,
    "calendars/office.yaml": CALENDAR,
}


def load(**changed: str):
    """The sample pack, its files named by their last part, some of them changed."""
    files = {name: text.encode() for name, text in FILES.items()}
    for name, text in changed.items():
        path = {"rules": "rules/bids.yaml", "table": "tables/bids.yaml"}.get(name)
        path = path or ("calendars/office.yaml" if name == "calendar" else f"{name}.yaml")
        files[path] = text.encode()
    return load_pack_files(files)


def refused(**changed: str) -> tuple[str, str, int]:
    with pytest.raises(PackError) as error:
        load(**changed)
    facts = error.value.facts
    return error.value.code, str(facts["file"]), int(str(facts["line"]))


def load_list(text: str, **changed: str) -> Pack:
    files = {name: content.encode() for name, content in FILES.items()}
    return load_pack_files(
        files
        | {"lists/codes.yaml": text.encode()}
        | {f"{name}/bids.yaml": content.encode() for name, content in changed.items()}
    )


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)
