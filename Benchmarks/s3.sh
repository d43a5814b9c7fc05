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
for round in $(seq "$rounds"); do
    for task in small large; do
        "$benchmark" "s3://speed/ifaws-$round" "$folder" "$task" "$mib"
        "$INSIGHTFLOW_S3_PYTHON" Benchmarks/Peers/s3_transfer.py speed "boto3-$round" "$folder" "$task" "$mib"
    done
    cmp "$folder/large-$mib" "$folder/fetched-ifaws"
    cmp "$folder/large-$mib" "$folder/fetched-boto3"
done
