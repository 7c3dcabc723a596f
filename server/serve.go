package server

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// ServeOptions configure Serve.
type ServeOptions struct {
	// Name tells listeners apart in the log.
	Name string
	// Drain is how long requests may go on after the end of the context. Default
	// 25 s, below the 30 s that Kubernetes waits before it kills.
	Drain time.Duration
	// TLS, where it is set, encrypts the connections; its NextProtos are set from
	// what is served. Otherwise they are plain.
	TLS *tls.Config
	// HeaderTime is how long a client may take for the handshake and for the headers
	// of a request. Default 10 s.
	HeaderTime time.Duration
	// IdleTime is how long a connection is kept that carries no request. The default
	// of 2 min is longer than the idle time of common clients and proxies, so that it
	// is they who close a connection and no request is lost between.
	IdleTime time.Duration
	// OnDrain is called when draining begins, to end what would never end by
	// itself: streams. It may be nil and must not block.
	OnDrain func()
	// Log receives errors of connections. Default slog.Default().
	Log *slog.Logger
}

// Serve answers HTTP/1.1 and HTTP/2 on a listener, encrypted or not, until the
// context ends. Then it takes no more connections, lets running requests finish, and
// returns; what is not finished within the drain time is cut off, which is an
// error. The listener is closed in every case.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler, o ServeOptions) error {
	log := cmp.Or(o.Log, slog.Default())
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(o.TLS != nil)
	protocols.SetUnencryptedHTTP2(o.TLS == nil)
	httpServer := &http.Server{
		Handler: handler,
		// What a body and an answer may take is limited for each request; see
		// Times.
		ReadHeaderTimeout: cmp.Or(o.HeaderTime, 10*time.Second),
		IdleTimeout:       cmp.Or(o.IdleTime, 2*time.Minute),
		MaxHeaderBytes:    64 << 10,
		TLSConfig:         o.TLS,
		Protocols:         &protocols,
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams: 250,
			SendPingTimeout:      30 * time.Second,
			PingTimeout:          15 * time.Second,
			WriteByteTimeout:     60 * time.Second,
		},
		ErrorLog: slog.NewLogLogger(log.With("listener", o.Name).Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() {
		if o.TLS != nil {
			failed <- httpServer.ServeTLS(listener, "", "")
			return
		}
		failed <- httpServer.Serve(listener)
	}()
	select {
	case err := <-failed:
		return fmt.Errorf("serve %s: %w", o.Name, err)
	case <-ctx.Done():
	}
	if o.OnDrain != nil {
		o.OnDrain()
	}
	// The context has ended; what it was the parent of has its own time.
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), cmp.Or(o.Drain, 25*time.Second))
	defer cancel()
	err := httpServer.Shutdown(drain)
	if err != nil {
		_ = httpServer.Close()
	}
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	if err != nil {
		return fmt.Errorf("drain %s: %w", o.Name, err)
	}
	return nil
}
