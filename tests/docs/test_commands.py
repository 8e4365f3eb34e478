"""Every command of the documentation is executed as it is written, or says why not."""

import unittest

from stack import postgres
from stack.layout import test_stack

from . import blocks, runner


class Commands(unittest.TestCase):
    """A test for each page; a sub-test for each of its blocks."""

    counts = {"run": 0, "not": 0}

    @classmethod
    def setUpClass(cls) -> None:
        cls.stack = test_stack()
        if not cls.stack.postgres_bin.exists() or not postgres.answers(cls.stack):
            raise AssertionError("there is no test stack. Start one with `make test ONLY=start KEEP=1`.")

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
