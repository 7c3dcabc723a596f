import { useState } from 'react';
import { CopyButton } from '@/ui/copy-button';
import { Tabs } from '@/ui/tabs';

type Way = 'otlp' | 'langfuse' | 'curl';

/** How to send the first trace, ready to be copied. */
export default function FirstTrace() {
  const [way, setWay] = useState<Way>('otlp');
  const origin = new URL('.', document.baseURI).href.replace(/\/$/, '');
  const code: Record<Way, string> = {
    otlp: `export OTEL_EXPORTER_OTLP_ENDPOINT="${origin}"
export OTEL_EXPORTER_OTLP_PROTOCOL="http/protobuf"
export OTEL_EXPORTER_OTLP_HEADERS="Authorization=Basic%20$(printf '%s' "$PUBLIC_KEY:$SECRET_KEY" | base64 | tr -d '\\n')"
export OTEL_SERVICE_NAME="my-app"`,
    langfuse: `export LANGFUSE_BASE_URL="${origin}" LANGFUSE_HOST="${origin}"
export LANGFUSE_PUBLIC_KEY="$PUBLIC_KEY"
export LANGFUSE_SECRET_KEY="$SECRET_KEY"`,
    curl: `START=$(date +%s)000000000 END=$(( $(date +%s) + 1 ))000000000
TRACE=$(openssl rand -hex 16) SPAN=$(openssl rand -hex 8)
curl -u "$PUBLIC_KEY:$SECRET_KEY" -H 'Content-Type: application/json' \\
  ${origin}/v1/traces -d @- <<JSON
{"resourceSpans": [{"scopeSpans": [{"spans": [{
  "traceId": "$TRACE", "spanId": "$SPAN", "name": "hello", "kind": 1,
  "startTimeUnixNano": "$START", "endTimeUnixNano": "$END"
}]}]}]}
JSON`,
  };
  const snippet = (
    <div className="flex items-start gap-1 text-left">
      <pre
        tabIndex={0}
        className="min-w-0 flex-1 overflow-x-auto rounded-md border border-line bg-surface p-3 font-mono text-xs leading-5 text-ink"
      >
        {code[way]}
      </pre>
      <CopyButton text={code[way]} label="Copy the snippet" />
    </div>
  );
  return (
    <div className="flex w-[min(40rem,calc(100vw-2rem))] flex-col gap-3">
      <p>
        Point any OpenTelemetry or Langfuse client at this server with the key of the project, run
        your application, and load this page again.
      </p>
      <div className="rounded-lg border border-line">
        <Tabs
          label="Ways to send"
          value={way}
          onChange={setWay}
          items={[
            { value: 'otlp', label: 'OpenTelemetry', content: () => snippet },
            { value: 'langfuse', label: 'Langfuse SDK', content: () => snippet },
            { value: 'curl', label: 'curl', content: () => snippet },
          ]}
        />
      </div>
      <p className="text-sm">
        <code className="font-mono">PUBLIC_KEY</code> and{' '}
        <code className="font-mono">SECRET_KEY</code> are the two halves of an API key of this
        project.
      </p>
    </div>
  );
}
