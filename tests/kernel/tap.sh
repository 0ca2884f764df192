# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by tests in shell: one line of TAP for each assertion, and the plan at the end,
# which plan prints.  A script ends with 0, 1, or 77 where it was skipped; then the last
# line has the reason.
RESULTS=0 FAILED=0 SKIPPED=

# Every wait is bounded, and the bound grows with the machine: PATIENCE is 4 on a quick one
# and more where twenty executions of true take longer than some milliseconds, as on a busy
# machine or in an emulator.  A wait that succeeds costs no more for it.
centiseconds() { # since the boot
	read -r uptime _ </proc/uptime
	now=${uptime%.*}${uptime#*.}
}
if [ -z "${PATIENCE:-}" ]; then
	centiseconds
	begun=$now
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do /bin/true; done
	centiseconds
	PATIENCE=$((4 + (now - begun) / 5))
	export PATIENCE
fi

line_of() { # RESULT WHAT: one line, whatever is in it
	RESULTS=$((RESULTS + 1))
	case $2 in
	*[[:cntrl:]]*) printf '%s %d - %.200s\n' "$1" $RESULTS "$(printf '%s' "$2" | tr '[:cntrl:]' '?')" ;;
	*) printf '%s %d - %.200s\n' "$1" $RESULTS "$2" ;;
	esac
}
pass() { line_of ok "$1"; }
# fail WHAT [DETAIL...]: with what the supervisor and the last command have printed
fail() {
	line_of 'not ok' "$1"
	FAILED=1
	shift
	{
		[ $# = 0 ] || printf '%s\n' "$*"
		for file in out err daemon.log audit.jsonl; do
			[ -s "${WORK:-/nowhere}/$file" ] && echo "end of $file:" && tail -n 5 "$WORK/$file"
		done
	} | cut -c 1-400 | sed 's/^/#   /'
}
# result WHAT: of the command before
result() { if [ $? = 0 ]; then pass "$1"; else fail "$1"; fi; }
# check WHAT COMMAND...: it must succeed
check() {
	what=$1
	shift
	if "$@"; then pass "$what"; else fail "$what" "false: $*"; fi
}
not() { ! "$@"; }
# is VALUE WANTED WHAT
is() { if [ "$1" = "$2" ]; then pass "$3"; else fail "$3" "'$1' is not '$2'"; fi; }
skip() {
	SKIPPED=$*
	exit 77
}
# until_true SECONDS COMMAND...: polls every 10 ms; the seconds are those of a quick
# machine, and are multiplied by PATIENCE.
until_true() {
	centiseconds
	until=$((now + $1 * PATIENCE * 100))
	shift
	while ! "$@" 2>/dev/null; do
		centiseconds
		[ "$now" -lt "$until" ] || return 1
		sleep 0.01
	done
}
# plan STATUS: the end of a script that ended with STATUS
plan() {
	if [ "$1" = 77 ] && [ $FAILED = 0 ]; then
		[ $RESULTS = 0 ] || echo "1..$RESULTS"
		[ $RESULTS = 0 ] && echo "1..0 # SKIP $SKIPPED" || echo "# SKIP $SKIPPED"
		exit 77
	fi
	echo "1..$RESULTS"
	[ $FAILED = 0 ] || echo "# a test failed"
	[ $FAILED = 1 ] || [ "$1" = 0 ] || echo "Bail out! The script ended with $1."
	[ $FAILED = 0 ] && [ "$1" = 0 ] && exit 0
	exit 1
}
