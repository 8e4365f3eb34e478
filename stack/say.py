"""What the person at the terminal sees: short lines with the seconds since the start."""

import sys
import threading
import time

_started = time.monotonic()
_lock = threading.Lock()


class Problem(Exception):
    """An expected failure. The text says what is wrong and what to do; no traceback is shown."""


def elapsed() -> float:
    return time.monotonic() - _started


def line(text: str = "") -> None:
    with _lock:
        print(text, flush=True)


def step(text: str) -> None:
    line(f"[{elapsed():5.1f} s] {text}")


def detail(text: str) -> None:
    for row in text.rstrip("\n").split("\n"):
        line(f"          {row}")


def problem(text: str) -> None:
    with _lock:
        sys.stdout.flush()
        print(f"\nStopped: {text}", file=sys.stderr, flush=True)


class Heartbeat:
    """Says every half minute that a long step is still going on, so that silence never means 'stuck'."""

    def __init__(self, what: str, every: float = 30.0):
        self._what, self._every, self._done = what, every, threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def _beat(self) -> None:
        begun = time.monotonic()
        while not self._done.wait(self._every):
            detail(f"still {self._what} ({time.monotonic() - begun:.0f} s so far)")

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
