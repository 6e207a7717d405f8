#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Boots one test host; host.py runs this in a mount namespace of its own, so the mounts end with it.
# usage: boot-host.sh WORKDIR BASE NAME [TREE...]     (TREE: copied over the base)
set -eu
umask 022
work=$1 base=$2 name=$3
shift 3

mount -t tmpfs -o mode=755 rig "$work"
mkdir "$work/upper" "$work/work" "$work/root"
mount -t overlay -o "lowerdir=$base,upperdir=$work/upper,workdir=$work/work" rig "$work/root"
for tree in "$@"; do
        cp -a -T "$tree" "$work/root"
done
echo "$name" >"$work/root/etc/hostname"
echo "127.0.0.1 localhost $name" >"$work/root/etc/hosts"

# systemd-nspawn leaves a folder in each cgroup tree and below /run; here both are ours to remove.
mount -t tmpfs -o mode=755 rig /run
for tree in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup; do
        [ -e "$tree/cgroup.procs" ] || continue
        mkdir -p "$tree/iam-rig-$$"
        echo $$ >"$tree/iam-rig-$$/cgroup.procs"
done

# iamd locks its keys into memory, which nspawn's system call filter ties to CAP_IPC_LOCK.
# No machined, no unit of the machine's own service manager, no network but the host's loopback.
# 133 is how it says that the host wants to be started again.
status=133
while [ "$status" = 133 ]; do
        status=0
        systemd-nspawn --quiet --directory "$work/root" --machine "$name" --boot \
                --register=no --keep-unit --private-network --console=pipe \
                --capability=CAP_IPC_LOCK || status=$?
done
exit "$status"
