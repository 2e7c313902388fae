#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Memory layouts: each member touched is one store of its own width, in the order written.
# shellcheck disable=SC2016,SC2154,SC2034 # $T is the table's; status, output come from bats

load ../lib/common
load ../lib/oracle

setup() {
	dp_setup
	ORACLE_DESC=memory
	F=$DP_ROOT/tests/golden/memory.yaml
	M=model:$F
}

@test "memory: members behind a comma are stores of their own, in the order written" {
	expect_accesses <<-'END'
		poke $T ring.1.ADDR=0x1000,LEN=64      -> W110/64=1000 W118/16=40
		poke $T ring.1.LEN=64,ADDR=0x1000      -> W118/16=40 W110/64=1000
		poke $T ring.2.LEN=1,EOP=1,RS=1        -> W128/16=1 R12b/8=0 W12b/8=9
		!2poke $T ring.2.EOP=1,LEN=1          ->
		poke $T ring.0.CMD=0x9,LEN=2           -> W10b/8=9 W108/16=2
		poke $T ring.0.VLAN=5                  -> W10e/16=500
		poke $T one.A=0x11223344,B.1=3         -> W200/32=44332211 W206/16=300
		poke $T one.A.X=4,B.0.X=3              -> R200/32=0 W200/32=4000000 R204/16=0 W204/16=300
		peek $T ring.3.STA.DD                  -> R13c/8=0
		peek $T 'ring[*].LEN'                  -> R108/16=0 R118/16=0 R128/16=0 R138/16=0
		poke $T ring.0.LEN=1,ADDR=8 --dry-run  ->
	END
}

@test "memory: what is no member, or is ambiguous, or stands twice, writes nothing" {
	local row
	for row in 'ring.0.LEN=1,NOPE=2' 'ring.0.LEN=1,LEN=2' 'CTRL.EN=1,LEN=3' \
		'ring.0.LEN=1,CMD.NOPE=2' 'ring.0.LEN=1,STA' 'ring.0.LEN=1,LEN.X=2' 'one.A=1,B.2=1' \
		'ring.0.LEN+=1,EOP=1' 'ring.0.LEN=0x10000' 'ring.0.ADDR=1,LEN=0x10000'; do
		run_dp poke "$M@$BATS_TEST_TMPDIR/state" "$row"
		assert_exit 2
		[[ ! -e $BATS_TEST_TMPDIR/state.log ]]
	done
	run_dp poke "$M" 'ring.0.LEN=1,RSV=2'
	assert_exit 5
	run_dp poke "$M" one.B.0.X=4,A=3
	assert_ok
}

@test "memory: batch and JSON show each store" {
	run_dp batch -t "$M" -e 'ring.0.ADDR=0x10,LEN=3' -e ring.0.LEN -e 'ring.0.ADDR=0x10,LEN=3'
	assert_ok
	assert_stdout "ring.0.ADDR: -> 0x0000000000000010
ring.0.LEN: -> 0x0003
ring.0.LEN = 0x0003  3 bytes
ring.0.ADDR: -> 0x0000000000000010
ring.0.LEN: -> 0x0003"
	run_dp poke "$M" ring.0.ADDR=0x10,EOP=1 --json
	assert_ok
	assert_json '[.writes[].path] == ["ring.0.ADDR", "ring.0.CMD.EOP"]'
}
