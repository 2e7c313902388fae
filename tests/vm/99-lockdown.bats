#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Lockdown raised at run time: the last file, as there is no way back.
# shellcheck disable=SC2016 # expanded in the VM

load ../lib/vm
load doors

setup_file() {
	[[ -n ${DEVPOKE_VM_SKIP-} ]] ||
		"$DP_ROOT"/tests/vm/boot run 'echo integrity >/sys/kernel/security/lockdown'
}

@test "lockdown: BARs through sysfs are shut, and vfio-pci is the hint" {
	vm_dp peek "$VM_NIC" bar0+0
	assert_exit 3
	assert_stderr_has "lockdown" "vfio-pci works under lockdown"
	vm_dp --json peek "$VM_NIC" bar0+0
	assert_json_is .error.code lockdown
}

@test "lockdown: config space is read and not written" {
	vm_dp peek -r "$VM_NIC" cfg+0/u32
	assert_exit 0
	assert_stdout 0x10d38086
	vm_dp poke "$VM_NIC" cfg.COMMAND.INTX_DISABLE=1
	assert_exit 3
	assert_stderr_has "lockdown forbids writes to config"
}

@test "lockdown: /dev/mem is shut" {
	vm_dp peek mem 0xfed00000
	assert_exit 3
	assert_stderr_has "lockdown forbids /dev/mem"
}

@test "lockdown: info says which doors work" {
	vm_ok "$DEVPOKE_BIN" info "$VM_NIC"
	assert_stdout_has "lockdown forbids to map BARs"
}

@test "lockdown: vfio-pci works whole, config writes included" {
	doors_ok "bind $VM_NVME vfio-pci
		devpoke batch -q -e 'poke $VM_NVME cfg.COMMAND.INTX_DISABLE=1' \
			-e 'poke $VM_NVME bar0+0x14=0x460000' -e 'peek -r $VM_NVME bar0+0x14' \
			-e 'peek -r $VM_NVME cfg.COMMAND.INTX_DISABLE'
		bind $VM_NVME"
	[[ ${lines[*]} == *"0x00460000"* ]]
}

@test "lockdown: doctor says so, and its hint, followed, leads to VFIO, which works whole" {
	vm_dp doctor "$VM_NIC" -q
	assert_exit 1
	assert_stdout_has "fail     lockdown       none [integrity] confidentiality"
	doors "hint=\$(devpoke doctor $VM_NIC --json | jq -r '.checks[] | select(.id == \"lockdown\").hint')
		eval \"\${hint#vfio-pci works: }\"
		devpoke doctor $VM_NIC | grep lockdown
		devpoke batch -t $VM_NIC -e 'peek -r STATUS'; code=\$?
		bind $VM_NIC; exit \$code"
	assert_exit 0
	assert_stdout_has "ok       lockdown       none [integrity] confidentiality; VFIO works whole"
}
