"""Whether a word can be a syllable of Vietnamese.

It cannot tell that a word exists, only that it is built as Vietnamese words are: enough to tell
a text from the same bytes under another encoding, which hardly ever builds one.

Source: Đoàn Thiện Thuật, Ngữ âm tiếng Việt (1999): initials, rhymes, and the two tones that close
with a stop.
"""

import re
from typing import Final
from unicodedata import normalize

_INITIALS: Final = "ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx]|"
_RHYMES: Final = (
    "a ai am an ang anh ao au ay ăm ăn ăng âm ân âng âu ây e em en eng eo ê êm ên ênh êu i ia iêm"
    " iên iêng iêu im in inh iu o oa oai oam oan oang oanh oao oay oăm oăn oăng oe oen oeo oi om on"
    " ong oong ô ôi ôm ôn ông ơ ơi ơm ơn u ua uan uang uân uâng uây uê uênh ui um un ung uôi uôm"
    " uôn uông uơ uy uya uyên uyn uynh uyu ư ưa ưi ưm ưn ưng ươi ươm ươn ương ươu ưu y yêm yên"
    " yêng yêu"
)
_STOPPED: Final = (
    "ac ach ap at ăc ăp ăt âc âp ât ec ep et êch êp êt ich iêc iêp iêt ip it oac oach oap oat oăc"
    " oăt oc oet ooc op ot ôc ôp ôt ơp ơt uât uc uêch uôc uôt up ut uych uyêt uyt ưc ưt ươc ươp"
    " ươt yêt"
)
_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_HIGH_AND_LOW: Final = frozenset({"", "\u0301", "\u0323"})  # nothing: the tone may be left out
_OPEN: Final = re.compile(f"(?:{_INITIALS})(?:{_RHYMES.replace(' ', '|')})")
_CLOSED: Final = re.compile(f"(?:{_INITIALS})(?:{_STOPPED.replace(' ', '|')})")


def is_syllable(word: str) -> bool:
    """Whether a word, in one of the three usual ways of small and capital letters, can be one."""
    if not (word.islower() or word.isupper() or word.istitle()):
        return False
    apart = normalize("NFD", word.lower())
    tones = [one for one in apart if one in _TONES]
    bare = normalize("NFC", "".join(one for one in apart if one not in _TONES))
    if len(tones) > 1:
        return False
    if _OPEN.fullmatch(bare):
        return True
    return "".join(tones) in _HIGH_AND_LOW and _CLOSED.fullmatch(bare) is not None
