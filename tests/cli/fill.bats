#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# fill, load and memtest: exactly the accesses, and what is refused before the first of them.
# shellcheck disable=SC2154,SC2016 # status, output... come from bats; $T is the table's target

load ../lib/common
load ../lib/oracle
load ../lib/table

setup() {
	dp_setup
	E=model:tests/golden/exact.yaml
	F=$BATS_TEST_TMPDIR/data
	export F
	printf '\x11\x22\x33\x44\x55\x66\x77\x88' >"$F"
	cat >"$BATS_TEST_TMPDIR/mem.yaml" <<'END'
schema: 1
device: {name: memory, title: A register file of memory, ref: "none"}
spaces: {main: {kind: registers, bar: 0, size: 0x1000}}
registers:
  CTRL: {offset: 0x0}
  RAM: {offset: 0x100, kind: memory, array: {count: 16, stride: 4}}
  ROM: {offset: 0x200, kind: memory, sw: ro, array: {count: 16, stride: 4}, reset: 0xffffffff}
END
	R=model:$BATS_TEST_TMPDIR/mem.yaml
}

# -------------------------------------------------------------------- fill

@test "fill: an array or slice is its elements, each one whole write and no read" {
	expect_accesses <<-'END'
		fill $T RAL 5                -> W40/32=5 W48/32=5 W50/32=5 W58/32=5
		fill $T 'RAL[1..2]' 0x10     -> W48/32=10 W50/32=10
		fill $T RAL.3 1              -> W58/32=1
		fill $T HALF 0xbeef          -> W38/16=beef
		fill $T BIG 0x11223344       -> W84/32=44332211
		fill $T HALVES 0x100000002   -> W64/32=1 W60/32=2
		fill $T PAGE 5               -> W2c/32=4160005 R2c/32=14160005
		fill $T 0x14 2               -> W14/32=2
		fill $T CTRL 0xb             -> W14/32=b
		fill $T KICK 1               -> W74/32=1
		fill $T 0x74 1               -> W74/32=1
		fill $T SQDB.0 7             -> W1000/32=7
		fill $T SQDB 7 --force=effect -> R0/64=100000003 W1000/32=7 W1010/32=7
	END
}

@test "fill: bytes are words of -w, else of their left end, else 32 bits, upwards" {
	expect_accesses <<-'END'
		fill $T 0x40..+0x10 1        -> W40/32=1 W44/32=1 W48/32=1 W4c/32=1
		fill $T 0x40..0x47 1 -w 16   -> W40/16=1 W42/16=1 W44/16=1 W46/16=1
		fill $T RAL.0..RAH.0 3       -> W40/32=3 W44/32=3
		fill $T HALF..+2 3           -> W38/16=3
		fill $T HALF..BYTE 1 -w 8    -> W38/8=1 W39/8=1 W3a/8=1
		!2 fill $T 0x40/u64..+0x10 2 ->
		fill $T side+0x20/u64..+0x10 2 --force=range -> Wside+20/64=2 Wside+28/64=2
		fill $T 0x48/be32..+8 0x01020304 -> W48/32=4030201 W4c/32=4030201
		fill $T BIG..+4 0x01020304   -> W84/32=4030201
		fill $T 0x84..+4 0x0102 -w 16 -> W84/16=102 W86/16=102
		fill $T side+0x20..+8 0xff --force=range -> Wside+20/32=ff Wside+24/32=ff
		fill $T 0x30..+8 0x1000      -> W30/64=1000
		fill $T 0x30..+8 0x1000 -w 32 -> W30/32=1000 W34/32=1000
	END
}

@test "fill: what a poke refuses is refused, and registers that were not named are not rung" {
	expect_accesses <<-'END'
		!5 fill $T FIXED 1           ->
		!5 fill $T CAP..PUSH 1 -w 32 ->
		!5 fill $T 0x10..+8 1        ->
		!5 fill $T 0x90..+4 1        ->
		fill $T 0x90..+4 1 --force=ro -> W90/32=1
		!5 fill $T IMS..IMC 0        ->
		!5 fill $T CTRL..+4 0        ->
		!5 fill $T FIFO..LEVEL 0     ->
		!5 fill $T 0xc..+4 0         ->
		!5 fill $T SQDB 1            ->
		!5 fill $T side 0            ->
		!5 fill $T ID 1              ->
		# of two registers at one offset the one that can be written counts
		!5 fill $T 0x74..+4 0        ->
		fill $T 0x74..+4 0 --force=effect -> W74/32=0
		# where doorbells lie depends on a constant
		!5 fill $T 0x1000..+4 1      -> R0/64=100000003
		!5 fill $T main 0            -> R0/64=100000003
	END
}

@test "fill: each refusal names its class, JSON too" {
	local range class
	while read -r range class; do
		row
		dp fill $E "$range" 1 --json
		[[ $status == 5 ]] && jq -e ".error | .code == \"refused\" and .class == \"$class\"" <<<"$output" >/dev/null ||
			row_failed "expected class $class"
		dp fill $E "$range" 1 --force="$class"
		[[ $status == 0 ]] || row_failed "expected --force=$class to do it"
	done <<-'END'
		FIXED ro
		0x90..+4 ro
		IMS..IMC effect
		RST..+4 effect
		SQDB effect
		side+0..+4 range
		0x300..+0x200 range
	END
	rows_passed 7
}

@test "fill: bad operands are one sentence and exit 2, nothing is touched" {
	local words want
	while IFS='|' read -r words want; do
		row
		# shellcheck disable=SC2086
		dp fill $E $words --trace
		[[ $status == 2 && -z $output && $stderr == *"$want"* && $stderr != *'"op"'* ]] ||
			row_failed "expected: $want"
	done <<-'END'
		0x41..+4 1|not a multiple of 4
		0x40..+6 1|no whole number of 32-bit words
		0x40..+2 1|less than one word of 32 bits
		0x38..+4 1|reach beyond 'BYTE', 8 bits wide
		0x1ffc..+8 1|ends beyond 'main'
		CTRL.EN 1|is no register, array or range of bytes
		CTRL:3 1|is no register, array or range of bytes
		MAC 1|is no register, array or range of bytes
		C* 1|no register or space 'C*'
		phy 1|is indirect
		RAL[2..9] 1|ends with element 3
		NOPE 1|no register or space 'NOPE'
		CTRL 0x1ffffffff|does not fit
		HALF 0x10000|does not fit
		0x40..+8 0x100 -w 8|does not fit
		0x40..+8 fast|
		0x40..+8 010|
		RAL 1 -w 16|takes no words of 16
		RAL 1 -w 12|-w is 8, 16, 32 or 64
		RAL|needs RANGE VALUE
		RAL 1 2|is too much
		RAL 1 --verify|is a register, and this is for memory
		0x40..+8 1 --verify|is a register, and this is for memory
	END
	rows_passed 23
}

@test "fill: says what it wrote, and in JSON the range, width and number of words" {
	run_dp fill $E 0x40..+0x10 1
	assert_ok
	assert_stdout "main+0x40..+0x10: 4 words of 32 bits written"
	run_dp fill $E RAL 1 -q
	assert_ok
	assert_no_stdout
	run_dp fill $E NOPE 1 --json
	assert_exit 2
	assert_json '(has("range") | not) and .error.code == "name"'
	run_dp fill $E IMS..IMC 1 --json
	assert_exit 5
	assert_json '.words == 0 and .error.class == "effect"'
	run_dp fill $E 0x40..+0x10 1 --json
	assert_json '. == {schema: 1, verb: "fill", target: .target, range: "main+0x40..+0x10", width: 32, words: 4}'
}

@test "fill: a variable or an expression of a batch is a value, --check knows refusals" {
	run_dp batch -t $E -e 'let x = 0x10' -e 'fill RAL ($x+1)' -e RAL.3
	assert_ok
	assert_stdout_has "RAL.3 = 0x00000011"
	run_dp batch --check -t $E -e 'fill RAL 1' -e 'fill 0x40..+8 1'
	assert_ok
	run_dp batch --check -t $E -e 'fill FIXED 1'
	assert_exit 5
}

@test "fill: a description that is on no device, a dump: refused, nothing is written" {
	run_dp fill desc:edu 0x0..+8 1
	assert_exit 2
	head -c 64 /dev/zero >"$BATS_TEST_TMPDIR/raw"
	run_dp fill "dump:$BATS_TEST_TMPDIR/raw" 0x0..+8 1
	assert_exit 5
	assert_stderr_has "read"
	cmp "$BATS_TEST_TMPDIR/raw" <(head -c 64 /dev/zero)
}

@test "fill --verify: memory is read back, a word that differs is shown, exit 1" {
	run_dp fill "$R" RAM 0x5a5a5a5a --verify
	assert_ok
	assert_stdout "RAM: 16 words of 32 bits written, read back the same"
	run_dp fill "$R" 0x100..+0x40 7 --verify
	assert_ok
	run_dp fill "$R" ROM 0xff00ff00 --verify --force=ro
	assert_exit 1
	assert_stdout "ROM: 16 words of 32 bits written, 16 read back differently
first at main+0x200: wrote 0xff00ff00, read 0xffffffff, differing bits 0x00ff00ff"
	run_dp fill "$R" 0x204..+8 0 --verify --force=ro --json
	assert_exit 1
	assert_json '.errors == 2 and (.error | not) and .first == {space: "main", offset: "0x204", wrote: "0x00000000", read: "0xffffffff", xor: "0xffffffff"}'
}

# -------------------------------------------------------------------- load

@test "load: the bytes of a file are words in bus order" {
	expect_accesses <<-'END'
		load $T 0x40..+0x10 -i $F    -> W40/32=44332211 W44/32=88776655
		load $T 0x40..+0x10 -i $F -w 16 -> W40/16=2211 W42/16=4433 W44/16=6655 W46/16=8877
		load $T side+0x40..+8 -i $F -w 64 --force=range -> Wside+40/64=8877665544332211
		load $T 0x48/be32..+8 -i $F  -> W48/32=44332211 W4c/32=88776655
		load $T RAL -i $F            -> W40/32=44332211 W48/32=88776655
		load $T HALVES -i $F         -> W64/32=88776655 W60/32=44332211
		load $T FIFO -i $F           -> W24/32=44332211 W24/32=88776655
	END
}

@test "load: a file of another length is refused before anything is written" {
	local words want
	printf '\x11\x22\x33\x44\x55' >"$F.5"
	: >"$F.0"
	while IFS='|' read -r words want; do
		row
		# shellcheck disable=SC2086
		dp load $E $words --trace
		[[ $status == 2 && -z $output && $stderr == *"$want"* && $stderr != *'"op"'* ]] || row_failed "expected: $want"
	done <<-END
		0x40..+8 -i $F.5|the 5 bytes of '$F.5' are no whole words of 32 bits
		0x40..+4 -i $F|is longer than main+0x40..+0x4, 0x4 bytes
		RAL.1 -i $F|is longer than RAL.1, 0x4 bytes
		0x40..+8 -i $F.0|is empty
		FIFO -i $F.5|the 5 bytes of
		FIFO -i $F.0|is empty
		FIFO -i $F --verify|cannot be read back
		0x40..+8 -i $F.no|cannot open '$F.no'
		RAL -i $F --verify|is a register
		RAL|is empty
	END
	rows_passed 10
	dp load $E 0x40..+8 -i /
	[[ $status == 4 && $stderr == *"cannot read '/': Is a directory"* ]]
}

@test "load: standard input that a batch's lines come from is not taken for data" {
	run_sh "printf 'load RAL\nBYTE\n' | devpoke batch --keep-going -t $E"
	assert_exit 2
	assert_stderr_has "stdin:1: the lines of this batch come from standard input: -i FILE"
	assert_stdout "BYTE = 0x9a"
	run_sh "printf 1234 | devpoke batch -t $E -e 'load RAL'"
	assert_ok
}

@test "load: refusals are those of fill, as far as the file reaches" {
	expect_accesses <<-'END'
		!5 load $T PUSH..+8 -i $F    ->
		!5 load $T 0x10..+8 -i $F    ->
		!5 load $T IMS..IMC -i $F    ->
		!5 load $T SQDB -i $F        ->
		load $T 0x40..+0x200 -i $F   -> W40/32=44332211 W44/32=88776655
	END
}

@test "load: a FIFO takes a pipe word by word; one that ends inside a word says how far it came" {
	run_sh "printf 12345678123 | devpoke load $E FIFO --trace 2>$BATS_TEST_TMPDIR/trace"
	assert_exit 4
	[[ $(grep -c '"op":"W"' "$BATS_TEST_TMPDIR/trace") == 2 ]]
	grep -q "'standard input' ends inside a word: 3 of 4 bytes, after 2 words" "$BATS_TEST_TMPDIR/trace"
	run_sh "{ printf 12; sleep 0.1; printf 345678; } | devpoke load $E FIFO"
	assert_ok
	assert_stdout "FIFO: 2 words of 32 bits written"
	run_sh "head -c 256K /dev/zero | devpoke load $E FIFO --json"
	assert_json '.words == 65536'
}

@test "load: a signal ends an endless stream, exit 143, with what was written so far" {
	"$DEVPOKE_BIN" load $E FIFO -i /dev/zero --json >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	sleep 0.5
	kill -TERM $!
	status=0
	wait $! || status=$?
	[[ $status == 143 && ! -s $BATS_TEST_TMPDIR/err ]]
	jq -e '.words > 0 and (.error | not)' "$BATS_TEST_TMPDIR/out"
}

@test "load --verify: memory is read back" {
	run_dp load "$R" RAM -i "$F" --verify
	assert_ok
	assert_stdout "RAM: 2 words of 32 bits written, read back the same"
	run_dp load "$R" ROM -i "$F" --verify --force=ro
	assert_exit 1
	assert_stdout_has "first at main+0x200: wrote 0x44332211, read 0xffffffff, differing bits 0xbbccddee"
}

# ----------------------------------------------------------------- memtest

@test "memtest: walking bits through both ends, then each word's address and its inverse" {
	local state=$BATS_TEST_TMPDIR/state
	run_dp memtest "$R@$state" 0x100..+0x40
	assert_ok
	assert_stdout "walking ones and zeros   128 words, all as written
address in address       16 words, all as written
inverse of the address   16 words, all as written"
	run jq -rs '[.[] | select(.op == "R" and .offset == "0x100")] | length' "$state.log"
	assert_stdout 66
	run jq -rcs '[.[] | select(.op == "W" and .offset == "0x120") | .value]' "$state.log"
	assert_stdout '["0x00000120","0xfffffedf"]'
	run jq -rs '[.[] | select(.width != 32)] | length' "$state.log"
	assert_stdout 0
	run_dp memtest "$R" RAM -w 32 --json
	assert_json '[.tests[].test] == ["data", "address", "inverse"] and .errors == 0 and .range == "main+0x100..+0x40"'
}

@test "memtest: memory that does not keep what it is given is exit 1, with the first word" {
	run_dp memtest "$R" ROM --force=ro
	assert_exit 1
	assert_stdout_has "address in address       16 words, 16 wrong in bits 0xfffffdff" \
		"first at main+0x200: wrote 0x00000001, read 0xffffffff, differing bits 0xfffffffe"
	run_dp memtest "$R" ROM --force=ro --json
	assert_exit 1
	assert_json '.errors > 32 and (.error | not) and .first.offset == "0x200" and .tests[1].bits == "0xfffffdff"'
}

@test "memtest: registers, holes, other spaces and no range are refused" {
	local words code
	while IFS='|' read -r words code; do
		row
		# shellcheck disable=SC2086
		dp memtest $words --trace
		[[ $status == "$code" && $stderr != *'"op"'* ]] || row_failed "expected exit $code"
	done <<-END
		$R CTRL|2
		$R 0x0..+0x10|2
		$R main|2
		$R|2
		$R ROM|5
		$R 0x140..+8|5
		$E RAL|2
		$E side|5
		$R 0x102..+4|2
		$R RAM -w 64|2
	END
	rows_passed 10
}
