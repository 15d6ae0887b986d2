/**
 * Keywords of JSON Schema, or of ajv, that the hub refuses at registration although a steward may expect them, each with
 * the way out. Refused is what ajv 8.20 validates wrongly or dangerously, and a second or older way of saying what another
 * keyword says. test/services/json-schema/refused-keywords.test.ts shows the wrong answers, and those that own-keywords.ts
 * mends; test/interop/json-schema-suite.test.ts holds all of it against the JSON Schema organisation's own suite.
 */
export const refusedKeywords: ReadonlyMap<string, string> = new Map([
  ['$dynamicRef', 'is not accepted: validators follow it wrongly. Use "$ref".'],
  ['$dynamicAnchor', 'is not accepted: validators follow it wrongly. Use "$defs" and "$ref".'],
  ['$recursiveRef', 'is not accepted: it belongs to an older draft. Use "$ref": "#".'],
  ['$recursiveAnchor', 'is not accepted: it belongs to an older draft.'],
  ['$anchor', 'is not accepted. Refer by pointer: "$ref": "#/$defs/name".'],
  ['$vocabulary', 'is not accepted: the vocabulary is fixed.'],
  ['unevaluatedItems', 'is not accepted: validators decide parts of it wrongly. Use "items" after "prefixItems".'],
  ['dependencies', 'is not accepted: it belongs to an older draft. Use "dependentRequired" or "dependentSchemas".'],
  ['additionalItems', 'is not accepted: it belongs to an older draft. Use "prefixItems" and "items".'],
  ['contentSchema', 'is not accepted: nothing would check it.'],
  ['$async', 'is not accepted: it would make every record pass.'],
  ['$data', 'is not accepted: a record may not set its own rules.'],
  ['nullable', 'is not accepted: it is not JSON Schema. Use "type": ["...", "null"].'],
  ['discriminator', 'is not accepted: it is not JSON Schema. Use "oneOf" with "const".'],
])
