/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/act/emergency.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/mark.h"

#define WINDOW_USEC (14400 * CLOCK_USEC_PER_SEC)
#define WINDOW_MAX_USEC (7 * 86400 * CLOCK_USEC_PER_SEC)

enum { REASON_MAX = 200 };

struct emergency {
	struct node *node;
	struct report *report;
	bool active;
	char id[17];
	uid_t uid;
	char *reason;
	uint64_t started_ns; /* CLOCK_REALTIME */
	uint64_t until_usec; /* CLOCK_BOOTTIME, so that setting the clock cannot extend it */
	sd_event_source *timer;
};

static uint64_t boottime_usec(void)
{
	return clock_now_ns(CLOCK_BOOTTIME) / 1000;
}

static bool is_stale(const struct emergency *emergency)
{
	return boottime_usec() >= emergency->until_usec;
}

static void emergency_forget(struct emergency *emergency)
{
	(void)sd_event_source_unref(emergency->timer);
	free(emergency->reason);
	*emergency = (struct emergency){ .node = emergency->node, .report = emergency->report };
	report_set_emergency(emergency->report, NULL);
}

struct emergency *emergency_new(struct node *node, struct report *report)
{
	struct emergency *emergency = calloc(1, sizeof(*emergency));

	if (emergency)
		*emergency = (struct emergency){ .node = node, .report = report };
	return emergency;
}

struct emergency *emergency_free(struct emergency *emergency)
{
	if (!emergency)
		return NULL;
	(void)sd_event_source_unref(emergency->timer);
	free(emergency->reason);
	free(emergency);
	return NULL;
}

/* Adds the id of the emergency to all records from now on. */
static void emergency_announce(const struct emergency *emergency)
{
	report_set_emergency(emergency->report, emergency->active ? emergency->id : NULL);
}

static int on_expiry(sd_event_source *source, uint64_t usec, void *data)
{
	struct emergency *emergency = data;

	log_warning("emergency %s of uid %u is stale: its time is over, but nobody has ended it",
		    emergency->id, (unsigned)emergency->uid);
	(void)report_emergency(emergency->report, "emergency.stale", "slicectld", emergency->reason,
			       NULL, NULL);
	return 0;
}

static void emergency_set_timer(struct emergency *emergency)
{
	if (sd_event_add_time(emergency->node->loop, &emergency->timer, CLOCK_BOOTTIME,
			      emergency->until_usec, 1000, on_expiry, emergency) < 0)
		log_warning(
			"cannot set a timer: no warning is logged when the emergency becomes stale");
}

/* The mark has the form "ID UID STARTED UNTIL REASON". */
static int emergency_write_mark(struct emergency *emergency)
{
	_cleanup_free_ char *text = text_format("%s %u %" PRIu64 " %" PRIu64 " %s", emergency->id,
						(unsigned)emergency->uid, emergency->started_ns,
						emergency->until_usec, emergency->reason);

	return text ? change_mark_base(emergency->node, MARK_EMERGENCY, text) : -ENOMEM;
}

void emergency_restore(struct emergency *emergency)
{
	_cleanup_free_ char *text = NULL;
	unsigned uid;
	int at = 0;

	if (mark_get(emergency->node->hierarchy, "", MARK_EMERGENCY, &text) < 0)
		return;
	if (sscanf(text, "%16[0-9a-f] %u %" SCNu64 " %" SCNu64 " %n", emergency->id, &uid,
		   &emergency->started_ns, &emergency->until_usec, &at) != 4 ||
	    at == 0) {
		log_warning("the emergency mark on the base is malformed and ignored: '%s'",
			    TEXT_ESCAPE(text));
		emergency_forget(emergency);
		return;
	}
	emergency->uid = uid;
	emergency->reason = strdup(text + at);
	emergency->active = emergency->reason != NULL;
	emergency_announce(emergency);
	log_warning("emergency %s of uid %u is still declared: %s", emergency->id, uid,
		    TEXT_ESCAPE(text + at));
	emergency_set_timer(emergency);
}

static int check_force(const struct emergency *emergency, const struct request *request,
		       const struct caller *caller, struct slicectl_error *error)
{
	const char *owner = slicectl_hierarchy_owner(emergency->node->hierarchy,
						     request->deed.change.scope);

	if (!owner)
		return error_set(error, EPERM,
				 "%s belongs to no configured slice; a scope without an owner is never changed",
				 request->deed.change.scope);
	if (!request->forcible)
		return error_set(error, EPERM,
				 "%s cannot be forced: an emergency allows only freeze, kill and destroy",
				 request->action);
	if (!emergency->active)
		return error_set(error, EPERM,
				 "%s belongs to owner '%s', and no emergency is declared; see slicectl emergency start",
				 request->deed.change.scope, owner);
	if (is_stale(emergency))
		return error_set(error, EPERM,
				 "emergency %s is stale; end it, and declare a new one if that is needed",
				 emergency->id);
	if (!authority_may_declare(emergency->node->config, caller))
		return error_set(error, EPERM, "uid %u is not among emergency-users",
				 (unsigned)caller->uid);
	return 0;
}

int emergency_permit(struct emergency *emergency, const struct request *request,
		     const struct caller *caller, struct slicectl_error *error)
{
	_cleanup_free_ char *action = NULL;
	int r = check_force(emergency, request, caller, error);

	if (r < 0)
		return r;
	/* "scope.kill" becomes "emergency.kill". */
	action = text_format("emergency%s", strchr(request->action, '.'));
	if (!action)
		return error_set(error, ENOMEM, "out of memory");
	return report_emergency(emergency->report, action, request->actor, emergency->reason,
				request->deed.change.scope, error);
}

static json_t *emergency_json(const struct emergency *emergency)
{
	uint64_t now = boottime_usec();
	char started[CLOCK_UTC_SIZE];

	if (!emergency->active)
		return json_pack("{s:b}", "active", 0);
	return json_pack("{s:b, s:s, s:I, s:s, s:s, s:b, s:I}", "active", 1, "id", emergency->id,
			 "uid", (json_int_t)emergency->uid, "reason", TEXT_ESCAPE(emergency->reason),
			 "started", clock_format_utc(emergency->started_ns, started), "stale",
			 is_stale(emergency), "left_usec",
			 (json_int_t)(emergency->until_usec > now ? emergency->until_usec - now : 0));
}

json_t *emergency_status(const struct emergency *emergency)
{
	return emergency_json(emergency);
}

bool emergency_is_active(const struct emergency *emergency)
{
	return emergency->active;
}

const char *emergency_check_start(const json_t *parameters)
{
	const char *reason = json_string_value(json_object_get(parameters, "reason"));
	const json_t *window = json_object_get(parameters, "for_usec");
	json_int_t usec = json_integer_value(window);

	if (!reason || strspn(reason, " \t\n") == strlen(reason) || strlen(reason) > REASON_MAX)
		return "reason";
	if (!window || json_is_null(window))
		return NULL;
	return usec > 0 && usec <= (json_int_t)WINDOW_MAX_USEC ? NULL : "for_usec";
}

static int emergency_make(struct emergency *emergency, uid_t uid, const json_t *parameters)
{
	const json_t *window = json_object_get(parameters, "for_usec");
	uint64_t random;

	if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return -EAGAIN;
	(void)snprintf(emergency->id, sizeof(emergency->id), "%016" PRIx64, random);
	emergency->uid = uid;
	emergency->started_ns = clock_now_ns(CLOCK_REALTIME);
	emergency->until_usec = boottime_usec() + (json_is_integer(window) ?
							   (uint64_t)json_integer_value(window) :
							   WINDOW_USEC);
	emergency->reason = strdup(json_string_value(json_object_get(parameters, "reason")));
	emergency->active = emergency->reason != NULL;
	emergency_announce(emergency);
	return emergency->active ? 0 : -ENOMEM;
}

/* Records the emergency before it writes the mark and allows anything. */
static int emergency_declare(struct emergency *emergency, const char *actor,
			     struct slicectl_error *error)
{
	int r = report_emergency(emergency->report, "admin.emergency_start", actor,
				 emergency->reason, NULL, error);

	if (r < 0)
		return r;
	r = emergency_write_mark(emergency);
	if (r < 0)
		return error_set(error, -r, "cannot write the emergency mark on the base: %s",
				 strerror(-r));
	emergency_set_timer(emergency);
	return 0;
}

static int check_start(const struct emergency *emergency, const struct caller *caller,
		       struct slicectl_error *error)
{
	if (emergency->node->dry_run)
		return error_set(error, EPERM, "slicectld runs with --dry-run and changes nothing");
	if (!authority_may_declare(emergency->node->config, caller))
		return error_set(error, EPERM,
				 "uid %u is not among emergency-users of the configuration",
				 (unsigned)caller->uid);
	if (emergency->active)
		return error_set(error, EEXIST, "emergency %s of uid %u is already declared%s",
				 emergency->id, (unsigned)emergency->uid,
				 is_stale(emergency) ? ", and is stale; end it first" : "");
	return 0;
}

/* Sends the reply, and records a refusal. */
static int emergency_answer(struct emergency *emergency, struct connection *connection,
			    const char *action, const char *actor, int code,
			    struct slicectl_error *error)
{
	struct pending pending = { 0 };

	if (code < 0) {
		if (report_admits_refusal(emergency->report, connection_caller(connection)->uid))
			report_refusal(emergency->report, action, actor, code, error);
		return code;
	}
	connection_hold(connection, &pending);
	pending_reply(&pending, emergency_json(emergency));
	return 0;
}

int emergency_start(struct emergency *emergency, struct connection *connection,
		    const struct call *call, struct slicectl_error *error)
{
	const struct caller *caller = connection_caller(connection);
	_cleanup_free_ char *actor = text_format("uid:%u", (unsigned)caller->uid);
	int r = check_start(emergency, caller, error);

	if (r == 0) {
		r = emergency_make(emergency, caller->uid, call->parameters);
		r = r < 0 ? error_set(error, -r, "cannot declare an emergency: %s", strerror(-r)) :
			    emergency_declare(emergency, actor, error);
		if (r < 0)
			emergency_forget(emergency);
		else
			log_warning("uid %u declared emergency %s: %s", (unsigned)caller->uid,
				    emergency->id, TEXT_ESCAPE(emergency->reason));
	}
	return emergency_answer(emergency, connection, "admin.emergency_start", actor, r, error);
}

static int check_end(const struct emergency *emergency, const struct caller *caller, bool force,
		     struct slicectl_error *error)
{
	if (!emergency->active)
		return error_set(error, ENOENT, "no emergency is declared");
	if (caller->uid == emergency->uid)
		return 0;
	if (!authority_may_declare(emergency->node->config, caller))
		return error_set(error, EPERM,
				 "uid %u is not among emergency-users of the configuration",
				 (unsigned)caller->uid);
	return force ? 0 :
		       error_set(error, EPERM,
				 "emergency %s was declared by uid %u; use --force to end another user's emergency",
				 emergency->id, (unsigned)emergency->uid);
}

int emergency_end(struct emergency *emergency, struct connection *connection,
		  const struct call *call, struct slicectl_error *error)
{
	const struct caller *caller = connection_caller(connection);
	_cleanup_free_ char *actor = text_format("uid:%u", (unsigned)caller->uid);
	int r = check_end(emergency, caller,
			  json_is_true(json_object_get(call->parameters, "force")), error);

	if (r == 0)
		r = report_emergency(emergency->report, "admin.emergency_end", actor,
				     emergency->reason, NULL, error);
	if (r == 0) {
		(void)change_mark_base(emergency->node, MARK_EMERGENCY, NULL);
		log_warning("uid %u ended emergency %s", (unsigned)caller->uid, emergency->id);
		emergency_forget(emergency);
	}
	return emergency_answer(emergency, connection, "admin.emergency_end", actor, r, error);
}
