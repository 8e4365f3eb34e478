"""Writes what an update script still lacks, from the difference between an updated extension and a new one.

A draft: what it can not know (a label that was renamed, a function that is to go) it leaves as a comment.
"""

import re

from stack import release
from stack.layout import Stack
from tests import catalog
from tests.catalog import Catalog
from tests.lifecycle.databases import OLD_EXTENSION, SUPERUSER, Database, throwaway

Facts = dict[str, object]
# What one needs before the others.
ORDER = ("schema", "type", "function")
RIGHT = re.compile(r"([^:]+):([A-Z ]+)(\*?)")
VOLATILITY = {"i": "immutable", "s": "stable", "v": "volatile"}
PARALLEL = {"s": "safe", "r": "restricted", "u": "unsafe"}


def missing(stack: Stack) -> str:
    """The statements that bring the last released version, updated by the script as it is, to the present one."""
    last = list(release.released())[-1]
    with throwaway(stack, "draft_new", "draft_updated") as (new, old):
        old.ask(OLD_EXTENSION.format(version=last) + "alter extension pg_portal update;")
        new.ask(OLD_EXTENSION.format(version=release.version()))
        wanted, present = _members(new), _members(old)
    keys = sorted(wanted.keys() | present.keys(), key=lambda key: (ORDER.index(key[0]), _place(wanted.get(key, {})), key[1]))
    return "\n".join(statement for key in keys for statement in _statements(key, present.get(key), wanted.get(key)))


def _place(facts: Facts) -> int:
    """Row types are made of the others."""
    return int(facts.get("kind") == "c")


def _members(database: Database) -> Catalog:
    return catalog.of_extension(database.catalog(), "pg_portal")


def _statements(key: tuple[str, str], present: Facts | None, wanted: Facts | None) -> list[str]:
    if present == wanted:
        return []
    kind, name = key
    if wanted is None:
        return [f"-- The present version has no {kind} {name}; whoever calls it must be thought of first:\n-- drop {kind} {name};\n"]
    made = MAKE[kind](name, present, wanted)
    # What is made belongs to whoever runs the script, the superuser who also installs.
    owned_by = present["owner"] if present else SUPERUSER
    owner = [f"alter {kind} {name} owner to {wanted['owner']};"] if owned_by != wanted["owner"] else []
    return [*made, *owner, *_rights(kind, name, present, wanted), *_comment(kind, name, present, wanted), ""]


def _schema(name: str, present: Facts | None, wanted: Facts) -> list[str]:
    return [] if present else [f"create schema {name};"]


def _type(name: str, present: Facts | None, wanted: Facts) -> list[str]:
    labels, known = wanted.get("labels"), (present or {}).get("labels")
    if present is None and labels:
        return [f"create type {name} as enum ({', '.join(map(_text, labels))});"]
    if present is None and wanted["kind"] == "c":
        return [f"create type {name} as (\n  " + ",\n  ".join(wanted["columns"]) + "\n);"]
    if present is None:
        checks = (constraint.partition(" ")[2] for constraint in wanted.get("constraints") or [])
        return [" ".join([f"create domain {name} as {wanted.get('base')}", *checks]) + ";"]
    if labels != known:
        return _labels(name, list(known), list(labels))
    changed = [fact for fact in ("columns", "base", "constraints", "default") if present.get(fact) != wanted.get(fact)]
    return [f"-- {name}: {fact} was {present.get(fact)}, is {wanted.get(fact)}" for fact in changed]


def _labels(name: str, known: list[str], labels: list[str]) -> list[str]:
    """New labels in their places. Those that vanished can not be taken away."""
    statements = [f"-- {name} has lost {_text(label)}, which no statement can take away" for label in known if label not in labels]
    for place, label in enumerate(labels):
        if label not in known:
            where = f" after {_text(labels[place - 1])}" if place else f" before {_text(known[0])}"
            statements.append(f"alter type {name} add value if not exists {_text(label)}{where};")
    return statements


def _function(name: str, present: Facts | None, wanted: Facts) -> list[str]:
    outside = ("owner", "rights", "comment")
    if present and all(present.get(fact) == wanted.get(fact) for fact in wanted.keys() | present.keys() if fact not in outside):
        return []
    head = f"create or replace function {name.split('(')[0]}("
    arguments = str(wanted["arguments"])
    inside = f"\n  {arguments}\n" if len(head) + len(arguments) > 110 else arguments
    result = str(wanted["result"])
    between = "\n" if len(result) > 80 else " "
    lines = [f"{head}{inside}){between}returns {result}", f"language {wanted['language']} {_manner(wanted)}", _body(wanted)]
    return ["\n".join(lines)]


def _manner(wanted: Facts) -> str:
    words = [VOLATILITY[str(wanted["volatility"])]]
    words += ["strict"] if wanted["strict"] else []
    words += ["leakproof"] if wanted["leakproof"] else []
    words += ["security definer"] if wanted["definer"] else []
    words += [f"parallel {PARALLEL[str(wanted['parallel'])]}"] if wanted["parallel"] != "u" else []
    words += [f"set {setting.replace('=', ' = ', 1)}" for setting in wanted.get("settings") or []]
    return " ".join(words)


def _body(wanted: Facts) -> str:
    if wanted["language"] == "c":
        return f"as 'MODULE_PATHNAME', '{wanted['body']}';"
    return f"{wanted['sql body']};" if "sql body" in wanted else f"as $body${wanted['body']}$body$;"


def _rights(kind: str, name: str, present: Facts | None, wanted: Facts) -> list[str]:
    # Whoever makes a thing owns it for a moment; what the owner has, it always has.
    had = _granted(present) if present else {"function": {("public", "EXECUTE")}, "type": {("public", "USAGE")}}.get(kind, set())
    wants = _granted(wanted)
    taken = [f"revoke {right} on {kind} {name} from {who};" for right, who in _by_right(had - wants)]
    given = [f"grant {right} on {kind} {name} to {who};" for right, who in _by_right(wants - had)]
    return taken + given


def _by_right(granted: set[tuple[str, str]]) -> list[tuple[str, str]]:
    rights = sorted({right for _, right in granted})
    return [(right.lower(), ", ".join(sorted(who for who, its in granted if its == right))) for right in rights]


def _granted(facts: Facts) -> set[tuple[str, str]]:
    rights = (RIGHT.fullmatch(right) for right in str(facts.get("rights") or "").split(", "))
    return {(right[1], right[2]) for right in rights if right and right[1] != facts["owner"]}


def _comment(kind: str, name: str, present: Facts | None, wanted: Facts) -> list[str]:
    if (present or {}).get("comment") == wanted.get("comment"):
        return []
    text = _text(wanted["comment"]) if "comment" in wanted else "null"
    return [f"comment on {kind} {name} is\n  {text};"]


def _text(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"


MAKE = {"schema": _schema, "type": _type, "function": _function}
