"""``louyu locate``: the building of each address of any list, from any register of buildings."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import Format, FormatOption, HomeOption, Lang, LangOption, Speaker, home_of
from common.files import in_place_of
from common.messages import LouyuError, Message

if TYPE_CHECKING:
    from identity.gazetteer import Entry
    from identity.places import Located, Places

ADDED = ("building_name", "relation", "score", "evidence")
WORK_LIST = ("row", "address", "relation", "candidate_1", "candidate_2", "candidate_3", "evidence")
_REGISTER = ("building_name", "alias", "address")
_LAST_HEADER_ROW = 15
_BETWEEN_NAMES = re.compile(r"[;；|\r\n]|[、,，/](?!\s*[A-Za-z\d]{1,2}(?:座|栋|幢|号楼))")
"""What stands between two other names of a building; 银河大厦A、B座 is one."""


def locate(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV · a list with a header")],
    address_column: Annotated[str, typer.Option("--address-column", help="地址所在列 · the column of addresses")],
    register: Annotated[
        Path,
        typer.Option(
            "--register",
            exists=True,
            dir_okay=False,
            help="楼宇名册CSV:building_name, alias(;分隔), address · the buildings, their other names and addresses",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="写入的CSV · the CSV to write")],
    work_list: Annotated[
        Path | None,
        typer.Option(
            "--work-list", help="另存待人工判断的行及候选楼宇 · write what a person must decide, with candidates"
        ),
    ] = None,
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """判断每个地址在哪座楼,增加 building_name、relation、score、evidence 四列 · find the building of each address.

    relation: in 在楼内,beside 在楼旁,park 在园区内,ambiguous 待人工判断,empty 未涉及名册中的楼宇 ·
    in the building, beside it, in a park, to be decided by a person, none of the register's buildings.

    仅凭门牌号不判定;两座楼都可能时不判定,候选写入 evidence ·
    a house number alone decides nothing, nor does a text that fits two buildings; candidates stand in the evidence.
    """
    from cli.lists import extend

    speaker = Speaker(lang, form)
    relations: Counter[str] = Counter()

    def progress(count: int) -> None:
        speaker.progress(Message(f"已判断 {count:,} 行", f"{count:,} rows located"))

    with speaker.failures():
        places = _places(register, home, speaker)
        with _worked(work_list) as note:

            @lru_cache(1 << 18)
            def found(address: str) -> "Located":
                return places.find(address)

            def answer(cells: Sequence[str]) -> tuple[str, str, str, str]:
                located = found(cells[0])
                relations[located.relation] += 1
                note(relations.total() + 1, cells[0], located)
                name = located.building.name if located.building else ""
                return name, located.relation, f"{located.score:.2f}", _evidence(located)

            rows = extend(file, out, [address_column], ADDED, answer, progress)
    counts = dict(relations.most_common())
    told = Message(f"已判断 {rows:,} 行,写入 {out}", f"Located {rows:,} rows, written to {out}")
    lines = [speaker.say(told), *(f"{relation}: {number:,}" for relation, number in counts.items())]
    speaker.record({"file": str(file), "out": str(out), "rows": rows, "relations": counts}, lines)


def _evidence(located: "Located") -> str:
    names = "、".join(f"{one.name} {one.score:.2f}" for one in located.candidates)
    return f"{located.evidence}; 候选 candidates: {names}" if names else located.evidence


def _places(register: Path, home: Path | None, speaker: Speaker) -> "Places":
    """Read the register; districts around it, which tell where an address is not, are those of the office's areas."""
    from identity.areas import Areas
    from identity.places import Places
    from warehouse.config import rows_now

    known = rows_now(home_of(home), "area", ("area_type", "area_code"))
    streets = [row["name_zh"] for row in known if row["area_type"] == "street"]
    return Places(_entries(register, speaker), Areas.of(known, "").districts, filter(None, streets))


def _entries(register: Path, speaker: Speaker) -> Iterator["Entry"]:
    """Yield the buildings of a register; a row without a name is none."""
    from cli.lists import read_rows
    from identity.addresses import plain
    from identity.gazetteer import Entry

    rows = read_rows(register)
    places = _columns(rows, register, speaker)
    told = [[row[at].strip() if at is not None and at < len(row) else "" for at in places] for row in rows]
    addresses: dict[str, set[str]] = defaultdict(set)
    for name, _, address in told:
        addresses[plain(name)] |= {_within(address)} - {""}
    first: dict[str, str] = {}
    for name, alias, address in told:
        if name:
            aliases = tuple(one.strip() for one in _BETWEEN_NAMES.split(alias) if one.strip())
            # rows of one name are one building only where they tell of one address, or but one tells any
            known = addresses[plain(name)]
            place = _within(address) or (min(known) if len(known) == 1 else "")
            found = f"{plain(name)}\n{place}"
            yield Entry(found, first.setdefault(found, name), aliases, address)


def _columns(rows: Iterator[list[str]], register: Path, speaker: Speaker) -> list[int | None]:
    """Read on to a register's header, below titles if there are any, and return where its columns stand.

    They may be headed as the contract of B01 accepts. Raises LouyuError where no column names the buildings; that
    aliases or addresses are missing is said.
    """
    from common.contracts import feeds
    from common.text import name_key

    columns = feeds()["B01"].by_name
    for row in islice(rows, _LAST_HEADER_ROW):
        heads = [name_key(head) for head in row]
        places = [
            next((heads.index(head) for head in map(name_key, columns[name].all_headers) if head in heads), None)
            for name in _REGISTER
        ]
        if places[0] is not None:
            missing = "、".join(name for name, place in zip(_REGISTER, places, strict=True) if place is None)
            if missing:
                speaker.progress(
                    Message(f"{register} 没有列 {missing},不据此判断", f"{register} has no column {missing}")
                )
            return places
    raise LouyuError(f"{register} 缺少列 {_REGISTER[0]}。", f"{register} has no column {_REGISTER[0]}.")


def _within(address: str) -> str:
    """Return the plain form of an address without the city and district that it begins with."""
    from identity.addresses import locality, plain

    key = plain(address)
    return key[locality(key).end :]


_Note = Callable[[int, str, "Located"], None]


def _unnoted(*_: object) -> None:
    """Note nothing: nobody asked for a work list."""


@contextmanager
def _worked(work_list: Path | None) -> Iterator[_Note]:
    """Give what notes a row on the work list; the list appears when it is complete."""
    if work_list is None:
        yield _unnoted
        return
    from common.exports import escaped

    with in_place_of(work_list) as fresh, fresh.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(WORK_LIST)

        def note(row: int, address: str, located: "Located") -> None:
            if located.candidates:
                names = [one.name for one in located.candidates]
                writer.writerow(
                    [row, escaped(address), located.relation, *names, *[""] * (3 - len(names)), located.evidence]
                )

        yield note
