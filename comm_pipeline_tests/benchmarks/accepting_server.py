"""An SMTP server that does nothing but accept, in a process of its own.

``python -m comm_pipeline_tests.benchmarks.accepting_server`` prints its port and serves until its
standard input ends. It knows what mail programs send, and checks nothing. As mail servers in use
do, it takes several commands at once (PIPELINING).
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import PIPE, Popen
from typing import Final

_END_OF_MAIL: Final = b"\r\n.\r\n"
_GREETING: Final = b"220 ready\r\n"
_OK: Final = b"250 OK\r\n"
_ANSWERS: Final = {
    b"DATA": b"354 go on\r\n",
    b"EHLO": b"250-ready\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
    b"QUIT": b"221 bye\r\n",
}


@contextmanager
def accepting_server() -> Iterator[int]:
    """Yield the port of such a server on loopback."""
    command = [sys.executable, "-m", "comm_pipeline_tests.benchmarks.accepting_server"]
    with Popen(command, stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()


class _Accepting(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._received = b""
        self._is_mail = False
        transport.write(_GREETING)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if answers := b"".join(self._answers()):
            self._transport.write(answers)

    def _answers(self) -> Iterator[bytes]:
        while True:
            part, found, rest = self._received.partition(_END_OF_MAIL if self._is_mail else b"\r\n")
            if not found:
                return
            self._received = rest
            command = b"" if self._is_mail else part[:4].upper()
            self._is_mail = command == b"DATA"
            yield _ANSWERS.get(command, _OK)


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Accepting, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - the parent reads it
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve())
