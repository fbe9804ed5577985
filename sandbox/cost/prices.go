package cost

import (
	_ "embed"
	"fmt"
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
	Regions      map[string]map[string]Price `yaml:"regions"`
	CapacityUnit map[string]capacityUnit     `yaml:"capacityUnit"`
	Currency     string                      `yaml:"currency"`
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

// price returns an item's price in a region, and whether it is the region's own.
func (l *PriceList) price(region, item string) (p Price, own bool) {
	if p, own = l.Regions[region][item]; own {
		return p, true
	}
	p, found := l.Regions[baseRegion][item]
	if !found {
		panic("prices.yaml has no " + item) // cannot happen: a test looks up every item
	}
	return p, false
}
