#!/usr/bin/env bash
# Draws Tests/IFChartsTests/Golden/*.png anew. Look at every picture that changed before you commit it: the tests
# compare with what a person has approved, so the approval is the reference.
#
# Made with Cairo 1.16.0, Pango 1.50.12 and Inter 4.0 beta 7 (Debian 12); versions.json beside the pictures says what
# was installed when they were last drawn.
set -euo pipefail
cd "$(dirname "$0")/../../.."
. Scripts/environment.sh

INSIGHTFLOW_MAKE_PICTURES=1 swift test --filter GoldenPictureTests/looksAsBefore
printf '{"cairo": "%s", "pango": "%s", "fonts-inter": "%s", "command": "Scripts/golden/charts/make_pictures.sh"}\n' \
    "$(pkg-config --modversion cairo)" "$(pkg-config --modversion pango)" \
    "$(dpkg-query --show --showformat '${Version}' fonts-inter 2>/dev/null || echo unknown)" \
    >Tests/IFChartsTests/Golden/versions.json
