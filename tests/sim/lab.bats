#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Labs as processes and folders: what is started ends, what is interrupted leaves nothing.
# shellcheck disable=SC2154,SC2016 # status... come from bats; quoted text is for the inner shell

load ../lib/common

# qemus - pids of QEMUs that run in this test's runtime folder
qemus() {
	local cwd
	for cwd in /proc/[0-9]*/cwd; do
		[[ $(readlink "$cwd" 2>/dev/null) == "$DEVPOKE_RUNTIME"/labs/* ]] || continue
		cwd=${cwd#/proc/}
		echo "${cwd%/cwd}"
	done
}

assert_nothing_left() {
	[[ -z $(qemus) ]] || _assert_failed "a QEMU still runs: $(qemus)" || return 1
	[[ -z $(ls "$DEVPOKE_RUNTIME/labs" 2>/dev/null) ]] ||
		_assert_failed "left in the folder: $(ls "$DEVPOKE_RUNTIME/labs")"
}

@test "lab: a start that a signal interrupts at any moment leaves no process and no folder" {
	for sig in INT TERM; do
		for delay in 0.01 0.03 0.05 0.07 0.09 0.2; do
			run_sh "timeout --foreground --preserve-status -s $sig $delay \"\$DEVPOKE_BIN\" sim start lab"
			[[ $status == 0 || $status == 130 || $status == 143 ]] ||
				_assert_failed "0, or a signal's exit"
			# it may have come when the lab was complete; a half-made one is stale
			run_dp sim list --json
			if [[ $output == *'"running"'* ]]; then
				run_dp sim stop lab
				assert_ok
			fi
			assert_nothing_left
		done
	done
}

@test "lab: a start that is killed outright leaves no QEMU that is in no lab" {
	local delay lab
	for delay in 0.02 0.04 0.05 0.06 0.08 0.1 0.15; do
		run_sh "timeout -s KILL $delay \"\$DEVPOKE_BIN\" sim start lab"
		# who starts a lab waits for the one that puts the killed one away
		run_dp sim start other edu
		assert_exit 0
		run_dp sim list --json
		lab=$(jq '[.labs[] | select(.state == "running")] | length' <<<"$output")
		[[ $(qemus | wc -l) == "$lab" ]] || _assert_failed "$lab QEMUs, not: $(qemus)"
		run_dp sim stop lab
		run_dp sim stop other
		assert_ok
		assert_nothing_left
	done
}

@test "lab: a start that is killed outright does not hinder the next one" {
	for delay in 0.02 0.05 0.08; do
		run_sh "timeout -s KILL $delay \"\$DEVPOKE_BIN\" sim start lab edu"
		run_dp sim stop lab
		run_sh "timeout -s KILL $delay \"\$DEVPOKE_BIN\" sim start lab edu"
		run_dp sim start lab edu
		[[ $status == 0 || $stderr == *"running already"* ]] || _assert_failed "a lab that runs"
		run_dp peek sim:lab/edu0 ID -r
		assert_stdout 0x010000ed
		[[ $(qemus | wc -l) == 1 ]] || _assert_failed "one QEMU, not: $(qemus)"
		run_dp sim stop lab
		assert_ok
		assert_nothing_left
	done
}

@test "lab: QEMU has no terminal, no descriptor and no folder of the caller" {
	exec 9<"$DP_ROOT/README.md"
	run_dp sim start lab edu
	exec 9<&-
	assert_ok
	local pid stat
	pid=$(qemus)
	read -ra stat <"/proc/$pid/stat"
	# no terminal, and nobody's child that waits for it: proc(5), tty_nr and ppid
	[[ ${stat[6]} == 0 && ${stat[3]} != "$$" ]]
	[[ $(readlink "/proc/$pid/fd/0") == /dev/null ]]
	run ls -l "/proc/$pid/fd"
	[[ $output != *README.md* ]]
}

@test "lab: a start without standard descriptors works, and fails as it should" {
	run_sh 'devpoke sim start lab edu <&- >&- 2>&-; devpoke peek sim:edu ID -r'
	assert_stdout_has 0x010000ed
	run_sh 'devpoke sim start other nosuch <&- >&- 2>&-; echo "= $?"'
	assert_stdout "= 2"
}

@test "lab: starts at the same time all succeed, of one name one does" {
	run_sh 'for i in 1 2 3 4; do devpoke sim start "lab$i" edu >/dev/null & done; wait; devpoke sim list --json'
	assert_json '.labs | map(.lab) == ["lab1", "lab2", "lab3", "lab4"]'
	run_sh 'for i in 1 2 3; do { devpoke sim start same edu >/dev/null 2>&1; echo "= $?"; } & done; wait'
	[[ $(grep -c '^= 0$' <<<"$output") == 1 && $(grep -c '^= 3$' <<<"$output") == 2 ]] ||
		_assert_failed "one start, two refusals"
}

@test "lab: stop ends all that it names, or none when one is not there" {
	run_dp sim start one edu
	assert_exit 0
	run_dp sim start two edu
	assert_exit 0
	run_dp sim stop one nosuch
	assert_exit 3
	assert_stderr_has "there is no lab 'nosuch'"
	run_dp sim list --json
	assert_json_is '[.labs[].lab] | sort | join(" ")' "one two"
	run_dp sim stop one two
	assert_ok
	run_dp sim list --json
	assert_json_is '.labs | length' 0
}

@test "lab: a killed QEMU is a stale lab: said, listed, cleaned by stop" {
	run_dp sim start lab edu
	local pid
	pid=$(qemus)
	kill -9 "$pid"
	run_dp peek sim:lab/edu0 ID
	assert_exit 4
	assert_stderr "devpoke: lab 'lab' is stale: its QEMU (pid $pid) is gone
hint: devpoke sim stop lab"
	run_dp sim list --json
	assert_json '.labs[0].state == "stale"'
	run_dp sim stop lab
	assert_ok
	assert_nothing_left
	run_dp sim stop lab
	assert_exit 3
	assert_stderr_has "there is no lab 'lab'"
}

@test "lab: who uses a lab is named to who waits for it, and frees it by dying" {
	run_dp sim start lab edu
	run_sh 'coproc B { exec "$DEVPOKE_BIN" batch -t sim:edu; }
		echo "ID -r" >&"${B[1]}"
		sleep 0.5
		devpoke peek sim:edu ID -r; echo "= $?"
		echo "holder $B_PID"
		kill -9 $B_PID
		devpoke peek sim:edu ID -r'
	assert_stdout_has "= 3" 0x010000ed
	assert_stderr_has "lab 'lab' is in use by process $(sed -n 's/^holder //p' <<<"$output")"
}

@test "lab: models with their own drives, buses and addresses" {
	truncate -s 1M "$BATS_TEST_TMPDIR/a.img"
	run_dp sim start lab "nvme,serial=S,drive=$BATS_TEST_TMPDIR/a.img,id=disk" \
		pcie-root-port,id=rp0 edu,bus=rp0 edu,addr=9 e1000
	assert_ok
	run_dp peek sim:disk VS -r
	assert_stdout 0x00010400
	run_dp peek sim:edu0 ID -r
	assert_stdout 0x010000ed
	run_dp peek sim:lab/00:09.0 ID -r
	assert_stdout 0x010000ed
	run_dp peek sim:lab/02:00.0 cfg+0/u32 -r
	assert_stdout 0x100e8086
	run_dp sim unplug lab edu1
	assert_exit 2
	assert_stderr_has "root bus"
	run_dp sim unplug lab edu0
	assert_ok
	run_dp sim plug lab edu,bus=rp0
	assert_ok
	run_dp peek sim:lab/edu0 ID -r
	assert_stdout 0x010000ed
}

@test "lab: what QEMU refuses is said in its words, with what helps" {
	run_dp sim start lab nvmee
	assert_exit 2
	assert_stderr "devpoke: QEMU refuses 'nvmee': 'nvmee' is not a valid device model name
hint: 'qemu-system-x86_64 -device help' lists the models"
	run_dp sim start lab edu,dma=1
	assert_exit 2
	assert_stderr "devpoke: QEMU refuses 'edu,dma=1': Property 'edu.dma' not found
hint: 'qemu-system-x86_64 -device edu,help' lists its properties"
	run_dp sim start lab virtio-blk-pci
	assert_exit 4
	assert_stderr_has "drive property not set" "hint: virtio-blk-pci,drive=FILE"
	run_dp sim start lab nvme,drive=nosuch.img
	assert_exit 2
	assert_stderr_has "cannot open the drive 'nosuch.img'"
	truncate -s 1M "$HOME/a.img"
	run_dp sim start lab "nvme,drive=$HOME/a.img" "nvme,drive=$HOME/a.img"
	assert_exit 4
	assert_stderr_has '"write" lock' "hint: another device or lab has that image open"
	run_sh 'mkdir -p "$HOME/empty"; PATH="$HOME/empty" "$DEVPOKE_BIN" sim start lab'
	[[ $status != 0 && $stderr == *"qemu-system-x86"* ]] || _assert_failed "the package"
	assert_nothing_left
}

@test "lab: --ttl ends it, process and folder" {
	run_dp sim start lab edu --ttl 500ms
	assert_ok
	for _ in {1..100}; do
		[[ -n $(qemus) || -e $DEVPOKE_RUNTIME/labs/lab ]] || break
		sleep 0.1
	done
	assert_nothing_left
}

@test "lab: the folder of labs is private, and one that is not is refused" {
	run_dp sim start lab edu
	[[ $(stat -c %a "$DEVPOKE_RUNTIME" "$DEVPOKE_RUNTIME/labs" "$DEVPOKE_RUNTIME/labs/lab" | sort -u) == 700 ]]
	[[ -z $(find "$DEVPOKE_RUNTIME" -perm /077) ]]
	run_dp sim stop lab
	chmod 755 "$DEVPOKE_RUNTIME/labs"
	run_dp sim start lab edu
	assert_exit 3
	assert_stderr_has "open to others"
	chmod 700 "$DEVPOKE_RUNTIME/labs"
}
