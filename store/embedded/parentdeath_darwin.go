package embedded

import "syscall"

// kernelSignalsOrphans tells whether signalOnParentDeath has an effect.
const kernelSignalsOrphans = false

func signalOnParentDeath(*syscall.SysProcAttr, syscall.Signal) {}
