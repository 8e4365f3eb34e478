"""What the Supabase CLI says about the migrated database: TypeScript types, lint, advisors."""

import json
import subprocess

from . import packages, postgres
from .database import cli_environment
from .layout import CHECKOUT, SQL, Stack
from .say import Problem

TYPES = CHECKOUT / "tests/api/database.types.ts"
# Advice that is known and accepted: a list of {"cache_key", "reason", "test"}.
ACCEPTED = CHECKOUT / "tests/lint/accepted-advice.json"


def _cli(stack: Stack, role: str, *arguments: str) -> str:
    """Runs the Supabase CLI against the stack and returns its standard output."""
    target = f"--remote={stack.database_url(role, tls_off=True)}"
    command = [str(packages.supabase_cli()), f"--workdir={SQL}", *arguments, "--agent=no", target]
    done = subprocess.run(command, env=cli_environment(stack), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Problem(f"`supabase {' '.join(arguments)}` failed:\n{done.stderr.strip()}\n{done.stdout.strip()}")
    return done.stdout


def types(stack: Stack) -> str:
    """The TypeScript types of the API, as clients import them."""
    return _cli(stack, "postgres", "gen", "types", "typescript", "--schema=public,portal")


def check_types(stack: Stack) -> None:
    """Fails when the committed types are not those of the database."""
    if not TYPES.exists() or TYPES.read_text() != types(stack):
        raise Problem(f"{TYPES.relative_to(CHECKOUT)} is out of date. Run `make types` beside `make run` and commit it.")


def lint(stack: Stack) -> str:
    """plpgsql_check over every function, through the CLI; it needs the superuser to create its extension."""
    return _cli(stack, postgres.SUPERUSER, "db", "lint", "--schema=public,portal,portal_internal,portal_admin",
                "--level=warning", "--fail-on=warning")  # fmt: skip


def check_advisors(stack: Stack) -> None:
    """Supabase's security and performance advice: nothing may be new, and nothing accepted may be stale."""
    answer = json.loads(_cli(stack, "postgres", "db", "advisors", "--level=info", "--output-format=json"))
    advice = {found["cacheKey"]: found for found in answer["results"]}
    accepted = {entry["cache_key"]: entry for entry in json.loads(ACCEPTED.read_text())} if ACCEPTED.exists() else {}
    unexplained = [key for key, entry in accepted.items() if not entry.get("reason") or not entry.get("test")]
    problems = [f"{found['level']} {key}: {found['detail']}" for key, found in advice.items() if key not in accepted]
    problems += [f"accepted without a reason or a test: {key}" for key in unexplained]
    problems += [f"accepted, but no longer reported: {key}" for key in accepted.keys() - advice.keys()]
    if problems:
        where = ACCEPTED.relative_to(CHECKOUT)
        raise Problem(f"{len(problems)} to repair (or to accept with its reason in {where}):\n" + "\n".join(problems))
