"""A timetable as an MCP server on standard input and output; mcp_client starts it."""

import mcp_tracing

provider = mcp_tracing.start("timetable-server")

try:
    from mcp.server.mcpserver import MCPServer
except ModuleNotFoundError:  # release 1 of the MCP SDK
    from mcp.server.fastmcp import FastMCP as MCPServer

server = MCPServer("timetable", log_level="CRITICAL")


@server.tool()
def get_departures(port: str) -> str:
    """The departures from a port."""
    return f"{port} 22:45, 23:30"


@server.tool()
def book_ticket(departure: str) -> str:
    """Books a seat."""
    raise ValueError(f"no seats left at {departure}")


@server.resource("timetable://horten")
def timetable() -> str:
    """The timetable of Horten."""
    return "Horten 22:45, 23:30"


server.run(transport="stdio")
provider.shutdown()
