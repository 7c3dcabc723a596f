package convention

import (
	"slices"
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// metadataSource is a structured value or a family of keys.
type metadataSource struct {
	key     key
	family  prefix
	without []string
	// quoted says that texts may be quoted as in JSON.
	quoted bool
}

var (
	associationFamily = under("traceloop.association.properties.")
	associationOthers = []string{"user_id", "session_id"}
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
		{family: associationFamily, without: associationOthers},
	}
	rootMetadataSources = []metadataSource{
		{key: of("metadata")},
		{family: vercelFamily, without: vercelOthers},
	}
)

// readMetadata merges the metadata of the observation.
func (r *reader) readMetadata() trace.JSON {
	o := r.gather(metadataSources)
	if r.isDeferred {
		o.setJSON("deferred", trace.JSON("true"))
	}
	return o.encode()
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
				if !slices.Contains(s.without, decoded.Map[j].Key) {
					o.set(decoded.Map[j].Key, &decoded.Map[j].Value)
				}
			}
			continue
		}
		from, to := r.family(s.family)
		for at := from; at < to; at++ {
			name := r.list[at].Key[len(s.family.text):]
			if name != "" && !slices.Contains(s.without, name) {
				v := &r.list[at].Value
				if s.quoted && strings.HasPrefix(v.plain(), `"`) {
					v, _ = v.structured()
				}
				o.set(name, v)
				r.used[at] = true
			}
		}
	}
	if o.isCut {
		r.warn("cut:metadata")
	}
	return o
}
