"""The benchmarks' own throwaway database: the same set-up as `make run`, and more rows."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stack import database, postgres, services, supervise, up
from stack.layout import HOME, Stack, bench_stack, lock, make_home
from stack.say import Problem, line, step

LOAD = Path(__file__).parent / "load.sql"
PORTAL = Path(__file__).parent / "portal.sql"


@contextmanager
def running() -> Iterator[Stack]:
    """A database as `make run` sets it up; it is gone afterwards (KEEP=1 leaves it up)."""
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
    # The benchmark that shows pages builds the portal; for the others nobody has to wait until it is built.
    extension = up.prepare(stack, with_portal=False)
    every = services.all_services(stack)
    supervise.require_free_ports(stack, [every["postgres"], every["auth"]])
    services.write_configuration(stack)
    step("Starting Postgres, applying migrations")
    database.bring_up(stack, supervisor, every, extension)


def load(stack: Stack, customers: int, database: str = "postgres") -> None:
    """Fills a database with customers and 100 jobs for each."""
    step(f"Loading {100 * customers:,} jobs of {customers:,} customers")
    script = f"\\connect {database}\n\\set customers {customers}\n" + LOAD.read_text()
    postgres.psql(stack, postgres.SUPERUSER, script, f"loading {customers} customers")


def load_portal(stack: Stack, customers: int) -> None:
    """What else the portal of those customers holds."""
    script = f"\\set customers {customers}\n" + PORTAL.read_text()
    postgres.psql(stack, postgres.SUPERUSER, script, "loading what the portal shows")


def copy(stack: Stack, name: str) -> None:
    """Makes a second database like the one that is set up, still without the benchmarks' rows."""
    # Nobody may be connected to a database while it is copied; Auth, which was needed to set it up, connects anew.
    script = f"""
      \\connect template1
      select pg_terminate_backend(pid) from pg_stat_activity where datname = 'postgres' \\g /dev/null
      create database {name} template postgres owner postgres;"""
    postgres.psql(stack, postgres.SUPERUSER, script, f"copying the database as {name}")


def _tear_down(stack: Stack, supervisor: supervise.Supervisor) -> None:
    if os.environ.get("KEEP") == "1":
        port = stack.port("postgres")
        line(f"\nThe database stays up on port {port}, passwords in {stack.path('secrets')}; `make stop` stops it.")
        return
    supervisor.stop()
    up.delete_data(stack)
