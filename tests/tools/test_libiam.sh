#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# libiam as another program finds it once installed: header, pkg-config and library, and nothing of
# this tree.  usage: test_libiam.sh BUILD EXAMPLE.c
set -eu
build=$1 example=$2
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
meson install -C "$build" --no-rebuild --destdir "$stage" >/dev/null
pc=$(find "$stage" -name libiam.pc)
export PKG_CONFIG_LIBDIR="${pc%/*}" PKG_CONFIG_SYSROOT_DIR=$stage
# shellcheck disable=SC2046
cc -std=gnu99 -Wall -Wextra -Wpedantic -Werror "$example" -o "$stage/program" \
        $(pkg-config --cflags --libs libiam)
printf '#include <iam.h>\nint main(void) { return iam_reason_name(0) == 0; }\n' |
        cc -std=c99 -Wpedantic -Werror -x c - -o "$stage/c99" $(pkg-config --cflags --libs libiam)
lib=$(find "$stage" -name 'libiam.so.1')
export LD_LIBRARY_PATH="${lib%/*}"
"$stage/c99"
# Nobody listens in a stage: the program finds the library and says so.
status=0
said=$("$stage/program" nobody 2>&1 </dev/null) || status=$?
[ "$status" = 1 ] || { echo "status $status: $said"; exit 1; }
objdump -p "$stage/program" | grep -q 'NEEDED.*libiam\.so\.1$'
objdump -p "$stage/program" | grep -q 'LIBIAM_1$'
[ "$(objdump -p "$lib" | grep -c NEEDED)" = 1 ] || { echo "more than libc is needed"; exit 1; }
