/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One family under supervision: a process that matched a rule, and its descendants. */

#include "base/identity.h"
#include "supervisor/family/failure.h"
#include "supervisor/node/node.h"

struct families;
struct observed;
struct outcome;
struct shared_scope;

struct family {
	struct members members;        /* in the process table */
	struct generation *generation; /* that has its rule; holds a reference */
	const struct rule *rule;
	struct procfs_stat root;    /* as it was when it matched; pid 0: unknown */
	uint64_t event_ns;          /* of the kernel's event that began the family; 0: none */
	char *argv;                 /* of its root, if it may be logged; or NULL */
	struct shared_scope *scope; /* where the family is placed or contained; NULL for none */
	bool refused;               /* its rule acted too often, so no action is taken */
	int refused_signal;         /* of the kill that was refused; 0: a placement was */
	bool has_uid;
	uid_t uid;  /* of its root, when a kill was first decided; if has_uid */
	bool stays; /* no member could leave its systemd unit yet; those that are forked may */
	struct failure failure; /* of the action, if it failed or was refused */
	bool has_lingering;     /* the first thread of a member has exited, but not the process */
	uint64_t settled_ns;    /* at this time all members marked inside were in the scope */
	unsigned changes;       /* number of changes under way */
	bool placing;           /* the first placement, which is reported when all are inside */
	unsigned passes;
	struct outcome *outcome; /* of the placement so far */
	int signal;              /* sent to kill the family; 0: it is not being killed */
	sd_event_source *grace;  /* timer until SIGKILL */
	char *kill_scope;        /* path of the scope for a containment; or NULL */
	bool has_kill_scope;
	unsigned late; /* late members since the last containment */
	unsigned release_tries;
	struct observed *observed; /* its activity; NULL: that is not observed */
	struct family *next, *prev;
};

/* Takes ownership of @scope, the path of the scope, which only rules that place or kill need.  NULL
 * when out of memory. */
struct family *family_new(struct families *families, const struct rule *rule, char *scope);

/* Frees the family and leaves its processes running. */
void family_forget(struct families *families, struct family *family);

/* Path of the scope of the family, or NULL. */
const char *family_scope(const struct family *family);

/* The family that contains @members.  NULL for NULL. */
struct family *family_of(struct members *members);
