package world

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func init() {
	addRefusals(map[string]breaker{
		"QUOTA-LOAD-BALANCERS": full("lb", 50, func(i int) breaker { return balancerWith(Props{"name": fmt.Sprint("tried-", i)}) }),
		"QUOTA-LISTENERS":      full("listener", 50, func(i int) breaker { return listenerWith(Props{"port": float64(81 + i)}) }),
		"QUOTA-CERTIFICATES": func(st *stage) error {
			further := Props{"listenerArn": st.tlsListener(), "certificateArn": st.id("certificate")}
			st.make(st.provider, "first", TokenListenerCertificate, further)
			return full("first", 25, func(i int) breaker {
				return tries(TokenListenerCertificate, over(further, Props{"certificateArn": st.copied("certificate", i)}))
			})(st)
		},
		"QUOTA-ENDPOINTS": full("endpoint", 50, again(connecting(Props{"serviceName": "com.amazonaws.us-east-1.sqs", "subnetIds": nil}))),
		"QUOTA-GATEWAY-ENDPOINTS": func(st *stage) error {
			st.make(st.provider, "gateway", TokenEndpoint, Props{"vpcId": st.id("vpc"), "serviceName": "com.amazonaws.us-east-1.s3"})
			return full("gateway", 20, again(tries(TokenEndpoint, Props{"vpcId": st.id("vpc"), "serviceName": "com.amazonaws.us-east-1.dynamodb"})))(st)
		},
		"EP-POLICY-SIZE": func(st *stage) error {
			policy := func(n int) Props {
				return Props{"serviceName": "com.amazonaws.us-east-1.sqs", "policy": `{"Statement":[]}` + strings.Repeat(" ", n-16)}
			}
			require.NoError(st.t, connecting(policy(20480))(st))
			return connecting(policy(20481))(st)
		},
	})
}

// full fills a quota with copies of a resource of the stage, up to the last place,
// which the first of two more gets.
func full(name string, limit int, one func(i int) breaker) breaker {
	return func(st *stage) error {
		for i := range limit - 2 {
			st.copied(name, 1000+i)
		}
		require.NoError(st.t, one(0)(st), "there is room for one more")
		return one(1)(st)
	}
}

// copied makes a copy of a resource of the stage and returns its id.
func (st *stage) copied(name string, i int) string {
	id := fmt.Sprintf("%s-%d", st.id(name), i)
	require.NoError(st.t, st.w.Update(func(tx *Tx) error {
		r := tx.Get(st.tokens[name], st.id(name))
		r.ID, r.Outputs["id"], r.Outputs["name"], r.Outputs["port"] = id, id, fmt.Sprint(name, i), float64(i)
		tx.Put(r)
		return nil
	}))
	return id
}

func again(b breaker) func(int) breaker { return func(int) breaker { return b } }

// TestQuotasAreByPlace: what is elsewhere does not count.
func TestQuotasAreByPlace(t *testing.T) {
	st := newStage(t)
	requireRefusal(t, "QUOTA-ENDPOINTS", refusals["QUOTA-ENDPOINTS"](st))
	vpc := st.make(st.consumer, "other", TokenVPC, Props{"cidrBlock": "10.9.0.0/16"})
	require.NoError(t, connecting(Props{"vpcId": vpc, "serviceName": "com.amazonaws.us-east-1.sqs", "subnetIds": nil, "securityGroupIds": nil})(st))
	require.NoError(t, connecting(Props{"serviceName": "com.amazonaws.us-east-1.s3", "vpcEndpointType": "Gateway", "subnetIds": nil, "securityGroupIds": nil})(st))
}
