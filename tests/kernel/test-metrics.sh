#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Metrics: what is counted, in both formats, and the file that is never half.
. "${srcdir:-.}/tests/kernel/lib.sh"
mkdir "$WORK/metrics"
cat >"$WORK/slicectl.conf" <<END
[supervisor]
metrics-file = $WORK/metrics/slicectl.prom
metrics-interval = 100ms
[rule place.it]
comm = sctest-work
action = place
scope = workload.slice/w-%p
[rule end]
comm = sctest-end
action = kill
END
for name in work end; do printf '#!/bin/sh\nsleep "$1" &\nwait\n' >"$WORK/sctest-$name"; chmod +x "$WORK/sctest-$name"; done
expect 69 ctl metrics
ctl -q init
start_daemon
i=0
while [ $i -lt 5 ]; do
	"$WORK/sctest-work" $LONG & work=$!
	check "the process is placed" until_true 5 grep -q "w-$work.scope" /proc/$work/cgroup
	echo 1 >"$BASE/workload.slice/w-$work.scope/cgroup.kill"
	wait $work 2>/dev/null
	i=$((i + 1))
done
"$WORK/sctest-end" $LONG 2>/dev/null
expect 0 ctl scope create workload.slice/asked
expect 4 ctl scope create nowhere.slice/asked
value() { sed -n "s/^slicectl_$1 //p" "$2"; }
counted() { "$SLICECTL" metrics >"$WORK/text" && grep -qF "$1" "$WORK/text"; }
check "placements are counted" until_true 5 counted 'slicectl_placements_total{rule="place.it",result="done",dry_run="false"} 5'
check "kills are counted" counted 'slicectl_kills_total{rule="end",result="done",dry_run="false"} 1'
check "requests are counted" counted 'slicectl_actions_total{rule="",action="scope.create",result="done",dry_run="false"} 1'
check "refusals are counted" counted 'slicectl_actions_total{rule="",action="scope.create",result="refused",dry_run="false"} 1'
is "$(tail -n 1 "$WORK/text")" "# EOF" "the end"
check "a counter's family is named as OpenMetrics has it" grep -q '^# TYPE slicectl_actions counter$' "$WORK/text"
check "exec events are counted" [ "$(value 'events_total{type="exec"}' "$WORK/text")" -ge 6 ]
check "latencies are counted" [ "$(value exec_to_action_seconds_count "$WORK/text")" -ge 6 ]
is "$(value exec_to_action_seconds_count "$WORK/text")" "$(value 'exec_to_action_seconds_bucket{le="+Inf"}' "$WORK/text")" "the last bucket"
check "the cgroups of a slice are counted" grep -q '^slicectl_scope_cgroups{slice="workload.slice"} [1-9]' "$WORK/text"
check "a reload is counted" grep -q '^slicectl_config_reload_success 1' "$WORK/text"
echo 'nonsense = 1' >>"$WORK/slicectl.conf"
expect 65 ctl reload
check "a failed reload is shown" counted 'slicectl_config_reload_success 0'
is "$(sed -n 's/^\(slicectl_[a-z_]*[^ ]*\) .*/\1/p' "$WORK/text" | sort | uniq -d)" "" "series that are there twice"

# The file: whole whenever it is read, in the older format.
check "the file is written" until_true 5 test -s "$WORK/metrics/slicectl.prom"
i=0 halves=0
while [ $i -lt 100 ]; do
	[ "$(tail -n 1 "$WORK/metrics/slicectl.prom" | cut -c1-9)" = slicectl_ ] || halves=$((halves + 1))
	i=$((i + 1))
done
is $halves 0 "the file is never half"
# Where it is written first somebody may have put a link.
echo precious >"$WORK/precious"
linked() { ln -s "$WORK/precious" "$WORK/metrics/slicectl.prom.new" 2>/dev/null; }
i=0
while [ $i -lt 5 ]; do
	check "a link is put there" until_true 5 linked
	check "and is taken away" until_true 5 sh -c "! test -L '$WORK/metrics/slicectl.prom.new'"
	i=$((i + 1))
done
is "$(cat "$WORK/precious")" precious "the file that the link leads to"
check "the file has the older format" grep -q '^# TYPE slicectl_actions_total counter$' "$WORK/metrics/slicectl.prom"
check "the file has no EOF line" not grep -q EOF "$WORK/metrics/slicectl.prom"
if command -v "${PROMTOOL:-promtool}" >/dev/null; then
	expect 0 "${PROMTOOL:-promtool}" check metrics <"$WORK/metrics/slicectl.prom"
	[ ! -s "$WORK/err" ] && [ ! -s "$WORK/out" ]
	result "promtool accepts the file"
fi
is "$(ls "$WORK/metrics")" slicectl.prom "what is beside the file"
is "$(stat -c %a "$WORK/metrics/slicectl.prom")" 644 "who may read it"

# A directory that is gone is told once, and the supervisor goes on.
mv "$WORK/metrics" "$WORK/gone"
check "a file that cannot be written is reported" until_true 5 grep -q 'cannot write the metrics' "$WORK/daemon.log"
nap 500 # five intervals
is "$(grep -c 'cannot write the metrics' "$WORK/daemon.log")" 1 "times that it was told"
expect 0 ctl metrics
stop_daemon
