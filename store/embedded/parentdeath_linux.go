package embedded

import "syscall"

// kernelSignalsOrphans tells whether signalOnParentDeath has an effect.
const kernelSignalsOrphans = true

func signalOnParentDeath(attr *syscall.SysProcAttr, signal syscall.Signal) {
	attr.Pdeathsig = signal
}
