#!/usr/bin/env bash
# Makes a plain Debian 12 run the program beside this script: installs the packages that it needs, tells the loader of its
# own libraries, puts it on the path and calls it. The second stage of the Dockerfile.
set -euo pipefail
folder=$(cd "$(dirname "$0")" && pwd)

export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet
xargs apt-get install --yes --quiet --no-install-recommends <"$folder/packages"
rm -rf /var/lib/apt/lists/*

echo "$folder/lib" >/etc/ld.so.conf.d/insightflow.conf
ldconfig
for program in insightflow insightflow-job; do ln -sf "$folder/bin/$program" "/usr/local/bin/$program"; done

if ldd "$folder/bin/insightflow" | grep 'not found'; then
    echo "image: error: these libraries are missing" >&2
    exit 1
fi
insightflow --version
