#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# P6: the supervisor and the command are killed at any moment, and the next start adopts what
# is there: nobody is harmed or left frozen, and no half scope stays.
# CRASHES says how often the supervisor is killed at random.
TEST_SECONDS=280
. "${srcdir:-.}/tests/kernel/lib.sh"
: "${TRICKS:=tricks}" "${CRASHES:=200}"
RANDOM=${CRASH_SEED:-$$}
echo "# seed $RANDOM"
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
scheduler = normal
[rule work]
comm = sctest-work
action = place
scope = workload.slice/w-%p
cgroup.max.depth = 9
[rule end]
comm = sctest-end
action = kill
scope = workload.slice/e-%p
END
cp "$(command -v sleep)" "$WORK/sctest-work"
printf '#!/bin/sh\nsleep 3 & sleep 3 & wait\n' >"$WORK/sctest-end"
chmod +x "$WORK/sctest-end"
ctl -q init

# Families that must live through all of it: one of a rule, one of an operator.
"$WORK/sctest-work" $LONG & kept=$!
sleep $LONG & asked=$!
ctl -q scope create workload.slice/keep --set cgroup.max.depth=7
ctl -q scope move workload.slice/keep $asked

whole() { [ ! -d "$1" ] || [ "$(cat "$1/cgroup.max.depth")" != max ]; }
invariants() { # WHEN: the invariants, with a supervisor that is ready
	alive $kept && alive $asked || { fail "$1: a family was harmed"; exit 1; }
	grep -q "w-$kept.scope" /proc/$kept/cgroup || fail "$1: $kept is in $(cat /proc/$kept/cgroup)"
	grep -q keep.scope /proc/$asked/cgroup || fail "$1: $asked is in $(cat /proc/$asked/cgroup)"
	for scope in "$BASE"/*.slice/*.scope; do
		frozen=$(cat "$scope/cgroup.freeze" 2>/dev/null) depth=$(cat "$scope/cgroup.max.depth" 2>/dev/null)
		[ -n "$frozen" ] && [ -n "$depth" ] || continue # it was removed just now
		[ "$frozen" = 0 ] || fail "$1: $scope is frozen"
		# One that is being made has no limit yet.
		case ${scope##*/}:$depth in
		keep.scope:7 | op-*:7 | w-*:9 | e-*) ;;
		*) until_true 2 whole "$scope" || fail "$1: $scope is half made: depth $depth" ;;
		esac
	done
	check "$1: families, limits and scopes are whole" [ "$FAILED" = 0 ]
	[ "$FAILED" = 0 ] || exit 1
}
ready() { ctl -q status; }
launch() {
	"$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" 2>>"$WORK/daemon.log" &
	DAEMON=$!
}

# What goes on while it is killed: every kind of change, and matches.
load() {
	n=0
	while [ -d "$WORK" ] && [ ! -e "$WORK/stop" ]; do
		n=$((n + 1))
		ctl -q scope create workload.slice/op-$n --set cgroup.max.depth=7
		sleep 1 & p=$!
		ctl -q scope move workload.slice/op-$n $p
		ctl -q scope kill workload.slice/op-$n
		ctl -q scope destroy workload.slice/op-$n
		ctl -q reload
		"$WORK/sctest-work" 0.05 &
		"$WORK/sctest-end" &
		wait
	done 2>/dev/null
}
load & loads=$!
load_two() { while [ -d "$WORK" ] && [ ! -e "$WORK/stop" ]; do "$WORK/sctest-work" 0.01; ctl -q families >/dev/null; done 2>/dev/null; }
load_two & loads="$loads $!"
i=0
while [ $i -lt "$CRASHES" ]; do
	launch
	# Now and then before it is ready.
	[ $((RANDOM % 5)) = 0 ] || until_true 10 ready || { fail "start $i: it is not ready: $(tail -n 5 "$WORK/daemon.log")"; exit 1; }
	sleep 0.0$((RANDOM % 10))$((RANDOM % 10))
	kill -KILL $DAEMON
	wait $DAEMON 2>/dev/null
	[ $((i % 20)) != 19 ] || { launch; until_true 10 ready || fail "crash $i: it does not start"; invariants "crash $i"; kill -KILL $DAEMON; wait $DAEMON 2>/dev/null; }
	i=$((i + 1))
done
touch "$WORK/stop"
# shellcheck disable=SC2086
wait $loads
launch
check "it starts after all crashes" until_true 10 ready
invariants "the end"
settled() { [ -z "$(find "$BASE" -name 'w-*.scope' ! -name "w-$kept.scope")$(find "$BASE" -name 'e-*.scope')" ]; }
check "no scope of an ended family is left" until_true 10 settled
check "adoptions are recorded" grep -q '"action":"adopt","actor":"slicectld".*"scope":"workload.slice/w-' "$WORK/audit.jsonl"
grep -o '"reason":"it was [^"]*"' "$WORK/audit.jsonl" | sort | uniq -c | sed 's/^/# /'
for scope in "$BASE"/workload.slice/op-*.scope; do [ ! -d "$scope" ] || expect 0 ctl scope destroy "$scope"; done
stop_daemon

command -v strace >/dev/null || { [ "$FAILED" = 0 ] || exit 1; skip "needs strace for the second half"; }
# The command, without a supervisor, killed at each of its system calls.
syscalls() { sed -n 's/^[0-9 ]*\([a-z_0-9]*\)(.*/\1/p' "$1" | sort | uniq -c; }
kill_at_each() { # NAME COMMAND...: before each call of NAME in turn; what is left must be whole
	name=$1
	shift
	prepare
	strace -f -o "$WORK/trace" "$@" >/dev/null 2>&1
	syscalls "$WORK/trace" >"$WORK/calls"
	total=$(awk '{ n += $1 } END { print n }' "$WORK/calls")
	while read -r n call; do
		k=1
		while [ $k -le "$n" ]; do
			prepare
			# A shell of its own does not tell of the end by a signal.
			(strace -f -o /dev/null -e trace="$call" -e inject="$call":signal=KILL:when=$k "$@" >/dev/null; :) 2>/dev/null
			k=$((k + 1))
			judge "$name killed at $call $k"
		done
	done <"$WORK/calls"
	check "$name is killed at each of $total system calls" [ "$FAILED" = 0 ]
}
adopt() { "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" --oneshot -q 2>>"$WORK/daemon.log"; }
prepare() { :; }
judge() {
	[ ! -d "$BASE/workload.slice/s.scope" ] && return
	adopt
	[ -d "$BASE/workload.slice/s.scope" ] || return
	[ "$(cat "$BASE/workload.slice/s.scope/cgroup.max.depth")" = 7 ] || fail "$1: half a scope was left"
	rmdir "$BASE/workload.slice/s.scope"
}
kill_at_each create "$SLICECTL" --cgroup-root "$BASE" scope create workload.slice/s --set cgroup.max.depth=7
prepare() {
	[ -d "$BASE/workload.slice/s.scope" ] || mkdir "$BASE/workload.slice/s.scope"
	victim=
	[ -n "$(cat "$BASE/workload.slice/s.scope/cgroup.procs")" ] || { sleep $LONG & victim=$!; disown; echo $victim >"$BASE/workload.slice/s.scope/cgroup.procs"; }
}
judge() {
	[ -d "$BASE/workload.slice/s.scope" ] || return
	[ "$(cat "$BASE/workload.slice/s.scope/cgroup.freeze")" = 0 ] || fail "$1: frozen"
	[ -n "$(cat "$BASE/workload.slice/s.scope/cgroup.procs")" ] || adopt
}
kill_at_each destroy "$SLICECTL" --cgroup-root "$BASE" scope destroy workload.slice/s
[ ! -d "$BASE/workload.slice/s.scope" ] || ctl -q scope destroy workload.slice/s

# The supervisor, at each call that changes something while it places a family.
changes="mkdirat unlinkat fsetxattr fremovexattr write"
"$WORK/sctest-work" $LONG & placed=$!
daemon() { (timeout $((20 * PATIENCE)) strace -f -o "$1" -e trace="${changes// /,}" "${@:2}" "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" --oneshot -q >/dev/null; :) 2>/dev/null; }
daemon "$WORK/trace"
syscalls "$WORK/trace" >"$WORK/calls"
while read -r n call; do
	k=1
	while [ $k -le "$n" ] && [ $k -le 12 ]; do
		echo $placed >"$BASE/../cgroup.procs" 2>/dev/null
		rmdir "$BASE/workload.slice/w-$placed.scope" 2>/dev/null
		daemon /dev/null -e inject="$call":signal=KILL:when=$k
		adopt
		grep -q "w-$placed.scope" /proc/$placed/cgroup || fail "supervisor killed at $call $k: not placed by the next"
		[ "$(cat "$BASE/workload.slice/w-$placed.scope/cgroup.max.depth")" = 9 ] || fail "supervisor killed at $call $k: no limit"
		getfattr -n user.slicectl.rule "$BASE/workload.slice/w-$placed.scope" >/dev/null 2>&1 || ! command -v getfattr >/dev/null || fail "supervisor killed at $call $k: no mark"
		k=$((k + 1))
	done
done <"$WORK/calls"
check "the family lives" alive $placed
check "the supervisor is killed at each of $(awk '{ n += $1 } END { print n }' "$WORK/calls") calls of $changes" [ "$FAILED" = 0 ]
kill $placed $kept $asked
