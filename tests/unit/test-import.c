/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/import.h"

#include <errno.h>

#include "config/config.h"
#include "config/import_script.h"
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
				 "scope = workload.slice/a.slice/b\ncpu.weight = 100\n"
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
			    "root cpu one/\n% memory two/\n%:x cpu one\nnobody-of-that-name cpu x\n* * default/ ignore_rt\n");

	CHECK_INT(imported.code, 0);
	CHECK_HAS(imported.warnings, "cgconfig.conf:1: section mount has no equivalent");
	CHECK_HAS(imported.warnings, "cgconfig.conf:2: section default has no equivalent");
	CHECK_HAS(imported.warnings, "the permissions of group g");
	CHECK_HAS(imported.warnings, "group g: devices.deny = a *:* has no equivalent");
	CHECK_HAS(imported.warnings, "group g: memory.soft_limit_in_bytes = 1M has no equivalent");
	CHECK_HAS(imported.warnings, "the root group is skipped");
	CHECK_HAS(imported.warnings, "cgrules.conf:2: a process is in one cgroup");
	CHECK_HAS(imported.warnings,
		  "cgrules.conf:4: there is no nobody-of-that-name on this machine");
	CHECK_HAS(imported.warnings, "option ignore_rt has no equivalent");
	CHECK_HAS(imported.warnings, "matches every process");
	CHECK_HAS(imported.text, "\n[rule imported-2]\nuser = nobody-of-that-name\n");
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
		  "member = root\naction = place\nscope = workload.slice/students.slice/%u\npids.max = 9\n");
	CHECK_HAS(imported.text,
		  "exe = \"/usr/bin/x\"\naction = place\nscope = workload.slice/daemons.slice/daemons\n");
	CHECK_HAS(imported.text, "exe = \"*/a-very-long-name-it-is\"\n");
	CHECK_HAS(imported.text,
		  "[rule imported-3-script]\nuser = root\ncomm = \"a-very-long-nam\"\n"
		  "arg = \"*/a-very-long-name-it-is\"\narg = \"a-very-long-name-it-is\"\n");
	CHECK_HAS(imported.text, "comm = \"cp\"\ncgroup = \"/deep/er/cp\"\n"
				 "cgroup = \"/deep/er/cp/*\"\naction = ignore\n");
	CHECK_HAS(imported.text, "scope = workload.slice/u.slice/%u-x-%c-%p\n");
}

/* The conversion of one parameter of a group that no rule uses. */
static void becomes(const char *parameters, const char *limits)
{
	_cleanup_free_ char *groups = text_format("group g { x { %s } }\n", parameters);
	_cleanup_free_ char *wanted = text_format("[slice workload.slice/g.slice]\n%s", limits);
	_cleanup_imported_ struct imported imported = import_both(groups, "");
	const char *section = strstr(imported.text, "\n[slice workload.slice/g.slice]");

	CHECK_INT(imported.code, 0);
	CHECK(section != NULL);
	CHECK_TEXT(section ? section + 1 : "", wanted);
	CHECK_TEXT(imported.warnings, "");
	CHECK(is_accepted(imported.text));
}

static void defaults_become_defaults(void)
{
	becomes("cpu.shares = 1024;", "cpu.weight = 100\n");
	becomes("cpu.shares = 512;", "cpu.weight = 50\n");
	becomes("cpu.shares = 0;", "cpu.weight = 1\n");
	becomes("cpu.shares = 102400;", "cpu.weight = 10000\n");
	becomes("blkio.weight = 500;", "io.weight = 100\n");
	becomes("blkio.bfq.weight = 100;", "io.weight = 100\n");
	becomes("io.weight = \"default 100\";", "io.weight = 100\n");
	becomes("cpu.cfs_quota_us = -1; cpu.cfs_period_us = 100000;", "cpu.max = max\n");
	becomes("cpu.cfs_period_us = 100000;", "");
	becomes("cpuset.cpus = \"\"; io.max = \"\"; blkio.weight_device = \"\";", "");
}

static void no_limit_is_max(void)
{
	static const char *const unlimited[] = { "-1",
						 "9223372036854771712",
						 "9223372036854775807",
						 "9223372036854710272",
						 "18446744073709551615",
						 "max" };

	for (size_t i = 0; i < ELEMENTS(unlimited); i++) {
		_cleanup_free_ char *both =
			text_format("memory.limit_in_bytes = %s; memory.memsw.limit_in_bytes = \"%s\";",
				    unlimited[i], unlimited[i]);

		becomes(both, "memory.max = max\nmemory.swap.max = max\n");
	}
	becomes("memory.limit_in_bytes = 1G; memory.memsw.limit_in_bytes = -1;",
		"memory.max = 1073741824\nmemory.swap.max = max\n");
	becomes("memory.memsw.limit_in_bytes = 3G; memory.limit_in_bytes = 1G;",
		"memory.swap.max = 2147483648\nmemory.max = 1073741824\n");
	becomes("hugetlb.2MB.limit_in_bytes = 9223372036852678656;", "hugetlb.2MB.max = max\n");
	becomes("hugetlb.1GB.rsvd.limit_in_bytes = 1g;", "hugetlb.1GB.rsvd.max = 1073741824\n");
	becomes("pids.max = -1;", "pids.max = max\n");
}

static void values_have_several_lines(void)
{
	becomes("blkio.throttle.read_bps_device = \"8:0 1048576\n8:16 2048\";\n"
		"blkio.throttle.write_iops_device = \"8:0 10\n8:32 0\";",
		"io.max = 8:0 rbps=1048576 8:16 rbps=2048 8:0 wiops=10\n");
	becomes("io.max = \"8:0 rbps=max wbps=max riops=max wiops=max\n8:16 rbps=max wbps=7 riops=max wiops=max\";",
		"io.max = 8:16 wbps=7\n");
	becomes("cpu.max = 50000 100000; memory.max = 4096; memory.max = 8192;",
		"cpu.max = 50000 100000\nmemory.max = 8192\n");
}

/* What cannot be converted leaves the rest alone. */
static void loses(const char *parameter, const char *warning, const char *comment)
{
	_cleanup_free_ char *groups = text_format("group g { x { %s memory.max = 4096; } }\n",
						  parameter);
	_cleanup_imported_ struct imported imported = import_both(groups, "");

	CHECK_INT(imported.code, 0);
	CHECK_HAS(imported.warnings, warning);
	CHECK_HAS(imported.text, comment);
	CHECK_HAS(imported.text, "\nmemory.max = 4096\n");
	CHECK(is_accepted(imported.text));
}

static void one_value_is_never_fatal(void)
{
	loses("cpuset.mem_hardwall = 1;", "cgconfig.conf:1: group g: cpuset.mem_hardwall = 1 has no",
	      "\n# cpuset.mem_hardwall=1 has no equivalent");
	loses("cgroup.kill = 1;", "it is not a limit", "\n# cgroup.kill=1 has");
	loses("foo = \"a\nb\";", "group g: foo = a b has no equivalent", "\n# foo=a b has");
	loses("memory.current = 5; tasks = 7;", "value: memory.current, tasks\n",
	      "# left out, because");
	loses("memory.swappiness = 10;", "memory.swappiness = 10 has no equivalent: it is one value",
	      "# memory.swappiness=10 has");
	loses("cpu.shares = many;", "is left out: the value is not a number of shares",
	      "# cpu.shares=many is left out");
	loses("cpu.shares = 262144;", "becomes cpu.weight = 10000: cpu.weight ends at 10000",
	      "\ncpu.weight = 10000\n");
	loses("pids.max = 0;", "pids.max = 0 is left out: out of range; expected",
	      "# pids.max=0 is left out");
	loses("memory.memsw.limit_in_bytes = 2G;", "it includes memory.limit_in_bytes",
	      "# memory.memsw");
	loses("memory.limit_in_bytes = 2G; memory.memsw.limit_in_bytes = 1G;",
	      "it is less than memory.limit_in_bytes", "# memory.memsw");
	loses("blkio.throttle.read_bps_device = \"8:0 5\nsda 9\";",
	      "is left out: io.max = sda rbps=9", "\nio.max = 8:0 rbps=5\n");
	loses("io.weight = \"default 50\n8:0 70\";", "weights of single devices",
	      "\nio.weight = 50\n");
	loses("cpuset.cpus.partition = \"root invalid (Parent is not a partition root)\";",
	      "the kernel refused the partition", "\ncpuset.cpus.partition = root\n");
	loses("rdma.max = \"a hca_handle=2\nb hca_handle=3\";", "several lines", "# rdma.max=a");
	loses("cpu.shares = ;", "cpu.shares has no value", "");
}

static void what_is_typed_is_what_is_meant(void)
{
	_cleanup_imported_ struct imported imported =
		import_both("template t/%u { pids { pids.max = 5; } }\n",
			    "\"*:Web Content\"\tcpu\tapp/browser\nroot:\"foo # bar\"  cpu  'app/a b'\n"
			    "* * *  ignore # all\nroot:/opt/a/b.sh cpu t/%u\n*:ja* cpu cpu.java\n"
			    "root:/opt/x/* cpu x ignore\nroot:* cpu y\nroot:a/b cpu y\n"
			    "root:a*b[c] cpu y ignore,odd extra\n");

	CHECK_INT(imported.code, 0);
	CHECK_HAS(imported.text, "[rule imported-1]\ncomm = \"Web Content\"\n");
	CHECK_HAS(imported.text, "user = root\ncomm = \"foo # bar\"\naction = place\n"
				 "scope = workload.slice/app.slice/a_b\n");
	CHECK_HAS(imported.text, "[rule imported-3]\nexe = *\naction = ignore\n");
	CHECK_HAS(imported.text,
		  "[rule imported-4]\nuser = root\nexe = \"/opt/a/b.sh\"\n"
		  "action = place\nscope = workload.slice/t.slice/%u\npids.max = 5\n");
	CHECK_HAS(imported.text, "[rule imported-4-script]\nuser = root\ncomm = \"b.sh\"\n"
				 "arg = \"/opt/a/b.sh\"\naction = place\n"
				 "scope = workload.slice/t.slice/%u\npids.max = 5\n");
	CHECK_HAS(imported.text, "exe = \"*/ja\" \"*/ja[!/]\" \"*/ja[!/][!/]\"");
	CHECK_HAS(imported.text, "scope = workload.slice/_cpu.java\n");
	CHECK_HAS(imported.text, "exe = \"/opt/x/*\"\ncgroup = \"/x\"\ncgroup = \"/x/*\"\n");
	CHECK_HAS(imported.text, "[rule imported-7]\nuser = root\naction = place\n");
	CHECK_HAS(imported.text, "# a path must begin with '/'; the rule is commented out\n"
				 "#[rule imported-8]\n");
	CHECK_HAS(imported.text, "exe = \"*/a\\\\*b\\\\[c]\"\n");
	CHECK_HAS(imported.warnings, "cgrules.conf:5: ja* matches programs but not scripts");
	CHECK_HAS(imported.warnings, "cgrules.conf:8: a path must begin with '/'");
	CHECK_HAS(imported.warnings, "cgrules.conf:9: option odd has no equivalent");
	CHECK_HAS(imported.warnings, "cgrules.conf:9: the rule has more than 4 fields");
	CHECK(is_accepted(imported.text));
}

static void groups_beside_a_template_are_told(void)
{
	_cleanup_imported_ struct imported imported =
		import_both("systemd { slice = x; }\nnamespace { cpu = a; }\n"
			    "group s/root { pids { pids.max = 5; } }\ngroup s/root/x { cpu { } }\n"
			    "template s/%u { pids { pids.max = 9; } }\n",
			    "root * s/%u\nroot * ./\n");

	CHECK_INT(imported.code, 0);
	CHECK_HAS(imported.warnings,
		  "cgrules.conf:1: the limits of group s/root are not those of a scope of s/%u");
	CHECK(!strstr(imported.warnings, "group s/root/x are"));
	CHECK_HAS(imported.warnings, "section systemd has no equivalent: slices have no units");
	CHECK_HAS(imported.warnings,
		  "section namespace has no equivalent: cgroup v2 has one hierarchy");
	CHECK_HAS(imported.warnings, "cgrules.conf:2: the destination is the root group");
	CHECK(is_accepted(imported.text));
}

static void templates_without_a_rule_are_told(void)
{
	_cleanup_imported_ struct imported imported =
		import_both("template t/%u { pids { pids.max = 5; } }\n", "root * t ignore\n");

	CHECK_HAS(imported.warnings, "cgconfig.conf:1: template t/%u is left out");
	CHECK_HAS(imported.text, "\n#pids.max = 5\n");
	CHECK_HAS(imported.text, "[slice workload.slice/t.slice]\n");
	CHECK_HAS(imported.text, "cgroup = \"/t/*\"\ncgroup = */workload.slice/t.slice/*\n");
	CHECK(is_accepted(imported.text));
}

/* The text after import_mend(). */
static char *mended(const char *text, char **ret_warnings)
{
	size_t size = 0;
	FILE *warnings = open_memstream(ret_warnings, &size);
	struct import import = { .warnings = warnings };
	char *copy = strdup(text);

	CHECK_INT(import_mend(&import, &copy), 0);
	(void)fclose(warnings);
	return copy;
}

static void what_is_refused_is_commented_out(void)
{
	static const char text[] = "[slice workload.slice]\nowner = workload\nmemory.max = lots\n\n"
				   "[slice workload.slice/a.slice/b.slice]\n# said\npids.max = 5\n\n"
				   "[rule r]\ncomm = x\nodd = y\naction = ignore\n";
	_cleanup_free_ char *warnings = NULL, *good = mended(text, &warnings);

	CHECK_HAS(good, "owner = workload\n# memory.max = lots: expected bytes");
	CHECK_HAS(good, "\n#memory.max = lots\n\n");
	CHECK_HAS(good, "\n#[slice workload.slice/a.slice/b.slice]\n#pids.max = 5\n\n");
	CHECK_HAS(good, "\n#[rule r]\n#comm = x\n#odd = y\n#action = ignore\n");
	CHECK_HAS(warnings, "commented out: memory.max = lots: memory.max = lots: expected bytes");
	CHECK_HAS(warnings, "commented out: odd = y: unknown key 'odd'");
	CHECK(is_accepted(good));
}

static void broken(const char *groups, const char *rules, const char *part)
{
	_cleanup_imported_ struct imported imported = import_both(groups, rules);

	CHECK_INT(imported.code, -EBADMSG);
	CHECK_HAS(imported.error.message, part);
}

static void broken_files_are_refused_with_their_line(void)
{
	broken("group a {\n cpu {\n cpu.shares = {\n", "", "cgconfig.conf:3: expected ;, found '{'");
	broken("group a {\n cpu {\n cpu.shares 3;\n", "", "cgconfig.conf:3: expected =, found '3'");
	broken("group a {\n", "", "found the end");
	broken("group\n\"open\n", "", "a quote is not closed");
	broken("nonsense", "",
	       "expected group, template, mount, default or namespace, found 'nonsense'");
	broken("mount { { { { { { { { {", "", "nested too deeply");
	broken("", "root\n:\"a cpu b\n", "cgrules.conf:1: a rule must have");
	broken("", "root:\"a cpu b\n", "cgrules.conf:1: a quote is not closed");
	broken("", "alone\n", "cgrules.conf:1: a rule must have the form USER");
}

static void runs(const char *line, const char *wanted)
{
	_cleanup_free_ char *program = import_env_program(line);

	CHECK_TEXT(program ? program : "nothing", wanted);
}

static void env_names_the_program_of_a_script(void)
{
	runs("#!/usr/bin/env python3\nimport os\n", "python3");
	runs("#! /usr/bin/env -S LANG=C /opt/bin/node --all\r\n", "node");
	runs("#!/usr/bin/env\nx\n", "nothing");
	runs("#!/usr/bin/python3 env x\n", "nothing");
	runs("/usr/bin/env python3\n", "nothing");
	runs("", "nothing");
}

TEST_MAIN("import", CASE(parameters_become_those_of_v2),
	  CASE(everything_without_equivalent_is_reported), CASE(groups_become_slices_or_scopes),
	  CASE(defaults_become_defaults), CASE(no_limit_is_max), CASE(values_have_several_lines),
	  CASE(one_value_is_never_fatal), CASE(what_is_typed_is_what_is_meant),
	  CASE(groups_beside_a_template_are_told), CASE(templates_without_a_rule_are_told),
	  CASE(what_is_refused_is_commented_out), CASE(env_names_the_program_of_a_script),
	  CASE(broken_files_are_refused_with_their_line))
