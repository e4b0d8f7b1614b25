"""Input that could do harm: formulas in text, broken answers of an interface, wrong channels, odd names (B-SEC)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sample.broken.case import Books, Case, Sent
from sample.broken.filling import Record, headings, plain, sent


def cases() -> Iterator[Case]:
    """Yield the cases of these rules."""
    yield from _formulas()
    yield from _pulls()
    yield from _channels()
    yield from _names()


def _formulas() -> Iterator[Case]:
    for name, feed, column, cell in (
        ("sec-01-link", "N03", "name", '=HYPERLINK("http://example.invalid/","门禁更新")'),
        ("sec-01-at", "A01", "title", "@SUM(1+1)*cmd|' /C calc'!A0"),
        ("sec-01-plus", "E01", "name", "+北京加号科技有限公司"),
        ("sec-01-minus", "G01", "name", "-2+3+cmd|' /C calc'!D2"),
    ):
        given = sent(name, feed, changes={1: {column: cell}})
        yield Case(name, "B-SEC-01", "AUTO", given, at=(1, column), stored={column: cell})


def _pull(case: str, feed: str, pages: Sequence[Mapping[str, Any]], read: int, headers: Mapping[str, str]) -> Sent:
    content = {f"page_{n:03d}.json": json.dumps(page, ensure_ascii=False).encode() for n, page in enumerate(pages, 1)}
    return sent(case, feed, content, records=[], headers=headers, read=read, name=f"twin-{case}")


def _pulls() -> Iterator[Case]:
    def page(number: int, total: int, rows: Sequence[Record], titles: Mapping[str, str]) -> dict[str, Any]:
        told = [{titles[key]: value for key, value in row.items() if value is not None} for row in rows]
        return {"total": total, "page": number, "rows": told}

    for name, feed in (("sec-02-missing-page", "H01"), ("sec-02-repeated-page", "H02"), ("sec-02-total", "H01"),
                       ("sec-02-error-body", "H02"), ("sec-02-drift", "H02")):  # fmt: skip
        rows = plain(feed, name, 6)
        titles = headings(feed, rows)
        one, two, three = (rows[at : at + 2] for at in (0, 2, 4))
        first = page(1, 6, one, titles)
        pages, read = {
            "sec-02-missing-page": ([first, page(3, 6, three, titles)], 4),
            "sec-02-repeated-page": ([first, page(2, 6, two, titles), page(2, 6, two, titles)], 6),
            "sec-02-total": ([first, page(2, 7, two, titles), page(3, 7, three, titles)], 6),
            "sec-02-error-body": ([first, {"code": 500, "message": "系统繁忙,请稍后再试"}], 2),
            "sec-02-drift": (
                [first, page(2, 6, two, titles), page(3, 6, [{"id": n, "memo": "?"} for n in (1, 2)],
                                                      {"id": "id", "memo": "memo"})], 4,
            ),
        }[name]  # fmt: skip
        given = _pull(name, feed, pages, read, titles)
        yield Case(
            name, "B-SEC-02", "HOLD", given, books=Books(read, 0, 0, read),
            reading="the pull is held whole; what its readable pages hold is counted and set aside",
        )  # fmt: skip


def _channels() -> Iterator[Case]:
    name = "sec-03-mail"
    yield Case(
        name, "B-SEC-03", "REJECT", sent(name, "T01", channel="mail"), reading="refused by its channel, unopened"
    )


def _names() -> Iterator[Case]:
    for name, file in (
        ("sec-04-long", f"sec-04-{'very-' * 40}long.xlsx"),
        ("sec-04-control", "孪生_sec-04\x07\x1b[31m名单\n.xlsx"),
        ("sec-04-traversal", "孪生_sec-04..\\..\\..\\etc\\名单.xlsx"),
    ):
        feed = {"sec-04-long": "N02", "sec-04-control": "G01", "sec-04-traversal": "R02"}[name]
        yield Case(name, "B-SEC-04", "AUTO", sent(name, feed, name=file))
