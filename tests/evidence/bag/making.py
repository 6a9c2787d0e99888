"""A small bag of our own, for tests that forge one."""

from pathlib import Path

from evidence.bag import BagFile, Sealed, write_folder

CONTENTS = {
    "evidence/Sổ quỹ.csv": b"a,b\n1,2\n",
    "evidence/empty": b"",
    "conclusion.json": b"{}",
}
INFO = [("Source-Organization", "Thanh tra"), ("Bagging-Date", "2026-11-26")]


def make_bag(folder: Path, contents: dict[str, bytes] = CONTENTS) -> Sealed:
    files = [
        BagFile(path=path, open=lambda content=content: [content])
        for path, content in contents.items()
    ]
    return write_folder(folder, files, info=INFO, extra={"README.txt": b"Read me\n"})


def faults(report) -> list[tuple[str, str]]:
    """What is wrong, and with which file."""
    return [(problem.fault.value, problem.path) for problem in report.problems]
