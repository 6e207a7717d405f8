#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# clang-tidy over compile_commands.json; a file is passed over when it, its headers, its flags and
# .clang-tidy are what they were when it last passed.  The record is BUILD/tidy/.
# usage: check_tidy.sh BUILD [FILE...]
exec /usr/bin/python3 "$(dirname "$0")/tidy.py" "$@"
