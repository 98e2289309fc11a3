# Runs packages' scripts in a root file system, and says what they leave. Run as root, in a mount namespace of its own.
#   prepare DIR ROOTFS.TAR        unpacks the root file system into DIR/root
#   run DIR COMMAND…              runs a program in it, in its folder /debs
#   list DIR                      writes path, type, mode, user, group, size, time of change and target of all that is there
#   pack DIR LIST TAR EPOCH       packs what LIST names, each name ended by NUL, into TAR
dir=$2
root=$dir/root
action=$1
case $action in
prepare)
	mkdir "$root"
	tar -xpf "$3" -C "$root" --exclude='./dev/*'
	mkdir -p "$root/debs" "$root/proc"
	for device in null zero full random urandom tty; do : > "$root/dev/$device"; done
	printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
	chmod 755 "$root/usr/sbin/policy-rc.d"
	;;
run)
	shift 2
	for device in null zero full random urandom tty; do mount --bind "/dev/$device" "$root/dev/$device"; done
	mount -t proc proc "$root/proc" 2> /dev/null || mount --rbind /proc "$root/proc"
	exec chroot "$root" env -i --chdir=/debs PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"
	;;
list)
	cd "$root"
	find . -mindepth 1 \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./run -o -path ./tmp -o -path ./debs \) -prune \
		-o -printf '%P\0%y\0%m\0%U\0%G\0%s\0%C@\0%l\0'
	;;
pack)
	cp "$3" "$root/debs/list"
	chroot "$root" tar --format=gnu --blocking-factor=1 --no-recursion --mtime="@$5" -C / -cf /debs/effects.tar --null -T /debs/list
	cp "$root/debs/effects.tar" "$4"
	;;
esac
