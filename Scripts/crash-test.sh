#!/usr/bin/env bash
# Kills `insightflow run` with SIGKILL at random moments and checks after each that nothing is lost or half-written:
#   - every run that exists has all its files, with the SHA-256 of its manifest,
#   - latest/ and _latest.json name a whole run,
#   - what was the latest before is still there,
# and at the end that the run resumes: finished stages are taken over, the rest is done.
#
#   usage: crash-test.sh [KILLS]        default 50; INSIGHTFLOW=path of the program; SEED=number for other moments
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/environment.sh

kills=${1:-50}
program=${INSIGHTFLOW:-.build/debug/insightflow}
RANDOM=${SEED:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$program" synth --users 150 --output "$work/shop" --progress none >/dev/null

check() { # name of the moment: the store is whole
    "$program" runs verify --root "$work/store" >"$work/verify" 2>&1 || {
        echo "crash-test: after $1 the store is not whole:"
        cat "$work/verify"
        exit 1
    }
    while IFS= read -r link; do
        [ -e "$link" ] || { echo "crash-test: after $1 $link leads nowhere"; exit 1; }
        if [ -z "$(find -L "$link" -type f -print -quit)" ]; then
            echo "crash-test: after $1 $link is empty"
            exit 1
        fi
    done < <(find "$work/store" -name latest -type l)
    for name in "${published[@]}"; do
        [ -e "$work/store/$name" ] || { echo "crash-test: after $1 $name is gone"; exit 1; }
    done
}

# How long a whole run takes, so that the kills spread over it.
start=$(date +%s%N)
"$program" run --input "$work/shop" --root "$work/store" --seed 1 --progress none >/dev/null
length=$((($(date +%s%N) - start) / 1000000))
mapfile -t published < <(cd "$work/store" && find . -name latest -type l)
echo "crash-test: a whole run takes $length ms; killing $kills runs"

killed=0
ended=0
for attempt in $(seq 1 "$kills"); do
    # Another seed is other work, so that there is something to interrupt; every fifth attempt resumes the last one.
    seed=$((1 + attempt - (attempt % 5 == 0 ? 1 : 0)))
    "$program" run --input "$work/shop" --root "$work/store" --seed "$seed" --progress none >/dev/null 2>"$work/errors" &
    child=$!
    sleep "$(awk -v ms=$((RANDOM % (length + length / 10))) 'BEGIN { print ms / 1000 }')"
    if kill -KILL "$child" 2>/dev/null; then killed=$((killed + 1)); else ended=$((ended + 1)); fi
    wait "$child" 2>/dev/null || true
    check "attempt $attempt"
done

"$program" run --input "$work/shop" --root "$work/store" --seed 1 --progress none --json >"$work/last"
"$program" run --input "$work/shop" --root "$work/store" --seed 1 --progress none --json >"$work/again"
check "the last run"
if grep -q '"outcome" : "finished"' "$work/again"; then
    echo "crash-test: a finished run was repeated"
    exit 1
fi
"$program" runs repair --root "$work/store" >/dev/null
if find "$work/store" -name '.staging*' -mindepth 2 -type d | grep -q .; then
    leftovers=$(find "$work/store" -path '*.staging*' -type f | wc -l)
    [ "$leftovers" = 0 ] || { echo "crash-test: $leftovers files of dead runs are left after repair"; exit 1; }
fi
echo "crash-test: $killed runs killed, $ended had ended; latest/ was whole each time, and the run resumed"
