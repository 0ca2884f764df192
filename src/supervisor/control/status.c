/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/control/status.h"

#include <unistd.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/text.h"
#include "supervisor/act/emergency.h"
#include "supervisor/family/family_state.h"
#include "supervisor/service/capability.h"

static json_t *counters_json(const struct service_rooms *rooms)
{
	struct detect_counts detected = detect_counts(rooms->detect);
	struct report_counts reported = report_counts(rooms->report);
	struct life_counts families = life_counts(rooms->life);
	const struct {
		const char *name;
		uint64_t value;
	} counters[] = {
		{ "events", detected.events },
		{ "matched", families.matched },
		{ "placed", reported.placed },
		{ "killed", reported.killed },
		{ "monitored", reported.monitored },
		{ "hooks", reported.hooks },
		{ "guarded", guard_reported(rooms->guard) },
		{ "asked", reported.asked },
		{ "failed", reported.failed },
		{ "refused", reported.refused },
		{ "late", act_late_members(rooms->act) },
		{ "unread", families.unread },
		{ "unreadable", families.unreadable },
		{ "resyncs", detected.resyncs },
		{ "overruns", detected.overruns },
		{ "forged", detected.forged },
		{ "malformed", detected.malformed },
		{ "relistens", detected.relistens },
		{ "without_room", rooms->node->table.rejected },
		{ "audit_written", reported.audit.written },
		{ "audit_failed", reported.audit.failed },
		{ "feed_lost", reported.feed_lost },
		{ "journal_lost", reported.journal_lost },
	};
	json_t *object = json_object();

	for (size_t i = 0; i < ELEMENTS(counters); i++)
		(void)json_object_set_new(object, counters[i].name,
					  json_integer((json_int_t)counters[i].value));
	return object;
}

/* Adds a sentence; NULL, when memory is short, is left out. */
static void add_text(json_t *array, char *sentence)
{
	_cleanup_free_ char *text = sentence;

	if (text)
		(void)json_array_append_new(array, json_string(text));
}

static size_t count_troubled(const struct families *families)
{
	const struct family *family;
	size_t n = 0;

	DL_FOREACH (families_first(families), family)
		n += family_is_troubled(family);
	return n;
}

static void add_refused(json_t *array, const struct service *service)
{
	const char *problem;

	if (service_refused(service, &problem) > 0)
		add_text(array,
			 text_format("the last reload was refused, and the configuration before it is in force: %s",
				     TEXT_ESCAPE(problem)));
}

static size_t count_waiting(const struct config *config)
{
	size_t n = 0;

	for (size_t i = 0; i < config->rules.count; i++)
		n += rule_waits(&config->rules.rules[i]);
	return n;
}

/* What an operator should look at, the most urgent first. */
static json_t *attention_json(const struct service_rooms *rooms, const struct service *service)
{
	struct report_counts reported = report_counts(rooms->report);
	size_t troubled = count_troubled(rooms->families);
	size_t waiting = count_waiting(rooms->node->config);
	json_t *array = json_array();

	if (emergency_is_active(act_emergency(rooms->act)))
		add_text(array,
			 text_format("an emergency is declared; see slicectl emergency status"));
	add_refused(array, service);
	if (reported.audit.lost > 0)
		add_text(array, text_format("%llu records could not be written to the audit log",
					    (unsigned long long)reported.audit.lost));
	if (reported.audit.waiting > 0)
		add_text(array,
			 text_format("the file system of the audit log hangs; %llu records wait for it",
				     (unsigned long long)reported.audit.waiting));
	if (troubled > 0)
		add_text(array,
			 text_format("%zu famil%s not as the rules say; see slicectl families",
				     troubled, troubled == 1 ? "y is" : "ies are"));
	if (waiting > 0)
		add_text(array,
			 text_format("%zu rule%s off, because users or groups are not known; see slicectl check-config",
				     waiting, waiting == 1 ? " is" : "s are"));
	return array;
}

static json_t *files_json(const struct config *config)
{
	json_t *array = json_array();

	for (char **file = config->files; file && *file; file++)
		(void)json_array_append_new(array, json_string(TEXT_ESCAPE(*file)));
	return array;
}

static json_t *recent_json(const struct report *report)
{
	json_t *array = json_array();
	const struct recent *recent;
	char time[CLOCK_UTC_SIZE];

	for (size_t i = 0; (recent = report_recent(report, i)); i++)
		(void)json_array_append_new(array,
					    json_pack("{s:s, s:s}", "time",
						      clock_format_utc(recent->time_ns, time),
						      "sentence", TEXT_ESCAPE(recent->sentence)));
	return array;
}

static const char *guard_name(const struct service_rooms *rooms)
{
	if (!guard_is_on(rooms->guard))
		return "off";
	return rooms->node->config->supervisor.guard == CONFIG_GUARD_REVERT ? "revert" : "audit";
}

json_t *status_json(const struct service_rooms *rooms, const struct service *service)
{
	_cleanup_free_ char *capabilities = capability_text();
	char started[CLOCK_UTC_SIZE], loaded[CLOCK_UTC_SIZE];

	return json_pack("{s:s, s:i, s:s, s:s, s:s, s:b, s:I, s:I, s:I, s:o, s:s, s:s, s:o, s:s, s:b, s:o, s:o}",
			 "version", PACKAGE_VERSION, "pid", (int)getpid(), "capabilities",
			 capabilities ? capabilities : "", "base",
			 slicectl_hierarchy_path(rooms->node->hierarchy), "detector",
			 detect_name(rooms->detect), "dry_run", (int)rooms->node->dry_run, "rules",
			 (json_int_t)rooms->node->config->rules.count, "processes",
			 (json_int_t)table_living(&rooms->node->table), "families",
			 (json_int_t)families_count(rooms->families), "counters",
			 counters_json(rooms), "started",
			 clock_format_utc(service_started_ns(service), started), "loaded",
			 clock_format_utc(service_loaded_ns(service), loaded), "files",
			 files_json(rooms->node->config), "guard", guard_name(rooms), "emergency",
			 (int)emergency_is_active(act_emergency(rooms->act)), "attention",
			 attention_json(rooms, service), "recent", recent_json(rooms->report));
}
