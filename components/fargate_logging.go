package components

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// LoggingArgs say where a container's output goes. See
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html.
type LoggingArgs struct {
	// Driver is awslogs (default: to the service's log group), awsfirelens (to the sidecar
	// with firelens) or splunk. Fargate has no others.
	Driver string `pulumi:"driver,optional" default:"awslogs" enum:"awslogs,awsfirelens,splunk"`
	// Mode is what happens when the output can't be sent as fast as it comes, with
	// awslogs: non-blocking (default: it is kept in memory, and dropped once maxBufferSize
	// is full) or blocking (the container waits, and may stop answering). See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-aws-logs-driver-mode.html.
	Mode string `pulumi:"mode,optional" enum:"non-blocking,blocking"`
	// MaxBufferSize is how much output is kept in memory with the mode non-blocking, a
	// number and k, m or g (default 25m, which AWS recommends).
	MaxBufferSize string `pulumi:"maxBufferSize,optional" form:"bufferSize"`
	// Options are further options of the driver, as AWS names them (default none), such as
	// awslogs-multiline-pattern, or those of the log router's output.
	Options map[string]string `pulumi:"options,optional"`
	// SecretOptions are options whose values ECS reads when it starts the task (default
	// none): ARNs as those of secrets. The execution role gets the right to read them.
	SecretOptions map[string]pulumi.StringInput `pulumi:"secretOptions,optional" form:"secret"`
}

// FirelensArgs make a sidecar the task's log router. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html.
type FirelensArgs struct {
	// Type is fluentbit (default) or fluentd, which the sidecar's image must be.
	Type string `pulumi:"type,optional" default:"fluentbit" enum:"fluentbit,fluentd"`
	// Options are the router's, as AWS names them (default none): enable-ecs-log-metadata,
	// config-file-type and config-file-value. On Fargate a configuration file is one in the
	// image: config-file-type is file.
	Options map[string]string `pulumi:"options,optional"`
}

const defaultLogBuffer = "25m"

// ownLogOptions are the options of awslogs that the service gives itself.
var ownLogOptions = []string{"awslogs-group", "awslogs-region", "awslogs-stream-prefix", "mode", "max-buffer-size"}

// Check checks that the options are the driver's.
func (l *LoggingArgs) Check(at check.Path, f *check.Faults) {
	noneMissingIn(at.Key("secretOptions"), l.SecretOptions, f)
	for name := range check.Sorted(l.SecretOptions) {
		if _, both := l.Options[name]; both {
			f.Say(at.Key("secretOptions").Key(name), "is set together with %s; set one of them", at.Key("options").Key(name))
		}
	}
	if l.Driver != "awslogs" {
		for _, option := range []struct{ key, value string }{{"mode", l.Mode}, {"maxBufferSize", l.MaxBufferSize}} {
			if option.value != "" {
				f.Say(at.Key(option.key), "is %q; it must not be set, since only the driver awslogs has it", option.value)
			}
		}
		return
	}
	if l.Mode == "blocking" && l.MaxBufferSize != "" {
		f.Say(at.Key("maxBufferSize"), "is %q, but %s is blocking; only non-blocking has a buffer", l.MaxBufferSize, at.Key("mode"))
	}
	for name := range check.Sorted(l.Options) {
		if slices.Contains(ownLogOptions, name) {
			f.Say(at.Key("options"), "has the key %q, which the service gives itself", name)
		}
	}
}

// checkRouter checks that there is one log router for the containers that need it.
func (o *FargateServiceOptions) checkRouter(at check.Path, f *check.Faults) {
	routers := 0
	for _, c := range o.containers(at, "") {
		if c.firelens == nil {
			continue
		}
		if routers++; routers > 1 {
			f.Say(c.at.Key("firelens"), "is set a second time; a task has one log router")
		}
		if c.Logging.Driver == "awsfirelens" {
			f.Say(c.at.Key("logging").Key("driver"), "is awsfirelens; the log router's own output must go elsewhere")
		}
	}
	for _, c := range o.containers(at, "") {
		if c.Logging.Driver == "awsfirelens" && routers == 0 {
			f.Say(c.at.Key("logging").Key("driver"), "is awsfirelens, but no sidecar has firelens; one must be the log router")
		}
	}
}

// logSite is what a service's containers have in common when they write to its log group.
type logSite struct{ group, region, prefix string }

// configuration returns that of the log driver, whose stream prefix Fargate demands. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html.
func (l *LoggingArgs) configuration(site logSite, secrets map[string]string) logConfiguration {
	made := logConfiguration{LogDriver: l.Driver, Options: maps.Clone(l.Options)}
	for name, arn := range check.Sorted(secrets) {
		made.SecretOptions = append(made.SecretOptions, secretReference{Name: name, ValueFrom: arn})
	}
	if l.Driver != "awslogs" {
		return made
	}
	options := map[string]string{
		"awslogs-group": site.group, "awslogs-region": site.region, "awslogs-stream-prefix": site.prefix, "mode": "non-blocking",
	}
	maps.Copy(options, l.Options)
	if l.Mode != "" {
		options["mode"] = l.Mode
	}
	if options["mode"] == "non-blocking" {
		options["max-buffer-size"] = defaultLogBuffer
		if l.MaxBufferSize != "" {
			options["max-buffer-size"] = l.MaxBufferSize
		}
	}
	made.Options = options
	return made
}

func (l *FirelensArgs) configuration() *firelens {
	return &firelens{Type: l.Type, Options: l.Options}
}
