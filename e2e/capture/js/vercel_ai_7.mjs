// Release 7 of the Vercel AI SDK: an integration is registered once for all calls.

import { OpenTelemetry } from "@ai-sdk/otel";
import * as ai from "ai";
import { helpDesk } from "./vercel_ai_calls.mjs";

ai.registerTelemetry(new OpenTelemetry());

await helpDesk({
  telemetry: (functionId) => ({ telemetry: { functionId } }),
  instructions: (text) => ({ instructions: text }),
  stopAfter: ai.isStepCount,
});
