package world

import (
	"fmt"
	"time"
)

var fileSystemType = &Type{
	Token: TokenFileSystem,
	Inputs: []Property{
		{Name: "availabilityZoneName", Replace: true, Computed: true},
		{Name: "creationToken", Replace: true, Computed: true},
		{Name: "encrypted", Replace: true, Computed: true},
		{Name: "kmsKeyId", Replace: true, Computed: true},
		{Name: "lifecyclePolicies"},
		{Name: "performanceMode", Replace: true, Computed: true},
		{Name: "protection", Computed: true, Elem: []Property{{Name: "replicationOverwrite"}}},
		{Name: "provisionedThroughputInMibps"},
		{Name: "tags"},
		{Name: "throughputMode", Default: "bursting"},
	},
	Latency: Latency{Create: 10 * time.Second, Update: 5 * time.Second, Delete: 10 * time.Second, Source: "assumption: the provider waits for the state available"},
	Outputs: Props{
		"arn": "", "availabilityZoneId": "", "availabilityZoneName": "", "creationToken": "", "dnsName": "", "encrypted": false,
		"kmsKeyId": "", "lifecyclePolicies": []any{}, "name": "", "numberOfMountTargets": 0.0, "ownerId": "",
		"performanceMode": "generalPurpose", "protection": map[string]any{"replicationOverwrite": "ENABLED"},
		"provisionedThroughputInMibps": 0.0, "sizeInBytes": []any{}, "tags": nil, "throughputMode": "bursting",
	},
	Create: func(c *Call) (string, Props, error) {
		id := "fs-" + c.Hex(17)
		computed := Props{
			"arn": c.ARN("elasticfilesystem", "file-system/"+id), "ownerId": c.Caller.Account,
			"dnsName": fmt.Sprintf("%s.efs.%s.%s", id, c.Caller.Region, DNSSuffix(c.Caller.Region)),
		}
		if !c.New.Has("creationToken") {
			computed["creationToken"] = "terraform-" + c.Hex(26)
		}
		return id, computed, nil
	},
	Read: func(c *Call) Props {
		return Props{"numberOfMountTargets": float64(len(c.mountTargets(c.ID)))}
	},
}

var accessPointType = &Type{
	Token: TokenAccessPoint,
	Inputs: []Property{
		{Name: "fileSystemId", Required: true, Replace: true},
		{Name: "posixUser", Replace: true, Elem: []Property{{Name: "gid", Required: true}, {Name: "secondaryGids"}, {Name: "uid", Required: true}}},
		{Name: "rootDirectory", Replace: true, Computed: true, Elem: []Property{
			{Name: "creationInfo", Elem: []Property{{Name: "ownerGid", Required: true}, {Name: "ownerUid", Required: true}, {Name: "permissions", Required: true}}},
			{Name: "path"},
		}},
		{Name: "tags"},
	},
	Latency: quick,
	Outputs: Props{
		"arn": "", "fileSystemArn": "", "fileSystemId": "", "ownerId": "", "posixUser": nil,
		"rootDirectory": map[string]any{"creationInfo": nil, "path": "/"}, "tags": nil,
	},
	Create: func(c *Call) (string, Props, error) {
		id := "fsap-" + c.Hex(17)
		return id, Props{
			"arn": c.ARN("elasticfilesystem", "access-point/"+id), "ownerId": c.Caller.Account,
			"fileSystemArn": c.ARN("elasticfilesystem", "file-system/"+c.New.Str("fileSystemId")),
		}, nil
	},
}

var mountTargetType = &Type{
	Token: TokenMountTarget,
	Inputs: []Property{
		{Name: "fileSystemId", Required: true, Replace: true},
		{Name: "ipAddress", Replace: true, Computed: true},
		{Name: "securityGroups", Computed: true, Set: true},
		{Name: "subnetId", Required: true, Replace: true},
	},
	Latency: Latency{Create: 80 * time.Second, Update: 2 * time.Second, Delete: 10 * time.Second, Source: "assumption: one to two minutes until the state available, https://docs.aws.amazon.com/efs/latest/ug/accessing-fs.html"},
	Outputs: Props{
		"availabilityZoneId": "", "availabilityZoneName": "", "dnsName": "", "fileSystemArn": "", "fileSystemId": "", "ipAddress": "",
		"mountTargetDnsName": "", "networkInterfaceId": "", "ownerId": "", "securityGroups": []any{}, "subnetId": "",
	},
	Create: func(c *Call) (string, Props, error) {
		id, subnet, fs := "fsmt-"+c.Hex(17), c.New.Str("subnetId"), c.New.Str("fileSystemId")
		fixed := fixedAddresses([]Props{{"subnetId": subnet, "ip": c.New.Str("ipAddress")}}, "ip")
		groups := mountGroups(c)
		if err := c.fitInterfaces([]string{subnet}, fixed, InterfaceMountTarget, id, groups); err != nil {
			return "", nil, err
		}
		s, _ := c.Subnet(subnet)
		n := c.NetworkInterfaces(id)[0]
		domain := fmt.Sprintf("%s.efs.%s.%s", fs, c.Caller.Region, DNSSuffix(c.Caller.Region))
		return id, Props{
			"availabilityZoneId": s.ZoneID, "availabilityZoneName": s.ZoneName, "dnsName": domain,
			"fileSystemArn": c.ARN("elasticfilesystem", "file-system/"+fs), "ipAddress": n.PrivateIP.String(),
			"mountTargetDnsName": s.ZoneName + "." + domain, "networkInterfaceId": n.ID, "ownerId": c.Caller.Account,
			"securityGroups": anys(groups),
		}, nil
	},
	Update: func(c *Call) (Props, error) {
		groups := mountGroups(c)
		return Props{"securityGroups": anys(groups)}, c.fitInterfaces([]string{c.New.Str("subnetId")}, nil, InterfaceMountTarget, c.ID, groups)
	},
	Delete: func(c *Call) error {
		c.removeInterfaces(c.ID)
		return nil
	},
}

// mountGroups are a mount target's security groups: the VPC's default one where none
// is given.
func mountGroups(c *Call) []string {
	if given := c.New.Strs("securityGroups"); len(given) > 0 {
		return given
	}
	if shown := c.State.Strs("securityGroups"); len(shown) > 0 {
		return shown
	}
	s, _ := c.Subnet(c.New.Str("subnetId"))
	v, _ := c.VPC(s.VpcID)
	return []string{v.DefaultSecurityGroupID}
}

// mountTargets are a file system's mount targets.
func (tx *Tx) mountTargets(fileSystemID string) []*Record {
	var out []*Record
	tx.each(TokenMountTarget, func(r *Record) bool {
		if r.Outputs.Str("fileSystemId") == fileSystemID {
			out = append(out, r)
		}
		return true
	})
	return out
}
