package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/grpc/credentials"
)

// certify puts a certificate for 127.0.0.1 with its key into two files, and
// returns a client configuration that trusts it.
func certify(certificateFile, keyFile string) (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(certificateFile, certificate, 0o600); err != nil {
		return nil, err
	}
	if err := os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600); err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(certificate)
	return &tls.Config{RootCAs: pool}, nil
}

// TestEverythingIsServedEncrypted runs a server with a certificate of its own and
// renews that while it runs.
func TestEverythingIsServedEncrypted(t *testing.T) {
	t.Parallel()
	i := installed(t)
	var err error
	if i.grpc, err = freeAddress(); err != nil {
		t.Fatal(err)
	}
	certificate, key := filepath.Join(i.directory, "tls.crt"), filepath.Join(i.directory, "tls.key")
	trusting, err := certify(certificate, key)
	if err != nil {
		t.Fatal(err)
	}
	i.isTLS, i.environment = true, []string{"TREELINE_TLS_CERTIFICATE=" + certificate, "TREELINE_TLS_KEY=" + key}
	trust := func(c *tls.Config) {
		i.client.CloseIdleConnections()
		i.client = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{TLSClientConfig: c, ForceAttemptHTTP2: true}}
	}
	trust(trusting)
	if err := i.start(); err != nil {
		t.Fatal(err)
	}

	headers := map[string]string{"authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(testPublicKey+":"+testSecretKey))}
	sent := map[string][]string{}
	export := func(exporter sdktrace.SpanExporter, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter))
		_, span := provider.Tracer("test").Start(context.Background(), "step")
		span.End()
		if err := provider.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		id := span.SpanContext().SpanID()
		sent[span.SpanContext().TraceID().String()] = []string{hex.EncodeToString(id[:])}
	}
	overHTTP := func(c *tls.Config) {
		t.Helper()
		export(otlptracehttp.New(t.Context(), otlptracehttp.WithEndpoint(i.http), otlptracehttp.WithTLSClientConfig(c), otlptracehttp.WithHeaders(headers)))
	}
	overGRPC := func(c *tls.Config) {
		t.Helper()
		export(otlptracegrpc.New(t.Context(), otlptracegrpc.WithEndpoint(i.grpc), otlptracegrpc.WithTLSCredentials(credentials.NewTLS(c)), otlptracegrpc.WithHeaders(headers)))
	}
	overHTTP(trusting)
	overGRPC(trusting)

	renewed, err := certify(certificate, key)
	if err != nil {
		t.Fatal(err)
	}
	trust(renewed)
	overHTTP(renewed)
	overGRPC(renewed)
	for id, spans := range i.stored(t, sent) {
		if len(spans) != 1 || spans[0] != sent[id][0] {
			t.Errorf("trace %s has %v, not %v", id, spans, sent[id])
		}
		delete(sent, id)
	}
	if len(sent) > 0 {
		t.Errorf("%v are not stored", sent)
	}

	g := i.operate(t, i.client, `mutation($input: SignInInput!) { signIn(input: $input) { userErrors { code } } }`,
		map[string]any{"input": map[string]any{"email": testEmail, "password": testPassword}}, "Authorization", "", "X-Treeline-Request", "1")
	if cookies := (&http.Response{Header: g.header}).Cookies(); len(cookies) != 1 || !cookies[0].Secure || cookies[0].Name != "__Host-treeline_session" {
		t.Errorf("cookies: %v, %s", cookies, g.body)
	}
}
