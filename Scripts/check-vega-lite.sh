#!/usr/bin/env bash
# Checks the Vega-Lite specifications of the tests' charts against the schema of Vega-Lite, and has Vega draw them
# (Scripts/golden/charts/check_vega_lite.py). swift build --build-tests has compiled the tests.
#
#   usage: check-vega-lite.sh [FOLDER]    keeps the specifications and their pictures there
#
# Makes a Python environment with pinned packages in the cache once (about 40 MB to download).
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/environment.sh

requirements=Scripts/golden/charts/requirements.txt
venv=$INSIGHTFLOW_CACHE/test-vega-$(cksum <"$requirements" | cut -d ' ' -f 1)
mkdir -p "$INSIGHTFLOW_CACHE"
(
    flock 9 # two clones at once: the second finds the work done
    [ ! -f "$venv/complete" ] || exit 0
    echo "check-vega-lite: making a Python environment in $venv"
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
    touch "$venv/complete"
) 9>"$venv.lock"

folder=${1:-}
if [ -z "$folder" ]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
fi
mkdir -p "$folder"
folder=$(realpath "$folder")
INSIGHTFLOW_VEGA_FOLDER=$folder swift test --skip-build --filter VegaLiteTests/everyChartIsJSON
"$venv/bin/python" Scripts/golden/charts/check_vega_lite.py "$folder"
