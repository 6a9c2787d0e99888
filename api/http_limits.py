"""How much a connection may send that is no body: httptools itself sets no limit.

Header lines are kept in memory until the last has come, and anybody may send them.
"""

from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES: Final = 64 << 10
# The marks between the pieces of a body that comes in pieces of some hundred bytes or more.
FRAMING: Final = 8


class LimitedProtocol(HttpToolsProtocol):
    """Closes a connection whose head, or what stands around its body, is too long."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """See `HttpToolsProtocol`."""
        super().__init__(*args, **kwargs)
        self._around = self._body = 0

    def on_message_begin(self) -> None:
        """Begin to count; what else came in the same packet is forgiven."""
        self._around = self._body = 0
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        """Tell the body from the rest."""
        self._around = max(0, self._around - len(body))
        self._body += len(body)
        super().on_body(body)

    def data_received(self, data: bytes) -> None:
        """Count before parsing, so that no single line grows without end."""
        self._around += len(data)
        super().data_received(data)
        if self._around > HEAD_BYTES + self._body // FRAMING and not self.transport.is_closing():
            self.send_400_response("Request header too long.")
