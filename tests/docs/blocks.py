"""The commands of the documentation: fenced blocks, and the mark before each that says how it is run.

A mark is a comment on the line before the block, which readers do not see:

    <!-- run: sql as owner -->                    on the demo data; what a page changes is rolled back at its end
    <!-- run: sql as superuser -->                as the superuser; any role's name will do
    <!-- run: sql as owner, new database -->      on a database that this page's blocks begin empty and share
    <!-- run: sh in checkout -->                  by a shell, with the stack's addresses in its environment
    <!-- run: sh in checkout, new database -->    likewise, and libpq's variables name that database
    <!-- run: by tests/api/readme.test.ts -->     another test takes it from the page and runs it
    <!-- run: lines of stack/conf/postgrest.conf -->  every line is also one of that file, which the stack runs on
    <!-- not run: why -->                         it is not

Blocks of the language `text` are no commands and need none.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from stack.layout import CHECKOUT

FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\S*)\s*$")
MARK = re.compile(r"^ *<!-- *(?P<run>run|not run): *(?P<how>.*?) *-->$")
SQL = re.compile(r"sql as (?P<role>[a-z_]+)(?P<new>, new database)?")
SHELL = re.compile(r"sh in checkout(?P<new>, new database)?")
FILE = re.compile(r"(?P<what>by|lines of) (?P<file>\S+)")
NO_COMMANDS = ("text",)


@dataclass(frozen=True)
class Block:
    """One block: `place` is page:line, `how` the mark's words, None where it is not run."""

    page: str
    line: int
    language: str
    text: str
    how: str | None
    reason: str = ""

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def new_database(self) -> bool:
        return self.how is not None and self.how.endswith(", new database")


class Unmarked(Exception):
    """A block that nobody has said anything about."""


def pages() -> list[Path]:
    """Every page that people read; the history of changes holds no instructions."""
    found = [*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/*.md"), *CHECKOUT.glob("docker/*.md")]
    return sorted(page for page in found if page.name != "CHANGELOG.md")


def read(page: Path) -> list[Block]:
    return parse(str(page.relative_to(CHECKOUT)), page.read_text())


def parse(page: str, text: str) -> list[Block]:
    """The blocks of a page. Raises Unmarked, with a sentence for each block that has no mark or a wrong one."""
    lines = text.splitlines()
    blocks, mistakes, number = [], [], 0
    while number < len(lines):
        opened = FENCE.match(lines[number])
        if not opened:
            number += 1
            continue
        closed = next((at for at in range(number + 1, len(lines)) if lines[at].strip() == "```"), None)
        if closed is None:
            raise Unmarked(f"{page}:{number + 1}: this block is never closed.")
        indent, language = len(opened["indent"]), opened["language"]
        body = "\n".join(row[indent:] for row in lines[number + 1 : closed])
        if language not in NO_COMMANDS:
            try:
                how, reason = mark(lines[number - 1] if number else "", language)
                blocks.append(Block(page, number + 1, language, body, how, reason))
            except Unmarked as mistake:
                mistakes.append(f"{page}:{number + 1}: {mistake}")
        number = closed + 1
    if mistakes:
        raise Unmarked("\n".join(mistakes))
    return blocks


def mark(line: str, language: str) -> tuple[str | None, str]:
    """How a block is run, or None and the reason why it is not."""
    found = MARK.match(line)
    if not found:
        likely = "sh in checkout" if language in ("sh", "bash") else "sql as owner"
        raise Unmarked(
            f"this block has no mark; write <!-- run: {likely} --> on the line before it, or <!-- not run: why --> "
            "(tests/docs/blocks.py lists all), or call it ```text if it is no command."
        )
    if found["run"] == "not run":
        if len(found["how"]) < 10:
            raise Unmarked("its mark does not say why it is not run.")
        return None, found["how"]
    if not any(way.fullmatch(found["how"]) for way in (SQL, SHELL, FILE)):
        raise Unmarked(f"its mark says “{found['how']}”, which means nothing; tests/docs/blocks.py lists what does.")
    return found["how"], ""
