"""People of the office who write all the time, through connections of their own, and note what was acknowledged."""

import json
import random
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from stack import postgres
from stack.commands import tail
from stack.say import Problem

from .stand import Stand

DONE = "done"
# Between two writes of one person, in seconds.
THINKING = 0.1
# One in so many changes their mind: what is rolled back must never be heard of.
ROLLED_BACK = 10


class Writer(threading.Thread):
    """Writes messages to one customer and enters visits, each with words of its own, until it is told to stop."""

    def __init__(self, stand: Stand, person: str):
        super().__init__(daemon=True)
        self.acknowledged: list[str] = []
        self.taken_back: list[str] = []
        self.unanswered: list[str] = []
        self._person = person
        self._failure = ""
        self._enough = threading.Event()
        self._command = [str(stand.stack.postgres_bin / "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1"]
        self._env = postgres.psql_environment(stand.stack, "authenticator")
        self._claims = json.dumps({"role": "authenticated", "aud": "authenticated", "sub": stand.value("busy.id('olga')")})

    def stop(self) -> None:
        self._enough.set()
        self.join()
        if self._failure:
            raise Problem(f"a write of the test was refused:\n{tail(self._failure, 5)}")

    def run(self) -> None:
        number = 0
        while not self._enough.is_set():
            with self._connected() as psql:
                while not self._enough.wait(random.uniform(0, 2 * THINKING)):
                    number += 1
                    if not self._write(psql, f"{self._person} {number}"):
                        break

    @contextmanager
    def _connected(self) -> "Iterator[subprocess.Popen[str]]":
        pipe = subprocess.PIPE
        psql = subprocess.Popen(self._command, env=self._env, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        try:
            yield psql
        finally:
            psql.kill()
            psql.communicate()

    def _write(self, psql: "subprocess.Popen[str]", words: str) -> bool:
        """One transaction. False when the connection is gone, and with it perhaps the answer."""
        assert psql.stdin and psql.stdout
        keep = random.randrange(ROLLED_BACK) > 0
        try:
            psql.stdin.write(f"{self._transaction(words, keep)}\n\\echo {DONE}\n")
            psql.stdin.flush()
            answered = any(row.strip() == DONE for row in iter(psql.stdout.readline, ""))
        except OSError:
            answered = False
        if not answered:
            self._note_failure(psql)
            time.sleep(0.2)
        (self.unanswered if not answered else self.acknowledged if keep else self.taken_back).append(words)
        return answered

    def _note_failure(self, psql: "subprocess.Popen[str]") -> None:
        """That the server goes away is part of the test; what it refuses is not."""
        assert psql.stderr
        last_words = psql.stderr.read()
        if "ERROR:" in last_words:
            self._failure = last_words
            self._enough.set()

    def _transaction(self, words: str, keep: bool) -> str:
        message = f"portal.send_message(busy.id('{self._person}/thread'), '{words}')"
        visit = f"busy.visit('{self._person}', now() + interval '3 days', now() + interval '3 days 2 hours', '{words}')"
        return (
            f"begin; set local role authenticated; select set_config('request.jwt.claims', '{self._claims}', true);"
            f" select 1 from {random.choice([message, message, visit])}; {'commit' if keep else 'rollback'};"
        )
