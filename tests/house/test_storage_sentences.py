"""Codes that `evidence` keeps in tables or builds have their sentences, too."""

import re
from pathlib import Path

from api.language import read_catalogue

ROOT = Path(__file__).parents[2]


def test_every_code_of_the_evidence_package_has_a_sentence():
    source = "\n".join(file.read_text() for file in sorted((ROOT / "evidence").glob("*.py")))
    codes = set(re.findall(r'"(evidence\.[a-z_]+)"', source))

    assert len(codes) > 10
    assert sorted({f"error.{code}" for code in codes} - set(read_catalogue("vi"))) == []
