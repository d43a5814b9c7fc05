#!/usr/bin/env python3
"""Lets links in doc comments find symbols of other modules, as the compiler finds names: in the own module first, then
in those before it. ``IFError/Code/notFound`` in a comment of IFStore becomes ``/IFCore/IFError/Code/notFound``, the form
that DocC wants; so does ``IFCore/IFError/Code/notFound``. Rewrites the graph in place.

    Scripts/qualify-links.py GRAPH.symbols.json [OTHER.symbols.json ...]
"""
import json
import pathlib
import re
import sys

LINK = re.compile(r"``([A-Za-z_][A-Za-z0-9_]*)((?:/[^`]*)?)``")


def load(path):
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    graph = load(sys.argv[1])
    own = {name for symbol in graph["symbols"] for name in symbol["pathComponents"]}
    homes, modules = {}, set()
    for path in sys.argv[2:]:
        other = load(path)
        modules.add(other["module"]["name"])
        for symbol in other["symbols"]:
            if len(symbol["pathComponents"]) == 1:
                homes.setdefault(symbol["pathComponents"][0], other["module"]["name"])

    def qualified(link):
        name, rest = link[1], link[2]
        if name in modules:
            return f"``/{name}{rest}``"
        if name not in own and name in homes:
            return f"``/{homes[name]}/{name}{rest}``"
        return link[0]

    for symbol in graph["symbols"]:
        for line in symbol.get("docComment", {}).get("lines", []):
            line["text"] = LINK.sub(qualified, line["text"])
    pathlib.Path(sys.argv[1]).write_text(json.dumps(graph), encoding="utf-8")


main()
