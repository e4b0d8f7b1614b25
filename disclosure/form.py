"""The JSON form of ``louyu disclosure`` (SURFACE, disclosure): a table of any dimensions, in and out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import product
from typing import Any

from common.decimals import plain
from common.messages import LouyuError
from disclosure.control import Interval, Protection
from disclosure.system import Cell, Equation, Key, System, name

_LIMIT = 500_000
"""Cells, totals included, of a table that is read."""
_DIGITS = 38
"""Digits of a number, before and after its point."""


@dataclass(frozen=True)
class Dimension:
    """One dimension: inner members in the order given, and what each total sums up."""

    name: str
    inner: tuple[str, ...]
    totals: Mapping[str, tuple[str, ...]]

    @property
    def members(self) -> tuple[str, ...]:
        return *self.inner, *self.totals


@dataclass(frozen=True)
class Form:
    """A table that was read."""

    dimensions: tuple[Dimension, ...]
    system: System


def read_form(text: str) -> Form:
    """Read a table; LouyuError names the place that is wrong and what to do.

    Cells that are not listed are zeros without contributors. Totals need not be listed; one that is must be the sum of
    its parts. A contribution is a number, of somebody who is in this cell only, or ``{"contributor", "value"}``.
    """
    try:
        given = json.loads(text, parse_float=Decimal, parse_constant=Decimal)
    except (json.JSONDecodeError, InvalidOperation, RecursionError) as error:
        raise LouyuError(f"不是可读的JSON:{error}", f"no JSON that can be read: {error}") from None
    whole = _object(given, "$")
    dimensions = tuple(
        _dimension(one, f"dimensions[{number}]")
        for number, one in enumerate(_list(whole.get("dimensions"), "dimensions"))
    )
    if not dimensions or len({one.name for one in dimensions}) < len(dimensions):
        raise _wrong("dimensions", "至少一个维度,名称各不相同", "needs at least one dimension, each with its own name")
    size = 1
    for dimension in dimensions:
        size *= len(dimension.members)
    if size > _LIMIT:
        raise _wrong("dimensions", f"共{size}个单元格,超过上限{_LIMIT}", f"makes {size} cells, more than {_LIMIT}")
    listed: dict[Key, Cell] = {}
    for number, one in enumerate(_list(whole.get("cells"), "cells")):
        cell = _cell(one, dimensions, f"cells[{number}]")
        if cell.key in listed:
            zh, en = f"单元格 {name(cell.key)} 出现两次", f"gives cell {name(cell.key)} a second time"
            raise _wrong(f"cells[{number}]", zh, en)
        listed[cell.key] = cell
    before = _before(_list(whole.get("published_before", []), "published_before"), dimensions)
    return Form(dimensions, _system(dimensions, listed, before))


def answer(form: Form, found: Protection, known: Mapping[Key, Interval]) -> dict[str, Any]:
    """Return SURFACE's object; ``known`` are the intervals that a reader can work out."""

    def key(parts: Key) -> dict[str, str]:
        return {one.name: part for one, part in zip(form.dimensions, parts, strict=True)}

    exposed = set(found.exposed)
    return {
        "feasible": found.is_feasible,
        "cost": plain(found.cost),
        "bound": plain(found.bound),
        "totals_to_withhold": [key(one) for one in found.totals_to_withhold],
        "cells": [
            {
                "key": key(one.key),
                "status": one.status,
                "rules": [*one.rules, *(["published_before"] if one.key in exposed else [])],
                "interval": [None if end is None else plain(end) for end in known[one.key]],
            }
            for one in sorted(found.verdicts, key=lambda verdict: _order(form.dimensions, verdict.key))
        ],
    }


def _order(dimensions: Sequence[Dimension], key: Key) -> tuple[int, ...]:
    return tuple(one.members.index(part) for one, part in zip(dimensions, key, strict=True))


def _dimension(given: Any, place: str) -> Dimension:
    whole = _object(given, place)
    named = _text(whole.get("name"), f"{place}.name")
    listed = [_text(one, f"{place}.members") for one in _list(whole.get("members"), f"{place}.members")]
    totals: dict[str, tuple[str, ...]] = {}
    for number, pair in enumerate(_list(whole.get("totals", []), f"{place}.totals")):
        at = f"{place}.totals[{number}]"
        if not isinstance(pair, list) or len(pair) != 2:
            raise _wrong(at, '应为 ["合计", ["部分", …]]', 'must be ["total", ["part", …]]')
        total, parts = _text(pair[0], at), tuple(_text(one, at) for one in _list(pair[1], at))
        if not parts or len(set(parts)) < len(parts):
            raise _wrong(at, "各部分不能为空,也不能重复", "needs parts, each of them once")
        if total in totals:
            raise _wrong(at, f"合计 {total} 出现两次", f"gives total {total} a second time")
        totals[total] = parts
    if len(set(listed)) < len(listed):
        raise _wrong(f"{place}.members", "成员重复", "names a member twice")
    inner = tuple(one for one in listed if one not in totals)
    if unknown := sorted({part for parts in totals.values() for part in parts} - {*inner, *totals}):
        raise _wrong(f"{place}.totals", f"没有成员 {unknown[0]}", f"there is no member {unknown[0]}")
    if not inner:
        raise _wrong(f"{place}.members", "除合计外至少有一个成员", "needs a member that is no total")
    for total in totals:
        _leaves(total, totals, (), f"{place}.totals")
    return Dimension(named, inner, totals)


def _leaves(member: str, totals: Mapping[str, tuple[str, ...]], above: tuple[str, ...], place: str) -> list[str]:
    if member in above:
        raise _wrong(place, f"合计 {member} 包含它自己", f"total {member} is a part of itself")
    if member not in totals:
        return [member]
    found = [leaf for part in totals[member] for leaf in _leaves(part, totals, (*above, member), place)]
    if len(set(found)) < len(found):
        raise _wrong(place, f"合计 {member} 重复计入成员", f"total {member} counts a member twice")
    return found


def _cell(given: Any, dimensions: Sequence[Dimension], place: str) -> Cell:
    whole = _object(given, place)
    key = _key(whole.get("key"), dimensions, f"{place}.key")
    if whole.get("kind", "magnitude") == "count":
        value = _number(whole.get("value"), f"{place}.value")
        if value < 0 or value != value.to_integral_value():
            raise _wrong(f"{place}.value", "件数应为非负整数", "a count is a whole number, zero or more")
        return Cell(key, value, kind="count")
    if whole.get("kind", "magnitude") != "magnitude":
        raise _wrong(f"{place}.kind", "应为 magnitude 或 count", "must be magnitude or count")
    listed = _list(whole.get("contributions"), f"{place}.contributions")
    amounts = []
    for number, one in enumerate(listed):
        at = f"{place}.contributions[{number}]"
        if isinstance(one, dict):
            group = "=" + _text(one.get("contributor"), f"{at}.contributor")
            amounts.append((group, _number(one.get("value"), f"{at}.value")))
        else:
            amounts.append(("#" + json.dumps([*key, number], ensure_ascii=False), _number(one, at)))
    return Cell(key, sum((amount for _, amount in amounts), Decimal()), tuple(amounts))


def _before(given: Sequence[Any], dimensions: Sequence[Dimension]) -> dict[Key, set[Decimal]]:
    found: dict[Key, set[Decimal]] = {}
    for number, one in enumerate(given):
        place = f"published_before[{number}]"
        whole = _object(one, place)
        key = _key(whole.get("key"), dimensions, f"{place}.key")
        found.setdefault(key, set()).add(_number(whole.get("value"), f"{place}.value"))
    return found


def _system(dimensions: Sequence[Dimension], listed: Mapping[Key, Cell], before: Mapping[Key, set[Decimal]]) -> System:
    """Add the zeros, the totals and every sum of the table."""
    equations = [
        Equation(key, tuple((*key[:at], part, *key[at + 1 :]) for part in dimension.totals[key[at]]))
        for key in product(*(dimension.members for dimension in dimensions))
        for at, dimension in enumerate(dimensions)
        if key[at] in dimension.totals
    ]
    parts_of = {one.total: one.parts for one in equations}
    kinds = {cell.kind for cell in listed.values()}
    if len(kinds) > 1:
        raise _wrong("cells", "件数与数额不能在同一张表内", "holds counts and magnitudes; make two tables of them")
    is_count = kinds == {"count"}
    values: dict[Key, Decimal] = {}

    def value(key: Key) -> Decimal:
        if key not in values:
            given, parts = listed.get(key), parts_of.get(key)
            is_given = given is not None and (given.kind == "count" or given.contributions or parts is None)
            summed = (value(part) for part in parts or ())
            values[key] = given.value if given is not None and is_given else sum(summed, Decimal())
        return values[key]

    def cell(key: Key) -> Cell:
        given, is_total = listed.get(key), key in parts_of
        own = given.contributions if given and given.contributions else None if is_total else ()
        # a value that was revised since tells nothing exact about the present one
        is_known = value(key) in before.get(key, ())
        return Cell(
            key, value(key), None if is_count else own, "count" if is_count else "magnitude", is_total, is_known
        )

    keys = product(*(dimension.members for dimension in dimensions))
    return System.of((cell(key) for key in keys), equations)


def _key(given: Any, dimensions: Sequence[Dimension], place: str) -> Key:
    whole = _object(given, place)
    names = [one.name for one in dimensions]
    if set(whole) != set(names):
        listed = ", ".join(names)
        raise _wrong(place, f"应恰好给出维度 {listed}", f"must name exactly the dimensions {listed}")
    found = []
    for one in dimensions:
        member = _text(whole[one.name], f"{place}.{one.name}")
        if member not in one.members:
            raise _wrong(f"{place}.{one.name}", f"没有成员 {member}", f"there is no member {member}")
        found.append(member)
    return tuple(found)


def _number(given: Any, place: str) -> Decimal:
    try:
        found = Decimal(given) if isinstance(given, str | int | Decimal) and not isinstance(given, bool) else None
    except InvalidOperation:
        found = None
    if (
        found is None
        or not found.is_finite()
        or len(found.as_tuple().digits) > _DIGITS
        or abs(found.adjusted()) > _DIGITS
    ):
        raise _wrong(place, "应为数字", "must be a number")
    return found


def _text(given: Any, place: str) -> str:
    if isinstance(given, int) and not isinstance(given, bool):
        return str(given)
    if not isinstance(given, str) or not given:
        raise _wrong(place, "应为非空文本", "must be a text that is not empty")
    return given


def _list(given: Any, place: str) -> list[Any]:
    if not isinstance(given, list):
        raise _wrong(place, "应为数组", "must be a list")
    return given


def _object(given: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise _wrong(place, "应为对象", "must be an object")
    return given


def _wrong(place: str, zh: str, en: str) -> LouyuError:
    return LouyuError(f"{place}:{zh}。请改正后再试。", f"{place}: {en}. Correct it and try again.")
