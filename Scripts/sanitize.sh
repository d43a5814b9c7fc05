#!/usr/bin/env bash
# Runs the tests of what works with threads, connections and C libraries under the thread sanitizer and the address
# sanitizer (with its leak check): stores, S3, jobs, linear algebra, ALS. Whatever either finds fails.
#
#   usage: sanitize.sh [thread] [address]    both by default; FILTER=pattern for some of the tests
#
# Each builds a package of only these targets, made of links to the sources, in .build/sanitize-NAME. Code under a
# sanitizer is some ten times slower, so the tests that count are told to count less; Docs/Reliability.md says how much.
# Findings of every process, those that tests start as well, go to .build/sanitize-NAME/findings.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/environment.sh
root=$PWD
export INSIGHTFLOW_SHARED=${INSIGHTFLOW_SHARED:-$(dirname "$root")/shared}

targets=(
    IFCore IFTesting IFStore IFStoreTests CCurl IFAWS IFAWSTests IFJobs IFJobsTests RunCrasher
    COpenBLAS CIFKernels IFLinearAlgebra IFLinearAlgebraTests IFEval IFALS IFALSTests
)

package() { # folder: the package of only these targets
    mkdir -p "$1"
    ln -sfn "$root/Sources" "$1/Sources"
    ln -sfn "$root/Tests" "$1/Tests"
    ln -sfn "$root/Scripts" "$1/Scripts"
    {
        cat Package.swift
        printf '\nlet kept: Set<String> = ['
        printf '"%s", ' "${targets[@]}"
        cat <<'MANIFEST'
]
package.targets.removeAll { !kept.contains($0.name) }
package.products.removeAll()
let neededPackages = Set(
    package.targets.flatMap(\.dependencies).compactMap { dependency -> String? in
        if case .productItem(_, let name, _, _) = dependency { return name }
        return nil
    })
package.dependencies.removeAll { dependency in
    guard case .sourceControl(_, let location, _) = dependency.kind else { return false }
    return !neededPackages.contains { location.hasSuffix($0) }
}
MANIFEST
    } >"$1/Package.swift.new"
    # An unchanged manifest keeps its time, and the build what it has.
    if cmp -s "$1/Package.swift.new" "$1/Package.swift"; then
        rm "$1/Package.swift.new"
    else
        mv "$1/Package.swift.new" "$1/Package.swift"
    fi
}

# Less of what merely counts; FaultScheduleTests checks batches of 50 as wholes.
export INSIGHTFLOW_FAULT_SCHEDULES=${INSIGHTFLOW_FAULT_SCHEDULES:-50}
export INSIGHTFLOW_HTTP_SCHEDULES=${INSIGHTFLOW_HTTP_SCHEDULES:-3}
export INSIGHTFLOW_RACE_SECONDS=${INSIGHTFLOW_RACE_SECONDS:-3}

sanitize() { # thread or address
    local name=$1 folder=$root/.build/sanitize-$1 status=0
    local findings=$folder/findings
    package "$folder"
    rm -rf "$findings"
    mkdir -p "$findings"
    export TSAN_OPTIONS="log_path=$findings/report:suppressions=$root/Scripts/sanitize-thread.txt:second_deadlock_stack=1"
    export ASAN_OPTIONS="log_path=$findings/report:detect_leaks=1"
    export LSAN_OPTIONS="suppressions=$root/Scripts/sanitize-leaks.txt:print_suppressions=0"
    (
        cd "$folder" &&
            swift build --build-tests --sanitize="$name" &&
            swift test --skip-build --sanitize="$name" ${FILTER:+--filter "$FILTER"}
    ) || status=$?
    if [ -n "$(find "$findings" -type f -size +0)" ]; then
        echo "sanitize: the $name sanitizer found something; see $findings:" >&2
        grep -hE 'SUMMARY' "$findings"/* | sort | uniq -c | sort -rn | head -n 30 >&2
        status=1
    fi
    if [ $status = 0 ]; then
        echo "sanitize: clean under the $name sanitizer."
    else
        echo "sanitize: not clean under the $name sanitizer." >&2
    fi
    return $status
}

[ $# != 0 ] || set -- thread address
failed=0
for name in "$@"; do
    case $name in
    thread | address) sanitize "$name" || failed=1 ;;
    *)
        echo "sanitize: '$name' is neither thread nor address" >&2
        exit 2
        ;;
    esac
done
exit $failed
