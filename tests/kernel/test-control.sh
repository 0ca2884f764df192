#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The control socket: what it answers, to whom, and clients that do not behave.
. "${srcdir:-.}/tests/kernel/lib.sh"
: "${TRICKS:=tricks}"
SOCKET=/run/slicectl/slicectl.sock
cat >"$WORK/slicectl.conf" <<END2
[supervisor]
audit-log = $WORK/audit.jsonl
[rule off]
comm = sctest-work
enabled = no
[rule near]
comm = sctest-work
argv = never-there
action = kill
[rule work]
comm = sctest-work
action = place
scope = workload.slice/w-%p
[rule child]
comm = sleep
parent = work
action = place
scope = workload.slice/child-%p
END2
cat >"$WORK/sctest-work" <<END2
#!/bin/sh
# The rule before reads the command line, which takes a slow machine some time.
until grep -q "/w-\$\$" /proc/\$\$/cgroup; do :; done
sleep $LONG &
echo \$! >$WORK/child
wait
END2
chmod +x "$WORK/sctest-work"
ask() { "$TRICKS" ask $SOCKET $((5 * PATIENCE)); }
expect 0 ctl explain 1
said 'It is in the cgroup /'
said 'slicectld is not running'
expect 69 ctl reload
expect 69 ctl status
expect 69 ctl families
expect 0 ctl -q init
start_daemon

# A process is explained: family, lineage, rules.
"$WORK/sctest-work" & work=$!
until_true 5 test -s "$WORK/child"
check "the child is placed" until_true 5 sh -c "grep -q child-$(cat "$WORK/child") /proc/$(cat "$WORK/child")/cgroup"
expect 0 ctl explain $work
said "It is in a family of rule work (place), 1 process, root $work (sctest-work)."
said "state     placed, in workload.slice/w-$work.scope"
said "made by   rule work"
said "owner     workload"
said "off                  is off"
said "near                 comes close: comm matches, argv does not"
said "work                 matches by comm: place ($WORK/slicectl.conf:"
expect 0 ctl explain "$(cat "$WORK/child")"
said "child                matches by comm parent: place"
said "  $work"
expect 0 ctl --json explain $work
check "explain prints the family in JSON" grep -q '"family":{' "$WORK/out"
expect 3 ctl explain 4194303
expect 64 ctl explain 010
expect 64 ctl explain
expect 0 ctl explain 1
said 'it is init'

# A name that was taken after the exec is told; so is the cgroup of any process.
expect 0 ctl explain $$
said 'It is in the cgroup'
expect 0 ctl explain "$(cat "$WORK/child")"
check "a name of its own is not called renamed" not grep -q 'took that name' "$WORK/out"
mkfifo "$WORK/renamed"
sh -c 'printf sctest-renamed >/proc/$$/comm; read -r _ <"$1"' _ "$WORK/renamed" & renamed=$!
check "the shell is renamed" until_true 5 runs $renamed sctest-renamed
expect 0 ctl explain $renamed
said 'It took that name after it executed its program'
kill $renamed

# Who asks from inside a scope does not end or freeze it, and one dead process keeps no other.
expect 0 ctl -q scope create workload.slice/own
cat >"$WORK/inside" <<END2
#!/bin/sh
echo \$\$ >"$BASE/workload.slice/own.scope/cgroup.procs"
for verb in destroy kill freeze; do
	"$SLICECTL" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" scope \$verb workload.slice/own
	echo "\$verb \$?"
done
END2
chmod +x "$WORK/inside"
"$WORK/inside" >"$WORK/verdicts" 2>"$WORK/err"
is "$(tr '\n' ' ' <"$WORK/verdicts")" 'destroy 1 kill 1 freeze 1 ' "ends of one's own scope"
check "it says who is inside" grep -q 'workload.slice/own.scope holds the process that asks for it' "$WORK/err"
sleep $LONG & one=$!
sleep $LONG & two=$!
expect 3 ctl scope move workload.slice/own $one 4194303 $two
said '2 of 3 processes were moved to workload.slice/own.scope: process 4194303: there is no such process'
is "$(wc -l <"$BASE/workload.slice/own.scope/cgroup.procs")" 2 "processes moved beside one that is gone"
expect 0 ctl scope destroy workload.slice/own

# What it says of itself.
expect 0 ctl status
said "detector   netlink"
said "rules      4"
said "families   2"
expect 0 ctl families
check "families lists the family" grep -q "^ *$work sctest-work *work *place *placed *1 *workload.slice/w-$work.scope" "$WORK/out"
expect 0 ctl --json families
said '"rule":"child"'

# Varlink: what any client may ask.
printf '%s\n' '{"method":"org.varlink.service.GetInfo"}' \
	'{"method":"org.varlink.service.GetInterfaceDescription","parameters":{"interface":"io.slicectl"}}' \
	'{"method":"io.slicectl.Status"}' '{"method":"io.slicectl.Families"}' '{"method":"io.slicectl.Nope"}' \
	'{"method":"io.else.Nope"}' '{"method":"io.slicectl.Explain","parameters":{"pid":"x"}}' \
	'{"method":"io.slicectl.Status","oneway":true}' '{"method":"nodot"}' | ask >"$WORK/out"
is "$(wc -l <"$WORK/out")" 8 "answers of nine calls, one of them one way"
check "GetInfo answers" grep -q '"interfaces":\["org.varlink.service","io.slicectl"\]' "$WORK/out"
check "GetInterfaceDescription answers" grep -qF 'interface io.slicectl\n' "$WORK/out"
for method in $(sed -n 's/.*{ "\([A-Z][A-Za-z]*\)", ACCESS_.*/\1/p' "${srcdir:-.}/src/supervisor/control/methods.c"); do
	check "the interface has $method" grep -q "^method $method(" "${srcdir:-.}/docs/io.slicectl.varlink"
done
check "Status answers" grep -q '"families":2' "$WORK/out"
check "Families answers" grep -q '"rule":"work","action":"place"' "$WORK/out"
is "$(grep -c 'MethodNotFound' "$WORK/out")" 1 "unknown methods"
is "$(grep -c 'InterfaceNotFound' "$WORK/out")" 2 "unknown interfaces"
check "an invalid parameter is named" grep -q '"error":"org.varlink.service.InvalidParameter","parameters":{"parameter":"pid"}' "$WORK/out"

# A reload, its problems, and who may not.
sed -i 's/^enabled = no/enabled = yes/' "$WORK/slicectl.conf"
expect 0 ctl reload
said 'reloaded: 4 rules'
echo 'nonsense = 1' >>"$WORK/slicectl.conf"
expect 65 ctl reload
said 'the configuration has 1 problem; slicectl check-config lists them; the first: '
said "slicectl.conf:"
expect 0 ctl status
check "status names the reload that was refused, and its first problem" grep -q "^attention .*was refused.*unknown key 'nonsense'" "$WORK/out"
check "status names the file" grep -q "^file .*$WORK/slicectl.conf" "$WORK/out"
check "status has the last actions" grep -q '^[0-9].* scope.destroy by uid:0' "$WORK/out"
sed -i '$d' "$WORK/slicectl.conf"
if command -v setpriv >/dev/null; then
	cp "$SLICECTL" "$WORK/slicectl-copy" && chmod 755 "$WORK" "$WORK/slicectl-copy" # who is nobody may not look into a build
	if setpriv --reuid=65534 --clear-groups "$WORK/slicectl-copy" --version >/dev/null 2>&1; then
		expect 4 setpriv --reuid=65534 --clear-groups "$WORK/slicectl-copy" reload
		said 'only root may call Reload, and you are uid 65534'
		expect 0 setpriv --reuid=65534 --clear-groups "$WORK/slicectl-copy" explain $work
		cp "$TRICKS" "$WORK/tricks-copy" && chmod 755 "$WORK/tricks-copy"
		printf '{"method":"io.slicectl.Configuration"}\n' |
			setpriv --reuid=65534 --clear-groups "$WORK/tricks-copy" ask $SOCKET $((5 * PATIENCE)) >"$WORK/out"
		said 'only root may call Configuration'
	fi
fi

# Hostile clients: no JSON, too much of it, many at once, none that reads.
printf 'nonsense\n{"method":"io.slicectl.Status"}\n' | ask >"$WORK/out"
is "$(wc -c <"$WORK/out")" 0 "bytes for who speaks no JSON"
head -c 300000 /dev/zero | tr '\0' 'x' | ask >"$WORK/out"
is "$(wc -c <"$WORK/out")" 0 "bytes for who speaks too much"
printf '{"method":"io.slicectl.Status"' | ask >"$WORK/out"
is "$(wc -c <"$WORK/out")" 0 "bytes for half a call"
# Half a call, and no end of it: nobody waits longer than some seconds.
mkfifo "$WORK/calls.half"
{ timeout $((15 * PATIENCE)) "$TRICKS" ask $SOCKET $LONG <"$WORK/calls.half" >"$WORK/half"; echo $? >"$WORK/half.status"; } &
sleep $LONG >"$WORK/calls.half" & holder=$!
printf '{"method":"io.slicectl.Sta' >"$WORK/calls.half"
"$TRICKS" clients $SOCKET 300 1 >"$WORK/clients" & many=$!
sleep 0.5
timeout $((5 * PATIENCE)) "$SLICECTL" explain $work >/dev/null 2>&1
check "the supervisor survives 300 clients" alive "$DAEMON"
wait $many
check "at most 128 clients are let in" [ "$(cat "$WORK/clients")" -le 128 ]
if [ -e "$WORK/slicectl-copy" ]; then
	cp "$TRICKS" "$WORK/tricks-copy" && chmod 755 "$WORK/tricks-copy"
	setpriv --reuid=65004 --clear-groups "$WORK/tricks-copy" clients $SOCKET 100 1 >"$WORK/clients"
	check "at most 32 clients of one user are let in" [ "$(cat "$WORK/clients")" -le 32 ]
fi
expect 0 ctl explain $work
i=0
while [ $i -lt 4000 ]; do echo '{"method":"org.varlink.service.GetInterfaceDescription","parameters":{"interface":"io.slicectl"}}'; i=$((i + 1)); done >"$WORK/calls"
# It asks for 8 MB and reads nothing; meanwhile others are answered.
# shellcheck disable=SC2094
(ask | sleep $((PATIENCE / 2))) <"$WORK/calls" & slow=$!
sleep 0.2
expect 0 ctl explain $work
check "a slow reader takes less than 64 MiB" [ "$(awk '/^VmRSS/ { print $2 }' "/proc/$DAEMON/status")" -lt 65536 ]
wait $slow
ask <"$WORK/calls" >"$WORK/out"
is "$(grep -c '^{"parameters"' "$WORK/out")" 4000 "answers of 4000 calls in a row"
check "a client that sends half a call is disconnected" until_true 12 test -s "$WORK/half.status"
is "$(cat "$WORK/half.status")" 0 "status of who said half a call"
kill $holder
kill $work "$(cat "$WORK/child")"
wait $work 2>/dev/null
stop_daemon
is "$DAEMON_STATUS" 0 "status after all of them"

# Who was held back goes on in the next second, whoever else connects meanwhile.
if [ -e "$WORK/slicectl-copy" ]; then
	cat >"$WORK/slicectl.conf" </dev/null
	start_daemon
	cp "$TRICKS" "$WORK/tricks-copy" && chmod 755 "$WORK/tricks-copy"
	i=0
	while [ $i -lt 3000 ]; do echo '{"method":"org.varlink.service.GetInfo"}'; i=$((i + 1)); done >"$WORK/calls"
	(i=0; while [ $i -lt 20 ]; do "$SLICECTL" -q status; sleep 0.2; i=$((i + 1)); done) & others=$!
	is "$(setpriv --reuid=65534 --clear-groups "$WORK/tricks-copy" ask $SOCKET $((10 * PATIENCE)) <"$WORK/calls" | grep -c vendor)" 3000 "answers of who was held back"
	kill $others
	stop_daemon
fi

# With 64 descriptors and 200 scopes of families it still answers, whoever else connects.
cat >"$WORK/slicectl.conf" <<END2
[rule many]
comm = sctest-many
action = place
scope = workload.slice/m-%p
END2
cp "$(command -v sleep)" "$WORK/sctest-many"
ulimit -n 64
start_daemon
ulimit -n 1024 2>/dev/null || true
i=0
while [ $i -lt 200 ]; do "$WORK/sctest-many" $LONG & i=$((i + 1)); done
all_placed() { [ "$(find "$BASE/workload.slice" -maxdepth 1 -name 'm-*.scope' | wc -l)" = 200 ]; }
check "with 64 descriptors 200 scopes are made" until_true 20 all_placed
if [ -e "$WORK/slicectl-copy" ]; then
	cp "$TRICKS" "$WORK/tricks-copy" && chmod 755 "$WORK/tricks-copy"
	for uid in 65001 65002 65003; do setpriv --reuid=$uid --clear-groups "$WORK/tricks-copy" clients $SOCKET 100 $LONG >/dev/null & done
	sleep 0.5
fi
expect 0 timeout $((10 * PATIENCE)) "$SLICECTL" status
said "families   200"
expect 0 timeout $((10 * PATIENCE)) "$SLICECTL" scope create workload.slice/few
expect 0 timeout $((10 * PATIENCE)) "$SLICECTL" scope destroy workload.slice/few
check "descriptors are left" [ "$(ls "/proc/$DAEMON/fd" | wc -l)" -lt 64 ]
stop_daemon
is "$DAEMON_STATUS" 0 "status with few descriptors"
check "the socket is removed" [ ! -e $SOCKET ]
