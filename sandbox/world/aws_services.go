package world

import (
	_ "embed"
	"slices"
	"strings"
)

// The types of VPC endpoint.
const (
	endpointInterface = "Interface"
	endpointGateway   = "Gateway"
)

// awsService is one of AWS's own services that a VPC can have an endpoint to.
type awsService struct {
	name  string
	types []string
	// private is the name that private DNS gives the endpoint, less the
	// Region's suffix; the service's own name where it is empty.
	private string
	// china are the types whose service's name begins with "cn." in China.
	china []string
	// lacks are the IDs of the Availability Zones that it has no endpoints in.
	lacks []string
}

//go:embed data/services.tsv
var servicesTable string

// awsServices are the services that the world knows, by name.
var awsServices = parseServices(servicesTable)

func parseServices(table string) map[string]awsService {
	list := func(s string) []string { return strings.FieldsFunc(s, func(r rune) bool { return r == ',' }) }
	out := map[string]awsService{}
	for _, row := range tableRows(table) {
		out[row[0]] = awsService{name: row[0], types: list(row[1]), private: row[2], china: list(row[3]), lacks: list(row[4])}
	}
	return out
}

// findAWSService returns the service behind the name of an endpoint service of
// AWS's own in a Region, "com.amazonaws.us-east-1.logs", with the types that it has
// under that name. In China some begin with "cn.", and S3 has one for each type.
func findAWSService(serviceName, region string) (awsService, bool) {
	common, prefixed := "com.amazonaws."+region+".", reverseDNSPrefix(region)+"."+region+"."
	name, isCommon := strings.CutPrefix(serviceName, common)
	if !isCommon {
		name = strings.TrimPrefix(serviceName, prefixed)
	}
	s := awsServices[name]
	if name == serviceName {
		return awsService{}, false
	}
	if common != prefixed {
		s.types = slices.DeleteFunc(slices.Clone(s.types), func(t string) bool { return slices.Contains(s.china, t) == isCommon })
	}
	if len(s.types) == 0 {
		return awsService{}, false
	}
	return s, true
}

// privateName is the name that resolves to an endpoint with private DNS.
func (s awsService) privateName(region string) string {
	name := s.private
	if name == "" {
		name = s.name
	}
	return name + "." + region + "." + DNSSuffix(region)
}

// prefixListID is the id of the managed prefix list of a gateway service: the
// same for every account. What a restored endpoint has counts.
func (tx *Tx) prefixListID(s awsService, region string) string {
	if !slices.Contains(s.types, endpointGateway) {
		return ""
	}
	if known := tx.memory.PrefixLists[s.name+" "+region]; known != "" {
		return known
	}
	return "pl-" + stableHex("prefix list "+s.name+" "+region, 8)
}
