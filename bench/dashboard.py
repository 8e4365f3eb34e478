"""Benchmark `dashboard`: the page that the portal opens with, in one call to PostgREST against the reads it replaces.

`one read for each figure` is how an application begins; `as few reads as can be` takes two figures from one answer where
that is possible; `the same at once` sends those without waiting for one another, each on a connection of its own.
"""

import json
import socket
import statistics
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

from stack import services
from stack.layout import Stack
from stack.say import Problem

from .arms import ROUNDS, SECONDS, Series
from .requests import CLAIMS, HEADERS, bench_id

CALL, EACH, FEW, AT_ONCE = "dashboard", "one read for each figure", "as few reads as can be", "the same at once"

APPOINTMENT = (
    "id,reference,status,service_type,service_name,location_id,location_label,timezone,window_start,window_end,eta,"
    "technician_id,technician_name,technician_avatar"
)
TALK = "id,context_type,status,related_work_order_id,escalated_to_thread_id,started_at,ended_at,portal_ai_messages(content)"
# Of each conversation how it begins.
FIRST = "portal_ai_messages.role=eq.user&portal_ai_messages.order=created_at&portal_ai_messages.limit=1"


@dataclass(frozen=True)
class Answer:
    rows: Any  # or the one document that a function answers
    total: int  # of all rows, where it was asked for


class Connection:
    """One connection of a browser, kept open; reads just what PostgREST answers, so that the client costs little."""

    def __init__(self, port: int, token: str):
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")
        self._headers = HEADERS | {"authorization": f"Bearer {token}", "accept-encoding": "identity"}

    def prepare(self, path: str, *, count: bool = False, schema: str = "portal") -> bytes:
        headers = self._headers | {"accept-profile": schema} | ({"prefer": "count=exact"} if count else {})
        lines = [f"GET /{path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode()

    def send(self, request: bytes) -> None:
        self._socket.sendall(request)

    def receive(self) -> Answer:
        status = self._file.readline()
        headers = dict(line.decode().lower().rstrip().split(": ", 1) for line in iter(self._file.readline, b"\r\n"))
        body = self._body(headers)
        if b" 200 " not in status and b" 206 " not in status:
            raise Problem(f"PostgREST refused a read: {status.decode()}{body.decode()}")
        total = headers.get("content-range", "").rpartition("/")[2]
        return Answer(json.loads(body), int(total) if total.isdigit() else -1)

    def _body(self, headers: dict[str, str]) -> bytes:
        if "content-length" in headers:
            return self._file.read(int(headers["content-length"]))
        parts = []
        while size := int(self._file.readline(), 16):
            parts.append(self._file.read(size))
            self._file.readline()
        self._file.readline()
        return b"".join(parts)

    def ask(self, request: bytes) -> Answer:
        self.send(request)
        return self.receive()


class Page:
    """The page of one customer of load.sql and portal.sql, fetched in each of the ways."""

    def __init__(self, stack: Stack, number: int):
        claims = CLAIMS | {"sub": bench_id(5, number), "exp": int(time.time()) + 3600}
        token = services.token(stack.secrets["SUPABASE_JWT_SECRET"], claims)
        self._connections = [Connection(stack.port("postgrest"), token) for _ in range(5)]
        self._one = self._connections[0]
        now = datetime.now(timezone.utc).replace(microsecond=0)
        recent = quote((now - timedelta(days=7)).isoformat())
        planned = f"and(status.eq.scheduled,window_end.gt.{quote(now.isoformat())})"
        ahead = f"or=({planned},status.in.(en_route,on_site))&window_start=gt.{recent}"
        following = f"appointments?select={APPOINTMENT}&{ahead}&order=window_start,id&limit=1"
        read = self._one.prepare
        self._call = read("rpc/dashboard")
        self._bills = read("invoices?select=balance_cents,currency&status=in.(open,overdue)&balance_cents=gt.0")
        mine = f"portal_account_id=eq.{bench_id(7, number)}"
        talks = f"portal_ai_conversations?select={TALK}&{mine}&{FIRST}&order=started_at.desc,id&limit=3"
        self._talks = read(talks, schema="public")
        self._waiting = read("booking_requests?select=id&status=in.(submitted,under_review,approved)&limit=0", count=True)
        self._next, self._next_and_count = read(following), read(following, count=True)
        # By GET and without rows: PostgREST ends the connection after a HEAD.
        self._ahead = read(f"appointments?select=id&{ahead}&limit=0", count=True)
        self._open = read("threads?select=id&status=neq.closed&limit=0", count=True)
        self._unread = read("threads?select=unread_count&unread_count=gt.0")
        self._threads = read("threads?select=status,unread_count")

    def ways(self) -> dict:
        return {CALL: self.call, EACH: self.each, FEW: self.few, AT_ONCE: self.at_once}

    def call(self) -> dict:
        page = self._one.ask(self._call).rows
        return _figures(
            page["next_appointment"], page["upcoming_count"], page["open_threads"], page["unread_messages"],
            page["outstanding_invoices"]["count"], page["outstanding_invoices"]["total_cents"],
            page["recent_ai_conversations"], page["pending_requests"],
        )  # fmt: skip

    def each(self) -> dict:
        reads = (self._next, self._ahead, self._open, self._unread, self._bills, self._talks, self._waiting)
        following, ahead, open_, unread, bills, talks, waiting = [self._one.ask(request) for request in reads]
        return _figures(
            following.rows[0], ahead.total, open_.total, _sum(unread, "unread_count"),
            len(bills.rows), _sum(bills, "balance_cents"), talks.rows, waiting.total,
        )  # fmt: skip

    def few(self) -> dict:
        return self._read_few(*(self._one.ask(request) for request in self._few_requests()))

    def at_once(self) -> dict:
        for connection, request in zip(self._connections, self._few_requests(), strict=True):
            connection.send(request)
        return self._read_few(*(connection.receive() for connection in self._connections))

    def _few_requests(self) -> tuple[bytes, ...]:
        return self._next_and_count, self._threads, self._bills, self._talks, self._waiting

    def _read_few(self, ahead: Answer, threads: Answer, bills: Answer, talks: Answer, waiting: Answer) -> dict:
        still_open = sum(thread["status"] != "closed" for thread in threads.rows)
        return _figures(
            ahead.rows[0], ahead.total, still_open, _sum(threads, "unread_count"),
            len(bills.rows), _sum(bills, "balance_cents"), talks.rows, waiting.total,
        )  # fmt: skip


def _sum(answer: Answer, column: str) -> int:
    return sum(row[column] for row in answer.rows)


def _figures(following, ahead, still_open, unread, bills, to_pay, talks, waiting) -> dict:
    return {
        "next": following["id"], "ahead": ahead, "open": still_open, "unread": unread, "bills": bills, "to pay": to_pay,
        "talks": [talk["id"] for talk in talks], "waiting": waiting,
    }  # fmt: skip


def check(stack: Stack) -> None:
    """Every way must show the same page, and one with something on it."""
    pages = {name: way() for name, way in Page(stack, 7).ways().items()}
    if any(page != pages[CALL] for page in pages.values()) or not all(pages[CALL].values()):
        raise Problem(f"the ways to the dashboard show different pages:\n{pages}")


def measure(stack: Stack) -> Series:
    """Microseconds of a whole page, by way."""
    series = Series()
    for number in range(ROUNDS):
        ways = list(Page(stack, 1 + number * 61 % 1000).ways().items())
        for name, way in ways[number % len(ways) :] + ways[: number % len(ways)]:
            times = list(_times(way))
            series.medians.setdefault(name, []).append(statistics.median(times))
            series.transactions[name] = series.transactions.get(name, 0) + len(times)
    return series


def _times(way):
    end = time.perf_counter() + SECONDS
    while (began := time.perf_counter()) < end:
        way()
        yield (time.perf_counter() - began) * 1e6
