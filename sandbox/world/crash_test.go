package world

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	// writerFile and writerStart make this test binary the writer of
	// TestKilledWriter: the world to write to, and the write to start with.
	writerFile  = "SANDBOX_TEST_WRITER"
	writerStart = "SANDBOX_TEST_WRITER_START"

	crashes = 30
	// maxWrites is how far the reference goes.
	maxWrites = 600
)

// TestMain runs the tests, or the writer in a process of its own.
func TestMain(m *testing.M) {
	path := os.Getenv(writerFile)
	if path == "" {
		os.Exit(m.Run())
	}
	if err := writeForever(path); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// writeForever makes write after write and acknowledges each on standard output
// once the world has taken it.
func writeForever(path string) error {
	w, err := Open(path)
	if err != nil {
		return err
	}
	start, err := strconv.Atoi(os.Getenv(writerStart))
	if err != nil {
		return err
	}
	for i := start; i < maxWrites; i++ {
		if err := nthWrite(w, i); err != nil {
			return fmt.Errorf("write %d: %w", i, err)
		}
		if _, err := fmt.Println(i); err != nil {
			return err
		}
	}
	return nil
}

// nthWrite makes a VPC, which is four records at once, changes it, makes a
// subnet in it, and deletes both: always the same for the same number.
func nthWrite(w *World, n int) error {
	// A VPC that stays counts in its account, of which each has few.
	owner := func(account string) *Session { return session(w, account, testRegion) }
	last := func(token string) (id string, s *Session) {
		_ = w.View(func(tx *Tx) error {
			for _, r := range tx.All(token) {
				id, s = r.ID, owner(r.Account)
			}
			return nil
		})
		return id, s
	}
	var err error
	switch n % 5 {
	case 0:
		_, _, err = create(owner(fmt.Sprintf("%012d", n/20)), "vpc", TokenVPC, Props{"cidrBlock": "10.0.0.0/16"})
	case 1:
		id, s := last(TokenVPC)
		_, err = update(s, TokenVPC, id, Props{"tags": map[string]any{"write": strconv.Itoa(n)}})
	case 2:
		id, s := last(TokenVPC)
		_, _, err = create(s, "subnet", TokenSubnet, Props{"vpcId": id, "cidrBlock": "10.0.1.0/24"})
	case 3:
		id, s := last(TokenSubnet)
		err = s.Delete(TokenSubnet, id)
	case 4:
		if n%20 != 4 { // now and then a VPC stays
			id, s := last(TokenVPC)
			err = s.Delete(TokenVPC, id)
		}
	}
	return err
}

// digest stands for everything that is in a world.
func digest(t *testing.T, w *World) [sha256.Size]byte {
	t.Helper()
	var b []byte
	require.NoError(t, w.View(func(tx *Tx) (err error) {
		all := map[string]any{"memory": tx.memory}
		for _, k := range tx.Kinds() {
			all[k] = tx.All(k)
		}
		b, err = json.Marshal(all)
		return err
	}))
	return sha256.Sum256(b)
}

// reference has the digests of the world before each write, and after the last.
func reference(t *testing.T) [][sha256.Size]byte {
	t.Helper()
	w := newWorld(t)
	digests := [][sha256.Size]byte{digest(t, w)}
	for n := range maxWrites {
		require.NoError(t, nthWrite(w, n))
		digests = append(digests, digest(t, w))
	}
	return digests
}

// TestKilledWriter kills a process at random points while it writes. Whatever it
// had acknowledged is there afterwards, and of the write that it was killed in
// there is all or nothing.
func TestKilledWriter(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	want := reference(t)
	path := filepath.Join(t.TempDir(), "world.db")
	written, unacknowledged := 0, 0
	for crash := range crashes {
		acknowledged := runAndKill(t, path, written, random)
		w, err := Open(path)
		require.NoError(t, err, "open after crash %d", crash)
		switch got := digest(t, w); {
		case got == want[acknowledged]:
			written = acknowledged
		case acknowledged < maxWrites && got == want[acknowledged+1]:
			written = acknowledged + 1
			unacknowledged++
		default:
			t.Fatalf("crash %d (seed %d): after %d acknowledged writes the world is neither as it was after them nor as after one more",
				crash, seed, acknowledged)
		}
		require.NoError(t, w.Close())
	}
	require.Positive(t, written)
	t.Logf("%d writes, %d crashes, %d of them between a write and its acknowledgement", written, crashes, unacknowledged)
}

// runAndKill lets the writer make a few writes from a number on, kills it, and
// returns how many writes there are that were acknowledged.
func runAndKill(t *testing.T, path string, written int, random *rand.Rand) int {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), writerFile+"="+path, writerStart+"="+strconv.Itoa(written))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(out)
	after := written + 1 + random.IntN(maxWrites/crashes-2)
	for lines.Scan() {
		n, err := strconv.Atoi(lines.Text())
		require.NoError(t, err)
		written = n + 1
		if written == after {
			time.Sleep(time.Duration(random.IntN(3000)) * time.Microsecond)
			require.NoError(t, cmd.Process.Kill())
		}
	}
	_ = cmd.Wait() // killed
	return written
}
