// SPDX-License-Identifier: Apache-2.0
// All parts, one after the other, on one daemon. Run by dashboard.t.
import { access } from './access.mjs';
import { ailing } from './ailing.mjs';
import { board } from './board.mjs';
import { changes } from './changes.mjs';
import { events } from './events.mjs';
import { harm } from './harm.mjs';
import { browser, done, equal, ok, part } from './harness.mjs';
import { live } from './live.mjs';
import { looks } from './looks.mjs';
import { pictures } from './pictures.mjs';
import { pure } from './pure.mjs';
import { report } from './report.mjs';
import { spaces } from './spaces.mjs';

await part('what needs no browser', () => pure({ ok, equal }));
await part('who is let in', access);
await part('the stream of events, without a page of ours', events);
await part('the page follows the daemon, over its death too', live);
await part('the board', board);
await part('states, notes, assignment', changes);
await part('pictures', pictures);
await part('IPv6, scattered networks, large trees', spaces);
await part('exporters that ail', ailing);
await part('reports', report);
await part('texts that mean harm', harm);
await part('languages, colours, accessibility', looks);
await browser.close();
done();
