"""The stack's own Postgres: a private copy of Debian's program tree, and a cluster."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from . import debian13, layout, packages
from .commands import run
from .layout import CHECKOUT, Stack, give_to_servers, server_user, write_private

SUPERUSER = "supabase_admin"
BEGIN_OWN_SETTINGS = "# --- pg_portal: written by the set-up ---"


def fill(template: str, values: dict[str, object]) -> str:
    """A file of stack/conf with its @words@ replaced."""
    text = (CHECKOUT / "stack/conf" / template).read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text


def program_tree(stack: Stack, parts: list[Path], extension: Path) -> None:
    """Makes the stack's copy of Postgres from its parts (folders with a usr/ tree) and puts the extension into it.

    Postgres finds its own files relative to its programs, so a copy needs no installation, no administrator
    rights, and never meets the system's Postgres or another checkout's.
    """
    tree, stamp = stack.postgres_tree, stack.postgres_tree / "copied.json"
    wanted = json.dumps({"postgres": debian13.version(), "pgvector": debian13.PGVECTOR, "packages": packages.postgres_packages()})
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(tree, ignore_errors=True)
        for part in parts:
            for folder in (f"usr/{kind}/postgresql/{layout.postgres_major()}" for kind in ("lib", "share")):
                shutil.copytree(part / folder, tree / folder, symlinks=False, dirs_exist_ok=True)
        stamp.write_text(wanted)
    # A new inode, so that a server which has the old library open is not disturbed.
    for file in extension.rglob("*"):
        if file.is_file():
            target = tree / file.relative_to(extension)
            target.unlink(missing_ok=True)
            shutil.copy(file, target)


def make_cluster(stack: Stack) -> bool:
    """Makes the data directory when there is none; says whether it did."""
    new = not (stack.data / "PG_VERSION").exists()
    if new:
        shutil.rmtree(stack.data, ignore_errors=True)
        stack.data.mkdir(mode=0o700)
        give_to_servers(stack.data)
        password_file = stack.path("run/superuser-password")
        write_private(password_file, stack.secrets["PASSWORD_SUPABASE_ADMIN"])
        command = [
            stack.postgres_bin / "initdb", f"--pgdata={stack.data}", f"--username={SUPERUSER}",
            f"--pwfile={password_file}", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256",
            "--data-checksums",
        ]  # fmt: skip
        run(command, "making the database cluster", cwd=stack.state, user=server_user())
        password_file.unlink()
    _write_settings(stack)
    return new


def _write_settings(stack: Stack) -> None:
    file = stack.data / "postgresql.conf"
    original = file.read_text().split(BEGIN_OWN_SETTINGS)[0]
    own = fill("postgresql.conf", {"postgres_port": stack.port("postgres")})
    write_private(file, original + BEGIN_OWN_SETTINGS + "\n" + own)


def psql_environment(stack: Stack, role: str) -> dict[str, str]:
    return os.environ | {
        "PGHOST": "127.0.0.1",
        "PGPORT": str(stack.port("postgres")),
        "PGUSER": role,
        "PGPASSWORD": stack.secrets["PASSWORD_" + role.upper()],
        "PGDATABASE": "postgres",
        "PGOPTIONS": "-c client_min_messages=warning",
    }


def psql(stack: Stack, role: str, sql: str, what: str) -> str:
    """Runs SQL text in one transaction-free session and returns psql's unaligned output."""
    command = [stack.postgres_bin / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1"]
    return run(command, what, env=psql_environment(stack, role), stdin=sql).strip()


def psql_file(stack: Stack, role: str, file: Path) -> None:
    name = file.relative_to(CHECKOUT)
    command = [stack.postgres_bin / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-f", file]
    run(command, f"running {name}", env=psql_environment(stack, role))


def answers(stack: Stack) -> bool:
    command = [str(stack.postgres_bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(stack.port("postgres"))]
    return subprocess.run(command, check=False).returncode == 0
