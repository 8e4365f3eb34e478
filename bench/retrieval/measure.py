"""The whole of it: articles embedded by the gateway's worker, questions asked, figures told."""

import json
import time
from pathlib import Path

from stack import build, postgres
from stack.commands import run
from stack.layout import CHECKOUT, Stack, embedding_model, tools
from stack.say import Problem, line, step

from .. import programs, report, search
from . import tables
from .ask import ask, embed, questions
from .scores import Asked, fuse, score

PATIENCE = 300
# So many places are looked at; nobody reads on.
FIRST = 10


def run_retrieval(stack: Stack, file: Path) -> None:
    model = embedding_model()
    step("retrieval: embedding articles and questions")
    _embed_articles(stack, model.name)
    vectors = embed(_build(), model, [question["question"] for question in questions()])
    step(f"retrieval: asking {len(vectors)} questions")
    asked = ask(stack, model.name, vectors)
    rules = search.constants()
    constants = rules["K"], rules["VECTOR_WEIGHT"], rules["TEXT_WEIGHT"]
    _check_arithmetic(asked, constants)
    _tell(asked, constants, _weak_below(stack, model.name), file)


def _embed_articles(stack: Stack, model: str) -> None:
    """As in life: the worker finds the jobs, and the set becomes the active one when it is whole."""
    with programs.running(stack, "gateway", PORTAL_SMTP_URL=""):
        state = f"select state from public.kb_embedding_models where model = '{model}'"
        deadline = time.monotonic() + PATIENCE
        while postgres.psql(stack, postgres.SUPERUSER, state, "asking for the model") != "active":
            if time.monotonic() > deadline:
                raise Problem(f"the articles are not embedded after {PATIENCE} s; see {stack.path('log', 'gateway.log')}")
            time.sleep(0.25)


def _build() -> Path:
    command = ["cargo", "build", "--release", "--package=portal-gateway", "--example=embed"]
    run(command, "building what embeds questions", cwd=CHECKOUT, log=tools() / "embed.log")
    return build.built_gateway().parent / "examples/embed"


def _weak_below(stack: Stack, model: str) -> float:
    query = f"select weak_below from public.kb_embedding_models where model = '{model}'"
    return float(postgres.psql(stack, postgres.SUPERUSER, query, "reading the threshold"))


def _check_arithmetic(asked: list[Asked], constants: tuple[float, float, float]) -> None:
    """What is said about other constants holds only if fusing here with the product's own gives the product's order; of
    passages with the same score, either may come first."""
    for one in asked:
        here, there = (
            [score(passage, *constants) for passage in passages[:FIRST]] for passages in (fuse(one.candidates(), *constants), one.fused)
        )
        if here != there:
            raise Problem(f"search_kb orders its answers otherwise than by its constants: {one.question}")


def _tell(asked: list[Asked], constants: tuple[float, float, float], weak_below: float, file: Path) -> None:
    parts = {"found": tables.found(asked), "recognized": tables.recognized(asked, weak_below), "sensitivity": tables.sensitivity(asked, *constants)}
    line("\nQuestions whose answer is among the first five passages, and the mean of 1 / its place:")
    report.print_rows(parts["found"])
    line("\nQuestions that the articles do not answer:")
    report.print_rows(parts["recognized"])
    line("\nFused with other constants:")
    report.print_rows(parts["sensitivity"])
    line("\nNot among the first five:")
    for row in tables.missed(asked):
        line(f"  {row}")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(parts | {"missed": tables.missed(asked)}, indent=1))
    line(f"\nRaw numbers: {file}")
