// verify checks an exported MedNexus log with a client that shares no code with it: Go's own
// transparency log library (golang.org/x/mod/sumdb), as Debian packages it.
//
//	verify DIR
//
// DIR holds checkpoint, log.vkey and tile/ (docs/formats/log.md). Prints one line and exits 0, or
// the first fault and exits 1.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// tiles reads hash tiles for x/mod, whose paths name the height that ours leave out:
// tile/8/0/000 there is tile/0/000 here.
type tiles struct{ dir string }

func (t tiles) Height() int { return 8 }

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range wanted {
		path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		data, err := os.ReadFile(filepath.Join(t.dir, path))
		if err != nil {
			return nil, err
		}
		if len(data) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s: %d bytes", path, len(data))
		}
		out = append(out, data)
	}
	return out, nil
}

// bundlePath is the path of the entry bundle number n; width 256 is a full one.
func bundlePath(n int64, width int) string {
	tile := tlog.Tile{H: 8, L: 0, N: n, W: width}
	return "tile/entries/" + strings.TrimPrefix(tile.Path(), "tile/8/0/")
}

// readEntries reads all bundles of a log of the given size.
func readEntries(dir string, size int64) ([][]byte, error) {
	var entries [][]byte
	for n := int64(0); n*256 < size; n++ {
		width := 256
		if size-n*256 < 256 {
			width = int(size - n*256)
		}
		path := bundlePath(n, width)
		data, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			return nil, err
		}
		for i := 0; i < width; i++ {
			if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
				return nil, fmt.Errorf("%s: entry %d is cut short", path, i)
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			entries = append(entries, data[2:end])
			data = data[end:]
		}
		if len(data) != 0 {
			return nil, fmt.Errorf("%s: bytes left over", path)
		}
	}
	return entries, nil
}

// openCheckpoint checks the signature and reads origin, size and root.
func openCheckpoint(dir string) (tlog.Tree, string, error) {
	var tree tlog.Tree
	vkey, err := os.ReadFile(filepath.Join(dir, "log.vkey"))
	if err != nil {
		return tree, "", err
	}
	verifier, err := note.NewVerifier(strings.TrimSuffix(string(vkey), "\n"))
	if err != nil {
		return tree, "", err
	}
	raw, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return tree, "", err
	}
	opened, err := note.Open(raw, note.VerifierList(verifier))
	if err != nil {
		return tree, "", err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tree, "", fmt.Errorf("checkpoint: not three lines under the key's name")
	}
	if _, err := fmt.Sscanf(lines[1], "%d", &tree.N); err != nil || fmt.Sprint(tree.N) != lines[1] {
		return tree, "", fmt.Errorf("checkpoint: size %q", lines[1])
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, lines[0], err
}

// rebuild hashes the entries into a tree of their own, without looking at any tile.
func rebuild(entries [][]byte) (tlog.Hash, error) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, i := range indexes {
			out = append(out, stored[i])
		}
		return out, nil
	})
	for i, entry := range entries {
		more, err := tlog.StoredHashes(int64(i), entry, reader)
		if err != nil {
			return tlog.Hash{}, err
		}
		stored = append(stored, more...)
	}
	return tlog.TreeHash(int64(len(entries)), reader)
}

// checkEntries compares the root with that of the entries alone, then proves the inclusion of every
// entry from the tiles; above 4096 entries, of every 61st and the last.
func checkEntries(dir string, tree tlog.Tree, hashes tlog.HashReader) error {
	entries, err := readEntries(dir, tree.N)
	if err != nil {
		return err
	}
	root, err := rebuild(entries)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return fmt.Errorf("the entries do not have the root that is signed")
	}
	for i, entry := range entries {
		if tree.N > 4096 && i%61 != 0 && int64(i) != tree.N-1 {
			continue
		}
		proof, err := tlog.ProveRecord(tree.N, int64(i), hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(i), tlog.RecordHash(entry)); err != nil {
			return fmt.Errorf("entry %d: %v", i, err)
		}
	}
	return nil
}

// checkGrowth proves from the tiles that the tree of the first half is a prefix of the whole.
func checkGrowth(tree tlog.Tree, hashes tlog.HashReader) error {
	half := (tree.N + 1) / 2
	old, err := tlog.TreeHash(half, hashes)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, half, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, half, old)
}

func verify(dir string) error {
	tree, origin, err := openCheckpoint(dir)
	if err != nil {
		return err
	}
	if tree.N > 0 {
		hashes := tlog.TileHashReader(tree, tiles{dir})
		if err := checkEntries(dir, tree, hashes); err != nil {
			return err
		}
		if err := checkGrowth(tree, hashes); err != nil {
			return err
		}
	}
	fmt.Printf("verified %s size %d\n", origin, tree.N)
	return nil
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: verify DIR")
		os.Exit(64)
	}
	if err := verify(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "verify:", err)
		os.Exit(1)
	}
}
