# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion of devpoke: the program itself knows the words.
# shellcheck shell=bash

_devpoke() {
	local line=${COMP_LINE:0:COMP_POINT} word cut="" kept="" i
	word=${line##*[[:space:]]}
	word=${word#[\'\"]}
	# bash cuts words at : = and @ and replaces only the last part; inside quotes it
	# replaces all that stands there, blanks too
	if [[ $word == *"$2" ]]; then
		cut=${word%"$2"}
	else
		kept=${2%"$word"}
	fi
	mapfile -t COMPREPLY < <("$1" __complete "$COMP_LINE" "$COMP_POINT" 2>/dev/null)
	for i in "${!COMPREPLY[@]}"; do
		COMPREPLY[i]=$kept${COMPREPLY[i]#"$cut"}
	done
	# a path may go on with a field or a value
	if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[.=/] ]]; then
		compopt -o nospace
	fi
}

complete -o default -F _devpoke devpoke
