package otlp

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/treeline-dev/treeline/ingest/convention"
	"github.com/treeline-dev/treeline/trace"
)

// The mapping of the conventions fits in as it is.
var _ SpanMapper = convention.NewOrigin(nil, nil).Map

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	publicKey = "pk-1"
	secretKey = "sk-1"
	project   = trace.ProjectID(7)
)

var basicAuth = "Basic " + base64.StdEncoding.EncodeToString([]byte(publicKey+":"+secretKey))

// bundle is a receiver whose writes are kept.
type bundle struct {
	receiver *Receiver
	logs     *bytes.Buffer

	mu          sync.Mutex
	batches     []Batch
	credentials []Credentials
}

// setup makes a receiver that knows one key and maps spans by name alone: "drop"
// is left out, "panic" panics, "score" carries a score.
func setup(t *testing.T, change func(*Config)) *bundle {
	t.Helper()
	b := &bundle{logs: &bytes.Buffer{}}
	config := Config{
		Authenticate: func(_ context.Context, c Credentials) (Principal, error) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.credentials = append(b.credentials, c)
			if c.Secret == "sk-read-only" {
				return Principal{}, fmt.Errorf("key: %w", ErrForbidden)
			}
			if c.Secret != secretKey || !c.Bearer && c.Public != publicKey {
				return Principal{}, fmt.Errorf("key: %w", ErrUnauthenticated)
			}
			return Principal{ProjectID: project, OrganizationID: 3, KeyID: "k"}, nil
		},
		Write: func(_ context.Context, _ Principal, batch Batch) ([]Rejection, error) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.batches = append(b.batches, batch)
			return nil, nil
		},
		Map:    mapByName,
		Logger: slog.New(slog.NewTextHandler(&lockedWriter{w: b.logs}, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if change != nil {
		change(&config)
	}
	var err error
	if b.receiver, err = New(config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if n := b.receiver.BytesInFlight(); n != 0 {
			t.Errorf("%d bytes are still reserved", n)
		}
	})
	return b
}

type lockedWriter struct {
	mu sync.Mutex
	w  *bytes.Buffer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

func mapByName(resource *convention.Resource, _ *convention.Scope) SpanMapper {
	return func(span *convention.Span, received time.Time) convention.Mapping {
		return mapNamed(resource, span, received)
	}
}

func mapNamed(resource *convention.Resource, span *convention.Span, received time.Time) convention.Mapping {
	observation := &trace.Span{Common: trace.Common{
		TraceID: span.TraceID, SpanID: span.SpanID, ParentSpanID: span.ParentSpanID, Name: strings.Clone(span.Name), StartedAt: received,
	}}
	for _, attribute := range resource.Attributes {
		if attribute.Key == "service.name" {
			name := strings.Clone(attribute.Value.Text)
			observation.Service = &name
		}
	}
	switch span.Name {
	case "drop":
		return convention.Mapping{Dropped: "asked to"}
	case "panic":
		panic("a secret " + span.Name)
	case "score":
		return convention.Mapping{Observation: observation, Derived: []trace.Observation{&trace.Event{}}, Scores: []*trace.Score{{Name: "s"}}}
	}
	return convention.Mapping{Observation: observation}
}

// names are those of all observations written so far.
func (b *bundle) names() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var names []string
	for _, batch := range b.batches {
		for _, observation := range batch.Observations {
			names = append(names, observation.Core().Name)
		}
	}
	return names
}

func TestObservationsAndScoresBelongToThePrincipalsProject(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	body := jsonSpans(jsonSpan(`,"name":"score"`), jsonSpan(`,"name":"drop"`))
	res := &reservation{budget: &b.receiver.budget}
	defer res.release()
	answer, err := b.receiver.export(t.Context(), &traceSignal, Principal{ProjectID: project}, body, true, res)
	if err != nil || answer != (partialSuccess{}) {
		t.Fatalf("answer %+v, error %v", answer, err)
	}
	batch := b.batches[0]
	if len(batch.Observations) != 2 || len(batch.Scores) != 1 || batch.Bytes != len(body) {
		t.Fatalf("batch is %+v", batch)
	}
	for _, observation := range batch.Observations {
		if observation.Core().ProjectID != project {
			t.Errorf("observation belongs to %v", observation.Core().ProjectID)
		}
	}
	if batch.Scores[0].ProjectID != project {
		t.Errorf("score belongs to %v", batch.Scores[0].ProjectID)
	}
	c := b.receiver.Counters()
	if c.SpansAccepted.Load() != 1 || c.SpansDropped.Load() != 1 || c.ScoresAccepted.Load() != 1 || c.SpansRejected.Load() != 0 {
		t.Errorf("accepted %d, dropped %d, scores %d, rejected %d", c.SpansAccepted.Load(), c.SpansDropped.Load(), c.ScoresAccepted.Load(), c.SpansRejected.Load())
	}
}

func TestPanicOfTheMappingRejectsOneSpanWithoutLoggingContent(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	res := &reservation{budget: &b.receiver.budget}
	defer res.release()
	body := jsonSpans(jsonSpan(`,"name":"before"`), jsonSpan(`,"name":"panic"`), jsonSpan(`,"name":"panic"`), jsonSpan(`,"name":"behind"`))
	answer, err := b.receiver.export(t.Context(), &traceSignal, Principal{}, body, true, res)
	if err != nil {
		t.Fatal(err)
	}
	if answer.rejected != 2 || !strings.Contains(answer.message, "2 spans") {
		t.Errorf("answer is %+v", answer)
	}
	if diff := cmp.Diff([]string{"before", "behind"}, b.names()); diff != "" {
		t.Error(diff)
	}
	logs := b.logs.String()
	if strings.Contains(logs, "secret") || strings.Count(logs, "panic while mapping") != 1 || !strings.Contains(logs, "mapNamed") {
		t.Errorf("logs: %s", logs)
	}
	if n := b.receiver.Counters().MapPanics.Load(); n != 2 {
		t.Errorf("%d panics counted", n)
	}
}

func TestRefusalsOfTheWriteAreReportedBack(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config) {
		c.Write = func(context.Context, Principal, Batch) ([]Rejection, error) {
			return []Rejection{{Reason: "the trace is being deleted", Count: 1}}, nil
		}
	})
	res := &reservation{budget: &b.receiver.budget}
	defer res.release()
	answer, err := b.receiver.export(t.Context(), &traceSignal, Principal{}, jsonSpans(jsonSpan(""), jsonSpan(""), "1"), true, res)
	if err != nil {
		t.Fatal(err)
	}
	if want := (partialSuccess{2, "1 span: span is not an object; 1 span: the trace is being deleted"}); answer != want {
		t.Errorf("answer is %+v", answer)
	}
	if n := b.receiver.Counters().SpansAccepted.Load(); n != 1 {
		t.Errorf("%d spans counted as accepted", n)
	}
}

func TestNewNamesTheFieldThatIsWrong(t *testing.T) {
	t.Parallel()
	good := func() Config {
		return Config{
			Authenticate: func(context.Context, Credentials) (Principal, error) { return Principal{}, nil },
			Write:        func(context.Context, Principal, Batch) ([]Rejection, error) { return nil, nil },
			Map:          mapByName,
		}
	}
	if _, err := New(good()); err != nil {
		t.Fatal(err)
	}
	for field, change := range map[string]func(*Config){
		"Authenticate":     func(c *Config) { c.Authenticate = nil },
		"Write":            func(c *Config) { c.Write = nil },
		"Map":              func(c *Config) { c.Map = nil },
		"MaxWireBytes":     func(c *Config) { c.MaxWireBytes = -1 },
		"BodyGrace":        func(c *Config) { c.BodyGrace = -1 },
		"MaxBytesInFlight": func(c *Config) { c.MaxBytesInFlight = 1 },
	} {
		config := good()
		change(&config)
		if _, err := New(config); err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: error is %v", field, err)
		}
	}
}

func TestCredentialsAreReadInEveryForm(t *testing.T) {
	t.Parallel()
	encoded := base64.StdEncoding.EncodeToString([]byte("pk:s:k"))
	both := Credentials{Public: "pk", Secret: "s:k"}
	for name, test := range map[string]struct {
		authorization, apiKey string
		want                  []Credentials
	}{
		"nothing":                {"", "", nil},
		"Basic":                  {"Basic " + encoded, "", []Credentials{both}},
		"lower case":             {"basic  " + encoded + " ", "", []Credentials{both}},
		"URL-encoded":            {"Basic%20" + encoded, "", []Credentials{both}},
		"padding encoded":        {"Basic%20" + strings.ReplaceAll(base64.StdEncoding.EncodeToString([]byte("pk:secret!")), "=", "%3D"), "", []Credentials{{Public: "pk", Secret: "secret!"}}},
		"without padding":        {"Basic " + base64.RawStdEncoding.EncodeToString([]byte("pk:secret!")), "", []Credentials{{Public: "pk", Secret: "secret!"}}},
		"URL alphabet":           {"Basic " + base64.URLEncoding.EncodeToString([]byte("pk:\xff\xfe\xfd")), "", []Credentials{{Public: "pk", Secret: "\xff\xfe\xfd"}}},
		"Bearer":                 {"Bearer abc", "", []Credentials{{Secret: "abc", Bearer: true}}},
		"Bearer encoded":         {"Bearer%20abc", "", []Credentials{{Secret: "abc", Bearer: true}}},
		"Bearer with percent":    {"Bearer a%41", "", []Credentials{{Secret: "a%41", Bearer: true}, {Secret: "aA", Bearer: true}}},
		"x-api-key":              {"", " abc ", []Credentials{{Secret: "abc", Bearer: true}}},
		"authorization wins":     {"Bearer abc", "def", []Credentials{{Secret: "abc", Bearer: true}}},
		"other scheme":           {"Digest abc", "def", []Credentials{{Secret: "def", Bearer: true}}},
		"Basic without a colon":  {"Basic " + base64.StdEncoding.EncodeToString([]byte("pk")), "", nil},
		"Basic without a secret": {"Basic " + base64.StdEncoding.EncodeToString([]byte("pk:")), "", nil},
		"Basic not base64":       {"Basic ***", "", nil},
		"Bearer without secret":  {"Bearer ", "", nil},
		"very long":              {"Bearer " + strings.Repeat("a", maxCredential), "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := range test.want {
				test.want[i].RemoteAddr = "[::1]:9"
			}
			if diff := cmp.Diff(test.want, readCredentials(test.authorization, test.apiKey, "[::1]:9")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSecondReadingOfAKeyIsTriedOnlyAfterAWrongFirst(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	if _, err := b.receiver.authenticate(t.Context(), "Bearer sk%2D1", "", ""); err != nil {
		t.Error(err)
	}
	if len(b.credentials) != 2 {
		t.Errorf("asked with %+v", b.credentials)
	}
	b = setup(t, func(c *Config) {
		c.Authenticate = func(context.Context, Credentials) (Principal, error) { return Principal{}, &OverloadError{} }
	})
	var overload *OverloadError
	if _, err := b.receiver.authenticate(t.Context(), "Bearer sk%2D1", "", ""); !errors.As(err, &overload) {
		t.Errorf("error is %v", err)
	}
}

func TestReservationsNeverExceedTheBudget(t *testing.T) {
	t.Parallel()
	shared := budget{limit: 100}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 1000 {
				r := &reservation{budget: &shared}
				for range 5 {
					if r.grow(9) != nil {
						break
					}
					if used := shared.used.Load(); used > 100 || used < 0 {
						t.Errorf("%d bytes used", used)
					}
					r.shrink(2)
				}
				r.release()
				if r.grow(1) == nil {
					t.Error("a released reservation grew")
				}
			}
		})
	}
	group.Wait()
	if used := shared.used.Load(); used != 0 {
		t.Errorf("%d bytes left", used)
	}
}
