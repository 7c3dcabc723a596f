// The ferry help desk with the Vercel AI SDK. The replies and the token counts are
// in ../model_service.py.

import { createOpenAI } from "@ai-sdk/openai";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import * as ai from "ai";
import { z } from "zod";

const getWeather = ai.tool({
  description: "The weather in a city right now.",
  inputSchema: z.object({ city: z.string(), unit: z.enum(["celsius", "fahrenheit"]) }),
  execute: async ({ city, unit }) => ({ city, temperature: city === "Bergen" ? 7 : 3, unit }),
});

// The three functions are what differs between releases: the option that names a
// call in its telemetry, the one for the system message, the limit of steps.
export async function helpDesk({ telemetry, instructions, stopAfter }) {
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ "service.name": "ferry-desk" }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  const openai = createOpenAI({ baseURL: process.env.MODEL_OPENAI_URL, apiKey: "not-a-key" });
  const options = (model, functionId) => ({ model: openai.chat(model), maxRetries: 0, ...telemetry(functionId) });

  await ai.generateText({
    ...options("gpt-4.1-mini", "ask"),
    ...instructions("You answer questions about ferries."),
    prompt: "When does the last ferry leave Horten?",
    temperature: 0.2,
    maxOutputTokens: 300,
  });
  await ai.generateText({
    ...options("gpt-5-mini", "reason"),
    prompt: "How many departures does the timetable list on a weekday?",
  });
  const streamed = ai.streamText({ ...options("gpt-4.1-mini", "count"), prompt: "Please count to three." });
  for await (const _ of streamed.textStream);
  await ai.generateText({
    ...options("gpt-4.1-mini", "weather"),
    prompt: "What is the weather in Bergen and Oslo?",
    tools: { get_weather: getWeather },
    stopWhen: stopAfter(2),
  });
  await ai.embedMany({
    model: openai.textEmbeddingModel("text-embedding-3-small"),
    values: ["last ferry from Horten", "first ferry"],
    maxRetries: 0,
    ...telemetry("embed"),
  });
  try {
    await ai.generateText({ ...options("ferry-model-that-is-not-there", "lost"), prompt: "Hello?" });
  } catch (error) {
    if (error.statusCode !== 404) throw error;
  }
  await provider.shutdown();
}
