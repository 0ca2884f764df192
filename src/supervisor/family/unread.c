/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/family/unread.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

enum { MATCHES_MAX = 64 };

struct unread {
	struct unread_match matches[MATCHES_MAX];
	size_t count;
};

struct unread *unread_new(void)
{
	return calloc(1, sizeof(struct unread));
}

struct unread *unread_free(struct unread *unread)
{
	free(unread);
	return NULL;
}

/* The oldest in the unbroken chain of unread ancestors. */
static struct process *unread_ancestor(const struct process *child)
{
	struct process *top = NULL;

	for (struct process *at = child->parent; at && at->unread && !at->members; at = at->parent)
		top = at;
	return top;
}

/* Whether all keys of the rule hold for a parent if they hold for a child that executed nothing,
 * because fork copies what they match.  A user, a terminal or a cgroup may be the child's own. */
static bool is_inherited(const struct rule *rule)
{
	static const enum rule_key own[] = { RULE_KEY_PARENT, RULE_KEY_ANCESTOR, RULE_KEY_USER,
					     RULE_KEY_GROUP,  RULE_KEY_MEMBER,   RULE_KEY_TTY,
					     RULE_KEY_CGROUP };

	for (size_t i = 0; i < ELEMENTS(own); i++) {
		if (rule->values[own[i]])
			return false;
	}
	return true;
}

/* Whether a process that executes @path gets the name @comm. */
static bool gives_name(const char *path, const char *comm)
{
	const char *slash = strrchr(path, '/');

	return strncmp(slash ? slash + 1 : path, comm, PROCFS_COMM_SIZE - 1) == 0;
}

/* Whether the name comes from the program or from a script in the command line, and was not set by
 * the process itself. */
static bool has_genuine_name(struct view *view, pid_t pid, const char *comm)
{
	char bytes[4096];
	ssize_t n = view_read(view, pid, "exe", bytes, sizeof(bytes) - 1);

	if (n > 0) {
		bytes[n] = '\0';
		if (gives_name(bytes, comm))
			return true;
	}
	n = view_read(view, pid, "cmdline", bytes, sizeof(bytes) - 1);
	if (n <= 0)
		return false;
	bytes[n] = '\0';
	for (const char *element = bytes; element < bytes + n; element += strlen(element) + 1) {
		if (gives_name(element, comm))
			return true;
	}
	return false;
}

void unread_note(struct unread *unread, struct view *view, const struct process *child,
		 struct family *family)
{
	const struct process *top = unread_ancestor(child);

	if (!top || child->executed || unread->count == MATCHES_MAX ||
	    !is_inherited(family->rule) || !has_genuine_name(view, child->pid, family->root.comm))
		return;
	unread->matches[unread->count++] = (struct unread_match){
		.family = family,
		.ancestor = top->pid,
		.ancestor_since_ns = top->since_ns,
		.child = child->pid,
		.matched_ns = view_now_ns(view),
	};
}

void unread_refute(struct unread *unread, pid_t child, uint64_t event_ns)
{
	for (size_t i = 0; i < unread->count; i++) {
		if (unread->matches[i].child == child && event_ns < unread->matches[i].matched_ns)
			unread->matches[i].family = NULL;
	}
}

bool unread_concerns(const struct unread *unread, const struct family *family)
{
	for (size_t i = 0; i < unread->count; i++) {
		if (unread->matches[i].family == family)
			return true;
	}
	return false;
}

void unread_forget(struct unread *unread, const struct family *family)
{
	for (size_t i = 0; i < unread->count; i++) {
		if (unread->matches[i].family == family)
			unread->matches[i].family = NULL;
	}
}

bool unread_is_pending(const struct unread *unread)
{
	return unread->count > 0;
}

bool unread_take(struct unread *unread, struct unread_match *ret_match)
{
	while (unread->count > 0) {
		*ret_match = unread->matches[--unread->count];
		if (ret_match->family)
			return true;
	}
	return false;
}
