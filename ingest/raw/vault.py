"""The raw files of deliveries at rest: sealed, opened for parsing, destroyed for good (SURFACE, Home; SPEC 4.1).

Each delivery has a data key of its own, wrapped by the key outside the home and kept in ``key.json`` beside its
files. Destroying that one small file makes the delivery's bytes unreadable wherever copies of them lie.

A folder of ``landing/raw`` is complete once it has its manifest, which is written last. What was kept before
there was a key lies there plain, is read as it is, and is sealed by :func:`seal_plain`.
"""

import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import takewhile
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from common.clock import stamp
from common.deliveries import Delivery
from common.files import canonical, in_place_of, read_json, write_bytes, write_json
from common.home import Home
from common.keys import Pseudonymiser, key_file
from common.messages import LouyuError
from ingest.files.names import safe_name

MANIFEST, KEY, TOMBSTONE = "manifest.json", "key.json", "tombstone.json"
_SEALED = ".sealed"
_OPEN = ".open"
_CHUNK = 1 << 20
_TAG = 16
_WRAP_NONCE = 12

RawFile = tuple[str, Path]
"""The name under which a file came, and where its plain bytes can be read for now."""


def raw_folder(home: Home, delivery: Delivery) -> Path:
    """Return where the raw files of a delivery lie, its manifest, and after a purge its tombstone."""
    return home.raw / delivery.feed / delivery.id


def has_raw(home: Home, delivery: Delivery) -> bool:
    """Tell whether the bytes of a delivery can still be read: they were kept, and not destroyed since."""
    folder = raw_folder(home, delivery)
    return not (folder / TOMBSTONE).exists() and bool(_stored(folder))


def keep(home: Home, landing: Delivery, files: Sequence[Path], keys: Pseudonymiser | None) -> None:
    """Keep the bytes of a landing, sealed where there is a key; what is kept or was destroyed is left alone.

    Raises OSError where a file cannot be read, or changed since it was hashed.
    """
    folder = raw_folder(home, landing)
    if (folder / MANIFEST).exists() or (folder / TOMBSTONE).exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    seal = _new_data_key(folder, landing.id, keys) if keys else None
    for number, (file, stored) in enumerate(zip(files, landing.files, strict=True), start=1):
        target = folder / (f"{number:04d}{_SEALED}" if seal else f"{number:04d}_{safe_name(stored.name)}")
        with file.open("rb") as source:
            sha256 = _write(source, target, seal, number)
        if sha256 != stored.sha256:
            target.unlink()
            raise OSError(None, "changed while it was read", file.name)
    write_json(folder / MANIFEST, _manifest(landing))


@contextmanager
def open_raw(home: Home, delivery: Delivery, keys: Pseudonymiser) -> Iterator[list[RawFile]]:
    """Give the plain files of a delivery in their order for as long as the block lasts.

    Sealed files are opened into a private folder below ``landing/raw``, which is removed at the end of the block
    whatever happens in it, and by :func:`tidy` after a crash. Raises LouyuError where the key does not fit.
    """
    folder = raw_folder(home, delivery)
    if not has_raw(home, delivery):
        raise LouyuError(
            f"{folder} 中没有原始文件,无法读取。请从备份恢复,或请报送单位重发。",
            f"There are no raw files in {folder}. Restore them from a backup, or have the delivery sent again.",
        )
    names, stored = [file.name for file in delivery.files], _stored(folder)
    if not (folder / KEY).exists():
        yield list(zip(names, stored, strict=False))
        return
    data_key = _unwrapped(folder, delivery.id, keys)
    (home.raw / _OPEN).mkdir(mode=0o700, exist_ok=True)
    private = Path(tempfile.mkdtemp(dir=home.raw / _OPEN, prefix=f"{os.getpid()}-"))
    try:
        yield [
            (name, _opened(path, private / path.stem, data_key, number))
            for number, (name, path) in enumerate(zip(names, stored, strict=False), start=1)
        ]
    finally:
        shutil.rmtree(private)


def seal_plain(home: Home, keys: Pseudonymiser) -> int:
    """Seal what still lies plain; returns how many deliveries were sealed. Harmless to repeat after a crash.

    Data keys that an older version of the key wraps are wrapped by the newest.
    """
    sealed = 0
    for manifest in sorted(home.raw.glob(f"*/*/{MANIFEST}")):
        folder = manifest.parent
        if (folder / TOMBSTONE).exists():
            continue
        if (folder / KEY).exists():
            _wrap_again(folder, keys)
        plain = _plain(folder)
        if not plain:
            continue
        if not (folder / KEY).exists():
            seal = _new_data_key(folder, folder.name, keys, name=f".{KEY}")
            for number, path in enumerate(plain, start=1):
                with path.open("rb") as source:
                    _write(source, folder / f"{number:04d}{_SEALED}", seal, number)
            # from here on the sealed files count; before, the plain ones did
            (folder / f".{KEY}").replace(folder / KEY)
            sealed += 1
        for path in plain:
            overwrite(path)
    return sealed


def tidy(home: Home) -> None:
    """Remove what a killed process had opened; what a living one reads is left to it."""
    for private in (home.raw / _OPEN).glob("*"):
        pid = private.name.partition("-")[0]
        if not pid.isdecimal() or not _is_alive(int(pid)):
            shutil.rmtree(private, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def destroy(folder: Path) -> None:
    """Destroy the data key and then the bytes of a delivery; harmless to repeat, and to finish after a crash."""
    for path in (folder / KEY, folder / f".{KEY}", *sorted(folder.iterdir())):
        if path.name not in (MANIFEST, TOMBSTONE) and path.exists():
            overwrite(path)


def overwrite(path: Path) -> None:
    """Write noise over a file before it is removed.

    This is all that a program can do. A disk that writes elsewhere (SSD, copy on write, snapshots) and backups
    may still hold the old blocks: of sealed files these say nothing without the data key.
    """
    size = path.stat().st_size
    with path.open("r+b") as file:
        for start in range(0, size, _CHUNK):
            file.write(os.urandom(min(_CHUNK, size - start)))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def stored_size(folder: Path) -> tuple[int, int]:
    """Return the number of raw files that a folder holds, and their bytes on disk."""
    sizes = [path.stat().st_size for path in _stored(folder)]
    return len(sizes), sum(sizes)


def _stored(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(folder.glob(f"*{_SEALED}"), key=_number) if (folder / KEY).exists() else _plain(folder)


def _plain(folder: Path) -> list[Path]:
    own = (MANIFEST, KEY, TOMBSTONE)
    files = (path for path in folder.iterdir() if path.name not in own and path.name[0] != ".")
    return sorted((path for path in files if path.suffix != _SEALED), key=_number)


def _number(path: Path) -> tuple[int, str]:
    """Order files by the number that their name begins with: the ten thousandth page comes last."""
    digits = "".join(takewhile(str.isdigit, path.name))
    return int(digits or 0), path.name


def _manifest(landing: Delivery) -> dict[str, Any]:
    return {
        "delivery_id": landing.id, "feed": landing.feed, "path": landing.path, "sha256": landing.sha256,
        "received_at": stamp(landing.received_at), "version": landing.version,
        "files": [{"name": file.name, "sha256": file.sha256, "size": file.size} for file in landing.files],
        "declared": {"sender": landing.sidecar.sender, "channel": landing.sidecar.channel,
                     "period": landing.sidecar.period, "scope": landing.sidecar.scope},
    }  # fmt: skip


def _write(source: BinaryIO, target: Path, data_key: AESGCM | None, number: int) -> str:
    """Write a file sealed, or as it is without a key, in pieces; returns the sha256 of its plain bytes."""
    sha256 = hashlib.sha256()
    with in_place_of(target, 0o600) as fresh, fresh.open("wb") as file:
        counter, piece = 0, source.read(_CHUNK)
        while True:
            following = source.read(_CHUNK)
            sha256.update(piece)
            file.write(data_key.encrypt(*_piece(number, counter, piece, not following)) if data_key else piece)
            if not following:
                break
            counter, piece = counter + 1, following
        file.flush()
        os.fsync(file.fileno())
    return sha256.hexdigest()


def _opened(path: Path, target: Path, data_key: AESGCM, number: int) -> Path:
    with path.open("rb") as source, target.open("wb") as file:
        counter, piece = 0, source.read(_CHUNK + _TAG)
        while True:
            following = source.read(_CHUNK + _TAG)
            try:
                file.write(data_key.decrypt(*_piece(number, counter, piece, not following)))
            except InvalidTag:
                raise LouyuError(
                    f"原始文件 {path} 已损坏或被改动,无法解密。请从备份恢复该文件。",
                    f"The raw file {path} is damaged or was changed and cannot be opened. Restore it from a backup.",
                ) from None
            if not following:
                return target
            counter, piece = counter + 1, following


def _piece(number: int, counter: int, piece: bytes, is_last: bool) -> tuple[bytes, bytes, bytes]:
    """Return nonce, bytes and what is vouched for besides: pieces cannot be left out, moved or exchanged."""
    return number.to_bytes(4) + counter.to_bytes(8), piece, b"last" if is_last else b"more"


def _new_data_key(folder: Path, delivery_id: str, keys: Pseudonymiser, name: str = KEY) -> AESGCM:
    data_key = AESGCM.generate_key(256)
    _wrap(folder / name, data_key, delivery_id, keys)
    return AESGCM(data_key)


def _wrap(path: Path, data_key: bytes, delivery_id: str, keys: Pseudonymiser) -> None:
    nonce = secrets.token_bytes(_WRAP_NONCE)
    wrapped = nonce + AESGCM(keys.sealing_keys[keys.version]).encrypt(nonce, data_key, delivery_id.encode())
    said = {"cipher": "AES-256-GCM", "key_version": keys.version, "wrapped": wrapped.hex()}
    write_bytes(path, canonical(said), mode=0o600)


def _data_key(folder: Path, delivery_id: str, keys: Pseudonymiser) -> bytes:
    said = read_json(folder / KEY)
    version, wrapped = said["key_version"], bytes.fromhex(said["wrapped"])
    under = keys.sealing_keys.get(version)
    if under is not None:
        with suppress(InvalidTag):
            return AESGCM(under).decrypt(wrapped[:_WRAP_NONCE], wrapped[_WRAP_NONCE:], delivery_id.encode())
    path = key_file()
    raise LouyuError(
        f"原始文件 {folder} 无法解密:密钥文件 {path} 中没有加密它的第 {version} 版密钥。"
        "请恢复当时的密钥备份,或用 LOUYU_KEY_FILE 指定。",
        f"The raw files in {folder} cannot be opened: the key file {path} does not hold the key (version {version}) "
        "that sealed them. Restore the backup of that key, or name its file in LOUYU_KEY_FILE.",
    )


def _unwrapped(folder: Path, delivery_id: str, keys: Pseudonymiser) -> AESGCM:
    return AESGCM(_data_key(folder, delivery_id, keys))


def _wrap_again(folder: Path, keys: Pseudonymiser) -> None:
    if read_json(folder / KEY)["key_version"] < keys.version:
        _wrap(folder / KEY, _data_key(folder, folder.name, keys), folder.name, keys)
