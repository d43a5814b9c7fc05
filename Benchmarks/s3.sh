#!/usr/bin/env bash
# IFAWS beside boto3 on one server of this machine: each task alternating, as often as ROUNDS says.
#
#   usage: Benchmarks/s3.sh [ROUNDS] [MIB]        3 rounds and 1,024 MiB by default
#
# S3_SERVER=verifying takes the server that checks every signature instead of Ceph's, which the figures are of. Needs the
# release build of the benchmarks (make bench) and the Python of Scripts/setup.sh --test, which has boto3.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-3} mib=${2:-1024}
. Scripts/environment.sh
. Scripts/s3/server.sh
benchmark=${S3_BENCHMARK:-Benchmarks/.build/release/S3Benchmark}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
S3_SERVER=${S3_SERVER:-radosgw} start_s3_server "$folder" speed
export AWS_DEFAULT_REGION=$AWS_REGION

descendants() {
    local child
    for child in $(pgrep -P "$1"); do
        echo "$child"
        descendants "$child"
    done
}

server_seconds() { # of processor time so far; the server is a coprocess of Scripts/s3/server.sh
    local process
    # shellcheck disable=SC2154
    for process in $(descendants "$s3_server_PID"); do cat "/proc/$process/stat"; done |
        awk -v ticks="$(getconf CLK_TCK)" '{ sum += $14 + $15 } END { printf "%.3f", sum / ticks }'
}

# Runs a side and adds to each of its lines what the server has worked since the line before.
side() {
    local before now line
    before=$(server_seconds)
    "$@" | while read -r line; do
        now=$(server_seconds)
        printf '%s,"server_cpu_s":%s}\n' "${line%\}}" "$(awk "BEGIN { printf \"%.3f\", $now - $before }")"
        before=$now
    done
}

for round in $(seq "$rounds"); do
    for task in small large; do
        side "$benchmark" "s3://speed/ifaws-$round" "$folder" "$task" "$mib"
        side "$INSIGHTFLOW_S3_PYTHON" Benchmarks/Peers/s3_transfer.py speed "boto3-$round" "$folder" "$task" "$mib"
    done
    cmp "$folder/large-$mib" "$folder/fetched-ifaws"
    cmp "$folder/large-$mib" "$folder/fetched-boto3"
done
