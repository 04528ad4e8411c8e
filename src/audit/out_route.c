// SPDX-License-Identifier: Apache-2.0
// show ip route. A route that names an interface alone makes the device ask for every destination.
#include "audit/output.h"

#define ALONE SAY(ROUTE_NEXT_HOP, "none")

/* A path of NX-OS; what made the route stands at its end. */
#define NXOS_END "\\[{:n}/{:n}\\], [{age:t}, ]{code:w}[,{:r}]"
#define NXOS_HOP "*via {next-hop:a}[%{:w}], [{interface:i}, ]" NXOS_END
#define NXOS_ALONE "*via {interface:i}, " NXOS_END

static const struct phrase phrases[] = {
	NEW(ROUTE, "{code:q} {prefix:p} is directly connected, [{age:t}, ]{interface:i}", ALONE),
	NEW(ROUTE, "{code:q} {prefix:p} \\[{:n}/{:n}\\] via {next-hop:w}[ ({:v})][, {age:t}][, "
		   "{interface:i}]"),
	NEW(ROUTE,
		"{code:q} {prefix:p} \\[{:n}/{:n}\\] via {next-hop:w}[ ({:v})][, {age:t}], {:W}"),
	NEW(ROUTE, "{code:q} {prefix:p} \\[{:n}/{:n}\\], {age:t}, {interface:i}", ALONE),
	NEW(ROUTE, "{code:q} {prefix:p} \\[{:n}/{:n}\\] via {next-hop:w}, {age:t}, {interface:W}"),
	ROW(ROUTE, "{code:q} {prefix:p} is a summary, {age:t}, {interface:i}", ALONE),
	ROW(ROUTE, "{code:q} {prefix:p} is directly connected, [{age:t}, ]{interface:W}", ALONE),
	// another path of the route above
	ROW(ROUTE, "\\[{:n}/{:n}\\] via {next-hop:w}[ ({:v})][, {age:t}][, {interface:i}]"),
	NOISE("\\[{:n}/{:n}\\] via {:r}"),
	ROW(ROUTE, "is directly connected, [{age:t}, ]{interface:i}", ALONE),
	NOISE("is directly connected, {:r}"),
	HEAD("Gateway of last resort is {:r}"),
	HEAD("Codes: {:w} - {:r}"),
	NOISE("{:p} is subnetted, {:r}"),
	NOISE("{:p} is variably subnetted, {:r}"),
	HEAD("Routing Table: {:W}"),
	NOISE("{:w} - {:r}"),
	// NX-OS
	HEAD("IP Route Table for VRF \"default\""),
	NOISE("'*{:r}"),
	NOISE("'\\[{:r}"),
	NOISE("'%{:r}"),
	NEW(ROUTE, "{prefix:p}, ubest/mbest: {:n}/{:n}[, attached] " NXOS_HOP),
	NEW(ROUTE, "{prefix:p}, ubest/mbest: {:n}/{:n}[, attached] " NXOS_ALONE, ALONE),
	ROW(ROUTE, NXOS_HOP),
	ROW(ROUTE, NXOS_ALONE, ALONE),
	NOISE("{:p}, ubest/mbest: {:r}"),
	NOISE("*via {:r}"),
};

const struct output route_output = {
	.name = "show ip route",
	.command = { "show ip route", "show ip route static", "show route", "show route ipv4",
		"show route static" },
	.phrase = phrases,
	.n_phrases = countof(phrases),
	.is_list = true,
};
