"""Every command of the documentation is executed as it is written, or says why not."""

import unittest

from stack import postgres
from stack.layout import Stack, test_stack

from . import blocks, runner


def running_stack() -> Stack:
    stack = test_stack()
    if not stack.postgres_bin.exists() or not postgres.answers(stack):
        raise AssertionError("there is no test stack. Start one with `make test ONLY=start KEEP=1`.")
    return stack


class Runner(unittest.TestCase):
    """What a page's blocks do to each other and to the database."""

    def test_blocks_build_on_each_other_a_failure_is_undone_alone_and_nothing_stays(self) -> None:
        stack = running_stack()
        texts = [
            "insert into public.orgs (slug, name, timezone, currency) values ('passing', 'Passing', 'UTC', 'USD');",
            "update public.orgs set name = 'Changed' where slug = 'passing';\nselect nonsense;",
            "select 1 / (count(*) - 1) from public.orgs where slug = 'passing' and name = 'Changed';",
            "select 1 / count(*) from public.orgs where slug = 'passing';",
            "select 1 / (current_user = 'anon')::int;",
        ]
        hows = ["sql as owner", "sql as owner", "sql as owner", "sql as superuser", "sql as anon"]
        made = [blocks.Block("p.md", number, "sql", text, how) for number, (text, how) in enumerate(zip(texts, hows, strict=True))]
        failures = runner.run_page(stack, made)
        self.assertEqual([block.line for block in failures], [1])
        self.assertIn("nonsense", failures[made[1]])
        left = postgres.psql(stack, "postgres", "select count(*) from public.orgs where slug = 'passing'", "looking")
        self.assertEqual(left, "0")

    def test_a_shell_sees_the_new_database_and_its_failure_is_told(self) -> None:
        texts = ['psql -c "create table made()"', 'psql -c "select 1 from made" && false | true', "true"]
        made = [blocks.Block("p.md", number, "sh", text, "sh in checkout, new database") for number, text in enumerate(texts)]
        failures = runner.run_page(running_stack(), made)
        self.assertEqual([block.line for block in failures], [1])


class Commands(unittest.TestCase):
    """A test for each page; a sub-test for each of its blocks."""

    counts = {"run": 0, "not": 0}

    @classmethod
    def setUpClass(cls) -> None:
        cls.stack = running_stack()

    @classmethod
    def tearDownClass(cls) -> None:
        print(f"\nFigures: {cls.counts['run']} blocks ran as written, {cls.counts['not']} say why they are not run")

    def run_page(self, page) -> None:  # type: ignore[no-untyped-def]
        try:
            found = blocks.read(page)
        except blocks.Unmarked as mistakes:
            self.fail(f"\n{mistakes}")
        failures = runner.run_page(self.stack, found)
        for block in found:
            self.counts["run" if block.how else "not"] += 1
            with self.subTest(block.place):
                if block in failures:
                    self.fail(f"\n{block.place} ({block.how}): {failures[block]}")


for _page in blocks.pages():
    _name = "test_" + _page.stem.lower().replace("-", "_") + ("" if _page.parent.name == "docs" else "_of_" + _page.parent.name)
    setattr(Commands, _name, lambda self, page=_page: self.run_page(page))
