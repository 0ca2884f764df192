# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by the kernel tests: a cgroup of their own, a time limit, and an end
# that leaves nothing.  No test moves its own shell.
set -u

[ -n "${TEST_TIMED:-}" ] || exec timeout -k 5 "${TEST_SECONDS:-90}" env TEST_TIMED=1 "$0" "$@"

skip() { echo "SKIP: $*"; exit 77; }
fail() { echo "FAIL: $*"; FAILED=1; }

[ "$(id -u)" = 0 ] || skip "needs root"
SLICECTL=${SLICECTL:-slicectl} SLICECTLD=${SLICECTLD:-slicectld}
MOUNT=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
[ -n "$MOUNT" ] || skip "cgroup2 is not mounted"
BASE=$MOUNT/slicectl-test-$$
mkdir "$BASE" || skip "cannot make a cgroup below $MOUNT"
WORK=$(mktemp -d)
FAILED=0 DAEMON=
# In a pure v2 guest the controllers are for us to pass on.
if [ "${TEST_OWN_ROOT:-}" = 1 ]; then
	for c in $(cat "$MOUNT/cgroup.controllers"); do echo "+$c" >"$MOUNT/cgroup.subtree_control"; done
fi

finish() {
	status=$?
	trap - EXIT
	stop_daemon
	[ ! -e "$BASE/cgroup.freeze" ] || find "$BASE" -name cgroup.freeze -exec sh -c 'echo 0 >"$1"' _ {} \;
	echo 1 >"$BASE/cgroup.kill"
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		find "$BASE" -depth -type d -exec rmdir {} + 2>/dev/null
		[ -d "$BASE" ] || break
		sleep 0.05
	done
	[ ! -d "$BASE" ] || { echo "FAIL: $BASE could not be removed"; FAILED=1; }
	rm -rf "$WORK"
	[ "$status" = 0 ] && [ "$FAILED" = 0 ] && exit 0
	[ "$status" != 0 ] && exit "$status"
	exit 1
}
trap finish EXIT
trap 'exit 143' TERM INT

# expect STATUS COMMAND...: runs it; its output is in $WORK/out and $WORK/err.
expect() {
	wanted=$1
	shift
	"$@" >"$WORK/out" 2>"$WORK/err"
	got=$?
	[ "$got" = "$wanted" ] || fail "'$*' ended with $got, not $wanted: $(cat "$WORK/out" "$WORK/err")"
}
ctl() { "$SLICECTL" --cgroup-root "$BASE" "$@"; }
said() { grep -qF -- "$1" "$WORK/out" "$WORK/err" || fail "nothing said '$1': $(cat "$WORK/out" "$WORK/err")"; }
is() { [ "$1" = "$2" ] || fail "$3: '$1' is not '$2'"; }
# alive PID: it runs; a zombie that nobody has waited for does not.
alive() { grep -q "^State:[[:space:]]*[^ZX]" "/proc/$1/status" 2>/dev/null; }
tree_of() { find "$BASE" -type d | sort; }
# until_true SECONDS COMMAND...: polls every 10 ms.
until_true() {
	tries=$(($1 * 100))
	shift
	while ! "$@" 2>/dev/null; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.01
	done
}
start_daemon() { # options
	: >"$WORK/daemon.log" # what the one before said must not be taken for ours
	"$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" "$@" 2>"$WORK/daemon.log" &
	DAEMON=$!
	until_true 10 grep -q supervising "$WORK/daemon.log" ||
		{ cat "$WORK/daemon.log"; grep -q 'proc connector' "$WORK/daemon.log" && skip "no proc connector"; fail "the supervisor did not start"; exit 1; }
}
stop_daemon() {
	[ -n "$DAEMON" ] || return 0
	kill -TERM "$DAEMON" 2>/dev/null
	wait "$DAEMON"
	DAEMON_STATUS=$?
	DAEMON=
}
