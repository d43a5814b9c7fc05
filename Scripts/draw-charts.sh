#!/usr/bin/env bash
# Draws the pictures of Docs/Charts.md, with the program Snippets/Charts.swift that the page quotes.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/environment.sh

swift run Charts Docs/Charts
