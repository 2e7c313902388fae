#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The verbs of sim, and what the others say of labs that come and go.
# shellcheck disable=SC2154,SC2016 # status... come from bats; quoted text is for the inner shell

load ../lib/common

@test "sim: start without operands is lab 'lab' with nvme, e1000e and edu; list knows them" {
	run_dp sim start --json
	assert_ok
	assert_json '.labs[0] | .lab == "lab" and .state == "running" and .devices == 3 and .pid > 0'
	run_dp list --json
	assert_ok
	assert_json '[.targets[] | select(.target | startswith("sim:lab/")) | .description]
		| contains(["nvme", "e1000e", "edu"])'
	run_dp info sim:lab/nvme0 --json
	assert_ok
	assert_json '(.caps | map(.name) | contains(["MSIX", "EXP", "PM"])) and .irq.msix == 65
		and ([.spaces[].name] | contains(["cfg", "bar0"]))'
	run_dp sim stop
	assert_ok
	run_dp sim list --json
	assert_json '.labs == []'
}

@test "sim: run gives the command a lab of its own, its exit code, and puts the lab away" {
	run_sh 'devpoke sim run nvme -- "$DEVPOKE_BIN" peek . VS -r; devpoke sim list'
	assert_exit 0
	assert_stdout 0x00010400
	assert_stderr_has "no lab is running"
	run_dp sim run edu -- sh -c 'echo "$DEVPOKE_TARGET"; exit 7'
	assert_exit 7
	assert_stdout_like '^sim:run-[0-9]+/edu0$'
	run_dp sim run edu -- sh -c 'kill -9 $$'
	assert_exit 137
	run_sh 'devpoke sim run edu -- /nosuch; echo "= $?"'
	assert_stdout "= 127"
	run_dp sim run nosuchmodel -- true
	assert_exit 2
	run_dp sim list --json
	assert_json '.labs == []'
}

@test "sim: run that is terminated ends its command and its lab" {
	run_sh 'timeout --foreground --preserve-status -s TERM 2 "$DEVPOKE_BIN" sim run edu -- sleep 60; echo "= $?"; devpoke sim list --json'
	assert_stdout_has "= 143" '"labs":[]'
}

@test "sim: a device that is plugged can be used, one that is unplugged is gone, exit 4" {
	run_dp sim start lab edu
	run_dp sim plug lab edu
	assert_ok
	assert_stdout sim:lab/edu1
	run_dp peek sim:edu1 ID -r
	assert_stdout 0x010000ed
	run_dp batch -t sim:lab/edu1 --keep-going -e 'ID -r' -e 'sim unplug edu1' -e ID \
		-e 'ID -r' -e 'poll LIVENESS==0' -e 'poll LIVENESS==0xffffffff'
	assert_exit 4
	assert_stdout 0x010000ed
	[[ $(grep -c "gone" <<<"$stderr") == 4 ]]
	run_dp peek sim:edu1 ID
	assert_exit 3
}

@test "sim: a lab that dies in the middle of a batch is exit 4" {
	run_dp sim start lab edu --json
	local pid
	pid=$(jq .labs[0].pid <<<"$output")
	run_sh "{ echo ID; sleep 0.3; kill -9 $pid; sleep 0.2; echo ID; } | devpoke batch -t sim:edu"
	assert_exit 4
	assert_stdout_has "ID = 0x010000ed"
	assert_stderr_has "stdin:2: " "lab"
	run_dp sim list --json
	assert_json '.labs[0].state == "stale"'
	run_dp sim stop lab
	assert_ok
}

@test "sim: in a batch a lab may end and another of its name begin" {
	run_dp batch -e 'sim start lab edu' -e 'peek -t sim:edu ID -r' -e 'sim stop lab' \
		-e 'sim start lab nvme' -e 'peek -t sim:lab/nvme0 VS -r' -e 'sim stop lab'
	assert_ok
	assert_stdout_has 0x010000ed 0x00010400
}

# on_terminal ARGS... - run the program on a terminal, press Ctrl-C once the bar is there
on_terminal() {
	local log=$BATS_TEST_TMPDIR/terminal
	: >"$log"
	# shellcheck disable=SC2016 # for the shell inside
	LOG=$log run timeout 60 script -qefc '(until grep -q " s left" "$LOG"; do sleep 0.1; done; kill -INT $$) & exec "$DEVPOKE_BIN" '"$*" "$log"
	_ran="on a terminal: devpoke $*" stderr=
}

@test "dump to a file: a bar on a terminal after a second; Ctrl-C wipes it and leaves no half file" {
	local file=$BATS_TEST_TMPDIR/vram
	run_dp sim start long ati-vga
	assert_exit 0
	on_terminal dump sim:long/ati-vga0 bar0 --raw -o "$file"
	[[ $output == *"% "*" of 16384 KiB"*" s left"* ]] || _assert_failed "expected a bar"
	[[ $status == 130 && $output == *$'\r\e[K'* && ! -e $file ]] || _assert_failed "expected a clean end"
	# a range that begins with what is not read has no older clock
	cat >"$BATS_TEST_TMPDIR/first.yaml" <<-'YAML'
		schema: 1
		device: {name: first}
		spaces: {main: {bar: 0}}
		registers:
		  RC: {offset: 0, sw: rc}
		  A: {offset: 0x000004, array: {count: 65536, stride: 4}}
		  B: {offset: 0x040004, array: {count: 65536, stride: 4}}
		  C: {offset: 0x080004, array: {count: 65536, stride: 4}}
	YAML
	on_terminal dump sim:long/ati-vga0 bar0 -d "$BATS_TEST_TMPDIR/first.yaml" --raw --hole 0xff -o "$file"
	[[ $output == *" s left"* ]] || _assert_failed "expected a bar"
	[[ ! $output =~ [0-9]{5,}" s left" ]] || _assert_failed "expected an honest time"
	run_dp sim stop long
	assert_ok
}

@test "dump to a file: no bar with -q, and none outside of a terminal" {
	local file=$BATS_TEST_TMPDIR/vram
	run_dp sim start long ati-vga
	assert_exit 0
	run script -qec "timeout -s INT 3 '$DEVPOKE_BIN' dump -q sim:long/ati-vga0 bar0 --raw -o '$file'" /dev/null
	[[ $output != *"%"* ]] || _assert_failed "expected no bar with -q"
	run_sh "timeout -s INT 3 '$DEVPOKE_BIN' dump sim:long/ati-vga0 bar0 --raw -o '$file'"
	[[ -z $output$stderr && $status != 0 ]] || _assert_failed "expected no bar outside of a terminal"
	run_dp sim stop long
	assert_ok
}

@test "desc new: with the ids and BARs of a device" {
	run_dp sim start lab virtio-net-pci
	assert_exit 0
	cd "$BATS_TEST_TMPDIR"
	run_dp desc new vnet sim:lab/virtio-net-pci0 -o vnet.yaml
	assert_ok
	grep -q 'match: \[{pci: "1af4:1041"}\]' vnet.yaml
	grep -q 'main: {bar: 1, size: 0x1000}' vnet.yaml
	grep -q 'bar_4: {bar: 4, size: 0x4000}' vnet.yaml
	run_dp desc lint vnet.yaml
	assert_ok
	run_dp sim stop lab
}
