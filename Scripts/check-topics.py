#!/usr/bin/env python3
"""Fails where a module's page lists a public symbol under a heading that DocC made up, because no Topics group of the
module's catalog names it; and where an article is in no group.

    Scripts/check-topics.py ARCHIVE
"""
import json
import pathlib
import sys


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    archive = pathlib.Path(sys.argv[1])
    module = archive.stem
    page = json.loads((archive / "data/documentation" / f"{module.lower()}.json").read_text(encoding="utf-8"))
    failed = False
    for section in page.get("topicSections", []):
        if not section.get("generated", False):
            continue
        for identifier in section["identifiers"]:
            title = page["references"].get(identifier, {}).get("title", identifier)
            print(f"docs: error: {module} has '{title}' in no Topics group; add it to {module}.docc/{module}.md")
            failed = True
    sys.exit(failed)


main()
