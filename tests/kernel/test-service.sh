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
until_true 10 grep -q 'READY=1' "$WORK/notify" || fail "it was never ready: $(cat "$WORK/daemon.log")"
expect 0 ctl status
is "$(wc -c <"$WORK/ready")" 1 "bytes at --notify-fd"
[ ! -e "/proc/$DAEMON/fd/7" ] || fail "--notify-fd was not closed"
grep -q 'STATUS=watching [0-9]* processes; rules: 2; detector: netlink' "$WORK/notify" || fail "status: $(cat "$WORK/notify")"
beats() { [ "$(grep -c WATCHDOG=1 "$WORK/notify")" -ge "$1" ]; }
until_true 5 beats 3 || fail "the watchdog is not fed"
kill -HUP "$DAEMON"
until_true 5 grep -q 'MONOTONIC_USEC=[0-9]' "$WORK/notify" || fail "it does not tell that it reloads"
ready_again() { [ "$(grep -c READY=1 "$WORK/notify")" -ge 2 ]; }
until_true 5 ready_again || fail "it does not tell that it has reloaded"

# A second one refuses, and the first goes on.
expect 75 "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf"
said 'another slicectld runs on this node'
expect 0 ctl status
said "process $DAEMON"

# It may little; what it starts is root as the service is.
effective() { sed -n 's/^CapEff:[[:space:]]*0*//p' "/proc/$DAEMON/status"; }
expect 0 ctl status
grep -q '^may  *cap_kill cap_net_admin cap_sys_ptrace cap_sys_resource$\|^may .*cap_kill' "$WORK/out" || fail "status: $(cat "$WORK/out")"
for never in cap_sys_admin cap_dac_override cap_dac_read_search cap_sys_nice cap_setuid cap_sys_module; do
	grep -q "$never" "$WORK/out" && fail "it kept $never"
done
"$WORK/sctest-hook" &
until_true 5 test -e "$WORK/hook.out" || fail "the hook has not run"
is "$(sed -n 's/^CapEff:[[:space:]]*//p' "$WORK/hook.out")" "$(sed -n 's/^CapBnd:[[:space:]]*//p' "$WORK/hook.out")" "what a hook may"
grep -q 'NOTIFY_SOCKET\|WATCHDOG\|LISTEN' "$WORK/hook.out" && fail "the hook has the manager's variables"

# A configuration that needs more is refused whole, and said why.
cat >>"$WORK/slicectl.conf" <<END
[rule secret]
env = SCTEST=1
action = monitor
END
expect 4 ctl reload
said 'cap_dac_read_search, which was given up at the start'
expect 0 ctl status
said 'rules      2'
stop_daemon
is "$DAEMON_STATUS" 0 "status after SIGTERM"
grep -q STOPPING=1 "$WORK/notify" || fail "it does not tell that it stops"
kill $manager
start_daemon
expect 0 ctl status
said cap_dac_read_search
stop_daemon

# A socket of the manager's: it is answered at, and stays.
"$TRICKS" activate $SOCKET "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" 2>"$WORK/daemon.log" & DAEMON=$!
expect 0 ctl status # asked before it is ready, and answered then
expect 0 ctl scope create workload.slice/x
stop_daemon
[ -S $SOCKET ] || fail "the manager's socket was removed"
rm -f $SOCKET

# What is no descriptor, and a place that is taken.
expect 64 "$SLICECTLD" --notify-fd 1
expect 64 "$SLICECTLD" --notify-fd 99
expect 64 "$SLICECTLD" --notify-fd x
touch $SOCKET
start_daemon
until_true 5 grep -q "cannot listen at $SOCKET: Socket operation on non-socket" "$WORK/daemon.log" || fail "a file in the place of the socket: $(cat "$WORK/daemon.log")"
stop_daemon
[ -f $SOCKET ] || fail "a foreign file was removed"
rm -f $SOCKET

# The poll detector feeds the watchdog as well.
"$TRICKS" journal "$WORK/notify2.sock" $LONG >"$WORK/notify" & manager=$!
until_true 5 test -S "$WORK/notify2.sock"
NOTIFY_SOCKET=$WORK/notify2.sock WATCHDOG_USEC=400000 "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" --poll 2>"$WORK/daemon.log" & DAEMON=$!
until_true 10 beats 2 || fail "the watchdog is not fed by the poll detector"
stop_daemon
kill $manager
