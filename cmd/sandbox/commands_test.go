package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/vnet"
	"fargate-privatelink/sandbox/world"
)

// project is a copy of the repository's stack files, with its sandbox.
type project struct {
	t   *testing.T
	dir string
}

func newProject(t *testing.T) project {
	t.Helper()
	p := project{t, t.TempDir()}
	for _, name := range []string{"Pulumi.provider.yaml", "Pulumi.consumer.yaml"} {
		b, err := os.ReadFile(filepath.Join("..", "..", name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(p.dir, name), b, 0o600))
	}
	return p
}

// run requires a command's exit code and returns what it printed.
func (p project) run(code int, args ...string) (stdout, stderr string) {
	p.t.Helper()
	got, stdout, stderr := command(p.t, append([]string{"--project", p.dir}, args...)...)
	require.Equal(p.t, code, got, stdout+stderr)
	return stdout, stderr
}

// replace changes a stack's file.
func (p project) replace(file, before, after string) {
	p.t.Helper()
	path := filepath.Join(p.dir, file)
	b, err := os.ReadFile(path)
	require.NoError(p.t, err)
	require.Contains(p.t, string(b), before)
	require.NoError(p.t, os.WriteFile(path, []byte(strings.Replace(string(b), before, after, 1)), 0o600))
}

// checked is what check prints as JSON.
type checked struct {
	Consumers                   []deploy.Reach
	Reachable, StrangersRefused bool
}

func (p project) checked(code int) (c checked) {
	p.t.Helper()
	stdout, _ := p.run(code, "check", "--json")
	require.NoError(p.t, json.Unmarshal([]byte(stdout), &c))
	return c
}

// drawn is the picture that check draws.
func (p project) drawn(code int) string {
	p.t.Helper()
	file := filepath.Join(p.t.TempDir(), "paths.svg")
	_, stderr := p.run(code, "check", "--svg", file)
	assert.Contains(p.t, stderr, "drawn to "+file)
	b, err := os.ReadFile(file)
	require.NoError(p.t, err)
	return string(b)
}

// TestConnections is what a user sees of connections by the commands: of a service
// that can be reached, and of one whose provider has withdrawn its acceptance.
func TestConnections(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it runs the engine")
	}
	p := newProject(t)
	stdout, _ := p.run(0, "up")
	assert.Contains(t, stdout, "consumer: reachable, 2 of 2 paths open, connection available")
	require.DirExists(t, filepath.Join(p.dir, ".sandbox"))

	stdout, _ = p.run(0, "check")
	assert.Contains(t, stdout, "consumer: reachable, 2 of 2 paths open, connection available")
	assert.Contains(t, stdout, "consumer: a stranger, 203.0.113.7, to 80/tcp in use1-az1: refused at the endpoint security group, inbound")
	for line := range strings.Lines(stdout) {
		if strings.HasPrefix(line, "│") {
			assert.LessOrEqual(t, len([]rune(strings.TrimSpace(line))), 120, line)
		}
	}
	found := p.checked(0)
	assert.True(t, found.Reachable)
	assert.True(t, found.StrangersRefused)
	assert.Contains(t, p.drawn(0), "consumer: 2 of 2 paths open")

	t.Run("curl", p.curls)
	t.Run("serve", p.serves)
	t.Run("diagram", p.diagrams)
	stdout, _ = p.run(0, "logs")
	assert.Contains(t, stdout, `"GET /served HTTP/1.1" 200`)
	stdout, _ = p.run(0, "logs", "--last", "1", "--json")
	var events []world.LogEvent
	require.NoError(t, json.Unmarshal([]byte(stdout), &events))
	assert.Len(t, events, 1)

	p.replace("Pulumi.provider.yaml", "consumerStacks:", "endpointIds: [] #")
	p.run(0, "up", "--stack", "provider")
	stdout, _ = p.run(1, "check")
	assert.Contains(t, stdout, "consumer: NOT reachable, 0 of 2 paths open, connection rejected")
	assert.Contains(t, stdout, "STOP times out")
	found = p.checked(1)
	assert.False(t, found.Reachable)
	assert.True(t, found.StrangersRefused)
	assert.Equal(t, vnet.HopConnection, found.Consumers[0].Paths[0].Stopped().Hop)
	assert.Contains(t, p.drawn(1), "consumer: 0 of 2 paths open")
	_, stderr := p.run(1, "curl", "--connect-timeout", "50ms")
	assert.Contains(t, stderr, "times out: stopped at the PrivateLink connection")
	assert.Contains(t, p.serving(func(url string) {
		_, err := http.Get(url)
		assert.Error(t, err)
	}), "stopped at the PrivateLink connection")
}

func (p project) curls(t *testing.T) {
	p.t = t
	stdout, _ := p.run(0, "curl", "/hello")
	assert.Contains(t, stdout, "This is the sandbox responder")
	stdout, _ = p.run(0, "curl", "--json", "--from", "10.20.3.4")
	var answer struct {
		Answered bool
		Status   int
		Client   vnet.Client
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &answer))
	assert.True(t, answer.Answered)
	assert.Equal(t, http.StatusOK, answer.Status)
	assert.Equal(t, "10.20.3.4", answer.Client.Address.String())

	_, stderr := p.run(1, "curl", "--from", "203.0.113.7", "--connect-timeout", "50ms")
	assert.Contains(t, stderr, "times out: stopped at the endpoint security group, inbound")
	_, stderr = p.run(1, "curl", "--from", "sg-00000000")
	assert.Contains(t, stderr, "--from: there is no security group sg-00000000 in vpc-")
	_, stderr = p.run(1, "curl", "--from", "nobody")
	assert.Contains(t, stderr, `--from: "nobody" is not a client`)
	p.run(2, "curl", "--form", "x")
}

func (p project) serves(t *testing.T) {
	p.t = t
	p.serving(func(url string) {
		resp, err := http.Get(url + "/served")
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Contains(t, string(body), "This is the sandbox responder")

		_, stderr := p.run(1, "logs")
		assert.Contains(t, stderr, "world.db: another process has it open: wait for the other sandbox command, or end it; serve has it until Ctrl-C")
	})
}

// serving runs f while serve listens, with what it opens, then ends it as Ctrl-C does,
// and returns what it said on standard error.
func (p project) serving(f func(url string)) (stderr string) {
	p.t.Helper()
	ctx, interrupt := context.WithCancel(p.t.Context())
	defer interrupt()
	read, write, err := os.Pipe()
	require.NoError(p.t, err)
	errors, err := os.Create(filepath.Join(p.t.TempDir(), "stderr"))
	require.NoError(p.t, err)
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"--project", p.dir, "serve", "--listen", "127.0.0.1:0"}, write, errors)
		_ = write.Close()
	}()
	line, err := bufio.NewReader(read).ReadString('\n')
	require.NoError(p.t, err, "it ended before it listened")
	url, rest, _ := strings.Cut(line, " ")
	assert.Regexp(p.t, `^http://127\.0\.0\.1:\d+$`, url)
	assert.Contains(p.t, rest, "as from 10.20.0.10. Ctrl-C ends it.")
	f(url)
	interrupt()
	assert.Zero(p.t, <-ended)
	b, err := os.ReadFile(errors.Name())
	require.NoError(p.t, err)
	return string(b)
}

func TestReachableInWords(t *testing.T) {
	t.Parallel()
	opened, closed := vnet.Path{Reachable: true}, vnet.Path{}
	for want, paths := range map[string][]vnet.Path{
		"reachable": {opened, opened}, "partly reachable": {opened, closed}, "NOT reachable": {closed},
	} {
		assert.Equal(t, want, reachable(deploy.Reach{Paths: paths}))
	}
}
