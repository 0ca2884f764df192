#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# With systemd as PID 1: the units as they are installed. The supervisor is restarted,
# killed and reloaded under load, and what it supervises lives on.
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
	/etc/systemd/system/pact.slice /etc/systemd/system/workload.slice 2>/tmp/verify || fail "verify: $(cat /tmp/verify)"
grep -q 'slicectl\|pact\|workload' /tmp/verify && fail "verify says: $(cat /tmp/verify)"
systemctl daemon-reload
systemctl start slicectld.service || { systemctl status slicectld.service; journalctl -u slicectld -n 30; exit 1; }
is "$(systemctl is-active slicectl-holder.service slicectl-init.service slicectld.service | sort -u)" active "the three units"
base=/sys/fs/cgroup$(systemctl show -P ControlGroup slicectl-holder.service)
main() { systemctl show -P MainPID slicectld.service; }
slicectl status >/tmp/status || fail "status fails once it is ready: $(cat /tmp/status)"
grep -q 'detector   netlink' /tmp/status || fail "status: $(cat /tmp/status)"
grep -q '^may .*cap_dac_read_search' /tmp/status || fail "capabilities: $(cat /tmp/status)"
is "$(cat "/proc/$(main)/oom_score_adj")" -1000 "oom_score_adj"
is "$(cat "/sys/fs/cgroup$(systemctl show -P ControlGroup slicectld.service)/memory.min")" 16777216 "memory.min"
journalctl -u slicectld -p warning -n 20 --no-pager -o cat >/tmp/warnings
[ ! -s /tmp/warnings ] || fail "warnings under the hardening: $(cat /tmp/warnings)"
journalctl -u slicectld --no-pager -o cat | grep 'real-time\|cannot have' && fail "no priority under the hardening"

# Placing, an owner's request, environment of others, hooks: all under the hardening.
/mnt/sctest-job 300 & job=$!
until_true 10 grep -q "auto-$job.scope" /proc/$job/cgroup || fail "not placed: $(journalctl -u slicectld -n 20 --no-pager)"
is "$(cat /proc/$job/oom_score_adj)" 0 "oom_score_adj of a placed process"
setpriv --reuid=alice --clear-groups slicectl scope create workload.slice/hers >/dev/null || fail "an owner's scope"
setpriv --reuid=alice --clear-groups sh -c 'SCTEST_KIND=secret exec sleep 100' & secret=$!
until_true 10 sh -c "slicectl families | grep -q '^ *$secret .*secret'" || fail "no rule by env of another user: $(slicectl families)"
kill $secret
/mnt/sctest-hook 2 &
until_true 10 test -e /run/slicectl/hook.out || fail "the hook has not run: $(journalctl -u slicectld -n 20 --no-pager)"
grep -q slicectl-holder.service/pact.slice/hook- /run/slicectl/hook.out || fail "the hook ran elsewhere: $(cat /run/slicectl/hook.out)"

# Reload, restart and SIGKILL under load; daemon-reload all the time.
sh -c 'i=0; while [ $i -lt 60 ]; do /mnt/sctest-job 0.3 & i=$((i + 1)); sleep 0.1; done; wait' & load=$!
systemctl reload slicectld.service || fail "reload"
systemctl daemon-reload
before=$(main)
systemctl restart slicectld.service || fail "restart"
[ "$(main)" != "$before" ] || fail "restart left the old one"
systemctl daemon-reload
kill -KILL "$(main)"
until_true 20 slicectl status || fail "it was not started again after SIGKILL"
systemctl daemon-reexec
kill -0 $job || fail "a family died with its supervisor"
slicectl families >/tmp/families
grep -q "auto-$job.scope" /tmp/families || fail "the family was not adopted: $(cat /tmp/families)"
wait $load
until_true 20 sh -c "[ \$(ls -d $base/workload.slice/auto-*.scope | wc -l) = 1 ]" || fail "scopes were left: $(ls -d "$base"/workload.slice/auto-*.scope)"
slicectl init -n >/tmp/out || fail "the hierarchy differs: $(cat /tmp/out)"

# Stopped, it leaves everything; the socket unit keeps who asks until it is there again.
systemctl stop slicectld.service
kill -0 $job || fail "a family died with the stop"
[ -d "$base/workload.slice/auto-$job.scope" ] || fail "a scope went with the stop"
systemctl start slicectld.socket || fail "the socket unit"
slicectl status >/tmp/status 2>&1 || fail "asked over the socket unit: $(cat /tmp/status)"
systemctl is-active -q slicectld.service || fail "the question did not start it"
setpriv --reuid=alice --clear-groups slicectl scope destroy workload.slice/hers || fail "an owner's destroy"
systemctl stop slicectld.socket slicectld.service

# The watchdog ends one that hangs.
systemctl start slicectld.service
systemd-analyze security slicectld.service --no-pager | tail -n 1
hung=$(main)
kill -STOP "$hung"
until_true 60 sh -c "[ \$(systemctl show -P MainPID slicectld.service) != $hung ] && slicectl status" || fail "a hanging supervisor was not replaced"
kill $job
systemctl stop slicectld.service slicectl-holder.service
exit $failed
