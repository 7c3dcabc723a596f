"""An MCP client and server, release 1 of the MCP SDK, under OpenLLMetry's instrumentation."""

import mcp_tracing

provider = mcp_tracing.start("ferry-desk")

import mcp_calls  # noqa: E402  after the instrumentation

mcp_calls.run()
provider.shutdown()
