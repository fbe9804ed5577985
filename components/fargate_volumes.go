package components

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// EfsVolumeArgs are a volume of the tasks in an Amazon EFS file system, which is
// encrypted in transit. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/efs-volumes.html.
type EfsVolumeArgs struct {
	// FileSystemId is the file system, which must have a mount target in each zone of the
	// tasks. Required.
	FileSystemId pulumi.StringInput `pulumi:"fileSystemId" form:"fileSystem"`
	// SecurityGroupIds are the security groups of the mount targets, at least one: the tasks
	// may connect to them on port 2049, and they must admit the tasks' security group.
	SecurityGroupIds []pulumi.StringInput `pulumi:"securityGroupIds" form:"securityGroup" unique:"true" len:"1,5"`
	// AccessPointId is an access point of the file system, which gives the tasks a user and
	// a directory of their own (default none).
	AccessPointId pulumi.StringInput `pulumi:"accessPointId,optional" form:"accessPoint"`
	// RootDirectory is the directory of the file system that the volume begins at (default
	// /). It goes without accessPointId, which has its own.
	RootDirectory string `pulumi:"rootDirectory,optional" form:"directory"`
	// Iam lets the task role decide what the tasks may do (default true), which then gets
	// the right to mount the volume, and to write to it where a container does. The file
	// system's policy may still refuse. See
	// https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html.
	Iam *bool `pulumi:"iam,optional" default:"true"`
}

// MountPointArgs are where a container finds a volume.
type MountPointArgs struct {
	// SourceVolume is the key of the volume in the service's volumes. Required.
	SourceVolume string `pulumi:"sourceVolume"`
	// ReadOnly keeps the container from writing there (default false).
	ReadOnly bool `pulumi:"readOnly,optional"`
}

const nfsPort = 2049

// Check refuses a directory beside an access point's.
func (v *EfsVolumeArgs) Check(at check.Path, f *check.Faults) {
	noneMissing(at.Key("securityGroupIds"), v.SecurityGroupIds, f)
	if v.RootDirectory != "" && v.AccessPointId != nil {
		f.Say(at.Key("rootDirectory"), "is %q; it must not be set with %s, which has its own", v.RootDirectory, at.Key("accessPointId"))
	}
}

// checkMounts refuses one path for two volumes.
func (c *ContainerArgs) checkMounts(at check.Path, f *check.Faults) {
	for path := range check.Sorted(c.MountPoints) {
		if slices.Contains(c.WritablePaths, path) {
			f.Say(at.Key("mountPoints"), "has the key %q, which is also in %s; a path has one volume", path, at.Key("writablePaths"))
		}
	}
}

// checkVolumes checks that volumes are there to be mounted, and are mounted.
func (o *FargateServiceOptions) checkVolumes(at check.Path, f *check.Faults) {
	mounted := map[string]bool{}
	for _, c := range o.containers(at, "") {
		for path, mount := range check.Sorted(c.MountPoints) {
			if _, there := o.Volumes[mount.SourceVolume]; !there && mount.SourceVolume != "" {
				f.Say(c.at.Key("mountPoints").Key(path).Key("sourceVolume"), "is %q; it must be a key of %s", mount.SourceVolume, at.Key("volumes"))
			}
			mounted[mount.SourceVolume] = true
		}
	}
	for name := range check.Sorted(o.Volumes) {
		if !mounted[name] {
			f.Say(at.Key("volumes").Key(name), "is in no container's mountPoints; one must mount it")
		}
		if o.PlatformVersion == "1.3.0" {
			f.Say(at.Key("platformVersion"), "is 1.3.0; Amazon EFS needs 1.4.0 or LATEST")
		}
	}
}

// fileSystems are the task's volumes in Amazon EFS.
func (o *FargateServiceOptions) fileSystems() ecs.TaskDefinitionVolumeArray {
	var all ecs.TaskDefinitionVolumeArray
	for name, v := range check.Sorted(o.Volumes) {
		configuration := ecs.TaskDefinitionVolumeEfsVolumeConfigurationArgs{
			FileSystemId:      v.FileSystemId,
			RootDirectory:     optionalString(v.RootDirectory),
			TransitEncryption: pulumi.String("ENABLED"),
		}
		if *v.Iam || v.AccessPointId != nil {
			authorization := ecs.TaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfigArgs{
				AccessPointId: pointer(v.AccessPointId), Iam: pulumi.String("DISABLED"),
			}
			if *v.Iam {
				authorization.Iam = pulumi.String("ENABLED")
			}
			configuration.AuthorizationConfig = authorization
		}
		all = append(all, ecs.TaskDefinitionVolumeArgs{Name: pulumi.String(name), EfsVolumeConfiguration: configuration})
	}
	return all
}

// volumeRules are the ways to the mount targets.
func (o *FargateServiceOptions) volumeRules() []rule {
	var rules []rule
	itself := func(id string) string { return id }
	for name, v := range check.Sorted(o.Volumes) {
		for key, group := range check.Sorted(keyed(v.SecurityGroupIds, "security-group", itself)) {
			rules = append(rules, groupRule(name+"-"+key, group, nfsPort, "tcp"))
		}
	}
	return rules
}

// volumesPolicy is what the task role may do with the volumes whose Iam is on, or nil.
func (o *FargateServiceOptions) volumesPolicy(account pulumi.StringInput, at site) pulumi.StringInput {
	written := map[string]bool{}
	for _, c := range o.containers("", "") {
		for _, mount := range check.Sorted(c.MountPoints) {
			written[mount.SourceVolume] = written[mount.SourceVolume] || !mount.ReadOnly
		}
	}
	var names []string
	known := []any{account}
	for name, v := range check.Sorted(o.Volumes) {
		if *v.Iam {
			names = append(names, name)
			known = append(known, v.FileSystemId, orNone(v.AccessPointId, pulumi.String("")))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return pulumi.All(known...).ApplyT(func(values []any) (string, error) {
		var statements []statement
		for i, name := range names {
			account, fileSystem, accessPoint := values[0].(string), values[1+2*i].(string), values[2+2*i].(string)
			s := statement{
				Action:   []string{"elasticfilesystem:ClientMount"},
				Resource: []string{at.arn("elasticfilesystem", account, "file-system/"+fileSystem)},
			}
			if written[name] {
				s.Action = append(s.Action, "elasticfilesystem:ClientWrite")
			}
			if accessPoint != "" {
				s.Condition = map[string]any{"StringEquals": map[string]any{
					"elasticfilesystem:AccessPointArn": at.arn("elasticfilesystem", account, "access-point/"+accessPoint),
				}}
			}
			statements = append(statements, s)
		}
		return policyJSON(statements...)
	}).(pulumi.StringOutput)
}
