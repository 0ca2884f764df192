/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/unit.h"

#include <errno.h>

#include "test.h"
#include "unit/stay.h"

static void units_are_found_in_paths(void)
{
	static const struct {
		const char *path, *name, *unit_path;
		bool is_of_user, is_in_container;
	} cases[] = {
		{ "/system.slice/a.service", "a.service", "/system.slice/a.service", false, false },
		{ "/system.slice/a.service/sub/b", "a.service", "/system.slice/a.service", false,
		  false },
		{ "/init.scope", "init.scope", "/init.scope", false, false },
		{ "a.mount", "a.mount", "a.mount", false, false },
		{ "/user.slice/user-7.slice/session-1.scope", "session-1.scope",
		  "/user.slice/user-7.slice/session-1.scope", false, false },
		{ "/user.slice/user-7.slice/user@7.service/init.scope", "init.scope",
		  "/user.slice/user-7.slice/user@7.service/init.scope", true, false },
		{ "/user.slice/user-7.slice/user@7.service/app.slice/x.service", "x.service",
		  "/user.slice/user-7.slice/user@7.service/app.slice/x.service", true, false },
		{ "/user.slice/user-7.slice/user@7.service", "user@7.service",
		  "/user.slice/user-7.slice/user@7.service", false, false },
		{ "/user.slice/user-7.slice/user@7.service/app.slice", "user@7.service",
		  "/user.slice/user-7.slice/user@7.service", false, false },
		/* systemd escapes names that could be files of a controller. */
		{ "/system.slice/_cpu.service", "cpu.service", "/system.slice/_cpu.service", false,
		  false },
		/* A unit of a container is not one of the host. */
		{ "/machine.slice/systemd-nspawn@a.service/payload/system.slice/x.service",
		  "systemd-nspawn@a.service", "/machine.slice/systemd-nspawn@a.service", false,
		  true },
		{ "/machine.slice/libpod-1.scope/container/user.slice/user@7.service/init.scope",
		  "libpod-1.scope", "/machine.slice/libpod-1.scope", false, true },
		{ "/user.slice/user-7.slice/user@7.service/user.slice/libpod-1.scope/container/a.service",
		  "libpod-1.scope",
		  "/user.slice/user-7.slice/user@7.service/user.slice/libpod-1.scope", true, true },
		{ "/kubepods.slice/kubepods-pod1.slice/cri-containerd-1.scope",
		  "cri-containerd-1.scope",
		  "/kubepods.slice/kubepods-pod1.slice/cri-containerd-1.scope", false, false },
	};
	static const char *const none[] = { "/",
					    "",
					    "/a.slice",
					    "/.service",
					    "/a/.scope/b",
					    "/a.services/b",
					    "/a.slice/b/c.service" };
	struct unit unit = UNIT_NULL;

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		CHECK_INT(unit_of_path(cases[i].path, &unit), 1);
		CHECK_TEXT(unit.name, cases[i].name);
		CHECK_TEXT(unit.path, cases[i].unit_path);
		CHECK_INT(unit.is_of_user, cases[i].is_of_user);
		CHECK_INT(unit.is_in_container, cases[i].is_in_container);
		unit_done(&unit);
		unit = UNIT_NULL;
	}
	for (size_t i = 0; i < ELEMENTS(none); i++)
		CHECK_INT(unit_of_path(none[i], &unit), 0);
}

/* What the unit needs stays, and nothing else. */
static void units_keep_what_they_need(void)
{
	static const struct {
		struct stay_facts facts;
		enum stay_reason reason;
	} cases[] = {
		{ { "a.service", false, false, false, false, 0 }, STAY_NOT },
		{ { "a.service", false, false, false, false, 1 }, STAY_MAIN },
		{ { "a.service", false, false, false, false, -ETIMEDOUT }, STAY_UNKNOWN },
		{ { "a.service", false, true, false, false, 0 }, STAY_LAST },
		{ { "session-1.scope", false, false, false, false, -ENOTCONN }, STAY_NOT },
		{ { "session-1.scope", false, true, false, false, 0 }, STAY_LAST },
		{ { "u.service", true, false, false, false, -ENOTCONN }, STAY_NOT },
		{ { "u.service", true, false, false, true, 0 }, STAY_FORKED },
		{ { "u.service", true, true, false, false, 0 }, STAY_LAST },
		{ { "init.scope", false, false, false, false, 0 }, STAY_INIT },
		{ { "init.scope", true, false, false, false, 0 }, STAY_INIT },
		{ { "libpod-1.scope", false, false, true, false, 0 }, STAY_CONTAINER },
		{ { "data.mount", false, false, false, false, 0 }, STAY_CONTROL },
		{ { "x.socket", false, false, false, false, 0 }, STAY_CONTROL },
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		CHECK_INT(stay_decide(RULE_FOREIGN_UNITS_AUTO, &cases[i].facts), cases[i].reason);
		CHECK_INT(stay_decide(RULE_FOREIGN_UNITS_YES, &cases[i].facts), STAY_NOT);
		CHECK_INT(stay_decide(RULE_FOREIGN_UNITS_NO, &cases[i].facts), STAY_POLICY);
	}
}

/* Only services of PID 1 have a main process that it can name. */
static void only_services_are_asked_about(void)
{
	CHECK(stay_needs_manager("a.service", false));
	CHECK(!stay_needs_manager("a.service", true));
	CHECK(!stay_needs_manager("a.scope", false));
}

TEST_MAIN("unit", CASE(units_are_found_in_paths), CASE(units_keep_what_they_need),
	  CASE(only_services_are_asked_about))
