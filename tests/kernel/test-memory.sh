#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Memory that runs out: the n-th allocation fails, for each n, or it and all after it.  No command
# and no slicectld crashes or hangs, none succeeds with another answer, and once there is memory
# again, slicectld does what it should.  TRIES: how many n of each case at most; 0: all.
TEST_SECONDS=${TEST_SECONDS:-300}
. "${srcdir:-.}/tests/kernel/lib.sh"
TRIES=${TRIES:-12}
"${CC:-cc}" -O2 -Wall -Werror -shared -fPIC -o "$WORK/starve.so" "${srcdir:-.}/tests/kernel/starve.c" 2>"$WORK/err" ||
	skip "what lets allocations fail cannot be built here: $(tail -1 "$WORK/err")"
export STARVE=$WORK/plan LC_ALL=C # another locale would be given up for this one
head -c 64 /dev/zero >"$STARVE"
for name in me-box me-miner; do cp "$(command -v sleep)" "$WORK/$name"; done
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[owner workload]
users = root
[rule box]
comm = me-box
arg = $LONG
action = place
scope = workload.slice/box-%p
[rule miner]
comm = me-miner
action = kill
END
expect 0 ctl -q init
expect 0 ctl -q scope create workload.slice/a.scope

starved() { LD_PRELOAD="$WORK/starve.so" "$@"; }
fail_at() { printf '%-15s\n' "$1" 1<>"$STARVE"; }
allocations() { od -An -td8 -j16 -N8 "$STARVE" | tr -d ' '; }
starved true 2>/dev/null || skip "nothing can be preloaded here"
fail_at 0
starved "$SLICECTL" --version >"$WORK/out" 2>&1
[ "$(allocations)" -gt 0 ] || skip "allocations cannot be made to fail here (sanitizers?)"

# each N COMMAND...: calls it with each n to try out of N.
each() {
	local n=$1 step=1
	shift
	[ "$TRIES" = 0 ] || step=$(((n + TRIES - 1) / TRIES))
	for ((k = 1; k <= n; k += step)); do
		"$@" $k || { echo "allocation $k of $n" >>"$WORK/err"; return 1; }
	done
}
# libsmartcols leaves out a title when it has no memory for it.
body() { tail -n "+$((1 + is_table))" "$WORK/$1"; }
# One with a status of its own is fine, one with that of success only with the same answer.
try_command() { # N, or N+: and all later ones
	fail_at "$1"
	starved timeout 10 "${command[@]}" >"$WORK/out" 2>"$WORK/err"
	local status=$?
	[ $status -lt 124 ] || { echo "status $status" >>"$WORK/err"; return 1; }
	[ $status != "$good_status" ] || diff <(body good) <(body out) >>"$WORK/err"
}
try_both() { try_command "$1" && try_command "$1+"; }
try_all() { # COMMAND...
	command=("$@") is_table=0
	case "${*:6}" in tree | "scope list") is_table=1 ;; esac
	fail_at 0
	starved "${command[@]}" >"$WORK/good" 2>/dev/null
	fail_at "0 " # counts anew
	starved "${command[@]}" >"$WORK/good" 2>/dev/null
	good_status=$?
	check "${command[*]:5}: it fails, or answers" each "$(allocations)" try_both
}
A=("$SLICECTL" --cgroup-root "$BASE" -c "$WORK/slicectl.conf")
# shellcheck disable=SC2086
for command in check-config tree "--json tree" "scope list" "--json scope show workload.slice/a.scope" "rule list" "--json rule list" \
	"init -n" "--json scope list" "--json rule test $$" "import -c /etc/passwd" "completion bash" "--help" "scope freeze workload.slice/a.scope"; do
	# shellcheck disable=SC2086
	try_all "${A[@]}" $command
done

# slicectld: each start with one failure either fails or serves; with all memory gone it may do
# nothing, but it ends when it is told to.
serves() {
	"$WORK/me-miner" $LONG & miner=$!
	wait $miner 2>/dev/null
	[ $? = 137 ]
}
is_up_or_gone() { grep -q supervising "$WORK/daemon.log" || ! alive $DAEMON; }
try_start() { # N, or N+: and all later ones
	: >"$WORK/daemon.log"
	fail_at "$1"
	LD_PRELOAD="$WORK/starve.so" "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" 2>"$WORK/daemon.log" & DAEMON=$!
	until_true 10 is_up_or_gone || { [ "${1%+}" != "$1" ] && kill -TERM $DAEMON; }
	fail_at 0
	local served=0
	[ "${1%+}" != "$1" ] || ! alive $DAEMON || serves || served=1
	stop_daemon 2>/dev/null
	[ $served = 0 ] && [ $DAEMON_STATUS -lt 124 ]
}
try_starts() { try_start "$1" && try_start "$1+"; }
fail_at 0
starved "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" --oneshot -n -q
check "a start fails, or the rules act" each "$(($(allocations) + 100))" try_starts

# One that runs: a match, a reload, each method; afterwards it serves as before.
start_starved() {
	fail_at 0
	LD_PRELOAD="$WORK/starve.so" "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" 2>"$WORK/daemon.log" & DAEMON=$!
	until_true 10 grep -q supervising "$WORK/daemon.log"
}
check "slicectld starts" start_starved
deed_match() {
	"$WORK/me-box" $LONG & box=$!
	nap 20
	kill $box
	wait $box 2>/dev/null || :
}
deed_call() { timeout 10 "$SLICECTL" --cgroup-root "$BASE" "${call[@]}" >"$WORK/out" 2>"$WORK/err" </dev/null; [ $? != 124 ]; }
try_deed() { # N, or N+: and all later ones
	fail_at "$1"
	"$deed" || return 1
	fail_at 0
	alive $DAEMON && serves
}
try_deeds() { try_deed "$1" && try_deed "$1+"; }
try_running() { # NAME DEED
	deed=$2
	fail_at 0
	$deed
	fail_at "0 "
	$deed
	check "$1: slicectld goes on" each "$(($(allocations) + 2))" try_deeds
}
try_running "a match" deed_match
# shellcheck disable=SC2034
for call in reload status families "explain $$" metrics "rule apply" "wait -t 1 $$" "events -n 0" \
	"scope create workload.slice/b.scope" "scope freeze workload.slice/b.scope" "scope thaw workload.slice/b.scope" \
	"scope kill workload.slice/b.scope" "scope destroy workload.slice/b.scope" "scope list" \
	"emergency start --reason test" "emergency status" "emergency end"; do
	# shellcheck disable=SC2206
	call=($call)
	try_running "${call[*]}" deed_call
done
check "each line of the audit log is whole" [ "$(grep -cv '^{.*}$' "$WORK/audit.jsonl")" = 0 ]
"$WORK/me-box" $LONG & box=$!
placed() { grep -q "/workload.slice/box-$box" "/proc/$box/cgroup"; }
check "and at last a family is placed" until_true 5 placed
kill $box
