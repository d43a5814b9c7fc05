#!/usr/bin/env bash
# Checks the C prototypes that CPangoCairo declares itself against Pango's own headers: both are compiled as one
# file, where a declaration that differs is an error. Proves each time that it can fail, with a wrong prototype.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/environment.sh

compiler=$(dirname "$(command -v swift)")/clang
[ -x "$compiler" ] || compiler=cc
read -ra flags <<<"$(pkg-config --cflags pangocairo)"

compiles() { # standard input, with Pango's headers and ours
    "$compiler" -std=c11 -Werror -fsyntax-only "${flags[@]}" -include pango/pangocairo.h \
        -include Sources/CPangoCairo/shim.h -x c -
}

compiles <<'C'
_Static_assert(PANGO_SCALE == 1024, "the scale in shim.h");
_Static_assert(PANGO_WEIGHT_NORMAL == 400 && PANGO_WEIGHT_SEMIBOLD == 600, "the weights in shim.h");
_Static_assert(sizeof(PangoWeight) == sizeof(unsigned), "the weights in shim.h");
_Static_assert(sizeof(PangoRectangle) == 4 * sizeof(int), "the rectangle in shim.h");
_Static_assert(sizeof(gboolean) == sizeof(int) && (gboolean)-1 < 0, "gboolean in shim.h");
C
if compiles <<<'void pango_layout_set_text(PangoLayout *layout, const char *text);' 2>/dev/null; then
    echo "check-native-headers: a wrong prototype was accepted" >&2
    exit 1
fi
echo "check-native-headers: the prototypes of CPangoCairo are Pango's."
