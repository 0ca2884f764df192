/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>
#include <string.h>

#include <slicectl/metrics.h>
#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/procfs.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
#include "cgroup/hierarchy.h"
#include "cgroup/limits.h"
#include "cgroup/metrics.h"
#include "cgroup/name.h"
#include "cgroup/occupant.h"
#include "cgroup/refusal.h"
#include "cli/context.h"
#include "cli/print.h"
#include "cli/scope_activity.h"
#include "cli/scope_table.h"

/* Of more processes in one cgroup than this, the rest is counted, not listed. */
enum { PROCESSES_LISTED = 16, DEPTH_MAX = 64 };

struct tree {
	bool processes;
};

static const struct option_row rows[] = {
	{ "processes", 'p', NULL, "list the processes too", option_row_set_flag,
	  offsetof(struct tree, processes) },
	{ 0 },
};

const struct option_group tree_options = { rows, sizeof(struct tree), NULL, NULL };

static const char *const columns[] = { "CGROUP", "OWNER", "STATE", "PROCESSES", "ACTIVITY", "LIMITS" };

enum {
	COLUMN_NAME,
	COLUMN_OWNER,
	COLUMN_STATE,
	COLUMN_PROCESSES,
	COLUMN_ACTIVITY,
	COLUMN_LIMITS,
};

/* A tree being drawn: the lines, or JSON objects, of the ancestors of the current cgroup. */
struct picture {
	const struct invocation *invocation;
	bool processes; /* are shown too */
	struct scope_activity activity;
	struct libscols_table *table;
	struct libscols_line *lines[DEPTH_MAX];
	json_t *children[DEPTH_MAX + 1]; /* the array for the objects of each level */
	size_t top_depth;
};

static size_t depth_of(const char *path)
{
	size_t depth = 0;

	for (const char *c = path; *c; c++)
		depth += *c == '/';
	return depth;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static json_t *limits_json(const struct slicectl_limits *limits)
{
	json_t *object = json_object();

	for (size_t i = 0; object && i < slicectl_limits_count(limits); i++)
		(void)json_object_set_new(object, slicectl_limits_file(limits, i),
					  json_string(slicectl_limits_value(limits, i)));
	return object;
}

/* The processes of one cgroup: their number, and the first few pids. */
struct members {
	pid_t pids[PROCESSES_LISTED];
	size_t count;
};

static int take_member(pid_t pid, void *data)
{
	struct members *members = data;

	if (members->count < PROCESSES_LISTED)
		members->pids[members->count] = pid;
	members->count++;
	return 0;
}

static void comm_of(const struct picture *picture, pid_t pid, char *out, size_t size)
{
	char comm[PROCFS_COMM_SIZE] = "?";

	(void)procfs_read_comm(picture->invocation->hierarchy->proc_fd, pid, comm);
	text_escape(comm, strlen(comm), out, size);
}

static int add_member_line(struct picture *picture, struct libscols_line *parent, const char *text)
{
	struct libscols_line *line = scols_table_new_line(picture->table, parent);

	return line ? scols_line_set_data(line, COLUMN_NAME, text) : -ENOMEM;
}

static int add_members(struct picture *picture, struct libscols_line *parent,
		       const struct members *members)
{
	char text[128], comm[80];
	int r = 0;

	for (size_t i = 0; r == 0 && i < members->count && i < PROCESSES_LISTED; i++) {
		comm_of(picture, members->pids[i], comm, sizeof(comm));
		(void)snprintf(text, sizeof(text), "%d %s", (int)members->pids[i], comm);
		r = add_member_line(picture, parent, text);
	}
	if (r < 0 || members->count <= PROCESSES_LISTED)
		return r;
	(void)snprintf(text, sizeof(text), "and %zu more", members->count - PROCESSES_LISTED);
	return add_member_line(picture, parent, text);
}

static json_t *members_json(const struct picture *picture, const struct members *members)
{
	json_t *array = json_array();
	char comm[80];

	for (size_t i = 0; array && i < members->count && i < PROCESSES_LISTED; i++) {
		comm_of(picture, members->pids[i], comm, sizeof(comm));
		(void)json_array_append_new(array, json_pack("{s:i, s:s}", "pid",
							     (int)members->pids[i], "comm", comm));
	}
	return array;
}

static int add_line(struct picture *picture, const char *path, size_t depth,
		    const struct slicectl_metrics *metrics, const struct slicectl_limits *limits,
		    const struct members *members)
{
	_cleanup_free_ char *limit_words = limits_text(limits);
	const char *owner = slicectl_hierarchy_owner(picture->invocation->hierarchy, path);
	struct libscols_line *parent = depth > 0 ? picture->lines[depth - 1] : NULL;
	struct libscols_line *line = scols_table_new_line(picture->table, parent);
	char number[PRINT_SIZE], activity[SCOPE_ACTIVITY_SIZE];
	const char *const cells[] = {
		[COLUMN_NAME] = TEXT_ESCAPE(depth > 0 ? last_part(path) : path),
		[COLUMN_OWNER] = owner ? owner : "-",
		[COLUMN_STATE] = scope_table_state(picture->invocation, path, metrics),
		[COLUMN_PROCESSES] = print_number(members->count, number),
		[COLUMN_ACTIVITY] = scope_activity_text(&picture->activity, path, activity),
		[COLUMN_LIMITS] = limit_words,
	};

	if (!line || !limit_words)
		return -ENOMEM;
	picture->lines[depth] = line;
	for (size_t i = 0; i < ELEMENTS(cells); i++) {
		if (scols_line_set_data(line, i, cells[i]) < 0)
			return -ENOMEM;
	}
	return picture->processes ? add_members(picture, line, members) : 0;
}

static int add_object(struct picture *picture, const char *path, size_t depth,
		      const struct slicectl_metrics *metrics, const struct slicectl_limits *limits,
		      const struct members *members)
{
	json_t *children = json_array();
	json_t *object =
		json_pack("{s:s, s:s?, s:s, s:i, s:i, s:I, s:o, s:o, s:o, s:o}", "path",
			  TEXT_ESCAPE(path), "owner",
			  slicectl_hierarchy_owner(picture->invocation->hierarchy, path), "state",
			  scope_table_state(picture->invocation, path, metrics), "populated",
			  metrics->populated, "frozen", metrics->frozen, "processes",
			  (json_int_t)members->count, "limits", limits_json(limits), "activity",
			  scope_activity_json(&picture->activity, path), "members",
			  picture->processes ? members_json(picture, members) : json_array(),
			  "children", children);

	if (!object || json_array_append_new(picture->children[depth], object) < 0)
		return -ENOMEM;
	picture->children[depth + 1] = children;
	return 0;
}

static int draw(int dirfd, const char *path, void *data)
{
	_cleanup_limits_ struct slicectl_limits *limits = NULL;
	struct picture *picture = data;
	struct members members = { .count = 0 };
	struct slicectl_metrics metrics;
	size_t depth = depth_of(path) - picture->top_depth;
	int r;

	if (depth >= DEPTH_MAX)
		return 0;
	r = metrics_read_path(picture->invocation->hierarchy, path, &metrics);
	if (r == 0)
		r = limits_read(dirfd, &limits);
	if (r < 0) /* a cgroup that is removed meanwhile is left out */
		return error_is_shortage(r) ? r : 0;
	(void)occupant_each(dirfd, take_member, &members);
	if (picture->table)
		return add_line(picture, path, depth, &metrics, limits, &members);
	return add_object(picture, path, depth, &metrics, limits, &members);
}

static int draw_below(struct picture *picture, const char *slice, bool must_exist,
		      struct slicectl_error *error)
{
	int r;

	picture->top_depth = depth_of(slice);
	r = hierarchy_walk(picture->invocation->hierarchy, slice, draw, picture);
	if (r == -ENOENT && !must_exist)
		return 0;
	if (r == -ENOENT)
		return refusal_set(error, REFUSAL_OPEN, r, slice, NULL, NULL);
	return r < 0 ? error_set(error, -r, "cannot show %s: %s", slice, strerror(-r)) : 0;
}

static int draw_all(struct picture *picture, struct slicectl_error *error)
{
	const struct slicectl_hierarchy *hierarchy = picture->invocation->hierarchy;
	int r = 0;

	for (size_t i = 0; r == 0 && i < hierarchy->n_slices; i++) {
		if (!strchr(hierarchy->slices[i].path, '/'))
			r = draw_below(picture, hierarchy->slices[i].path, false, error);
	}
	return r;
}

static int draw_named(struct picture *picture, struct slicectl_error *error)
{
	_cleanup_free_ char *path = NULL;
	int r = context_path(picture->invocation, picture->invocation->operands[0], &path, error);

	return r < 0 ? r : draw_below(picture, path, true, error);
}

/* libsmartcols draws in UTF-8 or ASCII, as the locale has it. */
static int open_table(struct picture *picture)
{
	bool known = scope_activity_is_known(&picture->activity);

	picture->table = scols_new_table();
	for (size_t i = 0; picture->table && i < ELEMENTS(columns); i++) {
		if (!scols_table_new_column(picture->table, columns[i], 0,
					    i == COLUMN_NAME               ? SCOLS_FL_TREE :
					    i == COLUMN_PROCESSES          ? SCOLS_FL_RIGHT :
					    i == COLUMN_ACTIVITY && !known ? SCOLS_FL_HIDDEN :
									     0))
			return -ENOMEM;
	}
	return picture->table ? 0 : -ENOMEM;
}

int cmd_tree(struct invocation *invocation, struct slicectl_error *error)
{
	const struct tree *options = invocation->options;
	struct picture picture = { .invocation = invocation, .processes = options->processes };
	int r;

	r = context_hierarchy(invocation, error);
	if (r < 0)
		return r;
	scope_activity_load(&picture.activity, invocation);
	picture.children[0] = invocation->json ? json_array() : NULL;
	if (!invocation->json && open_table(&picture) < 0)
		r = error_set(error, ENOMEM, "out of memory");
	if (r == 0)
		r = invocation->n_operands > 0 ? draw_named(&picture, error) :
						 draw_all(&picture, error);
	if (r == 0 && invocation->json)
		r = print_json(json_pack("{s:s, s:O}", "base",
					 slicectl_hierarchy_path(invocation->hierarchy), "cgroups",
					 picture.children[0]));
	else if (r == 0 && scols_table_get_nlines(picture.table) == 0)
		log_info("there are no slices at %s; run slicectl init to create them",
			 slicectl_hierarchy_path(invocation->hierarchy));
	else if (r == 0)
		r = scols_print_table(picture.table);
	json_decref(picture.children[0]);
	scols_unref_table(picture.table);
	scope_activity_done(&picture.activity);
	return r;
}
