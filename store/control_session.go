package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// maxUserSessions is how many sessions one user can have at a time; a further
// one ends the oldest.
const maxUserSessions = 100

// TokenHash is the SHA-256 of a session's token, which is random.
type TokenHash [sha256.Size]byte

// UserSession is a signed-in user.
type UserSession struct {
	User      *User
	ExpiresAt time.Time
}

// NewUserSession is what CreateUserSession needs.
type NewUserSession struct {
	TokenHash TokenHash
	UserID    int64
	ExpiresAt time.Time
	// Replaces is the session that the same browser had before; it ends. Nil
	// for none.
	Replaces *TokenHash
	// PasswordHash is the PHC string that was checked; a user whose password was
	// changed meanwhile is not found. Empty for none.
	PasswordHash string
	// Actor and Organizations are whose audit logs tell of the sign-in, and as
	// whose deed.
	Actor         AuditActor
	Organizations []Tenant
}

// CreateUserSession begins a session. A user that does not exist gives ErrNotFound.
func (s *Store) CreateUserSession(ctx context.Context, n NewUserSession) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if n.Replaces != nil {
			if _, err := tx.Exec(ctx, `DELETE FROM user_session WHERE token_hash = $1`, n.Replaces[:]); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, `DELETE FROM user_session WHERE token_hash IN (
				SELECT token_hash FROM user_session WHERE user_id = $1 ORDER BY created_at DESC OFFSET $2)`, n.UserID, maxUserSessions-1); err != nil {
			return err
		}
		// A change of the password waits for this, or this for it, so that no
		// session outlives the password that it began with.
		if _, err := queryOne(ctx, tx, "look up the user", pgx.RowTo[int64],
			`SELECT id FROM app_user WHERE id = $1 AND ($2 = '' OR password_hash = $2) FOR SHARE`, n.UserID, n.PasswordHash); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO user_session (token_hash, user_id, expires_at) VALUES ($1, $2, $3)`, n.TokenHash[:], n.UserID, n.ExpiresAt); err != nil {
			return err
		}
		return auditUser(ctx, tx, n.Organizations, n.Actor, AuditSignedIn)
	})
	switch {
	case errors.Is(err, ErrNotFound):
		return ErrNotFound
	case err != nil:
		return fmt.Errorf("begin the session: %w", err)
	}
	return nil
}

// UserSession returns a session that has not expired, or ErrNotFound.
func (s *Store) UserSession(ctx context.Context, hash TokenHash) (UserSession, error) {
	return queryOne(ctx, s.pool, "read the session", func(row pgx.CollectableRow) (UserSession, error) {
		found := UserSession{User: &User{}}
		err := row.Scan(append(found.User.targets(), &found.ExpiresAt)...)
		found.User.CreatedAt, found.ExpiresAt = found.User.CreatedAt.UTC(), found.ExpiresAt.UTC()
		return found, err
	}, `SELECT `+userColumns+`, s.expires_at FROM user_session s JOIN app_user u ON u.id = s.user_id
		WHERE s.token_hash = $1 AND s.expires_at > now()`, hash[:])
}

// DeleteUserSession ends a session. One that is not there is no error.
func (s *Store) DeleteUserSession(ctx context.Context, hash TokenHash) error {
	if _, err := s.pool.Exec(ctx, `DELETE FROM user_session WHERE token_hash = $1`, hash[:]); err != nil {
		return fmt.Errorf("end the session: %w", err)
	}
	return nil
}

// SweepUserSessions removes at most limit sessions that have expired and returns
// how many it removed. Rows that another server is removing are left to it.
func (s *Store) SweepUserSessions(ctx context.Context, limit int) (int, error) {
	tag, err := s.pool.Exec(ctx, `DELETE FROM user_session WHERE token_hash IN (
		SELECT token_hash FROM user_session WHERE expires_at <= now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`, limit)
	if err != nil {
		return 0, fmt.Errorf("remove expired sessions: %w", err)
	}
	return int(tag.RowsAffected()), nil
}
