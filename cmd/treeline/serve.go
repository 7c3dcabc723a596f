package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/frontend"
	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/graph/guard"
	"github.com/treeline-dev/treeline/ingest/otlp"
	"github.com/treeline-dev/treeline/ingest/writer"
	"github.com/treeline-dev/treeline/resolvers"
	"github.com/treeline-dev/treeline/server"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/embedded"
)

func serve(ctx context.Context, args []string) error {
	config, logger, err := configure("treeline serve", args)
	if err != nil {
		return err
	}
	return runService(ctx, config, logger, nil)
}

func configure(name string, args []string) (*server.Config, *slog.Logger, error) {
	config, err := server.ConfigFromEnvironment(name, args, os.LookupEnv, os.Stdout)
	if err != nil {
		return nil, nil, err
	}
	options := &slog.HandlerOptions{Level: config.LogLevel}
	var handler slog.Handler = slog.NewTextHandler(os.Stderr, options)
	if config.LogFormat == "json" {
		handler = slog.NewJSONHandler(os.Stderr, options)
	}
	logger := slog.New(handler)
	slog.SetDefault(logger)
	for _, warning := range config.Warnings() {
		logger.Warn(warning)
	}
	return config, logger, nil
}

// database is an open store with the PostgreSQL that it runs on, where that is
// the server's own.
type database struct {
	*store.Store
	own *embedded.Server
}

// openDatabase connects to the configured PostgreSQL, or starts one.
func openDatabase(ctx context.Context, config *server.Config, logger *slog.Logger) (*database, error) {
	if config.DatabaseURL != "" {
		s, err := store.Open(ctx, store.Config{URL: config.DatabaseURL, MaxConns: int32(config.DatabaseConnections), JoinLogs: otlp.JoinLogs, Logger: logger})
		if err != nil {
			return nil, err
		}
		return &database{Store: s}, nil
	}
	own, err := embedded.Start(ctx, embedded.Config{DataDir: config.DataDir, Logger: logger, LoginRoles: []string{store.AppRole}})
	if err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	s, err := store.Open(ctx, store.Config{
		URL: own.URLAs(store.AppRole), AdminURL: own.URL(), MaxConns: int32(config.DatabaseConnections), JoinLogs: otlp.JoinLogs, Logger: logger,
	})
	if err != nil {
		return nil, errors.Join(err, stopPostgreSQL(own))
	}
	return &database{Store: s, own: own}, nil
}

// close ends the connections and the server's own PostgreSQL.
func (d *database) close() error {
	d.Close()
	if d.own == nil {
		return nil
	}
	return stopPostgreSQL(d.own)
}

func stopPostgreSQL(own *embedded.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := own.Stop(ctx); err != nil {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	return nil
}

// died is closed when the server's own PostgreSQL ends by itself.
func (d *database) died() <-chan struct{} {
	if d.own == nil {
		return nil
	}
	return d.own.Done()
}

// lastProcesses is how long the processes of a PostgreSQL whose first one died may
// take to end.
const lastProcesses = 15 * time.Second

// explain replaces an error by the reason why the server's own PostgreSQL ended,
// where it did: whoever uses it may notice first, and knows less.
func (d *database) explain(err error) error {
	if err == nil || d.own == nil {
		return err
	}
	if process, find := os.FindProcess(d.own.Info().PID); find == nil && process.Signal(syscall.Signal(0)) == nil {
		return err
	}
	select {
	case <-d.died():
	case <-time.After(lastProcesses):
	}
	if reason := d.own.Err(); reason != nil {
		return reason
	}
	return err
}

func migrate(ctx context.Context, args []string) error {
	config, logger, err := configure("treeline migrate", args)
	if err != nil {
		return err
	}
	db, err := openDatabase(ctx, config, logger)
	if err != nil {
		return err
	}
	return errors.Join(db.MigrateAll(ctx), db.close())
}

// service is a running server.
type service struct {
	config    *server.Config
	logger    *slog.Logger
	db        *database
	authz     *authz.Service
	writer    *writer.Writer
	receiver  *otlp.Receiver
	metrics   *server.Metrics
	readiness *server.Readiness
	// certificate is what HTTP and OTLP over gRPC are encrypted with, nil for not.
	certificate *server.Certificate
	// address is where HTTP is served.
	address string
}

// runService runs the server until the context ends. Once it is ready it calls
// then, where one is given.
func runService(ctx context.Context, config *server.Config, logger *slog.Logger, then func(context.Context, *service) error) (err error) {
	s := &service{config: config, logger: logger, metrics: server.NewMetrics(), readiness: &server.Readiness{}}
	options := server.ServeOptions{Name: "http", Drain: config.DrainTimeout, Log: logger}
	if config.TLSCertificate != "" {
		if s.certificate, err = server.LoadCertificate(config, logger); err != nil {
			return err
		}
		options.TLS = s.certificate.TLS()
	}
	listener, err := net.Listen("tcp", config.Listen)
	if err != nil {
		return fmt.Errorf("listen for HTTP (another address: --listen or TREELINE_LISTEN): %w", err)
	}
	s.address = listener.Addr().String()
	s.readiness.Set(false, "starting")
	front := &swappable{}
	front.set(s.starting())
	group, ctx := errgroup.WithContext(ctx)
	serving, stopServing := context.WithCancel(ctx)
	defer stopServing()
	served := make(chan struct{})
	group.Go(func() error {
		defer close(served)
		return server.Serve(serving, listener, front, options)
	})
	// What requests work with is closed after the last of them has its answer.
	drain := func() {
		stopServing()
		<-served
	}
	group.Go(func() error {
		defer stopServing()
		return s.live(ctx, front, drain, then)
	})
	if err := group.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// live opens what the service needs, serves until the context ends, and closes
// it again in the opposite order, once drain has returned.
func (s *service) live(ctx context.Context, front *swappable, drain func(), then func(context.Context, *service) error) (err error) {
	documents, err := readDocuments(s.config.GraphQL.DocumentsDir)
	if err != nil {
		return err
	}
	if err := ensureSecretKey(s.config); err != nil {
		return err
	}
	db, err := openDatabase(ctx, s.config, s.logger)
	if err != nil {
		return err
	}
	s.db = db
	defer func() { err = errors.Join(err, db.close()) }()
	if err := db.MigrateAll(ctx); err != nil {
		return err
	}
	if s.authz, err = authz.New(db.Store, authz.Config{Logger: s.logger}); err != nil {
		return err
	}
	if err := s.authz.Provision(ctx, initOf(s.config.Init)); err != nil {
		return err
	}
	prices, err := readPrices(s.config.PriceFile)
	if err != nil {
		return err
	}
	s.writer = writer.New(writer.Config{Prices: prices, Logger: s.logger})
	defer func() { err = errors.Join(err, s.drainWriter()) }()
	if s.receiver, err = s.newReceiver(); err != nil {
		return err
	}
	s.registerMetrics()
	group, ctx := errgroup.WithContext(ctx)
	if err := s.listenBeside(ctx, group); err != nil {
		return err
	}
	handler, err := s.handler(documents)
	if err != nil {
		return err
	}
	front.set(handler)
	s.readiness.Set(true, "")
	s.logger.Info("ready", "url", s.url())
	group.Go(func() error { return s.sweep(ctx) })
	group.Go(func() error {
		return s.db.WorkJobs(ctx, store.JobSteps{CostRecomputation: s.writer.RecomputeCosts})
	})
	group.Go(func() error {
		select {
		case <-ctx.Done():
			s.readiness.Set(false, "shutting down")
			return nil
		case <-db.died():
			return db.own.Err()
		}
	})
	if then != nil {
		group.Go(func() error { return then(ctx, s) })
	}
	err = group.Wait()
	drain()
	return db.explain(err)
}

func (s *service) drainWriter() error {
	ctx, cancel := context.WithTimeout(context.Background(), cmp.Or(s.config.DrainTimeout, 25*time.Second))
	defer cancel()
	return s.writer.Close(ctx)
}

func initOf(c *server.InitConfig) authz.Init {
	if c == nil {
		return authz.Init{}
	}
	return authz.Init{Org: c.Organization, Project: c.Project, PublicKey: c.PublicKey, SecretKey: c.SecretKey, UserEmail: c.UserEmail, UserPassword: c.UserPassword}
}

// listenBeside serves OTLP over gRPC and the metrics.
func (s *service) listenBeside(ctx context.Context, group *errgroup.Group) error {
	if s.config.OTLPGRPCListen != "" {
		listener, err := net.Listen("tcp", s.config.OTLPGRPCListen)
		if err != nil {
			return fmt.Errorf("listen for OTLP over gRPC (TREELINE_OTLP_GRPC_LISTEN=off switches it off): %w", err)
		}
		var options []grpc.ServerOption
		if s.certificate != nil {
			options = append(options, grpc.Creds(credentials.NewTLS(s.certificate.TLS("h2"))))
		}
		grpcServer := otlp.NewGRPCServer(s.receiver, options...)
		group.Go(func() error { return grpcServer.Serve(listener) })
		group.Go(func() error {
			<-ctx.Done()
			stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.config.DrainTimeout)
			defer cancel()
			return grpcServer.Shutdown(stop)
		})
	}
	if s.config.MetricsListen != "" {
		listener, err := net.Listen("tcp", s.config.MetricsListen)
		if err != nil {
			return fmt.Errorf("listen for metrics (TREELINE_METRICS_LISTEN=off switches it off): %w", err)
		}
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", s.metrics.Handler())
		// Profiles show no content; they stand where only operators reach.
		mux.HandleFunc("GET /debug/pprof/", pprof.Index)
		mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		group.Go(func() error {
			return server.Serve(ctx, listener, mux, server.ServeOptions{Name: "metrics", Drain: time.Second, Log: s.logger})
		})
	}
	return nil
}

// sweepInterval is how often expired sessions and the log records of spans that
// are complete are removed.
const sweepInterval = 3 * time.Hour

func (s *service) sweep(ctx context.Context) error {
	ticker := time.NewTicker(sweepInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			if err := s.authz.SweepSessions(ctx); err != nil && ctx.Err() == nil {
				s.logger.Error("remove expired sessions", "error", err)
			}
			if _, err := s.db.SweepLogs(ctx, time.Now().Add(-store.LogRetention)); err != nil && ctx.Err() == nil {
				s.logger.Error("remove old log records", "error", err)
			}
		}
	}
}

// url is where a person reaches the service.
func (s *service) url() string {
	if s.config.PublicURL != nil {
		return s.config.PublicURL.String()
	}
	if s.certificate != nil {
		return "https://" + s.address
	}
	return "http://" + s.address
}

func (s *service) prefix() string {
	if s.config.PublicURL == nil {
		return ""
	}
	return s.config.PublicURL.Path
}

// starting answers until the service is ready.
func (s *service) starting() http.Handler {
	probes := server.New(server.Options{Readiness: s.readiness, PublicURL: s.config.PublicURL, Metrics: s.metrics, Log: s.logger})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case s.prefix() + "/healthz", s.prefix() + "/readyz", "/healthz", "/readyz":
			probes.ServeHTTP(w, r)
		default:
			if server.IsExportPath(r.URL.Path) || server.IsExportPath(strings.TrimPrefix(r.URL.Path, s.prefix())) {
				otlp.WriteError(w, r, http.StatusServiceUnavailable, "the server is starting: send it again in a moment", time.Second)
				return
			}
			w.Header().Set("Retry-After", "1")
			http.Error(w, "Treeline is starting: try again in a moment", http.StatusServiceUnavailable)
		}
	})
}

// handler serves every route.
func (s *service) handler(documents *server.Documents) (http.Handler, error) {
	cookie := server.SessionCookie{Secure: s.config.IsHTTPS(), Path: s.prefix()}
	executor := guard.NewExecutor(graph.NewExecutableSchema(graph.Config{Resolvers: &resolvers.Resolver{
		Authz: s.authz, Writer: s.writer, Sessions: browserSessions{},
	}}), guard.Config{
		CostLimit:          func(context.Context) int { return s.config.GraphQL.CostLimit },
		Timeout:            s.config.GraphQL.Timeout,
		AllowIntrospection: func(ctx context.Context) bool { return authz.FromContext(ctx) != nil },
		Log:                s.logger,
	})
	executor.AroundOperations(resolvers.Loading)
	if err := documents.Prepare(executor.Trust); err != nil {
		return nil, err
	}
	return server.New(server.Options{
		Routes: server.Routes{
			GraphQL: withOrigin(cookie, &server.GraphQL{
				Executor: executor, MaxBody: s.config.GraphQL.MaxBody, Limits: s.operationLimits(),
				Documents: documents, TrustedOnly: s.config.GraphQL.TrustedOnly, Cookie: cookie, Log: s.logger,
			}),
			SDL:     graph.SDL(),
			Traces:  s.receiver,
			Logs:    s.receiver.Logs(),
			Metrics: s.receiver.Metrics(),
			App:     frontend.Handler(s.prefix()),
		},
		Authentication: &server.Authentication{Authenticator: callers{s.authz}, Cookie: cookie, Origin: server.Origin(s.config.PublicURL), Log: s.logger},
		TrustedOnly:    s.config.GraphQL.TrustedOnly,
		PublicURL:      s.config.PublicURL,
		Readiness:      s.readiness,
		Metrics:        s.metrics,
		Log:            s.logger,
	}), nil
}

// answerMemory bounds the content that all answers hold together, in bytes.
const answerMemory = 256 << 20

// operationLimits are what one GraphQL operation may take.
func (s *service) operationLimits() store.OperationLimits {
	most := s.config.GraphQL.MaxAnswer
	// Of the largest answer, the content, its text and a copy are held at once.
	return store.OperationLimits{Answer: most, Memory: store.NewMemory(max(answerMemory, 4*most))}
}

// swappable is a handler that can be exchanged while it serves.
type swappable struct {
	current atomic.Pointer[http.Handler]
}

func (s *swappable) set(h http.Handler) { s.current.Store(&h) }

// ServeHTTP implements http.Handler.
func (s *swappable) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	(*s.current.Load()).ServeHTTP(w, r)
}
