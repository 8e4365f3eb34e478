"""What the questions' answers come to, as rows of cells."""

from collections.abc import Sequence

from .scores import Asked, best_threshold, fuse, mean_reciprocal_rank, rank, recall, recognition

WAYS = ("text", "vector", "fused")
KINDS = ("plain", "paraphrased", "misspelt", "negated")
THRESHOLDS = [n / 100 for n in range(20, 61)]


def found(asked: Sequence[Asked]) -> list[list[str]]:
    """Recall among the first five passages, and mean reciprocal rank, by kind of question and way of searching."""
    rows = [["", "questions", *(f"{way}: recall@5" for way in WAYS), *(f"{way}: MRR" for way in WAYS)]]
    for kind in (*KINDS, "all"):
        some = [one for one in asked if one.has_answer and kind in (one.kind, "all")]
        ranks = {way: [rank(getattr(one, way), one.expected) for one in some] for way in WAYS}
        cells = [f"{measure(ranks[way]):.2f}" for measure in (recall, mean_reciprocal_rank) for way in WAYS]
        rows.append([kind, str(len(some)), *cells])
    return rows


def recognized(asked: Sequence[Asked], weak_below: float) -> list[list[str]]:
    """How well questions without an answer are recognised: as the product does, and at other thresholds."""
    ways = {"by words alone": lambda one: one.answerable_by_text, f"as the assistant does, weak below {weak_below:.2f}": lambda one: one.answerable}
    rows = [["taken for unanswerable", "precision", "recall", "answerable ones refused"]]
    rows += [_recognition(name, asked, answerable) for name, answerable in ways.items()]
    for threshold in (0.25, 0.30, 0.35, 0.40, 0.45, 0.50):
        rows.append(_recognition(f"below {threshold:.2f}", asked, lambda one: one.similarity >= threshold))
    return rows + [_halves(asked)]


def _recognition(name: str, asked: Sequence[Asked], answerable) -> list[str]:
    told = recognition(asked, answerable)
    return [name, f"{told.precision:.2f}", f"{told.recall:.2f}", f"{told.refused:.2f}"]


def _halves(asked: Sequence[Asked]) -> list[str]:
    """The threshold that suits one half of the questions best, tried on the other: what choosing it here is worth elsewhere."""
    threshold = best_threshold(asked[::2], THRESHOLDS)
    return _recognition(f"below {threshold:.2f}, best for one half, on the other", asked[1::2], lambda one: one.similarity >= threshold)


def sensitivity(asked: Sequence[Asked], k: float, vector_weight: float, text_weight: float) -> list[list[str]]:
    """Fused anew with other constants: how much depends on the ones that were chosen."""
    some = [one for one in asked if one.has_answer]
    rows = [["k", "weight of vectors", "weight of words", "recall@5", "MRR"]]
    chosen = (k, vector_weight, text_weight)
    others = [(other, vector_weight, text_weight) for other in (1, 10, 60, 120)]
    others += [(k, weight, 1.0) for weight in (0.5, 1, 1.5, 2, 3, 5)]
    for constants in (chosen, *others):
        ranks = [rank(fuse(one.candidates(), *constants), one.expected) for one in some]
        mark = " (chosen)" if constants is chosen else ""
        rows.append([f"{constants[0]:g}{mark}", f"{constants[1]:g}", f"{constants[2]:g}", f"{recall(ranks):.3f}", f"{mean_reciprocal_rank(ranks):.3f}"])
    return rows


def missed(asked: Sequence[Asked]) -> list[str]:
    """What was not found, to read and think about."""
    lines = []
    for one in asked:
        place = rank(one.fused, one.expected)
        if one.has_answer and (place is None or place > 5):
            lines.append(f"{one.kind}: {one.question} (first: {one.fused[0].slug if one.fused else 'nothing'}; expected: {one.expected[0]})")
    return lines
