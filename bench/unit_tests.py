"""Tests of the benchmarks' own arithmetic; nothing here is timed."""

import asyncio
import json
import random
import re
import unittest
from unittest import mock

from . import arms, assistant, crowd, outbox, schedule, search, views, visitors
from .arms import Series
from .retrieval import ask, scores
from .retrieval.scores import Asked, Passage
from .report import Verdict
from .requests import Caller
from stack.layout import CHECKOUT, SQL
from stack.say import Problem


class Ratios(unittest.TestCase):
    series = Series({"fast": [10.0, 20.0, 30.0], "slow": [30.0, 20.0, 45.0]})

    def test_ratio_is_that_of_the_medians_with_the_rounds_as_spread(self):
        self.assertEqual(self.series.ratio("slow", "fast"), (1.5, 1.0, 3.0))

    def test_a_mark_is_met_by_its_ratio_and_a_clean_plan(self):
        def met(mark: float, remarks: list[str]) -> bool:
            return Verdict("x", self.series, "slow", "fast", mark, remarks).met

        self.assertTrue(met(1.5, []))
        self.assertFalse(met(1.49, []))
        self.assertFalse(met(1.5, ["walks 1000 rows of work_orders"]))


class Plans(unittest.TestCase):
    def test_large_walks_and_helpers_per_row_are_told(self):
        walk = {"Node Type": "Seq Scan", "Relation Name": "work_orders", "Actual Rows": 5, "Actual Loops": 2,
                "Rows Removed by Filter": 200, "Filter": "(org_id = portal_internal.org_id())"}  # fmt: skip
        plan = {"Node Type": "Limit", "Plans": [walk]}
        self.assertEqual(views.remarks(plan), ["walks 410 rows of work_orders", "calls a helper per row in Seq Scan"])

    def test_small_tables_may_be_walked(self):
        walk = {"Node Type": "Seq Scan", "Relation Name": "service_types", "Actual Rows": 14, "Filter": "($1)"}
        self.assertEqual(views.remarks(walk), [])


class Scripts(unittest.TestCase):
    def test_every_name_in_a_script_has_a_value(self):
        scripts = [arm for view in views.VIEWS for arm in view.arms()] + views.PARTS
        scripts += schedule.listing() + schedule.booking() + schedule.layers() + outbox.batches() + outbox.writers()
        for arm in scripts:
            variables = (arm.actor or Caller(3)).variables(arm.role)
            script = arms.fill(arm.script, variables).replace(variables.get("headers", ""), "")
            # What pgbench gives, what the script sets itself, and what a worker has claimed.
            made = {"client_id", "results"} | set(re.findall(r"\\set (\w+)", script))
            self.assertEqual(set(re.findall(r"(?<![:\w\"]):([a-z_]+)", script)) - made, set(), arm.name)

    def test_neighbours_are_customers_of_different_companies(self):
        self.assertNotEqual(Caller(1).variables("x")["org_id"], Caller(2).variables("x")["org_id"])

    def test_every_arm_that_books_has_a_company_of_its_own(self):
        companies = [arm.actor.company for arm in schedule.booking() + schedule.layers()]
        self.assertEqual(len(companies), len(set(companies)))
        self.assertLessEqual(set(companies), set(range(1, schedule.COMPANIES + 1)))

    def test_only_the_named_triggers_are_on(self):
        self.assertEqual(schedule.only("a_guard").count("enable trigger a_guard"), len(schedule.TABLES))
        self.assertNotIn("enable trigger", schedule.only())


class Rankings(unittest.TestCase):
    def passage(self, slug: str, vector: int | None = None, text: int | None = None) -> Passage:
        return Passage(slug, slug, vector, text, 0.5)

    def test_an_answer_counts_where_the_first_of_the_expected_stands(self):
        passages = [self.passage("a"), self.passage("b"), self.passage("c")]
        self.assertEqual(scores.rank(passages, ["c", "b"]), 2)
        self.assertIsNone(scores.rank(passages, ["d"]))
        self.assertEqual(scores.recall([1, 5, 6, None]), 0.5)
        self.assertEqual(scores.mean_reciprocal_rank([1, 4, None, None]), 0.3125)

    def test_fusing_adds_what_both_ways_say(self):
        passages = [self.passage("words", text=1), self.passage("both", 2, 2), self.passage("meaning", vector=1)]
        self.assertEqual([one.slug for one in scores.fuse(passages, 60, 1, 1)], ["both", "meaning", "words"])
        self.assertEqual([one.slug for one in scores.fuse(passages, 0, 1, 3)], ["words", "both", "meaning"])

    def test_candidates_are_what_both_ways_found_each_once(self):
        asked = Asked("?", "plain", "shared", ("a",), text=(self.passage("a", text=1), self.passage("b", text=2)), vector=(self.passage("b", 1),))
        self.assertEqual(asked.candidates(), [self.passage("b", 1, 2), self.passage("a", text=1)])

    def test_the_unanswerable_are_told_from_the_others(self):
        asked = [self.asked(expected, similarity) for expected, similarity in (("a", 0.6), ("a", 0.3), ("", 0.4), ("", 0.1))]
        told = scores.recognition(asked, lambda one: one.similarity >= 0.35)
        self.assertEqual((told.precision, told.recall, told.refused), (0.5, 0.5, 0.5))
        self.assertEqual(scores.best_threshold(asked, [0.05, 0.2, 0.7]), 0.2)

    def asked(self, expected: str, similarity: float) -> Asked:
        return Asked("?", "plain", "shared", (expected,) if expected else (), vector=(Passage("a", "a", 1, None, similarity),))

    def test_every_question_is_of_a_known_kind_and_its_answers_are_articles_that_it_can_reach(self):
        articles = {owner: set(re.findall(r"^\('([a-z-]+)', '", file.read_text(), re.MULTILINE)) for owner, file in self.seeds()}
        shared = set.union(*(slugs for (owner, _), slugs in articles.items() if owner == "shared"))
        asked = ask.questions()
        for one in asked:
            reachable = shared | set.union(set(), *(slugs for (owner, _), slugs in articles.items() if owner == one["org"]))
            self.assertLessEqual(set(one["expected"]), reachable, one["question"])
            self.assertEqual(one["kind"] == "unanswerable", not one["expected"], one["question"])
        kinds = [one["kind"] for one in asked]
        for kind in ("plain", "paraphrased", "misspelt", "negated", "unanswerable"):
            self.assertGreaterEqual(kinds.count(kind), 10)
        self.assertEqual(len({one["question"] for one in asked}), len(asked))

    def seeds(self):
        for file in (SQL / "supabase/seeds").glob("50_kb_*.sql"):
            company = file.stem.removeprefix("50_kb_").replace("_", "-")
            yield (company if company in ("acme-comfort", "bolt-pipe") else "shared", company), file


class Streams(unittest.TestCase):
    def test_an_answer_that_is_not_whole_is_no_figure(self):
        whole = {"first": 10.0, "last": 30.0, "words": 3, "wrong": 0, "done": True, "error": None}
        turn = assistant.heard([whole, whole | {"first": 20.0, "last": 60.0}], 3)
        self.assertEqual((turn.time_to_first, turn.rate, turn.rate_while_speaking), (15.0, 100.0, 150.0))
        for broken in ({"words": 2}, {"wrong": 1}, {"done": False}, {"error": "x"}):
            with self.assertRaises(Problem):
                assistant.heard([whole, whole | broken], 3)


class Crowds(unittest.TestCase):
    VISIT = {"customer_id": "mine"}

    def question(self, name: str) -> visitors.Question:
        read = next(read for reads in [visitors.FRAME, *visitors.PAGES.values()] for read in reads if read.name == name)
        return visitors.Question(read, b"", "mine")

    def test_an_answer_must_be_whole_and_the_visitors_own(self):
        def told(name: str, answer: object, status: int = 200) -> str:
            return visitors.wrong(self.question(name), status, json.dumps(answer).encode())

        self.assertEqual(told("appointments", 8 * [self.VISIT]), "")
        self.assertIn("7 rows", told("appointments", 7 * [self.VISIT]))
        self.assertIn("not the visitor's", told("appointments", 7 * [self.VISIT] + [{"customer_id": "another's"}]))
        self.assertIn("refused: 503", told("appointments", 8 * [self.VISIT], 503))
        self.assertEqual(told("dashboard", {"next_appointment": {"id": "mine"}}), "")
        self.assertIn("not the visitor's", told("dashboard", {"next_appointment": None}))

    def test_an_answer_is_read_when_all_of_it_has_come(self):
        plain = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
        chunked = b"HTTP/1.1 401 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n"
        for answer, expected in ((plain, (200, b"[]")), (chunked, (401, b"[1,2]"))):
            for end in range(len(answer)):
                self.assertIsNone(crowd.whole(bytearray(answer[:end])))
            self.assertEqual(crowd.whole(bytearray(answer)), expected)

    def test_who_still_waits_for_the_page_before_has_waited_for_the_next_one_too(self):
        now = 5.0

        class Slow:
            async def ask(self, request: bytes) -> tuple[int, bytes]:
                nonlocal now
                now += 2
                return 200, b""

        phase, visitor = crowd.Phase(), mock.Mock(pages=[[self.question("appointments")]])
        with mock.patch.multiple(crowd, wrong=lambda *_: "", clock=lambda: now):
            asyncio.run(crowd.Guest(visitor, Slow(), 0).read(iter([5.0, 5.5, 6.0]), phase))
        self.assertEqual(phase.times, {"appointments": [2e6, 3.5e6, 5e6]})

    def test_pages_are_due_at_the_same_times_however_slow_the_answers(self):
        dues = [list(crowd.at_times(0.5, 100, 50, random.Random(3))) for _ in range(2)]
        self.assertEqual(*dues)
        self.assertTrue(70 <= len(dues[0]) <= 130 and min(dues[0]) >= 100 and max(dues[0]) < 150)

    def test_what_is_asked_is_what_the_portal_asks(self):
        folder = CHECKOUT / "web/src/lib"
        sources = [*(folder / "api").glob("*.ts"), folder / "query.ts", folder / "server.tsx"]
        portal = re.sub(r"\s", "", "".join(file.read_text() for file in sources))
        expected = ["exportconstPAGE=20"]
        for read in [*visitors.FRAME, *(read for reads in visitors.PAGES.values() for read in reads)]:
            name, _, asked = read.path.partition("?")
            if read.arguments is not None:
                expected.append(f".rpc('{name.removeprefix('rpc/')}'")
                continue
            expected.append(f".from('{name}').select('{re.search('select=([^&]*)', asked)[1]}')")
            for some in re.findall(r"in\.\(([^)]*)\)", asked):
                expected.append(",".join(f"'{one}'" for one in some.split(",")))
        self.assertEqual([one for one in expected if one not in portal], [])


class Constants(unittest.TestCase):
    def test_the_products_numbers_are_read_from_its_rules(self):
        source = "/// Why.\npub const K: f64 = 60.0;\nconst CANDIDATES: usize = 1_000;\nconst NAME: &str = \"x\";\nlet y = 3;"
        self.assertEqual(search.constants(source), {"K": 60.0, "CANDIDATES": 1000.0})


if __name__ == "__main__":
    unittest.main()
