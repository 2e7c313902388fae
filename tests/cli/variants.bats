#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Variants: layers over a description that const registers or ids choose.
# shellcheck disable=SC2016,SC2034,SC2154 # $T is the table's; status, output, stderr come from bats

load ../lib/common
load ../lib/oracle

setup() {
	dp_setup
	F=$DP_ROOT/tests/golden/variants.yaml
	M=model:$F
	RAW=$BATS_TEST_TMPDIR/raw
	# major 1, no timer, a DMA unit, FAST set
	{
		printf '\2\1\0\0\2\0\0\0\0\20\0\0'
		head -c 20 /dev/zero
		printf '\7\0\0\0'
		head -c 220 /dev/zero
	} >"$RAW"
}

@test "variants: a model is the device that its reset values describe" {
	run_dp poke "$M" CTRL.FAST=1,MODE=turbo
	assert_ok
	assert_stdout "CTRL: 0x00000000 -> 0x00001020"
	run_dp peek "$M" 'TIMER[*]' -r
	assert_ok
	local gone
	for gone in GONE DMAC CTRL.OLD PCIREV; do
		run_dp peek "$M" "$gone"
		assert_exit 2
	done
	run_dp explain "$M" CTRL
	assert_ok
	assert_stdout_has "7..4    MODE  0 slow, 1 fast, 2 turbo"
}

@test "variants: a device's const registers are read once, before names are looked up" {
	run_dp peek "dump:$RAW" -d "$F" CTRL.FAST DMAC --trace -r
	assert_exit 0
	assert_stdout "0x1
0x00000007"
	[[ $(jq -r '"\(.op)\(.path)"' <<<"$stderr" | tr '\n' ' ') == "RREV RCAP RCTRL RDMAC " ]]
	run_dp peek "dump:$RAW" -d "$F" TIMER.0
	assert_exit 2
	run_dp dump "dump:$RAW" -d "$F" --json
	assert_ok
	assert_json '[.registers[].path] == ["REV", "CAP", "CTRL", "DMAC"]'
	run_dp check "dump:$RAW" -d "$F" CTRL.FAST==1
	assert_ok
	run_dp poll "dump:$RAW" -d "$F" CTRL.MODE==turbo --timeout 0
	assert_exit 2
}

@test "variants: a batch reads them once, whatever it does" {
	run_dp batch -t "dump:$RAW" -d "$F" --trace -e CTRL.FAST -e CTRL.FAST -e 'let x = DMAC' \
		-e 'check DMAC==7' -q
	assert_exit 0
	[[ $(jq -r '"\(.op)\(.path)"' <<<"$stderr" | tr '\n' ' ') == "RREV RCAP RCTRL RCTRL RDMAC RDMAC " ]]
	run_dp batch -t "dump:$RAW" -d "$F" --check -e CTRL.EN --trace
	assert_exit 0
	[[ $stderr != *'"op"'* ]]
}

@test "variants: without a device names are those of the file, and a hint says so" {
	run_dp explain "$F" CTRL.OLD GONE
	assert_ok
	run_dp explain "$F" CTRL.FAST
	assert_exit 2
	assert_stderr_has "hint: 'variants' has variants, and which of them hold is known on the device"
	run_dp desc lint "$F"
	assert_ok
}

@test "variants: a layer has sequences of its own, with its names" {
	ORACLE_DESC=variant_seq
	expect_accesses <<-'END'
		seq run $T start -> R4/32=0 W4/32=3
		seq run $T stop  -> R4/32=0 W4/32=0
	END
	run_dp seq list "model:$DP_ROOT/tests/golden/variant_seq.yaml"
	assert_ok
	assert_stdout_has start stop
	# without a device the file is what it is without variants
	run_dp explain "$DP_ROOT/tests/golden/variant_seq.yaml" CTRL
	refute_stdout_has FAST
}
