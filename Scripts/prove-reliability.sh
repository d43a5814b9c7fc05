#!/usr/bin/env bash
# Counts in full what continuous integration counts in part: seeded schedules of faults, kills of writers, races. Prints
# what was counted; fails where anything was lost, half-published or read badly. Some tens of minutes on two cores.
#
#   usage: prove-reliability.sh [schedules] [connections] [kills] [races]    all by default
#
#   SCHEDULES=1000       schedules of faults within a process, from SEED=1 on
#   CONNECTIONS=30       schedules over real connections
#   FOLDER_KILLS=200     writers killed over a folder
#   S3_KILLS=100         writers killed over S3
#   RACE_SECONDS=60      four writers and four readers, on every kind of store
#
# Docs/Reliability.md records what it printed last. Needs what make setup-test installs; builds in .build (debug).
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/environment.sh

schedules=${SCHEDULES:-1000}
seed=${SEED:-1}
failed=0
swift build --build-tests

tests() { # filter: runs tests and shows what they counted
    local log status=0
    log=$(mktemp)
    swift test --skip-build --filter "$1" >"$log" 2>&1 || status=$?
    grep -E '^[^ ]+ Test run with|^[^ ]+ Test .* recorded an issue|schedules: |runs written, |skipped' "$log" || status=1
    rm -f "$log"
    [ $status = 0 ] || failed=1
}

[ $# != 0 ] || set -- schedules connections kills races
for part in "$@"; do
    printf '==> %s\n' "$part"
    case $part in
    schedules)
        # In parts, so that one sees it getting on.
        for ((done = 0; done < schedules; done += 250)); do
            export INSIGHTFLOW_FAULT_SEED=$((seed + done))
            export INSIGHTFLOW_FAULT_SCHEDULES=$((schedules - done < 250 ? schedules - done : 250))
            tests 'IFAWSTests\.FaultScheduleTests'
        done
        ;;
    connections)
        export INSIGHTFLOW_HTTP_SCHEDULES=${CONNECTIONS:-30}
        tests 'IFAWSTests\.HTTPScheduleTests'
        ;;
    kills) Scripts/kill-test.sh "${FOLDER_KILLS:-200}" "${S3_KILLS:-100}" || failed=1 ;;
    races)
        export INSIGHTFLOW_RACE_SECONDS=${RACE_SECONDS:-60}
        # One after the other: two suites at once would halve what each does.
        tests 'IFStoreTests\.RaceTests'
        tests 'IFAWSTests\.RaceTests'
        ;;
    *)
        echo "prove-reliability: '$part' is none of schedules, connections, kills, races" >&2
        exit 2
        ;;
    esac
done
[ $failed = 0 ] || echo "prove-reliability: something failed; see above" >&2
exit $failed
