#!/usr/bin/env bash
# Makes a Debian 12 machine that has a Swift toolchain ready to build InsightFlow. Installs only what is missing,
# so that running it again does nothing.
#
#   --check          report what is missing and exit 1 if anything is; installs nothing
#   --test           also what the tests use: a Python environment and a Java run time
#   --browser        also Chromium, in which the check of a run's report opens it (about 100 MB to download)
#   --prefix FOLDER  where Arrow goes; the same as PREFIX=FOLDER
#
# As root, Debian packages are installed with apt-get and Arrow goes to /usr/local. Without root, Arrow goes to
# ~/.local/insightflow, and Debian packages that are missing are named for an administrator to install.
set -euo pipefail
cd "$(dirname "$0")/.."

check=false
tests=false
browser=false

say() { printf 'setup: %s\n' "$*"; }
fail() {
    printf 'setup: error: %s\n' "$*" >&2
    exit 1
}
usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' Scripts/setup.sh; }

while [ $# -gt 0 ]; do
    case $1 in
        --check) check=true ;;
        --test) tests=true ;;
        --browser) browser=true ;;
        --prefix)
            [ $# -ge 2 ] || fail "--prefix needs a folder"
            export PREFIX=$2
            shift
            ;;
        -h | --help)
            usage
            exit 0
            ;;
        *) fail "unknown option $1; --help lists them" ;;
    esac
    shift
done
. Scripts/environment.sh

# Debian package, how to tell that what it provides is there from wherever it came, and what it is for.
needs=(
    'ca-certificates file:/etc/ssl/certs/ca-certificates.crt secure downloads'
    'git command:git fetching Swift dependencies'
    'make command:make the commands of the README'
    'pkg-config command:pkg-config finding libraries'
    'g++ header:vector the C++ standard library and linker that Swift uses'
    'libxml2 library:libxml2.so.2 the Swift toolchain'
    'libsqlite3-0 library:libsqlite3.so.0 the Swift toolchain'
    'libncurses6 library:libncurses.so.6 the Swift toolchain'
    'zlib1g-dev module:zlib compression'
    'python3 command:python3 unpacking Arrow'
    'python3-pip python:pip downloading Arrow'
    'libopenblas-dev module:openblas linear algebra'
    'liblapacke-dev header:lapacke.h linear algebra, the headers of LAPACK'
    'libisal-dev module:libisal decompressing gzip files'
    'libcurl4-openssl-dev module:libcurl object storage over HTTP'
    'libpango1.0-dev module:pangocairo charts'
    'fonts-inter font:Inter charts, the typeface'
)
test_needs=(
    'python3-venv python:ensurepip tests, an environment apart from the system'
    'openjdk-17-jre-headless java:17 tests, Spark'
    'procps command:ps tests, Spark'
)
if $tests; then needs+=("${test_needs[@]}"); fi
if $browser; then needs+=('chromium browser:any checking reports'); fi

compiles() { # a program that includes the header, by the C++ compiler that Swift will use
    local compiler
    compiler=$(dirname "$(command -v swift)")/clang++
    [ -x "$compiler" ] || compiler=c++
    echo "#include <$1>" | "$compiler" -x c++ -fsyntax-only - 2>/dev/null
}

java_version() {
    command -v java >/dev/null || return 1
    java -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1
}

has_browser() { # one that Scripts/check-report.py finds
    local name
    [ -x "${INSIGHTFLOW_CHROMIUM:-}" ] && return
    for name in chromium chromium-browser google-chrome; do
        if command -v $name >/dev/null; then return; fi
    done
    return 1
}

is_present() { # a probe from the table
    local what=${1#*:}
    case $1 in
        file:*) [ -e "$what" ] ;;
        command:*) command -v "$what" >/dev/null ;;
        module:*) command -v pkg-config >/dev/null && pkg-config --exists "$what" ;;
        header:*) compiles "$what" ;;
        library:*) [[ $(/sbin/ldconfig -p) == *"$what "* ]] ;;
        python:*) python3 -c "import $what" 2>/dev/null ;;
        font:*) command -v fc-list >/dev/null && [ -n "$(fc-list "$what" 2>/dev/null)" ] ;;
        java:*) [ "$(java_version || echo 0)" -ge "$what" ] ;;
        browser:*) has_browser ;;
        *) fail "no such probe: $1" ;;
    esac
}

find_missing() { # fills `missing` with Debian package names and `reasons` with lines that say what each is for
    missing=()
    reasons=()
    local package probe purpose
    while read -r package probe purpose; do
        is_present "$probe" && continue
        missing+=("$package")
        reasons+=("$(printf '%-24s for %s' "$package" "$purpose")")
    done < <(printf '%s\n' "${needs[@]}")
}

install_packages() {
    local command=(apt-get install --yes --no-install-recommends "${missing[@]}")
    command -v apt-get >/dev/null || fail "missing, under their Debian names: ${missing[*]}
  This is not a Debian system: install what corresponds to them and run this again."
    [ "$(id -u)" = 0 ] || fail "missing Debian packages:
$(printf '  %s\n' "${reasons[@]}")
  Only root can install them. Ask an administrator for:
    ${command[*]}
  and run this again."
    say "installing Debian packages:"
    printf '  %s\n' "${reasons[@]}"
    local log
    log=$(mktemp)
    # A lock held by another package manager is waited for.
    if ! { apt-get update --quiet && DEBIAN_FRONTEND=noninteractive \
        "${command[@]}" --quiet -o DPkg::Lock::Timeout=600; } >"$log" 2>&1 </dev/null; then
        tail -n 25 "$log" >&2
        fail "apt-get could not install ${missing[*]}; the whole log is $log"
    fi
    rm -f "$log"
    find_missing
    [ ${#missing[@]} = 0 ] || fail "still missing after apt-get installed them: ${missing[*]}"
}

find_swift() { # says what is wrong, if anything
    command -v swift >/dev/null || {
        echo "Swift 6.3 or later: install a toolchain from swift.org and put its bin folder on PATH"
        return 1
    }
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    [ -n "$version" ] || {
        echo "a working Swift: $(command -v swift) --version fails"
        return 1
    }
    [ "$(printf '%s\n6.3\n' "$version" | sort -V | head -n 1)" = 6.3 ] || {
        echo "Swift 6.3 or later: this is $version"
        return 1
    }
}

# An interpreter that the caller names is taken as it is, if it has the packages.
has_test_python() {
    [ -n "${INSIGHTFLOW_TEST_PYTHON:-}" ] &&
        "$INSIGHTFLOW_TEST_PYTHON" -c 'import duckdb, pandas, pyarrow, pyspark' 2>/dev/null
}

has_s3_python() {
    [ -n "${INSIGHTFLOW_S3_PYTHON:-}" ] && "$INSIGHTFLOW_S3_PYTHON" -c 'import botocore, flask, moto' 2>/dev/null
}

install_s3_python() {
    mkdir -p "$INSIGHTFLOW_CACHE"
    exec 8>"$insightflow_s3_venv.lock"
    flock 8
    if [ -f "$insightflow_s3_venv/complete" ]; then return; fi
    say "making a Python environment for the tests of S3 in $insightflow_s3_venv (about 60 MB to download)"
    rm -rf "$insightflow_s3_venv"
    python3 -m venv "$insightflow_s3_venv"
    local pip=("$insightflow_s3_venv/bin/python" -m pip --quiet --disable-pip-version-check) version source
    "${pip[@]}" install --requirement "$insightflow_s3_requirements" ||
        fail "pip could not install Scripts/s3/requirements.txt"
    # AWS's own test suite of signatures is in botocore's source package only.
    version=$(sed -n 's/^botocore==//p' "$insightflow_s3_requirements")
    source=$(mktemp -d)
    "${pip[@]}" download --no-deps --no-binary botocore --dest "$source" "botocore==$version" ||
        fail "pip could not fetch the source package of botocore $version"
    tar -xzf "$source/botocore-$version.tar.gz" -C "$insightflow_s3_venv" --strip-components 4 \
        "botocore-$version/tests/unit/auth/aws4_testsuite"
    rm -rf "$source"
    touch "$insightflow_s3_venv/complete"
}

install_test_python() {
    mkdir -p "$INSIGHTFLOW_CACHE"
    exec 9>"$insightflow_venv.lock"
    flock 9 # two clones setting up at once: the second finds the work done
    if [ -f "$insightflow_venv/complete" ]; then return; fi
    say "making a Python environment for the tests in $insightflow_venv (about 600 MB to download)"
    rm -rf "$insightflow_venv"
    python3 -m venv "$insightflow_venv"
    "$insightflow_venv/bin/python" -m pip install --quiet --disable-pip-version-check --use-pep517 \
        --requirement "$insightflow_requirements" || fail "pip could not install Scripts/test-requirements.txt"
    touch "$insightflow_venv/complete"
}

find_missing
if $check; then
    status=0
    for reason in ${reasons[@]+"${reasons[@]}"}; do
        say "missing: $reason"
        status=1
    done
    if ! problem=$(find_swift); then
        say "missing: $problem"
        status=1
    fi
    Scripts/setup-arrow.sh --check || status=1
    if $tests && ! has_test_python; then
        say "missing: the tests' Python environment, $insightflow_venv"
        status=1
    fi
    if $tests && ! has_s3_python; then
        say "missing: the Python environment for the tests of S3, $insightflow_s3_venv"
        status=1
    fi
    if [ $status = 0 ]; then say "nothing is missing."; fi
    exit $status
fi

if [ ${#missing[@]} != 0 ]; then install_packages; fi
problem=$(find_swift) || fail "missing: $problem"
Scripts/setup-arrow.sh
if $tests && ! has_test_python; then install_test_python; fi
if $tests && ! has_s3_python; then install_s3_python; fi
say "ready."
