"""``louyu uscc``: a list of anybody's gets labels for its credit codes, and is otherwise left as it is (SURFACE)."""

import codecs
import csv
import io
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from louyu_home import Done, typed

from cli.lists import extend
from common.contracts import PROJECT

A, B = "91110107MA0000015C", "91110107MA00000237"
TYPED = "91110107MAOOOOO15C"
REGISTERED = PROJECT.parent / "shared" / "data" / "enterprise_register"


def uscc(*words: str | Path, code: int = 0) -> Done:
    return typed("uscc", *map(str, words), code=code)


def label(tmp_path: Path, content: bytes, *words: str | Path, column: str = "信用代码") -> list[list[str]]:
    """Run the command on a file of bytes and return the records that it writes."""
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_bytes(content)
    uscc(file, "--column", column, "--out", out, "--home", tmp_path / "home", *words)
    return list(csv.reader(io.StringIO(out.read_bytes().decode("utf-8-sig"), newline="")))


LIST = f"""序号,信用代码,企业名称
1,{A},甲公司
2, {B.lower()} ,"乙,公司"
3,{TYPED},甲公司
4,110108000000016,"丙
公司"
5,91110107MA0000015X,丁公司
6,9111000060003IOZSV,戊公司
7,12345,己公司
8,,庚公司
"""
LABELS = ["valid", "valid", "repaired", "legacy", "check_failed", "bad_alphabet", "wrong_length", "missing"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_three_columns_are_added_and_nothing_else_is_changed(tmp_path: Path, encoding: str, line_end: str) -> None:
    text = LIST.replace("\n", line_end)
    header, *rows = label(tmp_path, text.encode(encoding))
    assert header == ["序号", "信用代码", "企业名称", "label", "repaired", "reason"]
    assert [row[:3] for row in [header, *rows]] == list(csv.reader(io.StringIO(text, newline="")))
    assert [row[3] for row in rows] == LABELS
    assert [row[4] for row in rows] == ["", B, A, "", "", "", "", ""]
    assert [bool(row[5]) for row in rows] == [False] + [True] * 7
    written = (tmp_path / "out.csv").read_bytes()
    assert written.startswith(codecs.BOM_UTF8) == (encoding == "utf-8-sig")
    assert (b"\r\n" in written) == (line_end == "\r\n")


def test_rows_too_short_or_too_long_and_blank_lines_keep_their_place(tmp_path: Path) -> None:
    content = f"信用代码,名称\n{A}\n\n{B},乙,多余,格\n".encode()
    assert label(tmp_path, content) == [
        ["信用代码", "名称", "label", "repaired", "reason"], [A, "", "valid", "", ""], [],
        [B, "乙", "valid", "", "", "多余", "格"],
    ]  # fmt: skip


def test_an_empty_line_of_a_list_of_one_column_is_a_missing_code(tmp_path: Path) -> None:
    rows = label(tmp_path, f"信用代码\n{A}\n\n{B}\n".encode())
    assert [row[1] for row in rows[1:]] == ["valid", "missing", "valid"]


def test_the_column_is_found_by_its_header_width_and_blanks_aside(tmp_path: Path) -> None:
    assert label(tmp_path, f" 代码（新） \n{A}\n".encode(), column="代码(新)")[1][1] == "valid"


def test_without_a_register_a_repair_says_that_it_is_a_proposal(tmp_path: Path) -> None:
    assert "建议" in label(tmp_path, LIST.encode())[3][5]
    assert "proposal" in label(tmp_path, LIST.encode(), "--lang", "en")[3][5]


REGISTER = f"""企业登记名录,,,
统一社会信用代码,企业名称,曾用名,注册号
{A},甲公司,老甲公司、旧甲,110108000000016
{TYPED},假,,
"""


@pytest.mark.parametrize("form", ["utf-8", "gb18030", "xlsx"])
def test_a_register_confirms_repairs_under_the_same_name_and_maps_old_numbers(tmp_path: Path, form: str) -> None:
    register = tmp_path / ("E01.xlsx" if form == "xlsx" else "E01.csv")
    if form == "xlsx":
        book = openpyxl.Workbook()
        for row in csv.reader(io.StringIO(REGISTER)):
            book.active.append([cell or None for cell in row])
        book.save(register)
    else:
        register.write_bytes(REGISTER.encode(form))
    content = f"信用代码,企业名称\n{TYPED},甲 公司\n{TYPED},旧甲\n{TYPED},乙公司\n110108000000016,谁\n".encode()
    rows = label(tmp_path, content, "--register", register, "--name-column", "企业名称", "--lang", "en")[1:]
    assert [row[2:4] for row in rows] == [["repaired", A], ["repaired", A], ["bad_alphabet", ""], ["legacy", A]]
    assert A in rows[2][4]


def test_the_homes_list_of_exceptions_is_heard(tmp_path: Path) -> None:
    shipped, own = "91350100M0001TGQXM", "91110107MA0000015X"
    config = tmp_path / "home" / "config"
    config.mkdir(parents=True)
    content = f"信用代码\n{shipped}\n{own}\n".encode()
    before = label(tmp_path, content, "--lang", "en")
    assert [row[1] for row in before[1:]] == ["valid", "check_failed"]
    assert "pilot" in before[1][3]
    rows = f"code,evidence,source_doc\n{own},执照原件 / the licence,登记科\n{shipped},,\n"
    (config / "code_exception.csv").write_text(rows, encoding="utf-8")
    after = label(tmp_path, content, "--lang", "en")
    assert [row[1] for row in after[1:]] == ["check_failed", "valid"]
    assert "the licence" in after[2][3]


@pytest.mark.parametrize("number", ["11010519491231002X", "110105194912310021"])
def test_a_persons_number_is_labelled_and_told_in_no_message(tmp_path: Path, number: str) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_text(f"信用代码\n{number}\n", encoding="utf-8")
    done = uscc(file, "--column", "信用代码", "--out", out, "--format", "json")
    (row,) = csv.DictReader(out.read_text(encoding="utf-8").splitlines())
    assert (row["label"], row["repaired"]) == ("check_failed", "")
    assert number[:6] not in row["reason"] + done.stdout + done.stderr


def test_what_was_done_is_counted_by_label(tmp_path: Path) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_text(LIST, encoding="utf-8")
    told = json.loads(uscc(file, "--column", "信用代码", "--out", out, "--format", "json").stdout)
    assert told == {"file": str(file), "out": str(out), "rows": 8, "labels": dict(Counter(LABELS))}
    assert "check_failed: 1" in uscc(file, "--column", "信用代码", "--out", out, "--lang", "en").stdout


@pytest.mark.parametrize(("words", "said"), [
    (("--column", "代码"), "信用代码"),
    (("--column", "信用代码", "--register", "R", "--name-column", "企业名称"), "credit code"),
])  # fmt: skip
def test_what_cannot_be_done_is_said_and_nothing_is_written(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_text(LIST, encoding="utf-8")
    (tmp_path / "R").write_text("a,b\n1,2\n", encoding="utf-8")
    placed = [str(tmp_path / "R") if word == "R" else word for word in words]
    done = uscc(file, "--out", out, "--lang", "en", *placed, code=1)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["R", "in.csv"]


def test_text_in_no_encoding_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_bytes("信用代码\n".encode() + b"\xff\xff\xff\n")
    assert "UTF-8" in uscc(file, "--column", "信用代码", "--out", tmp_path / "out.csv", code=1).stderr


def test_a_text_of_two_encodings_is_refused_rather_than_read_as_garbage(tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_bytes(f"信用代码,名称\n{A},甲公司甲公司\n".encode() + f"{B},乙公司\n".encode("gb18030"))
    assert "UTF-8" in uscc(file, "--column", "信用代码", "--out", tmp_path / "out.csv", code=1).stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_register_without_the_column_of_names_is_a_mistake_in_use(tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text(LIST, encoding="utf-8")
    uscc(file, "--column", "信用代码", "--out", tmp_path / "out.csv", "--register", file, code=2)


def test_the_command_pays_for_no_engine(tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text(LIST, encoding="utf-8")
    words = ["uscc", str(file), "--column", "信用代码", "--out", str(tmp_path / "out.csv")]
    watched = (
        "import sys; from cli.main import app; app(sys.argv[1:], standalone_mode=False);"
        "print([name for name in ('dagster', 'dbt', 'duckdb', 'great_expectations', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", watched, *words], capture_output=True, text=True, timeout=120, check=True, cwd=PROJECT
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_an_interrupted_command_leaves_no_half_list(tmp_path: Path) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_text("a\n1\n2\n", encoding="utf-8")
    out.write_text("old", encoding="utf-8")
    cells = iter(["x"])
    with pytest.raises(StopIteration):
        extend(file, out, ["a"], ["b"], lambda _: [next(cells)])
    assert out.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.skipif(not REGISTERED.exists(), reason="the real registers are not here")
def test_every_code_of_the_real_registers_is_valid(tmp_path: Path) -> None:
    for file in sorted(REGISTERED.glob("北京_198*.csv")):
        out = tmp_path / file.name
        told = json.loads(uscc(file, "--column", "统一社会信用代码", "--out", out, "--format", "json").stdout)
        assert set(told["labels"]) == {"valid"}
        assert told["rows"] == told["labels"]["valid"] > 100
