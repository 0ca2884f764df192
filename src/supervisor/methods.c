/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/methods.h"

#include <errno.h>
#include <string.h>
#include <utlist.h>

#include "base/error.h"
#include "base/text.h"
#include "supervisor/capability.h"
#include "supervisor/emergency.h"
#include "supervisor/explain.h"
#include "supervisor/family_json.h"
#include "supervisor/family_wait.h"
#include "supervisor/feed.h"
#include "supervisor/interface_text.h"
#include "supervisor/metrics_text.h"
#include "supervisor/reload.h"
#include "supervisor/request_call.h"

enum access {
	ACCESS_READ, /* whom the configuration lets read */
	ACCESS_ROOT,
	ACCESS_OWNER, /* decided by what is to be changed */
};

struct method {
	const char *name;
	enum access access;
	/* The parameter that is wrong, or NULL; NULL for a method without any. */
	const char *(*check)(const json_t *parameters);
	/* The parameters of the reply; NULL and a sentence when it fails. */
	json_t *(*run)(struct supervisor *supervisor, const json_t *parameters,
		       struct slicectl_error *error);
	/* Or the same of what takes its time: holds the call, or a negative errno. */
	int (*begin)(struct connection *connection, const struct call *call,
		     struct slicectl_error *error);
	bool streams; /* it is answered again and again */
};

static json_t *counters_json(const struct supervisor *supervisor)
{
	const struct {
		const char *name;
		uint64_t value;
	} counters[] = {
		{ "events", supervisor->received },
		{ "matched", supervisor->counters.matched },
		{ "placed", supervisor->counters.placed },
		{ "killed", supervisor->counters.killed },
		{ "monitored", supervisor->counters.monitored },
		{ "hooks", supervisor->counters.hooks },
		{ "guarded", supervisor->counters.guarded },
		{ "asked", supervisor->counters.asked },
		{ "failed", supervisor->counters.failed },
		{ "late", supervisor->counters.late },
		{ "unread", supervisor->counters.unread },
		{ "resyncs", supervisor->counters.resyncs },
		{ "overruns", supervisor->connector.overruns },
		{ "forged", supervisor->connector.forged },
		{ "malformed", supervisor->connector.datagram.malformed },
		{ "relistens", supervisor->counters.relistens },
		{ "without_room", supervisor->table.rejected },
		{ "audit_written", supervisor->audit.written },
		{ "audit_failed", supervisor->audit.failed },
		{ "feed_lost", supervisor->counters.feed_lost },
		{ "journal_lost", supervisor->counters.journal_lost },
	};
	json_t *object = json_object();

	for (size_t i = 0; i < ELEMENTS(counters); i++)
		(void)json_object_set_new(object, counters[i].name,
					  json_integer((json_int_t)counters[i].value));
	return object;
}

static json_t *run_status(struct supervisor *supervisor, const json_t *parameters,
			  struct slicectl_error *error)
{
	const struct supervised *family;
	_cleanup_free_ char *capabilities = NULL;
	json_int_t families = 0;

	DL_FOREACH (supervisor->families, family)
		families++;
	capabilities = capability_text();
	return json_pack("{s:s, s:i, s:s, s:s, s:s, s:b, s:I, s:I, s:I, s:o}", "version",
			 PACKAGE_VERSION, "pid", (int)getpid(), "capabilities",
			 capabilities ? capabilities : "", "base",
			 slicectl_hierarchy_path(supervisor->hierarchy), "detector",
			 supervisor->detector, "dry_run", (int)supervisor->dry_run, "rules",
			 (json_int_t)supervisor->config->rules.count, "processes",
			 (json_int_t)table_living(&supervisor->table), "families", families,
			 "counters", counters_json(supervisor));
}

static json_t *run_families(struct supervisor *supervisor, const json_t *parameters,
			    struct slicectl_error *error)
{
	const struct supervised *family;
	json_t *array = json_array();

	DL_FOREACH (supervisor->families, family)
		(void)json_array_append_new(array, family_json(supervisor, family));
	return json_pack("{s:o}", "families", array);
}

static json_t *run_reload(struct supervisor *supervisor, const json_t *parameters,
			  struct slicectl_error *error)
{
	if (reload(supervisor, error) < 0)
		return NULL;
	return json_pack("{s:I}", "rules", (json_int_t)supervisor->config->rules.count);
}

static const char *check_pid(const json_t *parameters)
{
	json_int_t pid = json_integer_value(json_object_get(parameters, "pid"));

	return pid > 0 && pid <= INT32_MAX ? NULL : "pid";
}

static json_t *run_explain(struct supervisor *supervisor, const json_t *parameters,
			   struct slicectl_error *error)
{
	return explain(supervisor, (pid_t)json_integer_value(json_object_get(parameters, "pid")),
		       error);
}

static json_t *run_metrics(struct supervisor *supervisor, const json_t *parameters,
			   struct slicectl_error *error)
{
	_cleanup_free_ char *text = metrics_text(supervisor, METRICS_OPENMETRICS);

	return text ? json_pack("{s:s}", "text", text) : NULL;
}

static const struct method methods[] = {
	{ "Status", ACCESS_READ, NULL, run_status, NULL, false },
	{ "Families", ACCESS_READ, NULL, run_families, NULL, false },
	{ "Explain", ACCESS_READ, check_pid, run_explain, NULL, false },
	{ "Metrics", ACCESS_READ, NULL, run_metrics, NULL, false },
	{ "Reload", ACCESS_ROOT, NULL, run_reload, NULL, false },
	{ "Events", ACCESS_READ, NULL, NULL, feed_begin, true },
	{ "Wait", ACCESS_READ, family_wait_check, NULL, family_wait_begin, false },
	{ "EmergencyStart", ACCESS_OWNER, emergency_check_start, NULL, emergency_start, false },
	{ "EmergencyEnd", ACCESS_OWNER, NULL, NULL, emergency_end, false },
	{ "EmergencyStatus", ACCESS_READ, NULL, emergency_status, NULL, false },
	{ "ScopeCreate", ACCESS_OWNER, request_check, NULL, request_begin, false },
	{ "ScopeDestroy", ACCESS_OWNER, request_check, NULL, request_begin, false },
	{ "ScopeSet", ACCESS_OWNER, request_check, NULL, request_begin, false },
	{ "ScopeMove", ACCESS_OWNER, request_check, NULL, request_begin, false },
	{ "ScopeFreeze", ACCESS_OWNER, request_check, NULL, request_begin, false },
	{ "ScopeThaw", ACCESS_OWNER, request_check, NULL, request_begin, false },
	{ "ScopeKill", ACCESS_OWNER, request_check, NULL, request_begin, false },
};

static int check_access(const struct connection *connection, const struct method *method,
			struct slicectl_error *error)
{
	const struct caller *caller = connection_caller(connection);

	if (method->access == ACCESS_ROOT && caller->uid != 0)
		return error_set(error, EPERM, "%s is for root, and you are uid %u", method->name,
				 (unsigned)caller->uid);
	if (method->access == ACCESS_READ &&
	    !authority_may_read(connection_supervisor(connection)->config, caller))
		return error_set(error, EPERM,
				 "uid %u is not among read-users and read-groups of the configuration",
				 (unsigned)caller->uid);
	return 0;
}

static char *run(struct connection *connection, const struct method *method, const struct call *call)
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
	r = check_access(connection, method, &error);
	if (r == 0 && method->begin) {
		r = method->begin(connection, call, &error);
		if (r == 0)
			return NULL;
	} else if (r == 0) {
		reply = method->run(connection_supervisor(connection), call->parameters, &error);
	}
	if (reply)
		return reply_format(reply, false);
	if (!error.code)
		(void)error_set(&error, ENOMEM, "out of memory");
	return reply_format_failure(&error);
}

static const char service_text[] =
	"interface org.varlink.service\n\n"
	"method GetInfo() -> (vendor: string, product: string, version: string, url: string, interfaces: []string)\n"
	"method GetInterfaceDescription(interface: string) -> (description: string)\n\n"
	"error InterfaceNotFound (interface: string)\n"
	"error MethodNotFound (method: string)\n"
	"error MethodNotImplemented (method: string)\n"
	"error InvalidParameter (parameter: string)\n"
	"error ExpectedMore ()\n";

/* What every Varlink service answers of itself. */
static char *describe(const char *method, const struct call *call)
{
	const char *interface = json_string_value(json_object_get(call->parameters, "interface"));

	if (text_equal(method, "GetInfo"))
		return reply_format(json_pack("{s:s, s:s, s:s, s:s, s:[s, s]}", "vendor",
					      "slicectl", "product", "slicectld", "version",
					      PACKAGE_VERSION, "url", "", "interfaces",
					      "org.varlink.service", MESSAGE_INTERFACE),
				    false);
	if (!text_equal(method, "GetInterfaceDescription"))
		return reply_format_error("org.varlink.service.MethodNotFound",
					  json_pack("{s:s}", "method", method));
	if (interface && text_equal(interface, MESSAGE_INTERFACE))
		return reply_format(json_pack("{s:s}", "description", interface_text), false);
	if (interface && text_equal(interface, "org.varlink.service"))
		return reply_format(json_pack("{s:s}", "description", service_text), false);
	return reply_format_error("org.varlink.service.InterfaceNotFound",
				  json_pack("{s:s}", "interface", interface ? interface : ""));
}

char *methods_answer(struct connection *connection, const struct call *call)
{
	const char *dot = strrchr(call->method, '.');
	size_t length = dot ? (size_t)(dot - call->method) : 0;

	if (length == strlen("org.varlink.service") &&
	    text_starts_with(call->method, "org.varlink.service"))
		return describe(dot + 1, call);
	if (length != strlen(MESSAGE_INTERFACE) ||
	    !text_starts_with(call->method, MESSAGE_INTERFACE))
		return reply_format_error("org.varlink.service.InterfaceNotFound",
					  json_pack("{s:s%}", "interface", call->method, length));
	for (size_t i = 0; i < ELEMENTS(methods); i++) {
		if (text_equal(dot + 1, methods[i].name))
			return run(connection, &methods[i], call);
	}
	return reply_format_error("org.varlink.service.MethodNotFound",
				  json_pack("{s:s}", "method", call->method));
}
