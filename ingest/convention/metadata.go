package convention

import (
	"slices"
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// metadataSource is a structured value or a family of keys.
type metadataSource struct {
	key    key
	family prefix
	// without lists the names that stand elsewhere, and the beginnings of such
	// names, which end in an underscore.
	without []string
	// quoted says that texts may be quoted as in JSON.
	quoted bool
}

var (
	associationFamily = under("traceloop.association.properties.")
	associationOthers = []string{"user_id", "session_id"}
	// LangChain adds to what the application associates where in a graph a step
	// stands and what its model is: that describes the step, not the trace.
	associationOfStep = append([]string{"langgraph_", "ls_", "lc_", "checkpoint_ns"}, associationOthers...)
	vercelFamily      = under("ai.telemetry.metadata.")
	vercelOthers      = []string{"userId", "sessionId", "tags", "langfusePrompt"}
	langfuseOthers    = []string{"langfuse_user_id", "langfuse_session_id", "langfuse_tags"}
)

// metadataSources describe the observation. They are merged; the first that has
// a key gives it.
var metadataSources = []metadataSource{
	{key: of(AttrMetadata)},
	{family: under(AttrMetadataPrefix)},
	{key: of("langfuse.observation.metadata"), without: langfuseOthers},
	{family: under("langfuse.observation.metadata."), without: langfuseOthers, quoted: true},
	{key: of("metadata")},
	{family: under("metadata.")},
	{family: under("litellm.metadata.")},
	{family: associationFamily, without: associationOthers},
	{family: vercelFamily, without: vercelOthers},
	{family: under("ai.settings.context.")},
}

// traceMetadataSources describe the trace, whichever span they stand on;
// rootMetadataSources do where they stand on its root.
var (
	traceMetadataSources = []metadataSource{
		{key: of(AttrTraceMetadata)},
		{family: under(AttrTraceMetadataPrefix)},
		{key: of("langfuse.trace.metadata"), without: langfuseOthers},
		{family: under("langfuse.trace.metadata."), without: langfuseOthers, quoted: true},
		{key: of("langfuse.metadata"), without: langfuseOthers},
		{family: under("langfuse.metadata."), without: langfuseOthers, quoted: true},
		{family: associationFamily, without: associationOfStep},
	}
	rootMetadataSources = []metadataSource{
		{key: of("metadata")},
		{family: vercelFamily, without: vercelOthers},
	}
)

// readMetadata merges the metadata of the observation.
func (r *reader) readMetadata() trace.JSON {
	o := r.gather(metadataSources)
	if r.note != nil {
		o.set(r.noteName, r.note)
	}
	if r.isDeferred {
		o.setJSON("deferred", trace.JSON("true"))
	}
	return o.encode()
}

func (s *metadataSource) leavesOut(name string) bool {
	return slices.ContainsFunc(s.without, func(other string) bool {
		return name == other || strings.HasSuffix(other, "_") && strings.HasPrefix(name, other)
	})
}

func (r *reader) gather(sources []metadataSource) object {
	o := newObject(maxMetadataBytes)
	for i := range sources {
		s := &sources[i]
		if s.family.text == "" {
			v := r.get(s.key)
			if v.isNull() || v.plain() == redactionMark {
				continue
			}
			decoded, _ := v.structured()
			r.use(s.key)
			if !decoded.isMap() {
				o.set("metadata", decoded)
				continue
			}
			for j := len(decoded.Map) - 1; j >= 0; j-- {
				if !s.leavesOut(decoded.Map[j].Key) {
					o.set(decoded.Map[j].Key, &decoded.Map[j].Value)
				}
			}
			continue
		}
		from, to := r.family(s.family)
		for at := from; at < to; at++ {
			name := r.list[at].Key[len(s.family.text):]
			if name != "" && !s.leavesOut(name) {
				v := &r.list[at].Value
				if r.used[at] = true; v.Kind == KindString && v.Text == "" {
					continue // an attribute that says nothing
				}
				if s.quoted && strings.HasPrefix(v.plain(), `"`) {
					v, _ = v.structured()
				}
				o.set(name, v)
			}
		}
	}
	if o.isCut {
		r.warn("cut:metadata")
	}
	return o
}
