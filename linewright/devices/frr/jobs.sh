# ---- before a change -------------------------------------------------------------------------------------------------
able() {
    way=$(restarter)
    echo "restart ${way:-no}"
    if [ -x "$HOOKS/frr-started" ] && [ -O "$HOOKS/frr-started" ] &&
        { grep -qs "$HOOKS/frr-started" "$HOOKS/restart-frr" ||
            systemctl cat frr.service 2>/dev/null | grep -q "$HOOKS/frr-started"; }; then
        echo "start yes"
    else
        echo "start no"
    fi
    echo "outcome able"
}

begin() { # JOB
    if ! said=$({ mkdir -p "$STATE" && chmod 700 "$STATE" && cd "$STATE" && [ -O . ]; } 2>&1); then
        printf 'outcome refused\nnote %s\n' "${said:-$STATE belongs to somebody else}"
        return
    fi
    for used in "$STATE/job-$1/applied" "$STATE/armed-$1" "$STATE/confirming-$1" "$STATE/reverting-$1"; do
        if [ -e "$used" ]; then echo "outcome used"; return; fi
    done
    if [ -e "$STATE/stale-$1" ]; then echo "outcome used"; return; fi
    # One at a time, or the second would remove what the first has just made.
    exec 8<"$STATE"
    flock -w 10 8 || { printf 'outcome refused\nnote its state is locked\n'; return; }
    # Somebody may just be applying it, and not have come as far as to say so.
    if [ -e "$STATE/job-$1" ] && [ -z "$(find "$STATE/job-$1" -maxdepth 0 -mmin +10)" ]; then
        echo "outcome young"
        return
    fi
    rm -rf "$STATE/job-$1"
    if ! said=$(mkdir "$STATE/job-$1" 2>&1); then
        printf 'outcome refused\nnote %s\n' "$said"
        return
    fi
    exec 8<&-
    echo "outcome begun"
}

check() { # JOB SHA256
    cd "$STATE/job-$1" && [ "$(digest candidate)" = "$2" ] || { echo "outcome candidate"; return; }
    echo "outcome checked"
    { timeout -k 2 60 vtysh -C -f candidate 2>&1 </dev/null; echo "exit status $?"; } | head -c 20000 | sed 's/^/words /'
}

discard() { # JOB
    [ -e "$STATE/job-$1/applied" ] || rm -rf "$STATE/job-$1"
    rmdir "$STATE" 2>/dev/null
    echo "outcome clean"
}

# ---- after a change ------------------------------------------------------------------------------------------------
# Configuration text holds secrets, and nobody may ever come back for it. `applied` also keeps an attempt used.
forget() { # FOLDER [FILE]: remove all of a job but what tells its outcome, and FILE
    find "$1" -mindepth 1 -maxdepth 1 ! -name change.sh ! -name order ! -name sent ! -name applied ! -name expired \
        ! -name restored ! -name ended ! -name "${2:-ended}" -exec rm -rf {} +
}

quieten() { # FOLDER: FRR's words in a report quote lines
    for said in "$1/applied" "$1/restored"; do
        ! grep -qs '^words ' "$said" || grep -v '^words ' "$said" | put "$said"
    done
}

forget_finished() { # what earlier jobs left that need no rollback text any more; the lock is held, our job is armed
    for folder in "$STATE"/job-*; do
        [ "$folder" != "$STATE/job-$JOB" ] || continue
        job=${folder##*/job-}
        if [ ! -e "$folder/applied" ] && [ ! -e "$folder/ended" ]; then # its client died before it was applied
            for waits in "$STATE/armed-$job" "$STATE/confirming-$job" "$STATE/reverting-$job" "$STATE/stale-$job"; do
                [ ! -e "$waits" ] || continue 2
            done
            find "$folder" -maxdepth 0 -mmin +60 -exec rm -rf {} +
            continue
        fi
        case $(fact "$folder/ended" outcome) in
            reverted | confirmed | saved) ;;
            '') [ "$(fact "$folder/applied" outcome)" = refused ] || continue ;;
            *) continue ;; # failed, not-saved: whoever repairs it needs the text
        esac
        forget "$folder"
        quieten "$folder"
    done
    forget_memory
}

# ---- at any time ------------------------------------------------------------------------------------------------------
status() {
    for file in "$STATE"/armed-* "$STATE"/confirming-* "$STATE"/reverting-* "$STATE"/stale-*; do
        [ -e "$file" ] || continue
        name=${file##*/} left=0 timer=dead
        kind=${name%%-*}
        case $name in
            armed-*)
                left=$(fact "$file" until)
                left=$((${left:-0} - $(now)))
                [ "$left" -gt 0 ] || left=0
                ! supervised "$file" || timer=alive
                same_boot "$file" || left=-1
                ;;
            stale-*) left=-1 ;;
            *) ! worked_on || timer=alive ;;
        esac
        name=${name#*-}
        echo "pending ${name%.*} ${name##*.} $kind $left $timer"
    done
    [ ! -e "$STATE/last" ] || sed 's/^/last /' "$STATE/last"
}

at_work() { # "work ACTION JOB" for whatever may still send or take back lines; a timer that only waits is no work
    for file in $(grep -lsxzF -e "$STATE" /proc/[0-9]*/cmdline); do
        who=${file#/proc/} who=${who%/cmdline}
        [ "$who" != "$$" ] && alive "$who" || continue
        set -f
        set -- $(tr '\0' ' ' <"$file" 2>/dev/null)
        set +f
        while [ $# -gt 0 ] && [ "$1" != "$STATE" ]; do shift; done
        case ${3:-} in
            supervise) [ -e "$STATE/armed-$4" ] && [ -e "$STATE/job-$4/applied" ] || echo "work $3 $4" ;;
            apply | send | restore | started) echo "work $3 $4" ;;
            confirm | rollback) echo "work $3 $4.$5" ;;
        esac
    done | sort -u
    ! worked_on || echo "work lock"
    echo "outcome told"
}

clean() {
    [ -d "$STATE" ] || { echo "outcome clean"; return; }
    lock 10 || { printf 'outcome refused\nreason busy\n'; return; }
    for folder in "$STATE/job-$1."*; do
        number=${folder##*.}
        case $number in '' | *[!0-9]*) continue ;; esac
        [ "$folder" = "$STATE/job-$1.$number" ] || continue
        for waits in "$STATE/armed-$1.$number" "$STATE/confirming-$1.$number" "$STATE/reverting-$1.$number"; do
            [ ! -e "$waits" ] || { printf 'outcome refused\nreason pending\nnote %s\n' "$1.$number"; return; }
        done
        rm -rf "$folder" "$STATE/stale-$1.$number"
    done
    [ "$(fact "$STATE/last" change)" != "$1" ] || rm -f "$STATE/last"
    # The lock goes with the last file; who waits for it finds out in lock().
    if [ "$(ls -A "$STATE")" = lock ]; then rm -f "$STATE/lock" && rmdir "$STATE" 2>/dev/null; fi
    echo "outcome clean"
}

