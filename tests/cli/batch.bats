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

@test "batch: lines of all -e are counted through" {
	run_dp batch --keep-going -e version -e 'echo 1
echo 2' -e '' -e pek -e 'echo 5' -e NOPE
	assert_exit 2
	assert_stderr_has "devpoke: -e:5: unknown verb 'pek'" "devpoke: -e:7: unknown verb 'NOPE'"
}

@test "batch: an error in a sourced file has that file's line, and the line that sourced it fails with it" {
	local dir=$BATS_TEST_TMPDIR
	printf 'echo a\n\nCHECK==\n' >"$dir/inner.dp"
	printf 'echo b\nsource %s/inner.dp\necho c\n' "$dir" >"$dir/outer.dp"
	run_dp batch -t "$M" "$dir/outer.dp"
	assert_exit 2
	assert_stdout $'b\na'
	assert_stderr_has "devpoke: $dir/inner.dp:3: "
	run_dp batch -t "$M" "$dir/outer.dp" --keep-going --status
	assert_exit 2
	assert_stdout $'b\n= 0\na\n= 0\n= 2\n= 2\nc\n= 0'
}

@test "batch: the exit code is that of the first line that failed, not the worst or the last" {
	run_batch $'check CSTS.RDY==1 -q\nVS=1\nNOPE\npeek nosuch X\nCC -r' -t "$M" --keep-going -q
	assert_exit 1
	assert_stdout 0x00000000
	run_batch $'VS=1\ncheck CSTS.RDY==1 -q' -t "$M" --keep-going -q
	assert_exit 5
	run_batch $'use nosuch\nVS=1' -t "$M" --keep-going
	assert_exit 3
}

@test "batch: words are quoted as in a POSIX shell, which says the same of each line" {
	local line want got rows=0
	while IFS= read -r line; do
		want=$(dash -c "printf '[%s]' $line")
		got=$("$DEVPOKE_BIN" batch --json -e "echo $line" | jq -r .text)
		# echo joins with blanks: compare word by word
		want=${want#[} want=${want%]} want=${want//][/ }
		[[ $got == "$want" ]] || _assert_failed "echo $line gives '$got', in a shell '$want'" || return
		rows=$((rows + 1))
	done <<-'END'
		a b  c
		'a  b' c
		"a  b" c
		a\ b
		a'b c'd"e f"g
		'a"b' "a'b"
		"a\"b" "a\\b" "a\nb"
		'a\nb' '\'
		\'a\' \"b\" \#c
		a#b c\#d "#e" '#f'
		a=b a==b 'a<b'
		"" '' a""b
		\a\b
	END
	((rows == 13))
}

@test "batch: a line end in quotes, a continuation in the middle of a word, a last line without its end" {
	run_batch $'echo "a\nb"'
	assert_exit 2
	assert_stderr_has "stdin:1: a double quote is not closed"
	run_batch $'CC.EN=1\\\n,IOSQES=6\n\\\nCC -r' -t "$M"
	assert_ok
	assert_stdout $'CC: 0x00000000 -> 0x00060001\n0x00060001'
	run_sh "printf 'CC -r\\r\\n\\t# x\\r\\nCC -r' | devpoke batch -t $M"
	assert_ok
	assert_stdout $'0x00000000\n0x00000000'
}

@test "batch: --check of every kind of line touches nothing and starts nothing" {
	local state=$BATS_TEST_TMPDIR/state
	run_batch $'CC.EN=1\nCC\npoll CSTS.RDY==1 --timeout 60s\ncheck CSTS.RDY==1\ntoggle CC.EN\ndump\ndump -w 32\ninfo
let x = CC\nCC=$x\nCC=($x+1)\nsleep 60s\nrepeat 1000000000 CC.EN=1\nsim start\nsim stop\necho x\nexplain CC\nlist\nversion' \
		-t "model:devices/nvme.yaml@$state" --check
	assert_ok
	assert_no_stdout
	[[ ! -e $state && ! -s $state.log && ! -e $DEVPOKE_RUNTIME ]]
	run_batch $'VS=1\nuse nosuch\nrepeat 2 NOPE\nsource /nosuch\nlet x =\nCC=$x\npeek\nsleep 5\npoll CC\nCC --nope\nxx"' \
		-t "model:devices/nvme.yaml@$state" --check
	assert_exit 5
	assert_no_stdout
	[[ ! -e $state && ! -s $state.log ]]
	for line in 1 2 3 4 5 6 7 8 9 10 11; do
		assert_stderr_has "stdin:$line: "
	done
}

@test "batch: an answer is out before the next line is waited for, without --status" {
	run_sh '
		coproc dp { devpoke batch -t '"$M"' --json; }
		for line in CC CC.EN=1 NOPE "echo hi"; do
			echo "$line" >&"${dp[1]}"
			read -r -t 10 answer <&"${dp[0]}" || exit 9
			jq -c "[.verb, .exit]" <<<"$answer"
			[[ $line != NOPE ]] || break
		done'
	[[ $output == $'["peek",0]\n["poke",0]\n["peek",2]' ]] || _assert_failed "expected three answers"
}

@test "batch: many lines at once are one flush, not one each" {
	type strace >/dev/null
	yes 'CC -r' | head -1000 >"$BATS_TEST_TMPDIR/lines"
	# where the program under test traces itself (LeakSanitizer) nothing else can
	run_sh "ASAN_OPTIONS=\${ASAN_OPTIONS-}:detect_leaks=0 strace -f -o $BATS_TEST_TMPDIR/trace -e trace=write \"\$DEVPOKE_BIN\" batch -t $M $BATS_TEST_TMPDIR/lines | wc -l"
	assert_exit 0
	assert_stdout 1000
	[[ $(grep -c 'write(1,' "$BATS_TEST_TMPDIR/trace") -lt 5 ]]
}

@test "batch: let takes what a value can be, nothing else, and names what is wrong" {
	local row text
	run_batch $'let a=5\nlet b = 0x1f\nlet c = (1 << 63)\nlet d = ($a * $b)\nlet e = $d\nlet f = 4K\nlet g = 1s\nlet a = ($a + 1)\necho $a $b $c $d $e $f $g'
	assert_ok
	assert_stdout "0x6 0x1f 0x8000000000000000 0x9b 0x9b 0x1000 0x3b9aca00"
	while IFS='|' read -r row text; do
		run_batch "$row"
		assert_exit 2 || return
		assert_stderr_has "stdin:1: " "$text" || return
	done <<-'END'
		let x = (0xffffffffffffffff + 1)|does not fit into unsigned 64 bits
		let x = (1 - 2)|does not fit into unsigned 64 bits
		let x = (1 / 0)|divides by zero
		let x = (1 << 64)|shifts by 64 bits or more
		let x = 340282366920938463463374607431768211456|does not fit into 128 bits
		let x = 010|leading zero
		let x = (y|may not use the name
		let x = (1|')' must stand
		let x = $nosuch|$nosuch
		let x =|has no value
		let x 5|NAME = VALUE
		let 5x = 5|NAME = VALUE
		let|NAME = VALUE
		let x = CC|no target is in force
	END
}

@test "batch: a variable stands wherever a value does, quoted or not" {
	run_batch $'let x = 6\nCC.IOSQES=$x\nCC.IOCQES=\'($x-2)\'\ncheck CC.IOSQES==$x CC.IOCQES eq $x\ndecode CC $x -r' -t "$M" -q --keep-going
	assert_exit 1
	run_batch $'let x = 6\nCC.IOSQES=$x\nCC.IOCQES=\'($x-2)\'\nCC -r\npoll CC.IOSQES==$x --unless CC.IOSQES eq ($x+1) -q\ncheck CC.IOSQES==($x) -q' -t "$M" -q
	assert_ok
	assert_stdout 0x00460000
}

@test "batch: repeat runs a command N times, in each other too, and ends at the first that fails" {
	run_batch $'repeat 0 echo x\nrepeat 2 repeat 2 echo y\nrepeat 3 CC.IOSQES+=1\nCC.IOSQES -r\nrepeat 5 check CC.IOSQES==1 -q\necho not here' -t "$M" -q
	assert_exit 1
	assert_stdout $'y\ny\ny\ny\n0x3'
	run_batch 'repeat -1 echo x'
	assert_exit 2
	run_batch 'repeat x echo x'
	assert_exit 2
	run_batch 'repeat 2'
	assert_exit 2
	assert_stderr_has "'repeat' needs N COMMAND..." "hint: devpoke batch -h"
	run_batch "$(printf 'repeat 1 %.0s' {1..40}) echo x"
	assert_exit 2
	assert_stderr_has deep
}

@test "batch: built-ins explain themselves with -h, echo prints it, and there are none outside" {
	local name
	for name in use let sleep source; do
		run_dp batch -e "$name -h"
		assert_ok
		assert_stdout_has "usage: devpoke $name "
		run_dp "$name" x
		assert_exit 2
		assert_stderr_has "unknown verb '$name'"
	done
	run_dp batch -e 'echo -h -q -- x'
	assert_ok
	assert_stdout "-h -q -- x"
}

@test "batch: a line longer than any, a thousand words, an empty input" {
	run_sh "head -c 2000000 /dev/zero | tr '\\0' x | devpoke batch"
	assert_exit 2
	assert_stderr_has "longer than 1048576 bytes"
	run_sh "{ printf 'echo'; printf ' %s' {1..5000}; } | devpoke batch | wc -w"
	assert_stdout 5000
	run_sh 'devpoke batch </dev/null'
	assert_ok
	assert_no_stdout
	run_sh "printf '\\n\\n# x\\n' | devpoke batch --status"
	assert_ok
	assert_no_stdout
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
