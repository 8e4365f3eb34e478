"""Benchmark `events`: a thousand customers listen for live updates; how late they hear, and what each costs in memory."""

import asyncio
import json
import re
import statistics
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from stack import postgres, services
from stack.commands import tail
from stack.layout import Stack
from stack.say import Problem, line

from . import programs
from .requests import CLAIMS, bench_id

CLIENTS = 1_000
# Commits in a second, each about one customer, and for how long.
RATE, SECONDS = 100, 20

# What the triggers write for a change of status, for a customer of load.sql drawn by number.
WRITE = r"""
\set n random(1, 1000)
insert into public.portal_live_events (org_id, kind, entity_id, status, customer_id)
values (md5('bench/1/' || (1 + (:n - 1) % 2))::uuid, 'appointment_status', gen_random_uuid(), 'en_route', md5('bench/4/' || :n)::uuid);
"""
HEARD = re.compile(rb'^data: \{"id":"([0-9a-f-]{36})","occurred_at":"([^"]+)"', re.MULTILINE)


@dataclass
class Heard:
    """What all clients together have heard."""

    opened: int = 0
    lost: int = 0
    latencies: list[float] = field(default_factory=list)  # seconds since the insert, which is just before the commit
    times: Counter[bytes] = field(default_factory=Counter)  # by what the event is about


class Client(asyncio.Protocol):
    def __init__(self, request: bytes, heard: Heard):
        self._request, self._heard, self._rest = request, heard, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        now = time.time()
        done, end, self._rest = (self._rest + data).rpartition(b"\n\n")
        if b": listening" in done:
            self._heard.opened += 1
        for about, when in HEARD.findall(done + end):
            self._heard.times[about] += 1
            self._heard.latencies.append(now - datetime.fromisoformat(when.decode()).timestamp())

    def connection_lost(self, exc: Exception | None) -> None:
        self._heard.lost += 1


@dataclass(frozen=True)
class Figures:
    events: int
    p50: float  # milliseconds, as the next two
    p99: float
    worst: float
    memory: float  # KiB for each client


def measure(stack: Stack) -> Figures:
    """Opens the streams, writes, and counts that each piece of news was heard by one client, once."""
    # Loading the people has been news too, before anybody listened.
    postgres.psql(stack, "postgres", "truncate public.portal_live_events", "forgetting earlier news")
    with programs.running(stack, "gateway") as pid:
        return asyncio.run(_listen(stack, pid))


async def _listen(stack: Stack, pid: int) -> Figures:
    heard = Heard()
    await _open(stack, heard, 1)
    # What the first one costs is the gateway's own.
    before = programs.resident(pid)
    for number in range(2, CLIENTS + 1):
        await _open(stack, heard, number)
    memory = (programs.resident(pid) - before) / (CLIENTS - 1)
    await _write(stack)
    await asyncio.sleep(2)
    counted = postgres.psql(stack, "postgres", "select count(*) from public.portal_live_events", "counting the news")
    if heard.lost or set(heard.times.values()) != {1} or len(heard.times) != int(counted):
        raise Problem(f"of {counted.strip()} pieces of news {len(heard.times)} were heard; {heard.lost} streams broke off.")
    late = [1000 * seconds for seconds in heard.latencies]
    percentiles = statistics.quantiles(late, n=100)
    return Figures(len(late), percentiles[49], percentiles[98], max(late), memory)


async def _open(stack: Stack, heard: Heard, number: int) -> None:
    """One stream after another, as people come: the database looks at each of them."""
    claims = CLAIMS | {"sub": bench_id(5, number), "exp": int(time.time()) + 3600}
    token = services.token(stack.secrets["SUPABASE_JWT_SECRET"], claims)
    request = f"GET /portal/v1/events HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n"
    loop, port = asyncio.get_running_loop(), stack.port("gateway")
    await loop.create_connection(lambda: Client(request.encode(), heard), "127.0.0.1", port)
    for _ in range(1000):
        if heard.opened == number:
            return
        await asyncio.sleep(0.005)
    raise Problem(f"stream {number} was not opened; see {stack.path('log', 'gateway.log')}")


async def _write(stack: Stack) -> None:
    script = stack.path("events.sql")
    script.write_text(WRITE)
    pgbench = [str(stack.postgres_bin / "pgbench"), "-n", "-c4", f"-R{RATE}", f"-T{SECONDS}", f"-f{script}"]
    process = await asyncio.create_subprocess_exec(
        *pgbench,
        env=postgres.psql_environment(stack, "postgres") | {"PGDATABASE": "postgres"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode != 0:
        raise Problem(f"pgbench failed:\n{tail(output.decode())}")


def write(file: Path, figures: Figures) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"clients": CLIENTS, "per_second": RATE, "seconds": SECONDS} | asdict(figures), indent=1))
    line(f"\nRaw numbers: {file}")
