"""Handing in files from a program: the same API, the same protocol as the browser's."""

from api.sending.files import Described, describe
from api.sending.parts import Outcome, Sender, SendingFailedError
from api.sending.visiting import enter

__all__ = ["Described", "Outcome", "Sender", "SendingFailedError", "describe", "enter"]
