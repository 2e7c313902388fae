# SPDX-License-Identifier: GPL-2.0-or-later
# Helpers of tests/vm/*.bats: `load ../lib/vm` at the top (has ../lib/common in it).
# The VM is shared by all files, which run in the order of their names: a test leaves
# drivers, bindings and devices as it found them.
# shellcheck shell=bash

load ../lib/common

VM_BOOT=$DP_ROOT/tests/vm/boot

# what tests/vm/boot puts where
# shellcheck disable=SC2034 # for the tests
{
	VM_EDU=0000:00:02.0
	VM_NIC=0000:00:03.0
	VM_NVME=0000:00:04.0
	VM_SHARED0=0000:01:00.0 # two functions whose 256-byte BARs share a page
	VM_SHARED1=0000:01:00.1
	VM_SPARE_PORTS="0000:00:09.0 0000:00:0a.0 0000:00:0b.0" # ids spare0 spare1 spare2
}

setup() {
	[[ -z ${DEVPOKE_VM_SKIP-} ]] || skip "$DEVPOKE_VM_SKIP"
}

# nothing of a test runs on this machine
teardown() {
	:
}

# vm CMD... - run in the VM, in the project's folder: one word is a line of bash, more are
# argv.  Sets status, output, stderr, lines, stderr_lines.
vm() {
	run --separate-stderr "$VM_BOOT" run "$@"
	_ran="vm: $*"
}

# vm_dp ARGS... - the program under test, in the VM
vm_dp() {
	vm "$DEVPOKE_BIN" "$@"
}

# vm_ok CMD... - the same for a step that has to work
vm_ok() {
	vm "$@"
	assert_exit 0
}

# vm_wait CMD - until the line of bash is true, at most 20 s
vm_wait() {
	vm "for i in {1..200}; do { $1; } >/dev/null 2>&1 && exit 0; sleep 0.1; done; exit 1"
	assert_exit 0
}

# vm_qmp JSON - to the VM's QEMU; output is what it returned
vm_qmp() {
	run --separate-stderr "$VM_BOOT" qmp "$1"
	_ran="qmp: $1"
}
