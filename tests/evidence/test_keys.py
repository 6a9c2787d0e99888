from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from evidence import key_files
from evidence.errors import CustodyForgedError, KeyConfigurationError
from evidence.keys import GRACE, KeyRing, KeyState, PublicKey
from evidence.note import open_note, sign_note

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORIGIN = "log.example.vn/custody"
# The example of the Go implementation of signed notes (golang.org/x/mod/sumdb/note).
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb"
    "6KE6RyyBwJnAM=\n"
)


@pytest.fixture
def folder(tmp_path):
    key_files.generate(tmp_path / "keys", origin=ORIGIN, at=START)
    return tmp_path / "keys"


def test_a_note_signed_elsewhere_is_read():
    text, signed = open_note(PETERS_NOTE, [PublicKey.parse(PETER)])

    assert text.startswith("If you think")
    assert [str(key) for key in signed] == [PETER]


def test_a_note_is_signed_and_read(folder):
    signer = key_files.find_signer(folder)
    note = sign_note("một\n\nhai\n", signer)

    assert open_note(note, key_files.load_ring(folder).keys) == ("một\n\nhai\n", (signer.public,))


def test_other_peoples_signatures_are_passed_over(folder, tmp_path):
    key_files.generate(tmp_path / "other", origin="witness.example", at=START)
    witness = key_files.find_signer(tmp_path / "other")
    note = sign_note("text\n", key_files.find_signer(folder))
    line = sign_note("text\n", witness).splitlines(keepends=True)[-1]

    assert open_note(note + line, key_files.load_ring(folder).keys)[0] == "text\n"
    assert open_note(note + line, [witness.public])[0] == "text\n"


@pytest.mark.parametrize(
    ("code", "forge"),
    [
        ("custody.signature", lambda note: note.replace("text", "tent")),
        ("custody.note_form", lambda note: note.rstrip("\n")),
        ("custody.note_form", lambda note: note.replace("\n\n", "\n")),
        ("custody.note_form", lambda note: note.replace("text", "te\rxt")),
        ("custody.note_form", lambda note: note + "— nobody\n"),
        ("custody.note_form", lambda note: note + "x" * (1 << 20)),
        ("custody.note_form", lambda note: note[:-6] + "\n"),
        ("custody.unsigned", lambda note: note.replace(ORIGIN, "log.example.vn/other")),
    ],
)
def test_a_note_that_does_not_hold_is_refused(folder, code, forge):
    note = sign_note("text\n", key_files.find_signer(folder))

    with pytest.raises(CustodyForgedError) as refused:
        open_note(forge(note), key_files.load_ring(folder).keys)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("Peter", "Pater"),
        PETER[:-4],
        PETER.replace("+AR", "+BR"),
        "Peter Neumann" + PETER[12:],
    ],
)
def test_what_is_no_key_is_refused(text):
    with pytest.raises(KeyConfigurationError):
        PublicKey.parse(text)


def test_the_private_key_shows_itself_to_nobody(folder):
    signer = key_files.find_signer(folder)

    assert repr(signer) == f"Signer({signer.public})"
    assert (folder / "signing.pem").stat().st_mode & 0o777 == 0o600
    assert "PRIVATE" not in (folder / "ring.json").read_text()


def test_a_ring_is_read_as_it_was_written(folder):
    ring = key_files.load_ring(folder)

    assert KeyRing.parse(ring.to_json()) == ring
    assert KeyRing.parse(f"\n{ring.keys[0]}\n").keys == ring.keys


@pytest.mark.parametrize(
    "text", ["", "{", "{}", '{"origin": "a", "keys": []}', '{"origin": "a", "keys": [7]}', "[]"]
)
def test_what_is_no_ring_is_refused(text):
    with pytest.raises(KeyConfigurationError):
        KeyRing.parse(text)


def test_rotation_keeps_the_old_key_for_what_it_signed(folder):
    old = key_files.find_signer(folder).public
    later = START + timedelta(days=30)
    new = key_files.rotate(folder, at=later)
    ring = key_files.load_ring(folder)

    assert key_files.find_signer(folder).public == new
    assert [(one.key, one.state, one.until) for one in ring.entries] == [
        (old, KeyState.RETIRED, later),
        (new, KeyState.ACTIVE, None),
    ]
    ring.require_worth(old, newest_entry_at=later + GRACE)
    ring.require_worth(new, newest_entry_at=later + timedelta(days=1))
    with pytest.raises(CustodyForgedError) as refused:
        ring.require_worth(old, newest_entry_at=later + GRACE + timedelta(seconds=1))
    assert refused.value.code == "custody.key_retired"


def test_a_compromised_key_is_worth_nothing(folder):
    old = key_files.find_signer(folder).public
    key_files.replace_compromised(folder, at=START + timedelta(days=30))

    with pytest.raises(CustodyForgedError) as refused:
        key_files.load_ring(folder).require_worth(old, newest_entry_at=START)
    assert refused.value.code == "custody.key_compromised"


def test_a_key_of_nobody_is_worth_nothing(folder):
    with pytest.raises(CustodyForgedError) as refused:
        key_files.load_ring(folder).require_worth(PublicKey.parse(PETER), newest_entry_at=None)
    assert refused.value.code == "custody.key_unknown"


def test_keys_are_never_overwritten(folder):
    with pytest.raises(KeyConfigurationError) as refused:
        key_files.generate(folder, origin=ORIGIN, at=START)
    assert refused.value.code == "custody.keys_exist"


def test_a_machine_without_the_private_key_only_verifies(folder):
    (folder / "signing.pem").unlink()

    assert key_files.find_signer(folder) is None


def _open_to_others(folder):
    (folder / "signing.pem").chmod(0o640)


def _garbage(folder):
    (folder / "signing.pem").write_bytes(b"x")


def _rsa(folder):
    key = generate_private_key(public_exponent=65537, key_size=2048)
    content = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "signing.pem").write_bytes(content)


def _another(folder):
    key_files.generate(folder / "other", origin=ORIGIN, at=START)
    (folder / "other" / "signing.pem").replace(folder / "signing.pem")


def _no_ring(folder):
    (folder / "ring.json").unlink()


@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("custody.key_open", _open_to_others),
        ("custody.key_file", _garbage),
        ("custody.key_file", _rsa),
        ("custody.key_not_active", _another),
        ("custody.key_folder", _no_ring),
    ],
)
def test_a_key_that_cannot_be_used_is_said_by_its_reason(folder, code, spoil):
    spoil(folder)

    with pytest.raises(KeyConfigurationError) as refused:
        key_files.find_signer(folder)
    assert refused.value.code == code
