/* SPDX-License-Identifier: GPL-2.0-or-later */
/* yaml_out.c - libyaml's emitter, for documents of mappings */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "desc/yaml.h"
#include "desc/yaml_out.h"

struct dp_yaml_out {
	yaml_emitter_t emitter;
	FILE *f;
	bool failed;
};

static void emit(struct dp_yaml_out *y, int made, yaml_event_t *event)
{
	y->failed = y->failed || !made || !yaml_emitter_emit(&y->emitter, event);
}

static int to_file(void *arg, unsigned char *data, size_t size)
{
	struct dp_yaml_out *y = arg;

	return fwrite(data, 1, size, y->f) == size;
}

static void scalar(struct dp_yaml_out *y, const char *text, yaml_scalar_style_t style)
{
	yaml_event_t event;

	if (!y->failed)
		emit(y,
		     yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text,
						  (int)strlen(text), 1, 1, style),
		     &event);
}

/* readers of YAML 1.1 and 1.2 must agree that it is a word */
static yaml_scalar_style_t word_style(const char *word)
{
	return dp_scalar_ambiguous(word, strlen(word)) ? YAML_DOUBLE_QUOTED_SCALAR_STYLE
						       : YAML_ANY_SCALAR_STYLE;
}

static void begin(struct dp_yaml_out *y, bool line)
{
	yaml_event_t event;

	if (!y->failed)
		emit(y,
		     yaml_mapping_start_event_initialize(&event, NULL, NULL, 1,
							 line ? YAML_FLOW_MAPPING_STYLE
							      : YAML_BLOCK_MAPPING_STYLE),
		     &event);
}

struct dp_yaml_out *dp_yaml_out_new(FILE *f)
{
	struct dp_yaml_out *y = calloc(1, sizeof(*y));
	yaml_event_t event;

	if (!y)
		return NULL;
	y->f = f;
	y->failed = !yaml_emitter_initialize(&y->emitter);
	if (y->failed)
		return y;
	yaml_emitter_set_output(&y->emitter, to_file, y);
	yaml_emitter_set_unicode(&y->emitter, 1);
	yaml_emitter_set_width(&y->emitter, 100);
	emit(y, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING), &event);
	if (!y->failed)
		emit(y, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1), &event);
	begin(y, false);
	return y;
}

bool dp_yaml_out_end(struct dp_yaml_out *y)
{
	yaml_event_t event;
	bool good;

	if (!y)
		return false;
	dp_yaml_map_end(y);
	if (!y->failed)
		emit(y, yaml_document_end_event_initialize(&event, 1), &event);
	if (!y->failed)
		emit(y, yaml_stream_end_event_initialize(&event), &event);
	good = !y->failed;
	yaml_emitter_delete(&y->emitter);
	free(y);
	return good;
}

void dp_yaml_map(struct dp_yaml_out *y, const char *key, bool line)
{
	scalar(y, key, word_style(key));
	begin(y, line);
}

void dp_yaml_map_end(struct dp_yaml_out *y)
{
	yaml_event_t event;

	if (!y->failed)
		emit(y, yaml_mapping_end_event_initialize(&event), &event);
}

void dp_yaml_text(struct dp_yaml_out *y, const char *key, const char *text)
{
	if (!text)
		return;
	scalar(y, key, word_style(key));
	scalar(y, text, YAML_DOUBLE_QUOTED_SCALAR_STYLE);
}

void dp_yaml_word(struct dp_yaml_out *y, const char *key, const char *word)
{
	if (!word)
		return;
	scalar(y, key, word_style(key));
	scalar(y, word, word_style(word));
}

void dp_yaml_hex(struct dp_yaml_out *y, const char *key, uint64_t v)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%" PRIx64, v);
	scalar(y, key, word_style(key));
	scalar(y, text, YAML_PLAIN_SCALAR_STYLE);
}

void dp_yaml_uint(struct dp_yaml_out *y, const char *key, uint64_t v)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, v);
	scalar(y, key, word_style(key));
	scalar(y, text, YAML_PLAIN_SCALAR_STYLE);
}
