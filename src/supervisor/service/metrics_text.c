/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/service/metrics_text.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <utlist.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
#include "supervisor/act/emergency.h"
#include "supervisor/report/tally.h"
#include "supervisor/service/metrics_activity.h"
#include "supervisor/service/metrics_policy.h"
#include "supervisor/service/metrics_watch.h"
#include "supervisor/service/metrics_page.h"
#include "supervisor/service/parts.h"

static void put_counters(const struct metrics_page *page)
{
	const struct service_rooms *rooms = &page->service->rooms;
	struct detect_counts detected = detect_counts(rooms->detect);
	struct report_counts reported = report_counts(rooms->report);
	const struct {
		const char *name, *help;
		uint64_t value;
	} counters[] = {
		{ "events_lost", "Process events that the kernel could not queue; a lower bound.",
		  detected.lost },
		{ "overruns", "Number of times that the receive buffer was full.",
		  detected.overruns },
		{ "resync", "Scans of all processes because events may have been lost.",
		  detected.resyncs },
		{ "unread", "Processes that exited before they could be read.",
		  life_counts(rooms->life).unread },
		{ "unreadable",
		  "Processes whose command line or environment could not be read in time.",
		  life_counts(rooms->life).unreadable },
		{ "late", "Members that were forked before their parent was moved or killed.",
		  act_late_members(rooms->act) },
		{ "canary_missed", "Canaries that the kernel did not report.",
		  detected.canary_missed },
		{ "relisten", "Subscriptions repeated because another listener had ended ours.",
		  detected.relistens },
		{ "forged", "Datagrams that did not come from the kernel.", detected.forged },
		{ "malformed", "Datagrams that were not valid events.", detected.malformed },
		{ "guarded", "Writes and moves by others than the owner.",
		  guard_reported(rooms->guard) },
		{ "audit_written", "Records written to the audit log.", reported.audit.written },
		{ "audit_failed", "Records that could not be written to the audit log.",
		  reported.audit.failed },
		{ "journal_lost", "Entries that the journal did not accept in time.",
		  reported.journal_lost },
		{ "feed_lost", "Records that listeners missed because they read too slowly.",
		  reported.feed_lost },
	};

	for (size_t i = 0; i < ELEMENTS(counters); i++) {
		metrics_put_header(page, counters[i].name, "counter", counters[i].help);
		(void)fprintf(page->out, METRICS_PREFIX "%s_total %" PRIu64 "\n", counters[i].name,
			      counters[i].value);
	}
}

static void put_events(const struct metrics_page *page)
{
	static const char *const types[PROCESS_EVENT_KINDS] = {
		[PROCESS_EVENT_FORK] = "fork", [PROCESS_EVENT_EXEC] = "exec",
		[PROCESS_EVENT_EXIT] = "exit", [PROCESS_EVENT_IDS] = "ids",
		[PROCESS_EVENT_NAME] = "name",
	};

	struct detect_counts counts = detect_counts(page->service->rooms.detect);

	metrics_put_header(page, "events", "counter", "Process events, by type.");
	for (size_t i = 0; i < ELEMENTS(types); i++)
		(void)fprintf(page->out, METRICS_PREFIX "events_total{type=\"%s\"} %" PRIu64 "\n",
			      types[i], counts.events_by[i]);
}

/* Writes the rows of @action, or, when it is NULL, of all actions without a metric of their own. */
static void put_rows(const struct metrics_page *page, const char *name, const char *action)
{
	const struct tally_row *row;

	for (row = tally_rows(report_tally(page->service->rooms.report)); row; row = row->hh.next) {
		bool is_own = text_equal(row->action, "place") || text_equal(row->action, "kill");

		if (action ? !text_equal(row->action, action) : is_own)
			continue;
		(void)fprintf(page->out, METRICS_PREFIX "%s_total", name);
		metrics_put_label(page, "rule", row->rule, true);
		if (!action)
			metrics_put_label(page, "action", row->action, false);
		metrics_put_label(page, "result", row->result, false);
		metrics_put_label(page, "dry_run", row->dry_run ? "true" : "false", false);
		(void)fprintf(page->out, "} %" PRIu64 "\n", row->n);
	}
}

static void put_actions(const struct metrics_page *page)
{
	metrics_put_header(page, "placements", "counter",
			   "Placements of families by rules, by result.");
	put_rows(page, "placements", "place");
	metrics_put_header(page, "kills", "counter", "Kills of families by rules, by result.");
	put_rows(page, "kills", "kill");
	metrics_put_header(page, "actions", "counter",
			   "All other actions, by result; those without a rule were requested.");
	put_rows(page, "actions", NULL);
}

static void put_latencies(const struct metrics_page *page)
{
	uint64_t latency_usec;
	const uint64_t *buckets = tally_buckets(report_tally(page->service->rooms.report),
						&latency_usec);
	uint64_t n = 0;

	metrics_put_header(page, "exec_to_action_seconds", "histogram",
			   "Time from the kernel's event to the end of the action.");
	for (size_t i = 0; i < TALLY_BUCKETS; i++) {
		n += buckets[i];
		if (tally_bounds_usec[i])
			(void)fprintf(page->out,
				      METRICS_PREFIX
				      "exec_to_action_seconds_bucket{le=\"%g\"} %" PRIu64 "\n",
				      metrics_seconds(tally_bounds_usec[i]), n);
	}
	(void)fprintf(page->out,
		      METRICS_PREFIX "exec_to_action_seconds_bucket{le=\"+Inf\"} %" PRIu64
				     "\n" METRICS_PREFIX
				     "exec_to_action_seconds_sum %.6f\n" METRICS_PREFIX
				     "exec_to_action_seconds_count %" PRIu64 "\n",
		      n, metrics_seconds(latency_usec), n);
}

/* A metric that is read from one file of each slice.  The kernel keeps these files for the whole
 * subtree, so the cost does not depend on the number of scopes. */
struct slice_metric {
	const char *name, *sample, *type, *help;
	const char *file, *key; /* key is NULL when the file is one number */
	bool is_usec;
};

/* Writes nothing when the file cannot be read. */
static void put_slice(const struct metrics_page *page, const struct slice_metric *metric,
		      const char *slice)
{
	const struct slicectl_hierarchy *hierarchy = page->service->rooms.node->hierarchy;
	uint64_t value;
	int r = metric->key ?
			hierarchy_read_key(hierarchy, slice, metric->file, metric->key, &value) :
			hierarchy_read_u64(hierarchy, slice, metric->file, 0, &value);

	if (r < 0)
		return;
	(void)fprintf(page->out, METRICS_PREFIX "%s", metric->sample);
	metrics_put_label(page, "slice", slice, true);
	if (metric->is_usec)
		(void)fprintf(page->out, "} %.6f\n", metrics_seconds(value));
	else
		(void)fprintf(page->out, "} %" PRIu64 "\n", value);
}

static void put_slices(const struct metrics_page *page)
{
	static const struct slice_metric metrics[] = {
		{ "scope_memory_bytes", "scope_memory_bytes", "gauge",
		  "Memory used by the scopes of a slice (memory.current).", "memory.current", NULL,
		  false },
		{ "scope_cpu_seconds", "scope_cpu_seconds_total", "counter",
		  "CPU time used by the scopes of a slice (usage_usec of cpu.stat).", "cpu.stat",
		  "usage_usec", true },
		{ "scope_pids", "scope_pids", "gauge",
		  "Processes and threads in the scopes of a slice (pids.current).", "pids.current",
		  NULL, false },
		{ "scope_cgroups", "scope_cgroups", "gauge", "Number of cgroups below a slice.",
		  "cgroup.stat", "nr_descendants", false },
		{ "scope_dying_cgroups", "scope_dying_cgroups", "gauge",
		  "Number of removed cgroups below a slice that the kernel still keeps.",
		  "cgroup.stat", "nr_dying_descendants", false },
	};
	const struct config *config = page->service->rooms.node->config;

	for (size_t m = 0; m < ELEMENTS(metrics); m++) {
		metrics_put_header(page, metrics[m].name, metrics[m].type, metrics[m].help);
		for (size_t i = 0; i < config->n_slices; i++)
			put_slice(page, &metrics[m], config->slices[i].path);
	}
}

/* Index of the family's rule in @config.  A rule of an earlier configuration is found by its
 * name. */
static size_t rule_index(const struct config *config, const struct family *family)
{
	size_t i = 0;

	if (family->generation->config == config)
		return (size_t)(family->rule - config->rules.rules);
	while (i < config->rules.count &&
	       !text_equal(config->rules.rules[i].name, family->rule->name))
		i++;
	return i;
}

static void put_rules(const struct metrics_page *page)
{
	const struct config *config = page->service->rooms.node->config;
	_cleanup_free_ uint64_t *counts = calloc(config->rules.count + 1, sizeof(*counts));
	const struct family *family;

	if (!counts)
		return;
	DL_FOREACH (families_first(page->service->rooms.families), family)
		counts[rule_index(config, family)]++;
	metrics_put_header(page, "families", "gauge", "Number of families, by rule.");
	for (size_t i = 0; i < config->rules.count; i++) {
		(void)fputs(METRICS_PREFIX "families", page->out);
		metrics_put_label(page, "rule", config->rules.rules[i].name, true);
		(void)fprintf(page->out, "} %" PRIu64 "\n", counts[i]);
	}
}

/* Resident memory of slicectld. */
static uint64_t resident_bytes(void)
{
	char text[256];
	unsigned long long size, resident;
	ssize_t n = fd_read_file(AT_FDCWD, "/proc/self/statm", text, sizeof(text));

	return n > 0 && sscanf(text, "%llu %llu", &size, &resident) == 2 ?
		       resident * (uint64_t)sysconf(_SC_PAGESIZE) :
		       0;
}

/* Before Linux 6.2 the size of /proc/self/fd is 0. */
static uint64_t count_descriptors(void)
{
	_cleanup_closedir_ DIR *directory = opendir("/proc/self/fd");
	uint64_t n = 0;

	while (directory && readdir(directory))
		n++;
	return n > 3 ? n - 3 : 0; /* not ".", ".." and the directory */
}

/* From Linux 6.2 on the size of /proc/self/fd is the number of descriptors. */
static uint64_t open_descriptors(void)
{
	struct stat status;

	return stat("/proc/self/fd", &status) == 0 && status.st_size > 0 ? (uint64_t)status.st_size :
									   count_descriptors();
}

static uint64_t own_cpu_usec(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage) < 0)
		return 0;
	return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * CLOCK_USEC_PER_SEC +
	       (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void put_gauges(const struct metrics_page *page)
{
	const struct service *service = page->service;
	const struct service_rooms *rooms = &service->rooms;
	struct detect_counts detected = detect_counts(rooms->detect);
	const struct {
		const char *name, *help;
		double value;
	} gauges[] = {
		{ "processes", "Processes in the process table.",
		  (double)table_living(&rooms->node->table) },
		{ "canary_rtt_seconds",
		  "Time from the fork of the last canary until it was reported.",
		  metrics_seconds(detected.canary_rtt_usec) },
		{ "config_reload_success", "Whether the last reload succeeded.",
		  service->reload_failed ? 0 : 1 },
		{ "config_last_reload_timestamp_seconds",
		  "Time when the current configuration was loaded.",
		  (double)service->loaded_ns / 1e9 },
		{ "emergency_active", "Whether an emergency is declared.",
		  emergency_is_active(act_emergency(rooms->act)) },
		{ "open_fds", "Open file descriptors of slicectld.", (double)open_descriptors() },
		{ "resident_memory_bytes", "Resident memory of slicectld.",
		  (double)resident_bytes() },
	};

	for (size_t i = 0; i < ELEMENTS(gauges); i++) {
		metrics_put_header(page, gauges[i].name, "gauge", gauges[i].help);
		(void)fprintf(page->out, METRICS_PREFIX "%s %.6f\n", gauges[i].name,
			      gauges[i].value);
	}
	metrics_put_header(page, "build_info", "gauge", "Version and detector of slicectld.");
	(void)fprintf(page->out, METRICS_PREFIX "build_info{version=\"%s\",detector=\"%s\"} 1\n",
		      PACKAGE_VERSION, detect_name(rooms->detect));
}

char *metrics_text(struct service *service, enum metrics_format format)
{
	char *text = NULL;
	size_t size;
	struct metrics_page page = { service, format, open_memstream(&text, &size) };

	if (!page.out)
		return NULL;
	put_gauges(&page);
	put_events(&page);
	put_counters(&page);
	metrics_put_header(&page, "resync_seconds", "counter",
			   "Time spent on scans of all processes.");
	(void)fprintf(page.out, METRICS_PREFIX "resync_seconds_total %.6f\n",
		      metrics_seconds(detect_counts(service->rooms.detect).resync_usec));
	metrics_put_header(&page, "cpu_seconds", "counter", "CPU time used by slicectld.");
	(void)fprintf(page.out, METRICS_PREFIX "cpu_seconds_total %.6f\n",
		      metrics_seconds(own_cpu_usec()));
	put_actions(&page);
	put_latencies(&page);
	put_slices(&page);
	put_rules(&page);
	metrics_put_activity(&page);
	metrics_put_policies(&page);
	metrics_put_watches(&page);
	if (format == METRICS_OPENMETRICS)
		(void)fputs("# EOF\n", page.out);
	return text_close(page.out, &text) == 0 ? text : NULL;
}
