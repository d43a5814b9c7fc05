#!/usr/bin/env bash
# Checks the files that Git tracks: no build products, nothing large, no data that may not be redistributed,
# and in Sources no forced unwraps, forced tries or notes to self.
#
# Data: the tests use data sets that licences forbid to pass on; they lie beside the clone, in the folder that
# INSIGHTFLOW_SHARED names (default ../shared). Where that folder exists, no tracked file may equal one of its
# files or share three or more lines of data with them.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=0
forbid() { # what, then the findings on standard input, one a line
    local findings
    findings=$(cat)
    [ -n "$findings" ] || return 0
    printf 'hygiene: %s:\n%s\n' "$1" "$findings" | sed '2,$s/^/  /' | head -n 40
    failed=1
}

forbid "build products are tracked" < <(git ls-files | grep -E '(^|/)(Package\.resolved$|\.build/|demo/|__pycache__/)|\.(o|profraw|swiftmodule)$')
forbid "files over 1 MiB are tracked" < <(
    git ls-files -z | while IFS= read -r -d '' file; do
        if [ -f "$file" ] && [ "$(stat -c %s "$file")" -gt 1048576 ]; then echo "$file"; fi
    done)
# swift-format finds forced unwraps and tries in code; this finds what it does not look at.
forbid "\`try!\` or \`as!\` in Sources" < <(
    git grep -nE '(^|[^A-Za-z_])(try!|as!)' -- 'Sources/*.swift' | grep -vE '^[^:]*:[0-9]+: *//')
forbid "notes to self in Sources" < <(git grep -nE '\b(TODO|FIXME|XXX|HACK)\b' -- Sources)
forbid "output printed by a library" < <(
    git grep -nE '(^|[^.A-Za-z_])(print|debugPrint|dump|NSLog)\(' -- 'Sources/*.swift' ':!Sources/IFCLI' |
        grep -vE '^[^:]*:[0-9]+: *//')

shared=${INSIGHTFLOW_SHARED:-../shared}
if [ -d "$shared" ]; then
    forbid "data that may not be passed on" < <(python3 Scripts/find-shared-data.py "$shared")
else
    echo "hygiene: $shared is not here; whether tracked files hold data from it was not checked."
fi

if [ $failed = 0 ]; then echo "hygiene: $(git ls-files | wc -l) tracked files are clean."; fi
exit $failed
