/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lab_spawn.c - the process of a lab: started detached, ended for certain
 *
 * QEMU is no child of ours: a caller that lives on would have to reap it, and its exit would
 * be a SIGCHLD that the caller never asked for.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "backend/lab.h"

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4u
#endif

#define TERM_NS UINT64_C(2000000000)

/** struct spawn - what parent and children of one start share */
struct spawn {
	int dirfd, log;
	char *const *argv;
	uint64_t ttl_ns;
	int go[2];   /* parent -> QEMU: you are written down, run */
	int said[2]; /* children -> parent: pid, then errno of a failed exec */
	int stay[2]; /* parent -> go-between: the lab stands or has been put away */
};

static void tell(int fd, int value)
{
	while (write(fd, &value, sizeof(value)) < 0 && errno == EINTR)
		;
}

/* Return: false at end of file */
static bool hear(int fd, int *value)
{
	ssize_t n;

	do
		n = read(fd, value, sizeof(*value));
	while (n < 0 && errno == EINTR);
	return n == sizeof(*value);
}

/* a caller's ignored or blocked signals are not QEMU's */
static void plain_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* a caller without stdin may have given us 0, 1 or 2, which are about to be others */
static int above_stdio(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

static void become_qemu(const struct spawn *s)
{
	int dir = above_stdio(s->dirfd), log = above_stdio(s->log), said = above_stdio(s->said[1]);
	int null, dummy;

	plain_signals();
	close(s->go[1]);
	close(s->said[1]);
	close(s->stay[1]);
	if (!hear(s->go[0], &dummy))
		_exit(0);
	null = open("/dev/null", O_RDWR);
	umask(077);
	if (null < 0 || fchdir(dir) || dup2(null, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0) {
		tell(said, errno);
		_exit(127);
	}
	/* whatever the caller left open without the flag */
	close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
	execvp(s->argv[0], s->argv);
	tell(said, errno);
	_exit(127);
}

static void remove_files(int dirfd)
{
	static const char *const names[] = {"qtest", "qmp",    "ram",      "bios",        "log",
					    "lock",  "writes", "lab.json", "lab.json.tmp"};
	char disk[16];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		unlinkat(dirfd, names[i], 0);
	for (unsigned i = 0; i < DP_LAB_DISKS; i++) {
		snprintf(disk, sizeof(disk), "disk%u", i);
		unlinkat(dirfd, disk, 0);
	}
}

static bool ended(int pidfd, int timeout_ms)
{
	struct pollfd p = {.fd = pidfd, .events = POLLIN};

	return poll(&p, 1, timeout_ms) > 0;
}

/* poll(2) counts milliseconds in an int, 24 days at most: wait by the hour */
static void wait_ttl(int pidfd, uint64_t ttl_ns)
{
	uint64_t end = dp_now_ns() + (ttl_ns < INT64_MAX ? ttl_ns : INT64_MAX), now;

	while ((now = dp_now_ns()) < end) {
		uint64_t left = (end - now) / 1000000 + 1;

		if (ended(pidfd, left < 3600000 ? (int)left : 3600000))
			_exit(0);
	}
}

/*
 * --ttl: a process of its own that sleeps and then ends QEMU (QEMU blocks SIGALRM, so an
 * inherited timer does not end it).  Only async-signal-safe calls: the caller may have
 * threads.
 */
static void become_watcher(const struct spawn *s, const char *lab, int pidfd)
{
	int all, dir = above_stdio(s->dirfd);

	pidfd = above_stdio(pidfd);
	plain_signals();
	dup2(dir, 0);
	dup2(pidfd, 1);
	close_range(2, ~0u, 0);
	all = openat(0, "..", O_RDONLY | O_DIRECTORY);
	if (chdir("/"))
		_exit(1);
	wait_ttl(1, s->ttl_ns);
	flock(all, LOCK_EX);
	if (ended(1, 0))
		_exit(0);
	pidfd_send_signal(1, SIGTERM, NULL, 0);
	if (!ended(1, TERM_NS / 1000000))
		pidfd_send_signal(1, SIGKILL, NULL, 0);
	ended(1, TERM_NS / 1000000);
	remove_files(0);
	unlinkat(all, lab, AT_REMOVEDIR);
	_exit(0);
}

static int watch(const struct spawn *s, const char *lab, int qemu)
{
	int pidfd = pidfd_open(qemu, 0), pid;

	if (pidfd < 0)
		return -errno;
	pid = fork();
	if (!pid)
		become_watcher(s, lab, pidfd);
	return pid < 0 ? -errno : 0;
}

/* the caller was killed in the middle of its start; its lock of all labs is ours too, so nobody
 * else can have begun one of this name */
static void put_away(const struct spawn *s, const char *lab, int qemu)
{
	int all = openat(s->dirfd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	kill(qemu, SIGKILL);
	while (waitpid(qemu, NULL, 0) < 0 && errno == EINTR)
		;
	remove_files(s->dirfd);
	if (all >= 0)
		unlinkat(all, lab, AT_REMOVEDIR);
}

/*
 * Between the caller and QEMU until the start is over, so that QEMU's parent is not the caller
 * and a caller that is killed meanwhile leaves no QEMU.
 */
static void become_go_between(const struct spawn *s, const char *lab)
{
	int pid, rc = 0, done;

	setsid();
	pid = fork();
	if (!pid)
		become_qemu(s);
	if (pid < 0)
		rc = -errno;
	else if (s->ttl_ns)
		rc = watch(s, lab, pid);
	tell(s->said[1], rc ? rc : pid);
	/* whose end the others wait for */
	close(s->said[1]);
	close(s->go[1]);
	close(s->stay[1]);
	if (pid > 0 && !hear(s->stay[0], &done))
		put_away(s, lab, pid);
	_exit(0);
}

static int exec_failed(int errnum, const char *program, struct dp_err *err)
{
	dp_err_set(err, errnum, DP_LAB, "cannot run '%.100s': %s", program, strerror(errnum));
	if (errnum == ENOENT)
		dp_err_hint(err, "install the package qemu-system-x86");
	return -errnum;
}

/* the go-between said who QEMU is: write it down, then let it run */
static int release(struct dp_lab *lab, struct spawn *s, struct dp_err *err)
{
	int pid = 0, errnum, rc;

	if (!hear(s->said[0], &pid) || pid <= 0)
		return dp_err_set(err, pid ? -pid : EAGAIN, DP_INTERNAL,
				  "cannot start a process: %s", strerror(pid ? -pid : EAGAIN));
	if (dp_lab_identify(lab, pid))
		return dp_err_set(err, ESRCH, DP_LAB, "QEMU ended before it began");
	rc = dp_lab_save(lab, err);
	if (rc)
		return rc;
	tell(s->go[1], 1);
	if (hear(s->said[0], &errnum))
		return exec_failed(errnum, s->argv[0], err);
	return 0;
}

static int fork_all(struct dp_lab *lab, struct spawn *s, struct dp_go_between *b,
		    struct dp_err *err)
{
	int pid = fork();

	if (pid < 0)
		return dp_err_set(err, errno, DP_INTERNAL, "cannot start a process: %s",
				  strerror(errno));
	if (!pid) {
		close(s->said[0]);
		become_go_between(s, lab->name);
	}
	close(s->said[1]);
	s->said[1] = -1;
	close(s->go[0]);
	s->go[0] = -1;
	b->pid = pid;
	b->fd = s->stay[1];
	s->stay[1] = -1;
	return release(lab, s, err);
}

static void close_pipe(int p[2])
{
	for (int i = 0; i < 2; i++)
		if (p[i] >= 0)
			close(p[i]);
}

int dp_lab_spawn(struct dp_lab *lab, int dirfd, int log, char *const argv[], uint64_t ttl_ns,
		 struct dp_go_between *b, struct dp_err *err)
{
	struct spawn s = {.dirfd = dirfd,
			  .log = log,
			  .argv = argv,
			  .ttl_ns = ttl_ns,
			  .go = {-1, -1},
			  .said = {-1, -1},
			  .stay = {-1, -1}};
	int rc;

	if (pipe2(s.go, O_CLOEXEC) || pipe2(s.said, O_CLOEXEC) ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s.stay))
		rc = dp_err_set(err, errno, DP_INTERNAL, "cannot make a pipe: %s", strerror(errno));
	else
		rc = fork_all(lab, &s, b, err);
	close_pipe(s.go);
	close_pipe(s.said);
	close_pipe(s.stay);
	return rc;
}

void dp_lab_dismiss(struct dp_go_between *b)
{
	const int done = 1;

	if (!b->pid)
		return;
	/* not by a pipe: if somebody killed it, that is no SIGPIPE for the caller */
	send(b->fd, &done, sizeof(done), MSG_NOSIGNAL);
	close(b->fd);
	while (waitpid(b->pid, NULL, 0) < 0 && errno == EINTR)
		;
	b->pid = 0;
}

void dp_lab_adopt(struct dp_lab *lab)
{
	char path[DP_LAB_PATH];
	struct ucred who;
	socklen_t len = sizeof(who);
	struct dp_line line;

	if (dp_lab_alive(lab) || dp_lab_path(lab, "qmp", path, NULL) ||
	    dp_line_connect(&line, path, 1))
		return;
	if (!getsockopt(line.fd, SOL_SOCKET, SO_PEERCRED, &who, &len))
		dp_lab_identify(lab, who.pid);
	dp_line_close(&line);
}

bool dp_lab_wait_gone(const struct dp_lab *lab, uint64_t timeout_ns)
{
	uint64_t end = dp_now_ns() + timeout_ns, now;
	int pidfd = lab->pid > 0 ? pidfd_open(lab->pid, 0) : -1;
	bool gone;

	if (pidfd < 0)
		return true;
	/* not by its state: the first thread is a zombie before the others let go of files */
	gone = !dp_lab_there(lab) || ended(pidfd, 0);
	while (!gone && (now = dp_now_ns()) < end)
		gone = ended(pidfd, (int)((end - now) / 1000000) + 1);
	close(pidfd);
	return gone;
}

/* the pidfd is opened first, the record compared then: no other process can be meant */
static void send_signal(const struct dp_lab *lab, int sig)
{
	int pidfd = pidfd_open(lab->pid, 0);

	if (pidfd < 0)
		return;
	if (dp_lab_alive(lab))
		pidfd_send_signal(pidfd, sig, NULL, 0);
	close(pidfd);
}

int dp_lab_kill(const struct dp_lab *lab, uint64_t grace_ns)
{
	if (grace_ns && dp_lab_alive(lab)) {
		send_signal(lab, SIGTERM);
		if (dp_lab_wait_gone(lab, grace_ns))
			return 0;
	}
	if (dp_lab_alive(lab))
		send_signal(lab, SIGKILL);
	return dp_lab_wait_gone(lab, TERM_NS) ? 0 : -EIO;
}

int dp_lab_remove(const struct dp_lab *lab, struct dp_err *err)
{
	int fd = open(lab->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), rc;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return dp_err_set(err, errno, DP_IO, "cannot open '%.120s': %s", lab->dir,
				  strerror(errno));
	remove_files(fd);
	close(fd);
	if (!rmdir(lab->dir) || errno == ENOENT)
		return 0;
	rc = dp_err_set(err, errno, DP_IO, "cannot remove '%.120s': %s", lab->dir, strerror(errno));
	if (rc == -ENOTEMPTY)
		dp_err_hint(err, "it holds files that are not devpoke's; move them away");
	return rc;
}
