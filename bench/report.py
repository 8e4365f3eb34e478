"""Results: one table to read, and the raw numbers in a file."""

import json
from dataclasses import dataclass
from pathlib import Path

from stack.say import line

from .arms import ROUNDS, SECONDS, Series


@dataclass(frozen=True)
class Verdict:
    """How an arm compares with its yardstick."""

    name: str
    series: Series
    arm: str
    yardstick: str
    mark: float
    remarks: list[str]

    @property
    def met(self) -> bool:
        return self.series.ratio(self.arm, self.yardstick)[0] <= self.mark and not self.remarks


def table(verdicts: list[Verdict], others: list[tuple[str, str]]) -> None:
    """`others`: further pairs of arm and yardstick, for the columns that carry no mark."""
    heads = ["", "ratio", "spread", "mark", "verdict", *(f"{arm} : {yardstick}" for arm, yardstick in others)]
    rows = [heads]
    for one in verdicts:
        middle, low, high = one.series.ratio(one.arm, one.yardstick)
        more = [f"{one.series.ratio(*pair)[0]:.2f}" for pair in others]
        rows.append([one.name, f"{middle:.2f}", f"{low:.2f} to {high:.2f}", f"{one.mark:.2f}", _words(one), *more])
    print_rows(rows)


def _words(verdict: Verdict) -> str:
    return "; ".join(verdict.remarks) or ("met" if verdict.met else "missed")


def parts(series: Series, base: str) -> None:
    """Every arm as a multiple of the first."""
    rows = [["", f"x {base}", "spread"]]
    for arm in series.medians:
        middle, low, high = series.ratio(arm, base)
        rows.append([arm, f"{middle:.2f}", f"{low:.2f} to {high:.2f}"])
    print_rows(rows)


def print_rows(rows: list[list[str]]) -> None:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    line()
    for row in rows:
        line("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def write(file: Path, measured: dict[str, Series]) -> None:
    """Medians of every round in microseconds. Only their ratios say something about another machine."""
    file.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "rounds": ROUNDS,
        "seconds": SECONDS,
        "unit": "microseconds",
        "series": {name: {"medians": one.medians, "transactions": one.transactions} for name, one in measured.items()},
    }
    file.write_text(json.dumps(content, indent=1))
    line(f"\nRaw numbers: {file}")
