"""The benchmarks' own throwaway database: the same set-up as `make run`, and more rows."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stack import database, postgres, services, supervise, up
from stack.layout import HOME, Stack, bench_stack, lock, make_home
from stack.say import Problem, line, step

LOAD = Path(__file__).parent / "load.sql"


@contextmanager
def loaded() -> Iterator[Stack]:
    """A running database with the benchmarks' rows; it is gone afterwards (KEEP=1 leaves it up)."""
    make_home()
    with lock(HOME / "bench.lock") as mine:
        if not mine:
            raise Problem("another `make bench` is running in this checkout. Wait for it, or stop it.")
        stack = bench_stack()
        supervise.stop_recorded(stack)
        up.delete_data(stack)
        supervisor = supervise.Supervisor(stack)
        try:
            _bring_up(stack, supervisor)
            yield stack
        finally:
            _tear_down(stack, supervisor)


def _bring_up(stack: Stack, supervisor: supervise.Supervisor) -> None:
    extension = up.prepare(stack)
    every = services.all_services(stack)
    supervise.require_free_ports(stack, [every["postgres"], every["auth"]])
    services.write_configuration(stack)
    step("Starting Postgres, applying migrations")
    database.bring_up(stack, supervisor, every, extension)
    step("Loading 100,000 jobs of 1,000 customers")
    postgres.psql_file(stack, postgres.SUPERUSER, LOAD)


def _tear_down(stack: Stack, supervisor: supervise.Supervisor) -> None:
    if os.environ.get("KEEP") == "1":
        port = stack.port("postgres")
        line(f"\nThe database stays up on port {port}, passwords in {stack.path('secrets')}; `make stop` stops it.")
        return
    supervisor.stop()
    up.delete_data(stack)
