"""Secrets handed to browsers and people: random, and stored only as a digest."""

import hashlib
import secrets

TOKEN_BYTES = 32


def make_token() -> str:
    """A new secret nobody can guess, in 64 hexadecimal digits."""
    return secrets.token_hex(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """The form in which a token may lie in the database."""
    return hashlib.sha256(token.encode()).hexdigest()
