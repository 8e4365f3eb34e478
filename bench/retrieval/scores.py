"""How good rankings are. Nothing here knows where they come from."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Passage:
    """What search_kb says of a passage that it has found."""

    id: str
    slug: str
    vector_rank: int | None
    text_rank: int | None
    similarity: float | None


@dataclass(frozen=True)
class Asked:
    """A question and what came of it. `expected`: the articles that answer it, any of which will do; none when there is none."""

    question: str
    kind: str
    org: str
    expected: tuple[str, ...]
    # What was found, best first.
    text: tuple[Passage, ...] = ()
    vector: tuple[Passage, ...] = ()
    fused: tuple[Passage, ...] = ()
    answerable_by_text: bool = False  # what a turn with the assistant took it for
    answerable: bool = False

    @property
    def has_answer(self) -> bool:
        return bool(self.expected)

    @property
    def similarity(self) -> float:
        return max((passage.similarity or 0.0 for passage in self.vector), default=0.0)

    def candidates(self) -> list[Passage]:
        """Everything that either way has found, with its place in both."""
        by_text = {passage.id: passage.text_rank for passage in self.text}
        ids = {passage.id for passage in self.vector}
        both = [replace(passage, text_rank=by_text.get(passage.id)) for passage in self.vector]
        return both + [passage for passage in self.text if passage.id not in ids]


def rank(passages: Sequence[Passage], expected: Sequence[str]) -> int | None:
    """The place, from 1, of the first passage that is from an article that answers."""
    return next((n for n, passage in enumerate(passages, 1) if passage.slug in expected), None)


def recall(ranks: Iterable[int | None], within: int = 5) -> float:
    """The share of the questions that have an answer among the first passages."""
    each = [place is not None and place <= within for place in ranks]
    return sum(each) / len(each)


def mean_reciprocal_rank(ranks: Iterable[int | None]) -> float:
    each = [1 / place if place else 0.0 for place in ranks]
    return sum(each) / len(each)


@dataclass(frozen=True)
class Recognition:
    """How well those without an answer are told from the others."""

    precision: float  # of those taken for unanswerable, how many are
    recall: float  # of those that are, how many were taken for it
    refused: float  # of those with an answer, how many were taken for unanswerable


def recognition(asked: Sequence[Asked], answerable: Callable[[Asked], bool]) -> Recognition:
    taken = [one for one in asked if not answerable(one)]
    right = sum(not one.has_answer for one in taken)
    without = sum(not one.has_answer for one in asked)
    return Recognition(right / len(taken) if taken else 1.0, right / without, (len(taken) - right) / (len(asked) - without))


def best_threshold(asked: Sequence[Asked], thresholds: Sequence[float]) -> float:
    """The similarity that tells most questions right, both kinds weighing the same."""

    def told(threshold: float) -> float:
        found = recognition(asked, lambda one: one.similarity >= threshold)
        return found.recall + 1 - found.refused

    return max(thresholds, key=told)


def score(passage: Passage, k: float, vector_weight: float, text_weight: float) -> float:
    """Rounded, so that what is equal but for the last bit is equal."""
    parts = ((vector_weight, passage.vector_rank), (text_weight, passage.text_rank))
    return round(sum(weight / (k + place) for weight, place in parts if place is not None), 12)


def fuse(passages: Iterable[Passage], k: float, vector_weight: float, text_weight: float) -> list[Passage]:
    """Reciprocal rank fusion, as the product does it with constants of its own."""
    return sorted(passages, key=lambda passage: (-score(passage, k, vector_weight, text_weight), passage.id))
