#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Physical memory through /dev/mem, on a kernel with STRICT_DEVMEM and IO_STRICT_DEVMEM.
# shellcheck disable=SC2016 # expanded in the VM

load ../lib/vm
load doors

# HPET capabilities: vendor 8086, 10 ns
@test "mem: a window of a named range is read" {
	vm_dp peek -rq mem:0xfed00000..+0x400 0x0/u64
	assert_exit 0
	assert_stdout 0x009896808086a201
	vm_dp peek -rq mem 0xfed00000 0xfed00004
	assert_exit 0
	assert_stdout $'0x8086a201\n0x00989680'
}

@test "mem: a PCI function's BAR is the same through both doors" {
	doors_ok "devpoke poke -q $VM_EDU cfg.COMMAND.MEM=1
		read -r start _ <\$sys/$VM_EDU/resource
		devpoke poke -q mem:\$start..+0x80 4=0x0000ffff
		devpoke peek -r $VM_EDU bar0+4; devpoke peek -r mem \$(printf '0x%x' \$((start + 4)))"
	assert_stdout $'0xffff0000\n0xffff0000'
}

@test "mem: RAM is refused, above 1 MiB unless forced, below for good" {
	vm_dp peek mem 0x2000000
	assert_exit 5
	assert_stderr_has "0x2000000 is System RAM" "--force=ram"
	vm_dp peek mem 0x2000000 --force=ram
	assert_exit 3
	assert_stderr_has "CONFIG_STRICT_DEVMEM"
	vm_dp peek mem 0x1000 --force=ram,range
	assert_exit 5
	assert_stderr_has "no --force opens"
	vm_dp poke mem 0x1000=0 --force=ram,range
	assert_exit 5
}

@test "mem: an address that nobody claims is refused unless forced" {
	vm_dp peek mem 0x50000000
	assert_exit 5
	assert_stderr_has "in no named range" "--force=range"
	vm_dp peek -rq mem 0x50000000 --force=range
	assert_exit 0
}

@test "mem: a bound driver's range is the kernel's" {
	doors "bind $VM_NVME nvme; read -r start _ <\$sys/$VM_NVME/resource
		devpoke peek mem \$start; code=\$?; bind $VM_NVME; exit \$code"
	assert_exit 3
	assert_stderr_has "for 'nvme' (CONFIG_IO_STRICT_DEVMEM)" "iomem=relaxed"
}

@test "mem: the mapping goes when a driver claims the range" {
	doors_ok "read -r start _ <\$sys/$VM_NVME/resource; start
		devpoke poke -q $VM_NVME cfg.COMMAND.MEM=1
		at=\$(printf '0x%x' \$((start + 8)))
		say peek mem -r \$at
		bind $VM_NVME nvme
		say peek mem -r \$at
		bind $VM_NVME"
	assert_stdout_like $'^0x00010400\n= 0\n'
	assert_stdout_has "a driver claimed it" "= 4"
}

@test "mem: without CAP_SYS_ADMIN nothing is known and nothing is touched" {
	doors "setpriv --reuid=65534 --clear-groups $DEVPOKE_BIN peek mem 0xfed00000"
	assert_exit 3
	assert_stderr_has "only zeros without CAP_SYS_ADMIN" "run as root"
}
