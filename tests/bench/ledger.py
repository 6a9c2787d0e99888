"""A made-up ledger of payments with planted violations, as large as one asks, and its masters.

One seed and one number of rows give the same rows on any number of threads: chance is a mix of the
seed, the row and the name of what is drawn, so a part can be made without those before it.  It is
written part by part, in little memory.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import polars as pl

from tests.bench.checks import GIVEN_NAMES, SURNAMES

PART_ROWS = 1_000_000
GROUP_ROWS = 250_000
SUPPLIERS = 20_000
ORGS = 500
MONEY = pl.Decimal(18, 2)
SUMS = pl.Decimal(38, 2)
PURPOSES = (
    "Mua văn phòng phẩm",
    "Thanh toán dịch vụ",
    "Sửa chữa thiết bị",
    "Tạm ứng công tác phí",
    "Chi khác",
)
ORDER = (
    *("txn_id", "org_id", "supplier_id", "invoice_no"),
    *("invoice_date", "posting_date", "due_date", "pay_date"),
    *("quantity", "unit_price", "amount", "vat_rate", "vat_amount", "total"),
    *("currency", "status", "tax_code", "account", "approver", "description"),
)
SEED = 7
FIRST_DAY, LAST_DAY = 18_993, 20_400  # days since 1970: from 2022-01-01 to 2025-11-08
MASK = (1 << 64) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """Draws for each row of a frame that has its place in `row`."""

    seed: int

    def bits(self, what: str) -> pl.Expr:
        """64 even bits: the finishing steps of SplitMix64 over the row and what is drawn.

        Source: Steele, Lea, Flood, *Fast Splittable Pseudorandom Number Generators*, OOPSLA 2014.
        """
        start = int.from_bytes(sha256(f"{self.seed} {what}".encode()).digest()[:8])
        mixed = pl.col("row").cast(pl.UInt64) * _lit(0x9E3779B97F4A7C15) + _lit(start)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed = (mixed ^ (mixed // _lit(1 << shift))) * _lit(factor)
        return mixed ^ (mixed // _lit(1 << 31))

    def even(self, what: str) -> pl.Expr:
        """An even number from 0 to below 1."""
        return (self.bits(what) // _lit(1 << 11)).cast(pl.Float64) / float(1 << 53)

    def rare(self, what: str, rate: float) -> pl.Expr:
        return self.even(what) < rate

    def whole(self, what: str, low: int, high: int) -> pl.Expr:
        """A whole number from `low` to below `high`."""
        return (self.bits(what) % _lit(high - low)).cast(pl.Int64) + low

    def pick(self, what: str, shares: dict[str, float] | dict[int, float]) -> pl.Expr:
        """One of some values, each with its share."""
        drawn, total = self.even(what), 0.0
        *firsts, (last, _) = shares.items()
        chosen: pl.Expr = pl.lit(last)
        limits = []
        for value, share in firsts:
            total += share
            limits.append((value, total))
        for value, limit in reversed(limits):
            chosen = pl.when(drawn < limit).then(pl.lit(value)).otherwise(chosen)
        return chosen

    def name(self, what: str, names: Sequence[str]) -> pl.Expr:
        return pl.lit(pl.Series(names)).gather(self.whole(what, 0, len(names)))

    def bell(self, what: str) -> pl.Expr:
        """A normal number: Box and Muller."""
        radius = ((1 - self.even(f"{what} a")).log() * -2).sqrt()
        return radius * (self.even(f"{what} b") * 6.283185307179586).cos()


def _lit(number: int) -> pl.Expr:
    return pl.lit(number & MASK, dtype=pl.UInt64)


def _plus(value: pl.Expr, where: pl.Expr, amount: int | pl.Expr) -> pl.Expr:
    return value + pl.when(where).then(amount).otherwise(0)


def part(seed: int, start: int, rows: int) -> pl.DataFrame:
    """Rows of the ledger from place `start` on: the twenty columns of its contract."""
    chance = Chance(seed=seed)
    frame = pl.DataFrame({"row": pl.int_range(start, start + rows, dtype=pl.Int64, eager=True)})
    for step in (_days(chance), _late(chance), _amounts(chance), _taxes(chance)):
        frame = frame.with_columns(**step)
    return frame.select(**_texts(chance), **_numbers(chance)).select(ORDER)


def _days(chance: Chance) -> dict[str, pl.Expr]:
    invoice = chance.whole("invoice", FIRST_DAY, LAST_DAY)
    posting = invoice + chance.whole("posting", 0, 10)
    is_weekend = (posting + 3) % 7 >= 5  # 1970-01-01 was a Thursday
    posting = _plus(posting, is_weekend & ~chance.rare("weekend", 0.02), 2)
    again = chance.rare("again", 2e-5) & (pl.col("row") % PART_ROWS > 0)
    return {
        "txn": pl.col("row") - again.cast(pl.Int64),
        "invoice": invoice,
        "posting": _plus(posting, chance.rare("posted early", 5e-4), -30),
        "due": _plus(invoice + 30, chance.rare("due early", 2e-4), -60),
        "status": chance.pick("status", {"DRAFT": 0.05, "OPEN": 0.25, "PAID": 0.69, "VOID": 0.01}),
        "year": chance.whole("year", 2022, 2026),
    }


def _late(chance: Chance) -> dict[str, pl.Expr]:
    price = ((chance.bell("price") * 1.6 + 9.0).exp() * 100).round().cast(pl.Int64)
    quantity = pl.when(chance.rare("no quantity", 3e-4)).then(0)
    return {
        "pay": pl.col("posting") + chance.whole("pay", 0, 45),
        "price": price,  # in hundredths, as all amounts here
        "quantity": quantity.otherwise(chance.whole("quantity", 1, 200)),
        "rate": pl.when(chance.rare("odd rate", 1e-4))
        .then(7)
        .otherwise(chance.pick("rate", {0: 0.1, 5: 0.1, 8: 0.3, 10: 0.5})),
    }


def _amounts(chance: Chance) -> dict[str, pl.Expr]:
    amount = _plus(pl.col("quantity") * pl.col("price"), chance.rare("wrong amount", 4e-4), 10_000)
    million = 100_000_000
    rounded = (amount // million + 1) * million
    return {"amount": pl.when(chance.rare("round", 0.003)).then(rounded).otherwise(amount)}


def _taxes(chance: Chance) -> dict[str, pl.Expr]:
    vat = (pl.col("amount") * pl.col("rate") + 50) // 100
    vat = _plus(vat, chance.rare("wrong tax", 3e-4), 200)
    return {
        "vat": vat,
        "total": _plus(pl.col("amount") + vat, chance.rare("wrong total", 2e-4), -100),
    }


def _numbers(chance: Chance) -> dict[str, pl.Expr]:
    supplier = chance.whole("supplier", 1, SUPPLIERS + 1)
    paid = (pl.col("status") == "PAID") ^ chance.rare("pay day", 5e-4)
    return {
        "txn_id": pl.col("txn"),
        "org_id": chance.whole("org", 1, ORGS + 1).cast(pl.Int32),
        "supplier_id": _plus(supplier, chance.rare("unknown", 2e-4), SUPPLIERS).cast(pl.Int32),
        "invoice_date": _day("invoice"),
        "posting_date": _day("posting"),
        "due_date": _day("due"),
        "pay_date": pl.when(paid).then(_day("pay")),
        "quantity": pl.col("quantity").cast(pl.Int32),
        "unit_price": _money("price"),
        "amount": pl.when(~chance.rare("no amount", 1e-4)).then(_money("amount")),
        "vat_rate": pl.col("rate").cast(pl.Int8),
        "vat_amount": _money("vat"),
        "total": _money("total"),
    }


def _texts(chance: Chance) -> dict[str, pl.Expr]:
    serial = pl.col("txn").cast(pl.String).str.zfill(10)
    invoice = pl.when(chance.rare("odd invoice", 5e-4)).then(pl.format("HD{}", serial))
    tax = chance.whole("tax", 10**9, 10**10).cast(pl.String)
    branch = pl.when(chance.rare("branch", 0.1)).then(pl.format("{}-001", tax)).otherwise(tax)
    code = pl.when(chance.rare("odd tax", 5e-4)).then(pl.format("{}X", tax)).otherwise(branch)
    shares = {"KT": 0.2, "HC": 0.2, "KD": 0.3, "SX": 0.2, "IT": 0.0998, "??": 0.0002}
    names = chance.name("surname", SURNAMES), chance.name("given", GIVEN_NAMES)
    purpose = chance.name("purpose", PURPOSES), chance.pick("department", shares), pl.col("year")
    texts = {
        "invoice_no": (invoice.otherwise(pl.format("INV-{}-{}", pl.col("year"), serial)), 0.0),
        "currency": (
            chance.pick("currency", {"VND": 0.95, "USD": 0.03, "EUR": 0.0195, "vnd": 0.0005}),
            0.0,
        ),
        "status": (pl.col("status"), 0.0),
        "tax_code": (code, 1e-3),
        "account": (chance.whole("account", 10**12, 10**13).cast(pl.String), 2e-4),
        "approver": (pl.format("{} {}", *names), 1e-3),
        "description": (pl.format("{} {} {}", *purpose), 2e-3),
    }
    return {
        name: pl.when(~chance.rare(f"no {name}", blanks)).then(text) if blanks else text
        for name, (text, blanks) in texts.items()
    }


def _day(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Int32).cast(pl.Date)


def _money(name: str) -> pl.Expr:
    return (pl.col(name).cast(SUMS) / 100).cast(MONEY)


def make(folder: Path, rows: int, *, seed: int = SEED) -> Path:
    """Write the ledger, `suppliers.parquet` and `control.parquet` once, and give their folder."""
    home = folder / f"ledger-{rows}-{seed}"
    if (home / "done").exists():
        return home
    home.mkdir(parents=True, exist_ok=True)
    parts = home / "parts"
    parts.mkdir(exist_ok=True)
    sums = list(_write_parts(parts, rows, seed))
    pl.scan_parquet(sorted(parts.iterdir())).sink_parquet(
        home / "ledger.parquet", row_group_size=GROUP_ROWS, maintain_order=True
    )
    for one in parts.iterdir():
        one.unlink()
    parts.rmdir()
    _write_masters(home, pl.concat(sums))
    (home / "done").touch()
    return home


def _write_parts(parts: Path, rows: int, seed: int) -> Iterator[pl.DataFrame]:
    """Write the parts of the ledger; the sums of each by organization."""
    for start in range(0, rows, PART_ROWS):
        some = part(seed, start, min(PART_ROWS, rows - start))
        some.write_parquet(parts / f"{start:012d}.parquet", row_group_size=GROUP_ROWS)
        yield some.group_by("org_id").agg(pl.col("total").cast(SUMS).sum())


def _write_masters(home: Path, sums: pl.DataFrame) -> None:
    """Control totals, right for all but five organizations, and the suppliers that are known."""
    wrong = pl.when(pl.col("org_id") % 100 == 0).then(5).otherwise(0).cast(SUMS)
    control = sums.group_by("org_id").agg(pl.col("total").sum()).sort("org_id")
    total = (pl.col("total") + wrong).cast(MONEY)
    control.select("org_id", control_total=total).write_parquet(home / "control.parquet")
    numbers = pl.int_range(1, SUPPLIERS + 1, dtype=pl.Int32, eager=True)
    suppliers = pl.DataFrame({"supplier_id": numbers})
    suppliers.with_columns(name=pl.format("Nhà cung cấp {}", "supplier_id")).write_parquet(
        home / "suppliers.parquet"
    )
