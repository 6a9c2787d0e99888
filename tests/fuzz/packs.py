"""The shipped packs, some of their files damaged, through the loader."""

import json
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Final

from rules.pack_loading import load_pack_files, pack_files
from tests.fuzz.damage import damaged

SHIPPED: Final = Path(__file__).parents[2] / "rules" / "packs"
_LIST: Final = """\
name: codes
title: {vi: Mã, en: Codes}
values:
  - A
  - {value: B, from: 2025-01-01, to: 2025-12-31, basis: {document: A, provision: B}}
"""


@lru_cache(maxsize=1)
def _packs() -> tuple[dict[str, bytes], ...]:
    folders = sorted(path for path in SHIPPED.iterdir() if (path / "pack.yaml").is_file())
    return tuple(pack_files(folder) | {"lists/codes.yaml": _LIST.encode()} for folder in folders)


def make(rng: Random) -> bytes:
    """The files of a pack as JSON, path to text in Latin-1 so that any byte can stand there."""
    files = dict(rng.choice(_packs()))
    for _ in range(rng.randint(1, 2)):
        path = rng.choice(sorted(files))
        content = files[path]
        # Large files are damaged in one small place most of the time: the loader gets further.
        files[path] = damaged(rng, content, most=2)
        if rng.random() < 0.05:
            files[path] = b"a: " + rng.choice((b"[", b"{a: ", b"- ")) * rng.choice((10, 5_000))
        if rng.random() < 0.03:
            files[rng.choice(("rules/../x.yaml", "lists/É.yaml", "x", path + "x"))] = content
    return json.dumps({path: text.decode("latin-1") for path, text in files.items()}).encode()


def run(content: bytes, _folder: Path) -> None:
    """Load it; whatever is loaded has its digest."""
    files = {path: text.encode("latin-1") for path, text in json.loads(content).items()}
    pack = load_pack_files(files)
    assert len(pack.digest) == 64
