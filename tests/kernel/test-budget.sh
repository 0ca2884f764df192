#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# No user shields processes by having others killed: neither those of another user, nor his own for
# longer than a minute.
. "${srcdir:-.}/tests/kernel/lib.sh"
command -v setpriv >/dev/null || skip "setpriv is not installed"
chmod 711 "$WORK"
cp "$(command -v sleep)" "$WORK/rb-miner"
cp "$(command -v sleep)" "$WORK/rb-quiet"
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
max-kills-per-minute = 4
[rule miner]
comm = rb-miner
action = kill
[rule quiet]
comm = rb-quiet
action = place
scope = workload.slice/quiet-%p
max-per-minute = 1
END
expect 0 ctl -q init
start_daemon
of() { # UID NAME: sets $started
	setpriv --reuid "$1" --clear-groups "$WORK/$2" $LONG & started=$!
}
recorded() { grep -q "\"pid\":$1,.*\"result\":\"$2\"" "$WORK/audit.jsonl"; }
begun=$(date +%s)
for _ in 1 2; do
	of 60101 rb-miner
	check "a process of the user is killed" until_true 5 recorded $started done
done
of 60101 rb-miner && waiting=$started
check "more than his share of the kills is refused" until_true 5 recorded $waiting refused
of 60101 rb-miner && second=$started
waits() { ctl families >"$WORK/families" && grep -E "refused" "$WORK/families" | grep -qw "$1"; }
check "the next one waits, too" until_true 5 waits $second
of 60102 rb-miner
check "a process of another user is killed" until_true 5 recorded $started done
check "those that wait are alive" kill -0 $waiting $second
is "$(grep -c '"result":"refused"' "$WORK/audit.jsonl")" 1 "reports that his share is used up"
check "the record names the user" grep -q '"result":"refused".*uid 60101' "$WORK/audit.jsonl"
expect 0 ctl explain $waiting
said 'max-kills-per-minute'
ctl --json families >"$WORK/families"
check "families tells when it is tried again" grep -q '"retry_in_ms":[0-9]' "$WORK/families"

of 0 rb-quiet
check "a process is placed" until_true 5 recorded $started done
of 0 rb-quiet && place=$started
check "more placements than the rule may make are refused" until_true 5 recorded $place refused
# A reload shields nobody, and forgets nobody.
expect 0 ctl reload
check "after a reload those that wait still wait" until_true 5 waits $second
check "they are alive" kill -0 $waiting $second $place

left=$((60 - ($(date +%s) - begun)))
[ $left -le 0 ] || sleep $left
check "one that waited is killed when the limit allows it" until_true 10 not kill -0 $waiting
check "so is the next" until_true 10 not kill -0 $second
placed() { grep -q "quiet-$place.scope" "/proc/$place/cgroup"; }
check "a family that waited is placed" until_true 10 placed
check "the record of the kill has no delay by slicectld" not grep -q "\"action\":\"kill\".*\"pid\":$waiting,.*latency_usec\":[0-9]\{8\}" "$WORK/audit.jsonl"
