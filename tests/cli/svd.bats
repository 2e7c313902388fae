#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# desc import --from svd, desc export --to svd|c|json: CMSIS-SVD in full, a header that compiles,
# and what is said of what is lost.
# shellcheck disable=SC2154 # status, output, stderr come from bats

load ../lib/common

setup() {
	dp_setup
	cd "$BATS_TEST_TMPDIR" || return
	SVD=$DP_ROOT/tests/golden/svd
	VENDOR=${DEVPOKE_SVD:-$DP_ROOT/../shared/data/svd}
}

# import FILE NAME - to NAME.yaml, which lint finds nothing wrong with
import() {
	run_dp desc import --from svd "$1" -o "$2.yaml" -q
	assert_exit 0
	run_dp desc lint "$2.yaml"
	assert_exit 0
}

# same A B - what a reader of SVD that is not ours finds in both is the same
same() {
	run python3 "$DP_ROOT/tests/lib/svd.py" "$@"
	[[ $status == 0 ]] || { printf '%s\n' "$output"; return 1; }
}

# there_and_back FILE NAME - the register model survives SVD -> YAML -> SVD
there_and_back() {
	import "$1" "$2"
	run_dp desc export "./$2.yaml" --to svd -o "$2.back.svd" -q
	assert_exit 0
	same "$1" "$2.back.svd"
}

# need_vendor NAME... - files that are not ours, and not everywhere
need_vendor() {
	local name
	for name in "$@"; do
		[[ -r $VENDOR/$name.svd ]] || skip "no vendor file $name.svd in $VENDOR"
	done
}

# ------------------------------------------------------------------- import

@test "svd: every construct there and back, by a reader that is not ours" {
	there_and_back "$SVD/all.svd" all
	[[ $output == "82 registers, 86 fields" ]]
}

@test "svd: the reader of the test sees a difference" {
	local word
	for word in 's/<bitRange>\[3:0\]/<bitRange>[3:1]/' 's/oneToClear/oneToSet/' 's/>0xa5</>0xa4</' \
		's/<dimIncrement>0x20/<dimIncrement>0x40/' 's/>busy</>bussy</' 's/>0x40006000</>0x40007000</' \
		's/>writeOnce</>write-only</' 's/<resetMask>0xff</<resetMask>0xfe</' 's/derivedFrom="COPY"/derivedFrom="FAR"/'; do
		sed "0,/XX/$word" "$SVD/all.svd" >other.svd
		! cmp -s "$SVD/all.svd" other.svd
		run python3 "$DP_ROOT/tests/lib/svd.py" "$SVD/all.svd" other.svd
		[[ $status == 1 && $output == *differs* ]] || { echo "not seen: $word"; return 1; }
	done
}

@test "svd: bit ranges, resets and sizes are what the file says" {
	import "$SVD/all.svd" all
	run_dp explain all.yaml RANGES.THREE RANGES.ONE RANGES.BYTE RANGES.LONG RANGES.KILO --json
	assert_ok
	assert_json '[.items[] | select(.register == "RANGES.THREE") | "\(.path) \(.bits)"] == ["RANGES.THREE.C 31..8",
		"RANGES.THREE.B 7..4", "RANGES.THREE.A 3..0"]'
	run jq '[.items[] | select(.register == null)] | {items: .}' <<<"$output"
	assert_json '.items[0].reset == "0x000000a5" and .items[0].reset_mask == "0x000000ff"'
	assert_json '.items[1].reset == null and .items[2].width == 8 and .items[2].offset == "0x40000008"'
	assert_json '.items[3].width == 64 and .items[3].reset == "0x123456789abcdef0"'
	assert_json '.items[4].offset == "0x40000400"'
	run_dp explain all.yaml RANGES.THREE
	assert_stdout_has "reset 0x000000a5; known are the bits of 0x000000ff"
}

@test "svd: what reads and writes do" {
	import "$SVD/all.svd" all
	run_dp explain all.yaml EFFECTS.WRITES EFFECTS.READS EFFECTS.ALL_W1C --json
	assert_ok
	assert_json '[.items[] | select(.register == "EFFECTS.WRITES") | "\(.path | ltrimstr("EFFECTS.WRITES.")) \(.on_write)"] |
		sort == ["CLEAR clear", "MODIFY effect", "RO store", "SET set", "W0C w0c", "W0S w0s", "W0T w0t", "W1C w1c",
		"W1S w1s", "W1T w1t"]'
	assert_json '[.items[] | select(.register == "EFFECTS.READS") | "\(.path | ltrimstr("EFFECTS.READS.")) \(.on_read) \(.sw)"] |
		sort == ["CLEAR clear ro", "MODIFY effect ro", "OTHER effect ro", "SET set ro"]'
	assert_json '[.items[] | select(.path | startswith("EFFECTS.ALL_W1C")) | .on_write] == ["w1c", "w1c", "w1c"]'
	run_dp explain all.yaml EFFECTS.ONCE EFFECTS.RWONCE EFFECTS.STAT EFFECTS.CMD --json
	assert_json '[.items[].sw] == ["wo", "rw", "ro", "wo"] and .items[2].offset == .items[3].offset'
}

@test "svd: words to read and words to write" {
	local m
	import "$SVD/all.svd" all
	m=model:./all.yaml@$BATS_TEST_TMPDIR/st
	run_dp explain all.yaml WORDS.R
	assert_ok
	assert_stdout_has "0 off: No" "1 slow" "2 fast_2" "3 fast_3" "0 idle, 1 busy" "and is written:" "0 leave, 1 start"
	run_dp poke "$m" WORDS.R.GO=start
	assert_exit 0
	run_dp check "$m" WORDS.R.GO==busy
	assert_exit 0
	run_dp peek "$m" WORDS.R.GO
	assert_stdout_has busy
	run_dp poke "$m" WORDS.R.GO=busy
	assert_exit 2
	assert_stderr_has "has no word 'busy'" "its words are leave, start"
	run_dp check "$m" WORDS.R.GO==start
	assert_exit 2
	assert_stderr_has "has no word 'start'"
}

@test "svd: arrays, lists, clusters in clusters, arrays of peripherals" {
	local m
	import "$SVD/all.svd" all
	m=model:./all.yaml
	run_dp --trace peek "$m" LISTS.ARRAY.3 LISTS.LIST_B LISTS.NUM4_CTRL LISTS.LETZ LISTS.PLAIN1 LISTS.CH.1.DATA.1 \
		LISTS.CH.1.SUB.STATUS LISTS.EP_OUT.ADDR UART.2.DR SPI_B.DR DERIVED2.TWO.R MORE.EXTRA
	assert_exit 0
	run jq -r .offset <<<"$stderr"
	assert_stdout "$(printf '0x%x\n' 0x4000300c 0x40003014 0x40003024 0x40003030 0x40003038 0x400030ac 0x400030b4 \
		0x40003110 0x40012000 0x40021000 0x40005030 0x40006020)"
	run_dp explain all.yaml LISTS.BITS --json
	assert_json '[.items[1:][] | "\(.path | ltrimstr("LISTS.BITS.")) \(.bits)"] == ["HI_BYTE 23..16", "LO_BYTE 15..8", "PIN3 7..6",
		"PIN2 5..4", "PIN1 3..2", "PIN0 1..0"]'
}

@test "svd: registers at one place are views of the widest" {
	local m
	import "$SVD/all.svd" all
	m=model:./all.yaml@$BATS_TEST_TMPDIR/st
	run_dp explain all.yaml VIEWS.IN VIEWS.LOW VIEWS.OUT --json
	assert_json '[.items[].alternate] == ["OUT", "BOTH", null]'
	run_dp poke "$m" VIEWS.HIGH=0x12 VIEWS.LOW=0x34
	assert_exit 0
	run_dp peek -r "$m" VIEWS.BOTH
	assert_stdout 0x1234
	# a restore writes the place once
	run_dp snap "$m" 'VIEWS.*' -o before.snap
	assert_exit 0
	run_dp poke "$m" VIEWS.BOTH=0xffff
	run_dp restore "$m" before.snap --trace
	assert_exit 0
	run jq -r 'select(.op == "W") | "\(.offset)/\(.width)=\(.value)"' <<<"$stderr"
	assert_stdout "0x40030004/16=0x1234"
}

@test "svd: one peripheral alone is a block for any address" {
	run_dp desc import --from svd "$SVD/all.svd" --peripheral EFFECTS -o effects.yaml
	assert_exit 0
	run_dp desc lint effects.yaml
	assert_exit 0
	run_dp --trace peek model:./effects.yaml WRITES.W1C
	assert_exit 0
	assert_stderr_has '"offset":"0x10"'
	grep -q '# EFFECTS is at 0x40001000 there' effects.yaml
	run_dp desc import --from svd "$SVD/all.svd" --peripheral SPI_B
	assert_exit 0
	assert_stdout_has "# SPI_B is at 0x40021000 there" "name: spi_b"
	# clusters are types of it
	run_dp desc import --from svd "$SVD/all.svd" --peripheral LISTS
	assert_exit 0
	printf '%s\n' "$output" >lists.yaml
	run_dp explain ./lists.yaml CH.1.SUB.STATUS
	assert_ok
	assert_stdout_has "main+0xb4"
}

@test "svd: what is odd is said line by line, and the rest is there" {
	run_dp desc import --from svd "$SVD/odd.svd" -o odd.yaml
	assert_exit 0
	run diff <(sed "s,^devpoke: note: ,,; s,^$SVD/,," <<<"$stderr") "$SVD/odd.notes"
	assert_exit 0
	run_dp desc lint odd.yaml
	assert_exit 0
	run_dp desc import --from svd "$SVD/odd.svd" -o odd.yaml --json
	assert_exit 0
	assert_json ".notes | length == $(grep -vc 'see above' "$SVD/odd.notes")"
	assert_json '.notes[0].file | endswith("odd.svd")'
	assert_json '[.notes[] | select(.line == 17 and (.message | contains("128 bits")))] | length == 1'
}

# ---------------------------------------------------------------- worst inputs

@test "svd: what is no SVD file is said, and nothing is written" {
	local row file want
	printf '<device>\n  <name>x</name>\n</devicE>\n' >torn.svd
	printf 'CTRL: 1\n' >text.svd
	: >empty.svd
	printf '<html><body/></html>\n' >html.svd
	printf '<device><name>x</name><peripherals/></device>' >none.svd
	printf '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>\n<device><name>&b;</name></device>\n' >bomb.svd
	printf '<a>%.0s' {1..100} >deep.svd
	head -c 5000 /dev/urandom >noise.svd
	mkdir folder.svd
	mkfifo pipe.svd
	while IFS='|' read -r file want; do
		run_dp desc import --from svd "$file" -o out.yaml
		[[ $status == 2 && $stderr == *"$want"* && ${#stderr_lines[@]} -le 2 && ! -e out.yaml ]] || {
			printf '%s: exit %s, %s\n' "$file" "$status" "$stderr"
			row=bad
		}
	done <<-'END'
		torn.svd|torn.svd:3:3: mismatched tag
		text.svd|text.svd:1:1: syntax error
		empty.svd|empty.svd:1:1: no element found
		html.svd|its first element is <html>, not <device>
		none.svd|'none.svd' has no register
		bomb.svd|bomb.svd:1:25: it declares entities
		deep.svd|elements deeper than 32
		noise.svd|noise.svd:1:
		folder.svd|cannot read 'folder.svd': it is no regular file
		pipe.svd|cannot read 'pipe.svd': it is no regular file
		nowhere.svd|cannot read 'nowhere.svd': No such file or directory
	END
	[[ -z $row ]]
}

@test "svd: options that do not fit are said before anything is read" {
	local words want row=
	while IFS='|' read -r words want; do
		# shellcheck disable=SC2086 # words
		run_dp desc $words
		[[ $status == 2 && $stderr == *"$want"* ]] || { printf '%s: exit %s, %s\n' "$words" "$status" "$stderr"; row=bad; }
	done <<-END
		import $SVD/all.svd|which format? --from FORMAT
		import --from xml $SVD/all.svd|'xml' is no format that can be imported; there is svd
		import --from c $SVD/all.svd|'c' is no format that can be imported
		import --from svd $SVD/all.svd -o out.yml|'out.yml' is no file of a description
		import --from svd $SVD/all.svd -o "a.b.yaml"|is no file of a description
		import --from svd $SVD/all.svd --json|--json needs -o FILE
		import --from svd $SVD/all.svd --peripheral NONE|has no peripheral 'NONE'
		import --from svd|needs FILE
		export nvme|which format? --to FORMAT
		export nvme --to yaml|'yaml' is no format that can be written; there is c, json, svd
		export nvme --to c --json|--json needs -o FILE
		export nowhere --to c|nowhere
	END
	[[ -z $row && ! -e out.yml ]]
}

@test "svd: a full disk, a closed pipe, no permission" {
	run_dp desc import --from svd "$SVD/all.svd" -q -o /dev/full
	assert_exit 4
	run bash -c "\"$DEVPOKE_BIN\" desc export nvme --to json -q | head -c 10 >/dev/null; echo \${PIPESTATUS[0]}"
	assert_stdout 0
	if ((EUID)); then
		mkdir closed
		chmod 555 closed
		run_dp desc import --from svd "$SVD/all.svd" -q -o closed/x.yaml
		assert_exit 3
	fi
	# what was there stays as it was
	echo mine >all.yaml
	echo '<html/>' >html.svd
	run_dp desc import --from svd html.svd -o all.yaml
	assert_exit 2
	[[ $(<all.yaml) == mine ]]
}

# ------------------------------------------------------------------- export

@test "export: shipped descriptions as SVD, read again, are the same registers" {
	local file name
	for file in "$DP_ROOT"/devices/*.yaml; do
		name=$(basename "$file" .yaml)
		run_dp desc export "$file" --to svd -o "$name.svd" -q
		assert_exit 0
		# a space that is reached through others has no address
		grep -q '<register>' "$name.svd" || continue
		mkdir -p again
		run_dp desc import --from svd "$name.svd" -o "again/$name.yaml" -q
		assert_exit 0
		run_dp desc lint "again/$name.yaml"
		assert_exit 0
		run_dp desc export "./again/$name.yaml" --to svd -o "$name.again.svd" -q
		assert_exit 0
		same "$name.svd" "$name.again.svd"
		[[ $output != "0 registers"* ]]
	done
}

@test "export: what SVD cannot say is said, with its place" {
	run_dp desc export "$DP_ROOT/tests/golden/widget.yaml" --to svd -o w.svd
	assert_exit 0
	assert_stderr_has "'CAP': const" "'CAP.TO': unit, scale" "sequence 'enable' is left out" "a variant is left out" \
		"space 'phy' is reached through other registers: left out" "'MAC': a value joined of several" \
		"'SQDB': '2 * (4 << CAP.DSTRD)' is 0x8, as after reset"
}

# header_of DESC NAME - its header, and a program that compares it with the JSON of it
header_of() {
	run_dp desc export "$1" --to c -o "$2.h" -q
	assert_exit 0
	run_dp desc export "$1" --to json -o "$2.json" -q
	assert_exit 0
	jq -r --arg header "$2.h" -f "$DP_ROOT/tests/lib/header.jq" "$2.json" >"$2.c"
	gcc -std=c99 -pedantic -Wall -Wextra -Werror -I. -o "$2.c99" "$2.c"
	g++ -x c++ -Wall -Wextra -Werror -I. -o "$2.cxx" "$2.c"
	run "./$2.c99"
	assert_exit 0
	[[ $output != 0\ numbers ]]
	run "./$2.cxx"
	assert_exit 0
}

@test "export: a header compiles in C and C++, and its numbers are those of the description" {
	local file
	import "$SVD/all.svd" all
	header_of ./all.yaml all
	for file in "$DP_ROOT"/devices/*.yaml "$DP_ROOT/tests/golden/widget.yaml" "$DP_ROOT/tests/golden/nest.yaml"; do
		header_of "$file" "$(basename "$file" .yaml)"
	done
	# two macros that would be one, and a doc that would end its comment
	printf '%s\n' 'schema: 1' 'device: {name: odd}' 'registers:' \
		'  A_B: {offset: 0, doc: "ends */ here /* not"}' '  A: {offset: 4, fields: {B_SHIFT: 0, B: 1}}' \
		'  A_B_SHIFT: {offset: 8}' >odd.yaml
	run_dp desc export ./odd.yaml --to c -o odd.h
	assert_exit 0
	assert_stderr_has "the name before it is taken"
	printf '#include "odd.h"\nint a = ODD_A_B + ODD_A_B_SHIFT;\n' >odd.c
	gcc -Wall -Wextra -Werror -I. -c odd.c
}

@test "export: JSON says what the loader has made of the file" {
	run_dp desc export "$DP_ROOT/tests/golden/widget.yaml" --to json -q
	assert_ok
	assert_json '.schema == 1 and .name == "widget" and ([.spaces[].name] == ["main", "phy", "page"])'
	assert_json '.registers[] | select(.name == "SQDB") | .array[0].stride == "2 * (4 << CAP.DSTRD)" and .kind == "doorbell"'
	assert_json '.registers[] | select(.name == "CTRL") | .fields[] | select(.name == "ERR") | .on_write == "w1c" and .hi == 8 and .lo == 8'
	assert_json '.blocks[] | select(.name == "uart0") | .step == 4 and (.registers | length) > 8'
	assert_json '.joins[0].of == ["RAH.0.AH", "RAL.0"]'
}

# ------------------------------------------------------------------ vendor files

@test "svd: vendor files there and back" {
	local name
	need_vendor RP2040 STM32F103 esp32c6-lp
	for name in RP2040 STM32F103 esp32c6-lp; do
		there_and_back "$VENDOR/$name.svd" "$(tr 'A-Z-' 'a-z_' <<<"$name")"
	done
}

@test "svd: every register of RP2040 is explained, decoded and used with a model" {
	local n
	need_vendor RP2040
	import "$VENDOR/RP2040.svd" rp2040
	[[ $(grep -cE 'on_write: w1c|on_read: effect' rp2040.yaml) == 317 ]]
	python3 "$DP_ROOT/tests/lib/svd.py" "$VENDOR/RP2040.svd" >names
	n=$(wc -l <names)
	((n > 1000))
	run_dp explain ./rp2040.yaml '**' --json
	assert_ok
	jq -r '.items[] | select(.register == null).path' <<<"$output" | sort >explained
	run diff <(sort names) explained
	assert_exit 0
	sed 's/$/ 0x12345678/; s/^/decode /' names >decode
	run_dp batch -t model:./rp2040.yaml decode
	assert_exit 0
	assert_stderr ""
	sed 's/^/peek -r /' names >peek
	run_dp batch -t model:./rp2040.yaml --keep-going -q peek
	assert_stdout_has 0x01ffffff
	# what cannot be read is write-only, and nothing else cannot
	run bash -c 'grep -v "write-only\|^hint" <<<"$1" | head -5' - "$stderr"
	assert_stdout ""
	sed 's/^/poke /; s/$/=1/' names >poke
	run_dp batch -t model:./rp2040.yaml@"$BATS_TEST_TMPDIR/st" --keep-going -q poke
	# what is refused is read-only, or has words, and nothing else is
	run bash -c 'grep -v "read-only\|^hint\|no word of" <<<"$1" | head -5' - "$stderr"
	assert_stdout ""
}
