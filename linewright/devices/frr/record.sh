# ---- the router's own record of commands -------------------------------------------------------------------------
# FRR with `log commands` writes every command that a daemon is given into its log. Whoever asked for a mark is told what
# others configured since. What we sent is taken out by place, not by text: after each sending STATE/ours is told which
# lines of the log were ours, one "INODE OFFSET" each, so that another's equal command a second later is seen, and no
# configuration text has to be kept for it. STATE/ours exists only where somebody asked for a mark ("log FILE" lines).
COMMAND='
function given(line,    n, w, i) { # a command given inside the configuration: by which daemon, and it
    if (!match(line, / vty\[[0-9]+\]@\(config[^)]*\)# /)) return 0
    text = substr(line, RSTART + RLENGTH); gsub(/^[ \t]+|[ \t\r]+$/, "", text)
    n = split(substr(line, 1, RSTART - 1), w, " "); daemon = "-"
    for (i = 1; i <= n; i++) if (w[i] ~ /:$/) daemon = w[i]
    sub(/(\[[0-9]+\])?:$/, "", daemon)
    return 1
}'
MOST_OURS=20000 # so many places are remembered

log_files() { # the files that daemons log commands to; fails where one daemon does not, or `log commands` is not set
    ask -c 'show logging' 2>/dev/null | awk '
        function noisy(level) { return level ~ /^(debugging|informational|notifications)/ }
        /^Logging configuration for / { daemons++; found = "" }
        /^Syslog logging: level / && noisy($4) && !found { found = "/var/log/frr/frr.log" } # as Debian has it written there
        /^From command line: / && match($0, /--log file:[^ "]+/) {
            file = substr($0, RSTART + 11, RLENGTH - 11)
            if (match($0, /--log-level [a-z]+/) && noisy(substr($0, RSTART + 12, RLENGTH - 12))) found = file
        }
        /^File logging: level / { split($4, level, ","); if (noisy(level[1])) found = $6 }
        /^Protocol name:/ && found { told++; files[found] = 1 }
        END { if (!daemons || told < daemons) exit 1; for (file in files) print file }' | sort >"$1"
    [ -s "$1" ] || return 1
    wait_for=$(($(now) + 3))
    while read -r log; do # the question itself has to be in it
        case $log in /*[!A-Za-z0-9._/-]* | [!/]*) return 1 ;; esac
        until tail -c 20000 "$log" 2>/dev/null | grep -q 'vty\[.*# \(do \)\?show logging$'; do
            [ "$(now)" -lt "$wait_for" ] || return 1
            sleep 0.2
        done
    done <"$1"
}

mark() {
    if ! said=$({ mkdir -p "$STATE" && chmod 700 "$STATE" && cd "$STATE" && [ -O . ]; } 2>&1); then
        printf 'outcome refused\nnote %s\n' "${said:-$STATE belongs to somebody else}"
        return
    fi
    cd "$STATE" || return
    files=$(mktemp "$STATE/.logs.XXXXXX") || { printf 'outcome refused\nnote %s\n' "no state could be written to disk"; return; }
    if log_files "$files"; then
        places=
        while read -r log; do places=$places,$log:$(stat -c %i:%s "$log"); done <"$files"
        { sed 's/^/log /' "$files"; grep -hv '^log ' ours 2>/dev/null | tail -n "$MOST_OURS"; } >"$files.new" &&
            mv "$files.new" ours && echo "outcome marked" && echo "note ${places#,}" ||
            printf 'outcome refused\nnote %s\n' "no state could be written to disk"
    else
        echo "outcome marked"
    fi
    rm -f "$files" "$files.new"
}

send_from() { # we are about to send lines: from here on they are looked for in the log
    rm -f since sent-lines
    [ -e "$STATE/ours" ] || return 0
    sed -n 's/^log //p' "$STATE/ours" | while read -r log; do
        echo "$log $(stat -c '%i %s' "$log" 2>/dev/null || echo 0 0)"
    done >since
} 2>/dev/null

sent() { # FILE...: these, and what frr-reload sent, were our lines since `since`; no two of a daemon for one of ours
    [ -s since ] || return 0
    touch sent-lines
    while read -r log inode offset; do
        pieces "$log" "$inode" "$offset" | while read -r file inode offset; do
            # Up to the end of now: a line on its way into the log is looked at by nobody twice.
            tail -c +$((offset + 1)) "$file" | awk -v inode="$inode" -v at="$offset" "$COMMAND"'
                own { sub(/^[ \t]+/, ""); sub(/[ \t\r]+$/, ""); lines[$0]++; next }
                { start = at; at += length($0) + 1 }
                given($0) && lines[text] > used[daemon, text]++ { print inode, start }' \
                own=1 sent-lines "$@" own= -
        done
    done <since >>"$STATE/ours"
    rm -f since sent-lines
} 2>/dev/null

pieces() { # LOG INODE OFFSET: where the record goes on from there, "FILE INODE OFFSET" each; 1 when a part of it is gone
    is=$(stat -c %i "$1" 2>/dev/null)
    if [ "$is" = "$2" ]; then
        [ "$(stat -c %s "$1")" -ge "$3" ] || return 1
        echo "$1 $2 $3"
        return
    fi
    [ "$(stat -c %i "$1.1" 2>/dev/null)" = "$2" ] || return 1 # turned over once, not yet compressed
    echo "$1.1 $2 $3"
    [ -z "$is" ] || echo "$1 $is 0"
}

recorded() { # FILE:INODE:OFFSET,...: what others configured since, "record DAEMON TEXT" each
    [ -r "$STATE/ours" ] || { printf 'outcome gone\n'; return; }
    echo "$1" | tr , '\n' | while IFS=: read -r log inode offset; do
        pieces "$log" "$inode" "$offset" || { echo gone; break; }
    done | while read -r file inode offset; do
        if [ "$file" = gone ]; then echo "outcome gone"; break; fi
        # FRR that starts is given its startup file line by line, and logs it from `log commands` on.
        [ -e "$STARTUP" ] && startup=$STARTUP || startup=/dev/null
        tail -c +$((offset + 1)) "$file" | awk -v inode="$inode" -v at="$offset" "$COMMAND"'
            kind == "ours" { mine[$1, $2] = 1; next }
            kind == "boot" { sub(/^[ \t]+/, ""); sub(/[ \t\r]+$/, ""); boot[$0] = 1; next }
            { start = at; at += length($0) + 1 }
            / starting: vty@/ { by = $0; sub(/: \[.*/, "", by); sub(/.* /, "", by); sub(/\[.*/, "", by); boots[by] = 1 }
            !given($0) { next }
            text == "XFRR_start_configuration" { next }
            text == "XFRR_end_configuration" { boots[daemon] = 0; next }
            text ~ /^(end|exit|exit-[a-z-]+|quit|disable|configure( t[a-z]*)?|do .*)$/ || (inode, start) in mine { next }
            boots[daemon] && text in boot { next }
            { print "record", daemon, text }' kind=ours "$STATE/ours" kind=boot "$startup" kind= - | head -n 20000
    done
    echo "outcome recorded"
}

