// Every observation type of the Langfuse JS SDK, without any model call.

import { LangfuseSpanProcessor } from "@langfuse/otel";
import { observe, propagateAttributes, startActiveObservation, startObservation } from "@langfuse/tracing";
import { defaultResource, detectResources, hostDetector, processDetector } from "@opentelemetry/resources";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

const QUESTION = "When does the last ferry leave Horten?";
const ANSWER = "The last ferry leaves Horten at 23:30.";

const provider = new NodeTracerProvider({
  resource: defaultResource().merge(detectResources({ detectors: [hostDetector, processDetector] })),
  spanProcessors: [new LangfuseSpanProcessor()],
});
provider.register();

const getDepartures = observe((port, after) => ({ port, after, departures: ["22:45", "23:30"] }), {
  name: "get-departures",
  asType: "tool",
});

const bookTicket = observe(
  (departure) => {
    throw new Error(`no seats left at ${departure}`);
  },
  { name: "book-ticket", asType: "tool" },
);

async function answerQuestion(agent) {
  agent.update({ input: { question: QUESTION } });
  startObservation(
    "no-personal-data",
    { input: QUESTION, output: { passed: true, categories: [] } },
    { asType: "guardrail" },
  ).end();
  await startActiveObservation(
    "build-context",
    async (chain) => {
      startObservation(
        "embed-question",
        { model: "text-embedding-3-small", input: QUESTION, usageDetails: { input: 8, total: 8 } },
        { asType: "embedding" },
      ).end();
      startObservation(
        "search-timetable",
        {
          input: QUESTION,
          output: [
            { id: "tt-17", content: "Horten 22:45, 23:30", score: 0.91 },
            { id: "tt-4", content: "Moss 23:10, 23:55", score: 0.42 },
          ],
          metadata: { index: "timetables", topK: 2 },
        },
        { asType: "retriever" },
      ).end();
      chain.update({ output: "Horten 22:45, 23:30" });
    },
    { asType: "chain" },
  );
  getDepartures("Horten", "22:00");
  startObservation(
    "write-answer",
    {
      model: "gpt-4.1-mini",
      modelParameters: { temperature: 0.2, maxTokens: 300 },
      input: [
        { role: "system", content: "You answer questions about ferries." },
        { role: "user", content: QUESTION },
      ],
      output: { role: "assistant", content: ANSWER },
      usageDetails: { input: 42, output: 11, total: 53 },
      costDetails: { input: 0.0000168, output: 0.0000176, total: 0.0000344 },
      completionStartTime: new Date(),
      prompt: { name: "ferry-answer", version: 3, isFallback: false },
    },
    { asType: "generation" },
  ).end();
  try {
    bookTicket("23:30");
  } catch {
    startObservation(
      "booking-refused",
      { input: { departure: "23:30" }, level: "WARNING", statusMessage: "the ferry is full" },
      { asType: "event" },
    );
  }
  startObservation(
    "politeness",
    { input: ANSWER, output: { score: 0.9, reasoning: "neutral and helpful" } },
    { asType: "evaluator" },
  ).end();
  agent.update({ output: ANSWER });
}

await propagateAttributes(
  {
    userId: "user-31",
    sessionId: "session-7",
    tags: ["ferry", "beta"],
    metadata: { tier: "gold" },
    version: "2.4.0",
    traceName: "ferry help",
  },
  () => startActiveObservation("answer-question", answerQuestion, { asType: "agent" }),
);

await provider.shutdown();
