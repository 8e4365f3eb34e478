"""A primary and its streaming standby, each with a PostgREST of its own."""

import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from stack import postgres, services, supervise, up
from stack.commands import run
from stack.layout import Stack, server_user, throwaway_ports
from stack.say import step
from stack.services import Service
from tests.cluster import Beside, beside_test_stack, start_postgres
from tests.documented import block
from tests.waiting import wait_until

SECTION = "Reads on a standby"


@dataclass(frozen=True)
class Standby(Beside):
    """Its database is a copy, so its log-ins have the primary's passwords."""

    primary: Stack | None = None

    @property
    def secrets(self) -> dict[str, str]:
        assert self.primary is not None
        return self.primary.secrets


@dataclass
class Pair:
    primary: Stack
    standby: Stack
    primary_supervisor: supervise.Supervisor
    standby_supervisor: supervise.Supervisor

    def on_primary(self, sql: str) -> str:
        return postgres.psql(self.primary, postgres.SUPERUSER, sql, "a statement on the primary")

    def on_standby(self, sql: str) -> str:
        return postgres.psql(self.standby, postgres.SUPERUSER, sql, "a statement on the standby")

    def catch_up(self) -> None:
        """Returns when the standby shows all that the primary has committed by now."""
        position = self.on_primary("select pg_current_wal_lsn();")
        replayed = f"select pg_last_wal_replay_lsn() >= '{position}';"
        wait_until(lambda: self.on_standby(replayed) == "t", f"the standby to replay up to {position}")


@contextmanager
def pair() -> Iterator[Pair]:
    with beside_test_stack("standby-primary", 12) as (primary, primary_supervisor):
        standby = Standby("standby", "standby", throwaway_ports(13), primary=primary)
        here = Pair(primary, standby, primary_supervisor, supervise.Supervisor(standby))
        _remove(standby)
        try:
            _make_standby(here)
            yield here
        finally:
            _remove(standby)


def _make_standby(here: Pair) -> None:
    """As the manual says."""
    step("Making a standby")
    primary, standby = here.primary, here.standby
    standby.make_directories()
    services.write_configuration(standby)
    password = secrets.token_hex(16)
    here.on_primary(f"\\set password {password}\n" + block(SECTION, "sql"))
    env = postgres.psql_environment(primary, postgres.SUPERUSER) | {
        "PGUSER": "replicator", "PGPASSWORD": password, "PGDATA": str(standby.data),
        "PATH": f"{standby.postgres_bin}:/usr/bin:/bin",
    }  # fmt: skip
    run(["sh", "-euc", block(SECTION, "sh")], "copying the primary", env=env, cwd=standby.state, user=server_user())
    postgres.make_cluster(standby)  # there is one; it gets a port of its own
    with open(standby.data / "postgresql.conf", "a") as file:
        file.write(block(SECTION, "ini"))
    start_postgres(standby, here.standby_supervisor)
    here.catch_up()
    for supervisor, service in (
        (here.primary_supervisor, services.all_services(primary)["postgrest"]),
        (here.standby_supervisor, postgrest_of_standby(standby)),
    ):
        supervisor.start(service)
        supervisor.wait_ready(service)


def postgrest_of_standby(standby: Stack) -> Service:
    """A standby refuses LISTEN, so nothing tells this one of changes of the schema but a signal."""
    service = services.all_services(standby)["postgrest"]
    with open(standby.path("conf/postgrest.conf"), "a") as file:
        file.write("\n" + block(SECTION, "toml"))
    return service


def reload_schema(stack: Stack) -> None:
    record = supervise.Record.read(supervise.pid_file(stack, "postgrest"))
    assert record is not None and record.alive()
    os.kill(record.pid, signal.SIGUSR1)


def _remove(standby: Stack) -> None:
    supervise.stop_recorded(standby)
    up.delete_data(standby)
