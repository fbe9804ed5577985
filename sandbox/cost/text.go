package cost

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// Text is the estimate as a table with its sums, assumptions and notes.
func (e *Estimate) Text() string {
	w := table.NewWriter()
	w.SetStyle(table.StyleLight)
	w.Style().Format.Footer = text.FormatDefault
	w.AppendHeader(table.Row{"paid by", "resource", "for", "quantity", "unit", "unit price", "USD a month"})
	w.SetColumnConfigs([]table.ColumnConfig{
		{Number: 4, Align: text.AlignRight}, {Number: 6, Align: text.AlignRight},
		{Number: 7, Align: text.AlignRight, AlignFooter: text.AlignRight},
	})
	for _, i := range e.Items {
		w.AppendRow(table.Row{i.Stack, i.Resource, i.What, i.Amount(), i.Unit, i.Price(), i.Monthly})
	}
	for _, payer := range slices.Backward(slices.Sorted(maps.Keys(e.Payers))) {
		w.AppendFooter(table.Row{payer, "", "", "", "", "", e.Payers[payer]})
	}
	w.AppendFooter(table.Row{"total", "", "", "", "", "", e.Total})
	return w.Render() + "\n" + strings.Join(e.Remarks(), "\n")
}

// Remarks are the sentences that belong to the figures of its items.
func (e *Estimate) Remarks() []string {
	a := e.Assumptions
	out := []string{
		fmt.Sprintf("Assumed for a month: %s hours, %s GB through the service, %s new connections a second and %s open ones, %s GB from and to the tasks, %s GB of logs, %s GB of access logs, %s GB of images, %s notifications.",
			number2(a.Hours), number2(a.ProcessedGB), number2(a.NewConnections), number2(a.ActiveConnections), number2(a.EgressGB), number2(a.LogGB),
			number2(a.AccessLogGB), number2(a.ImageGB), number2(a.Notifications)),
		"List prices in US dollars, without taxes, discounts and free tiers.",
	}
	if slices.ContainsFunc(e.Items, func(i Item) bool { return i.Confidence == Unverified }) {
		out[1] += " * is a price that nobody has verified."
	}
	if len(e.NotPriced) > 0 {
		out = append(out, "Not priced: "+strings.Join(e.NotPriced, "; ")+".")
	}
	for _, n := range e.Notes {
		out = append(out, "Note: "+n+".")
	}
	return out
}

// Amount is the quantity as people read it.
func (i Item) Amount() string { return number2(i.Quantity) }

// Price is the price of a unit, with a * where nobody has verified it.
func (i Item) Price() string {
	mark := ""
	if i.Confidence == Unverified {
		mark = "*"
	}
	return strconv.FormatFloat(i.UnitPrice, 'f', -1, 64) + mark
}

// number2 is a number with at most two decimals.
func number2(f float64) string {
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(f, 'f', 2, 64), "0"), ".")
}
