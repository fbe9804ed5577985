package vnet

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"sync"
	"time"

	"fargate-privatelink/sandbox/pipe"
	"fargate-privatelink/sandbox/world"
)

// handshakeTimeout is how long a client may take for its TLS handshake.
const handshakeTimeout = 30 * time.Second

// acceptedConn is a connection that a TLS listener has accepted.
type acceptedConn struct {
	*pipe.Conn
	// target gets what became of the load balancer's own connection to a target.
	target chan error
}

// terminate is a TLS listener's side of a connection: the load balancer accepts
// it, decrypts it, and only then opens one of its own to a target. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-tls-listener.html.
func (n *Network) terminate(r *route) (net.Conn, error) {
	certificate, err := n.certificate(r.settings.CertificateARN)
	if err != nil {
		return nil, err
	}
	near, far := pipe.New(r.clientAddr(), r.endpointAddr())
	config := &tls.Config{
		Certificates: []tls.Certificate{*certificate},
		NextProtos:   alpn[r.settings.ALPNPolicy],
		MinVersion:   tls.VersionTLS12,
	}
	accepted := &acceptedConn{Conn: near, target: make(chan error, 1)}
	if err := n.inBackground(func() { n.serveTLS(r, far, config, accepted.target) }); err != nil {
		return nil, err
	}
	return accepted, nil
}

// certificate is a stand-in for the one with that ARN, for the same names.
func (n *Network) certificate(arn string) (*tls.Certificate, error) {
	var names []string
	err := n.world.View(func(tx *world.Tx) error {
		names = tx.CertificateNames(arn)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return n.authority.issue(arn, names)
}

// serveTLS is the load balancer's end of an accepted connection, which ends with the
// network at the latest.
func (n *Network) serveTLS(r *route, far *pipe.Conn, config *tls.Config, result chan<- error) {
	atEnd := context.AfterFunc(n.lifetime, func() { _ = far.Close() })
	defer atEnd()
	secured := tls.Server(far, config)
	ctx, cancel := context.WithTimeout(n.lifetime, handshakeTimeout)
	defer cancel()
	if err := secured.HandshakeContext(ctx); err != nil {
		result <- err
		_ = far.Close()
		return
	}
	target, err := n.toTarget(ctx, r)
	result <- err
	if err != nil {
		far.Reset()
		return
	}
	if group, protocol := r.group, n.targetProtocol(r.group); group != "" && protocol == "TLS" {
		// A load balancer does not verify its targets' certificates.
		target = tls.Client(target, &tls.Config{InsecureSkipVerify: true, NextProtos: config.NextProtos})
	}
	splice(secured, target)
}

func (n *Network) targetProtocol(arn string) (protocol string) {
	_ = n.world.View(func(tx *world.Tx) error {
		g, _ := tx.TargetGroup(arn)
		protocol = g.Protocol
		return nil
	})
	return protocol
}

// splice copies both ways until both ends have closed, one direction at a time.
func splice(a, b net.Conn) {
	var copying sync.WaitGroup
	for _, pair := range [][2]net.Conn{{a, b}, {b, a}} {
		copying.Go(func() {
			from, to := pair[0], pair[1]
			if _, err := io.Copy(to, from); err != nil {
				_, _ = from.Close(), to.Close()
				return
			}
			_ = closeWrite(to)
		})
	}
	copying.Wait()
	_, _ = a.Close(), b.Close()
}
