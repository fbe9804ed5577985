package components

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/contract"
	"fargate-privatelink/internal/check"
	"fargate-privatelink/internal/strict"
)

// ServiceConsumerOptions are the options of a [ServiceConsumer]: the whole
// configuration of a consumer's side, with a default for everything.
type ServiceConsumerOptions struct {
	// Hardened turns on, wherever an option doesn't say otherwise, what security scanners
	// ask for and AWS charges for (default false): flow logs of new VPCs, kept a year and
	// encrypted with a customer managed key. See docs/security.md.
	Hardened bool `pulumi:"hardened,optional"`
	// Network is the VPC that the endpoint is in, a new one or one that exists.
	Network *VpcOptions `pulumi:"network,optional"`
	// Clients may connect to the endpoint (default: everybody in a new VPC). An existing
	// VPC needs them.
	Clients *ClientsOptions `pulumi:"clients,optional"`
	// Networks are several VPCs with an endpoint each, instead of network and clients, by
	// a key of 1 to 16 lower-case letters, digits and hyphens, with which the names of
	// their resources end.
	Networks map[string]EndpointNetworkOptions `pulumi:"networks,optional" keys:"networkKey"`
	// Endpoint is the interface endpoint.
	Endpoint *InterfaceEndpointOptions `pulumi:"endpoint,optional" default:"{}"`
	// Dns gives the endpoint a name of the consumer's own (default none).
	Dns *EndpointAliasOptions `pulumi:"dns,optional"`
	// Alarms tell when the endpoint drops packets or has connections reset.
	Alarms *EndpointAlarmsOptions `pulumi:"alarms,optional" default:"{}"`
	// Tags are the tags of every resource that takes them, at most 49 (default none).
	// Each gets its own Name besides. See
	// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html.
	Tags map[string]string `pulumi:"tags,optional"`
	// Quotas are what the account may have. They are only counted, and never asked of AWS.
	Quotas *ConsumerQuotasOptions `pulumi:"quotas,optional" default:"{}"`
}

// EndpointNetworkOptions are one of several VPCs with an endpoint each.
type EndpointNetworkOptions struct {
	VpcOptions
	// Clients may connect to the endpoint (default: everybody in a new VPC). An existing
	// VPC needs them.
	Clients *ClientsOptions `pulumi:"clients,optional"`
}

// ServiceConsumerArgs are the inputs of ServiceConsumer.
type ServiceConsumerArgs struct {
	ServiceConsumerOptions
	// Contract is what the provider says of its service. See the package contract.
	Contract *contract.Contract `pulumi:"contract" newer:"true"`
	// Endpoints are the IDs of the endpoints that the last update left, by the key of
	// their network, "" for the only one (default none). Those of them that are accepted
	// get the service's private DNS name.
	Endpoints map[string]string `pulumi:"endpoints,optional"`

	// Secret says that a free text among the options is a secret, and keeps all of them out of
	// sight (default false). Only a Go program can give it.
	Secret bool
	// ConfigPath is where the options stand in the caller's configuration, such as
	// "consumer": messages name keys by it (default: nowhere).
	ConfigPath string
	// ProviderStack is the stack that Contract comes from, which the next steps name
	// (default: it was passed on by hand).
	ProviderStack string
	// TrustsProvider says that the contract comes from the same organization, so that its
	// private DNS name is taken wherever it is (default false).
	TrustsProvider bool
}

// Validate returns everything that is wrong with the options of a consumer's side called
// name that stand at a path. [NewServiceConsumer] checks the same, and the contract.
func (o *ServiceConsumerOptions) Validate(at check.Path, name string) error {
	var f check.Faults
	f.Form(at.Key("name"), name, check.Forms["name"])
	_, faults := check.Args(at, o.hardened())
	return append(f, faults...).Err()
}

// Check checks what the options mean together, and fills in the one network.
func (o *ServiceConsumerOptions) Check(at check.Path, f *check.Faults) {
	o.checkNetworks(at, f)
	if o.Networks == nil {
		if o.Network == nil {
			o.Network = &VpcOptions{CidrBlock: defaultCidrBlock}
		}
	}
	for _, p := range o.places(at) {
		p.clients.checkEmpty(p.clientsPath, f)
		p.clients.checkIpv6(p.clientsPath, o.Endpoint, at.Key("endpoint"), f)
		if p.network.exists() && p.clients == nobodyNamed {
			f.Say(p.clientsPath, "has neither cidrBlocks nor securityGroupIds nor prefixListIds; with %s it must say who may connect", p.path.Key("vpcId"))
		}
	}
	o.checkFixedAddresses(at, f)
	o.Endpoint.checkPolicyOf(".vpce-svc-", at.Key("endpoint").Key("policy"), f)
	if o.Dns != nil && !missing(o.Dns.HostedZoneId) && len(o.Networks) > 1 {
		f.Say(at.Key("dns").Key("hostedZoneId"), "is set, but there are %d networks; the name must be another endpoint's in each: set zoneName for a zone for each",
			len(o.Networks))
	}
	checkTags(at.Key("tags"), o.Tags, f)
}

// checkFixedAddresses refuses addresses that are not the one network's.
func (o *ServiceConsumerOptions) checkFixedAddresses(at check.Path, f *check.Faults) {
	path, places := at.Key("endpoint").Key("privateIpv4Addresses"), o.places(at)
	switch {
	case len(o.Endpoint.PrivateIpv4Addresses) == 0:
	case len(places) > 1:
		f.Say(path, "is set, but there are %d networks; the addresses would have to be in all of them", len(places))
	case len(places) == 1:
		checkAddresses(path, o.Endpoint.PrivateIpv4Addresses, &places[0].network, f)
	}
}

// checkNetworks refuses a network beside the map of networks, and one twice.
func (o *ServiceConsumerOptions) checkNetworks(at check.Path, f *check.Faults) {
	if o.Networks == nil {
		return
	}
	path := at.Key("networks")
	if len(o.Networks) == 0 {
		f.Say(path, "is empty; name a network or remove the key")
	}
	for _, other := range []struct {
		key   string
		given bool
	}{{"network", o.Network != nil}, {"clients", o.Clients != nil}} {
		if other.given {
			f.Say(at.Key(other.key), "is set together with %s; each network has its own", path)
		}
	}
	vpcs := map[string]check.Path{}
	for key, network := range check.Sorted(o.Networks) {
		id, known := network.VpcId.(pulumi.String)
		if !known {
			continue
		}
		if other, taken := vpcs[string(id)]; taken {
			f.Say(path.Key(key).Key("vpcId"), "is %q, which is also that of %s; a VPC needs one endpoint", string(id), other)
		}
		vpcs[string(id)] = path.Key(key)
	}
}

// Check is that of the options and of the contract. What the contract lacks is said
// already.
func (args *ServiceConsumerArgs) Check(at check.Path, f *check.Faults) {
	path := at.Key("contract")
	lacking := slices.ContainsFunc(*f, func(err error) bool {
		var fault *check.Fault
		return errors.As(err, &fault) && strings.HasPrefix(string(fault.Path), string(path))
	})
	args.ServiceConsumerOptions.Check(at, f)
	if args.Contract != nil && !lacking {
		f.Add(strict.Prefix(strings.TrimSuffix(string(path), "contract"), args.Contract.Validate()))
		args.checkQuotas(at, f)
		args.checkZoneName(at, f)
	}
}

// place is where one endpoint goes: a network and its clients, with their paths in the
// configuration. Of several, each has a key, which names its resources.
type place struct {
	key         string
	path        check.Path
	clientsPath check.Path
	network     VpcOptions
	clients     *ClientsOptions
}

// places are all networks, by key.
func (o *ServiceConsumerOptions) places(at check.Path) []place {
	if o.Networks == nil {
		return []place{{path: at.Key("network"), clientsPath: at.Key("clients"), network: *o.Network, clients: cmp.Or(o.Clients, nobodyNamed)}}
	}
	var places []place
	for key, n := range check.Sorted(o.Networks) {
		path := at.Key("networks").Key(key)
		places = append(places, place{key: key, path: path, clientsPath: path.Key("clients"), network: n.VpcOptions, clients: cmp.Or(n.Clients, nobodyNamed)})
	}
	return places
}

// named returns the name of a place's resources.
func (p place) named(name string) string {
	if p.key == "" {
		return name
	}
	return name + "-" + p.key
}

// usesPrivateDns says whether the endpoints are to have the service's private DNS name.
// The contract has one only when it is verified.
func (args *ServiceConsumerArgs) usesPrivateDns() bool {
	return *args.Endpoint.PrivateDns && args.Contract.PrivateDnsName != "" && args.trustsName()
}

// trustsName says whether the private DNS name is in a domain that the consumer expects.
func (args *ServiceConsumerArgs) trustsName() bool {
	domains := args.Endpoint.PrivateDnsDomains
	if domains == nil {
		return args.TrustsProvider
	}
	return slices.ContainsFunc(domains, func(domain string) bool {
		return within(strings.TrimPrefix(args.Contract.PrivateDnsName, "*."), strings.TrimPrefix(domain, "*."))
	})
}
