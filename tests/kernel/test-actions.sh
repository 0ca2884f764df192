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
ls /proc/self/fd | tr '\n' ' ' >"$1/fds-$2"
cat /proc/self/limits >"$1/limits-$2"
umask >>"$1/fds-$2"
case $2 in
fail) exit 7 ;;
hang) sleep 60 ;;
fork) sleep 60 & sleep 60 & exit 0 ;;
esac
EOF
chmod +x "$HOOK"
for name in once held fail hang fork every ask deaf chief root term clan stay user; do
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
[owner stranger]
users = 65534
[slice pact.slice]
owner = pact
[slice workload.slice]
owner = workload
[slice strange.slice]
owner = stranger
[rule held]
comm = sct-held
action = hook
command = $HOOK $WORK held
scope = strange.slice/hook-%p
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
# Of what the daemon inherits a hook gets neither open files nor the umask.
exec 8<"$WORK/slicectl.conf"
umask 0
start_daemon
exec 8<&-
umask 022
hook_limit() { # of the hook's descriptors
	sed -n 's/^Max open files *\([0-9]*\).*/\1/p' "$WORK/limits-once"
}

# A hook runs once, in a scope of its own, without a shell and without our environment.
check "the hook of a rule runs" hooked once '"result":"done"'
grep -q "^once|process-match: sct-once|$p|sct-once|0 0::.*/pact.slice/hook-once-$p.scope .* /dev/null$" "$WORK/ran-once"
result "the hook sees its variables, its own scope and no other environment"
is "$(cat "$WORK/fds-once")" "0 1 2 3 0022" "open files and umask of a hook"
check "a hook has no more descriptors than select can use" [ "$(hook_limit)" -le 1024 ]
check "the scope of a hook is removed" until_true 5 sh -c "! ls -d $BASE/pact.slice/hook-once-*"
check "the record of a hook has the reason" audited hook once '"reason":"process-match: sct-once"'
"$WORK/sct-once" forks 0 $LONG >/dev/null & p=$!
expect 0 ctl -c "$WORK/slicectl.conf" rule list
check "rule list shows the latch" grep -q '^once *hook *latched' "$WORK/out"
stop_daemon
start_daemon # the latch is not forgotten
"$WORK/sct-once" forks 0 $LONG >/dev/null & q=$!
until_true 5 runs $q sct-once
after_this
is "$(wc -l <"$WORK/ran-once")" 1 "runs of a latched hook"
end $p $q
expect 0 ctl -c "$WORK/slicectl.conf" rule arm once
"$WORK/sct-once" forks 0 $LONG >/dev/null & p=$!
check "a hook runs again after rule arm" until_true 5 sh -c "[ \$(wc -l <$WORK/ran-once) = 2 ]"
end $p
# To whom the slice of a hook is delegated, he neither keeps it from running nor makes it run again.
expect 0 ctl -c "$WORK/slicectl.conf" -q init
is "$(stat -c %u "$BASE/strange.slice")" 65534 "to whom the slice belongs"
mark() { setpriv --reuid 65534 --clear-groups "$TRICKS" mark "$1" user.slicectl.latch.held "$2"; }
held() { [ "$(wc -l <"$WORK/ran-held")" = 1 ]; }
check "a user marks his slice" mark "$BASE/strange.slice" forged
check "he cannot mark that of root" sh -c "! setpriv --reuid 65534 --clear-groups '$TRICKS' mark '$BASE' user.slicectl.latch.held forged 2>/dev/null"
"$WORK/sct-held" forks 0 $LONG >/dev/null & p=$!
check "the hook runs all the same" until_true 5 held
mark "$BASE/strange.slice" ''
"$WORK/sct-held" forks 0 $LONG >/dev/null & q=$!
until_true 5 runs $q sct-held
after_this
check "it does not run again when his mark is gone" held
expect 0 ctl -c "$WORK/slicectl.conf" rule list
check "rule list shows this latch, too" grep -q '^held *hook *latched' "$WORK/out"
end $p $q
expect 3 ctl -c "$WORK/slicectl.conf" rule arm nobody
expect 64 ctl -c "$WORK/slicectl.conf" rule arm
expect 64 ctl -c "$WORK/slicectl.conf" rule arm ask

# Hooks that fail, hang, fork, or are not there.
check "a hook that fails is reported with its status" hooked fail 'exited with status 7'
check "a hook that hangs is killed at its timeout" hooked hang 'did not exit within 300 ms and was killed'
check "a hook that leaves children ends with its own process" hooked fork '"result":"done"'
cp "$TRICKS" "$WORK/sct-lost"
check "a hook without a program is reported as failed" hooked lost '"result":"failed"'
check "no scope of a hook is left" until_true 5 no_hooks

# Three times in ten minutes, and no more.
failing=''
for _ in 1 2 3; do "$WORK/sct-fail" forks 0 $LONG >/dev/null & failing="$failing $!"; done
check "a hook that runs too often is refused" until_true 5 audited hook fail '"result":"refused"'
three_failed() { [ "$(count hook fail 'exited with status 7')" = 3 ]; }
check "a hook runs three times in ten minutes" until_true 5 three_failed
end $failing
is "$(wc -l <"$WORK/ran-fail")" 3 "runs of a hook in a row"

# A signal, a grace, and then no more asking; who is deaf is killed.
"$WORK/sct-ask" forks 2 $LONG >/dev/null & p=$!
check "SIGTERM is sent first" until_true 5 audited kill ask '"signal":"TERM"'
quiet_end $p
(trap '' INT; exec "$WORK/sct-deaf" forks 2 $LONG >/dev/null) & p=$!
check "SIGINT is sent where the rule has it" until_true 5 audited kill deaf '"signal":"INT"'
check "SIGKILL follows after the grace" until_true 5 audited kill deaf '"signal":"KILL"'
none_lives() { for q in $(pgrep -x "$1"); do alive "$q" && return 1; done; return 0; }
check "nobody outlives the grace" until_true 5 none_lives sct-deaf
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
check "the leader is killed" until_true 5 audited kill chief '"result":"done"'
quiet_end $p
after_this
check "a child outlives the kill of its leader" alive "$(cat "$WORK/child")"
kill "$(cat "$WORK/child")"

# The end of a root.
for how in root term clan; do
	"$WORK/sct-$how" forks 2 $LONG >/dev/null & p=$!
	check "the family of rule $how is placed whole" until_true 5 sh -c "[ \$(wc -l <$BASE/workload.slice/$how-$p.scope/cgroup.procs) = 3 ]"
	kill -KILL $p
	quiet_end $p
	case $how in
	clan)
		after_this
		is "$(wc -l <"$BASE/workload.slice/clan-$p.scope/cgroup.procs")" 2 "members of a family that stays"
		for q in $(cat "$BASE/workload.slice/clan-$p.scope/cgroup.procs"); do kill -KILL "$q"; done
		;;
	esac
	check "the scope of rule $how is removed after the root has ended" until_true 5 sh -c "[ ! -d $BASE/workload.slice/$how-$p.scope ]"
done
check "the kill at the end of a root is recorded" audited kill root '"signal":"KILL".*"result":"done"'
check "the SIGTERM at the end of a root is recorded" audited kill term '"signal":"TERM"'

# The same after a restart, by the mark; but what was missed is not made up for.
"$WORK/sct-root" forks 2 $LONG >/dev/null & p=$!
check "the family of root is placed whole" until_true 5 sh -c "[ \$(wc -l <$BASE/workload.slice/root-$p.scope/cgroup.procs) = 3 ]"
stop_daemon
start_daemon
kill -KILL $p
quiet_end $p
check "a restart keeps the root of a family" until_true 5 sh -c "[ ! -d $BASE/workload.slice/root-$p.scope ]"
"$WORK/sct-root" forks 2 $LONG >/dev/null & p=$!
check "a second family of root is placed whole" until_true 5 sh -c "[ \$(wc -l <$BASE/workload.slice/root-$p.scope/cgroup.procs) = 3 ]"
stop_daemon
kill -KILL $p
quiet_end $p
start_daemon
after_this
is "$(wc -l <"$BASE/workload.slice/root-$p.scope/cgroup.procs")" 2 "members after a missed end"
for q in $(cat "$BASE/workload.slice/root-$p.scope/cgroup.procs"); do kill -KILL "$q"; done
check "an adopted family is released" until_true 5 sh -c "[ ! -d $BASE/workload.slice/root-$p.scope ]"

# An empty scope lingers, and is taken again.
"$WORK/sct-stay" forks 0 $LONG >/dev/null & p=$!
check "a process is placed in a scope that lingers" until_true 5 audited place stay "\"result\""
end $p
after_this
check "an empty scope lingers" [ -d "$BASE/workload.slice/stay.scope" ]
inode=$(stat -c %i "$BASE/workload.slice/stay.scope")
"$WORK/sct-stay" forks 0 $LONG >/dev/null & p=$!
check "a process is placed in the scope that lingers" until_true 5 grep -qx $p "$BASE/workload.slice/stay.scope/cgroup.procs"
is "$(stat -c %i "$BASE/workload.slice/stay.scope")" "$inode" "the scope that lingers"
end $p
after_this
check "the scope lingers after its second use" [ -d "$BASE/workload.slice/stay.scope" ]
check "a scope that lingers is removed in the end" until_true 3 sh -c "[ ! -d $BASE/workload.slice/stay.scope ]"

# Users in names.
"$WORK/sct-user" forks 0 $LONG >/dev/null & p=$!
check "a scope's name has the user's name and number" until_true 5 test -d "$BASE/workload.slice/root-0-$p.scope"
end $p

# Command lines are logged where that is asked for, and only there.
# On a machine that is busy it may not be read in time; then the next process has it.
argv_audited() {
	audited place user '"argv":".*sct-user forks 0 '$LONG'"' && return
	"$WORK/sct-user" forks 0 $LONG >/dev/null & p=$!
	until_true 5 test -d "$BASE/workload.slice/root-0-$p.scope"
	end $p
	return 1
}
check "the command line is in the log where that is configured" until_true 20 argv_audited
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
	check "a child outlives its leader ($trap)" alive "$(cat "$WORK/child")"
	kill "$(cat "$WORK/child")"
done
check "a leader that ignores SIGTERM is killed alone" audited kill lead '"signal":"KILL".*"processes":1,'

# A rule that kills now is not what a scope of its name was made for.
"$WORK/sct-change" forks 1 $LONG >/dev/null & p=$!
check "a process of rule change is placed" until_true 5 test -d "$BASE/workload.slice/c-$p.scope"
stop_daemon
sed -i '/^comm = sct-change/,/^scope/c comm = sct-nobody-x\naction = kill' "$WORK/slicectl.conf"
start_daemon
check "a scope of a rule that now does something else is not adopted" grep -q "c-$p.scope was made by rule change, whose action has changed since" "$WORK/daemon.log"
after_this
check "a restart does not kill what was placed" alive $p
for q in $(cat "$BASE/workload.slice/c-$p.scope/cgroup.procs"); do kill -KILL "$q"; done
quiet_end $p

# Rules that are numbered get the names of others: the scope says whose it is.
cat >"$WORK/numbered.conf" <<END2
[supervisor]
audit-log = $WORK/audit.jsonl
[rule n1]
comm = sct-lead
action = place
scope = workload.slice/n-lead
[rule n2]
comm = sct-change
action = place
scope = workload.slice/n-change
END2
cp "$WORK/slicectl.conf" "$WORK/before.conf"
cp "$WORK/numbered.conf" "$WORK/slicectl.conf"
stop_daemon
start_daemon
"$WORK/sct-lead" forks 0 $LONG >/dev/null & p=$!
q_in() { grep -q "^$1\$" "$BASE/workload.slice/$2.scope/cgroup.procs" 2>/dev/null; }
check "a process of the first rule is placed" until_true 5 q_in $p n-lead
stop_daemon
sed -i -e 's/rule n2/rule n3/' -e 's/rule n1/rule n2/' "$WORK/slicectl.conf"
printf '[rule n1]\ncomm = sct-slow\naction = place\nscope = workload.slice/n-slow\n' >>"$WORK/slicectl.conf"
start_daemon
expect 0 ctl families
check "the rule that places there has adopted the scope" grep -q 'n2 .*n-lead' "$WORK/out"
check "the rule with the old name has not" not grep -q '^[0-9].* n1 ' "$WORK/out"
end $p
stop_daemon
cp "$WORK/before.conf" "$WORK/slicectl.conf"
start_daemon

# A hook has its time once more after a restart, and a match does not run it twice.
"$WORK/sct-slow" forks 0 $LONG >/dev/null & p=$!
slow=$BASE/pact.slice/hook-slow-$p.scope
check "the slow hook starts" until_true 5 test -d "$slow"
stop_daemon
check "a stop leaves a hook running" [ -d "$slow" ]
start_daemon
check "a hook of an earlier supervisor is ended at its timeout" until_true 5 sh -c "[ ! -d $slow ]"
check "the end of a hook of an earlier supervisor is reported" audited hook slow 'the hook of an earlier slicectld did not exit'
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
check "--oneshot leaves no hook" [ -z "$(find "$BASE/pact.slice" -name 'hook-*')" ]
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
check "without its audit log a kill is refused" until_true 5 grep -q 'audit-required = yes forbids a kill' "$WORK/daemon.log"
check "the process lives where no kill can be recorded" alive $p
stop_daemon
kill $p
quiet_end $p
sed -i "s|/dev/full|$WORK/required.jsonl|" "$WORK/slicectl.conf"
start_daemon
"$WORK/sct-ask" forks 0 $LONG >/dev/null & p=$!
quiet_end $p
check "two records of a kill with audit-required" until_true 5 sh -c "[ \$(grep -c '\"action\":\"kill\"' $WORK/required.jsonl) = 2 ]"
head -n 2 "$WORK/required.jsonl" | grep -q '"result":"begun"'
result "the intent is recorded before the kill"
check "command lines are not logged by default" not grep -q '"argv"' "$WORK/required.jsonl"
stop_daemon
