package vnet

import "net"

// heldConn is a client's connection with TCP, which lasts no longer than its endpoint's to
// the service.
type heldConn struct {
	net.Conn
	endpoint string
	network  *Network
}

// hold keeps a connection in sight until it is closed. Nothing tells a client with UDP that
// its datagrams are lost.
func (n *Network) hold(r *route, conn net.Conn) net.Conn {
	if r.flow.protocol == "udp" {
		return conn
	}
	c := &heldConn{conn, r.flow.endpoint.ID, n}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.held[c] = true
	return c
}

// Close closes the connection.
func (c *heldConn) Close() error {
	c.network.mu.Lock()
	delete(c.network.held, c)
	c.network.mu.Unlock()
	return c.Conn.Close()
}

// CloseWrite ends the client's stream; the other direction stays open.
func (c *heldConn) CloseWrite() error { return closeWrite(c.Conn) }

// heldEndpoints are those that connections are held over.
func (n *Network) heldEndpoints() map[string]bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	endpoints := map[string]bool{}
	for c := range n.held {
		endpoints[c.endpoint] = true
	}
	return endpoints
}

// release gives up the connections over endpoints that are not carried any more: those that
// were rejected or deleted. What else changes, such as a security group, leaves connections
// that are open as they are. The caller has the lock.
func (n *Network) release(carried map[string]bool) (ended []*heldConn) {
	for c := range n.held {
		if is, known := carried[c.endpoint]; known && !is {
			delete(n.held, c)
			ended = append(ended, c)
		}
	}
	return ended
}
