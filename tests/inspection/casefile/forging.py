"""Changing a case file as somebody does who knows BagIt: the manifests agree afterwards."""

import json
from hashlib import sha256
from pathlib import Path


def seal_again(bag: Path) -> None:
    """Write both manifests anew over whatever lies there."""
    payload = sorted(path for path in (bag / "data").rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in payload)
    info = bag / "bag-info.txt"
    lines = [line for line in info.read_text().splitlines() if "Oxum" not in line]
    info.write_text("\n".join([*lines, f"Payload-Oxum: {size}.{len(payload)}", ""]))
    _manifest(bag, "manifest-sha256.txt", payload)
    tags = sorted(p for p in bag.iterdir() if p.is_file() and p.name != "tagmanifest-sha256.txt")
    _manifest(bag, "tagmanifest-sha256.txt", tags)


def change_document(bag: Path, change) -> None:
    """Change what `case.json` says, and seal again."""
    path = bag / "data" / "case.json"
    case = json.loads(path.read_text())
    change(case)
    path.write_text(json.dumps(case))
    seal_again(bag)


def _manifest(bag: Path, name: str, paths: list[Path]) -> None:
    (bag / name).write_text(
        "".join(
            f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(bag).as_posix()}\n"
            for path in paths
        )
    )
