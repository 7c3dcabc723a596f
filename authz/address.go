package authz

import (
	"context"
	"net/netip"
)

type addressContextKey struct{}

// WithAddress returns a context that carries the network address of whoever
// sends the request: Authenticate damps wrong keys by it, and the audit log
// keeps it.
func WithAddress(ctx context.Context, address netip.Addr) context.Context {
	return context.WithValue(ctx, addressContextKey{}, address)
}

// WithAddressText is WithAddress for an address in text, with a port or
// without. A text that is none leaves the context as it is.
func WithAddressText(ctx context.Context, text string) context.Context {
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return WithAddress(ctx, withPort.Addr())
	}
	if address, err := netip.ParseAddr(text); err == nil {
		return WithAddress(ctx, address)
	}
	return ctx
}

// addressOf returns the address that the context carries; the zero value for
// none.
func addressOf(ctx context.Context) netip.Addr {
	address, _ := ctx.Value(addressContextKey{}).(netip.Addr)
	return address
}
