#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What rules do beyond placing and killing at once: hooks, signals with a grace, the end
# of a root, scopes that linger.
. "${srcdir:-.}/tests/kernel/lib.sh"
: "${TRICKS:=tricks}"
HOOK=$WORK/hook
cat >"$WORK/hook" <<'EOF'
#!/bin/sh
# hook DIRECTORY HOW
printf '%s|' "$SLICECTL_RULE" "$SLICECTL_REASON" "$SLICECTL_PID" "$SLICECTL_COMM" >>"$1/ran-$2"
echo "$(id -u) $(grep -o '0::.*' /proc/self/cgroup) $(env | grep -c .) $(readlink /proc/self/fd/0)" >>"$1/ran-$2"
case $2 in
fail) exit 7 ;;
hang) sleep 60 ;;
fork) sleep 60 & sleep 60 & exit 0 ;;
esac
EOF
chmod +x "$HOOK"
for name in once fail hang fork every ask deaf chief root term clan stay user; do
	cp "$TRICKS" "$WORK/sct-$name"
done
cat >"$WORK/slicectl.conf" <<END2
[supervisor]
audit-log = $WORK/audit.jsonl
log-argv = yes
[rule once]
comm = sct-once
action = hook
command = $HOOK $WORK once
[rule fail]
comm = sct-fail
action = hook
command = $HOOK $WORK fail
latch = no
[rule hang]
comm = sct-hang
action = hook
command = $HOOK $WORK hang
timeout = 300ms
latch = no
[rule fork]
comm = sct-fork
action = hook
command = $HOOK $WORK fork
latch = no
[rule lost]
comm = sct-lost
action = hook
command = /nowhere/at/all
[rule ask]
comm = sct-ask
action = kill
signal = TERM
grace = 300ms
[rule deaf]
comm = sct-deaf
action = kill
signal = INT
grace = 300ms
[rule chief]
comm = sct-chief
action = kill
kill-scope = leader
[rule root]
comm = sct-root
action = place
scope = workload.slice/root-%p
on-root-exit = kill
[rule term]
comm = sct-term
action = place
scope = workload.slice/term-%p
on-root-exit = term
grace = 300ms
[rule clan]
comm = sct-clan
action = place
scope = workload.slice/clan-%p
[rule stay]
comm = sct-stay
action = place
scope = workload.slice/stay
linger = $((PATIENCE * 500))ms
[rule user]
comm = sct-user
action = place
scope = workload.slice/%u-%U-%p
$(marker_rule)
END2
audit() { grep "\"action\":\"$1\".*\"rule\":\"$2\"" "$WORK/audit.jsonl"; }
audited() { audit "$1" "$2" | grep -q "$3"; }
count() { audit "$1" "$2" | grep -c "$3"; }
quiet_end() { wait "$1" 2>/dev/null; }
end() { kill "$@"; wait "$@" 2>/dev/null; }
# hooked RULE PATTERN: a process of its name runs until its hook has come to that end
hooked() {
	"$WORK/sct-$1" forks 0 $LONG >/dev/null & p=$!
	until_true 5 audited hook "$1" "$2"
	hooked=$?
	end $p
	return $hooked
}
no_hooks() { [ -z "$(find "$BASE/pact.slice" -name 'hook-*')" ]; }
expect 0 ctl -q init
expect 0 ctl -c "$WORK/slicectl.conf" check-config
start_daemon

# A hook runs once, in a scope of its own, without a shell and without our environment.
hooked once '"result":"done"' || fail "the hook did not run: $(cat "$WORK/audit.jsonl" "$WORK/daemon.log")"
grep -q "^once|process-match: sct-once|$p|sct-once|0 0::.*/pact.slice/hook-once-$p.scope .* /dev/null$" "$WORK/ran-once" ||
	fail "the hook saw: $(cat "$WORK/ran-once")"
until_true 5 sh -c "! ls -d $BASE/pact.slice/hook-once-*" || fail "the scope of a hook was left"
audited hook once '"reason":"process-match: sct-once"' || fail "a hook without its reason"
"$WORK/sct-once" forks 0 $LONG >/dev/null & p=$!
expect 0 ctl -c "$WORK/slicectl.conf" rule list
grep -q '^once *hook *latched' "$WORK/out" || fail "no latch is listed: $(cat "$WORK/out")"
stop_daemon
start_daemon # the latch is not forgotten
"$WORK/sct-once" forks 0 $LONG >/dev/null & q=$!
until_true 5 runs $q sct-once
after_this
is "$(wc -l <"$WORK/ran-once")" 1 "runs of a latched hook"
end $p $q
expect 0 ctl -c "$WORK/slicectl.conf" rule arm once
"$WORK/sct-once" forks 0 $LONG >/dev/null & p=$!
until_true 5 sh -c "[ \$(wc -l <$WORK/ran-once) = 2 ]" || fail "an armed hook did not run"
end $p
expect 3 ctl -c "$WORK/slicectl.conf" rule arm nobody
expect 64 ctl -c "$WORK/slicectl.conf" rule arm
expect 64 ctl -c "$WORK/slicectl.conf" rule arm ask

# Hooks that fail, hang, fork, or are not there.
hooked fail 'ended with status 7' || fail "a failing hook was not told"
hooked hang 'did not end within 300 ms and was killed' || fail "a hanging hook was not killed"
hooked fork '"result":"done"' || fail "a forking hook did not end"
cp "$TRICKS" "$WORK/sct-lost"
hooked lost '"result":"failed"' || { fail "a hook that is not there was not told"; tail -n 8 "$WORK/audit.jsonl"; cat "$WORK/daemon.log"; }
until_true 5 no_hooks || fail "scopes of hooks were left: $(find "$BASE/pact.slice" -name 'hook-*')"

# Three times in ten minutes, and no more.
failing=''
for _ in 1 2 3; do "$WORK/sct-fail" forks 0 $LONG >/dev/null & failing="$failing $!"; done
until_true 5 audited hook fail '"result":"refused"' || fail "a hook ran without end"
three_failed() { [ "$(count hook fail 'ended with status 7')" = 3 ]; }
until_true 5 three_failed || fail "a hook did not run three times"
end $failing
is "$(wc -l <"$WORK/ran-fail")" 3 "runs of a hook in a row"

# A signal, a grace, and then no more asking; who is deaf is killed.
"$WORK/sct-ask" forks 2 $LONG >/dev/null & p=$!
until_true 5 audited kill ask '"signal":"TERM"' || fail "nobody was asked"
quiet_end $p
(trap '' INT; exec "$WORK/sct-deaf" forks 2 $LONG >/dev/null) & p=$!
until_true 5 audited kill deaf '"signal":"INT"' || fail "nobody was interrupted"
until_true 5 audited kill deaf '"signal":"KILL"' || fail "the grace did not end"
none_lives() { for q in $(pgrep -x "$1"); do alive "$q" && return 1; done; return 0; }
until_true 5 none_lives sct-deaf || fail "somebody outlived the grace"
quiet_end $p

# Only the leader.
cat >"$WORK/chief" <<EOF
#!/bin/sh
sleep $LONG & echo \$! >$WORK/child
sleep 0.2
exec $WORK/sct-chief forks 0 $LONG
EOF
chmod +x "$WORK/chief"
"$WORK/chief" >/dev/null & p=$!
until_true 5 audited kill chief '"result":"done"' || fail "the leader lives"
quiet_end $p
after_this
alive "$(cat "$WORK/child")" || fail "a child died with its leader"
kill "$(cat "$WORK/child")"

# The end of a root.
for how in root term clan; do
	"$WORK/sct-$how" forks 2 $LONG >/dev/null & p=$!
	until_true 5 sh -c "[ \$(wc -l <$BASE/workload.slice/$how-$p.scope/cgroup.procs) = 3 ]" || fail "no family $how"
	kill -KILL $p
	quiet_end $p
	case $how in
	clan)
		after_this
		is "$(wc -l <"$BASE/workload.slice/clan-$p.scope/cgroup.procs")" 2 "members of a family that stays"
		for q in $(cat "$BASE/workload.slice/clan-$p.scope/cgroup.procs"); do kill -KILL "$q"; done
		;;
	esac
	until_true 5 sh -c "[ ! -d $BASE/workload.slice/$how-$p.scope ]" || fail "a family without root ($how) was left"
done
audited kill root '"signal":"KILL".*"result":"done"' || fail "the end of a family was not recorded"
audited kill term '"signal":"TERM"' || fail "a family was not asked to end"

# The same after a restart, by the mark; but what was missed is not made up for.
"$WORK/sct-root" forks 2 $LONG >/dev/null & p=$!
until_true 5 sh -c "[ \$(wc -l <$BASE/workload.slice/root-$p.scope/cgroup.procs) = 3 ]" || fail "no family"
stop_daemon
start_daemon
kill -KILL $p
quiet_end $p
until_true 5 sh -c "[ ! -d $BASE/workload.slice/root-$p.scope ]" || fail "a restart forgot the root"
"$WORK/sct-root" forks 2 $LONG >/dev/null & p=$!
until_true 5 sh -c "[ \$(wc -l <$BASE/workload.slice/root-$p.scope/cgroup.procs) = 3 ]" || fail "no family"
stop_daemon
kill -KILL $p
quiet_end $p
start_daemon
after_this
is "$(wc -l <"$BASE/workload.slice/root-$p.scope/cgroup.procs")" 2 "members after a missed end"
for q in $(cat "$BASE/workload.slice/root-$p.scope/cgroup.procs"); do kill -KILL "$q"; done
until_true 5 sh -c "[ ! -d $BASE/workload.slice/root-$p.scope ]" || fail "an adopted family was left"

# An empty scope lingers, and is taken again.
"$WORK/sct-stay" forks 0 $LONG >/dev/null & p=$!
until_true 5 audited place stay "\"result\"" || fail "nobody was placed"
end $p
after_this
[ -d "$BASE/workload.slice/stay.scope" ] || fail "a scope did not linger"
inode=$(stat -c %i "$BASE/workload.slice/stay.scope")
"$WORK/sct-stay" forks 0 $LONG >/dev/null & p=$!
until_true 5 grep -qx $p "$BASE/workload.slice/stay.scope/cgroup.procs" || fail "it is not in the scope that lingers"
is "$(stat -c %i "$BASE/workload.slice/stay.scope")" "$inode" "the scope that lingers"
end $p
after_this
[ -d "$BASE/workload.slice/stay.scope" ] || fail "a scope did not linger after its second use"
until_true 3 sh -c "[ ! -d $BASE/workload.slice/stay.scope ]" || fail "a scope lingers for ever"

# Users in names.
"$WORK/sct-user" forks 0 $LONG >/dev/null & p=$!
until_true 5 test -d "$BASE/workload.slice/root-0-$p.scope" || fail "no scope with a user's name: $(ls "$BASE/workload.slice")"
end $p

# Command lines are logged where that is asked for, and only there.
audited place user '"argv":".*sct-user forks 0 '$LONG'"' || fail "no command line in the log"
stop_daemon

# Of a leader nobody else is meant, also when its grace is over.
cat >"$WORK/slicectl.conf" <<END2
[supervisor]
audit-log = $WORK/audit.jsonl
[rule lead]
comm = sct-lead
action = kill
kill-scope = leader
signal = TERM
grace = 200ms
[rule change]
comm = sct-change
action = place
scope = workload.slice/c-%p
[rule slow]
comm = sct-slow
action = hook
command = $HOOK $WORK hang
timeout = $((PATIENCE * 200))ms
latch = no
$(marker_rule)
END2
for name in lead change slow; do cp "$TRICKS" "$WORK/sct-$name"; done
start_daemon
for trap in '' 'trap "" TERM;'; do
	cat >"$WORK/chief" <<EOF
#!/bin/sh
sleep $LONG & echo \$! >$WORK/child
sleep 0.2
$trap
exec $WORK/sct-lead forks 0 $LONG
EOF
	"$WORK/chief" >/dev/null & p=$!
	quiet_end $p
	sleep 0.4 # twice the grace
	after_this
	alive "$(cat "$WORK/child")" || fail "a child died with its leader ($trap)"
	kill "$(cat "$WORK/child")"
done
audited kill lead '"signal":"KILL".*"processes":1,' || fail "a deaf leader was not killed"

# A rule that kills now is not what a scope of its name was made for.
"$WORK/sct-change" forks 1 $LONG >/dev/null & p=$!
until_true 5 test -d "$BASE/workload.slice/c-$p.scope" || fail "not placed"
stop_daemon
sed -i '/^comm = sct-change/,/^scope/c comm = sct-nobody-x\naction = kill' "$WORK/slicectl.conf"
start_daemon
grep -q "c-$p.scope was made by rule change when it did something else" "$WORK/daemon.log" || fail "it was adopted: $(cat "$WORK/daemon.log")"
after_this
alive $p || fail "a restart killed what was placed"
for q in $(cat "$BASE/workload.slice/c-$p.scope/cgroup.procs"); do kill -KILL "$q"; done
quiet_end $p

# A hook has its time once more after a restart, and a match does not run it twice.
"$WORK/sct-slow" forks 0 $LONG >/dev/null & p=$!
slow=$BASE/pact.slice/hook-slow-$p.scope
until_true 5 test -d "$slow" || fail "no hook"
stop_daemon
[ -d "$slow" ] || fail "the stop ended a hook"
start_daemon
until_true 5 sh -c "[ ! -d $slow ]" || fail "a hook of an earlier supervisor has no end"
audited hook slow 'an earlier supervisor had started did not end' || fail "its end was not told"
end $p
stop_daemon

# One look waits for the hooks that it starts; and ends of children may be ignored.
"$WORK/sct-slow" forks 0 $LONG >/dev/null & p=$!
until_true 5 runs $p sct-slow
if command -v perl >/dev/null; then
	expect 0 perl -e '$SIG{CHLD} = "IGNORE"; exec @ARGV' "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" --oneshot
else
	expect 0 "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" --oneshot
fi
[ -z "$(find "$BASE/pact.slice" -name 'hook-*')" ] || fail "one look left a hook: $(find "$BASE/pact.slice" -name 'hook-*')"
said 'ms and was killed'
end $p

# A log that must be there: nothing is killed without it.
cat >"$WORK/slicectl.conf" <<END2
[supervisor]
audit-log = /dev/full
audit-required = yes
[rule ask]
comm = sct-ask
action = kill
END2
start_daemon
"$WORK/sct-ask" forks 0 $LONG >/dev/null & p=$!
until_true 5 grep -q 'audit-required = yes forbids a kill' "$WORK/daemon.log" || fail "a kill without a log: $(cat "$WORK/daemon.log")"
alive $p || fail "killed without a log"
stop_daemon
kill $p
quiet_end $p
sed -i "s|/dev/full|$WORK/required.jsonl|" "$WORK/slicectl.conf"
start_daemon
"$WORK/sct-ask" forks 0 $LONG >/dev/null & p=$!
quiet_end $p
until_true 5 sh -c "[ \$(grep -c '\"action\":\"kill\"' $WORK/required.jsonl) = 2 ]" || fail "$(cat "$WORK/required.jsonl")"
head -n 2 "$WORK/required.jsonl" | grep -q '"result":"begun"' || fail "no intent on disk: $(cat "$WORK/required.jsonl")"
grep -q '"argv"' "$WORK/required.jsonl" && fail "a command line was logged"
stop_daemon
