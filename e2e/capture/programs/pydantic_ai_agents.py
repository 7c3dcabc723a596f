"""Pydantic AI with the format of telemetry that it has by default."""

import pydantic_ai_calls

pydantic_ai_calls.run()
