"""An MCP client and server; release 2 of the MCP SDK traces both itself."""

import mcp_tracing

provider = mcp_tracing.start("ferry-desk")

import mcp_calls  # noqa: E402  after the instrumentation

mcp_calls.run()
provider.shutdown()
