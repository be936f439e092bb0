#!/bin/sh
# What linewright asks of an FRR router. fence.sh (who may still change it), record.sh (what others configured),
# restore.sh (how a configuration is brought back), jobs.sh (an attempt's files), settle.sh and change.sh (the change, and
# what the actions are) are the rest of this script: put together on their way there.
umask 077
# vtysh keeps what it is given by -c in a history file, and frr-reload.py gives it lines with secrets: keep none.
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin VTYSH_HISTFILE=
STATE=$1 READ=$2 ACTION=$3
CONF=/etc/frr/frr.conf
STARTUP=$(readlink -f "$CONF") # where it is a link, what it leads to is the file
STARTUP=${STARTUP:-$CONF}
RELOAD=/usr/lib/frr/frr-reload.py
HOOKS=/etc/linewright # what the router's owner installs: restart-frr, frr-started
LIMITED="timeout -k 5"
why=
MARK=linewright-acknowledge-

now() { read -r up _ </proc/uptime && echo "${up%%.*}"; }
boot() { # which start of the router this is: of the machine, and of its first process (a container starts by itself)
    read -r started </proc/1/stat
    set -- ${started##*) }
    echo "$(cat /proc/sys/kernel/random/boot_id)-${20}"
}
digest() { sha256sum <"$1" | cut -d ' ' -f 1; }
digest_in() { sha256sum | cut -d ' ' -f 1; }
fact() { sed -n "s/^$2 //p" "$1" 2>/dev/null | head -n 1; }
put() { # FILE: whole or not at all, and on disk; the name on the way is nobody's
    case $1 in */*) place=${1%/*} ;; *) place=. ;; esac
    { cat >"$place/.new" && sync "$place/.new" && mv -f "$place/.new" "$1" && sync "$place"; } 2>/dev/null && return 0
    rm -f "$place/.new"
    return 1
}
born() { # PID: when it started, so that a number used again is not taken for it
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    set -- ${stat##*) }
    echo "${20}"
}
same_boot() { [ "$(fact "$1" boot)" = "$(boot)" ]; } # FILE of a pending change
supervised() { # FILE of a pending change: whether its supervisor lives
    same_boot "$1" && alive "$(fact "$1" pid)" && [ "$(born "$(fact "$1" pid)")" = "$(fact "$1" born)" ]
}
alive() { read -r _ _ phase _ 2>/dev/null <"/proc/$1/stat" && [ "$phase" != Z ]; }

# ---- one writer at a time -------------------------------------------------------------------------------------
lock() { # SECONDS
    while :; do
        # Opened for reading: a disk that became read-only must not stop a change from being taken back.
        [ -e "$STATE/lock" ] || (: >>"$STATE/lock") 2>/dev/null
        [ -r "$STATE/lock" ] || return 1
        exec 9<"$STATE/lock"
        if [ "$1" -gt 0 ]; then flock -w "$1" 9 || return 1; else flock -n 9 || return 1; fi
        # clean removes the file: a lock on a file that nobody else can find is no lock
        [ "$STATE/lock" -ef /proc/self/fd/9 ] && return 0
    done
}

worked_on() { # whether somebody holds the lock; asked without taking it, or a change would find it taken
    node=$(stat -c %i "$STATE/lock" 2>/dev/null) && grep -q ":$node " /proc/locks
}

pending() { # the JOB that is armed, being confirmed or being taken back, or was left behind (stale)
    for file in "$STATE"/armed-* "$STATE"/confirming-* "$STATE"/reverting-* "$STATE"/stale-*; do
        if [ -e "$file" ]; then
            name=${file##*/}
            echo "${name#*-}"
            return 0
        fi
    done
    return 1
}

# ---- reading ----------------------------------------------------------------------------------------------------
ask() { # vtysh commands: their output, or a reason in $why
    timeout --foreground -k 2 "$READ" vtysh "$@" 9>&- </dev/null
    case $? in
        0) return 0 ;;
        124 | 137) why="FRR did not answer within $READ seconds (a daemon hangs)" ;;
        *) why="vtysh failed" ;;
    esac
    return 1
}

all_answer() { # vtysh leaves out the lines of a daemon that died, and says nothing
    heard=$(ask -c 'show daemons' 2>/dev/null) || { why="FRR did not answer"; return 1; }
    for socket in /var/run/frr/*.vty; do
        name=${socket##*/} name=${name%.vty}
        case $name in *-* | watchfrr | '*') continue ;; esac
        case "$heard " in
            *" $name "*) ;;
            *) why="$name has died or does not answer"; return 1 ;;
        esac
    done
}

room() { # BYTES: whether so much can be written where we are; a full disk lets FRR and us write empty files
    { head -c "$1" /dev/zero >.room && [ "$(wc -c <.room)" = "$1" ]; } 2>/dev/null
    set -- $?
    rm -f .room
    [ "$1" = 0 ] || why="the router's disk is full or read-only ($PWD)"
    return "$1"
}

running() { # FILE: the whole running configuration, or a reason in $why
    { ask -c 'show running-config no-header' >"$1"; } 2>/dev/null || { room 1; return 1; }
    [ -s "$1" ] || room 1 || return 1
    [ "$(tail -n 1 "$1")" = end ] || { why="the running configuration has no end"; room 4096; return 1; }
    if grep -q '^% ' "$1"; then why="FRR answered with an error instead of its configuration"; return 1; fi
    all_answer
}

plain() { sed -e '/^ *!/d' -e '/^end$/d' -e '/^ *$/d' "$1"; }

NOTING='#!/bin/sh
own=${0%/*}/../sent-lines said=
for word in "$@"; do
    case $said in
        -c) printf "%s\n" "$word" >>"$own" ;;
        -f) [ "$marks" ] || cat "$word" >>"$own" ;;
        -m) marks=yes ;;
    esac
    said=$word
done
exec /usr/bin/vtysh "$@"'

reload() { # FILE
    # frr-reload.py saves to startup unless the file it is given lies in its --confdir under the name frr.conf.
    rm -rf conf && mkdir conf && cp "$1" conf/frr.conf && : >conf/vtysh.conf || return 1
    tool=/usr/bin
    if [ -e since ]; then # what it sends is noted on the way, for the record; not where nothing may be started from this disk
        printf '%s\n' "$NOTING" >conf/vtysh && chmod 700 conf/vtysh && [ -x conf/vtysh ] && tool=$PWD/conf
    fi
    $LIMITED "$(patience)" "$RELOAD" --reload --stdout --log-level critical --bindir "$tool" --confdir "$PWD/conf" \
        --rundir "$PWD/conf" "$PWD/conf/frr.conf" >/dev/null 2>&1 9>&- </dev/null
}

patience() { echo $((60 + $(cat candidate rollback 2>/dev/null | wc -l) / 5)); } # seconds; FRR takes 10 ms a line

