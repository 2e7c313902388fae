#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Joined values of up to 128 bits: typed, shown, compared, written part by part; and the part
# that latches the others is read first and written last.
# shellcheck disable=SC2016,SC2154,SC2034 # $T is the table's; status, output come from bats

load ../lib/common
load ../lib/oracle

U=f81d4fae-7dec-11d0-a765-00a0c91e6bf6

setup() {
	dp_setup
	ORACLE_DESC=wide
	F=$DP_ROOT/tests/golden/wide.yaml
	M=model:$F@$BATS_TEST_TMPDIR/state
}

@test "wide: each part is one access of its own width, in the order of the list" {
	expect_accesses <<-'END'
		peek $T UUID                      -> R0/32=11223344 R4/32=11223344 R8/32=11223344 Rc/32=11223344
		poke $T UUID=f81d4fae-7dec-11d0-a765-00a0c91e6bf6 -> W0/32=f81d4fae W4/32=7dec11d0 W8/32=a76500a0 Wc/32=c91e6bf6
		+poke $T UUID=0xf81d4fae7dec11d0a76500a0c91e6bf6 --verify -> W0/32=f81d4fae W4/32=7dec11d0 W8/32=a76500a0 Wc/32=c91e6bf6 R0/32=f81d4fae R4/32=7dec11d0 R8/32=a76500a0 Rc/32=c91e6bf6
		poke $T UUID:127..120=0x12        -> R0/32=11223344 W0/32=12223344
		toggle $T UUID:64                 -> R4/32=11223344 W4/32=11223345
		poke $T UUID=1/0x1_0000_0000_0000_0001 -> R4/32=11223344 W4/32=11223344 Rc/32=11223344 Wc/32=11223345
		poke $T UUID^=0x8000_0000_0000_0000_0000_0000_0000_0000 -> R0/32=11223344 W0/32=91223344
		poke $T RAW=340282366920938463463374607431768211455 -> W28/64=ffffffffffffffff W20/64=ffffffffffffffff
		poke $T TEXT:127..120=0x41        -> W1f/8=41
		check $T UUID:127==0 'UUID>5' UUID:31..0==0x11223344 -> R0/32=11223344 R4/32=11223344 R8/32=11223344 Rc/32=11223344
		!2poke $T UUID=1 UUID=f81d4fae    ->
		poke $T UUID=1 --dry-run          ->
	END
}

@test "latch: its part is read first, the others behind it in the order asked for" {
	expect_accesses <<-'END'
		peek $T PLAIN      -> R38/32=77770003 R34/32=4 R30/32=5
		peek $T TIME       -> R30/32=5 R38/32=77770003 R34/32=4
		peek $T TIME:79..64 -> R30/32=5 R38/32=77770003 R34/32=4
		peek $T BACK       -> R38/32=77770003 R30/32=5 R34/32=4
		peek $T MID        -> R34/32=4 R30/32=5 R38/32=77770003
		peek $T TICKS      -> R50/32=8 R54/32=7
		peek $T PHYS       -> W60/32=8020000 R60/32=18021111 R60/32=18021111 W60/32=8030000 R60/32=18032211 R60/32=18032211
		check $T TIME!=0 TIME:0==1 -> R30/32=5 R38/32=77770003 R34/32=4
	END
}

@test "latch: it is written last, and what has to be read is read before the first write" {
	expect_accesses <<-'END'
		poke $T PLAIN=0x123456789abcdef01122 -> R38/32=77770003 W38/32=77771234 W34/32=56789abc W30/32=def01122
		poke $T TIME=0x123456789abcdef01122 -> R38/32=77770003 W38/32=77771234 W34/32=56789abc W30/32=def01122
		poke $T BACK=0x123456789abcdef01122 -> R38/32=77770003 W30/32=def01122 W34/32=56789abc W38/32=77771234
		poke $T MID=0x123456789abcdef01122 -> R38/32=77770003 W30/32=def01122 W38/32=77771234 W34/32=56789abc
		poke $T TIME=9 --readback           -> R38/32=77770003 W38/32=77770000 W34/32=0 W30/32=9 R30/32=9 R38/32=77770000 R34/32=0
		poke $T TIME:79..64=9              -> R30/32=5 R38/32=77770003 R34/32=4 W38/32=77770009 W34/32=4 W30/32=5
		poke $T TIME:31..0=9               -> R30/32=5 R38/32=77770003 R34/32=4 W38/32=77770003 W34/32=4 W30/32=9
		poke $T TIME:31..0=9 --others zero -> W38/32=0 W34/32=0 W30/32=9
		toggle $T TIME:70                  -> R30/32=5 R38/32=77770003 R34/32=4 W38/32=77770043 W34/32=4 W30/32=5
		poke $T PHYS=0x1234                -> W60/32=8020000 R60/32=18021111 R60/32=18021111 W60/32=8030000 R60/32=18032211 R60/32=18032211 W60/32=4032212 R60/32=14032212 W60/32=4021134 R60/32=14021134
		poke $T PHYS:15..8=1               -> W60/32=8020000 R60/32=18021111 R60/32=18021111 W60/32=8030000 R60/32=18032211 R60/32=18032211 W60/32=4032201 R60/32=14032201 W60/32=4021111 R60/32=14021111
		!5poke $T MIXED:31..0=9            ->
		!5poke $T TICKS:31..0=1 --force=ro ->
		!5poke $T TICKS=1                  ->
	END
}

@test "wide: a whole poke of a latched value puts back what it reads in one order" {
	run_dp poke "$M" TIME:63..32=0x99
	assert_ok
	assert_stdout "TIME: -> 0x00030000009900000005"
	run_dp poke "$M" TIME:31..0=1
	assert_stdout "TIME: 0x00030000009900000005 -> 0x00030000009900000001"
	run_dp peek "$M" TIME TOP -r
	assert_stdout "0x00030000009900000001
0x77770003"
}

@test "wide: every type shows itself, in each form" {
	run_dp poke "$M" UUID=$U RAW=0x7f6f6e6d6c6b6a696867666564636261
	assert_ok
	run_dp peek "$M" UUID TEXT DUMP SUM RAW
	assert_ok
	assert_stdout "UUID = 0xf81d4fae7dec11d0a76500a0c91e6bf6  $U
TEXT = 0x61616161616161616161616161616161  aaaaaaaaaaaaaaaa
DUMP = 0x7f6f6e6d6c6b6a696867666564636261  61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e 6f 7f
SUM = 0x7f6f6e6d6c6b6a696867666564636261
RAW = 0x7f6f6e6d6c6b6a696867666564636261"
	run_dp peek "$M" UUID RAW -f dec
	assert_stdout "329800735698586629295641978511506172918
169390540150462036102792252596152394337"
	run_dp peek "$M" UUID -f text
	assert_stdout "$U"
	run_dp peek "$M" UUID -f sh
	assert_stdout "UUID=0xf81d4fae7dec11d0a76500a0c91e6bf6"
	run_dp poke "$M" RAW=1 -q
	run_dp peek "$M" RAW -f bin BOOT
	assert_stdout "0b$(printf '0%.0s' {1..127})1
0b$(printf '0%.0s' {1..127})1"
	run_dp peek "$M" BOOT SPAN
	assert_stdout "BOOT = 0x00000000000000000000000000000001  golden
SPAN = 0x00000000000000000000000000000001  1 ms"
	run_dp poke "$M" SUM=-5 -q
	run_dp peek "$M" SUM FIX BCD
	assert_stdout "SUM = 0xfffffffffffffffffffffffffffffffb  -5
FIX = 0xfffffffffffffffffffffffffffffffb  -2.710505431e-19  -2.71050543121376e-19
BCD = 0xfffffffffffffffffffffffffffffffb"
	run_dp poke "$M" FIX=0xfffffffffffffffe8000000000000000 BCD=0x12345678901234567890123456789012 -q
	run_dp peek "$M" BCD -f text
	assert_stdout "12345678901234567890123456789012"
}

@test "wide: JSON has 32 digits as a string, and no number that JSON cannot hold" {
	run_dp poke "$M" UUID=$U --json
	assert_ok
	assert_json '.writes[0] == {"path": "UUID", "old": null, "written": "0xf81d4fae7dec11d0a76500a0c91e6bf6", "readback": null, "protected": []}'
	run_dp peek "$M" UUID RAW UUID:127..96 --json
	assert_ok
	assert_json '.registers[0] | .value == "0xf81d4fae7dec11d0a76500a0c91e6bf6" and .text == "'$U'" and .width == 128 and (has("int") | not)'
	assert_json '.registers[1] | .value == "0x00000000000000000000000000000000" and .int == 0'
	assert_json '.registers[2] | .value == "0xf81d4fae" and .int == 4162670510 and .bits == "127..96"'
	run_dp poll "$M" RAW==0x1_0000_0000_0000_0000 --timeout 0 --json
	assert_exit 1
	assert_json '.conditions[0] | .want == "0x00000000000000010000000000000000" and .value == "0x00000000000000000000000000000000" and .met == false'
	assert_stderr_has "RAW still 0 at one look (last RAW=0x00000000000000000000000000000000)"
	run_dp explain "$M" TIME --json
	assert_ok
	assert_json '.items[0] | .path == "TIME" and .width == 80'
}

@test "wide: ordering looks at all bits, signed for an int" {
	run_dp poke "$M" RAW=0x8000_0000_0000_0000_0000_0000_0000_0000 -q
	local cond
	for cond in 'RAW>0x7fffffffffffffffffffffffffffffff' 'RAW>=0x80000000000000000000000000000000' \
		'RAW<170141183460469231731687303715884105729' 'RAW!=0' 'SUM<0' 'SUM<-1' \
		'SUM==-170141183460469231731687303715884105728' 'SUM<0x7fffffffffffffffffffffffffffffff' \
		'UUID==11223344-1122-3344-1122-334411223344' 'UUID==0x11223344112233441122334411223344'; do
		run_dp check "$M" "$cond"
		assert_ok
	done
	for cond in RAW==0 'RAW<1' 'RAW>0x80000000000000000000000000000000' 'SUM>0' 'SUM>-1' \
		'UUID==11223344-1122-3344-1122-334411223345' 'UUID!=11223344-1122-3344-1122-334411223344'; do
		run_dp check "$M" "$cond"
		assert_exit 1
	done
}

# refused CODE SENTENCE WORD... - exit 2, and nothing was touched
refused() {
	local code=$1 text=$2
	shift 2
	run_dp "$@"
	assert_exit 2
	assert_stderr_has "$text"
	[[ ! -e $BATS_TEST_TMPDIR/state.log ]]
	run_dp "$@" --json
	assert_json ".error.code == \"$code\""
}

@test "wide: what does not fit, or is no UUID, is one sentence with value and limit" {
	local big=0x100000000000000000000000000000000
	refused value "'$big' does not fit into 128 bits" poke "$M" RAW=$big
	refused value "'340282366920938463463374607431768211456' does not fit into 128 bits" check "$M" RAW==340282366920938463463374607431768211456
	refused value "'0x100000000000000000000' does not fit into 'TIME' (80 bits, at most 0xffffffffffffffffffff)" poke "$M" TIME=0x100000000000000000000
	refused value "'170141183460469231731687303715884105728ms' is no value for 'RAW': that is a unit" poke "$M" RAW=170141183460469231731687303715884105728ms
	refused value "at least -170141183460469231731687303715884105728)" poke "$M" SUM=-170141183460469231731687303715884105729
	refused value "has no sign" poke "$M" RAW=-1
	refused value "8-4-4-4-12 hex digits" poke "$M" UUID=f81d4fae-7dec-11d0-a765
	refused value "8-4-4-4-12 hex digits" poke "$M" UUID=f81d4fae-7dec-11d0-a765-00a0c91e6bf60
	refused value "8-4-4-4-12 hex digits" poke "$M" UUID=f81d4fae-7dec-11d0-a76500a0c91e6bf6---
	refused value "8-4-4-4-12 hex digits" check "$M" UUID==g81d4fae-7dec-11d0-a765-00a0c91e6bf6
	refused value "'RAW' has no word 'f81d4fae'" poke "$M" RAW=$U
	refused value "'UUID' has no word 'nobody'" poke "$M" UUID=nobody
	refused value "mask '0x100000000000000000000' does not fit into 'TIME' (80 bits, at most 0xffffffffffffffffffff)" poke "$M" TIME=0/0x100000000000000000000
	refused value "value 0x20000000000000000 of 'RAW' has bits outside its mask 0x1" poke "$M" RAW=0x20000000000000000/1
	refused value "cannot be converted exactly" poke "$M" SPAN=340282366920938463463374607431768211455ms
	refused range "'RAW:128' names bit 128; 127 is the last" peek "$M" RAW:128
	refused range "'TIME' has no bit 80; it has 80 bits" peek "$M" TIME:80
	refused usage "'+=' cannot carry over" poke "$M" RAW+=1
	run_dp poke "$M" BOOT=0x10000000000000001
	assert_exit 5
	assert_stderr_has "no word of 'BOOT' is 0x10000000000000001"
}

@test "wide: decode, offline, of numbers and of lines" {
	run_dp decode "desc:$F" UUID 0xf81d4fae7dec11d0a76500a0c91e6bf6
	assert_ok
	assert_stdout "UUID = 0xf81d4fae7dec11d0a76500a0c91e6bf6  $U"
	run_sh "printf '0x1\n329800735698586629295641978511506172918\n' | '$DEVPOKE_BIN' decode 'desc:$F' UUID - -f text"
	assert_ok
	assert_stdout "00000000-0000-0000-0000-000000000001
$U"
	run_dp decode "desc:$F" TIME 0x80000000000000000001 --bits
	assert_ok
	assert_stdout_has "   79 78 77 76 75 74 73 72 71 70 69 68 67 66 65 64
  +-----------------------------------------------+
  | 1  0  0  0  0"
	assert_stdout_has "  | 0  0  0  0  0  0  0  0  0  0  0  0  0  0  0  1|"
	run_dp decode "desc:$F" UUID 1 --bits
	assert_stdout_has "           124         120         116         112
  +----"
	run_dp decode "desc:$F" TIME 0x100000000000000000000
	assert_exit 2
	assert_stderr_has "does not fit into 'TIME' (80 bits)"
	run_dp decode "desc:$F" UUID 0x100000000000000000000000000000000
	assert_exit 2
	assert_stderr_has "does not fit into 128 bits"
}

@test "wide: explain names every part, and the one that latches" {
	run_dp explain "desc:$F" TEXT
	assert_ok
	assert_stdout_has "joins NAME.15, NAME.14, NAME.13, NAME.12, NAME.11, NAME.10, NAME.9, NAME.8, NAME.7, NAME.6, NAME.5, NAME.4, NAME.3, NAME.2, NAME.1, NAME.0"
	run_dp explain "desc:$F" PHYS
	assert_stdout_has "joins PHI.A, PLO.A; reading PLO.A latches the others"
	run_dp explain "desc:$F" PLAIN
	refute_stdout_has latches
}

@test "wide: batch, its cache, and variables that only stand alone" {
	run_dp batch -t "$M" -e UUID -e UUID -e UUID=$U -e UUID -e 'let u = UUID' -e 'RAW=$u' \
		-e RAW -e 'echo u is $u' -e 'let v = $u' -e 'check RAW==$v' -e 'decode UUID $v' \
		-e 'let big = 0x1_0000_0000_0000_0000' -e 'RAW=$big' -e 'RAW:64'
	assert_ok
	assert_stdout "UUID = 0x11223344112233441122334411223344  11223344-1122-3344-1122-334411223344
UUID = 0x11223344112233441122334411223344  11223344-1122-3344-1122-334411223344
UUID: -> 0xf81d4fae7dec11d0a76500a0c91e6bf6
UUID = 0xf81d4fae7dec11d0a76500a0c91e6bf6  $U
RAW: -> 0xf81d4fae7dec11d0a76500a0c91e6bf6
RAW = 0xf81d4fae7dec11d0a76500a0c91e6bf6
u is 0xf81d4fae7dec11d0a76500a0c91e6bf6
RAW = 0xf81d4fae7dec11d0a76500a0c91e6bf6  yes
UUID = 0xf81d4fae7dec11d0a76500a0c91e6bf6  $U
RAW: -> 0x00000000000000010000000000000000
RAW:64 = 0x1"
	run_dp batch -t "$M" -e 'let u = UUID' -e 'RAW=($u+1)'
	assert_exit 2
	assert_stderr_has "'\$u' has more than 64 bits, too many to compute with"
	run_dp batch -t "$M" -e 'let u = UUID' -e 'LO=$u'
	assert_exit 2
	assert_stderr_has "does not fit into 64 bits"
	run_dp batch -t "$M" -e 'let u = 0x100000000000000000000000000000000'
	assert_exit 2
	assert_stderr_has "does not fit into 128 bits"
}

@test "wide: steps of a sequence write, compare and log them, with arguments" {
	run_dp seq run "$M" name --until same
	assert_ok
	run_dp seq run "$M" name --steps
	assert_exit 1
	assert_stdout_has "3 log  UUID = 0xf81d4fae7dec11d0a76500a0c91e6bf6  $U"
	assert_stderr_has "step 5 'wrong': UUID==0x1122334455667788990011223344 is false, last value 0xf81d4fae7dec11d0a76500a0c91e6bf6"
	run_dp seq run "$M" name id=11111111-2222-3333-4444-555555555555 --until same --json
	assert_ok
	assert_json '.steps[0].value == "0x11111111222233334444555555555555"'
	run_dp seq run "$M" name id=11111111-2222-3333-4444-55555555555
	assert_exit 2
	assert_stderr_has "8-4-4-4-12 hex digits"
}

@test "wide: watch tells a change in any bit" {
	local out=$BATS_TEST_TMPDIR/out pid
	"$DEVPOKE_BIN" watch "$M" RAW SUM --interval 1ms --count 2 -q >"$out" 2>&1 &
	pid=$!
	until grep -q SUM "$out"; do kill -0 $pid; done
	run_dp poke "$M" RAW:127=1
	assert_ok
	wait $pid
	run_sh "cat '$out'"
	assert_stdout_has "RAW = 0x00000000000000000000000000000000"
	assert_stdout_has "RAW 0x00000000000000000000000000000000 -> 0x80000000000000000000000000000000"
	assert_stdout_has "SUM 0x00000000000000000000000000000000 -> 0x80000000000000000000000000000000"
}

@test "wide: a snapshot has the registers, from which the value is joined again" {
	run_dp poke "$M" UUID=$U TIME=0x123456789abcdef01122
	run_dp snap "$M" -o "$BATS_TEST_TMPDIR/a.snap"
	assert_ok
	run_dp peek "dump:$BATS_TEST_TMPDIR/a.snap" UUID TIME -r
	assert_ok
	assert_stdout "0xf81d4fae7dec11d0a76500a0c91e6bf6
0x123456789abcdef01122"
	run_dp poke "$M" UUID:127=0 TIME:79=1 -q
	run_dp diff "$BATS_TEST_TMPDIR/a.snap" "$M"
	assert_exit 1
	assert_stdout_has "ID.0"
	assert_stdout_has "TOP.BITS"
	refute_stdout_has UUID
	run_dp restore "$M" "$BATS_TEST_TMPDIR/a.snap"
	assert_ok
	run_dp peek "$M" UUID TIME -r
	assert_stdout "0xf81d4fae7dec11d0a76500a0c91e6bf6
0x123456789abcdef01122"
	run_dp snap "$M" UUID -o "$BATS_TEST_TMPDIR/b.snap"
	assert_exit 2
	assert_stderr_has "'UUID' is joined of several registers: name those"
	[[ ! -e $BATS_TEST_TMPDIR/b.snap ]]
}

@test "joins of types: a uuid in a memory layout, a latched counter in each channel" {
	ORACLE_DESC=wide_types
	expect_accesses <<-'END'
		poke $T ns.2.NGUID=01234567-89ab-cdef-0123-456789abcdef -> W150/64=efcdab8967452301 W158/64=efcdab8967452301
		+peek $T ns.2.NGUID -> R150/64=efcdab8967452301 R158/64=efcdab8967452301
		peek $T ch.1.COUNT -> R208/32=0 R20c/32=0
		poke $T ch.0.COUNT=0x123456789 -> W204/32=1 W200/32=23456789
	END
}
