"""What a named period means for a KPI: the codes of SURFACE, their last days and their length."""

from collections.abc import Iterator, Sequence
from datetime import date

from common.periods import month_end
from replay.periods import Mention


def period_code(mention: Mention, types: Sequence[str], today: date | None, *, is_near: bool = True) -> str | None:
    """Return the likeliest of :func:`period_codes`; None where a mention fits none of the types."""
    return next(iter(period_codes(mention, types, today, is_near=is_near)), None)


def period_codes(
    mention: Mention, types: Sequence[str], today: date | None, *, is_near: bool = True
) -> tuple[str, ...]:
    """Return the codes that a mention can mean for a KPI of these period types, the likeliest first.

    A day leaves open whether a stock or a sum up to it is meant; any other mention means one thing. ``today`` is the
    day up to which 累计 and 目前 are counted. Without types the mention's own codes are returned. A span in another
    sentence (``is_near`` false) says nothing of a stock.
    """
    codes = dict(_codes(mention, today))
    if not is_near and mention.kind in ("QUARTER", "MONTHS") and not mention.is_end:
        codes = {kind: code for kind, code in codes.items() if kind not in ("S", "CUM")}
    order = list(types) or list(codes)
    is_day = mention.is_end or mention.kind in ("DAY", "NOW")
    if is_day:
        order = [kind for kind in ("S", "CUM") if kind in order] + [kind for kind in order if kind not in ("S", "CUM")]
    if mention.is_assessment:
        order = [kind for kind in order if kind in ("HM", "WINDOW")]
    fitting = tuple(codes[kind] for kind in order if kind in codes)
    return fitting if is_day else fitting[:1]


def own_code(mention: Mention, today: date | None) -> str | None:
    """Return the code that a mention means by itself, whatever the KPI."""
    return next((code for _, code in _codes(mention, today)), None)


def _codes(mention: Mention, today: date | None) -> Iterator[tuple[str, str]]:
    """Yield what a mention can mean, by period type, most natural first."""
    year, first, last = mention.year, mention.first, mention.last
    if mention.kind in ("NOW", "CUM") and (year is None or (first, last) == (1, 12)):
        if today is not None:
            if mention.kind == "NOW":
                yield "S", today.isoformat()
            yield "CUM", f"CUM{today:%Y-%m}"
        return
    if year is None:
        return
    match mention.kind:
        case "DAY":
            try:
                day = date(year, first, mention.day or 1)
            except ValueError:
                return
            yield "S", day.isoformat()
            yield "CUM", f"CUM{day:%Y-%m}"
            if day == month_end(day):
                yield "YTD", f"{year}-YTD{first:02}"
        case "QUARTER":
            if not mention.is_end:
                yield "Q", f"{year}-Q{first}"
                yield "WINDOW", f"HM{year}-{3 * first - 2:02}/HM{year}-{3 * first:02}"
            yield "S", month_end(date(year, 3 * first, 1)).isoformat()
            yield "CUM", f"CUM{year}-{3 * first:02}"
        case "YEAR":
            if mention.reached:
                month = mention.reached[0]
                yield "Y", f"{year}"
                yield "YTD", f"{year}-YTD{month:02}"
                yield "WINDOW", f"HM{year}-01/HM{year}-{month:02}"
            elif mention.is_end:
                yield "S", f"{year}-12-31"
            else:
                yield "Y", f"{year}"
                yield "YTD", f"{year}-YTD12"
                yield "WINDOW", f"HM{year}-01/HM{year}-12"
        case "R12":
            yield "R12", f"R12-{year}-{last:02}"
        case "CUM":
            yield "CUM", f"CUM{year}-{last:02}"
        case "MONTHS":
            yield from _month_codes(mention, year)


def _month_codes(mention: Mention, year: int) -> Iterator[tuple[str, str]]:
    first, last, last_year = mention.first, mention.last, mention.last_year or year
    end = month_end(date(last_year, last, 1)).isoformat()
    if (year, first) != (last_year, last):
        if first == 1 and last_year == year and not mention.is_assessment:
            yield "YTD", f"{year}-YTD{last:02}"
            if last == 12:
                yield "Y", f"{year}"
        if last_year == year and last - first == 2 and first % 3 == 1 and not mention.is_assessment:
            yield "Q", f"{year}-Q{last // 3}"
        yield "WINDOW", f"HM{year}-{first:02}/HM{last_year}-{last:02}"
        return
    if not mention.is_end:
        if not mention.is_assessment:
            yield "M", f"{year}-{first:02}"
        yield "HM", f"HM{year}-{first:02}"
    yield "S", end
    yield "CUM", f"CUM{year}-{first:02}"
    if first == 1 or mention.is_end:
        yield "YTD", f"{year}-YTD{first:02}"


def last_day(code: str) -> date:
    """Return the last day of a period by its code; an assessment month ends on the 18th."""
    code = code.rpartition("/")[2]
    if code.startswith("HM"):
        return date(int(code[2:6]), int(code[7:]), 18)
    if len(code) == 10 and code[4] == "-" and code[5].isdigit():
        return date.fromisoformat(code)
    if len(code) == 4:
        return date(int(code), 12, 31)
    label = code.removeprefix("CUM").removeprefix("R12-")
    month = 3 * int(label[-1]) if "-Q" in label else int(label[-2:])
    return month_end(date(int(label[:4]), month, 1))


def months_of(code: str) -> int:
    """Return how many months of a year a flow over the period holds, 12 for a span of unknown length."""
    if "-Q" in code:
        return 3
    if "-YTD" in code:
        return int(code[-2:])
    return 1 if len(code) == 7 else 12
