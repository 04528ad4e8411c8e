// SPDX-License-Identifier: Apache-2.0
// hold.mjs ROOM -- hold STIX bundles, one a line of standard input, to what others made of the standard: MITRE's own model of
// STIX 2.1, in which ATT&CK is published, and another generator of the ids of observables. Both are npm packages, in
// ROOM/node_modules. What does not fit is printed, and the number of objects at the end.
//
// MITRE's model has five of the types that we write, and what all types have in common. What it asks beyond the standard is not
// asked of us: x_mitre_*, who created a marking, and that relationships are those of ATT&CK.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const room = createRequire(`${process.argv[2]}/package.json`);
const mitre = room('./node_modules/@mitre-attack/attack-data-model/dist/index.cjs');
const { generateDeterministicId } = await import(new URL(`file://${process.argv[2]}/node_modules/@security-alliance/stix/dist/2.1/identifiers.js`));

const models = {
	'attack-pattern': mitre.techniqueBaseSchema,
	identity: mitre.identitySchema,
	malware: mitre.malwareBaseSchema,
	'marking-definition': mitre.markingDefinitionSchema,
	relationship: mitre.relationshipBaseSchema,
};
// Properties that the standard asks for; MITRE's model asks for more.
const asked = {
	'attack-pattern': ['name'],
	identity: ['name', 'identity_class'],
	malware: ['is_family'],
	'marking-definition': ['definition_type', 'definition'],
	relationship: ['relationship_type', 'source_ref', 'target_ref'],
};
// What has words of its own in types that the model has not.
const words = {
	indicator_types: mitre.IndicatorTypeOV.array(),
	pattern_type: mitre.PatternTypeOV,
	kill_chain_phases: mitre.killChainPhaseSchema.array(),
	valid_from: mitre.stixTimestampSchema,
	valid_until: mitre.stixTimestampSchema,
	first_seen: mitre.stixTimestampSchema,
	last_seen: mitre.stixTimestampSchema,
	first_observed: mitre.stixTimestampSchema,
	last_observed: mitre.stixTimestampSchema,
	start: mitre.stixTimestampSchema,
	end: mitre.stixTimestampSchema,
};
// Of which properties the id of an observable is made (STIX 2.1, 6).
const makes = {
	'ipv4-addr': ['value'],
	'ipv6-addr': ['value'],
	'mac-addr': ['value'],
	'network-traffic': ['start', 'end', 'src_ref', 'dst_ref', 'src_port', 'dst_port', 'protocols', 'extensions'],
};

let bad = 0;

function complain(o, text) {
	bad++;
	console.log(`${o.id}: ${text}`);
}

// The model knows the ids of its own types only.
const isForeign = (value) => typeof value === 'string' && /^[a-z0-9-]+--/.test(value) && !models[value.split('--')[0]];

function hold(o, key, schema) {
	const result = isForeign(o[key]) ? mitre.stixIdentifierSchema.safeParse(o[key].replace(/^[a-z0-9-]+--/, 'malware--'))
		: schema.safeParse(o[key]);
	for (const issue of result.error?.issues ?? []) {
		complain(o, `${key}: ${issue.message}`);
	}
}

function holdObject(o) {
	const model = models[o.type];
	const common = mitre.stixDomainObjectSchema.shape;
	for (const key of Object.keys(o)) {
		if (model && !model.shape[key]) {
			complain(o, `has ${key}, which MITRE's ${o.type} has not`);
		} else if (key === 'relationship_type') {
			continue;
		} else if (model || key === 'id' || (key !== 'type' && common[key])) {
			hold(o, key, model ? model.shape[key] : common[key]);
		} else if (words[key]) {
			hold(o, key, words[key]);
		}
	}
	for (const key of [...(asked[o.type] ?? []), 'id', 'type', 'spec_version']) {
		if (!(key in o)) {
			complain(o, `without ${key}`);
		}
	}
	if (makes[o.type]) {
		const part = Object.fromEntries(makes[o.type].filter((key) => key in o).map((key) => [key, o[key]]));
		if (generateDeterministicId(o.type, part) !== o.id) {
			complain(o, `another id than that of its properties: ${generateDeterministicId(o.type, part)}`);
		}
	}
}

const bundles = readFileSync(0, 'utf8').split('\n').filter((line) => line).map((line) => JSON.parse(line));
const objects = bundles.filter((bundle) => bundle.type === 'bundle').flatMap((bundle) => bundle.objects);
objects.forEach(holdObject);
console.log(`${objects.length} objects, ${objects.filter((o) => models[o.type]).length} of types that MITRE's model has, ${bad} complaints`);
process.exit(bad || !objects.length ? 1 : 0);
