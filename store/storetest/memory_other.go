//go:build !linux

package storetest

// memory is "": there is no directory in memory to be relied on here.
func memory() string { return "" }
