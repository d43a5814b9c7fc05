#!/usr/bin/env bash
# Builds the examples, runs each and compares what it prints with the block fenced as ```output in the
# README.md beside its source. Fails on any difference, on an example without such a block, and on a block
# that is empty.
#
# What no two runs share is normalised on both sides before comparing:
#   durations   12.3 s, 450 ms, 2 min     ->  <time>
#   run stamps  20260131-235959           ->  <stamp>
#   the temporary folder the example runs in  ->  <folder>
# Everything else is compared as it is, so examples print no more digits than every machine agrees on.
#
#   usage: test-examples.sh [NAME ...]      CONFIGURATION=release for a release build; default debug
#   --print NAME                            print the normalised output of one example, to paste into its README
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/environment.sh

configuration=${CONFIGURATION:-debug}
print=false
if [ "${1:-}" = --print ]; then
    print=true
    shift
fi
names=("$@")
if [ ${#names[@]} = 0 ]; then
    for folder in Examples/Sources/*/; do names+=("$(basename "$folder")"); done
fi
export INSIGHTFLOW_SHARED=${INSIGHTFLOW_SHARED:-$PWD/../shared}

# The package's own scratch folder: after swift build, only the examples themselves are compiled.
arguments=(--package-path Examples --scratch-path .build --configuration "$configuration")
swift build --quiet "${arguments[@]}"
binaries=$(swift build "${arguments[@]}" --show-bin-path)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

normalise() { # standard input to standard output
    sed -E -e "s|$work/[A-Za-z]+/run|<folder>|g" \
        -e 's/[0-9]{8}-[0-9]{6}/<stamp>/g' \
        -e 's/(^|[^0-9A-Za-z.])[0-9]+([.][0-9]+)? ?(ns|us|µs|ms|s|sec|seconds|min|minutes)([^0-9A-Za-z]|$)/\1<time>\4/g' \
        -e 's/[[:space:]]+$//'
}

expected_of() { # README: the text of its output blocks
    awk '/^```output *$/ { inside = 1; next } /^``` *$/ { inside = 0 } inside' "$1"
}

passed=0
failed=0
for name in "${names[@]}"; do
    folder=$work/$name
    mkdir -p "$folder/run"
    start=$SECONDS
    status=0
    (cd "$folder/run" && "$binaries/$name" </dev/null >"$folder/raw" 2>"$folder/errors") || status=$?
    normalise <"$folder/raw" >"$folder/actual"
    if $print; then
        cat "$folder/actual" "$folder/errors"
        exit $status
    fi
    readme=Examples/Sources/$name/README.md
    expected_of "$readme" | normalise >"$folder/expected"
    problem=
    if [ $status != 0 ]; then
        problem="exited with status $status"
    elif [ ! -s "$folder/expected" ]; then
        problem="$readme holds no \`\`\`output block"
    elif ! diff -u --label "$readme" --label "$name prints" "$folder/expected" "$folder/actual" >"$folder/diff"; then
        problem="prints something else than $readme says"
    fi
    if [ -z "$problem" ]; then
        echo "examples: $name passed ($((SECONDS - start)) s)"
        passed=$((passed + 1))
    else
        echo "examples: $name failed: $problem"
        if [ -s "$folder/diff" ]; then cat "$folder/diff"; fi
        tail -n 20 "$folder/errors"
        failed=$((failed + 1))
    fi
done
if $print; then exit 0; fi
echo "examples: $passed passed, $failed failed"
[ $failed = 0 ]
