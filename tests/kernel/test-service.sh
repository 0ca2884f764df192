#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What a service manager sees: readiness, reload, watchdog, a socket that it handed over,
# and how little the supervisor may.
. "${srcdir:-.}/tests/kernel/lib.sh"
: "${TRICKS:=tricks}"
SOCKET=/run/slicectl/slicectl.sock
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
scheduler = normal
[rule hook]
comm = sctest-hook
action = hook
command = $WORK/hook
[rule work]
comm = sctest-work
action = place
scope = workload.slice/w-%p
END
printf '#!/bin/sh\ngrep -E "^Cap(Eff|Bnd)" /proc/self/status >%s/hook.out.new\nenv >>%s/hook.out.new\nmv %s/hook.out.new %s/hook.out\n' "$WORK" "$WORK" "$WORK" "$WORK" >"$WORK/hook"
printf '#!/bin/sh\nsleep 1\n' >"$WORK/sctest-hook"
chmod +x "$WORK/hook" "$WORK/sctest-hook"
ctl -q init

# sd_notify(3): ready when it answers, and fed while it hears.
"$TRICKS" journal "$WORK/notify.sock" $LONG >"$WORK/notify" & manager=$!
until_true 5 test -S "$WORK/notify.sock"
NOTIFY_SOCKET=$WORK/notify.sock WATCHDOG_USEC=400000 "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" --notify-fd 7 \
	7>"$WORK/ready" 2>"$WORK/daemon.log" & DAEMON=$!
check "READY=1 is sent" until_true 10 grep -q 'READY=1' "$WORK/notify"
expect 0 ctl status
is "$(wc -c <"$WORK/ready")" 1 "bytes at --notify-fd"
check "--notify-fd is closed" [ ! -e "/proc/$DAEMON/fd/7" ]
check "STATUS= is sent" grep -q 'STATUS=supervising [0-9]* processes; rules: 2; detector: netlink' "$WORK/notify"
beats() { [ "$(grep -c WATCHDOG=1 "$WORK/notify")" -ge "$1" ]; }
check "the watchdog is fed" until_true 5 beats 3
kill -HUP "$DAEMON"
check "RELOADING=1 is sent" until_true 5 grep -q 'MONOTONIC_USEC=[0-9]' "$WORK/notify"
ready_again() { [ "$(grep -c READY=1 "$WORK/notify")" -ge 2 ]; }
check "READY=1 is sent after a reload" until_true 5 ready_again

# A second one refuses, and the first goes on.
expect 75 "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf"
said 'another slicectld runs on this node'
expect 0 ctl status
said "process $DAEMON"

# An epilog with a configuration of its own acts once beside it, if it only kills.
cp "$(command -v sleep)" "$WORK/ts-epilog"
printf '[supervisor]\naudit-log = none\n[rule job]\ncomm = ts-epilog\naction = kill\n' >"$WORK/epilog.conf"
"$WORK/ts-epilog" $LONG & job=$!
expect 0 "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/epilog.conf" --oneshot
check "the job has ended" until_true 10 not alive $job
expect 2 "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/epilog.conf" --oneshot
sed -i 's/action = kill/action = place\nscope = workload.slice\/job/' "$WORK/epilog.conf"
"$WORK/ts-epilog" $LONG & job=$!
expect 75 "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/epilog.conf" --oneshot
said 'beside it rules can only kill or monitor'
check "nothing was placed" [ ! -d "$BASE/workload.slice/job.scope" ]
kill $job
expect 0 ctl status
said "process $DAEMON"

# It may little; what it starts is root as the service is.
effective() { sed -n 's/^CapEff:[[:space:]]*0*//p' "/proc/$DAEMON/status"; }
expect 0 ctl status
check "status lists the capabilities" grep -q '^may  *cap_kill cap_net_admin cap_sys_ptrace cap_sys_resource$\|^may .*cap_kill' "$WORK/out"
for never in cap_sys_admin cap_dac_override cap_dac_read_search cap_sys_nice cap_setuid cap_sys_module; do
	check "$never is given up" not grep -q "$never" "$WORK/out"
done
"$WORK/sctest-hook" &
check "the hook runs" until_true 5 test -e "$WORK/hook.out"
is "$(sed -n 's/^CapEff:[[:space:]]*//p' "$WORK/hook.out")" "$(sed -n 's/^CapBnd:[[:space:]]*//p' "$WORK/hook.out")" "what a hook may"
check "the hook has none of the manager's variables" not grep -q 'NOTIFY_SOCKET\|WATCHDOG\|LISTEN' "$WORK/hook.out"

# What another configuration could need stays permitted, and is effective after a reload; the
# threads follow.  What no configuration needs is gone.
permitted() { sed -n 's/^CapPrm:[[:space:]]*0*//p' "/proc/$DAEMON/status"; }
is "$((0x$(permitted) & 0x80))" 0 "cap_setuid is not permitted"
cat >>"$WORK/slicectl.conf" <<END
[rule secret]
env = SCTEST=1
action = monitor
[owner workload]
users = nobody root
END
expect 0 ctl reload
expect 0 ctl status
said cap_dac_read_search
said 'cap_dac_override'
said 'rules      3'
SCTEST=1 sleep $LONG & secret=$!
seen() { grep -q '"rule":"secret"' "$WORK/audit.jsonl"; }
check "a rule that needs another capability works after a reload" until_true 5 seen
kill $secret
stop_daemon
is "$DAEMON_STATUS" 0 "status after SIGTERM"
check "STOPPING=1 is sent" grep -q STOPPING=1 "$WORK/notify"
kill $manager

# A socket of the manager's: it is answered at, and stays.
"$TRICKS" activate $SOCKET "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" 2>"$WORK/daemon.log" & DAEMON=$!
listens() { grep -q "00010000 .* $SOCKET\$" /proc/net/unix; } # it has the flag __SO_ACCEPTCON
until_true 5 listens
expect 0 ctl status # asked before it is ready, and answered then
expect 0 ctl scope create workload.slice/x
stop_daemon
check "the manager's socket stays" [ -S $SOCKET ]
rm -f $SOCKET

# What is no descriptor, and a place that is taken.
expect 64 "$SLICECTLD" --notify-fd 1
expect 64 "$SLICECTLD" --notify-fd 99
expect 64 "$SLICECTLD" --notify-fd x
touch $SOCKET
start_daemon
check "a file in the place of the socket is reported" until_true 5 grep -q "cannot listen at $SOCKET: Socket operation on non-socket" "$WORK/daemon.log"
stop_daemon
check "a foreign file stays" [ -f $SOCKET ]
rm -f $SOCKET

# The poll detector feeds the watchdog as well.
"$TRICKS" journal "$WORK/notify2.sock" $LONG >"$WORK/notify" & manager=$!
until_true 5 test -S "$WORK/notify2.sock"
NOTIFY_SOCKET=$WORK/notify2.sock WATCHDOG_USEC=400000 "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" --poll 2>"$WORK/daemon.log" & DAEMON=$!
check "the watchdog is fed by the poll detector" until_true 10 beats 2
stop_daemon
kill $manager
