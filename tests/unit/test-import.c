/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/import.h"

#include <errno.h>

#include "config/config.h"
#include "base/text.h"
#include "tree.h"
#include "test.h"

/* The output and the warnings of an import of both texts. */
struct imported {
	int code;
	char *text, *warnings;
	struct slicectl_error error;
};

static void imported_done(const struct imported *imported)
{
	free(imported->text);
	free(imported->warnings);
}

#define _cleanup_imported_ _cleanup_(imported_done)

static struct imported import_both(const char *groups, const char *rules)
{
	struct imported imported = { .error = SLICECTL_ERROR_INIT };
	size_t text_size = 0, warnings_size = 0;
	FILE *warnings = open_memstream(&imported.warnings, &warnings_size);
	FILE *out = open_memstream(&imported.text, &text_size);
	struct import import = { .warnings = warnings };

	imported.code = import_groups(&import, "cgconfig.conf", groups, &imported.error);
	if (imported.code == 0)
		imported.code = import_rules(&import, "cgrules.conf", rules, &imported.error);
	if (imported.code == 0)
		imported.code = import_convert(&import);
	if (imported.code == 0)
		imported.code = import_print(&import, out);
	import_done(&import);
	(void)fclose(out);
	(void)fclose(warnings);
	return imported;
}

/* Whether slicectl accepts the configuration. */
static bool is_accepted(const char *text)
{
	struct problem_list problems = { 0 };
	struct tree tree = tree_new();
	const struct config_source source = { .root = tree.path };
	struct config *config = NULL;
	int r;

	tree_write(&tree, "etc/slicectl/slicectl.conf", text);
	r = config_load(&source, &config, &problems);
	for (size_t i = 0; i < problems.count; i++)
		(void)printf("\n    problem: %s", problems.lines[i]);
	config_free(config);
	problem_list_done(&problems);
	tree_done(&tree);
	return r == 0;
}

static void parameters_become_those_of_v2(void)
{
	_cleanup_imported_ struct imported imported =
		import_both("group a/b {\n cpu { cpu.shares = 1024; cpu.cfs_quota_us = 50000; cpu.cfs_period_us = 100000; }\n"
			    " memory { memory.limit_in_bytes = 256m; memory.memsw.limit_in_bytes = 1G; }\n"
			    " cpuset { cpuset.cpus = 0-1; }\n blkio { blkio.weight = 500;\n"
			    " blkio.throttle.read_bps_device = \"1:0 1048576\"; } pids { pids.max = 7; } }\n",
			    "root:java * a/b\n");

	CHECK_INT(imported.code, 0);
	CHECK_HAS(imported.text, "[rule imported-1]\nuser = root\ncomm = \"java\"\naction = place\n"
				 "scope = workload.slice/a.slice/b\ncpu.weight = 39\n"
				 "cpu.max = 50000 100000\nmemory.max = 268435456\n"
				 "memory.swap.max = 805306368\ncpuset.cpus = 0-1\nio.weight = 100\n"
				 "io.max = 1:0 rbps=1048576\npids.max = 7\n");
	CHECK_TEXT(imported.warnings, "");
	CHECK(is_accepted(imported.text));
}

static void everything_without_equivalent_is_reported(void)
{
	_cleanup_imported_ struct imported imported =
		import_both("mount { cpu = /x; }\ndefault { perm { task { uid = a; } } }\n"
			    "group g { perm { admin { uid = b; } } devices { devices.deny = \"a *:*\"; }\n"
			    " memory { memory.soft_limit_in_bytes = 1M; } }\ngroup . { cpu { } }\n",
			    "root cpu one/\n% memory two/\nnobody-of-that-name cpu x\n* * default/ ignore_rt\n");

	CHECK_INT(imported.code, 0);
	CHECK_HAS(imported.warnings, "cgconfig.conf:1: section mount has no equivalent");
	CHECK_HAS(imported.warnings, "cgconfig.conf:2: section default has no equivalent");
	CHECK_HAS(imported.warnings, "the permissions of group g");
	CHECK_HAS(imported.warnings, "group g: devices.deny = a *:* has no equivalent");
	CHECK_HAS(imported.warnings, "group g: memory.soft_limit_in_bytes = 1M has no equivalent");
	CHECK_HAS(imported.warnings, "the root group is skipped");
	CHECK_HAS(imported.warnings, "cgrules.conf:2: a process is in one cgroup");
	CHECK_HAS(imported.warnings,
		  "cgrules.conf:3: there is no nobody-of-that-name on this machine");
	CHECK_HAS(imported.warnings, "option ignore_rt has no equivalent");
	CHECK_HAS(imported.warnings, "matches every process");
	CHECK_HAS(imported.text, "#[rule imported-2]\n#user = nobody-of-that-name\n");
	CHECK(is_accepted(imported.text));
}

static void groups_become_slices_or_scopes(void)
{
	_cleanup_imported_ struct imported imported =
		import_both("group daemons { cpu { cpu.shares = 2; } }\ngroup daemons/www { cpu { } }\n"
			    "template students/%u { pids { pids.max = 9; } }\n",
			    "@root * students/%u\nroot:/usr/bin/x * daemons\nroot:a-very-long-name-it-is * daemons/www\n"
			    "root:cp devices /deep/er/cp ignore\nroot:ls * u/%u/x-%p/%P\n");

	CHECK_INT(imported.code, 0);
	CHECK_HAS(imported.text, "[slice workload.slice/daemons.slice]\ncpu.weight = 1\n");
	CHECK_HAS(imported.text,
		  "group = root\naction = place\nscope = workload.slice/students.slice/%u\npids.max = 9\n");
	CHECK_HAS(imported.text,
		  "exe = \"/usr/bin/x\"\naction = place\nscope = workload.slice/daemons.slice/daemons\n");
	CHECK_HAS(imported.text, "exe = \"*/a-very-long-name-it-is\"\n");
	CHECK_HAS(imported.text, "comm = \"cp\"\naction = ignore\n");
	CHECK_HAS(imported.text, "scope = workload.slice/u.slice/%u-x-%c-%p\n");
	CHECK(is_accepted(imported.text));
}

static void broken(const char *groups, const char *rules, const char *part)
{
	_cleanup_imported_ struct imported imported = import_both(groups, rules);

	CHECK_INT(imported.code, -EBADMSG);
	CHECK_HAS(imported.error.message, part);
}

static void broken_files_are_refused_with_their_line(void)
{
	broken("group a {\n cpu {\n cpu.shares = ;\n", "",
	       "cgconfig.conf:3: expected a value, found ';'");
	broken("group a {\n cpu {\n cpu.shares 3;\n", "", "cgconfig.conf:3: expected =, found '3'");
	broken("group a {\n", "", "found the end");
	broken("group\n\"open\n", "", "a quote is not closed");
	broken("nonsense", "",
	       "expected group, template, mount, default or namespace, found 'nonsense'");
	broken("mount { { { { { { { { {", "", "nested too deeply");
	broken("", "alone\n", "cgrules.conf:1: a rule must have the form USER");
}

TEST_MAIN("import", CASE(parameters_become_those_of_v2),
	  CASE(everything_without_equivalent_is_reported), CASE(groups_become_slices_or_scopes),
	  CASE(broken_files_are_refused_with_their_line))
