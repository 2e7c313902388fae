#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# snap, diff and restore on QEMU's device models.
# shellcheck disable=SC2154,SC2016 # status, output, stderr come from bats; $... is for the inner shell

load ../lib/common

setup() {
	dp_setup
	T=$BATS_TEST_TMPDIR
	"$DEVPOKE_BIN" sim start lab "$@" nvme,serial=x e1000e edu virtio-net -q
}

@test "snap: of an NVMe before it is enabled; diff says by name what changed, restore takes it back" {
	run_dp snap sim:nvme -o "$T/before.snap"
	assert_ok
	assert_stdout "$T/before.snap: 9 registers, 258 not read"
	output=$(<"$T/before.snap")
	assert_json '.desc == "nvme" and .target == "sim:lab/nvme0" and .ids == {"vendor":"0x1b36","device":"0x0010",
		"subvendor":"0x1af4","subdevice":"0x1100","class":"0x010802","revision":"0x02"}'
	run_dp diff "$T/before.snap" sim:nvme
	assert_exit 0
	assert_stdout "not compared: 258"
	"$DEVPOKE_BIN" poke sim:nvme -q AQA=0x000f000f ASQ.ASQB=0x100000 ACQ.ACQB=0x101000 CC=0x460001
	"$DEVPOKE_BIN" poll sim:nvme -q CSTS.RDY==1 --timeout 10s
	run_dp diff "$T/before.snap" sim:nvme
	assert_exit 1
	assert_stdout "\
CC.IOCQES             0x0 -> 0x4
CC.IOSQES             0x0 -> 0x6
CC.EN                 0 -> 1
AQA.ACQS              0x000 (1 entries) -> 0x00f (16 entries)
AQA.ASQS              0x000 (1 entries) -> 0x00f (16 entries)
hidden: 1 volatile, 2 unique (--all); not compared: 258"
	run_dp diff "$T/before.snap" sim:nvme --ignore 'A*' --all --json
	assert_json_is '[.differs[].path] | join(" ")' "CC.IOCQES CC.IOSQES CC.EN CSTS.RDY"
	run_dp restore sim:nvme "$T/before.snap"
	assert_ok
	assert_stdout_has "CC: 0x00460001 -> 0x00000000" "AQA: 0x000f000f -> 0x00000000" \
		"ASQ..ACQ          (not written: address)" "2 written, 0 so already"
	run_dp diff "$T/before.snap" sim:nvme
	assert_exit 0
	assert_stdout "hidden: 0 volatile, 2 unique (--all); not compared: 258"
	run_dp diff "$T/before.snap" sim:nvme --all --json
	assert_json_is '[.differs[].path] | join(" ")' "ASQ.ASQB ACQ.ACQB"
}

@test "restore: while the device masters the bus nothing is written, class data" {
	run_dp snap sim:nvme -o "$T/a.snap" -q
	"$DEVPOKE_BIN" poke sim:nvme -q cfg.COMMAND.BME=1 AQA=0x00010001
	run_dp restore sim:nvme "$T/a.snap" --json --trace="$T/log"
	assert_exit 5
	assert_json '.error.code == "refused" and .error.class == "data"'
	[[ $(jq -r 'select(.op == "W") | .path' "$T/log") == "" && -s $T/log ]]
	run_dp restore sim:nvme "$T/a.snap" --dry-run --trace="$T/dry"
	assert_exit 0
	assert_stdout_has $'R cfg.COMMAND\nR CC\nW CC = '
	[[ ! -s $T/dry ]]
	run_dp restore sim:nvme "$T/a.snap" --force=data
	assert_exit 0
	"$DEVPOKE_BIN" poke sim:nvme -q cfg.COMMAND.BME=0 AQA=0x00010001
	run_dp restore sim:nvme "$T/a.snap" --trace="$T/log2"
	assert_ok
	[[ $(jq -r '[.op, .path, .value] | join(" ")' "$T/log2" | tail -4) == "\
R cfg.COMMAND 0x0003
R CC 0x00000000
R AQA 0x00010001
W AQA 0x00000000" ]]
}

@test "restore: onto another device is refused, class identity" {
	run_dp snap sim:nvme -o "$T/a.snap" -q
	run_dp restore sim:edu "$T/a.snap" --json
	assert_exit 5
	assert_json '.error.class == "identity"'
	run_dp diff "$T/a.snap" sim:edu
	assert_exit 1
	assert_stderr_has "these are different devices: 1b36:0010 and 1234:11e8"
	assert_stdout_has "VS.MJR" "only in 'sim:edu'"
}

@test "snap: capabilities place the same names without the device" {
	run_dp snap sim:virtio-net -o "$T/v.snap" -n 2
	assert_ok
	"$DEVPOKE_BIN" dump sim:virtio-net >"$T/live"
	run_sh "devpoke dump $T/v.snap | diff - $T/live"
	assert_ok
	run_dp diff "$T/v.snap" sim:virtio-net
	assert_exit 0
	run_dp snap sim:nvme '**' cfg -o "$T/n.snap"
	assert_ok
	"$DEVPOKE_BIN" dump sim:nvme cfg >"$T/live"
	run_sh "devpoke dump $T/n.snap cfg | diff - $T/live"
	assert_ok
	"$DEVPOKE_BIN" poke sim:nvme -q cfg.COMMAND.SERR=1
	run_dp diff "$T/n.snap" sim:nvme
	assert_exit 1
	assert_stdout_has "cfg.COMMAND.SERR      0 -> 1"
	run_dp restore sim:nvme "$T/n.snap"
	assert_ok
	assert_stdout_has "(not written: config)" "0 written, 2 so already"
	# one register of it is enough
	run_dp snap sim:nvme cfg.COMMAND -o "$T/c.snap"
	"$DEVPOKE_BIN" poke sim:nvme -q cfg.COMMAND.SERR=0
	run_dp diff "$T/c.snap" sim:nvme
	assert_stdout "cfg.COMMAND.SERR      1 -> 0"
}

@test "restore: what a selector shows of a virtio queue, and its status, are written by nobody" {
	"$DEVPOKE_BIN" poke sim:virtio-net -q queue_select=0
	run_dp snap sim:virtio-net -o "$T/v.snap" -q
	"$DEVPOKE_BIN" poke sim:virtio-net -q queue_select=1 queue_size=128 device_status=ACKNOWLEDGE config_msix_vector=0
	run_dp restore sim:virtio-net "$T/v.snap" --trace="$T/log"
	assert_ok
	assert_stdout_has "device_status          (not written: volatile)" "queue_size..queue_enable  (not written: volatile)"
	[[ $(jq -r 'select(.op == "W") | .path' "$T/log") == $'config_msix_vector\nqueue_select' ]]
	run_dp check sim:virtio-net device_status==ACKNOWLEDGE queue_select==0
	assert_ok
	"$DEVPOKE_BIN" poke sim:virtio-net -q queue_select=1
	run_dp check sim:virtio-net queue_size==128
	assert_ok
}

@test "snap: a NIC; what was poked comes back" {
	run_dp snap sim:e1000e -o "$T/e.snap"
	assert_exit 0
	"$DEVPOKE_BIN" dump sim:e1000e >"$T/live"
	run_sh "devpoke dump $T/e.snap | diff - $T/live"
	assert_ok
	run_dp diff "$T/e.snap" sim:e1000e --json
	assert_exit 0
	assert_json '.hidden.skipped == 75'
	"$DEVPOKE_BIN" poke sim:e1000e -q WUC.APME=1 ITR=0x123
	run_dp restore sim:e1000e "$T/e.snap" --json
	assert_exit 0
	assert_json_is '[.writes[].path] | join(" ")' "ITR WUC"
	run_dp diff "$T/e.snap" sim:e1000e
	assert_exit 0
}

@test "snap: a device that is unplugged is exit 4, and no file is left" {
	run_dp batch -t sim:edu --keep-going -e "snap -o $T/a.snap" -e 'sim unplug edu0' -e "snap -o $T/b.snap" \
		-e "diff $T/a.snap ." -e "restore $T/a.snap"
	assert_exit 4
	[[ $(grep -c gone <<<"$stderr") == 3 && -e $T/a.snap && ! -e $T/b.snap ]]
	run_dp diff "$T/a.snap" "$T/a.snap"
	assert_exit 0
	run_dp restore sim:edu "$T/a.snap"
	assert_exit 3
}

# on_terminal ARGS... - run the program on a terminal, press Ctrl-C once the bar is there
on_terminal() {
	local log=$T/terminal
	: >"$log"
	LOG=$log run timeout 60 script -qefc '(until grep -q " s left" "$LOG"; do sleep 0.1; done; kill -INT $$) & exec "$DEVPOKE_BIN" '"$*" "$log"
	_ran="on a terminal: devpoke $*" stderr=
}

@test "snap: what takes long has a bar; Ctrl-C ends it and leaves no file" {
	on_terminal snap sim:e1000e -n 1000 -o "$T/long.snap"
	[[ $output == *"% "*" s left"* && $output == *$'\r\e[K'* ]] || _assert_failed "expected a bar"
	[[ $status == 130 && -z $(ls "$T"/*.snap "$T"/*.tmp 2>/dev/null) ]] || _assert_failed "expected a clean end"
}
