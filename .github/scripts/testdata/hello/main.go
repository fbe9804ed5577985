// Command hello stands for the plugin in the test of release.sh.
package main

import "fmt"

var version = "unset"

func main() { fmt.Println(version) }
