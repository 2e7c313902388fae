#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Arrays of several dimensions, arrays of blocks, blocks with a step: what their paths name.
# shellcheck disable=SC2016,SC2154,SC2034 # $T is the table's; status, output come from bats

load ../lib/common
load ../lib/oracle

setup() {
	dp_setup
	ORACLE_DESC=arrays
	F=$DP_ROOT/tests/golden/arrays.yaml
	M=model:$F
}

@test "arrays: an element of several dimensions, of a block, of a block with a step" {
	expect_accesses <<-'END'
		peek $T GRID.0.0           -> R100/32=0
		peek $T GRID.1.2           -> R150/32=0
		peek $T 'GRID[1][2]'       -> R150/32=0
		peek $T 'GRID[1].2.V'      -> R150/32=0
		peek $T GRID.1.2:7..4      -> R150/32=0
		peek $T CUBE.1.0.1         -> R211/8=0
		peek $T ch.2.ADDR.1        -> R0/32=3 R890/64=0
		peek $T 'ch[1]+8'          -> R0/32=3 R848/64=0
		peek $T slow.DATA slow.LINE.1 -> R1000/8=0 R1010/8=0
		peek $T bank.1.0.LINE.1    -> R1148/8=0
		peek $T far.2.ID           -> R1900/32=7
		peek $T 0x170 0x150        -> R0/32=3 R170/32=0 R150/32=0
		peek $T 0x880              -> R0/32=3 R880/32=0
		poke $T GRID.1.0.V=0x12    -> R140/32=0 W140/32=12
		poke $T ch.1.CTRL.EN=1     -> R0/32=3 R840/32=0 W840/32=1
		poke $T bank.0.1.DATA=0x34 -> W1120/8=34
	END
}

@test "arrays: slices, rows and globs are read in the order of the subscripts" {
	expect_accesses <<-'END'
		peek $T 'GRID[1]'          -> R140/32=0 R148/32=0 R150/32=0
		peek $T GRID.0             -> R100/32=0 R108/32=0 R110/32=0
		peek $T 'GRID[*][1]'       -> R108/32=0 R148/32=0
		peek $T 'GRID[0..1].2'     -> R110/32=0 R150/32=0
		peek $T 'CUBE[*].1[0]'     -> R204/8=0 R214/8=0
		peek $T 'ch[*].CTRL'       -> R0/32=3 R800/32=0 R840/32=0 R880/32=0
		peek $T 'ch[1..2].ADDR[0]' -> R0/32=3 R848/64=0 R888/64=0
		peek $T 'ch.*.CTRL.EN'     -> R0/32=3 R800/32=0 R840/32=0 R880/32=0
		peek $T 'ch[2].C*'         -> R0/32=3 R880/32=0
		peek $T 'bank[1][*].DATA'  -> R1140/8=0 R1160/8=0
		peek $T 'far[1..2]'        -> R1810/32=7 R1900/32=7
		peek $T far                -> R1800/32=7 R1810/32=7 R1900/32=7
		peek $T ch.1               -> R0/32=3 R840/32=0 R848/64=0 R850/64=0
		peek $T 'ch.1..ch.2'       -> R0/32=3 R840/32=0 R848/64=0 R850/64=0 R880/32=0 R888/64=0 R890/64=0
	END
}

@test "arrays: dump has every element, each at its own place" {
	run_dp dump "$M" --json
	assert_ok
	[[ $(jq '.registers | length' <<<"$output") == 42 ]]
	assert_json '[.registers[] | select(.path | startswith("ch.2.")) | .offset] == ["0x880", "0x888", "0x890"]'
	assert_json '[.registers[] | select(.path | startswith("GRID.1.")) | .offset] == ["0x140", "0x148", "0x150"]'
}

@test "arrays: what lies beyond one, or has too many subscripts, is exit 2" {
	local path
	for path in GRID.2.0 GRID.1.3 'GRID[0..2].1' 'GRID[0][3]' CUBE.0.0.2 far.3.ID 'far[0..3]' \
		'bank[2][*].DATA' bank.0.2.DATA; do
		run_dp peek "$M" "$path"
		assert_exit 2
		assert_stderr_has "beyond the end of the array"
	done
	run_dp peek "$M" ch.3.CTRL
	assert_exit 2
	assert_stderr_has "'ch.3': it is behind the last of its array"
	run_dp peek "$M" 'ch[0..3].CTRL'
	assert_exit 2
	assert_stderr_has "beyond the end of the array: 0 to 2"
	run_dp peek "$M" GRID.1.2.3
	assert_exit 2
	assert_stderr "devpoke: 'GRID' has 2 dimensions"
	run_dp poke "$M" GRID.1=5
	assert_exit 2
	assert_stderr_has "'GRID' is an array"
	run_dp poke "$M" 'GRID[*][1]=5'
	assert_exit 2
	run_dp peek "$M" far.ID
	assert_exit 2
	assert_stderr "devpoke: 'far' is an array of blocks
hint: name one, 'far.0', or read all with 'far[*]'"
	run_dp peek "$M" slow.1.DATA
	assert_exit 2
}

@test "arrays: find and explain speak of an array once" {
	run_dp find "$F" DATA
	assert_ok
	assert_stdout_has "slow.DATA" 'bank[*][*].DATA'
	[[ $output != *bank.* ]]
	run_dp explain "$F" bank.1.1.DATA ch.2.ADDR.1
	assert_ok
	assert_stdout_has "bank.1.1.DATA  main+0x1160" "ch.2.ADDR.1"
}

@test "arrays: a UART at stride 4 and four of them, from one description" {
	local w=model:$DP_ROOT/tests/golden/widget.yaml
	run_dp peek "$w" uart0.LSR uart.3.LSR --trace
	assert_exit 0
	assert_stderr_has '"offset":"0x2014"' '"offset":"0x3305"'
}

@test "an element beyond the end that the device tells is not touched" {
	local m=model:$DP_ROOT/devices/hpet.yaml@$BATS_TEST_TMPDIR/hpet
	run_dp peek "$m" TIM_CONF.2 -q
	assert_ok
	for words in "peek $m TIM_CONF.3" "poke $m TIM_COMP.3=0" "check $m TIM_COMP.31==0"; do
		# shellcheck disable=SC2086 # words
		run_dp $words
		assert_exit 2
		assert_stderr_has "is beyond the end of the array, TIM_CO"
	done
	# nothing but what says how many there are
	run accesses_of "$BATS_TEST_TMPDIR/hpet.log"
	assert_stdout "hpet.log: R0/64=9896808086a201 R140/64=ff010400000030 R0/64=9896808086a201 R0/64=9896808086a201 R0/64=9896808086a201"
}

@test "blocks of a type have blocks of their own" {
	ORACLE_DESC=nest
	expect_accesses <<-'END'
		peek $T DMA0.INTR            -> R1100/32=0
		peek $T DMA1.CH.2.AL.1       -> R2038/32=0
		poke $T DMA1.CH.3.CTRL.EN=1  -> R2040/32=0 W2040/32=1
		peek $T 'DMA0.CH[1..2].CTRL' -> R1020/32=0 R1030/32=0
	END
}
