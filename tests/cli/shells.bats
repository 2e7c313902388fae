#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What shells do to the punctuation of paths, values and conditions: one table, bash and dash.
# shellcheck disable=SC2154,SC2016 # status, output, stderr come from bats; $x stays as it is

load ../lib/common

M=model:devices/nvme.yaml

# as typed | what the program gets ("!" = the line is no command, ">" = a file is made)
table() {
	cat <<'END'
CC.EN|CC.EN
RDT.3|RDT.3
R.1.2|R.1.2
CC:7..4|CC:7..4
CAP+4|CAP+4
bar0+0x14/u16|bar0+0x14/u16
0x14:3|0x14:3
CAP..CSTS|CAP..CSTS
0..+0x40|0..+0x40
CC=0x460001|CC=0x460001
CC=0x10/0xf0|CC=0x10/0xf0
CC=0x460000,EN=1|CC=0x460000,EN=1
CC.EN^=1|CC.EN^=1
CC.IOSQES+=1|CC.IOSQES+=1
CC=EN+IOSQES|CC=EN+IOSQES
CC=@ring+4|CC=@ring+4
CSTS.RDY==1|CSTS.RDY==1
CSTS.RDY!=1|CSTS.RDY!=1
-1|-1
spi1=axi_spi@bar0+0x2000|spi1=axi_spi@bar0+0x2000
8086:10d3#1|8086:10d3#1
'RDT[3]'|RDT[3]
'RDT[0..3]'|RDT[0..3]
'C*'|C*
'LEVEL>5'|LEVEL>5
'CC=(1<<4)'|CC=(1<<4)
'CC=$x'|CC=$x
'CC=EN|IOSQES'|CC=EN|IOSQES
CC=$x|CC=
CC=(1+2)|!
LEVEL>5|>
LEVEL>=5|>
CC=EN|IOSQES|!
END
}

# argv of the words TEXT in SHELL, in an empty folder
argv_of() {
	(cd "$BATS_TEST_TMPDIR/empty" && "$1" -c "printf '%s' $2") 2>/dev/null
}

@test "shells: bash and dash give the program what the table says" {
	local shell row text want got rows=0
	mkdir "$BATS_TEST_TMPDIR/empty"
	for shell in bash dash; do
		while read -r row; do
			text=${row%|*} want=${row##*|}
			[[ $row == *"EN|IOSQES'"* ]] && text="'CC=EN|IOSQES'" want='CC=EN|IOSQES'
			got=$(argv_of "$shell" "$text") || got='!'
			[[ -z $(ls "$BATS_TEST_TMPDIR/empty") ]] || got='>'
			rm -f "$BATS_TEST_TMPDIR/empty/"*
			[[ $got == "$want" ]] ||
				_assert_failed "$shell: $text gives '$got', expected '$want'" || return
			rows=$((rows + 1))
		done < <(table)
	done
	((rows == 66))
}

@test "shells: a poll whose operator the shell ate says so" {
	cd "$BATS_TEST_TMPDIR" || return
	run_sh "devpoke poll model:$DP_ROOT/devices/nvme.yaml CSTS.RDY>5"
	assert_exit 2
	run_sh "devpoke poll model:$DP_ROOT/devices/nvme.yaml CSTS.RDY"
	assert_stderr_has "no operator" "the shell may have eaten it"
	[[ -e 5 ]]
}

@test "shells: brackets match files; the form with a dot does not" {
	cd "$BATS_TEST_TMPDIR" || return
	touch SQTDBL3
	run_sh 'printf "%s " SQTDBL[3] SQTDBL.3'
	assert_stdout "SQTDBL3 SQTDBL.3 "
}

@test "shells: every form has one that needs no quotes" {
	run_dp peek "$M" CC:7..4 CC.EN CAP+4 main+0x14/u16 0x14 0x14:0 -r
	assert_ok
	[[ ${#lines[@]} == 6 ]]
	run_dp check "$M" CSTS.RDY eq 0 CC.EN ne 1 CAP.MQES le 5 VS lt 1 VS ge 0
	assert_ok
	run_dp poke "$M" CC.EN^=1 CC.IOSQES+=2 CC=0x10/0xf0 CC=0x460000,EN=1 --dry-run
	assert_ok
}
