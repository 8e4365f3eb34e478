"""Asks the questions, as the people who would: customers of a company, or somebody who has not signed in."""

import json
import subprocess
from pathlib import Path

from stack import postgres
from stack.commands import tail
from stack.layout import CHECKOUT, Stack
from stack.say import Problem

from .scores import Asked, Passage

QUESTIONS = Path(__file__).parent / "questions.json"
# The most that search_kb answers.
MOST = 50

ASK = """
create function pg_temp.become(company text) returns void language sql as $$
  select set_config('request.headers', '{}', true), set_config('request.jwt.claims', coalesce((
      select jsonb_build_object('sub', id, 'role', 'authenticated', 'email', email)::text
      from auth.users where email = 'customer@' || company || '.example'), '{"role": "anon"}'), true);
  select set_config('role', case company when 'shared' then 'anon' else 'authenticated' end, true);
$$;
create function pg_temp.find(company text, question text, embedding real[]) returns jsonb language plpgsql as $$
declare
  found jsonb;
begin
  perform pg_temp.become(company);
  select coalesce(jsonb_agg(jsonb_build_object('id', f.chunk_id, 'slug', f.slug, 'vector_rank', f.vector_rank, 'text_rank', f.text_rank,
    'similarity', f.similarity) order by f.n), '[]') into found
  from portal.search_kb(question, embedding, {most}) with ordinality
    as f (article_id, chunk_id, slug, title, content, score, vector_rank, text_rank, heading_path, similarity, n);
  perform set_config('role', 'none', true);
  return found;
end $$;
-- A turn with the assistant as it would begin, undone.
create function pg_temp.answerable(company text, question text, embedding real[]) returns boolean language plpgsql as $$
declare
  talk record;
  turn jsonb;
begin
  perform pg_temp.become(company);
  if company = 'shared' then
    select * into talk from portal.start_ai_conversation(org_slug => 'acme-comfort');
    perform set_config('request.headers', jsonb_build_object('x-portal-session', talk.session_token)::text, true);
  else
    select * into talk from portal.start_ai_conversation();
  end if;
  turn := portal_internal.ai_begin_turn(talk.id, question, gen_random_uuid(), embedding,
    case when embedding is not null then '{model}' end);
  raise exception using errcode = 'ZZ000', message = turn ->> 'answerable';
exception when sqlstate 'ZZ000' then
  return sqlerrm::boolean;
end $$;
select jsonb_build_object(
  'text', pg_temp.find(q ->> 'org', q ->> 'question', null), 'vector', pg_temp.find(q ->> 'org', null, v), 'fused', pg_temp.find(q ->> 'org', q ->> 'question', v),
  'answerable_by_text', pg_temp.answerable(q ->> 'org', q ->> 'question', null), 'answerable', pg_temp.answerable(q ->> 'org', q ->> 'question', v))
from jsonb_array_elements($questions${questions}$questions$) with ordinality as asked (q, n),
  lateral (select array(select jsonb_array_elements_text(q -> 'embedding'))::real[] as v) vector
order by n;
"""


def questions() -> list[dict]:
    return json.loads(QUESTIONS.read_text())


def embed(program: Path, model: Path, texts: list[str]) -> list[list[float]]:
    """The questions' vectors, from the gateway's own code (gateway/examples/embed.rs)."""
    given = "".join(json.dumps(text) + "\n" for text in texts)
    done = subprocess.run([str(program), str(model)], input=given, capture_output=True, text=True, check=False, cwd=CHECKOUT)
    if done.returncode != 0:
        raise Problem(f"embedding the questions failed:\n{tail(done.stderr)}")
    return [json.loads(row) for row in done.stdout.splitlines()]


def ask(stack: Stack, model: str, vectors: list[list[float]]) -> list[Asked]:
    given = [question | {"embedding": vector} for question, vector in zip(questions(), vectors, strict=True)]
    script = ASK.replace("{questions}", json.dumps(given)).replace("{most}", str(MOST)).replace("{model}", model)
    output = postgres.psql(stack, postgres.SUPERUSER, script, "asking the questions")
    rows = [json.loads(row) for row in output.splitlines() if row.startswith("{")]
    return [_asked(question, row) for question, row in zip(given, rows, strict=True)]


def _asked(question: dict, row: dict) -> Asked:
    ways = {way: tuple(Passage(**passage) for passage in row[way]) for way in ("text", "vector", "fused")}
    return Asked(
        question["question"], question["kind"], question["org"], tuple(question["expected"]), **ways,
        answerable_by_text=row["answerable_by_text"], answerable=row["answerable"],
    )  # fmt: skip
