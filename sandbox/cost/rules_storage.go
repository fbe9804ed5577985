package cost

const daysOfAMonth = 30 // as the logs' retention is counted

// bucket: the access logs of a month, for as long as its lifecycle keeps them.
func (e *estimator) bucket(r resource) {
	days, expires := e.found.keptFor[r.id]
	if !expires {
		days = daysOfAMonth
		e.note("what bucket %s of stack %s keeps never expires: it is priced for its first month", r.name, r.stack.Name)
	}
	e.item(r, "access logs", "s3-gb-month", e.use.AccessLogGB*days/daysOfAMonth)
}

// images: what a repository keeps, or those that a cache rule makes.
func (e *estimator) images(r resource) {
	e.item(r, "images", "ecr-gb-month", e.use.ImageGB)
}

// endpointService: AWS charges nothing for it in its own Region.
func (e *estimator) endpointService(r resource) {
	if len(r.list("supportedRegions")) > 1 {
		e.notPriced(r, "hours in other Regions")
	}
}

// expiry is after how many days a bucket's lifecycle deletes objects, the longest
// of its rules, and whether it does.
func expiry(lifecycle resource) (days float64, expires bool) {
	for _, r := range lifecycle.list("rules") {
		rule, _ := r.(map[string]any)
		expiration, _ := rule["expiration"].(map[string]any)
		days = max(days, number(expiration["days"]))
	}
	return days, days > 0
}
