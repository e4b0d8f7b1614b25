"""Which period a delivery says it is about, and whether its parts agree (B-PER-01, B-PER-02, SPEC 3.0)."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from common.contracts import Feed
from common.deliveries import Delivery
from common.periods import month_end
from common.rules import Finding
from common.text import clean
from ingest.values.spans import Span, as_at, bare_months, named_spans, parse_span

_CUMULATIVE = re.compile(
    r"本?年?累计|(?:自年初|年初至今)|(?<!\d)0?1\s*月?\s*(?:--?|~|—+|–|至|到)\s*(?:[2-9]|1[0-2])\s*月|前[二三四]个?季度"
    r"|上半年"
)
_OF_THE_MONTH = re.compile("本月|当月|本期|当期|单月")


@dataclass(frozen=True, slots=True)
class Said:
    """What the parts of a delivery say about its period, besides its rows: titles, file names, the sidecar."""

    titles: tuple[str, ...]
    names: tuple[str, ...]
    declared: str | None

    @staticmethod
    def by(delivery: Delivery, titles: Iterable[str]) -> "Said":
        return Said(tuple(titles), tuple(file.name for file in delivery.files), delivery.sidecar.period)


def snapshot_day(delivery: Delivery, titles: Iterable[str]) -> date:
    """The day a snapshot shows: 截至 in its title, else the declared period's end, else the day of receipt."""
    shown = next((day for title in titles if (day := as_at(title))), None)
    declared = parse_span(delivery.sidecar.period) if delivery.sidecar.period else None
    return shown or (declared[1] if declared else delivery.received_at.date())


def claimed_month(delivery: Delivery, titles: Iterable[str]) -> date:
    """The month of rows that name none: what the sidecar says, else the title or the file's name, else the receipt."""
    said = Said.by(delivery, titles)
    named = _one(span for text in said.titles if text for span in named_spans(text))
    filed = _one(span for text in said.names for span in named_spans(_bare(text)))
    declared = parse_span(said.declared) if said.declared else None
    _, last = declared or named or filed or (date.min, delivery.received_at.date())
    return last.replace(day=1)


def questions(feed: Feed, said: Said, months: Collection[date], headers: Iterable[str]) -> Iterator[Finding]:
    """Ask where the parts of a delivery speak of different months, or where a month looks cumulative.

    ``months`` are the months of the rows, for a feed whose deliveries replace a period; ``headers`` are those of
    its amounts. A part speaks of a period only if it names exactly one. A longer span, such as 1—9月 or 三季度,
    agrees with every month in it.
    """
    if feed.kind not in ("PERIOD_REPLACE", "FULL_SNAPSHOT"):
        return
    titles = [title for title in said.titles if title]
    title, name, declared = _claims(feed, said, months)
    data = (min(months), month_end(min(months))) if len(months) == 1 else None
    claims = [span for span in (title, name, declared) if span]
    apart = any(not _meet(one, other) for one in claims for other in claims)
    strayed = bool(months) and any(not any(_meet(span, (month, month)) for month in months) for span in claims)
    if apart or strayed:
        shown = "/".join(f"{month:%Y-%m}" for month in sorted(months)) or None
        facts = {"a": _shown(title), "b": shown, "d": _shown(name), "p": _shown(declared)}
        yield Finding("B-PER-01", "HOLD", facts={key: fact for key, fact in facts.items() if fact})
    told = _cumulative(titles, headers) if feed.period and feed.control_total == "REJECT" and data else None
    if told:
        yield Finding("B-PER-02", "HOLD", value=told, facts={"x": told})


def called_after(feed: Feed, said: Said) -> date | None:
    """Return the last day of the month that title and file name call a snapshot after which tells no day itself.

    Its day is that of its receipt; but a second list of the same month is the same list again.
    """
    tells_day = any(as_at(title) for title in said.titles) or (said.declared and parse_span(said.declared))
    if feed.kind != "FULL_SNAPSHOT" or tells_day:
        return None
    spans = {span for span in _claims(feed, said, ()) if span}
    first, last = spans.pop() if len(spans) == 1 else (date.min, date.max)
    return last if last == month_end(first) else None


def _claims(feed: Feed, said: Said, months: Collection[date]) -> tuple[Span | None, Span | None, Span | None]:
    """Return what title, file name and sidecar say; a month without a year is of the year that the others speak of."""
    title = _one(span for text in said.titles for span in _spans(text, feed))
    name = _one(span for text in said.names for span in named_spans(_bare(text)))
    declared = _one([span] if (span := said.declared and parse_span(said.declared)) else [])
    known = [*months, *(span[0] for span in (title, name, declared) if span)]
    if known and title is None:
        title = _bare_claim(said.titles, known)
    if known and name is None:
        name = _bare_claim(map(_bare, said.names), known)
    return title, name, declared


def _bare_claim(texts: Iterable[str], known: Sequence[date]) -> Span | None:
    numbers = {number for text in texts for number in bare_months(text)}
    if len(numbers) != 1:
        return None
    number = numbers.pop()
    year = next((month.year for month in known if month.month == number), known[0].year)
    return date(year, number, 1), month_end(date(year, number, 1))


def _spans(title: str, feed: Feed) -> set[Span]:
    """A snapshot is of the month of its day; a title's spans are those of a period."""
    day = as_at(title) if feed.kind == "FULL_SNAPSHOT" else None
    return {(day.replace(day=1), day)} if day else named_spans(title)


def _bare(name: str) -> str:
    return name.rpartition(".")[0] or name


def _one(spans: Iterable[Span]) -> Span | None:
    """Who speaks of two periods names neither."""
    found = set(spans)
    return found.pop() if len(found) == 1 else None


def _meet(one: Span, other: Span) -> bool:
    return one[0] <= month_end(other[1]) and other[0] <= month_end(one[1])


def _shown(span: Span | None) -> str | None:
    if span is None:
        return None
    first, last = (f"{day:%Y-%m}" for day in span)
    return first if first == last else f"{first}/{last}"


def _cumulative(titles: Iterable[str], headers: Iterable[str]) -> str | None:
    """Return the words that call the amounts cumulative; a header that says 本月 speaks against a title."""
    heads = [clean(header) for header in headers]
    is_monthly = any(_OF_THE_MONTH.search(head) for head in heads)
    for text in (*heads, *(() if is_monthly else (clean(title) for title in titles))):
        if match := _CUMULATIVE.search(text):
            return match[0]
    return None
