package review

import (
	"slices"

	"fargate-privatelink/sandbox/cost"
)

// CostChange is what becomes of the monthly cost.
type CostChange struct {
	Before *cost.Estimate `json:"before"`
	After  *cost.Estimate `json:"after"`
	// Items are those whose cost differs.
	Items []CostItem `json:"items"`
}

// CostItem is one line of the estimate whose cost differs.
type CostItem struct {
	Stack    string `json:"stack"`
	Resource string `json:"resource"`
	What     string `json:"what"`
	// Before and After are the lines on both sides; nil where there is none.
	Before *cost.Item `json:"before,omitempty"`
	After  *cost.Item `json:"after,omitempty"`
}

// StackCost is what one stack costs in a month on both sides.
type StackCost struct {
	Payer, Stack  string
	Before, After cost.USD
}

func compareCost(before, after *cost.Estimate) *CostChange {
	out := &CostChange{Before: before, After: after, Items: []CostItem{}}
	index := map[CostItem]int{}
	add := func(items []cost.Item, set func(*CostItem, *cost.Item)) {
		for _, i := range items {
			key := CostItem{Stack: i.Stack, Resource: i.Resource, What: i.What}
			at, seen := index[key]
			if !seen {
				at = len(out.Items)
				index[key] = at
				out.Items = append(out.Items, key)
			}
			set(&out.Items[at], &i)
		}
	}
	add(before.Items, func(c *CostItem, i *cost.Item) { c.Before = sum(c.Before, i) })
	add(after.Items, func(c *CostItem, i *cost.Item) { c.After = sum(c.After, i) })
	out.Items = slices.DeleteFunc(out.Items, func(c CostItem) bool { return monthly(c.Before) == monthly(c.After) })
	return out
}

// shown is the estimate of the change with those items only that differ.
func (c *CostChange) shown() *cost.Estimate {
	estimate := *c.After
	estimate.Items = nil
	for _, i := range c.Items {
		for _, side := range []*cost.Item{i.Before, i.After} {
			if side != nil {
				estimate.Items = append(estimate.Items, *side)
			}
		}
	}
	return &estimate
}

// sum adds lines for the same thing.
func sum(a, b *cost.Item) *cost.Item {
	if a == nil {
		return b
	}
	both := *a
	both.Quantity += b.Quantity
	both.Monthly += b.Monthly
	return &both
}

// monthly is a line's amount; none where there is no line.
func monthly(i *cost.Item) cost.USD {
	if i == nil {
		return 0
	}
	return i.Monthly
}

// Stacks are the sums of each stack, in the order of the estimate.
func (c *CostChange) Stacks() []StackCost {
	var out []StackCost
	at := func(i cost.Item) *StackCost {
		n := slices.IndexFunc(out, func(s StackCost) bool { return s.Stack == i.Stack })
		if n < 0 {
			n = len(out)
			out = append(out, StackCost{Payer: i.Payer, Stack: i.Stack})
		}
		return &out[n]
	}
	for _, i := range c.Before.Items {
		at(i).Before += i.Monthly
	}
	for _, i := range c.After.Items {
		at(i).After += i.Monthly
	}
	slices.SortStableFunc(out, func(a, b StackCost) int { return compareSides(a.Payer, b.Payer) })
	return out
}

// compareSides puts the provider's side first.
func compareSides(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == "provider":
		return -1
	}
	return 1
}
