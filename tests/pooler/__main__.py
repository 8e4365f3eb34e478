"""Runs the API tests with pgbouncer in transaction mode between every service and Postgres.

    python3 -m tests.pooler               (on the programs of a prepared test stack)

PostgREST, the gateway, Auth and Storage share few connections, and each transaction may get another one: what anybody
left on a connection, or expected to find there, would show.
"""

import shutil
import sys
from dataclasses import replace

from stack import build, checks, database, postgres, services, supervise, up
from stack.commands import run
from stack.layout import Stack, test_stack, throwaway_ports, write_private
from stack.say import Problem, line, step
from stack.services import Service
from tests.cluster import Beside
from tests.waiting import wait_until

AUTH_SEARCH_PATH = "public, lite_catalog, pg_catalog"
# PostgREST alone holds up to 20, and the gateway 16.
POOL_SIZE = 6
LOG_INS = ("authenticator", "portal_gateway", postgres.SUPERUSER)
# pgbouncer 1.18 does not know prepared statements of the protocol, and LISTEN needs a connection of one's own.
POSTGREST = {"PGRST_DB_PREPARED_STATEMENTS": "false", "PGRST_DB_CHANNEL_ENABLED": "false"}

EMBEDDED = "select exists (select from public.kb_embedding_models where state = 'active' and model <> 'text') from pg_sleep(0.5)"
# How long that may take on a busy machine, in seconds.
EMBEDDING = 300.0


class Pooled(Beside):
    def service_url(self, role: str) -> str:
        name = "auth" if role == postgres.SUPERUSER else "postgres"
        password = self.secrets["PASSWORD_" + role.upper()]
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port('pooler')}/{name}"


def main() -> None:
    if not test_stack().path("bin/portal-gateway").exists():
        raise Problem("the test stack's programs are not there. Run `make test ONLY=prepare KEEP=1` first.")
    stack = Pooled("pooler", "pooler", throwaway_ports(11))
    supervisor = supervise.Supervisor(stack)
    remove(stack)
    try:
        start(stack, supervisor)
        step("API tests, through the pooler")
        checks.api_tests(checks.Test(stack, supervisor))
        judge(stack)
    finally:
        remove(stack)


def start(stack: Stack, supervisor: supervise.Supervisor) -> None:
    step("Starting a stack whose services know Postgres only through pgbouncer")
    every = pooled_services(stack)
    supervise.require_free_ports(stack, every.values())
    stack.make_directories()
    services.write_configuration(stack)
    write_pooler_configuration(stack)
    shutil.copy(test_stack().path("bin/portal-gateway"), stack.path("bin/portal-gateway"))
    for name in ("mail", "pooler"):
        supervisor.start(every[name])
    database.bring_up(stack, supervisor, every, build.extension_tree())
    for name in ("postgrest", "gateway", "nginx"):
        supervisor.start(every[name])
    supervisor.wait_ready(*every.values())
    # Until then questions are answered by their words alone, and the tests ask for more.
    wait_until(lambda: postgres.psql(stack, postgres.SUPERUSER, EMBEDDED, "asking for the model") == "t", "the articles to be embedded", EMBEDDING)


def pooled_services(stack: Stack) -> dict[str, Service]:
    every = services.all_services(stack)
    del every["portal"]  # which knows the API alone
    auth = {"AUTH_DATABASE_URL": stack.service_url(postgres.SUPERUSER) + "?prepare=false"}
    return every | {
        "pooler": Service(
            "pooler",
            ["/usr/sbin/pgbouncer", stack.path("conf/pgbouncer.ini")],
            lambda: services.accepts(stack, "pooler"),
            ports=["pooler"],
        ),
        "postgrest": replace(every["postgrest"], env=every["postgrest"].env | POSTGREST),
        "auth": replace(every["auth"], env=every["auth"].env | auth),
    }


def write_pooler_configuration(stack: Stack) -> None:
    settings = {
        "postgres_port": stack.port("postgres"), "pooler_port": stack.port("pooler"), "state": stack.state,
        "pool_size": POOL_SIZE, "auth_search_path": AUTH_SEARCH_PATH,
    }  # fmt: skip
    write_private(stack.path("conf/pgbouncer.ini"), postgres.fill("pgbouncer.ini", settings))
    log_ins = [f'"{role}" "{stack.secrets["PASSWORD_" + role.upper()]}"\n' for role in LOG_INS]
    write_private(stack.path("conf/userlist.txt"), "".join(log_ins))


def judge(stack: Stack) -> None:
    """All went through the pooler, and it did share out a few connections."""
    transactions = {name: count for name, count in figures(stack, "show stats", "database", "total_xact_count").items()}
    clients = figures(stack, "show lists", "list", "items")
    backends = postgres.psql(stack, postgres.SUPERUSER, BACKENDS, "counting connections")
    for name, least in (("postgres", 1000), ("auth", 100)):
        if transactions.get(name, 0) < least:
            raise Problem(f"hardly anything went through the pooler's database `{name}`: {transactions}.")
    most = max((int(row.partition("|")[2]) for row in backends.splitlines()), default=0)
    if not 0 < most <= POOL_SIZE:
        raise Problem(f"a log-in had {most} connections to Postgres, and the pooler has at most {POOL_SIZE}:\n{backends}")
    line(
        f"Figures: {sum(transactions.values())} transactions of the API tests went through pgbouncer; at the end "
        f"{clients['used_clients']} clients shared {clients['used_servers']} connections to Postgres."
    )


# The tests' own connections are made as postgres and as the superuser from elsewhere.
BACKENDS = """
  select usename, count(*) from pg_stat_activity
  where usename in ('authenticator', 'portal_gateway') group by usename;
"""


def figures(stack: Stack, command: str, key: str, column: str) -> dict[str, int]:
    """One column of what pgbouncer tells of itself."""
    env = postgres.psql_environment(stack, postgres.SUPERUSER)
    env |= {"PGPORT": str(stack.port("pooler")), "PGDATABASE": "pgbouncer", "PGOPTIONS": ""}
    text = run([stack.postgres_bin / "psql", "-XqA", "-c", command], f"asking the pooler to {command}", env=env)
    head, *rows = [row.split("|") for row in text.strip().splitlines() if "|" in row]
    return {row[head.index(key)]: int(row[head.index(column)]) for row in rows}


def remove(stack: Stack) -> None:
    supervise.stop_recorded(stack)
    up.delete_data(stack)


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(f"error: {problem}")
