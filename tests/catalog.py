"""What a database is made of, as tests/catalog.sql tells it, and in what two databases differ."""

import difflib
import json
from collections.abc import Iterable
from pathlib import Path

from stack.say import Problem

OBJECTS = Path(__file__).with_name("catalog.sql").read_text()
ROWS = Path(__file__).with_name("rows.sql").read_text()

# By kind and name; what is known about each, by a word for it.
Catalog = dict[tuple[str, str], dict[str, object]]


def read(lines: Iterable[str]) -> Catalog:
    rows = [json.loads(line) for line in lines if line]
    catalog = {(row["kind"], row["object"]): row["facts"] for row in rows}
    if len(catalog) != len(rows):
        raise Problem("two objects of the catalog have one name; tests/catalog.sql must tell them apart.")
    return catalog


def without_partitions(catalog: Catalog) -> Catalog:
    """Which partitions there are depends on the rows and the day; they have nothing that their table has not."""
    return {key: facts for key, facts in catalog.items() if not facts.get("of partition")}


def of_extension(catalog: Catalog, name: str) -> Catalog:
    return {key: facts for key, facts in catalog.items() if facts.get("extension") == name and key[0] in ("schema", "function", "type")}


def differences(one: Catalog, other: Catalog, names: tuple[str, str]) -> list[str]:
    """A sentence for every object that only one has, and for every fact in which they differ."""
    found = []
    for key in sorted(one.keys() | other.keys()):
        object = f"{key[0]} {key[1]}"
        if key not in other:
            found.append(f"{object}: only in {names[0]}")
        elif key not in one:
            found.append(f"{object}: only in {names[1]}")
        else:
            facts, others = one[key], other[key]
            differing = [fact for fact in sorted(facts.keys() | others.keys()) if facts.get(fact) != others.get(fact)]
            found += [f"{object}: {fact}{_contrast(facts.get(fact), others.get(fact), names)}" for fact in differing]
    return found


def _contrast(one: object, other: object, names: tuple[str, str]) -> str:
    if isinstance(one, str) and isinstance(other, str) and "\n" in one + other:
        lines = difflib.unified_diff(one.splitlines(), other.splitlines(), *names, lineterm="", n=1)
        return "".join(f"\n    {line}" for line in lines)
    return f"\n    {names[0]}: {json.dumps(one)}\n    {names[1]}: {json.dumps(other)}"


def same(what: str, one: Catalog, other: Catalog, names: tuple[str, str]) -> None:
    found = differences(one, other, names)
    if found:
        raise Problem(f"{what}: {len(found)} differences.\n" + "\n".join(found))
