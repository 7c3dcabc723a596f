"""The calls to an MCP server: two tools, one of which fails, and a resource.

To be imported when tracing has been set up: an instrumentation patches the SDK
while it is imported.
"""

import asyncio
import os
import pathlib
import sys

import mcp
from mcp.client.stdio import StdioServerParameters, stdio_client
from opentelemetry import trace

_SERVER = StdioServerParameters(
    command=sys.executable,
    args=[str(pathlib.Path(__file__).with_name("mcp_server.py"))],
    env=dict(os.environ),
)


def run():
    """Start the server, call it, and wait until it has ended."""
    asyncio.run(_run())


async def _run():
    async with stdio_client(_SERVER) as streams, mcp.ClientSession(*streams) as session:
        await session.initialize()
        with trace.get_tracer("ferry-desk").start_as_current_span("desk"):
            await session.list_tools()
            await session.call_tool("get_departures", {"port": "Horten"})
            refused = await session.call_tool("book_ticket", {"departure": "23:30"})
            # The SDK renamed the field with its second release.
            if not (getattr(refused, "isError", False) or getattr(refused, "is_error", False)):
                raise RuntimeError("the server sold a ticket that it does not have")
            await session.read_resource("timetable://horten")
