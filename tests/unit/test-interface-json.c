/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/interface_json.h"

#include "test.h"

static const char *parsed(const char *text)
{
	static char out[512];
	json_t *value = interface_json_parse(text);
	_cleanup_free_ char *dumped = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	(void)snprintf(out, sizeof(out), "%s", dumped ? dumped : "NULL");
	json_decref(value);
	return out;
}

static void single_values_are_scalars(void)
{
	CHECK_TEXT(parsed("4096"), "4096");
	CHECK_TEXT(parsed("max"), "\"max\"");
	CHECK_TEXT(parsed("max 100000"), "\"max 100000\"");
	CHECK_TEXT(parsed("50000 100000"), "\"50000 100000\"");
	CHECK_TEXT(parsed("cpu io memory"), "\"cpu io memory\"");
	CHECK_TEXT(parsed(""), "\"\"");
	CHECK_TEXT(parsed("0-3,8"), "\"0-3,8\"");
}

static void flat_keyed_files_are_objects(void)
{
	CHECK_TEXT(parsed("populated 1\nfrozen 0"), "{\"populated\":1,\"frozen\":0}");
}

static void nested_keyed_files_are_objects_of_objects(void)
{
	CHECK_TEXT(parsed("8:0 rbps=5 wbps=max"), "{\"8:0\":{\"rbps\":5,\"wbps\":\"max\"}}");
	CHECK_TEXT(parsed("some avg10=0.00 total=7\nfull avg10=1.50 total=9"),
		   "{\"some\":{\"avg10\":0.0,\"total\":7},\"full\":{\"avg10\":1.5,\"total\":9}}");
}

TEST_MAIN("interface-json", CASE(single_values_are_scalars), CASE(flat_keyed_files_are_objects),
	  CASE(nested_keyed_files_are_objects_of_objects))
