#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# batch: words, built-ins, bare lines, exit codes, framing; completion.
# shellcheck disable=SC2154,SC2016 # status, output, stderr come from bats; $x is batch's own

load ../lib/common

M=model:devices/nvme.yaml

# batch OPTIONS... with the lines on standard input
run_batch() {
	local input=$1
	shift
	run --separate-stderr "$DEVPOKE_BIN" batch "$@" <<<"$input"
	_ran="devpoke batch $*"
}

@test "batch: after use or -t a bare path peeks and a bare assignment pokes" {
	run_batch $'CC.IOSQES=6\nCC.IOSQES' -t "$M"
	assert_ok
	assert_stdout $'CC: 0x00000000 -> 0x00060000\nCC.IOSQES = 0x6'
	run_batch "use $M"$'\nCC.EN=1 CC.IOSQES=4\nCC.EN CC.IOSQES -r'
	assert_ok
	assert_stdout $'CC: 0x00000000 -> 0x00000001\nCC: 0x00000001 -> 0x00040001\n0x1\n0x4'
}

@test "batch: the device stays open, so a model keeps its registers from line to line" {
	run_batch "poke $M CC=0x460001"$'\n'"peek $M CC -r"
	assert_ok
	assert_stdout $'CC: -> 0x00460001\n0x00460001'
}

@test "batch: without a target a bare path is an unknown verb" {
	run_batch 'CC'
	assert_exit 2
	assert_stderr_has "stdin:1: " "CC"
}

@test "batch: a value that changed is shown anew, one that stayed as before" {
	run_batch $'CC.EN\nCC.EN\nCC.EN=1\nCC.EN\nCC.EN' -t "$M"
	assert_ok
	assert_stdout $'CC.EN = 0x0\nCC.EN = 0x0\nCC: 0x00000000 -> 0x00000001\nCC.EN = 0x1\nCC.EN = 0x1'
}

@test "batch: another target in force means other registers" {
	run_batch "use $M"$'\nCC=0x460001\nCC -r\nuse model:devices/edu.yaml\nuse '"$M"$'\nCC -r'
	assert_ok
	assert_stdout $'CC: -> 0x00460001\n0x00460001\n0x00460001'
	run_batch "use $M"$'\n0x14\nuse model:devices/edu.yaml\n0x4'
	assert_ok
	assert_stdout_has "CC = " "LIVENESS = "
}

@test "batch: words are quoted as in a shell, with comments, continuations and a leading devpoke" {
	run_batch $'# a comment\n\n  devpoke peek '"'$M'"$' \\\n  CC -r # and one more\necho "a  b" \'c d\' e\\ f "\\"" #\necho a#b'
	assert_ok
	assert_stdout $'0x00000000\na  b c d e f "\na#b'
}

@test "batch: a line's number is that where it starts" {
	run_batch $'echo 1\necho \\\n2\npek'
	assert_exit 2
	assert_stderr_has "devpoke: stdin:4: unknown verb 'pek'"
	run_batch $'echo 1\npek \\\n 2'
	assert_stderr_has "stdin:2: "
}

@test "batch: an open quote and a byte of zero are errors of their line" {
	run_batch $'echo "a'
	assert_exit 2
	assert_stderr_has "stdin:1: " "quote is not closed"
	run_sh 'printf "echo a\0b\n" | devpoke batch'
	assert_exit 2
	assert_stderr_has "no text"
}

@test "batch: it ends at the first line that fails, with its exit code" {
	run_batch $'check CSTS.RDY==1\nCC -r' -t "$M"
	assert_exit 1
	refute_stdout_has 0x00000000
	run_batch $'check CSTS.RDY==1\nCC -r\nCX' -t "$M" --keep-going
	assert_exit 1
	assert_stdout_has 0x00000000
	assert_stderr_has "stdin:3: " "'CX'"
}

@test "batch: --status frames every answer" {
	run_batch $'CC -r\n# nothing\ncheck CSTS.RDY==1 -q\nCX\nCC -r' -t "$M" --status --keep-going
	assert_exit 1
	assert_stdout $'0x00000000\n= 0\n= 1\n= 2\n0x00000000\n= 0'
}

@test "batch: --status answers before it waits for the next line" {
	run_sh '
		coproc dp { devpoke batch -t '"$M"' --status; }
		echo "CC -r" >&"${dp[1]}"
		read -r -t 10 a <&"${dp[0]}"; read -r -t 10 b <&"${dp[0]}"
		echo "$a $b"
		echo "CC=3" >&"${dp[1]}"
		read -r -t 10 a <&"${dp[0]}"; read -r -t 10 b <&"${dp[0]}"
		echo "$a $b"'
	assert_ok
	assert_stdout $'0x00000000 = 0\nCC: -> 0x00000003 = 0'
}

@test "batch: --check looks at every line and touches nothing" {
	run_batch $'CC.EN=1\nCC\nCX\nCC.SHN=zz\ncheck CSTS.RDY==0\necho hello\nsim stop nosuch' \
		-t "$M" --check --trace
	assert_exit 2
	assert_no_stdout
	assert_stderr_has "stdin:3: " "stdin:4: "
	refute_stderr_has '"op"' "stdin:7: "
	run_batch $'CC.EN=1\nlet x = CC\nCC=$x' -t "$M" --check --trace
	assert_ok
	assert_no_stdout
}

@test "batch: -e gives lines, in order" {
	run_dp batch -t "$M" -e CC.EN=1 -e 'peek CC.EN -r'
	assert_ok
	assert_stdout $'CC: 0x00000000 -> 0x00000001\n0x1'
	run_dp batch -e pek
	assert_stderr_has "devpoke: -e:1: "
	run_dp batch -e 'echo 1' file
	assert_exit 2
}

@test "batch: lines come from a file, whose name stands in errors" {
	printf 'echo 1\npek\n' >"$BATS_TEST_TMPDIR/a.dp"
	run_dp batch "$BATS_TEST_TMPDIR/a.dp"
	assert_exit 2
	assert_stdout 1
	assert_stderr_has "$BATS_TEST_TMPDIR/a.dp:2: "
	run_dp batch /nosuch.dp
	assert_exit 2
	assert_stderr_has "cannot read '/nosuch.dp'"
}

@test "batch: let keeps a value, an expression or what one peek gave" {
	run_batch $'let x = 5\nlet y=(2*$x+1)\nlet s = 4K\nlet t = 10ms\necho $x $y $s $t$x\nCC.IOSQES=$x\nlet z = CC\necho $z\nlet w = 0x14/u16\necho $w' -t "$M"
	assert_ok
	assert_stdout $'0x5 0xb 0x1000 0x9896800x5\nCC: 0x00000000 -> 0x00050000\n0x50000\n0x0'
	run_batch 'echo $nosuch'
	assert_exit 2
	assert_stderr_has "there is no variable '\$nosuch'"
	run_batch 'let x = CC'
	assert_exit 2
	assert_stderr_has "no target is in force"
	run_batch 'let 5 = 5'
	assert_exit 2
}

@test "batch: a peek of let is one access" {
	run_batch $'let x = CC' -t "$M" --trace
	assert_exit 0
	[[ $(grep -c '"op"' <<<"$stderr") == 1 ]]
}

@test "batch: repeat, source and sleep" {
	printf 'CC.IOSQES+=1\n' >"$BATS_TEST_TMPDIR/inc.dp"
	run_batch "repeat 3 source $BATS_TEST_TMPDIR/inc.dp"$'\nsleep 1ms\nCC.IOSQES -r\nrepeat 2 echo x' -t "$M" -q
	assert_ok
	assert_stdout $'0x3\nx\nx'
	run_batch "repeat 2 pek"
	assert_exit 2
	echo "source $BATS_TEST_TMPDIR/loop.dp" >"$BATS_TEST_TMPDIR/loop.dp"
	run_batch "source $BATS_TEST_TMPDIR/loop.dp"
	assert_exit 2
	assert_stderr_has "deep"
	run_batch "source /nosuch"
	assert_exit 2
}

@test "batch: --json gives one document per line, with line and exit" {
	run_batch $'CC\nCX\nlet x = 1\necho hi' -t "$M" --json --keep-going
	assert_exit 2
	[[ ${#lines[@]} == 4 ]]
	[[ $(jq -rc '[.verb, .line, .exit] | join(" ")' <<<"$output") == $'peek 1 0\npeek 2 2\nlet 3 0\necho 4 0' ]]
}

@test "batch: -q silences confirmations, not answers" {
	run_batch $'CC=0x460001\nCC -r\npoll CSTS.RDY==0' -t "$M" -q
	assert_ok
	assert_stdout 0x00460001
}

@test "batch: a batch in a batch, and --trace on a line, are refused" {
	run_batch 'batch -e CC'
	assert_exit 2
	run_batch "peek $M CC --trace"
	assert_exit 2
	assert_stderr_has "devpoke batch --trace"
}

@test "batch: a variable is not remembered with the line" {
	run_batch $'let x = 1\nCC.IOSQES=$x\nlet x = 2\nCC.IOSQES=$x\nCC.IOSQES -r' -t "$M" -q
	assert_ok
	assert_stdout 0x2
}

@test "complete: verbs, registers, fields, words, options, classes" {
	run_sh 'c() { devpoke __complete "$1" ${#1} | tr "\n" " "; echo; }
		c "devpoke pe"; c "devpoke peek '"$M"' CS"; c "cd /; /usr/bin/devpoke poke '"$M"' CC.SHN=n"
		c "devpoke explain nvme CC.E"; c "devpoke peek --js"; c "devpoke poke x --force=ra"
		c "devpoke sim st"; c "devpoke peek '"$M"' -f "; c "devpoke -t '"$M"' check '"'"'CSTS.S"'
	assert_ok
	assert_stdout $'peek \nCSTS \nCC.SHN=none CC.SHN=normal \nCC.EN \n--json \n--force=ram --force=range \nstart stop \nhex dec bin text sh \nCSTS.ST CSTS.SHST '
}

@test "complete: the point counts, not the end of the line; nonsense offers nothing" {
	run_dp __complete "devpoke pe sim:nvme" 10
	assert_stdout peek
	run_dp __complete "devpoke peek nosuch C" 21
	assert_ok
	assert_no_stdout
	run_dp __complete "--" 2
	assert_ok
}

@test "complete: bash replaces only what it takes for the last word" {
	run_sh '. completions/devpoke.bash; compopt() { :; }
		COMP_LINE="devpoke poke '"$M"' CC.SHN=no" COMP_POINT=${#COMP_LINE}
		_devpoke "$DEVPOKE_BIN" no =; echo "${COMPREPLY[@]}"'
	assert_ok
	assert_stdout "none normal"
}
