#!/usr/bin/env bash
# Kills programs that write runs with SIGKILL at random moments, on a folder and on an S3 server of this machine, and
# checks after each that nothing is lost or half-published: every run that was reported as committed is there with what
# it wrote, the pointer names a whole run and never goes back, and at the end repair leaves nothing over.
#
# Scripts/crash-test.sh kills whole pipelines; here a kill costs a tenth of a second.
#
#   usage: kill-test.sh [FOLDER_KILLS [S3_KILLS]]    default 40 and 15; SEED=number for other moments;
#          RUN_CRASHER=path of the program. S3 is left out, with a message, without INSIGHTFLOW_S3_PYTHON.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/environment.sh

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
export AWS_ACCESS_KEY_ID=AKIDTESTKEY AWS_SECRET_ACCESS_KEY=a-secret/that+never=shows AWS_REGION=us-east-1
export AWS_CONFIG_FILE=/nonexistent AWS_SHARED_CREDENTIALS_FILE=/nonexistent AWS_EC2_METADATA_DISABLED=true
# The server ends when its standard input is closed, as it is when this script ends in whatever way.
coproc server { "$INSIGHTFLOW_S3_PYTHON" Scripts/s3/verifying_server.py --access-key "$AWS_ACCESS_KEY_ID" \
    --secret-key "$AWS_SECRET_ACCESS_KEY" --bucket kills; }
read -r _ _ port <&"${server[0]}"
export AWS_ENDPOINT_URL_S3=http://127.0.0.1:$port
"$program" kill s3://kills/store "$on_s3" "${SEED:-1}"
