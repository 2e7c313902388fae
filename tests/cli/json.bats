#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --json, CLI.md section 7: one document a command, whatever happens, with the keys named there.
# shellcheck disable=SC2154,SC2016 # status, output, stderr come from bats; $x is batch's own

load ../lib/common
load ../lib/oracle
load ../lib/table

setup_file() {
	lab_setup_file json edu,id=board
}

teardown_file() {
	"$DEVPOKE_BIN" sim stop json
}

setup() {
	lab_setup
	M=model:tests/golden/paths.yaml
	cat >"$BATS_TEST_TMPDIR/once.yaml" <<-'END'
		schema: 1
		device: {name: once, title: What keeps its first value, ref: none}
		registers: {A: {offset: 0, once: true}, B: {offset: 4, reset: 5}}
	END
	cat >"$BATS_TEST_TMPDIR/hole.snap" <<-'END'
		{"schema": 1, "spaces": [{"name": "bar0", "chunks": [
		 {"offset": 0, "width": 32, "hex": "11223344"},
		 {"offset": 4, "width": 32, "hex": null, "skipped": "clear"},
		 {"offset": 8, "width": 32, "hex": "55667788"}]}]}
	END
	ONCE=model:$BATS_TEST_TMPDIR/once.yaml HOLE=dump:$BATS_TEST_TMPDIR/hole.snap
}

# nothing of the lab's file-wide folder is this test's to stop
teardown() {
	:
}

# keys FILTER KEYS - each value of the filter is an object with those keys, some `optional?`, and
# no other; there is at least one
keys() {
	jq -e --arg keys "$2" '[('"$1"') | keys] as $got | ($keys | split(" ")) as $all |
		($all | map(select(endswith("?") | not))) as $need | ($all | map(rtrimstr("?"))) as $may |
		($got | length > 0) and all($got[]; . - $may == [] and $need - . == [])' \
		<<<"${output:-0}" >/dev/null || row_failed "expected keys of $1: $2"
}

REGISTER="path space offset width value int fields text? scaled? unit?"
FIELD="name bits value int text scaled? unit?"
ITEM="path space offset width sw on_read doc ref bits on_write kind reset? unit? register? words"

@test "json: each verb's document has the keys that CLI.md names" {
	local verb target command top filter names
	while IFS='|' read -r command top filter names; do
		row
		command=${command% } command=${command/ M/ $M}
		top=${top# } top=${top% } filter=${filter# } filter=${filter% } names=${names# }
		verb=${command%% *} target=null
		case $verb in sim | desc) verb=${command:0:${#verb}+1} rest=${command#* } verb+=${rest%% *} ;; esac
		[[ $command != *model:* && $command != *sim:* ]] || target=$(tr ' ' '\n' <<<"$command" | grep -m1 :)
		# shellcheck disable=SC2086
		dp $command --json
		[[ $status == 0 && -z $stderr ]] || row_failed "expected exit 0"
		[[ ${#lines[@]} == 1 ]] || row_failed "expected one line"
		[[ $output == '{"schema":1,"verb":"'$verb'","target":'* ]] || row_failed "expected schema, verb, target first"
		[[ $target == null || $output == *'"target":"'$target'"'* ]] || row_failed "expected the target $target"
		keys . "schema verb target${top:+ $top}"
		names=${names//REGISTER/$REGISTER} names=${names//FIELD/$FIELD} names=${names//ITEM/$ITEM}
		[[ -z $filter ]] || keys "$filter" "$names"
	done <<-'END'
		version | version
		help | verbs help | .verbs[] | name synopsis summary takes_target options
		help force | help
		peek -h | help
		list | targets | .targets[] | target vendor device class name driver iommu_group description held_by
		info M | device spaces driver iommu power irq why_not caps_why_not | .device | target name lab description
		info sim:json/board | device spaces driver iommu power irq why_not caps | .spaces[] | name kind size address widths readonly indirect prefetch
		info sim:json/board driver | driver | .driver | name bound kernel_names
		info sim:json/board irq | irq | .irq | intx msi msi_enabled msix msix_enabled
		peek M CTRL CAP RAL.2 0x100 | registers | .registers[] | REGISTER
		peek M CTRL CAP | registers | .registers[].fields[] | FIELD
		peek M CTRL.MODE CTRL:7..4 CAP.TO | registers | .registers[] | path register space offset width value int bits text? scaled? unit?
		peek M CTRL..CAUSE | registers | .registers[1] | path space offset width value skipped
		peek M CTRL --time | registers latency clock_ns | .registers[] | REGISTER ns
		poke M CTRL=1 CTRL.EN=1 CTRL:0=1 0x100=1 MAC=00:11:22:33:44:55 | writes | .writes[] | path old written readback protected
		poke M CTRL.EN=1 --readback --verify | writes | .writes[].protected[] | field why
		poke M CTRL.EN=1 --dry-run | plan | .plan[] | op space offset width path why text
		toggle M CTRL.EN | writes | .writes[] | path old written readback protected
		poll M CTRL.EN==0 CTRL.MODE==slow | met conditions unless elapsed_us reads | .conditions[] | path op want value met
		check M CTRL.EN==0 PORT eq 0 | met conditions | .conditions[] | path op want value met
		dump M | registers | .registers[] | path space offset width value int? fields? skipped? text? scaled? unit?
		dump M 0..+0x40 -w 32 | words | .words[] | space offset width value int? skipped?
		decode nvme CC 0x460001 | registers | .registers[] | REGISTER
		explain M CTRL CTRL.MODE uart0.DATA | items | .items[] | ITEM
		explain M CTRL.MODE | items | .items[].words[] | word value int doc
		find M uart | items | .items[] | path space offset width sw on_read doc ref bits on_write kind reset? unit? register?
		find doorbell | items | .items[] | path space offset width sw on_read doc ref bits on_write kind reset? unit? register? description
		sim list | labs | .labs[] | lab pid state devices
		sim plug json edu | plugged
		sim unplug json edu0 |
		desc lint devices/edu.yaml | problems
		desc list | descriptions | .descriptions[] | name title file problem?
		desc show edu | description items | .description | name title file ref registers fields enums hash
	END
	rows_passed 33
}

@test "json: sim start and stop have the labs that they made, and none" {
	dp sim start more edu --json
	keys . "schema verb target labs"
	keys .labs[] "lab pid state devices"
	assert_json '.labs == [{lab: "more", pid: .labs[0].pid, state: "running", devices: 1}]'
	dp sim stop more --json
	keys . "schema verb target"
	rows_passed 0
}

@test "json: lint has every problem with its place, exit 1, and that is no error" {
	printf 'schema: 1\ndevice: {name: bad, title: x, ref: none}\nregisters: {A: {ofset: 0}}\n' >"$BATS_TEST_TMPDIR/bad.yaml"
	dp desc lint "$BATS_TEST_TMPDIR/bad.yaml" --json
	assert_exit 1
	keys . "schema verb target problems"
	keys .problems[] "file line column message"
	assert_json '[.problems[] | "\(.line):\(.column)"] == ["3:13", "3:17"]'
	rows_passed 0
}

@test "json: register values are hex strings of full width, int only below 2^53" {
	run_dp decode nvme CAP 0x001fffffffffffff --json
	assert_json '.registers[0] | .value == "0x001fffffffffffff" and .int == 9007199254740991'
	run_dp decode nvme CAP 0x0020000000000000 --json
	assert_json '.registers[0] | .value == "0x0020000000000000" and (has("int") | not)'
	run_dp batch -t "$M" --json -e CTRL=1 -e CTRL -e CTRL.EN -e CTRL.MODE -e HALF -e BASE
	[[ $(jq -r '.registers[]?.value, .writes[]?.written' <<<"$output") == \
		$'0x00000001\n0x00000001\n0x1\n0x0\n0x0000\n0x0000000000000000' ]]
	[[ $(jq -r '.. | .value? // empty | type' <<<"$output" | sort -u) == string ]]
}

@test "json: a field has text, null when unknown, and scaled with unit where it is known" {
	run_dp decode tests/golden/paths.yaml CTRL 0x30 --json
	assert_json '.registers[0].fields[] | select(.name == "MODE") | .value == "0x3" and .text == null'
	run_dp decode tests/golden/paths.yaml CTRL 0x20 --json
	assert_json '.registers[0].fields[] | select(.name == "MODE") | .text == "fast"'
	run_dp decode tests/golden/paths.yaml CAP.TO 0x0f000000 --json
	assert_json '.registers[0] | .scaled == 7500 and .unit == "ms"'
	run_dp decode tests/golden/paths.yaml SPEED 2 --json
	assert_json '.registers[0] | .text == "fast" and .fields == []'
	run_dp decode tests/golden/paths.yaml TEMP 0x00ff0000 --json
	assert_json '.registers[0].fields[] | select(.name == "DELTA") | .value == "0xff" and .int == 255 and .text == "-1"'
}

@test "json: registers come in operand order, a name twice is there twice" {
	run_dp peek "$M" PORT CTRL PORT CAP --json
	assert_json_is '[.registers[].path] | join(" ")' "PORT CTRL PORT CAP"
	run_dp peek "$M" CTRL --count 3 --json
	assert_json '.registers | length == 3'
}

@test "json: an error stands beside what was done" {
	run_dp peek "$HOLE" bar0+0 bar0+4 bar0+8 --json
	assert_exit 4
	assert_json '(.registers | length == 1 and .[0].value == "0x44332211") and .error.code == "io"
		and .error.class == null and .error.hint == null'
	# a model whose log can take no more
	run_sh "trap '' XFSZ; ulimit -f 1; devpoke poke $ONCE@$BATS_TEST_TMPDIR/s B={1..20} --json 2>&1 | grep '^{'; exit \${PIPESTATUS[0]}"
	assert_exit 4
	assert_json '(.writes | length > 5 and length < 20) and .writes[4].written == "0x00000005" and .error.code == "io"'
	run_sh "trap '' XFSZ; ulimit -f 1; devpoke dump $M@$BATS_TEST_TMPDIR/t --json 2>&1 | grep '^{'; exit \${PIPESTATUS[0]}"
	assert_exit 4
	assert_json '(.registers | length > 5) and .registers[0].path == "CAP" and .error.code == "io"'
}

@test "json: poll that runs out has what it saw and the code timeout; --unless is no error" {
	run_dp poll "$M" CTRL.MODE==slow CTRL.EN==1 --timeout 2ms --json
	assert_exit 1
	assert_json '.met == false and .unless == false and .reads >= 2 and .elapsed_us >= 2000
		and (.conditions | map(.met) == [true, false])
		and .conditions[1] == {path: "CTRL.EN", op: "==", want: "0x1", value: "0x0", met: false}
		and .error.code == "timeout" and .error.class == null'
	run_dp poll "$M" CTRL.EN==1 --unless CTRL.MODE==slow --timeout 10s --json
	assert_exit 1
	assert_json '.met == false and .unless == true and (has("error") | not)'
	assert_no_stderr
	run_dp poll "$M" CTRL.EN eq 0 --timeout 0 --json
	assert_ok
	assert_json '.met == true and .unless == false and .reads == 1'
}

@test "json: exit 1 of check and of --verify has no error" {
	run_dp check "$M" CTRL.EN==1 CTRL.MODE==slow --json
	assert_exit 1
	assert_no_stderr
	assert_json '.met == false and (.conditions | map(.met) == [false, true]) and (has("error") | not)'
	run_dp poke "$ONCE" A=1 A=2 --verify --json
	assert_exit 1
	assert_no_stderr
	assert_json '(.writes | map(.readback) == ["0x00000001", "0x00000001"]) and .writes[1].mismatch == "0x00000003"
		and (.writes[0] | has("mismatch") | not) and (has("error") | not)'
}

@test "json: a refusal has the code refused and the class of its --force" {
	local class command
	while read -r class command; do
		row
		# shellcheck disable=SC2086
		dp ${command/M/$M} --json
		[[ $status == 5 ]] || row_failed "expected exit 5"
		jq -e --arg class "$class" '.error | .code == "refused" and .class == $class' <<<"$output" >/dev/null ||
			row_failed "expected the class $class"
		# shellcheck disable=SC2086
		dp ${command/M/$M} --json --force="$class"
		[[ $status == 0 ]] || row_failed "--force=$class does not lift it"
		jq -e 'has("error") | not' <<<"$output" >/dev/null || row_failed "expected no error"
	done <<-'END'
		ro poke M STATE=1
		reserved poke M CTRL:2=1
		enum poke M CTRL.MODE=3
		effect toggle M CTRL.ERR
		range dump M -w 32 8..+4 --raw -o /dev/null
	END
	rows_passed 4
}

@test "json: whatever is wrong with the line, there is one document and the same lines on stderr" {
	local command text
	while read -r command; do
		row
		# shellcheck disable=SC2086
		dp ${command/M/$M}
		text=$stderr
		[[ -z $output && $text == "devpoke: "* ]] || row_failed "expected an error"
		# shellcheck disable=SC2086
		dp ${command/M/$M} --json
		[[ $stderr == "$text" ]] || row_failed "stderr differs with --json"
		[[ ${#lines[@]} == 1 ]] || row_failed "expected one document"
		jq -e --arg text "$text" '.schema == 1 and has("target") and
			($text | split("\n")) == (["devpoke: " + .error.message] +
				(if .error.hint then ["hint: " + .error.hint] else [] end))' <<<"$output" >/dev/null ||
			row_failed "expected message and hint of stderr"
	done <<-'END'
		pek
		peek
		peek M
		peek M CX
		peek nosuch CC
		peek M CTRL --jso
		peek M CTRL --force
		peek M CTRL -w 8
		poke M CTRL=zz
		toggle M NOPE
		poll M CTRL.EN
		poll M CTRL.EN==1 --timeout 0
		check M CTRL.EN
		dump M NOPE
		decode nvme CC 0x1ffffffff
		explain nosuch CC
		find nosuch CC
		info nosuch
		desc
		desc show nosuch
		desc lint /nosuch
		batch /nosuch
		sim
		sim strat
		sim start nvme
		sim stop nosuch
		sim plug nosuch edu
		sim unplug nosuch edu
		sim run nvme
		help nosuch
		version x
	END
	rows_passed 31
}

@test "json: batch has a document a line, each with line and exit; built-ins have theirs" {
	printf '# nothing\n\nCTRL\nCTRL.EN=1\nCX\nlet x = CTRL\necho "a $x"\nsleep 0\nuse %s\nbogus"\nuse nosuch\nrepeat 2 check CTRL.EN==1\nsource /nosuch\nexplain CTRL\n' "$M" >"$BATS_TEST_TMPDIR/lines"
	run_dp batch -t "$M" --json --keep-going "$BATS_TEST_TMPDIR/lines"
	assert_exit 2
	[[ $(jq -rc '[.schema, .verb, .line, .exit, .error.code] | join(" ")' <<<"$output") == \
'1 peek 3 0 
1 poke 4 0 
1 peek 5 2 name
1 let 6 0 
1 echo 7 0 
1 sleep 8 0 
1 use 9 0 
1  10 2 usage
1 use 11 3 absent
1 check 12 0 
1 check 12 0 
1 source 13 2 name
1 explain 14 0 ' ]]
	[[ $(jq -rc 'keys_unsorted[0:3] | join(" ")' <<<"$output" | sort -u) == "schema verb target" ]]
	[[ $(jq -rc 'select(.verb == "let") | [.name, .value, .int] | join(" ")' <<<"$output") == "x 0x11 17" ]]
	[[ $(jq -rc 'select(.verb == "echo") | .text' <<<"$output") == "a 0x11" ]]
	# --json of a line alone
	run_dp batch -t "$M" -e 'CTRL -r' -e 'peek CTRL --json' -e 'CTRL.EN -r'
	[[ ${#lines[@]} == 3 && ${lines[1]} == '{"schema":1,'*'"line":2,"exit":0}' ]]
}

@test "json: a signal leaves a whole document" {
	run_sh "timeout --foreground --preserve-status -s INT 0.3 \"\$DEVPOKE_BIN\" poll $M CTRL.EN==1 --timeout 60s --json"
	assert_exit 130
	assert_json '.schema == 1 and .verb == "poll"'
}

@test "json: bytes that are no UTF-8 and control characters stay inside their string" {
	run_dp peek "$M" $'C\xff\xc3' --json
	assert_exit 2
	iconv -f UTF-8 -t UTF-8 <<<"$output" >/dev/null
	assert_json '.error.message | contains("C??")'
	run_dp peek "$M" $'C\n"\e\\' --json
	assert_exit 2
	[[ ${#lines[@]} == 1 ]]
	assert_json '.error.message | contains("C\n\"\u001b\\")'
}
