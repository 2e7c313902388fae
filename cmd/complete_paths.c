/* SPDX-License-Identifier: GPL-2.0-or-later */
/* complete_paths.c - registers, fields and enum words at the cursor; reads no device */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "complete.h"

#define PATH_ROOM 256

/**
 * struct paths - a search for what may follow
 * @at: "CC.S", also where the line has "CC.EN=1,S"
 * @cut: characters of a found path that the line does not repeat: those of "CC."
 * @last: the last one offered; arrays have one offer for all their elements
 */
struct paths {
	const struct line *l;
	const char *at;
	size_t cut;
	char last[PATH_ROOM];
};

/* length of the index that @s starts with: ".3", "[3]" */
static size_t index_length(const char *s)
{
	size_t n = 1;

	if (*s == '[')
		return s[strcspn(s, "]")] ? strcspn(s, "]") + 1 : 0;
	if (*s != '.')
		return 0;
	while (isdigit((unsigned char)s[n]))
		n++;
	return n > 1 ? n : 0;
}

/* @path with the indices that @at has; it ends with a dot where @at has none yet */
static void with_indices(char *buf, const char *path, const char *at)
{
	size_t n = 0;

	while (*path && n < PATH_ROOM - 1) {
		size_t digits;

		if (strncmp(path, "[*]", 3)) {
			buf[n++] = *path++;
			continue;
		}
		digits = strncmp(buf, at, n) ? 0 : index_length(at + n);
		if (!digits || n + digits >= PATH_ROOM - 1) {
			buf[n++] = '.';
			break;
		}
		memcpy(buf + n, at + n, digits);
		n += digits;
		path += 3;
	}
	buf[n] = '\0';
}

static int on_path(void *arg, const struct dp_ref_info *info)
{
	struct paths *p = arg;
	char reg[PATH_ROOM], path[PATH_ROOM];
	size_t len = strlen(p->at);

	with_indices(reg, info->reg_path, p->at);
	/* fields come when the word has left their register behind */
	if (info->field && (strlen(reg) >= len || strncmp(reg, p->at, strlen(reg))))
		return 0;
	with_indices(path, info->path, p->at);
	if (strlen(path) < p->cut || strncmp(path, p->at, len) || !strcmp(path, p->last))
		return 0;
	offer(p->l, path + p->cut);
	strcpy(p->last, path);
	return 0;
}

static int on_word(void *arg, const char *word, uint64_t value, const char *doc)
{
	(void)value;
	(void)doc;
	offer(arg, word);
	return 0;
}

void complete_words(const struct line *l, struct dp_dev *dev, const char *path)
{
	struct dp_refs refs = {0};
	struct dp_ref_info info;

	if (dp_resolve(dev, path, 0, &refs, NULL))
		return;
	dp_ref_info(refs.v[0], &info);
	dp_ref_words(refs.v[0], false, on_word, (void *)l);
	if (info.write_words)
		dp_ref_words(refs.v[0], true, on_word, (void *)l);
	dp_refs_free(&refs);
}

/* behind "CC=0x1," or "CC.EN=1,": other fields of that register */
static void other_fields(const struct line *l, struct dp_dev *dev, const char *left)
{
	struct line rest = line_after(l, (size_t)(strrchr(l->word, ',') - l->word) + 1);
	struct dp_refs refs = {0};
	struct dp_ref_info info;
	char at[PATH_ROOM];
	struct paths p = {.l = &rest, .at = at};
	char *sign;

	if (dp_resolve(dev, left, 0, &refs, NULL))
		return;
	dp_ref_info(refs.v[0], &info);
	p.cut = strlen(info.reg_path) + 1;
	snprintf(at, sizeof(at), "%s.%s", info.reg_path, rest.word);
	dp_refs_free(&refs);
	sign = strchr(at, '=');
	if (!sign) {
		dp_find(dev, "", on_path, &p, NULL);
		return;
	}
	*sign = '\0';
	rest = line_after(&rest, strcspn(rest.word, "=") + 1);
	complete_words(&rest, dev, at);
}

void complete_paths(const struct line *l, struct dp_dev *dev)
{
	struct paths p = {.l = l, .at = l->word};
	size_t path = strcspn(l->word, "=!<>^"), sign = strspn(l->word + path, "=!<>^");
	char left[PATH_ROOM];
	struct line rest;

	if (!sign) {
		dp_find(dev, "", on_path, &p, NULL);
		return;
	}
	/* "CTRL+=" */
	snprintf(left, sizeof(left), "%.*s", (int)path - (path && l->word[path - 1] == '+'),
		 l->word);
	if (strchr(l->word + path, ',')) {
		other_fields(l, dev, left);
		return;
	}
	rest = line_after(l, path + sign);
	complete_words(&rest, dev, left);
}
