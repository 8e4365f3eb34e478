"""From version to version: what was released can still be installed, updated, dumped, restored and dropped.

    python3 -m tests.lifecycle           (in databases of their own beside the test stack's)
    python3 -m tests.lifecycle draft     prints what the update script still lacks

For every released version a database is made as it was then, with the demo's rows. It works with the new library
before anybody updates it; updated, it is the same as one that was installed anew, and has kept its rows; and
its dump, restored where the new files are, comes to the same.
"""

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from stack import postgres, release
from stack.layout import CHECKOUT, SQL, test_stack
from stack.say import Problem, detail, step
from tests import catalog
from tests.dumps import comparable
from tests.expecting import expect
from tests.lifecycle import draft
from tests.lifecycle.databases import OWNER, Database, columns, install, throwaway, with_supabase

SEEDS = sorted((SQL / "supabase/seeds").glob("*.sql"))
ALL_MIGRATIONS = sorted((SQL / "supabase/migrations").glob("*.sql"))
SMOKE = CHECKOUT / "tests/lifecycle/smoke.sql"
SMOKED = "signed-in dashboard booked repeated held told audited office"


def main() -> None:
    stack = test_stack()
    if not stack.postgres_bin.exists() or not postgres.answers(stack):
        raise Problem("there is no test stack. Start one with `make test ONLY=start KEEP=1`.")
    if sys.argv[1:] == ["draft"]:
        print(draft.missing(stack), end="")
        return
    for version in release.released():
        step(f"Version {version}: updated, and restored, it is what {release.version()} installs")
        with throwaway(stack, *(f"lifecycle_{name}" for name in ("new", "updated", "restored", "pinned"))) as databases, TemporaryDirectory() as folder:
            one_version(version, Path(folder), *databases)
    with throwaway(stack, "lifecycle_empty") as (empty,):
        drop_without_tables(empty)


def one_version(version: str, folder: Path, new: Database, updated: Database, restored: Database, pinned: Database) -> None:
    make_old(updated, version)
    text, kept = updated.dump(), columns(updated)
    updated.documented("pg_dump --format=custom", folder)
    content = update(updated, version, kept)
    make_new(new)
    same_but_for_partitions(new, updated)
    restore(restored, version, folder)
    catalog.same("the restored database is not the updated one", updated.catalog(), restored.catalog(), ("updated", "restored"))
    same_rows("the restored database", content, restored.content(kept))
    restore_pinned(pinned, version, folder, text)
    refuse_to_drop(updated)


def make_old(database: Database, version: str) -> None:
    """A database as that version made it, on the new library."""
    with_supabase(database)
    install(database, CHECKOUT / "released" / version / "install.sql", version)
    database.files(release.migrations(version), OWNER)
    database.files(SEEDS, OWNER)
    expect(f"version {version} on the new library", database.version(), version)
    smoke(database)
    # The documented dump leaves them out.
    database.ask("delete from public.portal_live_events")


def update(database: Database, version: str, kept: dict[str, list[str]]) -> dict[str, str]:
    """As docs/operations.md says; returns what the tables hold in those columns, which must be what they held."""
    before = database.content(kept)
    rows = sum(int(counted.split("|")[0]) for counted in before.values())
    if rows < 1000:
        raise Problem(f"there were only {rows} rows to lose.")
    database.documented("alter extension pg_portal update")
    smoke(database)
    push(database, version)
    after = database.content(kept)
    same_rows("the updated database", before, after)
    smoke(database)
    detail(f"The update kept {rows} rows of {len(kept)} tables")
    return after


def push(database: Database, version: str) -> None:
    """The migrations since that version, on an extension that is the present one already."""
    expect("the extension's version", database.version(), release.version())
    known = release.migrations(version)
    database.files([file for file in ALL_MIGRATIONS if file not in known], OWNER)


def make_new(database: Database) -> None:
    with_supabase(database)
    install(database)
    database.files(ALL_MIGRATIONS, OWNER)


def same_but_for_partitions(new: Database, updated: Database) -> None:
    found, expected = (catalog.without_partitions(database.catalog()) for database in (updated, new))
    if len(expected) < 1000:
        raise Problem(f"the catalog has only {len(expected)} objects, so nothing is proved.")
    catalog.same(
        "an updated database is not what is installed anew (`make upgrade-draft` prints what the update script lacks)",
        expected, found, ("installed anew", "updated"),
    )  # fmt: skip
    detail(f"Installed anew and updated are the same in {len(expected)} objects")


def restore(database: Database, version: str, folder: Path) -> None:
    """A dump names no version of an extension: the newest is what comes back, under the old tables."""
    database.documented("pg_restore --exit-on-error", folder)
    push(database, version)
    smoke(database)


def same_rows(what: str, before: dict[str, str], after: dict[str, str]) -> None:
    changed = [f"{table}: {held} before, {after.get(table)} now" for table, held in before.items() if after.get(table) != held]
    if changed:
        raise Problem(f"{what} holds other rows (number and checksum):\n" + "\n".join(changed))


def restore_pinned(database: Database, version: str, folder: Path, text: str) -> None:
    """With the version written into the dump the old version comes back."""
    database.documented("VERSION '0.1.0'", folder)
    made = (folder / "portal.sql").read_text().replace("VERSION '0.1.0'", f"VERSION '{version}'")
    database.ask(made)
    expect("the restored version", database.version(), version)
    if comparable(database.dump()) != comparable(text):
        raise Problem(f"what was restored at version {version} is not what was dumped.")
    smoke(database)


def refuse_to_drop(database: Database) -> None:
    """The tables' defaults, checks, policies and triggers are the extension's functions; Postgres says so."""
    said = database.refusal("drop extension pg_portal")
    tables = set(re.findall(r" (?:of|on) table (\w+) depends on (?:function|type) portal", said))
    if "cannot drop extension pg_portal because other objects depend on it" not in said or len(tables) < 20:
        raise Problem(f"`drop extension` does not name the tables that stand in its way. It says:\n{said}")
    smoke(database)


def drop_without_tables(database: Database) -> None:
    with_supabase(database)
    install(database)
    database.ask("drop extension pg_portal")
    left = database.ask("select nspname from pg_namespace where nspname like 'portal%'")
    expect("schemas that the extension leaves behind", left, "")
    install(database)
    expect("the extension, installed again", database.version(), release.version())


def smoke(database: Database) -> None:
    came_out = database.psql(f"a booking in {database.name}", "-f", SMOKE).split()
    expect("what a customer can do", " ".join(came_out), SMOKED)


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(f"error: {problem}")
