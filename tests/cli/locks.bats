#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Lock bits: read before the write that they allow, and what is not allowed is not written.
# shellcheck disable=SC2016,SC2154,SC2034 # $T is the table's; status, output come from bats

load ../lib/common
load ../lib/oracle

setup() {
	dp_setup
	ORACLE_DESC=lock
	F=$DP_ROOT/tests/golden/lock.yaml
	M=model:$F
}

@test "lock: a write reads the lock first, and stops there while it is 0" {
	expect_accesses <<-'END'
		!5poke $T EXT=5            -> R0/32=0
		poke $T CTRL.EN=1          -> R0/32=0 W0/32=1
		+poke $T EXT=5             -> R0/32=1 W4/32=5
		poke $T EXT=5 --force=lock -> W4/32=5
		poke $T CTRL.EN=1          -> R0/32=0 W0/32=1
		!5poke $T CTRL.X=3         -> R0/32=0
		!5poke $T CTRL=0x30        -> R0/32=0
		poke $T CTRL=0/1           -> R0/32=0 W0/32=0
		poke $T EXT=5 --dry-run    ->
		peek $T EXT                -> R4/32=0
	END
}

@test "lock: of arrays it is the element with the same index, unless one is named" {
	expect_accesses <<-'END'
		!5poke $T CFG.2.A=1        -> R18/32=0
		poke $T WEN.2=0x100        -> W18/32=100
		+poke $T CFG.2.A=1         -> R18/32=100 R28/16=0 W28/16=1
		!5poke $T CFG.2=0x11       -> R18/32=0
		+!5poke $T CFG.2.B=1       -> R1c/32=0
	END
}

@test "lock: the refusal names the bit, --dry-run shows the check, explain tells" {
	run_dp poke "$M" EXT=5
	assert_exit 5
	assert_stderr "devpoke: 'EXT' is locked: 'CTRL.EN' is 0
hint: 'CTRL.EN' has to be 1, or --force=lock"
	run_dp poke "$M" EXT=5 --json
	assert_exit 5
	assert_json '.error.code == "refused" and .error.class == "lock"'
	run_dp poke "$M" EXT=5 --dry-run
	assert_ok
	assert_stdout "R CTRL, go on if (value & 0x1) == 0x1
W EXT = 0x5"
	run_dp poke "$M" EXT=5 --dry-run --json
	assert_json '.plan[0].op == "CHECK" and .plan[0].why == "lock"'
	run_dp explain "$F" EXT CTRL.X
	assert_ok
	assert_stdout_has "written while CTRL.EN is 1" "written while CTRL.WE is 1"
}

@test "lock: the model keeps what is locked, whoever writes" {
	run_dp poke "$M@$BATS_TEST_TMPDIR/state" EXT=5 CTRL=0xff CFG.0=0x1234 --force=lock
	assert_exit 0
	run_dp peek "$M@$BATS_TEST_TMPDIR/state" EXT CTRL CFG.0 -r
	assert_stdout "0x00000000
0x00000003
0x0000"
}
