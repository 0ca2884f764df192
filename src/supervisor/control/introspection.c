/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/control/introspection.h"

#include "base/text.h"
#include "supervisor/control/interface_text.h"

static const char service_text[] =
	"interface org.varlink.service\n\n"
	"method GetInfo() -> (vendor: string, product: string, version: string, url: string, interfaces: []string)\n"
	"method GetInterfaceDescription(interface: string) -> (description: string)\n\n"
	"error InterfaceNotFound (interface: string)\n"
	"error MethodNotFound (method: string)\n"
	"error MethodNotImplemented (method: string)\n"
	"error InvalidParameter (parameter: string)\n"
	"error ExpectedMore ()\n";

char *introspection_answer(const char *method, const struct call *call)
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
