"""What a Treeline server stored, as its GraphQL API tells it."""

import json
import urllib.error
import urllib.request

_QUERY = """
query Stored($traceId: String!) {
  project {
    trace(traceId: $traceId) {
      traceId
      userId
      tags
      environment
      state
      session { sessionId }
      usage { inputTokens outputTokens }
      root { observationId }
      tree { depth isOrphan observation { ...Step } }
    }
  }
}

fragment Step on Observation {
  observationId
  type
  name
  parent { observationId }
  startedAt
  endedAt
  status
  level
  environment
  input { mimeType text }
  output { mimeType text }
  ... on Metered {
    usage { inputTokens outputTokens totalTokens cacheReadTokens reasoningTokens }
  }
  ... on Generation {
    requestModel
    responseModel
    promptName
    promptNumber
    promptVersionText
    messages { ...Said }
    completion { ...Said }
  }
  ... on Embedding { model }
  ... on Reranking { model keptDocuments: documents { nodes { __typename } } }
  ... on Retrieval { documentCount documents { nodes { __typename } } }
  ... on ToolCall { toolName }
}

fragment Said on Message {
  parts { ... on TextPart { text } }
}
"""


class QueryFailed(RuntimeError):
    """The server did not answer the question; the text has what it said instead."""


def read(base_url, authorization, trace_id):
    """The stored trace with its tree, or None if there is none of that id.

    ``authorization`` is the value of the header of that name.
    """
    body = json.dumps({"query": _QUERY, "variables": {"traceId": trace_id}}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Authorization": authorization}
    request = urllib.request.Request(base_url.rstrip("/") + "/graphql", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as error:
        raise QueryFailed(f"GraphQL answered {error.code}: {error.read()[:1000]!r}") from None
    except (OSError, ValueError) as error:
        raise QueryFailed(f"GraphQL did not answer: {error}") from error
    if answer.get("errors"):
        raise QueryFailed(f"GraphQL answered with errors: {json.dumps(answer['errors'])[:1000]}")
    project = answer["data"]["project"]
    if project is None:
        raise QueryFailed("GraphQL knows no project for this API key")
    return project["trace"]
