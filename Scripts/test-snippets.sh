#!/usr/bin/env bash
# Runs every snippet; each ends in checks of its own. swift build has compiled them.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/environment.sh

binaries=$(swift build --show-bin-path)
said=$(mktemp)
trap 'rm -f "$said"' EXIT
failed=0
for file in Snippets/*.swift; do
    name=$(basename "$file" .swift)
    [ -x "$binaries/$name" ] || swift build --product "$name"
    if "$binaries/$name" >/dev/null 2>"$said"; then
        echo "snippets: $name passed"
    else
        echo "snippets: $name failed:"
        grep -v '^◇' "$said" | sed -n 1,5p
        failed=1
    fi
done
exit $failed
