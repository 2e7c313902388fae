#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# `devpoke __complete LINE POINT`: what shells offer (CLI.md section 6).

load ../lib/common

M=model:devices/nvme.yaml
E=model:devices/e1000e.yaml

setup() {
	dp_setup
}

# offered LINE WORD... - at the end of LINE exactly these words are offered, in this order
offered() {
	local line=$1
	shift
	run_dp __complete "$line" "${#line}"
	assert_ok
	assert_stdout "$(printf '%s\n' "$@")"
}

# offers LINE WORD... - among others
offers() {
	local line=$1 word
	shift
	run_dp __complete "$line" "${#line}"
	assert_ok
	for word; do
		grep -qxF -e "$word" <<<"$output" || _assert_failed "not offered: $word" || return 1
	done
}

# nothing LINE - nothing is offered, and nothing is said
nothing() {
	run_dp __complete "$1" "${#1}"
	assert_ok
	assert_no_stdout
}

@test "verbs, their verbs, and what help explains" {
	offered "devpoke to" toggle
	offered "devpoke p" peek poke poll
	offers "devpoke " list sim version
	offered "devpoke sim " start list stop run plug unplug
	offered "devpoke desc l" lint list
	offered "devpoke help p" peek poke poll paths
	offered "devpoke help desc " export import lint list new show
	nothing "devpoke __c"
}

@test "the program may be an alias, have a folder, or stand behind other commands" {
	offered "dp tog" toggle
	offered "./build/devpoke tog" toggle
	offered "cd /; sudo devpoke tog" toggle
	offered "devpoke sim run edu -- devpoke tog" toggle
}

@test "descriptions where a description may stand, and only there" {
	offered "devpoke explain nv" nvme
	offered "devpoke decode ed" edu
	offered "devpoke find pci-c" pci-config
	offered "devpoke desc show nv" nvme
	offered "devpoke peek $M -d ed" edu
	offered "devpoke peek $M --desc=ed" --desc=edu
	nothing "devpoke desc lint nv"
	nothing "devpoke peek nv"
}

@test "registers before fields; fields behind a register's dot" {
	offered "devpoke peek $M CS" CSTS
	offered "devpoke peek $M CC" CC
	offered "devpoke peek $M CSTS." CSTS.ST CSTS.PP CSTS.NSSRO CSTS.SHST CSTS.CFS CSTS.RDY
	offered "devpoke peek $M CAP CC.E" CC.EN
	offered "devpoke explain nvme CC.SH" CC.SHN
	offered "devpoke toggle $M CC.E" CC.EN
}

@test "an array is one offer until its index is there" {
	offered "devpoke peek $E RAH" RAH.
	offered "devpoke peek $E RAH.3" RAH.3
	offered "devpoke peek $E RAH.3." RAH.3.AV RAH.3.AS RAH.3.AH
	offered "devpoke peek $E RAH[3].AV" "RAH[3].AV"
	offered "devpoke poke $E RAH.3.AS=s" RAH.3.AS=source
}

@test "words of a field behind any operator" {
	offered "devpoke poke $M CC.SHN=" CC.SHN=none CC.SHN=normal CC.SHN=abrupt
	offered "devpoke poke $M CC.SHN=a" CC.SHN=abrupt
	offered "devpoke poke $M CC.SHN^=a" CC.SHN^=abrupt
	offered "devpoke poll $M CSTS.SHST==c" CSTS.SHST==complete
	offered "devpoke poll $M 'CSTS.SHST!=c" 'CSTS.SHST!=complete'
	offered "devpoke poll $M 'CSTS.SHST == c" complete
	offered "devpoke check $M CSTS.SHST eq c" complete
	offered "devpoke poll $M CSTS.RDY==1 --unless CSTS.SHST==c" CSTS.SHST==complete
	nothing "devpoke poke $M CC="
}

@test "behind a comma the other fields of the register, and their words" {
	offered "devpoke poke $M CC=0x1,I" CC=0x1,IOCQES CC=0x1,IOSQES
	offered "devpoke poke $M CC.EN=1,S" CC.EN=1,SHN
	offered "devpoke poke $M CC.EN=1,SHN=a" CC.EN=1,SHN=abrupt
	offered "devpoke poke $M CC.EN=1,SHN=none,E" CC.EN=1,SHN=none,EN
	offered "devpoke poke $E RAH.3.AV=1,AS=s" RAH.3.AV=1,AS=source
}

@test "options of the verb, and what they take" {
	offered "devpoke peek --fo" --force= --format
	nothing "devpoke list --format"
	offered "devpoke peek -f " hex dec bin text sh
	offered "devpoke peek --format=d" --format=dec
	offered "devpoke poke --others z" zero
	offered "devpoke dump $M -w 3" 32
	offered "devpoke list --color=n" --color=never
	offered "devpoke poke $M --force=ef" --force=effect
	offered "devpoke poke $M --force=effect,ra" --force=effect,ram --force=effect,range
	offered "devpoke poll $M --timeout CAP.T" CAP.TO
	nothing "devpoke dump $M -o "
	nothing "devpoke peek $M --count "
}

@test "sequences: names, what arguments are still to be given, steps" {
	offered "devpoke seq " list show run
	offered "devpoke seq list nv" nvme
	offered "devpoke seq show nvme " disable enable
	nothing "devpoke seq show nvme enable "
	nothing "devpoke seq list nvme "
	offered "devpoke seq run $M d" disable
	offered "devpoke seq run $M enable a" asq= acq=
	offered "devpoke seq run $M enable asq=0x1000 a" acq=
	nothing "devpoke seq run $M disable "
	offered "devpoke -t $M seq run e" enable
	offered "devpoke seq run $M enable --until st" stopped start
	offered "devpoke seq run $M enable --until=re" --until=ready
	offered "devpoke seq run $M disable --st" --steps
}

@test "an option's argument is no target; -t is one, in each spelling" {
	offered "devpoke dump -w 32 $M CS" CSTS
	offered "devpoke -t $M peek CS" CSTS
	offered "devpoke peek --target $M CS" CSTS
	offered "devpoke --target=$M peek CS" CSTS
	offered "devpoke peek $M -- CS" CSTS
	DEVPOKE_TARGET=$M offered "devpoke peek . CS" CSTS
	DEVPOKE_TARGET=$M offered "devpoke peek ." .
}

@test "nothing where only the user knows: values, words to search, unknown things" {
	nothing "devpoke decode nvme CSTS "
	nothing "devpoke find nvme "
	nothing "devpoke peek nosuch C"
	nothing "devpoke peek . C"
	nothing "devpoke peek $M NOSUCH.F"
	nothing "devpoke poke $M NOSUCH=a"
	nothing "devpoke poke $M NOSUCH=1,a"
}

@test "no line is too broken" {
	local line
	for line in "" " " "=" "--" "--=" "-" "devpoke peek '" 'devpoke peek "' 'devpoke peek \' \
		"devpoke peek $M =" "devpoke peek $M ,=," "devpoke peek $M CC=,,=" \
		"devpoke peek $M [*]." "devpoke peek $M CQHDBL[[[" "devpoke peek $M [0" \
		"devpoke peek $M CC.EN=1,$(printf 'x%.0s' {1..600})" \
		"devpoke peek $M $(printf 'A.%.0s' {1..400})" \
		"devpoke peek $(printf 'B%.0s' {1..9000}) C" $'devpoke peek \xff\xfe' \
		"devpoke peek \$(x | \`y" "devpoke poll $M eq " "devpoke -t" "devpoke peek -t="; do
		run_dp __complete "$line" "${#line}"
		assert_ok
		run_dp __complete "$line" 100000
		assert_ok
		run_dp __complete "$line" 0
		assert_ok
	done
}

@test "the point counts in characters, as shells count" {
	run_dp __complete "devpoke tog $M CC" 11
	assert_stdout toggle
	run_dp __complete "echo ä; devpoke tog $M" 19
	assert_stdout toggle
}

@test "targets: a lab's devices, by short names too; a device is never opened" {
	command -v strace >/dev/null || skip "no strace"
	# the leak sanitizer wants to trace the program too, and there is one tracer at a time
	export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
	run_dp sim start one edu
	assert_exit 0
	offered "devpoke peek sim:o" sim:one/edu0
	offered "devpoke peek sim:e" sim:edu0
	offered "devpoke sim stop " one
	offered "devpoke sim unplug one e" edu0

	local line
	for line in "devpoke peek " "devpoke peek sim:edu0 ID." "devpoke poke sim:edu0 ID=" \
		"devpoke peek sim:edu0 cfg." "devpoke peek $M CC." "devpoke peek mem "; do
		run_dp __complete "$line" "${#line}"
		assert_ok
		strace -f -o "$BATS_TEST_TMPDIR/trace" -e trace=openat,open,connect \
			"$DEVPOKE_BIN" __complete "$line" "${#line}" >/dev/null
		grep -q 'openat(' "$BATS_TEST_TMPDIR/trace"
		# the C library asks nscd who we are
		run grep -E 'connect\(.*(qtest|qmp)|"/dev/|/config"|/resource[0-9]|O_RDWR' \
			"$BATS_TEST_TMPDIR/trace"
		[ "$status" = 1 ] || _assert_failed "opened for: $line"
	done
}
