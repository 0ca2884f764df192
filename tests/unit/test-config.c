/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/config.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/text.h"
#include "config/authority.h"
#include "config/key.h"
#include "config/words.h"
#include "tree.h"
#include "test.h"

struct loaded {
	struct tree tree;
	struct config *config;
	struct problem_list problems;
	int code;
};

static void loaded_done(struct loaded *loaded)
{
	config_free(loaded->config);
	problem_list_done(&loaded->problems);
	tree_done(&loaded->tree);
}

#define _cleanup_loaded_ _cleanup_(loaded_done)

static void load_tree(struct loaded *loaded)
{
	const struct config_source source = { .root = loaded->tree.path };

	loaded->code = config_load(&source, &loaded->config, &loaded->problems);
}

/* Loads a single file that contains @text. */
static struct loaded load(const char *text)
{
	struct loaded loaded = { .tree = tree_new() };

	tree_write(&loaded.tree, "etc/slicectl/slicectl.conf", text);
	load_tree(&loaded);
	return loaded;
}

static bool has_problem(const struct loaded *loaded, const char *part)
{
	for (size_t i = 0; i < loaded->problems.count; i++) {
		if (strstr(loaded->problems.lines[i], part))
			return true;
	}
	for (size_t i = 0; i < loaded->problems.count; i++)
		(void)printf("\n    problem: %s", loaded->problems.lines[i]);
	return false;
}

/* @text is rejected, and one of the problems contains @part. */
static void refused(const char *text, const char *part)
{
	_cleanup_loaded_ struct loaded loaded = load(text);

	CHECK_INT(loaded.code, -EBADMSG);
	CHECK(!loaded.config);
	if (!has_problem(&loaded, part))
		(void)printf("\n    lacks: %s", part);
	CHECK(has_problem(&loaded, part));
}

#define A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A100 A50 A50
#define SLICE "[slice workload.slice]\nowner = workload\n"

static void nothing_gives_the_defaults(void)
{
	_cleanup_loaded_ struct loaded loaded = { .tree = tree_new() };

	load_tree(&loaded);
	CHECK_INT(loaded.code, 0);
	CHECK_INT(loaded.config->n_slices, 6);
	CHECK_INT(loaded.config->n_owners, 2);
	CHECK_INT(loaded.config->rules.count, 0);
}

static void everything_is_read(void)
{
	_cleanup_loaded_ struct loaded loaded = load(
		"# comment\n; comment\n\n[supervisor]\naudit-log = /var/log/a.jsonl\n"
		"[owner team]\nusers = alice 1000\nusers = bob\ngroups = staff\n"
		"[slice t.slice]\nowner = team\ncpu.weight = 300\n"
		"[slice t.slice/u.slice]\n"
		"[rule jvm]\ncomm = java \"tmux: server\"\ncomm = javac\naction = place\n"
		"scope = t.slice/jvm-%p\nmemory.max = 1G\n");
	const struct config *config = loaded.config;

	CHECK_INT(loaded.code, 0);
	CHECK_FATAL(config != NULL);
	CHECK_TEXT(config->supervisor.audit_log, "/var/log/a.jsonl");
	CHECK_INT(config->n_slices, 2);
	CHECK_TEXT(config->slices[1].path, "t.slice/u.slice");
	CHECK(!config->slices[1].owner);
	CHECK_TEXT(slicectl_limits_value(config->slices[0].limits, 0), "300");
	CHECK_INT(words_count(config_find_owner(config, "team")->people.users), 3);
	CHECK_INT(words_count(config->rules.rules[0].values[RULE_KEY_COMM]), 3);
	CHECK_TEXT(config->rules.rules[0].values[RULE_KEY_COMM][1], "tmux: server");
	CHECK_INT(config->rules.rules[0].action, RULE_PLACE);
	CHECK_TEXT(slicectl_limits_file(config_rule_limits(config, &config->rules.rules[0]), 0),
		   "memory.max");
}

static void problems_have_line_and_column(void)
{
	refused("[slice workload.slice]\nowner = workload\ncpu.weight = 99999\n",
		"slicectl.conf:3:14: cpu.weight = 99999: out of range");
	refused("[rule x]\n  comm = a\n", "slicectl.conf:2:1: the line begins with a blank");
}

/* All problems of a file are reported, not only the first. */
static void every_problem_is_reported(void)
{
	_cleanup_loaded_ struct loaded loaded = load(
		"[rule a]\nnonsense = 1\n[slice x]\n[rule b]\naction = explode\n[bad]\nkey = 1\n");

	CHECK_INT(loaded.code, -EBADMSG);
	CHECK(has_problem(&loaded, ":2:1: unknown key 'nonsense' in [rule]"));
	CHECK(has_problem(&loaded, ":3:2: 'x' is not a slice"));
	CHECK(has_problem(&loaded, ":5:10: action: 'explode' is not an action"));
	CHECK(has_problem(&loaded, ":6:2: unknown section [bad]"));
	CHECK(has_problem(&loaded, ":1: rule a matches no process"));
}

/* Lines that libinih alone would silently lose or misread. */
static void silent_losses_are_errors(void)
{
	char line[9000];

	memset(line, 'x', sizeof(line));
	memcpy(line, "# ", 2);
	memcpy(line + 8300, "[evil]", 7);
	refused(line, "at most 8192 are allowed");
	memcpy(line, "[rule a]\ncomm=", 14);
	memcpy(line + 8300, " action=kill", 13);
	refused(line, ":2:8193: the line has");
	refused("[rule a\ncomm = b\n", ":1:1: the section has no closing ']'");
	refused("[rule a] x\ncomm = b\n", "text follows the section's ']'");
	refused("[]\n", "the section's name has 0 bytes");
	refused("[rule " A100 A100 "]\n", "1 to 190 are allowed");
	refused("[rule " A100 A50 A50 "]\n", "1 to 190 are allowed");
	refused("[" A100 A50 A100 "]\n", "1 to 190 are allowed");
	refused("[" A100 A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\n", "1 to 190 are allowed");
	refused("[rule " A100 "]\nnope = 1\n", "unknown key 'nope' in [rule]");
	refused("[rule a]\ncomm = b ; c\n", "begins a comment");
	refused("[rule a]\ncomm = b\n c\n", "begins with a blank");
	refused("[rule a]\n= 5\n", "the key has 0 bytes");
	refused("[rule a]\njust words\n", "neither a [section] nor 'key = value'");
	refused("comm = b\n", "before the first [section]");
	refused("[rule a]\ncomm = b\001\n", "control byte 0x01");
	refused("[rule a]\ncomm = x\n[rule a]\n", "appears twice in this file");
}

static void sections_and_names_are_checked(void)
{
	refused("[supervisor x]\n", "takes no name");
	refused("[rule]\n", "[rule NAME] has no name");
	refused("[owner a/b]\n", "may contain only letters");
	refused("[slice a.slice/../b.slice]\nowner = pact\n", "begins with '.'");
	refused("[slice a.slice/b.slice]\nowner = pact\n", "its parent has no section");
	refused("[slice a.slice]\n", "needs an owner");
	refused("[slice a.slice]\nowner = nobody\n", "there is no [owner nobody]");
}

static void rules_are_checked(void)
{
	refused(SLICE "[rule a]\ncomm = sixteen-bytes-xx\n", "would never match");
	refused(SLICE "[rule a]\ncomm = \"open\n", "unclosed quote");
	refused(SLICE "[rule a]\ncomm = \"\"\n", "an empty word");
	refused(SLICE "[rule a]\ncomm = x\naction = place\n", "needs a scope");
	refused(SLICE "[rule a]\ncomm = x\nscope = workload.slice/y\n",
		"action = monitor takes no scope");
	refused(SLICE "[rule a]\ncomm = x\naction = place\nscope = other.slice/y\n",
		"there is no [slice other.slice]");
	refused(SLICE "[rule a]\ncomm = x\naction = place\nscope = workload.slice/%x\n",
		"unknown specifier %x");
	refused(SLICE "[rule a]\ncomm = x\naction = kill\nmemory.max = 1G\n", "takes no limits");
	refused(SLICE "[rule a]\ncomm = x\naction = place\nscope = workload.slice/y\ncpu.idle = 1\n",
		"cpu.idle");
	refused(SLICE "[rule a]\ncomm = x\naction = kill\nscope = workload.slice/jail\n",
		"add %p to scope");
	refused(SLICE "[rule a]\ncomm = x\naction = monitor\nlinger = 1s\n",
		"action = monitor takes no linger");
	refused(SLICE "[rule a]\ncomm = x\naction = hook\n", "needs a command");
	refused(SLICE "[rule a]\ncomm = x\naction = hook\ncommand = relative\n",
		"not an absolute path");
	refused(SLICE
		"[rule a]\ncomm = x\naction = hook\ncommand = /bin/true\nscope = workload.slice/h\n",
		"add %p to scope");
	refused(SLICE "[rule abc]\ncomm = xyz\naction = kill\nsignal = STOP\n",
		"not a signal that can end");
	refused(SLICE "[rule abc]\ncomm = xyz\naction = kill\ngrace = 1s\n", "it needs signal");
	refused(SLICE
		"[rule abc]\ncomm = xyz\naction = place\nscope = workload.slice/y\ngrace = 1s\n",
		"it needs on-root-exit = term");
	refused("[supervisor]\naudit-required = yes\n", "needs an audit-log");
	refused(SLICE "[rule abc]\ncomm = xyz\naction = kill\nkill-scope = all\n",
		"use family or leader");
	refused(SLICE
		"[rule abc]\ncomm = xyz\naction = place\nscope = workload.slice/y\non-root-exit = stop\n",
		"use keep, term or kill");
	refused("[supervisor]\nkeep-warm = maybe\n", "use auto, yes or no");
	refused("[supervisor]\naudit-log = relative\n", "neither an absolute path");
	refused("[supervisor]\ncontrollers = cpu disk\n", "'disk' is not a cgroup v2 controller");
}

#define WATCHED "[slice t.slice]\nowner = pact\n[rule a]\ncomm = a\naction = monitor\n"

static void watches_are_read(void)
{
	_cleanup_loaded_ struct loaded loaded = load(
		WATCHED "[watch w]\nsubject = family:a\nresource = nofile\nlevel = 80%\n"
			"inherit = no\naction = hook\ncommand = /bin/true x\n");
	const struct config_watch *watch;

	CHECK_INT(loaded.code, 0);
	CHECK_FATAL(loaded.config != NULL);
	CHECK_INT(loaded.config->n_watches, 1);
	watch = config_find_watch(loaded.config, "w");
	CHECK_FATAL(watch != NULL);
	CHECK_INT(watch->spec.subject.kind, SUBJECT_RULE);
	CHECK_INT(watch->spec.level.value, 8000);
	CHECK(!watch->spec.inherits && watch->runs_hook);
	CHECK_TEXT(watch->hook.command[1], "x");
	CHECK(!config_rule_limits(loaded.config, &watch->hook));
}

static void watches_are_checked(void)
{
	refused(WATCHED "[watch w]\nsubject = family:a\nresource = nofile\n", "needs a subject");
	refused(WATCHED "[watch w]\nsubject = 12\nresource = nofile\nlevel = 3\n",
		"another process after the next start");
	refused(WATCHED "[watch w]\nsubject = family:b\nresource = nofile\nlevel = 3\n",
		"there is no [rule b]");
	refused(WATCHED "[watch w]\nsubject = u.slice/x\nresource = pids.current\nlevel = 3\n",
		"there is no [slice u.slice]");
	refused(WATCHED "[watch a]\nsubject = t.slice\nresource = pids.current\nlevel = 3\n",
		"the same name");
	refused(WATCHED
		"[watch w]\nsubject = t.slice\nresource = pids.current\nlevel = 3\naction = hook\n",
		"needs a command");
	refused(WATCHED
		"[watch w]\nsubject = t.slice\nresource = pids.current\nlevel = 3\ncommand = /x\n",
		"takes no command");
	refused(WATCHED "[watch w]\nsubject = family:a\nresource = idle\nlevel = 3s\n",
		"enabled = yes in [activity]");
	refused(WATCHED
		"[watch w]\nsubject = t.slice\nresource = pids.current\nlevel = change\ndirection = up\n",
		"takes no direction");
	refused(WATCHED "[watch w]\nsubject = t.slice\nresource = pid.current\nlevel = 3\n",
		"did you mean pids.current?");
}

#define NUDGED                                                                                   \
	"[slice t.slice]\nowner = pact\n[rule a]\ncomm = a\naction = place\nscope = t.slice/a\n" \
	"[rule m]\ncomm = m\naction = monitor\n"
#define CALM "signal = cpu.some\nabove = 20%\nbelow = 5%\naction = cpu_weight\n"

static void policies_are_read(void)
{
	_cleanup_loaded_ struct loaded loaded = load(
		NUDGED "[policy p]\nsubject = rule a scope t.slice/x\nprotect = machine\n" CALM
		       "for = 1s\nstep = -50%\nfloor = 20\ndry-run = yes\n");

	CHECK_INT(loaded.code, 0);
	CHECK_FATAL(loaded.config != NULL);
	CHECK_INT(loaded.config->n_policies, 1);
	CHECK_TEXT(loaded.config->policies[0].name, "p");
	CHECK(loaded.config->policies[0].dry_run);
	CHECK_INT(loaded.config->policies[0].spec.n_subjects, 2);
	CHECK_INT(loaded.config->policies[0].spec.step, -5000);
}

static void policies_are_checked(void)
{
	refused(NUDGED "[policy p]\nsubject = rule a\n", "needs the key signal");
	refused(NUDGED "[policy p]\nsubject = rule b\n" CALM, "there is no [rule b]");
	refused(NUDGED "[policy p]\nsubject = rule m\n" CALM, "rule m has no scopes");
	refused(NUDGED "[policy p]\nsubject = slice u.slice\n" CALM, "there is no [slice u.slice]");
	refused(NUDGED "[policy p]\nsubject = scope t.slice\n" CALM, "not the path of a scope");
	refused(NUDGED "[policy p]\nsubject = rule a\nprotect = scope u.slice/x\n" CALM,
		"there is no [slice u.slice]");
	refused(NUDGED "[policy p]\nsubject = rule a\n" CALM "[policy q]\nsubject = rule a\n" CALM,
		"would both change cpu.weight");
	refused(NUDGED "[policy p]\nsubject = rule a\n" CALM "colour = red\n", "unknown key");
	refused(NUDGED "[policy p]\nsubject = rule a\n" CALM "ceiling = 200\n", "has a floor");
}

static void later_files_override_single_keys(void)
{
	_cleanup_loaded_ struct loaded loaded = { .tree = tree_new() };

	tree_write(&loaded.tree, "usr/lib/slicectl/slicectl.conf",
		   SLICE "cpu.weight = 1\npids.max = 5\n[rule r]\ncomm = a b\n");
	tree_write(&loaded.tree, "etc/slicectl/slicectl.conf",
		   "[slice workload.slice]\ncpu.weight = 2\n");
	tree_write(&loaded.tree, "etc/slicectl/slicectl.conf.d/20-x.conf",
		   "[slice workload.slice]\ncpu.weight = 4\n[rule r]\ncomm =\ncomm = c\n");
	tree_write(&loaded.tree, "run/slicectl/slicectl.conf.d/10-x.conf",
		   "[slice workload.slice]\ncpu.weight = 3\n");
	tree_write(&loaded.tree, "usr/lib/slicectl/slicectl.conf.d/10-x.conf", "hidden by /run\n");
	tree_write(&loaded.tree, "etc/slicectl/slicectl.conf.d/README", "not a .conf\n");
	load_tree(&loaded);
	CHECK_INT(loaded.code, 0);
	CHECK_FATAL(loaded.config != NULL);
	CHECK_INT(loaded.config->n_slices, 1);
	CHECK_TEXT(slicectl_limits_value(loaded.config->slices[0].limits, 0), "4");
	CHECK_TEXT(slicectl_limits_value(loaded.config->slices[0].limits, 1), "5");
	CHECK_INT(words_count(loaded.config->rules.rules[0].values[RULE_KEY_COMM]), 1);
	CHECK_TEXT(loaded.config->rules.rules[0].values[RULE_KEY_COMM][0], "c");
}

static void a_link_to_dev_null_masks(void)
{
	_cleanup_loaded_ struct loaded loaded = { .tree = tree_new() };

	tree_write(&loaded.tree, "usr/lib/slicectl/slicectl.conf.d/10-x.conf", "broken\n");
	tree_mkdir(&loaded.tree, "etc/slicectl/slicectl.conf.d");
	CHECK_INT(symlinkat("/dev/null", loaded.tree.fd, "etc/slicectl/slicectl.conf.d/10-x.conf"),
		  0);
	load_tree(&loaded);
	CHECK_INT(loaded.code, 0);
}

/* The CPUs of a large machine do not fit the lines of libinih. */
static void long_values_are_whole(void)
{
	static const char begin[] =
		"[rule a]\ncomm = a\n[slice workload.slice]\nowner = workload\ncpuset.cpus = ";
	_cleanup_loaded_ struct loaded loaded = { .tree = tree_new() };
	char text[4096], cpus[3000] = "0";
	size_t used = 1;

	for (int cpu = 2; cpu < 512; cpu += 2)
		used += (size_t)snprintf(cpus + used, sizeof(cpus) - used, ",%d", cpu);
	(void)snprintf(text, sizeof(text), "%s%s \npids.max = 7\n", begin, cpus);
	tree_write(&loaded.tree, "etc/slicectl/slicectl.conf", text);
	load_tree(&loaded);
	CHECK_INT(loaded.code, 0);
	CHECK_FATAL(loaded.config != NULL);
	CHECK_TEXT(slicectl_limits_value(loaded.config->slices[0].limits, 0), cpus);
	CHECK_TEXT(slicectl_limits_value(loaded.config->slices[0].limits, 1), "7");
}

/* As in a ConfigMap of Kubernetes: a link to a file below a directory that is a link. */
static void links_are_followed(void)
{
	_cleanup_loaded_ struct loaded loaded = { .tree = tree_new() };

	tree_write(&loaded.tree, "etc/slicectl/..1/slicectl.conf", "[rule linked]\ncomm = a\n");
	CHECK_INT(symlinkat("..1/", loaded.tree.fd, "etc/slicectl/..data"), 0);
	CHECK_INT(symlinkat("..data/slicectl.conf", loaded.tree.fd, "etc/slicectl/slicectl.conf"),
		  0);
	load_tree(&loaded);
	CHECK_INT(loaded.code, 0);
	CHECK_FATAL(loaded.config != NULL);
	CHECK_INT(loaded.config->rules.count, 1);
}

/* A rule whose scope was refused does not also lack one. */
static void one_mistake_is_one_problem(void)
{
	_cleanup_loaded_ struct loaded loaded =
		load("[rule z]\ncomm = a\naction = place\nscope = pact.slice/z-%q\n");

	CHECK_INT(loaded.code, -EBADMSG);
	CHECK_INT(loaded.problems.count, 1);
	CHECK(has_problem(&loaded, "slicectl.conf:4:9"));
}

/* The commands that look or end something find the same tree, and record it at the same place. */
static void a_broken_file_keeps_its_places(void)
{
	_cleanup_loaded_ struct loaded loaded = { .tree = tree_new() };
	const struct config_source source = { .root = loaded.tree.path };

	tree_write(&loaded.tree, "etc/slicectl/slicectl.conf",
		   "[supervisor]\nbase = /a\n[rule good]\ncomm = a\n");
	tree_write(&loaded.tree, "etc/slicectl/slicectl.conf.d/x.conf",
		   "[supervisor]\nbase = /b\naudit-log = /log\n[rule bad]\ncom = a\n");
	loaded.code = config_load_good(&source, &loaded.config, &loaded.problems);
	CHECK_INT(loaded.code, 0);
	CHECK(has_problem(&loaded, "x.conf:5"));
	CHECK_FATAL(loaded.config != NULL);
	CHECK_TEXT(loaded.config->supervisor.base, "/b");
	CHECK_TEXT(loaded.config->supervisor.audit_log, "/log");
	CHECK_INT(loaded.config->rules.count, 1);
}

static void files_of_others_are_refused(void)
{
	_cleanup_loaded_ struct loaded loaded = { .tree = tree_new() };

	tree_write(&loaded.tree, "etc/slicectl/slicectl.conf", "");
	CHECK_INT(fchmodat(loaded.tree.fd, "etc/slicectl/slicectl.conf", 0666, 0), 0);
	tree_mkdir(&loaded.tree, "run/slicectl/slicectl.conf");
	tree_mkdir(&loaded.tree, "etc/slicectl/slicectl.conf.d");
	tree_write(&loaded.tree, "open/a.conf", "");
	CHECK_INT(fchmodat(loaded.tree.fd, "open", 0777, 0), 0);
	CHECK_INT(symlinkat("../../../open/a.conf", loaded.tree.fd,
			    "etc/slicectl/slicectl.conf.d/a.conf"),
		  0);
	CHECK_INT(symlinkat("c.conf", loaded.tree.fd, "etc/slicectl/slicectl.conf.d/c.conf"), 0);
	CHECK_INT(symlinkat("gone", loaded.tree.fd, "etc/slicectl/slicectl.conf.d/d.conf"), 0);
	CHECK_INT(mkfifoat(loaded.tree.fd, "etc/slicectl/slicectl.conf.d/b.conf", 0600), 0);
	tree_write(&loaded.tree, "etc/slicectl/slicectl.conf.d/e.conf", "");
	(void)!fchownat(loaded.tree.fd, "etc/slicectl/slicectl.conf.d/e.conf", 65533, 65533, 0);
	load_tree(&loaded);
	CHECK_INT(loaded.code, -EBADMSG);
	CHECK(has_problem(&loaded, "writable by group or others"));
	if (geteuid() == 0) /* only root can give files away */
		CHECK(has_problem(&loaded, "e.conf: owned by uid 65533"));
	CHECK(has_problem(&loaded, "run/slicectl/slicectl.conf: not a regular file"));
	CHECK(has_problem(&loaded, "can change the directory 'open'"));
	CHECK(has_problem(&loaded, "c.conf: cannot be opened: too many symbolic links"));
	CHECK(has_problem(&loaded, "d.conf: is a symbolic link whose target does not exist"));
	CHECK(has_problem(&loaded, "b.conf: not a regular file"));
}

static void a_named_file_must_exist(void)
{
	const struct config_source source = { .root = "", .file = "/nowhere/slicectl.conf" };
	_cleanup_problems_ struct problem_list problems = { 0 };
	struct config *config = NULL;

	CHECK_INT(config_load(&source, &config, &problems), -EBADMSG);
	CHECK_TEXT(problems.lines[0], "/nowhere/slicectl.conf: the file does not exist");
}

/* conf/slicectl.conf has the same slices as the default hierarchy in C. */
static void the_shipped_file_is_the_default(void)
{
	_cleanup_free_ char *file = text_format("%s/conf/slicectl.conf", getenv("srcdir"));
	_cleanup_loaded_ struct loaded loaded = { .tree = tree_new() };
	const struct config_source source = { .root = "", .file = "/tmp/none" };
	const struct slicectl_slice *slices;
	struct config_source copy = source;
	char text[65536], path[128];
	FILE *stream = fopen(file, "r");
	size_t n;

	CHECK_FATAL(stream != NULL);
	text[fread(text, 1, sizeof(text) - 1, stream)] = '\0';
	(void)fclose(stream);
	tree_write(&loaded.tree, "x.conf", text);
	(void)snprintf(path, sizeof(path), "%s/x.conf", loaded.tree.path);
	copy.file = path;
	loaded.code = config_load(&copy, &loaded.config, &loaded.problems);
	CHECK_INT(loaded.code, 0);
	CHECK_FATAL(loaded.config != NULL);
	slices = slicectl_default_slices(&n);
	CHECK_INT(loaded.config->n_slices, n);
	for (size_t i = 0; i < n; i++) {
		const struct config_slice *found = NULL;

		for (size_t k = 0; k < loaded.config->n_slices; k++) {
			if (text_equal(loaded.config->slices[k].path, slices[i].path))
				found = &loaded.config->slices[k];
		}
		CHECK_FATAL(found != NULL);
		CHECK(!found->owner == !slices[i].owner);
		if (found->owner && slices[i].owner)
			CHECK_TEXT(found->owner, slices[i].owner);
	}
	/* The file has every key, set or in a comment. */
	for (size_t i = 0; config_key_at(i); i++)
		CHECK_HAS(text, config_key_at(i)->name);
}

static void manual_names_every_key(void)
{
	_cleanup_free_ char *file = text_format("%s/man/slicectl.conf.5", getenv("srcdir"));
	char text[65536], item[128];
	FILE *stream = fopen(file, "r");

	CHECK_FATAL(stream != NULL);
	text[fread(text, 1, sizeof(text) - 1, stream)] = '\0';
	(void)fclose(stream);
	for (size_t i = 0; config_key_at(i); i++) {
		(void)snprintf(item, sizeof(item), ".It Ic %s ", config_key_at(i)->name);
		CHECK_HAS(text, item);
	}
}

static void owners_list_users_and_groups(void)
{
	_cleanup_loaded_ struct loaded loaded = load(
		"[owner byname]\nusers = root\n[owner bynumber]\nusers = 4242\n"
		"[owner bygroup]\ngroups = 77\n[owner strangers]\nusers = no-such-user-here\n");
	gid_t groups[] = { 5, 77 };
	const struct caller root = { .uid = 0, .groups = groups, .n_groups = 1 };
	const struct caller user = { .uid = 4242, .groups = groups, .n_groups = 2 };

	CHECK_FATAL(loaded.config != NULL);
	CHECK_INT(authority_check(loaded.config, "byname", &root, NULL), 0);
	CHECK_INT(authority_check(loaded.config, "byname", &user, NULL), -EPERM);
	CHECK_INT(authority_check(loaded.config, "bynumber", &user, NULL), 0);
	CHECK_INT(authority_check(loaded.config, "bynumber", &root, NULL), -EPERM);
	CHECK_INT(authority_check(loaded.config, "bygroup", &user, NULL), 0);
	CHECK_INT(authority_check(loaded.config, "bygroup", &root, NULL), -EPERM);
	CHECK_INT(authority_check(loaded.config, "strangers", &root, NULL), -EPERM);
	CHECK_INT(authority_check(loaded.config, "pact", &root, NULL), 0);
	CHECK_INT(authority_check(loaded.config, "pact", &user, NULL), -EPERM);
	CHECK_INT(authority_check(loaded.config, "missing", &root, NULL), -ENOENT);
}

static void readers_are_those_listed_and_owners(void)
{
	_cleanup_loaded_ struct loaded named = load(
		"[supervisor]\nread-users = 7\nread-groups = 77\n"
		"emergency-users = 8 root\n[owner o]\nusers = 9\n");
	_cleanup_loaded_ struct loaded nobody = load("[owner o]\nusers = 9\n");
	gid_t groups[] = { 77 };
	struct caller caller = { 0 };

	CHECK_FATAL(named.config != NULL && nobody.config != NULL);
	CHECK(authority_may_read(named.config, &caller)); /* root */
	CHECK(authority_may_declare(named.config, &caller));
	CHECK(!authority_may_declare(nobody.config, &caller));
	caller.uid = 7;
	CHECK(authority_may_read(named.config, &caller));
	caller.uid = 9;
	CHECK(authority_may_read(named.config, &caller));
	CHECK(authority_acts_as(named.config, "o", &caller));
	CHECK(!authority_acts_as(named.config, "pact", &caller));
	caller.uid = 10;
	CHECK(!authority_may_read(named.config, &caller));
	CHECK(!authority_may_declare(named.config, &caller));
	CHECK(authority_may_read(nobody.config, &caller));
	caller = (struct caller){ .uid = 10, .groups = groups, .n_groups = 1 };
	CHECK(authority_may_read(named.config, &caller));
	refused("[supervisor]\nemergency-users = *\n", "'*' is not a user");
}

TEST_MAIN("config", CASE(readers_are_those_listed_and_owners), CASE(nothing_gives_the_defaults),
	  CASE(everything_is_read), CASE(problems_have_line_and_column),
	  CASE(every_problem_is_reported), CASE(silent_losses_are_errors),
	  CASE(sections_and_names_are_checked), CASE(rules_are_checked),
	  CASE(later_files_override_single_keys), CASE(a_link_to_dev_null_masks),
	  CASE(links_are_followed), CASE(long_values_are_whole),
	  CASE(a_broken_file_keeps_its_places), CASE(one_mistake_is_one_problem),
	  CASE(files_of_others_are_refused), CASE(a_named_file_must_exist),
	  CASE(the_shipped_file_is_the_default), CASE(manual_names_every_key),
	  CASE(owners_list_users_and_groups), CASE(watches_are_read), CASE(policies_are_read),
	  CASE(policies_are_checked), CASE(watches_are_checked))
