"""What the conclusion must say of a file beside its name: what could not be established."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from evidence.screening.values import Antivirus, Secrecy
from evidence.signatures.values import Integrity
from inspection.tables import Screening, SignatureCheck

UNSCANNED: Final = "chưa quét mã độc"
_ANTIVIRUS: Final[Mapping[Antivirus, str]] = {
    Antivirus.UNSCANNED: UNSCANNED,
    Antivirus.TOO_LARGE: "chưa quét mã độc: tệp lớn hơn mức trình quét nhận",
    Antivirus.ERROR: "chưa quét mã độc: trình quét không trả lời",
    Antivirus.INFECTED: "có mã độc",
}
_INTEGRITY: Final[Mapping[Integrity, str]] = {
    Integrity.INTACT: "chữ ký số nguyên vẹn",
    Integrity.ALTERED: "chữ ký số cho thấy tệp đã bị thay đổi",
    Integrity.UNDETERMINED: "chữ ký số chưa đủ căn cứ xác định",
}
_NOT_READ: Final = "chưa dò được dấu mật"


def list_remarks(session: Session, item_ids: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    """The remarks on every file, in the order of the alphabet of doubts above."""
    rows = {
        row.item_id: row
        for row in session.exec(select(Screening).where(col(Screening.item_id).in_(item_ids)))
    }
    verdicts: dict[UUID, Counter[Integrity]] = {}
    for signature in session.exec(
        select(SignatureCheck).where(col(SignatureCheck.item_id).in_(item_ids))
    ):
        verdicts.setdefault(signature.item_id, Counter())[signature.verdict] += 1
    return {
        item_id: tuple(_remarks(rows.get(item_id), verdicts.get(item_id, Counter())))
        for item_id in item_ids
    }


def _remarks(row: Screening | None, verdicts: Counter[Integrity]) -> Iterable[str]:
    antivirus = Antivirus.UNSCANNED if row is None else row.antivirus
    if antivirus in _ANTIVIRUS:
        yield _ANTIVIRUS[antivirus]
    if row is None or (row.secrecy is Secrecy.NOT_SCREENED and not row.is_released):
        yield _NOT_READ
    for verdict, words in _INTEGRITY.items():
        if count := verdicts[verdict]:
            yield words if count == 1 else f"{count} {words}"


def introduce_remarks(remarks: Iterable[tuple[str, ...]]) -> str:
    """The sentence at the beginning of a conclusion that rests on files nobody scanned."""
    unscanned = sum(any(one.startswith(UNSCANNED) for one in some) for some in remarks)
    if not unscanned:
        return ""
    return (
        f"{unscanned} tệp trong số này chưa được quét mã độc, do nơi triển khai không có trình "
        "quét hoặc trình quét không kết luận được; từng tệp được ghi rõ tại Phụ lục I."
    )
