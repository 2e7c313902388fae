#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The bed itself: what later files stand on.
# shellcheck disable=SC2016 # expanded in the VM

load ../lib/vm

# has BDF VENDOR DEVICE
has() {
	vm cat "/sys/bus/pci/devices/$1/vendor" "/sys/bus/pci/devices/$1/device"
	assert_exit 0
	assert_stdout "$2"$'\n'"$3"
}

@test "bed: a command's output, error output and exit code come back apart" {
	vm 'echo out; echo err >&2; exit 7'
	assert_exit 7
	assert_stdout out
	assert_stderr err
	vm printf '%s|' 'a b' '$HOME' "it's"
	assert_stdout "a b|\$HOME|it's|"
}

@test "bed: a megabyte of output comes back whole" {
	vm 'head -c 1000000 /dev/zero | tr "\0" x'
	assert_exit 0
	[[ ${#output} == 1000000 ]]
}

@test "bed: a command that does not end is killed at its deadline" {
	DEVPOKE_VM_DEADLINE=1 vm 'sleep 1000'
	assert_exit 124
	assert_stderr_has "killed after 1 s: sleep 1000"
	vm_ok true
}

@test "bed: what a killed caller left over is not taken for the next answer" {
	timeout 0.3 "$VM_BOOT" run 'echo stale; sleep 1; echo stale' || true
	vm 'echo fresh'
	assert_exit 0
	assert_stdout fresh
}

@test "bed: commands run as root in the project's folder, which cannot be written" {
	vm 'id -u; pwd; touch Makefile'
	assert_exit 1
	assert_stdout 0$'\n'"$DP_ROOT"
	assert_stderr_has "Read-only file system"
}

@test "bed: the rest of the root is this machine's, with changes thrown away" {
	vm_ok 'touch /etc/only-in-the-vm && cat /etc/debian_version'
	assert_stdout "$(cat /etc/debian_version)"
	[[ ! -e /etc/only-in-the-vm ]]
}

@test "bed: it is the distribution's kernel with two processors" {
	vm_ok 'uname -r; nproc'
	[[ $output == "$(basename "$("$DP_ROOT"/tests/vm/kernel ${DEVPOKE_TEST_KERNEL-})"/lib/modules/*)"$'\n'2 ]]
}

@test "bed: edu, e1000e and nvme are there, without a driver" {
	has $VM_EDU 0x1234 0x11e8
	has $VM_NIC 0x8086 0x10d3
	has $VM_NVME 0x1b36 0x0010
	vm 'ls -d /sys/bus/pci/devices/{'"$VM_EDU,$VM_NIC,$VM_NVME"'}/driver'
	assert_no_stdout
}

@test "bed: two functions have 256-byte BARs in one page" {
	has $VM_SHARED0 0x1b36 0x0007
	has $VM_SHARED1 0x1b36 0x0007
	vm_ok 'head -qn 1 /sys/bus/pci/devices/{'"$VM_SHARED0,$VM_SHARED1"'}/resource'
	local start0 end0 start1 end1
	read -r start0 end0 _ <<<"${lines[0]}"
	read -r start1 end1 _ <<<"${lines[1]}"
	((end0 - start0 == 0xff && end1 - start1 == 0xff))
	((start0 != start1 && start0 >> 12 == start1 >> 12))
}

@test "bed: each device has an IOMMU group, the shared functions one together" {
	vm_ok 'for d in '"$VM_EDU $VM_NIC $VM_NVME $VM_SHARED0 $VM_SHARED1"'; do
		basename "$(readlink /sys/bus/pci/devices/$d/iommu_group)"; done'
	[[ ${#lines[@]} == 5 && $(printf '%s\n' "${lines[@]}" | sort -u | wc -l) == 4 ]]
	[[ ${lines[3]} == "${lines[4]}" ]]
}

@test "bed: spare root ports are bound to the kernel's port driver" {
	local port
	for port in $VM_SPARE_PORTS; do
		vm_ok readlink "/sys/bus/pci/devices/$port/driver"
		assert_stdout_has pcieport
	done
}

@test "bed: vfio-pci loads and makes its container" {
	vm_ok 'modprobe vfio-pci && ls /dev/vfio/vfio /sys/bus/pci/drivers/vfio-pci/new_id'
}

@test "bed: /dev/mem is there and keeps RAM from root" {
	vm 'ls -l /dev/mem && dd if=/dev/mem bs=4096 skip=65536 count=1 of=/dev/null'
	assert_exit 1
	assert_stdout_like '^crw'
	assert_stderr_has "Operation not permitted"
}

@test "bed: lockdown is off and can be raised" {
	vm_ok cat /sys/kernel/security/lockdown
	assert_stdout "[none] integrity confidentiality"
}

@test "bed: a device comes to a spare port and goes again" {
	vm_qmp '{"execute": "device_add", "arguments":
		{"driver": "edu", "id": "visitor", "bus": "spare0"}}'
	assert_exit 0
	vm_wait '[[ -e /sys/bus/pci/devices/0000:02:00.0 ]]'
	has 0000:02:00.0 0x1234 0x11e8
	vm_qmp '{"execute": "device_del", "arguments": {"id": "visitor"}}'
	assert_exit 0
	vm_wait '[[ ! -e /sys/bus/pci/devices/0000:02:00.0 ]]'
}
