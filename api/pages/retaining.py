"""How pages say what a retention class is."""

from api.templating import Shell
from inspection.keeping import RetentionClass


def tell_years(shell: Shell, one: RetentionClass) -> str:
    """How long, and whether anybody has confirmed that."""
    years = shell.t("retention.permanent")
    if one.years is not None:
        years = shell.t("retention.years", years=one.years)
    return years if one.confirmed else shell.t("retention.unconfirmed", years=years)
