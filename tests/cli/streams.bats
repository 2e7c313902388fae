#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Standard streams that are closed, full or left alone, terminals, signals, odd arguments, and
# the runtime folder.
# shellcheck disable=SC2154,SC2016 # status, output, stderr come from bats; $D is the inner shell's

load ../lib/common
load ../lib/table

setup() {
	dp_setup
	export M=model:tests/golden/paths.yaml
	STATE=$BATS_TEST_TMPDIR/state
}

# every verb that prints, as words; those of the second list write
READERS=(version help "help paths" "peek -h" list "sim list --json" "desc list" "desc show edu" "desc lint $BATS_TEST_FILENAME"
	"explain nvme CC" "find doorbell" "decode nvme CC 1" 'info $M' 'peek $M CTRL' 'dump $M' 'dump $M 0..+0x40 -w 32'
	'poll $M CTRL.EN==0' 'check $M CTRL.EN==0' 'peek $M NOPE --json' 'poll $M CTRL.EN==1 --timeout 0 --json')
WRITERS=('poke $M CTRL.EN=1' 'toggle $M CTRL.EN' "batch -e version" 'batch -t $M -e CTRL' 'batch -t $M -e CTRL.EN=1 --json')

# ------------------------------------------------------------------ stdout

@test "stdout: full is exit 4 and one line that says why, of every verb" {
	local command
	for command in "${READERS[@]}" "${WRITERS[@]}"; do
		row
		sh_line "devpoke $command >/dev/full"
		[[ $status == 4 && ${stderr_lines[-1]} == "devpoke: cannot write to standard output: No space left on device" ]] ||
			row_failed "expected exit 4 and why"
	done
	rows_passed 25
}

@test "stdout: closed is exit 4, whatever else is closed" {
	local command
	for command in "${READERS[@]}" "${WRITERS[@]}"; do
		row
		sh_line "devpoke $command >&-"
		[[ $status == 4 && ${stderr_lines[-1]} == "devpoke: cannot write to standard output: Bad file descriptor" ]] ||
			row_failed "expected exit 4 and why"
	done
	for command in version "${WRITERS[@]}"; do
		row
		sh_line "devpoke $command <&- >&- 2>&-"
		[[ $status == 4 ]] || row_failed "expected exit 4"
	done
	rows_passed 30
}

@test "stdout: closed, its descriptor becomes that of no file, log or device" {
	sh_line "devpoke peek $M@$STATE CTRL >&- 2>&-"
	[[ $(jq -s length "$STATE.log") == 1 ]]
	sh_line "devpoke poke $M@$STATE CTRL=5 <&- >&- 2>&-"
	[[ $(jq -r '.op' "$STATE.log" | tr -d '\n') == RW ]]
	jq -e .registers.CTRL "$STATE" >/dev/null
	sh_line "devpoke peek $M CTRL --trace=$BATS_TEST_TMPDIR/trace >&- 2>&-"
	[[ $(jq -s length "$BATS_TEST_TMPDIR/trace") == 1 ]]
}

@test "stdout: a reader that leaves ends a reading verb quietly with 0, before and after its first line" {
	local command
	for command in "${READERS[@]}"; do
		[[ $command != *NOPE* && $command != *EN==1* && $command != *lint* ]] || continue
		row
		# true has left, head reads a line and leaves
		sh_line "set -o pipefail; { sleep 0.05; devpoke $command; } | true"
		[[ $status == 0 && -z $stderr ]] || row_failed "expected a quiet 0"
	done
	sh_line "set -o pipefail; devpoke batch -t $M --keep-going <(printf 'repeat 20000 CTRL\n') 2>&1 | head -1"
	[[ $output == "CTRL = 0x00000010" ]] || row_failed "expected one line"
	head -c 4000000 /dev/urandom >"$BATS_TEST_TMPDIR/bytes"
	sh_line "set -o pipefail; devpoke dump dump:$BATS_TEST_TMPDIR/bytes | head -1"
	[[ $status == 0 && -z $stderr && ${#lines[@]} == 1 ]] || row_failed "expected a quiet 0"
	sh_line "set -o pipefail; devpoke dump dump:$BATS_TEST_TMPDIR/bytes --raw | head -c 1 | wc -c"
	[[ $status == 0 && -z $stderr && $output == 1 ]] || row_failed "expected a quiet 0"
	rows_passed 16
}

@test "stdout: a writing verb says when its answer got lost" {
	sh_line "{ sleep 0.05; devpoke poke $M@$STATE CTRL=1; echo \"= \$?\" >&2; } | true"
	[[ $stderr == $'devpoke: cannot write to standard output: Broken pipe\n= 4' ]]
	[[ $(jq -r .op "$STATE.log") == W ]]
}

@test "stdout: an error's exit code outlives a reader that left" {
	sh_line "set -o pipefail; { sleep 0.05; devpoke peek $M NOPE --json; } | true"
	[[ $status == 2 && $stderr == "devpoke: "* ]]
	sh_line "set -o pipefail; { sleep 0.05; devpoke check $M CTRL.EN==1; } | true"
	[[ $status == 1 && -z $stderr ]]
}

@test "stdout: what was read before an error is there, and comes before it" {
	printf '{"schema":1,"spaces":[{"name":"bar0","chunks":[{"offset":0,"width":32,"hex":"11223344"}]},{"name":"bar1","chunks":[{"offset":8,"width":32,"hex":"00000000"}]}]}' \
		>"$BATS_TEST_TMPDIR/hole.snap"
	sh_line "devpoke peek dump:$BATS_TEST_TMPDIR/hole.snap bar0+0 bar1+0 -r 2>&1"
	[[ $status == 4 && ${lines[0]} == 0x44332211 && ${lines[1]} == "devpoke: "* ]]
	sh_line "printf 'CTRL -r\nNOPE\n' | devpoke batch -t $M 2>&1"
	[[ $status == 2 && ${lines[0]} == 0x00000010 && ${lines[1]} == "devpoke: stdin:2: "* ]]
}

@test "output files: one on a full file system is exit 4, and no half of it stays" {
	((EUID == 0)) && mkdir "$BATS_TEST_TMPDIR/full" && mount -t tmpfs -o size=64k none "$BATS_TEST_TMPDIR/full" 2>/dev/null ||
		skip "needs a file system of its own"
	head -c 200000 /dev/zero >"$BATS_TEST_TMPDIR/bytes"
	dp dump "dump:$BATS_TEST_TMPDIR/bytes" --raw -o "$BATS_TEST_TMPDIR/full/out"
	local left
	left=$(ls "$BATS_TEST_TMPDIR/full")
	umount "$BATS_TEST_TMPDIR/full"
	assert_exit 4
	assert_stderr "devpoke: cannot write '$BATS_TEST_TMPDIR/full/out': No space left on device"
	[[ -z $left ]]
}

# ---------------------------------------------------------- stdin and stderr

@test "stderr: closed or full changes no exit code and no output" {
	local command
	for command in 'peek $M CTRL -r' 'peek $M CAUSE -r' 'peek $M NOPE' 'poke $M CTRL=1 -v' 'check $M CTRL.EN==1' 'peek $M CTRL -r --trace' nosuch; do
		row
		sh_line "devpoke $command"
		local code=$status text=$output
		for where in '2>&-' '2>/dev/full'; do
			sh_line "devpoke $command $where"
			[[ $status == "$code" && $output == "$text" ]] || row_failed "$where changes it"
		done
	done
	rows_passed 7
}

@test "stdin: closed does not matter, unless it is what is read" {
	sh_line "devpoke peek $M CTRL -r <&-"
	[[ $status == 0 && $output == 0x00000010 ]]
	sh_line "devpoke decode nvme CC.EN 1 -r <&-"
	[[ $status == 0 && $output == 0x1 ]]
	sh_line 'devpoke batch <&-'
	[[ $status == 0 && -z $output ]]
	sh_line 'devpoke decode nvme CC - <&-'
	[[ $status == 0 && -z $output ]]
	sh_line 'devpoke batch </nosuch'
	[[ $status == 1 ]] # the shell's
	sh_line 'devpoke batch <.'
	[[ $status != 0 && $stderr == "devpoke: "* ]]
}

@test "stdin: decode takes a value a line, the last without its end; a bad one ends it after the good" {
	sh_line "printf '0x1\n\n  0x0 \t\r\n1' | devpoke decode nvme CC.EN - -r"
	[[ $status == 0 && $output == $'0x1\n0x0\n0x1' ]]
	sh_line "printf '1\nx\n0\n' | devpoke decode nvme CC.EN - -r"
	[[ $status == 2 && $output == 0x1 && $stderr == "devpoke: "*"'x' is not a number"* ]]
	sh_line "printf '%0500d\n' 1 | devpoke decode nvme CC.EN - -r"
	[[ $status == 2 ]]
	sh_line "printf '1\n0\n' | devpoke decode nvme CC.EN - --json"
	[[ $(jq '.registers | length' <<<"$output") == 2 ]]
}

# --------------------------------------------------------------- terminals

# on_terminal COMMAND - its output, as a terminal would get it; status is its exit code
on_terminal() {
	status=0
	timeout 20 script -qec "$1" /dev/null </dev/null >"$BATS_TEST_TMPDIR/.out" 2>&1 || status=$?
	: >"$BATS_TEST_TMPDIR/.err"
	_took "$1"
	output=${output//$'\r'/}
}

@test "terminal: errors have colour there, not elsewhere, not with NO_COLOR, never or TERM=dumb" {
	export TERM=xterm
	on_terminal "$DEVPOKE_BIN peek $M NOPE"
	[[ $status == 2 && $output == *$'\e['*"devpoke:"* ]]
	on_terminal "NO_COLOR=1 $DEVPOKE_BIN peek $M NOPE"
	[[ $output != *$'\e'* ]]
	on_terminal "NO_COLOR= $DEVPOKE_BIN peek $M NOPE"
	[[ $output == *$'\e'* ]]
	on_terminal "$DEVPOKE_BIN peek $M NOPE --color=never"
	[[ $output != *$'\e'* ]]
	on_terminal "TERM=dumb $DEVPOKE_BIN peek $M NOPE"
	[[ $output != *$'\e'* ]]
	on_terminal "NO_COLOR=1 $DEVPOKE_BIN peek $M NOPE --color=always"
	[[ $output == *$'\e'* ]]
	dp peek "$M" NOPE
	[[ $stderr != *$'\e'* ]]
	dp peek "$M" NOPE --color=always
	[[ $stderr == *$'\e'* ]]
	dp peek "$M" NOPE --color
	[[ $stderr == *$'\e'* ]]
	dp peek "$M" NOPE --color=auto
	[[ $stderr != *$'\e'* ]]
	dp peek "$M" NOPE --color=always --json
	[[ $output != *$'\e'* && $output != *u001b* ]]
}

@test "terminal: bytes are refused, with the option that sends them elsewhere" {
	on_terminal "$DEVPOKE_BIN dump $M@$STATE CTRL..CTRL --raw"
	[[ $status == 2 && $output == *"devpoke: "*"terminal"*"hint: "*"-o"* ]] || _assert_failed "expected a refusal"
	[[ ! -s $STATE.log ]]
	on_terminal "$DEVPOKE_BIN dump $M CTRL --raw -o -"
	[[ $status == 2 ]]
	on_terminal "$DEVPOKE_BIN dump $M CTRL --raw -o /dev/tty"
	[[ $status == 2 || $status == 0 ]]
	on_terminal "$DEVPOKE_BIN dump $M CTRL --raw | wc -c"
	[[ $output == *4 ]]
}

# ------------------------------------------------------------- more or less

@test "-q: notes and confirmations go, answers and errors stay" {
	dp peek "$M" CAUSE -r
	[[ $output == 0x00000000 && $stderr == "devpoke: note: reading 'CAUSE' clears it" ]]
	dp peek "$M" CAUSE -r -q
	[[ $output == 0x00000000 && -z $stderr ]]
	dp poke "$M" CTRL.EN=1 -q
	[[ $status == 0 && -z $output ]]
	dp toggle "$M" CTRL.EN -q
	[[ $status == 0 && -z $output ]]
	dp poll "$M" CTRL.EN==0 -q
	[[ $status == 0 && -z $output ]]
	dp check "$M" CTRL.EN==1 -q
	[[ $status == 1 && -z $output && -z $stderr ]]
	dp peek "$M" NOPE -q
	[[ $status == 2 && $stderr == "devpoke: "* ]]
	dp sim list -q
	[[ $status == 0 && -z $output && -z $stderr ]]
}

@test "-v: poke says what was protected and why" {
	dp poke "$M" CTRL.EN=1 -v
	[[ $status == 0 && $output == *"ERR: w1c: written 0"* && $output == *"(reserved): "* ]]
	dp poke "$M" CTRL.EN=1
	[[ $output != *w1c* ]]
}

# ----------------------------------------------------------------- signals

# --foreground: to the program alone.  A second signal, to its whole group, would kill the tracer
# of the leak sanitizer, which the program then waits for without end.
@test "signals: SIGINT and SIGTERM end every wait with 130 and 143, silently" {
	local command
	for command in 'poll $M CTRL.EN==1 --timeout 60s' 'poll $M CTRL.EN==1 --timeout 60s --interval 30s' \
		'poll $M CTRL.EN==1 --timeout 60s --interval 0' "batch -e 'sleep 60s'" \
		'batch -t $M -e "repeat 4000000000 CTRL -r" -q >/dev/null' 'peek $M CTRL -r --count 4000000000 >/dev/null' \
		'batch <(sleep 5)' 'decode nvme CC - < <(sleep 5)'; do
		row
		sh_line "timeout --foreground --preserve-status -k 5 -s INT 0.2 \"\$DEVPOKE_BIN\" $command"
		[[ $status == 130 && -z $stderr ]] || row_failed "expected a silent 130"
		sh_line "timeout --foreground --preserve-status -k 5 -s TERM 0.2 \"\$DEVPOKE_BIN\" $command"
		[[ $status == 143 && -z $stderr ]] || row_failed "expected a silent 143"
	done
	rows_passed 8
}

@test "signals: what was printed before is there" {
	sh_line "timeout --foreground --preserve-status -s TERM 0.3 \"\$DEVPOKE_BIN\" batch -t $M -e 'CTRL -r' -e 'poll CTRL.EN==1 --timeout 60s' -e 'CTRL -r'"
	[[ $status == 143 && $output == 0x00000010 ]]
	sh_line "timeout --foreground --preserve-status -s INT 0.3 \"\$DEVPOKE_BIN\" batch -t $M --json -e CTRL -e 'sleep 60s'"
	[[ $status == 130 && $(jq -c .exit <<<"$output") == $'0\n130' ]]
}

@test "signals: one that is ignored stays so, as under nohup or &" {
	sh_line "trap '' INT; \"\$DEVPOKE_BIN\" poll $M CTRL.EN==1 --timeout 500ms & sleep 0.2; kill -INT \$!; wait \$!"
	[[ $status == 1 && $stderr == "devpoke: CTRL.EN still 0"* ]]
}

# --------------------------------------------------------------- arguments

@test "arguments: bytes that are no UTF-8, control characters and very long ones end in one line" {
	local word long
	printf -v long '%0100000d' 0
	for word in $'\xff' $'\xc3\x28' $'C\x80' $'\xed\xa0\x80' $'a\tb' $'a\nb' $'\e[2J' $'\x7f' "$long" "x$long"; do
		row
		for verb in peek poke poll dump explain; do
			dp $verb "$M" "$word"
			[[ $status == 2 && -z $output && ${#stderr_lines[@]} -le 2 && ${stderr_lines[0]} == "devpoke: "* ]] ||
				row_failed "expected exit 2 and a line"
			[[ $stderr != *[$'\t\e\x7f']* && ${#stderr} -lt 1000 ]] || row_failed "expected a clean line"
		done
		dp peek "$word" CTRL
		[[ ($status == 2 || $status == 3) && ${#stderr_lines[@]} -le 2 ]] || row_failed "expected no such target"
		dp "$word" x
		[[ $status == 2 && ${#stderr_lines[@]} -le 2 ]] || row_failed "expected no such verb"
		dp peek "$M" CTRL "--$word"
		[[ $status == 2 && ${#stderr_lines[@]} -le 2 ]] || row_failed "expected no such option"
		dp peek "$M" CTRL -d "$word"
		[[ $status == 2 && ${#stderr_lines[@]} -le 2 ]] || row_failed "expected no such description"
		dp poke "$M" "CTRL=$word"
		[[ $status == 2 && ${#stderr_lines[@]} -le 2 ]] || row_failed "expected no such value"
	done
	rows_passed 10
}

@test "arguments: ten thousand operands are all taken" {
	local words
	mapfile -t words < <(yes CTRL.MODE | head -10000)
	dp peek "$M" "${words[@]}" -r
	[[ $status == 0 && ${#lines[@]} == 10000 && ${lines[9999]} == 0x1 ]]
}

# ----------------------------------------------------------- runtime folder

@test "runtime folder: made closed to others; one that is open, a link or another's is refused" {
	mkdir "$BATS_TEST_TMPDIR/real" "$BATS_TEST_TMPDIR/open"
	chmod 700 "$BATS_TEST_TMPDIR/real"
	chmod 755 "$BATS_TEST_TMPDIR/open"
	ln -s real "$BATS_TEST_TMPDIR/link"
	: >"$BATS_TEST_TMPDIR/file"
	export DEVPOKE_RUNTIME
	DEVPOKE_RUNTIME=$BATS_TEST_TMPDIR/open dp sim start x edu
	assert_exit 3
	assert_stderr "devpoke: '$BATS_TEST_TMPDIR/open' is open to others (mode 755)"$'\n'"hint: chmod 700 '$BATS_TEST_TMPDIR/open'"
	DEVPOKE_RUNTIME=$BATS_TEST_TMPDIR/link dp sim start x edu
	assert_exit 3
	assert_stderr_has "cannot open the runtime folder"
	[[ -z $(ls -A "$BATS_TEST_TMPDIR/real") ]]
	DEVPOKE_RUNTIME=$BATS_TEST_TMPDIR/file dp sim start x edu
	assert_exit 3
	DEVPOKE_RUNTIME=$BATS_TEST_TMPDIR/no/such dp sim start x edu
	[[ $status == 3 || $status == 4 ]]
	assert_stderr_has "hint: set DEVPOKE_RUNTIME"
	for verb in "sim list" "sim stop x" "peek sim:x/edu ID"; do
		# shellcheck disable=SC2086
		DEVPOKE_RUNTIME=$BATS_TEST_TMPDIR/open dp $verb
		[[ $status == 3 && $stderr == *"is open to others"* ]] || _assert_failed "expected a refusal"
	done
}

@test "runtime folder: a stranger's is not looked into" {
	((EUID == 0)) || skip "needs another user"
	local open
	open=$(mktemp -d)
	chmod 755 "$open"
	install -m 755 "$DEVPOKE_BIN" "$open/devpoke"
	mkdir -m 700 "$open/run"
	run --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups \
		env DEVPOKE_RUNTIME="$open/run" HOME=/ "$open/devpoke" sim list
	rm -rf "$open"
	assert_exit 3
}

@test "runtime folder: looking makes none" {
	dp list
	dp sim list
	[[ $status == 0 ]]
	dp peek sim:x/edu ID
	[[ $status == 3 && ! -e $DEVPOKE_RUNTIME ]]
}
