#!/usr/bin/env bash
# Checks the promise that a service which imports IFALS links OpenBLAS and nothing else: builds the package in
# Tests/Linkage and reads with ldd what its executable ALSOnly loads. Allowed are OpenBLAS with the Fortran run
# time it brings, the C and C++ run times, and the Swift run time with Foundation. Anything else is named.
#
# The check proves each time that it can fail: the executable WithFiles imports IFFiles, so the same test must
# reject it for libparquet and libarrow. If it did not, the list of allowed libraries would be letting things
# through, and the script fails.
#
# The build shares the package's scratch folder, so after `swift build` only the two executables are compiled.
# With an empty folder of its own (--scratch-path) and --product ALSOnly, SwiftPM compiles swift-log, IFCore,
# IFLinearAlgebra and IFALS, and nothing of swift-crypto, Yams or Arrow.
#
#   usage: check-linkage.sh [--scratch-path FOLDER] [--executable FILE]
#
#   --executable FILE   only test this executable
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/environment.sh

scratch=.build
executable=
while [ $# -gt 0 ]; do
    case $1 in
        --scratch-path) scratch=$2 && shift ;;
        --executable) executable=$2 && shift ;;
        *) echo "check-linkage: error: unknown option $1" >&2 && exit 2 ;;
    esac
    shift
done

allowed=(
    linux-vdso ld-linux-x86-64 ld-linux-aarch64 libc libm libmvec libpthread libdl librt libutil # glibc
    libstdc++ libgcc_s
    libopenblas libgfortran libquadmath
    'libswift*' 'libFoundation*' 'lib_Foundation*' libdispatch libBlocksRuntime
)

is_allowed() {
    local pattern
    for pattern in "${allowed[@]}"; do
        # shellcheck disable=SC2053 # a pattern on purpose
        [[ $1 == $pattern ]] && return 0
    done
    return 1
}

offenders() { # prints the libraries that the executable loads and should not, one a line
    local listing library
    listing=$(ldd "$1")
    while read -r library; do
        library=${library##*/}
        is_allowed "${library%%.so*}" || echo "$library"
    done < <(awk '{ print $1 }' <<<"$listing")
    # A library that is not there may hide what it would bring.
    awk '/not found/ { print $1 " (not found)" }' <<<"$listing"
}

check() {
    local found
    found=$(offenders "$1")
    [ -z "$found" ] && return 0
    echo "check-linkage: $(basename "$1") links more than it may:"
    # shellcheck disable=SC2001
    sed 's/^/  /' <<<"$found"
    return 1
}

if [ -n "$executable" ]; then
    check "$executable"
    exit
fi

build() {
    swift build --quiet --package-path Tests/Linkage --scratch-path "$scratch" --product "$1"
    executable=$(swift build --package-path Tests/Linkage --scratch-path "$scratch" --show-bin-path)/$1
}

build ALSOnly
[[ $(ldd "$executable") == *libopenblas* ]] || {
    echo "check-linkage: ALSOnly does not even link OpenBLAS, so it proves nothing" >&2
    exit 1
}
check "$executable"
echo "check-linkage: ALSOnly links $(ldd "$executable" | wc -l) libraries, all of them allowed."

build WithFiles
if rejection=$(check "$executable"); then
    echo "check-linkage: error: WithFiles links Arrow and was not rejected; the check is not checking" >&2
    exit 1
fi
[[ $rejection == *libparquet* ]] || {
    echo "check-linkage: error: WithFiles was rejected, but not for libparquet:" >&2
    echo "$rejection" >&2
    exit 1
}
echo "check-linkage: the control WithFiles is rejected, as it must be."
