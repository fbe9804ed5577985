package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/vnet"
)

// request is what curl is told to send.
type request struct {
	consumerFlags
	method   string
	headers  []string
	data     string
	include  bool
	insecure bool
	timeout  time.Duration
}

func (a *app) curl() *cobra.Command {
	var r request
	cmd := &cobra.Command{
		Use:   "curl [URL]",
		Short: "Send a request from a client in the consumer's VPC",
		Long: `Sends an HTTP request from a client in the consumer's VPC through the simulated
network, and prints the answer. URL is the endpoint's by default; one that begins
with a slash is a path on it. Where the request does not get through, the error
says at which hop it was stopped and by what. Nothing leaves this machine.

Exit codes: 0 there was an answer, whatever its status; 1 there was none.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.connected(cmd, deploy.NetworkOptions{ConnectTimeout: r.timeout}, func(ctx context.Context, s *deploy.Sandbox, n *vnet.Network) error {
				c, client, err := r.choose(ctx, s)
				if err != nil {
					return err
				}
				target, err := targetURL(c, args)
				if err != nil {
					return err
				}
				return a.send(ctx, n, client, target, r)
			})
		},
	}
	r.add(cmd)
	a.runtimeFlag(cmd, "")
	cmd.Flags().StringVarP(&r.method, "request", "X", "", "method (default: GET, or POST with --data)")
	cmd.Flags().StringArrayVarP(&r.headers, "header", "H", nil, "header to send, as \"Name: value\"; can be repeated")
	cmd.Flags().StringVarP(&r.data, "data", "d", "", "body to send")
	cmd.Flags().BoolVarP(&r.include, "include", "i", false, "print the answer's status and headers too")
	cmd.Flags().BoolVarP(&r.insecure, "insecure", "k", false, "take any certificate")
	cmd.Flags().DurationVar(&r.timeout, "connect-timeout", 2*time.Second, "how long to wait for a connection that nothing answers")
	return cmd
}

// targetURL is the URL that was given, or the endpoint's.
func targetURL(c deploy.Consumer, args []string) (*url.URL, error) {
	base, path := c.URL(), ""
	if base == "" && len(c.Ports()) > 0 {
		base = "http://" + c.Address(c.Ports()[0].Port)
	}
	if len(args) == 1 {
		if strings.HasPrefix(args[0], "/") {
			path = args[0]
		} else {
			base = args[0]
		}
	}
	if !strings.Contains(base, "://") {
		base = "http://" + base
	}
	u, err := url.Parse(base)
	if err == nil {
		u, err = u.Parse(path)
	}
	if err != nil {
		return nil, err
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, fmt.Errorf("URL %q is not supported; it must be http://… or https://…", base)
	}
	return u, nil
}

func (a *app) send(ctx context.Context, n *vnet.Network, client vnet.Client, target *url.URL, r request) error {
	req, err := r.build(ctx, target)
	if err != nil {
		return err
	}
	transport := &http.Transport{
		DisableKeepAlives: true,
		ForceAttemptHTTP2: true,
		TLSClientConfig:   &tls.Config{RootCAs: n.RootCAs(), InsecureSkipVerify: r.insecure},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return n.Dial(ctx, client, network, address)
		},
	}
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return a.noAnswer(client, target, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if a.json {
		return a.printAnswer(client, target, resp)
	}
	if r.include {
		a.out.line("%s %s", resp.Proto, resp.Status)
		for _, name := range sorted(resp.Header) {
			a.out.line("%s: %s", name, strings.Join(resp.Header[name], ", "))
		}
		a.out.line("")
	}
	_, err = io.Copy(a.out.stdout, resp.Body)
	return err
}

func (r request) build(ctx context.Context, target *url.URL) (*http.Request, error) {
	method := r.method
	if method == "" {
		method = http.MethodGet
		if r.data != "" {
			method = http.MethodPost
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, target.String(), strings.NewReader(r.data))
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "fargate-privatelink-sandbox-curl")
	for _, h := range r.headers {
		name, value, ok := strings.Cut(h, ":")
		if !ok {
			return nil, fmt.Errorf("--header is %q; it must be \"Name: value\"", h)
		}
		if strings.EqualFold(strings.TrimSpace(name), "host") {
			req.Host = strings.TrimSpace(value)
			continue
		}
		req.Header.Set(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	return req, nil
}

// noAnswer says what became of the request: with JSON as a result, too.
func (a *app) noAnswer(client vnet.Client, target *url.URL, err error) error {
	var blocked *vnet.BlockedError
	if !errors.As(err, &blocked) {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return fmt.Errorf("%s from %s: %w", target, client.Address, err)
	}
	if a.json {
		if err := a.out.json(map[string]any{"url": target.String(), "client": client, "answered": false, "path": blocked.Path}); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s from %s: %s", target, client.Address, blocked.Path.Summary())
}

func (a *app) printAnswer(client vnet.Client, target *url.URL, resp *http.Response) error {
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	return a.out.json(map[string]any{
		"url": target.String(), "client": client, "answered": true,
		"status": resp.StatusCode, "headers": resp.Header, "body": string(body),
	})
}
