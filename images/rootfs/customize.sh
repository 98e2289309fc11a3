#!/bin/sh
# mmdebstrap's customize hooks; "$2" is the root file system.
#   divert  before our files come: Debian's stages of runit step aside, in a way that dpkg knows
#   clean   at the end: removes what the build left behind and whatever would differ from one build or machine to the next
set -eu
root=$2

case $1 in
divert)
	for stage in 1 2 3; do
		chroot "$root" dpkg-divert --quiet --local --rename --divert "/etc/runit/$stage.distrib" --add "/etc/runit/$stage"
	done
	# A service that only sleeps until a system logger is installed.
	rm -f "$root/etc/runit/runsvdir/default/default-syslog"
	# runit looks after each package that has a program whether its own services fit to it: some forty processes, which find none
	# here, where services are given (decision 30), and which have that sleeper back each time.
	rm -f "$root/var/lib/dpkg/info/runit.triggers"
	sed -i '/ runit\/noawait$/d' "$root/var/lib/dpkg/triggers/File"
	;;
clean)
	mkdir -p "$root/host"
	ln -sfn ../proc/self/mounts "$root/etc/mtab"
	: > "$root/etc/machine-id"
	# Not /tmp, /run nor the lists of apt: mmdebstrap keeps its configuration of apt there until it has cleaned them itself.
	find "$root/var/log" -type f -delete
	rm -f "$root/etc/apt/apt.conf.d/99mmdebstrap" "$root/etc/dpkg/dpkg.cfg.d/99mmdebstrap" \
		"$root/etc"/passwd- "$root/etc"/group- "$root/etc"/shadow- "$root/etc"/gshadow- "$root/etc"/subuid- "$root/etc"/subgid- \
		"$root/var/lib/systemd/random-seed" "$root/etc/ssh"/ssh_host_*
	rm -rf "$root/var/cache/debconf"/*-old "$root/var/lib/dpkg"/*-old "$root/var/cache/ldconfig"/*
	;;
esac
