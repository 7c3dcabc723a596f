"""Tracing for both ends of an MCP connection.

Release 2 of the MCP SDK traces itself. For release 1 OpenLLMetry has an
instrumentation, which is used where it is installed.
"""

import otel_pipeline


def start(service):
    """Install the exporter and, if there is one, the instrumentation."""
    provider = otel_pipeline.export_spans(**{"service.name": service})
    try:
        from opentelemetry.instrumentation.mcp import McpInstrumentor
    except ModuleNotFoundError:
        return provider
    McpInstrumentor().instrument(tracer_provider=provider)
    return provider
