// Verifies a log of the hub with golang.org/x/mod/sumdb, which no one here wrote: checkpoint, tiles, entries, receipts and
// consistency. Reads a job as JSON on stdin; prints what it verified; exits 1 at the first thing that does not fit.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type receipt struct {
	Proof string `json:"proof"`
	Entry string `json:"entry"`
}

type job struct {
	Address     string    `json:"address"`
	Token       string    `json:"token"`
	VerifierKey string    `json:"verifierKey"`
	Checkpoints []string  `json:"checkpoints"`
	Receipts    []receipt `json:"receipts"`
}

func main() {
	var j job
	must(json.NewDecoder(os.Stdin).Decode(&j))
	verifier, err := note.NewVerifier(j.VerifierKey)
	must(err)
	verifiers := note.VerifierList(verifier)

	tree := openCheckpoint(string(get(j, "/checkpoint")), verifiers)
	reader := tlog.TileHashReader(tree, tiles{j})
	verifyEntries(j, tree, reader)
	for _, r := range j.Receipts {
		verifyReceipt(r, verifiers)
	}
	for _, older := range j.Checkpoints {
		verifyConsistency(j, openCheckpoint(older, verifiers), tree, reader)
	}
	fmt.Printf("verified %d entries, %d receipts, %d checkpoints\n", tree.N, len(j.Receipts), len(j.Checkpoints))
}

func openCheckpoint(text string, verifiers note.Verifiers) tlog.Tree {
	opened, err := note.Open([]byte(text), verifiers)
	must(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != opened.Sigs[0].Name {
		fail("a checkpoint has an origin, a size and a root, and the log's key is named as its origin")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: root}
}

// tiles reads tiles of height 8 by the paths of c2sp.org/tlog-tiles, which leave the height out.
type tiles struct{ job }

func (tiles) Height() int                     { return 8 }
func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range wanted {
		read = append(read, get(t.job, "/"+strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
	}
	return read, nil
}

func verifyEntries(j job, tree tlog.Tree, reader tlog.HashReader) {
	for first := int64(0); first < tree.N; first += 256 {
		tile := tlog.Tile{H: 8, L: -1, N: first / 256, W: int(min(256, tree.N-first))}
		bundle := get(j, "/"+strings.Replace(tile.Path(), "tile/8/data", "tile/entries", 1))
		for i := first; i < first+int64(tile.W); i++ {
			length := int(bundle[0])<<8 | int(bundle[1])
			leaf, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, i)})
			must(err)
			if leaf[0] != tlog.RecordHash(bundle[2:2+length]) {
				fail(fmt.Sprintf("entry %d does not hash to its leaf", i))
			}
			bundle = bundle[2+length:]
		}
		if len(bundle) > 0 {
			fail("a bundle is longer than its entries")
		}
	}
}

func verifyReceipt(r receipt, verifiers note.Verifiers) {
	head, checkpoint, found := strings.Cut(r.Proof, "\n\n")
	if !found {
		fail("a proof has an empty line before its checkpoint")
	}
	tree := openCheckpoint(checkpoint, verifiers)
	lines := strings.Split(head, "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		fail("a proof begins with its format")
	}
	lines = lines[1:]
	if extra, is := strings.CutPrefix(lines[0], "extra "); is {
		stated, err := base64.StdEncoding.DecodeString(extra)
		must(err)
		if tlog.Hash(stated) != tlog.RecordHash([]byte(r.Entry)) {
			fail("the extra line is not the hash of the entry")
		}
		lines = lines[1:]
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64)
	must(err)
	must(tlog.CheckRecord(parseHashes(lines[1:]), tree.N, tree.Hash, index, tlog.RecordHash([]byte(r.Entry))))
}

// verifyConsistency checks the hub's own proof, and the one that the tiles make.
func verifyConsistency(j job, older, tree tlog.Tree, reader tlog.HashReader) {
	made, err := tlog.ProveTree(tree.N, older.N, reader)
	must(err)
	must(tlog.CheckTree(made, tree.N, tree.Hash, older.N, older.Hash))
	var answer struct {
		Hashes []string `json:"hashes"`
	}
	must(json.Unmarshal(get(j, fmt.Sprintf("/consistency?from=%d&to=%d", older.N, tree.N)), &answer))
	must(tlog.CheckTree(tlog.TreeProof(parseHashes(answer.Hashes)), tree.N, tree.Hash, older.N, older.Hash))
}

func parseHashes(lines []string) []tlog.Hash {
	var hashes []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		must(err)
		hashes = append(hashes, hash)
	}
	return hashes
}

func get(j job, path string) []byte {
	request, err := http.NewRequest("GET", j.Address+path, nil)
	must(err)
	request.Header.Set("Authorization", "Bearer "+j.Token)
	answer, err := http.DefaultClient.Do(request)
	must(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	must(err)
	if answer.StatusCode != 200 {
		fail(fmt.Sprintf("%s is answered %d", path, answer.StatusCode))
	}
	return body
}

func must(err error) {
	if err != nil {
		fail(err.Error())
	}
}

func fail(message string) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(1)
}
