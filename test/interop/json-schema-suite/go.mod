// Only for its test data: the JSON Schema organisation's own suite, which no npm package holds.
module datarun/json-schema-suite

go 1.23.0

require github.com/google/jsonschema-go v0.4.3
