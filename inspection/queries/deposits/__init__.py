"""What was handed in, as pages and JSON show it."""

from inspection.queries.deposits.items import get_item, item_line
from inspection.queries.deposits.listing import get_deposit, list_deposits
from inspection.queries.deposits.values import (
    DepositPage,
    DestroyedLine,
    ItemLine,
    ItemPage,
    ReadingLine,
)

__all__ = [
    "DepositPage",
    "DestroyedLine",
    "ItemLine",
    "ItemPage",
    "ReadingLine",
    "get_deposit",
    "get_item",
    "item_line",
    "list_deposits",
]
