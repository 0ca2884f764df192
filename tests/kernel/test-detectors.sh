#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Both detectors come to the same verdicts on the same processes, and so does one
# look.  What /proc hides is told.
TEST_SECONDS=${TEST_SECONDS:-120}
. "${srcdir:-.}/tests/kernel/lib.sh"

cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
poll-interval = 50ms
exit-records = no
[rule strange]
comm = "x) R 1 1 1"
action = place
scope = workload.slice/strange
[rule long]
argv = sctest-mark
comm = sctest-long
[rule agent]
env = SCTEST_MODE=1
action = place
scope = workload.slice/agent-%p
[rule victim]
comm = sctest-kill
action = kill
$(marker_rule)
END
for name in "x) R 1 1 1" sctest-kill sctest-plain; do
	cp "$(command -v sleep)" "$WORK/$name"
done
cp "$TRICKS" "$WORK/sctest-long"
expect 0 ctl -q init

# Everything that the rules know, and what comes near it: one has two megabytes of
# arguments, and the words behind the part that is looked at.
start_load() {
	"$WORK/x) R 1 1 1" $LONG & strange=$!
	"$WORK/sctest-long" sleep $LONG $(seq 100000 | sed 's/.*/argument/') sctest-mark & plainlong=$!
	"$WORK/sctest-long" sleep $LONG sctest-mark $(seq 100000 | sed 's/.*/argument/') & long=$!
	SCTEST_MODE=1 "$WORK/sctest-plain" $LONG & agent=$!
	SCTEST_MODE=10 "$WORK/sctest-plain" $LONG & other=$!
	"$WORK/sctest-kill" $LONG & victim=$!
}
end_load() {
	kill $strange $plainlong $long $agent $other 2>/dev/null
	wait $strange $plainlong $long $agent $other $victim 2>/dev/null
}
verdicts() { # who was decided about, by name
	sed -n 's/.*"action":"\([a-z]*\)".*"rule":"\([a-z]*\)".*"pid":\([0-9]*\).*"result":"\([a-z-]*\)".*/\1 \2 \3 \4/p' "$WORK/audit.jsonl" |
		sed "s/ $strange / strange /;s/ $plainlong / plainlong /;s/ $long / long /;s/ $agent / agent /;s/ $other / other /;s/ $victim / victim /" |
		grep -v '^release\|^monitor marker' | sort
}
all_decided() { [ "$(verdicts | wc -l)" -ge 4 ]; }
expected='kill victim victim done
monitor long long done
place agent agent done
place strange strange done'

for detector in netlink poll; do
	: >"$WORK/audit.jsonl"
	start_daemon --detector=$detector
	start_load
	check "$detector: all is decided" until_true 10 all_decided
	after_this
	is "$(verdicts)" "$expected" "verdicts of $detector"
	end_load
	stop_daemon
	is "$DAEMON_STATUS" 0 "status of the daemon"
done

# One look: acts, and tells by its status whether anything matched.
: >"$WORK/audit.jsonl"
start_load
until_true 5 grep -q sctest-long /proc/$long/comm
until_true 5 grep -q sctest-kill /proc/$victim/comm
expect 0 "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" --oneshot
is "$(verdicts)" "$expected" "verdicts of one look"
end_load
expect 2 "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" --oneshot

# An exec of the same program under another environment is seen by poll too.
: >"$WORK/audit.jsonl"
start_daemon --poll
sh -c 'sleep 0.4; exec env SCTEST_MODE=1 "$0" "$1"' "$WORK/sctest-plain" $LONG & agent=$!
inside() { grep -q "$agent" "$BASE/workload.slice/agent-$agent.scope/cgroup.procs"; }
check "poll sees an exec" until_true 5 inside
kill $agent
wait $agent 2>/dev/null
gone() { [ ! -d "$BASE/workload.slice/agent-$agent.scope" ]; }
check "poll sees an exit" until_true 5 gone
stop_daemon

# Bad choices.
expect 64 "$SLICECTLD" --detector=bpf
said "use auto, netlink or poll"
expect 64 "$SLICECTLD" --replay "$WORK/none"
said "needs --dry-run"
printf '[supervisor]\npoll-interval = 0\n' >"$WORK/bad.conf"
expect 65 "$SLICECTLD" -c "$WORK/bad.conf"
said "poll-interval"

# Without the capability for it a /proc with hidepid shows nobody.
if command -v setpriv >/dev/null && mkdir "$WORK/proc" &&
	unshare -m mount -t proc -o hidepid=2 proc "$WORK/proc" 2>/dev/null; then
	expect 4 unshare -m sh -c 'mount -t proc -o hidepid=2 proc "$1/proc" && exec timeout "$4" setpriv --regid 65534 --clear-groups --bounding-set=-sys_ptrace --inh-caps=-sys_ptrace "$2" --cgroup-root "$3" -c "$1/slicectl.conf" --proc-root "$1/proc" --poll' \
		_ "$WORK" "$SLICECTLD" "$BASE" $((10 * PATIENCE))
	said "hidepid"
fi

# An environment that may not be read matches nothing, and is no error.
if command -v setpriv >/dev/null; then
	: >"$WORK/audit.jsonl" >"$WORK/daemon.log"
	setpriv --bounding-set=-sys_ptrace,-dac_override,-dac_read_search --inh-caps=-all "$SLICECTLD" \
		--cgroup-root "$BASE" -c "$WORK/slicectl.conf" --dry-run 2>"$WORK/daemon.log" & DAEMON=$!
	until_true 5 grep -q supervising "$WORK/daemon.log"
	chmod 711 "$WORK"
	setpriv --reuid 65534 --clear-groups env SCTEST_MODE=1 "$WORK/sctest-plain" $LONG & foreign=$!
	until_true 5 runs $foreign sctest-plain
	after_this
	is "$(grep -c "\"pid\":$foreign," "$WORK/audit.jsonl")" 0 "matches of what may not be read"
	check "the supervisor lives without its capabilities" alive "$DAEMON"
	kill $foreign
	stop_daemon
fi
