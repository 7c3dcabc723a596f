package authz

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
	"github.com/casbin/casbin/v2/persist"
	"github.com/casbin/casbin/v2/util"

	"github.com/treeline-dev/treeline/store"
)

// Object is a kind of thing that a permission is about.
type Object string

// The objects of the policy.
const (
	ObjectOrganization    Object = "organization"
	ObjectMember          Object = "member"
	ObjectProject         Object = "project"
	ObjectAPIKey          Object = "api-key"
	ObjectTrace           Object = "trace" // with its observations and sessions
	ObjectScore           Object = "score"
	ObjectPrompt          Object = "prompt"
	ObjectPromptLabel     Object = "prompt-label" // protected ones, such as production
	ObjectEvaluator       Object = "evaluator"
	ObjectModelConnection Object = "model-connection"
	ObjectReplay          Object = "replay"
	ObjectCopilot         Object = "copilot"
	ObjectAuditLog        Object = "audit-log"
)

// Verb is what is done to an object.
type Verb string

// The verbs of the policy. On traces Write is sending them, and Delete is
// changing or deleting what is stored.
const (
	VerbRead       Verb = "read"
	VerbWrite      Verb = "write"
	VerbDelete     Verb = "delete"
	VerbPublish    Verb = "publish"
	VerbRun        Verb = "run"
	VerbAdminister Verb = "administer"
)

func objects() []Object {
	return []Object{
		ObjectOrganization, ObjectMember, ObjectProject, ObjectAPIKey, ObjectTrace, ObjectScore, ObjectPrompt, ObjectPromptLabel,
		ObjectEvaluator, ObjectModelConnection, ObjectReplay, ObjectCopilot, ObjectAuditLog,
	}
}

func verbs() []Verb {
	return []Verb{VerbRead, VerbWrite, VerbDelete, VerbPublish, VerbRun, VerbAdminister}
}

// subject is a name that the policy gives permissions to: a role, a key scope,
// or guest.
type subject string

const (
	// nobody has no permission.
	nobody subject = ""
	// guest is who has a role in some of an organization's projects only, in
	// the organization itself.
	guest subject = "GUEST"
)

func subjectOfRole(r store.Role) subject { return subject(r) }

func subjectOfScope(s store.APIKeyScope) subject { return subject("key:" + string(s)) }

// subjects lists all that the policy may name.
func subjects() []subject {
	var all []subject
	for _, role := range store.Roles() {
		all = append(all, subjectOfRole(role))
	}
	all = append(all, guest)
	for _, scope := range store.APIKeyScopes() {
		all = append(all, subjectOfScope(scope))
	}
	return all
}

var (
	//go:embed model.conf
	modelText string
	//go:embed policy.csv
	policyText string
)

// newEnforcer returns Casbin with the policy, without assignments.
func newEnforcer() (*casbin.Enforcer, error) {
	m, err := model.NewModelFromString(modelText)
	if err != nil {
		return nil, fmt.Errorf("read the permission model: %w", err)
	}
	enforcer, err := casbin.NewEnforcer(m)
	if err != nil {
		return nil, fmt.Errorf("read the permission model: %w", err)
	}
	// A role includes the next one in every domain: the domain of these lines
	// is a pattern.
	enforcer.AddNamedDomainMatchingFunc("g", "KeyMatch", util.KeyMatch)
	enforcer.SetAdapter(policyFile(policyText))
	enforcer.EnableAutoSave(false)
	if err := enforcer.LoadPolicy(); err != nil {
		return nil, fmt.Errorf("read the permission policy: %w", err)
	}
	return enforcer, nil
}

// policyFile is a Casbin adapter for a text that cannot be changed. Unlike
// Casbin's own it does not pass over a line that it cannot read.
type policyFile string

var errReadOnly = errors.New("the policy is part of the program")

// LoadPolicy implements persist.Adapter.
func (f policyFile) LoadPolicy(m model.Model) error {
	for i, line := range strings.Split(string(f), "\n") {
		if err := persist.LoadPolicyLine(strings.TrimSpace(line), m); err != nil {
			return fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return nil
}

// SavePolicy implements persist.Adapter.
func (policyFile) SavePolicy(model.Model) error { return errReadOnly }

// AddPolicy implements persist.Adapter.
func (policyFile) AddPolicy(string, string, []string) error { return errReadOnly }

// RemovePolicy implements persist.Adapter.
func (policyFile) RemovePolicy(string, string, []string) error { return errReadOnly }

// RemoveFilteredPolicy implements persist.Adapter.
func (policyFile) RemoveFilteredPolicy(string, string, int, ...string) error { return errReadOnly }

// rule is one thing that one subject may do.
type rule struct {
	subject subject
	object  Object
	verb    Verb
}

// decisions is the whole policy, worked out: what is not in it is denied.
type decisions map[rule]struct{}

// allows reports whether the subject may do it.
func (d decisions) allows(s subject, o Object, v Verb) bool {
	_, ok := d[rule{s, o, v}]
	return ok
}

// decide asks Casbin for every decision there is. That takes some milliseconds,
// once; asking at every request would cost a tenth of one each time.
var decide = sync.OnceValues(func() (decisions, error) {
	enforcer, err := newEnforcer()
	if err != nil {
		return nil, err
	}
	all := decisions{}
	for _, s := range subjects() {
		for _, o := range objects() {
			for _, v := range verbs() {
				// Roles and scopes mean the same in every domain.
				allowed, err := enforcer.Enforce(string(s), "*", string(o), string(v))
				if err != nil {
					return nil, fmt.Errorf("decide whether %s may %s %s: %w", s, v, o, err)
				}
				if allowed {
					all[rule{s, o, v}] = struct{}{}
				}
			}
		}
	}
	return all, nil
})
