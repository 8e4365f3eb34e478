"""The marks are read rightly, and a block without one is told from one with."""

import unittest

from . import blocks, runner


class Marks(unittest.TestCase):
    def test_a_block_has_its_place_its_text_and_how_it_is_run(self) -> None:
        text = "# Page\n\n<!-- run: sql as owner -->\n```sql\nselect 1;\n```\n"
        self.assertEqual(blocks.parse("p.md", text), [blocks.Block("p.md", 4, "sql", "select 1;", "sql as owner")])

    def test_a_block_within_a_list_loses_its_indent(self) -> None:
        text = "- so:\n  <!-- run: sh in checkout -->\n  ```sh\n  true\n    x\n  ```\n"
        self.assertEqual(blocks.parse("p.md", text)[0].text, "true\n  x")

    def test_a_block_without_a_mark_is_named_with_what_to_write(self) -> None:
        with self.assertRaisesRegex(blocks.Unmarked, r"p\.md:3: this block has no mark; write <!-- run: sql as owner -->"):
            blocks.parse("p.md", "\n\n```sql\nselect 1;\n```\n")
        with self.assertRaisesRegex(blocks.Unmarked, "sh in checkout"):
            blocks.parse("p.md", "<!-- run: sh in checkout -->\n\n```sh\ntrue\n```\n")

    def test_all_mistakes_of_a_page_are_told_at_once(self) -> None:
        with self.assertRaisesRegex(blocks.Unmarked, r"p\.md:1: (.|\n)*p\.md:4: "):
            blocks.parse("p.md", "```sql\nx\n```\n```sh\ny\n```\n")

    def test_a_mark_must_mean_something(self) -> None:
        for nonsense in ("run: somehow", "run: sql", "run: sql as owner, old database", "not run: no", "not run:"):
            with self.assertRaises(blocks.Unmarked):
                blocks.parse("p.md", f"<!-- {nonsense} -->\n```sql\nselect 1;\n```\n")

    def test_what_is_not_run_says_why(self) -> None:
        text = "<!-- not run: it takes minutes -->\n```sh\nmake run\n```\n"
        self.assertEqual(blocks.parse("p.md", text)[0].reason, "it takes minutes")

    def test_text_needs_no_mark(self) -> None:
        self.assertEqual(blocks.parse("p.md", "```text\n┌─┐\n```\n"), [])


class Verdicts(unittest.TestCase):
    def test_a_statement_that_is_not_finished_is_named(self) -> None:
        self.assertTrue(runner.unfinished("select 1"))
        self.assertFalse(runner.unfinished("select 1;   -- one\n"))
        self.assertFalse(runner.unfinished("\\d+ public.orgs"))

    def test_errors_and_complaints_fail_a_block_and_notices_do_not(self) -> None:
        said = "begin-block 0\nNOTICE:  hm\npassed-block 0\nbegin-block 1\nERROR:  no\nfailed-block 1\n"
        said += "begin-block 2\ninvalid command \\nonsense\npassed-block 2\n"
        self.assertIsNone(runner.judge_sql(said, 0, "select 1;"))
        self.assertEqual(runner.judge_sql(said, 1, "select 1;"), "ERROR:  no")
        self.assertIn("nonsense", runner.judge_sql(said, 2, "\\nonsense") or "")
        self.assertIn("never came", runner.judge_sql(said, 3, "select 1;") or "")

    def test_lines_of_a_file_must_be_there(self) -> None:
        self.assertIsNone(judge("lines of", "stack/conf/postgrest.conf", 'db-anon-role = "anon"\n'))
        self.assertIn("no such line", judge("lines of", "stack/conf/postgrest.conf", "nonsense") or "")

    def test_another_test_runs_a_block_only_if_it_reads_the_page(self) -> None:
        self.assertIsNone(judge("by", "tests/api/readme.test.ts", ""))
        self.assertIn("does not read", judge("by", "tests/api/booking.test.ts", "") or "")
        self.assertIn("no file", judge("by", "tests/nothing.test.ts", "") or "")


def judge(what: str, name: str, text: str) -> str | None:
    return runner.judge_file(what, name, blocks.Block("README.md", 1, "sh", text, f"{what} {name}"))


if __name__ == "__main__":
    unittest.main()
