#!/usr/bin/env bash
# Kills programs that write runs with SIGKILL at random moments, on a folder and on an S3 server of this machine, and
# checks after each that nothing is lost or half-published: every run that was reported as committed is there with what
# it wrote, the pointer names a whole run and never goes back, and at the end repair leaves nothing over.
#
# Scripts/crash-test.sh kills whole pipelines; here a kill costs a tenth of a second.
#
#   usage: kill-test.sh [FOLDER_KILLS [S3_KILLS]]    default 40 and 15; SEED=number for other moments;
#          RUN_CRASHER=path of the program; S3_SERVER=radosgw for Ceph instead of the verifying server. S3 is left out,
#          with a message, without INSIGHTFLOW_S3_PYTHON.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/environment.sh
. Scripts/s3/server.sh

on_folder=${1:-40}
on_s3=${2:-15}
program=$(realpath "${RUN_CRASHER:-.build/debug/RunCrasher}")
work=$(mktemp -d)
mkdir "$work/scratch"
export TMPDIR=$work/scratch
trap 'rm -rf "$work"' EXIT

"$program" kill "$work/store" "$on_folder" "${SEED:-1}"

if [ -z "${INSIGHTFLOW_S3_PYTHON:-}" ]; then
    echo "kill-test: no kills over S3; Scripts/setup.sh --test makes the Python that its server needs"
    exit 0
fi
start_s3_server "$work" kills
"$program" kill s3://kills/store "$on_s3" "${SEED:-1}"
