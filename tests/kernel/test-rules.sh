#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every key on real processes, through both detectors; families inside families;
# rules that are off, dry, or ignore.
. "${srcdir:-.}/tests/kernel/lib.sh"

mkdir "$WORK/bin"
for name in rk-exe rk-arg rk-user rk-cgroup rk-tty rk-off rk-dry rk-ignored rk-near; do
	cp "$TRICKS" "$WORK/bin/$name"
done
cp "$(command -v bash || command -v sh)" "$WORK/bin/rk-launch"
chmod -R a+rX "$WORK"
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
poll-interval = 50ms
exit-records = no
[rule off]
comm = rk-off
enabled = no
action = kill
[rule ignored]
comm = rk-ignored
action = ignore
[rule exe]
exe = $WORK/bin/rk-ex?
arg = sle*
[rule ignored-too]
comm = rk-ignored
action = kill
[rule arg]
comm = rk-arg
arg = --mode=[ab]
[rule user]
comm = rk-user
user = nobody 65534
[rule cgroup]
comm = rk-cgroup
cgroup = */workload.slice/rk.scope
[rule tty]
comm = rk-tty
tty = none
group = 0
[rule dry]
comm = rk-dry
action = kill
dry-run = yes
[rule launch]
comm = rk-launch
action = place
scope = workload.slice/launch-%p
[rule child]
comm = rk-near
parent = launch
action = place
scope = workload.slice/child-%p
[rule grandchild]
argv = sleep 3061
ancestor = launch
$(marker_rule)
END
grep -q '^nobody:' /etc/passwd || sed -i 's/nobody 65534/65534/' "$WORK/slicectl.conf"
expect 0 ctl -q init
expect 0 ctl -q scope create workload.slice/rk

pids=''
start() { # NAME COMMAND...: remembers the pid under the name
	name=$1
	shift
	"$@" &
	eval "$name=$!"
	pids="$pids $!"
}
start_load() {
	pids=''
	start exe "$WORK/bin/rk-exe" sleep $LONG
	start exe_not "$WORK/bin/rk-exe" nothing
	start arg "$WORK/bin/rk-arg" sleep $LONG --mode=b
	start arg_not "$WORK/bin/rk-arg" sleep $LONG --mode=c
	start user_not "$WORK/bin/rk-user" sleep $LONG
	start cgroup_not "$WORK/bin/rk-cgroup" sleep $LONG
	start off "$WORK/bin/rk-off" sleep $LONG
	start dry "$WORK/bin/rk-dry" sleep $LONG
	start ignored "$WORK/bin/rk-ignored" sleep $LONG
	start near_not "$WORK/bin/rk-near" sleep $LONG
	start cgroup sh -c 'echo 0 >"$1" && exec "$2" sleep "$3"' _ "$BASE/workload.slice/rk.scope/cgroup.procs" "$WORK/bin/rk-cgroup" $LONG
	if command -v setpriv >/dev/null; then
		start user setpriv --reuid 65534 --clear-groups "$WORK/bin/rk-user" sleep $LONG
	fi
	if command -v setsid >/dev/null; then
		start tty setsid "$WORK/bin/rk-tty" sleep $LONG
	fi
	"$WORK/bin/rk-launch" -c '"$1/rk-near" sleep 3000 & echo $! >"$1/child"; sh -c "sleep 3061; :" & wait' _ "$WORK/bin" &
	launch=$!
}
end_load() {
	for p in $pids; do kill "$p" 2>/dev/null; done
	find "$BASE/workload.slice" -name '*.scope' | while read -r s; do echo 1 >"$s/cgroup.kill"; done
	wait $pids $launch 2>/dev/null
	rm -f "$WORK/bin/child"
	rmdir "$BASE/workload.slice/rk.scope" 2>/dev/null
	ctl -q scope create workload.slice/rk
}
decided() { grep -q "\"action\":\"$1\".*\"rule\":\"$2\".*\"pid\":$3,.*\"result\":\"${4:-done}\"" "$WORK/audit.jsonl"; }
must() { check "$detector: there is a $1 by rule $2" until_true 5 decided "$@"; }
nobody() { check "$detector: $2 matches nothing" not grep "\"pid\":$1," "$WORK/audit.jsonl"; }

for detector in netlink poll; do
	: >"$WORK/audit.jsonl"
	start_daemon --detector=$detector
	start_load
	must monitor exe "$exe"
	must monitor arg "$arg"
	must monitor cgroup "$cgroup"
	must kill dry "$dry" dry-run
	[ -z "${user:-}" ] || must monitor user "$user"
	[ -z "${tty:-}" ] || must monitor tty "$tty"
	must place launch "$launch"
	until_true 5 test -s "$WORK/bin/child"
	must place child "$(cat "$WORK/bin/child")"
	grandchild() { grep -q '"action":"monitor".*"rule":"grandchild"' "$WORK/audit.jsonl"; }
	for p in $arg_not:rk-arg $user_not:rk-user $cgroup_not:rk-cgroup $off:rk-off $ignored:rk-ignored $near_not:rk-near; do
		until_true 5 runs ${p%:*} ${p#*:}
	done
	after_this
	check "$detector: a weaker rule does not act inside a family" not grandchild
	for p in $exe_not $arg_not $user_not $cgroup_not $off $ignored $near_not; do nobody "$p" "process $p"; done
	alive "$off" && alive "$ignored" && alive "$dry"
	result "$detector: no other process is harmed"
	end_load
	stop_daemon
done

# What would kill half the machine is refused; so are rules that are not there.
for bad in 'comm = ab' 'exe = *' 'arg = **' 'exe = /*' 'exe = ?*' 'exe = [!x]*' 'argv = /' 'cgroup = /*' 'tty = none' 'user = 0'; do
	printf '[rule wide]\n%s\naction = kill\n' "$bad" >"$WORK/bad.conf"
	expect 65 "$SLICECTL" -c "$WORK/bad.conf" check-config
	said "would kill too many processes"
done
printf '[rule wide]\nexe = *\nuser = 4242\naction = kill\n' >"$WORK/good.conf"
expect 0 "$SLICECTL" -c "$WORK/good.conf" check-config
printf '[rule a]\nparent = b\nuser = no-such-user\n' >"$WORK/bad.conf"
expect 65 "$SLICECTL" -c "$WORK/bad.conf" check-config
said "there is no [rule b]"

# What rule test says of a process is what the supervisor would decide.
cat >"$WORK/slicectl.conf" <<END
[rule near]
comm = sleep
exe = /no/such/*
[rule far]
comm = sleep
argv = "sleep 3077"
user = 0
END
sleep 3077 & p=$!
until_true 2 grep -q sleep /proc/$p/comm
expect 0 "$SLICECTL" -c "$WORK/slicectl.conf" rule test $p
said "near                 comes close: comm matches, exe does not"
said "far                  matches by comm user argv"
said "slicectl.conf:4"
kill $p
expect 2 "$SLICECTL" -c "$WORK/slicectl.conf" rule test --comm sleep --argv "sleep 78" --user 0
said "no rule matches"
expect 64 "$SLICECTL" -c "$WORK/slicectl.conf" rule test
expect 64 "$SLICECTL" -c "$WORK/slicectl.conf" rule test 010
expect 3 "$SLICECTL" -c "$WORK/slicectl.conf" rule test --comm a --user no-such-user
expect 0 "$SLICECTL" -c "$WORK/slicectl.conf" --json rule list
said '"keys":{"comm":["sleep"],"exe":["/no/such/*"]}'

# Bounds of how often rules act: over them a process is left alone, and that is told.
cp "$TRICKS" "$WORK/bin/rk-often"
cp "$TRICKS" "$WORK/bin/rk-place"
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
max-kills-per-minute = 2
[rule often]
comm = rk-often
action = kill
[rule place]
comm = rk-place
action = place
scope = workload.slice/place-%p
max-per-minute = 1
$(marker_rule)
END
: >"$WORK/audit.jsonl"
start_daemon
often=''
for _ in 1 2 3; do
	"$WORK/bin/rk-often" sleep $LONG & often="$often $!"
	until_true 5 grep -q "\"pid\":$!," "$WORK/audit.jsonl"
done
"$WORK/bin/rk-place" sleep $LONG & one=$!
until_true 5 grep -q "\"pid\":$one," "$WORK/audit.jsonl"
"$WORK/bin/rk-place" forks 1 $LONG & two=$!
until_true 5 grep -q "\"pid\":$two," "$WORK/audit.jsonl"
after_this
is "$(grep -c '"action":"kill".*"result":"done"' "$WORK/audit.jsonl")" 2 "kills within a minute"
is "$(grep -c '"action":"kill".*"result":"refused".*max-kills-per-minute' "$WORK/audit.jsonl")" 1 "kills that were refused"
is "$(grep -c '"action":"place".*"result":"done"' "$WORK/audit.jsonl")" 1 "places within a minute"
is "$(grep -c '"action":"place".*"result":"refused".*max-per-minute' "$WORK/audit.jsonl")" 1 "places that were refused"
check "a refused family has no scope" [ ! -d "$BASE/workload.slice/place-$two.scope" ]
# shellcheck disable=SC2086
set -- $often
check "a process over the limit lives" alive "$3"
! alive "$1" && ! alive "$2"
result "processes within the limit are killed"
for p in $3 $one $two $(pgrep -P $two); do kill "$p"; done
stop_daemon
