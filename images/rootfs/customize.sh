#!/bin/sh
# mmdebstrap's customize hook; "$1" is the root file system. Removes what the build left behind and whatever would
# differ from one build or one machine to the next.
set -eu
root=$1
mkdir -p "$root/host"
ln -sfn ../proc/self/mounts "$root/etc/mtab"
: > "$root/etc/machine-id"
find "$root/var/log" "$root/var/cache/apt" "$root/var/lib/apt/lists" -type f -delete
rm -f "$root/etc/apt/apt.conf.d/99mmdebstrap" "$root/etc/dpkg/dpkg.cfg.d/99mmdebstrap"
rm -rf "$root/var/cache/debconf"/*-old "$root/var/lib/dpkg"/*-old "$root/var/cache/ldconfig"/* \
	"$root/etc"/passwd- "$root/etc"/group- "$root/etc"/shadow- "$root/etc"/gshadow- "$root/etc"/subuid- "$root/etc"/subgid- \
	"$root/var/lib/systemd/random-seed" "$root/etc/ssh"/ssh_host_* "$root/run"/* "$root/tmp"/* \
	"$root/usr/share/zoneinfo"/right
