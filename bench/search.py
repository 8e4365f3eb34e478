"""Benchmark `search`: search_kb against the same two queries written by hand, and what the vector index finds.

The companies of search.sql have 100 to 100,000 passages each, in one table. `exact` and `index` are the vector query alone,
by hand, without and with the index: where the second becomes faster is where an index begins to be worth it.
"""

import json
import os
import statistics
from dataclasses import dataclass, field
from pathlib import Path

from stack import postgres
from stack.layout import CHECKOUT, Stack
from stack.say import Problem, step

from . import arms
from .arms import Arm, Series
from .requests import BEGIN, COMMIT, bench_id, settings

LOAD = Path(__file__).parent / "search.sql"
BY_HAND = (Path(__file__).parent / "yardsticks/search_kb.sql").read_text()
RULES = CHECKOUT / "pg_portal/src/knowledge/rules.rs"
SIZES = tuple(int(size) for size in os.environ.get("SIZES", "100 1000 10000 100000").split())
MODEL, DIMENSIONS = "bench", 384
FIRST = 2_000_000
COUNT = 8
# The most that search_kb answers, and so more than the ten nearest, wherever fusing has put them.
MOST = 50
QUESTIONS = 200
CALL, TWIN, EXACT, INDEX = "search_kb", "by hand", "exact", "index"

SEARCH = """
select article_id, chunk_id, slug, title, content, score, vector_rank, text_rank, heading_path, similarity
from portal.search_kb(:query, :embedding::real[], :match_count::int);
"""
# The vector query alone, as it must be written for the index to serve.
NEAREST = """
select id from public.kb_article_chunks c
where model = 'bench' and (org_id is null or org_id = :org_id::uuid)
order by embedding::extensions.vector(384) operator(extensions.<=>) :embedding::real[]::extensions.vector(384) limit 10;
"""
NEAREST_EXACTLY = """
with seen as materialized (
  select id, embedding from public.kb_article_chunks c
  where model = 'bench' and (org_id is null or org_id = :org_id::uuid))
select id from seen order by embedding operator(extensions.<=>) :embedding::real[]::extensions.vector limit 10;
"""
BY_INDEX = "set local hnsw.iterative_scan = relaxed_order;\nset local hnsw.ef_search = 100;\nset local enable_sort = off;\n"


def constants(source: str | None = None) -> dict[str, float]:
    """The numbers by which the product fuses, as its rules name them."""
    found: dict[str, float] = {}
    for row in (source or RULES.read_text()).splitlines():
        words = row.strip().removeprefix("pub(crate) ").removeprefix("pub(super) ").removeprefix("pub ").split()
        if words[:1] == ["const"] and "=" in words:
            value = words[words.index("=") + 1].rstrip(";").replace("_", "")
            if value.replace(".", "", 1).isdigit():
                found[words[1].rstrip(":")] = float(value)
    return found


@dataclass(frozen=True)
class Reader:
    """The customer of one of search.sql's companies, with one of its questions."""

    company: int  # from 1
    query: str
    embedding: str

    def variables(self, role: str) -> dict[str, str]:
        number, rules = FIRST + self.company, constants()
        return settings(role, bench_id(5, number)) | {
            "org_id": bench_id(1, number), "query": self.query, "embedding": self.embedding, "model": MODEL, "match_count": str(COUNT),
            "candidates": str(int(rules["CANDIDATES"])), "k": str(rules["K"]), "vector_weight": str(rules["VECTOR_WEIGHT"]),
            "text_weight": str(rules["TEXT_WEIGHT"]),
        }  # fmt: skip


def load(stack: Stack) -> None:
    step(f"Loading {sum(SIZES):,} passages")
    sizes = " ".join(map(str, SIZES))
    head = f"\\set sizes '{sizes}'\n\\set model {MODEL}\n\\set dimensions {DIMENSIONS}\n"
    postgres.psql(stack, postgres.SUPERUSER, head + LOAD.read_text(), "loading passages")


def readers(stack: Stack, company: int, count: int) -> list[Reader]:
    asked = postgres.psql(
        stack, postgres.SUPERUSER,
        f"select jsonb_build_array(query, embedding::text) from bench.questions where number = {FIRST + company} order by n limit {count}",
        "reading questions",
    )  # fmt: skip
    return [Reader(company, *json.loads(row)) for row in asked.splitlines()]


def against_twin(stack: Stack, company: int) -> Series:
    """Each round asks another question."""
    asking = readers(stack, company, arms.ROUNDS)
    _check_same(stack, asking[0])
    twin = BEGIN + BY_HAND.rstrip() + ";\n" + COMMIT
    call = BEGIN + SEARCH + COMMIT
    return arms.in_turns(stack, [
        Arm(CALL, "authenticated", call, actor=asking.__getitem__),
        Arm(TWIN, "authenticated", twin, actor=asking.__getitem__),
    ])  # fmt: skip


def exact_and_index(stack: Stack, company: int) -> Series:
    """As the owner, who is told the company: what is compared is the ways to the nearest ten."""
    asking = readers(stack, company, arms.ROUNDS)
    return arms.in_turns(stack, [
        Arm(EXACT, "postgres", BEGIN + NEAREST_EXACTLY + COMMIT, actor=asking.__getitem__),
        Arm(INDEX, "postgres", BEGIN + BY_INDEX + NEAREST + COMMIT, actor=asking.__getitem__),
    ])  # fmt: skip


def _check_same(stack: Stack, reader: Reader) -> None:
    """A yardstick that finds something else measures nothing. Ties may be broken otherwise."""
    found = {}
    for name, query in ((CALL, SEARCH), (TWIN, BY_HAND)):
        scores = f"select round(score::numeric, 9) from ({query.strip().rstrip(';')}) found order by 1 desc"
        arm = Arm(name, "authenticated", BEGIN + scores + ";\n" + COMMIT)
        found[name] = [row for row in arms.run_once(stack, arm, reader).splitlines() if row.replace(".", "", 1).isdigit()]
    if found[CALL] != found[TWIN] or len(found[CALL]) != COUNT:
        raise Problem(f"search_kb and its twin find different passages:\n{found}")


@dataclass
class Found:
    """How complete what search_kb finds is, for the questions of one company."""

    recall: list[float] = field(default_factory=list)  # of the ten nearest, those whose vector rank is at most ten
    filled: list[int] = field(default_factory=list)  # how many of the ten asked for came

    @property
    def mean_recall(self) -> float:
        return statistics.mean(self.recall)

    @property
    def short(self) -> int:
        return sum(count < 10 for count in self.filled)


# For each question the ten nearest by a plain scan as the owner, and what the caller is given.
COMPARE = """
create function pg_temp.compare(asked text, vector real[], reader uuid, company uuid) returns jsonb language plpgsql as $$
declare
  nearest uuid[] := array(
    select id from public.kb_article_chunks
    where model = 'bench' and (org_id is null or org_id = company)
    order by embedding operator(extensions.<=>) vector::extensions.vector, id limit 10);
  answer jsonb;
begin
  perform set_config('request.jwt.claims', jsonb_build_object('sub', reader, 'role', 'authenticated')::text, true);
  perform set_config('role', 'authenticated', true);
  select jsonb_build_object('filled', least(10, count(*)), 'recall', count(*) filter (where vector_rank <= 10 and chunk_id = any (nearest)) / 10.0)
  into answer from portal.search_kb(asked, vector, {most});
  perform set_config('role', 'none', true);
  return answer;
end $$;
select pg_temp.compare(query, embedding, md5('bench/5/' || number)::uuid, md5('bench/1/' || number)::uuid)
from bench.questions where number = {number} order by n limit {count};
"""


def found(stack: Stack, company: int, count: int = QUESTIONS) -> Found:
    script = COMPARE.format(number=FIRST + company, count=count, most=MOST)
    rows = postgres.psql(stack, postgres.SUPERUSER, script, "comparing with the nearest")
    answers = [json.loads(row) for row in rows.splitlines() if row.startswith("{")]
    return Found([row["recall"] for row in answers], [row["filled"] for row in answers])


def index(stack: Stack) -> None:
    postgres.psql(stack, postgres.SUPERUSER, "select * from portal_admin.index_kb()", "building the vector index")
    postgres.psql(stack, postgres.SUPERUSER, "vacuum (analyze) public.kb_article_chunks", "counting anew")
