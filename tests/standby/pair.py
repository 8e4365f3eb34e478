"""A primary and its streaming standby, each with a PostgREST of its own."""

import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stack import postgres, services, supervise, up
from stack.commands import run
from stack.layout import Stack, server_user, throwaway_ports
from stack.say import step
from stack.supervise import Supervisor
from tests.cluster import beside_test_stack, start_postgres
from tests.operations import block
from tests.waiting import wait_until


@dataclass(frozen=True)
class Standby(Stack):
    """Its programs are the primary's, and its database is a copy, so its log-ins have the primary's passwords."""

    primary: Stack | None = None

    @property
    def postgres_tree(self) -> Path:
        assert self.primary is not None
        return self.primary.postgres_tree

    @property
    def secrets(self) -> dict[str, str]:
        assert self.primary is not None
        return self.primary.secrets


@dataclass
class Pair:
    primary: Stack
    standby: Stack

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
    with beside_test_stack("primary", 12) as (primary, supervisor), standby_of(primary, 13) as (here, its_supervisor):
        with open(here.standby.path("conf/postgrest.conf"), "a") as file:
            file.write("\n" + block("db-channel-enabled = false"))
        for stack, its in ((primary, supervisor), (here.standby, its_supervisor)):
            service = services.all_services(stack)["postgrest"]
            its.start(service)
            its.wait_ready(service)
        yield here


@contextmanager
def standby_of(primary: Stack, number: int) -> Iterator[tuple[Pair, Supervisor]]:
    """A standby as the manual says, gone afterwards. `number` keeps its ports apart from those of other stacks."""
    standby = Standby(f"{primary.name}-standby", f"{primary.folder}-standby", throwaway_ports(number), primary=primary)
    here, supervisor = Pair(primary, standby), Supervisor(standby)
    _remove(standby)
    try:
        step("Making a standby")
        standby.make_directories()
        services.write_configuration(standby)
        _copy_primary(here)
        start_postgres(standby, supervisor)
        here.catch_up()
        yield here, supervisor
    finally:
        _remove(standby)


def _copy_primary(here: Pair) -> None:
    primary, standby = here.primary, here.standby
    password = secrets.token_hex(16)
    here.on_primary(f"\\set password {password}\n" + block("create role replicator"))
    env = postgres.psql_environment(primary, postgres.SUPERUSER) | {
        "PGUSER": "replicator", "PGPASSWORD": password, "PGDATA": str(standby.data),
        "PATH": f"{standby.postgres_bin}:/usr/bin:/bin",
    }  # fmt: skip
    run(["sh", "-euc", block("--create-slot --slot=standby1")], "copying the primary", env=env, cwd=standby.state, user=server_user())
    postgres.make_cluster(standby)  # there is one; it gets a port of its own
    with open(standby.data / "postgresql.conf", "a") as file:
        file.write("\n" + block("hot_standby = on"))


def reload_schema(stack: Stack) -> None:
    """As the manual says of a PostgREST that hears of nothing."""
    record = supervise.Record.read(supervise.pid_file(stack, "postgrest"))
    assert record is not None and record.alive()
    os.kill(record.pid, signal.SIGUSR1)


def _remove(standby: Stack) -> None:
    supervise.stop_recorded(standby)
    up.delete_data(standby)
