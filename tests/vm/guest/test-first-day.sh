#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# With systemd as PID 1: the first day of a new user, from an installation without rules.
# Every step works as the man pages say, without a restart.
set -u
. /usr/lib/slicectl-tests/tap.sh
rm -rf /etc/slicectl /var/log/slicectl
mkdir -p /etc/slicectl /opt/sctest
for name in java nginx cron-job; do cp "$(command -v sleep)" /opt/sctest/$name; done
systemctl daemon-reload
check "enable --now works without a configuration" systemctl enable -q --now slicectl-holder.service slicectl-init.service slicectld.service
base=/sys/fs/cgroup$(systemctl show -P ControlGroup slicectl-holder.service)
is_in() { grep -q "$2" "/proc/$1/cgroup"; }

# The first rule, in a drop-in, and a reload.  What a service needs is set up before.
cat >/etc/slicectl/slicectl.conf <<END
[supervisor]
[rule jvm]
comm = java
action = place
scope = workload.slice/jvm-%p
[rule web]
comm = nginx
action = place
scope = workload.slice/web-%p
END
check "check-config accepts the first rule" slicectl check-config
check "systemctl reload works" systemctl reload slicectld.service

# A java that a person starts in a session (here: a scope, as a session is one).
systemd-run -q --scope --unit=sctest-session sh -c '/opt/sctest/java 3000 & echo $! >/run/java.pid; read -r _ </run/hold' &
mkfifo /run/hold
until_true 10 test -s /run/java.pid
java=$(cat /run/java.pid)
check "a java in a session is placed" until_true 10 is_in "$java" "workload.slice/jvm-$java.scope"
is "$(systemctl is-active sctest-session.scope)" active "the session"
slicectl explain "$java" >/tmp/explain
check "explain names the scope" grep -q "workload.slice/jvm-$java.scope" /tmp/explain
check "explain names the rule that made it" grep -q 'made by   rule jvm' /tmp/explain

slicectl events --since @0 >/tmp/events
check "events has the history without a configured log" grep -q "place process $java (java) by rule jvm in workload.slice/jvm-$java.scope: 1 process" /tmp/events

# In a service: the main process stays, its child is placed, and the service lives.
cat >/run/service.sh <<END
#!/bin/sh
/opt/sctest/java 3000 &
echo \$! >/run/child.pid
wait
END
chmod +x /run/service.sh
systemd-run -q --unit=sctest-service /run/service.sh
until_true 10 test -s /run/child.pid
child=$(cat /run/child.pid)
check "a java that a service starts is placed" until_true 10 is_in "$child" "workload.slice/jvm-$child.scope"
is "$(systemctl is-active sctest-service.service)" active "the service of the child"
systemd-run -q --unit=sctest-main /opt/sctest/nginx 3000
main=$(systemctl show -P MainPID sctest-main.service)
refused() { grep -q "\"pid\":$main,.*stays in the systemd unit sctest-main.service: it is the main or control process" /var/log/slicectl/audit.jsonl; }
check "the refusal for a main process is recorded" until_true 10 refused
check "the main process stays" is_in "$main" sctest-main.service
is "$(systemctl is-active sctest-main.service)" active "the service of the main process"
slicectl families >/tmp/families
check "families says why it is not placed" grep -q "refused" /tmp/families
check "families shows no scope for it" not grep -q "web-$main.scope" /tmp/families
slicectl rule test "$main" >/tmp/test
check "rule test says the same" grep -q "process $main stays in the systemd unit sctest-main.service: it is the main or control process of the unit" /tmp/test
slicectl explain "$main" >/tmp/explain
check "explain names the unit" grep -q 'made by   systemd, for the unit sctest-main.service' /tmp/explain

# The last process of a unit stays: without it the session would end.
systemd-run -q --scope --unit=sctest-last /opt/sctest/java 3000 &
lonely() { pgrep -f '^/opt/sctest/java 3000' >/dev/null && [ "$(wc -l </sys/fs/cgroup/system.slice/sctest-last.scope/cgroup.procs)" = 1 ]; }
until_true 10 lonely
last=$(cat /sys/fs/cgroup/system.slice/sctest-last.scope/cgroup.procs)
told_last() { grep -q "\"pid\":$last,.*it is the last process of the unit" /var/log/slicectl/audit.jsonl; }
check "the last process of a unit stays" until_true 10 told_last
is "$(systemctl is-active sctest-last.scope)" active "the unit of the last process"

# By hand the same holds, and --force overrides it.
slicectl scope create workload.slice/mine --pid "$main" >/tmp/out 2>&1
is $? 4 "status of scope create --pid with a main process"
check "it says why" grep -q "stays in the systemd unit sctest-main.service" /tmp/out
check "no scope is left" [ ! -d "$base/workload.slice/mine.scope" ]
slicectl scope create workload.slice/mine >/dev/null
slicectl scope move workload.slice/mine "$main" 2>/tmp/out
is $? 4 "status of scope move with a main process"
check "--force moves it" slicectl scope move workload.slice/mine "$main" --force
check "it is in the scope" is_in "$main" workload.slice/mine.scope

# A rule, an owner and a guard that need more than the first configuration: no restart.
before=$(systemctl show -P MainPID slicectld.service)
cat >>/etc/slicectl/slicectl.conf <<END
[rule secret]
env = SCTEST_KIND=secret
action = monitor
[owner workload]
users = root alice
END
sed -i 's/^\[supervisor\]/&\nguard = audit/' /etc/slicectl/slicectl.conf
check "a reload that needs capabilities works" systemctl reload slicectld.service
is "$(systemctl show -P MainPID slicectld.service)" "$before" "the process after the reload"
setpriv --reuid=alice --clear-groups sh -c 'SCTEST_KIND=secret exec /opt/sctest/cron-job 3000' & secret=$!
seen() { grep -q '"rule":"secret"' /var/log/slicectl/audit.jsonl; }
check "the environment of others is read after a reload" until_true 10 seen

# A policy, within what the unit permits; the daemon is killed in the middle, and started by systemd.
cp /etc/slicectl/slicectl.conf /tmp/calm.conf
cp "$(command -v sh)" /opt/sctest/hog
cat >>/etc/slicectl/slicectl.conf <<END
[rule hog]
comm = hog
action = place
scope = workload.slice/hog-%p
[policy calm]
subject = rule hog
protect = machine
signal = cpu.some
above = 10%
for = 500ms
below = 1%
action = cpu_weight
cooldown = 1s
END
check "a policy is loaded" systemctl reload slicectld.service
hogs=''
for _ in 1 2 3 4; do /opt/sctest/hog -c 'while :; do :; done' & hogs="$hogs $!"; done
weight=$base/workload.slice/hog-$!.scope/cpu.weight
lowered() { [ "$(cat "$weight")" -lt 100 ]; }
check "its subject is nudged" until_true 60 lowered
slicectl policy list >/tmp/out
check "policy list shows it" grep -q '^calm *nudged *cpu.some .*cpu_weight *[1-4] of 4 *rule hog' /tmp/out
is "$(awk 'length > 80' /tmp/out | wc -l)" 0 "lines of policy list that do not fit 80 columns"
slicectl policy explain "workload.slice/hog-$!" >/tmp/out
check "policy explain says why" grep -q 'policy calm: .*nudge: cpu.weight 100 to 75' /tmp/out
slicectl policy show quiet 2>/tmp/out
is $? 3 "status of policy show without such a policy"
cp /tmp/calm.conf /etc/slicectl/slicectl.conf
systemctl kill -s KILL slicectld.service
restored() { grep -q '"action":"policy.restore".*an earlier slicectld' /var/log/slicectl/audit.jsonl; }
check "the next slicectld puts it back" until_true 60 restored
is "$(cat "$weight")" 100 "the weight after that"
until_true 30 slicectl -q status
kill $hogs

# A broken file: every way to reload fails, and init changes nothing.
cp /etc/slicectl/slicectl.conf /tmp/good.conf
echo 'rubbish' >>/etc/slicectl/slicectl.conf
check "systemctl reload fails for a broken file" not systemctl reload slicectld.service 2>/dev/null
check "slicectl reload fails for a broken file" not slicectl -q reload 2>/dev/null
check "init fails for a broken file" not slicectl -q init 2>/dev/null
check "slicectld runs on" slicectl -q status
cp /tmp/good.conf /etc/slicectl/slicectl.conf
sed -i 's|^\[supervisor\]|&\naudit-log = /proc/nowhere/audit.jsonl|' /etc/slicectl/slicectl.conf
printf '[slice workload.slice]\nowner = workload\n[slice workload.slice/new.slice]\n' >>/etc/slicectl/slicectl.conf
slicectl init >/tmp/out 2>&1
grep -q "refuses the configuration" /tmp/out
result "init asks the supervisor that runs"
check "init changes nothing that the supervisor refuses" [ ! -d "$base/workload.slice/new.slice" ]
cp /tmp/good.conf /etc/slicectl/slicectl.conf
check "the good file is loaded again" systemctl reload slicectld.service

# Restart and the end: families stay, systemd is left alone.
check "a restart works" systemctl restart slicectld.service
check "the family is adopted" until_true 10 sh -c "slicectl families | grep -q jvm-$java.scope"
kill "$java" "$child" "$secret"
systemctl stop sctest-main.service sctest-last.scope sctest-session.scope
check "disable --now works" systemctl disable -q --now slicectld.service slicectl-init.service slicectl-holder.service
check "nothing is left" [ ! -d "$base" ]
is "$(systemctl --failed --no-legend | grep -c slicectl)" 0 "units of slicectl that failed"
rm -rf /etc/slicectl /opt/sctest
plan 0
