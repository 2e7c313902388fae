#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Defects that other register tools have, or had: each is one test that devpoke does not.
# shellcheck disable=SC2016 # $T is the table's word for the target

load ../lib/common
load ../lib/oracle

setup_file() {
	lab_setup_file defects edu nvme,serial=x
}

setup() {
	lab_setup
	MODEL=model:tests/golden/exact.yaml@$BATS_TEST_TMPDIR/state
}

teardown() {
	:
}

teardown_file() {
	dp_teardown
}

@test "no defect 1: a write does not read before, so nothing that reading clears or takes is lost" {
	expect_accesses <<-'END'
		poke $T COUNT=0x11           -> W80/32=11
		poke $T FIFO=0x11            -> W24/32=11
		poke $T 0x24=0x11            -> W24/32=11
		poke $T 0x80/u32=0x11        -> W80/32=11
		poke $T SEMA=0               -> W6c/32=0
	END
}

@test "no defect 2: what is shown as read back was read, not remembered" {
	run_dp poke sim:defects/edu LIVENESS=0x12345678 --readback --json
	assert_ok
	assert_json_is '.writes[0] | [.written, .readback]' '["0x12345678","0xedcba987"]'
	run_dp poke "$MODEL" STATUS=0x8100 --readback --json
	assert_json_is '.writes[0] | [.written, .readback]' '["0x8100","0x0000"]'
	# mapped memory: nothing is written by anybody else, so a lie shows only in the machine's code
	run_dp poke sim:defects/edu mem+0x100000=5 --readback --json
	assert_json_is '.writes[0].readback' 0x00000005
}

@test "no defect 3: a raw dump that does not begin at 0 can be made, and read as the device" {
	local all=$BATS_TEST_TMPDIR/all.bin part=$BATS_TEST_TMPDIR/part.bin
	run_dp dump "$MODEL" 0x40..+0x20 --raw -o "$part"
	assert_ok
	run od -An -tx4 -v -w32 "$part"
	assert_stdout " 33221100 80005544 33221100 80005544 33221100 80005544 33221100 80005544"
	run_dp peek "dump:$part@main+0x40" -d tests/golden/exact.yaml RAL.1 RAH.3.AH -r
	assert_stdout "$(printf '%s\n' 0x33221100 0x5544)"
	run_dp dump "$MODEL" main --raw --hole 0 -o "$all"
	assert_ok
	run_dp peek "dump:$all" -d tests/golden/exact.yaml CTRL.MODE COMMAND unit0.CONF -r
	assert_stdout "$(printf '%s\n' 0x1 0x0003 0x000000c0)"
}

@test "no defect 4: by default a write is not read before and after, and a field's neighbours keep their bits" {
	expect_accesses <<-'END'
		poke $T HALF=0x5             -> W38/16=5
		poke $T HALF:7..4=0          -> R38/16=1234 W38/16=1204
		poke $T 0x38:7..4=0          -> R38/16=1234 W38/16=1204
	END
}

@test "no defect 5: an indirect register is written where it is read" {
	expect_accesses <<-'END'
		peek $T PAGE                 -> W2c/32=8160000 R2c/32=18160007 R2c/32=18160007
		poke $T PAGE.SEL=9           -> W2c/32=8160000 R2c/32=18160007 R2c/32=18160007 W2c/32=4160009 R2c/32=14160009
		+peek $T PAGE                -> W2c/32=8160000 R2c/32=18160009 R2c/32=18160009
	END
}

@test "no defect 6: each field write reads anew, no value of an earlier one is written back" {
	expect_accesses <<-'END'
		poke $T HALF.HI=1 0x38/u8=0x77 HALF.HI=2 -> R38/16=1234 W38/16=134 W38/8=77 R38/16=177 W38/16=277
		batch -t $T -e HALF.HI=1 -e 0x38/u8=0x77 -e HALF.HI=2 -> R38/16=1234 W38/16=134 W38/8=77 R38/16=177 W38/16=277
		batch -t $T -e 'repeat 2 poke HALF.LO+=1' -> R38/16=1234 W38/16=1235 R38/16=1235 W38/16=1236
	END
}

@test "no defect 7: 64-bit values arrive whole, and what does not fit is refused" {
	expect_accesses <<-'END'
		poke $T BASE=0xfedcba9876543210 -> W30/64=fedcba9876543210
		poke $T 0x30/u64=18446744073709551615 -> W30/64=ffffffffffffffff
		!2 poke $T BASE=0x10000000000000000 ->
		!2 poke $T BASE=18446744073709551616 ->
	END
}

@test "no defect 7: physical memory is opened uncached" {
	[[ $EUID == 0 ]] || skip "needs root to open /dev/mem"
	strace -qq true 2>/dev/null || skip "strace may not trace here"
	# leaks cannot be looked for under strace
	ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 run strace -qq -e trace=openat \
		"$DEVPOKE_BIN" peek mem:0xfed00000..+0x1000 0
	assert_stdout_like '"/dev/mem", O_RDONLY\|O_SYNC'
}

@test "no defect 8: a name that does not exist is an error and no new file" {
	local dir=$BATS_TEST_TMPDIR/empty name
	mkdir "$dir"
	for name in "$dir/typo" "dump:$dir/typo" "$dir/typo.snap" "$dir/typo.yaml" \
		"model:$dir/typo.yaml" "model:$dir/typo.yaml@$dir/state"; do
		run_dp poke "$name" 0=1
		((status == 2 || status == 3)) || _assert_failed "expected exit 2 or 3"
		assert_stderr_has typo
		run_dp peek "$name" 0
		((status == 2 || status == 3)) || _assert_failed "expected exit 2 or 3"
	done
	run ls -A "$dir"
	assert_stdout ""
}

@test "no defect 9: setting a COMMAND bit does not clear what STATUS has pending" {
	expect_accesses <<-'END'
		poke $T COMMAND.MASTER=1     -> R68/16=3 W68/16=7
		poke $T 0x68:2=1             -> R68/16=3 W68/16=7
		poke $T 0x68=4/4             -> R68/16=3 W68/16=7
		# as 32 bits it would write STATUS back
		!5 poke $T 0x68/u32=4/4      ->
		poke $T 0x68/u32=4/4 --force=effect -> R68/32=81000003 W68/32=81000007
		poke $T 0x68/u32=4           -> W68/32=4
	END
	run_dp poke sim:defects/edu cfg+4/u32=4/4
	assert_exit 5
	assert_stderr_has "'cfg.STATUS'"
	run_dp poke sim:defects/edu cfg.COMMAND.BME=1
	assert_ok
	expect_accesses <<-'END'
		poke $T STATUS.PARITY=1      -> W6a/16=8000
		+peek $T STATUS COMMAND      -> R6a/16=100 R68/16=3
	END
}

@test "no defect 10: a field of a write-only register does not zero the others, and bytes have one order" {
	expect_accesses <<-'END'
		!5 poke $T KICK.GO=1         ->
		poke $T KICK.GO=1,NR=2       -> W74/32=21
		+poke $T KICK.GO=1 --others shadow -> W74/32=21
		poke $T BIG.LOW=0xff         -> R84/32=44332211 W84/32=ff332211
		+peek $T BIG.LOW             -> R84/32=ff332211
	END
}

@test "no defect 11: an unknown name is exit 2 and nothing done; a number without 0x is decimal" {
	expect_accesses <<-'END'
		!2 peek $T CTRL NOSUCH       ->
		!2 poke $T CTRL=1 NOSUCH=1   ->
		poke $T HALF=10              -> W38/16=a
		poke $T HALF=0x10            -> W38/16=10
		!2 poke $T HALF=1f           ->
		!2 poke $T HALF=010          ->
	END
	run_dp peek "$MODEL" NOSUCH
	assert_no_stdout
	assert_stderr_has "'NOSUCH'"
}

@test "no defect 12: doorbells lie beyond the first page and are reached; the kernel's parameter is iomem=" {
	run_dp poke sim:defects/nvme SQTDBL.1=0 --json
	assert_ok
	run_dp peek sim:defects/nvme bar0+0x2000/u32 -r
	assert_ok
	run grep -c 'io_memory=' "$DEVPOKE_BIN"
	assert_stdout 0
	run grep -ac 'iomem=relaxed' "$DEVPOKE_BIN"
	((output > 0))
}

@test "no defect 13: a raw dump is loads of one width, whatever the file is written with" {
	expect_accesses <<-'END'
		dump $T 0x40..+0x10 --raw -o /dev/null -> R40/32=33221100 R44/32=80005544 R48/32=33221100 R4c/32=80005544
		dump $T 0x40..+8 --raw -w 16 -o /dev/null -> R40/16=1100 R42/16=3322 R44/16=5544 R46/16=8000
		dump $T 0x40..+4 --raw -w 8 -o /dev/null -> R40/8=0 R41/8=11 R42/8=22 R43/8=33
		dump $T 0x40..+8 --raw -w 64 -o /dev/null -> R40/64=8000554433221100
	END
}

@test "no defect 14: several fields are set by one write" {
	expect_accesses <<-'END'
		poke $T CTRL.EN=1,MODE=fast,LIM=3 -> R14/32=a0000110 W14/32=a0030021
		poke $T HALF.LO=1,HI=2       -> W38/16=201
	END
}

@test "no defect 15: a word is 32 bits on every host, a register its own width" {
	expect_accesses <<-'END'
		peek $T 0x10                 -> R10/32=0
		poke $T 0x10=1               -> W10/32=1
		peek $T 0x14/u32             -> R14/32=a0000110
		peek $T 0x38                 -> R38/16=1234
		dump $T 0x40..+8             -> R40/32=33221100 R44/32=80005544
	END
	run_dp peek sim:defects/edu 0x0 -r
	assert_stdout 0x010000ed
}
