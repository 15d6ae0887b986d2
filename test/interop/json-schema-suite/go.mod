// Only for their test data: the JSON Schema organisation's own suite, which no npm package holds; the second has its formats too.
module datarun/json-schema-suite

go 1.23.0

require (
	github.com/google/jsonschema-go v0.4.3
	github.com/kaptinlin/jsonschema v0.4.6
)
