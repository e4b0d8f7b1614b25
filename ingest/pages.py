"""Whether the pages of a pull are all there (B-SEC-02)."""

from collections.abc import Sequence

from common.notes import Noted
from common.rules import Finding, Place
from ingest.files.grids import ROW
from ingest.opening import FileRead
from ingest.tables.table import Table


def incomplete_pull(read: Sequence[FileRead], tables: Sequence[Table], unread: Noted | None) -> Finding | None:
    """Hold a pull whose pages, counted from 0 or 1, do not add up to what the API announced (B-SEC-02).

    ``unread`` is a page that came and could not be read.
    """
    announced = {part.opened.announced_rows for part in read if part.opened.announced_rows is not None}
    received = sum(table.seen for table in tables)
    wrong = f"{unread[0]}: {unread[1].rule_id}" if unread else _wrong_pages(read)
    wrong = wrong or ("total" if announced and announced != {received} else None)
    if wrong is None:
        return None
    told = "/".join(str(number) for number in sorted(announced)) or "?"
    return Finding("B-SEC-02", "HOLD", unread[1].place if unread else Place(), wrong, {"n": told, "k": received})


def _wrong_pages(read: Sequence[FileRead]) -> str | None:
    """Name the page that is missing or came twice."""
    pages = sorted(part.opened.page for part in read if part.opened.page is not None)
    first = 0 if 0 in pages else 1
    gaps = [page for page in range(first, first + len(pages)) if page not in pages]
    if gaps:
        return f"page {', '.join(map(str, gaps))}"
    seen: dict[tuple[int, ...], str] = {}
    # a page is held against others, and a single file may be large
    for part in read if len(read) > 1 else ():
        for grid in part.opened.grids:
            # a single record may well be the same as another one
            if grid.kind != "records" or len(grid.head) < 2:
                continue
            said = tuple(number for batch in grid.batches() for number in batch.drop(ROW).hash_rows())
            if said in seen:
                return f"{part.file} = {seen[said]}"
            seen[said] = part.file
    return None
