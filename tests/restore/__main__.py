"""Dumps the database of the test stack, restores it into a new cluster, and proves that nothing is lost.

    python3 -m tests.restore

The dump of the copy must be the dump it was made from, word for word (but for brackets); what a dump's text does not show (roles, the
extension's functions with their owners and rights, a checksum of every table) is compared beside it. Then a whole
stack is started on the copy, where pushing the migrations changes nothing, and the database and API tests pass again.
"""

import difflib
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

from stack import build, checks, database, postgres, services, supervise
from stack.layout import SQL, Stack, throwaway_ports, test_stack
from stack.say import Problem, detail, step
from tests import catalog
from tests.catalog import Catalog
from tests.dumps import comparable

SOURCE = test_stack()


class Copy(Stack):
    """Programs and secrets are those of the stack whose database it gets: keys and tokens stay good."""

    @property
    def postgres_tree(self) -> Path:
        return SOURCE.postgres_tree

    @property
    def secrets(self) -> dict[str, str]:
        return SOURCE.secrets


def main() -> None:
    if not SOURCE.postgres_bin.exists() or not postgres.answers(SOURCE):
        raise Problem("there is no test stack to dump. Start one with `make test ONLY=start KEEP=1`.")
    copy = Copy("restore", "restore", throwaway_ports(2))
    supervisor = supervise.Supervisor(copy)
    remove(copy)
    supervise.require_free_ports(copy, services.all_services(copy).values())
    try:
        copy.make_directories()
        text, before = dump_with_catalog(SOURCE)
        restore(copy, supervisor, text)
        compare(copy, text, before)
        start_all(copy, supervisor)
        test(copy, supervisor)
    finally:
        remove(copy)


def restore(copy: Stack, supervisor: supervise.Supervisor, text: str) -> None:
    """As an operator does: roles first, then the dump, then install.sql for what belongs to the cluster."""
    step("Restoring a dump into a new cluster")
    postgres.make_cluster(copy)
    service = services.all_services(copy)["postgres"]
    supervisor.start(service)
    supervisor.wait_ready(service)
    for file in ("roles.sql", "local/roles.sql"):
        postgres.psql_file(copy, postgres.SUPERUSER, SQL / file)
    postgres.psql(copy, postgres.SUPERUSER, text, "restoring the dump")
    postgres.psql_file(copy, postgres.SUPERUSER, SQL / "install.sql")


def compare(copy: Stack, text: str, before: Catalog) -> None:
    after_text, after = dump_with_catalog(copy)
    same("the dump", comparable(text), comparable(after_text))
    catalog.same("the catalog is not as it was before", before, after, ("before", "restored"))
    tables = [facts for (kind, name), facts in before.items() if kind == "rows" and "." not in name]
    rows = sum(int(facts["count"]) for facts in tables)
    # An empty dump would be like any other.
    if len(tables) < 30 or rows < 1000:
        raise Problem(f"there was next to nothing to compare: {len(tables)} tables with {rows} rows.")
    detail(f"The same: {len(tables)} tables in public with {rows} rows, their rules, rights and comments.")


def dump_with_catalog(stack: Stack) -> tuple[str, Catalog]:
    """Both from one snapshot: the stack goes on working, and its gateway with the outbox."""
    # The key guards against hostile data in a dump that somebody else restores; left out, it differs each time.
    command = shlex.join([str(stack.postgres_bin / "pg_dump"), "--restrict-key=test"])
    with tempfile.NamedTemporaryFile("r", suffix=".sql") as file:
        sql = f"""
            begin transaction isolation level repeatable read;
            select pg_export_snapshot() as snapshot \\gset
            \\setenv SNAPSHOT :snapshot
            \\! {command} --snapshot="$SNAPSHOT" --file={file.name}
            {catalog.OBJECTS}
            {catalog.ROWS}
            rollback;
        """
        lines = postgres.psql(stack, postgres.SUPERUSER, sql, "dumping the database").splitlines()
        text = file.read()
    if not text:
        raise Problem("pg_dump wrote nothing.")
    return text, catalog.read(lines)


def same(what: str, before: str, after: str) -> None:
    if before == after:
        return
    difference = list(difflib.unified_diff(before.splitlines(), after.splitlines(), "before", "restored", lineterm="", n=1))
    raise Problem(f"{what} is not as it was before:\n" + "\n".join(difference[:60]))


def start_all(copy: Stack, supervisor: supervise.Supervisor) -> None:
    step("Starting a stack on the copy")
    supervisor.stop()
    services.write_configuration(copy)
    shutil.copy(SOURCE.path("bin/portal-gateway"), copy.path("bin/portal-gateway"))
    every = services.all_services(copy)
    del every["portal"]  # which knows the API alone
    supervisor.start(every["mail"])
    database.bring_up(copy, supervisor, every, build.extension_tree())
    for name in ("postgrest", "gateway", "nginx"):
        supervisor.start(every[name])
    supervisor.wait_ready(*every.values())


def test(copy: Stack, supervisor: supervise.Supervisor) -> None:
    on_copy = checks.Test(copy, supervisor)
    for what, action in (
        ("Pushing the migrations again", checks.push_again),
        ("Database tests", checks.database_tests),
        ("API tests", checks.api_tests),
    ):
        step(f"{what}, on the copy")
        action(on_copy)


def remove(copy: Stack) -> None:
    supervise.stop_recorded(copy)
    shutil.rmtree(copy.state, ignore_errors=True)


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(f"error: {problem}")
