#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# CLI.md sections 1, 2 and 5, rule by rule: verbs and their help, options, operands, targets.
# shellcheck disable=SC2154,SC2016 # status, output, stderr come from bats; $x is batch's own

load ../lib/common
load ../lib/table

M=model:tests/golden/paths.yaml

# what this version has, by its issue
VERBS="batch check decode desc diff doctor dump explain fill find help info list load memtest peek poke poll restore seq sim snap toggle version watch"
NOUNS="desc seq sim"
# and what it must not speak of yet
LATER="dma driver hold irq nic nvme pci release repl"

# names of all verbs, with those of nouns as "sim start"
all_verbs() {
	"$DEVPOKE_BIN" help --json | jq -r '.verbs[].name'
}

# every help text there is
all_help() {
	local verb words topic
	{
		"$DEVPOKE_BIN"
		for topic in "" $NOUNS paths targets values json exit force; do
			# shellcheck disable=SC2086 # none for the empty one
			"$DEVPOKE_BIN" help $topic
		done
		while read -r verb; do
			read -ra words <<<"$verb"
			"$DEVPOKE_BIN" "${words[@]}" -h
		done < <(all_verbs)
	} 2>&1
}

# devpoke(1) as text, nothing struck twice
manual() {
	mandoc -Tascii man/devpoke.1 | sed $'s/.\b//g'
}

# an argument for an option that takes one, "-" for one that takes none
argument_of() {
	case $1 in
	color) echo never ;;
	count | for | reads | ttl | timeout | interval) echo 0 ;;
	desc | exec | ignore | input | output | peripheral | qemu | target | trace) echo x ;;
	force) echo ro ;;
	format) echo hex ;;
	from) echo svd ;;
	hole | others) echo 0xff ;;
	to) echo json ;;
	unless) echo A==1 ;;
	until) echo x ;;
	width) echo 8 ;;
	*) echo - ;;
	esac
}

# ------------------------------------------------------------------- verbs

@test "verbs: the table has exactly those of this version, sorted" {
	run_sh 'devpoke help --json | jq -r "[.verbs[].name | split(\" \")[0]] | unique_by(.) | join(\" \")"'
	assert_stdout "$VERBS"
	run_sh 'devpoke help --json | jq -r ".verbs[].name | split(\" \")[0]" | sort -c'
	assert_ok
	run_sh 'devpoke help | sed -n "s/^  \([a-z]*\)  *[a-z].*/\1/p" | sed "/^paths/,\$d"'
	assert_stdout "${VERBS// /$'\n'}"
}

@test "verbs: -h, --help and help VERB of each say the same, with examples and nothing on stderr" {
	local verb words text
	# shellcheck disable=SC2086
	while read -r verb; do
		row
		read -ra words <<<"$verb"
		dp "${words[@]}" -h
		text=$output
		[[ $status == 0 && -z $stderr && $text == "usage: devpoke $verb"* ]] ||
			row_failed "expected usage of $verb"
		[[ $text == *$'\nexamples:\n  '*"devpoke $verb"* ]] || row_failed "expected examples"
		dp "${words[@]}" --help
		[[ $status == 0 && $output == "$text" ]] || row_failed "--help differs from -h"
		dp help "${words[@]}"
		[[ $status == 0 && $output == "$text" ]] || row_failed "help $verb differs from -h"
		# whatever else is wrong with the line
		[[ " $NOUNS " == *" $verb "* ]] || dp -h "${words[@]}" nosuch nosuch nosuch
		[[ $status == 0 && $output == "$text" ]] || row_failed "-h wants good operands"
	done < <(all_verbs; printf '%s\n' $NOUNS)
	rows_passed 24
}

@test "verbs: each has its line and its form in the manual" {
	local verb page
	page=$(mandoc -Tascii man/devpoke.1 | sed 's/.\x08//g' | sed 's/  */ /g')
	while read -r verb; do
		row
		[[ $page == *$'\n '"$verb"[\ $'\n']* ]] || row_failed "no entry '$verb' in man/devpoke.1"
	done < <(all_verbs)
	rows_passed 22
}

@test "verbs: the examples of -h are words that exist and options that the verb has" {
	local lines
	# as a batch that touches nothing: pipes, redirections and assignments of the shell aside
	all_help | sed -n 's/^  devpoke \([a-z].*\)/\1/p' | grep -v -e '^VERB' -e '^help TOPIC' |
		sed -e 's/ *[|>&].*//' -e 's/  [a-z].*//' >"$BATS_TEST_TMPDIR/examples"
	run_dp batch --check "$BATS_TEST_TMPDIR/examples"
	refute_stderr_has "unknown" "has no option" "no verb" "needs" "too much" "twice" "no help" "no description"
	mapfile -t lines <"$BATS_TEST_TMPDIR/examples"
	((${#lines[@]} >= 40))
}

@test "verbs: no prefix of one is taken for it, and no other word" {
	local word
	for word in p pee peeks Peek PEEK ver si sims "peek " "" . - $LATER; do
		row
		dp "$word" x
		[[ $status == 2 && ${stderr_lines[0]} == "devpoke: unknown verb '$word'" ]] ||
			row_failed "expected an unknown verb"
		[[ ${#stderr_lines[@]} == 2 ]] || row_failed "expected a hint"
	done
	for word in st sto start2 Start attach hold ""; do
		row
		dp sim "$word"
		[[ $status == 2 && $stderr == *"'sim' has no verb '$word', but start, list"* ]] ||
			row_failed "expected an unknown verb of sim"
	done
	rows_passed 23
}

@test "verbs: one of a later version stands in no help, manual, completion or message" {
	local verb
	all_help >"$BATS_TEST_TMPDIR/help"
	mandoc -Tascii man/devpoke.1 | sed 's/.\x08//g' >"$BATS_TEST_TMPDIR/man"
	for verb in $LATER "sim attach"; do
		row
		! grep -Hn "devpoke $verb\\b" "$BATS_TEST_TMPDIR"/{help,man} README.md completions/* ||
			row_failed "'devpoke $verb' does not exist"
		! grep -nE "^     $verb( |\$)" "$BATS_TEST_TMPDIR/man" || row_failed "manual has '$verb'"
		! grep -rnE "\"[^\"]*[\`' ]devpoke $verb\\b" cmd lib --include='*.c' ||
			row_failed "a message has 'devpoke $verb'"
	done
	# what descriptions say of them is kept back
	run_dp explain pci-config EXP.DEVCTL EXP.LNKCTL PM.PMCSR
	assert_ok
	refute_stdout_has "devpoke pci"
	rows_passed 10
}

@test "verbs: each that a message of the sources names exists, with the nouns' own" {
	local first second verbs
	verbs=$'\n'$(all_verbs; printf '%s\n' $NOUNS)$'\n'
	while read -r first second; do
		row
		case " $NOUNS " in
		*" $first "*) [[ -z $second || $verbs == *$'\n'"$first $second"$'\n'* ]] ;;
		*) [[ $verbs == *$'\n'"$first"$'\n'* ]] ;;
		esac || row_failed "no verb '$first $second', but a message names it"
	done < <(grep -rhoE "(dp_err_hint\([^\"]*\"|[\`'])devpoke [a-z]+( [a-z]+)?" cmd lib --include='*.c' |
		sed 's/.*devpoke //' | sort -u)
	rows_passed 15
}

@test "verbs: version is the header's" {
	run_dp version
	assert_ok
	assert_stdout "devpoke $(sed -n 's/^#define DP_VERSION "\(.*\)"/\1/p' lib/devpoke.h)"
	local version=$output
	run_dp --version
	assert_ok
	assert_stdout "$version"
}

@test "help: bare devpoke is twelve lines with four commands to try and the topics" {
	run_dp
	assert_ok
	[[ $(wc -l <<<"$output") == 12 ]]
	[[ $(grep -cE '^  devpoke (sim start|peek|poke|poll)' <<<"$output") == 4 ]]
	assert_stdout_has "paths targets values json exit force"
	for options in -h --help -q "-t x" --; do
		row
		# shellcheck disable=SC2086
		dp $options
		[[ $status == 0 && $output == "devpoke: poke the registers"* ]] || row_failed "expected the intro"
	done
	rows_passed 5
}

@test "help: each topic has a text, also as JSON; an unknown one is exit 2 with the nearest" {
	local topic
	for topic in paths targets values json exit force; do
		row
		dp help "$topic"
		[[ $status == 0 && ${#lines[@]} -ge 5 && -z $stderr ]] || row_failed "expected a text"
		dp help "$topic" --json
		jq -e '.schema == 1 and (.help | length > 200)' <<<"$output" >/dev/null || row_failed "expected JSON"
	done
	rows_passed 6
	run_dp help path
	assert_exit 2
	assert_stderr $'devpoke: no help on \'path\'\nhint: did you mean \'paths\'?'
	run_dp help paths more
	assert_exit 2
	assert_stderr_has "'more'"
	run_dp help sim strat
	assert_exit 2
	assert_stderr_has "'strat'"
}

@test "help: exit has the exit codes and force every class, as CLI.md has them" {
	local word
	run_dp help exit
	for word in 0 1 2 3 4 5 130 143; do
		assert_stdout_like "(^|[^0-9])$word([^0-9]|\$)"
	done
	run_dp help force
	for word in bound held mounted net group bmc siblings ram range effect ro reserved enum lock \
		data identity reset power; do
		assert_stdout_like $'(^|\n)'"  $word +yes"
	done
	[[ $(grep -c '^  [a-z]* *yes' <<<"$output") == 18 ]]
}

# ----------------------------------------------------------------- options

@test "options: -h names exactly those that are accepted, of every verb" {
	local verb option value words all line
	all=$("$DEVPOKE_BIN" help --json | jq -r '[.verbs[].options[]] | unique[]')
	while read -r verb; do
		read -ra words <<<"$verb"
		dp "${words[@]}" -h
		printf '%s\n' "$verb:$(sed -n 's/^.*  *--\([a-z-]*\).*/\1/p' <<<"$output" | sort | tr '\n' ' ')"
	done < <(all_verbs) >"$BATS_TEST_TMPDIR/shown"
	# one batch for the whole matrix
	while read -r verb; do
		for option in $all; do
			[[ $option != trace ]] || continue # not on a line of a batch
			value=$(argument_of "$option")
			[[ $value == - ]] && value= || value="=$value"
			printf '%s\n' "$verb --$option$value -h --json"
		done
	done < <(all_verbs) >"$BATS_TEST_TMPDIR/matrix"
	"$DEVPOKE_BIN" batch --keep-going "$BATS_TEST_TMPDIR/matrix" 2>/dev/null |
		jq -r '"\(.exit) \(.error.message)"' >"$BATS_TEST_TMPDIR/got" || true
	while IFS= read -r line <&3 && IFS= read -r got <&4; do
		row
		verb=${line%% --*} option=${line#* --} option=${option%%[= ]*}
		if grep -qE "^$verb:(.* )?$option( |\$)" "$BATS_TEST_TMPDIR/shown"; then
			[[ $got == "0 null" ]] || row_failed "$line: $got, but -h has it"
		else
			[[ $got == "2 '$verb' has no option '--$option'" ]] ||
				row_failed "$line: $got, but -h has it not"
		fi
	done 3<"$BATS_TEST_TMPDIR/matrix" 4<"$BATS_TEST_TMPDIR/got"
	rows_passed 700
}

@test "options: --trace is one of every verb, with and without a file" {
	local verb words
	while read -r verb; do
		row
		read -ra words <<<"$verb"
		dp "${words[@]}" --trace -h
		[[ $status == 0 ]] || row_failed "expected --trace"
		dp "${words[@]}" --trace="$BATS_TEST_TMPDIR/trace" -h
		[[ $status == 0 && -e $BATS_TEST_TMPDIR/trace ]] || row_failed "expected --trace=FILE"
		rm -f "$BATS_TEST_TMPDIR/trace"
	done < <(all_verbs)
	rows_passed 22
}

@test "options: each is in the manual" {
	local option page
	page=$(mandoc -Tascii man/devpoke.1 | sed 's/.\x08//g')
	for option in $("$DEVPOKE_BIN" help --json | jq -r '[.verbs[].options[]] | unique[]'); do
		row
		[[ $page =~ --$option([^a-z-]|$) ]] || row_failed "no --$option in man/devpoke.1"
	done
	rows_passed 30
}

@test "options: one that there is not is exit 2 with the nearest" {
	local option hint
	while read -r option hint; do
		row
		dp peek "$M" CTRL "$option"
		[[ $status == 2 && ${stderr_lines[0]} == "devpoke: unknown option '$option'" ]] ||
			row_failed "expected an unknown option"
		[[ ${stderr_lines[1]} == "hint: "*"$hint"* ]] || row_failed "expected the hint $hint"
	done <<-'END'
		--jsn '--json'
		--tiemout=1 '--timeout'
		--read-back '--readback'
		--dryrun '--dry-run'
		--js '--json'
		--JSON '--json'
		--keepgoing '--keep-going'
		-z after --
		-rz after --
		-é after --
		--=x after --
		---json after --
	END
	rows_passed 12
}

@test "options: a word that the option's list has not, an argument missing, given twice or too many" {
	local text command words
	while IFS='|' read -r command text; do
		row
		read -ra words <<<"${command//M/$M}"
		dp "${words[@]}"
		[[ $status == 2 && ${stderr_lines[0]} == *"$text"* ]] || row_failed "expected: $text"
		[[ -z $output && ${#stderr_lines[@]} == 2 && ${stderr_lines[1]} == "hint: "* ]] ||
			row_failed "expected one hint and no output"
	done <<-'END'
		peek M CTRL -f octal|octal
		peek M CTRL -f|needs hex|dec|bin|text|sh
		peek M CTRL --format=|''
		peek M CTRL --count|needs N
		peek M CTRL --color=pink|pink
		dump M -w 12|12
		dump M --width|needs
		poll M CTRL==1 --timeout|needs
		poll M CTRL==1 --unless|needs
		poll M CTRL==1 --unless CTRL|no operator
		poll M CTRL==1 --unless CTRL eq|no operator
		batch -e|needs
		peek M CTRL -d|needs
		poke M CTRL=1 --others|needs
		sim start x --ttl|needs
	END
	rows_passed 15
	run_dp peek "$M" CTRL -f hex -f dec
	assert_exit 2
	assert_stderr "devpoke: option '--format' stands there twice"
	run_dp peek -t "$M" -t "$M" CTRL
	assert_exit 2
	run_dp peek "$M" CTRL --json=1
	assert_exit 2
	assert_stderr_has "'--json' takes no argument"
}

@test "options: --force needs classes, attached and known" {
	local option text
	while IFS='|' read -r option text; do
		row
		# shellcheck disable=SC2086
		dp poke "$M" STATE=1 $option
		[[ $status == 2 && $stderr == *"$text"* ]] || row_failed "expected: $text"
	done <<-'END'
		--force|--force=CLASS
		--force=|--force=CLASS
		--force ro|--force=CLASS
		--force=all|'all' is no class
		--force=RO|'RO' is no class
		--force=ro,|no class
		--force=,ro|no class
		--force=ro,,effect|no class
		--force=ro effect|'effect' is not an assignment
		--force=ro --force=effect|twice
	END
	rows_passed 10
	run_dp poke "$M" STATE=1
	assert_exit 5
	run_dp poke "$M" STATE=1 --force=effect
	assert_exit 5
	run_dp poke "$M" STATE=1 --force=effect,ro
	assert_exit 0
}

@test "options: they stand anywhere, in every form" {
	local words
	for words in "-r peek M CTRL" "peek -r M CTRL" "peek M -r CTRL" "peek M CTRL -r" \
		"peek M CTRL --values" "peek M CTRL -f hex" "-f hex peek M CTRL" "-fhex peek M CTRL" \
		"--format hex peek M CTRL" "peek --format=hex M CTRL" "-t M peek CTRL -r" \
		"-tM peek CTRL -r" "peek -rt M CTRL" "peek CTRL -r -t M" "peek CTRL -r --target=M" \
		"peek CTRL -r --target M" "-qrv peek M CTRL" "--color peek M CTRL -r" \
		"--trace=/dev/null peek M CTRL -r" "-r -- peek M CTRL" "peek -r -- M CTRL" \
		"-d tests/golden/paths.yaml peek M CTRL -r" "peek M CTRL -dtests/golden/paths.yaml -r"; do
		row
		# shellcheck disable=SC2086
		dp ${words//M/$M}
		[[ $status == 0 && $output == 0x00000010 && -z $stderr ]] || row_failed "expected 0x00000010"
	done
	rows_passed 23
}

@test "options: -- ends them" {
	local words
	for words in "peek $M -- -r" "peek $M -- --json" "peek -- $M -h" "-- peek $M -t"; do
		row
		# shellcheck disable=SC2086
		dp $words
		[[ $status == 2 && $stderr == *"'${words##* }'"* && $stderr != *"unknown option"* ]] ||
			row_failed "expected a bad path"
	done
	rows_passed 4
	run_dp -- help
	assert_ok
	run_dp peek "$M" -- CTRL --
	assert_exit 2
}

@test "options: a word of - and a digit is never one" {
	run_dp check "$M" TEMP.DELTA eq -1
	assert_exit 1
	assert_no_stderr
	run_dp check "$M" TEMP.DELTA gt -1 TEMP.DELTA lt 1
	assert_ok
	run_dp poll "$M" TEMP.DELTA eq 0 --unless TEMP.DELTA eq -2
	assert_ok
	run_dp batch -t "$M" -e 'TEMP.DELTA=-2' -e 'check TEMP.DELTA eq -2'
	assert_ok
	run_dp poke "$M" CTRL.EN=1 --others -1
	assert_exit 2
	assert_stderr_has "'-1'"
	run_dp decode tests/golden/paths.yaml TEMP -1
	assert_exit 2
	assert_stderr_has "'-1'"
	run_dp peek "$M" -1
	assert_exit 2
	refute_stderr_has "option"
}

# ---------------------------------------------------------------- operands

@test "operands: too few and too many are exit 2 and name the verb's own" {
	local text command words
	while IFS='|' read -r command text; do
		row
		read -ra words <<<"${command//M/$M}"
		dp "${words[@]}"
		[[ $status == 2 && ${stderr_lines[0]} == "devpoke: $text"* && -z $output ]] ||
			row_failed "expected: $text"
		[[ ${#stderr_lines[@]} == 2 ]] || row_failed "expected a hint"
	done <<-'END'
		peek|'peek' needs a target
		peek M|'peek' needs PATH...
		poke|'poke' needs a target
		poke M|'poke' needs PATH=VALUE...
		toggle M|'toggle' needs FIELD...
		poll M|'poll' needs COND...
		check M|'check' needs COND...
		dump|'dump' needs a target
		dump M CTRL PORT|'dump' takes [RANGE]; 'PORT' is too much
		info|'info' needs a target
		info M caps bars|'info' takes
		explain|'explain' needs a target
		explain M|'explain' needs PATH
		decode|'decode' needs a target
		decode M CTRL|'decode' needs REG VALUE|-
		decode M CTRL 1 2|'decode' takes REG VALUE|-; '2' is too much
		find|'find' needs
		find M uart x|'find' takes
		list x|'list' takes no operand
		version 1|'version' takes no operand
		help a b c|'help' takes
		desc|'desc' needs one of export, import, lint, list, new, show
		desc lint|'desc lint' needs FILE...
		desc show|'desc show' needs NAME|FILE
		desc show a b|'desc show' takes
		desc list x|'desc list' takes no operand
		sim|'sim' needs one of start, list, stop, run, plug, unplug
		sim list x|'sim list' takes no operand
		sim run|'sim run' needs -- and a command
		sim run nvme|'sim run' needs -- and a command
		sim run nvme --|'sim run' needs -- and a command
		sim plug|'sim plug' needs
		sim plug a b c|'sim plug' takes
		sim unplug|'sim unplug' needs
		batch a b|'batch' takes
	END
	rows_passed 34
}

@test "operands: all are parsed and checked before anything is touched" {
	local STATE=$BATS_TEST_TMPDIR/state command words
	while read -r command; do
		row
		read -ra words <<<"$command"
		dp "${words[0]}" "$M@$STATE" "${words[@]:1}"
		[[ $status == 2 && -z $output ]] || row_failed "expected exit 2"
		[[ -z $(accesses) ]] || row_failed "accesses: $(accesses)"
	done <<-'END'
		peek CTRL PORT NOPE
		peek CTRL PORT 0x4000
		peek CTRL 0x15/u32
		poke CTRL.EN=1 CTRL.NOPE=1
		poke CTRL.EN=1 CTRL.EN=2
		poke CTRL.EN=1 PORT=1 --others x
		toggle CTRL.EN CTRL.NOPE
		poll CTRL.EN==0 CTRL.NOPE==1
		poll CTRL.EN==0 --timeout 5
		poll CTRL.EN==0 --unless NOPE==1
		poll CTRL.EN==0 --interval x
		check CTRL.EN==0 CTRL.MODE==nope
		dump NOPE
		dump CTRL..NOPE
		dump 0..+0x8000 -w 32
		peek CTRL --count x
		peek CTRL -f x
	END
	rows_passed 17
}

# ----------------------------------------------------------------- targets

@test "target: -t takes the operand's place, and then there is none" {
	run_dp -t "$M" peek CTRL -r
	assert_stdout 0x00000010
	run_dp -t "$M" peek "$M" CTRL
	assert_exit 2
	run_dp -t "$M" peek . CTRL
	assert_exit 2
	assert_no_stdout
	run_dp -t "$M" info caps
	assert_ok
	run_dp -t "$M" explain CTRL
	assert_ok
	run_dp -t tests/golden/paths.yaml decode CTRL 1 -r
	assert_ok
}

@test "target: on batch or by use it is in force for the lines that follow; -t on a line is another" {
	run_dp batch -t "$M" -e 'peek CTRL -r' -e 'peek . CTRL'
	assert_exit 2
	assert_stdout 0x00000010
	run_dp batch -e "use $M" -e 'peek CTRL -r' -e "peek -t model:devices/edu.yaml ID -r" -e 'peek -t . CTRL -r'
	assert_ok
	assert_stdout $'0x00000010\n0x010000ed\n0x00000010'
	run_dp batch -t "$M" -e 'use model:devices/edu.yaml' -e 'peek ID -r' -e 'use .' -e 'ID -r'
	assert_ok
	assert_stdout $'0x010000ed\n0x010000ed'
	run_dp batch -e 'peek CTRL'
	assert_exit 2
}

@test "target: find, list, sim and desc lose no operand to it" {
	run_dp batch -t "$M" -e 'find uart' -e 'find nvme doorbell' -e 'desc show nvme' -e 'sim list' -e list -q
	assert_exit 0
	assert_stdout_has uart0 SQTDBL
	run_dp find "$M" uart
	assert_exit 0
	run_dp -t "$M" find uart
	assert_exit 0
	run_dp -t "$M" find nvme uart
	assert_exit 2
}

@test "target: a dot is the one in force, else \$DEVPOKE_TARGET, else exit 2" {
	run_dp peek . CTRL
	assert_exit 2
	assert_stderr_has "no target is in force for '.'" "hint: set DEVPOKE_TARGET"
	DEVPOKE_TARGET=$M run_dp peek . CTRL -r
	assert_stdout 0x00000010
	DEVPOKE_TARGET=$M run_dp peek -t . CTRL -r
	assert_stdout 0x00000010
	DEVPOKE_TARGET=$M run_dp batch -t . -e 'CTRL -r' -e 'use .' -e 'CTRL -r'
	assert_stdout $'0x00000010\n0x00000010'
	DEVPOKE_TARGET=nosuch run_dp batch -t "$M" -e 'peek -t . CTRL -r'
	assert_stdout 0x00000010
	DEVPOKE_TARGET=$M run_dp batch -e 'peek . CTRL -r'
	assert_stdout 0x00000010
	DEVPOKE_TARGET='' run_dp peek . CTRL
	assert_exit 2
	DEVPOKE_TARGET=. run_dp peek . CTRL
	[[ $status == 2 || $status == 3 ]]
}

@test "target: \$DEVPOKE_TARGET never changes the grammar" {
	export DEVPOKE_TARGET=$M
	run_dp peek "$M" CTRL -r
	assert_stdout 0x00000010
	run_dp peek CTRL
	assert_exit 2
	assert_stderr_has "hint: \$DEVPOKE_TARGET is written '.': devpoke peek . CTRL"
	run_dp peek CTRL PORT
	assert_exit 3
	assert_stderr_has "hint: \$DEVPOKE_TARGET is written '.'"
	run_dp batch -e CTRL
	assert_exit 2
	run_dp poke CTRL=1
	assert_exit 2
	run_dp dump
	assert_exit 2
}

@test "target: one that is not there is exit 3, one that is none is exit 2, each with a hint" {
	local code target
	while read -r code target; do
		row
		dp peek "$target" CTRL
		[[ $status == "$code" && -z $output ]] || row_failed "expected exit $code"
		[[ ${#stderr_lines[@]} == 2 && ${stderr_lines[1]} == "hint: "* ]] || row_failed "expected a hint"
	done <<-'END'
		3 nosuch
		3 no-such-alias
		3 0000:ff:1f.7
		3 ff:1f.7
		3 sysfs:0000:ff:1f.7
		3 vfio:0000:ff:1f.7
		3 ffff:fffe
		3 ffff:fffe#2
		3 class:ff5a
		3 nvme77
		3 sim:nosuch/nvme
		3 sim:nvme
		2 sim:
		2 sim:/
		3 nosuch:x
		3 class:zz
		3 ffff:fffe#x
		2 model:
		2 model:nosuch
		2 desc:nosuch
		2 vfio:nosuch
		2 sysfs:
		2 mem:zz
		2 mem:0x10..0x20
	END
	rows_passed 24
}

@test "target: an alias of targets.yaml names a target and its description" {
	local STATE=$BATS_TEST_TMPDIR/state
	mkdir -p "$XDG_CONFIG_HOME/devpoke"
	cat >"$XDG_CONFIG_HOME/devpoke/targets.yaml" <<-END
		dut: {target: "$M"}
		my-ip: {target: "model:$DP_ROOT/devices/edu.yaml@$STATE", desc: "$DP_ROOT/tests/golden/ip.yaml@main+0x40"}
	END
	run_dp peek dut CTRL -r
	assert_ok
	assert_stdout 0x00000010
	run_dp peek my-ip CTRL -r
	assert_ok
	[[ $(accesses) == "R 0x54/32" ]]
}

@test "target: -d places descriptions: one unprefixed, of several each is a block" {
	local STATE=$BATS_TEST_TMPDIR/state ip=tests/golden/ip.yaml
	run_dp peek "model:devices/edu.yaml@$STATE" CTRL -r -d "$ip@main+0x40"
	assert_ok
	[[ $(accesses) == "R 0x54/32" ]]
	rm "$STATE.log"
	run_dp peek "model:devices/edu.yaml@$STATE" a.CTRL b.CTRL.EN -r -d "a=$ip@main+0x20" -d "b=$ip@main+0x40"
	assert_ok
	[[ $(accesses) == $'R 0x34/32\nR 0x54/32' ]]
	rm "$STATE.log"
	run_dp peek "model:devices/edu.yaml@$STATE" CTRL -d "a=$ip@main+0x20" -d "b=$ip@main+0x40"
	assert_exit 2
	[[ -z $(accesses) ]]
}

@test "target: what list and info print can be pasted back" {
	run_dp info "$M" --json
	assert_json_is .device.target "$M"
	run_dp list --json
	assert_ok
	for target in $(jq -r '.targets[].target' <<<"$output"); do
		row
		dp info "$target" driver
		[[ $status == 0 ]] || row_failed "expected a target"
	done
	rows_passed 0
}

# ------------------------------------------------------------- environment

@test "environment: nothing of it is needed" {
	run env -i "$DEVPOKE_BIN" version
	assert_exit 0
	run env -i "$DEVPOKE_BIN" peek "$M" CTRL -r
	[[ $output == 0x00000010 ]]
	run env -i HOME=/nosuch XDG_CONFIG_HOME=relative XDG_CACHE_HOME=/dev/null "$DEVPOKE_BIN" explain nvme CC
	assert_exit 0
}

@test "environment: argv without even a name is the intro" {
	run bash -c 'exec -a "" "$DEVPOKE_BIN"'
	assert_exit 0
	[[ $output == "devpoke: "* ]]
}
