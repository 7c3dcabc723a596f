package server

import (
	"net/http"
	"sync"
)

// Readiness says whether the service can do its work. The zero value is not
// ready yet.
type Readiness struct {
	mu     sync.RWMutex
	ready  bool
	reason string
}

// Set makes the service ready, or not ready for a reason.
func (r *Readiness) Set(ready bool, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ready, r.reason = ready, reason
}

// Ready reports whether the service is ready, and why it is not.
func (r *Readiness) Ready() (bool, string) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.ready {
		return true, ""
	}
	if r.reason == "" {
		return false, "starting"
	}
	return false, r.reason
}

// ServeHTTP implements http.Handler: 200 where the service is ready, else 503.
func (r *Readiness) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	ready, reason := r.Ready()
	if ready {
		writeJSON(w, http.StatusOK, map[string]string{"status": "ready"})
		return
	}
	w.Header().Set("Retry-After", "1")
	writeJSON(w, http.StatusServiceUnavailable, map[string]string{"status": "not ready", "reason": reason})
}

// serveAlive answers that the process runs.
func serveAlive(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]string{"status": "alive"})
}
