#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Users and groups of rules and owners: names before numbers, those that are known late, and
# members of groups.  The files of the user database are copies in our own mount namespace.
[ -n "${TEST_UNSHARED:-}" ] || exec env TEST_UNSHARED=1 unshare -m "$0" "$@"
. "${srcdir:-.}/tests/kernel/lib.sh"

command -v setpriv >/dev/null || skip "no setpriv"
for file in passwd group nsswitch.conf; do
	cat "/etc/$file" >"$WORK/$file" 2>/dev/null
done
printf 'passwd: files\ngroup: files\n' >"$WORK/nsswitch.conf"
cat >>"$WORK/passwd" <<'END'
70001:x:61587:61587::/:/bin/sh
70002:x:61588:61588::/:/bin/sh
us-other:x:70002:61589::/:/bin/sh
us-listed:x:61590:61590::/:/bin/sh
us-primary:x:61591:61700::/:/bin/sh
us-none:x:61592:61592::/:/bin/sh
END
echo 'us-group:x:61700:us-listed' >>"$WORK/group"
for file in passwd group nsswitch.conf; do
	[ "$file" != nsswitch.conf ] || [ -e /etc/nsswitch.conf ] || continue
	mount --bind "$WORK/$file" "/etc/$file" || skip "cannot mount over /etc/$file"
done
mkdir "$WORK/bin"
for name in us-number us-known us-late us-member us-plus; do cp "$(command -v sleep)" "$WORK/bin/$name"; done
chmod -R a+rX "$WORK"
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[owner workload]
users = root us-owner
[slice workload.slice]
owner = workload
[rule number]
comm = us-number
user = 70001 70002
action = place
scope = workload.slice/number-%p
[rule plus]
comm = us-plus
user = +70002
action = place
scope = workload.slice/plus-%p
[rule late]
comm = us-late
user = us-late
action = place
scope = workload.slice/late-%p
[rule some]
comm = us-known
user = us-late us-none
action = place
scope = workload.slice/some-%p
[rule member]
comm = us-member
member = us-group
action = place
scope = workload.slice/member-%p
$(marker_rule)
END
where() { sed -n 's/^0:://p' "/proc/$1/cgroup"; }
in_scope() { case $(where "$1") in */workload.slice/$2-*) return 0;; esac; return 1; }
# as UID GID NAME [GROUP]: starts the program of that name as this user.
as() {
	if [ -n "${4:-}" ]; then set -- "$1" "$2" "$3" "--groups=$4"; else set -- "$1" "$2" "$3" --clear-groups; fi
	setpriv --reuid "$1" --regid "$2" "$4" "$WORK/bin/$3" $LONG & PROCESS=$!
}

# What is unknown or ambiguous is told, and it is no problem.
expect 0 ctl -c "$WORK/slicectl.conf" check-config
said "rule number: user '70002' is the name of number 61588, and 70002 is the number of another user; the name is taken, write +70002 for the number"
said "rule late: there is no user 'us-late' on this machine; the rule is off until slicectld finds one"
said "rule some: there is no user 'us-late' on this machine; the rule goes on with the others"
said "owner workload: there is no user 'us-owner' on this machine"
is "$(grep -c 70001 "$WORK/err")" 0 "a number that is only a name is no reason for a warning"
expect 0 ctl --json -c "$WORK/slicectl.conf" check-config
said '"valid":true'
said "there is no user 'us-owner' on this machine"
expect 0 ctl -c "$WORK/slicectl.conf" rule list
check "rule list shows that the rule waits" grep -Eq '^late +place +waiting ' "$WORK/out"
expect 0 ctl -c "$WORK/slicectl.conf" rule test --comm us-member --user us-primary
expect 0 ctl -c "$WORK/slicectl.conf" rule test --comm us-member --user us-listed
expect 2 ctl -c "$WORK/slicectl.conf" rule test --comm us-member --user us-none
printf '[rule a]\ncomm = x\nuser = -1\n' >"$WORK/bad.conf"
expect 65 ctl -c "$WORK/bad.conf" check-config
said "'-1' is neither the name nor the number of a user"

expect 0 ctl -q -c "$WORK/slicectl.conf" init
start_daemon
expect 0 ctl status
check "status says that rules wait" grep -q '^attention .*off, because users or groups are not known' "$WORK/out"
is "$(grep -c "rule late: there is no user 'us-late'" "$WORK/daemon.log")" 1 "the daemon tells it once"
as 61587 61587 us-number; named=$PROCESS
as us-other 61589 us-number; not_named=$PROCESS
as us-other 61589 us-plus; plus=$PROCESS
as 61592 61592 us-known; known=$PROCESS
as 61650 61650 us-late; late=$PROCESS
as 61650 61650 us-known; late_known=$PROCESS
check "a user whose name is a number" until_true 5 in_scope "$named" number
check "a number after a plus sign" until_true 5 in_scope "$plus" plus
check "a rule acts on the users that are known" until_true 5 in_scope "$known" some
as 61590 61590 us-member; listed=$PROCESS
as 61591 61591 us-member; primary=$PROCESS
as 61592 61700 us-member; effective=$PROCESS
as 61592 61592 us-member 61700; supplementary=$PROCESS
as 61592 61592 us-member; none=$PROCESS
check "a member that the group lists" until_true 5 in_scope "$listed" member
check "a member by the user's primary group" until_true 5 in_scope "$primary" member
check "a process with the group as its effective group" until_true 5 in_scope "$effective" member
check "a process with the group as a supplementary group" until_true 5 in_scope "$supplementary" member
after_this
check "a process without the group is left alone" not in_scope "$none" member
check "the name comes before the number" not in_scope "$not_named" number
expect 0 ctl -c "$WORK/slicectl.conf" explain $late
said "late                 waits for a user or group that is not known yet"
check "a rule of an unknown user is off" not in_scope "$late" late
check "and matches nobody else" not in_scope "$late_known" some
refused_as_owner() { ! setpriv --reuid 61651 --regid 61651 --clear-groups "$SLICECTL" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" -q scope create workload.slice/mine; }
chmod 644 "$WORK/slicectl.conf"
check "nobody is taken for the unknown user of an owner" refused_as_owner 2>/dev/null

# The directory service answers.
cat >>"$WORK/passwd" <<'END'
us-late:x:61650:61650::/:/bin/sh
us-owner:x:61651:61651::/:/bin/sh
END
check "the rule acts when its user is known" until_true 20 in_scope "$late" late
check "also beside users that were known" until_true 5 in_scope "$late_known" some
check "it is told" grep -q "user 'us-late' is known now: it is number 61650" "$WORK/daemon.log"
accepted_as_owner() { ! refused_as_owner; }
check "the owner has its user" until_true 5 accepted_as_owner 2>/dev/null
expect 0 ctl -c "$WORK/slicectl.conf" reload
after_this
check "a reload leaves them where they are" in_scope "$late" late
stop_daemon
is "$DAEMON_STATUS" 0 "status of the daemon"

# A slice stays delegated while its user is not known, and is delegated when it is.
owner_of() { stat -c %u "$BASE/workload.slice"; }
delegated() { printf '[owner workload]\nusers = %s\n[slice workload.slice]\nowner = workload\n' "$1" >"$WORK/delegated.conf"; }
delegated us-owner
expect 0 ctl -q -c "$WORK/delegated.conf" init
is "$(owner_of)" 61651 "the slice is delegated"
delegated us-missing
expect 0 ctl -c "$WORK/delegated.conf" init
said "owner workload: there is no user 'us-missing'"
is "$(owner_of)" 61651 "it stays so while the user is not known"
delegated root
expect 0 ctl -q -c "$WORK/delegated.conf" init
is "$(owner_of)" 0 "it is taken back when it is no longer delegated"

# A process that changes its user without an exec: rules by user decide again, and only these.
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
poll-interval = 50ms
exit-records = no
[slice workload.slice]
owner = workload
[rule started]
comm = us-worker
user = 0
action = ignore
[rule pool]
comm = us-worker
group = 61590
action = place
scope = workload.slice/pool-%p
[rule rest]
comm = us-worker
action = monitor
$(marker_rule)
END
cp "$TRICKS" "$WORK/bin/us-worker"
# worker UID: one that waits until go; its child is CHILD.
worker() {
	rm -f "$WORK/gate" "$WORK/child"
	mkfifo "$WORK/gate"
	"$WORK/bin/us-worker" become "$1" 60 <"$WORK/gate" >"$WORK/child" &
	exec 9>"$WORK/gate"
	check "the worker is there" until_true 5 test -s "$WORK/child"
	CHILD=$(cat "$WORK/child")
}
records() { grep -c "\"action\":\"$1\".*\"pid\":$2," "$WORK/audit.jsonl"; }
monitored() { [ "$(records monitor "$1")" = 1 ]; }
for detector in netlink poll; do
	: >"$WORK/audit.jsonl"
	start_daemon --detector=$detector
	worker 61590
	after_this
	check "$detector: it is left alone as root" not in_scope "$CHILD" pool
	exec 9>&-
	check "$detector: it is placed when it has changed its user" until_true 5 in_scope "$CHILD" pool
	pool=$CHILD
	worker 61591
	after_this
	exec 9>&-
	check "$detector: a later rule decides about another user" until_true 5 monitored "$CHILD"
	after_this
	is "$(records monitor "$CHILD") $(records place "$pool")" "1 1" "$detector: each is decided about once"
	stop_daemon
	kill "$pool" "$CHILD"
done

# The first rule by user comes with a reload, and the last one goes.
ids() { ctl metrics 2>/dev/null | sed -n 's/.*events_total{type="ids"} //p'; }
cp "$WORK/slicectl.conf" "$WORK/by-user.conf"
printf '[supervisor]\naudit-log = %s\n' "$WORK/audit.jsonl" >"$WORK/no-user.conf"
marker_rule >>"$WORK/no-user.conf"
cp "$WORK/no-user.conf" "$WORK/slicectl.conf"
start_daemon
worker 61590
exec 9>&-
after_this
is "$(ids)" 0 "changes of users are not reported when no rule needs them"
kill "$CHILD"
cp "$WORK/by-user.conf" "$WORK/slicectl.conf"
expect 0 ctl -c "$WORK/slicectl.conf" reload
worker 61590
after_this
exec 9>&-
check "a rule that came with a reload decides again" until_true 5 in_scope "$CHILD" pool
kill "$CHILD"
cp "$WORK/no-user.conf" "$WORK/slicectl.conf"
expect 0 ctl -c "$WORK/slicectl.conf" reload
before=$(ids)
worker 61590
exec 9>&-
after_this
[ "$before" -ge 2 ]
result "both changes of the worker's first thread were reported"
is "$(ids)" "$before" "none is reported when the rule has gone"
kill "$CHILD"
stop_daemon
is "$DAEMON_STATUS" 0 "status of the daemon"
