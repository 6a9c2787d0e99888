"""What can be done next, and why something cannot."""

from dataclasses import dataclass, replace

from inspection.people import Party
from inspection.workflow.states import Act, State, Subject
from inspection.workflow.transitions import transitions_from


@dataclass(frozen=True, slots=True, kw_only=True)
class ActOffer:
    """One act out of the present state: a button, or the reason why there is none."""

    act: str
    allowed: bool
    reason_code: str | None
    needs_reason: bool
    by: tuple[str, ...]


def offer_acts(
    subject: Subject, state: State, *, parties: frozenset[Party]
) -> tuple[ActOffer, ...]:
    """What can be done next, by these parties or by others, in the order of the workflow."""
    return tuple(
        ActOffer(
            act=transition.act.value,
            allowed=bool(transition.by & parties),
            reason_code=None if transition.by & parties else "act.not_yours",
            needs_reason=transition.reason,
            by=tuple(sorted(party.value for party in transition.by)),
        )
        for transition in transitions_from(subject, state)
        if transition.by != {Party.SYSTEM}
    )


def block_act(
    offers: tuple[ActOffer, ...], act: Act | None, *, reason_code: str
) -> tuple[ActOffer, ...]:
    """Take an act away and say why: it is one's own work, or something else stops it."""
    return tuple(_blocked(offer, reason_code) if offer.act == act else offer for offer in offers)


def block_all(offers: tuple[ActOffer, ...], *, reason_code: str | None) -> tuple[ActOffer, ...]:
    """Take every act away, where there is a reason to."""
    if reason_code is None:
        return offers
    return tuple(_blocked(offer, reason_code) for offer in offers)


def _blocked(offer: ActOffer, reason_code: str) -> ActOffer:
    # What is others' to do stays so.
    return replace(offer, allowed=False, reason_code=reason_code) if offer.allowed else offer
