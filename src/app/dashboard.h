// SPDX-License-Identifier: Apache-2.0
// The dashboard in the program: what web/build made of web/, as it was when the program was built.
#ifndef APP_DASHBOARD_H
#define APP_DASHBOARD_H
#include "http/router.h"

/** Pages, which anybody may load: they hold no data, and ask the API for it as their user may. */
extern const struct route dashboard_pages[];
extern const size_t n_dashboard_pages;

/** What the build had not that the dashboard needs, "esbuild node-d3-shape"; "": it is there. */
const char *dashboard_lacks(void);

/** A script or a style that stands in a document, and what a policy (CSP) names it by: "sha256-...". */
struct dashboard_part {
	struct str text, hash;
};

/** Script and style that draw the pictures of a report; empty where the dashboard is not there. */
struct dashboard_part dashboard_report_script(void);
struct dashboard_part dashboard_report_style(void);
#endif
