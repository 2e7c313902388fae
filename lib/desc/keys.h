/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keys.h - the keys of descriptions: where each is legal, and reading their values */
#ifndef DP_KEYS_H
#define DP_KEYS_H

#include "desc/yaml.h"

struct dp_draft;
struct dp_loader;

/* places where keys stand */
enum dp_where {
	DP_IN_FILE,
	DP_IN_DEVICE,
	DP_IN_MATCH,
	DP_IN_DEFAULTS,
	DP_IN_SPACE,
	DP_IN_INDIRECT,
	DP_IN_PAGED,
	DP_IN_BEHIND,
	DP_IN_CAPFIELD,
	DP_IN_WORD,
	DP_IN_TYPE,
	DP_IN_REG,
	DP_IN_ARRAY,
	DP_IN_FIELD,
	DP_IN_JOIN,
	DP_IN_BLOCK,
	DP_IN_MEMBER,
	DP_IN_VARIANT,
	DP_IN_SEQ,
	DP_IN_ARG,
	DP_IN_STEP,
	DP_IN_COUNT
};

#define F_ (1u << DP_IN_FILE)
#define V_ (1u << DP_IN_DEVICE)
#define M_ (1u << DP_IN_MATCH)
#define D_ (1u << DP_IN_DEFAULTS)
#define S_ (1u << DP_IN_SPACE)
#define I_ (1u << DP_IN_INDIRECT)
#define H_ (1u << DP_IN_BEHIND)
#define C_ (1u << DP_IN_CAPFIELD)
#define W_ (1u << DP_IN_WORD)
#define T_ (1u << DP_IN_TYPE)
#define R_ (1u << DP_IN_REG)
#define A_ (1u << DP_IN_ARRAY)
#define B_ (1u << DP_IN_FIELD)
#define J_ (1u << DP_IN_JOIN)
#define K_ (1u << DP_IN_BLOCK)
#define E_ (1u << DP_IN_MEMBER)
#define P_ (1u << DP_IN_PAGED)
#define N_ (1u << DP_IN_VARIANT)
#define Q_ (1u << DP_IN_SEQ)
#define G_ (1u << DP_IN_ARG)
#define Z_ (1u << DP_IN_STEP)

/* X(key, where it is legal, where a later version of the format will have it); sorted */
#define DP_KEYS(X)                                                                                 \
	X(alternate, R_, 0)                                                                        \
	X(args, Q_, 0)                                                                             \
	X(array, R_ | K_ | E_, B_)                                                                 \
	X(at, K_, 0)                                                                               \
	X(bar, S_ | H_, 0)                                                                         \
	X(behind_cap, S_, 0)                                                                       \
	X(bias, T_ | R_ | B_ | J_ | E_, 0)                                                         \
	X(bits, B_, 0)                                                                             \
	X(blocks, F_ | N_ | T_, 0)                                                                 \
	X(check, Z_, 0)                                                                            \
	X(clear_of, R_, 0)                                                                         \
	X(const, T_ | R_ | B_, 0)                                                                  \
	X(count, A_, 0)                                                                            \
	X(data, I_, 0)                                                                             \
	X(default, G_, 0)                                                                          \
	X(defaults, F_, 0)                                                                         \
	X(delay, Z_, 0)                                                                            \
	X(device, F_, 0)                                                                           \
	X(doc, V_ | S_ | W_ | T_ | R_ | B_ | J_ | K_ | E_ | N_ | Q_ | G_ | Z_, 0)                  \
	X(endian, D_ | T_ | R_ | E_, 0)                                                            \
	X(enum, T_ | R_ | B_ | J_ | E_, 0)                                                         \
	X(enums, F_ | N_, 0)                                                                       \
	X(extends, F_, 0)                                                                          \
	X(field, P_, 0)                                                                            \
	X(fields, T_ | R_ | E_, 0)                                                                 \
	X(flags, F_ | T_ | R_ | B_ | J_ | E_ | N_, 0)                                              \
	X(flush, R_ | Z_, 0)                                                                       \
	X(frac, T_ | R_ | B_ | J_ | E_, 0)                                                         \
	X(gaps, D_ | S_, 0)                                                                        \
	X(id, H_, 0)                                                                               \
	X(in, P_, 0)                                                                               \
	X(include, F_, 0)                                                                          \
	X(index, I_, 0)                                                                            \
	X(index_names, A_, 0)                                                                      \
	X(indirect, S_, 0)                                                                         \
	X(interval, Z_, 0)                                                                         \
	X(irq, Z_, 0)                                                                              \
	X(joins, F_ | N_ | T_, 0)                                                                  \
	X(kind, S_ | T_ | R_, 0)                                                                   \
	X(latch, J_, 0)                                                                            \
	X(level, R_, 0)                                                                            \
	X(lock, T_ | R_ | B_, 0)                                                                   \
	X(log, Z_, 0)                                                                              \
	X(match, V_, 0)                                                                            \
	X(members, T_, 0)                                                                          \
	X(name, V_ | W_ | Z_, 0)                                                                   \
	X(of, M_ | J_, 0)                                                                          \
	X(offset, S_ | H_ | C_ | R_ | E_, 0)                                                       \
	X(offsets, A_, 0)                                                                          \
	X(on_read, T_ | R_ | B_ | E_, 0)                                                           \
	X(on_write, T_ | R_ | B_ | E_, 0)                                                          \
	X(once, T_ | R_ | B_, 0)                                                                   \
	X(order, R_ | J_, 0)                                                                       \
	X(others, Z_, 0)                                                                           \
	X(paged, S_, 0)                                                                            \
	X(pci, M_, 0)                                                                              \
	X(pci_cap, S_, 0)                                                                          \
	X(pci_class, M_, 0)                                                                        \
	X(pci_config, S_, 0)                                                                       \
	X(pci_ecap, S_, 0)                                                                         \
	X(poll, Z_, 0)                                                                             \
	X(port, S_, 0)                                                                             \
	X(readback, Z_, 0)                                                                         \
	X(ready, I_, 0)                                                                            \
	X(ref, V_ | S_ | T_ | R_ | B_ | J_ | K_ | E_ | Q_, 0)                                      \
	X(register, P_, 0)                                                                         \
	X(registers, F_ | T_ | N_, 0)                                                              \
	X(reserved, D_ | T_ | R_ | E_, 0)                                                          \
	X(reset, T_ | R_ | B_ | E_, 0)                                                             \
	X(reset_mask, T_ | R_, 0)                                                                  \
	X(resets, R_, 0)                                                                           \
	X(restore, T_ | R_ | B_, 0)                                                                \
	X(scale, T_ | R_ | B_ | J_ | E_, 0)                                                        \
	X(schema, F_, 0)                                                                           \
	X(sequences, F_ | N_, 0)                                                                   \
	X(set_of, R_, 0)                                                                           \
	X(shadow, T_ | R_ | B_, 0)                                                                 \
	X(shift, T_ | R_ | B_ | J_ | E_, 0)                                                        \
	X(size, S_ | H_ | T_ | E_, 0)                                                              \
	X(space, D_ | R_, 0)                                                                       \
	X(spaces, F_ | N_, 0)                                                                      \
	X(split64, D_ | T_ | R_, 0)                                                                \
	X(start, I_, 0)                                                                            \
	X(start_read, I_, 0)                                                                       \
	X(start_write, I_, 0)                                                                      \
	X(step, K_, 0)                                                                             \
	X(steps, Q_, 0)                                                                            \
	X(stride, A_, 0)                                                                           \
	X(sw, D_ | T_ | R_ | B_ | E_, 0)                                                           \
	X(timeout, I_ | Z_, 0)                                                                     \
	X(title, V_, 0)                                                                            \
	X(type, T_ | R_ | B_ | J_ | E_, 0)                                                         \
	X(types, F_ | N_, 0)                                                                       \
	X(uio, M_, 0)                                                                              \
	X(uio_map, S_, 0)                                                                          \
	X(unique, T_ | R_ | B_ | J_ | E_, 0)                                                       \
	X(unit, T_ | R_ | B_ | J_ | E_, 0)                                                         \
	X(unless, Z_, 0)                                                                           \
	X(unlock, I_, 0)                                                                           \
	X(use, R_ | K_ | E_, 0)                                                                    \
	X(value, C_ | P_, 0)                                                                       \
	X(variants, F_, 0)                                                                         \
	X(verb, T_ | R_ | B_, 0)                                                                   \
	X(verify, Z_, 0)                                                                           \
	X(volatile, T_ | R_ | B_ | E_, 0)                                                          \
	X(when, R_ | K_ | N_ | Z_, 0)                                                              \
	X(where, H_, 0)                                                                            \
	X(width, D_ | C_ | T_ | R_ | E_, 0)                                                        \
	X(widths, D_ | S_ | T_ | R_ | E_, 0)                                                       \
	X(write, Z_, 0)                                                                            \
	X(write_enum, T_ | R_ | B_ | E_, 0)

#define DP_KEY_ENUM(key, legal, later) DP_K_##key,
enum dp_key { DP_KEYS(DP_KEY_ENUM) DP_K_COUNT };
#undef DP_KEY_ENUM

/* values by key; NULL = not given */
struct dp_keys {
	struct dp_node *v[DP_K_COUNT];
};
#define DP_KEY(k, key) ((k)->v[DP_K_##key])

/* adds to @k what mapping @n has; unknown, misplaced and later keys are reported.  False when
 * @n is no mapping. */
bool dp_keys_read(struct dp_loader *ld, const struct dp_node *n, enum dp_where where,
		  struct dp_keys *k);

/*
 * Values.  @n NULL: not given, @out stays.  Return: true when a good value was stored; a bad
 * one is reported.
 */
bool dp_get_text(struct dp_loader *ld, const struct dp_node *n, const char **out);
bool dp_get_bool(struct dp_loader *ld, const struct dp_node *n, bool *out);
bool dp_get_uint(struct dp_loader *ld, const struct dp_node *n, uint64_t max, uint64_t *out);
bool dp_get_unsigned(struct dp_loader *ld, const struct dp_node *n, unsigned max, unsigned *out);
bool dp_get_int(struct dp_loader *ld, const struct dp_node *n, int64_t *out);
bool dp_get_decimal(struct dp_loader *ld, const struct dp_node *n, double *out);
bool dp_get_size(struct dp_loader *ld, const struct dp_node *n, uint64_t *out);
bool dp_get_time(struct dp_loader *ld, const struct dp_node *n, uint64_t *out);
/* index in @words, which end with NULL */
bool dp_get_word(struct dp_loader *ld, const struct dp_node *n, const char *const *words,
		 unsigned *out);
bool dp_get_expr(struct dp_loader *ld, const struct dp_node *n, struct dp_expr **out);
bool dp_get_expr_text(struct dp_loader *ld, const struct dp_pos *pos, const char *text,
		      struct dp_expr **out);
/* a name that may stand in a path: [A-Za-z_][A-Za-z0-9_]*, not longer than @max */
bool dp_is_name(const char *s, size_t len);
bool dp_get_name(struct dp_loader *ld, const struct dp_node *n, size_t max, const char **out);

/* "; did you mean 'x'", or "; legal are 'a', 'b' ..." when nothing is near */
const char *dp_suggest(struct dp_loader *ld, const char *word, const char *const *words, size_t n);

#endif
