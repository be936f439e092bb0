# ---- FRR has started -------------------------------------------------------------------------------------------------
# Whatever was not finished is settled. Inside the window it is taken back, whatever else was done meanwhile: the timer
# would do no other. Outside of it nobody knows how old it is (a timer that was killed, a disk from an old image), and it
# is touched only when FRR came up with a text that is ours: the startup file from before, or the lines from before or
# of the change. Else somebody has gone on since, and it is left behind under the name stale-JOB, told as pending.
in_window() { # FILE
    same_boot "$1" && { [ "$(now)" -lt "$(fact "$1" until)" ] || supervised "$1"; }
}

sum_lines() { flat "$1" | sort | digest_in; } # FRR shows the same lines in another order after it has started

started() { # JOB
    JOB=$1 window=
    if [ -e "$STATE/armed-$JOB" ] && in_window "$STATE/armed-$JOB"; then
        window=yes
        # A supervisor that still lives finds its file gone; one that takes the change back itself, and started FRR for
        # it, has the lock and will have finished.
        mv "$STATE/armed-$JOB" "$STATE/reverting-$JOB" 2>/dev/null
    fi
    lock 900 || return
    for file in "$STATE/armed-$JOB" "$STATE/confirming-$JOB" "$STATE/reverting-$JOB" ''; do
        [ ! -e "$file" ] || break
    done
    [ -n "$file" ] || return
    if [ ! -d "$STATE/job-$JOB" ]; then leave_behind; return; fi
    enter_job "$JOB"
    if [ -n "$window" ]; then take_back expired restarted; return; fi
    begun=$(now)
    until running shown; do
        [ $(($(now) - begun)) -lt 120 ] || return # silent: it stays as it is, and pending
        sleep 1
    done
    judge
}

judge() { # what becomes of FILE, by what FRR shows
    if [ "$(sum_lines shown)" = "$(cat after-lines 2>/dev/null)" ]; then came=after
    elif same_lines && { [ ! -e boot.conf ] || as_kept; }; then came=before
    elif same_lines || as_kept; then came=kept
    else came=other; fi
    case ${file##*/}/$came in
        */other) leave_behind ;;
        confirming-*/after)
            digest shown | put after # in the order of now
            finish
            ;;
        */before) # there is nothing to take back; but somebody, or a confirm that was cut short, may have saved the change
            if [ -e after-lines ] && ! as_kept && [ -e "$STARTUP" ] &&
                [ "$(sum_lines "$STARTUP")" = "$(cat after-lines)" ] && ! put_back; then
                why="the startup file holds the change and could not be put back"
                remember failed "$why"
                leave_behind
                return
            fi
            if ! as_kept && { [ ! -e "$STARTUP" ] || [ "$(sum_lines "$STARTUP")" != "$(sum_lines shown)" ]; }; then
                leave_behind # a startup file of nobody: who boots it does not get what runs
                return
            fi
            mend_links
            remember reverted restarted
            rm -f "$file"
            forget .
            ;;
        *)
            mv "$file" "$STATE/reverting-$JOB" 2>/dev/null
            take_back expired restarted
            ;;
    esac
}

leave_behind() { mv "$file" "$STATE/stale-$JOB"; }

finish() { # the confirm, from confirming-JOB on; the outcome is in $ended
    if save; then ended=confirmed; else ended=not-saved; fi
    remember "$ended" "$why"
    rm -f "$STATE/confirming-$JOB"
}
