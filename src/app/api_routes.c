// SPDX-License-Identifier: Apache-2.0
// Every path of the API: a row here, an operation in docs/openapi.json, a handler.
#include "app/api.h"

#define V1 "/api/v1"

const struct route api_routes[] = {
	{ "GET", V1 "/incidents", HTTP_VIEWER, "Incidents", NULL, api_on_incidents },
	{ "GET", V1 "/incidents/{incident}", HTTP_VIEWER, "Incident", NULL, api_on_incident },
	{ "GET", V1 "/incidents/{incident}/hosts", HTTP_VIEWER, "Hosts", NULL,
		api_on_incident_hosts },
	{ "GET", V1 "/incidents/{incident}/curve", HTTP_VIEWER, "Curve", NULL, api_on_curve },
	{ "GET", V1 "/incidents/{incident}/tree", HTTP_VIEWER, "Tree", NULL, api_on_tree },
	{ "GET", V1 "/incidents/{incident}/stix", HTTP_VIEWER, NULL, NULL, api_on_stix },
	{ "GET", V1 "/incidents/{incident}/misp", HTTP_VIEWER, "Misp", NULL, api_on_misp },
	{ "POST", V1 "/incidents/{incident}/notes", HTTP_OPERATOR, "Changed", "Note", api_on_note },
	{ "POST", V1 "/incidents/{incident}/assignee", HTTP_OPERATOR, "Changed", "Assignee",
		api_on_assign },
	{ "POST", V1 "/incidents/{incident}/containment", HTTP_OPERATOR, "Changed", "Containment",
		api_on_containment },
	{ "POST", V1 "/incidents/{incident}/merge", HTTP_OPERATOR, "Changed", "Merge",
		api_on_merge },
	{ "POST", V1 "/incidents/{incident}/split", HTTP_OPERATOR, "Changed", "Split",
		api_on_split },
	{ "GET", V1 "/hosts", HTTP_VIEWER, "Hosts", NULL, api_on_hosts },
	{ "GET", V1 "/hosts/{host}", HTTP_VIEWER, "Host", NULL, api_on_host },
	{ "GET", V1 "/hosts/{host}/profile", HTTP_VIEWER, "Profile", NULL, api_on_profile },
	{ "POST", V1 "/hosts/{host}/state", HTTP_OPERATOR, "Changed", "State", api_on_state },
	{ "POST", V1 "/hosts/{host}/addresses", HTTP_OPERATOR, "Changed", "Tenure",
		api_on_address },
	{ "GET", V1 "/board", HTTP_VIEWER, "Board", NULL, api_on_board },
	{ "GET", V1 "/map", HTTP_VIEWER, "Map", NULL, api_on_map },
	{ "GET", V1 "/evidence", HTTP_VIEWER, "Events", NULL, api_on_evidence },
	{ "GET", V1 "/transitions", HTTP_VIEWER, "Events", NULL, api_on_transitions },
	{ "GET", V1 "/log", HTTP_VIEWER, "Events", NULL, api_on_log },
	{ "GET", V1 "/events", HTTP_VIEWER, NULL, NULL, NULL },
	{ "GET", V1 "/exporters", HTTP_VIEWER, "Exporters", NULL, api_on_exporters },
	{ "GET", V1 "/series", HTTP_VIEWER, "Series", NULL, api_on_series },
	{ "GET", V1 "/status", HTTP_VIEWER, "Status", NULL, api_on_status },
	{ "GET", V1 "/openapi.json", HTTP_VIEWER, "Description", NULL, api_on_description },
	{ "GET", "/healthz", HTTP_NOBODY, NULL, NULL, api_on_alive },
	{ "GET", "/readyz", HTTP_NOBODY, NULL, NULL, api_on_ready },
	{ "GET", "/metrics", HTTP_VIEWER, NULL, NULL, api_on_metrics },
};
const size_t n_api_routes = countof(api_routes);
