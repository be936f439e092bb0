#!/bin/bash
# Installed on a lab router as /etc/linewright/restart-frr (@DAEMONS@ filled in): starts FRR with its startup file, or
# ends it and starts it again, then calls the start hook.
#
# Exit status: 0 FRR runs; 10 a daemon did not start; 11 vtysh refused lines of /etc/frr/frr.conf.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
daemons="@DAEMONS@"
log=/var/log/frr/frr.log

need() { # command...: its output appears only when it fails
    local said
    said=$("$@" 2>&1 </dev/null) || { echo "$1: $said"; exit 10; }
}

still() { # the numbers of the daemons that run
    local file pid
    for file in /run/frr/*.pid; do
        read -r pid 2>/dev/null <"$file" && kill -0 "$pid" 2>/dev/null && echo "$pid"
    done
}

for signal in TERM KILL; do # one that hangs ends with the second only
    for _ in {1..100}; do
        pids=$(still)
        [ -n "$pids" ] || break 2
        kill -s "$signal" $pids 2>/dev/null
        sleep 0.05
    done
done
rm -f /run/frr/*.pid /run/frr/*.vty

frr() { need "/usr/lib/frr/$1" -d -A 127.0.0.1 "${@:2}" --log "file:$log" --log-level informational; }
frr zebra -s 90000000
pids=
for daemon in $daemons; do
    (frr "$daemon") &
    pids="$pids $!"
done
for pid in $pids; do
    wait "$pid" || exit 10
done
vtysh -b >/var/log/frr/boot.log 2>&1
refused=$?
if [ -x /etc/linewright/frr-started ]; then
    setsid /etc/linewright/frr-started </dev/null >/dev/null 2>&1 &
fi
[ "$refused" -eq 0 ] || exit 11
