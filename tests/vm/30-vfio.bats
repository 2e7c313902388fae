#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A PCI function behind vfio-pci, on the distribution's kernel.
# shellcheck disable=SC2016 # expanded in the VM

load ../lib/vm
load doors

@test "vfio: looking opens nothing and wakes nobody" {
	doors_ok "bind $VM_NVME vfio-pci
		for i in {1..50}; do
			[[ \$(<\$sys/$VM_NVME/power_state) == D3hot ]] && break; sleep 0.1
		done
		cat \$sys/$VM_NVME/power_state
		strace -f -e trace=openat,open -o /run/looked $DEVPOKE_BIN list >/dev/null
		strace -f -e trace=openat,open -A -o /run/looked $DEVPOKE_BIN info $VM_NVME >/dev/null
		grep -c vendor /run/looked
		grep -E '/dev/vfio|/dev/uio' /run/looked
		cat \$sys/$VM_NVME/power_state; bind $VM_NVME"
	assert_stdout_like $'^D3hot\n[1-9][0-9]*\nD3hot$'
}

@test "vfio: one-shot registers are refused, because the kernel would reset them" {
	doors_ok "bind $VM_NVME vfio-pci"
	vm_dp peek "$VM_NVME" bar0+8
	assert_exit 5
	assert_stderr_has "batch" "--force=reset"
	vm_dp peek -r "$VM_NVME" cfg+0/u32
	assert_exit 0
	assert_stdout 0x00101b36
	vm_dp peek -r "$VM_NVME" bar0+8 --force=reset
	assert_exit 0
	assert_stdout 0x00010400
	doors_ok "bind $VM_NVME"
}

@test "vfio: a refused operand keeps the ones before it from being written" {
	doors_ok "bind $VM_NVME vfio-pci"
	vm_dp peek -r "$VM_NVME" cfg+4/u16
	local before=$output
	vm_dp poke "$VM_NVME" cfg.COMMAND.INTX_DISABLE=1 bar0+0x14=0
	assert_exit 5
	vm_dp peek -r "$VM_NVME" cfg+4/u16
	assert_stdout "$before"
	doors_ok "bind $VM_NVME"
}

@test "vfio: registers keep through one batch and not beyond" {
	doors_ok "bind $VM_NVME vfio-pci
		devpoke batch -q -e 'poke $VM_NVME bar0+0x14=0x460000' -e 'peek -r $VM_NVME bar0+0x14'
		devpoke batch -q -e 'peek -r $VM_NVME bar0+0x14'
		bind $VM_NVME"
	[[ ${lines[*]} == *"0x00460000 0x00000000" ]]
}

@test "vfio: the target of batch -t stays open like any other, which is said once" {
	doors "bind $VM_NVME vfio-pci
		devpoke batch -t $VM_NVME -e 'cfg.COMMAND' -e 'peek -r bar0+8' -e 'bar0+0x14=0x460000' -e 'peek -r bar0+0x14'
		bind $VM_NVME"
	assert_exit 0
	assert_stdout_has 0x00010400 0x00460000
	assert_stderr "devpoke: -e:2: note: '$VM_NVME' stays open to the end, when the kernel resets it"
}

@test "vfio: what is not bound to vfio-pci is said to be so, not to be reset" {
	doors_ok "modprobe vfio-pci"
	vm_dp peek "vfio:$VM_EDU" ID
	assert_exit 3
	assert_stderr_has "hint: "
	refute_stderr_has "resets"
}

@test "vfio: a BAR inside a page has no mmap flag and is read by its width" {
	doors_ok "bind $VM_SHARED0 vfio-pci; bind $VM_SHARED1 vfio-pci
		devpoke batch -q -e 'poke $VM_SHARED0 bar0+4/u16=0x0123' \
			-e 'peek -r $VM_SHARED0 bar0+4/u16 bar0+0xfe/u16'
		devpoke info --json $VM_SHARED0 >/dev/null"
	[[ ${lines[*]} == *"0x0123 0x2401" ]]
	vm_dp peek "$VM_SHARED0" bar0+0/u64 --force=reset
	assert_exit 2
	assert_stderr_has "64-bit"
	vm_dp peek "$VM_SHARED0" bar0+0x100 --force=reset
	assert_exit 2
	doors_ok "bind $VM_SHARED0; bind $VM_SHARED1"
}

@test "vfio: a device that somebody holds is refused with his name" {
	doors "bind $VM_EDU vfio-pci; start
		say peek $VM_EDU -r bar0+0
		devpoke peek -r $VM_EDU bar0+0 --force=reset; echo \"exit \$?\"
		devpoke info $VM_EDU
		bind() { :; }"
	assert_stdout_has "0x010000ed" "exit 5"
	assert_stderr_has "is held by pid"
	assert_stdout_has "is held by pid"
	doors_ok "bind $VM_EDU"
}

@test "vfio: a group with another driver's function in it is named" {
	doors_ok "bind $VM_SHARED0 vfio-pci; bind $VM_SHARED1 sdhci-pci"
	vm_dp peek "$VM_SHARED0" bar0+0 --force=reset
	assert_exit 3
	assert_stderr_has "is not viable: $VM_SHARED1 (sdhci-pci)"
	vm_ok "$DEVPOKE_BIN" info "$VM_SHARED0"
	assert_stdout_has "is not viable: $VM_SHARED1 (sdhci-pci)"
	doors_ok "bind $VM_SHARED0; bind $VM_SHARED1"
}

@test "vfio: a function that is not bound says what is missing" {
	vm_dp peek "vfio:$VM_EDU" bar0+0 --force=reset
	assert_exit 3
	assert_stderr_has "not bound to vfio-pci"
	vm_ok "$DEVPOKE_BIN" info "$VM_EDU"
	assert_stdout_has "no driver is bound" "driver_override"
}

# VFIO takes a mapping away while its own COMMAND has memory decode off.  A user who is not
# root writes config space through it.
@test "vfio: the owner of the group's node needs no root, and clearing COMMAND.MEM is noticed" {
	doors_ok "bind $VM_NVME vfio-pci
		group=\$(basename \$(readlink \$sys/$VM_NVME/iommu_group))
		chown 65534 /dev/vfio/\$group
		setpriv --reuid=65534 --clear-groups $DEVPOKE_BIN batch --keep-going --status 2>&1 \
			-e 'peek $VM_NVME -r cfg+0x40/u32 bar0+8' -e 'poke -q $VM_NVME cfg+4/u16=0' \
			-e 'peek $VM_NVME -r bar0+8'
		bind $VM_NVME"
	assert_stdout_has 0x00408011 0x00010400 "took the memory of 'bar0' away" "= 4"
}

@test "vfio: a sleeping function's BARs are refused through sysfs" {
	doors "bind $VM_NVME vfio-pci
		until [[ \$(<\$sys/$VM_NVME/power_state) == D3hot ]]; do sleep 0.1; done
		devpoke peek sysfs:$VM_NVME bar0+8; code=\$?; bind $VM_NVME; exit \$code"
	assert_exit 5
	assert_stderr_has "'$VM_NVME' sleeps in D3hot" "power/control"
}

@test "vfio: doctor: a function that sleeps unopened; the hint, followed, wakes it" {
	doors "bind $VM_NVME vfio-pci
		devpoke doctor $VM_NVME -q"
	assert_exit 1
	assert_stdout_has "fail     power          the function '$VM_NVME' sleeps in D3hot"
	doors_ok "hint=\$(devpoke doctor $VM_NVME --json | jq -r '.checks[] | select(.id == \"power\").hint')
		eval \"\${hint#wake it: }\"
		devpoke doctor $VM_NVME
		echo auto >\$sys/$VM_NVME/power/control
		bind $VM_NVME"
	assert_stdout_has "ok       power          D0"
}
