"""What the markup of an OpenDocument spreadsheet says beside its values: errors, merges, extent, what is hidden.

A cell or a row stands for as many like it as it says, so that a page of markup may mean billions of cells.
"""

from collections.abc import Mapping
from xml.parsers import expat

from common.rules import Finding, Refusal
from ingest.files.archives import Archive, Extent
from ingest.files.xlsx import Markup, letters
from ingest.values.cell_errors import CELL_ERRORS, NO_RESULT

_CELLS = {"table:table-cell", "table:covered-table-cell"}
_HIDDEN = {"collapse", "filter"}


def look_into_ods(archive: Archive) -> tuple[Markup, ...]:
    """Look at the sheets of an .ods before a parser does, in their order.

    Raises Refusal for what is encrypted, damaged or would fill the memory.
    """
    if b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise Refusal(Finding("B-FIL-02", "REJECT"))
    tables = _Tables()
    try:
        for piece in archive.pieces("content.xml"):
            tables.parser.Parse(piece)
        tables.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refusal(Finding("B-FIL-06", "REJECT", value=str(error))) from error
    return tuple(tables.found)


class _Tables:
    """Follows the markup of the sheets; a table within a cell is no sheet."""

    def __init__(self) -> None:
        self.found: list[Markup] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._extent = Extent()
        self._depth = 0
        self._row = self._rows = self._place = self._wide = self._column = 0
        self._failing = False
        """Whether the text of the open cell may be that of an error."""
        self._is_error = False
        self._text = ""

    def _start(self, name: str, said: dict[str, str]) -> None:
        if name == "table:table":
            self._depth += 1
            if self._depth == 1:
                self.found.append(Markup())
                self._extent = Extent()
                self._row = self._column = 0
        elif self._depth != 1:
            return
        elif name in _CELLS:
            self._start_cell(said)
        elif name == "table:table-row":
            self._place, self._rows = 0, _number(said, "table:number-rows-repeated")
            if said.get("table:visibility") in _HIDDEN:
                self._hide(f"{self._row + 1}:{self._row + self._rows}")
        elif name == "table:table-column":
            first, self._column = self._column, self._column + _number(said, "table:number-columns-repeated")
            if said.get("table:visibility") in _HIDDEN:
                self._hide(f"{letters(first)}:{letters(self._column - 1)}")

    def _start_cell(self, said: Mapping[str, str]) -> None:
        sheet, self._wide = self.found[-1], _number(said, "table:number-columns-repeated")
        is_formula = "table:formula" in said
        if is_formula or "office:value-type" in said:
            self._extent.reach(self._row + self._rows, self._place + self._wide)
        down, right = (_number(said, f"table:number-{what}-spanned") for what in ("rows", "columns"))
        if down > 1 or right > 1:
            sheet.merges.append((self._row, self._place, self._row + down - 1, self._place + right - 1))
        if is_formula:
            self._failing, self._text = True, ""
            self._is_error = "office:value-type" not in said or said.get("calcext:value-type") == "error"
            self.parser.CharacterDataHandler = self._take

    def _take(self, text: str) -> None:
        self._text += text

    def _end(self, name: str) -> None:
        if name == "table:table":
            self._depth -= 1
        elif self._depth != 1:
            return
        elif name in _CELLS:
            if self._failing:
                self._end_formula()
            self._place += self._wide
        elif name == "table:table-row":
            self._row += self._rows

    def _end_formula(self) -> None:
        """Keep what a formula shows that has an error for its result, or none."""
        self._failing, self.parser.CharacterDataHandler = False, None
        is_named = self._text.strip().upper() in CELL_ERRORS
        if not is_named and not self._is_error:
            return
        shown = self._text.strip() if is_named else NO_RESULT
        for row in range(self._row, self._row + self._rows):
            for place in range(self._place, self._place + self._wide):
                self.found[-1].shown[row, place] = shown

    def _hide(self, range_: str) -> None:
        self.found[-1].hidden = self.found[-1].hidden or range_


def _number(said: Mapping[str, str], name: str) -> int:
    text = said.get(name, "1")
    return max(int(text[:12]), 1) if text.isascii() and text.isdigit() else 1
