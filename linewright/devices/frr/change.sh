# linewright's hand on an FRR router: everything that changes it happens here, under one lock, as root.
#
#   change.sh STATE LIMIT running                  print the running configuration, if it is whole
#   change.sh STATE LIMIT status                   what is pending, how the last change ended
#   change.sh STATE LIMIT apply JOB                apply what lies in STATE/job-JOB, report, wait for the confirm
#   change.sh STATE LIMIT confirm CHANGE ATTEMPT [JOURNAL NUMBER]   keep the pending change of this name and save it
#   change.sh STATE LIMIT rollback CHANGE ATTEMPT [JOURNAL NUMBER]  take it back now
#   change.sh STATE LIMIT announce JOURNAL NUMBER  a job has taken this router over: older ones are refused
#   change.sh STATE LIMIT clean CHANGE             remove what the attempts of a change left here
#   change.sh STATE LIMIT work                     what of this script is under way
#   change.sh STATE LIMIT mark                     where the router's own record of commands stands
#   change.sh STATE LIMIT recorded MARK            what others configured since
#   change.sh STATE LIMIT able                     what this router has for the worst case
#   change.sh STATE LIMIT begin JOB                make room for an attempt; its files come next
#   change.sh STATE LIMIT check JOB SHA256         whether its candidate arrived, and what vtysh has against it
#   change.sh STATE LIMIT discard JOB              remove an attempt that was not applied
#   change.sh STATE LIMIT started JOB              FRR has started: settle what was not finished
#   (supervise, send and restore are started by these)
#
# STATE is a directory of root alone, LIMIT the seconds that one question to FRR may take. JOB is CHANGE.ATTEMPT.
# STATE/job-JOB holds this script, `order` (one fact a line: change, attempt, mode merge|replace, revert seconds or 0,
# restart yes|no, wait for FRR in seconds, journal or "-" and the number of its job, sha256 of the expected running text or
# "-", sha256 of the candidate) and `candidate`. A change that waits for its
# confirmation is the file armed-JOB; whoever renames it first (to confirming-JOB or reverting-JOB) decides, and
# rename is atomic; stale-JOB is one that nobody settled and nobody knows the age of. When all is as before again, of STATE/job-JOB stays only what tells the outcome and holds no
# configuration text; `ended` is the outcome of this job, STATE/last that of the last one. Times are seconds since boot,
# so that setting the clock moves no deadline. Answers are lines "key value"; a line "." says that work goes on.

# ---- the lines, in order, once, until the first error -----------------------------------------------------------
# Not "vtysh -c LINE -c LINE": every user of the router would read the secrets in its process list, and the list has
# a length limit. Not "vtysh -f FILE": it goes on after an error. So vtysh -f reads from a pipe into which the next
# line is put when the last one is done. vtysh says so when it reads a word that no daemon knows: it complains on its
# error stream and sends that word nowhere. And vtysh -f tells the daemons that a whole file is coming; they would
# then collect lines and refuse a bad one later, together with good ones. The first word ends that state.
send_lines() {
    mkfifo in err
    vtysh -f in >said 2>err &
    vtysh=$!
    exec 4<err 3<>in # in this order: vtysh opens them so; 3 is also read here, so that it can never block
    printf '%s\n' XFRR_end_configuration "${MARK}0" >&3
    heard=
    while [ "${heard##*: }" != "${MARK}0" ]; do
        IFS= read -r heard <&4 || { echo "broken 0" | put sent; return; }
    done
    number=0
    while IFS= read -r line; do
        alive "$SUPERVISOR" || { exec 3>&-; kill -s KILL "$vtysh"; wait "$vtysh"; orphaned; }
        number=$((number + 1))
        printf '%s\n%s\n' "$line" "$MARK$number" >&3
        IFS= read -r heard <&4 || { echo "broken $number" | put sent; return; }
        case $heard in
            "line "*": % Unknown command["*"]: $MARK$number") continue ;;
        esac
        exec 3>&-
        { printf '%s\n' "$heard"; cat <&4; cat said; } | grep -v "$MARK" | head -c 4000 | sed 's/^line [0-9]*: //' >words
        wait "$vtysh"
        echo "refused $number" | put sent
        return
    done <candidate
    exec 3>&-
    wait "$vtysh"
    alive "$SUPERVISOR" || orphaned
    echo "done $number" | put sent
}

# A whole configuration: frr-reload.py works out the lines and their order, repeats some, and its exit status proves
# nothing. What counts is that FRR then shows the lines of the candidate and no others, in whatever order.
send_whole() {
    flat candidate | sort -u >wanted
    for step in 1 2 3; do
        alive "$SUPERVISOR" || orphaned
        reload candidate || true
        if running shown; then
            flat shown | sort -u >found
            if cmp -s wanted found; then
                echo "done 0" | put sent
                return
            fi
            [ "$step" -lt 2 ] || lines shown candidate
        fi
    done
    running shown && flat shown | sort -u >found
    if cmp -s wanted found; then
        echo "done 0" | put sent
        return
    fi
    diff wanted found | sed -n -e 's/^</not shown by FRR:/p' -e 's/^>/shown only by FRR:/p' |
        tr '\001' '\t' | head -c 4000 >words
    echo "refused 0" | put sent
}

orphaned() { # the supervisor was killed, and its timer with it: nobody else would take this back
    take "$STATE/armed-$JOB" "$STATE/reverting-$JOB" || exit 0
    exec setsid sh change.sh "$STATE" "$READ" restore "$JOB" "its supervisor was killed"
}

# ---- actions -------------------------------------------------------------------------------------------------------
enter_job() { # JOB
    JOB=$1
    cd "$STATE/job-$JOB" 2>/dev/null || { printf 'outcome refused\nreason none\n'; exit 0; }
    change=$(fact order change) attempt=$(fact order attempt) mode=$(fact order mode)
    revert=$(fact order revert) expected=$(fact order expected) candidate=$(fact order candidate)
    journal=$(fact order journal) number=$(fact order number)
}

report() { # FILE OUTCOME [REASON [NOTE [REMARK]]]: words are in a file already when FRR said some
    {
        echo "outcome $2"
        [ -z "${3:-}" ] || echo "reason $3"
        [ -z "${4:-}" ] || echo "note $4"
        [ -z "${5:-}" ] || echo "remark $5"
        [ ! -e words ] || sed 's/^/words /' words
        [ "$2" != applied ] || echo "left $((until - $(now)))"
    } | put "$1"
}

remember() { # OUTCOME [NOTE]
    told=$(printf 'change %s\nattempt %s\noutcome %s\nnote %s\n' "$change" "$attempt" "$1" "${2:-}")
    printf '%s\n' "$told" | put ended
    printf '%s\n' "$told" | put "$STATE/last"
}

take() { # FILE NAME: whoever renames it decides. A disk that became read-only renames nothing, and must not stop us.
    mv "$1" "$2" 2>/dev/null || { [ -e "$1" ] && [ ! -w "${1%/*}" ]; }
}

take_back() { # FILE REASON [NOTE]: restore, and say how it went; the lock is held
    full=
    if restore; then
        remark=$why
        remember reverted "$2${remark:+; $remark}" || full=yes
        rm -f "$STATE/reverting-$JOB" "$STATE/armed-$JOB" # before the report: who reads it may ask at once what is pending
        forget . words
        [ -z "$full" ] || remember reverted "$2${remark:+; $remark}" # now there is room
        report "$1" restored "$2" "${3:-}" "$remark"
        rm -f words
        exec 9>&-
        wait_for=$(($(now) + 30)) # whoever started us reads the report; then its words go too
        while grep -qs '^words ' "$1" && alive "$PPID" && [ "$(now)" -lt "$wait_for" ]; do sleep 0.2; done
        quieten .
    else
        remember failed "$why"
        rm -f "$STATE/reverting-$JOB" "$STATE/armed-$JOB"
        report "$1" failed "$2" "$why"
    fi
}

supervise() {
    enter_job "$1"
    lock 0 || { report applied refused busy; return; }
    overtaken applied && return # first, so that it is named: what follows differs because of it
    if other=$(pending); then report applied refused pending "$other"; return; fi
    [ "$(digest candidate)" = "$candidate" ] || { report applied refused candidate; return; }
    keep_links
    keep_startup || { report applied refused silent "the startup file could not be kept"; return; }
    running rollback || { report applied refused silent "$why"; return; }
    # Last, so that nothing can change between this and the first line but what changes within milliseconds.
    if [ "$expected" != - ] && [ "$(digest rollback)" != "$expected" ]; then report applied refused moved; return; fi
    overtaken applied && return

    until=$(($(now) + revert)) limit=$(($(now) + $(patience)))
    armed=$STATE/armed-$JOB
    printf 'change %s\nattempt %s\nuntil %s\nboot %s\npid %s\nborn %s\n' \
        "$change" "$attempt" "$until" "$(boot)" "$$" "$(born $$)" | put "$armed" ||
        { rm -f "$armed"; report applied refused silent "no state could be written to disk"; return; }
    send_from
    setsid sh change.sh "$STATE" "$READ" send "$JOB" "$$" 9>&- >/dev/null 2>&1 </dev/null &
    sender=$!
    forget_finished
    ended=
    while alive "$sender"; do
        sleep 0.1
        if [ ! -e "$armed" ]; then ended=taken; break; fi
        if [ "$revert" -gt 0 ] && [ "$(now)" -ge "$until" ]; then ended=expired; break; fi
        if [ "$(now)" -ge "$limit" ]; then ended=slow; break; fi
    done
    kill -s KILL -- "-$sender" 2>/dev/null # also what a dead sender left behind
    wait "$sender" 2>/dev/null
    rm -f in err
    read -r how number 2>/dev/null <sent || how=broken number=
    [ -n "$ended" ] || [ "$how" = "done" ] || ended=line
    if [ "$ended" = line ] && [ "$how" = broken ]; then why="vtysh ended by itself"; else why=$number; fi
    if [ -z "$ended" ] && { ! running shown || ! digest shown | put after || ! sum_lines shown | put after-lines; }; then ended=silent; fi
    if [ -n "$ended" ]; then
        take "$armed" "$STATE/reverting-$JOB" || { report applied unknown taken; return; } # rolled back by hand
        take_back applied "$ended" "$why"
        return
    fi
    sent candidate
    if [ "$revert" -eq 0 ]; then
        mv "$armed" "$STATE/confirming-$JOB" || return
        why=
        if save; then ended=saved; else ended=not-saved; fi
        remember "$ended" "$why"
        rm -f "$STATE/confirming-$JOB"
        report applied "$ended" save "$why"
        return
    fi
    report applied applied
    exec 9>&- # the change waits: others may ask, and confirm
    while [ -e "$armed" ]; do
        if [ "$(now)" -ge "$until" ]; then
            take "$armed" "$STATE/reverting-$JOB" || return
            lock 60
            take_back expired expired
            return
        fi
        sleep 0.5
    done
}

follow() { # FILE PID: the report as soon as it is there
    beat=0
    while [ ! -e "$1" ]; do
        if ! alive "$2"; then
            sleep 0.2
            [ -e "$1" ] || { printf 'outcome unknown\nnote the supervisor on the router ended\n'; return; }
        fi
        sleep 0.1
        beat=$(((beat + 1) % 10))
        [ "$beat" -ne 0 ] || echo .
    done
    cat "$1"
}

apply() {
    enter_job "$1"
    # Its own session: it outlives this login, which the change may cut.
    setsid sh change.sh "$STATE" "$READ" supervise "$JOB" </dev/null >/dev/null 2>&1 &
    follow applied $!
}

refuse_other() { # JOB: say what is pending instead of it
    printf 'outcome refused\n'
    if other=$(pending); then printf 'reason pending\nnote %s\n' "$other"; return; fi
    printf 'reason none\n'
    if [ "$(fact "$STATE/last" change).$(fact "$STATE/last" attempt)" = "$1" ]; then
        printf 'note %s\n' "$(fact "$STATE/last" outcome)"
    fi
}

confirm() {
    job=$1.$2 armed=$STATE/armed-$1.$2
    [ -e "$armed" ] || [ -e "$STATE/confirming-$job" ] || { refuse_other "$job"; return; }
    lock 10 || { printf 'outcome refused\nreason busy\n'; return; }
    fence "${3:--}" "${4:-0}"
    [ $? -ne 1 ] || { printf 'outcome refused\nreason fenced\nnote %s\n' "$why"; return; }
    unfence
    if [ -e "$armed" ]; then
        if [ "$(fact "$armed" boot)" != "$(boot)" ] || [ "$(now)" -ge "$(fact "$armed" until)" ]; then
            printf 'outcome refused\nreason expired\n'
            return
        fi
        # What is confirmed is what was applied: a daemon that was started since runs the startup file's lines.
        cd "$STATE/job-$job" && running shown || { printf 'outcome refused\nreason silent\nnote %s\n' "$why"; return; }
        [ "$(digest shown)" = "$(cat after)" ] || { printf 'outcome refused\nreason moved\n'; return; }
        mv "$armed" "$STATE/confirming-$job" 2>/dev/null || { refuse_other "$job"; return; }
        enter_job "$job"
    else # a confirm that was cut short: the same has to run still
        file=$STATE/confirming-$job
        [ -e "$file" ] || { refuse_other "$job"; return; }
        enter_job "$job"
        running shown || { printf 'outcome refused\nreason silent\nnote %s\n' "$why"; return; }
        ended=
        judge
        [ -n "$ended" ] || { printf 'outcome refused\nreason expired\n'; return; }
    fi
    [ ! -e "$STATE/confirming-$job" ] || finish
    printf 'outcome %s\nnote %s\n' "$ended" "$why"
}

take_left() { # JOB: one that was left behind, or whose confirm was killed
    [ ! -e "$STATE/stale-$1" ] || { take "$STATE/stale-$1" "$STATE/reverting-$1"; return; }
    [ -e "$STATE/confirming-$1" ] && lock 0 || return 1
    take "$STATE/confirming-$1" "$STATE/reverting-$1"
    taken=$?
    exec 9>&-
    return "$taken"
}

rollback() {
    job=$1.$2
    # A number that cannot be written is no reason to leave a change where it is.
    fence "${3:--}" "${4:-0}"
    [ $? -ne 1 ] || { printf 'outcome refused\nreason fenced\nnote %s\n' "$why"; return; }
    if ! take "$STATE/armed-$job" "$STATE/reverting-$job" && [ ! -e "$STATE/reverting-$job" ] && ! take_left "$job"; then
        if pending >/dev/null || [ ! -e "$STATE/job-$job/rollback" ] ||
            [ "$(fact "$STATE/last" change).$(fact "$STATE/last" attempt)" != "$job" ]; then
            refuse_other "$job"
            return
        fi
        cp "$STATE/job-$job/order" "$STATE/reverting-$job"
    fi
    unfence
    enter_job "$job"
    rm -f restored words
    setsid sh change.sh "$STATE" "$READ" restore "$job" </dev/null >/dev/null 2>&1 &
    follow restored $!
}

restore_job() { # JOB [NOTE]
    enter_job "$1"
    lock 30 || { report restored refused busy; return; }
    if [ ! -e "$STATE/reverting-$JOB" ] && [ ! -e "$STATE/armed-$JOB" ]; then # the timer was quicker
        report restored restored rollback
        return
    fi
    if [ ! -e rollback ] && [ "$(fact ended outcome)" = reverted ]; then # quicker still: it forgot the text meanwhile
        rm -f "$STATE/reverting-$JOB"
        report restored restored rollback
        return
    fi
    take_back restored "${2:-rollback}"
}

main() {
    case $ACTION in
        running)
            { ask -c 'show running-config no-header'; } 2>/dev/null && all_answer && return 0
            echo "$why" >&2
            return 1
            ;;
        status) status ;;
        apply) apply "$4" ;;
        confirm) confirm "$4" "$5" "${6:-}" "${7:-}" ;;
        rollback) rollback "$4" "$5" "${6:-}" "${7:-}" ;;
        announce) announce "$4" "$5" ;;
        clean) clean "$4" ;;
        able) able ;;
        work) at_work ;;
        mark) mark ;;
        recorded) recorded "$4" ;;
        begin) begin "$4" ;;
        check) check "$4" "$5" ;;
        discard) discard "$4" ;;
        started) started "$4" ;;
        supervise) supervise "$4" ;;
        send)
            enter_job "$4"
            SUPERVISOR=$5
            LIMITED="timeout --foreground -k 5" # stay in the group that the supervisor kills
            if [ "$mode" = merge ]; then send_lines; else send_whole; fi
            ;;
        restore) restore_job "$4" "${5:-}" ;;
        *) return 64 ;;
    esac
}

# The script may itself come from standard input: nothing it starts may read on there.
main "$@" </dev/null
