package vnet

import (
	"encoding/binary"
	"hash/crc32"
	"net"

	"github.com/pires/go-proxyproto"
	"github.com/pires/go-proxyproto/tlvparse"
)

// headerLength is how long AWS makes its headers: it fills them up, as the
// captures in https://github.com/aws/elastic-load-balancing-tools show.
const headerLength = 100

// clientHeader is the Proxy Protocol header of a client's connection: version 2,
// with the client's address, the endpoint's, and the endpoint's id in AWS's own
// TLV. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#proxy-protocol.
func clientHeader(r *route) ([]byte, error) {
	transport := proxyproto.TCPv4
	if !r.flow.client.Address.Is4() {
		transport = proxyproto.TCPv6
	}
	h := &proxyproto.Header{
		Version: 2, Command: proxyproto.PROXY, TransportProtocol: transport,
		SourceAddr:      &net.TCPAddr{IP: r.flow.client.Address.AsSlice(), Port: int(r.flow.sourcePort)},
		DestinationAddr: &net.TCPAddr{IP: r.flow.ip.AsSlice(), Port: r.flow.port},
	}
	tlvs := []proxyproto.TLV{
		{Type: proxyproto.PP2_TYPE_CRC32C, Value: make([]byte, 4)},
		{Type: tlvparse.PP2_TYPE_AWS, Value: append([]byte{tlvparse.PP2_SUBTYPE_AWS_VPCE_ID}, r.flow.endpoint.ID...)},
	}
	return sealed(h, tlvs)
}

// localHeader is the header of a health check, which tells of no client.
func localHeader() []byte {
	h := &proxyproto.Header{Version: 2, Command: proxyproto.LOCAL, TransportProtocol: proxyproto.UNSPEC}
	b, _ := h.Format() // has nothing that could be wrong
	return b
}

// sealed adds TLVs, the filling and, in the first TLV, the checksum of the whole
// header, for which it counts as zero.
func sealed(h *proxyproto.Header, tlvs []proxyproto.TLV) ([]byte, error) {
	const tlvHead = 3 // a TLV's type and length
	fixed := 28       // a header without TLVs
	if h.TransportProtocol == proxyproto.TCPv6 {
		fixed = 52
	}
	length := fixed
	for _, t := range tlvs {
		length += tlvHead + len(t.Value)
	}
	if fill := headerLength - length - tlvHead; fill >= 0 {
		tlvs = append(tlvs, proxyproto.TLV{Type: proxyproto.PP2_TYPE_NOOP, Value: make([]byte, fill)})
	}
	if err := h.SetTLVs(tlvs); err != nil {
		return nil, err
	}
	b, err := h.Format()
	if err != nil {
		return nil, err
	}
	sum := crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli))
	binary.BigEndian.PutUint32(b[fixed+tlvHead:], sum)
	return b, nil
}
