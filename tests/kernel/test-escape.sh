#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Who might slip away: 2,000 daemons, a match that forks while it is moved, and programs
# that do not look like themselves.  What is caught and what is not is as documented in
# slicectl.conf(5).
. "${srcdir:-.}/tests/kernel/lib.sh"
: "${TRICKS:=tricks}"
ESC=$(printf 'e\033[31m\n"\\x')
cat >"$WORK/slicectl.conf" <<END2
[supervisor]
audit-log = $WORK/audit.jsonl
log-argv = yes
exit-records = no
[rule daemon]
comm = sct-daemon
action = place
scope = workload.slice/daemons
[rule bomb]
comm = sct-bomb
action = place
scope = workload.slice/bombs
[rule shell]
comm = sh bash
[rule evil-comm]
comm = sct-evil
[rule evil-exe]
exe = $WORK/home/sct-evil
[rule evil-memfd]
exe = /memfd:sct-*
[rule evil-arg]
arg = */sct-evil-script
[rule hostile]
exe = $WORK/e*
$(marker_rule)
END2
mkdir "$WORK/home" "$WORK/away"
cp "$TRICKS" "$WORK/away/sct-plain"
for name in sct-daemon sct-bomb; do cp "$TRICKS" "$WORK/$name"; done
expect 0 ctl -q init
start_daemon

# Four depths of 500, out of a family that a rule only watches.
for depth in 0 1 2 3; do
	i=0
	while [ $i -lt 500 ]; do
		"$WORK/sct-daemon" daemonise $depth $LONG &
		i=$((i + 1))
		[ $((i % 50)) != 0 ] || sleep 0.02
	done
done
D=$BASE/workload.slice/daemons.scope
all_in() { [ "$(wc -l <"$D/cgroup.procs")" = 2000 ]; }
check "all of 2000 daemons are placed" until_true 20 all_in
echo 1 >"$D/cgroup.kill"
gone() { [ ! -d "$D" ]; }
check "the scope of the daemons is removed" until_true 20 gone

# One that forks all the time while it is moved: in the end nobody is outside.
"$WORK/sct-bomb" bomb 60 100 & bomb=$!
wild() { [ "$(pgrep -c -x sct-bomb)" -gt 5 ]; }
check "the fork bomb runs" until_true 5 wild
outside() { # living processes of that name that are not in the scope
	for p in $(pgrep -x sct-bomb); do
		alive "$p" || continue
		grep -q '/workload.slice/bombs.scope$' "/proc/$p/cgroup" 2>/dev/null || ! alive "$p" || echo "$p"
	done
}
nobody_outside() { [ -z "$(outside)" ]; }
check "no process of the fork bomb is outside its scope" until_true 3 nobody_outside
check "the fork bomb still runs" wild
echo 1 >"$BASE/workload.slice/bombs.scope/cgroup.kill"
wait $bomb
ended() { [ "$(pgrep -c -x sct-bomb)" = 0 ]; }
check "cgroup.kill ends all of the fork bomb" until_true 5 ended

# Evasions.
sed -i '/^\[rule shell\]/,+1d' "$WORK/slicectl.conf"
stop_daemon
start_daemon
caught() { grep -q "\"rule\":\"$1\".*\"pid\":$2," "$WORK/audit.jsonl"; }

# A family of which a member makes children for its own parent: they belong to it all the same.
"$WORK/sct-daemon" siblings 8 $LONG & root=$!
sleep $LONG & plain=$!
nine_in() { [ "$(wc -l <"$D/cgroup.procs")" = 9 ]; }
check "the children of CLONE_PARENT are placed" until_true 5 nine_in
after_this
check "a child of the same parent is not" not grep -qx $plain "$D/cgroup.procs"
kill $plain
echo 1 >"$D/cgroup.kill"
wait $root 2>/dev/null
until_true 5 gone
# Where addresses are not random every start of a program has the same stack.
if setarch -R true 2>/dev/null; then
	setarch -R "$WORK/sct-daemon" sleep $LONG & one=$!
	one_in() { grep -qx $one "$D/cgroup.procs"; }
	check "a process without random addresses is placed" until_true 5 one_in
	i=0 others=''
	while [ $i -lt 20 ]; do
		setarch -R "$WORK/away/sct-plain" sleep $LONG & others="$others $!"
		i=$((i + 1))
	done
	after_this
	is "$(wc -l <"$D/cgroup.procs")" 1 "processes in its scope"
	kill $one $others
	until_true 5 gone
fi

executed() { ! cmp -s "/proc/$1/cmdline" "/proc/$$/cmdline"; }
is_caught() { check "$3 is caught by $1" until_true 3 caught "$1" "$2"; }
is_missed() { until_true 5 executed "$1"; after_this; check "$2 is not caught, as documented" not grep "\"pid\":$1," "$WORK/audit.jsonl"; }
cp "$TRICKS" "$WORK/home/sct-evil"
cp "$TRICKS" "$WORK/away/sct-evil"
cp "$TRICKS" "$WORK/away/sct-other"
"$WORK/away/sct-evil" rename harmless $LONG & p=$!
is_caught evil-comm $p "a program that renames itself"
"$WORK/away/sct-other" sleep $LONG & p=$!
is_missed $p "a copy under another name and path"
ln "$WORK/home/sct-evil" "$WORK/home/sct-link"
mv "$WORK/home/sct-evil" "$WORK/home/sct-moved"
"$WORK/home/sct-moved" sleep $LONG & p=$!
is_missed $p "a program that was moved away"
"$WORK/away/sct-evil" sleep $LONG & p=$!
is_caught evil-comm $p "a copy of the same name elsewhere"
"$TRICKS" memfd "$TRICKS" sct-evil $LONG & p=$!
is_caught evil-memfd $p "a program without a file"
rm "$WORK/away/sct-evil"
printf '#!/bin/sh\nsleep %s\n' $LONG >"$WORK/away/sct-evil"
chmod +x "$WORK/away/sct-evil"
cp "$WORK/away/sct-evil" "$WORK/away/sct-evil-script"
"$WORK/away/sct-evil" & p=$!
is_caught evil-comm $p "a script that is executed"
sh "$WORK/away/sct-evil" & p=$!
is_missed $p "a script of an interpreter, by its name"
sh "$WORK/away/sct-evil-script" & p=$!
is_caught evil-arg $p "a script of an interpreter, by its argument"
"$WORK/home/sct-link" sleep $LONG & p=$!
is_missed $p "a hard link under another name"

# Names and arguments that no terminal and no parser should see.
cp "$TRICKS" "$WORK/$ESC"
"$WORK/$ESC" sleep $LONG "$(printf 'a\033[2Jb\r\n{"c')" & p=$!
is_caught hostile $p "a hostile name"
expect 0 ctl explain $p
for file in "$WORK/audit.jsonl" "$WORK/daemon.log" "$WORK/out"; do
	! LC_ALL=C tr -d '\n' <"$file" | LC_ALL=C grep -q '[[:cntrl:]]'
	result "no control bytes in ${file##*/}"
done
check "a hostile name is escaped in the log" grep -q '"comm":"e\\\\x1b\[31m\\\\x0a\\"\\\\x5cx"' "$WORK/audit.jsonl"
check "a hostile name has one record" [ "$(grep -c "\"pid\":$p," "$WORK/audit.jsonl")" = 1 ]
expect 0 ctl --json explain $p
! LC_ALL=C tr -d '\n' <"$WORK/out" | LC_ALL=C grep -q '[[:cntrl:]]'
result "no control bytes in JSON"
kill $p
