# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by the kernel tests: TAP (tap.sh), a cgroup of their own, a time limit, and an end
# that leaves nothing.  No test moves its own shell.
set -u

. "${srcdir:-.}/tests/kernel/tap.sh"

[ -n "${TEST_TIMED:-}" ] || exec timeout -k 30 "$((${TEST_SECONDS:-90} * PATIENCE))" env TEST_TIMED=1 "$0" "$@"

DAEMON='' BASE='' WORK=''
finish() {
	status=$?
	trap - EXIT
	if [ -n "$WORK" ]; then
		[ -z "${LISTENERS:-}" ] || kill $LISTENERS 2>/dev/null # they would wait for another daemon
		stop_daemon
		[ ! -e "$BASE/cgroup.freeze" ] || find "$BASE" -name cgroup.freeze -exec sh -c 'echo 0 >"$1"' _ {} \;
		echo 1 >"$BASE/cgroup.kill"
		end_marked
		until_true 2 no_base || fail "$BASE is removed"
		rm -rf "$WORK"
	fi
	plan $status
}
trap finish EXIT
trap 'exit 143' TERM INT

[ "$(id -u)" = 0 ] || skip "needs root"
SLICECTL=${SLICECTL:-slicectl} SLICECTLD=${SLICECTLD:-slicectld}
MOUNT=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
[ -n "$MOUNT" ] || skip "cgroup2 is not mounted"
BASE=$MOUNT/slicectl-test-$$
mkdir "$BASE" || skip "cannot make a cgroup below $MOUNT"
WORK=$(mktemp -d)
# What a test starts sleeps for LONG seconds and is ended by the test, or at its end by
# this mark in its environment.
LONG=3000
export SLICECTL_TEST="run-$$-end"
# In a pure v2 guest the controllers are for us to pass on.
if [ "${TEST_OWN_ROOT:-}" = 1 ]; then
	for c in $(cat "$MOUNT/cgroup.controllers"); do echo "+$c" >"$MOUNT/cgroup.subtree_control"; done
fi

no_base() { find "$BASE" -depth -type d -exec rmdir {} + 2>/dev/null; [ ! -d "$BASE" ]; }
end_marked() {
	for marked in $(grep -l "SLICECTL_TEST=$SLICECTL_TEST" /proc/[0-9]*/environ 2>/dev/null); do
		marked=${marked#/proc/}
		kill -KILL "${marked%/environ}" 2>/dev/null
	done
}
# expect STATUS COMMAND...: runs it; its output is in $WORK/out and $WORK/err.
expect() {
	wanted=$1
	shift
	"$@" >"$WORK/out" 2>"$WORK/err"
	got=$?
	program=${1##*/}
	shift
	is "$got" "$wanted" "$program $* exits with $wanted"
}
ctl() { "$SLICECTL" --cgroup-root "$BASE" "$@"; }
said() { check "it prints '$1'" grep -qF -- "$1" "$WORK/out" "$WORK/err"; }
# alive PID: it runs; a zombie that nobody has waited for does not.
alive() { grep -q "^State:[[:space:]]*[^ZX]" "/proc/$1/status" 2>/dev/null; }
# runs PID NAME: it has executed the program of that name.
runs() { [ "$(cat "/proc/$1/comm" 2>/dev/null)" = "$2" ]; }
tree_of() { find "$BASE" -type d | sort; }
# nap MS: so long on a quick machine, longer on others.  Only where no event can be waited
# for; what is checked after it passes all the same when it was too short.
nap_of() { NAP=$(($1 * PATIENCE / 4)) && NAP=$((NAP / 1000)).$(printf %03d $((NAP % 1000))); }
nap() {
	nap_of "$1"
	sleep "$NAP"
}
start_daemon() { # options
	: >"$WORK/daemon.log" # what the one before said must not be taken for ours
	"$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" "$@" 2>"$WORK/daemon.log" &
	DAEMON=$!
	until_true 10 grep -q supervising "$WORK/daemon.log" ||
		{ grep -q 'proc connector' "$WORK/daemon.log" && skip "no proc connector"; fail "the supervisor starts"; exit 1; }
}
stop_daemon() {
	[ -n "$DAEMON" ] || return 0
	kill -TERM "$DAEMON" 2>/dev/null
	wait "$DAEMON"
	DAEMON_STATUS=$?
	DAEMON=
}
# A rule that shows how far the supervisor is: put it into the configuration, and
# after_this waits until a process that was started now has been decided about.  What was
# started before and has not been acted on by then, is not acted on.
marker_rule() { printf '[rule marker]\ncomm = sctest-marker\n'; }
marker_seen() { grep -q "\"rule\":\"marker\".*\"pid\":$marker," "$WORK/audit.jsonl"; }
after_this() {
	[ -e "$WORK/sctest-marker" ] || cp "$(command -v sleep)" "$WORK/sctest-marker"
	"$WORK/sctest-marker" $LONG & marker=$!
	until_true 10 marker_seen || fail "the supervisor sees the process that marks a moment"
	kill $marker
}
