# ---- who may still change this router ----------------------------------------------------------------------------
# Each job that takes a router over gets a higher number than the one before it, from the journal that they share. An
# applier that slept (a laptop's lid, a hung disk) does not know that another took over: the router does, and refuses it.
# STATE/fences has one line per journal, "NAME NUMBER", the newest last; it outlives every change and its clearing away.
FENCES=64 # so many journals are remembered

fence() { # JOURNAL NUMBER: whether it may go on; from then on no lower one may. Ends with `unfence`, which lets others ask
    [ "${1:--}" != - ] || return 0
    while :; do
        [ -r "$STATE" ] || { why="there is no place for it"; return 2; }
        exec 8<"$STATE" # the folder itself is the lock: it is held for a moment, also while a change is at work
        flock -w 10 8 || { why="its state is locked"; return 2; }
        [ "$STATE" -ef /proc/self/fd/8 ] && break
    done
    seen=$(fact "$STATE/fences" "$1")
    seen=${seen:-0}
    if [ "$2" -lt "$seen" ]; then why="$seen"; return 1; fi
    [ "$2" -gt "$seen" ] || return 0
    {
        { grep -v "^$1 " "$STATE/fences" 2>/dev/null; echo "$1 $2"; } | tail -n "$FENCES" >"$STATE/.fences" &&
            [ "$(tail -n 1 "$STATE/.fences")" = "$1 $2" ] && sync "$STATE/.fences" &&
            mv -f "$STATE/.fences" "$STATE/fences" && sync "$STATE"
    } 2>/dev/null && return 0
    rm -f "$STATE/.fences" 2>/dev/null
    why="no state could be written to disk"
    return 2
}

unfence() { exec 8<&-; }

announce() { # JOURNAL NUMBER: before anything is sent, so that what an older job still has under way is refused from now on
    if ! said=$({ mkdir -p "$STATE" && chmod 700 "$STATE" && cd "$STATE" && [ -O . ]; } 2>&1); then
        printf 'outcome refused\nreason silent\nnote %s\n' "${said:-$STATE belongs to somebody else}"
        return
    fi
    fence "$1" "$2"
    case $? in
        0) echo "outcome clean" ;;
        1) printf 'outcome refused\nreason fenced\nnote %s\n' "$why" ;;
        *) printf 'outcome refused\nreason silent\nnote %s\n' "$why" ;;
    esac
}

overtaken() { # FILE: whether another job has taken this router over since; the report says so
    fence "$journal" "$number"
    case $? in
        0) unfence; return 1 ;;
        1) report "$1" refused fenced "$why" ;;
        *) report "$1" refused silent "$why" ;;
    esac
    unfence
}

