# SPDX-License-Identifier: GPL-2.0-or-later
# From libnvme's nvme/types.h: a row per register and per field with a _SHIFT.  The values stay the
# header's own constants, for the compiler to evaluate.
#	HEADER_REG(CAP, NVME_REG_CAP)
#	HEADER_FIELD(CAP, MQES, NVME_CAP_MQES_SHIFT, NVME_CAP_MQES_MASK)
/^enum nvme_[a-z_]+ \{/ {
	enum_name = toupper(substr($2, 6))
	next
}
/^};/ {
	for (i = 1; i <= n; i++)
		printf "HEADER_FIELD(%s, %s, NVME_%s_%s_SHIFT, %s)\n", enum_name, fields[i], enum_name,
			fields[i], (fields[i] in mask) ? mask[fields[i]] : "0"
	enum_name = ""
	n = 0
	split("", mask)
	next
}
enum_name && $1 ~ /^NVME_REG_/ {
	name = substr($1, 10)
	printf "HEADER_REG(%s, %s)\n", name, $1
	is_reg[name] = 1
	is_reg["PMRMSC"] = 1 # its two halves share an enum
	next
}
is_reg[enum_name] && index($1, "NVME_" enum_name "_") == 1 {
	name = substr($1, length("NVME_" enum_name "_") + 1)
	if (sub(/_SHIFT$/, "", name))
		fields[++n] = name
	else if (sub(/_MASK$/, "", name))
		mask[name] = $1
}
