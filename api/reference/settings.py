"""The settings, from their table."""

from api.reference import as_page, as_table
from api.setting_list import SETTINGS, Setting
from api.settings import default_of


def describe_settings() -> str:
    """One row per variable."""
    return as_page(
        "Settings",
        "Every setting is an environment variable.\n"
        "A wrong one stops the start with a sentence that names it.\n"
        "`thanhtra check-settings` tries all of them.",
        as_table(
            ("Variable", "Meaning", "Default", "Example"),
            [
                (
                    f"`{setting.variable}`",
                    setting.meaning + (" Secret: never shown." if setting.is_secret else ""),
                    _default(setting),
                    f"`{setting.example}`",
                )
                for setting in SETTINGS
            ],
        ),
    )


def _default(setting: Setting) -> str:
    default = default_of(setting)
    if default is None:
        return "required"
    return f"`{default}`" if default else "none"
