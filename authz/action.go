package authz

import (
	"context"
	"io"

	"github.com/treeline-dev/treeline/trace"
)

// Action is what the API lets a caller ask about: whether a button should be
// shown. It stands for an object and a verb of the policy.
type Action string

// The actions, in the words of the GraphQL schema.
const (
	ActionReadTraces    Action = "READ_TRACES"
	ActionWriteTraces   Action = "WRITE_TRACES"
	ActionWriteScores   Action = "WRITE_SCORES"
	ActionAdminister    Action = "ADMINISTER"
	ActionManageKeys    Action = "MANAGE_KEYS"
	ActionManageMembers Action = "MANAGE_MEMBERS"
	ActionManageOwners  Action = "MANAGE_OWNERS"
	ActionReadAuditLog  Action = "READ_AUDIT_LOG"
)

// Actions lists every action.
func Actions() []Action {
	return []Action{ActionReadTraces, ActionWriteTraces, ActionWriteScores, ActionAdminister, ActionManageKeys, ActionManageMembers,
		ActionManageOwners, ActionReadAuditLog}
}

// MarshalGQL writes the value as a GraphQL enum.
func (a Action) MarshalGQL(w io.Writer) { trace.WriteEnumName(w, a) }

// UnmarshalGQL reads a GraphQL enum.
func (a *Action) UnmarshalGQL(v any) error { return trace.ReadEnumName(a, "action", Actions(), v) }

// in returns the object and the verb that the action stands for in a scope.
func (a Action) in(scope Scope) (Object, Verb) {
	switch a {
	case ActionReadTraces:
		return ObjectTrace, VerbRead
	case ActionWriteTraces:
		return ObjectTrace, VerbDelete
	case ActionWriteScores:
		return ObjectScore, VerbWrite
	case ActionManageKeys:
		return ObjectAPIKey, VerbWrite
	case ActionManageMembers:
		return ObjectMember, VerbWrite
	case ActionManageOwners:
		return ObjectMember, VerbAdminister
	case ActionReadAuditLog:
		return ObjectAuditLog, VerbRead
	case ActionAdminister:
		if scope.project == 0 {
			return ObjectOrganization, VerbWrite
		}
		return ObjectProject, VerbWrite
	}
	return "", ""
}

// Permission says whether the caller may take an action.
type Permission struct {
	Action    Action
	IsAllowed bool
}

// Permissions answers for each action, in the given order.
func (v *Viewer) Permissions(ctx context.Context, scope Scope, actions []Action) ([]*Permission, error) {
	permissions := make([]*Permission, 0, len(actions))
	for _, action := range actions {
		where := scope
		if action == ActionManageOwners || action == ActionReadAuditLog {
			// These are rights in the organization, whichever project is asked about.
			where = OrganizationScope(scope.organization)
		}
		object, verb := action.in(where)
		allowed, err := v.Can(ctx, object, verb, where)
		if err != nil {
			return nil, err
		}
		permissions = append(permissions, &Permission{Action: action, IsAllowed: allowed})
	}
	return permissions, nil
}
