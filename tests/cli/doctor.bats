#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# doctor on a recorded machine: each check, what it sees, and the hint.
# shellcheck disable=SC2154 # status, output, stderr, TREE_* come from bats and the helpers

load ../lib/common
load ../lib/tree
load ../lib/table

IDS='["presence","link","power","decode","bars","driver","iommu","lockdown","strict_devmem","memlock","kernel_log"]'

setup() {
	dp_setup
	tree_make
	SYS=$DEVPOKE_ROOT/sys/bus/pci
	PORT=$DEVPOKE_ROOT/sys/devices/pci0000:00/0000:00:1c.0
	# the function below a port, as the kernel has it
	mkdir -p "$PORT" "$SYS/drivers" "$DEVPOKE_ROOT/boot" "$DEVPOKE_ROOT/proc/sys/kernel" \
		"$DEVPOKE_ROOT/proc/self" "$DEVPOKE_ROOT/sys/kernel/security" "$DEVPOKE_ROOT/sys/firmware/acpi/tables"
	mv "$TREE_FN" "$PORT/$TREE_BDF"
	ln -s "../../../devices/pci0000:00/0000:00:1c.0/$TREE_BDF" "$TREE_FN"
	ln -s ../../../devices/pci0000:00/0000:00:1c.0 "$SYS/devices/0000:00:1c.0"
	echo 0x060400 >"$PORT/class"
	echo D0 >"$PORT/power_state"
	truncate -s 256 "$PORT/config"
	# express capabilities at 0x40: LNKCAP x16 at 16 GT/s in the port, x4 at 8 GT/s in the function
	tree_bytes "$PORT/config" 00=86802134 04=0600 06=1000 34=40 40=10004200 4c=04010000 52=0401
	tree_config 04=0300 06=1000 34=40 40=10000200 4c=43000000 52=4300
	tree_config 04=0300
	: >"$DEVPOKE_ROOT/dev/kmsg"
	echo 6.1.0-test >"$DEVPOKE_ROOT/proc/sys/kernel/osrelease"
	echo CONFIG_STRICT_DEVMEM=y >"$DEVPOKE_ROOT/boot/config-6.1.0-test"
	printf 'Name:\tx\nCapEff:\t0000000000004000\n' >"$DEVPOKE_ROOT/proc/self/status"
	echo '[none] integrity confidentiality' >"$DEVPOKE_ROOT/sys/kernel/security/lockdown"
	group 7
}

# group N BDF... - the function is in group N, with others
group() {
	local dir=$DEVPOKE_ROOT/sys/kernel/iommu_groups/$1 bdf
	mkdir -p "$dir/devices"
	echo DMA-FQ >"$dir/type"
	ln -sfn "../../../../../kernel/iommu_groups/$1" "$TREE_FN/iommu_group"
	for bdf in "$TREE_BDF" "${@:2}"; do
		: >"$dir/devices/$bdf"
	done
}

# bind BDF DRIVER
bind() {
	mkdir -p "$SYS/drivers/$2" "$SYS/devices/$1"
	ln -sfn "../../../bus/pci/drivers/$2" "$SYS/devices/$1/driver"
}

# check ID STATE EVIDENCE HINT - of the last run with --json; EVIDENCE and HINT are parts, HINT
# "null" is none
check() {
	jq -e --arg id "$1" --arg state "$2" --arg evidence "$3" --arg hint "$4" '
		.checks[] | select(.id == $id) | .state == $state and (.evidence | contains($evidence)) and
		if $hint == "null" then .hint == null else (.hint // "" | contains($hint)) end' <<<"$output" >/dev/null ||
		_assert_failed "expected $1 $2: $3 ($4)"
}

diagnose() {
	run_dp doctor "${1-$TREE_BDF}" --json
	assert_no_stderr
	assert_json '.verb == "doctor" and ([.checks[].id] == '"$IDS"') and (has("error") | not)'
}

@test "doctor: a function in good order: eleven checks, all ok, exit 0" {
	diagnose
	assert_exit 0
	assert_json '[.checks[] | .state == "ok" and .hint == null and (.evidence | length > 0)] | all'
	check presence ok "1b36:0007" null
	check link ok "x4 at 8 GT/s, which is what it and its port can do" null
	check power ok "D0, and no port above it sleeps" null
	check decode ok "COMMAND = 0x0003: memory on, I/O on; on in the ports above it" null
	check bars ok "bar0 0x100 at 0xfe000100, bar2 0x2000 at 0xfe002000, bar4 0x20 at 0xc100" null
	check driver ok "none is bound" null
	check iommu ok "group 7 (DMA-FQ), alone" null
	check lockdown ok "[none]" null
	check strict_devmem ok "not in force" null
	check memlock ok "CAP_IPC_LOCK" null
	check kernel_log ok "no warnings or errors name it" null
	run_dp doctor $TREE_BDF
	assert_ok
	[[ ${#lines[@]} == 11 && ${lines[1]} == "ok       link           x4 at"* ]]
	run_dp doctor $TREE_BDF -q
	assert_ok
	assert_no_stdout
}

@test "doctor: nothing in the tree is changed" {
	(cd "$DEVPOKE_ROOT" && find . -type f -exec sha256sum {} + | sort -k2) >"$BATS_TEST_TMPDIR/before"
	diagnose
	(cd "$DEVPOKE_ROOT" && find . -type f -exec sha256sum {} + | sort -k2) | cmp - "$BATS_TEST_TMPDIR/before"
}

@test "doctor: link: slower or narrower than function and port can, or less only because of the port" {
	tree_config 52=4100
	diagnose
	assert_exit 1
	check link fail "x4 at 2.5 GT/s, and it and its port can do x4 at 8 GT/s" "devpoke poke 0000:00:1c.0 cfg.EXP.LNKCTL.RL=1"
	tree_config 52=1300
	diagnose
	check link fail "x1 at 8 GT/s" "cfg.EXP.LNKCTL.RL=1"
	bind 0000:00:1c.0 pcieport
	diagnose
	check link fail "x1" "cfg.EXP.LNKCTL.RL=1 --force=bound"
	tree_bytes "$PORT/config" 4c=11000000
	tree_config 52=1100
	diagnose
	check link ok "x1 at 2.5 GT/s" null
	# integrated in the root complex; conventional PCI
	tree_config 40=10009200 52=0000
	diagnose
	check link ok "part of the root complex" null
	tree_config 06=0000
	diagnose
	check link ok "no PCI Express" null
}

@test "doctor: power: the function or a port above it sleeps, and is not woken" {
	echo D3hot >"$TREE_FN/power_state"
	chmod 000 "$TREE_FN/config"
	diagnose
	assert_exit 1
	check power fail "the function '$TREE_BDF' sleeps in D3hot" "echo on > /sys/bus/pci/devices/$TREE_BDF/power/control"
	check link unknown "looking would wake it" null
	check presence unknown "looking would wake it" null
	echo D0 >"$TREE_FN/power_state"
	chmod 600 "$TREE_FN/config"
	echo D3cold >"$PORT/power_state"
	diagnose
	check power fail "the port '0000:00:1c.0' sleeps in D3cold" "/sys/bus/pci/devices/0000:00:1c.0/power/control"
	rm "$TREE_FN/power_state" "$PORT/power_state"
	# PMCSR of a power management capability says it, too
	tree_config 34=60 60=01000300 64=0300
	diagnose
	check power fail "it sleeps in D3hot" "devpoke poke $TREE_BDF cfg.PM.PMCSR.STATE=D0"
}

@test "doctor: decode: the hint, followed, repairs it" {
	tree_config 04=0000
	diagnose
	assert_exit 1
	check decode fail "memory decode of '$TREE_BDF' is off" "devpoke poke $TREE_BDF cfg.COMMAND.MEM=1"
	eval "run_dp $(jq -r '.checks[] | select(.id == "decode").hint' <<<"$output" | cut -d' ' -f2-)"
	assert_exit 0
	diagnose
	check decode fail "I/O decode of '$TREE_BDF' is off" "devpoke poke $TREE_BDF cfg.COMMAND.IO=1"
	eval "run_dp $(jq -r '.checks[] | select(.id == "decode").hint' <<<"$output" | cut -d' ' -f2-)"
	diagnose
	assert_exit 0
	tree_bytes "$PORT/config" 04=0000
	diagnose
	check decode fail "memory decode of '0000:00:1c.0' is off" "devpoke poke 0000:00:1c.0 cfg.COMMAND.MEM=1"
	tree_bytes "$PORT/config" 04=0600
	# a driver that needs memory only leaves I/O off
	tree_config 04=0200
	bind $TREE_BDF e1000
	diagnose
	check decode ok "memory on, I/O off" null
	# the physical function decodes for a virtual one
	tree_config 04=0000
	ln -s ../0000:01:00.4 "$TREE_FN/physfn"
	diagnose
	check decode ok "a virtual function: '0000:01:00.4' decides" null
}

@test "doctor: BARs: one without address is named" {
	sed -i '3s/.*/0x0000000000000000 0x0000000000001fff 0x0000000020040200/' "$TREE_FN/resource"
	diagnose
	assert_exit 1
	check bars fail "'bar2', 0x2000 bytes, has no address" "echo 1 > /sys/bus/pci/devices/$TREE_BDF/remove; echo 1 > /sys/bus/pci/rescan"
	printf '0x%016x 0x%016x 0x%016x\n' 0 0 0 0 0 0 >"$TREE_FN/resource"
	diagnose
	check bars ok "it has none" null
	check decode ok "no BARs to decode" null
}

@test "doctor: driver: an owner is in the way, vfio-pci and uio are not" {
	bind $TREE_BDF e1000e
	mkdir -p "$TREE_FN/net/eth7"
	diagnose
	assert_exit 1
	check driver fail "'e1000e' owns it (eth7): reads only" "echo $TREE_BDF > /sys/bus/pci/drivers/e1000e/unbind"
	bind $TREE_BDF uio_pci_generic
	diagnose
	assert_exit 0
	check driver ok "'uio_pci_generic', which leaves the device to us" null
	bind 0000:00:1c.0 pcieport
	diagnose 0000:00:1c.0
	check driver ok "'pcieport', as a bridge needs it: reads only" null
}

@test "doctor: IOMMU: none in use, a group that others share" {
	rm "$TREE_FN/iommu_group"
	diagnose
	assert_exit 1
	check iommu fail "no IOMMU is in use" "switch VT-d, AMD-Vi or SMMU on in the firmware"
	: >"$DEVPOKE_ROOT/sys/firmware/acpi/tables/DMAR"
	diagnose
	check iommu fail "no IOMMU is in use" "boot with intel_iommu=on on the kernel command line"
	rm "$DEVPOKE_ROOT/sys/firmware/acpi/tables/DMAR"
	: >"$DEVPOKE_ROOT/sys/firmware/acpi/tables/IVRS"
	diagnose
	check iommu fail "no IOMMU" "boot without amd_iommu=off"
	bind 0000:01:00.1 snd_hda_intel
	bind 0000:00:1c.0 pcieport
	echo 0x040300 >"$SYS/devices/0000:01:00.1/class"
	group 8 0000:01:00.1 0000:00:1c.0
	diagnose
	check iommu ok "group 8 (DMA-FQ), with " null
	check iommu ok "0000:01:00.1 (snd_hda_intel)" null
	# VFIO needs the whole group, bridges aside
	bind $TREE_BDF vfio-pci
	diagnose
	assert_exit 1
	check iommu fail "group 8 is shared with '0000:01:00.1', which 'snd_hda_intel' owns" "echo 0000:01:00.1 > /sys/bus/pci/drivers/snd_hda_intel/unbind"
	rm "$SYS/devices/0000:01:00.1/driver"
	diagnose
	check iommu ok "group 8" null
}

@test "doctor: lockdown: in the way, but not of vfio-pci" {
	echo 'none [integrity] confidentiality' >"$DEVPOKE_ROOT/sys/kernel/security/lockdown"
	diagnose
	assert_exit 1
	check lockdown fail "[integrity]" "echo vfio-pci > /sys/bus/pci/devices/$TREE_BDF/driver_override; echo $TREE_BDF > /sys/bus/pci/drivers_probe"
	bind $TREE_BDF vfio-pci
	diagnose
	check lockdown ok "VFIO works whole" null
	rm "$DEVPOKE_ROOT/sys/kernel/security/lockdown"
	diagnose
	check lockdown ok "has none, or shows none" null
}

@test "doctor: IO_STRICT_DEVMEM: only a driver that has claimed the BARs shuts them" {
	echo CONFIG_IO_STRICT_DEVMEM=y >>"$DEVPOKE_ROOT/boot/config-6.1.0-test"
	diagnose
	assert_exit 0
	check strict_devmem ok "in force" null
	bind $TREE_BDF nvme
	diagnose
	check strict_devmem fail "'nvme' has the BARs for itself" "/sys/bus/pci/drivers/nvme/unbind, or boot with iomem=relaxed"
	echo 'quiet iomem=relaxed' >"$DEVPOKE_ROOT/proc/cmdline"
	diagnose
	check strict_devmem ok "not in force" null
	# nobody says what is in force: the kernel is asked, whose files can be mapped here
	rm "$DEVPOKE_ROOT/proc/cmdline" "$DEVPOKE_ROOT/boot/config-6.1.0-test"
	diagnose
	if [[ $EUID == 0 ]]; then
		check strict_devmem ok "not in force" null
		rm "$TREE_FN/resource0"
		diagnose
		check strict_devmem fail "'nvme' has the BARs for itself" "unbind"
	else
		check strict_devmem unknown "no configuration of the running kernel" null
	fi
	rm "$TREE_FN/driver"
	diagnose
	check strict_devmem ok "no driver has claimed the BARs" null
}

@test "doctor: memlock: a small limit without CAP_IPC_LOCK, and the hint repairs it" {
	printf 'Name:\tx\nCapEff:\t0000000000000000\n' >"$DEVPOKE_ROOT/proc/self/status"
	run_sh "ulimit -S -l 64; devpoke doctor $TREE_BDF --json"
	assert_exit 1
	check memlock fail "64 KiB: VFIO can map no more" "prlimit --memlock=unlimited --pid \$\$"
	run_sh "ulimit -S -l 64; prlimit --memlock=\$((128 << 20)): --pid \$\$ 2>/dev/null || exit 99; devpoke doctor $TREE_BDF --json"
	((status == 99)) || check memlock ok "128 MiB" null
}

@test "doctor: the kernel's log: errors that name the function, the last of them" {
	cat >"$DEVPOKE_ROOT/dev/kmsg" <<-END
		6,1,100,-;pci $TREE_BDF: [1b36:0007] type 00
		3,2,200,-;nvme 0000:02:00.0: device not ready
		4,3,300,-;pci $TREE_BDF: limited bandwidth
		 SUBSYSTEM=pci
	END
	diagnose
	assert_exit 0
	check kernel_log ok "no errors; 1 warning, the last: pci $TREE_BDF: limited bandwidth" null
	printf '3,4,400,-;pci %s: BAR 0: no space\n11,5,500,-;pcieport: AER %s\n' $TREE_BDF $TREE_BDF >>"$DEVPOKE_ROOT/dev/kmsg"
	diagnose
	assert_exit 1
	check kernel_log fail "2 errors of it, the last: pcieport: AER $TREE_BDF" "dmesg | grep $TREE_BDF"
	rm "$DEVPOKE_ROOT/dev/kmsg"
	diagnose
	check kernel_log unknown "/dev/kmsg cannot be read: No such file" null
}

@test "doctor: a function that does not answer, and a target that is none" {
	tree_bytes "$TREE_FN/config" 00=ffffffffffffffffffffffff
	diagnose
	assert_exit 1
	check presence fail "reads as ones: nobody is there" "echo 1 > /sys/bus/pci/devices/$TREE_BDF/remove; echo 1 > /sys/bus/pci/rescan"
	run_dp doctor 0000:09:00.0
	assert_exit 3
	run_dp doctor $TREE_BDF extra
	assert_exit 2
	run_dp batch --check -t $TREE_BDF -e doctor
	assert_ok
}

@test "doctor: what has no kernel or no PCI behind it is unknown, with why; exit 0" {
	local target
	head -c 64 /dev/zero >"$BATS_TEST_TMPDIR/raw"
	for target in model:tests/golden/exact.yaml "dump:$BATS_TEST_TMPDIR/raw" desc:edu; do
		row
		dp doctor "$target" --json
		[[ $status == 0 ]] && jq -e '[.checks[] | .state == "unknown" and (.evidence | length > 0)] | all' <<<"$output" >/dev/null ||
			row_failed "expected all unknown"
	done
	rows_passed 3
	echo 'none [integrity] confidentiality' >"$DEVPOKE_ROOT/sys/kernel/security/lockdown"
	diagnose mem
	assert_exit 1
	check lockdown fail "[integrity]" "Secure Boot"
	check driver unknown "not a PCI function" null
}
