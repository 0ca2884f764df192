/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What well-behaved programs do not do, each bounded in count and time:
 *   tricks sleep SECONDS ANYTHING...   and has a command line
 *   tricks daemonise DEPTH SECONDS   fork and exit DEPTH times at once, then sleep
 *   tricks leader SECONDS            the first thread ends, another lives on
 *   tricks siblings COUNT SECONDS     so many children of its parent (CLONE_PARENT), then sleep
 *   tricks crash THREADS   so many threads, and the first fails
 *   tricks threads N SECONDS   so many threads sleep; the last runs at each byte of input
 *   tricks thread-exec PROGRAM SECONDS   a thread that is not the first executes it
 *   tricks journal PATH SECONDS      prints the datagrams that come to a socket there
 *   tricks ask PATH SECONDS          sends standard input to the socket there, newlines as
 *                                    NULs, and prints what it answers
 *   tricks clients PATH COUNT SECONDS   so many that connect and say nothing; prints how
 *                                    many were not sent away
 *   tricks say PATH                  the same, and goes away without reading
 *   tricks activate PATH PROGRAM…    listens there, and becomes the program that is handed
 *                                    the socket, as a service manager does it
 *   tricks handover PATH UID CALL    connects, becomes that user, and only then calls
 *   tricks rename NAME SECONDS       calls itself so after a while, and sleeps
 *   tricks renames COUNT              changes its name so often
 *   tricks become UID SECONDS        prints the pid of a child; at the end of standard input the
 *                                    child, which has two threads, becomes that user and group
 *   tricks mark DIRECTORY NAME VALUE   sets that extended attribute; removes it if VALUE is empty
 *   tricks memfd PROGRAM NAME SECONDS   executes a copy of it that is no file
 *   tricks bear PID SECONDS          a child under that free pid (clone3 set_tid)
 *   tricks forks COUNT SECONDS       COUNT children one by one, then sleep; with
 *                                    0 seconds their pids, free again, are printed
 *   tricks reaps SECONDS             waits for a child that it had before it was executed, prints its
 *                                    pid, free again, and sleeps
 *   tricks bomb LIVE SECONDS         all fork and end all the time, LIVE at once
 */

#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

static int journal(const char *path, unsigned seconds)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char bytes[65536];
	ssize_t n;

	(void)strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return EXIT_FAILURE;
	(void)alarm(seconds);
	while ((n = recv(fd, bytes, sizeof(bytes), 0)) > 0) {
		(void)fwrite(bytes, 1, (size_t)n, stdout);
		(void)putchar('\n');
		(void)fflush(stdout);
	}
	return EXIT_SUCCESS;
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

static void *say(void *data)
{
	int fd = *(int *)data;
	char bytes[4096];
	ssize_t n;

	while ((n = read(STDIN_FILENO, bytes, sizeof(bytes))) > 0) {
		for (ssize_t i = 0; i < n; i++)
			bytes[i] = bytes[i] == '\n' ? '\0' : bytes[i];
		if (send(fd, bytes, (size_t)n, MSG_NOSIGNAL) != n)
			break;
	}
	(void)shutdown(fd, SHUT_WR);
	return NULL;
}

static int ask(const char *path, unsigned seconds)
{
	static int fd;
	char bytes[4096];
	pthread_t thread;
	ssize_t n;

	(void)alarm(seconds);
	fd = connect_to(path);
	if (fd < 0 || pthread_create(&thread, NULL, say, &fd) != 0)
		return EXIT_FAILURE;
	while ((n = recv(fd, bytes, sizeof(bytes), 0)) > 0) {
		for (ssize_t i = 0; i < n; i++)
			(void)putchar(bytes[i] ? bytes[i] : '\n');
		(void)fflush(stdout);
	}
	return EXIT_SUCCESS;
}

static int say_and_go(const char *path)
{
	static int fd;

	fd = connect_to(path);
	if (fd < 0)
		return EXIT_FAILURE;
	(void)say(&fd);
	return EXIT_SUCCESS;
}

static int clients(const char *path, int count, unsigned seconds)
{
	int fds[500], left = 0;
	char byte;

	for (int i = 0; i < count && i < 500; i++)
		fds[i] = connect_to(path);
	(void)sleep(seconds);
	for (int i = 0; i < count && i < 500; i++)
		left += fds[i] >= 0 && recv(fds[i], &byte, 1, MSG_DONTWAIT) < 0;
	(void)printf("%d\n", left);
	return EXIT_SUCCESS;
}

static int activate(const char *path, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char pid[32];
	int one = 1;

	/* PassCredentials=yes of a socket unit */
	(void)setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &one, sizeof(one));
	(void)strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	(void)unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(fd, 16) < 0 || (fd != 3 && dup2(fd, 3) < 0))
		return EXIT_FAILURE;
	(void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
	(void)setenv("LISTEN_PID", pid, 1);
	(void)setenv("LISTEN_FDS", "1", 1);
	(void)execv(argv[0], argv);
	return EXIT_FAILURE;
}

static int handover(const char *path, uid_t uid, const char *call)
{
	int fd = connect_to(path);
	char bytes[4096];
	ssize_t n;

	(void)alarm(60);
	if (fd < 0 || setresuid(uid, uid, uid) < 0 || send(fd, call, strlen(call) + 1, 0) < 0)
		return EXIT_FAILURE;
	n = recv(fd, bytes, sizeof(bytes) - 1, 0);
	(void)printf("%.*s\n", n > 0 ? (int)n : 0, bytes);
	return EXIT_SUCCESS;
}

static int rename_and_sleep(const char *name, unsigned seconds)
{
	(void)usleep(200000); /* so that it is seen under its own name first */
	(void)prctl(PR_SET_NAME, name);
	(void)sleep(seconds);
	return EXIT_SUCCESS;
}

static int siblings(int count, unsigned seconds)
{
	for (int i = 0; i < count; i++) {
		if (syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL) == 0)
			break;
	}
	(void)sleep(seconds);
	return EXIT_SUCCESS;
}

static int rename_often(long count)
{
	for (long i = 0; i < count; i++)
		(void)prctl(PR_SET_NAME, i % 2 ? "odd" : "even");
	return EXIT_SUCCESS;
}

static int run_memfd(char *program, char *name, char *seconds)
{
	static char sleep_word[] = "sleep";
	char *const arguments[] = { name, sleep_word, seconds, NULL };
	int fd = memfd_create(name, 0);
	FILE *file = fopen(program, "re");
	char bytes[65536];
	size_t n;

	while (file && (n = fread(bytes, 1, sizeof(bytes), file)) > 0) {
		if (write(fd, bytes, n) != (ssize_t)n)
			return EXIT_FAILURE;
	}
	(void)fexecve(fd, arguments, environ);
	return EXIT_FAILURE;
}

static int daemonise(int depth, unsigned seconds)
{
	for (int i = 0; i < depth && i < 10; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return EXIT_FAILURE;
		if (pid > 0)
			_exit(EXIT_SUCCESS);
		(void)setsid();
	}
	(void)sleep(seconds);
	return EXIT_SUCCESS;
}

static void *live_on(void *data)
{
	(void)sleep(*(unsigned *)data);
	exit(EXIT_SUCCESS);
}

static int leader(unsigned seconds)
{
	static unsigned span;
	pthread_t thread;

	span = seconds;
	if (pthread_create(&thread, NULL, live_on, &span) != 0)
		return EXIT_FAILURE;
	/* The system call, not exit(3): only this thread ends. */
	syscall(SYS_exit, 0);
	return EXIT_FAILURE;
}

static int crash(int threads)
{
	static unsigned span = 600;
	pthread_t thread;

	(void)prctl(PR_SET_DUMPABLE, 0);
	for (int i = 0; i < threads && i < 300; i++)
		(void)pthread_create(&thread, NULL, live_on, &span);
	(void)usleep(200000);
	(void)raise(SIGSEGV);
	return EXIT_FAILURE;
}

static void *execute(void *data)
{
	char **arguments = data;

	(void)usleep(100000);
	(void)execv(arguments[0], arguments);
	_exit(127);
}

static int thread_exec(char *program, char *seconds)
{
	char *arguments[] = { program, seconds, NULL };
	pthread_t thread;

	if (pthread_create(&thread, NULL, execute, arguments) != 0)
		return EXIT_FAILURE;
	(void)pthread_join(thread, NULL); /* the exec ends us */
	return EXIT_FAILURE;
}

static int bear(pid_t pid, unsigned seconds)
{
	struct clone_args arguments = {
		.exit_signal = SIGCHLD,
		.set_tid = (uintptr_t)&pid,
		.set_tid_size = 1,
	};
	pid_t child = (pid_t)syscall(SYS_clone3, &arguments, sizeof(arguments));
	int status = 0;

	if (child < 0)
		return 77;
	if (child == 0) {
		(void)sleep(seconds);
		_exit(EXIT_SUCCESS);
	}
	(void)waitpid(child, &status, 0);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int forks(int count, unsigned seconds)
{
	for (int i = 0; i < count && i < 500; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			(void)sleep(seconds);
			_exit(EXIT_SUCCESS);
		}
		if (seconds == 0 && waitpid(pid, NULL, 0) == pid)
			(void)printf("%d\n", (int)pid);
	}
	(void)sleep(seconds);
	return EXIT_SUCCESS;
}

static int reaps(unsigned seconds)
{
	pid_t pid = waitpid(-1, NULL, 0);

	if (pid < 0)
		return EXIT_FAILURE;
	(void)printf("%d\n", (int)pid);
	(void)fflush(stdout);
	(void)sleep(seconds);
	return EXIT_SUCCESS;
}

/* Every process forks as long as fewer than @most live, and ends after 20 ms; the
 * counter is shared by all. */
static void *idle(void *seconds)
{
	(void)sleep(*(unsigned *)seconds);
	return NULL;
}

/* The last of so many threads runs for a moment at each byte that is read; the others sleep. */
static void *run_at_each(void *unused)
{
	for (int c = getchar(); c != EOF; c = getchar()) {
		for (volatile long i = 0; i < 1000000000; i++)
			continue;
	}
	return unused;
}

static int many_threads(int count, unsigned seconds)
{
	pthread_attr_t small;
	pthread_t thread;

	(void)pthread_attr_init(&small);
	(void)pthread_attr_setstacksize(&small, 32 * 1024);
	for (int i = 0; i < count; i++) {
		void *(*body)(void *) = i == count - 1 ? run_at_each : idle;

		if (pthread_create(&thread, &small, body, &seconds) != 0)
			return EXIT_FAILURE;
	}
	(void)printf("%d\n", count);
	(void)fflush(stdout);
	(void)sleep(seconds);
	return EXIT_SUCCESS;
}

static int become(uid_t uid, unsigned seconds)
{
	pthread_t thread;
	pid_t child = fork();

	if (child != 0) {
		(void)printf("%d\n", (int)child);
		(void)fflush(stdout);
		return child > 0 && waitpid(child, NULL, 0) == child ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	(void)alarm(seconds);
	if (pthread_create(&thread, NULL, idle, &seconds) != 0)
		_exit(EXIT_FAILURE);
	while (getchar() != EOF)
		continue;
	if (setgid(uid) < 0 || setuid(uid) < 0)
		_exit(EXIT_FAILURE);
	(void)sleep(seconds);
	_exit(EXIT_SUCCESS);
}

static int bomb(int most, unsigned seconds)
{
	_Atomic int *live = mmap(NULL, sizeof(*live), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	time_t end = time(NULL) + seconds;
	pid_t first = getpid();

	if (live == MAP_FAILED || most > 600 || seconds > 120)
		return EXIT_FAILURE;
	(void)signal(SIGCHLD, SIG_IGN);
	atomic_store(live, 1);
	while (time(NULL) < end) {
		clock_t begin = clock();

		while (clock() - begin < CLOCKS_PER_SEC / 50 && time(NULL) < end) {
			if (atomic_fetch_add(live, 1) >= most || fork() < 0) {
				atomic_fetch_sub(live, 1);
				(void)usleep(1000);
			}
		}
		if (getpid() != first) {
			atomic_fetch_sub(live, 1);
			_exit(EXIT_SUCCESS);
		}
	}
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	if (argc >= 3 && strcmp(argv[1], "sleep") == 0)
		return (int)sleep((unsigned)atoi(argv[2]));
	if (argc == 4 && strcmp(argv[1], "journal") == 0)
		return journal(argv[2], (unsigned)atoi(argv[3]));
	if (argc == 3 && strcmp(argv[1], "say") == 0)
		return say_and_go(argv[2]);
	if (argc == 4 && strcmp(argv[1], "ask") == 0)
		return ask(argv[2], (unsigned)atoi(argv[3]));
	if (argc == 5 && strcmp(argv[1], "clients") == 0)
		return clients(argv[2], atoi(argv[3]), (unsigned)atoi(argv[4]));
	if (argc >= 4 && strcmp(argv[1], "activate") == 0)
		return activate(argv[2], argv + 3);
	if (argc == 5 && strcmp(argv[1], "handover") == 0)
		return handover(argv[2], (uid_t)atoi(argv[3]), argv[4]);
	if (argc == 4 && strcmp(argv[1], "rename") == 0)
		return rename_and_sleep(argv[2], (unsigned)atoi(argv[3]));
	if (argc == 3 && strcmp(argv[1], "renames") == 0)
		return rename_often(atol(argv[2]));
	if (argc == 4 && strcmp(argv[1], "become") == 0)
		return become((uid_t)atoi(argv[2]), (unsigned)atoi(argv[3]));
	if (argc == 4 && strcmp(argv[1], "threads") == 0)
		return many_threads(atoi(argv[2]), (unsigned)atoi(argv[3]));
	if (argc == 5 && strcmp(argv[1], "mark") == 0)
		return *argv[4] ? setxattr(argv[2], argv[3], argv[4], strlen(argv[4]), 0) < 0 :
				  removexattr(argv[2], argv[3]) < 0;
	if (argc == 5 && strcmp(argv[1], "memfd") == 0)
		return run_memfd(argv[2], argv[3], argv[4]);
	if (argc == 4 && strcmp(argv[1], "daemonise") == 0)
		return daemonise(atoi(argv[2]), (unsigned)atoi(argv[3]));
	if (argc == 3 && strcmp(argv[1], "leader") == 0)
		return leader((unsigned)atoi(argv[2]));
	if (argc == 4 && strcmp(argv[1], "siblings") == 0)
		return siblings(atoi(argv[2]), (unsigned)atoi(argv[3]));
	if (argc == 3 && strcmp(argv[1], "crash") == 0)
		return crash(atoi(argv[2]));
	if (argc == 4 && strcmp(argv[1], "thread-exec") == 0)
		return thread_exec(argv[2], argv[3]);
	if (argc == 3 && strcmp(argv[1], "reaps") == 0)
		return reaps((unsigned)atoi(argv[2]));
	if (argc == 4 && strcmp(argv[1], "bear") == 0)
		return bear(atoi(argv[2]), (unsigned)atoi(argv[3]));
	if (argc == 4 && strcmp(argv[1], "bomb") == 0)
		return bomb(atoi(argv[2]), (unsigned)atoi(argv[3]));
	if (argc == 4 && strcmp(argv[1], "forks") == 0)
		return forks(atoi(argv[2]), (unsigned)atoi(argv[3]));
	(void)fprintf(stderr, "tricks: see the source\n");
	return EXIT_FAILURE;
}
