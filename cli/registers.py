"""A register of enterprises that somebody has at hand: the columns of E01 that identify, from a CSV or a workbook."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from cli.lists import read_rows
from common.codes import plain_code
from common.contracts import feeds
from common.messages import LouyuError
from common.text import clean, name_key
from identity.labels import Exceptions, judge
from identity.register import Register, Statement

_WANTED = ("uscc", "name", "former_name", "reg_no", "org_code")
_LAST_HEADER_ROW = 15


def read_register(file: Path, exceptions: Exceptions) -> Register:
    """Read a register; its headers are those that the contract of E01 accepts, below titles if there are any.

    Only rows whose code is valid count. Raises LouyuError where no header names a code and a name.
    """
    rows = iter(_workbook(file) if file.suffix.lower() in (".xlsx", ".xls") else read_rows(file))
    tried = []
    for row in islice(rows, _LAST_HEADER_ROW):
        tried.append(row)
        places = _places(row)
        if "uscc" in places and "name" in places:
            return Register(_statements(rows, places, exceptions))
    raise LouyuError(
        f"{file} 的前{len(tried)}行中没有同时含信用代码与企业名称的表头。",
        f"No header with a credit code and a name in the first {len(tried)} rows of {file}.",
    )


def _places(row: Sequence[str]) -> dict[str, int]:
    columns = feeds()["E01"].by_name
    heads = {name_key(head): place for place, head in reversed(list(enumerate(row)))}
    return {
        name: place
        for name in _WANTED
        for head in columns[name].all_headers[::-1]
        if (place := heads.get(name_key(head))) is not None
    }


def _statements(rows: Iterable[Sequence[str]], places: dict[str, int], exceptions: Exceptions) -> Iterator[Statement]:
    for row in rows:
        cell = {name: clean(row[place]) if place < len(row) else "" for name, place in places.items()}
        judged = judge(cell["uscc"], exceptions)
        if judged.label == "valid" and cell["name"]:
            former = cell.get("former_name", "")
            for mark in "，,;；/|":
                former = former.replace(mark, "、")
            yield Statement(
                judged.code, cell["name"], tuple(name for part in former.split("、") if (name := part.strip())),
                plain_code(cell.get("reg_no", "")) or None, plain_code(cell.get("org_code", "")) or None,
            )  # fmt: skip


def _workbook(file: Path) -> Iterator[list[str]]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(file)
        sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names[:1]]
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a damaged workbook can panic inside the parser, which is no Exception
        raise LouyuError(f"{file} 无法读取:{error}", f"{file} cannot be read: {error}") from None
    for row in chain.from_iterable(sheets):
        yield [_text(value) for value in row]


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
