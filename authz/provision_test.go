package authz

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest"
	"github.com/treeline-dev/treeline/store/storetest/cluster"
)

var firstStart = Init{
	Org: "Acme Corp", Project: "Voice Bots", PublicKey: "pk-first", SecretKey: "sk-first-0123456789abcdef",
	UserEmail: "Ada@example.com", UserPassword: "correct horse battery",
}

// provisioned is a service on an empty database, with what it logs.
func provisioned(t *testing.T, db cluster.Database) (*Service, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	s := storetest.Must(New(storetest.OpenAt(t, db), Config{CacheTTL: 1, Logger: slog.New(slog.NewTextHandler(&log, nil))}))(t)
	return s, &log
}

func checkFirstStart(t *testing.T, s *Service) {
	t.Helper()
	ctx := t.Context()
	key := storetest.Must(s.Authenticate(ctx, Credentials{firstStart.PublicKey, firstStart.SecretKey}))(t)
	id, _ := key.ProjectID()
	for _, action := range []struct {
		Object
		Verb
	}{{ObjectTrace, VerbWrite}, {ObjectTrace, VerbRead}, {ObjectTrace, VerbDelete}, {ObjectPrompt, VerbPublish}, {ObjectScore, VerbWrite}} {
		if _, _, err := key.Project(ctx, id, action.Object, action.Verb); err != nil {
			t.Errorf("the key may not %s %s: %v", action.Verb, action.Object, err)
		}
	}
	ada := storetest.Must(s.SignIn(ctx, SignInInput{firstStart.UserEmail, firstStart.UserPassword}, fromHome))(t).Viewer
	project := must3(ada.Project(ctx, id, ObjectAPIKey, VerbWrite))(t)
	if project.Name != "Voice Bots" || project.Slug != "voice-bots" {
		t.Errorf("project %+v", project)
	}
	organization := storetest.Must(ada.Organization(ctx, project.OrganizationID, ObjectOrganization, VerbAdminister))(t)
	if organization.Name != "Acme Corp" || organization.Slug != "acme-corp" {
		t.Errorf("organization %+v", organization)
	}
	if n := storetest.Must(ada.CountProjects(ctx, organization.OrganizationID, 10))(t); n != 1 {
		t.Errorf("%d projects", n)
	}
	if n := storetest.Must(s.store.CountAPIKeys(ctx, id, 10))(t); n != 1 {
		t.Errorf("%d keys", n)
	}
}

func TestAFirstStartCreatesEverythingAndALaterOneNothing(t *testing.T) {
	t.Parallel()
	s, log := provisioned(t, cluster.New(t))
	for range 3 {
		if err := s.Provision(t.Context(), firstStart); err != nil {
			t.Fatal(err)
		}
		checkFirstStart(t, s)
	}
	// Other values do not change what is there.
	other := firstStart
	other.SecretKey, other.UserPassword = "sk-other-0123456789abcdef", "another password"
	if err := s.Provision(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	checkFirstStart(t, s)
	_, err := s.Authenticate(t.Context(), Credentials{other.PublicKey, other.SecretKey})
	storetest.WantError(t, err, ErrUnauthenticated)
	if !strings.Contains(log.String(), "TREELINE_INIT_SECRET_KEY is not the secret of the key that exists") {
		t.Error("a secret without effect is not logged")
	}
	for _, secret := range []string{firstStart.SecretKey, firstStart.UserPassword, other.SecretKey, other.UserPassword} {
		if strings.Contains(log.String(), secret) {
			t.Error("a secret is in the log")
		}
	}
	if strings.Contains(log.String(), "weak") {
		t.Error("strong secrets are called weak")
	}
}

func TestServersThatStartAtOnceShareWhatTheyCreate(t *testing.T) {
	t.Parallel()
	db := cluster.New(t)
	const servers = 4
	results := make(chan error, servers)
	var services []*Service
	for range servers {
		s, _ := provisioned(t, db)
		services = append(services, s)
	}
	for _, s := range services {
		go func() { results <- s.Provision(context.WithoutCancel(t.Context()), firstStart) }()
	}
	for range servers {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	for _, s := range services {
		checkFirstStart(t, s)
	}
}

func TestARevokedFirstKeyStaysRevoked(t *testing.T) {
	t.Parallel()
	s, log := provisioned(t, cluster.New(t))
	if err := s.Provision(t.Context(), firstStart); err != nil {
		t.Fatal(err)
	}
	key := storetest.Must(s.Authenticate(t.Context(), Credentials{firstStart.PublicKey, firstStart.SecretKey}))(t).APIKey
	if err := s.store.RevokeAPIKey(t.Context(), key.ProjectID, key.KeyID); err != nil {
		t.Fatal(err)
	}
	if err := s.Provision(t.Context(), firstStart); err != nil {
		t.Fatal(err)
	}
	_, err := s.Authenticate(t.Context(), Credentials{firstStart.PublicKey, firstStart.SecretKey})
	storetest.WantError(t, err, ErrUnauthenticated)
	if !strings.Contains(log.String(), "revoked") {
		t.Error("not logged")
	}
}

func TestWeakSecretsAreTakenWithAWarning(t *testing.T) {
	t.Parallel()
	s, log := provisioned(t, cluster.New(t))
	weak := Init{Org: "a", Project: "b", PublicKey: "p", SecretKey: "s", UserEmail: "a@b", UserPassword: "x"}
	if err := s.Provision(t.Context(), weak); err != nil {
		t.Fatal(err)
	}
	for _, c := range []Credentials{{"p", "s"}, {"", "s"}} {
		storetest.Must(s.Authenticate(t.Context(), c))(t)
	}
	storetest.Must(s.SignIn(t.Context(), SignInInput{"a@b", "x"}, fromHome))(t)
	for _, variable := range []string{"TREELINE_INIT_SECRET_KEY is weak", "TREELINE_INIT_USER_PASSWORD is weak"} {
		if !strings.Contains(log.String(), variable) {
			t.Errorf("no warning %q", variable)
		}
	}
}

func TestAPublicKeyOfAnotherProjectIsAnError(t *testing.T) {
	t.Parallel()
	s, _ := provisioned(t, cluster.New(t))
	if err := s.Provision(t.Context(), firstStart); err != nil {
		t.Fatal(err)
	}
	second := firstStart
	second.Project = "Another"
	err := s.Provision(t.Context(), second)
	storetest.WantError(t, err, store.ErrConflict)
	if err == nil || !strings.HasPrefix(err.Error(), "TREELINE_INIT_PUBLIC_KEY: ") {
		t.Errorf("error = %v", err)
	}
}

func TestPartsOfAFirstStart(t *testing.T) {
	t.Parallel()
	s, _ := provisioned(t, cluster.New(t))
	for _, i := range []Init{
		{}, {Org: "Only"}, {Org: "日本", Project: "音声"}, {Org: "Only", UserEmail: "a@example.com", UserPassword: "correct horse"},
	} {
		if err := s.Provision(t.Context(), i); err != nil {
			t.Errorf("%+v: %v", i, err)
		}
	}
	organization := storetest.Must(s.store.OrganizationBySlug(t.Context(), store.SlugOf("日本")))(t)
	if organization.Name != "日本" {
		t.Errorf("name %q", organization.Name)
	}
}

func TestAMistakeInAFirstStartNamesItsVariable(t *testing.T) {
	t.Parallel()
	s, _ := provisioned(t, cluster.New(t))
	for want, change := range map[string]func(*Init){
		"TREELINE_INIT_PROJECT is set but TREELINE_INIT_ORG is not":              func(i *Init) { i.Org = "" },
		"TREELINE_INIT_PUBLIC_KEY is set but TREELINE_INIT_PROJECT is not":       func(i *Init) { i.Project = "" },
		"TREELINE_INIT_SECRET_KEY is set but TREELINE_INIT_PUBLIC_KEY is not":    func(i *Init) { i.PublicKey = "" },
		"TREELINE_INIT_PUBLIC_KEY is set but TREELINE_INIT_SECRET_KEY is not":    func(i *Init) { i.SecretKey = "" },
		"TREELINE_INIT_USER_EMAIL is set but TREELINE_INIT_USER_PASSWORD is not": func(i *Init) { i.UserPassword = "" },
		"TREELINE_INIT_USER_PASSWORD is set but TREELINE_INIT_USER_EMAIL is not": func(i *Init) { i.UserEmail = "" },
		"TREELINE_INIT_ORG: the name holds a control character":                  func(i *Init) { i.Org = "a\nb" },
		"TREELINE_INIT_PROJECT: the name has 201 characters":                     func(i *Init) { i.Project = strings.Repeat("x", 201) },
		"TREELINE_INIT_PUBLIC_KEY: the public key holds a space, a colon":        func(i *Init) { i.PublicKey = "pk:x" },
		"TREELINE_INIT_SECRET_KEY: the secret key holds a control character":     func(i *Init) { i.SecretKey = "sk\n" },
		"TREELINE_INIT_USER_EMAIL: the e-mail address must have the form":        func(i *Init) { i.UserEmail = "ada" },
		"TREELINE_INIT_USER_PASSWORD: the password is longer than 1024 bytes":    func(i *Init) { i.UserPassword = strings.Repeat("x", 1025) },
	} {
		i := firstStart
		change(&i)
		err := s.Provision(t.Context(), i)
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("error = %v; want %s…", err, want)
		}
	}
	_, err := s.store.OrganizationBySlug(t.Context(), "acme-corp")
	storetest.WantError(t, err, store.ErrNotFound)
}
