#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# With systemd as PID 1: the units as they are installed. The supervisor is restarted,
# killed and reloaded under load, and what it supervises lives on.
set -u
. /usr/lib/slicectl-tests/tap.sh
mkdir -p /etc/slicectl /tmp/sctest
cat >/etc/slicectl/slicectl.conf <<END
[supervisor]
audit-log = /var/log/slicectl/audit.jsonl
[owner workload]
users = root alice
[rule job]
comm = sctest-job
action = place
scope = workload.slice/auto-%p
allow-foreign-units = yes
[rule secret]
env = SCTEST_KIND=secret
action = monitor
[rule hook]
comm = sctest-hook
action = hook
command = /tmp/sctest/hook
END
for name in job hook; do cp "$(command -v sleep)" /tmp/sctest/sctest-$name; done
printf '#!/bin/sh\ncat /proc/self/cgroup >/run/slicectl/hook.out\n' >/tmp/sctest/hook
chmod 755 /tmp/sctest /tmp/sctest/*
mount --bind /tmp/sctest /mnt # PrivateTmp hides /tmp from the service
sed -i 's|/tmp/sctest/hook|/mnt/hook|' /etc/slicectl/slicectl.conf

systemd-analyze verify --man=no /etc/systemd/system/slicectl*.service /etc/systemd/system/slicectld.socket \
	/etc/systemd/system/pact.slice /etc/systemd/system/workload.slice 2>/tmp/verify
	result "systemd-analyze verify accepts the units"
check "systemd-analyze verify has no complaint" not grep -q 'slicectl\|pact\|workload' /tmp/verify
systemctl daemon-reload
systemctl start slicectld.service || { systemctl status slicectld.service; journalctl -u slicectld -n 30; exit 1; }
is "$(systemctl is-active slicectl-holder.service slicectl-init.service slicectld.service | sort -u)" active "the three units"
base=/sys/fs/cgroup$(systemctl show -P ControlGroup slicectl-holder.service)
main() { systemctl show -P MainPID slicectld.service; }
slicectl status >/tmp/status
result "status works once it is ready"
check "the detector is netlink" grep -q 'detector   netlink' /tmp/status
check "the capabilities are those of the unit" grep -q '^may .*cap_dac_read_search' /tmp/status
is "$(cat "/proc/$(main)/oom_score_adj")" -1000 "oom_score_adj"
is "$(cat "/sys/fs/cgroup$(systemctl show -P ControlGroup slicectld.service)/memory.min")" 16777216 "memory.min"
journalctl -u slicectld -p warning -n 20 --no-pager -o cat >/tmp/warnings
check "no warnings under the hardening" [ ! -s /tmp/warnings ]
! journalctl -u slicectld --no-pager -o cat | grep 'real-time\|cannot have'
result "the priority is set under the hardening"

# Placing, an owner's request, environment of others, hooks: all under the hardening.
/mnt/sctest-job 3000 & job=$!
check "a process is placed" until_true 10 grep -q "auto-$job.scope" /proc/$job/cgroup
is "$(cat /proc/$job/oom_score_adj)" 0 "oom_score_adj of a placed process"
setpriv --reuid=alice --clear-groups slicectl scope create workload.slice/hers >/dev/null
result "an owner makes a scope"
setpriv --reuid=alice --clear-groups sh -c 'SCTEST_KIND=secret exec sleep 3000' & secret=$!
check "a rule by env matches a process of another user" until_true 10 sh -c "slicectl families | grep -q '^ *$secret .*secret'"
kill $secret
/mnt/sctest-hook 3000 &
check "the hook runs" until_true 10 test -s /run/slicectl/hook.out
check "the hook runs in its own scope" grep -q slicectl-holder.service/pact.slice/hook- /run/slicectl/hook.out

# Reload, restart and SIGKILL under load; daemon-reload all the time.
sh -c 'i=0; while [ $i -lt 60 ]; do /mnt/sctest-job 0.3 & i=$((i + 1)); sleep 0.1; done; wait' & load=$!
check "a reload works" systemctl reload slicectld.service
systemctl daemon-reload
before=$(main)
check "a restart works" systemctl restart slicectld.service
check "a restart starts another process" [ "$(main)" != "$before" ]
systemctl daemon-reload
kill -KILL "$(main)"
check "it is started again after SIGKILL" until_true 20 slicectl -q status
systemctl daemon-reexec
check "the family outlives its supervisor" kill -0 $job
slicectl families >/tmp/families
check "the family is adopted" grep -q "auto-$job.scope" /tmp/families
wait $load
check "no scope is left" until_true 20 sh -c "[ \$(ls -d $base/workload.slice/auto-*.scope | wc -l) = 1 ]"
slicectl init -n >/tmp/out
result "the hierarchy is as configured"

# Stopped, it leaves everything; the socket unit keeps who asks until it is there again.
systemctl stop slicectld.service
check "the family outlives the stop" kill -0 $job
check "the scope stays after the stop" [ -d "$base/workload.slice/auto-$job.scope" ]
check "the socket unit starts" systemctl start slicectld.socket
slicectl status >/tmp/status 2>&1
result "a request over the socket unit is answered"
check "a request starts the service" systemctl is-active -q slicectld.service
check "an owner destroys a scope" setpriv --reuid=alice --clear-groups slicectl scope destroy workload.slice/hers
systemctl stop slicectld.socket slicectld.service

# The watchdog ends one that hangs.
systemctl start slicectld.service
systemd-analyze security slicectld.service --no-pager | tail -n 1
hung=$(main)
kill -STOP "$hung"
check "a supervisor that hangs is replaced" until_true 60 sh -c "[ \$(systemctl show -P MainPID slicectld.service) != $hung ] && slicectl -q status"
kill $job
systemctl stop slicectld.service slicectl-holder.service
plan 0
