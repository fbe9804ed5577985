package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"fargate-privatelink/sandbox/deploy"
)

func TestLoopbackOnly(t *testing.T) {
	t.Parallel()
	for address, allowed := range map[string]bool{
		"127.0.0.1:8080": true, "127.1.2.3:0": true, "[::1]:80": true,
		"0.0.0.0:8080": false, "10.0.0.1:80": false, ":8080": false, "localhost:8080": false, "127.0.0.1": false,
	} {
		if _, err := loopback(address); (err == nil) != allowed {
			t.Errorf("--listen %s: %v", address, err)
		}
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	target := &url.URL{Scheme: "http", Host: "api.example.com", Path: "/a"}
	cases := map[string]struct {
		request                     request
		method, host, header, fails string
	}{
		"by default":     {request{}, http.MethodGet, "api.example.com", "", ""},
		"with data":      {request{data: "x"}, http.MethodPost, "api.example.com", "", ""},
		"a method":       {request{method: "PUT", data: "x"}, http.MethodPut, "api.example.com", "", ""},
		"a header":       {request{headers: []string{"X-A: b: c"}}, http.MethodGet, "api.example.com", "b: c", ""},
		"another host":   {request{headers: []string{"host: other"}}, http.MethodGet, "other", "", ""},
		"no header":      {request{headers: []string{"X-A"}}, "", "", "", `--header is "X-A"; it must be "Name: value"`},
		"no such method": {request{method: "A B"}, "", "", "", `net/http: invalid method "A B"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req, err := c.request.build(t.Context(), target)
			if c.fails != "" {
				if err == nil || err.Error() != c.fails {
					t.Fatalf("got error %v, want %s", err, c.fails)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if req.Method != c.method || req.Header.Get("X-A") != c.header {
				t.Errorf("got %s %v", req.Method, req.Header)
			}
			if host := hostOf(req); host != c.host {
				t.Errorf("got host %s, want %s", host, c.host)
			}
		})
	}
}

func hostOf(r *http.Request) string {
	if r.Host != "" {
		return r.Host
	}
	return r.URL.Host
}

func TestRuntimeFlag(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"": "", "echo": "", "namespace": "", "docker": `--runtime is "docker"; it must be echo or namespace`,
	} {
		err := (&app{runtime: name}).checkRuntime()
		if got := message(err); got != want {
			t.Errorf("--runtime %s: got %q, want %q", name, got, want)
		}
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestNetworkOfAStack(t *testing.T) {
	t.Parallel()
	one := []deploy.Consumer{{Stack: "consumer"}}
	several := []deploy.Consumer{{Stack: "acme", Network: "apps"}, {Stack: "acme", Network: "batch"}}
	cases := map[string]struct {
		consumers   []deploy.Consumer
		asked, want string
	}{
		"the only one":  {one, "", "consumer"},
		"none of names": {one, "apps", `--network is "apps"; the stack has one network without a name`},
		"the first":     {several, "", "acme/apps"},
		"another":       {several, "batch", "acme/batch"},
		"there is not":  {several, "lab", `--network is "lab"; there are acme/apps, acme/batch`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := (&consumerFlags{network: c.asked}).among(c.consumers)
			got := found.Name()
			if err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// TestRuntimeThatCannotRun: it is refused before anything is deployed.
func TestRuntimeThatCannotRun(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts the CLI")
	}
	p := newProject(t)
	t.Setenv("PATH", t.TempDir()) // no program ip, nor a Pulumi CLI
	_, stderr := p.run(1, "up", "--runtime", "namespace")
	if want := "error: runtime namespace needs "; !strings.Contains(stderr, want) || strings.Contains(stderr, "updating") {
		t.Errorf("got %s, want %s before anything is updated", stderr, want)
	}
}
