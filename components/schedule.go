package components

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the IANA time zones, on machines that have none

	"fargate-privatelink/internal/check"
)

var (
	rateForm = regexp.MustCompile(`^[1-9][0-9]* (minute|hour|day)s?$`)
	// dayForm is what a day may be besides numbers: the last of the month, the weekday
	// nearest to a date, the last or the nth weekday of a month.
	dayForm = regexp.MustCompile(`^(L|LW|[1-9][0-9]?W|[1-7]L|[1-7]#[1-5])$`)
)

// cronField is one of the six fields of a cron expression: its range, and the names
// that stand for its numbers from the lowest on.
type cronField struct {
	name      string
	low, high int
	names     []string
}

var cronFields = []cronField{
	{"minutes", 0, 59, nil},
	{"hours", 0, 23, nil},
	{"day of the month", 1, 31, nil},
	{"month", 1, 12, []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}},
	{"day of the week", 1, 7, []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}},
	{"year", 1970, 2199, nil},
}

// The places of the two days among the fields.
const (
	dayOfMonth = 2
	dayOfWeek  = 4
)

// checkSchedule checks that value is a schedule of Application Auto Scaling. See
// https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html.
func checkSchedule(at check.Path, value string, f *check.Faults) {
	kind, inner, found := strings.Cut(strings.TrimSuffix(value, ")"), "(")
	fault := map[string]func(string) string{"cron": cronFault, "rate": rateFault, "at": atFault}[kind]
	if !found || !strings.HasSuffix(value, ")") || fault == nil {
		f.Must(at, value, "cron(...), rate(...) or at(...), such as cron(0 8 ? * MON-FRI *)")
	} else if says := fault(inner); says != "" {
		f.Say(at, "is %q; %s", value, says)
	}
}

// now is the time, which tests set.
var now = time.Now

// checkFuture refuses a schedule whose last time has passed: AWS takes none that never
// comes. One of another form, or in no time zone, is somebody else's fault.
func checkFuture(at check.Path, value, timezone string, f *check.Faults) {
	zone, err := time.LoadLocation(timezone)
	if err != nil {
		return
	}
	kind, inner, _ := strings.Cut(strings.TrimSuffix(value, ")"), "(")
	past := false
	switch {
	case kind == "at" && atFault(inner) == "":
		when, err := time.ParseInLocation("2006-01-02T15:04:05", inner, zone)
		past = err == nil && when.Before(now())
	case kind == "cron" && cronFault(inner) == "":
		years := strings.Fields(inner)[len(cronFields)-1]
		past = lastYear(years) < now().In(zone).Year()
	}
	if past {
		f.Say(at, "is %q, which is in the past; AWS takes no schedule that never comes: give it a later time or remove it", value)
	}
}

// lastYear is the last of a cron expression's years.
func lastYear(years string) int {
	last := 0
	for _, part := range strings.Split(years, ",") {
		first, _, stepped := strings.Cut(part, "/")
		if _, end, isRange := strings.Cut(first, "-"); isRange {
			first = end
		} else if stepped {
			first = "*"
		}
		year, err := strconv.Atoi(first)
		if err != nil {
			return cronFields[len(cronFields)-1].high
		}
		last = max(last, year)
	}
	return last
}

// checkTimezone checks that value is a time zone of the IANA database.
func checkTimezone(at check.Path, value string, f *check.Faults) {
	if _, err := time.LoadLocation(value); err != nil || value == "Local" {
		f.Must(at, value, "the IANA name of a time zone, such as Europe/Berlin")
	}
}

func rateFault(value string) string {
	if rateForm.MatchString(value) {
		return ""
	}
	return "a rate must be a number and minutes, hours or days, such as rate(1 hour) or rate(5 minutes)"
}

func atFault(value string) string {
	if _, err := time.Parse("2006-01-02T15:04:05", value); err == nil {
		return ""
	}
	return "a time must be yyyy-mm-ddThh:mm:ss, such as at(2026-12-24T18:00:00)"
}

func cronFault(value string) string {
	fields := strings.Fields(value)
	if len(fields) != len(cronFields) {
		return fmt.Sprintf("cron must have six fields (minutes, hours, day of the month, month, day of the week, year), not %d", len(fields))
	}
	for i, field := range cronFields {
		if isDay := i == dayOfMonth || i == dayOfWeek; isDay && (fields[i] == "?" || dayForm.MatchString(fields[i])) {
			continue
		}
		for _, part := range strings.Split(fields[i], ",") {
			if !field.admits(part) {
				return fmt.Sprintf("the %s can't be %q: it must be %d to %d, *, a range, a list or steps", field.name, fields[i], field.low, field.high)
			}
		}
	}
	if (fields[dayOfMonth] == "?") == (fields[dayOfWeek] == "?") {
		return "either the day of the month or the day of the week must be ?"
	}
	return ""
}

// admits says whether a part of the field is *, a value or a range, with steps or
// without.
func (f cronField) admits(part string) bool {
	part, steps, stepped := strings.Cut(part, "/")
	if n, err := strconv.Atoi(steps); stepped && (err != nil || n < 1) {
		return false
	}
	if part == "*" {
		return true
	}
	for _, value := range strings.SplitN(part, "-", 2) {
		if !f.has(value) {
			return false
		}
	}
	return true
}

func (f cronField) has(value string) bool {
	for _, name := range f.names {
		if strings.EqualFold(name, value) {
			return true
		}
	}
	n, err := strconv.Atoi(value)
	return err == nil && n >= f.low && n <= f.high
}
