package authz

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/treeline-dev/treeline/store"
)

// Init is what a server's first start creates by itself; empty fields are left
// out. Each comes from the environment variable named beside it.
type Init struct {
	Org          string // TREELINE_INIT_ORG
	Project      string // TREELINE_INIT_PROJECT
	PublicKey    string // TREELINE_INIT_PUBLIC_KEY
	SecretKey    string // TREELINE_INIT_SECRET_KEY
	UserEmail    string // TREELINE_INIT_USER_EMAIL
	UserPassword string // TREELINE_INIT_USER_PASSWORD
}

// The variables of Init.
const (
	initOrg          = "TREELINE_INIT_ORG"
	initProject      = "TREELINE_INIT_PROJECT"
	initPublicKey    = "TREELINE_INIT_PUBLIC_KEY"
	initSecretKey    = "TREELINE_INIT_SECRET_KEY"
	initUserEmail    = "TREELINE_INIT_USER_EMAIL"
	initUserPassword = "TREELINE_INIT_USER_PASSWORD"
)

// Lengths below which a given secret is called weak, in bytes.
const (
	weakSecret   = 24
	weakPassword = 12
)

// Check returns an error of one line that names the variable to mend.
func (i Init) Check() error {
	for _, need := range []struct{ variable, value, needs, needed string }{
		{initProject, i.Project, initOrg, i.Org},
		{initPublicKey, i.PublicKey, initProject, i.Project},
		{initPublicKey, i.PublicKey, initSecretKey, i.SecretKey},
		{initSecretKey, i.SecretKey, initPublicKey, i.PublicKey},
		{initUserEmail, i.UserEmail, initOrg, i.Org},
		{initUserEmail, i.UserEmail, initUserPassword, i.UserPassword},
		{initUserPassword, i.UserPassword, initUserEmail, i.UserEmail},
	} {
		if need.value != "" && need.needed == "" {
			return fmt.Errorf("%s is set but %s is not: set that too, or leave both out", need.variable, need.needs)
		}
	}
	for _, named := range []struct{ variable, value string }{{initOrg, i.Org}, {initProject, i.Project}} {
		if named.value == "" {
			continue
		}
		if _, err := store.CleanName(named.value); err != nil {
			return fmt.Errorf("%s: %w", named.variable, err)
		}
	}
	if i.PublicKey != "" {
		if err := (store.KeyPair{Public: i.PublicKey, Secret: i.SecretKey}).Check(); err != nil {
			variable := initPublicKey
			var input *store.InputError
			if errors.As(err, &input) && input.Field == store.FieldSecretKey {
				variable = initSecretKey
			}
			return fmt.Errorf("%s: %w", variable, err)
		}
	}
	if i.UserEmail != "" {
		if _, err := store.CleanEmail(i.UserEmail); err != nil {
			return fmt.Errorf("%s: %w", initUserEmail, err)
		}
	}
	if len(i.UserPassword) > maxPassword {
		return fmt.Errorf("%s: the password is longer than %d bytes", initUserPassword, maxPassword)
	}
	return nil
}

// Provision creates what Init names and the database lacks: the organization
// and the project, found by the slugs of their names; a user who owns the
// organization; a key with every scope. What is there stays as it is, so every
// start may call it, and several servers at once. Weak secrets are logged.
func (s *Service) Provision(ctx context.Context, i Init) error {
	if err := i.Check(); err != nil {
		return err
	}
	if i.Org == "" {
		return nil
	}
	organization, err := s.store.EnsureOrganization(ctx, store.SlugOf(strings.TrimSpace(i.Org)), i.Org)
	if err != nil {
		return fmt.Errorf("%s: %w", initOrg, err)
	}
	if err := s.provisionOwner(ctx, organization, i); err != nil {
		return err
	}
	if i.Project == "" {
		return nil
	}
	project, err := s.store.EnsureProject(ctx, organization.OrganizationID, store.SlugOf(strings.TrimSpace(i.Project)), i.Project)
	if err != nil {
		return fmt.Errorf("%s: %w", initProject, err)
	}
	return s.provisionKey(ctx, project, i)
}

func (s *Service) provisionOwner(ctx context.Context, organization *store.Organization, i Init) error {
	if i.UserEmail == "" {
		return nil
	}
	if len(i.UserPassword) < weakPassword {
		s.logger.WarnContext(ctx, fmt.Sprintf("%s is weak: use at least %d characters", initUserPassword, weakPassword))
	}
	phc, err := s.hasher.hash(ctx, i.UserPassword)
	if err != nil {
		return fmt.Errorf("%s: %w", initUserPassword, err)
	}
	isNew, err := s.store.EnsureOwner(ctx, organization.OrganizationID, store.NewUser{Email: i.UserEmail, PasswordHash: phc})
	if err != nil {
		return fmt.Errorf("%s: %w", initUserEmail, err)
	}
	if isNew {
		s.logger.InfoContext(ctx, "created the first user", "organization", organization.Slug)
	}
	return nil
}

func (s *Service) provisionKey(ctx context.Context, project *store.Project, i Init) error {
	if i.PublicKey == "" {
		return nil
	}
	pair := store.KeyPair{Public: i.PublicKey, Secret: i.SecretKey}
	if len(pair.Secret) < weakSecret {
		s.logger.WarnContext(ctx, fmt.Sprintf("%s is weak: use at least %d random characters", initSecretKey, weakSecret))
	}
	key, isNew, err := s.store.EnsureAPIKey(ctx, store.NewAPIKey{
		ProjectID: project.ProjectID, Name: "First key", KeyPair: pair, Scopes: store.APIKeyScopes(),
	})
	if err != nil {
		return fmt.Errorf("%s: %w", initPublicKey, err)
	}
	switch {
	case isNew:
		s.logger.InfoContext(ctx, "created the first API key", "project", project.Slug)
	case key.IsRevoked || isPast(key.ExpiresAt):
		s.logger.WarnContext(ctx, initPublicKey+" names a key that was revoked or has expired; it stays so")
	case key.SecretHash != store.HashSecret(pair.Secret):
		s.logger.WarnContext(ctx, initSecretKey+" is not the secret of the key that exists; the key keeps its own")
	}
	return nil
}
