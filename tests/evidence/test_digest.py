import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.digest import Digest


@settings(deadline=None)
@given(st.binary())
def test_a_digest_is_the_sha_256_of_the_bytes(content):
    found = hashlib.sha256(content).hexdigest()

    assert Digest.of(content).hex == str(Digest.of(content)) == found


def test_the_key_is_made_of_the_digest_alone():
    digest = Digest.of(b"")

    assert digest.key == (
        "sha256/e3/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


@pytest.mark.parametrize(
    "text",
    ["", "e3", "E" * 64, "g" * 64, "0" * 63, "0" * 65, "0" * 64 + "\n", "../" + "0" * 61, "٠" * 64],
)
def test_nothing_else_is_a_digest(text):
    with pytest.raises(ValueError, match="not a SHA-256"):
        Digest(text)
