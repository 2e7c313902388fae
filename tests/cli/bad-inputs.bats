#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Bad input, in tables: exit code, one line that says why, one hint or none, and nothing
# touched, as the register model saw it.
# shellcheck disable=SC2154,SC2016 # status, output, stderr come from bats; $x stays as it is

load ../lib/common
load ../lib/table

P=model:$DP_ROOT/tests/golden/paths.yaml

setup_file() {
	export FILES=$BATS_FILE_TMPDIR/files OPEN VERBS
	VERBS=" $("$DEVPOKE_BIN" help --json | jq -r '.verbs[].name | split(" ")[0]' | sort -u | tr '\n' ' ')"
	mkdir "$FILES"
	(cd "$FILES" && "$DP_ROOT/tests/cli/bad-inputs.py" "$DP_ROOT/devices")
	# what a user who is nobody can read, wherever this tree lies
	OPEN=$(mktemp -d)
	chmod 755 "$OPEN"
	install -m 755 "$DEVPOKE_BIN" "$OPEN/devpoke"
	install -m 644 "$DP_ROOT/tests/golden/paths.yaml" "$OPEN/"
	install -m 600 "$DP_ROOT/tests/golden/paths.yaml" "$OPEN/secret.yaml"
	install -m 600 "$FILES/bytes" "$OPEN/secret"
	mkdir -m 700 "$OPEN/locked"
}

teardown_file() {
	rm -rf "$OPEN"
}

setup() {
	dp_setup
	STATE=$BATS_TEST_TMPDIR/state
}

# words TEXT - sets argv: M is the model with a state, P@FILE with another, @F the bad files
words() {
	local i
	eval "argv=(${1//@F/\$FILES})"
	for i in "${!argv[@]}"; do
		case ${argv[i]} in
		M) argv[i]=$P@$STATE ;;
		P@*) argv[i]=$P${argv[i]#P} ;;
		esac
	done
}

# trim NAME - blanks around the variable's text
trim() {
	local -n text=$1
	text=${text#"${text%%[! ]*}"}
	text=${text%"${text##*[! ]}"}
}

# judge EXIT MESSAGE HINT - what the command run last said; HINT - is any, or none
judge() {
	[[ $status == "$1" ]] || row_failed "expected exit $1"
	[[ ${stderr_lines[0]-} == "devpoke: "*"$2"* ]] || row_failed "expected on stderr: $2"
	[[ ${#stderr_lines[@]} -le 2 && ${stderr_lines[1]-hint: } == "hint: "* ]] ||
		row_failed "expected one line, and one hint or none"
	[[ $3 == - || ${stderr_lines[1]-} == *"$3"* ]] || row_failed "expected the hint: $3"
	[[ ! ${stderr_lines[1]-} =~ devpoke\ ([a-z]+) || $VERBS == *" ${BASH_REMATCH[1]} "* ]] ||
		row_failed "the hint names a verb that there is not"
}

# untouched - no access reached the model, no file came of it
untouched() {
	[[ -z $(accesses) ]] || row_failed "accesses: $(accesses)"
	[[ ! -e $STATE ]] || row_failed "a state was written"
	rm -f "$STATE" "$STATE.log"
}

# judge_docs - "EXIT DOCUMENT" lines of a table: each has an error whose code goes with its exit
judge_docs() {
	local bad
	bad=$(jq -Rr '
		{"2": ["usage", "value", "name", "range", "align"], "3": ["absent", "permission"],
		 "4": ["io", "lab"], "5": ["refused"]} as $codes |
		split(" ")[0] as $exit | . as $line | .[2:] | (try fromjson catch {}) |
		select((.schema == 1 and has("verb") and has("target") and
			(.error | type == "object" and keys == ["class", "code", "hint", "message"] and
			IN(.code; $codes[$exit][]) and (.message | length > 0) and
			((.class == null) == (.code != "refused")))) | not) | $line' \
		"$BATS_TEST_TMPDIR/docs")
	[[ -z $bad ]] || row_failed "expected an error that goes with the exit code:" "$bad"
}

# each_row LEAST - the table on stdin: EXIT | MESSAGE | HINT or - (any, or none) | COMMAND
each_row() {
	local code message hint command
	local -a argv
	while IFS='|' read -r code message hint command; do
		row
		trim message
		trim hint
		words "$command"
		dp "${argv[@]}"
		judge "${code// /}" "$message" "$hint"
		[[ -z $output ]] || row_failed "expected nothing on stdout"
		untouched
		dp "${argv[@]}" --json
		[[ $status == "${code// /}" ]] || row_failed "expected exit $code with --json"
		[[ ${#lines[@]} == 1 ]] || row_failed "expected one document"
		printf '%s %s\n' "$status" "$output" >>"$BATS_TEST_TMPDIR/docs"
		untouched
	done
	judge_docs
	rows_passed "$1"
}

@test "bad input: numbers" {
	each_row 25 <<'END'
2 | '010' has a leading zero    | in decimal without the zero | poke M CTRL=010
2 | '08' has a leading zero     | in decimal without the zero | poke M CTRL=08
2 | '00' has a leading zero     | in decimal without the zero | poke M CTRL=00
2 | '014' has a leading zero    | in decimal without the zero | peek M 014
2 | '01' has a leading zero     | in decimal without the zero | peek M RAL.01
2 | '0x' is not a number        | write 0x1f, 0b101 or 31     | poke M CTRL=0x
2 | '0xg' is not a number       | write 0x1f, 0b101 or 31     | poke M CTRL=0xg
2 | '0x1_' is not a number      | write 0x1f, 0b101 or 31     | poke M CTRL=0x1_
2 | '1_' is not a number        | write 0x1f, 0b101 or 31     | poke M CTRL=1_
2 | '1__0' is not a number      | write 0x1f, 0b101 or 31     | poke M CTRL=1__0
2 | 'CTRL' has no word '_1'     | its words are ERR, EN       | poke M CTRL=_1
2 | '0b' is not a number        | write 0x1f, 0b101 or 31     | poke M CTRL=0b
2 | '0b2' is not a number       | write 0x1f, 0b101 or 31     | poke M CTRL=0b2
2 | '0o17'                      | write the number itself     | poke M CTRL=0o17
2 | '1e3'                       | write the number itself     | poke M CTRL=1e3
2 | '1.5'                       | write the number itself     | poke M CTRL=1.5
2 | '18446744073709551616' does not fit into 64 bits   | - | poke M CAP=18446744073709551616
2 | '0x1_0000_0000_0000_0000' does not fit into 64     | - | poke M BASE=0x1_0000_0000_0000_0000
2 | '0x10000000000000000' does not fit into 64 bits    | - | peek M 0x10000000000000000
2 | '99999999999999999999' does not fit into 64 bits   | - | peek M RAL.99999999999999999999
2 | '0x100000000' does not fit into 'CTRL' (32 bits, at most 0xffffffff) | - | poke M CTRL=0x100000000
2 | '16' does not fit into 'CTRL.SUM' (4 bits, at most 0xf)              | - | poke M CTRL.SUM=16
2 | '2' does not fit into 'CTRL.EN' (1 bit, at most 0x1)                 | - | poke M CTRL.EN=2
2 | '-1' is no value for 'CTRL': it has no sign                          | - | poke M CTRL=-1
2 | '-129' does not fit into 'TEMP.DELTA'                                | - | poke M TEMP.DELTA=-129
2 | '-1' is not a number        | write 0x1f, 0b101 or 31     | peek M CTRL --count -1
2 | --count is at least 1       | devpoke peek -h             | peek M CTRL --count 0
2 | '1.5' is not a number       | write 0x1f, 0b101 or 31     | peek M CTRL --count 1.5
2 | '0x1_0000_0000' does not fit into 'CC' (32 bits)                     | - | decode nvme CC 0x1_0000_0000
2 | 'word' is not a number      | write 0x1f, 0b101 or 31     | decode nvme CC word
END
}

@test "bad input: assignments" {
	each_row 25 <<'END'
2 | 'CTRL' is given no value                   | -               | poke M CTRL=
2 | it has no '='                              | PATH=VALUE      | poke M CTRL
2 | its path is missing                        | -               | poke M =1
2 | it compares                                | devpoke check   | poke M CTRL==1
2 | '1=2' is no value for 'CTRL'               | the number      | poke M CTRL=1=2
2 | behind a comma stands FIELD=VALUE          | -               | poke M CTRL=1,
2 | behind a comma stands FIELD=VALUE          | -               | poke M CTRL=1,EN
2 | 'CTRL.EN' is given no value                | -               | poke M CTRL=1,EN=
2 | 'CTRL' has no field 'NOPE'                 | 'MODE'          | poke M CTRL=1,NOPE=1
2 | gives 'CTRL.EN' two values                 | -               | poke M CTRL=1,EN=1,EN=0
2 | mask '0' of 'CTRL' names no bit            | -               | poke M CTRL=1/0
2 | '' is not a number                         | write 0x1f      | poke M CTRL=1/
2 | 'x' is not a number                        | write 0x1f      | poke M CTRL=1/x
2 | has bits outside its mask 0x10             | -               | poke M CTRL=0x11/0x10
2 | mask '0x100000000' does not fit into       | -               | poke M CTRL=1/0x100000000
2 | '0x100000000' does not fit into 'CTRL'     | -               | poke M CTRL^=0x100000000
2 | 'CTRL' has no word 'x'                     | its words are   | poke M CTRL+=x
2 | '-' is left over                           | -               | poke M CTRL-=1
2 | 'CTRL.MODE' has no word 'medium'           | stop, slow, fast| poke M CTRL.MODE=medium
2 | 'CTRL.MODE' has no word 'fas'              | mean 'fast'     | poke M CTRL.MODE=fas
2 | 'CTRL' has no word 'NOPE'                  | its words are   | poke M CTRL=EN+NOPE
2 | 'CTRL' has no word 'NOPE'                  | its words are   | poke M 'CTRL=EN|NOPE'
2 | 'FLAGS' has no word 'four'                 | one, two, eight | poke M FLAGS=one+four
2 | 'CTRL.EN' has no word 'yes'                | it takes numbers| poke M CTRL.EN=yes
2 | '$x'                                       | -               | poke M 'CTRL=$x'
2 | '@ring'                                    | -               | poke M CTRL=@ring
2 | it is not a multiple of 0x1000             | 0x1000          | poke M BASE.ADDR=0x1001
2 | it is not exactly one of its steps         | nearest values  | poke M RING.LEN=1000B
2 | that is another unit                       | its unit is     | poke M RING.LEN=1000ms
2 | it is not exactly one of its steps         | nearest values  | poke M RING.DELAY=1us
2 | six pairs of hex digits                    | -               | poke M MAC=00:11:22:33:44
2 | six pairs of hex digits                    | -               | poke M MAC=00:11:22:33:44:5g
2 | 'some' is not a number                     | zero, reset     | poke M CTRL.EN=1 --others some
2 | does not fit into 'CTRL', 32 bits          | -               | poke M CTRL.EN=1 --others 0x100000000
2 | '=1' is left over                          | devpoke poke    | toggle M CTRL=1
END
}

@test "bad input: expressions" {
	each_row 9 <<'END'
2 | ends where ')' must stand           | -                  | poke M 'CTRL=(1'
2 | divides by zero                     | -                  | poke M 'CTRL=(1/0)'
2 | divides by zero                     | -                  | poke M 'CTRL=(1%0)'
2 | shifts by 64 bits or more           | -                  | poke M 'CTRL=(1<<64)'
2 | does not fit into unsigned 64 bits  | -                  | poke M 'CTRL=(0xffffffffffffffff+1)'
2 | does not fit into unsigned 64 bits  | -                  | poke M 'CTRL=(0-1)'
2 | does not fit into unsigned 64 bits  | -                  | poke M 'CTRL=(0x100000000*0x100000000)'
2 | may not use the name 'CTRL'         | never hides a read | poke M 'CTRL=(CTRL)'
2 | must stand                          | -                  | poke M 'CTRL=(1=2)'
2 | must stand                          | -                  | poke M 'CTRL=(1 2)'
2 | a name must stand                   | -                  | poke M 'CTRL=($)'
2 | '$nope'                             | -                  | poke M 'CTRL=($nope+1)'
END
}

@test "bad input: names, with what was meant" {
	each_row 25 <<'END'
2 | has no register or space 'CTLR'    | did you mean 'CTRL'?             | peek M CTLR
2 | 'CTRL' has no field 'MOED'         | did you mean 'MODE'?             | peek M CTRL.MOED
2 | 'CTRL.EN' has no part 'X'          | -                                | peek M CTRL.EN.X
2 | has no register or space 'uart2'   | did you mean 'uart0' or 'uart1'? | peek M uart2.DATA
2 | 'uart0' has no 'DTA'               | did you mean 'DATA'?             | peek M uart0.DTA
2 | has no register or space 'nospace' | devpoke find                     | peek M nospace+0
2 | has no register or space 'bar9'    |                                  | peek M bar9+0
2 | has no space 'bar1'                | it has main extra                | peek M bar1+0
2 | has no space 'cfg'                 | it has main extra                | peek M cfg.COMMAND
2 | 'CTRL' has no field 'NOPE'         | 'MODE'                           | explain M CTRL.NOPE
2 | has no register or space 'NOPE'    | 'NAME'                           | dump M NOPE
2 | has no register or space 'NOPE'    | 'NAME'                           | poll M NOPE==1
2 | --unless: '                        | 'NAME'                           | poll M CTRL.EN==0 --unless NOPE==1
2 | --timeout: '                       | 'NAME'                           | poll M CTRL.EN==0 --timeout NOPE
2 | 'Q*' matches nothing               | devpoke find                     | peek M 'Q*'
2 | 'CTRL.Q*' matches nothing          | did you mean 'CTRL'?             | peek M 'CTRL.Q*'
2 | matches nothing                    |                                  | dump M 'Q**'
2 | 'CTRL' is no array                 | 'CTRL:0'                         | peek M 'CTRL[0]'
2 | 'CTRL' is no array                 | 'CTRL:3'                         | peek M CTRL.3
2 | 'RAL' is an array                  | 'RAL.0'                          | poke M RAL=1
2 | 'uart0' is a block                 | 'uart0.NAME'                     | poke M uart0=1
2 | names many registers               | for verbs that read              | poke M 'RAL[0..2]=1'
2 | names many registers               | for verbs that read              | poke M 'C*=1'
2 | names many registers               | for verbs that read              | poke M CTRL..PORT=1
2 | names many registers               | for verbs that read              | poll M 'C*==1'
2 | names many registers               | for verbs that read              | decode nvme 'C*' 1
2 | 'AUX' is write-only                | explain                          | peek M AUX
2 | 'AUX' is write-only                | explain                          | poll M AUX==1
2 | no description 'nosuch'            | devpoke desc list                | explain nosuch CTRL
2 | no description 'nosuch'            | devpoke desc list                | find nosuch word
2 | no description 'nosuch'            | devpoke desc list                | desc show nosuch
2 | no description 'nvmee'             | did you mean 'nvme'?             | decode nvmee CC 1
2 | no description 'nosuch'            | devpoke desc list                | peek M CTRL -d nosuch
2 | no help on 'polls'                 | did you mean 'poll'?             | help polls
2 | info has sections                  | devpoke info -h                  | info M colour
END
}

@test "bad input: the form of a path" {
	each_row 25 <<'END'
2 | '' is not a path: it is empty             | -                     | peek M ''
2 | ' ' is not a path                         | -                     | peek M ' '
2 | ' ' is left over                          | no blanks             | peek M 'CTRL '
2 | a name is missing                         | -                     | peek M CTRL.
2 | a name is missing                         | -                     | peek M .CTRL
2 | is not a path                             | -                     | peek M CTRL..
2 | a name is missing                         | -                     | peek M ..CTRL
2 | a name is missing                         | -                     | peek M CTRL...PORT
2 | a name is missing                         | -                     | peek M +4
2 | a name is missing                         | -                     | peek M é
2 | an offset starts with a digit             | -                     | peek M CTRL+
2 | an offset starts with a digit             | -                     | peek M main+x
2 | brackets hold [3], [0..3] or [*]          | -                     | peek M 'RAL[]'
2 | brackets hold [3], [0..3] or [*]          | -                     | peek M 'RAL[x]'
2 | brackets hold [3], [0..3] or [*]          | -                     | peek M 'RAL[-1]'
2 | ']' is missing                            | -                     | peek M 'RAL[0'
2 | a slice goes upwards                      | -                     | peek M 'RAL[2..1]'
2 | bits are ':3' or ':7..4'                  | -                     | peek M CTRL:
2 | bits are ':3' or ':7..4'                  | -                     | peek M CTRL:x
2 | bits are written from high to low         | ':7..4'               | peek M CTRL:4..7
2 | a range has no bits                       | -                     | peek M CTRL:7..4..1
2 | a range has no bits                       | -                     | peek M CTRL:1..PORT
2 | 'u24' is not a type                       | u8 u16 u32 u64        | peek M 0x14/u24
2 | 'U32' is not a type                       | u8 u16 u32 u64        | peek M 0x14/U32
2 | '' is not a type                          | u8 u16 u32 u64        | peek M 0x14/
2 | '/u8' is left over                        | -                     | peek M 0x14/u32/u8
2 | a type belongs to an offset               | 'CTRL+0/u16'          | peek M CTRL/u16
2 | '=1' is left over                         |                       | peek M CTRL=1
2 | \x0aCTRL' is left over                    | -                     | peek M $'CTRL\nCTRL'
2 | \x1b[31m' is left over                    | -                     | peek M $'CTRL\e[31m'
2 | it is too long                            | -                     | peek M "$(printf 'A%.0s' {1..5000})"
END
}

@test "bad input: bounds, alignment and order" {
	each_row 20 <<'END'
2 | 'CTRL' has no bit 32; it has 32 bits           | 'CTRL:31'              | peek M CTRL:32
2 | 'CTRL.MODE' has no bit 3; it has 3 bits        | 'CTRL.MODE:2'          | peek M CTRL.MODE:3
2 | 'RAL.4' is beyond the end of the array         | -                      | peek M RAL.4
2 | 'RAL.4' is beyond the end of the array         | -                      | peek M 'RAL[4]'
2 | 'RAL' ends with element 3                      | -                      | peek M 'RAL[0..4]'
2 | offset 0x15 of 'main' is not a multiple of 4   | -                      | peek M 0x15
2 | offset 0x16 of 'main' is not a multiple of 4   | -                      | peek M 0x16/u32
2 | offset 0x14 of 'main' is not a multiple of 8   | -                      | peek M 0x14/u64
2 | '0x4000' is beyond the end of its space        | -                      | peek M 0x4000
2 | beyond the end of 'main', 0x4000 bytes         | -                      | peek M 0x3fff/u16
2 | beyond the end of 'main', 0x4000 bytes         | -                      | peek M 0x3ffd
2 | beyond the end of its space                    | -                      | peek M 0xffffffffffffffff
2 | beyond the end of its space                    | -                      | peek M 0xfffffffffffffffc
2 | 'CTRL+0x4000' is beyond the end                | -                      | peek M CTRL+0x4000
2 | the offset of 'CTRL+0xfffffffffffffffc' overflows | -                   | peek M CTRL+0xfffffffffffffffc
2 | 'extra+0x100' is beyond the end                | -                      | peek M extra+0x100
2 | 'phy+32' is beyond the end                     | -                      | peek M phy+32
2 | 'PORT..CTRL' goes downwards                    | NAME[0..3]             | peek M PORT..CTRL
2 | '0x10..0x8' goes downwards                     | NAME[0..3]             | dump M 0x10..0x8
2 | the ends of 'CTRL..AUX' are in two spaces      | -                      | peek M CTRL..AUX
2 | '0..+0x5000' ends beyond 'main'                | -                      | dump M 0..+0x5000
2 | are no whole words of 32 bits                  | -w 8                   | dump M 0..+6 -w 32
2 | are no whole words of 32 bits                  | -w 8                   | dump M 2..+8 -w 32
2 | are no whole words of 64 bits                  | -w 8                   | dump M CTRL -w 64
2 | -w is 8, 16, 32 or 64, not '12'                | devpoke dump -h        | dump M -w 12
2 | --hole is one byte, and 256 is more            | devpoke dump -h        | dump M 0..+4 --raw --hole 256
2 | -o and --hole go with --raw                    | devpoke dump -h        | dump M -o x
2 | offset 0x4000 is outside 'main'                | -                      | peek M CTRL -d "$DP_ROOT/tests/golden/ip.yaml@main+0x4000"
2 | is not a multiple of 4                         | -                      | peek M CTRL -d "$DP_ROOT/tests/golden/ip.yaml@main+2"
2 | has no space 'nosuch'                          | bars                   | peek M CTRL -d "$DP_ROOT/tests/golden/ip.yaml@nosuch+0"
2 | no description                                 | [NAME=]DESCRIPTION     | peek M CTRL -d x=
2 | no space after '@'                             | [NAME=]DESCRIPTION     | peek M CTRL -d widget@
END
}

@test "bad input: conditions, times and sizes" {
	each_row 20 <<'END'
2 | 'CTRL.EN' has no operator            | the shell may have eaten it | poll M CTRL.EN
2 | 'CTRL.EN' has no operator            | the shell may have eaten it | poll M CTRL.EN 1
2 | 'CTRL.EN' has no operator            | 'CTRL.EN gt 5'              | check M CTRL.EN
2 | 'CTRL.EN' has no operator            | the shell may have eaten it | poll M CTRL.EN EQ 1
2 | 'CTRL.EN' has no operator            | the shell may have eaten it | poll M CTRL.EN is 1
2 | 'CTRL.EN eq' has no value            | -                           | poll M CTRL.EN eq
2 | 'CTRL.EN=1' is not a condition       | 'CTRL.EN==1'                | poll M CTRL.EN=1
2 | 'CTRL.EN=>1' is not a condition      | == != < <= > >=             | poll M 'CTRL.EN=>1'
2 | 'CTRL.EN' is given no value          | -                           | poll M CTRL.EN==
2 | '' is not a path                     | -                           | poll M ==1
2 | '2' does not fit into 'CTRL.EN'      | -                           | poll M CTRL.EN==2
2 | 'CTRL.EN' has no word 'x'            | it takes numbers            | check M CTRL.EN==x
2 | 'CTRL.MODE' has no word 'medium'     | stop, slow, fast            | check M CTRL.MODE eq medium
2 | 'RAL' is an array                    | 'RAL.0'                     | poll M RAL==1
2 | '5' is not a time with a unit        | 100us, 10ms                 | poll M CTRL.EN==0 --timeout 5
2 | '5y' is not a time with a unit       | 100us, 10ms                 | poll M CTRL.EN==0 --timeout 5y
2 | '-5s' is not a time with a unit      | 100us, 10ms                 | poll M CTRL.EN==0 --timeout -5s
2 | '' is not a time with a unit         | 100us, 10ms                 | poll M CTRL.EN==0 --timeout ''
2 | '99999999999h' does not fit          | -                           | poll M CTRL.EN==0 --timeout 99999999999h
2 | 'CTRL.SUM' has no unit of time       | devpoke poll -h             | poll M CTRL.EN==0 --timeout CTRL.SUM
2 | 'x' is not a time with a unit        | 100us, 10ms                 | poll M CTRL.EN==0 --interval x
2 | '5' is not a time with a unit        | 100us, 10ms                 | sim start x --ttl 5
2 | 'check' has no option '--timeout'    | devpoke check -h            | check M CTRL.EN==0 --timeout 1s
END
}

@test "bad input: what a safety rule refuses is exit 5 and names its class" {
	each_row 9 <<'END'
5 | 'STATE' is read-only                                   | --force=ro       | poke M STATE=1
5 | 'CAP' is read-only                                     | --force=ro       | poke M CAP.TO=1
5 | 'CTRL:2' names bits without a field: 0x4               | --force=reserved | poke M CTRL:2=1
5 | 'CTRL' names bits without a field: 0x2                 | --force=reserved | poke M CTRL=2/2
5 | no word of 'CTRL.MODE' is 0x3                          | --force=enum     | poke M CTRL.MODE=3
5 | 'CTRL.ERR' is w1c: nothing can be computed             | --force=effect   | toggle M CTRL.ERR
5 | 'CTRL.ERR' is w1c                                      | --force=effect   | poke M CTRL+=1
5 | are not to be read (hole)                              | --force=range    | dump M 0..+0x20 --raw
5 | are not to be read                                     | --force=         | dump M CAUSE --raw
5 | 'main' is read only                                    | no --force class | poke dump:@F/bytes 0=1
END
}

@test "bad input: descriptions that are broken, hostile or no files end at once" {
	each_row 20 <<'END'
2 | bomb.yaml:8:5: aliases make this more than      | devpoke desc lint | peek model:@F/bomb.yaml A
2 | bomb.yaml:8:5: aliases make this more than      | devpoke desc lint | peek M CTRL -d @F/bomb.yaml
2 | bomb.yaml:8:5: aliases make this more than      | devpoke desc lint | explain @F/bomb.yaml A
2 | deep.yaml:1:4094: nesting deeper than 32        | devpoke desc lint | peek model:@F/deep.yaml A
2 | binary.yaml:1:1: control characters             | devpoke desc lint | peek model:@F/binary.yaml A
2 | nul.yaml:2:1: control characters                | devpoke desc lint | peek model:@F/nul.yaml A
2 | latin.yaml:2:31: invalid trailing UTF-8         | devpoke desc lint | peek model:@F/latin.yaml A
2 | it is larger than 16 MiB                        | -                 | peek model:@F/big.yaml A
2 | array.yaml:3:43: 1000000000 elements            | devpoke desc lint | peek model:@F/array.yaml A
2 | recursive.yaml' leads back to itself            | devpoke desc lint | peek model:@F/recursive.yaml A
2 | unknown.yaml:3:17: unknown key 'ofset'          | devpoke desc lint | peek model:@F/unknown.yaml A
2 | trunc.yaml:54:85: not valid YAML                | devpoke desc lint | peek model:@F/trunc.yaml A
2 | empty.yaml:1:1: the file is empty               | devpoke desc lint | peek model:@F/empty.yaml A
2 | it is a directory                               | -                 | peek model:@F/folder.yaml A
2 | it is a directory                               | -                 | desc lint @F
2 | it is no regular file                           | -                 | peek model:@F/fifo.yaml A
2 | it is no regular file                           | -                 | desc lint @F/fifo.yaml
2 | it is no regular file                           | -                 | desc show @F/fifo.yaml
2 | it is no regular file                           | -                 | peek model:/dev/zero A
2 | Too many levels of symbolic links               | -                 | peek model:@F/loop.yaml A
2 | No such file or directory                       | -                 | peek model:@F/nosuch.yaml A
2 | No such file or directory                       | -                 | desc lint @F/nosuch.yaml
2 | Not a directory                                 | -                 | desc lint @F/empty.yaml/x.yaml
2 | no description 'nosuch'                         | devpoke desc list | peek model:nosuch A
END
}

@test "bad input: states, dumps and files of lines that are none" {
	each_row 25 <<'END'
2 | it is no regular file                    | -              | peek P@@F/fifo.yaml CTRL
2 | it is no regular file                    | -              | peek P@@F CTRL
2 | it is no regular file                    | -              | peek P@/dev/zero CTRL
2 | is not a JSON document                   | -              | peek P@@F/broken.json CTRL
2 | is not a JSON document                   | -              | peek P@@F/cut.json CTRL
2 | is not a JSON document                   | -              | peek P@@F/empty.yaml CTRL
2 | is not a model's state                   | -              | peek P@@F/list.json CTRL
2 | is the state of model 'other'            | another file   | peek P@@F/other.json CTRL
3 | nosuch/state.log': No such file          | -              | peek P@@F/nosuch/state CTRL
3 | No such file or directory                | -              | peek dump:@F/nosuch 0
2 | is not a file of bytes                   | -              | peek dump:@F 0
2 | is not a file of bytes                   | -              | peek dump:@F/fifo.yaml 0
2 | is not a file of bytes                   | -              | peek dump:@F/fifo.snap 0
2 | is not a file of bytes                   | -              | peek dump:/dev/zero 0
2 | is empty                                 | -              | peek dump:@F/empty.yaml 0
2 | is not a snapshot of devpoke: no schema  | another ending | peek dump:@F/bad.snap 0
2 | is not a JSON document                   | -              | peek dump:@F/cut.snap 0
2 | bytes of a chunk that are no hex         | another ending | peek dump:@F/hex.snap bar0+0
2 | a chunk without a place                  | another ending | peek dump:@F/far.snap bar0+0
2 | beyond the end of 'main', 0x10 bytes     | -              | peek dump:@F/bytes 16
2 | beyond the end of 'main', 0x10 bytes     | -              | peek dump:@F/bytes 12/u64
2 | has no register or space 'CTRL'          | no description | peek dump:@F/bytes CTRL
2 | 'x' is not a number                      | write 0x1f     | peek dump:@F/bytes@bar0+x 0
2 | no space after '@'                       | dump:FILE@     | peek dump:@F/bytes@ 0
2 | No such file or directory                | -              | batch @F/nosuch
2 | Is a directory                           | -              | batch @F
2 | a line is longer than 1048576 bytes      | -              | batch @F/big.yaml
4 | cannot write '/nosuch/x'                 | -              | dump M CTRL --raw -o /nosuch/x
4 | cannot write the trace '/nosuch/x'       | -              | peek M CTRL --trace=/nosuch/x
END
}

@test "bad input: targets and labs that are not there" {
	each_row 15 <<'END'
3 | there is no target 'nosuch'            | devpoke list            | peek nosuch CTRL
3 | there is no lab 'nosuch'               | devpoke sim start nosuch| peek sim:nosuch/nvme CAP
3 | no lab is running                      | devpoke sim start       | peek sim:nvme CAP
3 | there is no lab 'nosuch'               | devpoke sim start       | sim stop nosuch
3 | there is no lab 'nosuch'               | devpoke sim start       | sim plug nosuch edu
3 | there is no lab 'nosuch'               | devpoke sim start       | sim unplug nosuch edu
3 | no lab is running                      | devpoke sim start       | sim unplug edu
3 | no lab is running                      | devpoke sim start       | sim stop
2 | 'nvme' is a model                      | devpoke sim start lab nvme | sim start nvme
2 | 'a b' is no name for a lab             | a letter, then          | sim start 'a b'
2 | '../x' is no name for a lab            | a letter, then          | sim start ../x
2 | '' is no name for a lab                | a letter, then          | sim start ''
4 | cannot run '/nosuch'                   | qemu-system-x86         | sim start lab edu --qemu /nosuch
3 | there is no PCI function               | devpoke list            | peek 0000:ff:1f.7 0
3 | there is no target '00:00.9'           | devpoke list            | peek 00:00.9 0
2 | is an empty window                     | -                       | peek mem:0x10..0x5 0
2 | has no registers to touch              | -                       | poke desc:nvme CC=1
2 | has no registers to touch              | -                       | poll desc:nvme CC==1
2 | -d goes with -t                        | devpoke batch -h        | batch -d x -e version
END
}

# as_nobody ARGS... - the program as a user who may do little
as_nobody() {
	local who=()
	((EUID)) || who=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	status=0
	DEVPOKE_RUNTIME=$OPEN/run timeout 20 "${who[@]}" "$OPEN/devpoke" "$@" \
		>"$BATS_TEST_TMPDIR/.out" 2>"$BATS_TEST_TMPDIR/.err" </dev/null || status=$?
	_took "as nobody: devpoke $*"
}

@test "bad input: what the user may not do is exit 3" {
	local message hint command
	local -a argv
	((EUID == 0)) || chmod 0 "$OPEN/secret.yaml" "$OPEN/secret" "$OPEN/locked"
	while IFS='|' read -r message hint command; do
		row
		trim message
		trim hint
		words "${command//@O/\$OPEN}"
		as_nobody "${argv[@]}"
		judge 3 "$message" "$hint"
		[[ -z $output ]] || row_failed "expected nothing on stdout"
		as_nobody "${argv[@]}" --json
		jq -e '.error.code == "permission" and .error.class == null' <<<"${output:-false}" >/dev/null ||
			row_failed "expected the code permission"
	done <<-'END'
		Permission denied | - | peek model:@O/secret.yaml CTRL
		Permission denied | - | desc lint @O/secret.yaml
		Permission denied | - | explain @O/secret.yaml CTRL
		Permission denied | - | peek dump:@O/secret 0
		Permission denied | - | batch @O/secret
		Permission denied | - | peek model:@O/paths.yaml@@O/secret CTRL
		Permission denied | - | peek model:@O/paths.yaml@@O/locked/state CTRL
	END
	((EUID)) || {
		as_nobody peek "model:$OPEN/paths.yaml@$OPEN/state" CTRL
		judge 3 "cannot open '$OPEN/state.log': Permission denied" -
		as_nobody sim start
		judge 3 "cannot make the runtime folder" "set DEVPOKE_RUNTIME"
		as_nobody peek mem:0x1000..+4 0
		judge 3 "" "run as root"
	}
	rows_passed 7
}

@test "bad input: a lab that goes in mid-command is exit 4, and what was read is shown" {
	local pid
	dp sim start gone edu
	[[ $status == 0 ]]
	pid=$(jq -r .pid "$DEVPOKE_RUNTIME/labs/gone/lab.json")
	run_dp batch -t sim:gone/edu --json --keep-going -e 'ID -r' -e 'sleep 0'
	assert_exit 0
	# a poll looks again and again while its QEMU is killed
	run_sh "(sleep 0.3; kill -9 $pid) & devpoke poll sim:gone/edu FACTORIAL==7 --timeout 20s --json; s=\$?; wait; exit \$s"
	assert_exit 4
	assert_json '.error.code | IN("gone", "lab")'
	[[ ${#stderr_lines[@]} -le 2 && ${stderr_lines[0]} == "devpoke: "* ]]
	run_dp peek sim:gone/edu ID
	[[ $status == 3 || $status == 4 ]]
	assert_stderr_has "hint: "
	dp sim stop gone
}

@test "bad input: a register that this device has not is exit 2, after its constants were read" {
	run_dp peek "$P@$STATE" CTRL EXT
	assert_exit 2
	assert_no_stdout
	assert_stderr_has "'EXT' is not on this device: 'CAP.DSTRD == 5' is false"
	[[ $(accesses) == "R 0x0/64" ]]
}
