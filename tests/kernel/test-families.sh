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
check "no daemoniser escapes a kill" until_true 5 none sctest-bad
i=0
while [ $i -lt 20 ]; do
	"$WORK/sctest-work" daemonise $((i % 4)) $LONG &
	i=$((i + 1))
done
check "all of 20 daemonisers are placed" until_true 5 inside_is 20
end_families
check "no scope of a daemoniser is left" until_true 20 no_scopes

# Lost events: the whole family is found, not only its root.
kill -STOP "$DAEMON"
"$WORK/sctest-work" forks 20 $LONG &
"$WORK/sctest-bad" forks 20 $LONG &
sh -c 'i=0; while [ $i -lt 1500 ]; do (:); i=$((i+1)); done'
kill -CONT "$DAEMON"
check "all of 21 processes are placed after lost events" until_true 5 inside_is 21
check "none of 21 processes escapes a kill after lost events" until_true 5 none sctest-bad
check "events were lost" grep -q 'lost process events' "$WORK/daemon.log"
end_families
check "no scope is left after lost events" until_true 20 no_scopes

# A process that lives on when its first thread has ended is still a member.
"$WORK/sctest-work" leader $LONG & thread=$!
check "a process with threads gets a scope" until_true 5 test -d "$BASE/workload.slice/w-$thread.scope"
headless() { grep -q '^State:[[:space:]]*Z' "/proc/$thread/status"; }
check "the first thread ends" until_true 5 headless
after_this
check "a process without its first thread keeps its scope" [ -d "$BASE/workload.slice/w-$thread.scope" ]
kill -KILL $thread
check "the scope of a process without its first thread is removed" until_true 5 no_scopes

# A pid that changed hands while we slept is not the one that matched.
kill -STOP "$DAEMON"
victim=$("$WORK/sctest-bad" forks 1 0)
sleep 0.05 # start times count in hundredths of a second
"$TRICKS" bear "$victim" $LONG & bearer=$!
born() { [ -e "/proc/$victim" ] || ! alive $bearer; }
until_true 5 born
is_born() { alive $bearer && [ -e "/proc/$1" ]; } # else the pid was taken meanwhile
is_born "$victim" && has_victim=1 || has_victim=0
kill -CONT "$DAEMON"
if [ $has_victim = 1 ]; then
	after_this
	check "a later process of a pid that matched is not killed" alive "$victim"
	kill "$victim"
fi
wait $bearer
# Nor is the pid of a member that ended and changed hands before the family was killed.
kill -STOP "$DAEMON"
# It was there before the match, so slicectld takes it for a member when it reads of that.
sh -c 'sleep 0.3 & exec "$1" reaps "$2"' sh "$WORK/sctest-bad" $LONG >"$WORK/left" & bad=$!
until_true 5 test -s "$WORK/left"
member=$(cat "$WORK/left")
sleep 0.05
"$TRICKS" bear "$member" $LONG & bearer=$!
born() { [ -e "/proc/$member" ] || ! alive $bearer; }
until_true 5 born
is_born "$member" && has_victim=1 || has_victim=0
kill -CONT "$DAEMON"
check "the family is killed" until_true 5 not alive $bad
if [ $has_victim = 1 ]; then
	after_this
	check "a later process with the pid of a member is not" alive "$member"
	kill "$member"
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
check "the nested family runs" until_true 5 named_is sctest-bad 3
start_daemon
check "a nested match is killed" until_true 5 none sctest-bad
lost_dead() { ! alive "$(cat "$WORK/lost")"; }
check "a descendant of the nested match is killed" until_true 5 lost_dead
check "the outer family lives" alive "$(cat "$WORK/kept")"
check "the root of the outer family lives" alive $outer
O=$BASE/workload.slice/w-$outer.scope

# A restart adopts: sub-cgroups stay, orphans stay members, the end is seen.
mkdir "$O/sub"
echo "$(cat "$WORK/kept")" >"$O/sub/cgroup.procs"
stop_daemon
kill -KILL $outer
start_daemon
check "a restart leaves a process in its sub-cgroup" grep -q "$(cat "$WORK/kept")" "$O/sub/cgroup.procs"
for p in $(cat "$O/cgroup.procs" "$O/sub/cgroup.procs"); do kill -KILL "$p"; done
gone() { [ ! -d "$O" ]; }
check "an adopted scope is removed" until_true 5 gone

# Steady births and deaths: scopes go while the load goes on.
: >"$WORK/audit.jsonl"
(while [ ! -e "$WORK/stop" ]; do "$WORK/sctest-work" forks 0 0 >/dev/null & sleep 0.01; done; wait) &
load=$!
released() { [ "$(grep -c '"action":"release"' "$WORK/audit.jsonl")" -ge 50 ] && [ "$(scopes)" -lt 40 ]; }
check "scopes are removed under steady load" until_true 5 released
touch "$WORK/stop"
wait $load
check "no scope is left after a steady load" until_true 5 no_scopes
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
"$WORK/sctest-bad" forks 1 $LONG & bad=$!
check "a closed audit log does not stop a kill" until_true 5 not alive $bad # also not before its exec
check "nothing of it is left" until_true 5 none sctest-bad
check "the supervisor survives a closed audit log" alive "$DAEMON"
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
check "the family runs" until_true 5 named_is sctest-bad 4
expect 0 ctl -q scope create workload.slice/jail-$bad --pid $innocent
start_daemon
check "the family in a scope with others is killed" until_true 5 none sctest-bad
check "the other process in the scope lives" alive $innocent
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
	check "a refused placement names the state $state" until_true 5 told
	is "$(wc -l <"$BASE/workload.slice/shared.scope/cgroup.procs")" 0 "members of a $state scope"
	check "a process that was not placed lives" alive $refused
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
check "a deep tree is destroyed" [ ! -d "$deep" ]

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
check "children of a launcher that has ended are killed" launched_ended
check "the child with the launcher's name is killed" until_true 5 none sctest-launch
after_this
innocent=$(running 'sleep 3043')
check "a sibling of a match lives" [ -n "$innocent" ]
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
check "a renamed process is killed" until_true 5 none sctest-launch
after_this
check "a sibling of a renamed process lives" [ -n "$(running 'sleep 3044')" ]
exec 9>&-
for p in $(running 'sleep 3044'); do kill "$p"; done
stop_daemon
