package world

var metricAlarmType = &Type{
	Token: TokenMetricAlarm,
	Inputs: []Property{
		{Name: "actionsEnabled", Default: true},
		{Name: "alarmActions", Set: true},
		{Name: "alarmDescription"},
		{Name: "comparisonOperator", Required: true},
		{Name: "datapointsToAlarm"},
		{Name: "dimensions"},
		{Name: "evaluateLowSampleCountPercentiles", Computed: true},
		{Name: "evaluationPeriods", Required: true},
		{Name: "extendedStatistic"},
		{Name: "insufficientDataActions", Set: true},
		{Name: "metricName"},
		{Name: "metricQueries", Set: true, Elem: []Property{
			{Name: "accountId"},
			{Name: "expression"},
			{Name: "id", Required: true},
			{Name: "label"},
			{Name: "metric", Elem: []Property{
				{Name: "dimensions"},
				{Name: "metricName", Required: true},
				{Name: "namespace"},
				{Name: "period", Required: true},
				{Name: "stat", Required: true},
				{Name: "unit"},
			}},
			{Name: "period"},
			{Name: "returnData", Default: false},
		}},
		{Name: "name", Replace: true},
		{Name: "namespace"},
		{Name: "okActions", Set: true},
		{Name: "period"},
		{Name: "statistic"},
		{Name: "tags"},
		{Name: "threshold"},
		{Name: "thresholdMetricId"},
		{Name: "treatMissingData", Default: "missing"},
		{Name: "unit"},
	},
	AutoName: &AutoName{Property: "name", Max: 255},
	Latency:  quick,
	Outputs: Props{
		"actionsEnabled": true, "alarmActions": nil, "alarmDescription": "", "arn": "", "comparisonOperator": "",
		"datapointsToAlarm": 0.0, "dimensions": nil, "evaluateLowSampleCountPercentiles": "",
		"evaluationPeriods": 0.0, "extendedStatistic": "", "insufficientDataActions": nil, "metricName": "",
		"metricQueries": []any{}, "name": "", "namespace": "", "okActions": nil, "period": 0.0,
		"statistic": "", "tags": nil, "threshold": 0.0, "thresholdMetricId": "", "treatMissingData": "missing",
		"unit": "",
	},
	Create: func(c *Call) (string, Props, error) {
		name := c.New.Str("name")
		return name, Props{"arn": c.ARN("cloudwatch", "alarm:"+name)}, nil
	},
}

var dashboardType = &Type{
	Token:  TokenDashboard,
	Global: true,
	Inputs: []Property{
		{Name: "dashboardBody", Required: true, JSON: true},
		{Name: "dashboardName", Required: true, Replace: true},
	},
	Latency: quick,
	Outputs: Props{"dashboardArn": "", "dashboardBody": "", "dashboardName": ""},
	Create: func(c *Call) (string, Props, error) {
		name := c.New.Str("dashboardName")
		return name, Props{"dashboardArn": c.GlobalARN("cloudwatch", "dashboard/"+name)}, nil
	},
}
