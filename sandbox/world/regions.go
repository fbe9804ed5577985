package world

import (
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Region is one AWS Region: what of it is the same for every account.
type Region struct {
	// Name is the Region's code, "us-east-1".
	Name string
	// Description is its location, "US East (N. Virginia)".
	Description string
	// zonePrefix starts the IDs of its Availability Zones, "use1".
	zonePrefix string
	// zones are the numbers of the zones' IDs, 1 for "use1-az1".
	zones []int
	// letters end the zones' names, in the order of zones.
	letters string
	// independent: each account has its own mapping of names to IDs. AWS gives the same
	// one to accounts of since November 2025; the sandbox's are taken to be older.
	independent bool
	// OptIn: an account has to enable the Region before it can use it.
	OptIn bool
	// nlbZone is the hosted zone of the Region's Network Load Balancers.
	nlbZone string
}

//go:embed data/regions.tsv
var regionsTable string

// regions is the table of Regions, sorted by name.
var regions = parseRegions(regionsTable)

func parseRegions(table string) []Region {
	var out []Region
	for _, row := range tableRows(table) {
		r := Region{Name: row[0], Description: row[1], zonePrefix: row[2], letters: row[4], nlbZone: row[5]}
		for _, n := range strings.Split(row[3], ",") {
			number, err := strconv.Atoi(n)
			if err != nil {
				panic("data/regions.tsv: " + r.Name + ": " + err.Error())
			}
			r.zones = append(r.zones, number)
		}
		r.OptIn, r.independent = row[6] == "opt-in", row[6] == "independent"
		out = append(out, r)
	}
	return out
}

// tableRows are the rows of a table of the folder data, by columns.
func tableRows(table string) (rows [][]string) {
	for line := range strings.Lines(table) {
		if line = strings.TrimRight(line, "\n"); line != "" && !strings.HasPrefix(line, "#") {
			rows = append(rows, strings.Split(line, "\t"))
		}
	}
	return rows
}

// fixedZones are the zone numbers by letter of accounts whose real mapping was
// recorded; every other account gets its own shuffle in the Regions that have one.
var fixedZones = map[string][]int{
	"123456789012 us-east-1": {6, 1, 2, 4, 3, 5},
}

// Zone is an Availability Zone as one account sees it.
type Zone struct {
	// Name is the account's own name for it, "us-east-1a".
	Name string
	// ID is the same in every account, "use1-az1".
	ID string
}

// FindRegion returns the Region of that name.
func FindRegion(name string) (Region, bool) {
	i := slices.IndexFunc(regions, func(r Region) bool { return r.Name == name })
	if i < 0 {
		return Region{}, false
	}
	return regions[i], true
}

// Partition returns the partition that a Region is in: aws, aws-cn or aws-us-gov.
func Partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	default:
		return "aws"
	}
}

// DNSSuffix returns the domain of AWS's own names in a Region, "amazonaws.com".
func DNSSuffix(region string) string {
	if Partition(region) == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// reverseDNSPrefix starts the names of AWS's endpoint services in a Region.
func reverseDNSPrefix(region string) string {
	if Partition(region) == "aws-cn" {
		return "cn.com.amazonaws"
	}
	return "com.amazonaws"
}

// Zones returns the Availability Zones of a Region by name, as the account sees
// them: in the oldest Regions, which ID stands behind a name differs between accounts. See
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html.
// It is empty for a Region that the sandbox does not know.
func Zones(account, region string) []Zone {
	r, ok := FindRegion(region)
	if !ok {
		return nil
	}
	numbers := fixedZones[account+" "+region]
	switch {
	case numbers != nil:
	case !r.independent:
		numbers = r.zones
	default:
		numbers = shuffled(r.zones, account+" "+region)
	}
	zones := make([]Zone, len(numbers))
	for i, n := range numbers {
		zones[i] = Zone{Name: region + r.letters[i:i+1], ID: fmt.Sprintf("%s-az%d", r.zonePrefix, n)}
	}
	return zones
}

// shuffled returns the numbers in an order that the seed decides.
func shuffled(numbers []int, seed string) []int {
	out := slices.Clone(numbers)
	sum := sha256.Sum256([]byte(seed))
	for i := len(out) - 1; i > 0; i-- {
		j := int(binary.BigEndian.Uint32(sum[4*i:])) % (i + 1)
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// Zones are those of the package's Zones, but where a restored account is known to
// have another ID behind a name.
func (tx *Tx) Zones(account, region string) []Zone {
	zones := Zones(account, region)
	known := tx.memory.Zones[account+" "+region]
	for _, name := range sortedKeys(known) {
		zones = withZone(zones, Zone{name, known[name]})
	}
	return zones
}

// withZone puts a zone in its place among others, whose IDs it trades.
func withZone(zones []Zone, z Zone) []Zone {
	at := slices.IndexFunc(zones, func(o Zone) bool { return o.Name == z.Name })
	holder := slices.IndexFunc(zones, func(o Zone) bool { return o.ID == z.ID })
	switch {
	case at < 0 && holder < 0:
		return append(zones, z)
	case at < 0:
		zones[holder].Name = z.Name
	case holder < 0:
		zones[at].ID = z.ID
	default:
		zones[at].ID, zones[holder].ID = z.ID, zones[at].ID
	}
	return zones
}

// zoneByName and zoneByID find a zone as the account sees it.
func (tx *Tx) zoneByName(account, region, name string) (Zone, bool) {
	return tx.findZone(account, region, func(z Zone) bool { return z.Name == name })
}

func (tx *Tx) zoneByID(account, region, id string) (Zone, bool) {
	return tx.findZone(account, region, func(z Zone) bool { return z.ID == id })
}

func (tx *Tx) findZone(account, region string, f func(Zone) bool) (Zone, bool) {
	zones := tx.Zones(account, region)
	i := slices.IndexFunc(zones, f)
	if i < 0 {
		return Zone{}, false
	}
	return zones[i], true
}

// RegionNames returns the codes of the Regions that the sandbox knows, sorted.
func RegionNames() []string {
	names := make([]string, len(regions))
	for i, r := range regions {
		names[i] = r.Name
	}
	return names
}
