//go:build !linux && !darwin

package embedded

import (
	"context"
	"errors"
	"log/slog"
)

var errUnsupported = errors.New("the embedded PostgreSQL runs on Linux and macOS only: set --database-url")

// Server is a running PostgreSQL that belongs to this process. On this platform
// there is none.
type Server struct{}

// Start fails on this platform.
func Start(context.Context, Config) (*Server, error) { return nil, errUnsupported }

// StartTemporary fails on this platform.
func StartTemporary(*slog.Logger) (*Server, func(), error) { return nil, nil, errUnsupported }

// URL returns nothing on this platform.
func (*Server) URL() string { return "" }

// URLAs returns nothing on this platform.
func (*Server) URLAs(string) string { return "" }

// Info returns nothing on this platform.
func (*Server) Info() Info { return Info{} }

// Done returns nil on this platform.
func (*Server) Done() <-chan struct{} { return nil }

// Err returns nil on this platform.
func (*Server) Err() error { return nil }

// Stop does nothing on this platform.
func (*Server) Stop(context.Context) error { return nil }
