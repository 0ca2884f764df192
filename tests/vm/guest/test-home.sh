#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Without systemd: the service directory under a supervisor of processes that knows nothing
# of cgroups. The daemon is restarted, killed and reloaded under load, and families live on.
set -u
failed=0
fail() { echo "FAIL: $*"; failed=1; }
is() { [ "$1" = "$2" ] || fail "$3: '$1' is not '$2'"; }
until_true() {
	tries=$(($1 * 20))
	shift
	while ! "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.05
	done
}
mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
service=/tmp/service/slicectld
mkdir -p "$service" /etc/slicectl
sed "s|@bindir@/slicectl|$SLICECTL|; s|@sbindir@/slicectld|$SLICECTLD|" "$srcdir/conf/s6/slicectld/run.in" >"$service/run"
cp "$srcdir/conf/s6/slicectld/finish" "$service/"
chmod +x "$service/run" "$service/finish"
cat >/etc/slicectl/slicectl.conf <<END
[supervisor]
audit-log = /var/log/slicectl/audit.jsonl
[rule job]
comm = sctest-job
action = place
scope = workload.slice/auto-%p
pids.max = 50
END
printf '#!/bin/sh\nsleep "$1"\n' >/tmp/sctest-job
chmod +x /tmp/sctest-job
for c in $(cat "$mount/cgroup.controllers"); do echo "+$c" >"$mount/cgroup.subtree_control"; done
# As s6-supervise and runsv do it: started again whenever it ends, readiness at descriptor 3.
respawn() {
	while [ ! -e "$service/stop" ]; do
		"$service/run" 3>"$service/ready" >>/tmp/service.log & echo $! >"$service/pid"
		wait "$(cat "$service/pid")"
		"$service/finish" $?
		sleep 0.2
	done
}
respawn & supervisor=$!
main() { cat "$service/pid"; }
until_true 30 test -s "$service/ready" || { cat /tmp/service.log; fail "it never said that it is ready"; }
until_true 30 "$SLICECTL" status || { cat /tmp/service.log; fail "it did not start"; }
/tmp/sctest-job 200 & job=$!
until_true 20 grep -q "auto-$job.scope" /proc/$job/cgroup || fail "not placed: $(cat /tmp/service.log)"
is "$(cat "$mount/workload.slice/auto-$job.scope/pids.max")" 50 "the limit"
sh -c 'i=0; while [ $i -lt 30 ]; do /tmp/sctest-job 0.3 & i=$((i + 1)); sleep 0.2; done; wait' & load=$!
"$SLICECTL" -q reload || fail "reload"
before=$(main)
kill -KILL "$before"
again() { [ "$(main)" != "$before" ] && "$SLICECTL" status; }
until_true 30 again || fail "it was not started again after SIGKILL: $(cat /tmp/service.log)"
before=$(main)
kill -TERM "$before"
until_true 30 again || fail "it was not started again after SIGTERM"
kill -0 $job || fail "a family died with its supervisor"
"$SLICECTL" families | grep -q "auto-$job.scope" || fail "not adopted: $("$SLICECTL" families)"
wait $load
only() { [ "$(ls -d "$mount"/workload.slice/auto-*.scope)" = "$mount/workload.slice/auto-$job.scope" ]; }
until_true 20 only || fail "scopes were left: $(ls -d "$mount"/workload.slice/auto-*.scope)"
# A configuration that is wrong is not tried again and again: finish says so.
"$service/finish" 65
is $? 125 "finish after a wrong configuration"
kill $job
touch "$service/stop"
kill -TERM "$(main)"
wait $supervisor
exit $failed
