#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Packages of a next version: a higher number in every program, and one migration more.  packages.py
# runs this in a mount namespace of its own, in the folder where the packages shall be: the clone is
# covered by an overlay at its own path, so only what differs is built, and the clone stays as it is.
# usage: next-version.sh ROOT BUILD VERSION TARGET...     (BUILD lies in ROOT; what it installs)
set -eu
umask 022
root=$1 build=$2 version=$3
shift 3

mkdir -p "$build/rig"
mount -t tmpfs -o mode=755 rig "$build/rig"
mkdir "$build/rig/upper" "$build/rig/work"
mount -t overlay -o "lowerdir=$root,upperdir=$build/rig/upper,workdir=$build/rig/work" rig "$root"

(
        cd "$root"
        sed -i "s/^  version: '.*',/  version: '$version',/" meson.build
        printf '%s\n' "iamd ($version) bookworm; urgency=medium" '' '  * The next one.' '' \
                ' -- The iamd developers <developers@iamd.org>  Wed, 25 Nov 2026 00:00:00 +0000' '' |
                cat - debian/changelog >"$build/changelog"
        mv "$build/changelog" debian/changelog

        store=daemon/store
        count=$(find "$store/migrations" -name '*.sql' | wc -l)
        made=$(printf 'migrations/%04d_next.sql' $((count + 1)))
        echo 'ALTER TABLE client ADD COLUMN next_release {text};' >"$store/$made"
        sed -i "/^migration_files = files(/,/^)/s|^)|  '$made',\n)|" "$store/meson.build"

        ninja -C "$build" "$@"
        tools/package.sh "$build/next" "$build"
)
# Not "$PWD", which the overlay covers by now.
cp "$build"/next/*.deb .
