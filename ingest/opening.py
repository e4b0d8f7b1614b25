"""The files of a delivery to sections: each opened by a layout or by the contract, its headers found."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from common.contracts import Feed, Layout, feeds
from common.deliveries import Delivery
from common.masking import beginning
from common.notes import Noted
from common.rules import Finding, Place, Refusal
from ingest.files.content import Content
from ingest.files.grids import HEAD_ROWS, Grid, Opened
from ingest.files.readers import Part, expanded, open_file
from ingest.tables.headers import Header, find_header
from ingest.tables.layouts import Drifted, bind, map_header, open_layout
from ingest.tables.sections import Section
from ingest.tables.supplements import feed_named
from ingest.tables.vocabulary import Vocabulary

_BESIDE = re.compile("汇总|合计|统计|说明|目录|封面|透视|字典")
"""Names of sheets that lie beside a list and hold some of its headings, but no list."""

_TAG = re.compile(r"<[^>]*>")
_LOOKED_AT, _SHOWN = 1 << 12, 60

NamedFile = tuple[str, bytes | Path]


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file's grids that have a header, and what was found on the way."""

    file: str
    opened: Opened
    layout: Layout | None
    headed: tuple[tuple[Grid, Header], ...]
    notes: tuple[Finding, ...]


def read_all(
    delivery: Delivery, feed: Feed, files: Sequence[NamedFile], layout: Layout | None, known: Mapping[str, Layout]
) -> tuple[list[FileRead], Noted | None]:
    """Open the files of a delivery; the files in an archive are read as if they had come beside each other.

    Where no ``layout`` is given, one of the ``known`` may fit. With the files comes the first page that cannot be
    read while others can, which is one that the API did not deliver.
    """
    read: list[FileRead] = []
    failed: list[Noted] = []
    for name, content in files:
        try:
            read += [_read_part(part, feed, delivery, layout, known) for part in expanded(name, content)]
        except Refusal as refusal:
            if len(files) == 1:
                raise
            failed.append((name, refusal.finding))
    if failed and not read:
        raise Refusal(failed[0][1])
    return read, failed[0] if failed else None


def _read_part(
    part: Part, feed: Feed, delivery: Delivery, layout: Layout | None, known: Mapping[str, Layout]
) -> FileRead:
    """Open a file, and say which one it was that could not be read."""
    try:
        read = _read(part, feed, delivery, layout, known)
    except Refusal as refusal:
        refusal.file = part.name
        raise
    return replace(read, notes=(Finding("B-SEC-04", "AUTO"), *read.notes)) if part.is_renamed else read


def _read(part: Part, feed: Feed, delivery: Delivery, layout: Layout | None, known: Mapping[str, Layout]) -> FileRead:
    """Open a file by the layout that somebody names, else by the contract, else by the one layout that fits it."""

    def by(layout: Layout) -> FileRead:
        read = _read_by(part.name, part.content, feed, layout)
        told = {column for _, header in read.headed for column in header.columns}
        return replace(read, layout=bind(layout, part.name, delivery.sidecar.period, told))

    own = {one.id: one for one in known.values() if one.feed == feed.id}
    named = delivery.sidecar.layout
    if layout is None and named and (layout := own.get(named)) is None:
        facts = {"f": feed.id, "k": "、".join(own) or "—"}
        raise Refusal(Finding("L-LAY-UNKNOWN", "REJECT", value=named, facts=facts))
    if layout is not None:
        return by(layout)
    try:
        return _read_by(part.name, part.content, feed, None)
    except Refusal as by_contract:
        fitting, drifted = [], []
        for one in own.values():
            try:
                fitting.append(by(one))
            except Drifted as refusal:
                drifted += [refusal] if refusal.is_recognised else []
            except Refusal:
                continue
        if len(fitting) > 1:
            names = "、".join(read.layout.id for read in fitting if read.layout)
            raise Refusal(Finding("L-LAY-LAYOUT", "REJECT", value=names)) from None
        if not fitting:
            raise (drifted[0] if len(drifted) == 1 else _no_answer(part, feed) or by_contract) from None
        return fitting[0]


def _no_answer(part: Part, feed: Feed) -> Refusal | None:
    """Tell a page of an interface that is no JSON from a list: it says why the interface did not answer (B-SEC-02)."""
    start = Content(part.content).read(0, _LOOKED_AT).lstrip(b"\xef\xbb\xbf \t\r\n")
    is_page = feed.paged and PurePosixPath(part.name).suffix.lower() in (".json", ".jsonl")
    if not is_page or not start or start.startswith((b"{", b"[")):
        return None
    said = " ".join(_TAG.sub(" ", start.decode("utf-8", errors="replace")).split())
    return Refusal(Finding("B-SEC-02", "HOLD", value=beginning(said, _SHOWN), facts={"n": "?", "k": 0}))


def _read_by(name: str, content: bytes | Path, feed: Feed, layout: Layout | None) -> FileRead:
    opened = open_layout(content, layout, name) if layout else open_file(content, name=name)
    vocabulary = Vocabulary(feed)
    headed: list[tuple[Grid, Header]] = []
    notes = list(opened.notes)
    passed_over: list[Refusal] = []
    grids = [grid for grid in opened.grids if not _is_blank(grid) and _is_of(grid, feed)]
    for grid in grids:
        header = None
        try:
            header = map_header(grid, feed, layout) if layout else find_header(grid, vocabulary)
        except Refusal as refusal:
            if not _BESIDE.search(grid.sheet or ""):
                raise
            passed_over.append(refusal)
        if header is None:
            notes.append(Finding("L-LAY-SHEET", "WARN", Place(sheet=grid.sheet)))
            continue
        headed.append((grid, header))
        notes += header.notes
        if header.first_data_row:
            notes.append(Finding("B-LAY-01", "AUTO", Place(grid.sheet, header.first_data_row)))
    if not headed and passed_over:
        raise passed_over[0]
    if not headed and grids:
        first = vocabulary.required[0].zh if vocabulary.required else feed.columns[0].zh
        if layout:
            first = next(iter(layout.sources), first)
        raise Refusal(Finding("B-LAY-07", "REJECT", Place(grids[0].sheet, None, first)))
    if len(headed) > 1:
        notes.append(Finding("B-LAY-08", "AUTO", facts={"n": len(headed)}))
    return FileRead(name, opened, layout, tuple(headed), tuple(notes))


def _is_blank(grid: Grid) -> bool:
    return len(grid.head) < HEAD_ROWS and not any(cell for row in grid.head for cell in row)


def _is_of(grid: Grid, feed: Feed) -> bool:
    """Leave the other lists of a workbook of several to their feeds; elsewhere a sheet may be named after anything."""
    if feed_named(grid) not in (None, feed.id):
        return False
    others = [other for other in feeds().values() if any(word in (grid.sheet or "") for word in other.sheet_words)]
    return not feed.sheet_words or not others or feed in others


def sections(read: Sequence[FileRead], feed: Feed) -> list[Section]:
    """Put grids with the same header together: sheets of one building each, pages of one pull."""
    found: dict[tuple[object, ...], list[tuple[FileRead, Grid, Header]]] = {}
    for part in read:
        for grid, header in part.headed:
            layout = part.layout.id if part.layout else None
            found.setdefault((layout, grid.kind, grid.epoch_1904, grid.keys, header.signature), []).append(
                (part, grid, header)
            )
    return [
        Section(feed, group[0][0].layout, group[0][2], tuple((part.file, grid) for part, grid, _ in group))
        for group in found.values()
    ]


def belongs_to(content: bytes | Path, feed: Feed) -> dict[str, tuple[str, ...]]:
    """Tell which feeds the sheets of a workbook belong to: feed id to sheet names (三个清单 in one workbook).

    A sheet without a telling name belongs to the feed in whose folder it lies. An unreadable file does too.
    """
    try:
        sheets = [grid.sheet or "" for grid in open_file(content).grids if grid.head]
    except Refusal:
        sheets = []
    homes: dict[str, list[str]] = {}
    for sheet in sheets:
        named = (other.id for other in feeds().values() if any(word in sheet for word in other.sheet_words))
        homes.setdefault(next(named, feed.id), []).append(sheet)
    return {name: tuple(found) for name, found in homes.items()} or {feed.id: ()}
