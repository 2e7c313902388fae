#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# CLI.md section 3, "What decides where two readings are possible": each sentence is a test, and
# each reading in it is told apart by what the register model saw.
# shellcheck disable=SC2154,SC2016 # status, output, stderr come from bats; $x is batch's own

load ../lib/common
load ../lib/oracle
load ../lib/table

D=$DP_ROOT/tests/golden/readings.yaml

setup() {
	dp_setup
	STATE=$BATS_TEST_TMPDIR/state T=model:$D@$STATE
}

# seen - what was accessed since the last call, as words: R14/32 W14/32=11 Rextra+10/32
seen() {
	[[ ! -s $STATE.log ]] || jq -rs 'map(.op + (if .space == "main" then "" else .space + "+" end) +
		(.offset | ltrimstr("0x") | sub("^0+(?=.)"; "")) + "/\(.width)" +
		(if .op == "W" then "=" + (.value | ltrimstr("0x") | sub("^0+(?=.)"; "")) else "" end)) |
		join(" ")' "$STATE.log"
	rm -f "$STATE" "$STATE.log"
}

# means ACCESSES VERB OPERAND... - the command is done, by these accesses, from the reset state
means() {
	local want=$1
	row
	rm -f "$STATE" "$STATE.log"
	dp "$2" "$T" "${@:3}"
	[[ $status == 0 ]] || row_failed "expected exit 0"
	got=$(seen)
	[[ $got == "$want" ]] || row_failed "expected the accesses: $want" "got: $got"
}

# refused MESSAGE HINT VERB OPERAND... - it is exit 2 with parts of message and hint (- = any, or none),
# and nothing is accessed
refused() {
	row
	rm -f "$STATE" "$STATE.log"
	dp "$3" "$T" "${@:4}"
	[[ $status == 2 && ${stderr_lines[0]} == "devpoke: "*"$1"* ]] || row_failed "expected exit 2: $1"
	[[ $2 == - || ${stderr_lines[1]-} == "hint: "*"$2"* ]] || row_failed "expected the hint: $2"
	[[ -z $(seen) ]] || row_failed "something was accessed"
}

# batch_means ACCESSES LINE... - likewise of lines in a batch with the target in force
batch_means() {
	local want=$1
	shift
	row
	rm -f "$STATE" "$STATE.log"
	status=0
	printf '%s\n' "$@" | "$DEVPOKE_BIN" batch -t "$T" >"$BATS_TEST_TMPDIR/.out" 2>"$BATS_TEST_TMPDIR/.err" || status=$?
	_took "batch: $*"
	got=$(seen)
	[[ $status == 0 && $got == "$want" ]] || row_failed "expected the accesses: $want" "got: $got"
}

# ----------------------------------------------------------- the first part

@test "the first part is a reserved space, a space of the description, a block, a register, in this order" {
	means R14/32 peek main+0x14
	means Rextra+10/32 peek extra+0x10
	means Rextra+10/32 peek SIDE
	means R104/32 peek unit0+4
	means R104/32 peek unit0.STATUS
	means R18/32 peek CTRL+4
	means Rextra+10/32 peek bar2+0x10
	refused "has no space 'bar1'" "it has main extra" peek bar1+0x10
	refused "has no space 'cfg'" "it has main extra" peek cfg.COMMAND
	rows_passed 9
}

@test "reserved spaces are exact lower case: DMA and PORT are registers, dma and port are not" {
	means R20/32 peek DMA
	means R1c/32 peek PORT
	means R20/32 peek Dma
	means R1c/32 peek pORT
	refused "'dma' takes the name of a buffer" - peek dma
	refused "no buffer 'DATA'" - peek dma.DATA
	refused "no space 'port'" "it has main extra" peek port+0
	refused "no space 'mem'" "it has main extra" peek mem+0
	rows_passed 8
}

@test "one namespace per description: a block, register or space of one name is refused by lint" {
	local text
	for text in 'registers: {uart: {offset: 0}}' 'spaces: {main: {kind: registers, size: 16}, R: {kind: registers, size: 16}}' \
		'registers: {main: {offset: 0}}' 'registers: {cfg: {offset: 0}}' 'registers: {R: {offset: 0}, r: {offset: 4}}'; do
		row
		{
			printf 'schema: 1\ndevice: {name: x, title: x, ref: none}\n'
			[[ $text == spaces* ]] || echo 'spaces: {main: {kind: registers, size: 0x1000}}'
			[[ $text == registers* ]] || echo 'registers: {R: {space: main, offset: 0}}'
			printf '%s\nblocks: {uart: {use: t, at: main+0x100}}\ntypes: {t: {registers: {A: {offset: 0}}}}\n' "$text"
		} >"$BATS_TEST_TMPDIR/x.yaml"
		dp desc lint "$BATS_TEST_TMPDIR/x.yaml"
		[[ $status == 1 && $output == *"x.yaml:"*"'"* ]] || row_failed "expected a clash of names in: $text"
	done
	rows_passed 5
}

@test "a field named like a register is the field behind its register's dot, the register alone" {
	means "R14/32 W14/32=110" poke CTRL.B=1
	means W24/32=1 poke B=1
	means "R14/32 W14/32=90" poke CTRL.PORT=1
	means W1c/32=1 poke PORT=1
	rows_passed 4
}

# --------------------------------------------------------- offsets and '+='

@test "an OFFSET has something on the left of its +, or stands alone in main" {
	means R14/32 peek 0x14
	means R14/32 peek main+0x14
	means R14/32 peek 20
	means R18/32 peek CTRL+4
	means R18/32 peek 0x14+4
	refused "'+4' is not a path" - peek +4
	refused "an offset starts with a digit" - peek CTRL+B
	rows_passed 6
}

@test "+= is always the operator, ^= too" {
	means "R14/32 W14/32=1010" poke CTRL.SUM+=1
	means "R18/32" peek CTRL+4
	means W1c/32=5 poke CTRL+8=5
	means "R24/32 W24/32=28" poke B+=4
	means "R14/32 W14/32=11" poke CTRL.EN^=1
	refused "an offset starts with a digit" - poke CTRL++=4
	rows_passed 6
}

@test "main without a description is the lowest implemented memory" {
	printf '\1\2\3\4\5\6\7\10' >"$BATS_TEST_TMPDIR/bytes"
	run_dp peek "dump:$BATS_TEST_TMPDIR/bytes" main+4 4 0/u16 -r
	assert_ok
	assert_stdout $'0x08070605\n0x08070605\n0x0201'
	run_dp peek "dump:$BATS_TEST_TMPDIR/bytes@bar0" main+4 bar0+4 -r
	assert_exit 0
	assert_stdout $'0x08070605\n0x08070605'
}

# -------------------------------------------------------------------- ranges

@test ".. is one token, read before ." {
	means "R14/32 R1c/32" peek CTRL..PORT
	means "R40/32 R44/32 R48/32" peek RAL.0..RAL.2
	means "R100/8 R104/32" peek unit0.DATA..unit0.STATUS
	refused "a name is missing" - peek CTRL...PORT
	rows_passed 4
}

@test "the right side of .. is a whole path; a digit starts an OFFSET in the left side's space; nothing else is inherited" {
	means "R14/32 R1c/32" peek CTRL..0x1c
	means "Rextra+10/32" peek extra+0..0x10
	means "Rextra+10/32" peek extra+0..+0x20
	means "R40/32 R44/32" peek RAL.0..+8
	refused "no register or space 'STATUS'" "" peek unit0.DATA..STATUS
	# 2 is not RAL.2, but an offset
	refused "goes downwards" "NAME[0..3]" peek RAL.0..2
	refused "two spaces" - peek CTRL..SIDE
	rows_passed 6
}

@test "slices stand in brackets only" {
	means "R44/32 R48/32" peek 'RAL[1..2]'
	means "R40/32 R44/32 R48/32 R4c/32" peek 'RAL[*]'
	means R44/32 peek RAL.1
	means R44/32 peek 'RAL[1]'
	refused "" "" peek RAL.1..2
	rows_passed 5
}

@test "bits are illegal in a range, whose ends are in one space and in order" {
	refused "a range has no bits" - peek CTRL:3..PORT
	refused "a range has no bits" - peek CTRL..PORT:3
	refused "two spaces" - peek CTRL..SIDE
	refused "goes downwards" "NAME[0..3]" peek PORT..CTRL
	means "R14/32" peek CTRL..CTRL
	rows_passed 5
}

@test "a path in a range may stop at a space, a block or an array" {
	means "R100/8 R104/32 R110/8 R114/32" peek unit0..unit1
	means "R40/32 R44/32 R48/32 R4c/32" peek RAL..RAL
	means "Rextra+10/32" peek extra..SIDE
	means "R38/64 R40/32 R44/32 R48/32 R4c/32" peek BASE..RAL
	rows_passed 4
}

# ------------------------------------------------------------ indices, bits

@test "an index on what is no array is exit 2 with the hint REG:3" {
	refused "'CTRL' is no array" "'CTRL:3'" peek CTRL.3
	refused "'CTRL' is no array" "'CTRL:3'" peek 'CTRL[3]'
	refused "'RAL' is an array" "'RAL.0'" poke RAL=1
	means R4c/32 peek RAL.3
	rows_passed 4
}

@test "REG.FIELD:n counts within the field, REG:n within the register" {
	means "R14/32 W14/32=30" poke CTRL.MODE:1=1 --force=enum
	means "R14/32 W14/32=12" poke CTRL:1=1 --force=reserved
	means "R14/32 W14/32=2010" poke CTRL.SUM:1=1
	refused "'CTRL.MODE' has no bit 3" "'CTRL.MODE:2'" peek CTRL.MODE:3
	row
	dp peek "$T" CTRL.MODE:0 CTRL:4 CTRL:7..4 CTRL.MODE:1..0 -r
	[[ $output == $'0x1\n0x1\n0x1\n0x1' ]] || row_failed "expected four ones"
	rows_passed 5
}

# ------------------------------------------------------------------- values

@test "left of the first = a / is a type, right of it a MASK; a division stands in parentheses" {
	means W14/8=11 poke 0x14/u8=0x11
	means "R14/32 W14/32=20" poke CTRL=0x20/0x70
	means W14/32=10 poke 'CTRL=(0x20/2)'
	means "R14/8 W14/8=11" poke 0x14/u8=1/1
	refused "a type belongs to an offset" "CTRL+0/u8" poke CTRL/u8=1
	rows_passed 5
}

@test "VALUE and MASK are unshifted in what the path names; a value outside its mask is exit 2" {
	means "R14/32 W14/32=2010" poke CTRL.SUM=2/3
	means "R14/32 W14/32=20" poke CTRL.MODE=2/7
	means "R14/32 W14/32=20" poke CTRL=0x20/0x70
	refused "outside its mask" - poke CTRL.SUM=4/3
	refused "outside its mask" - poke CTRL=2/0x70
	refused "mask '0x10' does not fit" - poke CTRL.SUM=0/0x10
	rows_passed 6
}

@test "after a whole-register value a comma field overrides its bits: one write, no read" {
	means W14/32=11 poke CTRL=0x10,EN=1
	means W14/32=f021 poke CTRL=0xf011,MODE=fast
	means W14/32=1010 poke CTRL=0xf010,SUM=1
	means "R14/32 W14/32=21" poke CTRL.EN=1,MODE=fast
	refused "has no field 'NOPE'" "'MODE'" poke CTRL=1,NOPE=1
	rows_passed 5
}

@test "a bare number is the raw field content; only one with a unit is scaled, and must convert exactly" {
	means "R68/32 W68/32=100003e8" poke RING.LEN=0x1000
	means "R68/32 W68/32=2003e8" poke RING.LEN=4K
	means "R68/32 W68/32=2003e8" poke RING.LEN=4096bytes
	means "R68/32 W68/32=80007d0" poke RING.DELAY=512us
	means "R68/32 W68/32=8000200" poke RING.DELAY=512
	means "R6c/32 W6c/32=4" poke COUNT.DEPTH=4
	means "R6c/32 W6c/32=3" poke COUNT.DEPTH=4entries
	refused "not exactly one of its steps" "nearest values" poke RING.LEN=100bytes
	refused "another unit" "its unit is bytes" poke RING.LEN=1ms
	means R6c/32 check COUNT.DEPTH==3
	means R6c/32 check COUNT.DEPTH==4entries
	means R68/32 check RING.DELAY==256us
	means R68/32 check RING.DELAY==1000
	row
	dp peek "$T" COUNT.DEPTH -r
	[[ $output == 0x0003 ]] || row_failed "expected the raw content"
	dp peek "$T" COUNT.DEPTH RING.DELAY --json
	jq -e '[.registers[] | .int, .scaled, .unit] == [3, 4, "entries", 1000, 256, "us"]' <<<"$output" >/dev/null ||
		row_failed "expected raw and scaled"
	rows_passed 14
}

@test "type address is typed, shown and compared as the address itself; low bits set are exit 2" {
	means "R38/64 W38/64=5000" poke BASE.ADDR=0x5000
	means "W38/64=5001" poke BASE=0x5001
	means "W70/32=1 W74/32=2000" poke WIDE=0x100002000
	refused "not a multiple of 0x1000" 0x5000 poke BASE.ADDR=0x5001
	refused "not a multiple of 0x1000" 0x5000 check BASE.ADDR==0x5001
	batch_means "R38/64 W38/64=5000 R38/64 R38/64" BASE.ADDR=0x5000 'check BASE.ADDR==0x5000' 'BASE.ADDR -r'
	[[ ${lines[-1]} == 0x*5000 ]] || row_failed "expected the address"
	rows_passed 6
}

@test "negative numbers are only for type int and fixed; a word of - and a digit is no option" {
	means "R60/32 W60/32=ff0000" poke TEMP.DELTA=-1
	means "R60/32 W60/32=f000" poke TEMP.VOLT=-16
	means R60/32 check TEMP.DELTA gt -1
	means R60/32 check TEMP.VOLT==0
	refused "it has no sign" - poke CTRL.SUM=-1
	refused "it has no sign" - check CTRL.SUM eq -1
	rows_passed 5
}

@test "a WORD is one of the field; of a register its flags, else its one-bit fields, the other bits 0" {
	means "R14/32 W14/32=20" poke CTRL.MODE=fast
	means W64/32=9 poke FLAGS=one+eight
	means W64/32=3 poke 'FLAGS=one|two'
	means W14/32=1 poke CTRL=EN
	means W14/32=181 poke CTRL=EN+B+PORT
	means R64/32 check FLAGS==0
	# more than one bit, no flag of it, no word of it
	refused "a word is a field of one bit" "'CTRL.MODE=N'" poke CTRL=MODE
	refused "'CTRL' has no word 'fast'" "" poke CTRL=fast
	refused "'FLAGS' has no word 'four'" "one, two, eight" poke FLAGS=one+four
	rows_passed 9
}

@test "(expr) has numbers, variables and C operators, 64 bits unsigned, overflow refused, no register names" {
	local row
	while read -r row; do
		means "W24/32=${row#* }" poke "B=(${row% *})"
	done <<-'END'
		1+2*3 7
		(1+2)*3 9
		7/2 3
		7%4 3
		1<<4|1 11
		0xff&~0xf f0
		6^3 5
		5>3 1
		1==2 0
		1?2:3 2
		!0 1
		0b101 5
		1_000 3e8
	END
	refused "may not use the name 'CTRL'" "never hides a read" poke 'B=(CTRL)'
	refused "does not fit into unsigned 64 bits" - poke 'B=(0xffffffffffffffff+1)'
	refused "does not fit into unsigned 64 bits" - poke 'B=(1-2)'
	refused "must stand" - poke 'B=(1=1)'
	batch_means "W24/32=7" 'let x = 3' 'B=($x*2+1)'
	rows_passed 18
}

@test "numbers: 0x, 0b, decimal and _; no octal, no overflow; times with a unit, 0 without; K M G are 1024s" {
	means W24/32=1f poke B=0x1f
	means W24/32=1f poke B=0b1_1111
	means W24/32=1f poke B=31
	means W24/32=3e8 poke B=1_000
	means W24/32=0 poke B=0
	refused "leading zero" "decimal" poke B=010
	refused "does not fit" - poke B=0x1_0000_0000
	refused "not a time with a unit" "only 0 needs no unit" poll CTRL.EN==0 --timeout 10
	means R14/32 poll CTRL.EN==0 --timeout 0
	batch_means "" 'let k = 4K' 'let m = 1M' 'let g = 2G' 'let t = 10ms' 'let z = 0' 'echo $k $m $g $t $z'
	[[ $output == "0x1000 0x100000 0x80000000 0x989680 0x0" ]] || row_failed "expected sizes and a time"
	rows_passed 9
}

# -------------------------------------------------- words of a line or a command

@test "let x = VALUE is a value, unless the text starts with a name or has a /type: then it is one peek" {
	batch_means "" 'let x = 0x14' 'echo $x'
	[[ $output == 0x14 ]] || row_failed "expected a number"
	batch_means "" 'let x = (0x28/2)' 'echo $x'
	[[ $output == 0x14 ]] || row_failed "expected a quotient"
	batch_means R14/32 'let x = CTRL' 'echo $x $x'
	[[ $output == "0x10 0x10" ]] || row_failed "expected the register's value"
	batch_means R14/32 'let x = CTRL.MODE' 'echo $x'
	[[ $output == 0x1 ]] || row_failed "expected the field's value"
	batch_means R14/8 'let x = 0x14/u8' 'echo $x'
	[[ $output == 0x10 ]] || row_failed "expected the byte"
	batch_means "" 'let x = 0x14' 'let y = $x' 'echo $y'
	[[ $output == 0x14 ]] || row_failed "expected the variable"
	rows_passed 6
}

@test "--unless takes the next word, or three when it holds no operator" {
	row
	dp poll "$T" CTRL.EN==1 --unless CTRL.MODE==slow --timeout 20s
	[[ $status == 1 && $output == *"ended by --unless"* ]] || row_failed "expected --unless to end it"
	dp poll "$T" --unless CTRL.MODE eq slow CTRL.EN==1 --timeout 20s
	[[ $status == 1 && $output == *"ended by --unless"* ]] || row_failed "expected --unless to end it"
	dp poll "$T" CTRL.EN eq 0 --unless CTRL.MODE==fast CTRL.MODE eq slow
	[[ $status == 0 ]] || row_failed "expected it met"
	rm -f "$STATE" "$STATE.log"
	refused "has no operator" "" poll CTRL.EN==1 --unless CTRL.MODE
	rows_passed 2
}

@test "in a batch a first word that is exactly a verb or built-in is that, else a path or an assignment" {
	batch_means R2c/32 'check+0 -r'
	[[ $output == 0x0000002c ]] || row_failed "expected the register check"
	batch_means W2c/32=1 check=1
	batch_means R2c/32 'peek check -r'
	batch_means R2c/32 'Check -r'
	batch_means R14/32 'check CTRL.EN==0'
	batch_means "" 'echo CTRL'
	[[ $output == CTRL ]] || row_failed "expected the built-in"
	batch_means R30/32 'peek echo -r'
	batch_means W30/32=2 echo=2
	batch_means "R14/32" CTRL
	batch_means "R14/32 W14/32=11" CTRL.EN=1
	rows_passed 10
}

@test "# starts a comment at the start of a word only" {
	batch_means "" 'echo a#b c #d'
	[[ $output == "a#b c" ]] || row_failed "expected a#b c"
	batch_means "" "echo '#d' \\#e \"#\"f"
	[[ $output == "#d #e #f" ]] || row_failed "expected quoted #"
	rows_passed 2
	run_dp batch -t "$T" -e 'CTRL# -r'
	assert_exit 2
	assert_stderr_has "'CTRL#' is not a path"
}

@test "-d alone gives unprefixed names, of several each is a block" {
	local ip=$DP_ROOT/tests/golden/ip.yaml
	means R54/32 peek CTRL -d "$ip@main+0x40"
	means "R34/32 R54/32" peek a.CTRL b.CTRL -d "a=$ip@main+0x20" -d "b=$ip@main+0x40"
	refused "CTRL" "" peek CTRL -d "a=$ip@main+0x20" -d "b=$ip@main+0x40"
	rows_passed 3
}

@test "-d ...@SPACE+OFFSET places also what says itself where it lies: its main, or its only space" {
	local one=$BATS_TEST_TMPDIR/one.yaml two=$BATS_TEST_TMPDIR/two.yaml
	printf 'schema: 1\ndevice: {name: one}\nspaces: {regs: {bar: 5, offset: 0x80, size: 0x20}}\nregisters: {A: {offset: 4}}\n' >"$one"
	printf 'schema: 1\ndevice: {name: two}\nspaces: {left: {bar: 0}, right: {bar: 1}}\nregisters: {A: {space: left, offset: 4}}\n' >"$two"
	means R44/32 peek A -d "$one@main+0x40"
	means "R24/32 R44/32" peek a.A b.A -d "a=$one@main+0x20" -d "b=$one@main+0x40"
	means R54/32 peek CTRL -d "$D@main+0x40"
	means Rextra+10/32 peek SIDE -d "$D@main+0x40"
	refused "'two' has several spaces and none is 'main': which lies at 'main'?" "without '@'" peek A -d "$two@main+0x40"
	rows_passed 5
}

@test "explain: a byte inside a register is told, whatever name its space goes by" {
	local path
	for path in 0x16 main+0x16 bar0+0x16; do
		run_dp explain "$T" "$path"
		assert_ok
		assert_stdout_has "byte 2 of CTRL, its bits 23..16"
	done
	run_dp explain "$T" main+0x16 -d "$DP_ROOT/tests/golden/ip.yaml@main+0x40"
	assert_stdout_has "byte 2 of CTRL, its bits 23..16"
	for path in 0x1234 bar0+0x1234; do
		run_dp explain nvme "$path"
		assert_stdout_has "perhaps SQTDBL: only the device can tell" "perhaps CQHDBL: only the device can tell"
	done
}

@test "raw access is u32; at a described offset it is that register, unless a type is given" {
	means R200/32 peek 0x200
	means R200/16 peek 0x200/u16
	means R28/16 peek 0x28
	means R28/8 peek 0x28/u8
	means R28/32 peek 0x28/u32
	means "R14/32 W14/32=11" poke 0x14:0=1
	means R18/32 peek 0x18
	[[ $stderr == *"note: reading 'CAUSE' clears it"* ]] || row_failed "expected the note of consent"
	row
	dp poke "$T" 0x18=1
	[[ $status == 5 && $stderr == *"'CAUSE' is read-only"* ]] || row_failed "expected the register's plan"
	row
	dp peek "$T" 0x14 -r
	[[ $output == 0x00000010 ]] || row_failed "expected CTRL"
	rows_passed 9
}

@test "types: u is the space's order, le and be are their own" {
	printf '\1\2\3\4\5\6\7\10' >"$BATS_TEST_TMPDIR/bytes"
	run_dp peek "dump:$BATS_TEST_TMPDIR/bytes" 0/u8 0/u16 0/u32 0/u64 0/le16 0/le32 0/le64 0/be16 0/be32 0/be64 -r
	assert_ok
	assert_stdout $'0x01\n0x0201\n0x04030201\n0x0807060504030201\n0x0201\n0x04030201\n0x0807060504030201\n0x0102\n0x01020304\n0x0102030405060708'
}

@test "names match exactly, else in any case when that is unambiguous" {
	means R14/32 peek ctrl
	means R14/32 peek ctrl.mode
	means R104/32 peek UNIT0.status
	means "R14/32 W14/32=20" poke ctrl.mode=FAST
	means R44/32 peek ral.1
	# exactly the space, not the register PORT
	refused "no space 'port'" "it has main extra" peek port+0
	rows_passed 6
}

@test "the first operand of sim start is the lab's name; a model's is refused with the right words" {
	run_dp sim start nvme
	assert_exit 2
	assert_stderr $'devpoke: \'nvme\' is a model, and the lab\'s name comes first\nhint: devpoke sim start lab nvme'
	run_dp sim start e1000e,netdev=x
	assert_exit 2
	assert_stderr_has "hint: devpoke sim start lab e1000e,netdev=x"
	[[ ! -e $DEVPOKE_RUNTIME ]]
}

@test "every PCI target has cfg beside its own description; capabilities are blocks in it, absent ones exit 2" {
	run_dp sim start two edu
	assert_exit 0
	run_dp peek sim:two/edu cfg.VENDOR_ID cfg+2/u16 cfg.COMMAND.MEM ID bar0+0 cfg.MSI.CTRL -r
	[[ $status == 0 && ${lines[0]} == 0x1234 && ${lines[1]} == 0x11e8 && ${lines[3]} == "${lines[4]}" ]] ||
		_assert_failed "expected ids of both"
	local words
	for words in "peek %s cfg.MSIX" "peek %s cfg.MSIX.CTRL" "peek %s cfg.MSIX+4" "dump %s cfg.MSIX" \
		"dump %s cfg.MSIX -w 8" "dump %s cfg.MSIX..+4" "poke %s cfg.MSIX.CTRL=0" \
		"check %s cfg.MSIX.CTRL==0" "poll %s cfg.MSIX.CTRL==0 --timeout 0"; do
		# shellcheck disable=SC2046,SC2059 # words
		run_dp $(printf "$words" sim:two/edu)
		assert_exit 2
		assert_stderr "devpoke: 'sim:two/edu0' has no 'cfg.MSIX': no such capability"
	done
	# a glob names nothing that must be there
	run_dp peek sim:two/edu 'cfg.MSI*.CTRL' --json
	assert_ok
	[[ $(jq -r '[.registers[] | select(.skipped == "absent") | .path | split(".")[1]] | unique[]' <<<"$output") == *MSIX* ]]
	run_dp sim stop two
}

@test "a read-only field that is named is refused, also when all bits of its register are named" {
	printf 'schema: 1\ndevice: {name: all}\nregisters: {R: {offset: 0, width: 8, fields: {A: {bits: 3..0, sw: ro}, B: 7..4}}}\n' \
		>"$BATS_TEST_TMPDIR/all.yaml"
	run_dp poke "model:$BATS_TEST_TMPDIR/all.yaml" R.B=1,A=2
	assert_exit 5
	assert_stderr_has "'R.A' is read-only"
	run_dp poke "model:$BATS_TEST_TMPDIR/all.yaml" R=0x10,A=2
	assert_exit 5
	run_dp poke "model:$BATS_TEST_TMPDIR/all.yaml" R=0x12
	assert_ok
}
