#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Functions that lie, change and vanish, on a machine that is a folder.
# shellcheck disable=SC2154,SC2016 # status... come from bats; quoted text is for the inner shell

load ../lib/common
load ../lib/table
load ../lib/tree

setup() {
	dp_setup
	tree_make
	T=$TREE_BDF
}

# said TEXT... - the command failed with one line, and perhaps a hint, that says so
said() {
	local text
	((${#stderr_lines[@]} <= 2)) && [[ ${stderr_lines[0]-} == "devpoke: "* ]] &&
		[[ ${stderr_lines[1]-hint: } == "hint: "* ]] || return 1
	for text in "$@"; do
		[[ $stderr == *"$text"* ]] || return 1
	done
}

@test "hostile: capability lists that turn back, lead nowhere or are ones end" {
	local bytes want
	while IFS='|' read -r bytes want; do
		row
		tree_make
		truncate -s 4096 "$TREE_FN/config"
		# shellcheck disable=SC2086 # several words
		tree_config 06=1000 $bytes
		dp info "$T" caps --json
		[[ $status == 0 && $(jq -r '[.caps[].offset] | join(" ")' <<<"$output" 2>&1) == "$want" ]] ||
			row_failed "with $bytes: $want"
		dp dump "$T" cfg
		[[ $status == 0 ]] || row_failed "with $bytes: a dump"
		dp peek "$T" cfg.EXP.LNKCTL
		[[ $status == 2 ]] && said || row_failed "with $bytes: no such capability"
	done <<-'END'
		34=40 40=0140|0x040
		34=40 40=0150 50=0540|0x040 0x050
		34=43 40=0100|0x040
		34=10|
		34=ff|0x0fc
		34=40 40=01fc fc=0500|0x040 0x0fc
		34=40 40=0100 100=01000110|0x040
	END
	rows_passed 7
}

@test "hostile: extended capabilities that turn back or pass the end" {
	truncate -s 4096 "$TREE_FN/config"
	tree_config 06=1000 34=40 40=1000 42=4200 100=01000120 200=02000110
	dp info "$T" caps --json
	assert_json_is '[.caps[].offset] | join(" ")' '0x040 0x100 0x200'
	tree_config 100=0100c1ff ffc=03000110
	dp info "$T" caps --json
	assert_exit 0
	dp dump "$T" cfg
	assert_exit 0
	dp peek "$T" 'cfg.**' -r
	assert_exit 0
}

@test "hostile: resource lines that are none are refused, strange ones are bounds" {
	local line want status_wanted
	while IFS='|' read -r line status_wanted want; do
		row
		tree_make
		printf '%s\n' "$line" >"$TREE_FN/resource"
		dp peek "$T" bar0+0
		[[ $status == "$status_wanted" ]] && said "$want" || row_failed "$line: $want"
		dp poke "$T" bar0+0=1
		[[ $status == "$status_wanted" ]] && said "$want" || row_failed "$line: $want"
	done <<-'END'
		garbage|4|line 1 of 'resource'
		-1 -1 -1|4|line 1 of 'resource'
		0xfe000000 0xfdffffff 0x40200|4|line 1 of 'resource'
		0xfe000000 0xfe000fff|4|line 1 of 'resource'
		0xfe000000 0xfe000fff 0x40200 0x0|4|line 1 of 'resource'
		|2|no space 'bar0'
		0xfe000000 0xfe000fff 0x0|2|no space 'bar0'
		0x0 0x0 0x40200|2|no space 'bar0'
		0x0 0xffffffffffffffff 0x40200|2|no space 'bar0'
		0xfe000000 0xfe000000 0x40200|2|0x1 bytes
		0xfe000000 0xfe000002 0x40200|2|0x3 bytes
		0x1000 0xffffffffffffffff 0x40200|4|cannot map
		0x1000 0x7fffffffffffffff 0x40200|4|cannot map
		0xfe000000 0xfe000fff 0x20040200|4|no address
	END
	rows_passed 14
	yes '0xfe000000 0xfe000fff 0x40200' | head -5000 >"$TREE_FN/resource"
	run_dp peek "$T" bar0+0
	assert_exit 4
	rm "$TREE_FN/resource"
	mkdir "$TREE_FN/resource"
	run_dp peek "$T" bar0+0
	assert_exit 4
}

@test "hostile: configuration space of 64 bytes, of 3, of none" {
	tree_config 06=1000 34=40
	truncate -s 64 "$TREE_FN/config"
	run_dp peek "$T" cfg+0x3c cfg.COMMAND -r
	assert_ok
	run_dp peek "$T" cfg+0x40
	assert_exit 2
	run_dp dump "$T" cfg
	assert_ok
	run_dp peek "$T" cfg.PM.PMCSR
	assert_exit 2
	truncate -s 3 "$TREE_FN/config"
	run_dp peek "$T" cfg+0/u16 -r
	assert_stdout 0x1b36
	run_dp peek "$T" cfg.COMMAND
	assert_exit 2
	rm "$TREE_FN/config"
	run_dp peek "$T" cfg.COMMAND
	assert_exit 2
	run_dp peek "$T" bar2+0
	assert_exit 4
}

@test "hostile: attributes may be missing, all but the folder" {
	local file
	for file in vendor device class revision power_state; do
		rm "$TREE_FN/$file"
		row
		dp peek "$T" bar2+4 -r
		[[ $status == 0 && $output == 0x00000000 ]] || row_failed "without $file"
		dp list
		[[ $status == 0 && $output == *"$T"* ]] || row_failed "list without $file"
	done
	rows_passed 5
	rm -r "$TREE_FN"
	run_dp peek "$T" bar2+4
	assert_exit 3
}

# in_batch CMD - a batch that reads bar2, sees the line of bash CMD happen, and reads again
in_batch() {
	local cmd=$1
	coproc dp { "$DEVPOKE_BIN" batch -t "$T" --status --keep-going 2>&1; }
	answer=
	local line pid=$dp_PID to=${dp[1]} from=${dp[0]}
	for line in 'peek bar2+4 -r' 'peek bar2+0x1004 -r' 'peek cfg.VENDOR_ID -r'; do
		printf '%s\n' "$line" >&"$to"
		while IFS= read -r -t 20 -u "$from" line; do
			answer+="$line"$'\n'
			[[ $line != '= '* ]] || break
		done
		eval "$cmd"
		cmd=:
	done
	eval "exec $to>&-"
	status=0
	wait "$pid" || status=$?
	output=$answer stderr=
}

@test "hostile: memory that the kernel takes away is gone, exit 4, and no core" {
	in_batch 'truncate -s 4096 "$TREE_FN/resource2"'
	assert_exit 4
	assert_stdout_has "0x00000000" "= 4" "the kernel took the memory of 'bar2' away" \
		"hint: devpoke info $T"
	tree_make
	truncate -s 0 "$TREE_FN/resource2"
	while IFS= read -r line; do
		row
		eval "dp $line"
		[[ $status == 4 ]] && said "the kernel took the memory of 'bar2' away" ||
			row_failed "$line: gone"
		[[ -z $output || $output != *0x* ]] || row_failed "$line: no value"
	done <<-'END'
		peek $T bar2+4
		poke $T bar2+4=1
		poke $T bar2+4:3=1
		poll $T bar2+4==0xffffffff
		check $T bar2+4==0xffffffff
		dump $T bar2+0..+0x10
		dump $T bar2+0..+0x10 --raw -o /dev/null
	END
	rows_passed 7
}

@test "hostile: a SIGBUS that is not of a mapping ends the program as it should" {
	# not the address sanitizer's handler, which would stand behind ours
	export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_sigbus=0
	run_sh 'devpoke() { exec "$DEVPOKE_BIN" "$@"; }
		devpoke poll '"$T"' bar2+4==1 --timeout 30s & sleep 0.3; kill -BUS $!; wait $!'
	assert_exit 135
}

@test "hostile: another card at the address, other addresses, none: gone" {
	in_batch 'tree_config 00=86800d10; echo 0x8086 >"$TREE_FN/vendor"'
	assert_exit 4
	assert_stdout_has "is another device now"
	tree_make
	in_batch 'sed -i "s/fe002000/fe004000/; s/fe003fff/fe005fff/" "$TREE_FN/resource"'
	assert_stdout_has "was moved to other addresses"
	tree_make
	in_batch 'rm -r "$TREE_FN"'
	assert_exit 4
	assert_stdout_has "$T' is gone"
	tree_make
	in_batch 'tree_config 00=ffffffff'
	assert_stdout_has "does not answer any more (all ones)"
}
