"""A database cluster beside the test stack, for checks that end servers or must not be disturbed by workers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stack import build, database, postgres, services, supervise, up
from stack.layout import Stack, test_stack, throwaway_ports
from stack.say import Problem, step

COMPANY = Path(__file__).parent / "races/company.sql"


class Beside(Stack):
    """Uses the test stack's copy of Postgres."""

    @property
    def postgres_tree(self) -> Path:
        return test_stack().postgres_tree


@contextmanager
def beside_test_stack(name: str, number: int) -> Iterator[tuple[Stack, supervise.Supervisor]]:
    """A new database in which nothing runs but Postgres, with the tests' company at hand; gone afterwards.

    `number` keeps its ports apart from those of other stacks of this checkout.
    """
    stack = Beside(name, name, throwaway_ports(number))
    if not stack.postgres_bin.exists():
        raise Problem("the test stack's programs are not there. Run `make test ONLY=prepare KEEP=1` first.")
    supervisor = supervise.Supervisor(stack)
    _remove(stack)
    try:
        _bring_up(stack, supervisor)
        yield stack, supervisor
    finally:
        _remove(stack)


def _bring_up(stack: Stack, supervisor: supervise.Supervisor) -> None:
    step("Making a database of its own")
    every = services.all_services(stack)
    supervise.require_free_ports(stack, [every["postgres"], every["auth"]])
    stack.make_directories()
    services.write_configuration(stack)
    database.bring_up(stack, supervisor, every, build.extension_tree())
    # Auth was needed to make its schema.
    supervisor.stop()
    start_postgres(stack, supervisor)
    postgres.psql_file(stack, "postgres", COMPANY)


def restart_with(stack: Stack, supervisor: supervise.Supervisor, settings: str) -> None:
    supervisor.stop()
    with open(stack.data / "postgresql.conf", "a") as file:
        file.write(settings)
    start_postgres(stack, supervisor)


def start_postgres(stack: Stack, supervisor: supervise.Supervisor) -> None:
    service = services.all_services(stack)["postgres"]
    supervisor.start(service)
    supervisor.wait_ready(service)


def _remove(stack: Stack) -> None:
    supervise.stop_recorded(stack)
    up.delete_data(stack)
