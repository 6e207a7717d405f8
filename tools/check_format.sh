#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The formatter is law: every tracked C file is its fixed point.
# usage: check_format.sh [ROOT]
set -eu
cd "${1:-.}"
files=$(git ls-files -co --exclude-standard '*.c' '*.h')
[ -n "$files" ] || { echo "no C files found" >&2; exit 1; }
# A file that was removed but not committed yet is listed and absent.
# shellcheck disable=SC2086
existing=$(ls -d $files 2>/dev/null || true)
# shellcheck disable=SC2086
exec clang-format --dry-run -Werror --style=file $existing
