"""Every defect of a bag can be said in both languages."""

import pytest

from api.language import LANGUAGES, translator
from evidence.bag import BagFault


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("fault", BagFault)
def test_every_fault_has_a_sentence_that_names_the_file(lang, fault):
    said = translator(lang)(f"bag.{fault}", path="data/x", expected="1", found="2")

    assert said.startswith("data/x: ")
