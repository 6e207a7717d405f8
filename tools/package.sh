#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the Debian packages of this clone from a copy of its files, so that only OUT is written.
# usage: package.sh OUT [BUILT]     BUILT: a build directory; its files are packed as they are
set -eu
umask 022

root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
built=${2:+$(cd "$2" && pwd)}

version=$(sed -n "s/^  version: '\(.*\)',/\1/p" "$root/meson.build")
packaged=$(dpkg-parsechangelog -l "$root/debian/changelog" -S Version)
if [ "$version" != "$packaged" ]; then
        echo "meson.build says version $version, debian/changelog $packaged" >&2
        exit 1
fi

rm -rf "$out/source" "$out"/*.deb "$out"/*.changes "$out"/*.buildinfo
mkdir "$out/source"
git -C "$root" ls-files -z --cached --others --exclude-standard |
        (cd "$root" && tar --create --null --files-from=- --ignore-failed-read --no-recursion) |
        tar --extract --directory "$out/source"

cd "$out/source"
if [ -n "$built" ]; then
        # Symbols are a package of their own, which no test installs.
        export IAM_BUILT_TREE="$built" DEB_BUILD_OPTIONS=noautodbgsym
        dpkg-buildpackage --build=binary --no-sign --no-check-builddeps
else
        dpkg-buildpackage --build=binary --no-sign
fi
rm -rf "$out/source"
