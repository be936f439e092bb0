#!/bin/sh
# What linewright asks of an FRR router, and how a configuration is brought back. change.sh is the rest of this
# script: the two are put together on their way to the router.
umask 077
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
STATE=$1 READ=$2 ACTION=$3
STARTUP=/etc/frr/frr.conf
RELOAD=/usr/lib/frr/frr-reload.py
LIMITED="timeout -k 5"
why=
MARK=linewright-acknowledge-

now() { read -r up _ </proc/uptime && echo "${up%%.*}"; }
boot() { cat /proc/sys/kernel/random/boot_id; }
digest() { sha256sum <"$1" | cut -d ' ' -f 1; }
fact() { sed -n "s/^$2 //p" "$1" 2>/dev/null | head -n 1; }
put() { # FILE: whole or not at all, and on disk; the name on the way is nobody's
    case $1 in */*) place=${1%/*} ;; *) place=. ;; esac
    cat >"$place/.new" && sync "$place/.new" && mv -f "$place/.new" "$1" && sync "$place"
}
alive() { read -r _ _ phase _ 2>/dev/null <"/proc/$1/stat" && [ "$phase" != Z ]; }

# ---- one writer at a time -------------------------------------------------------------------------------------
lock() { # SECONDS
    while :; do
        exec 9>>"$STATE/lock" || return 1
        if [ "$1" -gt 0 ]; then flock -w "$1" 9 || return 1; else flock -n 9 || return 1; fi
        # clean removes the file: a lock on a file that nobody else can find is no lock
        [ "$STATE/lock" -ef /proc/self/fd/9 ] && return 0
    done
}

pending() { # the JOB that is armed, being confirmed or being taken back
    for file in "$STATE"/armed-* "$STATE"/confirming-* "$STATE"/reverting-*; do
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

running() { # FILE: the whole running configuration, or a reason in $why
    ask -c 'show running-config no-header' >"$1" 2>/dev/null || return 1
    [ "$(tail -n 1 "$1")" = end ] || { why="the running configuration has no end"; return 1; }
    if grep -q '^% ' "$1"; then why="FRR answered with an error instead of its configuration"; return 1; fi
    all_answer
}

plain() { sed -e '/^ *!/d' -e '/^end$/d' -e '/^ *$/d' "$1"; }

reload() { # FILE
    # frr-reload.py saves to startup unless the file it is given lies in its --confdir under the name frr.conf.
    rm -rf conf && mkdir conf && cp "$1" conf/frr.conf && : >conf/vtysh.conf || return 1
    $LIMITED "$(patience)" "$RELOAD" --reload --stdout --log-level critical --confdir "$PWD/conf" \
        --rundir "$PWD/conf" "$PWD/conf/frr.conf" >/dev/null 2>&1 9>&- </dev/null
}

patience() { echo $((60 + $(cat candidate rollback 2>/dev/null | wc -l) / 5)); } # seconds; FRR takes 10 ms a line

# ---- texts -------------------------------------------------------------------------------------------------------
FLAT='
function place(    d, text) {
    line = $0; sub(/[ \t\r]+$/, "", line)
    if (line !~ /[^ ]/) return 0
    depth = match(line, /[^ ]/) - 1; body = substr(line, depth + 1)
    if (body ~ /^!/ || body == "end" || body == "exit" || body ~ /^exit-/ || body ~ /^frr (version|defaults) /) return 0
    path[depth] = body; key = ""
    for (d = 0; d < depth; d++) if (d in path) key = key path[d] "\001"
    return 1
}'
flat() { awk "$FLAT place() { print key body }" "$1"; } # each line behind the sections that lead to it

lines() { # FROM TO: what stands between two texts, as lines; errors are passed over, the text decides afterwards
    awk "$FLAT"'
    function enter(where,    n, part, i) {
        n = split(where, part, "\001")
        for (i = 1; i < n; i++) print part[i]
        return n - 1
    }
    function leave(n) { while (n-- > 0) print "exit" }
    function undo(text) {
        if (text ~ /^(enable )?password /) { sub(/password .*/, "password", text); return "no " text }
        return text ~ /^no / ? substr(text, 4) : "no " text
    }
    FNR == 1 { file++; delete path }
    !place() { next }
    file == 1 { have[key body] = 1; key1[++n1] = key; body1[n1] = body }
    file == 2 { want[key body] = 1; key2[++n2] = key; body2[n2] = body }
    END {
        for (i = n1; i > 0; i--) if (!((key1[i] body1[i]) in want)) { n = enter(key1[i]); print undo(body1[i]); leave(n) }
        for (i = 1; i <= n2; i++) if (!((key2[i] body2[i]) in have)) { n = enter(key2[i]); print body2[i]; leave(n) }
    }' "$1" "$2" >steps
    $LIMITED "$(patience)" vtysh -f "$PWD/steps" >/dev/null 2>&1 9>&- </dev/null
    rm -f steps
}

# ---- back to before ------------------------------------------------------------------------------------------------
# Our own lines first: they take a tenth of frr-reload's time and no secret appears in the process list. frr-reload
# for what they do not reach, and once more ours for what frr-reload does not see (line vty, password). Only equal
# text ends it well.
restore() {
    [ -s rollback ] || { why="the text from before is gone"; return 1; } # against nothing, everything would go
    $LIMITED "$READ" vtysh -f /dev/null >/dev/null 2>&1 9>&- </dev/null # ends what a killed sender began
    for step in lines lines reload reload reload lines last; do
        begun=$(now)
        until running shown; do
            [ $(($(now) - begun)) -lt 120 ] || { put_back; return 1; }
            sleep 3
        done
        if cmp -s shown rollback; then
            put_back && return 0
            why="the startup file could not be put back"
            return 1
        fi
        case $step in
            lines) lines shown rollback ;;
            reload) reload rollback ;;
        esac
    done
    why=$(diff rollback shown | grep -c '^[<>]')" lines differ from before"
    put_back
    return 1
}

keep_startup() { if [ -e "$STARTUP" ]; then cat "$STARTUP" >startup; fi; }

put_back() { # the startup file as it was; a full disk must not leave half of one
    [ -e startup ] || return 0
    cmp -s startup "$STARTUP" && return 0
    if cp -p "$STARTUP" "$STARTUP.linewright" && cat startup >"$STARTUP.linewright" &&
        cmp -s startup "$STARTUP.linewright" && mv "$STARTUP.linewright" "$STARTUP"; then
        sync "$STARTUP" "${STARTUP%/*}"
        return 0
    fi 2>/dev/null
    rm -f "$STARTUP.linewright"
    # FRR keeps the file before the last save beside it, and a rename needs no room
    if cmp -s startup "$STARTUP.sav"; then mv "$STARTUP.sav" "$STARTUP"; else return 1; fi
}

save() { # running to startup, read back: FRR says OK even when the disk is full and it left an empty file
    ask -c 'write memory' >/dev/null 2>&1 || return 1
    running shown || return 1
    plain shown >shown.plain
    if plain "$STARTUP" | cmp -s - shown.plain; then sync "$STARTUP" && return 0; fi
    why="FRR said that it saved, but the startup file is not the running configuration (is the disk full?)"
    put_back || why="$why; the old startup file could not be put back either"
    return 1
}
