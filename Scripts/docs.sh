#!/usr/bin/env bash
# Builds the reference documentation of every library product into .build/documentation, one archive that any
# static file server can serve. Needs nothing but the Swift toolchain. Warnings, broken links above all, are errors;
# a parameter that needs no explanation may go without.
#
# A module's catalog is the folder Sources/<Module>/<Module>.docc or Docs/<Module>.docc, where there is one.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/environment.sh

out=.build/documentation
rm -rf "$out"
mkdir -p "$out/archives"

echo "docs: extracting public symbols"
symbols=$(dirname "$(realpath -m "$(swift build --show-bin-path)")")/symbolgraph
rm -rf "$symbols"
# It fails over the C modules, which have no Swift symbols; what counts is what it wrote for ours.
swift package dump-symbol-graph --minimum-access-level public --skip-synthesized-members >"$out/log" 2>&1 || true

mapfile -t modules < <(swift package describe --type json |
    python3 -c 'import json, sys
for product in json.load(sys.stdin)["products"]:
    if "library" in product["type"]: print(product["name"])')

archives=()
for module in "${modules[@]}"; do
    graph=$out/symbols/$module
    mkdir -p "$graph"
    find "$symbols" \( -name "$module.symbols.json" -o -name "$module@*.symbols.json" \) -exec cp {} "$graph/" \;
    [ -f "$graph/$module.symbols.json" ] || {
        tail -n 20 "$out/log" >&2
        echo "docs: error: no symbols of $module; see above and $out/log" >&2
        exit 1
    }
    catalog=
    for folder in "Sources/$module/$module.docc" "Docs/$module.docc"; do
        if [ -d "$folder" ]; then catalog=$folder; fi
    done
    echo "docs: $module"
    docc convert ${catalog:+"$catalog"} --additional-symbol-graph-dir "$graph" \
        --warnings-as-errors --disable-parameters-and-returns-validation \
        --fallback-display-name "$module" --fallback-bundle-identifier "insightflow.$module" \
        --output-path "$out/archives/$module.doccarchive"
    archives+=("$out/archives/$module.doccarchive")
done

docc merge "${archives[@]}" --synthesized-landing-page-name InsightFlow --output-path "$out/InsightFlow.doccarchive"
echo "docs: $PWD/$out/InsightFlow.doccarchive"
