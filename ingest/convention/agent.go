package convention

import (
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

var (
	// A run's id is no agent's id, so gen_ai.agent.call.id is not here.
	agentIDSources   = rows(AttrAgentID, "gen_ai.agent.id")
	agentNameSources = rows(AttrAgentName, "gen_ai.agent.name", "agent.name", "agent_name", "traceloop.entity.name")

	agentNamePrefixes = []string{"invoke_agent ", "create_agent ", "agent_run "}
	agentNameSuffixes = []string{".agent"}

	// cumulativeScopes are producers whose agents report what a whole session
	// used so far.
	cumulativeScopes = []string{"strands.telemetry.tracer"}
)

func (r *reader) readAgent(a *trace.Agent) {
	a.AgentID, a.AgentName = r.name(agentIDSources), r.name(agentNameSources)
	if a.AgentName == nil {
		name := r.clean(r.span.Name)
		for _, beginning := range agentNamePrefixes {
			name = strings.TrimPrefix(name, beginning)
		}
		for _, end := range agentNameSuffixes {
			name = strings.TrimSuffix(name, end)
		}
		a.AgentName = pointer(trace.Shorten(name, trace.MaxNameBytes))
	}
	a.ReportedUsage, a.ReportedCost = r.reported()
	for _, scope := range cumulativeScopes {
		if strings.HasPrefix(r.scopeName, scope) {
			a.IsUsageCumulative = true
		}
	}
	r.readConversation(&a.Common)
}
