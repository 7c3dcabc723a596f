// Release 6 of the Vercel AI SDK: each call's options ask for its telemetry.

import * as ai from "ai";
import { helpDesk } from "./vercel_ai_calls.mjs";

await helpDesk({
  telemetry: (functionId) => ({
    experimental_telemetry: {
      isEnabled: true,
      functionId,
      metadata: { userId: "user-31", sessionId: "session-7", tags: ["ferry", "beta"], tier: "gold" },
    },
  }),
  instructions: (text) => ({ system: text }),
  stopAfter: ai.stepCountIs,
});
