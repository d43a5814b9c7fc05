#!/usr/bin/env bash
# Installs the Apache Arrow and Parquet C++ libraries and headers with their pkg-config files under PREFIX
# (default: /usr/local for root, ~/.local/insightflow otherwise), unless pkg-config finds a recent enough
# Arrow already, be it ours, Apache's own packages (libparquet-dev) or another distribution's.
#
# Debian has no Arrow package. The pyarrow wheel carries the same libraries, built against nothing newer than
# the C and C++ runtime of every current distribution, and their headers. The wheel is checked by its SHA-256.
#
#   --check                    report only; exit 1 if Arrow is missing
#
#   PREFIX                     where to install
#   INSIGHTFLOW_ARROW_WHEEL    a wheel file already downloaded; its checksum is verified all the same
#   INSIGHTFLOW_ARROW_SHA256   the wheel's checksum, for architectures whose checksum is not recorded here
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/environment.sh

version=26.0.1
minimum=26.0.0
architecture=$(uname -m)
case $architecture in
    x86_64) recorded=39cb0f2418282c24bea6ceda77b03e5a8f0a5766b63a8bf194d4e2a2c423548c ;;
    *) recorded= ;;
esac
sha256=${INSIGHTFLOW_ARROW_SHA256:-$recorded}

say() { printf 'setup-arrow: %s\n' "$*"; }
fail() {
    printf 'setup-arrow: error: %s\n' "$*" >&2
    exit 1
}

# The pkg-config file is moved into place last, so finding it means that the rest is there; a library that
# was deleted since is noticed too.
is_installed() {
    command -v pkg-config >/dev/null || return 1
    pkg-config --exists "parquet >= $minimum" "arrow >= $minimum" 2>/dev/null || return 1
    local folder
    folder=$(pkg-config --variable=libdir parquet)
    [ -e "$folder/libparquet.so" ] || [ -e "$folder/libparquet.dylib" ]
}

case ${1:-} in
    '') ;;
    --check)
        if is_installed; then exit 0; fi
        say "missing: Apache Arrow C++ $minimum or later (pkg-config modules arrow and parquet)"
        exit 1
        ;;
    *) fail "unknown option $1; see the head of this script" ;;
esac

if is_installed; then
    say "Apache Arrow $(pkg-config --modversion parquet) is already installed."
    exit 0
fi
[ "$(uname -s)" = Linux ] || fail "only Linux is supported here; on macOS: brew install apache-arrow"
[ -n "$sha256" ] || fail "no SHA-256 is recorded for the pyarrow $version wheel on $architecture.
  Look it up where you trust it, then run: INSIGHTFLOW_ARROW_SHA256=<checksum> Scripts/setup-arrow.sh
  Or install Apache's own package libparquet-dev ($minimum or later), which is used when present."

mkdir -p "$PREFIX" || fail "cannot create $PREFIX; choose another folder with PREFIX=<folder>"
[ -w "$PREFIX" ] || fail "cannot write to $PREFIX; choose another folder with PREFIX=<folder>"

# Download and unpack beside the destination: the moves at the end are renames on one file system.
stage=$(mktemp -d "$PREFIX/.insightflow-arrow.XXXXXX")
trap 'rm -rf "$stage"' EXIT

if [ -n "${INSIGHTFLOW_ARROW_WHEEL:-}" ]; then
    wheel=$INSIGHTFLOW_ARROW_WHEEL
    [ -f "$wheel" ] || fail "INSIGHTFLOW_ARROW_WHEEL names $wheel, which is not a file"
else
    say "downloading the pyarrow $version wheel (about 55 MB)"
    # The wheel's Python version does not matter to us; naming it makes the file, and its checksum, the same everywhere.
    python3 -m pip download --quiet --no-deps --only-binary=:all: --dest "$stage" \
        --implementation cp --python-version 3.11 --abi cp311 --platform "manylinux_2_28_$architecture" \
        "pyarrow==$version" || fail "pip could not download pyarrow $version"
    wheel=$(echo "$stage"/pyarrow-"$version"-*.whl)
fi
actual=$(sha256sum "$wheel" | cut -d ' ' -f 1)
[ "$actual" = "$sha256" ] || fail "$(basename "$wheel") has SHA-256
  $actual, expected
  $sha256; nothing was installed"

say "unpacking"
python3 -m zipfile -e "$wheel" "$stage/wheel"
source=$stage/wheel/pyarrow
new=$stage/new
mkdir -p "$new/lib/pkgconfig" "$new/include" "$new/doc"
mv "$source/include/arrow" "$source/include/parquet" "$new/include/"
# Glue for Python's own headers; it cannot compile without them.
rm -rf "$new/include/arrow/python"
find "$stage/wheel" -maxdepth 3 \( -name 'LICENSE*' -o -name 'NOTICE*' \) -exec cp {} "$new/doc/" \;

libraries=(arrow arrow_compute parquet)
for library in "${libraries[@]}"; do
    file=$(basename "$(echo "$source/lib$library".so.*)")
    [ -f "$source/$file" ] || fail "the wheel holds no lib$library"
    install -m 644 "$source/$file" "$new/lib/$file"
    ln -s "$file" "$new/lib/lib$library.so"
done

write_module() { # module, name, required modules, library
    cat >"$new/lib/pkgconfig/$1.pc" <<MODULE
prefix=$PREFIX
libdir=\${prefix}/lib
includedir=\${prefix}/include

Name: $2
Description: $2 C++ library, taken from the pyarrow $version wheel
Version: $version
Requires: $3
Libs: -L\${libdir} -l$4
Cflags: -I\${includedir}
MODULE
}
write_module arrow "Apache Arrow" "" arrow
write_module arrow-compute "Apache Arrow Compute" "arrow" arrow_compute
write_module parquet "Apache Parquet" "arrow" parquet

say "installing under $PREFIX"
mkdir -p "$PREFIX/lib/pkgconfig" "$PREFIX/include" "$PREFIX/share/doc"
rm -f "$PREFIX/lib/pkgconfig/parquet.pc"
for pair in include/arrow:include/arrow include/parquet:include/parquet doc:share/doc/insightflow-arrow; do
    rm -rf "${PREFIX:?}/${pair#*:}"
    mv "$new/${pair%%:*}" "$PREFIX/${pair#*:}"
done
mv "$new"/lib/*.so "$new"/lib/*.so.* "$PREFIX/lib/"
mv "$new"/lib/pkgconfig/arrow*.pc "$PREFIX/lib/pkgconfig/"
mv "$new/lib/pkgconfig/parquet.pc" "$PREFIX/lib/pkgconfig/"

if [ "$PREFIX" = /usr/local ]; then
    if [ "$(id -u)" = 0 ]; then /sbin/ldconfig; fi
else
    # SwiftPM ignores run paths in pkg-config files, so the loader is told through the environment.
    cat >"$PREFIX/env.sh" <<ENVIRONMENT
# Written by setup-arrow.sh: source this before building or running InsightFlow. make does it by itself.
case ":\${PKG_CONFIG_PATH:-}:" in
    *":$PREFIX/lib/pkgconfig:"*) ;;
    *) export PKG_CONFIG_PATH="$PREFIX/lib/pkgconfig\${PKG_CONFIG_PATH:+:\$PKG_CONFIG_PATH}" ;;
esac
case ":\${LD_LIBRARY_PATH:-}:" in
    *":$PREFIX/lib:"*) ;;
    *) export LD_LIBRARY_PATH="$PREFIX/lib\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}" ;;
esac
case ":\$PATH:" in
    *":$PREFIX/bin:"*) ;;
    *) export PATH="$PREFIX/bin:\$PATH" ;;
esac
ENVIRONMENT
    # shellcheck disable=SC1091
    . "$PREFIX/env.sh"
fi

is_installed || fail "pkg-config does not find what was installed under $PREFIX; is $PREFIX/lib/pkgconfig on its path?"
say "Apache Arrow $version is installed."
