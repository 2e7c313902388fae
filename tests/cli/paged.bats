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

@test "paged: each block has pages of its own, at its place and its step" {
	ORACLE_DESC=paged_blocks
	expect_accesses <<-'END'
		peek $T a.LO              -> R13/8=40 W13/8=c0 R10/8=11 W13/8=40
		peek $T b.1.HI            -> R5c/8=40 W5c/8=c0 R54/8=12 W5c/8=40
		poke $T b.0.LO.A=5        -> R4c/8=40 W4c/8=c0 R40/8=11 W4c/8=40 R4c/8=40 W4c/8=c0 W40/8=15 W4c/8=40
		+peek $T b.0.LO b.1.LO    -> R4c/8=40 W4c/8=c0 R40/8=15 W4c/8=40 R5c/8=40 W5c/8=c0 R50/8=11 W5c/8=40
		poke $T a.BANK.SEL=1      -> R13/8=40 W13/8=c0
		+peek $T a.LO b.0.DATA    -> R13/8=c0 W13/8=c0 R10/8=11 W13/8=c0 R40/8=10
		peek $T b.0.DATA          -> R40/8=10
		peek $T a.page+1          -> R13/8=40 W13/8=c0 R11/8=12 W13/8=40
		dump $T                   -> R0/32=1 R10/8=10 R13/8=40 R40/8=10 R4c/8=40 R50/8=10 R5c/8=40
	END
}

@test "paged: a block with a page lies in a page of its owner: both are selected and both put back" {
	ORACLE_DESC=paged_blocks
	expect_accesses <<-'END'
		peek $T c.DATA -> R0/32=1 W0/32=2 R80/8=10 W0/32=1
		peek $T c.LO   -> R0/32=1 W0/32=2 R83/8=40 W0/32=1 R0/32=1 W0/32=2 W83/8=c0 W0/32=1 R0/32=1 W0/32=2 R80/8=11 W0/32=1 R0/32=1 W0/32=2 W83/8=40 W0/32=1
	END
}

@test "paged: joined values, explanations and bulk readers know the pages of blocks, too" {
	M=model:tests/golden/paged_blocks.yaml
	run_dp peek "$M" a.BOTH b.1.BOTH -r
	assert_ok
	assert_stdout "$(printf '%s\n' 0x1211 0x1211)"
	run_dp dump "$M" --json
	assert_ok
	assert_json_is '[.registers[] | select(.skipped) | .path] | sort | join(" ")' \
		"a.HI a.LO b.0.HI b.0.LO b.1.HI b.1.LO c.BANK c.DATA c.HI c.LO"
	run_dp dump "$M" --force=effect --json
	assert_json '[.registers[] | select(.value == null)] == []'
	run_dp explain desc:tests/golden/paged_blocks.yaml b.1.HI
	assert_ok
	run_dp poke "$M" b.1.HI=3 --dry-run
	assert_ok
	assert_stdout $'R b.1.BANK\nW b.1.BANK = (old & ~0x80) | 0x80\nW b.1.HI = 0x3\nW b.1.BANK = old'
}
