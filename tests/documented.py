"""Commands and settings that the documentation tells people to use, so that checks use them as they are written."""

import re
from pathlib import Path

from stack.layout import CHECKOUT
from stack.say import Problem

OPERATIONS = CHECKOUT / "docs/operations.md"


def block(heading: str, language: str, file: Path = OPERATIONS) -> str:
    """The fenced block of a language below a heading."""
    section = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", file.read_text(), re.MULTILINE | re.DOTALL)
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", section[1], re.MULTILINE | re.DOTALL) if section else []
    if len(blocks) != 1:
        raise Problem(f"{file.name} has {len(blocks)} blocks `{language}` below `{heading}`, and the test needs the one.")
    return str(blocks[0])
