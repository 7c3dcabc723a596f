"""Pydantic AI with the oldest format of telemetry that it still writes."""

import pydantic_ai_calls

pydantic_ai_calls.run(version=2)
