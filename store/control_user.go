package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// User is a person who can sign in.
type User struct {
	UserID int64
	// Email is in the form that CleanEmail gives.
	Email     string
	Name      string
	CreatedAt time.Time
}

var _ trace.Node = (*User)(nil)

// ID implements trace.Node. Users belong to no organization, so the id has no
// scope.
func (u *User) ID() string {
	return trace.NodeID{Type: trace.NodeUser, Key: KeyText(u.UserID)}.String()
}

// KeyText writes the number of a user or an API key as in node ids: 16
// lower-case hex digits.
func KeyText(id int64) string { return trace.ProjectID(id).String() }

// ParseKey is the inverse of KeyText.
func ParseKey(text string) (int64, bool) {
	id, ok := trace.ParseProjectID(text)
	return int64(id), ok
}

const userColumns = `u.id, u.email, u.name, u.created_at`

func (u *User) targets() []any { return []any{&u.UserID, &u.Email, &u.Name, &u.CreatedAt} }

func scanUser(row pgx.CollectableRow) (*User, error) {
	u := &User{}
	err := row.Scan(u.targets()...)
	u.CreatedAt = u.CreatedAt.UTC()
	return u, err
}

// NewUser is what CreateUser needs.
type NewUser struct {
	Email string
	// Name is what others see; empty for the part of the address before the @.
	Name string
	// PasswordHash is a PHC string; empty for a user that cannot sign in with a
	// password.
	PasswordHash string
}

func (n *NewUser) clean() error {
	var err error
	if n.Email, err = CleanEmail(n.Email); err != nil {
		return err
	}
	if n.Name == "" {
		n.Name, _, _ = strings.Cut(n.Email, "@")
	}
	n.Name, err = CleanName(n.Name)
	return err
}

// CreateUser creates a user. An address that is taken gives ErrConflict, values
// that cannot be stored an InputError.
func (s *Store) CreateUser(ctx context.Context, n NewUser) (*User, error) {
	if err := n.clean(); err != nil {
		return nil, err
	}
	user, err := queryOne(ctx, s.pool, "create the user", scanUser, insertUser+` RETURNING `+userColumns,
		randomID(), n.Email, n.Name, n.PasswordHash)
	if isUniqueViolation(err) {
		return nil, fmt.Errorf("a user with this e-mail address exists: %w", ErrConflict)
	}
	return user, err
}

const insertUser = `INSERT INTO app_user AS u (id, email, name, password_hash) VALUES ($1, $2, $3, nullif($4, ''))`

// User returns a user, or ErrNotFound.
func (s *Store) User(ctx context.Context, id int64) (*User, error) {
	return queryOne(ctx, s.pool, "read the user", scanUser, `SELECT `+userColumns+` FROM app_user u WHERE u.id = $1`, id)
}

// UserWithPassword is a user with the PHC string of the password, empty where
// the user has none.
type UserWithPassword struct {
	*User
	PasswordHash string
}

// UserByEmail returns the user with an address in the form that CleanEmail
// gives, or ErrNotFound.
func (s *Store) UserByEmail(ctx context.Context, email string) (UserWithPassword, error) {
	return queryOne(ctx, s.pool, "read the user", func(row pgx.CollectableRow) (UserWithPassword, error) {
		u := UserWithPassword{User: &User{}}
		err := row.Scan(append(u.targets(), &u.PasswordHash)...)
		u.CreatedAt = u.CreatedAt.UTC()
		return u, err
	}, `SELECT `+userColumns+`, coalesce(u.password_hash, '') FROM app_user u WHERE u.email = $1`, email)
}
