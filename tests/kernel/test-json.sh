#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What --json prints is what docs/json.md names: one object, and no key that is not there.
. "${srcdir:-.}/tests/kernel/lib.sh"
docs=${srcdir:-.}/docs/json.md
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[rule off]
comm = sctest-work
enabled = no
[rule work]
comm = sctest-work
action = place
scope = workload.slice/w-%p
[rule hook]
comm = sctest-hook
action = hook
command = /bin/true
END
cp "$(command -v sleep)" "$WORK/sctest-work"
json() { expect 0 ctl -c "$WORK/slicectl.conf" --json "$@"; documented "$*"; }
# Keys of the kernel's own files, of counters and of named keys are whatever they are.
documented() {
	is "$(wc -l <"$WORK/out")" 1 "lines of $1"
	case $(cat "$WORK/out") in "{"*"}") pass "$1 prints an object" ;; *) fail "$1 prints an object" ;; esac
	for key in $(sed 's/"counters":{[^}]*}//; s/"limits":{[^}]*}//g; s/"keys":{[^}]*}//g' "$WORK/out" | grep -o '"[^"]*":' | tr -d '":' | sort -u); do
		grep -q "\`$key\`" "$docs" || [ "$1" = "scope show workload.slice/a" ]
		result "the documentation names '$key' of $1"
	done
	seen="$seen $1"
}
seen=
expect 2 ctl -c "$WORK/slicectl.conf" --json init --dry-run
documented "init --dry-run"
json init
start_daemon
"$WORK/sctest-work" $LONG & work=$!
until_true 5 grep -q "w-$work.scope" /proc/$work/cgroup
json scope create workload.slice/a
for command in status families "explain $work" metrics "emergency status" "wait workload.slice/a empty" "wait $work populated" \
	"scope list" "scope show workload.slice/a" tree "tree -p" top "rule list" "rule test $work" check-config reload \
	"scope freeze workload.slice/a" "scope thaw workload.slice/a" "scope destroy workload.slice/a"; do
	# shellcheck disable=SC2086
	json $command
done
ctl --json probe >"$WORK/out"
documented probe
"$SLICECTL" --json events >"$WORK/events" & follower=$! LISTENERS=$!
until_true 5 test -s "$WORK/events"
ctl -q scope create workload.slice/b
check "an event is printed" until_true 5 grep -q record "$WORK/events"
kill $follower
wait $follower 2>/dev/null
for key in $(sed 's/"record":{[^}]*}//' "$WORK/events" | grep -o '"[^"]*":' | tr -d '":' | sort -u); do
	check "the documentation names '$key' of events" grep -q "\`$key\`" "$docs"
done
for key in $(grep -o '"record":{.*' "$WORK/events" | grep -o '"[a-z_]*":' | tr -d '":' | sort -u); do
	grep -qw "$key" "${srcdir:-.}/man/slicectl-events.7" || [ "$key" = record ]
	result "slicectl-events(7) names '$key'"
done
# No colours, no sequences for a terminal, wherever it goes.
NO_COLOR=1 ctl tree >"$WORK/out"
ctl top >>"$WORK/out"
check "no control sequences in a file" not grep -q "$(printf '\033')" "$WORK/out"
kill $work
stop_daemon
