#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Turns migrations into C: embed_sql.py OUT.c NNNN_name.sql ...  Comment lines are left out."""
import os
import sys


def literal(path):
    lines = []
    with open(path, encoding="ascii") as sql:
        for line in sql:
            line = line.rstrip("\n")
            if line and not line.lstrip().startswith("--"):
                lines.append(line)
    quoted = (line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return "\n".join(f'        "{line}\\n"' for line in quoted)


def main():
    out, paths = sys.argv[1], sys.argv[2:]
    rows = []
    for number, path in enumerate(paths, start=1):
        name = os.path.basename(path).removesuffix(".sql")
        if int(name.split("_")[0]) != number:
            sys.exit(f"{path}: migrations are numbered without a gap, expected {number:04}")
        rows.append(f'        {{ {number}, "{name}",\n{literal(path)} }},\n')
    with open(out, "w", encoding="ascii") as c:
        c.write("/* Made by tools/embed_sql.py. */\n")
        c.write('#include "daemon/store/migrations.h"\n\n')
        c.write("const Migration store_migrations[] = {\n" + "".join(rows) + "};\n")
        c.write("const size_t store_migrations_n = ELEMENTSOF(store_migrations);\n")


main()
