# SPDX-License-Identifier: GPL-2.0-or-later
# What the tests of the real kernel's doors share: `load doors` after `load ../lib/vm`.
# shellcheck shell=bash

# A line of bash in the VM, with these in front of it:
#   bind BDF DRIVER   give the function to DRIVER alone; `bind BDF` takes it from all
#   start             a devpoke batch that goes on; each `say LINE` prints its answers, the
#                     last of which is "= EXIT"
doors() {
	vm "$DOORS
$1"
}

doors_ok() {
	doors "$1"
	assert_exit 0
}

# shellcheck disable=SC2016 # expanded in the VM
DOORS='
devpoke() { "'$DEVPOKE_BIN'" "$@"; }
sys=/sys/bus/pci/devices
bind() {
	if [[ -e $sys/$1/driver ]]; then
		echo "$1" >"$sys/$1/driver/unbind"
	fi
	echo "${2-}" >"$sys/$1/driver_override"
	if [[ -n ${2-} ]]; then
		modprobe "$2" && echo "$1" >/sys/bus/pci/drivers_probe
		[[ $(readlink "$sys/$1/driver") == */"$2" ]] || exit 99
	fi
}
start() {
	coproc BATCH { exec "'$DEVPOKE_BIN'" batch --keep-going --status "$@" 2>&1; }
}
say() {
	local line
	printf "%s\n" "$*" >&"${BATCH[1]}"
	while IFS= read -r -t 20 line <&"${BATCH[0]}"; do
		printf "%s\n" "$line"
		[[ $line == "= "* ]] && return
	done
	exit 98
}'
