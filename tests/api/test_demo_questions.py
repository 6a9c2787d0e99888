"""The demonstration asks about what its rules found, and calls it what they call it."""

from api.demo import dossiers, payments


def test_every_question_is_titled_as_its_rule() -> None:
    asked = [(one.rule, one.title) for one in (*dossiers.QUESTIONS, *payments.QUESTIONS)]
    assert asked == [
        ("TT01", "Trả kết quả trễ hẹn"),
        ("TT02", "Trễ hẹn không có văn bản xin lỗi hoặc xin lỗi muộn"),
        ("TT08", "Chuyển hồ sơ đi xử lý chậm"),
        ("PAY-010", "Các dòng trùng nhà cung cấp, ngày, số hóa đơn và số tiền"),
    ]


def test_every_question_belongs_to_the_matter_that_speaks_of_it() -> None:
    words = {"TT01": "thời hạn giải quyết", "TT02": "xin lỗi", "TT08": "chuyển"}
    lacking = [
        one.rule
        for one in dossiers.QUESTIONS
        if words[one.rule] not in dossiers.MATTERS[one.matter - 1]
    ]
    assert lacking == []
