#!/usr/bin/env python3
"""Writes the symbol graph of the snippets to standard output, so that pages of the documentation can show them:
@Snippet(path: "Impute", slice: "impute"). DocC reports snippets and slices that a page names and that are not there.

    Scripts/snippet-graph.py FOLDER > FILE.symbols.json

A snippet is a Swift file. The comment at its head explains it. `// snippet.NAME` begins a slice, `// snippet.end` ends
it; `// snippet.hide` and `// snippet.show` leave lines out. A slice that is empty, does not end, lies in another, or has
the name of another is an error.
"""
import json
import pathlib
import re
import sys

MARK = re.compile(r"^\s*//\s*snippet\.([A-Za-z0-9_-]+)\s*$")


def fail(path, number, message):
    sys.exit(f"{path}:{number}: error: {message}")


def read(path):
    """The explanation, the lines that are shown, and the range of lines of each slice."""
    explanation, shown, slices = [], [], {}
    at_head, hidden, current = True, False, None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        mark = MARK.match(line)
        if mark is None:
            at_head = at_head and line.startswith("//")
            if at_head:
                explanation.append(line.removeprefix("//").strip())
            elif not hidden and (shown or line.strip()):
                shown.append(line)
            continue
        at_head = False
        name = mark[1]
        if name in ("hide", "show"):
            hidden = name == "hide"
        elif name != "end":
            if current is not None:
                fail(path, number, f"the slice '{current}' has not ended; add '// snippet.end' before")
            if name in slices:
                fail(path, number, f"the file has a slice '{name}' already")
            current = name
            slices[name] = [len(shown), len(shown)]
        elif current is None:
            fail(path, number, "no slice ends here")
        else:
            slices[current][1] = len(shown)
            if not any(line.strip() for line in shown[slice(*slices[current])]):
                fail(path, number, f"the slice '{current}' has no line")
            current = None
    if current is not None:
        fail(path, number, f"the slice '{current}' does not end; add '// snippet.end'")
    return explanation, shown, slices


def symbol(path):
    explanation, lines, slices = read(path)
    return {
        "kind": {"identifier": "swift.snippet", "displayName": "Snippet"},
        "identifier": {"precise": f"$snippet__InsightFlow.{path.stem}", "interfaceLanguage": "swift"},
        "names": {"title": path.stem},
        "pathComponents": ["Snippets", path.stem],
        "docComment": {"lines": [{"text": line} for line in explanation]},
        "accessLevel": "public",
        "snippet": {"language": "swift", "lines": lines, "slices": slices},
    }


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    graph = {
        "metadata": {"formatVersion": {"major": 0, "minor": 1, "patch": 0}, "generator": "snippet-graph.py"},
        "module": {"name": "InsightFlow", "platform": {}, "isVirtual": True},
        "relationships": [],
        "symbols": [symbol(path) for path in sorted(pathlib.Path(sys.argv[1]).glob("*.swift"))],
    }
    json.dump(graph, sys.stdout, indent=1)
    print()


main()
