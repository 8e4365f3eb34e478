"""An SMTP server on the loopback interface that notes what it accepted, and fails when it is told to."""

import asyncio
import random
import threading
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage


class Broken(Exception):
    """The conversation is over before its end."""


@dataclass(frozen=True)
class Mail:
    at: float  # time.monotonic()
    recipient: str
    message: EmailMessage

    @property
    def key(self) -> str:
        """The notification's dedupe key: the same for every copy of it."""
        return str(self.message["X-Portal-Dedupe-Key"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])


class MailSink:
    """Serves in a thread of its own, so that it goes on answering while the test waits for something.

    `mode` says how it meets its clients: accept, refuse (4xx), hang (no answer until they give up), drop (the
    connection ends). A failure comes at a random step of the conversation, at the latest when the mail was handed over.
    """

    def __init__(self, port: int):
        self.mode = "accept"
        self.accepted: list[Mail] = []
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        self._thread.start()
        server = asyncio.start_server(self._session, "127.0.0.1", self._port, limit=2**20)
        asyncio.run_coroutine_threadsafe(server, self._loop).result()

    def about(self, word: str) -> list[Mail]:
        """The accepted mails with `word` in their dedupe key."""
        return [mail for mail in list(self.accepted) if word in mail.key]

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (Broken, ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._may_fail(reader, writer, "421 4.3.2 not now")
        writer.write(b"220 sink ESMTP\r\n")
        recipient = ""
        while line := (await reader.readline()).decode("ascii"):
            verb = line[:4].upper()
            if verb == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
            if verb in ("MAIL", "RCPT"):
                await self._may_fail(reader, writer, "451 4.3.0 try again later")
            elif verb == "DATA":
                writer.write(b"354 go on\r\n")
                text = await reader.readuntil(b"\r\n.\r\n")
                await self._may_fail(reader, writer, "451 4.3.0 try again later", surely=True)
                self._keep(recipient, text)
            writer.write(b"221 2.0.0 bye\r\n" if verb == "QUIT" else b"250 2.0.0 fine\r\n")

    async def _may_fail(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, refusal: str, surely: bool = False
    ) -> None:
        mode = self.mode
        if mode == "accept" or not surely and random.random() < 0.6:
            return
        if mode == "refuse":
            writer.write(refusal.encode() + b"\r\n")
            await writer.drain()
        elif mode == "hang":
            while await reader.read(65536):
                pass
        else:
            writer.transport.abort()
        raise Broken

    def _keep(self, recipient: str, text: bytes) -> None:
        """Noted before it is acknowledged: a client that is gone by then has handed the mail over all the same."""
        whole = text[:-5].replace(b"\r\n..", b"\r\n.")
        message = message_from_bytes(whole, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.accepted.append(Mail(time.monotonic(), recipient, message))
