"""Runs the blocks of one page as they are written, on the running test stack."""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from stack import database, packages, postgres, services
from stack.layout import CHECKOUT, Stack

from .blocks import FILE, SHELL, SQL, Block

LONGEST = 300  # seconds, for a block that would never end

# Per block: what fails is undone alone, so that one mistake is told once; the blocks after it go on.
SQL_BEFORE = """
\\warn begin-block {number}
savepoint block;
set local role {role};
"""
SQL_AFTER = """
\\o
\\pset format unaligned
select 1 as ran;
\\if :ERROR
  \\warn failed-block {number}
  rollback to savepoint block;
\\else
  \\warn passed-block {number}
\\endif
reset role;
"""


def run_page(stack: Stack, blocks: list[Block]) -> dict[Block, str]:
    """What went wrong, by block. Blocks on the demo data run in one session, whose transaction is rolled back."""
    on_demo = [block for block in blocks if block.how and SQL.fullmatch(block.how) and not block.new_database]
    failures = run_sql(stack, on_demo) if on_demo else {}
    with ExitStack() as later:
        name = "postgres"
        for block in blocks:
            if block.how is None or block in on_demo:
                continue
            if block.new_database and name == "postgres":
                name = later.enter_context(new_database(stack))
            failure = run_other(stack, block, name if block.new_database else "postgres")
            if failure:
                failures[block] = failure
    return failures


def run_other(stack: Stack, block: Block, database_name: str) -> str | None:
    assert block.how is not None
    if SHELL.fullmatch(block.how):
        return run_shell(stack, block.text, database_name)
    sql = SQL.fullmatch(block.how)
    if sql:
        return run_alone(stack, block.text, role(sql["role"]), database_name)
    by = FILE.fullmatch(block.how)
    assert by is not None, "blocks.mark has let it through"
    return judge_file(by["what"], by["file"], block)


def run_sql(stack: Stack, blocks: list[Block]) -> dict[Block, str]:
    """One psql session for all of them; what it says on standard error tells which failed."""
    script = ["\\set ON_ERROR_STOP off", "begin;", f"set local statement_timeout = '{LONGEST}s';"]
    for number, block in enumerate(blocks):
        how = SQL.fullmatch(block.how or "")
        assert how is not None
        script.append(SQL_BEFORE.format(number=number, role=role(how["role"])))
        script += [block.text, SQL_AFTER.format(number=number)]
    script.append("rollback;")
    said = psql(stack, "\n".join(script), "postgres").stderr
    return {block: verdict for number, block in enumerate(blocks) if (verdict := judge_sql(said, number, block.text))}


def judge_sql(said: str, number: int, text: str) -> str | None:
    """What psql said about one block, when it was not content."""
    if unfinished(text):
        return "its last statement does not end with a semicolon, so psql would wait for more."
    part = re.search(rf"^begin-block {number}$(.*?)^(passed|failed)-block {number}$", said, re.MULTILINE | re.DOTALL)
    if part is None:
        return f"psql never came to its end:\n{said[-1000:]}"
    # Unknown backslash commands are complaints and no errors.
    complaints = [row for row in part[1].splitlines() if row and not row.startswith(("NOTICE", "WARNING", "INFO"))]
    return None if part[2] == "passed" and not complaints else "\n".join(complaints) or "it failed."


def unfinished(text: str) -> bool:
    """Whether psql would go on reading: the last line that says something is neither a command of psql nor ends one."""
    rows = [re.sub(r"--.*$", "", row).strip() for row in text.splitlines()]
    last = next((row for row in reversed(rows) if row), "")
    return not (last.endswith(";") or "\\" in last)


def run_alone(stack: Stack, text: str, as_role: str, database_name: str) -> str | None:
    done = psql(stack, f"\\set ON_ERROR_STOP on\nset role {as_role};\n{text}", database_name)
    if unfinished(text):
        return "its last statement does not end with a semicolon, so psql would wait for more."
    return done.stderr.strip() or "it failed." if done.returncode else None


def run_shell(stack: Stack, text: str, database_name: str) -> str | None:
    with tempfile.NamedTemporaryFile("w", suffix=".sh") as script:
        script.write(text + "\n")
        script.flush()
        done = subprocess.run(
            ["bash", "-eu", "-o", "pipefail", script.name],
            cwd=CHECKOUT, env=environment(stack, database_name), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LONGEST, check=False,
        )  # fmt: skip
    return f"it ended with status {done.returncode}:\n{done.stdout[-2000:]}" if done.returncode else None


def environment(stack: Stack, database_name: str) -> dict[str, str]:
    """A shell on a machine where everything is installed: psql, the gateway, the Supabase CLI and Node are found."""
    programs = [
        stack.postgres_bin, stack.path("bin"), packages.supabase_cli().parent, packages.node().parent,
        *os.environ["PATH"].split(":"),
    ]  # fmt: skip
    owner = stack.database_url("postgres").removesuffix("/postgres") + f"/{database_name}?sslmode=disable"
    tests_own = postgres.psql_environment(stack, postgres.SUPERUSER) | stack.environment() | database.cli_environment(stack)
    # The gateway takes every PORTAL_… for one of its settings; those of the stack's are there.
    anybodys = {name: value for name, value in tests_own.items() if not name.startswith("PORTAL_")}
    return (
        anybodys
        | services.all_services(stack)["gateway"].env
        | {"PATH": ":".join(map(str, programs)), "PGDATABASE": database_name, "DATABASE_URL": owner}
    )


def judge_file(what: str, name: str, block: Block) -> str | None:
    file = CHECKOUT / name
    if not file.is_file():
        return f"there is no file {name}."
    if what == "by":
        # A test that runs a block as it is written takes it from the page: by the page's name, or by a helper's block(…).
        reads = block.page.rpartition("/")[2] in file.read_text() or re.search(r"\bblock\(", file.read_text())
        return None if reads else f"{name} does not read this page, so it runs something else."
    there = {row.strip() for row in file.read_text().splitlines()}
    missing = [row for row in block.text.splitlines() if row.strip() and row.strip() not in there]
    return f"{name} has no such line: {missing[0]}" if missing else None


@contextmanager
def new_database(stack: Stack) -> Iterator[str]:
    """An empty database of the owner's, gone afterwards."""
    name = "documented"
    drop = f"drop database if exists {name} with (force);"
    psql(stack, drop, "postgres").check_returncode()
    psql(stack, f"create database {name} owner postgres template template0;", "postgres").check_returncode()
    try:
        yield name
    finally:
        psql(stack, drop, "postgres").check_returncode()


def psql(stack: Stack, script: str, database_name: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(stack.postgres_bin / "psql"), "-Xq"],
        cwd=CHECKOUT, env=postgres.psql_environment(stack, postgres.SUPERUSER) | {"PGDATABASE": database_name},
        input=script, capture_output=True, text=True, timeout=LONGEST, check=False,
    )  # fmt: skip


def role(name: str) -> str:
    """Names of the field: the owner of the tables is `postgres` here, as on Supabase."""
    return {"owner": "postgres", "superuser": postgres.SUPERUSER}.get(name, name)
