#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Levels of resources: what is told of processes, families and cgroups, to whom, what is not, and that
# nothing is left of a watch that has ended.
. "${srcdir:-.}/tests/kernel/lib.sh"
SOCKET=/run/slicectl/slicectl.sock
for name in wa-it wa-spin; do cp "$(command -v sh)" "$WORK/$name"; done
cat >"$WORK/hook" <<END
#!/bin/sh
env | grep ^SLICECTL_ >"$WORK/hook.\$SLICECTL_PID"
END
chmod +x "$WORK/hook"
configure() { # extra sections
	cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[activity]
enabled = yes
[owner workload]
users = root
[rule placed]
comm = wa-it wa-spin
action = place
scope = workload.slice/wa-%p
$1
END
}
configure "[watch fds]
subject = family:placed
resource = nofile
level = 40
direction = up
action = hook
command = $WORK/hook
[watch scope]
subject = workload.slice/later
resource = cpu
level = 30%"
expect 0 ctl -c "$WORK/slicectl.conf" check-config
expect 0 ctl -q init
start_daemon

# A shell that does what it is told: opens or closes N descriptors, or anything else.
opens() { echo "for n in \$(seq 100 \$((99 + $1))); do eval \"exec \$n</dev/null\"; done"; }
closes() { echo "for n in \$(seq 100 \$((99 + $1))); do eval \"exec \$n<&-\"; done"; }
bash=$(command -v bash) || skip "needs bash, whose descriptors can have any number"
cp "$bash" "$WORK/wa-it"
begin() { # NAME [COMMAND before the shell...]: a shell that listens at a FIFO; its pid is in $begun
	mkfifo "$WORK/$1.fifo"
	fifo=$WORK/$1.fifo
	shift
	"$@" "$WORK/wa-it" -c 'while read -r line; do eval "$line"; done' <"$fifo" & begun=$!
}
inside() { [ -d "$BASE/workload.slice/wa-$1.scope" ]; }
begin one; one=$begun
exec 7>"$WORK/one.fifo"
check "the family is placed" until_true 5 inside $one
used=$(ls "/proc/$one/fd" | wc -l)
watch() { # FILE ARGUMENT...: until it is killed
	events=$WORK/$1
	shift
	"$SLICECTL" --json watch "$@" >"$events" 2>&1 & WATCHER=$!
	LISTENERS="${LISTENERS:-} $WATCHER"
}
listed() { [ "$(ctl --json watch list | grep -o '"id":' | wc -l)" = "$1" ]; }
told() { grep -q "$2" "$WORK/$1"; } # FILE PATTERN
count() { grep -c "$2" "$WORK/$1"; }

# The rule: to be at the level is to be above it.
watch level $one nofile $((used + 3))
check "it is watched" until_true 5 listed 3
opens 2 >&7
nap 300
is "$(count level crossed)" 0 "below the level nothing is told"
echo "exec 99</dev/null" >&7
check "landing on the level is up" until_true 5 told level "\"direction\":\"up\".*\"new\":$((used + 3)),\"level\":$((used + 3))"
echo "exec 98</dev/null" >&7
nap 300
is "$(count level crossed)" 1 "further up is not told"
echo "exec 98<&-" >&7
nap 300
is "$(count level crossed)" 1 "landing on the level from above is not told"
echo "exec 99<&-" >&7
check "below it is down" until_true 5 told level "\"direction\":\"down\".*\"old\":$((used + 3)),\"new\":$((used + 2))"
closes 2 >&7
kill $WATCHER

# Directions, a percentage of a limit that changes, and each change.
echo "ulimit -Sn 200" >&7
watch up -d up $one nofile 50% $one threads change
check "both are watched" until_true 5 listed 4
opens 100 >&7
check "half of the limit is crossed" until_true 5 told up '"direction":"up".*"level":100'
echo "ulimit -Sn 1000" >&7
nap 2500
echo "ulimit -Sn 190" >&7
check "so it is when the limit shrinks" until_true 10 told up '"direction":"up".*"level":95'
is "$(count up down)" 0 "down is not told to who asked for up"
echo "ulimit -Sn 200" >&7
closes 100 >&7
check "the hook of the configuration has run" until_true 5 test -s "$WORK/hook.$one"
check "its environment names the resource" grep -qx "SLICECTL_RESOURCE=nofile" "$WORK/hook.$one"
check "and the watch" grep -qx "SLICECTL_WATCH=fds" "$WORK/hook.$one"
check "and the level" grep -qx "SLICECTL_LEVEL=40" "$WORK/hook.$one"
crossed() { grep -c '"action":"watch.crossed","actor":"watch:fds"' "$WORK/audit.jsonl"; }
check "the crossing is recorded" [ "$(crossed)" -ge 1 ]
rm -f "$WORK/hook.$one"
nap 500
opens 100 >&7
more() { [ "$(crossed)" -ge 2 ]; }
check "each crossing is" until_true 5 more
nap 300
check "the hook runs once" not test -e "$WORK/hook.$one"
closes 100 >&7
nap 500
expect 0 ctl -c "$WORK/slicectl.conf" rule arm fds
opens 100 >&7
check "and again when it is armed" until_true 5 test -s "$WORK/hook.$one"
closes 100 >&7
nap 500
kill $WATCHER

# A hysteresis that is a part of the limit: 20 below 60.
watch hysteresis --hysteresis 10% $one nofile 60
check "it is watched" until_true 5 listed 3
opens 60 >&7
check "up is told" until_true 5 told hysteresis '"direction":"up"'
closes 15 >&7
nap 500
is "$(count hysteresis down)" 0 "a little below is not told"
echo "for n in \$(seq 115 159); do eval \"exec \$n<&-\"; done" >&7
check "far below is" until_true 5 told hysteresis '"direction":"down"'
kill $WATCHER

# Children: watched, or not.
watch children $one nofile 60
watcher=$WATCHER
watch alone --no-inherit $one nofile 60
check "both are watched" until_true 5 listed 4
opens 2 >&7
echo "( $(opens 80); sleep 1 )" >&7
check "a child is told of when it starts" until_true 5 told children '"kind":"started".*"parent":'$one
crossed_child() { # the process that is not the first
	child=$(sed -n 's/.*"kind":"crossed".*"pid":\([0-9]*\).*/\1/p' "$WORK/children" | grep -vx $one | head -n 1)
	[ -n "$child" ]
}
check "and when it crosses the level" until_true 5 crossed_child
check "and when it ends" until_true 5 told children "\"kind\":\"ended\".*\"pid\":$child,"
is "$(count alone "\"pid\":$child,")" 0 "without inheritance nothing is told of it"
kill $watcher $WATCHER
clear() { listed 2; }
check "a client that is gone has no watches" until_true 5 clear

# A family: its number of processes, and how long it is idle.
watch family family:$one idle 400ms family:$one processes 3 family:placed processes 4
check "three are watched" until_true 5 listed 5
echo "sleep 0.7 & sleep 0.7 & wait" >&7
check "the number of its processes is told" until_true 5 told family "\"subject\":\"family:$one\",\"pid\":$one,\"resource\":\"processes\",\"direction\":\"up\".*\"new\":3"
check "when it falls, too" until_true 5 told family '"resource":"processes","direction":"down"'
check "that it was idle for long" until_true 5 told family '"resource":"idle","direction":"up"'
echo "i=0; while [ \$i -lt 100000 ]; do i=\$((i+1)); done" >&7
check "and that it is not any more" until_true 5 told family '"resource":"idle","direction":"down"'
is "$(grep -c '"crossed".*"subject":"family:placed"' "$WORK/family")" 0 "another level is not crossed"
kill $WATCHER

# A cgroup that is made later; processor time; pressure, which the kernel tells.
begin spin; spin=$begun
exec 9>"$WORK/spin.fifo"
check "the other family is placed" until_true 5 inside $spin
watch cpu $spin cpu 30% "workload.slice/wa-$spin" cpu 30% workload.slice pressure.cpu 3%
check "they are watched" until_true 5 listed 5
nap 1500 # an average begins with its first second
echo "while :; do :; done" >&9
check "processor time of a process is told" until_true 10 told cpu "\"subject\":\"$spin\".*\"resource\":\"cpu\",\"direction\":\"up\""
check "and of a scope" until_true 10 told cpu "\"subject\":\"workload.slice/wa-$spin\".*\"direction\":\"up\""
expect 0 ctl -q scope create workload.slice/later
expect 0 ctl -q scope move workload.slice/later $spin
check "a scope of the configuration is found when it is made" until_true 10 grep -q '"actor":"watch:scope".*"direction":"up"' "$WORK/audit.jsonl"
if [ -e "$BASE/cpu.pressure" ] && cat "$BASE/cpu.pressure" >/dev/null 2>&1; then
	spinning=''
	for _ in 1 2 3 4 5 6; do
		"$WORK/wa-spin" -c 'while :; do :; done' & spinning="$spinning $!"
	done
	check "pressure is told" until_true 10 told cpu '"resource":"pressure.cpu","direction":"up"'
	kill $spinning $spin
	exec 9>&-
	check "and when it is over" until_true 15 told cpu '"resource":"pressure.cpu","direction":"down"'
fi
kill $spin 2>/dev/null
check "the end of a process is told" until_true 5 told cpu "\"kind\":\"ended\".*\"subject\":\"$spin\""
check "and of a scope" until_true 10 told cpu "\"kind\":\"ended\".*\"subject\":\"workload.slice/wa-$spin\""
kill $WATCHER 2>/dev/null

# How the command ends.
expect 75 ctl watch -t 300ms $one nofile 900
said "the time is over"
"$WORK/wa-it" -c 'sleep 1; exit 0' & short=$!
expect 0 ctl watch $short nofile 900
said "process $short has ended"
"$WORK/wa-it" -c 'sleep 1; exit 0' & short=$!
expect 3 ctl watch -n 1 $short nofile 900
said "has ended before 1 event came"
(nap 500; opens 30 >&7) &
expect 0 ctl watch -n 1 $one nofile 20
said "rose from"
closes 30 >&7

# What is wrong is refused, and changes nothing.
refused() { # STATUS SENTENCE ARGUMENT...
	status=$1 sentence=$2
	shift 2
	expect "$status" ctl watch -t 2s "$@"
	said "$sentence"
}
refused 64 "did you mean nofile?" $one nofil 3
refused 64 "is not a level of nofile" $one nofile many
refused 64 "never crossed" $one nofile 0
refused 3 "there is no process" 4194303 nofile 3
refused 64 "once or several times" $one nofile
refused 64 "neither a pid" placed nofile 3
refused 3 "there is no rule 'nobody'" family:nobody nofile 3
refused 3 "is not the root of a family" family:$$ nofile 3
refused 64 "name a slice" $one pids.current 3
refused 73 "already, as watch" $one nofile 3 $one nofile 3
refused 64 "has no limit" $one as 80%
refused 3 "does not exist" workload.slice/nobody cpu 3%
refused 3 "not in a configured slice" other.slice cpu 3%
refused 64 "not a direction" -d sideways $one nofile 3
refused 64 "takes no hysteresis" --hysteresis 2 $one nofile change
refused 64 "is not a hysteresis" --hysteresis many $one nofile 30
refused 64 "is never below a level" --hysteresis 30 $one nofile 30
refused 64 "has no limit" --hysteresis 10% $one as 1G
check "nothing is left of them" listed 2

# The supervisor is stopped meanwhile; a reload keeps what it does not change.
watch stopped $one nofile 50 $one nofile change
check "two more are watched" until_true 5 listed 4
kill -STOP "$DAEMON"
opens 100 >&7
nap 500
kill -CONT "$DAEMON"
check "a level that was crossed while it was stopped is told" until_true 5 told stopped '"kind":"crossed"'
closes 100 >&7
configure "[watch other]
subject = workload.slice/again
resource = pressure.cpu
level = 90%"
expect 0 ctl reload
expect 0 ctl reload
check "a watch whose section is gone has ended" until_true 5 listed 3
check "those of clients go on" sh -c "'$SLICECTL' --cgroup-root '$BASE' watch list | grep -q '^$one nofile 50'"
kill $WATCHER

# A client that does not read.
watch slow $one nofile change
slow=$WATCHER
check "it is watched" until_true 5 listed 2
kill -STOP $slow
echo "for i in \$(seq 1500); do (:); done; echo done >$WORK/forked" >&7
check "many children come and go" until_true 30 test -s "$WORK/forked"
kill -CONT $slow
check "it hears how much it has missed" until_true 10 told slow '"kind":"lost".*"lost":[1-9]'
kill $slow

# A cgroup that is removed, and made again under the same name, is another one; the configuration
# means both.  Nothing runs in a circle meanwhile.
has_targets() { ctl --json watch list | grep -q '"name":"other".*"targets":'"$1"; }
ticks() { cut -d ' ' -f 14,15 "/proc/$DAEMON/stat" | tr ' ' + | xargs -I% sh -c 'echo $((%))'; }
expect 0 ctl -q scope create workload.slice/again
check "a scope of the configuration is found after a reload, too" until_true 10 has_targets 1
if cat "$BASE/cpu.pressure" >/dev/null 2>&1; then
	watch again workload.slice/again pressure.cpu 80%
	check "a client watches it" until_true 5 listed 2
	nap 1500 # the kernel tells from now on
	kill -STOP "$DAEMON"
	rmdir "$BASE/workload.slice/again.scope" && mkdir "$BASE/workload.slice/again.scope"
	kill -CONT "$DAEMON"
	check "the end of the first is told" until_true 10 told again '"kind":"ended"'
	check "nothing of the second" not told again '"kind":"failed"'
	before=$(ticks)
	nap 1000
	check "nothing runs in a circle" [ $(($(ticks) - before)) -le $((20 * PATIENCE)) ]
	check "the configuration has the second" until_true 10 has_targets 1
	expect 0 ctl scope destroy workload.slice/again -q
	check "and waits for a third" until_true 10 has_targets 0
fi

# A process without its first thread lives.
"$TRICKS" leader 3 & leader=$!
watch leader $leader nofile 900
check "it is watched" until_true 5 listed 2
nap 1000
check "its end is not told while a thread runs" not told leader ended
expect 75 ctl watch -t 100ms $leader nofile 900
check "its descriptors are seen by the other thread" grep -q "^nofile of $leader is [1-9]" "$WORK/out"
is "$(count leader crossed)" 0 "and have not fallen to none"
check "but when it has ended" until_true 10 told leader '"kind":"ended"'

# Clients that vanish leave nothing.
clients=''
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
	"$SLICECTL" watch $one nofile 900 $one rss 900G >/dev/null 2>&1 & clients="$clients $!"
done
check "many clients watch" until_true 20 listed 61
kill -KILL $clients
check "nothing is left of them" until_true 10 listed 1
value() { ctl metrics | sed -n "s/^slicectl_$1 //p"; }
is "$(value watched_values)" 0 "only what is watched is read"
kill $one
check "the end of the process was told to all" until_true 5 not alive $one

# Who may watch what.
if command -v setpriv >/dev/null; then
	cp "$SLICECTL" "$WORK/slicectl-copy" && chmod 755 "$WORK" "$WORK/slicectl-copy"
	as_user() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
	user() { as_user "$WORK/slicectl-copy" "$@"; }
	begin two; two=$begun
	exec 8>"$WORK/two.fifo"
	begin mine setpriv --reuid=65534 --regid=65534 --clear-groups; mine=$begun
	exec 9>"$WORK/mine.fifo"
	runs_as() { grep -q "^Uid:.65534" "/proc/$1/status" && [ "$(cat "/proc/$1/comm")" = wa-it ]; }
	check "a user has a process" until_true 5 runs_as $mine
	expect 4 user watch -t 1s $two nofile 3
	said "is not yours"
	expect 4 user watch -t 1s workload.slice cpu 3%
	expect 4 user watch -t 1s family:placed nofile 3
	expect 4 user watch -t 1s family:$two processes 3
	setpriv --reuid=65534 --regid=65534 --clear-groups "$WORK/slicectl-copy" --json watch $mine nofile 50 >"$WORK/own" 2>&1 & WATCHER=$!
	LISTENERS="$LISTENERS $WATCHER"
	check "a user watches an own process" until_true 5 listed 2
	expect 0 user watch list
	check "and sees only that in the list" [ "$(wc -l <"$WORK/out")" = 1 ]
	opens 60 >&9
	check "and is told" until_true 5 told own '"kind":"crossed"'
	closes 60 >&9
	check "and is told of the way back" until_true 5 told own '"direction":"down"'
	# It becomes root's: its own descriptors are not told to the user any more.
	cp "$bash" "$WORK/wa-spin" && chmod 4755 "$WORK/wa-spin"
	if as_user "$WORK/wa-spin" -p -c '[ "$(id -u)" = 0 ]'; then
		echo "exec $WORK/wa-spin -p -c 'for n in \$(seq 100 170); do eval \"exec \$n</dev/null\"; done; sleep 3'" >&9
		check "of a process that is not the user's any more nothing is told" until_true 5 told own '"kind":"denied"'
		is "$(count own '"direction":"up"')" 1 "not even the level that it crossed"
	fi
	exec 9>&-
	# Whatever its values are: from when it is told nothing can be learnt.
	begin other setpriv --reuid=65534 --regid=65534 --clear-groups; other=$begun
	exec 9>"$WORK/other.fifo"
	check "another process of the user runs" until_true 5 runs_as $other
	setpriv --reuid=65534 --regid=65534 --clear-groups "$WORK/slicectl-copy" --json watch $other nofile 900 >"$WORK/quiet" 2>&1 & WATCHER=$!
	LISTENERS="$LISTENERS $WATCHER"
	check "it is watched" until_true 5 listed 2
	echo "exec $WORK/wa-spin -p -c '(sleep 1; :); sleep 3'" >&9
	check "that it became root's is told at once" until_true 5 told quiet '"kind":"denied"'
	nap 1500
	is "$(count quiet started)" 0 "its children are not told"
	exec 9>&-
	# A parent that has exited is not somebody else's, and its child is the user's.
	begin daemon setpriv --reuid=65534 --regid=65534 --clear-groups; daemonises=$begun
	exec 9>"$WORK/daemon.fifo"
	check "a third process of the user runs" until_true 5 runs_as $daemonises
	setpriv --reuid=65534 --regid=65534 --clear-groups "$WORK/slicectl-copy" --json watch $daemonises nofile 900 >"$WORK/child" 2>&1 & WATCHER=$!
	LISTENERS="$LISTENERS $WATCHER"
	check "it is watched" until_true 5 told child '"watched"'
	kill -STOP "$DAEMON"
	echo "(sleep 5; :) & exit" >&9
	exec 9>&-
	nap 300
	kill -CONT "$DAEMON"
	check "the child is watched" until_true 5 told child '"kind":"started"'
	check "the end of the parent is told" until_true 5 told child '"kind":"ended"'
	is "$(count child denied)" 0 "and is not called a denial"
	# The name of a subscription is worth nothing to another user.
	cp "$TRICKS" "$WORK/tricks-copy" && chmod 755 "$WORK/tricks-copy"
	{ echo '{"method":"io.slicectl.Watch","more":true}'; sleep $LONG; } | "$TRICKS" ask $SOCKET $LONG >"$WORK/stream" &
	check "a subscription has a name" until_true 5 told stream '"subscription"'
	token=$(sed -n 's/.*"subscription":"\([0-9a-f]*\)".*/\1/p' "$WORK/stream")
	call="{\"method\":\"io.slicectl.WatchAdd\",\"parameters\":{\"subscription\":\"$token\",\"watches\":[{\"subject\":\"$$\",\"resource\":\"nofile\",\"level\":\"900\"}]}}"
	printf '%s\n' "$call" | as_user "$WORK/tricks-copy" ask $SOCKET $((3 * PATIENCE)) >"$WORK/answer"
	check "another user cannot add to it" grep -q 'you have no subscription' "$WORK/answer"
	printf '%s\n' "$call" | "$TRICKS" ask $SOCKET $((3 * PATIENCE)) >"$WORK/answer"
	check "its user can" grep -q '"id":' "$WORK/answer"
	# A user has a share.
	setpriv --reuid=65534 --regid=65534 --clear-groups sleep $LONG & sleeper=$!
	sleeps() { [ "$(cat "/proc/$sleeper/comm")" = sleep ]; }
	check "it sleeps" until_true 5 sleeps
	levels=''
	for n in $(seq 1 129); do levels="$levels $sleeper nofile $n"; done
	expect 1 user watch -t 1s $levels
	said "are the maximum of one user"
	kill $two $mine $sleeper 2>/dev/null
fi

# The library.
example=${EXAMPLE%/*}/watch
if [ -x "$example" ]; then
	expect 0 "$example"
	check "it is told of both ways" [ "$(grep -c '^nofile of process' "$WORK/out")" = 2 ]
	expect 1 "$example" 4194303
	said "there is no process"
	"$WORK/wa-it" -c 'sleep 1' & short=$!
	expect 1 "$example" $short
	said "process $short has ended"
fi
