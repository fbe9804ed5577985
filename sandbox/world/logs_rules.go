package world

import (
	"fmt"
	"regexp"
	"slices"
)

const createLogGroup = "Amazon CloudWatch Logs API, CreateLogGroup, https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html"

var logGroupName = regexp.MustCompile(`^[.\-_/#A-Za-z0-9]{1,512}$`)

// retentionDays are the numbers of days that CloudWatch Logs keeps events for;
// 0 is the provider's for always.
var retentionDays = []int{
	0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

var logsRules = []*Rule{
	{
		ID: "LOGS-NAME", Token: TokenLogGroup, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A log group's name has 1 to 512 letters, digits and ._-/#.",
		Source: createLogGroup,
		Check: func(c *Call) string {
			name, known := c.New["name"].(string)
			if !known || logGroupName.MatchString(name) {
				return ""
			}
			return fmt.Sprintf(`"name" (%q) must be 1 to 512 alphanumeric characters, underscores, hyphens, slashes, hash signs and dots`, name)
		},
	},
	{
		ID: "LOGS-RETENTION", Token: TokenLogGroup, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A log group keeps its events for one of certain numbers of days.",
		Source: "Amazon CloudWatch Logs API, PutRetentionPolicy, https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
		Check: func(c *Call) string {
			if _, number := c.New["retentionInDays"].(float64); !number || slices.Contains(retentionDays, c.New.Int("retentionInDays")) {
				return ""
			}
			return fmt.Sprintf("expected retention_in_days to be one of %d, got %d", retentionDays, c.New.Int("retentionInDays"))
		},
	},
	{
		ID: "LOGS-UNIQUE", Token: TokenLogGroup, Phase: PhaseCreate, Code: "ResourceAlreadyExistsException", Confidence: Verified,
		Says:   "A log group's name is unique in an account and Region.",
		Source: createLogGroup + ": Errors",
		Check: func(c *Call) string {
			if !c.nameTaken(TokenLogGroup) {
				return ""
			}
			return "The specified log group already exists"
		},
	},
}
