#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Who may know whom: the rules that keep the parts apart, read off the sources and objects.

load ../lib/common

# includes DIR... - "file:header" of every #include, header with its quotes or brackets
includes() {
	grep -rnoE --include='*.[ch]' '^[[:space:]]*#[[:space:]]*include[[:space:]]+["<][^">]+[">]' "$@" |
		sed -E 's/:[0-9]+:[[:space:]]*#[[:space:]]*include[[:space:]]+/:/'
}

# none TEXT - the list of offenders is empty
none() {
	[[ -z $1 ]] || {
		printf 'offending:\n%s\n' "$1"
		return 1
	}
}

# only_in HEADER_REGEX FILE... - no other file includes it
only_in() {
	local regex=$1 hits file
	shift
	hits=$(includes lib cmd | grep -E ":[\"<]($regex)[\">]\$" || true)
	for file in "$@"; do
		hits=$(grep -v "^$file:" <<<"$hits" || true)
	done
	none "$hits"
}

@test "layers: cmd includes devpoke.h and its own headers, nothing inside the library" {
	local line header bad=
	while IFS=: read -r line header; do
		header=${header//\"/}
		[[ $header == devpoke.h || -e cmd/$header ]] || bad+="$line: $header"$'\n'
	done < <(includes cmd | grep ':"')
	none "$bad"
}

@test "layers: the library includes its own headers by folder, none of cmd" {
	none "$(includes lib | grep ':"' | grep -vE ':"(devpoke\.h|(core|desc|reg|backend|drivers|convert)/[a-z0-9_/]+\.h)"$')"
}

@test "layers: core, desc, reg, backend, convert: each calls those before it only" {
	local nm object layer type name bad=
	local -A home=([core]=0 [desc]=1 [reg]=2 [backend]=3 [convert]=4) at=()
	nm=$(nm -A build/lib/{core,desc,reg,backend,convert}/*.o | sed -E 's:^build/lib/([a-z]+)/([^:]+)\:[0-9a-f ]* ([A-Za-z]) :\1/\2 \1 \3 :')
	while read -r object layer type name; do
		[[ $type != [TDRB] ]] || at[$name]=${home[$layer]}
	done <<<"$nm"
	[[ ${#at[@]} -gt 300 ]]
	while read -r object layer type name; do
		[[ $type != U ]] || ((${at[$name]:-0} <= home[$layer])) || bad+="$object: $name"$'\n'
	done <<<"$nm"
	none "$bad"
}

@test "layers: lib/drivers stands on devpoke.h alone" {
	none "$(includes lib/drivers | grep ':"' | grep -vE ':"(devpoke\.h|drivers/[a-z0-9_/]+\.h)"$')"
}

# A backend's files are a family by the word before "_"; those of the simulator are one.
family() {
	local name=${1##*/}
	name=${name%.[ch]}
	name=${name%%_*}
	case $name in
	lab | qtest | qmp | sim) printf sim ;;
	*) printf '%s' "$name" ;;
	esac
}

# families that have a table of their own; backend.h and helpers of several have none
backend_families() {
	local file
	for file in $(grep -lE '^const struct dp_backend ' lib/backend/*.c); do
		family "$file"
		printf '\n'
	done | sort -u
}

@test "layers: backends do not include each other" {
	local file header other families bad=
	families=$(backend_families)
	[[ -n $families ]]
	while IFS=: read -r file header; do
		other=$(family "$(tr -d '"' <<<"$header")")
		if [[ $other != "$(family "$file")" ]] && grep -qx "$other" <<<"$families"; then
			bad+="$file: $header"$'\n'
		fi
	done < <(includes lib/backend | grep ':"backend/')
	none "$bad"
}

@test "layers: a command never asks for a backend by its name" {
	none "$(grep -nE 'str(n|case|ncase)?cmp\([^;]*backend' cmd/*.[ch])"
}

@test "layers: each library of others has one door" {
	only_in 'yaml\.h' lib/desc/yaml.c lib/desc/yaml_out.c
	only_in 'expat\.h' lib/convert/xml.c
	only_in 'pci/[a-z]+\.h' lib/core/pci_names.c
	only_in 'json-c/.*' lib/core/json.c cmd/json.c
	only_in 'readline/.*'
}

@test "layers: device memory is touched in devpoke.h only" {
	none "$(grep -rnE --include='*.[ch]' \
		'\*[[:space:]]*\((const )?volatile |(->|\.)(base|map)\[|\*[[:space:]]*[a-z_]+(->|\.)(base|map)\>[^,;)]*=[^=]' \
		lib cmd | grep -v '^lib/devpoke\.h:')"
}

@test "layers: the library does not print, exit, read the environment or handle signals" {
	local undefined word bad=
	undefined=$(nm -u build/libdevpoke.a | awk '{ print $2 }' | sort -u)
	[[ -n $undefined ]]
	for word in printf vprintf __printf_chk __vprintf_chk dprintf vdprintf puts putchar perror \
		stdout stderr syslog exit quick_exit atexit abort __assert_fail getenv \
		secure_getenv setenv environ bsd_signal __sysv_signal sigaction raise; do
		! grep -qxF "$word" <<<"$undefined" || bad+="$word "
	done
	none "$bad"
	# a child gets the defaults back before it becomes QEMU; nothing else is set
	none "$(grep -nE '\<signal\(' lib/*/*.c | grep -v 'signal([a-z]*, SIG_DFL)')"
}

# names declared with DP_API
declared() {
	sed '/^#/d' lib/devpoke.h | tr '\n' ' ' | sed -E 's:/\*([^*]|\*+[^*/])*\*+/::g' |
		tr ';' '\n' | sed -nE 's/.*\<DP_API [^(]*\<(dp_[a-z0-9_]+) ?\(.*/\1/p' | sort
}

@test "layers: the shared library exports what devpoke.h declares, no more and no less" {
	local exported
	exported=$(nm -D --defined-only build/libdevpoke.so.0 | awk '$2 != "A" { print $3 }' |
		sed 's/@.*//' | sort)
	[[ $(declared | wc -l) -gt 50 ]]
	run diff <(declared) - <<<"$exported"
	none "$output"
}

@test "layers: the shared library says its name and needs nothing undeclared" {
	run readelf -d build/libdevpoke.so.0
	assert_stdout_like 'SONAME.*\[libdevpoke\.so\.0\]'
	none "$(grep -o 'NEEDED.*' <<<"$output" | grep -vE '\[(libyaml-0|libjson-c|libexpat|libc|libm|libdl)\.so\.[0-9]+\]')"
}

@test "layers: devpoke.h compiles alone, pedantically" {
	printf '#include "devpoke.h"\nint main(void)\n{\n\treturn DP_OK;\n}\n' >"$BATS_TEST_TMPDIR/a.c"
	run gcc -std=c11 -Wall -Wextra -Wshadow -pedantic -Werror -Ilib -c \
		-o "$BATS_TEST_TMPDIR/a.o" "$BATS_TEST_TMPDIR/a.c"
	assert_exit 0
}

@test "layers: each header of the library compiles alone" {
	local header
	for header in lib/*.h lib/*/*.h; do
		printf '#include "%s"\ntypedef int not_empty;\n' "${header#lib/}" >"$BATS_TEST_TMPDIR/a.c"
		run gcc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -Ilib -fsyntax-only "$BATS_TEST_TMPDIR/a.c"
		assert_exit 0
	done
}

@test "sources: every C file is in a module.mk, every unit test in UNIT_TESTS" {
	local file bad=
	for file in lib/*/*.c lib/drivers/*/*.c cmd/*.c; do
		[[ -e $file ]] || continue
		grep -qE "(^|[[:space:]])$file([[:space:]]|\$)" lib/module.mk cmd/module.mk || bad+="$file "
	done
	for file in tests/unit/test_*.c; do
		[[ -e $file ]] || continue
		grep -qE "(^|[[:space:]])$(basename "$file" .c)([[:space:]]|\$)" tests/module.mk || bad+="$file "
	done
	none "$bad"
}

@test "sources: every file says its licence, none is longer than 800 lines or unfinished" {
	local file bad=
	for file in lib/*.h lib/*/*.[ch] cmd/*.[ch] tests/*/*.[ch]; do
		[[ -e $file ]] || continue
		head -n 2 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0-or-later' ||
			bad+="$file: no licence"$'\n'
		# the public header is one by contract
		[[ $file == lib/devpoke.h ]] || (($(wc -l <"$file") <= 800)) || bad+="$file: more than 800 lines"$'\n'
	done
	bad+=$(grep -rnE '\<(TO''DO|FIX''ME|X''XX)\>' lib cmd devices tests || true)
	none "$bad"
}
