#!/usr/bin/env bash
# Checks the shell scripts: their syntax always, and with shellcheck where it is installed.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t scripts < <(git ls-files 'Scripts/*.sh' '.ci/*')
for script in "${scripts[@]}"; do bash -n "$script"; done
if command -v shellcheck >/dev/null; then
    shellcheck --external-sources --severity=warning "${scripts[@]}"
    echo "scripts: ${#scripts[@]} pass shellcheck."
else
    echo "scripts: the syntax of ${#scripts[@]} is right; shellcheck is not installed, so nothing more was checked."
fi
