#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# watch: what is read, what is said of it, and how it ends (CLI.md sections 4, 5 and 7).
# shellcheck disable=SC2154 # status, output, stderr come from bats

load ../lib/common
load ../lib/oracle
load ../lib/table

M=model:tests/golden/exact.yaml
CLOCK='[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\.[0-9]{6}'

# on_terminal ROWS COLUMNS KEYS ARGS... - the program on a terminal of that size; KEYS are typed
# after half a second; $output is what it drew, $status how it ended
on_terminal() {
	run python3 - "$DEVPOKE_BIN" "$@" <<-'END'
		import fcntl, os, pty, select, struct, sys, termios, time
		program, rows, cols, keys, *args = sys.argv[1:]
		master, slave = pty.openpty()
		fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(cols), 0, 0))
		before = termios.tcgetattr(slave)
		pid = os.fork()
		if pid == 0:
		    os.login_tty(slave) if hasattr(os, "login_tty") else (
		        os.setsid(), fcntl.ioctl(slave, termios.TIOCSCTTY, 0),
		        [os.dup2(slave, fd) for fd in (0, 1, 2)])
		    os.environ["TERM"] = "xterm"
		    os.execv(program, [program] + args)
		out, typed, start = b"", False, time.monotonic()
		while True:
		    done, code = os.waitpid(pid, os.WNOHANG)
		    while select.select([master], [], [], 0.05)[0]:
		        out += os.read(master, 65536)
		    if done:
		        break
		    if keys and not typed and time.monotonic() - start > 0.5:
		        typed = True
		        if keys == "resize":
		            fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 5, 30, 0, 0))
		        else:
		            os.write(master, keys.encode().decode("unicode_escape").encode())
		sys.stdout.write(out.decode().replace("\x1b", "^[").replace("\r", ""))
		assert termios.tcgetattr(slave) == before, "the terminal's modes were changed"
		sys.exit(os.waitstatus_to_exitcode(code))
	END
	_ran="on a terminal: devpoke ${*:4}"
}

# ----------------------------------------------------------------- accesses

@test "watch: each tick is one read of each register; names are consent, globs are not" {
	expect_accesses <<-'END'
		watch $T BYTE --for 1ms --interval 1h -> R3a/8=9a
		watch $T CAUSE --count 1 --interval 1ms -> R18/32=5 R18/32=0
		watch $T CAUSE.LINK SEMA --count 2 --interval 1ms -> R18/32=5 R6c/32=0 R18/32=0 R6c/32=1
		watch $T 'C*' --for 1ms --interval 1h -> R0/64=100000003 R14/32=a0000110 R68/16=3
		watch $T CTRL..LEVEL --for 1ms --interval 1h -> R14/32=a0000110 R1c/32=2 R28/32=0
		watch $T 'C*' --force=effect --count 1 --interval 0 -> R0/64=100000003 R14/32=a0000110 R18/32=5 R68/16=3 R80/32=21 R14/32=a0000110 R18/32=0
		!2 watch $T SEMA..POP        ->
		!2 watch $T IMC              ->
		!2 watch $T NOPE             ->
	END
}

@test "watch: bare it reads what is described, but nothing that a read changes" {
	run_dp watch $M --for 1ms --interval 1h --trace="$BATS_TEST_TMPDIR/trace"
	assert_exit 0
	assert_stderr_has "14 registers are left alone: reading them does something"
	run jq -r .path "$BATS_TEST_TMPDIR/trace"
	assert_stdout_has CTRL HALF unit0.DATA
	for name in CAUSE FIFO SEMA POP COUNT IMC ID PAGE SQDB; do
		[[ $'\n'$output$'\n' != *$'\n'$name$'\n'* ]] || _assert_failed "read $name"
	done
}

@test "watch: a read that clears is told once, not per tick" {
	run_dp watch $M CAUSE --for 30ms --interval 1ms
	[[ $(grep -c "reading 'CAUSE' clears it" <<<"$stderr") == 1 ]] || _assert_failed "expected one note"
}

# -------------------------------------------------------------------- lines

@test "watch: first values once, then a line per change with the fields that changed" {
	run_dp watch $M CAUSE SEMA COUNT.A BYTE --count 3 --interval 1ms
	assert_exit 0
	[[ ${#lines[@]} == 7 ]] || _assert_failed "expected 7 lines"
	assert_stdout_like "^$CLOCK CAUSE = 0x00000005
$CLOCK SEMA = 0x00000000
$CLOCK COUNT.A = 0x2
$CLOCK BYTE = 0x9a
$CLOCK CAUSE 0x00000005 -> 0x00000000  \(TX 1 -> 0, LINK 1 -> 0\)
$CLOCK SEMA 0x00000000 -> 0x00000001  \(BUSY 0 -> 1\)
$CLOCK COUNT.A 0x2 -> 0x0\$"
	assert_stderr_like 'note: 3 changes, 7 reads in 2 ticks and [0-9.]+ [a-z]+; worst gap [0-9.]+ [a-z]+, of [A-Z]+'
}

@test "watch: only the bits that are named count" {
	run_dp watch $M CAUSE.RX --for 20ms --interval 1ms
	assert_exit 0
	[[ ${#lines[@]} == 1 ]]
	assert_stderr_has "0 changes"
}

@test "watch: JSON is a line per change with its time, and the sum at the end" {
	run_dp watch $M CAUSE BYTE --count 1 --interval 1ms --json
	assert_exit 0
	[[ ${#lines[@]} == 4 ]] || _assert_failed "expected 4 lines"
	run jq -es '
		(map(.schema == 1 and .verb == "watch" and (.target | startswith("model:"))) | all) and
		(.[0:3] | map(.t_us >= 0 and (.time | test("^[0-9-]{10}T[0-9:]{8}\\.[0-9]{6}Z$"))) | all) and
		(.[0:2] | map(.old == null and .fields == []) | all) and
		.[1] .path == "BYTE" and .[1].value == "0x9a" and .[1].int == 154 and
		(.[2] | .path == "CAUSE" and .old == "0x00000005" and .value == "0x00000000" and .t_us >= 1000 and
			.fields[1] == {name: "LINK", old: "0x1", value: "0x0", int: 0, text: null}) and
		(.[3] | .changes == 1 and .reads == 3 and .ticks == 2 and .skipped == 0 and .worst_gap_path == "CAUSE" and
			.worst_gap_us >= 1000 and .elapsed_us >= .worst_gap_us)' <<<"$output"
	assert_exit 0
}

@test "watch: in a batch its lines have the line's number, the end has the exit code, too" {
	run_dp batch --json -t $M -e 'watch CAUSE --count 1 --interval 1ms' -e BYTE
	assert_exit 0
	run jq -cs '[.[] | [.line, .exit]]' <<<"$output"
	assert_stdout '[[1,null],[1,null],[1,0],[2,0]]'
}

@test "watch: each change goes out at once, also into a pipe" {
	# the reader sees the first value long before the hour is over, and leaves
	run_sh "timeout 10 bash -c '\"\$DEVPOKE_BIN\" watch $M BYTE --interval 1h | head -n 1; echo \${PIPESTATUS[0]}'"
	[[ ${lines[0]} == *"BYTE = 0x9a" && ${lines[1]} == 0 ]] || _assert_failed "expected the value and 0"
	assert_no_stderr
}

# ------------------------------------------------------------------ the end

@test "watch: a reader that leaves ends it quietly with 0, although nothing changes" {
	"$DEVPOKE_BIN" watch $M BYTE --interval 1h 2>"$BATS_TEST_TMPDIR/err" 3>&- | true
	[[ ${PIPESTATUS[0]} == 0 && ! -s $BATS_TEST_TMPDIR/err ]]
}

@test "watch: a full disk is exit 4" {
	run_sh "devpoke watch $M BYTE --interval 1h >/dev/full"
	assert_exit 4
	assert_stderr_has "cannot write to standard output: No space left on device"
}

@test "watch: SIGINT and SIGTERM end it with 130 and 143, and the sum is told" {
	local signal code
	while read -r signal code; do
		# a shell without job control starts what is in the background with SIGINT ignored
		run --separate-stderr python3 -c '
import os, signal, subprocess, sys
p = subprocess.Popen(sys.argv[2:], stdout=subprocess.PIPE, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
p.stdout.readline()
p.send_signal(getattr(signal, sys.argv[1]))
p.stdout.read()
sys.exit(p.wait())' "$signal" "$DEVPOKE_BIN" watch $M BYTE --interval 1h
		assert_exit "$code"
		assert_stderr_like 'note: 0 changes, 1 read in 1 tick and '
	done <<-'END'
		SIGINT 130
		SIGTERM 143
	END
}

@test "watch: --for ends it in the middle of a pause" {
	run_dp watch $M BYTE --interval 1h --for 50ms
	assert_exit 0
	assert_stderr_has "1 read in 1 tick and "
}

@test "watch: -q says changes and nothing else" {
	run_dp watch $M CAUSE --count 1 --interval 1ms -q
	assert_ok
	[[ ${#lines[@]} == 2 ]]
}

@test "watch: bad operands are exit 2, nothing is read" {
	local words want
	while IFS='|' read -r words want; do
		row
		# shellcheck disable=SC2086
		dp watch $words --trace
		[[ $status == 2 && -z $output && $stderr == *"$want"* && $stderr != *'"op"'* ]] || row_failed "expected: $want"
	done <<-END
		$M BYTE --interval 5|unit
		$M BYTE --for 5|unit
		$M BYTE --for 0|--for needs a time above 0
		$M BYTE --count 0|--count is at least 1
		$M BYTE --count x|
		$M RST|write-only
		$M NOPE|NOPE
		$M BYTE NOPE|NOPE
		$M FIFO..+4|there is nothing to watch: reading each of these registers does something
		desc:edu ID|no registers to touch
	END
	rows_passed 10
	printf 'schema: 1\ndevice: {name: bare, title: x, ref: none}\nspaces: {main: {kind: registers, bar: 0, size: 16}}\n' >"$BATS_TEST_TMPDIR/bare.yaml"
	dp watch "model:$BATS_TEST_TMPDIR/bare.yaml"
	[[ $status == 2 && $stderr == *"there is nothing to watch: no register is described"* ]] || _assert_failed "expected a refusal"
	dp watch "model:$BATS_TEST_TMPDIR/bare.yaml" 0x4 --for 1ms
	[[ $status == 0 ]]
	dp batch --check -t $M -e 'watch BYTE'
	[[ $status == 0 && -z $output ]]
}

# --------------------------------------------------------------- a terminal

@test "watch: on a terminal the list is drawn in place, what changed is marked" {
	on_terminal 24 80 "" watch $M CAUSE BYTE --count 1 --interval 10ms --color=never
	assert_exit 0
	assert_stdout_has "  CAUSE     0x00000005  TX+ RX- LINK+^[[K" "* CAUSE     0x00000000  x1  TX- RX- LINK-^[[K" \
		"^[[3A" "1 change, 3 reads in 2 ticks"
	refute_stdout_has "^[[7m" " -> "
}

@test "watch: colour on a terminal, none with NO_COLOR" {
	on_terminal 24 80 "" watch $M CAUSE --count 1 --interval 10ms
	assert_stdout_has "^[[7m* CAUSE     0x00000000  x1  TX- RX- LINK-^[[0m^[[K"
	NO_COLOR=1 on_terminal 24 80 "" watch $M CAUSE --count 1 --interval 10ms
	refute_stdout_has "^[[7m"
}

@test "watch: a window that is too small shows what fits, one that changes is drawn anew" {
	on_terminal 6 40 '' watch $M BYTE HALF CTRL BIG ZEROS --for 30ms --interval 1h
	assert_exit 0
	assert_stdout_has "  BYTE      0x9a" "  CTRL      0xa0000110" "  (2 more do not fit into the window)^[[K"
	refute_stdout_has "BIG "
	# no line is longer than the window
	[[ $(sed 's/\^\[\[[0-9;]*[A-Za-z]//g' <<<"$output" | grep -v '^devpoke: note' | awk '{ if (length > n) n = length } END { print n }') -le 39 ]] ||
		_assert_failed "a line is too long"
	on_terminal 24 80 resize watch $M BYTE HALF CTRL BIG ZEROS --for 1s --interval 1h
	assert_exit 0
	assert_stdout_has "^[[H^[[2J" "  (3 more do not fit into the"
}

@test "watch: Ctrl-C on a terminal is exit 130, the modes of the terminal are as before" {
	on_terminal 24 80 '\x03' watch $M BYTE --interval 20ms
	assert_exit 130
	assert_stdout_has "0 changes, "
}

@test "watch: JSON, a dumb terminal: lines there, too" {
	on_terminal 24 80 '' watch $M BYTE --json --for 1ms
	refute_stdout_has "^[["
	assert_stdout_has '"path":"BYTE"'
}
