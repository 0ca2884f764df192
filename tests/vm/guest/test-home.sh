#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Without systemd: the service directory under a supervisor of processes that knows nothing
# of cgroups. The daemon is restarted, killed and reloaded under load, and families live on.
set -u
. "$srcdir/tests/kernel/tap.sh"
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
check "it reports that it is ready" until_true 30 test -s "$service/ready"
check "it starts" until_true 30 "$SLICECTL" -q status
/tmp/sctest-job 3000 & job=$!
check "a process is placed" until_true 20 grep -q "auto-$job.scope" /proc/$job/cgroup
is "$(cat "$mount/workload.slice/auto-$job.scope/pids.max")" 50 "the limit"
sh -c 'i=0; while [ $i -lt 30 ]; do /tmp/sctest-job 0.3 & i=$((i + 1)); sleep 0.2; done; wait' & load=$!
check "a reload works" "$SLICECTL" -q reload
before=$(main)
kill -KILL "$before"
again() { [ "$(main)" != "$before" ] && "$SLICECTL" -q status; }
check "it is started again after SIGKILL" until_true 30 again
before=$(main)
kill -TERM "$before"
check "it is started again after SIGTERM" until_true 30 again
check "the family outlives its supervisor" kill -0 $job
"$SLICECTL" families | grep -q "auto-$job.scope"
result "the family is adopted"
wait $load
only() { [ "$(ls -d "$mount"/workload.slice/auto-*.scope)" = "$mount/workload.slice/auto-$job.scope" ]; }
check "no scope is left" until_true 20 only
# A configuration that is wrong is not tried again and again: finish says so.
"$service/finish" 65
is $? 125 "finish after a wrong configuration"
kill $job
touch "$service/stop"
kill -TERM "$(main)"
wait $supervisor
plan 0
