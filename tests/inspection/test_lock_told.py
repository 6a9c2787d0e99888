"""A conclusion says so where the store cannot keep its evidence from being deleted."""

from evidence.digest import Digest
from inspection.freezing import NO_LOCK, FrozenConclusion
from inspection.tables import Conclusion
from tests.inspection.documents.reading import squeezed, text_of
from tests.inspection.test_conclusions import approve, render, submitted, verify_one


def conclude(world, opened):
    """The introduction of the frozen conclusion, and the text of its PDF without blanks."""
    conclusion_id = submitted(world, verify_one(world, opened))
    approve(world, conclusion_id)
    render(world, conclusion_id)
    conclusion = world.get(Conclusion, conclusion_id)
    pdf = world.storage.read(Digest(conclusion.pdf_sha256))
    introduction = FrozenConclusion.from_text(conclusion.frozen).document.introduction
    return introduction, squeezed(text_of(pdf))


def test_on_a_folder_it_is_said(world, opened):
    introduction, pdf = conclude(world, opened)

    assert NO_LOCK in introduction
    assert squeezed(NO_LOCK) in pdf


def test_on_a_store_with_locks_it_is_not(locked, opened_there):
    introduction, pdf = conclude(locked, opened_there)

    assert NO_LOCK not in introduction
    assert squeezed("khóa chống xóa") not in pdf
