#!/bin/bash
# The first process of a lab router, in new {net, mount, pid, uts, ipc} namespaces: builds the router's own file
# tree, moves into it, says "ready", then reaps what the daemons leave behind. When it dies, the kernel ends every
# process of the router and takes its mounts and links with them.
#
#   namespace.sh FOLDER NAME free|bound       bound: the router ends when standard input does
set -eu
folder=$1 name=$2 life=$3
root=$folder/root disk=$folder/disk

hostname "$name"
ip link set lo up

# The host's programs, read-only; what a router writes lies on its own disk or in memory.
mount --bind / "$root"
mount -o remount,bind,ro "$root"
for dir in usr lib lib64 bin sbin; do
    if mountpoint -q "/$dir" && [ ! -L "/$dir" ]; then
        mount --bind "/$dir" "$root/$dir"
        mount -o remount,bind,ro "$root/$dir"
    fi
done
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys" # a fresh one: the host's would show the host's interfaces
mount --bind /dev "$root/dev"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$root/dev/pts"
for dir in dev/shm run tmp; do
    mount -t tmpfs -o mode=1777 tmpfs "$root/$dir"
done
chmod 755 "$root/run"
for dir in etc var root home; do
    mount --bind "$disk/$dir" "$root/$dir"
done

mkdir "$root/run/host"
cd "$root"
pivot_root . run/host
cd /
umount -l /run/host
rmdir /run/host

mkdir -p /run/sshd /run/lldpd /run/lock
install -d -o frr -g frrvty -m 0775 /run/frr

set_kernel() { if [ -e "/proc/sys/net/$1" ]; then echo "$2" >"/proc/sys/net/$1"; fi; }
set_kernel ipv4/ip_forward 1
set_kernel ipv4/conf/all/rp_filter 0
set_kernel ipv4/conf/default/rp_filter 0
set_kernel ipv4/icmp_ratelimit 0
set_kernel ipv6/conf/all/forwarding 1
set_kernel ipv6/conf/default/accept_dad 0

echo ready
exec >/dev/null 2>&1
if [ "$life" = bound ]; then
    cat <&0 & # said in so many words, or bash would give it /dev/null
    wait $!
    exit 0
fi
exec </dev/null
while :; do
    sleep infinity &
    wait $! || true
done
