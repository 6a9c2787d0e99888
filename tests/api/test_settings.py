"""A wrong setting stops the start with a sentence that names it."""

from pathlib import Path

import pytest

from api.language import translator
from api.refusals import SettingsError
from api.setting_list import SETTINGS
from api.setting_values import FolderSettings, S3Settings
from api.settings import default_of, read_settings, to_environment

GOOD = {
    "THANHTRA_DATABASE_URL": "sqlite:////srv/thanhtra.sqlite",
    "THANHTRA_STORAGE": "folder:/srv/evidence",
    "THANHTRA_WORK_FOLDER": "/srv/work",
    "THANHTRA_SECRET": "s" * 32,
}
S3 = {
    "THANHTRA_STORAGE": "s3://evidence?endpoint=https://s3.example.vn&region=hn-1",
    "THANHTRA_S3_ACCESS_KEY": "app",
    "THANHTRA_S3_SECRET_KEY": "secret",
}


def test_settings_are_read_from_the_environment() -> None:
    settings = read_settings({**GOOD, "THANHTRA_PORT": "8080", "HOME": "/root"})

    assert settings.database_url == "sqlite:////srv/thanhtra.sqlite"
    assert settings.storage == FolderSettings(path=Path("/srv/evidence"))
    assert (settings.port, settings.session_hours, settings.is_https) == (8080, 12, False)


def test_postgresql_gets_its_driver_and_s3_its_parts() -> None:
    settings = read_settings(
        {**GOOD, **S3, "THANHTRA_DATABASE_URL": "postgresql://app@db/thanhtra"}
    )

    assert settings.database_url == "postgresql+psycopg://app@db/thanhtra"
    assert settings.storage == S3Settings(
        endpoint="s3.example.vn", bucket="evidence", region="hn-1", secure=True
    )


def test_settings_survive_the_way_to_a_child_process() -> None:
    settings = read_settings({**GOOD, **S3, "THANHTRA_DEMONSTRATION": "yes"})

    assert read_settings(to_environment(settings)) == settings


@pytest.mark.parametrize(
    ("variable", "value", "code"),
    [
        ("DATABASE_URL", "", "setting.missing"),
        ("DATABASE_URL", "mysql://db", "setting.database_url"),
        ("DATABASE_URL", "sqlite:///relative.sqlite", "setting.database_url"),
        ("STORAGE", "/srv/evidence", "setting.storage"),
        ("STORAGE", "s3://bucket", "setting.storage"),
        ("STORAGE", "s3://bucket?endpoint=https://h&colour=red", "setting.storage"),
        ("STORAGE", "s3://bucket?endpoint=https://h", "setting.missing"),
        ("SECRET", "short", "setting.secret"),
        ("PORT", "70000", "setting.port"),
        ("PORT", "eighty", "setting.port"),
        ("BEHIND_PROXY", "true", "setting.yes_no"),
        ("SESSION_HOURS", "0", "setting.whole_number"),
        ("STALE_SECONDS", "-1", "setting.seconds"),
        ("STALE_SECONDS", "3", "setting.stale"),
        ("PUBLIC_URL", "example.vn", "setting.public_url"),
        ("LOG_LEVEL", "loud", "setting.log_level"),
        ("COLOUR", "red", "setting.unknown"),
    ],
)
def test_a_wrong_setting_is_named_in_both_languages(variable: str, value: str, code: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({**GOOD, f"THANHTRA_{variable}": value})

    assert refused.value.code == code
    for lang in ("vi", "en"):
        sentence = translator(lang)(f"error.{code}", **refused.value.facts)
        assert str(refused.value.facts["variable"]) in sentence


def test_no_secret_is_repeated() -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({**GOOD, "THANHTRA_SECRET": "hunter2"})

    assert "hunter2" not in str(refused.value)


def test_every_default_can_be_written_and_read_again() -> None:
    written = {s.variable: default_of(s) for s in SETTINGS if default_of(s)}

    assert read_settings({**GOOD, **written}) == read_settings(GOOD)
