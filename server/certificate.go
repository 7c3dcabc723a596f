package server

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"os"
	"sync"
	"time"
)

// Certificate is a certificate with its private key in two PEM files. It follows
// the files, so that a renewed certificate needs no restart.
type Certificate struct {
	certificateFile, keyFile string
	log                      *slog.Logger

	mu sync.Mutex
	// seen is the state of the files when they were last read.
	seen    [2]os.FileInfo
	current *tls.Certificate
	failure string // the last one that was logged
}

// LoadCertificate reads the files that a configuration names. Its error is a
// *ConfigError that names the variable at fault. log receives later failures.
func LoadCertificate(c *Config, log *slog.Logger) (*Certificate, error) {
	certificate := &Certificate{certificateFile: c.TLSCertificate, keyFile: c.TLSKey, log: log}
	var err error
	if certificate.seen, err = certificate.stat(); err == nil {
		certificate.current, err = certificate.read()
	}
	if err != nil {
		return nil, err
	}
	if now := time.Now(); now.After(certificate.current.Leaf.NotAfter) || now.Before(certificate.current.Leaf.NotBefore) {
		log.Warn("TREELINE_TLS_CERTIFICATE: the certificate is not valid today, and clients will refuse it: renew it",
			"from", certificate.current.Leaf.NotBefore, "to", certificate.current.Leaf.NotAfter)
	}
	return certificate, nil
}

// TLS returns the configuration of a listener that shows the certificate: TLS 1.2
// and later. nextProtocols are offered by ALPN, where the server that uses the
// configuration does not set them itself.
func (c *Certificate) TLS(nextProtocols ...string) *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     nextProtocols,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.latest(), nil },
	}
}

// latest returns the certificate that is in the files. While they do not fit
// together, as in the middle of a renewal, it is the one before.
func (c *Certificate) latest() *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	// Two looks at the file system are little beside a handshake.
	now, err := c.stat()
	if err == nil && isSameFile(now[0], c.seen[0]) && isSameFile(now[1], c.seen[1]) {
		return c.current
	}
	var renewed *tls.Certificate
	if err == nil {
		renewed, err = c.read()
	}
	if err != nil {
		if text := err.Error(); text != c.failure { // a handshake a line would fill the log
			c.failure = text
			c.log.Warn("the changed certificate cannot be used; the one before stays", "error", text)
		}
		return c.current
	}
	c.failure = ""
	c.seen, c.current = now, renewed
	c.log.Info("the certificate was read again", "valid_to", renewed.Leaf.NotAfter)
	return c.current
}

// stat looks at the files. It is done before they are read, so that a change in
// between shows as one.
func (c *Certificate) stat() (state [2]os.FileInfo, err error) {
	for i, file := range []struct{ variable, name string }{{tlsCertificateVariable, c.certificateFile}, {tlsKeyVariable, c.keyFile}} {
		if state[i], err = os.Stat(file.name); err != nil {
			return [2]os.FileInfo{}, &ConfigError{file.variable, "its file cannot be opened (" + reason(err) + "): name a PEM file that the service may read"}
		}
	}
	return state, nil
}

const (
	tlsCertificateVariable = "TREELINE_TLS_CERTIFICATE"
	tlsKeyVariable         = "TREELINE_TLS_KEY"
)

func (c *Certificate) read() (*tls.Certificate, error) {
	chain, err := os.ReadFile(c.certificateFile)
	if err != nil {
		return nil, &ConfigError{tlsCertificateVariable, "its file cannot be read (" + reason(err) + "): name a PEM file that the service may read"}
	}
	key, err := os.ReadFile(c.keyFile)
	if err != nil {
		return nil, &ConfigError{tlsKeyVariable, "its file cannot be read (" + reason(err) + "): name a PEM file that the service may read"}
	}
	if !holdsCertificate(chain) {
		return nil, &ConfigError{tlsCertificateVariable, "its file holds no certificate: name a PEM file that begins with -----BEGIN CERTIFICATE-----"}
	}
	pair, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return nil, &ConfigError{tlsKeyVariable, "its file holds no unencrypted private key of TREELINE_TLS_CERTIFICATE's first certificate: name the PEM file that was made with it"}
	}
	if pair.Leaf == nil {
		if pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0]); err != nil {
			return nil, &ConfigError{tlsCertificateVariable, "its first certificate cannot be read: name a PEM file with an X.509 certificate"}
		}
	}
	return &pair, nil
}

// holdsCertificate reports whether a PEM file begins with a certificate that can
// be read.
func holdsCertificate(text []byte) bool {
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return false
		}
		if block.Type == "CERTIFICATE" {
			_, err := x509.ParseCertificate(block.Bytes)
			return err == nil
		}
	}
}

func isSameFile(a, b os.FileInfo) bool {
	return a != nil && b != nil && os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}
