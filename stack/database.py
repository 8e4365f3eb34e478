"""Brings a database to the state of the checkout: roles, auth, extension, migrations, demo data."""

import hashlib
import json
import os
import shutil
from pathlib import Path

from . import packages
from .commands import Failed, run
from .layout import CHECKOUT, SQL, Stack
from .postgres import SUPERUSER, make_cluster, psql, psql_file
from .say import step
from .services import Service
from .supervise import Supervisor

LOGIN_ROLES = ("postgres", "authenticator", "portal_gateway")
PROJECT = SQL / "supabase"


def bring_up(stack: Stack, supervisor: Supervisor, services: dict[str, Service], extension: Path) -> None:
    """Starts Postgres and Auth, and installs or updates everything in between. Safe to repeat."""
    new = make_cluster(stack)
    supervisor.start(services["postgres"])
    supervisor.wait_ready(services["postgres"])
    _roles(stack)
    # Auth makes the `auth` and `storage` schemas, on which the migrations rest.
    supervisor.start(services["auth"])
    supervisor.wait_ready(services["auth"])
    psql_file(stack, SUPERUSER, SQL / "local/auth.sql")
    if new:
        psql_file(stack, SUPERUSER, SQL / "install.sql")
    push(stack)
    psql(stack, "postgres", "notify pgrst, 'reload schema';", "telling PostgREST about the schema")
    _record(stack, extension)


def _roles(stack: Stack) -> None:
    psql_file(stack, SUPERUSER, SQL / "roles.sql")
    psql_file(stack, SUPERUSER, SQL / "local/roles.sql")
    passwords = (f"alter role {role} password '{stack.secrets['PASSWORD_' + role.upper()]}';" for role in LOGIN_ROLES)
    psql(stack, SUPERUSER, "\n".join(passwords), "setting the roles' passwords")


def push(stack: Stack) -> str:
    """Applies new migrations, and the demo data once, with the Supabase CLI. Returns what it printed."""
    command = [
        packages.supabase_cli(), f"--workdir={SQL}", "db", "push", "--include-seed", "--yes", "--agent=no",
        f"--remote={stack.database_url('postgres', tls_off=True)}",
    ]  # fmt: skip
    log = stack.path("log/migrations.log")
    try:
        return run(command, "pushing the migrations", env=cli_environment(stack), log=log)
    except Failed as failed:
        # The CLI prints the whole statement after the error; the error is what matters.
        about = [row for row in failed.output.splitlines() if "ERROR" in row or row.startswith(("Applying", "Seeding"))]
        reason = "\n".join(f"    {row}" for row in about[-2:]) or str(failed)
        raise Failed(f"pushing the migrations failed:\n{reason}\nThe whole output is in {log}.", failed.output) from None


def cli_environment(stack: Stack) -> dict[str, str]:
    home = stack.path("cli")
    home.mkdir(exist_ok=True)
    return os.environ | {"HOME": str(home), "DO_NOT_TRACK": "1", "SUPABASE_TELEMETRY_DISABLED": "1"}


# What a database was made from. The demo data is disposable: where something changed that cannot be applied on
# top, the database is made anew instead of asking the developer to find out why things look odd.


def _fingerprint(extension: Path) -> dict[str, str]:
    files = [*SQL.glob("*.sql"), *SQL.glob("local/*.sql"), *PROJECT.glob("seeds/*.sql"), *PROJECT.glob("*.sql")]
    files += PROJECT.glob("migrations/*.sql")
    prints = {str(file.relative_to(CHECKOUT)): _digest(file) for file in files}
    prints |= {f"extension {file.name}": _digest(file) for file in extension.rglob("*.sql")}
    return prints


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _record(stack: Stack, extension: Path) -> None:
    stack.path("made-from.json").write_text(json.dumps(_fingerprint(extension), indent=1, sort_keys=True))


def drop_outdated(stack: Stack, extension: Path) -> None:
    """Deletes the demo database when it can not be brought to the present state of the checkout."""
    if not stack.data.exists():
        return
    record = stack.path("made-from.json")
    before = json.loads(record.read_text()) if record.exists() else None
    if before is None:
        reason = "its first set-up did not finish"
    else:
        changed = changes(before, _fingerprint(extension))
        if not changed:
            return
        reason = "changed since it was made: " + ", ".join(changed)
    step(f"Making the demo database anew ({reason})")
    for name in ("data", "auth", "mail"):
        shutil.rmtree(stack.path(name), ignore_errors=True)
    record.unlink(missing_ok=True)
    stack.make_directories()


def changes(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """Names that changed or vanished, or migrations added before one that is applied already."""
    applied = [name for name in before if "/migrations/" in name]
    new = sorted(now.keys() - before.keys())
    late = [name for name in new if "/migrations/" not in name or (applied and name < max(applied))]
    return sorted(name for name in before if now.get(name) != before[name]) + late
