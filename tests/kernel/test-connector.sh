#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The event source: forged datagrams, lost events, other namespaces.
. "${srcdir:-.}/tests/kernel/lib.sh"

cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
receive-buffer = 64K
[rule worker]
comm = sctest-conn
action = place
scope = workload.slice/conn-%p
[rule victim]
comm = sctest-victim
action = kill
$(marker_rule)
END
cp "$(command -v sleep)" "$WORK/sctest-conn"
mkdir -p "$WORK/userns/run/slicectl"
printf '[rule none]\ncomm = none\n' >"$WORK/userns.conf"
chmod 711 "$WORK"
expect 0 ctl -q init

# Namespaces in which the kernel would say nothing for ever.
expect 69 unshare -n "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" --detector=netlink
said "network namespace"
expect 69 unshare -p -f --mount-proc "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" --detector netlink
said "initial pid namespace"
# There kernels before 6.6 refuse with a word, later ones keep silent.
unshare -U -r "$SLICECTLD" --root "$WORK/userns" --proc-root /proc --cgroup-root "$BASE" \
	-c "$WORK/userns.conf" --detector netlink 2>"$WORK/userns.log"
case $?:$(cat "$WORK/userns.log") in
69:*"initial user namespace"* | 4:*"in the initial namespaces"*) pass "a user namespace is refused" ;;
*) fail "a user namespace is refused" "$(cat "$WORK/userns.log")" ;;
esac

# auto falls back to poll there, and says so.
unshare -n "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" 2>"$WORK/fallback.log" &
fallback=$!
check "auto falls back to poll in a network namespace" until_true 10 grep -q 'detector: poll' "$WORK/fallback.log"
check "the fall-back is reported" grep -q 'falling back to a scan of /proc every 250 ms' "$WORK/fallback.log"
kill -TERM $fallback
wait $fallback

start_daemon -v
# A forged exec of a process that took a rule's name after its own exec: renames
# are not reported, so only the word of a stranger could make us look.
mkfifo "$WORK/fifo" "$WORK/never"
sh -c 'read -r _ <"$1"; printf sctest-victim >/proc/$$/comm; read -r _ <"$2"' _ "$WORK/fifo" "$WORK/never" &
victim=$!
until_true 5 runs $victim sh
after_this
echo >"$WORK/fifo"
check "the victim is renamed" until_true 5 runs $victim sctest-victim
"$FORGE" "$victim" || skip "cannot send to the connector's group"
after_this
check "a forged event kills nobody" alive $victim
kill $victim

# Stopped through a storm that no small buffer holds: what was lost is found by
# one look at every process.
kill -STOP "$DAEMON"
sh -c 'i=0; while [ $i -lt 2000 ]; do (:); i=$((i+1)); done'
"$WORK/sctest-conn" $LONG & late=$!
until_true 5 runs $late sctest-conn
kill -CONT "$DAEMON"
resynced() { grep -q '"action":"resync".*"cause":"overrun".*"lost":[1-9]' "$WORK/audit.jsonl"; }
check "lost events are recorded" until_true 10 resynced
placed() { grep -q "$late" "$BASE/workload.slice/conn-$late.scope/cgroup.procs"; }
check "a match during the storm is placed" until_true 10 placed
check "lost events are logged" grep -q 'lost process events' "$WORK/daemon.log"
is "$(grep -c "\"pid\":$late,.*\"result\":\"done\"" "$WORK/audit.jsonl")" 1 "records of the late match"

# Other listeners that leave take our subscription with them, up to Linux 6.5: the
# canary finds out, and what happened meanwhile is found.
stop_daemon
check "forged events are counted" grep -q '3 forged' "$WORK/daemon.log"
sed -i 's/^receive-buffer.*/canary-interval = 200ms/' "$WORK/slicectl.conf"
start_daemon
"$FORGE" ignore 4 || skip "cannot send to the connector"
"$WORK/sctest-conn" $LONG & deaf=$!
heard() { grep -q "$deaf" "$BASE/workload.slice/conn-$deaf.scope/cgroup.procs"; }
check "a match during a lost subscription is placed" until_true 5 heard
if grep -q 'it reports again' "$WORK/daemon.log"; then
	check "a lost subscription is recorded" grep -q '"cause":"deaf"' "$WORK/audit.jsonl"
fi
"$WORK/sctest-conn" $LONG & again=$!
heard_again() { grep -q "$again" "$BASE/workload.slice/conn-$again.scope/cgroup.procs"; }
check "the subscription is renewed" until_true 1 heard_again
stop_daemon

# Without descriptors nobody can be looked at: told, and made good when there are some.
if command -v prlimit >/dev/null; then
	start_daemon
	prlimit --pid "$DAEMON" --nofile=5:1024
	"$WORK/sctest-conn" $LONG & blind=$!
	check "a process that cannot be read is reported" until_true 5 grep -q 'a process could not be read' "$WORK/daemon.log"
	prlimit --pid "$DAEMON" --nofile=1024:1024
	seen() { grep -q "$blind" "$BASE/workload.slice/conn-$blind.scope/cgroup.procs"; }
	check "what could not be read is placed later" until_true 5 seen
	check "the scan is recorded" grep -q '"cause":"unread"' "$WORK/audit.jsonl"
	# However much cannot be held, it is told once a second: one descriptor is left, which reads a
	# name, and two are needed to hold a process.
	begun=$(date +%s)
	second=0 free=0 # the second number that is free
	while [ $free -lt 2 ]; do
		[ -e "/proc/$DAEMON/fd/$second" ] || free=$((free + 1))
		second=$((second + 1))
	done
	prlimit --pid "$DAEMON" --nofile=$((second - 1)):1024
	i=0; while [ $i -lt 50 ]; do "$WORK/sctest-conn" 0.01; i=$((i + 1)); done
	prlimit --pid "$DAEMON" --nofile=1024:1024
	after_this
	told=$(grep -ac 'no pidfd of it can be opened' "$WORK/daemon.log")
	check "it is told that processes cannot be held ($told)" [ "$told" -gt 0 ]
	check "at most once a second" [ "$told" -le $(($(date +%s) - begun + 2)) ]
	"$WORK/sctest-conn" 1
	check "those that were left out are counted" until_true 5 grep -q 'more like this were left out' "$WORK/daemon.log"
	stop_daemon
	# A low soft limit is not what the administrator permits.
	: >"$WORK/daemon.log"
	(ulimit -Sn 20; exec "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" 2>"$WORK/daemon.log") & DAEMON=$!
	until_true 5 grep -q supervising "$WORK/daemon.log"
	is "$(awk '/^Max open files/ { print ($4 == $5) }' "/proc/$DAEMON/limits")" 1 "the soft limit is the hard one"
	stop_daemon
fi

# A listener that comes when others have left more often than they came: it must
# subscribe until the kernel answers.
"$FORGE" ignore 3
start_daemon --detector netlink
stop_daemon
