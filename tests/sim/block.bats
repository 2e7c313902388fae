#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# fill, load, memtest on QEMU's device models: a graphics card's memory and registers, the
# memory of the machine, a shared-memory card.
# shellcheck disable=SC2154 # status, output, stderr come from bats

load ../lib/common
load ../lib/oracle

setup_file() {
	lab_setup_file lab ati-vga edu e1000e
}

setup() {
	lab_setup
}

teardown() {
	:
}

teardown_file() {
	DEVPOKE_RUNTIME=$BATS_FILE_TMPDIR/run "$DEVPOKE_BIN" sim stop lab
}

@test "memtest: a graphics card's memory keeps what it is given, at each width" {
	local width
	for width in 8 16 32 64; do
		run_dp memtest sim:lab/ati-vga0 bar0+0x10000..+0x800 -w $width
		assert_ok
		assert_stdout_has "address in address       $((0x800 * 8 / width)) words, all as written"
	done
}

@test "memtest: a register file is no memory: exit 1, with address and bits" {
	run_dp memtest sim:lab/ati-vga0 bar2+0x100..+0x100
	assert_exit 1
	assert_stdout_like 'first at bar2\+0x1[0-9a-f]+: wrote 0x[0-9a-f]{8}, read 0x[0-9a-f]{8}, differing bits 0x[0-9a-f]{8}$'
}

@test "fill and load: QEMU sees the accesses, and another reader the contents" {
	head -c 4096 /dev/urandom >"$BATS_TEST_TMPDIR/data"
	run_dp load sim:lab/ati-vga0 bar0+0x20000..+8K -i "$BATS_TEST_TMPDIR/data" --verify
	assert_ok
	run_dp dump sim:lab/ati-vga0 bar0+0x20000..+4K --raw -o "$BATS_TEST_TMPDIR/back"
	assert_ok
	cmp "$BATS_TEST_TMPDIR/data" "$BATS_TEST_TMPDIR/back"
	run_dp fill sim:lab/edu mem+0x100000..+64 0x01020304 --verify
	assert_ok
	run hmp lab 'xp /4xw 0x100000'
	assert_stdout_has "0x01020304 0x01020304 0x01020304 0x01020304"
}

@test "fill: a table of the e1000e is its elements alone" {
	qemu_trace lab e1000e-mmio
	expect_qemu lab e1000e0 e1000e-mmio <<-'END'
		fill $T 'MTA[0..2]' 0xff     -> W5200/32=ff W5204/32=ff W5208/32=ff
		!5 fill $T ICR..+4 0         ->
		!5 fill $T STATUS..+4 0      ->
	END
}

@test "fill: where decode is off nothing is written, and the hint that is followed repairs it" {
	run_dp poke sim:lab/ati-vga0 cfg.COMMAND.MEM=0
	assert_ok
	run_dp fill sim:lab/ati-vga0 bar0+0..+16 1
	assert_exit 4
	assert_stderr_has "memory decode of 'sim:lab/ati-vga0' is off" "hint: devpoke poke sim:lab/ati-vga0 cfg.COMMAND.MEM=1"
	assert_no_stdout
	run_dp poke sim:lab/ati-vga0 cfg.COMMAND.MEM=1
	run_dp fill sim:lab/ati-vga0 bar0+0..+16 1
	assert_ok
}

@test "load: a FIFO's lab is free while the pipe is empty" {
	cat >"$BATS_TEST_TMPDIR/f.yaml" <<-'END'
		schema: 1
		device: {name: f, title: A FIFO, ref: "none"}
		spaces: {main: {kind: registers, bar: 0, size: 0x100}}
		registers: {FIFO: {offset: 0x80, kind: fifo}}
	END
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	"$DEVPOKE_BIN" load sim:lab/ati-vga0 -d "$BATS_TEST_TMPDIR/f.yaml" FIFO -i "$BATS_TEST_TMPDIR/pipe" >"$BATS_TEST_TMPDIR/out" 3>&- &
	exec 4>"$BATS_TEST_TMPDIR/pipe"
	printf abcdefgh >&4
	run_dp peek sim:lab/edu ID
	assert_ok
	printf ijkl >&4
	exec 4>&-
	wait $!
	[[ $(<"$BATS_TEST_TMPDIR/out") == "FIFO: 3 words of 32 bits written" ]]
}

@test "load: a signal ends it between two chunks, exit 143, and no success is told" {
	truncate -s 16M "$BATS_TEST_TMPDIR/zeros"
	"$DEVPOKE_BIN" load sim:lab/ati-vga0 bar0 -i "$BATS_TEST_TMPDIR/zeros" --json >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	sleep 1
	kill -TERM $!
	status=0
	wait $! || status=$?
	[[ $status == 143 && ! -s $BATS_TEST_TMPDIR/err ]]
	jq -e '.words > 0 and .words < 4194304 and (.error | not)' "$BATS_TEST_TMPDIR/out"
}
