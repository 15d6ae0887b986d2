// Reads a schema registry by the client that Redpanda Console has, with the secret of a schema reader. Reads one JSON object
// from standard input (address, user, password, subject, guid, schema) and prints what it was told as one JSON object.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/twmb/franz-go/pkg/sr"
)

type job struct{ Address, User, Password, Subject, Guid, Schema string }

func main() {
	var asked job
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		fail(err)
	}
	client, err := sr.NewClient(sr.URLs(asked.Address), sr.BasicAuth(asked.User, asked.Password))
	if err != nil {
		fail(err)
	}
	told, err := read(client, asked)
	if err != nil {
		fail(err)
	}
	json.NewEncoder(os.Stdout).Encode(told)
}

func read(client *sr.Client, asked job) (map[string]any, error) {
	ctx := context.Background()
	deleted := sr.WithParams(ctx, sr.ShowDeleted)
	told := map[string]any{}
	var failed error
	keep := func(name string, value any, err error) {
		told[name] = value
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", name, err))
		}
	}
	types, err := client.SupportedTypes(ctx)
	keep("types", types, err)
	contexts, err := client.Contexts(ctx)
	keep("contexts", contexts, err)
	subjects, err := client.Subjects(deleted)
	keep("subjects", subjects, err)
	versions, err := client.SubjectVersions(deleted, asked.Subject)
	keep("versions", versions, err)
	latest, err := client.SchemaByVersion(deleted, asked.Subject, -1)
	keep("latest", latest.Version, err)
	schemas, err := client.Schemas(deleted, asked.Subject)
	keep("schemas", len(schemas), err)
	all, err := client.AllSchemas(ctx)
	keep("all", len(all), err)
	byId, err := client.SchemaByID(ctx, latest.ID)
	keep("byId", byId.Schema == latest.Schema.Schema, err)
	byGuid, err := client.SchemaByGUID(ctx, asked.Guid)
	keep("byGuid", byGuid.Schema.Schema == latest.Schema.Schema, err)
	usages, err := client.SchemaUsagesByID(deleted, latest.ID)
	keep("usages", len(usages), err)
	references, err := client.SchemaReferences(deleted, asked.Subject, latest.Version)
	keep("references", len(references), err)
	found, err := client.LookupSchema(ctx, asked.Subject, sr.Schema{Schema: asked.Schema, Type: sr.TypeJSON})
	keep("lookedUp", found.Version, err)
	level := client.Compatibility(ctx, sr.GlobalSubject)[0]
	keep("compatibility", level.Level.String(), level.Err)
	mode := client.Mode(ctx)[0]
	keep("mode", mode.Mode.String(), mode.Err)
	told["unset"] = codeOf(client.Compatibility(ctx, asked.Subject)[0].Err)

	_, err = client.CreateSchema(ctx, asked.Subject, sr.Schema{Schema: asked.Schema, Type: sr.TypeJSON})
	told["create"] = codeOf(err)
	_, err = client.DeleteSubject(ctx, asked.Subject, sr.SoftDelete)
	told["delete"] = codeOf(err)
	return told, failed
}

func codeOf(err error) int {
	var answer *sr.ResponseError
	if errors.As(err, &answer) {
		return answer.ErrorCode
	}
	return 0
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
