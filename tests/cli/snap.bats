#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# snap, diff and restore on a model: what is read and written, what is hidden, what is refused.
# shellcheck disable=SC2154,SC2016 # status, output, stderr come from bats; $... is for the inner shell

load ../lib/common
load ../lib/tree

setup() {
	dp_setup
	T=$BATS_TEST_TMPDIR
	M=model:$T/part.yaml@$T/state
	cat >"$T/part.yaml" <<'END'
schema: 1
device: {name: part, title: Part, ref: "none"}
spaces: {main: {kind: registers, size: 0x80}}
registers:
  CAP: {offset: 0x00, width: 64, sw: ro, const: true, reset: 0x300000004, fields: {V: 35..32, NUM: 7..0}}
  CTRL:
    offset: 0x08
    reset: 0x10
    order: 9
    fields: {GO: {bits: 9, on_write: pulse}, ERR: {bits: 8, on_write: w1c}, MODE: {bits: 6..4, enum: {0: stop, 1: slow, 2: fast}}, EN: 0}
  CAUSE: {offset: 0x0c, sw: ro, on_read: clear, reset: 1, fields: {X: 0}}
  FIFO: {offset: 0x10, kind: fifo}
  COUNT: {offset: 0x14, volatile: true}
  SERIAL: {offset: 0x18, unique: true}
  BASE: {offset: 0x20, width: 64, fields: {ADDR: {bits: 63..12, type: address, shift: 12}}}
  KEEP: {offset: 0x28, volatile: true, restore: true}
  BIG: {offset: 0x2c, endian: big, reset: 0x11223344}
  BYTE: {offset: 0x30, width: 8, reset: 0x5a}
  RST: {offset: 0x34, resets: 1ms, fields: {S: 7..4, R: {bits: 0, on_write: pulse}}}
  MIX: {offset: 0x38, fields: {W: 23..16, V: {bits: 15..8, volatile: true}, U: {bits: 7..0, unique: true}}}
  DB: {offset: 0x40, sw: wo, kind: doorbell, array: {count: CAP.NUM, stride: 4}}
  SHADOWED: {offset: 0x50, sw: wo}
  FUTURE: {offset: 0x54, when: CAP.V == 4}
END
}

# snap FILE ARGS... - a snapshot of the model
snap() {
	run_dp snap "$M" -o "$T/$1" "${@:2}"
	assert_ok
}

change() {
	"$DEVPOKE_BIN" poke "$M" -q CTRL=0x21 COUNT=5 SERIAL=6 BASE.ADDR=0x5000 KEEP=7 BIG=0x55667788 \
		BYTE=1 RST.S=3 MIX=0x010203
	rm -f "$T/state.log"
}

# what the model saw: "R 0x8 32" per access
log() {
	jq -r '[.op, .offset, .width] | join(" ")' "$T/state.log" | paste -sd, || true
}

# --------------------------------------------------------------------- snap

@test "snap: each register is read once at its width; what a read changes is not" {
	snap a.snap
	assert_stdout "$T/a.snap: 10 registers, 7 not read"
	[[ $(log) == "R 0x0 64,R 0x8 32,R 0x14 32,R 0x18 32,R 0x20 64,R 0x28 32,R 0x2c 32,R 0x30 8,R 0x34 32,R 0x38 32" ]]
	output=$(<"$T/a.snap")
	assert_json_is '.schema, .desc, .reads, .ids' "1
$T/part.yaml
1
{}"
	assert_json '.target == "model:'"$T/part.yaml@$T/state"'" and (.hash | startswith("0x"))
		and (.time | test("^20..-..-..T..:..:..Z$")) and (.boot_id | length == 36)'
	assert_json_is '[.spaces[] | .name as $n | .chunks[] | "\($n)\(.offset)/\(.width)=\(.hex // .skipped)"] | join(" ")' \
		"main0x0/64=0400000003000000 main0x8/32=10000000 main0xc/32=clear main0x10/32=fifo main0x14/32=00000000 main0x18/32=00000000 main0x20/64=0000000000000000 main0x28/32=00000000 main0x2c/32=11223344 main0x30/8=5a main0x34/32=00000000 main0x38/32=00000000 main0x40/32=doorbell main0x44/32=doorbell main0x48/32=doorbell main0x4c/32=doorbell main0x50/32=wo"
}

@test "snap: a range has its registers, and the const ones that names depend on" {
	snap a.snap CTRL
	assert_stdout "$T/a.snap: 2 registers"
	snap a.snap 'C*' MIX
	output=$(<"$T/a.snap")
	assert_json_is '[.spaces[].chunks[].offset] | join(" ")' "0x0 0x8 0xc 0x14 0x38"
	run_dp dump "dump:$T/a.snap"
	assert_exit 0
	assert_stdout_has "DB.0..DB.3" "MIX" "CTRL              0x00000010  MODE=slow"
	# spelled by name is consent, a glob is not
	run_dp snap "$M" -o "$T/a.snap" CAUSE
	assert_exit 0
	output=$(<"$T/a.snap")
	assert_json_is '[.spaces[].chunks[] | select(.offset == "0xc") | .hex]' '["01000000"]'
}

@test "snap: words with -w, and where nothing is described; holes are left out" {
	snap a.snap 0..+0x10 -w 16
	assert_stdout "$T/a.snap: 1 register, 6 words, 2 not read"
	[[ $(log) == "R 0x0 64,R 0x0 16,R 0x2 16,R 0x4 16,R 0x6 16,R 0x8 16,R 0xa 16" ]]
	head -c 256 /dev/urandom >"$T/in.bin"
	run_dp snap "dump:$T/in.bin" -o "$T/b.snap"
	assert_stdout "$T/b.snap: 64 words"
	run_sh "devpoke dump $T/b.snap main --raw | cmp - $T/in.bin"
	assert_ok
	run_dp snap "dump:$T/in.bin" 1..+2 -w 32 -o "$T/c.snap"
	assert_exit 2
	[[ ! -e $T/c.snap ]]
}

@test "snap: -n reads again, const ones not, and marks what moved by itself" {
	run_dp snap "$M" -o "$T/a.snap" CTRL CAUSE CAP --force=effect -n 3
	assert_exit 0
	assert_stderr "devpoke: note: reading 'CAUSE' clears it"
	[[ $(log) == "R 0x0 64,R 0x8 32,R 0xc 32,R 0x8 32,R 0xc 32,R 0x8 32,R 0xc 32" ]]
	assert_stdout "$T/a.snap: 3 registers, 1 moved by itself"
	output=$(<"$T/a.snap")
	assert_json_is '.reads, [.spaces[].chunks[] | select(.moved) | .offset + " " + .moved]' $'3\n["0xc 01000000"]'
	for n in 1 0 -1 x 1000001 18446744073709551616; do
		run_dp snap "$M" -n "$n" -o "$T/b.snap"
		assert_exit 2
	done
	[[ ! -e $T/b.snap ]]
}

@test "snap: to standard output when no file is said; --json needs one and counts" {
	run_sh "devpoke snap $M | jq -r .schema"
	assert_stdout 1
	run_dp snap "$M" --json
	assert_exit 2
	run_dp snap "$M" -o "$T/a.snap" --json -n 2
	assert_ok
	assert_json 'del(.file) == {"schema":1,"verb":"snap","target":"'"$M"'","registers":10,"words":0,"skipped":7,"moved":0,"reads":2}'
	run_sh "devpoke snap $M -o - | head -c 1; echo = \${PIPESTATUS[0]}"
	assert_stdout "{= 0"
}

@test "snap: a file is whole or not there, and what was there stays" {
	snap a.snap
	cp "$T/a.snap" "$T/copy"
	run_sh "ulimit -f 0; trap '' XFSZ; devpoke snap $M -o $T/a.snap"
	assert_exit 4
	cmp "$T/a.snap" "$T/copy"
	run_sh "ulimit -f 0; trap '' XFSZ; devpoke snap $M -o $T/b.snap"
	assert_exit 4
	[[ ! -e $T/b.snap && -z $(ls "$T"/*.tmp 2>/dev/null) ]]
	run_dp snap "$M" -o "$T/nosuch/a.snap"
	assert_exit 3
	run_dp snap "$M" -o "$T/a.json"
	assert_exit 2
	assert_stderr_has "ends in .snap"
	# through a link, and with the rights that it had
	chmod 640 "$T/a.snap"
	ln -s a.snap "$T/link.snap"
	snap link.snap -q -n 2
	[[ $(jq .reads "$T/a.snap") == 2 && -L $T/link.snap && $(stat -c %a "$T/a.snap") == 640 ]]
}

@test "snap: a full disk is exit 4, a node stays one, and no permission is exit 3" {
	run_sh "devpoke snap $M >/dev/full"
	assert_exit 4
	mknod "$T/full" c 1 7 2>/dev/null || skip "needs root for a device node"
	run_dp snap "$M" -o "$T/full"
	assert_exit 4
	[[ -c $T/full ]]
	mkdir "$T/shut"
	chmod 777 "$T" "$HOME"
	run_sh "setpriv --reuid=65534 --regid=65534 --clear-groups \"\$DEVPOKE_BIN\" snap model:$T/part.yaml -o $T/shut/a.snap"
	assert_exit 3
	assert_stderr_has "Permission denied"
}

@test "snap: killed, it leaves nothing; a batch that checks makes none" {
	run_sh "\"\$DEVPOKE_BIN\" snap model:$T/part.yaml -n 1000000 -o $T/a.snap & sleep 0.3; kill -9 \$!; wait \$!; ls $T/*.snap $T/*.tmp 2>/dev/null"
	assert_no_stdout
	run_sh "timeout --foreground --preserve-status -s INT 0.3 \"\$DEVPOKE_BIN\" snap model:$T/part.yaml -n 1000000 -o $T/a.snap; echo = \$?; ls $T/*.snap $T/*.tmp 2>/dev/null"
	assert_stdout "= 130"
	run_dp batch --check -e "snap $M -o $T/a.snap" -e "diff $M $M" -e "restore $M $T/nosuch.snap"
	assert_exit 3
	[[ ! -e $T/a.snap ]]
}

# --------------------------------------------------------------------- diff

@test "diff: fields by name and word; volatile and unique ones are hidden and counted" {
	snap a.snap
	run_dp diff "$T/a.snap" "$M"
	assert_exit 0
	assert_stdout "not compared: 7"
	change
	run_dp diff "$T/a.snap" "$M"
	assert_exit 1
	assert_no_stderr
	assert_stdout "\
CTRL.MODE             0x1 (slow) -> 0x2 (fast)
CTRL.EN               0 -> 1
BASE.ADDR             0x0000000000000 -> 0x0000000005000
BIG                   0x11223344 -> 0x55667788
BYTE                  0x5a -> 0x01
RST.S                 0x0 -> 0x3
MIX.W                 0x00 -> 0x01
hidden: 3 volatile, 2 unique (--all); not compared: 7"
	# the device is read once, as far as the snapshot goes
	[[ $(log) == "R 0x0 64,R 0x8 32,R 0x14 32,R 0x18 32,R 0x20 64,R 0x28 32,R 0x2c 32,R 0x30 8,R 0x34 32,R 0x38 32" ]]
	run_dp diff "$M" "$T/a.snap" --json
	assert_exit 1
	assert_json '.target == null and .error == null and .hidden == {"volatile":3,"unique":2,"skipped":7}'
	assert_json '.differs[0] == {"path":"CTRL.MODE","a":"0x2","b":"0x1","text_a":"fast","text_b":"slow"}
		and .differs[1].text_a == null and (.differs | length) == 7'
}

@test "diff: --all hides nothing, --ignore leaves out what it names" {
	snap a.snap
	change
	run_dp diff "$T/a.snap" "$M" --all --json
	assert_exit 1
	assert_json_is '[.differs[].path] | join(" ")' \
		"CTRL.MODE CTRL.EN COUNT SERIAL BASE.ADDR KEEP BIG BYTE RST.S MIX.W MIX.V MIX.U"
	assert_json '.hidden == {"volatile":0,"unique":0,"skipped":7}'
	run_dp diff "$T/a.snap" "$M" --ignore 'B*' --ignore CTRL.MODE --ignore=MIX --ignore RST..RST
	assert_exit 1
	assert_stdout "\
CTRL.EN               0 -> 1
hidden: 2 volatile, 1 unique (--all); not compared: 7"
	run_dp diff "$T/a.snap" "$M" --ignore 'Q*'
	assert_exit 2
	run_dp diff "$T/a.snap" "$M" --ignore '**'
	assert_exit 0
}

@test "diff: what moved by itself in a snapshot is volatile, whatever the description says" {
	snap a.snap
	jq -c '(.spaces[0].chunks[] | select(.offset == "0x8")).moved = "60000000"' "$T/a.snap" >"$T/b.snap"
	change
	run_dp diff "$T/b.snap" "$M" --ignore 'B*' --ignore RST --ignore MIX
	assert_stdout "\
CTRL.EN               0 -> 1
hidden: 3 volatile, 1 unique (--all); not compared: 7"
	# a bit that moved is hidden in a register of words, too
	head -c 16 /dev/zero >"$T/z.bin"
	printf '\1\0\0\0\1' >"$T/y.bin"
	head -c 11 /dev/zero >>"$T/y.bin"
	"$DEVPOKE_BIN" snap "dump:$T/z.bin" -o "$T/z.snap" -q
	jq -c '.spaces[0].chunks[0].moved = "01000000000000000000000000000000"' "$T/z.snap" >"$T/zz.snap"
	run_dp diff "$T/zz.snap" "dump:$T/y.bin"
	assert_exit 1
	assert_stdout $'main+0x4              0x00000000 -> 0x00000001\nhidden: 1 volatile, 0 unique (--all)'
}

@test "diff: a description that has changed since decodes anew, and a note says so" {
	snap a.snap
	sed -i 's/MODE: {bits: 6..4, enum: {0: stop, 1: slow, 2: fast}}/SPEED: {bits: 6..4, enum: {1: crawl, 2: run}}/' "$T/part.yaml"
	sed 's/device: {name: part/device: {name: other/' "$T/part.yaml" >"$T/other.yaml"
	run_dp diff "$T/a.snap" "$T/a.snap"
	assert_exit 0
	assert_stderr "devpoke: note: '$T/part.yaml' has changed since '$T/a.snap' was taken: decoded as it is now"
	run_dp diff "$T/a.snap" "$T/a.snap" -q
	assert_no_stderr
	jq -c '(.spaces[0].chunks[] | select(.offset == "0x8")).hex = "20000000"' "$T/a.snap" >"$T/b.snap"
	run_dp diff "$T/a.snap" "$T/b.snap" -d "$T/other.yaml"
	assert_exit 1
	assert_stdout_has "CTRL.SPEED            0x1 (crawl) -> 0x2 (run)"
	assert_stderr_has "was taken with '$T/part.yaml' and is decoded with '$T/other.yaml'"
	# no description at all any more: bytes
	rm "$T/part.yaml"
	run_dp diff "$T/a.snap" "$T/b.snap"
	assert_exit 1
	assert_stdout "main+0x8              0x00000010 -> 0x00000020
not compared: 7"
	assert_stderr_has "is not here: no names"
}

@test "diff: what only one side has is said; a part is compared as a part" {
	snap whole.snap
	snap part.snap BYTE CTRL
	run_dp diff "$T/part.snap" "$M"
	assert_exit 0
	assert_no_stdout
	run_dp diff "$T/part.snap" "$T/whole.snap" --json
	assert_exit 1
	assert_json_is '[.differs[] | .path + "=" + (.a // "-") + "/" + .b] | join(" ")' \
		"COUNT=-/0x00000000 SERIAL=-/0x00000000 BASE=-/0x0000000000000000 KEEP=-/0x00000000 BIG=-/0x11223344 RST=-/0x00000000 MIX=-/0x00000000"
	run_dp diff "$T/whole.snap" "$T/part.snap" --ignore 'B*'
	assert_stdout_has "MIX                   0x00000000  only in '$T/whole.snap'"
	# another count of an array, another set of registers
	sed 's/reset: 0x300000004/reset: 0x400000006/' "$T/part.yaml" >"$T/next.yaml"
	run_dp diff "$T/whole.snap" "model:$T/next.yaml" -d "$T/part.yaml"
	assert_exit 1
	assert_stdout_has "CAP.V                 0x3 -> 0x4" "FUTURE                0x00000000  only in 'model:$T/next.yaml'"
}

@test "diff: raw dumps by their words, of two sizes too; -w says how wide" {
	printf 'abcdefgh' >"$T/a.bin"
	printf 'abcdEfghijkl' >"$T/b.bin"
	run_dp diff "dump:$T/a.bin" "dump:$T/b.bin"
	assert_exit 1
	assert_stdout "main+0x4              0x68676665 -> 0x68676645"
	run_dp diff "dump:$T/b.bin" "dump:$T/a.bin" -w 8 --ignore 4/u8
	assert_exit 1
	assert_stdout_has "main+0x8/u8           0x69  only in 'dump:$T/b.bin'"
	refute_stdout_has "0x45"
	run_dp diff "dump:$T/a.bin" "dump:$T/a.bin"
	assert_ok
	assert_no_stdout
}

@test "diff: '.' and the same device twice; operands, colour, a closed pipe" {
	snap a.snap
	DEVPOKE_TARGET=$M run_dp diff . "$T/a.snap"
	assert_exit 0
	run_dp diff "$M" "$M"
	assert_exit 0
	run_dp diff "$M"
	assert_exit 2
	run_dp diff "$M" "$T/nosuch.snap"
	assert_exit 3
	run_dp batch -t "$M" -e "diff . $T/a.snap" -e "diff $T/a.snap $M --all"
	assert_exit 0
	change
	run_dp diff "$T/a.snap" "$M" --color=always
	assert_stdout_has $'CTRL.EN               \e[31m0\e[0m -> \e[32m1\e[0m'
	run_sh "devpoke diff $T/a.snap $M | head -0; echo = \${PIPESTATUS[0]}"
	assert_stdout_like '^= [01]$'
	run_sh "devpoke diff $T/a.snap $M >/dev/full"
	assert_exit 4
}

# ------------------------------------------------------------------ restore

@test "restore: what differs is read and written once; order first, what resets last" {
	snap a.snap
	change
	run_dp restore "$M" "$T/a.snap"
	assert_ok
	[[ $(log) == "R 0x28 32,W 0x28 32,R 0x2c 32,W 0x2c 32,R 0x30 8,W 0x30 8,R 0x38 32,W 0x38 32,R 0x8 32,W 0x8 32,R 0x34 32,W 0x34 32" ]]
	assert_stdout_has "KEEP: 0x00000007 -> 0x00000000" "BIG: 0x55667788 -> 0x11223344" "MIX: 0x00010203 -> 0x00000203" \
		"COUNT             (not written: volatile)" "SERIAL            (not written: unique)" \
		"BASE              (not written: address)" "DB.0..DB.3        (not written: doorbell)  4 registers" \
		"6 written, 0 so already; left alone: 1 ro, 1 clear, 1 fifo, 1 volatile, 1 unique, 1 address, 4 doorbell, 1 wo"
	rm "$T/state.log"
	run_dp restore "$M" "$T/a.snap"
	assert_ok
	[[ $(log) == "R 0x28 32,R 0x2c 32,R 0x30 8,R 0x38 32,R 0x8 32,R 0x34 32" ]]
	assert_stdout_has "0 written, 6 so already"
	run_dp diff "$T/a.snap" "$M" --all --ignore BASE
	assert_stdout_has COUNT SERIAL MIX.V
	refute_stdout_has CTRL BIG MIX.W KEEP
}

@test "restore: neighbours that a written one would clear or start get none" {
	"$DEVPOKE_BIN" poke "$M" -q CTRL=1
	snap a.snap
	jq -c '(.spaces[0].chunks[] | select(.offset == "0x8")).hex = "51030000"' "$T/a.snap" >"$T/b.snap"
	run_dp restore "$M" "$T/b.snap" --json
	assert_ok
	assert_json_is '.writes' '[{"path":"CTRL","old":"0x00000001","written":"0x00000051","readback":null,"protected":[{"field":"GO","why":"pulse: written 0"},{"field":"ERR","why":"w1c: written 0"},{"field":"","why":"reserved: kept as read"}]}]'
	assert_json '.same == 5 and (.skipped | length) == 11 and .skipped[0] == {"path":"CAP","why":"ro"}'
	run_dp restore "$M" "$T/b.snap" --verify
	assert_ok
}

@test "restore: --dry-run prints the plan and touches nothing" {
	snap a.snap
	change
	run_dp restore "$M" "$T/a.snap" --dry-run
	assert_ok
	assert_stdout_has $'R CTRL\nW CTRL = (old & ~0x371) | 0x10' $'R BIG\nW BIG = 0x11223344' \
		"WAIT 1 ms: 'RST' resets" "DB.0..DB.3        (not written: doorbell)"
	[[ ! -s $T/state.log ]]
	run_dp restore "$M" "$T/a.snap" --dry-run --json
	assert_json '[.plan[].op] | join("") == "RWRWRWRWRWRWWAIT"'
	[[ ! -s $T/state.log ]]
}

@test "restore: a mismatch is exit 1" {
	snap a.snap
	sed -i 's/BYTE: {offset: 0x30, width: 8, reset: 0x5a}/BYTE: {offset: 0x30, width: 8, reset: 0x5a, once: true}/' "$T/part.yaml"
	sed 's/, once: true//; s/device: {name: part/device: {name: part/' "$T/part.yaml" >"$T/seen.yaml"
	run_dp batch -e "poke $M BYTE=2" -e "restore $M -d $T/seen.yaml $T/a.snap --verify"
	assert_exit 1
	assert_stdout_has "BYTE: 0x02 -> 0x5a"
}

@test "restore: another device is refused, class identity; a part of one is not" {
	snap a.snap
	sed 's/device: {name: part/device: {name: other/' "$T/part.yaml" >"$T/other.yaml"
	run_dp restore "model:$T/other.yaml" "$T/a.snap" --json
	assert_exit 5
	assert_json '.error.class == "identity" and .error.code == "refused"'
	run_dp restore "model:$T/other.yaml" "$T/a.snap" --force=identity
	assert_exit 0
	# another one of its kind
	run_dp restore "model:$T/part.yaml@$T/second" "$T/a.snap" -q
	assert_ok
	run_dp restore "model:$T/part.yaml@$T/second" "$T/a.snap"
	assert_stderr "devpoke: note: '$T/a.snap' was taken of 'model:$T/part.yaml@$T/state'"
	jq -c '.ids = {"vendor":"0x1234","device":"0x11e8"}' "$T/a.snap" >"$T/b.snap"
	run_dp restore "$M" "$T/b.snap"
	assert_exit 5
	[[ ! -e $T/second.log || $(jq -r .op "$T/second.log" | sort -u) == R ]]
}

@test "restore: raw bytes, what is not described, a target that cannot be written: refused before anything" {
	snap a.snap
	head -c 64 /dev/zero >"$T/raw.bin"
	run_dp restore "$M" "$T/raw.bin"
	assert_exit 2
	assert_stderr_has "raw bytes"
	run_dp restore "dump:$T/raw.bin" "$T/a.snap"
	assert_exit 2
	assert_stderr_has "nothing describes"
	run_dp restore "dump:$T/a.snap" "$T/a.snap"
	assert_exit 5
	assert_stderr_has "read only"
	run_dp restore "$M" "$T/nosuch.snap"
	assert_exit 3
	run_dp restore "$M"
	assert_exit 2
	run_dp restore "$M" a b
	assert_exit 2
}

@test "restore: of a PCI function: bound, another revision, bus mastering" {
	tree_make
	local d="$T/part.yaml@bar2+0x1000"
	tree_bytes "$TREE_FN/resource2" 1000=0400000003000000 1008=10000000
	run_dp snap "$TREE_BDF" -d "$d" -o "$T/a.snap"
	assert_ok
	output=$(<"$T/a.snap")
	assert_json '.desc == "'"$d"'" and .ids.revision == "0x03" and .spaces[0].name == "bar2" and .spaces[0].size == "0x2000"
		and .spaces[0].chunks[0].offset == "0x1000"'
	tree_bytes "$TREE_FN/resource2" 1008=61000000
	# the names come with the snapshot
	run_dp diff "$T/a.snap" "$TREE_BDF"
	assert_exit 1
	assert_stdout_has "CTRL.MODE             0x1 (slow) -> 0x6"
	tree_config 04=0700
	run_dp restore "$TREE_BDF" -d "$d" "$T/a.snap" --json
	assert_exit 5
	assert_json '.error.class == "data"'
	tree_config 04=0300
	mkdir -p "$DEVPOKE_ROOT/sys/bus/pci/drivers/foo"
	ln -s ../../drivers/foo "$TREE_FN/driver"
	run_dp restore "$TREE_BDF" -d "$d" "$T/a.snap" --json
	assert_exit 5
	assert_json '.error.class == "bound"'
	run_dp restore "$TREE_BDF" -d "$d" "$T/a.snap" --dry-run
	assert_exit 5
	rm "$TREE_FN/driver"
	echo 0x04 >"$TREE_FN/revision"
	run_dp restore "$TREE_BDF" -d "$d" "$T/a.snap"
	assert_exit 5
	assert_stderr_has "is of another device: $TREE_BDF, 1b36:0007 rev 03, not $TREE_BDF, 1b36:0007 rev 04"
	echo 0x03 >"$TREE_FN/revision"
	[[ $(od -An -tx1 -j $((0x1008)) -N4 "$TREE_FN/resource2") == " 61 00 00 00" ]]
	run_dp restore "$TREE_BDF" -d "$d" "$T/a.snap" -q
	assert_ok
	[[ $(od -An -tx1 -j $((0x1008)) -N4 "$TREE_FN/resource2") == " 10 00 00 00" ]]
}

# ------------------------------------------------------------- bad snapshots

@test "snapshots that are none are one sentence and exit 2, in every verb" {
	local bad n=0
	snap good.snap
	run_dp poke "$M" -q CTRL=0x21
	rm -f "$T/state.log"
	while IFS= read -r bad; do
		n=$((n + 1))
		printf '%s' "$bad" >"$T/bad.snap"
		for verb in "diff $T/bad.snap $M" "diff $M $T/bad.snap" "restore $M $T/bad.snap" "dump dump:$T/bad.snap"; do
			# shellcheck disable=SC2086 # several words
			run_dp $verb
			assert_exit 2
			[[ $(grep -c '^devpoke: ' <<<"$stderr") == 1 && -z $output ]] || _assert_failed "of: $bad"
		done
	done <<'END'
{"schema":1,"spaces":[{"name":"main","chunks":[{"offset":0,"width":32,"hex":"000000
[]
{"schema":1}
{"schema":1,"spaces":[]}
{"schema":1,"spaces":{"name":"main"}}
{"schema":1,"spaces":[1]}
{"schema":"1","spaces":[{"name":"main","chunks":[]}]}
{"schema":1,"spaces":[{"name":"main","chunks":[]}]}
{"schema":1,"spaces":[{"name":"main","chunks":5}]}
{"schema":1,"spaces":[{"name":"main","chunks":["x"]}]}
{"schema":1,"spaces":[{"name":"main","chunks":[{"offset":0,"width":32,"hex":"0"}]}]}
{"schema":1,"spaces":[{"name":"main","chunks":[{"offset":0,"width":32,"hex":"0000zz00"}]}]}
{"schema":1,"spaces":[{"name":"main","chunks":[{"offset":0,"width":32,"hex":0}]}]}
{"schema":1,"spaces":[{"name":"main","chunks":[{"offset":0,"width":32,"hex":"000000"}]}]}
{"schema":1,"spaces":[{"name":"main","chunks":[{"offset":0,"width":7,"hex":"00000000"}]}]}
{"schema":1,"spaces":[{"name":"main","chunks":[{"offset":-4,"width":32,"hex":"00000000"}]}]}
{"schema":1,"spaces":[{"name":"main","chunks":[{"offset":99999999999999999999999,"width":32,"hex":"00000000"}]}]}
{"schema":1,"spaces":[{"name":"main","chunks":[{"offset":"0xfffffffd","width":32,"hex":"00000000"}]}]}
{"schema":1,"spaces":[{"name":"main","chunks":[{"offset":0,"width":32,"hex":"00000000","moved":"00"}]}]}
{"schema":1,"spaces":[{"name":"main","chunks":[{"offset":0,"width":32,"moved":"00000000"}]}]}
{"schema":1,"spaces":[{"name":"main","chunks":[{"offset":0,"width":32,"skipped":"a b"}]}]}
{"schema":1,"spaces":[{"name":"main","chunks":[]},{"name":"main","chunks":[]}]}
{"schema":1,"desc":7,"spaces":[{"name":"main","chunks":[{"offset":0,"width":32,"hex":"00000000"}]}]}
{"schema":1,"desc":["a",7],"spaces":[{"name":"main","chunks":[{"offset":0,"width":32,"hex":"00000000"}]}]}
END
	[[ $n == 24 && ! -e $T/state.log ]]
	# ids and hash that are no numbers are none
	jq -c '.ids = "x" | .hash = [] | .time = 5 | .boot_id = {} | .target = null' "$T/good.snap" >"$T/odd.snap"
	run_dp diff "$T/odd.snap" "$T/good.snap"
	assert_exit 0
}
