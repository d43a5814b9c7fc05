#!/usr/bin/env bash
# Runs the whole pipeline from and to a bucket of an S3 server on this machine, then has boto3, the aws command,
# awswrangler, DuckDB and pandas read all artifacts back and compares what they see (Scripts/s3/read_back.py).
#
#   usage: check-bucket-readers.sh [USERS]    300 by default; S3_SERVER=radosgw for Ceph instead of the verifying server
#          check-bucket-readers.sh --prepare  only makes the environment
#
# Makes a Python environment with pinned packages in the cache once (about 170 MB to download). The program is
# .build/debug/insightflow; INSIGHTFLOW=path names another.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/environment.sh
. Scripts/s3/server.sh

requirements=Scripts/s3/readers-requirements.txt
venv=$INSIGHTFLOW_CACHE/test-readers-$(cksum <"$requirements" | cut -d ' ' -f 1)
mkdir -p "$INSIGHTFLOW_CACHE"
(
    flock 9 # two clones at once: the second finds the work done
    [ ! -f "$venv/complete" ] || exit 0
    echo "check-bucket-readers: making a Python environment in $venv"
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
    touch "$venv/complete"
) 9>"$venv.lock"
[ "${1:-}" != --prepare ] || exit 0
users=${1:-300}
program=$(realpath "${INSIGHTFLOW:-.build/debug/insightflow}")

work=$(mktemp -d)
mkdir "$work/scratch"
export TMPDIR=$work/scratch
trap 'rm -rf "$work"' EXIT
start_s3_server "$work" readers

"$program" synth --users "$users" --items 150 --output "$work/shop" >/dev/null
"$INSIGHTFLOW_S3_PYTHON" Scripts/s3/bucket.py put "$work/shop" s3://readers/shop
printf 'training: {als: {factors: 8, iterations: 3}}\nseg: {k: 3}\n' >"$work/recsys.yaml"
"$program" run --config "$work/recsys.yaml" --input s3://readers/shop --root s3://readers/store --progress none >/dev/null
"$venv/bin/python" Scripts/s3/read_back.py s3://readers/store "$work/fetched"
