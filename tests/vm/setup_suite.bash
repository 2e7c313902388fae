# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# One boot for all files of this folder.  A VM that is up already (`tests/vm/boot start`,
# tests/run) is used and left running, unless its lockdown was raised: that has no way back.

setup_suite() {
	local boot=${BASH_SOURCE[0]%/*}/boot reason

	if ! reason=$("$boot" possible 2>&1); then
		export DEVPOKE_VM_SKIP=${reason:-no test VM}
		return 0
	fi
	if "$boot" status && [[ $("$boot" run cat /sys/kernel/security/lockdown) != "[none]"* ]]; then
		"$boot" stop
	fi
	if ! "$boot" status; then
		export DEVPOKE_VM_OURS=1
		"$boot" start
	fi
}

teardown_suite() {
	[[ -z ${DEVPOKE_VM_OURS-} ]] || "${BASH_SOURCE[0]%/*}/boot" stop
}
