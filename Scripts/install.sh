#!/usr/bin/env bash
# Copies the built command-line tool to a folder of programs, says where, and says what its user still has to do.
# Called by make install, which has built the tool. Nothing else is copied: the program finds Swift's libraries where the
# toolchain that built it lies, and Arrow where setup.sh has put it.
#
#   BINDIR                    the folder; PREFIX/bin by default (see environment.sh)
#   CONFIGURATION=debug       takes the debug build
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/environment.sh

tool=$(swift build --configuration "${CONFIGURATION:-release}" --show-bin-path)/insightflow
[ -x "$tool" ] || {
    echo "install: error: $tool is missing; make install builds it" >&2
    exit 1
}
bindir=${BINDIR:-$PREFIX/bin}
mkdir -p "$bindir" && [ -w "$bindir" ] || {
    echo "install: error: $bindir cannot be written to; name another folder: make install BINDIR=..." >&2
    exit 1
}
# Written beside its name and moved there, so that a running program is not overwritten.
install -m 755 "$tool" "$bindir/.insightflow.new"
mv -f "$bindir/.insightflow.new" "$bindir/insightflow"
echo "insightflow is installed: $bindir/insightflow"

if [ "$PREFIX" != /usr/local ] && [ -f "$PREFIX/env.sh" ]; then
    echo "In every shell in which you use it: source $PREFIX/env.sh"
fi
case ":$PATH:" in
    *":$bindir:"*) ;;
    *) echo "$bindir is not on your PATH; add it, or call the program by that path." ;;
esac
