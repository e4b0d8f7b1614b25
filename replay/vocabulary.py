"""Names of KPIs in a text: the catalogue's own, and the further words of ``vocabulary.yml``."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from replay.knowledge import ALL, Kpi

_FILE = Path(__file__).with_name("vocabulary.yml")
_BRACKETS = re.compile(r"\([^()]*\)")
_COUNT = re.compile(r"(?:数量|次数|总数|数|量)$")


@dataclass(frozen=True, slots=True)
class Name:
    """A place where a text names a KPI, or one member of its breakdown."""

    start: int
    end: int
    kpi: Kpi
    member: tuple[str, str]


@dataclass(frozen=True, slots=True)
class ClaimWord:
    """A pattern that claims a change of a size, in a direction, without a number."""

    pattern: re.Pattern[str]
    size: str
    sign: int


class Vocabulary:
    """The words of the checker, for one catalogue."""

    def __init__(self, kpis: Mapping[str, Kpi]) -> None:
        said = _said()
        self._kpis = kpis
        # each by itself: of alternatives the first would be taken, and the longest is meant
        self._patterns = [
            (_any([word]), kpis[kpi_id], member) for kpi_id, member, words in _names(said, kpis) for word in words
        ]
        self._counters: Mapping[str, list[str]] = said["counters"]
        self._confused: Mapping[str, list[str]] = said["confused"]
        self._subjects = [(kpis.get(one["kpi"]), _any([one["zh"], one["en"]])) for one in said["claim_subjects"]]
        self.no_figures = _any([str(pattern) for pattern in said["no_figures"]])
        self.claims = tuple(
            ClaimWord(_any([*claim["zh"], *claim["en"]]), claim["size"], claim["sign"]) for claim in said["claims"]
        )
        self.coverage = _any([*said["coverage"]["zh"], *said["coverage"]["en"]])
        self._covered = [(kpis.get(one["kpi"]), _any([one["zh"], one["en"]])) for one in said["coverage"]["kpis"]]
        whole = said["coverage"]["all"]
        self._whole = kpis.get(whole["kpi"]), _any([whole["zh"], whole["en"]])
        self.each, self.together, self.distinct, self.plan, self.horizon, self.not_certified = (
            _any([*said[word]["zh"], *said[word]["en"]])
            for word in ("each", "together", "distinct", "plan", "horizon", "not_certified")
        )

    @property
    def counters(self) -> Sequence[str]:
        """Every Chinese unit of count."""
        return list(dict.fromkeys(word for words in self._counters.values() for word in words))

    def find(self, text: str) -> list[Name]:
        """Find the names in a text; one that lies within a longer one is not meant."""
        found = sorted(
            (
                Name(*match.span(), kpi, member)
                for pattern, kpi, member in self._patterns
                for match in pattern.finditer(text)
            ),
            key=lambda name: (name.start, -name.end),
        )
        kept: list[Name] = []
        for name in found:
            if not any(_covers(other, name) for other in kept[-12:]):
                kept.append(name)
        return kept

    def counts(self, kpi: Kpi, unit: str) -> bool:
        """Tell whether a unit of a text is one in which a KPI can be stated; "" is a number whose noun tells."""
        own = kpi.unit.replace("㎡", "m2").replace("m²", "m2")
        if unit == own:
            return True
        if unit == "":
            return own not in ("元", "%")
        base, _, below = own.partition("/")
        if "/" in unit:
            said, _, under = unit.partition("/")
            return under == below and said in self._counters.get(base, [base])
        return unit in self._counters.get(base, [base])

    def confuses(self, kpi: Kpi, unit: str) -> bool:
        """Tell whether a unit is one that is often written for a KPI's own and means something else: 人 for 人次."""
        return unit in self._confused.get(kpi.unit, ())

    def subject(self, text: str) -> Kpi | None:
        """Return what a claim without a figure is about, by words that are too wide to name a figure."""
        return next((kpi for kpi, pattern in self._subjects if kpi and pattern.search(text)), None)

    def change_of(self, level: Kpi) -> Kpi | None:
        """Return the growth of a KPI, or of the mean by month of what it counts."""
        mean = self.monthly_mean(level)
        changes = [kpi for kpi in self._kpis.values() if kpi.kind in ("yoy", "window_change")]
        return next((kpi for about in (level, mean) if about for kpi in changes if kpi.change_of == about.id), None)

    def monthly_mean(self, level: Kpi) -> Kpi | None:
        """Return the mean by month of what a KPI counts."""
        means = [kpi for kpi in self._kpis.values() if kpi.kind == "window_average"]
        return next((kpi for kpi in means if level.kind == "level" and kpi.numerator == level.numerator), None)

    def covered(self, text: str) -> Kpi | None:
        """Return the coverage that a claim in a sentence is about: of one kind of organisation, or of all three."""
        whole, of_all = self._whole
        kinds = [kpi for kpi, pattern in self._covered if pattern.search(text)]
        return kinds[0] if len(kinds) == 1 and not of_all.search(text) else whole


def _covers(other: Name, name: Name) -> bool:
    """Tell whether one name makes another superfluous: it holds it, or is the same."""
    if (other.start, other.end) == (name.start, name.end):
        return (other.kpi, other.member) == (name.kpi, name.member)
    return other.start <= name.start and name.end <= other.end


@cache
def _said() -> Any:
    return yaml.safe_load(_FILE.read_text(encoding="utf-8"))


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    """Compile alternatives; one that begins or ends with a Latin letter does so at a word's edge."""
    edged = []
    for pattern in patterns:
        is_latin = not re.search(r"[\u3400-\u9fff]", pattern)
        edged.append(rf"(?<![A-Za-z])(?:{pattern})(?![A-Za-z])" if is_latin else f"(?:{pattern})")
    return _compiled("|".join(edged))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _names(said: Any, kpis: Mapping[str, Kpi]) -> Iterator[tuple[str, tuple[str, str], list[str]]]:
    for kpi_id, kpi in kpis.items():
        further = said["kpis"].get(kpi_id, {})
        yield kpi_id, ALL, [*_own_names(kpi), *further.get("zh", ()), *further.get("en", ())]
    for member in said["members"]:
        if member["kpi"] in kpis:
            yield member["kpi"], (member["breakdown"], member["code"]), [*member["zh"], *member["en"]]


def _own_names(kpi: Kpi) -> list[str]:
    """Return a KPI's names in the catalogue, whole and without brackets and 数."""
    bare = _BRACKETS.sub("", kpi.name.zh).strip()
    chinese = [name for name in (kpi.name.zh, bare, _COUNT.sub("", bare)) if len(name) > 2]
    english = [kpi.name.en, _BRACKETS.sub("", kpi.name.en).strip()]
    words = [r"\s+".join(map(re.escape, name.split())) for name in english if name]
    return [*map(re.escape, dict.fromkeys(chinese)), *dict.fromkeys(words)]
