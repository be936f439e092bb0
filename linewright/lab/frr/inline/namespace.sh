#!/bin/bash
# The first process of a device in line (an encryptor): a network namespace with bridges in it, no program, no address.
# It has the name of a router's first process, by which processes of a lab are found.
#
#   namespace.sh FOLDER NAME free|bound       bound: it ends when standard input does
set -eu
name=$2 life=$3
hostname "$name"
if [ -e /proc/sys/net/ipv6 ]; then # nothing of its own on any cable
    echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
    echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
fi
echo ready
exec >/dev/null 2>&1
if [ "$life" = bound ]; then
    cat <&0 &
    wait $!
    exit 0
fi
exec </dev/null
while :; do
    sleep infinity &
    wait $! || true
done
