#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A program that changes its name before it can be read does not escape a rule by name.  The
# supervisor stands still meanwhile, so that it always comes too late.
. "${srcdir:-.}/tests/kernel/lib.sh"
cp "$TRICKS" "$WORK/rr-miner"
mkdir "$WORK/hasty"
cp "${TRICKS%tricks}hasty" "$WORK/hasty/rr-miner"
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[rule miner]
comm = rr-miner
action = kill
$(marker_rule)
END
expect 0 ctl -q init
start_daemon
named() { [ "$(cat "/proc/$1/comm")" = harmless ]; }
start_unseen() { # PROGRAM ARGUMENT...: sets $started
	kill -STOP "$DAEMON"
	"$@" & started=$!
	until_true 5 named $started
	kill -CONT "$DAEMON"
	after_this
}
# On a slow machine a program may take too long to come to its first deed; one of these does not.
caught=0 tries=0
while [ $caught -lt 3 ] && [ $tries -lt 30 ]; do
	start_unseen "$WORK/hasty/rr-miner"
	tries=$((tries + 1))
	if until_true 1 not alive $started; then caught=$((caught + 1)); else kill $started; fi
done
check "programs that change their names at once are killed ($caught of $tries)" [ $caught -ge 3 ]
check "the record has the rule" grep -q '"action":"kill".*"rule":"miner".*"comm":"harmless"' "$WORK/audit.jsonl"

# A change that comes later is one of a program that has told its name.
start_unseen "$WORK/rr-miner" rename harmless $LONG
check "a program that changes its name later is not taken for another" kill -0 $started
kill $started
# Neither is one that has another name than its program by right.
ln -s rr-miner "$WORK/rr-link"
"$WORK/rr-link" sleep $LONG & link=$!
after_this
check "a link has its own name" kill -0 $link
kill $link

# Renames by the million cost nothing but this.
expect 0 ctl --json status
before=$(sed -n 's/.*"overruns":\([0-9]*\).*/\1/p' "$WORK/out")
"$TRICKS" renames 2000000 & flood=$!
"$WORK/rr-miner" sleep $LONG & miner=$!
check "a kill rule acts during a flood of renames" until_true 5 not alive $miner
wait $flood
expect 0 ctl --json status
is "$(sed -n 's/.*"overruns":\([0-9]*\).*/\1/p' "$WORK/out")" "$before" "losses of other events by a flood of renames"
# After a reload without rules by name nobody listens.
sed -i '/^\[rule miner\]/,/^action/d; s/^comm = /exe = *\//' "$WORK/slicectl.conf"
expect 0 ctl reload
until_true 5 grep -q 'reloaded' "$WORK/daemon.log"
expect 0 ctl status
