#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Levels of what only controllers count: memory and processes beside their limits, and what the kernel
# tells of them: limits that were reached, and ends for want of memory.
. "${srcdir:-.}/tests/kernel/lib.sh"
trap "" PIPE # its job is killed
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[owner workload]
users = root
[watch oom]
subject = workload.slice
resource = oom_kill
level = change
END
expect 0 ctl -c "$WORK/slicectl.conf" check-config
expect 0 ctl -q init
start_daemon
expect 0 ctl -q scope create workload.slice/job --memory-max=32M --pids-max=10
[ -d "$BASE/workload.slice/job.scope" ] || exit 1
watch() { # FILE ARGUMENT...
	events=$WORK/$1
	shift
	"$SLICECTL" --json watch "$@" >"$events" 2>&1 & WATCHER=$!
	LISTENERS="${LISTENERS:-} $WATCHER"
}
told() { grep -q "$2" "$WORK/$1"; }
listed() { [ "$("$SLICECTL" --json watch list | grep -o '"id":' | wc -l)" = "$1" ]; }
job=workload.slice/job
watch job $job memory.current 50% $job pids.current 70% $job pids.max 1 $job memory.max 1 $job oom_kill 1 \
	$job memory.high change workload.slice memory.current 8M
check "all are watched" until_true 10 listed 8
# Something in the scope waits for a word, and then does that.
cp "$(command -v bash)" "$WORK/wl-job"
does() { # COMMAND: its pid is in $pid
	rm -f "$WORK/fifo"
	mkfifo "$WORK/fifo"
	"$WORK/wl-job" -c "read -r _; $1" <"$WORK/fifo" & pid=$!
	exec 7>"$WORK/fifo"
	ctl -q scope move $job $pid
	echo go >&7
	exec 7>&-
}

# Processes, also beside a limit that changes.
sleepers=''
for _ in 1 2 3 4 5 6 7; do sleep $LONG & sleepers="$sleepers $!"; done
expect 0 ctl -q scope move $job $sleepers
check "a part of pids.max is told" until_true 10 told job '"resource":"pids.current","direction":"up".*"level":7'
kill $sleepers
check "it is told when they are gone" until_true 20 told job '"resource":"pids.current","direction":"down".*"level":7'
sleep $LONG & sleeper=$!
expect 0 ctl -q scope move $job $sleeper
expect 0 ctl -q scope set $job pids.max=1
check "a limit that shrinks is noticed" until_true 10 told job '"resource":"pids.current","direction":"up".*"level":1}'
kill $sleeper
expect 0 ctl -q scope set $job pids.max=2
does 'sleep 100 & sleep 1'
check "a fork that fails is told" until_true 10 told job '"resource":"pids.max","direction":"up".*"old":0'
kill -KILL $pid

# Memory.
expect 0 ctl -q scope set $job pids.max=100
# A file stays; a string of bash is there twice for a moment, which is too much.
does "head -c 20M /dev/zero >$WORK/fill; sleep 100"
check "a part of memory.max is told" until_true 10 told job '"resource":"memory.current","direction":"up".*"level":16777216'
check "what the slice uses, too" until_true 10 told job '"subject":"workload.slice".*"direction":"up".*"level":8388608'
kill -KILL $pid
rm "$WORK/fill"
expect 0 ctl -q scope set $job memory.high=8M
does 'x=$(printf "%016000000d" 1); sleep 100'
check "memory.high is told" until_true 20 told job '"kind":"changed".*"resource":"memory.high"'
kill -KILL $pid
expect 0 ctl -q scope set $job memory.high=max
does 'x=$(printf "%080000000d" 1); echo $x | wc -c'
check "memory.max is told" until_true 20 told job '"resource":"memory.max","direction":"up"'
check "and the end for want of memory" until_true 20 told job '"resource":"oom_kill","direction":"up".*"old":0'
check "which the configuration records" until_true 10 grep -q '"actor":"watch:oom".*"direction":"change"' "$WORK/audit.jsonl"
expect 0 ctl -q scope destroy $job
check "the end of the scope is told" until_true 10 told job "\"kind\":\"ended\".*\"subject\":\"$job\""
kill $WATCHER 2>/dev/null

# Before Linux 6.2 descriptors are listed, which takes rights for processes of other users.
if command -v setpriv >/dev/null; then
	setpriv --reuid=65534 --clear-groups sleep $LONG & sleeper=$!
	nap 500
	ctl watch -t 100ms $sleeper nofile 900 >"$WORK/out" 2>&1
	check "what cannot be read is refused, and what can is watched" grep -qE "^nofile of $sleeper is [0-9]|cannot be read" "$WORK/out"
	stop_daemon
	cat >>"$WORK/slicectl.conf" <<END
[rule any]
comm = nobody
action = monitor
[watch fds]
subject = family:any
resource = nofile
level = 80%
END
	start_daemon
	expect 75 ctl watch -t 100ms $sleeper nofile 900
	said "nofile of $sleeper is "
	kill $sleeper
fi
