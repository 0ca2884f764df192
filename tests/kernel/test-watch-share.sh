#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What one user's watches may take of slicectld: a share of its descriptors and of its time.  And after
# a restart a pid that is another process is not watched.
. "${srcdir:-.}/tests/kernel/lib.sh"
command -v setpriv >/dev/null || skip "needs setpriv"
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[owner workload]
users = root
END
cp "$SLICECTL" "$WORK/slicectl-copy"
chmod 755 "$WORK" "$WORK/slicectl-copy"
as_user() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
expect 0 ctl -q init

# A process of the user, and a watch of it that outlives slicectld: its pid is another's then.
start_daemon
setpriv --reuid=65534 --regid=65534 --clear-groups sleep $LONG & first=$!
sleeps() { [ "$(cat "/proc/$1/comm")" = sleep ]; }
check "it sleeps" until_true 5 sleeps $first
"$SLICECTL" --json watch $first nofile 900 >"$WORK/events" 2>"$WORK/said" & watcher=$!
LISTENERS="${LISTENERS:-} $watcher"
check "it is watched" until_true 5 grep -q watched "$WORK/events"
stop_daemon
kill $first
wait $first 2>/dev/null
"$TRICKS" bear $first 60 >/dev/null 2>&1 & bear=$!
if until_true 5 alive $first; then
	start_daemon
	check "a process that has its pid is not watched" until_true 20 grep -q "$first has ended" "$WORK/said"
	check "and the command ends, with nothing to watch" until_true 5 not alive $watcher
	stop_daemon
	kill $first $bear
else
	left_out="no process can be given a pid here"
fi

# Four hundred children near their level: each could be read a hundred times a second.
start_daemon
cat >"$WORK/many" <<'END'
[ -z "$2" ] || read -r _ <"$2"
i=0
while [ $i -lt $1 ]; do # not faster than a user's children are taken in
	sleep 300 & i=$((i + 1))
	[ $((i % 40)) != 0 ] || sleep 0.4
done
wait
END
mkfifo "$WORK/go"
setpriv --reuid=65534 --regid=65534 --clear-groups sh "$WORK/many" 400 "$WORK/go" & many=$!
grown() { [ "$(pgrep -c -P $many)" -ge "$1" ]; }
users() { [ "$(cat "/proc/$many/comm")" = sh ]; }
check "a process of the user waits" until_true 5 users
cpu() { echo $(($(sed 's/.*) //' "/proc/$DAEMON/stat" | cut -d ' ' -f 12-13 | tr ' ' +))); }
watched() { [ "$(ctl metrics | sed -n 's/^slicectl_watched_values //p')" -ge "$1" ]; }
setpriv --reuid=65534 --regid=65534 --clear-groups "$WORK/slicectl-copy" -q watch $many nofile 8 >/dev/null 2>&1 & one=$!
check "it is watched" until_true 10 watched 1
echo >"$WORK/go"
check "four hundred are watched" until_true 20 watched 400
before=$(cpu)
sleep 5
after=$(cpu)
hz=$(getconf CLK_TCK)
echo "# $(((after - before) * 1000 / hz / 5)) ms of processor time a second for 400 values of a user"
check "they take a tenth of a processor at most" [ $((after - before)) -le $((hz / 2)) ]
kill $one
wait $one 2>/dev/null
pkill -KILL -P $many
wait $many
stop_daemon

# 1,024 descriptors: a quarter of them is for watches, half of that for users, and a quarter of that for
# one of them.
# shellcheck disable=SC3045
ulimit -n 1024
start_daemon
setpriv --reuid=65534 --regid=65534 --clear-groups sh "$WORK/many" 40 "" & many=$!
check "forty run" until_true 20 grown 40
levels=''
for pid in $(pgrep -P $many | head -n 33); do levels="$levels $pid nofile 900"; done
expect 1 as_user "$WORK/slicectl-copy" watch -t 5s $levels
said "already has 32 watched values, which is the maximum"
pkill -KILL -P $many
wait $many
stop_daemon

# A member whose end was not seen: its pid is another's before its value is first read.
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
detector = poll
poll-interval = 1min
[owner workload]
users = root
[rule kin]
comm = ws-kin
action = monitor
END
cp "$(command -v sh)" "$WORK/ws-kin"
mkfifo "$WORK/wait"
"$WORK/ws-kin" -c 'read -r _ <"$1" & echo $! >"$2"; wait; read -r _ <"$1"' kin "$WORK/wait" "$WORK/child" & root=$!
check "a family waits" until_true 5 test -s "$WORK/child"
child=$(cat "$WORK/child")
start_daemon
targets() { # SUBJECT N
	ctl --json watch list >"$WORK/list"
	grep -q "\"subject\":\"$1\".*\"targets\":$2," "$WORK/list"
}
"$SLICECTL" -q watch "family:$root" nofile 900 & both=$!
check "both members are watched" until_true 10 targets "family:$root" 2
kill $both
wait $both 2>/dev/null
kill "$child"
gone() { [ ! -e "/proc/$child" ]; }
check "one has ended, and its parent knows" until_true 10 gone
"$TRICKS" bear "$child" 60 >/dev/null 2>&1 & bear=$!
bears() { [ "$(cut -d ' ' -f 4 "/proc/$child/stat")" = $bear ]; }
if until_true 10 bears; then
	"$SLICECTL" -q watch "family:$root" nofile 900 & one=$!
	check "the process that has the pid of one is not" until_true 10 targets "family:$root" 1
	nap 500
	check "and stays so" targets "family:$root" 1
	kill $one
	kill "$child" $bear 2>/dev/null
else
	left_out="no process can be given a pid here"
fi
kill $root
stop_daemon
[ -z "${left_out:-}" ] || skip "$left_out"
