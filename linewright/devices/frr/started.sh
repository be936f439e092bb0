#!/bin/sh
# Installed by a router's owner as /etc/linewright/frr-started (root's, mode 0700), and called whenever FRR has started
# and read its startup file: a change that waited for its confirmation is taken back. docs/devices-frr.md says how it
# is called. The script that lies with each change does the work, so that an older change is settled by its own.
#
#   frr-started [STATE]     STATE is the directory of linewright on the router
state=${1:-/var/lib/linewright}
for file in "$state"/armed-* "$state"/reverting-* "$state"/confirming-*; do
    [ -e "$file" ] || continue
    name=${file##*/}
    job=${name#*-}
    script=$state/job-$job/change.sh
    [ -O "$script" ] && sh "$script" "$state" 20 started "$job" </dev/null >/dev/null 2>&1
done
exit 0
