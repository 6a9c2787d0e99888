"""The violations of one evaluation: filtered, paged, summed up and selected."""

from inspection.violations.caching import cached_path, drop_unused, fetch_cached, scan_cached
from inspection.violations.filter import ViolationFilter
from inspection.violations.lines import (
    ViolationRow,
    ViolationSlice,
    get_line,
    iterate_lines,
    read_slice,
)
from inspection.violations.selecting import (
    Selection,
    SelectionSource,
    count_shared,
    select_lines,
)
from inspection.violations.summing import MonthAmount, ReasonCount, list_months, list_reasons

__all__ = [
    "MonthAmount",
    "ReasonCount",
    "Selection",
    "SelectionSource",
    "ViolationFilter",
    "ViolationRow",
    "ViolationSlice",
    "cached_path",
    "count_shared",
    "drop_unused",
    "fetch_cached",
    "get_line",
    "iterate_lines",
    "list_months",
    "list_reasons",
    "read_slice",
    "scan_cached",
    "select_lines",
]
