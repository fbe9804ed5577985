// Package cost estimates what deployed stacks cost in a month, item by item, from
// AWS's list prices and stated assumptions.
//
// It reads the stacks' resources as the Pulumi engine recorded them. What is
// counted for which type of resource is in rules.go; prices, with their sources,
// are in prices.yaml.
package cost

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Stack is a deployed stack to be priced.
type Stack struct {
	Name string
	// Role is the stack's role, provider or consumer, which is the side that pays.
	Role string
	// Resources are what it has deployed.
	Resources []apitype.ResourceV3
}

// Assumptions are what a month of use is taken to be. Quantities are averages over
// the month, of all consumers together.
type Assumptions struct {
	// Hours is the length of the month (default 730).
	Hours float64 `json:"hours"`
	// ProcessedGB is the traffic through the service, both directions (default 100).
	ProcessedGB float64 `json:"processedGb"`
	// NewConnections are the connections opened in a second (default 10).
	NewConnections float64 `json:"newConnectionsPerSecond"`
	// ActiveConnections are the connections open at a time (default 1000).
	ActiveConnections float64 `json:"activeConnections"`
	// EgressGB is what the tasks exchange with the internet or AWS's services, such
	// as images and logs (default 10).
	EgressGB float64 `json:"egressGb"`
	// LogGB is what the containers log (default 1).
	LogGB float64 `json:"logGb"`
	// AccessLogGB is what a load balancer writes of access logs (default 1).
	AccessLogGB float64 `json:"accessLogGb"`
	// ImageGB is what a repository, or a cache of somebody else's, keeps of images
	// (default 1).
	ImageGB float64 `json:"imageGb"`
	// Notifications are the messages to a topic (default 100).
	Notifications float64 `json:"notifications"`
}

// DefaultAssumptions are those of a small service.
func DefaultAssumptions() Assumptions {
	return Assumptions{
		Hours: 730, ProcessedGB: 100, NewConnections: 10, ActiveConnections: 1000, EgressGB: 10, LogGB: 1,
		AccessLogGB: 1, ImageGB: 1, Notifications: 100,
	}
}

// USD is an amount of money in cents.
type USD int64

// String is the amount in dollars: 16.43.
func (u USD) String() string {
	sign := ""
	if u < 0 {
		sign, u = "-", -u
	}
	return fmt.Sprintf("%s%d.%02d", sign, u/100, u%100)
}

// MarshalJSON writes the amount in dollars, as a number.
func (u USD) MarshalJSON() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalJSON reads an amount in dollars.
func (u *USD) UnmarshalJSON(data []byte) error {
	var dollars float64
	if err := json.Unmarshal(data, &dollars); err != nil {
		return err
	}
	*u = toUSD(dollars)
	return nil
}

func toUSD(dollars float64) USD { return USD(math.Round(dollars * 100)) }

// Item is one line of an estimate.
type Item struct {
	// Stack is the stack that has the resource, and Payer its role.
	Stack string `json:"stack"`
	Payer string `json:"payer"`
	// Resource is the resource's logical name, and Type its type token.
	Resource string `json:"resource"`
	Type     string `json:"type"`
	// What is being paid for, such as "load balancer hours".
	What     string  `json:"what"`
	Quantity float64 `json:"quantity"`
	Unit     string  `json:"unit"`
	// UnitPrice is the list price of a unit in dollars, of the first tier.
	UnitPrice float64 `json:"unitPrice"`
	// Monthly is what it comes to, rounded to the cent.
	Monthly    USD        `json:"monthly"`
	Confidence Confidence `json:"confidence"`
}

// Estimate is what the stacks cost in a month.
type Estimate struct {
	Currency    string      `json:"currency"`
	Assumptions Assumptions `json:"assumptions"`
	Items       []Item      `json:"items"`
	// Payers are the sums by role, and Total is their sum.
	Payers map[string]USD `json:"payers"`
	Total  USD            `json:"total"`
	// NotPriced is what costs besides, and is left out.
	NotPriced []string `json:"notPriced,omitempty"`
	// Notes say what the estimate takes for granted.
	Notes []string `json:"notes,omitempty"`
}

// Of estimates what the stacks cost. It returns an error when an assumption is
// negative or not a number.
func Of(stacks []Stack, a Assumptions) (*Estimate, error) {
	if err := a.validate(); err != nil {
		return nil, err
	}
	e := &estimator{
		list: Prices(), use: a, found: survey(stacks),
		pools: map[string][]pooled{},
		out:   &Estimate{Currency: Prices().Currency, Assumptions: a, Items: []Item{}, Payers: map[string]USD{}},
	}
	for _, stack := range stacks {
		regions := regionsOf(stack.Resources)
		for _, r := range stack.Resources {
			if r.Custom && strings.HasPrefix(string(r.Type), "aws:") {
				e.add(newResource(stack, r, regions))
			}
		}
	}
	e.finish()
	return e.out, nil
}

func (a Assumptions) validate() error {
	for _, v := range []struct {
		name  string
		value float64
	}{
		{"hours", a.Hours}, {"gb-processed", a.ProcessedGB}, {"connections", a.NewConnections},
		{"active-connections", a.ActiveConnections}, {"gb-egress", a.EgressGB}, {"gb-logs", a.LogGB},
		{"gb-access-logs", a.AccessLogGB}, {"gb-images", a.ImageGB}, {"notifications", a.Notifications},
	} {
		if math.IsNaN(v.value) || math.IsInf(v.value, 0) || v.value < 0 {
			return fmt.Errorf("%s is %s; it must be a number of at least 0", v.name, strconv.FormatFloat(v.value, 'g', -1, 64))
		}
	}
	return nil
}

// finish sorts the items, the dearest side first, and adds them up.
func (e *estimator) finish() {
	e.sharePools()
	for _, i := range e.out.Items {
		e.out.Payers[i.Payer] += i.Monthly
		e.out.Total += i.Monthly
	}
	slices.SortStableFunc(e.out.Items, func(a, b Item) int {
		return strings.Compare(key(a), key(b))
	})
	for _, said := range []*[]string{&e.out.Notes, &e.out.NotPriced} {
		slices.Sort(*said)
		*said = slices.Compact(*said)
	}
}

// key orders items: providers first, then by stack, resource and what is paid for.
func key(i Item) string {
	side := "1"
	if i.Payer == "provider" {
		side = "0"
	}
	return strings.Join([]string{side, i.Stack, i.Type, i.Resource, i.What}, "\x00")
}
