/* SPDX-License-Identifier: GPL-2.0-or-later */
/* env.c - the only reader of the environment */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "env.h"

#define CONFIG_DIR "/etc/devpoke"

/* an empty variable is as good as none (XDG Base Directory Specification) */
static const char *get(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static const char *get_dir(const char *name)
{
	const char *value = get(name);

	/* relative paths in XDG variables are to be ignored (the same specification) */
	return value && *value == '/' ? value : NULL;
}

static void join(char *buf, const char *a, const char *b)
{
	if (snprintf(buf, PATH_MAX, "%s%s", a, b) >= PATH_MAX)
		*buf = '\0';
}

static void under_home(char *buf, const char *variable, const char *fallback)
{
	const char *dir = get_dir(variable), *home = get_dir("HOME");

	if (dir)
		join(buf, dir, "/devpoke");
	else if (home)
		snprintf(buf, PATH_MAX, "%s/%s/devpoke", home, fallback);
	else
		*buf = '\0';
}

/* root may look at, never make, what belongs to the user behind sudo */
static void find_user_runtime(struct env *env)
{
	const char *uid = get("SUDO_UID");

	if (!uid || strspn(uid, "0123456789") != strlen(uid) || strlen(uid) > 10)
		return;
	snprintf(env->user_runtime, PATH_MAX, "/run/user/%s/devpoke", uid);
	if (access(env->user_runtime, F_OK))
		snprintf(env->user_runtime, PATH_MAX, "/tmp/devpoke-%s", uid);
	if (access(env->user_runtime, F_OK))
		*env->user_runtime = '\0';
}

static void find_runtime(struct env *env)
{
	const char *own = get("DEVPOKE_RUNTIME"), *xdg = get_dir("XDG_RUNTIME_DIR");

	if (own) {
		join(env->runtime, own, "");
	} else if (geteuid() == 0) {
		join(env->runtime, "/run/devpoke", "");
		find_user_runtime(env);
	} else if (xdg) {
		join(env->runtime, xdg, "/devpoke");
	} else {
		snprintf(env->runtime, PATH_MAX, "/tmp/devpoke-%u", (unsigned)geteuid());
	}
}

static bool is_tree(const char *dir)
{
	char header[PATH_MAX + 32];

	snprintf(header, sizeof(header), "%s/lib/devpoke.h", dir);
	return access(header, F_OK) == 0;
}

/* BINDIR/../share/devpoke: a program that was installed to a staging folder, or moved */
static bool beside_program(struct env *env, const char *program)
{
	const char *slash = strrchr(program, '/');

	if (!slash || snprintf(env->own_devices, PATH_MAX, "%.*s/../share/devpoke/devices",
			       (int)(slash - program), program) >= PATH_MAX)
		return false;
	return access(env->own_devices, F_OK) == 0;
}

/*
 * The descriptions that belong to this very program: of the tree that it was built in when it
 * lies there (build/ or build/san/; the tree may have moved since), else the installed ones.
 */
static void find_own_devices(struct env *env)
{
	char dir[PATH_MAX], program[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", dir, sizeof(dir) - 1);

	dir[n > 0 ? n : 0] = '\0';
	strcpy(program, dir);
	for (int up = 0; up < 3; up++) {
		char *slash = strrchr(dir, '/');

		if (!slash)
			break;
		*slash = '\0';
		if (is_tree(dir)) {
			join(env->own_devices, dir, "/devices");
			return;
		}
	}
	if (!beside_program(env, program))
		join(env->own_devices, DP_DATADIR, "/devices");
}

void env_read(struct env *env)
{
	size_t n = 0, m = 0;

	memset(env, 0, sizeof(*env));
	env->target = get("DEVPOKE_TARGET");
	env->root = get("DEVPOKE_ROOT");
	env->dumb = !get("TERM") || !strcmp(get("TERM"), "dumb");
	env->no_color = get("NO_COLOR") || (get("TERM") && env->dumb);
	find_runtime(env);
	under_home(env->user_config, "XDG_CONFIG_HOME", ".config");
	under_home(env->cache, "XDG_CACHE_HOME", ".cache");
	find_own_devices(env);
	if (*env->user_config) {
		join(env->user_devices, env->user_config, "/devices");
		env->config_dirs[m++] = env->user_config;
		env->desc_dirs[n++] = env->user_devices;
	}
	env->config_dirs[m] = CONFIG_DIR;
	env->desc_dirs[n++] = CONFIG_DIR "/devices";
	env->desc_dirs[n] = env->own_devices;
}

void env_export_target(const char *target)
{
	setenv("DEVPOKE_TARGET", target, 1);
}
