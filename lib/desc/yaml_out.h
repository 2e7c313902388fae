/* SPDX-License-Identifier: GPL-2.0-or-later */
/* yaml_out.h - writing a description: mappings whose keys come one after the other */
#ifndef DP_YAML_OUT_H
#define DP_YAML_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct dp_yaml_out;

/* a document that is one mapping; NULL = no memory */
struct dp_yaml_out *dp_yaml_out_new(FILE *f);
/* ends it; false: something could not be written, or no memory */
bool dp_yaml_out_end(struct dp_yaml_out *y);

/* @key: {...}; @line: all of it on one, as long as it fits */
void dp_yaml_map(struct dp_yaml_out *y, const char *key, bool line);
void dp_yaml_map_end(struct dp_yaml_out *y);
/* NULL text: no such key */
void dp_yaml_text(struct dp_yaml_out *y, const char *key, const char *text); /* a sentence */
void dp_yaml_word(struct dp_yaml_out *y, const char *key, const char *word); /* quoted if need be */
void dp_yaml_hex(struct dp_yaml_out *y, const char *key, uint64_t v);
void dp_yaml_uint(struct dp_yaml_out *y, const char *key, uint64_t v);

#endif
