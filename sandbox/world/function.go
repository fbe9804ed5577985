package world

import "fmt"

// Function is a data source of the AWS provider, "aws:ec2/getSubnet:getSubnet".
type Function func(tx *Tx, caller Caller, args Props) (Props, error)

// functions are the data sources, by token; see catalogue.go.
var functions map[string]Function

// Functions returns the tokens of the data sources that the world has, sorted.
func Functions() []string { return sortedKeys(functions) }

// Invoke calls a data source.
func (s *Session) Invoke(token string, args Props) (result Props, err error) {
	f := functions[token]
	if f == nil {
		return nil, fmt.Errorf("the sandbox does not model the data source %s", token)
	}
	err = s.World.View(func(tx *Tx) error {
		result, err = f(tx, s.Caller, args)
		return err
	})
	return result, err
}
