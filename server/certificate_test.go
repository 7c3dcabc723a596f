package server_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/treeline-dev/treeline/ingest/convention"
	"github.com/treeline-dev/treeline/ingest/otlp"
	"github.com/treeline-dev/treeline/server"
)

// certified is a configuration with a certificate for 127.0.0.1 that a test made.
func certified(t *testing.T) *server.Config {
	t.Helper()
	directory := t.TempDir()
	c := &server.Config{TLSCertificate: filepath.Join(directory, "tls.crt"), TLSKey: filepath.Join(directory, "tls.key")}
	renew(t, c)
	return c
}

// renew puts a new certificate and key in the place of those before, the way that
// tools for renewal do, and returns it.
func renew(t *testing.T, c *server.Config) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "treeline test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, c.TLSCertificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	write(t, c.TLSKey, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

// write replaces a file as a whole.
func write(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(name+".new", text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(name+".new", name); err != nil {
		t.Fatal(err)
	}
}

func loaded(t *testing.T, c *server.Config) (*server.Certificate, *syncBuffer) {
	t.Helper()
	log := &syncBuffer{}
	certificate, err := server.LoadCertificate(c, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return certificate, log
}

// trusting is a client configuration that trusts the certificate in the files.
func trusting(t *testing.T, c *server.Config) *tls.Config {
	t.Helper()
	text, err := os.ReadFile(c.TLSCertificate)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		t.Fatal("the file holds no certificate")
	}
	return &tls.Config{RootCAs: pool}
}

func TestHTTPSSpeaksHTTP1AndHTTP2FromTLS12On(t *testing.T) {
	t.Parallel()
	config := certified(t)
	certificate, _ := loaded(t, config)
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) }), server.ServeOptions{TLS: certificate.TLS()})
	for want, protocols := range map[string]*http.Protocols{"HTTP/1.1": {}, "HTTP/2.0": {}} {
		protocols.SetHTTP1(want == "HTTP/1.1")
		protocols.SetHTTP2(want == "HTTP/2.0")
		client := &http.Client{Transport: &http.Transport{Protocols: protocols, TLSClientConfig: trusting(t, config)}}
		response, err := client.Get("https://" + s.address)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if string(text) != want {
			t.Errorf("it speaks %s instead of %s", text, want)
		}
		client.CloseIdleConnections()
	}
	old := trusting(t, config)
	old.MaxVersion = tls.VersionTLS11
	if conn, err := tls.Dial("tcp", s.address, old); err == nil {
		_ = conn.Close()
		t.Error("TLS 1.1 is spoken")
	}
	response, err := http.Get("http://" + s.address)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusBadRequest {
		t.Errorf("an unencrypted request got %d", response.StatusCode)
	}
}

// shown is the serial number of the certificate that a listener shows.
func shown(t *testing.T, address string) string {
	t.Helper()
	conn, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // looks at what is shown
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	return conn.ConnectionState().PeerCertificates[0].SerialNumber.String()
}

func TestARenewedCertificateIsShownWithoutARestart(t *testing.T) {
	t.Parallel()
	config := certified(t)
	certificate, log := loaded(t, config)
	s := serve(t, named("x"), server.ServeOptions{TLS: certificate.TLS()})
	first := shown(t, s.address)
	second := renew(t, config).SerialNumber.String()
	if got := shown(t, s.address); got != second || got == first {
		t.Errorf("shown is %s, the first %s, the second %s", got, first, second)
	}

	// In the middle of a renewal the files do not fit together.
	key, err := os.ReadFile(config.TLSKey)
	if err != nil {
		t.Fatal(err)
	}
	third := renew(t, config).SerialNumber.String()
	renewedKey, err := os.ReadFile(config.TLSKey)
	if err != nil {
		t.Fatal(err)
	}
	write(t, config.TLSKey, key)
	for range 3 {
		if got := shown(t, s.address); got != second {
			t.Errorf("shown is %s instead of %s", got, second)
		}
	}
	if err := os.Remove(config.TLSKey); err != nil {
		t.Fatal(err)
	}
	if got := shown(t, s.address); got != second {
		t.Errorf("without a key, shown is %s instead of %s", got, second)
	}
	write(t, config.TLSKey, renewedKey)
	if got := shown(t, s.address); got != third {
		t.Errorf("shown is %s instead of %s", got, third)
	}
	if n := strings.Count(log.String(), "the one before stays"); n != 2 {
		t.Errorf("the failures are logged %d times: %s", n, log)
	}
}

func TestACertificateThatCannotBeUsedNamesTheVariable(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil       func(t *testing.T, c *server.Config)
		names, says string
	}{
		"no certificate file": {func(t *testing.T, c *server.Config) { remove(t, c.TLSCertificate) }, "TREELINE_TLS_CERTIFICATE", "cannot be opened"},
		"no key file":         {func(t *testing.T, c *server.Config) { remove(t, c.TLSKey) }, "TREELINE_TLS_KEY", "cannot be opened"},
		"a directory":         {func(t *testing.T, c *server.Config) { c.TLSKey = t.TempDir() }, "TREELINE_TLS_KEY", "cannot be read"},
		"text":                {func(t *testing.T, c *server.Config) { write(t, c.TLSCertificate, []byte("hunter2")) }, "TREELINE_TLS_CERTIFICATE", "no certificate"},
		"exchanged":           {func(_ *testing.T, c *server.Config) { c.TLSCertificate, c.TLSKey = c.TLSKey, c.TLSCertificate }, "TREELINE_TLS_CERTIFICATE", "no certificate"},
		"a spoiled one": {func(t *testing.T, c *server.Config) {
			write(t, c.TLSCertificate, []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))
		}, "TREELINE_TLS_CERTIFICATE", "no certificate"},
		"key as text":   {func(t *testing.T, c *server.Config) { write(t, c.TLSKey, []byte("hunter2")) }, "TREELINE_TLS_KEY", "private key"},
		"another's key": {func(t *testing.T, c *server.Config) { c.TLSKey = certified(t).TLSKey }, "TREELINE_TLS_KEY", "private key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := certified(t)
			test.spoil(t, config)
			_, err := server.LoadCertificate(config, slog.New(slog.DiscardHandler))
			var fault *server.ConfigError
			if !errors.As(err, &fault) || fault.Name != test.names || !strings.Contains(fault.Message, test.says) || !strings.Contains(fault.Message, ": name ") ||
				strings.ContainsAny(err.Error(), "\n/") || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("error: %v", err)
			}
		})
	}
}

func remove(t *testing.T, name string) {
	t.Helper()
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
}

// receiver is an OTLP receiver that counts what it is given to store.
func receiver(t *testing.T, change func(*otlp.Config)) (*otlp.Receiver, *atomic.Int64) {
	t.Helper()
	stored := &atomic.Int64{}
	config := otlp.Config{
		Authenticate: func(_ context.Context, c otlp.Credentials) (otlp.Principal, error) {
			if c.Secret != "sk" {
				return otlp.Principal{}, otlp.ErrUnauthenticated
			}
			return otlp.Principal{ProjectID: 1, OrganizationID: 1}, nil
		},
		Write: func(_ context.Context, _ otlp.Principal, b otlp.Batch) ([]otlp.Rejection, error) {
			stored.Add(int64(len(b.Observations)))
			return nil, nil
		},
		Map: func(resource *convention.Resource, scope *convention.Scope) otlp.SpanMapper {
			return convention.NewOrigin(resource, scope).Map
		},
		Logger: slog.New(slog.DiscardHandler),
	}
	if change != nil {
		change(&config)
	}
	r, err := otlp.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return r, stored
}

func TestOTLPExportersSendEncrypted(t *testing.T) {
	t.Parallel()
	config := certified(t)
	certificate, _ := loaded(t, config)
	headers := map[string]string{"authorization": basic("pk:sk")}
	for name, exporter := range map[string]func(t *testing.T, r *otlp.Receiver) (sdktrace.SpanExporter, error){
		"HTTP": func(t *testing.T, r *otlp.Receiver) (sdktrace.SpanExporter, error) {
			s := serve(t, server.New(server.Options{Routes: server.Routes{Traces: r}, Log: slog.New(slog.DiscardHandler)}), server.ServeOptions{TLS: certificate.TLS()})
			return otlptracehttp.New(t.Context(), otlptracehttp.WithEndpoint(s.address), otlptracehttp.WithTLSClientConfig(trusting(t, config)), otlptracehttp.WithHeaders(headers))
		},
		"gRPC": func(t *testing.T, r *otlp.Receiver) (sdktrace.SpanExporter, error) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return nil, err
			}
			s := otlp.NewGRPCServer(r, grpc.Creds(credentials.NewTLS(certificate.TLS("h2"))))
			served := make(chan error, 1)
			go func() { served <- s.Serve(listener) }()
			t.Cleanup(func() {
				s.Stop()
				if err := <-served; err != nil {
					t.Error(err)
				}
			})
			return otlptracegrpc.New(t.Context(), otlptracegrpc.WithEndpoint(listener.Addr().String()), otlptracegrpc.WithTLSCredentials(credentials.NewTLS(trusting(t, config))), otlptracegrpc.WithHeaders(headers))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, stored := receiver(t, nil)
			e, err := exporter(t, r)
			if err != nil {
				t.Fatal(err)
			}
			provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(e))
			_, span := provider.Tracer("test").Start(t.Context(), "step")
			span.End()
			if err := provider.Shutdown(t.Context()); err != nil {
				t.Fatal(err)
			}
			if stored.Load() != 1 {
				t.Errorf("%d spans are stored", stored.Load())
			}
		})
	}
}
