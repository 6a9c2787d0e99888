"""Timestamps of a real authority, and every way to pass off a false one."""

import shutil
from datetime import UTC, datetime, timedelta
from subprocess import CalledProcessError

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from evidence.errors import CustodyForgedError, KeyConfigurationError, TimestampUnavailableError
from evidence.timestamp import HttpAuthority, load_roots, stamp, verify_timestamp
from tests.timestamping import make_authority, serving_timestamps

NOTE = "log.example.vn/custody\n1\nAAAA\n\n— log.example.vn/custody AAAA\n"

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return make_authority(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture(scope="module")
def roots(authority):
    return load_roots(authority.roots)


def refused(content, note, roots, **rest):
    with pytest.raises(CustodyForgedError) as error:
        verify_timestamp(content, note, roots=roots, **rest)
    return error.value.code


def test_an_authority_over_http_stamps_a_head(authority, roots):
    with serving_timestamps(authority) as url:
        content = stamp(NOTE, HttpAuthority(url), roots=roots)
    at = verify_timestamp(content, NOTE, roots=roots)

    assert abs(datetime.now(UTC) - at) < timedelta(minutes=5)


def test_a_timestamp_over_another_head_is_refused(authority, roots):
    content = stamp(NOTE, authority, roots=roots)

    assert refused(content, NOTE.replace("1", "2"), roots) == "custody.timestamp"


def test_a_timestamp_of_another_authority_is_refused(authority, roots, tmp_path):
    other = make_authority(tmp_path / "other")
    content = stamp(NOTE, other, roots=load_roots(other.roots))

    assert authority.folder != other.folder
    assert refused(content, NOTE, roots) == "custody.timestamp"


def test_a_certificate_made_for_something_else_is_refused(tmp_path):
    other = make_authority(tmp_path / "mail", purpose=ExtendedKeyUsageOID.EMAIL_PROTECTION)
    # The tool of the authority itself refuses to sign with it.
    with pytest.raises(CalledProcessError):
        stamp(NOTE, other, roots=load_roots(other.roots))


def test_a_timestamp_that_was_altered_is_refused(authority, roots):
    content = bytearray(stamp(NOTE, authority, roots=roots))
    content[-10] ^= 1

    assert refused(bytes(content), NOTE, roots) == "custody.timestamp"


def test_an_answer_to_another_question_is_refused(authority, roots):
    content = stamp(NOTE, authority, roots=roots)

    assert refused(content, NOTE, roots, nonce=1) == "custody.timestamp"


@pytest.mark.parametrize("content", [b"", b"x", b"0\x03\x02\x01\x00"])
def test_what_is_no_timestamp_is_refused(roots, content):
    assert refused(content, NOTE, roots).startswith("custody.timestamp")


def test_an_authority_that_does_not_answer_is_said(roots):
    with pytest.raises(TimestampUnavailableError):
        stamp(NOTE, HttpAuthority("http://127.0.0.1:9/tsr"), roots=roots)


def test_roots_that_are_none_are_said(tmp_path):
    (tmp_path / "empty.pem").write_text("")
    for name in ("empty.pem", "missing.pem"):
        with pytest.raises(KeyConfigurationError):
            load_roots(tmp_path / name)
