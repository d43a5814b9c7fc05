#!/usr/bin/env bash
# Builds the command-line tool and gathers in FOLDER all that another Debian 12 needs to run it: the program, the
# libraries that no Debian package has (Swift's, Arrow's), the names of the packages that have the others, and the script
# that installs them. The first stage of the Dockerfile.
#
#   usage: build.sh FOLDER
#
#   INSIGHTFLOW_TOOL   a built program to gather for, instead of building one
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# = 1 ] || {
    sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"
    exit 64
}
folder=$1

tool=${INSIGHTFLOW_TOOL:-}
if [ -z "$tool" ]; then
    Scripts/setup.sh
    . Scripts/environment.sh
    swift build --configuration release --product insightflow
    tool=$(swift build --configuration release --show-bin-path)/insightflow
fi
. Scripts/environment.sh

mkdir -p "$folder/bin" "$folder/lib"
install -m 755 "$tool" "$folder/bin/insightflow"
install -m 755 Scripts/image/insightflow-job "$folder/bin/insightflow-job"
install -m 755 Scripts/image/install.sh "$folder/install.sh"

# What the loader finds: in a Debian package by name, else by copy.
packages=(ca-certificates fonts-inter)
libraries=$(ldd "$folder/bin/insightflow")
if grep 'not found' <<<"$libraries" >&2; then
    echo "image: error: these libraries are missing here" >&2
    exit 1
fi
while read -r library; do
    # Debian's own paths are known to dpkg with or without /usr, as /lib is a link.
    owner=$(dpkg -S "$(realpath "$library")" 2>/dev/null || dpkg -S "$library" 2>/dev/null || true)
    if [ -n "$owner" ]; then
        packages+=("${owner%%:*}")
    else
        install -m 644 "$library" "$folder/lib/$(basename "$library")"
    fi
done < <(awk '$3 ~ /^\// { print $3 }' <<<"$libraries")
printf '%s\n' "${packages[@]}" | sort -u >"$folder/packages"
echo "image: $(wc -l <"$folder/packages") packages, $(find "$folder/lib" -type f | wc -l) libraries of its own, $(du -sm "$folder" | cut -f 1) MB"
