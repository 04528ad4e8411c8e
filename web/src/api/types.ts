// SPDX-License-Identifier: Apache-2.0
// What the API answers; docs/openapi.json describes it in full.
export type Time = string | null;

export interface Problem {
	type: string;
	title: string;
	status: number;
	detail: string;
	state?: string;
	to?: string;
	missing?: Missing[];
	one_of?: Missing[];
	ways?: string[];
	silence?: Silence;
}

export interface Missing {
	guard: string;
	text: string;
	is_sayable: boolean;
}

export interface Page<T> {
	items: T[];
	next: string | null;
}

export interface Incident {
	id: number;
	status: 'open' | 'done' | 'merged';
	opened: Time;
	hosts: number;
	open_hosts: number;
	causes: string;
	first_host: string | null;
	first_host_why: string;
	assignee: string | null;
	notes: number;
	merged_into: number | null;
}

export interface Silence {
	watched_ms: number;
	needed_ms: number | null;
	is_enough: boolean;
	since: Time;
	until: Time;
	clean_probability: number;
	peers_per_second: number;
	text: string;
}

export interface Charge {
	cause: string;
	verdict: string;
	source: string;
	confidence_pct: number;
	contacted: number;
	last: Time;
	event: number;
	is_withdrawn: boolean;
}

export interface Edge {
	from: string;
	contact: Time;
	onset: Time;
	answered: boolean;
	probability: number;
}

export interface Way {
	to: string;
	may: boolean;
	missing: string[];
	one_of: string[];
}

export interface Host {
	incident: number;
	host: number;
	address: string;
	state: string;
	since: Time;
	onset: Time;
	last_attack: Time;
	episode: number;
	evidence: number;
	withdrawn: number;
	silent_ms: number;
	silence: Silence;
	names: { address: string; since: Time; until: Time; mac: string | null; name: string | null }[];
	edges: Edge[];
	charges: Charge[];
	ways?: Way[];
}

export interface LogEvent {
	id: number;
	at_ms: number;
	arrived_ms: number;
	incident: number;
	host: number;
	kind: string;
	actor: string;
	address: string | null;
	from: string | null;
	body: Record<string, unknown>;
}

export interface Exporter {
	exporter: string;
	name: string | null;
	observationDomainId: number;
	version: number;
	samplingInterval: number;
	datagrams: number;
	records: number;
	gaps: number;
	missing: number;
	lost_share: number | null;
	late: number;
	restarts: number;
	without_template: number;
	faults: number;
	duplicates: number;
	clock_skew_s: number;
	last_heard: Time;
	whole_since: Time;
	state: string[];
	silence_is_trusted: boolean;
	silence: string;
	hides: string | null;
}

export interface Status {
	version: string;
	started: Time;
	keeper_pid: number;
	collector_pid: number;
	keeper_restarts: number;
	collector_restarts: number;
	collected: Record<string, number>;
	faults: Record<string, number>;
	evidence: Record<string, number>;
	store: Record<string, unknown>;
	incidents: { known: number };
	hosts: Record<string, number>;
	silence_is_trusted: boolean;
	hosts_watched: number;
	hosts_beyond: number;
	verifying: { host: number; lacks: string | null }[];
	logs: Record<string, unknown>[];
	capture: Record<string, unknown> | null;
}

export interface Reading {
	at_ms: number;
	values: Record<string, number>;
}

export interface NextStep {
	to: string | null;
	may: boolean;
	needs: string[];
	text: string;
}

export interface BoardHost {
	host: number;
	incident: number;
	address: string;
	name: string | null;
	state: string;
	since: Time;
	onset: Time;
	last_attack: Time;
	episode: number;
	evidence: number;
	verdict: string | null;
	cause: string | null;
	source: string | null;
	confidence_pct: number | null;
	contacted: number | null;
	from: string | null;
	from_probability: number | null;
	sentence: string;
	next: NextStep;
	silence: { watched_ms: number; needed_ms: number | null; is_enough: boolean };
}

export interface Board extends Page<BoardHost> {
	at: Time;
	incidents: { open: number; done: number; merged: number };
	hosts: number;
	states: { state: string; hosts: number }[];
	matching: number;
}

export interface Band {
	value: number | null;
	low: number | null;
	high: number | null;
}

export interface Growth {
	window_s: number;
	from: Time;
	to: Time;
	onsets: number;
	enough: boolean;
	why: string;
	trend: 'growing' | 'shrinking' | 'unclear' | 'unknown';
	level_pct: number;
	growth_per_h: Band | null;
	doubling_s: Band | null;
	r: Band | null;
	r_why: string;
	generation_s: number | null;
	generations: number;
}

export interface CurvePoint {
	at: string;
	ever: number;
	active: number;
	contained: number;
	recovered: number;
	suspected: number;
}

export interface Containment {
	at: Time;
	what: string;
	effective: 'yes' | 'no' | 'unknown';
	hosts: number;
	attacked_since: number;
	hosts_heard: number | null;
	onsets_before: number;
	onsets_after: number;
	after_s: number;
}

export interface Curve {
	incident: number | null;
	from: Time;
	to: Time;
	step_ms: number;
	points: CurvePoint[];
	undated: number;
	growth: Growth;
	containments: Containment[];
	containments_beyond: number;
}

export interface TreeNode {
	id: string;
	kind: 'host' | 'fold';
	host: number | null;
	address: string | null;
	name: string | null;
	subnet: string;
	onset: Time;
	state: string | null;
	parent: string | null;
	probability: number | null;
	children: number;
	hosts: number;
	open_hosts: number;
	alternatives: number;
	is_first: boolean;
	has_more: boolean;
}

export interface TreeEdge {
	from: string;
	to: string;
	probability: number | null;
	first_contact: Time;
	answered: boolean | null;
}

export interface Tree {
	incident: number;
	first_host: string | null;
	first_host_why: string;
	nodes: TreeNode[];
	edges: TreeEdge[];
	hosts: number;
	shown: number;
	unseen_probability: number | null;
}

export interface Cell {
	prefix: string;
	infected: number;
	contained: number;
	recovered: number;
	suspected: number;
	targets: number | null;
}

export interface AddressMap {
	incident: number | null;
	prefix: string | null;
	source: 'inventory' | 'learned';
	space: { prefix: string; name: string | null; family: 4 | 6 }[];
	cell_bits: { v4: number | null; v6: number | null };
	cells: Cell[];
	targets_why: string | null;
	outside: number;
	beyond: number;
}

export interface Bucket {
	at: Time;
	contacted: number;
	failed: number;
	answered: number;
	unknown: number;
}

export interface Profile {
	host: number;
	incident: number;
	address: string;
	name: string | null;
	state: string;
	sentence: string;
	next: NextStep;
	evidence: { source: string; cause: string; verdict: string; contacted: number; last: Time; is_withdrawn: boolean }[];
	targeting: {
		family: 4 | 6;
		near: string[];
		targets: number[];
		expected: { worm: string; share: number[]; likelihood: number }[];
	} | null;
	activity: {
		from: Time;
		to: Time;
		step_ms: number;
		buckets: Bucket[];
		ports: { port: string; contacted: number; failed: number; answered: number; unknown: number; first: Time; last: Time; buckets: number[] }[];
		ports_beyond: number;
		contacted: number;
		untimed: number;
		kept_one_in: number;
	} | null;
	activity_why: string | null;
}
