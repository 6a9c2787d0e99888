"""A pack with rules of measures: what the shipped one has not, for tests that need them."""

from rules.pack_loading import pack_files
from tests.inspection.world import PACKS

# Rules of measures beside the shipped ones: digits, strata and fences of the same payments.
MEASURING = """
- code: MES-001
  title: {vi: Chữ số đầu của số tiền, en: First digits of amounts}
  basis: {document: Thông lệ kiểm toán, provision: Luật Benford, confirmed: false}
  class: risk
  table: payments
  unit: table
  on_missing: undetermined
  check: {kind: benford, of: Amount, takes: Amount > 0, test: first, minimum: 2, limit: 0.9}
  message: {vi: "Độ lệch {found}", en: "Deviation {found}"}
  fix: {vi: Xem từng chữ số, en: Look at each digit}
- code: MES-002
  title: {vi: Số tiền theo mức của từng nhà cung cấp, en: Amounts by stratum of each vendor}
  basis: {document: Thông lệ kiểm toán, provision: Phân tầng}
  class: quality
  table: payments
  unit: group
  on_missing: undetermined
  check: {kind: stratify, of: Amount, by: [VendorNum], bounds: [0, 100, 1000]}
  message: {vi: "Tổng {found}", en: "Sum {found}"}
  fix: {vi: Đối chiếu tổng, en: Compare the sum}
- code: MES-003
  title: {vi: Số tiền khác thường, en: Unusual amounts}
  basis: {document: Thông lệ kiểm toán, provision: Hàng rào tứ phân vị}
  class: risk
  table: payments
  unit: row
  on_missing: undetermined
  check: {kind: outliers, of: Amount, method: iqr, minimum: 4}
  message: {vi: "Số tiền {found}", en: "Amount {found}"}
  fix: {vi: Xem chứng từ, en: Look at the voucher}
- code: MES-004
  title: {vi: Số tiền không vượt mức, en: Amount within the limit}
  basis: {document: Quy chế chi tiêu, provision: Điều 5}
  class: violation
  dated_by: Date
  in_force: {from: 2010-01-05}
  table: payments
  unit: row
  on_missing: undetermined
  check: {kind: formula, must: Amount <= most_paid}
  amount: Amount - most_paid
  message: {vi: "Chi {Amount}, mức {most_paid}", en: "{Amount} paid, {most_paid} allowed"}
  fix: {vi: Xem chứng từ, en: Look at the voucher}
""".encode()
LIMITS = """
- name: most_paid
  title: {vi: Mức chi cao nhất, en: Highest payment}
  unit: VND
  values:
    - value: 90
      from: 2010-01-01
      to: 2010-12-31
      basis: {document: Quy chế chi tiêu, provision: Điều 5}
""".encode()


def measuring_pack() -> dict[str, bytes]:
    """The shipped pack of payments with rules of measures, and one with a dated limit."""
    files = pack_files(PACKS / "payments")
    return {
        **files,
        "rules/measures.yaml": MEASURING,
        "parameters.yaml": files["parameters.yaml"] + LIMITS,
    }
