"""Who there is in the small world: bodies, and people of every role."""

from inspection.people import OrganizationKind, OrganizationSeat, Role

BODIES = (
    ("inspectorate", OrganizationKind.INSPECTORATE),
    ("commune", OrganizationKind.INSPECTED),
    ("neighbour", OrganizationKind.INSPECTED),
    ("council", OrganizationKind.OVERSIGHT),
)
_BOTH = frozenset(OrganizationSeat)
PEOPLE = (
    ("lead", Role.INSPECTOR, "inspectorate", frozenset()),
    ("member", Role.INSPECTOR, "inspectorate", frozenset()),
    ("issuer", Role.INSPECTOR, "inspectorate", frozenset()),
    ("outsider", Role.INSPECTOR, "inspectorate", frozenset()),
    ("steward", Role.STEWARD, "inspectorate", frozenset()),
    ("officer", Role.ORGANIZATION, "commune", _BOTH),
    ("clerk", Role.ORGANIZATION, "commune", frozenset({OrganizationSeat.CONTRIBUTOR})),
    ("other", Role.ORGANIZATION, "neighbour", _BOTH),
    ("councillor", Role.OVERSIGHT, "council", frozenset()),
    ("guard", Role.SECURITY, "inspectorate", frozenset()),
)
