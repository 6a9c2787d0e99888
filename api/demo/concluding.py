"""How an inspection of the play ends: a conclusion, signed and published."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from api.demo.casework import ISSUER, LEAD, Case
from api.demo.stage import Stage
from inspection import conclusions
from inspection.queries.conclusions import get_conclusion


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a conclusion says; one item for each matter."""

    assessment: str
    nature: str
    measures: str
    policy: str
    items: tuple[str, ...]


def conclude(stage: Stage, case: Case, text: Text) -> UUID:
    """Write the conclusion and hand it to the issuer."""
    conclusion_id = stage.write(
        conclusions.start_conclusion,
        actor=stage.actor(LEAD),
        inspection_id=case.inspection_id,
        at=stage.next_moment(),
    )
    matters = case.campaign.matters
    stage.write(
        conclusions.edit_conclusion,
        actor=stage.actor(LEAD),
        conclusion_id=conclusion_id,
        version=_draft_version(stage, conclusion_id),
        assessment=text.assessment,
        nature=text.nature,
        measures=text.measures,
        policy=text.policy,
        items={m.id: said for m, said in zip(matters, text.items, strict=True)},
        at=stage.next_moment(),
    )
    stage.write(
        conclusions.submit_conclusion,
        actor=stage.actor(LEAD),
        conclusion_id=conclusion_id,
        version=_draft_version(stage, conclusion_id),
        at=stage.next_moment(),
    )
    return conclusion_id


def issue_and_publish(stage: Stage, conclusion_id: UUID, *, number: int, signed_on: date) -> None:
    """Approve, render and publish."""
    stage.enter_log()  # the conclusion says how far it had come
    conclusions.approve_conclusion(
        stage.database,
        stage.storage,
        actor=stage.actor(ISSUER),
        conclusion_id=conclusion_id,
        version=_draft_version(stage, conclusion_id),
        number=number,
        symbol="KL-TTr",
        signed_on=signed_on,
        at=stage.next_moment(),
    )
    stage.work(conclusions.RENDER_JOB, conclusion_id)
    stage.write(
        conclusions.publish_conclusion,
        actor=stage.actor(ISSUER),
        conclusion_id=conclusion_id,
        version=_draft_version(stage, conclusion_id),
        at=stage.next_moment(),
    )


def _draft_version(stage: Stage, conclusion_id: UUID) -> int:
    return stage.read(get_conclusion, actor=stage.actor(LEAD), conclusion_id=conclusion_id).version
