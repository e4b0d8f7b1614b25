"""The hash tree of a release: what a signature covers (SPEC 4.2).

Every file is a leaf of one named part; a part also holds values that have no file here, such as the hashes of the raw
deliveries. The root is the hash over the parts' hashes and the release's id. ``public/manifest.json`` lists the public
files and the hash of every part, ``sealed/manifest.json`` the rest: so ``public/`` is proved alone, without telling
what lies sealed, and with ``sealed/`` everything is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Literal

from common.files import canonical, digest, file_digest, write_json
from publish.life.exact import Mismatch, read_exact, shaped

Side = Literal["public", "sealed"]

MANIFEST = "manifest.json"
SIGNATURES = "signatures"
FORMAT = 1

_PARTS: Mapping[Side, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "public": (
        ("facts", ("release.json",)),
        ("footnotes", ("footnotes.json",)),
        ("wording", ("*.html", "kpi.parquet", "dictionary.*", "*.txt", "*.md")),
        ("figures", ("*",)),
    ),
    "sealed": (
        ("raw", ("delivery.parquet", "dlv_scope.parquet")),
        ("configuration", ("context.json", "office_*.parquet", "kpi*.parquet", "area.parquet", "gate.parquet")),
        ("ledger", ()),
        ("code", ()),
        ("evidence", ("*",)),
    ),
}
"""The parts of each side and the files that belong to them; the first that fits has a file."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The hashes that a release's public manifest states."""

    release_id: str
    root: str
    parts: Mapping[str, str]


def write_tree(folder: Path, release_id: str, values: Mapping[str, Any]) -> Tree:
    """Write the manifests of a release's two sides; ``values`` holds by part what is hashed without being a file."""
    sides = {side: _side(folder / side, side, values) for side in _PARTS}
    hashes = {name: digest(canonical(part)) for parts in sides.values() for name, part in parts.items()}
    root = _root(release_id, hashes)
    write_json(folder / "sealed" / MANIFEST, {"format": FORMAT, "release_id": release_id, "parts": sides["sealed"]})
    write_json(
        folder / "public" / MANIFEST,
        {"format": FORMAT, "release_id": release_id, "root": root, "tree": hashes, "parts": sides["public"]},
    )
    return Tree(release_id, root, hashes)


def _side(folder: Path, side: Side, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    parts: dict[str, dict[str, Any]] = {name: {"files": {}, "values": values.get(name)} for name, _ in _PARTS[side]}
    for name in sorted(_present(folder)):
        part = next(part for part, patterns in _PARTS[side] if any(fnmatch(name, pattern) for pattern in patterns))
        parts[part]["files"][name] = file_digest(folder / name)
    return parts


def _root(release_id: str, hashes: Mapping[str, str]) -> str:
    return digest(canonical({"format": FORMAT, "release_id": release_id, "tree": hashes}))


def _present(folder: Path) -> set[str]:
    """Return the files below a side; its manifest and the signatures, which come later, are no leaves."""
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() or path.is_symlink()}
    return {name for name in names if name != MANIFEST and not name.startswith(f"{SIGNATURES}/")}


def read_tree(public: Path) -> Tree:
    """Read the tree that a public side states, and hold its root against its parts; raises Mismatch."""
    name = f"public/{MANIFEST}"
    stated = read_exact(public / MANIFEST, name)
    with shaped(name):
        hashes = {str(part): str(said) for part, said in stated["tree"].items()}
        release_id, root = str(stated["release_id"]), str(stated["root"])
        expected = {"format", "release_id", "root", "tree", "parts"}
        if set(stated) != expected or stated["format"] != FORMAT or root != _root(release_id, hashes):
            raise ValueError("root")
    return Tree(release_id, root, hashes)


def check_side(folder: Path, side: Side, tree: Tree) -> None:
    """Check every file of a side against the tree; raises Mismatch naming the first that does not match."""
    name = f"{side}/{MANIFEST}"
    stated = read_exact(folder / MANIFEST, name)
    with shaped(name):
        keys = {"format", "release_id", "parts"} | ({"root", "tree"} if side == "public" else set())
        same = {part: digest(canonical(said)) == tree.parts[part] for part, said in stated["parts"].items()}
        if set(stated) != keys or stated["release_id"] != tree.release_id or not all(same.values()):
            raise ValueError("parts")
        if stated["format"] != FORMAT or set(same) != {part for part, _ in _PARTS[side]}:
            raise ValueError("parts")
        files = {str(file): str(said) for part in stated["parts"].values() for file, said in part["files"].items()}
    present = _present(folder)
    for file in sorted(files.keys() | present):
        if file not in present:
            raise Mismatch(f"缺少文件 {side}/{file}", f"{side}/{file} is missing")
        if file not in files:
            raise Mismatch(f"多出文件 {side}/{file}", f"{side}/{file} does not belong to the release")
        if (folder / file).is_symlink() or file_digest(folder / file) != files[file]:
            raise Mismatch(f"文件 {side}/{file} 的摘要不符", f"{side}/{file} does not match its hash")
