/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/control/methods.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/container.h"
#include "base/error.h"
#include "base/procfs.h"
#include "base/text.h"
#include "control/verb.h"
#include "supervisor/act/emergency.h"
#include "supervisor/control/explain.h"
#include "supervisor/control/family_json.h"
#include "supervisor/control/family_wait.h"
#include "supervisor/control/introspection.h"
#include "supervisor/control/parts.h"
#include "supervisor/control/request_call.h"
#include "supervisor/control/rule_apply.h"
#include "supervisor/control/status.h"
#include "supervisor/control/policy_call.h"
#include "supervisor/control/watch_call.h"
#include "supervisor/report/feed.h"
#include "supervisor/service/load.h"
#include "supervisor/service/metrics_text.h"
#include "supervisor/service/reload.h"

enum access {
	ACCESS_READ, /* users of read-users and read-groups */
	ACCESS_ROOT,
	ACCESS_OWNER, /* the method checks the owner of what it changes */
};

struct method {
	const char *name;
	enum access access;
	/* Returns the name of the wrong parameter, or NULL.  NULL without parameters. */
	const char *(*check)(const json_t *parameters);
	/* Returns the parameters of the reply; NULL with a sentence on failure. */
	json_t *(*run)(struct control *control, const struct caller *caller,
		       const json_t *parameters, struct slicectl_error *error);
	/* For methods that take longer: holds the call and returns 0, or -errno. */
	int (*begin)(struct control *control, struct connection *connection,
		     const struct call *call, struct slicectl_error *error);
	bool streams; /* sends several replies to one call */
};

static json_t *run_status(struct control *control, const struct caller *caller,
			  const json_t *parameters, struct slicectl_error *error)
{
	return status_json(&control->rooms, control->service);
}

static json_t *run_families(struct control *control, const struct caller *caller,
			    const json_t *parameters, struct slicectl_error *error)
{
	const struct family *family;
	size_t budget = FAMILY_JSON_BUDGET;
	json_t *array = json_array();

	DL_FOREACH (families_first(control->rooms.families), family)
		(void)json_array_append_new(array,
					    family_json(control->rooms.node, family, &budget));
	return json_pack("{s:o}", "families", array);
}

struct reload_call {
	struct reload_waiter waiter;
	struct pending pending;
	const struct node *node;
};

static void on_reloaded(struct reload_waiter *waiter, const struct slicectl_error *error)
{
	struct reload_call *reload = container_of(waiter, struct reload_call, waiter);
	const struct node *node = reload->node;

	if (error->code)
		pending_fail(&reload->pending, error);
	else
		pending_reply(&reload->pending,
			      json_pack("{s:I, s:I}", "rules",
					(json_int_t)node->config->rules.count, "differences",
					(json_int_t)load_differences(node->hierarchy)));
	free(reload);
}

static int begin_reload(struct control *control, struct connection *connection,
			const struct call *call, struct slicectl_error *error)
{
	struct reload_call *reload = calloc(1, sizeof(*reload));

	if (!reload)
		return error_set(error, ENOMEM, "out of memory");
	reload->waiter.done = on_reloaded;
	reload->node = control->rooms.node;
	connection_hold(connection, &reload->pending);
	reload_begin(control->service, &reload->waiter);
	return 0;
}

/* The files as slicectld has read them, which may differ from what is on disk by now. */
static json_t *run_configuration(struct control *control, const struct caller *caller,
				 const json_t *parameters, struct slicectl_error *error)
{
	const struct config *config = control->rooms.node->config;
	json_t *array = json_array();

	for (size_t i = 0; config->files && config->files[i]; i++) {
		json_t *file = json_pack("{s:s, s:s}", "path", config->files[i], "text",
					 config->texts[i]);

		if (!file || json_array_append_new(array, file) < 0) {
			json_decref(array);
			(void)error_set(error, EILSEQ, "%s has text that is not UTF-8",
					TEXT_ESCAPE(config->files[i]));
			return NULL;
		}
	}
	return json_pack("{s:o}", "files", array);
}

static const char *check_pid(const json_t *parameters)
{
	json_int_t pid = json_integer_value(json_object_get(parameters, "pid"));

	return pid > 0 && pid <= INT32_MAX ? NULL : "pid";
}

static json_t *run_explain(struct control *control, const struct caller *caller,
			   const json_t *parameters, struct slicectl_error *error)
{
	return explain(&control->rooms, caller,
		       (pid_t)json_integer_value(json_object_get(parameters, "pid")), error);
}

static json_t *run_metrics(struct control *control, const struct caller *caller,
			   const json_t *parameters, struct slicectl_error *error)
{
	_cleanup_free_ char *text = metrics_text(control->service, METRICS_OPENMETRICS);

	return text ? json_pack("{s:s}", "text", text) : NULL;
}

static json_t *run_emergency_status(struct control *control, const struct caller *caller,
				    const json_t *parameters, struct slicectl_error *error)
{
	return emergency_status(act_emergency(control->rooms.act));
}

static int begin_events(struct control *control, struct connection *connection,
			const struct call *call, struct slicectl_error *error)
{
	return feed_begin(report_feed(control->rooms.report), connection, error);
}

static int begin_wait(struct control *control, struct connection *connection,
		      const struct call *call, struct slicectl_error *error)
{
	return family_wait_begin(control->waits, connection, call, error);
}

static int begin_emergency_start(struct control *control, struct connection *connection,
				 const struct call *call, struct slicectl_error *error)
{
	return emergency_start(act_emergency(control->rooms.act), connection, call, error);
}

static int begin_emergency_end(struct control *control, struct connection *connection,
			       const struct call *call, struct slicectl_error *error)
{
	return emergency_end(act_emergency(control->rooms.act), connection, call, error);
}

static int begin_request(struct control *control, struct connection *connection,
			 const struct call *call, struct slicectl_error *error)
{
	return request_begin(&control->rooms, connection, call, error);
}

static int begin_rule_apply(struct control *control, struct connection *connection,
			    const struct call *call, struct slicectl_error *error)
{
	return rule_apply_begin(&control->rooms, connection, call, error);
}

static int begin_watch(struct control *control, struct connection *connection,
		       const struct call *call, struct slicectl_error *error)
{
	return watch_begin(&control->rooms, connection, call, error);
}

static json_t *run_watch_add(struct control *control, const struct caller *caller,
			     const json_t *parameters, struct slicectl_error *error)
{
	return watch_add(&control->rooms, caller, parameters, error);
}

static json_t *run_watch_remove(struct control *control, const struct caller *caller,
				const json_t *parameters, struct slicectl_error *error)
{
	return watch_remove(&control->rooms, caller, parameters, error);
}

static json_t *run_watch_list(struct control *control, const struct caller *caller,
			      const json_t *parameters, struct slicectl_error *error)
{
	return watch_list(&control->rooms, caller, parameters, error);
}

static json_t *run_policy_list(struct control *control, const struct caller *caller,
			       const json_t *parameters, struct slicectl_error *error)
{
	return policy_list(&control->rooms);
}

/* Methods that change a scope are in the table of control/verb.h instead. */
static const struct method methods[] = {
	{ "Status", ACCESS_READ, NULL, run_status, NULL, false },
	{ "Families", ACCESS_READ, NULL, run_families, NULL, false },
	{ "Explain", ACCESS_READ, check_pid, run_explain, NULL, false },
	{ "Metrics", ACCESS_READ, NULL, run_metrics, NULL, false },
	{ "Configuration", ACCESS_ROOT, NULL, run_configuration, NULL, false },
	{ "Reload", ACCESS_ROOT, NULL, NULL, begin_reload, false },
	{ "Events", ACCESS_READ, NULL, NULL, begin_events, true },
	{ "Wait", ACCESS_READ, family_wait_check, NULL, begin_wait, false },
	{ "Watch", ACCESS_OWNER, watch_check, NULL, begin_watch, true },
	{ "WatchAdd", ACCESS_OWNER, watch_check_add, run_watch_add, NULL, false },
	{ "WatchRemove", ACCESS_OWNER, watch_check_remove, run_watch_remove, NULL, false },
	{ "WatchList", ACCESS_OWNER, NULL, run_watch_list, NULL, false },
	{ "PolicyList", ACCESS_READ, NULL, run_policy_list, NULL, false },
	{ "RuleApply", ACCESS_OWNER, rule_apply_check, NULL, begin_rule_apply, false },
	{ "EmergencyStart", ACCESS_OWNER, emergency_check_start, NULL, begin_emergency_start, false },
	{ "EmergencyEnd", ACCESS_OWNER, NULL, NULL, begin_emergency_end, false },
	{ "EmergencyStatus", ACCESS_READ, NULL, run_emergency_status, NULL, false },
};

static int check_access(const struct control *control, const struct connection *connection,
			const struct method *method, struct slicectl_error *error)
{
	const struct caller *caller = connection_caller(connection);

	if (method->access == ACCESS_ROOT && caller->uid != 0)
		return error_set(error, EPERM, "only root may call %s, and you are uid %u",
				 method->name, (unsigned)caller->uid);
	if (method->access == ACCESS_READ && !authority_may_read(control->rooms.node->config, caller))
		return error_set(error, EPERM,
				 "uid %u is not among read-users and read-groups of the configuration",
				 (unsigned)caller->uid);
	return 0;
}

/* Whether the call names processes by their numbers. */
static bool names_processes(const struct call *call)
{
	return json_object_get(call->parameters, "pid") ||
	       json_array_size(json_object_get(call->parameters, "pids")) > 0 ||
	       json_object_get(call->parameters, "root") || watch_names_process(call->parameters);
}

/* The kernel translates the pid of the caller, but not the numbers in its call. */
static int check_namespace(const struct control *control, const struct caller *caller,
			   struct slicectl_error *error)
{
	unsigned depth = 0;
	int r = caller->pid > 0 ? procfs_read_pid_depth(control->rooms.node->view.proc_fd,
							caller->pid, &depth) :
				  -ESRCH;

	if (r == 0 && depth == 0)
		return 0;
	return error_set(error, EPERM,
			 "you are in another pid namespace than slicectld, where the numbers of your processes belong to others; call from the namespace of slicectld");
}

static char *run_method(struct control *control, struct connection *connection,
			const struct method *method, const struct call *call)
{
	const char *wrong = method->check ? method->check(call->parameters) : NULL;
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	json_t *reply = NULL;
	int r;

	if (wrong)
		return reply_format_error("org.varlink.service.InvalidParameter",
					  json_pack("{s:s}", "parameter", wrong));
	if (method->streams && !call->more)
		return reply_format_error("org.varlink.service.ExpectedMore", NULL);
	r = check_access(control, connection, method, &error);
	if (r == 0 && names_processes(call))
		r = check_namespace(control, connection_caller(connection), &error);
	if (r == 0 && method->begin) {
		r = method->begin(control, connection, call, &error);
		if (r == 0)
			return NULL;
	} else if (r == 0) {
		reply = method->run(control, connection_caller(connection), call->parameters,
				    &error);
	}
	if (reply)
		return reply_format(reply, false);
	if (!error.code)
		(void)error_set(&error, ENOMEM, "out of memory");
	return reply_format_failure(&error);
}

/* All verbs share one row except for the name, which request_begin() reads from the call. */
static char *run_verb(struct control *control, struct connection *connection, const char *name,
		      const struct call *call)
{
	const struct method method = { name, ACCESS_OWNER, request_check, NULL, begin_request, false };

	return run_method(control, connection, &method, call);
}

char *methods_answer(struct server *server, struct connection *connection, const struct call *call)
{
	struct control *control = container_of(server, struct control, server);
	enum scope_verb verb;
	const char *dot = strrchr(call->method, '.');
	size_t length = dot ? (size_t)(dot - call->method) : 0;

	if (length == strlen("org.varlink.service") &&
	    text_starts_with(call->method, "org.varlink.service"))
		return introspection_answer(dot + 1, call);
	if (length != strlen(MESSAGE_INTERFACE) ||
	    !text_starts_with(call->method, MESSAGE_INTERFACE))
		return reply_format_error("org.varlink.service.InterfaceNotFound",
					  json_pack("{s:s%}", "interface", call->method, length));
	for (size_t i = 0; i < ELEMENTS(methods); i++) {
		if (text_equal(dot + 1, methods[i].name))
			return run_method(control, connection, &methods[i], call);
	}
	if (verb_of_method(dot + 1, &verb) == 0)
		return run_verb(control, connection, verb_row(verb)->method, call);
	return reply_format_error("org.varlink.service.MethodNotFound",
				  json_pack("{s:s}", "method", call->method));
}
