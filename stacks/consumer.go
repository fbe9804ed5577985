package stacks

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/components"
	"fargate-privatelink/contract"
	"fargate-privatelink/internal/check"
)

// consumerConfig is the consumer's side: an interface endpoint to the provider's service.
// Set at least name.
type consumerConfig struct {
	// Name begins the names of all resources: 1 to 16 lower-case letters, digits and
	// single hyphens, with a letter first (default web). To change it replaces everything.
	Name string `pulumi:"name,optional" default:"web" form:"name"`
	// Provider is the stack with role provider that has the contract: a stack of this
	// project, or a full name, organization/project/stack (default provider).
	Provider *string `pulumi:"provider,optional" default:"provider" form:"stack"`
	// Contract is the provider's contract where its stack is out of reach: an object, or
	// its JSON as a text. It can't be together with provider.
	Contract json.RawMessage `pulumi:"contract,optional"`
	components.ServiceConsumerOptions
}

// runConsumer is the program of role consumer: it reads the configuration, the contract
// and the stack's own last outputs, makes a [components.ServiceConsumer] and exports its
// outputs.
func runConsumer(ctx *pulumi.Context) error {
	cfg, err := loadConsumer(ctx)
	if err != nil {
		return err
	}
	args, err := cfg.args(ctx)
	if err != nil {
		return err
	}
	consumer, err := components.NewServiceConsumer(ctx, cfg.Name, args)
	if err != nil {
		return err
	}
	for name, value := range consumer.Outputs() {
		ctx.Export(name, value)
	}
	return nil
}

// loadConsumer reads and checks the configuration of role consumer.
func loadConsumer(ctx *pulumi.Context) (*consumerConfig, error) {
	cfg := &consumerConfig{Name: "web"}
	var f check.Faults
	if err := load(ctx, consumerKey, cfg, &f); err != nil {
		return nil, err
	}
	at := check.Path(consumerKey)
	switch path := at.Key("provider"); {
	case cfg.Provider == nil:
		cfg.Provider = pulumi.StringRef("provider")
	case cfg.Contract != nil:
		f.Say(path, "is set together with %s; set one of them", at.Key("contract"))
	default:
		f.Form(path, *cfg.Provider, check.Forms["stack"])
	}
	f.AddBeside(cfg.Validate(at, cfg.Name))
	return cfg, f.Err()
}

// args are the component's: the options, and what other stacks and this one's last update
// have to say.
func (cfg *consumerConfig) args(ctx *pulumi.Context) (*components.ServiceConsumerArgs, error) {
	args := &components.ServiceConsumerArgs{ServiceConsumerOptions: cfg.ServiceConsumerOptions, ConfigPath: consumerKey,
		Secret: ctx.IsConfigSecret(ctx.Project() + ":" + consumerKey)}
	var err error
	if len(cfg.Contract) > 0 {
		args.Contract, err = pastedContract(cfg.Contract)
	} else {
		args.ProviderStack = *cfg.Provider
		args.TrustsProvider = strings.HasPrefix(fullStackName(ctx, *cfg.Provider), ctx.Organization()+"/")
		args.Contract, err = referencedContract(ctx, *cfg.Provider)
	}
	if err == nil {
		args.Endpoints, err = ownEndpoints(ctx, args.Contract)
	}
	return args, err
}

// ownEndpoints are the endpoints that this stack has made, by network, where their state
// matters. Its outputs are read without a stack reference, which would make the stack
// depend on itself.
func ownEndpoints(ctx *pulumi.Context, c *contract.Contract) (map[string]string, error) {
	if c.PrivateDnsName == "" || !c.AcceptanceRequired {
		return nil, nil
	}
	own, err := findStack(ctx, ctx.Stack())
	switch {
	case err != nil:
		return nil, fmt.Errorf("this stack's own outputs can't be read: %w", err)
	case own == nil:
		return nil, nil
	}
	ids := map[string]string{}
	if id, made := own.Peek(endpointIdOutput).(string); made {
		ids[""] = id
	}
	several, _ := own.Peek(endpointIdsOutput).(map[string]any)
	for key, value := range several {
		if id, made := value.(string); made {
			ids[key] = id
		}
	}
	return ids, nil
}
