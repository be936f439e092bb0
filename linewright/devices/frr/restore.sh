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
    [ ! -e since ] || cat steps >>sent-lines
    $LIMITED "$(patience)" vtysh -f "$PWD/steps" >/dev/null 2>&1 9>&- </dev/null
    rm -f steps
}

MEMORY="/run /dev/shm /tmp"

# ---- back to before ------------------------------------------------------------------------------------------------
# Our own lines first: they take a tenth of frr-reload's time and no secret appears in the process list. frr-reload
# for what they do not reach, and once more ours for what frr-reload does not see (line vty, password). Where that does
# not get there, because a daemon hangs or is dead or lines stay, FRR is started again with the text from before. Only
# equal text ends it well.
restore() {
    [ -s rollback ] || { why="the text from before is gone"; return 1; } # against nothing, everything would go
    home=$PWD memory= wait=$(fact order wait)
    # Not the time limit that a caller gave: what a slow router is allowed decides whether all its sessions go down.
    wait=${wait:-60} READ=20
    [ "$READ" -le "$wait" ] || READ=$wait
    room $(($(wc -c <rollback) * 3 + 65536)) || in_memory || return 1
    $LIMITED 5 vtysh -f /dev/null >/dev/null 2>&1 9>&- </dev/null # ends what a killed sender began
    sent candidate
    send_from
    again=
    steps lines lines reload reload reload lines last
    back=$?
    # Lines that are those from before, in another order, are not worth a new start.
    if [ "$back" -ne 0 ] && ! { [ "$back" -eq 1 ] && same_lines; }; then
        first=$why
        if start_again; then
            steps lines reload reload last
            back=$?
            again="FRR was started again: $first"
            [ "$back" -eq 0 ] || why="$first; after a new start of FRR $why"
        else
            why="$first; $why"
        fi
    fi
    if [ -e boot.conf ]; then sent boot.conf; else sent; fi
    # FRR that somebody started again shows the text from before, and leaves a port shut that the change had shut.
    [ "$back" -ne 0 ] || mend_links
    if ! put_back && [ "$back" -eq 0 ]; then back=1 why="the startup file could not be put back"; fi
    cd "$home" || return 1
    [ -z "$memory" ] || rm -rf "$memory"
    [ "$back" -ne 0 ] || why=$again
    return "$back"
}

steps() { # WORD...: until the text is equal; 1 when it is not after the last, 2 when FRR does not give its text
    for step in "$@"; do
        begun=$(now)
        until running shown; do
            # Waited for: a daemon that is busy, or that somebody else starts again. Not for ever.
            [ $(($(now) - begun)) -lt "$wait" ] || return 2
            sleep 1
        done
        ! cmp -s shown rollback || return 0
        case $step in
            lines) lines shown rollback ;;
            reload) reload rollback ;;
        esac
    done
    why="$(diff rollback shown | grep -c '^[<>]') lines differ from before"
    return 1
}

same_lines() {
    flat rollback | sort >wanted && flat shown | sort | cmp -s - wanted
}

in_memory() { # the disk became full or read-only: go on without it
    for place in $MEMORY; do
        memory=$(mktemp -d "$place/linewright.XXXXXX" 2>/dev/null) || continue
        { echo "pid $$" && echo "born $(born $$)" && echo "boot $(boot)"; } 2>/dev/null >"$memory/user"
        for file in rollback startup no-startup linked candidate links addresses order since sent-lines; do
            [ ! -e "$file" ] || cp "$file" "$memory" 2>/dev/null
        done
        cmp -s rollback "$memory/rollback" && cd "$memory" && return 0
        rm -rf "$memory"
    done
    memory= why="there is no room to work in"
    return 1
}

forget_memory() { # what one left in memory that was killed while it worked there
    for place in $MEMORY; do
        for left in "$place"/linewright.??????; do
            if [ -d "$left" ] && [ ! -L "$left" ] && [ -O "$left" ] && ! supervised "$left/user"; then rm -rf "$left"; fi
        done
    done
}

# ---- FRR started again -----------------------------------------------------------------------------------------------
restarter() { # how FRR can be started again here; nothing when it cannot
    if [ -x "$HOOKS/restart-frr" ] && [ -O "$HOOKS/restart-frr" ]; then
        echo hook
    elif [ -d /run/systemd/system ] && systemctl cat frr.service >/dev/null 2>&1; then
        echo systemd
    elif [ -x /usr/lib/frr/frrinit.sh ] && [ -e /etc/frr/daemons ]; then
        echo frrinit
    fi
}

start_again() { # with the text from before as its startup file
    [ "$(fact order restart)" != no ] || { why="FRR may not be started again here"; return 1; }
    way=$(restarter)
    [ -n "$way" ] || { why="there is no way to start FRR again here"; return 1; }
    if ! grep -v '^end$' rollback >boot.conf || ! install_startup boot.conf; then
        why="the startup file to start FRR again with could not be written"
        return 1
    fi
    for number in /var/run/frr/*.pid; do # one that hangs hears nothing else
        name=${number##*/} name=${name%.pid}
        [ -e "/var/run/frr/$name.vty" ] && [ "$name" != watchfrr ] || continue
        timeout --foreground -k 1 3 vtysh -d "$name" -c 'show version' >/dev/null 2>&1 9>&- </dev/null ||
            kill -s KILL "$(cat "$number")" 2>/dev/null
    done
    sweep
    case $way in # fd 9 is the lock: a daemon that inherited it would hold it for ever
        hook) $LIMITED 120 "$HOOKS/restart-frr" ;;
        systemd) $LIMITED 120 systemctl restart frr.service ;;
        frrinit) $LIMITED 120 /usr/lib/frr/frrinit.sh restart ;;
    esac >/dev/null 2>&1 9>&- </dev/null
    mend_links
    return 0
}

# A zebra that starts removes the routes that one before it left in the kernel, but takes those without a next hop for
# its own and keeps them for ever (8.4.4). One that ends by itself leaves none.
sweep() {
    for try in 1 2 3 4 5; do
        ! alive "$(cat /var/run/frr/zebra.pid 2>/dev/null)" || sleep 0.2
    done
    ! alive "$(cat /var/run/frr/zebra.pid 2>/dev/null)" || return 0
    for family in -4 -6; do
        for kind in blackhole unreachable prohibit; do
            for protocol in 11 $(seq 186 198); do # zebra and the daemons of FRR (rtnetlink.h, rt_netlink.h of zebra)
                ip "$family" route flush table all type "$kind" proto "$protocol"
            done
        done
    done >/dev/null 2>&1 9>&-
}

# zebra puts addresses and routes into the kernel, and one that was killed takes nothing out again. Only what our own
# lines brought is put right: the text from before is what FRR itself has just read.
keep_links() { # before the change
    ip -oneline link show >links 2>/dev/null && ip -oneline address show >addresses 2>/dev/null || rm -f links addresses
}

mend_links() {
    [ -s links ] && [ -s addresses ] || return 0
    sed -n 's/^ *interface \([A-Za-z0-9._-]*\).*/\1/p' candidate | sort -u | while read -r port; do
        was=$(sed -n "s/^[0-9]*: $port[@:].*<\([^>]*\)>.*/,\1,/p" links)
        is=$(ip -oneline link show dev "$port" 2>/dev/null | sed -n 's/.*<\([^>]*\)>.*/,\1,/p')
        case "$was/$is" in
            *,UP,*/*,UP,*) ;;
            *,UP,*/?*) ip link set dev "$port" up ;;
            ?*/*,UP,*) ip link set dev "$port" down ;;
        esac
    done >/dev/null 2>&1 9>&-
    awk '$1 == "interface" { port = $2 } $1 == "exit" { port = "" }
        port && $1 ~ /^ip(v6)?$/ && $2 == "address" { print port, $3 }' candidate | while read -r port address; do
        grep -q "^[0-9]*: $port .* $address " addresses || grep -qE "^ *ip(v6)? address $address( |\$)" rollback ||
            ip address del "$address" dev "$port"
    done >/dev/null 2>&1 9>&-
}

# ---- the startup file ------------------------------------------------------------------------------------------------
keep_startup() {
    [ ! -L "$CONF" ] || readlink "$CONF" >linked || return 1
    if [ -e "$STARTUP" ]; then cat "$STARTUP" >startup; else : >no-startup; fi
}

as_kept() { # whether the startup file is as it was before
    if [ -e no-startup ]; then [ ! -e "$STARTUP" ]; else cmp -s startup "$STARTUP"; fi
}

relink() { # FRR that saves puts a file in the place of a link; what the link leads to is what the router keeps
    [ -e linked ] && [ ! -L "$CONF" ] || return 0
    place=${CONF%/*}
    target=$(cd "$place" && readlink -f "$(cat "$OLDPWD/linked")") && [ -n "$target" ] || return 1
    if [ -e "$CONF" ]; then
        cp -p "$CONF" "$target.linewright" && mv "$target.linewright" "$target" && sync "$target" || return 1
    fi 2>/dev/null
    ln -s "$(cat linked)" "$CONF.linewright" && mv -T "$CONF.linewright" "$CONF" && STARTUP=$target
}

install_startup() { # FILE: as the startup file, whole or not at all, with the owner and mode that it has
    cmp -s "$1" "$STARTUP" && return 0
    if { [ ! -e "$STARTUP" ] || cp -p "$STARTUP" "$STARTUP.linewright"; } && cat "$1" >"$STARTUP.linewright" &&
        { [ -e "$STARTUP" ] || chown --reference="${STARTUP%/*}" "$STARTUP.linewright"; } &&
        cmp -s "$1" "$STARTUP.linewright" && mv "$STARTUP.linewright" "$STARTUP"; then
        sync "$STARTUP" "${STARTUP%/*}"
        return 0
    fi 2>/dev/null
    rm -f "$STARTUP.linewright" 2>/dev/null
    return 1
}

put_back() { # the startup file as it was
    relink 2>/dev/null || return 1
    if [ -e no-startup ]; then
        rm -f "$STARTUP" 2>/dev/null
        sync "${STARTUP%/*}"
        as_kept
        return
    fi
    [ -e startup ] || return 0
    install_startup startup && return 0
    # FRR keeps the file before the last save beside it, and a rename needs no room
    if cmp -s startup "$STARTUP.sav"; then mv "$STARTUP.sav" "$STARTUP"; else return 1; fi
}

save() { # running to startup, read back: FRR says OK even when the disk is full and it left an empty file
    if ! ask -c 'write memory' >/dev/null 2>&1; then
        (cd "${STARTUP%/*}" && room 1) || why="FRR could not write the startup file: its disk is full or read-only"
        return 1
    fi
    if ! running shown; then
        :
    elif [ "$(digest shown)" != "$(cat after)" ]; then # between the look before and now
        why="somebody changed the running configuration while it was saved"
    elif ! relink; then
        why="FRR put a file in the place of the link $CONF, and the link could not be put back"
    else
        plain shown >shown.plain
        if plain "$STARTUP" | cmp -s - shown.plain; then sync "$STARTUP" && return 0; fi
        why="FRR said that it saved, but the startup file is not the running configuration (is the disk full?)"
    fi
    put_back || why="$why; the old startup file could not be put back either"
    return 1
}
