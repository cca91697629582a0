#!/bin/sh
# The annotated tree of docs/ARCHITECTURE.md names every folder that holds tracked files, and no other.
set -u
cd "$(dirname "$0")/../.." || exit 1
said=$(mktemp) is=$(mktemp)
trap 'rm -f "$said" "$is"' EXIT
sed -n '/^<!-- tree -->$/,/^<!-- end of tree -->$/p' docs/ARCHITECTURE.md | awk '$1 ~ /\/$/ { print $1 }' | sort -u >"$said"
git ls-files --cached --others --exclude-standard | awk -F/ 'NF > 1 { p = ""; for (i = 1; i < NF && i <= 2; i++) { p = p $i "/"; print p } }' | sort -u >"$is"
if diff "$said" "$is" | sed -n 's/^</# only in docs\/ARCHITECTURE.md:/p; s/^>/# not in docs\/ARCHITECTURE.md:/p' | grep .; then
	echo 'not ok tree: docs/ARCHITECTURE.md draws the folders that there are'
	exit 1
fi
echo 'ok tree: docs/ARCHITECTURE.md draws the folders that there are'
