package components

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"fargate-privatelink/internal/check"
)

func TestSchedules(t *testing.T) {
	for _, valid := range []string{
		"cron(0 8 ? * MON-FRI *)", "cron(0 8 * * ? *)", "cron(0/15 8-18 1,15 jan-JUN ? 2026-2030)", "cron(*/5 * L * ? *)",
		"cron(0 18 ? * 6L *)", "cron(0 9 ? * 2#1 *)", "cron(0 9 15W * ? *)", "rate(1 hour)", "rate(5 minutes)", "at(2026-12-24T18:00:00)",
	} {
		var f check.Faults
		checkSchedule("s", valid, &f)
		assert.Empty(t, f)
	}
	for wrong, says := range map[string]string{
		"0 8 * * *":                "it must be cron(...), rate(...) or at(...), such as cron(0 8 ? * MON-FRI *)",
		"cron(0 8 ? * MON-FRI *":   "it must be cron(...)",
		"hourly()":                 "it must be cron(...)",
		"cron(garbage)":            "cron must have six fields (minutes, hours, day of the month, month, day of the week, year), not 1",
		"cron(60 8 ? * * *)":       `the minutes can't be "60": it must be 0 to 59, *, a range, a list or steps`,
		"cron(0 8 ? * MONDAY *)":   `the day of the week can't be "MONDAY"`,
		"cron(0 8 ? * 0 *)":        `the day of the week can't be "0"`,
		"cron(0 8,24 ? * * *)":     `the hours can't be "8,24"`,
		"cron(0/0 8 ? * * *)":      `the minutes can't be "0/0"`,
		"cron(? 8 ? * * *)":        `the minutes can't be "?"`,
		"cron(0 8 * * * *)":        "either the day of the month or the day of the week must be ?",
		"cron(0 8 ? * ? *)":        "either the day of the month or the day of the week must be ?",
		"rate(5 weeks)":            "a rate must be a number and minutes, hours or days",
		"rate(0 minutes)":          "a rate must be",
		"at(2026-13-24T18:00:00)":  "a time must be yyyy-mm-ddThh:mm:ss",
		"at(2026-12-24T18:00:00Z)": "a time must be",
	} {
		t.Run(wrong, func(t *testing.T) {
			var f check.Faults
			checkSchedule("s", wrong, &f)
			assert.ErrorContains(t, f.Err(), says)
		})
	}
}

func TestTimezones(t *testing.T) {
	for _, valid := range []string{"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"} {
		var f check.Faults
		checkTimezone("t", valid, &f)
		assert.Empty(t, f)
	}
	for _, wrong := range []string{"Mars/Base", "Local", "CEST", "../etc/passwd"} {
		var f check.Faults
		checkTimezone("t", wrong, &f)
		assert.EqualError(t, f.Err(), `t is "`+wrong+`"; it must be the IANA name of a time zone, such as Europe/Berlin`)
	}
}
