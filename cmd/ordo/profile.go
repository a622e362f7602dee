package main

import (
	"os"
	"runtime/pprof"
)

// profiled is embedded by commands whose work can be measured.
type profiled struct {
	CPUProfile string `help:"Write a CPU profile to this file." hidden:"" type:"path"`
}

// profile writes what the processor does from now on, until end is called.
func (p profiled) profile() (end func(), err error) {
	if p.CPUProfile == "" {
		return func() {}, nil
	}
	f, err := os.Create(p.CPUProfile)
	if err == nil {
		err = pprof.StartCPUProfile(f)
	}
	return func() { pprof.StopCPUProfile(); f.Close() }, err
}
