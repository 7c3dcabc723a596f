package store

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// AuditAction is a kind of change that the audit log keeps.
type AuditAction string

// The actions.
const (
	AuditOrganizationUpdated AuditAction = "ORGANIZATION_UPDATED"
	AuditProjectCreated      AuditAction = "PROJECT_CREATED"
	AuditProjectUpdated      AuditAction = "PROJECT_UPDATED"
	AuditAPIKeyCreated       AuditAction = "API_KEY_CREATED"
	AuditAPIKeyRevoked       AuditAction = "API_KEY_REVOKED"
	AuditMemberRoleSet       AuditAction = "MEMBER_ROLE_SET"
	AuditMemberRemoved       AuditAction = "MEMBER_REMOVED"
	AuditMemberInvited       AuditAction = "MEMBER_INVITED"
	AuditInvitationRevoked   AuditAction = "INVITATION_REVOKED"
	AuditInvitationAccepted  AuditAction = "INVITATION_ACCEPTED"
	AuditSignedIn            AuditAction = "SIGNED_IN"
	AuditPasswordChanged     AuditAction = "PASSWORD_CHANGED"
)

// AuditActions lists every action.
func AuditActions() []AuditAction {
	return []AuditAction{
		AuditOrganizationUpdated, AuditProjectCreated, AuditProjectUpdated, AuditAPIKeyCreated, AuditAPIKeyRevoked,
		AuditMemberRoleSet, AuditMemberRemoved, AuditMemberInvited, AuditInvitationRevoked, AuditInvitationAccepted,
		AuditSignedIn, AuditPasswordChanged,
	}
}

// MarshalGQL writes the value as a GraphQL enum.
func (a AuditAction) MarshalGQL(w io.Writer) { trace.WriteEnumName(w, a) }

// UnmarshalGQL reads a GraphQL enum.
func (a *AuditAction) UnmarshalGQL(v any) error {
	return trace.ReadEnumName(a, "audit action", AuditActions(), v)
}

// AuditActor is who changed something, as of that moment.
type AuditActor struct {
	// ID is the global id of the user or the API key.
	ID   string
	Name string
	// Address is where the request came from; the zero value where that is not
	// known.
	Address netip.Addr
}

// AuditEntry is one change of an organization, as the audit log keeps it.
type AuditEntry struct {
	EntryID int64
	At      time.Time
	Action  AuditAction
	Actor   *AuditActor
	// ObjectType is the type of the object in the words of trace.NodeID, and
	// ObjectID its global id; it may be gone by now.
	ObjectType, ObjectID string
	// Changes holds ids, names and settings, never secrets or content.
	Changes trace.JSON
}

// ID names the entry in its organization.
func (e *AuditEntry) ID() string { return KeyText(e.EntryID) }

// Position is where the entry stands in the log, newest first.
func (e *AuditEntry) Position() TimePosition { return TimePosition{Time: e.At, ID: e.EntryID} }

// Address is where the request came from; nil where that is not known.
func (e *AuditEntry) Address() *string {
	if !e.Actor.Address.IsValid() {
		return nil
	}
	text := e.Actor.Address.String()
	return &text
}

// AuditFilter selects entries of the audit log; what is nil or empty selects
// all.
type AuditFilter struct {
	Actions []AuditAction
	// ActorID is the global id of a user or an API key.
	ActorID *string
	// Since and Until bound the time: from Since on, before Until.
	Since, Until *time.Time
}

// auditRecord is what one change adds to the log.
type auditRecord struct {
	action     AuditAction
	objectType string
	objectID   string
	changes    any
}

// addAudit adds an entry to the organization's log, under its role, within a
// transaction of the control schema, and gives the role up again.
func (t Tenant) addAudit(ctx context.Context, tx pgx.Tx, actor AuditActor, r auditRecord) error {
	var address *string
	if actor.Address.IsValid() {
		text := actor.Address.Unmap().WithZone("").String()
		address = &text
	}
	// The schema's name comes from the organization's number.
	if _, err := tx.Exec(ctx, "SET LOCAL ROLE "+t.state.schema); err != nil {
		return fmt.Errorf("write the audit log: %w", err)
	}
	if _, err := tx.Exec(ctx, `INSERT INTO `+t.state.schema+`.audit_entry
		(id, action, actor_id, actor_name, object_type, object_id, changes, address) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		randomID(), string(r.action), actor.ID, actor.Name, r.objectType, r.objectID, string(trace.EncodeJSON(r.changes)), address); err != nil {
		return fmt.Errorf("write the audit log: %w", err)
	}
	if _, err := tx.Exec(ctx, "SET LOCAL ROLE NONE"); err != nil {
		return fmt.Errorf("write the audit log: %w", err)
	}
	return nil
}

// auditWhere selects the entries of a filter, whose values are parameters 1 to 4.
const auditWhere = ` FROM audit_entry WHERE ($1::text[] IS NULL OR action = ANY($1)) AND ($2::text IS NULL OR actor_id = $2)
	AND ($3::timestamptz IS NULL OR created_at >= $3) AND ($4::timestamptz IS NULL OR created_at < $4)`

func (f *AuditFilter) arguments() []any {
	if f == nil {
		f = &AuditFilter{}
	}
	var actions []string
	for _, action := range f.Actions {
		actions = append(actions, string(action))
	}
	return []any{actions, f.ActorID, f.Since, f.Until}
}

// AuditLog returns the entries of the audit log that the filter selects, newest
// first, at most limit of them, beginning after the position where one is
// given.
func (t Tenant) AuditLog(ctx context.Context, filter *AuditFilter, after *TimePosition, limit int) ([]*AuditEntry, error) {
	at, id := after.arguments()
	var entries []*AuditEntry
	err := t.read(ctx, func(tx pgx.Tx) error {
		var err error
		entries, err = queryAll(ctx, tx, "read the audit log", scanAuditEntry,
			`SELECT id, created_at, action, actor_id, actor_name, object_type, object_id, changes, coalesce(address, '')`+auditWhere+`
			AND ($5::timestamptz IS NULL OR (created_at, id) < ($5::timestamptz, $6::bigint))
			ORDER BY created_at DESC, id DESC LIMIT $7`, append(filter.arguments(), at, id, limit)...)
		return err
	})
	return entries, err
}

// CountAuditLog counts them up to a limit.
func (t Tenant) CountAuditLog(ctx context.Context, filter *AuditFilter, limit int) (int, error) {
	var n int
	err := t.read(ctx, func(tx pgx.Tx) error {
		var err error
		n, err = queryCount(ctx, tx, "count the audit log", `SELECT count(*) FROM (SELECT`+auditWhere+` LIMIT $5) AS counted`,
			append(filter.arguments(), limit)...)
		return err
	})
	return n, err
}

func scanAuditEntry(row pgx.CollectableRow) (*AuditEntry, error) {
	e := &AuditEntry{Actor: &AuditActor{}}
	var changes, address string
	err := row.Scan(&e.EntryID, &e.At, &e.Action, &e.Actor.ID, &e.Actor.Name, &e.ObjectType, &e.ObjectID, &changes, &address)
	e.At, e.Changes = e.At.UTC(), trace.JSON(changes)
	if parsed, err := netip.ParseAddr(address); err == nil {
		e.Actor.Address = parsed
	}
	return e, err
}
