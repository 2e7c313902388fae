#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Paged spaces: the page is selected for one access and put back, in a bank and behind an index.
# shellcheck disable=SC2016,SC2154,SC2034 # $T is the table's; status, output come from bats

load ../lib/common
load ../lib/oracle

setup() {
	dp_setup
	ORACLE_DESC=paged
	F=$DP_ROOT/tests/golden/paged.yaml
	M=model:$F
}

@test "paged: read the page register, select, access, put back; neighbours keep their values" {
	expect_accesses <<-'END'
		peek $T ONE            -> R0/32=80 W0/32=81 R10/32=11 W0/32=80
		peek $T TWO            -> R0/32=80 W0/32=82 R10/32=12 W0/32=80
		peek $T ZERO           -> R10/32=10
		peek $T low+0x10       -> R0/32=80 W0/32=81 R10/32=11 W0/32=80
		poke $T ONE=7          -> R0/32=80 W0/32=81 W10/32=7 W0/32=80
		poke $T ONE.A=5        -> R0/32=80 W0/32=81 R10/32=11 W0/32=80 R0/32=80 W0/32=81 W10/32=15 W0/32=80
		poke $T BANK.SEL=2     -> R0/32=80 W0/32=82
		+peek $T ONE TWO       -> R0/32=82 W0/32=81 R10/32=11 W0/32=82 R0/32=82 W0/32=82 R10/32=12 W0/32=82
		poke $T ONE=7 --dry-run ->
		dump $T low            ->
	END
}

@test "paged: a sum that overflows is found before the page is selected to write it" {
	expect_accesses <<-'END'
		poke $T ONE.A=9        -> R0/32=80 W0/32=81 R10/32=11 W0/32=80 R0/32=80 W0/32=81 W10/32=19 W0/32=80
		+!2poke $T ONE.A+=8    -> R0/32=80 W0/32=81 R10/32=19 W0/32=80 R0/32=80
	END
}

@test "paged: a page of registers behind an index, each of them another one" {
	run_dp peek "$M@$BATS_TEST_TMPDIR/state" LED ID PAGE -r
	assert_ok
	assert_stdout "0x1234
0x0141
0x0007"
	run_dp poke "$M@$BATS_TEST_TMPDIR/state" LED.X=9
	assert_ok
	assert_stdout "LED: 0x1234 -> 0x1239"
	run_dp peek "$M@$BATS_TEST_TMPDIR/state" LED ID PAGE -r
	assert_stdout "0x1239
0x0141
0x0007"
}

@test "paged: bulk readers leave pages alone, since to read is to write" {
	run_dp dump "$M" --json --trace
	assert_exit 0
	assert_json '[.registers[] | select(.skipped == "indirect") | .path] == ["ONE", "TWO", "ID", "PAGE", "LED"]'
	[[ $stderr != *'"op":"W"'* ]]
	run_dp dump "$M" page --force=effect
	assert_exit 0
	assert_stdout_has "LED               0x1234"
}

@test "paged: a register may have the name of its space in capitals" {
	run_dp peek "$M" PAGE -r
	assert_stdout 0x0007
	run_dp peek "$M" page
	assert_exit 0
	assert_stdout_has "LED               (not read"
}
