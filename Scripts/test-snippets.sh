#!/usr/bin/env bash
# Runs every snippet; each ends in checks of its own. swift build has compiled them.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/environment.sh

binaries=$(swift build --show-bin-path)
for file in Snippets/*.swift; do
    name=$(basename "$file" .swift)
    [ -x "$binaries/$name" ] || swift build --product "$name"
    if ! "$binaries/$name" >/dev/null 2>"/tmp/snippet-$$"; then
        echo "snippets: $name failed:"
        head -n 5 "/tmp/snippet-$$"
        rm -f "/tmp/snippet-$$"
        exit 1
    fi
    rm -f "/tmp/snippet-$$"
    echo "snippets: $name passed"
done
