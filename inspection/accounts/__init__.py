"""Bodies and people: what an administrator does.  Nothing is deleted: history names everybody."""

from inspection.accounts.checks import (
    BODY_OF_ROLE,
    LONGEST_NAME,
    USERNAME,
    check_body,
    checked_language,
    checked_username,
)
from inspection.accounts.entry import (
    accept_invitation,
    activate_person,
    deactivate_person,
    end_sessions,
    find_invitation,
    invite,
    lock_person,
    unlock_person,
)
from inspection.accounts.feeds import (
    close_feed,
    find_feed_person,
    find_feed_start,
    open_feed,
)
from inspection.accounts.organizations import (
    LONGEST_BODY_NAME,
    create_organization,
    edit_organization,
)
from inspection.accounts.people import (
    check_names,
    create_first_administrator,
    create_person,
    edit_person,
    get_row,
)

__all__ = [
    "BODY_OF_ROLE",
    "LONGEST_BODY_NAME",
    "LONGEST_NAME",
    "USERNAME",
    "accept_invitation",
    "activate_person",
    "check_body",
    "check_names",
    "checked_language",
    "checked_username",
    "close_feed",
    "create_first_administrator",
    "create_organization",
    "create_person",
    "deactivate_person",
    "edit_organization",
    "edit_person",
    "end_sessions",
    "find_feed_person",
    "find_feed_start",
    "find_invitation",
    "get_row",
    "invite",
    "lock_person",
    "open_feed",
    "unlock_person",
]
