#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What a plug or unplug that was killed in the middle leaves: the next one puts it right.
# shellcheck disable=SC2154,SC2016 # status... come from bats; quoted text is for the inner shell

load ../lib/common
load ../lib/oracle

setup() {
	dp_setup
	run_dp sim start lab edu
	assert_ok
	folder=$DEVPOKE_RUNTIME/labs/lab
}

# assert_files - the lab's folder holds its own files and no image but those named
assert_files() {
	[[ "$(cd "$folder" && echo *)" == "bios $*${1:+ }lab.json lock log qmp qtest ram" ]] ||
		_assert_failed "files: $(ls "$folder")"
}

# qmp COMMAND - to the lab's monitor, which has to accept it
qmp() {
	python3 - "$folder/qmp" "$1" <<-'END'
		import json, socket, sys
		sock = socket.socket(socket.AF_UNIX)
		sock.settimeout(20)
		sock.connect(sys.argv[1])
		pipe = sock.makefile("rw")
		pipe.readline()
		for command in '{"execute": "qmp_capabilities"}', sys.argv[2]:
		    pipe.write(command.replace("\n", " ") + "\n")
		    pipe.flush()
		    assert "return" in json.loads(pipe.readline())
	END
}

# plugs MODEL NAME PATH VALUE - it can be plugged, answers, and leaves without a trace
plugs() {
	run_dp sim plug lab "$1"
	assert_ok
	assert_stdout "sim:lab/$2"
	run_dp peek "sim:lab/$2" "$3" -r
	assert_stdout "$4"
	run_dp sim unplug lab "$2"
	assert_ok
	assert_files
}

@test "plug: an image made for a device goes with it" {
	plugs nvme nvme0 VS 0x00010400
	plugs nvme nvme0 VS 0x00010400
	run_dp sim plug lab nvme,bogus=1
	assert_exit 2
	assert_files
}

@test "plug: a device whose plug did not end makes way, one that somebody put there stays" {
	local record
	hmp lab "device_add edu,id=edu1,bus=dp-port3"
	record=$(jq '.pending = "edu1"' "$folder/lab.json")
	echo "$record" >"$folder/lab.json"
	plugs edu edu1 ID 0x010000ed
	[[ $(hmp lab 'info qtree') != *'id "edu1"'* ]]
	hmp lab "device_add edu,id=somebody,bus=dp-port2"
	plugs edu edu1 ID 0x010000ed
	[[ $(hmp lab 'info qtree') == *'id "somebody"'* ]]
	run_dp sim plug lab edu
	assert_ok
	run_dp sim plug lab edu
	assert_exit 4
	assert_stderr_has "lab 'lab' has no free port"
}

@test "plug: a block device and images that nobody has make way" {
	local node
	truncate -s 1M "$folder/disk0" "$folder/disk7"
	run_dp sim plug lab nvme
	assert_ok
	assert_files disk0
	node=$(hmp lab 'info block -n' | sed -n 's/^\(drive-[0-9a-f]*\):.*(raw).*/\1/p')
	[[ -n $node ]]
	run_dp sim unplug lab nvme0
	assert_ok
	truncate -s 1M "$folder/disk3"
	qmp '{"execute": "blockdev-add", "arguments": {"node-name": "'"$node"'", "driver": "raw",
		"file": {"driver": "file", "filename": "'"$folder/disk3"'"}}}'
	plugs nvme nvme0 VS 0x00010400
}

@test "plug: a device that the record has and QEMU has not is forgotten" {
	run_dp sim plug lab edu
	assert_stdout sim:lab/edu1
	cp "$folder/lab.json" "$BATS_TEST_TMPDIR/with"
	run_dp sim unplug lab edu1
	assert_ok
	cp "$BATS_TEST_TMPDIR/with" "$folder/lab.json"
	run_dp peek sim:lab/edu1 ID
	assert_exit 4
	run_dp sim unplug lab edu1
	assert_exit 3
	assert_stderr_has "lab 'lab' has no device 'edu1'" "it has: edu0"
	cp "$BATS_TEST_TMPDIR/with" "$folder/lab.json"
	plugs edu edu1 ID 0x010000ed
}

@test "plug: killed at any moment, plug and unplug leave a lab that works" {
	local ms name
	for ms in 1 2 3 4 5 6 7 8 9; do
		run_sh "timeout -s KILL 0.00$ms \"\$DEVPOKE_BIN\" sim plug lab nvme"
		name=$("$DEVPOKE_BIN" sim list --json | jq -r '.labs[0].devices')
		if [[ $name == 2 ]]; then
			run_sh "timeout -s KILL 0.00$ms \"\$DEVPOKE_BIN\" sim unplug lab nvme0"
		fi
		run_dp sim plug lab nvme
		assert_exit 0
		name=$output
		run_dp peek "$name" VS -r
		assert_stdout 0x00010400
		for name in nvme0 nvme1; do
			run_dp sim unplug lab $name
		done
		assert_files
	done
}
