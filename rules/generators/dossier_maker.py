"""One invented dossier after another, drawn from one stream of chance."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from operator import itemgetter
from random import Random
from typing import Final
from zlib import crc32

from rules.generators.working_time import WorkingTime

DOSSIER_COLUMNS: Final = (
    *("ma_hs", "ma_tthc", "ten_tthc", "kenh", "tiep_nhan_luc", "du_hs_luc", "chuyen_xl_luc"),
    *("thoi_han_quy_dinh", "don_vi_tg", "hen_tra_luc", "tam_dung_tu", "tam_dung_den"),
    *("tra_kq_luc", "so_lan_hen_lai", "xin_loi_so", "xin_loi_ngay", "ly_do_cham", "hen_lai_luc"),
    *("tu_choi_ngay", "ly_do_tu_choi", "tra_lai_ngay", "trang_thai"),
)
_FIRST, _LAST = date(2026, 1, 5), date(2026, 9, 30)
_PROCEDURES: Final = (
    ("9.000001", "Chứng thực bản sao từ bản chính (ví dụ)", 4, "GIO"),
    ("9.000002", "Chứng thực chữ ký (ví dụ)", 8, "GIO"),
    ("9.000003", "Đăng ký khai sinh (ví dụ)", 1, "NGAY"),
    ("9.000004", "Đăng ký kết hôn (ví dụ)", 2, "NGAY"),
    ("9.000005", "Đăng ký hộ kinh doanh (ví dụ)", 3, "NGAY"),
    ("9.000006", "Xác nhận thông tin cư trú (ví dụ)", 5, "NGAY"),
    ("9.000007", "Trợ cấp xã hội hằng tháng (ví dụ)", 10, "NGAY"),
    ("9.000008", "Đăng ký biến động đất đai (ví dụ)", 20, "NGAY"),
)
_DELAYS: Final = ("Chờ ý kiến cơ quan phối hợp", "Hệ thống gián đoạn", "Phải xác minh thực địa")
_REFUSALS: Final = ("Không thuộc thẩm quyền giải quyết", "Thửa đất đang có tranh chấp")
_POOR_REASONS: Final = ("", "", "Không", "theo quy định", "-", "Lý do khác")
_CONTENTS: Final = ("Bổ sung giấy ủy quyền", "Nộp bản chính để đối chiếu", "Ghi rõ địa chỉ")
_UNREADABLE: Final = ("chưa rõ", "30/02/2026", "##", "hôm qua")
_NEVER_SPOILT: Final = ("ma_hs", "ma_tthc", "ten_tthc", "xin_loi_so", "ly_do_cham", "ly_do_tu_choi")

Cells = dict[str, str]


class DossierMaker:
    """Draws orderly dossiers, then changes single facts of some of them."""

    def __init__(self, chance: Random, organization: str) -> None:
        self.chance = chance
        self.work = WorkingTime()
        self.workdays = self.work.between(_FIRST, _LAST)
        self.agency = f"000.00.{crc32(organization.encode()) % 100_000:05d}.H99"
        self.number = 0

    def edge(self, cells: Cells) -> Cells:
        """A dossier whose facts are given; only its code is drawn."""
        return {**cells, "ma_hs": self._code(date(2026, 1, 5))}

    def dossier(self) -> Cells:
        """One dossier out of daily life."""
        received = self._received()
        row = self._orderly(received)
        promised = _parsed(row["hen_tra_luc"])
        for share, change in (
            (0.025, self._refused),
            (0.025, self._returned),
            (0.03, self._paused),
            (0.05, self._late),
            (0.02, self._passed_on_late),
            (0.02, self._promised_late),
            (0.004, self._reappointed_often),
            (0.02, self._open),
            (0.005, self._withdrawn),
        ):
            if self._happens(share):
                change(row, received, promised)
        if self._happens(0.01):
            self._spoil(row)
        return row

    def notices(self, rows: Sequence[Cells]) -> list[Cells]:
        """Supplement notices of some dossiers, numbered through the year, with a few flaws."""
        drawn = [
            self._notice(row)
            for row in rows
            for _ in range(self.chance.choices((0, 1, 2, 3), (900, 85, 12, 3))[0])
        ]
        drawn.sort(key=itemgetter(0))
        numbered, number = [], 0
        for _, notice in drawn:
            number += 1 if self._happens(0.996) else 2
            numbered.append({**notice, "so_thong_bao": str(number)})
        return numbered

    def _happens(self, share: float) -> bool:
        return self.chance.random() < share

    def _code(self, day: date) -> str:
        self.number += 1
        return f"{self.agency}-{day:%y%m%d}-{self.number:05d}"

    def _received(self) -> datetime:
        day = self.chance.choice(self.workdays)
        if self._happens(0.03):  # online dossiers arrive on rest days as well
            day = date.fromordinal(day.toordinal() + self.chance.randrange(1, 7))
        if self._happens(0.01):
            return datetime.combine(day, self.chance.choice((time(15), time(15, 0, 1))))
        return datetime.combine(day, time(7, 30)) + timedelta(
            seconds=self.chance.randrange(int(9.5 * 3600))
        )

    def _orderly(self, received: datetime) -> Cells:
        code, name, limit, unit = self.chance.choice(_PROCEDURES)
        if unit == "NGAY":
            due = datetime.combine(self.work.add(received.date(), limit), time(17))
        else:
            due = self.work.add_hours(received, limit)
        promised = due if self._happens(0.7) else max(received, due - timedelta(hours=1))
        given = promised
        if self._happens(0.99):
            spare = int((promised - received).total_seconds())
            given = promised - timedelta(seconds=self.chance.randrange(max(spare, 1)))
        return {
            **dict.fromkeys(DOSSIER_COLUMNS, ""),
            "ma_hs": self._code(received.date()),
            "ma_tthc": code,
            "ten_tthc": name,
            "kenh": self.chance.choices(("TT", "BC", "TRUC_TUYEN"), (40, 5, 55))[0],
            "tiep_nhan_luc": self._written(received),
            "du_hs_luc": self._written(received),
            "chuyen_xl_luc": self._written(self._handover(received)),
            "thoi_han_quy_dinh": str(limit),
            "don_vi_tg": unit,
            "hen_tra_luc": self._written(promised, exact=True),
            "tra_kq_luc": self._written(given, exact=True),
            "so_lan_hen_lai": "0",
            "trang_thai": "DA_TRA",
        }

    def _handover(self, received: datetime) -> datetime:
        if received.date() in self.workdays and received.time() <= time(15):
            evening = datetime.combine(received.date(), time(17))
            room = int((evening - received).total_seconds())
            return received + timedelta(seconds=self.chance.randrange(room))
        following = datetime.combine(self.work.add(received.date(), 1), time(7, 30))
        return following + timedelta(minutes=self.chance.randrange(4 * 60 + 1))

    def _refused(self, row: Cells, _received: datetime, promised: datetime) -> None:
        late = self._happens(0.15)
        day = promised.date() + timedelta(days=1 if late else 0)
        poor = self._happens(0.15)
        row |= {
            "tu_choi_ngay": f"{day:%d/%m/%Y}",
            "ly_do_tu_choi": self.chance.choice(_POOR_REASONS if poor else _REFUSALS),
            "trang_thai": "TU_CHOI",
            "tra_kq_luc": "",
        }

    def _returned(self, row: Cells, received: datetime, _promised: datetime) -> None:
        day = self.work.add(received.date(), self.chance.choices((1, 2, 3, 4), (3, 3, 3, 1))[0])
        row |= {
            "tra_lai_ngay": f"{day:%d/%m/%Y}",
            "trang_thai": "TRA_LAI",
            "tra_kq_luc": "",
            "hen_tra_luc": "",
        }

    def _paused(self, row: Cells, received: datetime, promised: datetime) -> None:
        start = received + timedelta(minutes=self.chance.randrange(60, 24 * 60))
        end = start + timedelta(seconds=self.chance.randrange(3600, 8 * 24 * 3600))
        if self._happens(0.03):
            start, end = end, start  # a slip of the clerk
        row |= {"tam_dung_tu": self._written(start), "tam_dung_den": self._written(end)}
        if self._happens(0.05):
            row["tam_dung_den"] = ""
        if row["tra_kq_luc"]:
            given = promised + timedelta(seconds=self.chance.randrange(9 * 24 * 3600))
            row["tra_kq_luc"] = self._written(given)

    def _late(self, row: Cells, _received: datetime, promised: datetime) -> None:
        if not row["tra_kq_luc"]:
            return
        seconds = self.chance.choice((1, 60, self.chance.randrange(1, 6 * 24 * 3600)))
        apology = promised.date() - timedelta(days=self.chance.choices((0, 1, 2), (2, 5, 3))[0])
        row |= {
            "tra_kq_luc": self._written(promised + timedelta(seconds=seconds), exact=True),
            "so_lan_hen_lai": "1",
            "xin_loi_so": f"{self.number}/XL-UBND",
            "xin_loi_ngay": f"{apology:%d/%m/%Y}",
            "ly_do_cham": self.chance.choice(_DELAYS),
            "hen_lai_luc": self._written(promised + timedelta(days=3)),
        }
        if self._happens(0.3):
            for column in ("xin_loi_so", "xin_loi_ngay", "ly_do_cham", "hen_lai_luc"):
                row[column] = ""
        elif self._happens(0.15):
            row[self.chance.choice(("xin_loi_ngay", "ly_do_cham", "hen_lai_luc"))] = ""

    def _passed_on_late(self, row: Cells, received: datetime, _promised: datetime) -> None:
        following = self.work.add(received.date(), 1)
        hour = self.chance.choice((time(8), time(11, 30), time(11, 30, 1), time(16)))
        row["chuyen_xl_luc"] = self._written(datetime.combine(following, hour), exact=True)

    def _promised_late(self, row: Cells, _received: datetime, promised: datetime) -> None:
        if row["hen_tra_luc"]:
            later = promised + timedelta(seconds=self.chance.choice((1, 3600, 86400, 3 * 86400)))
            row["hen_tra_luc"] = self._written(later, exact=True)

    def _reappointed_often(self, row: Cells, _received: datetime, _promised: datetime) -> None:
        row["so_lan_hen_lai"] = self.chance.choice(("2", "3"))

    def _open(self, row: Cells, _received: datetime, _promised: datetime) -> None:
        if row["trang_thai"] == "DA_TRA":
            paused = bool(row["tam_dung_tu"])
            row |= {"tra_kq_luc": "", "trang_thai": "TAM_DUNG" if paused else "DANG_XU_LY"}

    def _withdrawn(self, row: Cells, _received: datetime, _promised: datetime) -> None:
        if row["trang_thai"] == "DA_TRA":
            row |= {"tra_kq_luc": "", "trang_thai": "RUT"}

    def _spoil(self, row: Cells) -> None:
        column = self.chance.choice([c for c in DOSSIER_COLUMNS if c not in _NEVER_SPOILT])
        unreadable = row[column] and self._happens(0.5)
        row[column] = self.chance.choice(_UNREADABLE) if unreadable else ""

    def _notice(self, row: Cells) -> tuple[str, Cells]:
        stage = self.chance.choices(("TIEP_NHAN", "GIAI_QUYET", ""), (80, 19, 1))[0]
        orphan = self._happens(0.005)
        day = _parsed(row["tiep_nhan_luc"]).date() + timedelta(days=self.chance.randrange(3))
        notice = {
            "nam_so": str(day.year),
            "ma_hs": f"{self.agency}-000000-{self.number:05d}" if orphan else row["ma_hs"],
            "ngay": f"{day:%d/%m/%Y}",
            "giai_doan": stage,
            "noi_dung": self.chance.choice(_CONTENTS),
        }
        if self._happens(0.01):
            spoilt = self.chance.choice(("ma_hs", "ngay", "giai_doan"))
            unreadable = spoilt != "ma_hs" and self._happens(0.5)
            notice[spoilt] = self.chance.choice(_UNREADABLE) if unreadable else ""
        return f"{day:%Y-%m-%d}", notice

    def _written(self, moment: datetime, *, exact: bool = False) -> str:
        """As clerks write it: with seconds or, where the second does not matter, without."""
        short = not exact and moment.second == 0 and self._happens(0.5)
        return f"{moment:%d/%m/%Y %H:%M}" if short else f"{moment:%d/%m/%Y %H:%M:%S}"


def _parsed(text: str) -> datetime:
    for shape in ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M"):
        try:
            return datetime.strptime(text, shape)  # noqa: DTZ007 -- wall time of one place
        except ValueError:
            continue
    return datetime.combine(_FIRST, time(8))
