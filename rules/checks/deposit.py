"""Rows of a ledger against deposited files, by name and digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.counterparts import Side, apart, not_applicable_if, of, together
from rules.checks.grouping import (
    COUNT,
    FOUND,
    INCOMPLETE,
    REASON,
    ROWS,
    STANDING,
    UNSURE,
    VERDICT,
)
from rules.checks.reason import Reason, bad
from rules.checks.sets import SetCheck
from rules.checks.standing import OUT, Standing
from rules.formula import Reads
from rules.rule import Unit, Verdict
from rules.table import FILE, OWN, ROW, SHEET

_DIGEST: Final = "__digest"  # String: 64 lower-case hex digits, null where it is not known
_WHY: Final = "__why"  # String: why the digest is not known
_FILES: Final = "__files"  # Int64: deposited files of the name
_OPEN: Final = "__open"  # String: why the digest of one of them is not known
_EQUAL: Final = "__equal"  # Boolean: one of them has the digest
_DOUBT: Final = "__doubt"  # String: why the row cannot be told
_DEPOSIT: Final = "deposit"
_SHA256: Final = "^[0-9a-f]{64}$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A column of digests."""

    text: pl.Expr
    reads: Reads

    def beside(self) -> list[pl.Expr]:
        """The digest, and why it is not known."""
        plain = self.text.str.strip_chars().str.to_lowercase()
        blank = plain.is_null() | (plain == "")
        whole = plain.str.contains(_SHA256)
        why = (
            pl.when(bad(self.reads))
            .then(pl.lit(Reason.UNREADABLE.value))
            .when(blank)
            .then(pl.lit(Reason.MISSING.value))
            .when(~whole)
            .then(pl.lit(Reason.UNREADABLE.value))
        )
        return [pl.when(why.is_null()).then(plain).alias(_DIGEST), why.alias(_WHY)]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsCheck(SetCheck):
    """The compiled check; `digests` are of the rows and of the files, or None."""

    ours: Side
    files: Side
    digests: tuple[Digest, Digest] | None
    shared: bool
    unreferenced: bool
    unit: Unit
    on_missing: Verdict

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        mine, theirs = self._digests()
        ours = self.ours.rows(frames, standing.expr, *mine)
        files = self.files.others(frames, *theirs)
        rows = self._compared(ours, files)
        if self.unit is Unit.ROW:
            return self._rows(rows)
        loose = self._rows(rows.filter(pl.col(INCOMPLETE).is_not_null()))
        return pl.concat([self._groups(rows, files), loose, apart(files)], how="diagonal")

    def _digests(self) -> tuple[list[pl.Expr], list[pl.Expr]]:
        if self.digests is None:
            nothing = pl.lit(None, dtype=pl.String)
            unknown = [nothing.alias(_DIGEST), nothing.alias(_WHY)]
            return unknown, unknown
        mine, theirs = self.digests
        return mine.beside(), theirs.beside()

    def _compared(self, ours: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
        """The rows with COUNT, FOUND (what is wrong) and _DOUBT."""
        names = grouping.key_names(self.ours.key)
        known = files.filter(pl.col(INCOMPLETE).is_null())
        by_name = known.group_by(names).agg(
            pl.len().cast(pl.Int64).alias(_FILES), pl.col(_WHY).min().alias(_OPEN)
        )
        pairs = known.select(*names, _DIGEST).drop_nulls().unique()
        applying = pl.col(STANDING).is_null() & pl.col(INCOMPLETE).is_null()
        uses = ours.filter(applying).group_by(names).agg(pl.len().cast(pl.Int64).alias(COUNT))
        rows = (
            ours.join(by_name, on=names, how="left", maintain_order="left")
            .join(
                pairs.with_columns(pl.lit(True).alias(_EQUAL)),
                on=[*names, _DIGEST], how="left", maintain_order="left",
            )
            .join(uses, on=names, how="left", maintain_order="left")
        )  # fmt: skip
        missing = pl.col(_FILES).is_null()
        asked = pl.lit(self.digests is not None) & ~missing & pl.col(_EQUAL).is_null()
        differs = asked & pl.col(_WHY).is_null() & pl.col(_OPEN).is_null()
        doubt = pl.when(asked).then(pl.coalesce(_WHY, _OPEN))
        wrong = {
            "missing": missing,
            "digest": differs,
            "shared": pl.lit(self.shared) & (pl.col(COUNT) > 1),
        }
        named = [pl.when(one).then(pl.lit(name)) for name, one in wrong.items()]
        some = pl.any_horizontal(one.fill_null(False) for one in wrong.values())
        listed = pl.concat_str(*named, separator=", ", ignore_nulls=True)
        return rows.with_columns(
            pl.when(applying & some).then(listed).alias(FOUND),
            pl.when(applying).then(doubt).alias(_DOUBT),
            pl.when(applying).then(COUNT).alias(COUNT),
        )

    def _rows(self, rows: pl.DataFrame) -> pl.DataFrame:
        standing, wrong = pl.col(STANDING), pl.col(FOUND).is_not_null()
        blank = (pl.col(INCOMPLETE) == Reason.KEY.value).fill_null(False)
        # A digest the row does not give is its missing data; what a file does not tell is not.
        blank = blank | ((pl.col(_WHY) == Reason.MISSING.value) & pl.col(_DOUBT).is_not_null())
        why = pl.coalesce(standing, INCOMPLETE, pl.when(~wrong).then(_DOUBT))
        verdict = not_applicable_if(
            (standing == OUT).fill_null(False),
            pl.when(standing.is_null() & ~wrong & blank.fill_null(False))
            .then(pl.lit(self.on_missing.value))
            .otherwise(grouping.undetermined_if(why.is_not_null(), grouping.violated_if(wrong))),
        )
        return rows.with_columns(
            verdict.alias(VERDICT),
            why.alias(REASON),
            pl.lit(1, dtype=pl.Int64).alias(ROWS),
            pl.when(pl.col(COUNT) > 1).then(grouping.label(self.ours.key)).alias(grouping.GROUP),
        )

    def _groups(self, rows: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
        names = grouping.key_names(self.ours.key)
        judged = self._rows(rows)
        ends = {verdict: pl.col(VERDICT) == verdict.value for verdict in Verdict}
        groups = together(
            grouping.grouped(
                judged.drop(ROWS, REASON),
                self.ours.key,
                ends[Verdict.VIOLATED].any().alias("__violated"),
                ends[Verdict.UNDETERMINED].any().alias("__undetermined"),
                (ends[Verdict.NOT_APPLICABLE].all()).alias("__out"),
                pl.col(FOUND).drop_nulls().unique().sort().str.join(", ").alias("__wrong"),
                pl.col(COUNT).max().alias("__uses"),
                pl.coalesce(_DOUBT, STANDING).filter(ends[Verdict.UNDETERMINED])
                .drop_nulls().min().alias("__reason"),
            ).drop(COUNT, FOUND, VERDICT),
            {
                _DEPOSIT: grouping.grouped(files, self.files.key).select(
                    *names, FILE, SHEET, ROW, OWN, ROWS
                )
            },
            names,
        )  # fmt: skip
        nobody = pl.col(of("own", ROWS)).is_null()
        unused = pl.lit(self.unreferenced) & nobody
        verdict = not_applicable_if(
            (nobody & ~pl.lit(self.unreferenced)) | pl.col("__out").fill_null(False),
            pl.when(pl.col("__violated").fill_null(False) | unused)
            .then(grouping.violated_if(pl.lit(True)))
            .otherwise(
                grouping.undetermined_if(
                    pl.col("__undetermined").fill_null(False), grouping.violated_if(pl.lit(False))
                )
            ),
        )
        found = pl.when(unused).then(pl.lit("unreferenced")).otherwise("__wrong")
        return groups.with_columns(
            verdict.alias(VERDICT),
            pl.coalesce(UNSURE, "__reason").alias(REASON),
            pl.when(found != "").then(found).alias(FOUND),
            pl.coalesce("__uses", pl.lit(0)).alias(COUNT),
            grouping.parts(self.ours.key),
        )
