# SPDX-License-Identifier: Apache-2.0
"""Validate answers: each line of standard input is [name, schema, document]; prints what does not fit."""
import json
import sys

from jsonschema import Draft202012Validator

description = json.load(open("docs/openapi.json", encoding="utf-8"))
bad = 0
for line in sys.stdin:
    name, schema, document = json.loads(line)
    # Definitions stay where the document has them, so that its references lead there.
    whole = {"$ref": f"#/components/schemas/{schema}", "components": description["components"]}
    for error in Draft202012Validator(whole).iter_errors(document):
        bad += 1
        print(f"{name}: {schema}: {'/'.join(map(str, error.path))}: {error.message[:200]}")
sys.exit(1 if bad else 0)
