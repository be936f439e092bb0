# Read by bash inside a lab router whose links are in place: starts what a router runs, in the order of a real boot.
#
#   boot.sh ADDRESS MANAGEMENT SPARES     SPARES is a list of words
#
# Exit status: 0 all is running; 10 a program did not start; 11 vtysh refused lines of /etc/frr/frr.conf.
set -u
address=$1 management=$2 spares=$3

need() { # command...: its output appears only when it fails
    local said
    said=$("$@" 2>&1 </dev/null) || { echo "$1: $said"; exit 10; }
}

for port in $spares; do # a port with nothing plugged in: a tap that nobody opens has no carrier
    ip link show dev "$port" >/dev/null 2>&1 || need ip tuntap add dev "$port" mode tap
done
for link in /sys/class/net/*; do
    need ip link set dev "${link##*/}" up
done

/etc/linewright/restart-frr || exit

wait_for() { # seconds, command...: until it succeeds
    local tries=$(($1 * 20))
    while ! "${@:2}"; do
        ((tries--)) || return 1
        sleep 0.05
    done
}
has_address() { [ -n "$(ip -oneline address show to "$address")" ]; }
configured() { ! grep -qsx lldpcli /proc/[0-9]*/comm; } # lldpd has one of its own read /etc/lldpd.conf, and sends nothing before
listens() { [ -s /run/sshd.pid ]; } # it goes to the background before it listens, and writes its number after

wait_for 5 has_address || { echo "$management has no address $address"; exit 10; } # zebra sets it in its own time
need /usr/sbin/sshd
wait_for 10 listens || { echo "sshd does not listen on $address"; exit 10; }
need /usr/sbin/lldpd -I "*,!$management,!lo" -m "$address" -S "FRRouting on Linux"
# Whoever sets something while it is still held up by that would hold it up for good.
wait_for 20 configured || { echo "lldpd does not end reading its configuration"; exit 10; }
if [ -x /etc/rc.local ]; then
    need /etc/rc.local
fi
