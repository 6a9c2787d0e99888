"""Passwords: argon2id, and the same time spent whether or not an account exists."""

from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from inspection.errors import InvalidError

SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 200  # so that nobody makes us hash a book

_HASHER: Final = PasswordHasher()
# Compared with when there is no account, so that the answer takes as long.
_NOBODY: Final = _HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    """Hash a new password.

    Raises:
        InvalidError: It is too short or too long.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidError("password.too_short", field="password", shortest=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise InvalidError("password.too_long", field="password", longest=LONGEST_PASSWORD)
    return _HASHER.hash(password)


def is_password(password: str, *, password_hash: str | None) -> bool:
    """Whether the password is the one that was hashed; never true without a hash."""
    try:
        matches = _HASHER.verify(password_hash or _NOBODY, password[:LONGEST_PASSWORD])
    except VerificationError:
        return False
    return matches and password_hash is not None
