"""Names tracked files that equal a file of the shared data folder, or hold three or more of its lines.

usage: find-shared-data.py FOLDER     run from the root of the clone

A line counts as data when it is at least 16 characters long and holds two or more digits; compressed text is
read as text, and formats that are not text are only compared as whole files.
"""

import gzip
import hashlib
import os
import re
import subprocess
import sys

TEXT = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".item", ".user", ".data", ".base", ".test")
THRESHOLD = 3


def data_line(raw: bytes) -> bytes | None:
    line = raw.strip()
    return line if len(line) >= 16 and len(re.findall(rb"\d", line)) >= 2 else None


def lines(path: str):
    opened = gzip.open(path) if path.endswith(".gz") else open(path, "rb")
    with opened as file:
        for raw in file:
            if (line := data_line(raw)) is not None:
                yield line


def digest(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def main(folder: str) -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True).stdout
    paths = [os.fsdecode(name) for name in tracked.split(b"\0") if name]
    paths = [path for path in paths if os.path.isfile(path) and os.path.getsize(path) > 0]

    holders: dict[bytes, set[str]] = {}
    digests: dict[str, str] = {}
    for path in paths:
        digests[digest(path)] = path
        for line in lines(path):
            holders.setdefault(line, set()).add(path)

    found: dict[tuple[str, str], int] = {}
    for parent, _, names in os.walk(os.path.join(folder, "data")):
        for name in names:
            source = os.path.join(parent, name)
            if os.path.getsize(source) == 0:
                continue
            if (twin := digests.get(digest(source))) is not None:
                print(f"{twin}: is {os.path.relpath(source, folder)}")
            if not name.removesuffix(".gz").endswith(TEXT):
                continue
            for line in {line for line in lines(source) if line in holders}:
                for path in holders[line]:
                    found[path, source] = found.get((path, source), 0) + 1
    for (path, source), count in sorted(found.items()):
        if count >= THRESHOLD:
            print(f"{path}: {count} lines of {os.path.relpath(source, folder)}")


if __name__ == "__main__":
    main(sys.argv[1])
