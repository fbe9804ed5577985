package world

import (
	"fmt"
	"strconv"
)

const (
	efsAPI      = "Amazon EFS API, "
	efsTarget   = efsAPI + "CreateMountTarget, https://docs.aws.amazon.com/efs/latest/ug/API_CreateMountTarget.html"
	efsPoint    = efsAPI + "CreateAccessPoint, https://docs.aws.amazon.com/efs/latest/ug/API_CreateAccessPoint.html"
	efsVolumes  = "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/efs-volumes.html"
	efsVolumeAt = ecsAPI + "EFSVolumeConfiguration, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html"
)

var efsRules = []*Rule{
	{
		ID: "EFS-EXISTS", Token: TokenMountTarget, Also: []string{TokenAccessPoint}, Phase: PhaseCreate, Code: "FileSystemNotFound", Confidence: Verified, Answer: SecondHand,
		Says:   "The file system of a mount target or access point exists.",
		Source: efsTarget + ": Errors; text: reported by users",
		Check: func(c *Call) string {
			return c.exists(TokenFileSystem, "fileSystemId", "File system '%s' does not exist.")
		},
	},
	{
		ID: "EFS-ONE-TARGET-A-ZONE", Token: TokenMountTarget, Phase: PhaseCreate, Code: "MountTargetConflict", Confidence: Verified, Answer: SecondHand,
		Says:   "A file system has one mount target in a zone, and all in one VPC.",
		Source: efsTarget + ": Errors; text: reported by users",
		Check: func(c *Call) string {
			wanted, _ := c.Subnet(c.New.Str("subnetId"))
			for _, r := range c.mountTargets(c.New.Str("fileSystemId")) {
				s, _ := c.Subnet(r.Outputs.Str("subnetId"))
				switch {
				case s.VpcID != wanted.VpcID:
					return "requested subnet for new mount target is not in the same VPC as existing mount targets"
				case s.ZoneID == wanted.ZoneID:
					return "mount target already exists in this AZ"
				}
			}
			return ""
		},
	},
	{
		ID: "EFS-SUBNET-EXISTS", Token: TokenMountTarget, Phase: PhaseCreate, Code: "SubnetNotFound", Confidence: Verified, Answer: SecondHand,
		Says:   "A mount target's subnet exists.",
		Source: efsTarget + ": Errors; text: reported by users",
		Check: func(c *Call) string {
			return c.exists(TokenSubnet, "subnetId", "The subnet ID '%s' does not exist")
		},
	},
	{
		ID: "EFS-GROUPS-LIMIT", Token: TokenMountTarget, Phase: PhaseWrite, Code: "SecurityGroupLimitExceeded", Confidence: Verified, Answer: Unverified,
		Says:   "A mount target has at most five security groups.",
		Source: efsTarget + ": SecurityGroups; the text is inferred",
		Check:  func(c *Call) string { return atMost(c.New, "securityGroups", 5) },
	},
	{
		ID: "EFS-PERMISSIONS", Token: TokenAccessPoint, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "The permissions of a root directory are three or four octal digits.",
		Source: efsAPI + "CreationInfo, https://docs.aws.amazon.com/efs/latest/ug/API_CreationInfo.html",
		Check: func(c *Call) string {
			p := c.New.Map("rootDirectory").Map("creationInfo").Str("permissions")
			if n, err := strconv.ParseUint(p, 8, 16); p == "" || err == nil && n <= 0o7777 && len(p) >= 3 && len(p) <= 4 {
				return ""
			}
			return fmt.Sprintf("invalid value for permissions (octal digits such as 0755): %s", p)
		},
	},
	{
		ID: "EFS-DELETE-IN-USE", Token: TokenFileSystem, Phase: PhaseDelete, Code: "FileSystemInUse", Confidence: Verified, Answer: Unverified,
		Says:   "A file system with mount targets can't be deleted.",
		Source: efsAPI + "DeleteFileSystem: Errors, https://docs.aws.amazon.com/efs/latest/ug/API_DeleteFileSystem.html; the text is inferred",
		Check: func(c *Call) string {
			if len(c.mountTargets(c.ID)) == 0 {
				return ""
			}
			return fmt.Sprintf("File system '%s' has mount targets", c.ID)
		},
	},
	{
		ID: "TASK-VOLUME-EXISTS", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: SecondHand,
		Says:   "A container mounts volumes that the task definition has, and a volume's name is there once.",
		Source: ecsAPI + "MountPoint: sourceVolume, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_MountPoint.html; text: reported by users",
		Check: func(c *Call) string {
			names := map[string]bool{}
			for _, v := range c.New.Maps("volumes") {
				if names[v.Str("name")] {
					return fmt.Sprintf("Volume names must be unique: '%s'.", v.Str("name"))
				}
				names[v.Str("name")] = true
			}
			return c.containerOption(func(o containerOptions) string {
				for _, m := range o.MountPoints {
					if !names[m.SourceVolume] {
						return fmt.Sprintf("Unknown volume '%s'.", m.SourceVolume)
					}
				}
				return ""
			})
		},
	},
	{
		ID: "TASK-EFS-TRANSIT", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: SecondHand,
		Says:   "An EFS volume with an access point or with IAM authorization is encrypted in transit; with an access point its root directory is left out or /.",
		Source: efsVolumeAt + ": authorizationConfig; text: reported by users",
		Check: func(c *Call) string {
			for _, v := range efsVolumesOf(c.New) {
				auth := v.Map("authorizationConfig")
				asks := auth.Str("accessPointId") != "" || auth.Str("iam") == "ENABLED"
				root := v.Str("rootDirectory")
				switch {
				case asks && v.Str("transitEncryption") != "ENABLED":
					return "EFS Volume Configuration: 'transitEncryption' must be enabled when 'authorizationConfig' is specified."
				case auth.Str("accessPointId") != "" && root != "" && root != "/":
					return "EFS Volume Configuration: 'rootDirectory' must either be omitted or set to '/' when 'accessPointId' is specified."
				}
			}
			return ""
		},
	},
	{
		ID: "TASK-EFS-MOUNT", Token: TokenTaskDefinition, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A task whose EFS file system is missing, has no mount target in the task's zone that lets it in on port 2049, stops with ResourceInitializationError. IAM authorization refuses nothing as long as the file system has no policy of its own, which the sandbox doesn't have.",
		Source: efsVolumes + "; https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html; text: https://repost.aws/knowledge-center/ecs-fargate-mount-efs-containers-tasks",
	},
}

// efsVolumesOf are the EFS configurations of a task definition's volumes.
func efsVolumesOf(p Props) []Props {
	var out []Props
	for _, v := range p.Maps("volumes") {
		if e := v.Map("efsVolumeConfiguration"); e != nil {
			out = append(out, e)
		}
	}
	return out
}

const mountFailed = "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: "

// volumeObstacle follows a task's EFS volumes to their mount targets.
func (l launch) volumeObstacle() (reason, detail string) {
	for _, v := range l.definition.efs {
		id := v.Str("fileSystemId")
		fs := l.tx.first(TokenFileSystem, func(r *Record) bool {
			return r.ID == id && r.Account == l.subnet.Account && r.Region == l.subnet.Region
		})
		if fs == nil {
			return mountFailed + fmt.Sprintf("stderr: Failed to resolve \"%s.efs.%s.%s\"", id, l.subnet.Region, DNSSuffix(l.subnet.Region)), "there is no file system " + id
		}
		auth := v.Map("authorizationConfig")
		if point := auth.Str("accessPointId"); point != "" {
			r := l.tx.peek(TokenAccessPoint, point)
			if r == nil || r.Outputs.Str("fileSystemId") != id {
				return mountFailed + "stderr: mount.nfs4: access denied by server while mounting 127.0.0.1:/", fmt.Sprintf("there is no access point %s of %s", point, id)
			}
		}
		if why := l.mountObstacle(id); why != "" {
			return mountFailed + "stderr: mount.nfs4: Connection timed out : unsuccessful EFS utils command execution; code: 32", why
		}
	}
	return "", ""
}

// mountObstacle says why the task can't reach a file system's mount target in its zone;
// empty where it can.
func (l launch) mountObstacle(fileSystemID string) string {
	for _, r := range l.tx.mountTargets(fileSystemID) {
		if r.Outputs.Str("availabilityZoneId") != l.subnet.ZoneID {
			continue
		}
		for _, n := range l.tx.NetworkInterfaces(r.ID) {
			out := l.tx.Admits(l.groups, Egress, "tcp", 2049, Peer{IP: n.PrivateIP, GroupIDs: n.GroupIDs})
			if !out.Admitted {
				return out.Reason
			}
			in := l.tx.Admits(n.GroupIDs, Ingress, "tcp", 2049, Peer{IP: l.anyAddress(), GroupIDs: l.groups})
			if !in.Admitted {
				return fmt.Sprintf("mount target %s does not admit the task: %s", r.ID, in.Reason)
			}
			return ""
		}
	}
	return fmt.Sprintf("file system %s has no mount target in %s", fileSystemID, l.subnet.ZoneID)
}
