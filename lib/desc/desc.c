/* SPDX-License-Identifier: GPL-2.0-or-later */
/* desc.c - looking things up in a loaded description, and the words of its enums */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "core/hash.h"
#include "desc/image.h"
#include "desc/load.h"

const char *const dp_sw_words[] = {"rw", "ro", "wo", "none", NULL};
const char *const dp_on_read_words[] = {"none", "clear", "set", "effect", NULL};
const char *const dp_on_write_words[] = {"store", "w1c",   "w1s", "w1t",   "w0c",    "w0s",
					 "w0t",   "clear", "set", "pulse", "effect", NULL};
const char *const dp_kind_words[] = {"register", "fifo", "doorbell", "memory", NULL};
const char *const dp_type_words[] = {"uint",  "int",   "bool", "address", "bcd", "fixed",
				     "ascii", "bytes", "mac",  "uuid",    NULL};
const char *const dp_reserved_words[] = {"preserve", "zero", "one", "reset", NULL};
const char *const dp_split64_words[] = {"lo-first", "hi-first", "forbid", NULL};

const char *dp_sw_name(enum dp_sw v)
{
	return dp_sw_words[v];
}

const char *dp_on_read_name(enum dp_on_read v)
{
	return dp_on_read_words[v];
}

const char *dp_on_write_name(enum dp_on_write v)
{
	return dp_on_write_words[v];
}

const char *dp_kind_name(enum dp_kind v)
{
	return dp_kind_words[v];
}

const char *dp_type_name(enum dp_vtype v)
{
	return dp_type_words[v];
}

const char *dp_reserved_name(enum dp_reserved v)
{
	return dp_reserved_words[v];
}

const char *dp_step_op_name(enum dp_step_op op)
{
	static const char *const names[DP_STEP_OPS] = {
		[DP_STEP_WRITE] = "write", [DP_STEP_POLL] = "poll", [DP_STEP_CHECK] = "check",
		[DP_STEP_DELAY] = "delay", [DP_STEP_IRQ] = "irq",   [DP_STEP_LOG] = "log",
	};

	return names[op];
}

/* --------------------------------------------------------- index of names */

static unsigned char fold(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c | 32 : c);
}

static uint32_t hash(const char *name, size_t len)
{
	uint64_t h = DP_FNV1A_START;

	for (size_t i = 0; i < len; i++)
		h = dp_fnv1a_byte(h, fold(name[i]));
	return (uint32_t)(h ^ h >> 32);
}

struct dp_names *dp_names_new(struct dp_arena *arena, size_t n)
{
	struct dp_names *names;
	size_t slots = 16;

	while (slots < 2 * n)
		slots *= 2;
	names = dp_arena_alloc(arena, sizeof(*names) + slots * sizeof(names->slots[0]));
	if (names)
		names->n_slots = slots;
	return names;
}

void dp_names_add(struct dp_names *names, enum dp_name_kind kind, size_t index, const char *name,
		  const struct dp_pos *pos)
{
	uint32_t h = hash(name, strlen(name));
	size_t i = h & (names->n_slots - 1);

	while (names->slots[i].name)
		i = (i + 1) & (names->n_slots - 1);
	names->slots[i] = (struct dp_name_slot){name, pos, kind, h, index};
}

const struct dp_name_slot *dp_names_find(const struct dp_desc *d, const char *name, size_t len,
					 unsigned kinds)
{
	const struct dp_names *names = d->by_name;
	const struct dp_name_slot *similar = NULL;
	uint32_t h = hash(name, len);
	unsigned n_similar = 0;

	if (!names)
		return NULL;
	for (size_t i = h & (names->n_slots - 1); names->slots[i].name;
	     i = (i + 1) & (names->n_slots - 1)) {
		const struct dp_name_slot *s = &names->slots[i];

		if (s->hash != h || strlen(s->name) != len)
			continue;
		if (!memcmp(s->name, name, len))
			return kinds & 1u << s->kind ? s : NULL;
		if (!strncasecmp(s->name, name, len)) {
			similar = s;
			n_similar++;
		}
	}
	return n_similar == 1 && kinds & 1u << similar->kind ? similar : NULL;
}

const struct dp_reg *dp_desc_reg(const struct dp_desc *d, const char *name, size_t len)
{
	const struct dp_name_slot *s = dp_names_find(d, name, len, 1u << DP_NAME_REG);

	return s ? &d->regs[s->index] : NULL;
}

const struct dp_join *dp_desc_join(const struct dp_desc *d, const char *name, size_t len)
{
	const struct dp_name_slot *s = dp_names_find(d, name, len, 1u << DP_NAME_JOIN);

	return s ? &d->joins[s->index] : NULL;
}

const struct dp_block *dp_desc_block(const struct dp_desc *d, const char *name, size_t len)
{
	const struct dp_name_slot *s = dp_names_find(d, name, len, 1u << DP_NAME_BLOCK);

	return s ? &d->blocks[s->index] : NULL;
}

int dp_desc_space_index(const struct dp_desc *d, const char *name, size_t len)
{
	const struct dp_name_slot *s = dp_names_find(d, name, len, 1u << DP_NAME_SPACE);

	return s ? (int)s->index : -1;
}

/* ---------------------------------------------------- fields, words, bits */

const struct dp_field *dp_reg_field(const struct dp_reg *r, const char *name, size_t len)
{
	const struct dp_field *similar = NULL;

	for (size_t i = 0; i < r->n_fields; i++) {
		const struct dp_field *f = &r->fields[i];

		if (strlen(f->name) != len || strncasecmp(f->name, name, len) != 0)
			continue;
		if (!memcmp(f->name, name, len))
			return f;
		similar = f; /* only one: the loader refuses names that differ by case */
	}
	return similar;
}

uint64_t dp_reg_reserved(const struct dp_reg *r)
{
	uint64_t bits = r->n_fields ? dp_ones(r->width) : 0;

	for (size_t i = 0; i < r->n_fields; i++)
		bits &= ~dp_bits_mask(r->fields[i].hi, r->fields[i].lo);
	return bits;
}

const struct dp_word *dp_words_find(const struct dp_words *w, const char *name, size_t len)
{
	for (size_t i = 0; i < w->n; i++)
		if (strlen(w->v[i].name) == len && !strncasecmp(w->v[i].name, name, len))
			return &w->v[i];
	return NULL;
}

bool dp_fmt_has_word(const struct dp_fmt *f, const char *name, size_t len)
{
	return (f->words && dp_words_find(f->words, name, len)) ||
	       (f->write_words && dp_words_find(f->write_words, name, len));
}

const struct dp_attr *dp_reg_bit(const struct dp_reg *r, unsigned bit,
				 const struct dp_field **field)
{
	for (size_t i = 0; i < r->n_fields; i++) {
		if (bit < r->fields[i].lo || bit > r->fields[i].hi)
			continue;
		if (field)
			*field = &r->fields[i];
		return &r->fields[i].attr;
	}
	if (field)
		*field = NULL;
	return &r->attr;
}

int dp_desc_reset(void *arg, char kind, const char *name, uint64_t *value, struct dp_err *err)
{
	const struct dp_desc *desc = arg;
	size_t len = strcspn(name, ".");
	const struct dp_reg *reg = kind ? NULL : dp_desc_reg(desc, name, len);
	const struct dp_field *f = NULL;

	if (reg && name[len])
		f = dp_reg_field(reg, name + len + 1, strlen(name + len + 1));
	if (!reg || (name[len] && !f))
		return dp_err_set(err, ENOENT, DP_NAME, "'%s' has no '%s'", desc->name, name);
	*value = reg->has_reset ? reg->reset : 0;
	if (f)
		*value = dp_bits_get(*value, f->hi, f->lo);
	return 0;
}

/* of an array of blocks one */
static void count(const struct dp_desc *d, struct dp_desc_info *out)
{
	out->registers += d->n_regs;
	for (size_t i = 0; i < d->n_regs; i++)
		out->fields += d->regs[i].n_fields;
	for (size_t i = 0; i < d->n_blocks; i++)
		count(d->blocks[i].sub, out);
}

void dp_desc_info(const struct dp_desc *d, struct dp_desc_info *out)
{
	*out = (struct dp_desc_info){
		.name = d->name,
		.title = d->title,
		.ref = d->ref,
		.file = d->file,
		.enums = d->n_words,
		.hash = d->hash,
	};
	count(d, out);
}

/* everything, blocks included, lies in one arena */
void dp_desc_free(struct dp_desc *d)
{
	if (!d)
		return;
	if (d->arena)
		dp_arena_free(d->arena);
	else
		dp_image_close(d);
}
