"""The receipt of a selection: all that is needed to draw it again, and what was drawn.

The same population, request and engine give the same bytes.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from rules.evaluation import ENGINE_VERSION
from rules.sampling.population import DIGEST, NAMED_BY, PLACE
from rules.sampling.sample import BOOK, DRAW, HITS, PART, Part, Sample

RECEIPT_VERSION: Final = 1


def make_receipt(
    sample: Sample,
    *,
    inputs: Sequence[Mapping[str, str | int]],
    pack: Mapping[str, str],
    outputs: Mapping[str, str],
) -> dict[str, Any]:
    """The receipt as plain data: texts, whole numbers, None; amounts are decimal texts.

    Args:
        inputs: What the caller knows of the files the table was read from, their SHA-256 above all.
        pack: What names the contract the table was read under.
        outputs: The files written beside the receipt, with their SHA-256; rows set apart are listed
            there, and counted here.
    """
    request = sample.request
    amount = None if request.amount is None else {"column": request.amount, "scale": sample.scale}
    return {
        "receipt": RECEIPT_VERSION,
        "engine_version": ENGINE_VERSION,
        "pack": dict(pack),
        "inputs": [dict(one) for one in inputs],
        "table": request.table.contract.name,
        "currency": request.table.contract.currency,
        "method": sample.method.value,
        "seed": request.seed,
        "key": list(request.key),
        "unnamed": request.unnamed.value,
        "order": list(request.order),
        "stratum": list(request.stratum),
        "amount": amount,
        "settings": dict(sample.settings),
        "population": {
            "rows": sample.population,
            "amount": _text(sample.amount),
            "named_by": dict(sample.named_by),
        },
        "parts": [_part(part) for part in sample.parts],
        "selected": _lines(sample.rows, request.key),
        "outputs": dict(outputs),
    }


def receipt_bytes(receipt: Mapping[str, Any]) -> bytes:
    """The receipt as JSON in UTF-8; one way of writing only."""
    return (json.dumps(receipt, ensure_ascii=False, indent=2) + "\n").encode()


def _part(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "is_apart": part.is_apart,
        "rows": part.rows,
        "selected": part.selected,
        "hits": part.hits,
        "amount": _text(part.amount),
        "selected_amount": _text(part.selected_amount),
        "without_amount": part.without_amount,
    }


def _lines(rows: pl.DataFrame, key: tuple[str, ...]) -> list[dict[str, Any]]:
    """The rows by place and key, not their other cells: evidence stays where it is kept."""
    keys = pl.lit(None)
    if key:
        keys = pl.concat_list([pl.col(name).cast(pl.String) for name in key])
    book = pl.col(BOOK).cast(pl.String)
    lines = rows.select(DRAW, PART, HITS, book, NAMED_BY, DIGEST, keys.alias("__key"), *PLACE)
    return lines.rename({name: name.lstrip("_") for name in lines.columns}).to_dicts()


def _text(value: object) -> str | None:
    return None if value is None else str(value)
