package cost

import (
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"gopkg.in/yaml.v3"
)

// baseRegion is the region whose prices stand in for those of a region that the
// price list lacks.
const baseRegion = "us-east-1"

// Confidence is how well a price is known.
type Confidence string

// The confidences, the best first.
const (
	// FromAWS is read on a page of AWS, or a copy of one.
	FromAWS Confidence = "aws"
	// SecondHand is read in somebody else's table.
	SecondHand Confidence = "second-hand"
	// Unverified is neither.
	Unverified Confidence = "unverified"
)

// Price is a list price.
type Price struct {
	// To are the amounts for traffic to some Regions, where USD is that to any other.
	To map[string]float64 `yaml:"to"`
	// USD is the amount for one unit, of the first tier where there are several.
	USD float64 `yaml:"usd"`
	// Tiers are the amounts by quantity in a month; empty where there is one.
	Tiers []Tier `yaml:"tiers"`
	// Unit is what is counted, such as hour or GB.
	Unit string `yaml:"unit"`
	// Source is the page that it was read on, and Date when that was.
	Source string `yaml:"source"`
	Date   string `yaml:"date"`
	// Confidence is how well it is known.
	Confidence Confidence `yaml:"confidence"`
}

// Tier is an amount that holds for a part of the quantity.
type Tier struct {
	USD float64 `yaml:"usd"`
	// UpTo is the quantity at which the next tier starts; 0 for no end.
	UpTo float64 `yaml:"upTo"`
}

// of returns what a quantity costs in dollars.
func (p Price) of(quantity float64) float64 {
	if len(p.Tiers) == 0 {
		return quantity * p.USD
	}
	var sum, from float64
	for _, t := range p.Tiers {
		if t.UpTo == 0 || quantity <= t.UpTo {
			return sum + (quantity-from)*t.USD
		}
		sum += (t.UpTo - from) * t.USD
		from = t.UpTo
	}
	return sum
}

// PriceList is what the estimate goes by.
type PriceList struct {
	Regions map[string]map[string]Price `yaml:"regions"`
	// Everywhere are the items whose price is the same in every Region.
	Everywhere []string `yaml:"everywhere"`
	// FromRegion are the prices of traffic to other Regions, by the Region that it
	// comes from.
	FromRegion   map[string]Price        `yaml:"fromRegion"`
	CapacityUnit map[string]capacityUnit `yaml:"capacityUnit"`
	Currency     string                  `yaml:"currency"`
	// Free are the type tokens that cost nothing.
	Free []string `yaml:"free"`
	// NotPriced is what a type costs besides what the rules count.
	NotPriced map[string]string `yaml:"notPriced"`
}

// capacityUnit is what one NLCU carries.
type capacityUnit struct {
	NewConnectionsPerSecond float64 `yaml:"newConnectionsPerSecond"`
	ActiveConnections       float64 `yaml:"activeConnections"`
	GBPerHour               float64 `yaml:"gbPerHour"`
}

// units returns how many capacity units a load takes.
func (c capacityUnit) units(newPerSecond, active, gbPerHour float64) float64 {
	return max(newPerSecond/c.NewConnectionsPerSecond, active/c.ActiveConnections, gbPerHour/c.GBPerHour)
}

//go:embed prices.yaml
var pricesFile []byte

// Prices is the price list in prices.yaml.
var Prices = sync.OnceValue(func() *PriceList {
	var list PriceList
	if err := yaml.Unmarshal(pricesFile, &list); err != nil {
		panic(fmt.Sprintf("prices.yaml: %v", err)) // cannot happen: a test reads it
	}
	return &list
})

// price returns an item's price in a Region, and whether it is the Region's own. Another's
// is known no better than a guess is.
func (l *PriceList) price(region, item string) (p Price, own bool) {
	base, found := l.Regions[baseRegion][item]
	if !found {
		panic("prices.yaml has no " + item) // cannot happen: a test looks up every item
	}
	if region == "" || slices.Contains(l.Everywhere, item) {
		return base, true
	}
	if p, own = l.Regions[region][item]; own {
		p.Unit = base.Unit
		return p, true
	}
	base.Confidence = Unverified
	return base, false
}

// transfer returns the price of traffic from one Region to another, and whether it is
// the first one's own.
func (l *PriceList) transfer(from, to string) (p Price, own bool) {
	p, own = l.FromRegion[from]
	if !own {
		p = l.FromRegion[baseRegion]
		p.Confidence = Unverified
	}
	if usd, special := p.To[to]; special && own {
		p.USD = usd
	}
	return p, own
}
