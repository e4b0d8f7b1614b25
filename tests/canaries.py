"""Looking for personal data wherever a pipeline may have written them."""

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import polars as pl

ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")


def contents(path: Path) -> bytes:
    """What a file says: its bytes, and where these are compressed, what is in it spelt out."""
    said = path.read_bytes()
    if path.suffix == ".parquet":
        return said + pl.read_parquet(path, hive_partitioning=False).write_ndjson().encode()
    if path.suffix == ".duckdb":
        return said + b"".join(_tables(path))
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return said + b"".join(map(archive.read, archive.namelist()))
    return said


def _tables(path: Path) -> Iterator[bytes]:
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            """select format('"{}"."{}"', table_schema, table_name) from information_schema.tables
            where table_type = 'BASE TABLE'"""
        ).fetchall()
        for (table,) in tables:
            yield connection.execute(f"select * from {table}").pl().write_ndjson().encode()


def told(content: bytes, secrets: Iterable[str]) -> set[str]:
    """Return the secrets that some bytes tell, in any of the usual encodings or as JSON escapes them."""
    return {
        secret
        for secret in secrets
        for spelt in (*(secret.encode(encoding) for encoding in ENCODINGS), secret.encode("unicode_escape"))
        if spelt in content
    }


def leaks(folder: Path, secrets: Iterable[str], *without: Path) -> dict[str, set[str]]:
    """Return what the files below a folder tell, or their names, apart from those below ``without``."""
    known = tuple(secrets)
    found = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or any(path.is_relative_to(part) for part in without):
            continue
        name = str(path.relative_to(folder))
        if leaked := told(name.encode() + b"\n" + contents(path), known):
            found[name] = leaked
    return found
