# SPDX-License-Identifier: Apache-2.0
"""Hold STIX 2.1 bundles and MISP events, one a line of standard input, to their standards; prints what does not fit.

Structure, ids, references and times are always looked at. With CORDON_STIX_SCHEMAS (a folder: "schemas" of OASIS'
cti-stix2-json-schemas) and CORDON_MISP_SCHEMA (a file: schema.json of PyMISP, describeTypes.json beside it) the official
schemas are asked as well (export.t says where to get them). Ends with a line "schemas: stix yes|no, misp yes|no".
"""
import glob
import json
import os
import re
import sys
import urllib.parse
import uuid

OBSERVABLES = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
ID = re.compile(r"^([a-z0-9-]+)--[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
TIME = re.compile(r"^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$")
PATTERN = re.compile(
    r"^\[network-traffic:src_ref\.type = 'ipv[46]-addr' AND network-traffic:src_ref\.value = '[0-9a-f.:]+'"
    r"( AND network-traffic:dst_port = \d+)?( AND network-traffic:protocols\[\*\] = '[a-z0-9-]+')?\]$")
# What counts towards the id of an observable (STIX 2.1, 6): of those that we write.
CONTRIBUTES = {
    "ipv4-addr": ["value"], "ipv6-addr": ["value"], "mac-addr": ["value"],
    "network-traffic": ["start", "end", "src_ref", "dst_ref", "src_port", "dst_port", "protocols", "extensions"],
}
COMMON = {"type", "spec_version", "id", "created_by_ref", "created", "modified", "object_marking_refs", "confidence",
          "external_references", "labels"}
# Of each type: what it must have, and what else it may.
TYPES = {
    "marking-definition": ("definition_type definition", "name"),
    "identity": ("name identity_class created modified", "description"),
    "incident": ("name created modified", "description"),
    "ipv4-addr": ("value", "resolves_to_refs"), "ipv6-addr": ("value", "resolves_to_refs"), "mac-addr": ("value", ""),
    "network-traffic": ("protocols src_ref", "start end dst_ref src_port dst_port"),
    "observed-data": ("first_observed last_observed number_observed object_refs created modified", ""),
    "indicator": ("pattern pattern_type valid_from created modified",
                  "name description indicator_types pattern_version valid_until"),
    "malware": ("is_family created modified name", "description malware_types"),
    "attack-pattern": ("name created modified", "kill_chain_phases"),
    "relationship": ("relationship_type source_ref target_ref created modified", "description"),
    "sighting": ("sighting_of_ref created modified",
                 "observed_data_refs where_sighted_refs first_seen last_seen count"),
    "grouping": ("context object_refs created modified", "name"),
}
# Which may be joined how (STIX 2.1, 3.7 and the tables of each object).
RELATIONS = {("indicator", "based-on", "observed-data"), ("indicator", "indicates", "malware"),
             ("indicator", "indicates", "attack-pattern"), ("malware", "uses", "attack-pattern")}
ORDERED = [("created", "modified"), ("first_observed", "last_observed"), ("first_seen", "last_seen"), ("start", "end")]

bad = 0


def complain(name, text):
    global bad
    bad += 1
    print(f"{name}: {text}")


def canonical(value):
    """RFC 8785 of what we have: no numbers but whole ones, keys in ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hold_object(name, o, ids):
    kind, where = o.get("type"), f"{name}: {o.get('id')}"
    must, may = TYPES.get(kind, ("", ""))
    if kind not in TYPES:
        complain(where, f"type {kind}")
    for key in must.split():
        if key not in o:
            complain(where, f"without {key}")
    for key in set(o) - COMMON - set(must.split()) - set(may.split()):
        complain(where, f"has {key}, which {kind} has not")
    if o.get("spec_version") != "2.1":
        complain(where, "spec_version")
    match = ID.match(o.get("id", ""))
    if not match or match[1] != kind:
        complain(where, "id")
    if kind in CONTRIBUTES:
        part = {k: o[k] for k in CONTRIBUTES[kind] if k in o}
        if o["id"] != f"{kind}--{uuid.uuid5(OBSERVABLES, canonical(part))}":
            complain(where, "its id is not that of what it says")
        if "created" in o:
            complain(where, "an observable has no time of its own")
    for key, value in o.items():
        if key.endswith("_ref") or key.endswith("_refs"):
            for ref in [value] if isinstance(value, str) else value:
                if ref not in ids:
                    complain(where, f"{key} leads nowhere: {ref}")
            if not value:
                complain(where, f"{key} is empty")
        if key in {k for pair in ORDERED for k in pair} | {"valid_from", "valid_until"}:
            if not TIME.match(value):
                complain(where, f"{key} is no time: {value}")
    for first, last in ORDERED:
        if first in o and last in o and o[first] > o[last]:
            complain(where, f"{first} is later than {last}")
    hold_values(where, o, ids)


def hold_values(where, o, ids):
    kind = o.get("type")
    if kind == "indicator":
        if not PATTERN.match(o["pattern"]) or o["pattern_type"] != "stix":
            complain(where, f"pattern: {o['pattern']}")
        if "valid_until" in o and o["valid_until"] <= o["valid_from"]:
            complain(where, "valid_until is not later than valid_from")
    if kind == "observed-data" and not 1 <= o["number_observed"] <= 999999999:
        complain(where, f"number_observed: {o['number_observed']}")
    if kind == "sighting" and not 0 <= o["count"] <= 999999999:
        complain(where, f"count: {o['count']}")
    if not 0 <= o.get("confidence", 0) <= 100:
        complain(where, f"confidence: {o['confidence']}")
    if kind == "network-traffic":
        if not o["protocols"] or any(p != p.lower() for p in o["protocols"]):
            complain(where, f"protocols: {o['protocols']}")
        if not 0 <= o.get("dst_port", 0) <= 65535:
            complain(where, "dst_port")
    if kind == "relationship":
        ends = tuple(o[k].split("--")[0] for k in ("source_ref", "target_ref"))
        if (ends[0], o["relationship_type"], ends[1]) not in RELATIONS and o["relationship_type"] != "related-to":
            complain(where, f"no relationship: {ends[0]} {o['relationship_type']} {ends[1]}")


def hold_stix(name, bundle, schemas):
    objects = bundle["objects"]
    ids = [o["id"] for o in objects]
    if set(bundle) != {"type", "id", "objects"} or not ID.match(bundle["id"]):
        complain(name, "no bundle")
    if len(set(ids)) != len(ids):
        complain(name, "an id stands twice")
    for o in objects:
        hold_object(name, o, set(ids))
    grouped = [o for o in objects if o["type"] == "grouping"][0]["object_refs"]
    rest = set(ids) - set(grouped) - {o["id"] for o in objects if o["type"] in ("grouping", "identity", "marking-definition")}
    if rest:
        complain(name, f"the grouping has not all: {rest}")
    if schemas:
        ask_stix(name, bundle, schemas)


def read_schemas(folder):
    """A validator for each type. All schemas stand below "$defs" of one: so nothing is looked up by a name of its own ("$id"
    is an address on the network), and every release of jsonschema reads them in the same way."""
    from jsonschema import Draft202012Validator
    name_of, schemas = {}, {}
    for path in sorted(glob.glob(os.path.join(folder, "*", "*.json"))):
        part, file = path.split(os.sep)[-2:]
        if part in ("common", "sdos", "sros", "observables"):
            with open(path, encoding="utf-8") as f:
                schema = json.load(f)
            name = f"{part}-{file[:-5]}"
            name_of[schema.pop("$id", name)] = name
            schemas[name] = schema
    versions = schemas.get("common-core", {}).get("properties", {}).get("spec_version", {}).get("enum", [])
    if "2.1" not in versions:
        sys.exit(f"{folder}: no common/core.json of STIX 2.1 is there; it is the folder 'schemas' of branch stix2.1")
    for address, name in name_of.items():
        turn_inwards(schemas[name], address, name, name_of)
    return {name.split("-", 1)[1]: Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schemas}) for name in schemas}


def turn_inwards(part, address, name, name_of):
    for key, value in part.items() if isinstance(part, dict) else enumerate(part):
        if key == "$ref" and isinstance(value, str):
            target, _, pointer = urllib.parse.urljoin(address, value).partition("#")
            part[key] = f"#/$defs/{name if value[0] == '#' else name_of.get(target, target)}{pointer}"
        elif isinstance(value, (dict, list)):
            turn_inwards(value, address, name, name_of)


def ask_stix(name, bundle, validators):
    for o in bundle["objects"]:
        if o["type"] not in validators:
            complain(name, f"no schema of {o['type']}")
            continue
        for error in validators[o["type"]].iter_errors(o):
            complain(f"{name}: {o['id']}", f"schema: {error.message[:300]}")


# Relations of the templates that we write, and the types of attributes there (misp-objects).
TEMPLATES = {
    "ip-port": {"ip-src": "ip-src", "dst-port": "port", "protocol": "text", "first-seen": "datetime",
                "last-seen": "datetime", "text": "text"},
    "network-connection": {"ip-src": "ip-src", "ip-dst": "ip-dst", "layer3-protocol": "text", "layer4-protocol": "text",
                           "dst-port": "port", "first-packet-seen": "datetime"},
}
CATEGORIES = {"ip-src": "Network activity", "ip-dst": "Network activity", "port": "Network activity",
              "text": "Other", "datetime": "Other"}
# Where a template names the categories of a relation, and that of its type is not among them.
CATEGORIES_OF_RELATIONS = {"protocol": "Network activity"}


def hold_attribute(name, a, uuids, template):
    uuid.UUID(a["uuid"])
    if a["uuid"] in uuids:
        complain(name, f"a UUID stands twice: {a['uuid']}")
    uuids.add(a["uuid"])
    for key in ("type", "category", "value", "to_ids", "distribution", "timestamp", "deleted"):
        if key not in a:
            complain(name, f"attribute without {key}")
    if CATEGORIES_OF_RELATIONS.get(a.get("object_relation"), CATEGORIES.get(a["type"])) != a["category"]:
        complain(name, f"attribute {a['type']} in {a['category']}")
    if template is None and "object_relation" in a:
        complain(name, "object_relation of an attribute that is of no object")
    if template is not None and template.get(a.get("object_relation")) != a["type"]:
        complain(name, f"relation {a.get('object_relation')} of type {a['type']}")
    for key in ("first_seen", "last_seen"):
        if key in a and not TIME.match(a[key]):
            complain(name, f"{key}: {a[key]}")


def hold_misp(name, document, schema):
    event, uuids = document["Event"], set()
    for key in ("uuid", "info", "date", "timestamp", "publish_timestamp", "published", "threat_level_id", "analysis",
                "distribution", "Orgc"):
        if key not in event:
            complain(name, f"event without {key}")
    if not re.match(r"^\d{4}-\d\d-\d\d$", event["date"]) or not event["timestamp"].isdigit():
        complain(name, "date or timestamp")
    if not event["published"] and event["publish_timestamp"] != "0":
        complain(name, "it was never published, and has a time of that")
    if len(event["info"]) > 256 or len(event["info"].splitlines()) != 1:
        complain(name, f"info is not one line of 256 characters: {event['info']!r}")
    if event["threat_level_id"] not in "1234" or event["analysis"] not in "012":
        complain(name, "threat_level_id or analysis")
    uuids.add(event["uuid"])
    values = [(a["type"], a["value"]) for a in event["Attribute"]]
    if len(set(values)) != len(values):
        complain(name, "a value stands twice")
    for a in event["Attribute"]:
        hold_attribute(name, a, uuids, None)
    for o in event["Object"]:
        if o["uuid"] in uuids:
            complain(name, "the UUID of an object stands twice")
        uuids.add(o["uuid"])
        uuid.UUID(o["template_uuid"])
        if not o["Attribute"] or "deleted" not in o:
            complain(name, "an object without attributes, or without deleted")
        for a in o["Attribute"]:
            hold_attribute(name, a, uuids, TEMPLATES[o["name"]])
    tags = [t["name"] for t in event["Tag"]]
    if not any(t.startswith("tlp:") for t in tags) or len(set(tags)) != len(tags):
        complain(name, f"tags: {tags}")
    if schema:
        ask_misp(name, document, schema)


def ask_misp(name, document, path):
    from jsonschema import Draft4Validator
    for error in Draft4Validator(json.load(open(path, encoding="utf-8"))).iter_errors(document):
        complain(name, f"schema: {'/'.join(map(str, error.path))}: {error.message[:300]}")
    types = os.path.join(os.path.dirname(path), "describeTypes.json")
    if not os.path.exists(types):
        return
    known = json.load(open(types, encoding="utf-8"))["result"]["category_type_mappings"]
    event = document["Event"]
    for a in event["Attribute"] + [a for o in event["Object"] for a in o["Attribute"]]:
        if a["type"] not in known.get(a["category"], []):
            complain(name, f"describeTypes: no {a['type']} in {a['category']}")


def there(variable):
    path = os.environ.get(variable)
    return path if path and os.path.exists(path) else None


stix, misp = there("CORDON_STIX_SCHEMAS"), there("CORDON_MISP_SCHEMA")
stix = stix and read_schemas(stix)
for number, line in enumerate(sys.stdin, 1):
    document = json.loads(line)
    if "Event" in document:
        hold_misp(f"line {number}", document, misp)
    else:
        hold_stix(f"line {number}", document, stix)
print(f"schemas: stix {'yes' if stix else 'no'}, misp {'yes' if misp else 'no'}")
sys.exit(1 if bad else 0)
