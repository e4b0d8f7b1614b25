"""The small words of the page: tables, numbers and counts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Report = Mapping[str, Any]


def table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: bool = True) -> Iterator[str]:
    """Yield the lines of a table; what stands behind the first column is set to the right where it is numbers."""
    for cells in (head, ["---", *["---:" if numbers else "---"] * (len(head) - 1)], *rows):
        yield f"| {' | '.join(cells)} |"


def number(value: float | None, digits: int = 1) -> str:
    """Print a number, or a dash where there is none."""
    return "—" if value is None else f"{value:,.{digits}f}"


def counted(number: int, of: str) -> str:
    """Print how many there are of something."""
    return f"{number} {of}{'' if number == 1 else 's'}"
