#!/usr/bin/env bash
# Makes a small synthetic shop in demo/shop, runs the whole pipeline on it into demo/store, and says where
# everything is and what to try next. Both folders are made anew. Called by make demo, which has built the tool.
#
#   usage: demo.sh USERS SEED       CONFIGURATION=debug takes the debug build
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/environment.sh

users=${1:-2000}
seed=${2:-42}
tool=$(swift build --configuration "${CONFIGURATION:-release}" --show-bin-path)/insightflow
[ -x "$tool" ] || {
    echo "demo: error: $tool is missing; make demo builds it" >&2
    exit 1
}

rm -rf demo/shop demo/store
mkdir -p demo
SECONDS=0
"$tool" synth --users "$users" --seed "$seed" --output demo/shop
"$tool" run --config Examples/demo.yaml --input demo/shop --root demo/store

echo
"$tool" recommend --root demo/store --user 1

cat <<SUMMARY

The demo took $SECONDS s.
  input     $PWD/demo/shop    $(find demo/shop -type f | wc -l) files, $(du -sh demo/shop | cut -f 1)
  results   $PWD/demo/store   $(find demo/store -type f | wc -l) files, $(du -sh demo/store | cut -f 1)
  report    $PWD/demo/store/recsys/reports/latest/report.html
  tool      $tool
SUMMARY
if [ "$PREFIX" != /usr/local ] && [ -f "$PREFIX/env.sh" ]; then
    echo "  before you run the tool yourself: source $PREFIX/env.sh"
fi
# Paths as a person in this folder would type them.
short=.build/${CONFIGURATION:-release}/insightflow
[ -x "$short" ] || short=$tool
cat <<NEXT

Next, from this folder:
  $short recommend --root demo/store --user 2 --explain   why these products
  $short tune --input demo/shop                           search for better settings
  $short run --help                                       what else there is; README.md says how to use your own data
NEXT
