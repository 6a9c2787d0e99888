"""How the text of a setting becomes a value; whoever cannot read it raises ValueError."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

SHORTEST_SECRET: Final = 32
_DRIVERS: Final = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSettings:
    """Evidence in a local folder."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Settings:
    """Evidence in a bucket behind the S3 protocol; the keys are settings of their own."""

    endpoint: str
    bucket: str
    region: str
    secure: bool


def read_database_url(text: str) -> str:
    """An absolute SQLite file or a PostgreSQL address, with the driver we use."""
    scheme, separator, rest = text.partition("://")
    driver = _DRIVERS.get(scheme.partition("+")[0])
    if not separator or not driver or (driver == "sqlite" and not rest.startswith("//")):
        raise ValueError(text)
    return f"{driver}://{rest}"


def read_storage(text: str) -> FolderSettings | S3Settings:
    """A folder or a bucket."""
    scheme, _, rest = text.partition(":")
    if scheme == "folder" and rest:
        return FolderSettings(path=Path(rest).absolute())
    parts = urlsplit(text)
    if parts.scheme != "s3" or not parts.netloc:
        raise ValueError(text)
    query = parse_qs(parts.query, strict_parsing=True)
    endpoint = urlsplit(query.pop("endpoint", [""])[0])
    region = query.pop("region", ["us-east-1"])[0]
    if query or endpoint.scheme not in {"http", "https"} or not endpoint.netloc:
        raise ValueError(text)
    return S3Settings(
        endpoint=endpoint.netloc,
        bucket=parts.netloc,
        region=region,
        secure=endpoint.scheme == "https",
    )


def read_clamd_address(text: str) -> str:
    """A socket in the file system or a TCP port."""
    parts = urlsplit(text)
    if parts.scheme == "unix" and parts.path.startswith("/"):
        return text
    if parts.scheme != "tcp" or not parts.hostname or not parts.port or parts.path:
        raise ValueError(text)
    return text


def read_yes_no(text: str) -> bool:
    """Yes or no."""
    if text.lower() not in {"yes", "no"}:
        raise ValueError(text)
    return text.lower() == "yes"


def read_positive(text: str) -> int:
    """A whole number from 1."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def read_natural(text: str) -> int:
    """A whole number from 0."""
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def read_years(text: str) -> int:
    """Whole years, from one to a century."""
    number = read_positive(text)
    if number > 100:  # noqa: PLR2004 - a century
        raise ValueError(text)
    return number


def read_seconds(text: str) -> float:
    """Seconds, less than a day."""
    number = float(text)
    if not 0 < number < 86_400:  # noqa: PLR2004 - a day
        raise ValueError(text)
    return number


def read_port(text: str) -> int:
    """A TCP port."""
    number = read_positive(text)
    if number > 65_535:  # noqa: PLR2004 - the largest TCP port
        raise ValueError(text)
    return number


def read_secret(text: str) -> str:
    """Something long enough not to be guessed."""
    if len(text) < SHORTEST_SECRET:
        raise ValueError
    return text


def read_url(text: str) -> str:
    """Scheme and host, without a path."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
        raise ValueError(text)
    return text.rstrip("/")


def read_address(text: str) -> str:
    """Scheme, host and path."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError(text)
    return text


def read_log_level(text: str) -> str:
    """The name of a log level."""
    if text.lower() not in {"debug", "info", "warning", "error"}:
        raise ValueError(text)
    return text.lower()
