"""Settings as docs/operations.md gives them, so that what operators read is what was tested."""

import re
from pathlib import Path

from stack.layout import CHECKOUT
from stack.say import Problem

DOCS = CHECKOUT / "docs/operations.md"


def documented(word: str, backup: Path = Path("/backup"), **values: str) -> str:
    """The block in which that setting is, for this folder instead of /backup, and with these values."""
    blocks = re.findall(r"^```\w*\n(.*?)^```$", DOCS.read_text(), re.MULTILINE | re.DOTALL)
    found = [block for block in blocks if re.search(rf"^{word} =", block, re.MULTILINE)]
    if len(found) != 1:
        raise Problem(f"{DOCS.name} has {len(found)} blocks that set {word}, and not one.")
    text = found[0].replace("/backup", str(backup))
    for name, value in values.items():
        text, changed = re.subn(rf"^{name} = .*$", f"{name} = '{value}'", text, flags=re.MULTILINE)
        if not changed:
            raise Problem(f"{DOCS.name} does not set {name} beside {word}.")
    return text
