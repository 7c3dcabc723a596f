package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// PasswordChange is what ChangePassword needs.
type PasswordChange struct {
	UserID int64
	// From is the PHC string that was checked, To the new one.
	From, To string
	// Keep is the session that stays; all others of the user end.
	Keep TokenHash
	// Actor and Organizations are whose audit logs tell of it, and as whose deed.
	Actor         AuditActor
	Organizations []Tenant
}

// ChangePassword replaces a user's password and ends the user's other sessions,
// which it returns. A password that was changed meanwhile gives an ErrConflict.
func (s *Store) ChangePassword(ctx context.Context, c PasswordChange) ([]TokenHash, error) {
	var ended []TokenHash
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		err := execFound(ctx, tx, "change the password", `UPDATE app_user SET password_hash = $3 WHERE id = $1 AND password_hash = $2`, c.UserID, c.From, c.To)
		if errors.Is(err, ErrNotFound) {
			return conflictf("the password was changed meanwhile: sign in again with the new one")
		}
		if err != nil {
			return err
		}
		ended, err = queryAll(ctx, tx, "end the other sessions", func(row pgx.CollectableRow) (TokenHash, error) {
			var raw []byte
			err := row.Scan(&raw)
			var hash TokenHash
			copy(hash[:], raw)
			return hash, err
		}, `DELETE FROM user_session WHERE user_id = $1 AND token_hash <> $2 RETURNING token_hash`, c.UserID, c.Keep[:])
		if err != nil {
			return err
		}
		return auditUser(ctx, tx, c.Organizations, c.Actor, AuditPasswordChanged)
	})
	if err != nil && !errors.Is(err, ErrConflict) {
		return nil, fmt.Errorf("change the password: %w", err)
	}
	return ended, err
}

// auditUser tells several organizations what one of their people did for all of
// them.
func auditUser(ctx context.Context, tx pgx.Tx, organizations []Tenant, actor AuditActor, action AuditAction) error {
	for _, tenant := range organizations {
		record := auditRecord{action: action, objectType: trace.NodeUser, objectID: actor.ID, changes: struct{}{}}
		if err := tenant.addAudit(ctx, tx, actor, record); err != nil {
			return err
		}
	}
	return nil
}
