package review

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/thrift"
)

// repositoryOf makes a repository with one commit of some files.
func repositoryOf(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	write(t, root, files)
	for _, args := range [][]string{
		{"init", "--quiet"}, {"add", "--all"},
		{"-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false", "commit", "--quiet", "--message", "base"},
	} {
		cmd := exec.Command("git", args...)
		cmd.Dir = root
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	return root
}

func write(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o644))
	}
}

// everyFile lists what is below a directory, with sizes and times.
func everyFile(t *testing.T, dir string) (found []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		info, statErr := os.Lstat(path)
		if err = errors.Join(err, statErr); err == nil {
			found = append(found, strings.Join([]string{path, info.Mode().String(), info.ModTime().String()}, " "))
		}
		return err
	}))
	return found
}

// slow is a commit whose sandbox says that it has begun, and then takes for ever.
var slow = map[string]string{
	"go.mod":      "module slow\n\ngo 1.24\n",
	"Pulumi.yaml": "name: slow\n",
	"cmd/sandbox/main.go": `package main

import ("os"; "time")

func main() {
	os.WriteFile(os.Getenv("BEGUN"), nil, 0o600)
	time.Sleep(time.Minute)
}
`,
}

// TestMain deploys a commit where a test below has started it for that, to be killed.
func TestMain(m *testing.M) {
	if root := os.Getenv("DEPLOY_COMMIT_OF"); root != "" {
		cache := &Cache{Dir: os.Getenv("CACHE"), Keep: 1}
		work, err := cache.Work()
		if err == nil {
			_, err = DeployCommit(context.Background(), root, "HEAD", work, cache, io.Discard)
		}
		_, _ = io.WriteString(os.Stderr, err.Error())
		os.Exit(1)
	}
	thrift.Frugally()
	os.Exit(m.Run())
}

// A review that is killed leaves nothing in the repository, and what it leaves in the
// cache a later one removes.
func TestKilledReview(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("what the killed process has started goes on, and Windows removes no program that runs")
	}
	root, dir := repositoryOf(t, slow), t.TempDir()
	before := everyFile(t, filepath.Join(root, ".git"))
	begun := filepath.Join(dir, "begun")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "DEPLOY_COMMIT_OF="+root, "CACHE="+dir, "BEGUN="+begun)
	require.NoError(t, cmd.Start())
	require.Eventually(t, func() bool { _, err := os.Stat(begun); return err == nil }, 2*time.Minute, 50*time.Millisecond)
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()

	assert.Equal(t, before, everyFile(t, filepath.Join(root, ".git")))
	left, err := filepath.Glob(filepath.Join(dir, "*"+workSuffix))
	require.NoError(t, err)
	assert.Len(t, left, 2, "the work of the review, and of the entry")
	cache := &Cache{Dir: dir, Keep: 1}
	require.NoError(t, cache.sweep())
	again, err := filepath.Glob(filepath.Join(dir, "*"+workSuffix))
	require.NoError(t, err)
	assert.Equal(t, left, again, "they may still be somebody's")
	old := time.Now().Add(-abandoned - time.Hour)
	for _, work := range left {
		require.NoError(t, os.Chtimes(work, old, old))
	}
	require.NoError(t, cache.sweep())
	again, err = filepath.Glob(filepath.Join(dir, "*"+workSuffix))
	require.NoError(t, err)
	assert.Empty(t, again)
}

// A review that is told to end ends its child as well.
func TestCancelledReview(t *testing.T) {
	root, dir := repositoryOf(t, slow), t.TempDir()
	begun := filepath.Join(dir, "begun")
	t.Setenv("BEGUN", begun)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(begun); err == nil {
				cancel()
			}
			time.Sleep(20 * time.Millisecond)
		}
	}()
	cache := &Cache{Dir: dir, Keep: 1}
	started := time.Now()
	_, err := DeployCommit(ctx, root, "HEAD", filepath.Join(dir, "work"), cache, io.Discard)
	require.Error(t, err)
	assert.Less(t, time.Since(started), time.Minute)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 1, "what the child wrote, and no entry: %v", left)
}

// The commit's files come as git would check them out, and its .git is not touched.
func TestCheckout(t *testing.T) {
	root := repositoryOf(t, map[string]string{
		".gitattributes": "*.txt export-ignore\n", "a.txt": "kept\n", "project/b": "b\n",
	})
	write(t, root, map[string]string{"project/b": "changed\n", "project/new": "new\n"})
	before := everyFile(t, filepath.Join(root, ".git"))
	dir := t.TempDir()
	c := &checkout{repository: filepath.Join(root, "project"), ref: "HEAD", hash: "HEAD", log: io.Discard}
	require.NoError(t, c.files(t.Context(), filepath.Join(dir, "tree"), filepath.Join(dir, "index")))
	for name, want := range map[string]string{"a.txt": "kept\n", "project/b": "b\n"} {
		got, err := os.ReadFile(filepath.Join(dir, "tree", name))
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
	}
	assert.NoFileExists(t, filepath.Join(dir, "tree", "project", "new"))
	assert.Equal(t, before, everyFile(t, filepath.Join(root, ".git")))
}

func TestUnchanged(t *testing.T) {
	base := map[string]string{".gitignore": "Pulumi.mine.yaml\n.sandbox/\nnode_modules/\n*.log\nnew.go\n", "Pulumi.yaml": "name: x\n", "a/b.go": "package a\n"}
	for name, test := range map[string]struct {
		files     map[string]string
		remove    string
		unchanged bool
	}{
		"nothing":              {nil, "", true},
		"a file":               {map[string]string{"a/b.go": "package b\n"}, "", false},
		"the same text again":  {map[string]string{"a/b.go": "package a\n"}, "", true},
		"a new file":           {map[string]string{"c": ""}, "", false},
		"a file that is gone":  {nil, "a/b.go", false},
		"what is ignored":      {map[string]string{"x.log": "", ".sandbox/x.go": "", "node_modules/x": ""}, "", true},
		"an ignored stack":     {map[string]string{"Pulumi.mine.yaml": "config: {}\n"}, "", false},
		"an ignored Go source": {map[string]string{"a/new.go": "package a\n"}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			root := repositoryOf(t, base)
			write(t, root, test.files)
			if test.remove != "" {
				require.NoError(t, os.Remove(filepath.Join(root, test.remove)))
			}
			before := everyFile(t, filepath.Join(root, ".git"))
			same, err := Unchanged(t.Context(), root, "HEAD")
			require.NoError(t, err)
			assert.Equal(t, test.unchanged, same)
			assert.Equal(t, before, everyFile(t, filepath.Join(root, ".git")))
		})
	}
	_, err := Unchanged(t.Context(), repositoryOf(t, base), "nowhere")
	assert.ErrorContains(t, err, `--base is "nowhere"; it must be a commit of this repository`)
}

func TestCache(t *testing.T) {
	cache := &Cache{Dir: t.TempDir(), Keep: 2}
	made := 0
	fill := func(_ context.Context, dir string) error {
		made++
		return os.WriteFile(filepath.Join(dir, "state"), []byte("deployed"), 0o600)
	}
	take := func(key string) string {
		to := filepath.Join(t.TempDir(), "copy")
		require.NoError(t, cache.take(t.Context(), key, to, fill))
		got, err := os.ReadFile(filepath.Join(to, "state"))
		require.NoError(t, err)
		assert.Equal(t, "deployed", string(got))
		return filepath.Join(to, "state")
	}
	// What a review does to its copy, the next one doesn't see.
	require.NoError(t, os.WriteFile(take("a"), []byte("changed"), 0o600))
	take("a")
	assert.Equal(t, 1, made)

	for i, key := range []string{"b", "c"} {
		take(key)
		then := time.Now().Add(time.Duration(i-10) * time.Minute)
		require.NoError(t, os.Chtimes(filepath.Join(cache.Dir, key), then, then))
	}
	take("a") // is the last one that was used
	require.NoError(t, cache.sweep())
	assert.NoDirExists(t, filepath.Join(cache.Dir, "b"), "used longest ago")
	assert.DirExists(t, filepath.Join(cache.Dir, "c"))
	assert.DirExists(t, filepath.Join(cache.Dir, "a"))

	err := cache.take(t.Context(), "d", filepath.Join(t.TempDir(), "d"), func(context.Context, string) error { return errors.New("no") })
	assert.EqualError(t, err, "no")
	left, err := os.ReadDir(cache.Dir)
	require.NoError(t, err)
	assert.Len(t, left, 2, "what failed leaves nothing: %v", left)
}

// Of several who make the same entry, all get it.
func TestCacheOfSeveral(t *testing.T) {
	cache := &Cache{Dir: t.TempDir(), Keep: 2}
	var all sync.WaitGroup
	for range 8 {
		to := filepath.Join(t.TempDir(), "copy")
		all.Go(func() {
			assert.NoError(t, cache.take(t.Context(), "a", to, func(_ context.Context, dir string) error {
				return os.WriteFile(filepath.Join(dir, "state"), []byte("deployed"), 0o600)
			}))
			assert.FileExists(t, filepath.Join(to, "state"))
		})
	}
	all.Wait()
	left, err := os.ReadDir(cache.Dir)
	require.NoError(t, err)
	assert.Len(t, left, 1)
}

// A commit is built and deployed once, by its own code, and each who asks gets a copy
// with its own files and state.
func TestDeployCommit(t *testing.T) {
	root := repositoryOf(t, map[string]string{
		"a/go.mod": "module quick\n\ngo 1.24\n", "a/Pulumi.yaml": "name: quick\n", "a/stack": "the commit's\n",
		"a/cmd/sandbox/main.go": `package main

import ("fmt"; "os"; "path/filepath")

func main() {
	dir := os.Args[2] // sandbox --dir DIRECTORY up --json
	os.MkdirAll(dir, 0o700)
	b, _ := os.ReadFile("stack")
	os.WriteFile(filepath.Join(dir, "state"), b, 0o600)
	fmt.Println("{\"stacks\": [{}], \"reachable\": false}")
	os.Exit(1)
}
`,
	})
	project := filepath.Join(root, "a")
	write(t, project, map[string]string{"stack": "changed\n"})
	cache := &Cache{Dir: t.TempDir(), Keep: 1}
	for time, want := range []string{"base: building and deploying HEAD by its own code, once ...\n", ""} {
		var log strings.Builder
		c, err := DeployCommit(t.Context(), project, "HEAD", t.TempDir(), cache, &log)
		require.NoError(t, err)
		assert.Equal(t, want, log.String(), "time %d", time)
		assert.False(t, c.Reachable)
		for _, file := range []string{filepath.Join(c.Root, "stack"), filepath.Join(c.Dir, "state")} {
			b, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, "the commit's\n", string(b))
			require.NoError(t, os.WriteFile(file, []byte("somebody's"), 0o600))
		}
	}
	write(t, project, map[string]string{"cmd/sandbox/main.go": "package main\n\nfunc main() { panic(1) }\n"})
	_, err := git(t.Context(), root, "-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false", "commit", "--quiet", "--all", "--message", "broken")
	require.NoError(t, err)
	_, err = DeployCommit(t.Context(), project, "HEAD", t.TempDir(), cache, io.Discard)
	assert.ErrorContains(t, err, "the base HEAD can't be deployed: exit status 2\npanic: 1")
	left, err := os.ReadDir(cache.Dir)
	require.NoError(t, err)
	assert.Len(t, left, 1, "only what was deployed is kept: %v", left)
}
