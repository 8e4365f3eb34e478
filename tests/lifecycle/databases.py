"""Databases beside the test stack's own, in its cluster: made, filled, dumped, read and dropped."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from stack import postgres
from stack.commands import Failed, run
from stack.layout import CHECKOUT, SQL, Stack
from stack.say import Problem
from tests import catalog, operations
from tests.catalog import Catalog

OWNER = "postgres"
SUPERUSER = postgres.SUPERUSER
SUPABASE = Path(__file__).with_name("supabase.sql")
# As sql/install.sql makes it, but for the version.
OLD_EXTENSION = """
    create schema extensions;
    create extension btree_gist with schema extensions;
    create extension pgcrypto with schema extensions;
    create extension pg_trgm with schema extensions;
    create extension vector with schema extensions;
    create extension pg_portal with schema extensions version '{version}';
"""


@dataclass(frozen=True)
class Database:
    stack: Stack
    name: str

    def psql(self, what: str, *arguments: str | Path, role: str = SUPERUSER, stdin: str = "") -> str:
        command = [self.stack.postgres_bin / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", *arguments]
        return run(command, what, env=self.environment(role), stdin=stdin).strip()

    def environment(self, role: str = SUPERUSER) -> dict[str, str]:
        return postgres.psql_environment(self.stack, role) | {"PGDATABASE": self.name}

    def ask(self, sql: str, role: str = SUPERUSER) -> str:
        return self.psql(f"asking {self.name}", role=role, stdin=sql)

    def files(self, paths: Iterable[Path], role: str = SUPERUSER) -> None:
        """Runs files in order, each in a transaction of its own, as an operator does with `psql -1 -f`."""
        for path in paths:
            self.psql(f"running {path.relative_to(CHECKOUT)} in {self.name}", "-1", "-f", path, role=role)

    def refusal(self, sql: str, role: str = SUPERUSER) -> str:
        """What the database answers to what it must refuse."""
        try:
            self.psql("a statement", role=role, stdin=sql)
        except Failed as failed:
            return failed.output
        raise Problem(f"{self.name} did what it must refuse: {sql}")

    def documented(self, words: str, folder: Path = Path("/tmp")) -> None:
        """Runs the block of docs/operations.md in which these words are, as superuser; its files lie in that folder."""
        operations.shell(self.stack, operations.block(words).replace("/tmp", str(folder)), SUPERUSER, self.name)

    def dump(self) -> str:
        """A dump as pg_dump writes it; the key, which differs each time, says nothing."""
        command = [self.stack.postgres_bin / "pg_dump", "--restrict-key=test"]
        return run(command, f"dumping {self.name}", env=self.environment())

    def catalog(self) -> Catalog:
        return catalog.read(self.ask(catalog.OBJECTS).splitlines())

    def version(self) -> str:
        return self.ask("select extversion from pg_extension where extname = 'pg_portal'")

    def content(self, columns: dict[str, list[str]]) -> dict[str, str]:
        """The number of rows of each table and a checksum of those columns."""
        row = "select '{table}', count(*), md5(string_agg(md5(row({columns})::text), '' order by md5(row({columns})::text))) from {table};"
        sql = "".join(row.format(table=table, columns=", ".join(names)) for table, names in columns.items())
        return dict(line.split("|", 1) for line in self.ask(sql).splitlines())


@contextmanager
def throwaway(stack: Stack, *names: str) -> Iterator[list[Database]]:
    """New, empty databases that belong to the owner of the tables; gone afterwards."""
    with ExitStack() as opened:
        yield [opened.enter_context(_throwaway(stack, name)) for name in names]


@contextmanager
def _throwaway(stack: Stack, name: str) -> Iterator[Database]:
    drop = f"drop database if exists {name} with (force)"
    postgres.psql(stack, SUPERUSER, drop, f"dropping {name}")
    postgres.psql(stack, SUPERUSER, f"create database {name} owner {OWNER} template template0", f"making {name}")
    try:
        yield Database(stack, name)
    finally:
        postgres.psql(stack, SUPERUSER, drop, f"dropping {name}")


def with_supabase(database: Database) -> None:
    database.files([SQL / "plain/auth.sql", SUPABASE])


def install(database: Database, script: Path = SQL / "install.sql", version: str | None = None) -> None:
    """As a superuser does; a version other than the present one is made before install.sql finds it there."""
    if version:
        database.ask(OLD_EXTENSION.format(version=version))
    database.psql(f"running {script.relative_to(CHECKOUT)} in {database.name}", "-f", script)


def columns(database: Database) -> dict[str, list[str]]:
    """The columns of every table of ours and of Supabase's schemas, in order."""
    sql = """
        select c.oid::regclass, string_agg(quote_ident(attname), ',' order by attnum)
        from pg_class c join pg_attribute a on attrelid = c.oid
        where attnum > 0 and not attisdropped and relkind in ('r', 'p') and not relispartition
          and relnamespace in (select oid from pg_namespace where nspname in ('public', 'auth', 'storage'))
        group by 1
    """
    # The search_path must not shorten the names.
    found = database.ask("set search_path = pg_catalog; " + sql).splitlines()
    return {table: names.split(",") for table, names in (line.split("|") for line in found)}
