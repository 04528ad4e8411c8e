// SPDX-License-Identifier: Apache-2.0
// The dashboard: the address says which view, events say when to look again.
import { get, on_denied, Refused } from './api/client';
import { Live } from './api/live';
import { Incident, Page, Status } from './api/types';
import { h, refill } from './base/dom';
import { shortened, visible } from './base/foreign';
import { sentence } from './base/format';
import { keys_begin, keys_of_view } from './base/keys';
import { Route, route_go, route_now } from './base/router';
import { theme_begin } from './base/theme';
import { ask_token, on_token } from './parts/token';
import { Frame, Shell, View, ViewMaker } from './shell';
import { board_view } from './views/board';
import { curve_view } from './views/curve';
import { health_view } from './views/health';
import { help } from './views/help';
import { host_view } from './views/host';
import { map_view } from './views/map';
import { tree_view } from './views/tree';
import { t } from './words/language';

const views: Record<string, ViewMaker> = {
	board: board_view, curve: curve_view, map: map_view, tree: tree_view, host: host_view, health: health_view,
};

/** Events come in bursts; what is shown follows them, but takes no more than a part of anybody's time. */
const TITLE_LETTERS = 80, GATHER_MS = 400, EVERY_MS = 10_000, SHARE = 4;

class Dashboard {
	private readonly shell = new Shell({ help, again: () => void this.load(), repaint: () => this.repaint() });
	private readonly frame: Frame = { incidents: Promise.resolve([]), reload: () => void this.load() };
	private readonly live = new Live(() => this.stir(), link => {
		this.shell.show_link(link);
		if (link === 'live' && this.was_lost)
			void this.load(); // what happened meanwhile is on the disk
		this.was_lost = link === 'reconnecting';
	});
	private view: View | null = null;
	private timer = 0;
	private is_busy = false;
	private is_due = false;
	private was_lost = false;
	private took_ms = 0;
	private incidents: Incident[] = [];

	private unknown_view(route: Route): View {
		return { root: h('p', { class: 'empty' }, t('no_view')), title: route.view, keys: [], load: () => Promise.resolve() };
	}

	/** Show the view that the address names. */
	private go(): void {
		const route = route_now();
		const maker = Object.prototype.hasOwnProperty.call(views, route.view) ? views[route.view] : undefined;
		this.view?.end?.();
		this.view = maker ? maker(route, this.frame) : this.unknown_view(route);
		document.title = `${shortened(visible(this.view.title), TITLE_LETTERS)} – cordon`;
		this.shell.place(route);
		this.shell.show_incidents(this.incidents);
		keys_of_view(this.view.keys);
		refill(this.shell.main, this.view.root);
		window.scrollTo(0, 0);
		void this.load();
	}

	private async look(view: View): Promise<void> {
		this.frame.incidents = get<Page<Incident>>('incidents', { order: 'newest', limit: 1000 }).then(page => page.items);
		const status = get<Status>('status').then(found => this.shell.show_trust(found.silence_is_trusted));
		const [incidents] = await Promise.all([this.frame.incidents, status, view.load()]);
		this.incidents = incidents;
		this.shell.show_incidents(incidents);
	}

	/** Look again at what the view shows; once more when something happened meanwhile. */
	private async load(): Promise<void> {
		const view = this.view;
		if (this.is_busy || !view) {
			this.is_due = true;
			return;
		}
		this.is_busy = true;
		this.is_due = false;
		const began = performance.now();
		try {
			await this.look(view);
			this.shell.show_problem(null);
		} catch (error) {
			const is_denied = error instanceof Refused && error.status === 401;
			if (view === this.view && !is_denied)
				this.shell.show_problem(t('failed', { why: error instanceof Refused ? shortened(visible(sentence(error.message))) : t('not_answering') }));
		}
		this.is_busy = false;
		this.took_ms = performance.now() - began;
		if (view !== this.view)
			void this.load();
		else if (this.is_due)
			this.stir();
	}

	/** Something happened: look soon. */
	private stir(): void {
		if (this.timer || document.hidden) {
			this.is_due = true;
			return;
		}
		this.timer = window.setTimeout(() => {
			this.timer = 0;
			void this.load();
		}, GATHER_MS + SHARE * this.took_ms);
	}

	private repaint(): void {
		this.shell.build();
		this.shell.show_link(this.live.link);
		this.go();
	}

	begin(): void {
		theme_begin(() => undefined);
		keys_begin([
			{ key: 'g b', about: t('k_go', { view: t('board') }), run: () => route_go('#/board') },
			{ key: 'g c', about: t('k_go', { view: t('curve') }), run: () => route_go('#/curve') },
			{ key: 'g m', about: t('k_go', { view: t('map') }), run: () => route_go('#/map') },
			{ key: 'g t', about: t('k_go', { view: t('tree') }), run: () => route_go('#/tree') },
			{ key: 'g h', about: t('k_go', { view: t('health') }), run: () => route_go('#/health') },
			{ key: 'u', about: t('k_back'), run: () => history.back() },
			{ key: 't', about: t('k_theme'), run: () => this.shell.turn_theme() },
			{ key: 'l', about: t('k_language'), run: () => this.shell.turn_language() },
			{ key: '?', about: t('k_help'), run: help },
		]);
		on_denied(problem => void ask_token(problem.detail));
		on_token(() => {
			this.live.again();
			void this.load();
		});
		window.addEventListener('hashchange', () => this.go());
		document.addEventListener('visibilitychange', () => !document.hidden && void this.load());
		window.setInterval(() => !document.hidden && void this.load(), EVERY_MS);
		this.repaint();
		this.live.begin();
	}
}

new Dashboard().begin();
