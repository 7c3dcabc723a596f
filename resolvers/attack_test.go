package resolvers_test

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/ingest/writer"
	"github.com/treeline-dev/treeline/resolvers"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest"
	"github.com/treeline-dev/treeline/trace"
)

// marker stands in every name and text of the organization that is attacked.
const marker = "nobodys-business"

// noBrowser begins and ends no sessions.
type noBrowser struct{}

func (noBrowser) Origin(context.Context) authz.SignInOrigin   { return authz.SignInOrigin{} }
func (noBrowser) Begin(context.Context, authz.SignedIn) error { return nil }
func (noBrowser) End(context.Context) error                   { return nil }

// camp is an organization with a node of every kind.
type camp struct {
	*party
	owner *party // the same, called by a person who owns it
	// ids are the global ids of its nodes by their kinds.
	ids map[string]string
}

// newCamp fills an organization; text stands in all that it holds.
func newCamp(t *testing.T, a *api, organization, text string, n int) camp {
	t.Helper()
	ctx, password := t.Context(), "correct horse battery"
	org := storetest.Must(a.store.CreateOrganization(ctx, organization, text+" organization"))(t)
	email := organization + "@example.com"
	if err := a.authz.Provision(ctx, authz.Init{Org: organization, UserEmail: email, UserPassword: password}); err != nil {
		t.Fatal(err)
	}
	person := storetest.Must(a.authz.SignIn(ctx, authz.SignInInput{Email: email, Password: password}, authz.SignInOrigin{}))(t).Viewer
	c := camp{party: a.addProject(t, org, text)}
	c.owner = &party{api: a, tenant: c.tenant, project: c.project, viewer: person}
	id := org.OrganizationID
	second := storetest.Must(a.store.CreateUser(ctx, store.NewUser{Email: "second-" + email, Name: text}))(t)
	if err := a.store.SetMember(ctx, id, second.UserID, store.RoleMember); err != nil {
		t.Fatal(err)
	}
	invitation, _, err := person.Invite(ctx, id, "invited-"+text+"@example.com", store.RoleViewer)
	if err != nil {
		t.Fatal(err)
	}
	key, _, err := person.CreateAPIKey(ctx, store.NewAPIKey{ProjectID: c.project.ProjectID, Name: text, Scopes: store.APIKeyScopes()})
	if err != nil {
		t.Fatal(err)
	}
	job := &store.CostRecomputation{}
	if err := c.tenant.StartJob(ctx, c.project.ProjectID, job); err != nil {
		t.Fatal(err)
	}
	o := step(trace.TypeSpan, n, n)
	o.Core().Name = text
	o.Core().Claims = &trace.Claims{SessionID: &trace.Claim{Value: text}, UserID: &trace.Claim{Value: text}}
	c.write(t, []*trace.Score{score(text, 1, o.Core().Key())}, o)
	project := c.project.ProjectID
	c.ids = map[string]string{
		trace.NodeOrganization: org.ID(), trace.NodeProject: c.project.ID(), trace.NodeUser: second.ID(), trace.NodeAPIKey: key.ID(),
		trace.NodeMember: (&store.Member{OrganizationID: id, User: second}).ID(), trace.NodeInvitation: invitation.ID(), trace.NodeJob: job.ID(),
		trace.NodeTrace: trace.TraceNodeID(project, traceID(n)), trace.NodeObservation: trace.ObservationNodeID(project, traceID(n), spanID(n)),
		trace.NodeSession: trace.SessionNodeID(project, text),
		trace.NodeScore:   trace.NodeID{Type: trace.NodeScore, Scope: project.String(), Key: text}.String(),
	}
	return c
}

// checksums returns a digest of every table of the control schema and of the
// organization's.
func (c camp) checksums(t *testing.T) map[string]string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), c.api.db.AdminURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	schema := "org_" + c.project.OrganizationID.String()
	rows, err := conn.Query(t.Context(), `SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('treeline', $1)`, schema)
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]string{}
	for _, table := range storetest.Must(pgx.CollectRows(rows, pgx.RowTo[string]))(t) {
		var sum string
		if err := conn.QueryRow(t.Context(), `SELECT md5(coalesce(string_agg(r::text, '|' ORDER BY r::text), '')) FROM `+table+` AS r`).Scan(&sum); err != nil {
			t.Fatal(err)
		}
		sums[table] = sum
	}
	if len(sums) < 15 {
		t.Fatalf("only %d tables were found", len(sums))
	}
	return sums
}

// namesOne matches names of what holds an id.
var namesOne = regexp.MustCompile(`(^id|Id|ID|^ids|Ids|IDs)$`)

// arguments builds values for the arguments of a field, with ids at the places
// of ids.
type arguments struct {
	t      *testing.T
	schema *ast.Schema
	// isFull gives optional arguments, too; otherwise only those with ids, or
	// where isBare is set none.
	isFull, isBare bool
	// ids are taken in the order of their places.
	ids  []string
	used int
	// texts are the values of ids that are no global ones.
	texts map[string]string
}

// holdsID reports whether a value of the type holds an id.
func (a *arguments) holdsID(name string, typ *ast.Type, within []string) bool {
	if typ.Elem != nil {
		return a.holdsID(name, typ.Elem, within)
	}
	def := a.schema.Types[typ.NamedType]
	if def.Name == "ID" || namesOne.MatchString(name) && def.Kind != ast.Enum {
		return true
	}
	if def.Kind != ast.InputObject || slices.Contains(within, def.Name) {
		return false
	}
	within = append(slices.Clone(within), def.Name)
	return slices.ContainsFunc(def.Fields, func(f *ast.FieldDefinition) bool { return a.holdsID(f.Name, f.Type, within) })
}

func (a *arguments) wants(name string, typ *ast.Type, within []string) bool {
	return typ.NonNull || a.isFull && !slices.Contains(within, typ.Name()) || !a.isBare && a.holdsID(name, typ, within)
}

// value builds a value of the type.
func (a *arguments) value(name string, typ *ast.Type, within []string) any {
	if typ.Elem != nil {
		return []any{a.value(name, typ.Elem, within)}
	}
	def := a.schema.Types[typ.NamedType]
	switch {
	case def.Name == "ID":
		a.used++
		return a.ids[(a.used-1)%len(a.ids)]
	case def.Name == "StringFilter" && namesOne.MatchString(name):
		return map[string]any{"eq": a.value(name, ast.NonNullNamedType("String", nil), within)}
	case def.Kind == ast.Enum:
		return def.EnumValues[0].Name
	case def.Kind == ast.InputObject:
		within = append(slices.Clone(within), def.Name)
		object := map[string]any{}
		for _, f := range def.Fields {
			if def.Directives.ForName("oneOf") != nil && len(object) > 0 {
				break
			}
			if a.wants(f.Name, f.Type, within) || def.Directives.ForName("oneOf") != nil {
				object[f.Name] = a.value(f.Name, f.Type, within)
			}
		}
		return object
	}
	if value, ok := a.texts[name]; ok {
		return value
	}
	if namesOne.MatchString(name) {
		a.t.Errorf("the argument or field %s looks like an id of a kind that this test does not know: add it to texts", name)
	}
	switch def.Name {
	case "Int", "Int64", "Float":
		return 1
	case "Boolean":
		return true
	case "Decimal":
		return "1"
	case "Time":
		return "2200-01-01T00:00:00Z"
	case "Cursor":
		return nil
	case "JSON":
		return map[string]any{}
	}
	return "x"
}

// call writes a field with its arguments as variables.
func (a *arguments) call(f *ast.FieldDefinition) (declared, call string, variables map[string]any) {
	a.used = 0
	variables = map[string]any{}
	var names, given []string
	for _, argument := range f.Arguments {
		if a.wants(argument.Name, argument.Type, nil) {
			names = append(names, "$"+argument.Name+": "+argument.Type.String())
			given = append(given, argument.Name+": $"+argument.Name)
			variables[argument.Name] = a.value(argument.Name, argument.Type, nil)
		}
	}
	call = f.Name
	if len(given) > 0 {
		call += "(" + strings.Join(given, ", ") + ")"
	}
	return strings.Join(names, ", "), call + selection(a.schema, f.Type, 3), variables
}

// selection asks for all that needs no arguments, some levels deep.
func selection(schema *ast.Schema, typ *ast.Type, depth int) string {
	def := schema.Types[typ.Name()]
	if def.Kind == ast.Scalar || def.Kind == ast.Enum {
		return ""
	}
	fields := []string{"__typename"}
	for _, f := range def.Fields {
		inner := schema.Types[f.Type.Name()]
		isLeaf := inner.Kind == ast.Scalar || inner.Kind == ast.Enum
		if len(f.Arguments) > 0 || strings.HasPrefix(f.Name, "__") || !isLeaf && depth == 0 {
			continue
		}
		fields = append(fields, f.Name+selection(schema, f.Type, depth-1))
	}
	return " { " + strings.Join(fields, " ") + " }"
}

// assignments calls with every choice of n ids that holds one of the victim's.
func assignments(n int, victim, own []string, with func(ids []string)) {
	all := append(slices.Clone(victim), own...)
	for number := range pow(len(all), n) {
		ids := make([]string, n)
		hasVictim := false
		for i := range ids {
			ids[i] = all[number%len(all)]
			hasVictim = hasVictim || number%len(all) < len(victim)
			number /= len(all)
		}
		if hasVictim {
			with(ids)
		}
	}
}

func pow(base, exponent int) int {
	n := 1
	for range exponent {
		n *= base
	}
	return n
}

// refusal says what is wrong with the answer to an attack; empty for nothing.
func refusal(raw []byte, a answer, secrets []string, isInside bool) string {
	for _, secret := range secrets {
		if bytes.Contains(raw, []byte(secret)) {
			return "the answer holds " + secret
		}
	}
	for _, e := range a.Errors {
		if code := e.Extensions["code"]; code != "NOT_FOUND" && code != "FORBIDDEN" {
			return fmt.Sprintf("the error has the code %v: %s", code, e.Message)
		}
	}
	if isInside {
		return "" // what is the attacker's own may be seen
	}
	for name, value := range a.Data {
		if payload, ok := value.(map[string]any); ok && payload["userErrors"] != nil {
			faults, _ := payload["userErrors"].([]any)
			if len(faults) == 0 {
				return name + " succeeded"
			}
			for _, fault := range faults {
				if code := dig(fault, "code"); code != "NOT_FOUND" {
					return fmt.Sprintf("%s tells %v: %v", name, code, dig(fault, "message"))
				}
			}
			for field, inner := range payload {
				if field != "userErrors" && field != "__typename" && inner != nil {
					return name + " answers " + field
				}
			}
			continue
		}
		list, isList := value.([]any)
		if value != nil && (!isList || slices.ContainsFunc(list, func(v any) bool { return v != nil })) {
			return fmt.Sprintf("%s answers %v", name, value)
		}
	}
	return ""
}

// Every field of the schema that takes an id refuses the ids of another
// organization, whatever they are ids of. Fields that are added are attacked
// without a change here.
func TestNoFieldOfTheSchemaTouchesAnotherOrganization(t *testing.T) {
	t.Parallel()
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: graph.SDL()})
	if err != nil {
		t.Fatal(err)
	}
	a := newAPI(t)
	w := writer.New(writer.Config{})
	t.Cleanup(func() { _ = w.Close(context.WithoutCancel(t.Context())) })
	a.serve(t, &resolvers.Resolver{Authz: a.authz, Writer: w, Sessions: noBrowser{}})
	victim, attacker := newCamp(t, a, "acme", marker, 1), newCamp(t, a, "other", "own", 2)
	secrets := []string{marker, traceID(1).String(), spanID(1).String()}
	var victims []string
	for _, id := range victim.ids {
		victims = append(victims, id)
		secrets = append(secrets, id)
	}
	own := []string{attacker.ids[trace.NodeOrganization], attacker.ids[trace.NodeProject], attacker.ids[trace.NodeMember]}
	texts := map[string]string{
		"traceId": traceID(1).String(), "observationId": spanID(1).String(), "sessionId": marker, "userId": marker,
		"email": "new@example.com", "slug": "fresh", "name": "x",
	}
	before := victim.checksums(t)
	attacks := 0
	for _, root := range []*ast.Definition{schema.Query, schema.Mutation} {
		for _, f := range root.Fields {
			if !takesID(t, schema, f) {
				continue
			}
			for _, shape := range []arguments{{isBare: true}, {}, {isFull: true}} {
				shape.t, shape.schema, shape.texts, shape.ids = t, schema, texts, victims[:1]
				shape.call(f)
				operation := strings.ToLower(root.Name)
				assignments(shape.used, victims, own, func(ids []string) {
					shape.ids = ids
					declared, call, variables := shape.call(f)
					query := fmt.Sprintf("%s(%s) { %s }", operation, declared, call)
					for _, who := range []*party{attacker.party, attacker.owner} {
						attacks++
						raw := who.raw(t, query, variables)
						if fault := refusal(raw, who.parse(t, raw), secrets, false); fault != "" {
							t.Errorf("%s by %s: %s\n%v\n%.500s", f.Name, who.viewer.ID(), fault, variables, raw)
						}
					}
				})
			}
		}
	}
	for _, def := range schema.Types {
		if def.Kind != ast.Object || def == schema.Query || def == schema.Mutation || strings.HasPrefix(def.Name, "__") {
			continue
		}
		for _, f := range def.Fields {
			if !takesID(t, schema, f) {
				continue
			}
			attacks += attackInside(t, schema, attacker, def, f, texts, victims, secrets)
		}
	}
	if diff := cmp.Diff(before, victim.checksums(t)); diff != "" {
		t.Errorf("rows changed:\n%s", diff)
	}
	if attacks < 200 {
		t.Errorf("only %d attacks were made", attacks)
	}
	if schema.Subscription != nil {
		t.Error("subscriptions are not attacked yet: let this test begin each of them with the ids of the victim")
	}
	everyMutationWorksForItsOwner(t, schema, victim, texts)
}

// takesID reports whether the arguments of a field hold an id.
func takesID(t *testing.T, schema *ast.Schema, f *ast.FieldDefinition) bool {
	a := &arguments{t: t, schema: schema}
	return slices.ContainsFunc(f.Arguments, func(d *ast.ArgumentDefinition) bool { return a.holdsID(d.Name, d.Type, nil) })
}

// attackInside calls a field of the attacker's own nodes with the victim's ids.
func attackInside(t *testing.T, schema *ast.Schema, attacker camp, def *ast.Definition, f *ast.FieldDefinition, texts map[string]string, victims, secrets []string) int {
	t.Helper()
	attacks := 0
	for _, id := range attacker.ids {
		for _, victim := range victims {
			shape := arguments{t: t, schema: schema, texts: texts, ids: []string{victim}}
			declared, call, variables := shape.call(f)
			variables["own"] = id
			query := fmt.Sprintf("query($own: ID!, %s) { node(id: $own) { __typename ... on %s { %s } } }", declared, def.Name, call)
			raw := attacker.owner.raw(t, query, variables)
			got := attacker.owner.parse(t, raw)
			if dig(got.Data, "node", "__typename") != def.Name {
				break // another type's id
			}
			attacks++
			if fault := refusal(raw, got, secrets, true); fault != "" {
				t.Errorf("%s.%s: %s\n%v\n%.500s", def.Name, f.Name, fault, variables, raw)
			}
			if shape.used == 0 {
				break // no other id would make another question
			}
		}
	}
	if attacks == 0 && slices.Contains(def.Interfaces, "Node") && !slices.Contains(def.Interfaces, "Observation") {
		t.Errorf("%s.%s takes an id, and the attacker has no such node: add one to newCamp", def.Name, f.Name)
	}
	return attacks
}

// everyMutationWorksForItsOwner makes sure that the attacks were refused for who
// made them, not for how they were made.
func everyMutationWorksForItsOwner(t *testing.T, schema *ast.Schema, victim camp, texts map[string]string) {
	t.Helper()
	var ids []string
	for _, id := range victim.ids {
		ids = append(ids, id)
	}
	for _, f := range schema.Mutation.Fields {
		if !takesID(t, schema, f) {
			continue
		}
		hasWorked := false
		var last []byte
		for _, shape := range []arguments{{isBare: true}, {}, {isFull: true}} {
			shape.t, shape.schema, shape.texts, shape.ids = t, schema, texts, ids[:1]
			shape.call(f)
			assignments(shape.used, ids, nil, func(choice []string) {
				if hasWorked || shape.used == 0 {
					return
				}
				shape.ids = choice
				declared, call, variables := shape.call(f)
				raw := victim.owner.raw(t, fmt.Sprintf("mutation(%s) { %s }", declared, call), variables)
				got := victim.owner.parse(t, raw)
				code := dig(got.Data, f.Name, "userErrors", 0, "code")
				hasWorked = len(got.Errors) == 0 && (code == nil || code == "CONFLICT")
				last = raw
			})
		}
		if !hasWorked {
			t.Errorf("%s does not work for the owner either, so attacks on it prove nothing: %s", f.Name, last)
		}
	}
}
