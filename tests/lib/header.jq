# SPDX-License-Identifier: GPL-2.0-or-later
# A program that checks a header of `desc export --to c` against the numbers of `--to json`.
# usage: jq -r --arg header FILE -f header.jq FILE.json
def macro: ascii_upcase | gsub("[^A-Z0-9_]"; "_");
def check($macro; $value): "	check(\"\($macro)\", \($macro), \($value)ULL);";
def mask: "((\(.hi) == 63 ? 0 : (1ULL << (\(.hi) + 1) % 64)) - (1ULL << \(.lo)))";
def words($at): ((.enum // .flags // []) + (.write_enum // []))[] | check("\($at)_\(.name | macro)"; .value);
def field($at):
	check("\($at)_\(.name | macro)_SHIFT"; .lo),
	"	check(\"\($at)_\(.name | macro)_MASK\", \($at)_\(.name | macro)_MASK, \(mask));",
	words("\($at)_\(.name | macro)");
def number: if type == "string" and test("^0x[0-9a-f]+$") then . else empty end;
def places($at; $suffix; $step):
	if .array and (.array | length) == 1 then
		(.array[0].count | number) as $n | (.array[0].stride | number) as $s | (.offset | number) as $o |
		check("\($at)_COUNT"; $n),
		"	for (unsigned long long i = 0; i < \($n); i++)",
		"		check(\"\($at)\", \($at)\($suffix)(i), \($step) * (\($o)ULL + i * \($s)ULL));"
	elif .array or .offsets then empty
	else (.offset | number) as $o | check("\($at)\($suffix)"; "\($step) * \($o)") end;
def content($device; $at; $step):
	# what the device decides is not there to be checked
	(.registers[] | select([.offset // "0x0", (.array // [])[].count] | all(test("^0x[0-9a-f]+$"))) |
		"\($at)_\(.name | macro)" as $r |
		places($r; ""; $step), (select(.reset) | check("\($r)_RESET"; .reset)),
		(.fields[] | field($r)), words($r)),
	(.blocks[] | "\($at)_\(.name | macro)" as $b | places($b; "_BASE"; $step),
		(.step * $step) as $s |
		content($device; "\($device)_\(.use | macro)\(if $s == 1 then "" else "_X\($s)" end)"; $s));
"#include <stdio.h>", "#include \"\($header)\"", "#include \"\($header)\"", "",
"static int bad, n;", "",
"static void check(const char *name, unsigned long long is, unsigned long long want)", "{",
"	n++;", "	if (is == want)", "		return;", "	bad = 1;",
"	printf(\"%s is 0x%llx, not 0x%llx\\n\", name, is, want);", "}", "",
"int main(void)", "{", content(.name | macro; .name | macro; 1),
"	printf(\"%d numbers\\n\", n);", "	return bad;", "}"
