"""Commands and settings as docs/operations.md gives them, so that what operators read is what was tested."""

import os
import re
from pathlib import Path

from stack import postgres
from stack.commands import run
from stack.layout import CHECKOUT, Stack
from stack.say import Problem

DOCS = CHECKOUT / "docs/operations.md"


def block(words: str) -> str:
    """The one block with these words in it."""
    blocks = re.findall(r"^```\w*\n(.*?)^```$", DOCS.read_text(), re.MULTILINE | re.DOTALL)
    found = [text for text in blocks if words in text]
    if len(found) != 1:
        raise Problem(f"{DOCS.name} has {len(found)} blocks with `{words}`, and not one.")
    return found[0]


def settings(text: str, **values: str) -> str:
    """Settings with other values than the documented examples."""
    for name, value in values.items():
        text, changed = re.subn(rf"^{name} = .*$", f"{name} = '{value}'", text, flags=re.MULTILINE)
        if not changed:
            raise Problem(f"{DOCS.name} no longer sets {name} here:\n{text}")
    return text


def shell(stack: Stack, text: str, role: str, database: str = "postgres", user: str | None = None) -> str:
    """Runs a block in a checkout, connected as libpq's variables say."""
    environment = postgres.psql_environment(stack, role) | {"PGDATABASE": database, "PATH": f"{stack.postgres_bin}:{os.environ['PATH']}"}
    return run(["bash", "-eu", "-o", "pipefail", "-c", text], f"`{text.splitlines()[0]}`", cwd=CHECKOUT, env=environment, user=user)
