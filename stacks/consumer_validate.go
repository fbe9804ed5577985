package stacks

import "fargate-privatelink/internal/strict"

// validate returns every fault of the configuration in one error, a line for each.
func (cfg *consumerConfig) validate(keys strict.Keys) error {
	var f faults
	f.text("consumer.name", cfg.Name, nameForm)
	if keys.Has("consumer.provider") {
		f.text("consumer.provider", cfg.Provider, stackForm)
		if keys.Has("consumer.contract") {
			f.add("consumer.provider is set together with consumer.contract; set one of them")
		}
	}
	cfg.validateNetwork(&f, keys)
	cfg.validateClients(&f, keys)
	f.tags("consumer.tags", cfg.Tags)
	return f.err()
}

func (cfg *consumerConfig) validateNetwork(f *faults, keys strict.Keys) {
	const path = "consumer.network"
	network := cfg.Network
	f.existingVPC(path, network.VpcId, network.SubnetIds, keys, "cidrBlock", "availabilityZones")
	if keys.Has(path + ".vpcId") {
		return
	}
	f.vpcCidr(path+".cidrBlock", network.CidrBlock)
	if keys.Has(path + ".availabilityZones") {
		f.number(path+".availabilityZones", network.AvailabilityZones, 1, 6)
	}
}

func (cfg *consumerConfig) validateClients(f *faults, keys strict.Keys) {
	const path = "consumer.clients"
	f.cidrs(path+".cidrBlocks", cfg.Clients.CidrBlocks)
	f.texts(path+".securityGroupIds", cfg.Clients.SecurityGroupIds, securityGroupForm)
	if keys.Has("consumer.network.vpcId") && len(cfg.Clients.CidrBlocks)+len(cfg.Clients.SecurityGroupIds) == 0 {
		f.add("%s has neither cidrBlocks nor securityGroupIds; with consumer.network.vpcId it must say who may connect", path)
	}
}
