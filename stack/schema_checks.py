"""What the Supabase CLI says about the migrated database: TypeScript types, lint, advisors."""

import json
import subprocess

from . import packages, postgres
from .database import cli_environment
from .layout import CHECKOUT, SQL, Stack
from .say import Problem

TYPES = CHECKOUT / "tests/api/database.types.ts"
# Advice that is known and accepted: a list of {"advice": its name or cache key, "reason", "test": a file}.
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
    """plpgsql_check over every function. The CLI creates its extension where it is missing, but not as superuser."""
    extension = "create extension if not exists plpgsql_check with schema extensions"
    postgres.psql(stack, postgres.SUPERUSER, extension, "installing plpgsql_check")
    schemas = "--schema=public,portal,portal_internal,portal_admin"
    return _cli(stack, "postgres", "db", "lint", schemas, "--level=warning", "--fail-on=warning")


def check_advisors(stack: Stack) -> None:
    """Supabase's security and performance advice: nothing may be new, and nothing accepted may be stale."""
    answer = json.loads(_cli(stack, "postgres", "db", "advisors", "--level=info", "--output-format=json"))
    accepted = json.loads(ACCEPTED.read_text()) if ACCEPTED.exists() else []
    problems = judge(answer["results"], accepted)
    if problems:
        where = ACCEPTED.relative_to(CHECKOUT)
        raise Problem(f"{len(problems)} to repair (or to accept with its reason in {where}):\n" + "\n".join(problems))


def judge(advice: list[dict[str, str]], accepted: list[dict[str, str]]) -> list[str]:
    """What is wrong with the advice, given what was accepted: one sentence each."""
    problems, used = [], set()
    for found in advice:
        keys = {found["name"], found["cacheKey"]} & {entry["advice"] for entry in accepted}
        used |= keys
        if not keys:
            problems.append(f"{found['level']} {found['cacheKey']}: {found['detail']}")
    for entry in accepted:
        if entry["advice"] not in used:
            problems.append(f"accepted, but no longer reported: {entry['advice']}")
        if not entry.get("reason") or not (CHECKOUT / entry.get("test", "missing")).is_file():
            problems.append(f"accepted without a reason or an existing test: {entry['advice']}")
    return problems
