#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# dump: what is read, what is left alone, hex words, raw bytes.
# shellcheck disable=SC2154 # status, output, stderr come from bats

load ../lib/common

setup() {
	dp_setup
	F=$BATS_TEST_TMPDIR/part.yaml
	M=model:$F
	cat >"$F" <<'END'
schema: 1
device: {name: part, title: Part, ref: "none"}
spaces: {main: {kind: registers, size: 0x40}}
registers:
  A: {offset: 0x00, reset: 0x11223344, fields: {HI: 31..16, LO: 15..0}}
  B: {offset: 0x04, reset: 5}
  CAUSE: {offset: 0x08, sw: ro, on_read: clear, fields: {X: 0}}
  FIFO: {offset: 0x0c, kind: fifo}
  DB: {offset: 0x10, sw: wo, kind: doorbell, array: {count: 4, stride: 4}}
  BYTE: {offset: 0x20, width: 8, reset: 0x5a}
  W: {offset: 0x24, sw: wo}
END
}

offsets() {
	grep '^{' <<<"$stderr" | jq -r 'select(.op == "R") | .offset' | sort -u | tr '\n' ' '
}

@test "dump: registers that a read changes, FIFOs, doorbells and write-only ones are not touched" {
	run_dp dump "$M" --trace
	assert_exit 0
	[[ $(offsets) == "0x0 0x20 0x4 " ]]
	assert_stdout_has "CAUSE             (not read: clears on read; --force=effect)" \
		"FIFO              (not read: a FIFO; --force=effect)" "DB.0..DB.3" \
		"BYTE              0x5a" "W                 (not read: write only)"
	refute_stderr_has '"W"'
}

@test "dump: --force=effect reads them, write-only ones never" {
	run_dp dump "$M" --trace --force=effect
	assert_exit 0
	[[ $(offsets) == "0x0 0x20 0x4 0x8 0xc " ]]
}

@test "dump: a range of registers, an array, a glob" {
	run_dp dump "$M" A..B
	assert_ok
	[[ ${#lines[@]} == 2 ]]
	run_dp dump "$M" 'B*'
	assert_ok
	[[ ${#lines[@]} == 2 ]]
	run_dp dump "$M" 'Q*'
	assert_exit 2
}

@test "dump: words of a range leave the same bytes alone, and holes too" {
	run_dp dump "$M" main -w 32 --trace
	assert_exit 0
	[[ $(offsets) == "0x0 0x4 " ]]
	[[ ${lines[0]} == "0000: 11223344 00000005 -------- --------" ]]
	run_dp dump "$M" main -w 8 --trace
	assert_exit 0
	[[ $(offsets) == *"0x20"* && $(offsets) != *"0x21"* && $(offsets) != *"0x8 "* ]]
	[[ ${lines[2]} == "0020: 5a -- --"* ]]
	run_dp dump "$M" 0..+0x10 -w 32 --force=range,effect
	assert_exit 0
	refute_stdout_has --------
}

@test "dump: a word is one access of its width" {
	run_dp dump "$M" 0..+8 -w 16 --trace
	assert_exit 0
	assert_stdout "0000: 3344 1122 0005 0000"
	[[ $(jq -rc '[.offset, .width] | join(":")' <<<"$stderr" | tr '\n' ' ') == \
		"0x0:16 0x2:16 0x4:16 0x6:16 " ]]
}

@test "dump: rows that repeat are one star" {
	head -c 256 /dev/zero >"$BATS_TEST_TMPDIR/zeros"
	run_dp dump "dump:$BATS_TEST_TMPDIR/zeros"
	assert_ok
	assert_stdout $'0000: 00000000 00000000 00000000 00000000\n*\n0100:'
}

@test "dump: --raw refuses what must not be read, unless --hole says what stands there" {
	run_dp dump "$M" main --raw -o "$BATS_TEST_TMPDIR/raw" --json --trace
	assert_exit 5
	assert_json '.error.class == "effect"'
	refute_stderr_has '"op"'
	[[ ! -e $BATS_TEST_TMPDIR/raw ]]
	run_dp dump "$M" main --raw -o "$BATS_TEST_TMPDIR/raw" --hole 0xee
	assert_ok
	[[ $(od -An -tx1 -v -N12 "$BATS_TEST_TMPDIR/raw" | tr -d '\n') == \
		" 44 33 22 11 05 00 00 00 ee ee ee ee" ]]
	[[ $(stat -c %s "$BATS_TEST_TMPDIR/raw") == 64 ]]
}

@test "dump: --raw gives the bytes of the range, to standard output too" {
	head -c 200000 /dev/urandom >"$BATS_TEST_TMPDIR/in"
	run_sh "devpoke dump dump:$BATS_TEST_TMPDIR/in --raw | cmp - $BATS_TEST_TMPDIR/in"
	assert_ok
	run_sh "devpoke dump dump:$BATS_TEST_TMPDIR/in 0x100..+0x40 --raw -o - | cmp - <(tail -c +257 $BATS_TEST_TMPDIR/in | head -c 64)"
	assert_ok
	run_dp dump "dump:$BATS_TEST_TMPDIR/in" --raw --json
	assert_exit 2
}

@test "dump: --raw that cannot be written leaves no half of a file, and no device node less" {
	head -c 200000 /dev/zero >"$BATS_TEST_TMPDIR/in"
	run_sh "ulimit -f 1; trap '' XFSZ; devpoke dump dump:$BATS_TEST_TMPDIR/in --raw -o $BATS_TEST_TMPDIR/half"
	assert_exit 4
	[[ ! -e $BATS_TEST_TMPDIR/half ]]
	# a node of our own: a program under test must not be able to take the machine's
	mknod "$BATS_TEST_TMPDIR/full" c 1 7 2>/dev/null || skip "needs root for a device node"
	run_sh "devpoke dump dump:$BATS_TEST_TMPDIR/in --raw -o $BATS_TEST_TMPDIR/full"
	assert_exit 4
	[[ -c $BATS_TEST_TMPDIR/full ]]
}

@test "dump: a reader that leaves ends it" {
	head -c 4000000 /dev/urandom >"$BATS_TEST_TMPDIR/in"
	run_sh "{ devpoke dump dump:$BATS_TEST_TMPDIR/in; echo \"= \$?\" >&2; } | head -1"
	assert_stderr "= 0"
}

@test "dump: JSON has every register, also those that were left alone" {
	run_dp dump "$M" --json
	assert_ok
	assert_json_is '[.registers[] | .path + "=" + (.value // .skipped)] | join(" ")' \
		"A=0x11223344 B=0x00000005 CAUSE=clear FIFO=fifo DB.0=doorbell DB.1=doorbell DB.2=doorbell DB.3=doorbell BYTE=0x5a W=wo"
}

@test "dump: of ports, where a description says their number" {
	printf 'ab' >"$BATS_TEST_TMPDIR/ports"
	printf '%s\n' 'schema: 1' 'device: {name: two}' 'defaults: {width: 8}' 'spaces: {main: {port: 0x70, size: 2}}' \
		'registers: {A: {offset: 0}, B: {offset: 1}}' >"$BATS_TEST_TMPDIR/two.yaml"
	run_dp peek "dump:$BATS_TEST_TMPDIR/ports@port+0x70" -d "$BATS_TEST_TMPDIR/two.yaml" A B -r
	assert_ok
	assert_stdout "$(printf '%s\n' 0x61 0x62)"
	run_dp peek "dump:$BATS_TEST_TMPDIR/ports@port" -d "$BATS_TEST_TMPDIR/two.yaml" A
	assert_exit 2
	assert_stderr_has "it begins behind the end of its region"
}
