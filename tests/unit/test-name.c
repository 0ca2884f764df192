/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/name.h"

#include <errno.h>

#include <slicectl/owner.h>

#include "cgroup/mark.h"
#include "test.h"

static void good_names_pass(void)
{
	static const char *const good[] = {
		"a",     "build-42.scope", "pact.slice", "user@1000.service",
		"x_y:z", "dev\\x2dsda",    "memory",     "cpux.scope",
		"9",     "UPPER.slice",    "a.b.c",      "cgroups.slice",
	};

	for (size_t i = 0; i < ELEMENTS(good); i++)
		CHECK_INT(name_check(good[i], strlen(good[i]), NULL), 0);
}

/* Three hundred names: every byte at the start, in the middle and at the end,
 * against the list of allowed ones. */
static void every_byte_is_judged(void)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789:_.@-\\";

	for (int byte = 0; byte < 256; byte++) {
		bool fits = byte != 0 && strchr(allowed, byte);
		char start[] = { (char)byte, 'a' }, middle[] = { 'a', (char)byte, 'a' };
		char end[] = { 'a', (char)byte };

		CHECK_INT(name_check(middle, 3, NULL), fits ? 0 : -EINVAL);
		CHECK_INT(name_check(end, 2, NULL), fits ? 0 : -EINVAL);
		if (byte == '.' || byte == '-')
			fits = false;
		CHECK_INT(name_check(start, 2, NULL), fits ? 0 : -EINVAL);
	}
}

static void interface_files_are_no_names(void)
{
	static const char *const bad[] = {
		"cgroup.procs", "cgroup.x", "memory.scope", "cpu.scope",    "cpuset.a",
		"io.scope",     "pids.x",   "hugetlb.x",    "rdma.x",       "misc.x",
		"dmem.x",       "irq.x",    "debug.x",      "perf_event.x",
	};
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	for (size_t i = 0; i < ELEMENTS(bad); i++) {
		CHECK_INT(name_check(bad[i], strlen(bad[i]), &error), -EINVAL);
		CHECK_HAS(error.message, "interface file");
	}
}

static void length_has_a_limit(void)
{
	char name[NAME_LENGTH_MAX + 2];

	memset(name, 'a', sizeof(name));
	CHECK_INT(name_check(name, NAME_LENGTH_MAX, NULL), 0);
	CHECK_INT(name_check(name, NAME_LENGTH_MAX + 1, NULL), -EINVAL);
	CHECK_INT(name_check("", 0, NULL), -EINVAL);
}

static void paths_have_no_odd_parts(void)
{
	static const char *const bad[] = { "",       "/",   "/a",  "a/",   "a//b", "..",
					   "a/../b", "./a", "a/.", "a/..", "a\n",  "a/b c" };

	for (size_t i = 0; i < ELEMENTS(bad); i++)
		CHECK_INT(name_check_path(bad[i], NULL), -EINVAL);
	CHECK_INT(name_check_path("pact.slice/infra.slice/x.scope", NULL), 0);
}

static void slices_end_in_slice(void)
{
	CHECK_INT(name_check_slice("a.slice", NULL), 0);
	CHECK_INT(name_check_slice("a.slice/b.slice", NULL), 0);
	CHECK_INT(name_check_slice("a.slice/b", NULL), -EINVAL);
	CHECK_INT(name_check_slice(".slice", NULL), -EINVAL);
	CHECK_INT(name_check_slice("a.slices", NULL), -EINVAL);
	CHECK_INT(name_check_slice("slice", NULL), -EINVAL);
}

static const char *normal(const char *base, const char *text)
{
	static char out[256];
	_cleanup_free_ char *path = NULL;

	if (name_normalise(base, text, &path, NULL) < 0)
		return "refused";
	(void)snprintf(out, sizeof(out), "%s", path);
	return out;
}

static void absolute_paths_lose_the_base(void)
{
	CHECK_TEXT(normal("/sys/fs/cgroup", "/sys/fs/cgroup/a.slice/x"), "a.slice/x");
	CHECK_TEXT(normal("/sys/fs/cgroup", "//sys//fs/cgroup///a.slice//x/"), "a.slice/x");
	CHECK_TEXT(normal("/sys/fs/cgroup", "a.slice//x"), "a.slice/x");
	CHECK_TEXT(normal("/sys/fs/cgroup", "/sys/fs/cgroup"), "refused");
	CHECK_TEXT(normal("/sys/fs/cgroup", "/sys/fs/cgroup-2/a"), "refused");
	CHECK_TEXT(normal("/sys/fs/cgroup", "/etc/passwd"), "refused");
	CHECK_TEXT(normal("/sys/fs/cgroup", "/sys/fs/cgroup/../x"), "refused");
	CHECK_TEXT(normal("/sys/fs/cgroup", ""), "refused");
}

static const char *scope(const char *text)
{
	static char out[256];
	_cleanup_free_ char *path = NULL;

	if (name_scope(text, &path, NULL) < 0)
		return "refused";
	(void)snprintf(out, sizeof(out), "%s", path);
	return out;
}

static void scopes_get_their_suffix(void)
{
	CHECK_TEXT(scope("workload.slice/a"), "workload.slice/a.scope");
	CHECK_TEXT(scope("workload.slice/a.scope"), "workload.slice/a.scope");
	CHECK_TEXT(scope("a.slice/b.slice/c"), "a.slice/b.slice/c.scope");
	CHECK_TEXT(scope("workload.slice"), "refused");
	CHECK_TEXT(scope("a.slice/b.slice"), "refused");
	CHECK_TEXT(scope("a"), "refused");
	CHECK_TEXT(scope("a/b"), "refused");
	CHECK_TEXT(scope("a.slice/x.scope/y"), "refused");
	CHECK_TEXT(scope("a.slice/memory"), "refused");
	CHECK_TEXT(scope("a.slice/"), "refused");
}

static void owners_go_by_whole_components(void)
{
	const struct slicectl_slice *slices;
	size_t n;

	slices = slicectl_default_slices(&n);
	CHECK_INT(n, 6);
	CHECK_TEXT(slicectl_owner_of(slices, n, "pact.slice"), "pact");
	CHECK_TEXT(slicectl_owner_of(slices, n, "pact.slice/gpu.slice/x.scope"), "pact");
	CHECK_TEXT(slicectl_owner_of(slices, n, "workload.slice/a/b/c/d"), "workload");
	CHECK(!slicectl_owner_of(slices, n, "workload.slice-extra"));
	CHECK(!slicectl_owner_of(slices, n, "not-pact.slice/foo"));
	CHECK(!slicectl_owner_of(slices, n, "system.slice"));
	CHECK(!slicectl_owner_of(slices, n, ""));
	CHECK(!slicectl_owner_of(slices, n, "/sys/fs/cgroup"));
	CHECK(!slicectl_owner_of(NULL, 0, "pact.slice"));
}

static void deeper_slices_override_owners(void)
{
	static const struct slicectl_slice slices[] = { { "a.slice", "one" },
							{ "a.slice/b.slice", "two" },
							{ "a.slice/c.slice", NULL } };

	CHECK_TEXT(slicectl_owner_of(slices, 3, "a.slice/x"), "one");
	CHECK_TEXT(slicectl_owner_of(slices, 3, "a.slice/b.slice/x"), "two");
	CHECK_TEXT(slicectl_owner_of(slices, 3, "a.slice/c.slice/x"), "one");
}

static void marks_of_roots_are_read(void)
{
	uint64_t start = 0;
	pid_t pid = 0;

	CHECK_INT(mark_parse_root("4711 123456", &pid, &start), 0);
	CHECK_INT(pid, 4711);
	CHECK_INT(start, 123456);
	CHECK_INT(mark_parse_root("", &pid, &start), -EINVAL);
	CHECK_INT(mark_parse_root("4711", &pid, &start), -EINVAL);
	CHECK_INT(mark_parse_root("-1 5", &pid, &start), -EINVAL);
	CHECK_INT(mark_parse_root("0 5", &pid, &start), -EINVAL);
	CHECK_INT(mark_parse_root("1 x", &pid, &start), -EINVAL);
	CHECK_INT(mark_parse_root("99999999999999999999 1", &pid, &start), -EINVAL);
}

/* Names of programs that exist. */
static void values_of_templates_are_mended(void)
{
	static const char *const cases[][2] = {
		{ "workload.slice/io.elementary.files", "workload.slice/io_elementary.files" },
		{ "workload.slice/cpu.sh-7", "workload.slice/cpu_sh-7" },
		{ "workload.slice/foo.slice", "workload.slice/foo_slice" },
		{ "workload.slice/.hidden", "workload.slice/_hidden" },
		{ "workload.slice/-x", "workload.slice/_x" },
		{ "workload.slice/cgroup.x.slice/a", "workload.slice/cgroup_x.slice/a" },
		{ "workload.slice/java-7", "workload.slice/java-7" },
		{ "workload.slice/x.scope", "workload.slice/x.scope" },
		{ "workload.slice/iox", "workload.slice/iox" },
	};
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_free_ char *path = strdup(cases[i][0]), *normal = NULL;

		name_mend(path);
		CHECK_TEXT(path, cases[i][1]);
		CHECK_INT(name_scope(path, &normal, NULL), 0);
	}
}

TEST_MAIN("name", CASE(values_of_templates_are_mended), CASE(marks_of_roots_are_read),
	  CASE(good_names_pass), CASE(every_byte_is_judged), CASE(interface_files_are_no_names),
	  CASE(length_has_a_limit), CASE(paths_have_no_odd_parts), CASE(slices_end_in_slice),
	  CASE(absolute_paths_lose_the_base), CASE(scopes_get_their_suffix),
	  CASE(owners_go_by_whole_components), CASE(deeper_slices_override_owners))
