#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A PCI function through resourceN and config, on the distribution's kernel.
# shellcheck disable=SC2016 # expanded in the VM

load ../lib/vm
load doors

@test "sysfs: registers of a function without driver are read and written by name" {
	doors_ok "devpoke poke $VM_EDU cfg.COMMAND.MEM=1
		devpoke peek -r $VM_EDU ID
		devpoke poke -q $VM_EDU bar0+4=0x12345678 && devpoke peek -r $VM_EDU bar0+4"
	assert_stdout_has 0x010000ed 0xedcba987
}

@test "sysfs: two BARs that share a page keep to themselves" {
	# block size register of SDHCI, offset 4, 16 bits
	doors_ok "for f in $VM_SHARED0 $VM_SHARED1; do devpoke poke -q \$f cfg.COMMAND.MEM=1; done
		devpoke poke -q $VM_SHARED0 bar0+4/u16=0x0111
		devpoke poke -q $VM_SHARED1 bar0+4/u16=0x0122
		devpoke peek -r $VM_SHARED0 bar0+4/u16 bar0+0xfe/u16
		devpoke peek -r $VM_SHARED1 bar0+4/u16 bar0+0xfe/u16"
	assert_stdout $'0x0111\n0x2401\n0x0122\n0x2401'
}

@test "sysfs: a BAR of 256 bytes ends there, though its page goes on" {
	local function
	for function in $VM_SHARED0 $VM_SHARED1; do
		vm_dp peek "$function" bar0+0x100
		assert_exit 2
		assert_stderr_has "offset 0x100" "'bar0'"
	done
	vm_dp peek "$VM_SHARED0" bar0+0xfc/u64
	assert_exit 2
}

@test "sysfs: a bound driver's registers stay the kernel's, and why" {
	doors_ok "bind $VM_NVME nvme"
	vm_dp peek "$VM_NVME" cfg.VENDOR_ID
	assert_exit 0
	assert_stdout_has 0x1b36
	vm_dp peek "$VM_NVME" bar0+8
	assert_exit 3
	assert_stderr_has "the driver 'nvme' has it for itself (CONFIG_IO_STRICT_DEVMEM)" \
		"iomem=relaxed"
	vm_dp poke "$VM_NVME" cfg.COMMAND.INTX_DISABLE=1
	assert_exit 5
	vm_dp info "$VM_NVME"
	assert_exit 0
	assert_stdout_has "nvme0n1"
	doors_ok "bind $VM_NVME"
}

@test "sysfs: a door that a bound driver has shut is shown shut, and words are noted too" {
	doors_ok "modprobe nvme; bind $VM_NVME nvme"
	vm_dp info "$VM_NVME"
	assert_exit 0
	assert_stdout_like "by +sysfs +the driver 'nvme' has the BARs for itself"
	vm_dp dump "$VM_NVME" cfg..+4 -w 16
	assert_exit 0
	assert_stdout "0000: 1b36 0010"
	assert_stderr "devpoke: note: kernel driver 'nvme' is bound: reading only"
	doors_ok "bind $VM_NVME"
	vm_dp info "$VM_NVME"
	assert_stdout_like "by +sysfs +works"
}

@test "sysfs: what is looked for by its kernel name is found" {
	doors_ok "bind $VM_NVME nvme; until [[ -e /sys/class/block/nvme0n1 ]]; do sleep 0.1; done
		devpoke peek -rq nvme0 cfg+0/u32; devpoke peek -rq nvme0n1 cfg+0/u32
		devpoke peek -rq class:010802 cfg+0/u32; devpoke peek -rq 1b36:0010 cfg+0/u32
		bind $VM_NVME"
	assert_stdout $'0x00101b36\n0x00101b36\n0x00101b36\n0x00101b36'
	vm_dp peek 1b36:0007 cfg+0/u32
	assert_exit 3
	assert_stderr_has "$VM_SHARED0, $VM_SHARED1"
}

@test "sysfs: memory decode off is said before a register is read" {
	vm_ok "$DEVPOKE_BIN" poke -q "$VM_EDU" cfg.COMMAND.MEM=0
	vm_dp peek "$VM_EDU" bar0+0
	assert_exit 4
	assert_no_stdout
	assert_stderr_has "memory decode of '$VM_EDU' is off" \
		"hint: devpoke poke $VM_EDU cfg.COMMAND.MEM=1"
	# the hint works
	doors_ok "devpoke poke -q $VM_EDU cfg.COMMAND.MEM=1 && devpoke peek -r $VM_EDU bar0+0"
	assert_stdout 0x010000ed
}

@test "sysfs: the mapping goes when a driver binds, and the access says so" {
	doors_ok "start; devpoke poke -q $VM_NVME cfg.COMMAND.MEM=1
		say peek $VM_NVME -r bar0+8
		bind $VM_NVME nvme
		say peek $VM_NVME -r bar0+8
		bind $VM_NVME"
	assert_stdout_like $'^0x00010400\n= 0\n'
	assert_stdout_has "took the memory of 'bar0' away" "= 4"
}

@test "sysfs: the mapping goes when somebody maps the BAR through VFIO" {
	doors_ok "bind $VM_EDU vfio-pci; start; devpoke poke -q sysfs:$VM_EDU cfg.COMMAND.MEM=1
		say peek sysfs:$VM_EDU -r bar0+0
		devpoke peek -rq vfio:$VM_EDU bar0+0 --force=reset
		say peek sysfs:$VM_EDU -r bar0+0
		bind $VM_EDU"
	assert_stdout_like $'^0x010000ed\n= 0\n0x010000ed\n'
	assert_stdout_has "took the memory of 'bar0' away" "= 4"
}

@test "sysfs: after remove and rescan an open handle knows that it is another device" {
	doors_ok "start; devpoke poke -q $VM_EDU cfg.COMMAND.MEM=1
		say peek $VM_EDU -r bar0+0
		echo 1 >\$sys/$VM_EDU/remove; sleep 0.2
		say peek $VM_EDU -r bar0+0
		echo 1 >/sys/bus/pci/rescan; sleep 0.2
		say peek $VM_EDU -r bar0+0"
	assert_stdout_like $'^0x010000ed\n= 0\n'
	assert_stdout_has "'$VM_EDU' is gone" "= 4"
	# one that is opened now is fine
	doors_ok "devpoke poke -q $VM_EDU cfg.COMMAND.MEM=1 && devpoke peek -r $VM_EDU bar0+0"
	assert_stdout 0x010000ed
}

# QEMU answers 0 from a BAR that is no more
@test "sysfs: a condition that the zeros of a dead BAR would meet is not met" {
	vm_qmp '{"execute": "device_add", "arguments":
		{"driver": "edu", "id": "dying", "bus": "spare1"}}'
	assert_exit 0
	vm_wait '[[ -e /sys/bus/pci/devices/0000:03:00.0/resource0 ]]'
	doors_ok 'devpoke poke -q 0000:03:00.0 cfg.COMMAND.MEM=1; start
		say peek 0000:03:00.0 -r bar0+0
		slot=$(dirname "$(grep -l 0000:03 /sys/bus/pci/slots/*/address)")
		(sleep 1; echo 0 >"$slot/power") &
		say poll 0000:03:00.0 bar0+0==0 --timeout 15s
		wait $!'
	assert_stdout_like $'^0x010000ed\n= 0\n'
	assert_stdout_like '(is|device) gone.*= 4'
	refute_stdout_has "= 1"
	vm_wait '[[ ! -e /sys/bus/pci/devices/0000:03:00.0 ]]'
}

@test "sysfs: nobody but root gets further than the first 64 bytes" {
	doors "setpriv --reuid=65534 --clear-groups $DEVPOKE_BIN peek $VM_NIC cfg+0x40"
	assert_exit 3
	assert_stderr_has "nobody but root" "run it as root"
	doors "setpriv --reuid=65534 --clear-groups $DEVPOKE_BIN peek $VM_NIC bar0+0"
	assert_exit 3
	assert_stderr_has "cannot open '$VM_NIC' bar0: Permission denied"
	doors_ok "setpriv --reuid=65534 --clear-groups $DEVPOKE_BIN info $VM_NIC"
	assert_stdout_has "only root may open the BARs"
}

@test "sysfs: doctor: an owner and what it shuts; the hint, followed, repairs both" {
	doors "bind $VM_NVME nvme
		devpoke doctor $VM_NVME --json"
	assert_exit 1
	assert_json '[.checks[] | select(.state == "fail") | .id] == ["driver", "strict_devmem"]'
	doors_ok "hint=\$(devpoke doctor $VM_NVME --json | jq -r '.checks[] | select(.id == \"driver\").hint')
		eval \"\${hint#when nothing uses it: }\"
		devpoke doctor $VM_NVME -q"
	assert_no_stdout
	doors "devpoke poke -q $VM_EDU cfg.COMMAND.MEM=0; devpoke doctor $VM_EDU"
	assert_exit 1
	assert_stdout_has "fail     decode" "hint: devpoke poke $VM_EDU cfg.COMMAND.MEM=1"
	doors_ok "devpoke poke -q $VM_EDU cfg.COMMAND.MEM=1; devpoke doctor $VM_EDU"
}

@test "sysfs: doctor: an error of the function in the kernel's log, until it is cleared" {
	doors "echo '<3>edu $VM_EDU: it is broken' >/dev/kmsg; devpoke doctor $VM_EDU -q"
	assert_exit 1
	assert_stdout_has "1 error of it, the last: edu $VM_EDU: it is broken"
	doors_ok "dmesg --clear; devpoke doctor $VM_EDU -q"
}

@test "sysfs: a function that is removed ends a watch with exit 4" {
	doors "devpoke poke -q $VM_EDU cfg.COMMAND.MEM=1
		devpoke watch $VM_EDU ID --interval 5ms >/tmp/watch.out 2>/tmp/watch.err &
		until grep -q ID /tmp/watch.out; do sleep 0.05; done
		echo 1 >\$sys/$VM_EDU/remove
		wait \$!; code=\$?
		echo 1 >/sys/bus/pci/rescan
		cat /tmp/watch.err; exit \$code"
	assert_exit 4
	assert_stdout_like "devpoke: '$VM_EDU' (is gone|does not answer)|the kernel took the memory of 'bar0' away"
}

@test "sysfs: fill and a block of reads are accesses of a mapped BAR" {
	doors_ok "devpoke poke -q $VM_EDU cfg.COMMAND.MEM=1
		devpoke fill $VM_EDU LIVENESS 0x0000ffff && devpoke peek -r $VM_EDU LIVENESS
		devpoke peek $VM_EDU ID --count 100 --time --json | jq -c '.latency[0] | .count == 100 and .min_ns > 0'"
	assert_stdout $'LIVENESS: 1 word of 32 bits written\n0xffff0000\ntrue'
}
