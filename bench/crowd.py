"""Benchmark `crowd`: two hundred customers use the portal at once; how much longer than alone each of its reads takes.

Every visitor has a token and a kept-open connection of their own to the address that browsers use (nginx before PostgREST),
and holds a stream of events open. They open one page after another at times drawn beforehand, on average every 5 s, and each
page sends what the portal really asks for it (visitors.py), one read after the other. TPC-W lets its visitors read for 7 s;
shorter times follow, to see where it tips over.

A read's time runs from when it was due: the first of a page at the moment drawn for the page, even where the visitor still
waits for the page before; the next when the one before it was answered. Times that were drawn do not wait for a slow server,
so what it is slow with is not left out.

The yardstick is one visitor without pause while the others are silent, which keeps everything warm: with pauses it would be
slower. Each round begins with another arm and has another visitor alone.
"""

import asyncio
import gc
import json
import os
import random
import statistics
import time
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

from stack.layout import Stack
from stack.say import Problem, line

from . import programs, report
from .arms import Series
from .visitors import NAMES, PAGES, Question, Visitor, wrong

VISITORS = 200
ROUNDS = int(os.environ.get("CROWD_ROUNDS", "3"))
ALONE, ALONE_MEDIAN = "alone", "alone, median"
ALONE_SECONDS, WARM_UP_SECONDS = 10, 15
# Seconds between two pages of a visitor, and for how many all of them read. The mark is for the first.
THINK = {5.0: 60, 2.5: 20, 1.25: 20, 1.0: 20}
SUBJECT, *SHORTER = THINK
# What nobody asks of the gateway here would only compete with what is measured.
GATEWAY = {"PORTAL_EMBEDDING_MODEL_DIRS": ""}
clock = time.perf_counter


def arm(think: float) -> str:
    return f"{think:g} s"


class Connection(asyncio.Protocol):
    """Answers come one after another, each to the last request."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._waiting: asyncio.Future[tuple[int, bytes]] | None = None
        self.is_open = False

    def ask(self, request: bytes) -> asyncio.Future[tuple[int, bytes]]:
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._waiting

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self.is_open = transport, True

    def data_received(self, data: bytes) -> None:
        self._received += data
        if answer := whole(self._received):
            self.is_open = b"\r\nConnection: close\r\n" not in self._received
            self._received.clear()
            self._answer(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        self._answer((0, b"the connection broke off"))

    def _answer(self, answer: tuple[int, bytes]) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(answer)


class Browser:
    """A visitor's: has one connection, and another where the server said that it ends it (nginx does so after 1,000 requests)."""

    def __init__(self, port: int):
        self._port, self._connection = port, Connection()

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        if not self._connection.is_open:
            _, self._connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", self._port)
        return await self._connection.ask(request)


class Stream(asyncio.Protocol):
    """A visitor's stream of events, which nobody here reads."""

    def __init__(self, request: bytes):
        self._request, self.status = request, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self.status = self.status or int(data[9:12])

    def connection_lost(self, exc: Exception | None) -> None:
        self.status = -1


def whole(received: bytearray) -> tuple[int, bytes] | None:
    """Status and body, as soon as all of an answer has come."""
    head, end, rest = bytes(received).partition(b"\r\n\r\n")
    if not end:
        return None
    status, fields = int(head[9:12]), head.lower()
    if b"transfer-encoding: chunked" in fields:
        return (status, _unchunked(rest)) if rest.endswith(b"0\r\n\r\n") else None
    length = int(fields.partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return (status, rest) if len(rest) == length else None


def _unchunked(rest: bytes) -> bytes:
    body = b""
    while True:
        size, _, rest = rest.partition(b"\r\n")
        if not (length := int(size, 16)):
            return body
        body, rest = body + rest[:length], rest[length + 2 :]


@dataclass
class Phase:
    """What was measured while some visitors read."""

    times: dict[str, list[float]] = field(default_factory=dict)  # microseconds, by read
    pages: int = 0
    errors: list[str] = field(default_factory=list)

    def note(self, question: Question, status: int, body: bytes, seconds: float) -> None:
        self.times.setdefault(question.read.name, []).append(seconds * 1e6)
        # Nobody writes: an answer that is not the same as before may only differ by what the clock changes.
        if status != 200 or body != question.answer:
            if problem := wrong(question, status, body):
                self.errors.append(problem)


@dataclass
class Guest:
    """A visitor at a browser."""

    visitor: Visitor
    browser: Browser
    place: int  # of the next page

    async def read(self, openings: Iterator[float], phase: Phase) -> None:
        """Opens a page whenever it is time; openings that have passed meanwhile are made up for."""
        for due in openings:
            if (wait := due - clock()) > 0:
                await asyncio.sleep(wait)
            for question in self.visitor.pages[self.place % len(self.visitor.pages)]:
                status, body = await self.browser.ask(question.request)
                phase.note(question, status, body, -due + (due := clock()))
            self.place += 1
            phase.pages += 1


def without_pause(seconds: float) -> Iterator[float]:
    end = clock() + seconds
    while (now := clock()) < end:
        yield now


def at_times(think: float, begin: float, seconds: float, chance: random.Random) -> Iterator[float]:
    """Exponential times between openings, whatever the answers take."""
    due = begin + chance.expovariate(1 / think)
    while due < begin + seconds:
        yield due
        due += chance.expovariate(1 / think)


@dataclass
class Figures:
    series: dict[str, Series] = field(default_factory=dict)  # 95th percentiles in microseconds, by read
    pages: dict[str, int] = field(default_factory=dict)  # by arm, as the next two
    calls: dict[str, int] = field(default_factory=dict)
    shares: dict[str, list[dict[str, float]]] = field(default_factory=dict)  # of all processors in each round, by program
    errors: list[str] = field(default_factory=list)

    def add(self, name: str, phase: Phase, shares: dict[str, float]) -> None:
        for read, times in phase.times.items():
            series = self.series.setdefault(read, Series())
            series.medians.setdefault(name, []).append(statistics.quantiles(times, n=20)[-1])
            series.transactions[name] = series.transactions.get(name, 0) + len(times)
            if name == ALONE:
                series.medians.setdefault(ALONE_MEDIAN, []).append(statistics.median(times))
        self.pages[name] = self.pages.get(name, 0) + phase.pages
        self.calls[name] = self.calls.get(name, 0) + sum(map(len, phase.times.values()))
        self.shares.setdefault(name, []).append(shares)
        self.errors += phase.errors

    def share(self, name: str, program: str) -> str:
        each = [round_[program] for round_ in self.shares[name]]
        return f"{statistics.mean(each):.0%}"


def measure(stack: Stack) -> Figures:
    with ExitStack() as running:
        pids = {name: running.enter_context(programs.running(stack, name, **env)) for name, env in
                (("postgrest", {}), ("gateway", GATEWAY), ("nginx", {}))}  # fmt: skip
        return asyncio.run(_Measurement(stack, pids | {"postgres": programs.recorded(stack, "postgres")}).all())


class _Measurement:
    def __init__(self, stack: Stack, pids: dict[str, int]):
        self._stack, self._pids, self._figures = stack, pids, Figures()
        chance = random.Random(7)
        visitors = [Visitor(stack, number) for number in range(1, VISITORS + 1)]
        self._guests = [Guest(visitor, Browser(stack.port("web")), chance.randrange(len(PAGES))) for visitor in visitors]
        self._chances = [random.Random(number) for number in range(VISITORS)]

    async def all(self) -> Figures:
        streams = await self._open_streams()
        await self._know_the_answers()
        gc.freeze()  # what is known by now need not be looked through while something is measured
        await self._crowd(SUBJECT, WARM_UP_SECONDS)
        for number in range(ROUNDS):
            turns = {ALONE: self._alone(self._guests[number * 61 % VISITORS])}
            turns |= {arm(think): self._crowd(think, seconds) for think, seconds in THINK.items()}
            names = list(turns)
            for name in names[number % len(names) :] + names[: number % len(names)]:
                await self._timed(name, turns[name])
        broken = sum(stream.status != 200 for stream in streams)
        if broken:
            raise Problem(f"{broken} streams of events were refused or broke off; see {self._stack.path('log')}")
        return self._figures

    async def _open_streams(self) -> list[Stream]:
        loop, port = asyncio.get_running_loop(), self._stack.port("web")
        streams = []
        for guest in self._guests:
            _, stream = await loop.create_connection(lambda events=guest.visitor.events: Stream(events), "127.0.0.1", port)
            streams.append(stream)
        return streams

    async def _know_the_answers(self) -> None:
        """Everybody asks everything once, alone, and each row is looked at."""
        for guest in self._guests:
            for question in guest.visitor.questions:
                status, question.answer = await guest.browser.ask(question.request)
                if problem := wrong(question, status, question.answer):
                    raise Problem(f"alone already, {problem}")

    async def _alone(self, guest: Guest) -> Phase:
        await guest.read(without_pause(ALONE_SECONDS), phase := Phase())
        return phase

    async def _crowd(self, think: float, seconds: float) -> Phase:
        phase, begin = Phase(), clock()
        pairs = zip(self._guests, self._chances, strict=True)
        await asyncio.gather(*(guest.read(at_times(think, begin, seconds, chance), phase) for guest, chance in pairs))
        return phase

    async def _timed(self, name: str, reading: Coroutine[None, None, Phase]) -> None:
        before, began = self._cpu(), clock()
        phase = await reading
        had = (clock() - began) * (os.cpu_count() or 1)
        shares = {program: (seconds - before[program]) / had for program, seconds in self._cpu().items()}
        self._figures.add(name, phase, shares)

    def _cpu(self) -> dict[str, float]:
        own = {name: programs.cpu(pid) for name, pid in self._pids.items()} | {"client": time.process_time()}
        return own | {"others": programs.busy() - sum(own.values())}


def show(figures: Figures, mark: float) -> None:
    crowd = arm(SUBJECT)
    remarks = [f"{len(figures.errors)} errors"] if figures.errors else []
    verdicts = [report.Verdict(name, figures.series[name], crowd, ALONE, mark, remarks) for name in NAMES]
    line(f"\n{VISITORS} visitors, a page each every {SUBJECT:g} s, against one alone: 95th percentiles of a read's time.")
    line("Further columns: the same against the median alone, and with less time between pages.")
    report.table(verdicts, [(crowd, ALONE_MEDIAN), *((arm(think), ALONE) for think in SHORTER)])
    line("\nWhat was read, and who used the processors:")
    programs_at_work = list(figures.shares[ALONE][0])
    rows = [["", "pages", "reads", *programs_at_work]]
    for name in (ALONE, *map(arm, THINK)):
        shares = [figures.share(name, program) for program in programs_at_work]
        rows.append([name, f"{figures.pages[name]:,}", f"{figures.calls[name]:,}", *shares])
    report.print_rows(rows)
    line(f"\nErrors: {len(figures.errors)}" + "".join(f"\n  {error}" for error in figures.errors[:5]))


def write(file: Path, figures: Figures) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    settings = {"visitors": VISITORS, "rounds": ROUNDS, "alone": ALONE_SECONDS, "think times": THINK, "unit": "microseconds"}
    file.write_text(json.dumps(settings | asdict(figures), indent=1))
    line(f"\nRaw numbers: {file}")
