"""What the pages point at is there."""

import re
import unittest
from collections.abc import Iterator
from pathlib import Path

from stack.layout import CHECKOUT

from . import blocks

SECURITY = CHECKOUT / "docs/security.md"
COLUMNS = ("what", "where", "limit", "tests")


def rows() -> list[dict[str, str]]:
    """The protections: what protects, where it lives, how far it reaches, which tests hold it."""
    lines = [line for line in SECURITY.read_text().splitlines() if line.startswith("| ") and not line.startswith("| Protection")]
    return [dict(zip(COLUMNS, (cell.strip() for cell in line.strip("|").split("|")), strict=True)) for line in lines]


def tests_named(cell: str) -> list[str]:
    return [name for name in re.findall(r"`([^`]+)`", cell) if "/" in name]


def exists(name: str) -> bool:
    """A file or folder, or a file whose ending is left out: `tests/db/scope`, `tests/api/accounts`."""
    path = CHECKOUT / name
    return path.exists() or any(path.parent.glob(path.name + ".*"))


class Security(unittest.TestCase):
    def test_every_protection_names_a_test_that_exists(self) -> None:
        for row in rows():
            with self.subTest(row["what"]):
                self.assertNotEqual(tests_named(row["tests"]), [], "no test is named")
                for name in tests_named(row["tests"]):
                    self.assertTrue(exists(name), f"there is no {name}")

    def test_every_protection_lives_somewhere(self) -> None:
        for row in rows():
            with self.subTest(row["what"]):
                self.assertNotEqual(row["where"], "")
                for name in tests_named(row["where"]):
                    if re.match(r"(gateway|pg_portal|sql|stack|docker|tests)/", name):
                        self.assertTrue(exists(name), f"there is no {name}")

    def test_there_is_a_table_to_read(self) -> None:
        self.assertGreater(len(rows()), 40)


class Links(unittest.TestCase):
    def test_links_within_the_repository_lead_somewhere(self) -> None:
        for page in blocks.pages():
            for target in relative_links(page):
                with self.subTest(f"{page.relative_to(CHECKOUT)}: {target}"):
                    file, _, heading = target.partition("#")
                    to = (page.parent / file).resolve() if file else page
                    self.assertTrue(to.exists(), "no such file")
                    if heading:
                        self.assertIn(heading, anchors(to), "no such heading")

    def test_files_named_in_backticks_exist(self) -> None:
        """`sql/roles.sql` and its like; what a reader is to make, or a pattern, is not named so."""
        for page in blocks.pages():
            for name in re.findall(r"`((?:sql|stack|tests|docs|docker|gateway|bench)/[\w./-]+\.\w+)`", page.read_text()):
                with self.subTest(f"{page.relative_to(CHECKOUT)}: {name}"):
                    self.assertTrue(exists(name), "no such file")


def relative_links(page: Path) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors(page: Path) -> set[str]:
    """As GitHub names headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


if __name__ == "__main__":
    unittest.main()
