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

/** Script and style of a report in one file; empty where the dashboard is not there. */
struct str dashboard_report_script(void);
struct str dashboard_report_style(void);

/** By what a policy names them: "sha256-...". */
const char *dashboard_report_script_hash(void);
const char *dashboard_report_style_hash(void);
#endif
