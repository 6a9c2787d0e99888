"""Dossiers placed exactly on the edges of TT01-TT08: each line says which edge."""

from typing import Final

_ORDERLY: Final = {
    "ma_tthc": "9.000005",
    "ten_tthc": "Đăng ký hộ kinh doanh (ví dụ)",
    "kenh": "TT",
    "tiep_nhan_luc": "05/03/2026 08:00:00",
    "du_hs_luc": "05/03/2026 08:00:00",
    "chuyen_xl_luc": "05/03/2026 09:00:00",
    "thoi_han_quy_dinh": "3",
    "don_vi_tg": "NGAY",
    "hen_tra_luc": "10/03/2026 17:00:00",
    "tra_kq_luc": "10/03/2026 10:00:00",
    "so_lan_hen_lai": "0",
    "trang_thai": "DA_TRA",
}


def _edge(**cells: str) -> dict[str, str]:
    return {**_ORDERLY, **cells}


def _received(moment: str, **cells: str) -> dict[str, str]:
    return _edge(tiep_nhan_luc=moment, du_hs_luc=moment, **cells)


def _late(**cells: str) -> dict[str, str]:
    apology = {
        "tra_kq_luc": "12/03/2026 09:00:00",
        "so_lan_hen_lai": "1",
        "xin_loi_so": "01/XL-UBND",
        "xin_loi_ngay": "09/03/2026",
        "ly_do_cham": "Chờ ý kiến cơ quan phối hợp",
        "hen_lai_luc": "13/03/2026 17:00:00",
    }
    return _edge(**{**apology, **cells})


def _refused(**cells: str) -> dict[str, str]:
    refusal = {
        "trang_thai": "TU_CHOI",
        "tra_kq_luc": "",
        "tu_choi_ngay": "10/03/2026",
        "ly_do_tu_choi": "Không thuộc thẩm quyền giải quyết",
    }
    return _edge(**{**refusal, **cells})


def _returned(received: str, returned: str) -> dict[str, str]:
    return _received(received, trang_thai="TRA_LAI", tra_lai_ngay=returned, tra_kq_luc="")


EDGES: Final[tuple[dict[str, str], ...]] = (
    # TT01: equal to the appointment; one second later; before receipt; still open.
    _edge(tra_kq_luc="10/03/2026 17:00:00"),
    _edge(tra_kq_luc="10/03/2026 17:00:01"),
    _edge(tra_kq_luc="04/03/2026 17:00:00"),
    _edge(tra_kq_luc="", trang_thai="DANG_XU_LY"),
    # A pause of exactly one working day (8 hours) moves the due moment to 11/03 17:00.
    _edge(
        tam_dung_tu="06/03/2026 07:30:00",
        tam_dung_den="06/03/2026 17:00:00",
        tra_kq_luc="11/03/2026 17:00:00",
    ),
    _edge(
        tam_dung_tu="06/03/2026 07:30:00",
        tam_dung_den="06/03/2026 17:00:00",
        tra_kq_luc="11/03/2026 17:00:01",
    ),
    # An odd pause of 1 h 20 min 1 s, answered at the very second it allows, and one later.
    _edge(
        hen_tra_luc="10/03/2026 08:00:00",
        tam_dung_tu="06/03/2026 08:00:00",
        tam_dung_den="06/03/2026 09:20:01",
        tra_kq_luc="10/03/2026 09:20:01",
    ),
    _edge(
        hen_tra_luc="10/03/2026 08:00:00",
        tam_dung_tu="06/03/2026 08:00:00",
        tam_dung_den="06/03/2026 09:20:01",
        tra_kq_luc="10/03/2026 09:20:02",
    ),
    # A pause over a weekend holds no working time; one without end or turned round is unclear.
    _edge(tam_dung_tu="07/03/2026 08:00:00", tam_dung_den="08/03/2026 16:00:00"),
    _edge(tam_dung_tu="06/03/2026 08:00:00", tam_dung_den=""),
    _edge(tam_dung_tu="09/03/2026 08:00:00", tam_dung_den="06/03/2026 08:00:00"),
    # TT02: the apology one day ahead; on the due day; each of its parts missing.
    _late(),
    _late(xin_loi_ngay="10/03/2026"),
    _late(xin_loi_so=""),
    _late(xin_loi_ngay=""),
    _late(ly_do_cham="   "),
    _late(hen_lai_luc=""),
    # TT03: one, two, unknown, unreadable.
    _edge(so_lan_hen_lai="1"),
    _edge(so_lan_hen_lai="2"),
    _edge(so_lan_hen_lai=""),
    _edge(so_lan_hen_lai="hai lần"),
    # TT04: on the due day; the day after; empty words; no appointment; contradicting state.
    _refused(),
    _refused(tu_choi_ngay="11/03/2026"),
    _refused(ly_do_tu_choi="  KHÔNG  "),
    _refused(ly_do_tu_choi=""),
    _refused(hen_tra_luc=""),
    _refused(trang_thai="DA_TRA"),
    _refused(trang_thai=""),
    _refused(tu_choi_ngay="sau Tết"),
    # TT06: the third working day over the swapped Saturdays and over Tết, and one day later.
    _returned("08/01/2026 09:00:00", "13/01/2026"),  # Fri 9, Sat 10 (worked), Mon 12: day 4
    _returned("08/01/2026 09:00:00", "12/01/2026"),
    _returned("20/08/2026 09:00:00", "24/08/2026"),  # Fri 21, Sat 22 (worked), Mon 24
    _returned("20/08/2026 09:00:00", "25/08/2026"),
    _returned("13/02/2026 09:00:00", "25/02/2026"),  # Tết: 16-20/02 off
    _returned("13/02/2026 09:00:00", "26/02/2026"),
    _returned("13/02/2026 09:00:00", "12/02/2026"),
    # TT07: on the last day; the day after; over Tết; in hours; across years; beyond the calendar.
    _edge(hen_tra_luc="10/03/2026 23:59:59", tra_kq_luc="10/03/2026 08:00:00"),
    _edge(hen_tra_luc="11/03/2026 00:00:00", tra_kq_luc="10/03/2026 08:00:00"),
    _received("13/02/2026 08:00:00", hen_tra_luc="25/02/2026 17:00:00"),
    _received("13/02/2026 08:00:00", hen_tra_luc="26/02/2026 07:30:00"),
    _edge(thoi_han_quy_dinh="8", don_vi_tg="GIO", hen_tra_luc="06/03/2026 08:00:00"),
    _edge(thoi_han_quy_dinh="8", don_vi_tg="GIO", hen_tra_luc="06/03/2026 08:00:01"),
    _edge(thoi_han_quy_dinh="0", don_vi_tg="GIO", hen_tra_luc="05/03/2026 08:00:00"),
    _edge(thoi_han_quy_dinh="-1"),
    _edge(thoi_han_quy_dinh="ba ngày"),
    _edge(don_vi_tg="TUAN"),
    _received("30/12/2026 08:00:00", hen_tra_luc="05/01/2027 17:00:00", trang_thai="DANG_XU_LY"),
    _edge(thoi_han_quy_dinh="600"),
    # TT08: 15:00:00 is not after the cut-off; the next morning ends at 11:30:00; rest days.
    _received("05/03/2026 15:00:00", chuyen_xl_luc="05/03/2026 16:59:59"),
    _received("05/03/2026 15:00:00", chuyen_xl_luc="06/03/2026 07:30:00"),
    _received("05/03/2026 15:00:01", chuyen_xl_luc="06/03/2026 11:30:00"),
    _received("05/03/2026 15:00:01", chuyen_xl_luc="06/03/2026 11:30:01"),
    _received("09/01/2026 16:00:00", chuyen_xl_luc="10/01/2026 08:00:00"),
    _received("09/01/2026 16:00:00", chuyen_xl_luc="12/01/2026 08:00:00"),
    _received("10/01/2026 09:00:00", chuyen_xl_luc="10/01/2026 10:00:00"),
    _received("10/01/2026 09:00:00", chuyen_xl_luc="12/01/2026 08:00:00"),
    _received("22/08/2026 14:00:00", chuyen_xl_luc="22/08/2026 16:00:00"),
    _received("21/08/2026 15:30:00", chuyen_xl_luc="24/08/2026 08:00:00"),
    _received("17/01/2026 09:00:00", chuyen_xl_luc="19/01/2026 11:30:00"),
    _received("17/02/2026 09:00:00", chuyen_xl_luc="23/02/2026 08:00:00"),
    _received("17/02/2026 09:00:00", chuyen_xl_luc="24/02/2026 08:00:00"),
    _edge(chuyen_xl_luc="04/03/2026 09:00:00"),
    _edge(chuyen_xl_luc=""),
    # Dates in force and years without a calendar.
    _received("20/06/2018 09:00:00", chuyen_xl_luc="20/06/2018 10:00:00"),
    _received("21/06/2018 09:00:00", chuyen_xl_luc="21/06/2018 10:00:00"),
    _received("30/06/2025 09:00:00", chuyen_xl_luc="30/06/2025 10:00:00"),
    _received("01/07/2025 09:00:00", chuyen_xl_luc="01/07/2025 10:00:00"),
    _received("31/12/2025 16:00:00", chuyen_xl_luc="05/01/2026 08:00:00"),
    # Missing and unreadable cells.
    _edge(tiep_nhan_luc=""),
    _edge(tiep_nhan_luc="31/02/2026 08:00:00"),
    _edge(trang_thai=""),
    _edge(trang_thai="XONG"),
    _edge(hen_tra_luc=""),
    _edge(tra_kq_luc="10/3 sáng"),
    _edge(tam_dung_tu="?", tam_dung_den=""),
)
