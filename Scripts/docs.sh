#!/usr/bin/env bash
# Builds the reference documentation of every library product into .build/documentation, one archive that any
# static file server can serve. Needs nothing but the Swift toolchain and Python. Warnings are errors: broken links,
# snippets that are not there, and public symbols that a module's catalog puts under no heading; a parameter that
# needs no explanation may go without.
#
# A module's catalog is the folder Sources/<Module>/<Module>.docc or Docs/<Module>.docc, where there is one. Pages show
# code from Snippets/ (see Scripts/snippet-graph.py). They link to the pages of modules before theirs in Package.swift as
# ``/IFCore/Table``; in doc comments ``Table`` will do (see Scripts/qualify-links.py).
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/environment.sh

out=.build/documentation
rm -rf "$out"
mkdir -p "$out/archives" "$out/snippets"

echo "docs: extracting public symbols"
symbols=$(dirname "$(realpath -m "$(swift build --show-bin-path)")")/symbolgraph
rm -rf "$symbols"
# It fails over the C modules, which have no Swift symbols; what counts is what it wrote for ours.
swift package dump-symbol-graph --minimum-access-level public --skip-synthesized-members >"$out/log" 2>&1 || true
Scripts/snippet-graph.py Snippets >"$out/snippets/InsightFlow-snippets.symbols.json"

mapfile -t modules < <(swift package describe --type json |
    python3 -c 'import json, sys
for product in json.load(sys.stdin)["products"]:
    if "library" in product["type"]: print(product["name"])')

failed=0
archives=()
links=()
graphs=()
for module in "${modules[@]}"; do
    graph=$out/symbols/$module
    mkdir -p "$graph"
    find "$symbols" \( -name "$module.symbols.json" -o -name "$module@*.symbols.json" \) -exec cp {} "$graph/" \;
    [ -f "$graph/$module.symbols.json" ] || {
        tail -n 20 "$out/log" >&2
        echo "docs: error: no symbols of $module; see above and $out/log" >&2
        exit 1
    }
    Scripts/qualify-links.py "$graph/$module.symbols.json" "${graphs[@]}"
    cp "$out/snippets/InsightFlow-snippets.symbols.json" "$graph/"
    catalog=
    for folder in "Sources/$module/$module.docc" "Docs/$module.docc"; do
        if [ -d "$folder" ]; then catalog=$folder; fi
    done
    echo "docs: $module"
    archive=$out/archives/$module.doccarchive
    docc convert ${catalog:+"$catalog"} --additional-symbol-graph-dir "$graph" \
        --warnings-as-errors --disable-parameters-and-returns-validation \
        --enable-experimental-external-link-support "${links[@]}" \
        --fallback-display-name "$module" --fallback-bundle-identifier "insightflow.$module" \
        --output-path "$archive"
    if [ -n "$catalog" ]; then Scripts/check-topics.py "$archive" || failed=1; fi
    archives+=("$archive")
    links+=(--dependency "$archive")
    graphs+=("$graph/$module.symbols.json")
done

[ $failed = 0 ] || exit 1
docc merge "${archives[@]}" --synthesized-landing-page-name InsightFlow --output-path "$out/InsightFlow.doccarchive"
echo "docs: $PWD/$out/InsightFlow.doccarchive"
echo "docs: to read it: python3 -m http.server --directory $out/InsightFlow.doccarchive, then /documentation/ there"
