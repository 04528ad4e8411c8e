// SPDX-License-Identifier: Apache-2.0
// The style of the report: screen in light and dark, and paper.
#include "app/report.h"

static const char sheet[] =
	":root{color-scheme:light dark;--ink:#1a1a1a;--dim:#595959;--paper:#fff;--line:#d0d0d0;"
	"--bad:#b3261e;--warn:#8a5300;--held:#1f5fa8;--good:#1c6b37}"
	"@media screen and (prefers-color-scheme:dark){:root{--ink:#e8e8e8;--dim:#a8a8a8;"
	"--paper:#16181b;--line:#40444a;--bad:#ff8a80;--warn:#f2b55c;--held:#8ab8f5;"
	"--good:#7fd19b}}"
	":root[data-theme=light]{color-scheme:light}"
	"body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);"
	"max-width:64em;margin:0 auto;padding:1em}"
	"h1{font-size:1.5em;margin:.2em 0}h2{font-size:1.15em;margin:1.4em 0 .3em;"
	"border-bottom:1px solid var(--line)}"
	"header p{margin:0;color:var(--dim)}p{margin:.4em 0}.lead{font-size:1.1em}"
	"table{border-collapse:collapse;width:100%;font-size:.9em;margin:.5em 0}"
	"th,td{text-align:left;vertical-align:top;padding:.2em .6em .2em 0;"
	"border-bottom:1px solid var(--line);overflow-wrap:anywhere}"
	"th[scope=row]{font-weight:600;white-space:nowrap}th[scope=row] bdi{font-weight:400;"
	"white-space:normal;color:var(--dim)}"
	"td span{white-space:nowrap}@media screen and (min-width:60em){#hosts td:nth-child(3),"
	"#hosts td:nth-child(4){white-space:nowrap}}"
	"#trust th,#trust td:not(:last-child){white-space:nowrap}"
	".n{text-align:right;font-variant-numeric:tabular-nums}"
	"bdi{overflow-wrap:anywhere}figure{margin:.5em 0}figcaption{color:var(--dim)}"
	"svg{width:100%;height:auto;font:11px system-ui,sans-serif;fill:var(--ink)}"
	"svg path{fill:none}.grid{stroke:var(--line)}.line{stroke-width:2;stroke:var(--ink)}"
	".line.active{stroke:var(--bad);stroke-width:3}.line.contained{stroke:var(--held);"
	"stroke-dasharray:7 3}.line.recovered{stroke:var(--good);stroke-dasharray:2 3}"
	".mark{stroke:var(--warn);stroke-dasharray:4 2}"
	"span.infected,span.reinfected{color:var(--bad);font-weight:600}"
	"span.suspected{color:var(--warn)}span.recovered,span.closed{color:var(--good)}"
	".branches,.branches ul{list-style:none;margin:0;padding-left:1.2em;border-left:1px solid "
	"var(--line)}.branches{border:0;padding:0;font-size:.9em}"
	".branches li{margin:.1em 0;padding-left:1.1em;overflow-wrap:anywhere}"
	".branches li:has(>details){padding-left:0}.branches summary{cursor:pointer}"
	".branches summary:focus-visible{outline:2px solid var(--held)}"
	".branches i{font-style:normal;color:var(--dim)}figure:empty{display:none}"
	"@media print{:root{--ink:#000;--dim:#444;--paper:#fff;--line:#bbb;--bad:#a00;--warn:#850;"
	"--held:#04c;--good:#060}body{max-width:none;padding:0;font-size:10pt}"
	"details::details-content{content-visibility:visible;block-size:auto}"
	"section{break-inside:auto}h2{break-after:avoid}tr,figure,li{break-inside:avoid}}";

/* Its SHA-256, which a test compares: whoever changes the sheet is told the new one. */
const struct embedded report_sheet = { { sheet, sizeof sheet - 1 },
	"sha256-Igy4SqPTof9jPvouBYT9QyTBYEA7YYQbHTQyXn7zUUM=" };
