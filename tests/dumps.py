"""Texts of pg_dump, made comparable."""

import re


def comparable(text: str) -> str:
    return rows_in_order(without_brackets(text))


def rows_in_order(text: str) -> str:
    """Loading puts a small row into a gap that a larger one left, so the order of a table's rows means nothing."""
    rows = re.compile(r"(?<= FROM stdin;\n)(.*?)(?=^\\\.$)", flags=re.MULTILINE | re.DOTALL)
    return rows.sub(lambda block: "".join(sorted(block[0].splitlines(keepends=True))), text)


def without_brackets(text: str) -> str:
    """When Postgres reads `((a and b) and c)` of a CHECK again, it keeps `(a and b and c)`."""
    return re.sub(r"^ +CONSTRAINT \w+ CHECK .*$", lambda line: re.sub("[()]", "", line[0]), text, flags=re.MULTILINE)
