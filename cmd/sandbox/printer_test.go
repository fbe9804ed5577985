package main

import (
	"testing"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/stretchr/testify/assert"
)

// TestColumnWidths: a table is as wide as it needs, or as the line, with its words whole
// as long as that goes.
func TestColumnWidths(t *testing.T) {
	t.Parallel()
	header, rows := table.Row{"", "hop", "by"}, []table.Row{{"pass", "load balancer", "not asked: inbound rules are not enforced"}}
	assert.Equal(t, []int{4, 13, 41}, columnWidths(header, rows, 100))
	assert.Equal(t, []int{4, 13, 13}, columnWidths(header, rows, 40))
	assert.Equal(t, []int{4, 8, 8}, columnWidths(header, rows, 30))
	assert.Equal(t, []int{4, 8, 8}, columnWidths(header, rows, 10), "there is a least width")
	name := "vpce-447932403d4e75e5d-debffc93.vpce-svc-02d0adfed54adfdc4.us-east-1.vpce.amazonaws.com"
	assert.Equal(t, []int{14, 33, 33}, columnWidths(table.Row{"", "at", "by"},
		[]table.Row{{"STOP times out", name, "no ingress rule allows tcp/80 from 10.0.0.1"}}, 90), "a long name leaves room, and a short text is whole")
	assert.Equal(t, []int{4, 32, 13}, columnWidths(table.Row{"", "at", "by"},
		[]table.Row{{"pass", "fc40eb856de11aa3f010d74e8a2aaf66", "listens on port 8080"}}, 59), "ids are not cut")
}
