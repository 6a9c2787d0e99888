"""Runs of the pack: asked for by a person, run by a job, ended exactly once."""

from inspection.evaluations.requesting import RUN_JOB, request_evaluation
from inspection.evaluations.running import (
    ATTEMPTS_ALLOWED,
    Claim,
    error_of,
    fail,
    fail_if_running,
    finish,
    start,
)

__all__ = [
    "ATTEMPTS_ALLOWED",
    "RUN_JOB",
    "Claim",
    "error_of",
    "fail",
    "fail_if_running",
    "finish",
    "request_evaluation",
    "start",
]
