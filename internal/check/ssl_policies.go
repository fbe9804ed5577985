package check

import "strings"

// SslPolicies are the security policies of a Network Load Balancer's TLS listeners, and
// whether one is weak: it admits TLS 1.0 or 1.1. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html.
var SslPolicies = func() map[string]bool {
	weak := map[string]bool{}
	for list, admitsOld := range map[string]bool{
		`TLS13-1-3-2021-06 TLS13-1-3-PQ-2025-09 TLS13-1-3-FIPS-2023-04 TLS13-1-3-FIPS-PQ-2025-09 TLS13-1-3-RFC9151-FIPS-2023-07
		TLS13-1-2-2021-06 TLS13-1-2-PQ-2025-09 TLS13-1-2-FIPS-2023-04 TLS13-1-2-FIPS-PQ-2025-09
		TLS13-1-2-Res-2021-06 TLS13-1-2-Res-PQ-2025-09 TLS13-1-2-Res-FIPS-2023-04 TLS13-1-2-Res-FIPS-PQ-2025-09
		TLS13-1-2-Ext0-FIPS-2023-04 TLS13-1-2-Ext0-FIPS-PQ-2025-09
		TLS13-1-2-Ext1-2021-06 TLS13-1-2-Ext1-PQ-2025-09 TLS13-1-2-Ext1-FIPS-2023-04 TLS13-1-2-Ext1-FIPS-PQ-2025-09
		TLS13-1-2-Ext2-2021-06 TLS13-1-2-Ext2-PQ-2025-09 TLS13-1-2-Ext2-FIPS-2023-04 TLS13-1-2-Ext2-FIPS-PQ-2025-09
		TLS13-1-2-RFC9151-FIPS-2023-07 TLS13-1-2-Ext0-RFC9151-FIPS-2023-07
		TLS13-1-2-RFC9151-INTEROP1-FIPS-2023-07 TLS13-1-2-RFC9151-INTEROP2-FIPS-2023-07
		TLS13-1-2-RFC9151-INTEROP3-FIPS-2023-07 TLS13-1-2-RFC9151-INTEROP4-FIPS-2023-07
		TLS-1-2-2017-01 TLS-1-2-Ext-2018-06 FS-1-2-2019-08 FS-1-2-Res-2019-08 FS-1-2-Res-2020-10`: false,
		`TLS13-1-1-2021-06 TLS13-1-1-FIPS-2023-04
		TLS13-1-0-2021-06 TLS13-1-0-PQ-2025-09 TLS13-1-0-FIPS-2023-04 TLS13-1-0-FIPS-PQ-2025-09
		TLS-1-1-2017-01 FS-1-1-2019-08 FS-2018-06 2016-08 2015-05`: true,
	} {
		for _, name := range strings.Fields(list) {
			weak["ELBSecurityPolicy-"+name] = admitsOld
		}
	}
	return weak
}()
