package convention

import (
	"slices"
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// What a span says of its trace. Keys made for it are explicit, user.id and
// session.id generic, everything else derived. A key may stand on the span or,
// for all spans of a process, on the resource.

// explicit, generic and derived make the rows of a class.
func explicit(names ...string) []source { return classed(trace.ClaimExplicit, names) }
func generic(names ...string) []source  { return classed(trace.ClaimGeneric, names) }
func derived(names ...string) []source  { return classed(trace.ClaimDerived, names) }

func classed(class trace.ClaimClass, names []string) []source {
	list := rows(names...)
	for i := range list {
		list[i] = list[i].claims(class)
	}
	return list
}

func concat(lists ...[]source) []source {
	var all []source
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

// onlyGenerations limits rows to model calls.
func onlyGenerations(list []source) []source {
	for i := range list {
		list[i] = list[i].onTypes(trace.TypeGeneration)
	}
	return list
}

var (
	traceNameSources = concat(
		explicit(AttrTraceName, "langfuse.trace.name"),
		derived("traceloop.workflow.name"))

	userSources = concat(
		explicit(AttrTraceUserID, "langfuse.user.id"),
		generic("user.id"),
		derived("langfuse.observation.metadata.langfuse_user_id", "langfuse.trace.metadata.langfuse_user_id",
			"ai.telemetry.metadata.userId", "traceloop.association.properties.user_id"),
		onlyGenerations(derived("gen_ai.user", "llm.user", "gen_ai.request.user", "litellm.end_user.id")),
		derived("langwatch.user.id", "enduser.id"))

	// The session of an MCP transport and the id of an agent's run are no
	// sessions of a user.
	sessionSources = concat(
		explicit(AttrTraceSessionID, "langfuse.session.id"),
		generic("session.id"),
		derived("gen_ai.conversation.id",
			"langfuse.observation.metadata.langfuse_session_id", "langfuse.trace.metadata.langfuse_session_id",
			"ai.telemetry.metadata.sessionId", "traceloop.association.properties.session_id",
			"gcp.vertex.agent.session_id", "langwatch.thread.id", "spring.ai.chat.client.conversation.id",
			"gen_ai.openai.thread.id", "gen_ai.thread.id"))

	releaseSources = concat(explicit(AttrRelease, "langfuse.release"), derived("vcs.ref.head.revision"))
	versionSources = concat(explicit(AttrVersion, "langfuse.version"), derived("service.version"))

	environmentSources = rows(AttrEnvironment, "langfuse.environment", "deployment.environment.name",
		"deployment.environment", "gen_ai.environment")

	// tagSources are united.
	tagSources = []source{
		from(AttrTraceTags),
		from("langfuse.trace.tags").withCommas(),
		from("langfuse.tags").withCommas(),
		from("langfuse.observation.metadata.langfuse_tags").withCommas(),
		from("tag.tags"),
		from("ai.telemetry.metadata.tags").withCommas(),
		from("logfire.tags"),
		from("langwatch.labels"),
	}

	traceBodySources = [2][]source{
		input:  rows(AttrTraceInput, "langfuse.trace.input"),
		output: rows(AttrTraceOutput, "langfuse.trace.output"),
	}

	appRootKeys = all(AttrAsRoot, "langfuse.internal.as_root", "langfuse.internal.is_app_root")
)

// readClaims fills in what the span says of its trace and of its surroundings.
func (r *reader) readClaims(c *trace.Common) {
	claims := trace.Claims{
		Name:      r.claim(traceNameSources),
		UserID:    r.claim(userSources),
		SessionID: r.claim(sessionSources),
		Release:   r.claim(releaseSources),
		Version:   r.claim(versionSources),
		Tags:      r.tags(),
		Input:     r.traceBody(input),
		Output:    r.traceBody(output),
	}
	ofTrace, ifRoot := r.gather(traceMetadataSources), r.gather(rootMetadataSources)
	claims.Metadata, claims.RootMetadata = ofTrace.raw(), ifRoot.raw()
	if !claims.IsZero() {
		kept := claims
		c.Claims = &kept
	}
	if claims.Version != nil {
		version := claims.Version.Value
		c.Version = &version
	}
	c.Environment = trace.DefaultEnvironment
	if environment := r.claim(environmentSources); environment != nil {
		c.Environment = trace.Shorten(environment.Value, maxTagBytes)
	}
	for _, k := range appRootKeys {
		if is, _ := r.get(k).boolean(); is {
			c.IsAppRoot = true
		}
	}
}

// claim returns the first value of a list, each key on the span before the
// resource.
func (r *reader) claim(list []source) *trace.Claim {
	for i := range list {
		s := &list[i]
		v := r.get(s.key)
		if v == nil {
			v = r.origin.resource.get(s.key)
		}
		if v == nil || !r.applies(s) {
			continue
		}
		text := strings.TrimSpace(v.scalar())
		if text == "" {
			text = strings.TrimSpace(r.origin.resource.get(s.key).scalar())
		}
		if text != "" {
			return &trace.Claim{Value: trace.Shorten(text, trace.MaxNameBytes), Class: s.class}
		}
	}
	return nil
}

// tags unites the tags of all sources, without repetitions.
func (r *reader) tags() []string {
	var tags []string
	for i := range tagSources {
		s := &tagSources[i]
		if r.places[s.key] == 0 {
			continue
		}
		v := r.get(s.key)
		list := v.strings(maxTags)
		if s.commas && len(list) == 1 && v.Kind == KindString {
			list = strings.Split(list[0], ",")
		}
		for _, tag := range list {
			tag = trace.Shorten(strings.TrimSpace(tag), maxTagBytes)
			if tag == "" || slices.Contains(tags, tag) {
				continue
			}
			if len(tags) == maxTags {
				r.warn("cut:tags")
				return tags
			}
			tags = append(tags, tag)
		}
	}
	return tags
}

func (r *reader) traceBody(side side) *trace.Payload {
	v, s := r.value(traceBodySources[side])
	if v == nil {
		return nil
	}
	r.use(s.key)
	return r.payload(v, bodyStructured, s.key.String())
}
