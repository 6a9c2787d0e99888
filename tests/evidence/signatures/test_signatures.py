"""Signatures are intact, altered or undetermined: one forged file for every way to be wrong."""

import base64
import io

import pytest
from pypdf import PdfReader, PdfWriter

from evidence.apart import ProcessLimits
from evidence.errors import EvidenceError
from evidence.signatures.checking import check_signatures
from evidence.signatures.trust import read_anchors
from evidence.signatures.values import Coverage, Doubt, Integrity
from tests.evidence.screening.documents import letter, pdf
from tests.evidence.signatures.signing import AT, SIGNER, identity, sign_pdf, sign_xml

PDF, XML = "application/pdf", "application/xml"
INVOICE = '<HDon><DLHDon Id="data"><Tien>1000000</Tien></DLHDon></HDon>'


@pytest.fixture(scope="module")
def authority():
    return identity("Tổ chức chứng thực Ví Dụ")


@pytest.fixture(scope="module")
def signer(authority):
    return identity(SIGNER, issuer=authority)


@pytest.fixture
def check(tmp_path, authority):
    """Check a file; trusting the authority unless told otherwise."""

    def check(kind, content, *, anchors=authority):
        (tmp_path / "file").write_bytes(content)
        path = None
        if anchors is not None:
            path = tmp_path / "anchors.pem"
            path.write_bytes(anchors.pem)
        found = check_signatures(
            tmp_path / "file", kind=kind, anchors=path, at=AT, limits=ProcessLimits()
        )
        return [(one.signer, one.coverage, one.verdict, one.doubt) for one in found]

    return check


def test_an_intact_pdf_names_its_signer_and_covers_the_whole(check, signer, tmp_path):
    content = sign_pdf(pdf(letter()), signer, tmp_path)

    assert check(PDF, content) == [(SIGNER, Coverage.WHOLE, Integrity.INTACT, None)]


def test_a_file_without_signature_has_none(check):
    assert check(PDF, pdf(letter())) == []
    assert check(XML, INVOICE.encode()) == []
    assert check("text/plain", b"a") == []


def test_two_signatures_cover_a_revision_and_the_whole(check, signer, tmp_path):
    once = sign_pdf(pdf(letter()), signer, tmp_path, field="một")
    twice = sign_pdf(once, signer, tmp_path, field="hai")

    assert check(PDF, twice) == [
        (SIGNER, Coverage.REVISION, Integrity.INTACT, None),
        (SIGNER, Coverage.WHOLE, Integrity.INTACT, None),
    ]


def test_a_changed_byte_of_a_pdf_is_an_alteration(check, signer, tmp_path):
    content = sign_pdf(pdf(letter()), signer, tmp_path)
    at = content.index(b"/MediaBox")
    forged = content[: at + 1] + b"m" + content[at + 2 :]

    [(_, _, verdict, doubt)] = check(PDF, forged)

    assert (verdict, doubt) == (Integrity.ALTERED, Doubt.DIGEST)


def test_a_page_added_after_signing_is_an_alteration(check, signer, tmp_path):
    content = sign_pdf(pdf(letter()), signer, tmp_path)
    writer = PdfWriter(io.BytesIO(content), incremental=True)
    writer.add_page(PdfReader(io.BytesIO(pdf(letter()))).pages[0])
    out = io.BytesIO()
    writer.write(out)

    [(_, coverage, verdict, doubt)] = check(PDF, out.getvalue())

    assert (coverage, verdict, doubt) == (
        Coverage.REVISION,
        Integrity.ALTERED,
        Doubt.CHANGED_AFTER,
    )


def test_without_an_authority_to_trust_nothing_is_determined(check, signer, tmp_path):
    for kind, content in (
        (PDF, sign_pdf(pdf(letter()), signer, tmp_path)),
        (XML, sign_xml(INVOICE, signer)),
    ):
        assert [one[2:] for one in check(kind, content, anchors=None)] == [
            (Integrity.UNDETERMINED, Doubt.NO_ANCHOR)
        ]


def test_a_signer_of_another_authority_is_not_determined(check, signer, tmp_path):
    other = identity("Tổ chức khác")
    for kind, content in (
        (PDF, sign_pdf(pdf(letter()), signer, tmp_path)),
        (XML, sign_xml(INVOICE, signer)),
    ):
        assert [one[2:] for one in check(kind, content, anchors=other)] == [
            (Integrity.UNDETERMINED, Doubt.UNTRUSTED)
        ]


def test_a_signer_who_borrows_a_name_is_not_determined(check, authority, tmp_path):
    forger = identity(SIGNER, issuer=identity("Tổ chức chứng thực Ví Dụ"))

    assert [one[2:] for one in check(XML, sign_xml(INVOICE, forger), anchors=authority)] == [
        (Integrity.UNDETERMINED, Doubt.UNTRUSTED)
    ]
    assert [one[2:] for one in check(PDF, sign_pdf(pdf(letter()), forger, tmp_path))] == [
        (Integrity.UNDETERMINED, Doubt.UNTRUSTED)
    ]


def test_an_intact_xml_names_its_signer(check, signer):
    assert check(XML, sign_xml(INVOICE, signer)) == [
        (SIGNER, Coverage.WHOLE, Integrity.INTACT, None)
    ]
    assert check(XML, sign_xml(INVOICE, signer, reference="data")) == [
        (SIGNER, Coverage.PART, Integrity.INTACT, None)
    ]


def test_a_changed_amount_in_xml_is_an_alteration(check, signer):
    forged = sign_xml(INVOICE, signer).replace(b"1000000", b"9000000")

    assert [one[2:] for one in check(XML, forged)] == [(Integrity.ALTERED, Doubt.DIGEST)]


def test_signed_data_wrapped_in_others_of_the_same_id_is_a_part(check, signer):
    honest = sign_xml('<HDon Id="data"><Tien>1000000</Tien></HDon>', signer, reference="data")
    signed = honest.partition(b"?>")[2].strip()
    forged = b'<HDon ID="data"><Tien>9000000000</Tien>' + signed + b"</HDon>"

    assert check(XML, honest) == [(SIGNER, Coverage.WHOLE, Integrity.INTACT, None)]
    assert check(XML, forged) == [(SIGNER, Coverage.PART, Integrity.INTACT, None)]


def test_the_text_around_a_signature_is_no_part_of_it(check, signer):
    invoice = '<a:HDon xmlns:a="urn:a" xmlns:b="urn:b"> <a:Tien>1</a:Tien> <!-- x --> </a:HDon>'

    assert check(XML, sign_xml(invoice, signer)) == [
        (SIGNER, Coverage.WHOLE, Integrity.INTACT, None)
    ]


def test_what_the_signature_does_not_cover_is_told_as_part(check, signer):
    forged = sign_xml(INVOICE, signer, reference="data").replace(
        b"</HDon>", b"<Them>9</Them></HDon>"
    )

    assert check(XML, forged) == [(SIGNER, Coverage.PART, Integrity.INTACT, None)]


def test_another_key_under_the_same_certificate_is_an_alteration(check, signer, authority):
    other = identity(SIGNER, issuer=authority)
    content = sign_xml(INVOICE, other)

    def plain(who):
        return b"".join(who.pem.splitlines()[1:-1])

    joined = content.replace(b"\n", b"")
    assert plain(other) in joined
    forged = joined.replace(plain(other), plain(signer))

    assert [one[2:] for one in check(XML, forged)] == [(Integrity.ALTERED, Doubt.DIGEST)]


def test_a_certificate_that_is_none_is_unreadable(check, signer):
    content = sign_xml(INVOICE, signer).replace(b"\n", b"")
    start = content.index(b"X509Certificate>") + len(b"X509Certificate>")
    forged = content[:start] + base64.b64encode(b"none") + content[content.index(b"<", start) :]

    assert check(XML, forged) == [("", Coverage.WHOLE, Integrity.UNDETERMINED, Doubt.UNREADABLE)]


def test_a_check_that_takes_too_long_is_undetermined(signer, tmp_path):
    (tmp_path / "file").write_bytes(sign_xml(INVOICE, signer))

    [found] = check_signatures(
        tmp_path / "file", kind=XML, anchors=None, at=AT, limits=ProcessLimits(seconds=0.01)
    )

    assert (found.verdict, found.doubt) == (Integrity.UNDETERMINED, Doubt.UNREADABLE)


def test_anchors_that_are_none_are_refused(tmp_path):
    (tmp_path / "anchors.pem").write_text("nothing")

    with pytest.raises(EvidenceError, match="trust_anchors"):
        read_anchors(tmp_path / "anchors.pem")
