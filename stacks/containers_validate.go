package stacks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/components"
	"fargate-privatelink/internal/strict"
)

// derive fills what depends on other keys.
func (cfg *providerConfig) derive(keys strict.Keys) {
	cfg.deriveListeners(keys)
	if cfg.Scaling.Enabled {
		if cfg.Scaling.MinCount == 0 {
			cfg.Scaling.MinCount = cfg.Service.DesiredCount
		}
		if cfg.Scaling.MaxCount == 0 {
			cfg.Scaling.MaxCount = max(4, 2*cfg.Scaling.MinCount)
		}
	}
	if !keys.Has("provider.loadBalancer.crossZone") {
		// A zone without a task drops its clients unless the zones share their tasks.
		cfg.LoadBalancer.CrossZone = cfg.leastTasks() < cfg.zoneCount()
	}
	if cfg.LoadBalancer.Dualstack && !keys.Has("provider.endpointService.supportedIpAddressTypes") {
		cfg.EndpointService.SupportedIpAddressTypes = []string{"ipv4", "ipv6"}
	}
}

// leastTasks is how few tasks there may be at a time.
func (cfg *providerConfig) leastTasks() int {
	if !cfg.Scaling.Enabled {
		return cfg.Service.DesiredCount
	}
	least := cfg.Scaling.MinCount
	for _, schedule := range cfg.Scaling.Schedules {
		least = min(least, schedule.MinCount)
	}
	return least
}

// leastTasksKey is the key that says so.
func (cfg *providerConfig) leastTasksKey() string {
	if !cfg.Scaling.Enabled || cfg.Scaling.MinCount == cfg.Service.DesiredCount && cfg.leastTasks() == cfg.Service.DesiredCount {
		return "provider.service.desiredCount"
	}
	if cfg.leastTasks() < cfg.Scaling.MinCount {
		return "the least minCount of provider.scaling.schedules"
	}
	return "provider.scaling.minCount"
}

// validateContainers lets the components check the task, whose rules they have, and
// names the keys.
func (cfg *providerConfig) validateContainers(f *faults) {
	const path = "provider.service"
	service := cfg.Service
	cfg.validateContainer(f, path, service.main())
	for name, sidecar := range sorted(service.Sidecars) {
		at := strict.Join(path+".sidecars", name)
		if name == cfg.Name || !containerForm.valid(name) {
			f.add("%s.sidecars has the key %q; it must be %s, other than %s", path, name, containerForm.allowed, cfg.Name)
		}
		f.text(at+".image", sidecar.Image, imageForm)
		cfg.validateContainer(f, at, sidecar)
	}
	if service.CpuArchitecture != "" {
		f.text(path+".cpuArchitecture", service.CpuArchitecture, oneOf("X86_64", "ARM64"))
	}
	if service.PlatformVersion != "" {
		f.text(path+".platformVersion", service.PlatformVersion, platformForm)
	}
	if service.EphemeralStorageGiB != 0 {
		f.number(path+".ephemeralStorageGiB", service.EphemeralStorageGiB, 21, 200)
	}
	f.texts(path+".kmsKeyArns", service.KmsKeyArns, keyForm)
	if service.PermissionsBoundaryArn != "" {
		f.text(path+".permissionsBoundaryArn", service.PermissionsBoundaryArn, policyForm)
	}
	if service.LogKmsKeyArn != "" {
		f.text(path+".logKmsKeyArn", service.LogKmsKeyArn, keyForm)
	}
	cfg.validateTaskReach(f)
	cfg.validateSpot(f)
	cfg.validateDeployment(f)
}

func (cfg *providerConfig) validateContainer(f *faults, path string, c sidecarConfig) {
	for variable, arn := range sorted(c.Secrets) {
		f.text(strict.Join(path+".secrets", variable), arn, secretForm)
		if _, both := c.Environment[variable]; both {
			f.add("%s is set together with %s; set one of them", strict.Join(path+".secrets", variable), strict.Join(path+".environment", variable))
		}
	}
	for other, condition := range sorted(c.DependsOn) {
		f.text(strict.Join(path+".dependsOn", other), condition, oneOf("START", "COMPLETE", "SUCCESS", "HEALTHY"))
		if _, there := cfg.Service.Sidecars[other]; !there && other != cfg.Name {
			f.add("%s.dependsOn has the key %q; it must be a sidecar or %s", path, other, cfg.Name)
		}
	}
	for i, directory := range c.WritablePaths {
		if !strings.HasPrefix(directory, "/") || directory == "/" {
			f.add("%s.writablePaths[%d] is %q; it must be an absolute path below /", path, i, directory)
		}
	}
	if c.StopTimeoutSeconds != 0 {
		f.number(path+".stopTimeoutSeconds", c.StopTimeoutSeconds, 1, 120)
	}
	if c.ReadOnlyRootFilesystem && cfg.Service.ExecuteCommand {
		f.add("%s.readOnlyRootFilesystem is true, but provider.service.executeCommand is too; the agent of ECS Exec has to write to the container's files", path)
	}
	validateContainerHealthCheck(f, path+".healthCheck", c.HealthCheck)
}

func validateContainerHealthCheck(f *faults, path string, check containerHealthCheckConfig) {
	if len(check.Command) == 0 {
		if check.IntervalSeconds+check.TimeoutSeconds+check.Retries+check.StartPeriodSeconds != 0 {
			f.add("%s has settings but no command; it must have one: [CMD-SHELL, a command line]", path)
		}
		return
	}
	if len(check.Command) < 2 || !slices.Contains([]string{"CMD", "CMD-SHELL"}, check.Command[0]) {
		f.add("%s.command is %q; it must be CMD and a program, or CMD-SHELL and a command line", path, check.Command)
	}
	for _, number := range []struct {
		name             string
		value, low, high int
	}{
		{"intervalSeconds", check.IntervalSeconds, 5, 300}, {"timeoutSeconds", check.TimeoutSeconds, 2, 60},
		{"retries", check.Retries, 1, 10}, {"startPeriodSeconds", check.StartPeriodSeconds, 0, 300},
	} {
		if number.value != 0 {
			f.number(path+"."+number.name, number.value, number.low, number.high)
		}
	}
}

// validateTaskReach checks where the code may connect to, and what it may do in AWS.
func (cfg *providerConfig) validateTaskReach(f *faults) {
	const path = "provider.service"
	for name, egress := range sorted(cfg.Service.Egress) {
		at := strict.Join(path+".egress", name)
		if !tenantForm.valid(name) {
			f.add("%s.egress has the key %q; it must be %s", path, name, tenantForm.allowed)
		}
		f.number(at+".port", egress.Port, 1, 65535)
		if len(egress.CidrBlocks)+len(egress.SecurityGroupIds)+len(egress.PrefixListIds) == 0 {
			f.add("%s has neither cidrBlocks nor securityGroupIds nor prefixListIds; it must say where the tasks may connect to", at)
		}
		f.cidrs(at+".cidrBlocks", egress.CidrBlocks)
		f.texts(at+".securityGroupIds", egress.SecurityGroupIds, securityGroupForm)
		f.texts(at+".prefixListIds", egress.PrefixListIds, prefixListForm)
	}
	f.texts(path+".taskRolePolicyArns", cfg.Service.TaskRolePolicyArns, policyForm)
	names := map[string]bool{}
	for i, arn := range cfg.Service.TaskRolePolicyArns {
		if name := policyName(arn); names[name] {
			f.add("%s.taskRolePolicyArns[%d] is %q; its name, %s, must differ from the others'", path, i, arn, name)
		}
		names[policyName(arn)] = true
	}
}

func (cfg *providerConfig) validateSpot(f *faults) {
	const path = "provider.service.spot"
	spot := cfg.Service.Spot
	f.number(path+".weight", spot.Weight, 0, 1000)
	f.number(path+".onDemandBase", spot.OnDemandBase, 0, 100000)
	f.number(path+".onDemandWeight", spot.OnDemandWeight, 0, 1000)
	if spot.Weight == 0 && spot.OnDemandBase+spot.OnDemandWeight > 0 {
		f.add("%s.weight is 0; it must be 1 to 1000, or leave %s out to run all tasks on demand", path, path)
	}
}

func (cfg *providerConfig) validateDeployment(f *faults) {
	const path = "provider.service.deployment"
	deployment := cfg.Service.Deployment
	f.number(path+".minimumHealthyPercent", deployment.MinimumHealthyPercent, 0, 100)
	f.number(path+".maximumPercent", deployment.MaximumPercent, 100, 200)
	if deployment.MinimumHealthyPercent == 100 && deployment.MaximumPercent == 100 {
		f.add("%s.maximumPercent is 100 and minimumHealthyPercent too; one must give, or no task could be replaced", path)
	}
	if deployment.MaximumPercent == 100 && deployment.ZoneRebalancing {
		f.add("%s.zoneRebalancing is true; with maximumPercent 100 it must be false", path)
	}
}

func (cfg *providerConfig) validateScaling(f *faults) {
	const path = "provider.scaling"
	scaling := cfg.Scaling
	if !scaling.Enabled {
		return
	}
	if scaling.MinCount != cfg.Service.DesiredCount {
		f.number(path+".minCount", scaling.MinCount, 1, 5000)
	}
	f.number(path+".maxCount", scaling.MaxCount, max(1, scaling.MinCount), 5000)
	f.number(path+".cpuPercent", scaling.CpuPercent, 0, 100)
	f.number(path+".memoryPercent", scaling.MemoryPercent, 0, 100)
	f.number(path+".flowsPerTask", scaling.FlowsPerTask, 0, 1000000)
	f.number(path+".scaleInCooldownSeconds", scaling.ScaleInCooldownSeconds, 0, 86400)
	f.number(path+".scaleOutCooldownSeconds", scaling.ScaleOutCooldownSeconds, 0, 86400)
	for key, schedule := range sorted(scaling.Schedules) {
		at := strict.Join(path+".schedules", key)
		if !tenantForm.valid(key) {
			f.add("%s.schedules has the key %q; it must be %s", path, key, tenantForm.allowed)
		}
		if err := components.CheckSchedule(at+".schedule", schedule.Schedule); err != nil {
			f.add("%s", err)
		}
		if schedule.Timezone != "" {
			if err := components.CheckTimezone(at+".timezone", schedule.Timezone); err != nil {
				f.add("%s", err)
			}
		}
		f.number(at+".minCount", schedule.MinCount, 0, 5000)
		switch {
		case schedule.MaxCount != 0:
			f.number(at+".maxCount", schedule.MaxCount, max(1, schedule.MinCount), 5000)
		case schedule.MinCount > scaling.MaxCount:
			f.add("%s.minCount is %d, and %s.maxCount, which is %d, holds where %s.maxCount isn't set; set it to at least %d",
				at, schedule.MinCount, path, scaling.MaxCount, at, schedule.MinCount)
		}
	}
}

// withoutInternet says whether the tasks reach only what the created VPC has endpoints
// to.
func (cfg *providerConfig) withoutInternet() bool {
	return cfg.Network.VpcId == "" && cfg.Network.Egress == string(components.EgressNone)
}

// vpcEndpoints are the listed ones, and without a way to the internet those that the
// task needs too.
func (cfg *providerConfig) vpcEndpoints() []string {
	if !cfg.withoutInternet() {
		return cfg.Network.VpcEndpoints
	}
	secrets := cfg.secrets()
	uses := func(service string) bool {
		return slices.ContainsFunc(secrets, func(arn string) bool { return strings.Contains(arn, ":"+service+":") })
	}
	endpoints := components.TaskVpcEndpoints(components.TaskNeeds{
		SecretsManager: uses("secretsmanager"),
		ParameterStore: uses("ssm"),
		KMS:            len(cfg.Service.KmsKeyArns) > 0,
		ExecuteCommand: cfg.Service.ExecuteCommand,
	})
	for _, more := range cfg.Network.VpcEndpoints {
		if !slices.Contains(endpoints, more) {
			endpoints = append(endpoints, more)
		}
	}
	return endpoints
}

// secrets are the ARNs of all containers' secrets.
func (cfg *providerConfig) secrets() []string {
	all := slices.Collect(maps.Values(cfg.Service.Secrets))
	for _, sidecar := range cfg.Service.Sidecars {
		all = slices.AppendSeq(all, maps.Values(sidecar.Secrets))
	}
	return all
}

// images are the images of all containers, by their key's path.
func (cfg *providerConfig) images() map[string]string {
	images := map[string]string{"provider.service.image": cfg.Service.Image}
	for name, sidecar := range cfg.Service.Sidecars {
		images[strict.Join("provider.service.sidecars", name)+".image"] = sidecar.Image
	}
	return images
}

// cachedRegistries are the registries that the containers pull through a cache of
// Amazon ECR.
func (cfg *providerConfig) cachedRegistries() []string {
	var registries []string
	if !cfg.Service.PullThroughCache.Enabled {
		return nil
	}
	for _, image := range sorted(cfg.images()) {
		if registry, _ := components.ImageRegistry(image); !isECRImage(image) && !slices.Contains(registries, registry) {
			registries = append(registries, registry)
		}
	}
	return registries
}

// cachePrefixes stand for a registry in the prefix of its repositories in Amazon ECR,
// with at most six characters.
var cachePrefixes = map[string]string{
	"docker.io": "docker", "ghcr.io": "ghcr", "public.ecr.aws": "public", "quay.io": "quay", "registry.k8s.io": "k8s",
}

// validateImagePull refuses a task that could never start: without a way to the
// internet its images come from Amazon ECR, through VPC endpoints. See
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
func (cfg *providerConfig) validateImagePull(f *faults) {
	cache := cfg.Service.PullThroughCache
	for path, image := range sorted(cfg.images()) {
		registry, _ := components.ImageRegistry(image)
		switch {
		case isECRImage(image):
		case cache.Enabled:
			if err := components.CheckPullThrough(registry, cache.CredentialArns[registry] != ""); err != nil {
				f.add("%s is %q: %s", path, image, cacheKeys(registry).Replace(err.Error()))
			}
		case cfg.withoutInternet():
			f.add("%s is %q, which is outside of AWS, and provider.network.egress is none; use an image in Amazon ECR "+
				"(<account>.dkr.ecr.<region>.amazonaws.com/<repository>), set provider.service.pullThroughCache.enabled to true "+
				"for Amazon ECR to fetch it, or set egress to single-nat, nat-per-az or public", path, image)
		}
	}
	for registry, arn := range sorted(cache.CredentialArns) {
		f.text(strict.Join("provider.service.pullThroughCache.credentialArns", registry), arn, credentialForm)
		if !slices.Contains(cfg.cachedRegistries(), registry) {
			f.add("provider.service.pullThroughCache.credentialArns has the key %q; no image is pulled through a cache of that registry", registry)
		}
	}
}

// volumeNotices say what the image has to have for a user who isn't root to write to a
// volume. See https://github.com/aws/containers-roadmap/issues/938
func (cfg *providerConfig) volumeNotices() []string {
	containers := map[string]sidecarConfig{"provider.service": cfg.Service.main()}
	for name, sidecar := range cfg.Service.Sidecars {
		containers[strict.Join("provider.service.sidecars", name)] = sidecar
	}
	var notices []string
	for path, c := range sorted(containers) {
		user, _, _ := strings.Cut(c.User, ":")
		if len(c.WritablePaths) == 0 || user == "" || user == "root" || user == "0" {
			continue
		}
		notices = append(notices, fmt.Sprintf("%s.writablePaths: on Fargate %s belongs to root, and the user %s can write there only if the image "+
			"has made the directory theirs and declared it: RUN chown %s, then VOLUME %s",
			path, strings.Join(c.WritablePaths, ", "), c.User, user+" "+strings.Join(c.WritablePaths, " "), strings.Join(c.WritablePaths, " ")))
	}
	return notices
}

// pullNotices say which images have to be pulled once from elsewhere. See
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
func (cfg *providerConfig) pullNotices(ctx *pulumi.Context) []string {
	if !cfg.withoutInternet() {
		return nil
	}
	var notices []string
	for path, image := range sorted(cfg.images()) {
		registry, name := components.ImageRegistry(image)
		if !isECRImage(image) && slices.Contains(cfg.cachedRegistries(), registry) {
			notices = append(notices, fmt.Sprintf("%s: the tasks can pull %s only once it is in the cache, and AWS demands that the first pull "+
				"comes from somewhere with a way to the internet: docker pull <account>.dkr.ecr.<region>.amazonaws.com/%s/%s",
				path, image, cachePrefix(ctx, cfg.Name, registry), name))
		}
	}
	return notices
}

func cacheKeys(registry string) *strings.Replacer {
	return strings.NewReplacer(
		"CredentialArn", strict.Join("provider.service.pullThroughCache.credentialArns", registry), "Registry", "its registry")
}

func isECRImage(image string) bool {
	_, private := components.ParseECRImage(image)
	return private
}

// Forms of what a task takes.
var (
	containerForm = pattern(`^[A-Za-z0-9_-]{1,255}$`, "1 to 255 letters, digits, hyphens and underscores")
	platformForm  = pattern(`^(LATEST|[0-9]+\.[0-9]+\.[0-9]+)$`, "LATEST or a version of Fargate such as 1.4.0")
	keyForm       = pattern(`^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-f-]+$`, "the ARN of a KMS key: arn:aws:kms:<region>:<account>:key/<id>")
	policyForm    = pattern(`^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[A-Za-z0-9_+=,.@/-]{1,512}$`, "the ARN of an IAM policy: arn:aws:iam::<account>:policy/<name>")
	secretForm    = pattern(`^arn:aws[a-z-]*:(secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[^:]+(:[^:]*){0,3}|ssm:[a-z0-9-]+:[0-9]{12}:parameter/.+)$`,
		"the ARN of a Secrets Manager secret (arn:aws:secretsmanager:<region>:<account>:secret:<name>) or of a Systems Manager parameter (arn:aws:ssm:<region>:<account>:parameter/<name>)")
	credentialForm = pattern(`^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:ecr-pullthroughcache/.+$`,
		"the ARN of a Secrets Manager secret whose name begins with ecr-pullthroughcache/")
)
