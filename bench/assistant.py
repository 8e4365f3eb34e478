"""Benchmark `assistant`: what standing between a client and a model costs.

A scripted model speaks a word every 20 ms. Many clients at once read it directly, through the barest relay (axum and
reqwest, see gateway/examples/streams), and through the gateway, which stores question and answer, retrieves passages and
writes another stream. Nothing is embedded: that is a setting, and its time is that of the embedding server.
"""

import json
import os
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from stack import build, postgres, services
from stack.commands import run
from stack.layout import CHECKOUT, Stack, tools
from stack.say import Problem, line

from . import programs
from .requests import CLAIMS, bench_id

CLIENTS = (1, 64, 500)
PACE = 20
WORDS = int(os.environ.get("WORDS", "250"))
ROUNDS = int(os.environ.get("STREAM_ROUNDS", "5"))
IDLE = 500
DIRECT, RELAY, GATEWAY = "direct", "relay", "gateway"
QUESTION = "How often should I change the filter of my furnace?"
# The limits are not what is measured, and silence is what an idle stream consists of.
SETTINGS = {
    "PORTAL_MODEL_API_KEY": "bench", "PORTAL_MODEL_NAME": "bench", "PORTAL_MODEL_FIRST_TOKEN_TIMEOUT_SECONDS": "120",
    "PORTAL_MODEL_IDLE_TIMEOUT_SECONDS": "150", "PORTAL_MODEL_TOTAL_TIMEOUT_SECONDS": "150",
    "PORTAL_ASSISTANT_TURNS_PER_MINUTE": "100000", "PORTAL_EMBEDDING_MODEL_DIRS": "", "PORTAL_NOTIFICATION_POLL_MILLISECONDS": "0",
    "PORTAL_KNOWLEDGE_POLL_MILLISECONDS": "0", "PORTAL_SENTIMENT_POLL_MILLISECONDS": "0", "PORTAL_DUE_JOBS_EVERY_SECONDS": "0",
}  # fmt: skip
# One conversation for each of the first customers, and companies without limits.
PREPARE = """
insert into public.org_assistant_settings
  (org_id, account_turns_per_hour, conversation_turns, conversation_tokens, org_tokens_per_day)
select md5('bench/1/' || o)::uuid, 10000, 10000, 100000000, 1000000000000 from generate_series(1, 2) o
on conflict do nothing;
insert into public.portal_ai_conversations (id, org_id, portal_account_id, customer_id)
select md5('bench/20/' || {talks} + n)::uuid, md5('bench/1/' || 1 + (n - 1) % 2)::uuid, md5('bench/7/' || n)::uuid,
  md5('bench/4/' || n)::uuid
from generate_series(1, {clients}) n;
"""


@dataclass
class Turn:
    """What many clients heard at once. Times in milliseconds since each one asked."""

    clients: int
    first: list[float]
    last: list[float]
    words: int

    @property
    def time_to_first(self) -> float:
        return statistics.median(self.first)

    @property
    def rate(self) -> float:
        """Words a second, from asking to the last word."""
        return 1000 * self.words / max(self.last)

    @property
    def rate_while_speaking(self) -> float:
        """Words a second, from each stream's first word to its last, summed up."""
        return sum(1000 * (self.words / self.clients - 1) / (last - first) for first, last in zip(self.first, self.last, strict=True))


@dataclass
class Figures:
    """Each round's figure, by number of clients and by arm."""

    first: dict[int, dict[str, list[float]]] = field(default_factory=dict)
    rate: dict[int, dict[str, list[float]]] = field(default_factory=dict)
    speaking: dict[int, dict[str, list[float]]] = field(default_factory=dict)
    words: int = 0
    idle_kib: float = 0

    def add(self, arm: str, turn: Turn) -> None:
        for into, value in ((self.first, turn.time_to_first), (self.rate, turn.rate), (self.speaking, turn.rate_while_speaking)):
            into.setdefault(turn.clients, {}).setdefault(arm, []).append(value)
        self.words += turn.words


def heard(rows: list[dict], words: int) -> Turn:
    """An answer that broke off, or lacks a word, is no slow answer but a failed measurement."""
    broken = [row for row in rows if row["error"] or not row["done"] or row["words"] != words or row["wrong"]]
    if broken:
        raise Problem(f"{len(broken)} of {len(rows)} answers were not whole; the first: {json.dumps(broken[0])}")
    return Turn(len(rows), [row["first"] for row in rows], [row["last"] for row in rows], words * len(rows))


def measure(stack: Stack) -> Figures:
    program, figures, talks = _build(), Figures(), 0
    with ExitStack() as running:
        model, relay = running.enter_context(_others(program, stack))
        base = f"{PACE}/{WORDS}/v1"
        running.enter_context(programs.running(stack, "gateway", PORTAL_MODEL_BASE_URL=f"http://{model}/{base}", **SETTINGS))
        for number in range(ROUNDS):
            for clients in CLIENTS:
                plain = {"url": f"http://{model}/{base}/chat/completions", "headers": {}, "body": {"stream": True}}
                talks += 1
                ways = {
                    DIRECT: [plain] * clients,
                    RELAY: [plain | {"url": f"http://{relay}/{base}/chat/completions"}] * clients,
                    GATEWAY: _questions(stack, talks, clients),
                }
                names = list(ways)
                for name in names[number % 3 :] + names[: number % 3]:
                    figures.add(name, heard(json.loads(_read(program, ways[name])), WORDS))
    figures.idle_kib = _idle(stack, program, talks + 1)
    return figures


def _questions(stack: Stack, talk: int, clients: int) -> list[dict]:
    """One question of each of so many customers, in a conversation of its own."""
    start = talk * 10_000
    postgres.psql(stack, postgres.SUPERUSER, PREPARE.format(talks=start, clients=clients), "beginning conversations")
    address = f"http://127.0.0.1:{stack.port('gateway')}/portal/v1/ai/conversations"
    return [
        {
            "url": f"{address}/{bench_id(20, start + n)}/messages",
            "headers": {"authorization": f"Bearer {_token(stack, n)}", "accept": "text/event-stream"},
            "body": {"text": QUESTION, "client_message_id": bench_id(21, start + n)},
        }
        for n in range(1, clients + 1)
    ]


def _token(stack: Stack, number: int) -> str:
    claims = CLAIMS | {"sub": bench_id(5, number), "exp": int(time.time()) + 3600}
    return services.token(stack.secrets["SUPABASE_JWT_SECRET"], claims)


def _idle(stack: Stack, program: Path, talk: int) -> float:
    """KiB of the gateway for a stream in which nobody says anything more."""
    with _others(program, stack) as (model, _):
        base = f"http://{model}/600000/2/v1"
        with programs.running(stack, "gateway", PORTAL_MODEL_BASE_URL=base, **SETTINGS) as pid:
            # What the first ones cost is the gateway's own.
            with _held(program, _questions(stack, talk, 1)):
                before = programs.resident(pid)
            questions = _questions(stack, talk + 1, IDLE)
            with _held(program, questions):
                return (programs.resident(pid) - before) / IDLE


def _build() -> Path:
    command = ["cargo", "build", "--release", "--package=portal-gateway", "--example=streams"]
    run(command, "building the benchmark's model and relay", cwd=CHECKOUT, log=tools() / "streams.log")
    return build.built_gateway().parent / "examples/streams"


@contextmanager
def _others(program: Path, stack: Stack) -> Iterator[tuple[str, str]]:
    """The addresses of the model and of the relay."""
    model, relay = (f"127.0.0.1:{stack.port_base + offset}" for offset in (21, 22))
    with _listening(program, "model", model), _listening(program, "relay", relay, model):
        yield model, relay


@contextmanager
def _listening(program: Path, *arguments: str) -> Iterator[None]:
    with _started(program, *arguments) as child:
        if _line(child) != "listening":
            raise Problem(f"`{program.name} {arguments[0]}` does not start")
        yield


@contextmanager
def _held(program: Path, requests: list[dict]) -> Iterator[None]:
    """All of it asked, and every answer begun and open."""
    with _started(program, "read") as child:
        assert child.stdin is not None
        child.stdin.write(json.dumps({"requests": requests, "hold": True}))
        child.stdin.close()
        if _line(child) != "open":
            raise Problem("the streams were not opened")
        yield


@contextmanager
def _started(program: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [str(program), *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        try:
            yield child
        finally:
            child.terminate()


def _line(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def _read(program: Path, requests: list[dict]) -> str:
    given = json.dumps({"requests": requests})
    done = subprocess.run([str(program), "read"], input=given, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise Problem(f"the reader failed:\n{done.stderr[-2000:]}")
    return done.stdout


def show(figures: Figures, table) -> None:
    """`table`: prints rows of cells, the first of them being the heads."""

    def ratio(of: dict[str, list[float]], arm: str, yardstick: str) -> str:
        each = [a / b for a, b in zip(of[arm], of[yardstick], strict=True)]
        return f"{statistics.median(each):.2f} ({min(each):.2f} to {max(each):.2f})"

    def added(of: dict[str, list[float]], arm: str) -> str:
        return f"{statistics.median(of[arm]) - statistics.median(of[DIRECT]):.1f} ms"

    heads = ["clients", "relay adds", "gateway adds", "gateway : relay, words a second", "while speaking", "gateway : direct"]
    rows = [heads]
    for clients, rate in figures.rate.items():
        first, speaking = figures.first[clients], figures.speaking[clients]
        rows.append([
            str(clients), added(first, RELAY), added(first, GATEWAY), ratio(rate, GATEWAY, RELAY), ratio(speaking, GATEWAY, RELAY),
            ratio(rate, GATEWAY, DIRECT),
        ])  # fmt: skip
    table(rows)
    line(f"\n  {figures.words:,} words, each in an event of its own and in order: none lost, none merged")
    line(f"  memory of the gateway for each idle stream: {figures.idle_kib:.0f} KiB")


def write(file: Path, figures: Figures) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"pace_milliseconds": PACE, "words": WORDS} | asdict(figures), indent=1))
    line(f"\nRaw numbers: {file}")
