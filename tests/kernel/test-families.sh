#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Families that do not make it easy: each of these was once a hole.
. "${srcdir:-.}/tests/kernel/lib.sh"
: "${TRICKS:=tricks}"

cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
receive-buffer = 256K
[rule bad]
comm = sctest-bad
action = kill
[rule work]
comm = sctest-work
action = place
scope = workload.slice/w-%p
$(marker_rule)
END
cp "$TRICKS" "$WORK/sctest-bad"
cp "$TRICKS" "$WORK/sctest-work"
named() { # NAME: living processes of that name
	n=0
	for c in /proc/[0-9]*/comm; do
		read -r name <"$c" 2>/dev/null || continue
		p=${c#/proc/}
		[ "$name" = "$1" ] && alive "${p%/comm}" && n=$((n + 1))
	done
	echo $n
}
named_is() { [ "$(named "$1")" = "$2" ]; }
none() { [ "$(named "$1")" = 0 ]; }
scopes() { find "$BASE/workload.slice" -name 'w-*.scope' | wc -l; }
inside() { cat "$BASE"/workload.slice/w-*.scope/cgroup.procs 2>/dev/null | wc -l; }
no_scopes() { [ "$(find "$BASE/workload.slice" -name '*.scope' | wc -l)" = 0 ]; }
end_families() { for s in "$BASE"/workload.slice/w-*.scope; do echo 1 >"$s/cgroup.kill"; done 2>/dev/null; }
inside_is() { [ "$(inside)" = "$1" ]; }
expect 0 ctl -q init
start_daemon

# Quick daemonisers: the program has ended before anybody could read its name.
i=0
while [ $i -lt 20 ]; do
	"$WORK/sctest-bad" daemonise $((i % 4)) $LONG &
	i=$((i + 1))
done
until_true 5 none sctest-bad || fail "$(named sctest-bad) of 20 daemonisers escaped a kill"
i=0
while [ $i -lt 20 ]; do
	"$WORK/sctest-work" daemonise $((i % 4)) $LONG &
	i=$((i + 1))
done
until_true 5 inside_is 20 || fail "$(inside) of 20 daemonisers were placed"
end_families
until_true 20 no_scopes || fail "$(scopes) scopes of daemonisers were left"

# Lost events: the whole family is found, not only its root.
kill -STOP "$DAEMON"
"$WORK/sctest-work" forks 20 $LONG &
"$WORK/sctest-bad" forks 20 $LONG &
sh -c 'i=0; while [ $i -lt 1500 ]; do (:); i=$((i+1)); done'
kill -CONT "$DAEMON"
until_true 5 inside_is 21 || fail "$(inside) of 21 were placed after lost events"
until_true 5 none sctest-bad || fail "$(named sctest-bad) of 21 escaped a kill after lost events"
grep -q 'lost process events' "$WORK/daemon.log" || fail "no event was lost: the test is too tame"
end_families
until_true 20 no_scopes || fail "$(scopes) scopes were left after lost events"

# A process that lives on when its first thread has ended is still a member.
"$WORK/sctest-work" leader $LONG & thread=$!
until_true 5 test -d "$BASE/workload.slice/w-$thread.scope" || fail "no scope for a threaded process"
headless() { grep -q '^State:[[:space:]]*Z' "/proc/$thread/status"; }
until_true 5 headless || fail "the first thread does not end"
after_this
[ -d "$BASE/workload.slice/w-$thread.scope" ] || fail "the scope of a living process was removed"
kill -KILL $thread
until_true 5 no_scopes || fail "the scope of a process without first thread was left"

# A pid that changed hands while we slept is not the one that matched.
kill -STOP "$DAEMON"
victim=$("$WORK/sctest-bad" forks 1 0)
sleep 0.05 # start times count in hundredths of a second
"$TRICKS" bear "$victim" $LONG & bearer=$!
born() { [ -e "/proc/$victim" ] || ! alive $bearer; }
until_true 5 born
kill -CONT "$DAEMON"
if alive $bearer; then # else the pid was taken meanwhile
	after_this
	alive "$victim" || fail "a later bearer of a pid was killed"
	kill "$victim"
fi
wait $bearer

# A kill inside a placed family takes its own descendants and nobody else's.
cat >"$WORK/sctest-outer" <<END
#!/bin/sh
sleep $LONG &
echo \$! >$WORK/kept
sh -c 'sleep $LONG & echo \$! >$WORK/lost; exec $WORK/sctest-bad forks 2 $LONG'
sleep $LONG
END
sed -i 's/comm = sctest-work/comm = sctest-work sctest-outer/' "$WORK/slicectl.conf"
chmod +x "$WORK/sctest-outer"
stop_daemon
"$WORK/sctest-outer" & outer=$!
until_true 5 named_is sctest-bad 3 || fail "the nested family did not come up"
start_daemon
until_true 5 none sctest-bad || fail "a nested match was not killed"
lost_dead() { ! alive "$(cat "$WORK/lost")"; }
until_true 5 lost_dead || fail "a descendant of the nested match lives"
alive "$(cat "$WORK/kept")" || fail "the outer family was killed with it"
alive $outer || fail "the outer root was killed"
O=$BASE/workload.slice/w-$outer.scope

# A restart adopts: sub-cgroups stay, orphans stay members, the end is seen.
mkdir "$O/sub"
echo "$(cat "$WORK/kept")" >"$O/sub/cgroup.procs"
stop_daemon
kill -KILL $outer
start_daemon
grep -q "$(cat "$WORK/kept")" "$O/sub/cgroup.procs" || fail "a restart pulled a process out of a sub-cgroup"
for p in $(cat "$O/cgroup.procs" "$O/sub/cgroup.procs"); do kill -KILL "$p"; done
gone() { [ ! -d "$O" ]; }
until_true 5 gone || fail "an adopted scope was left"

# Steady births and deaths: scopes go while the load goes on.
: >"$WORK/audit.jsonl"
(while [ ! -e "$WORK/stop" ]; do "$WORK/sctest-work" forks 0 0 >/dev/null & sleep 0.01; done; wait) &
load=$!
released() { [ "$(grep -c '"action":"release"' "$WORK/audit.jsonl")" -ge 50 ] && [ "$(scopes)" -lt 40 ]; }
until_true 5 released || fail "$(scopes) scopes pile up under steady load"
touch "$WORK/stop"
wait $load
until_true 5 no_scopes || fail "$(scopes) scopes were left after a steady load"
stop_daemon

# Nobody reads standard output any more, or it is full: work goes on.
sed -i 's|^audit-log = .*|audit-log = -|' "$WORK/slicectl.conf"
mkfifo "$WORK/pipe"
sleep $LONG <"$WORK/pipe" & reader=$!
: >"$WORK/daemon.log"
"$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" >"$WORK/pipe" 2>"$WORK/daemon.log" & DAEMON=$!
until_true 5 grep -q supervising "$WORK/daemon.log"
kill $reader
wait $reader 2>/dev/null
"$WORK/sctest-bad" forks 1 $LONG &
until_true 5 none sctest-bad || fail "a closed audit log stopped the work"
alive "$DAEMON" || fail "a closed audit log ended the supervisor"
stop_daemon
is "$DAEMON_STATUS" 0 "status with a closed audit log"

# A scope that holds others is never killed with a family.
cat >"$WORK/slicectl.conf" <<END
[rule bad]
comm = sctest-bad
action = kill
scope = workload.slice/jail-%p
END
sleep $LONG & innocent=$!
"$WORK/sctest-bad" forks 3 $LONG & bad=$!
until_true 5 named_is sctest-bad 4 || fail "the family did not come up"
expect 0 ctl -q scope create workload.slice/jail-$bad --pid $innocent
start_daemon
until_true 5 none sctest-bad || fail "the family lives"
alive $innocent || fail "an innocent process was killed"
stop_daemon
kill $innocent

# A scope that is frozen, or was killed, takes no family in.
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[rule work]
comm = sctest-work
action = place
scope = workload.slice/shared
END
expect 0 ctl -q scope create workload.slice/shared
expect 0 ctl scope freeze workload.slice/shared
start_daemon
for state in frozen releasing; do
	: >"$WORK/audit.jsonl"
	"$WORK/sctest-work" forks 1 $LONG & refused=$!
	told() { grep -q "\"pid\":$refused,.*\"result\":\"failed\".*$state" "$WORK/audit.jsonl"; }
	until_true 5 told || fail "nobody told that the scope is $state: $(cat "$WORK/audit.jsonl")"
	is "$(wc -l <"$BASE/workload.slice/shared.scope/cgroup.procs")" 0 "members of a $state scope"
	alive $refused || fail "a process that was not placed died"
	kill $refused
	expect 0 ctl scope thaw workload.slice/shared
	expect 0 ctl scope kill workload.slice/shared
done
stop_daemon

# The tree below a scope may be deep, and a time without end is no error.
deep=$BASE/workload.slice/deep.scope
name=$(printf '%0200d' 1)
expect 0 ctl -q scope create workload.slice/deep
(cd "$deep" && i=0 && while [ $i -lt 25 ]; do mkdir "$name" && cd "$name" 2>/dev/null || exit; i=$((i + 1)); done)
sleep $LONG & p=$!
echo $p >"$deep/cgroup.procs"
expect 0 ctl scope destroy workload.slice/deep --timeout 18446744073709551615us
[ ! -d "$deep" ] || fail "a deep tree was left"

# A launcher that ended before we could read it: a child that still bears its name
# tells whose family the others are, which execute something else by now.  A child
# that executed what we look for tells nothing of its parent and its siblings.
cat >"$WORK/slicectl.conf" <<EOF
[supervisor]
audit-log = $WORK/audit.jsonl
[rule launch]
comm = sctest-launch
action = kill
$(marker_rule)
EOF
cat >"$WORK/sctest-launch" <<'EOF'
#!/bin/sh
sleep 3041 &
sleep 3041 &
(sleep 3041; :) &
exit 0
EOF
chmod +x "$WORK/sctest-launch"
mkdir "$WORK/bin"
cp "$TRICKS" "$WORK/bin/sctest-launch"
: >"$WORK/audit.jsonl"
start_daemon
running() { pgrep -xf "$1"; }
launched_ended() { [ -z "$(running 'sleep 3041')" ]; }
# Of processes that have ended only the last are remembered: a machine that is busy with
# others, which end while ours are not read, gets five tries.
attempts=0
while [ $attempts -lt 5 ]; do
	attempts=$((attempts + 1))
	kill -STOP "$DAEMON"
	"$WORK/sctest-launch"
	[ $attempts -gt 1 ] || sh -c '"$1" sleep 3042 & sleep 3043 & exit 0' _ "$WORK/bin/sctest-launch"
	sleep 0.1
	kill -CONT "$DAEMON"
	after_this
	until_true 1 launched_ended && break
	[ $attempts = 5 ] || for p in $(running "sleep 3041"); do kill "$p"; done
done
launched_ended || fail "children of a launcher live: $(cat "$WORK/audit.jsonl")"
until_true 5 none sctest-launch || fail "a child of the launcher lives"
after_this
innocent=$(running 'sleep 3043')
[ -n "$innocent" ] || fail "a sibling of a match was killed"
for p in $innocent; do kill "$p"; done
stop_daemon

# A child that changed what the rule asks for (here its name) tells nothing of the
# others: they live.
cat >"$WORK/renames" <<'EOF'
#!/bin/sh
sleep 3044 &
(printf sctest-launch >/proc/self/comm; read -r _ <"$1") &
exit 0
EOF
chmod +x "$WORK/renames"
mkfifo "$WORK/renamed"
: >"$WORK/audit.jsonl"
start_daemon
kill -STOP "$DAEMON"
"$WORK/renames" "$WORK/renamed"
exec 9>"$WORK/renamed" # the reader opens it once it has its name
kill -CONT "$DAEMON"
until_true 5 none sctest-launch || fail "the renamed process lives"
after_this
[ -n "$(running 'sleep 3044')" ] || fail "a sibling of a process that renamed itself was killed"
exec 9>&-
for p in $(running 'sleep 3044'); do kill "$p"; done
stop_daemon
