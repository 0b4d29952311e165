"""The bare server: uvicorn, as the gateway is served, which sends the same finished bytes whatever it is asked."""

import sys
from pathlib import Path
from typing import Any

import uvicorn

JSON = (b"content-type", b"application/json")


class Bare:
    """Sends a file."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._head = [JSON, (b"content-length", str(len(body)).encode())]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Read the request and answer."""
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": self._head})
        await send({"type": "http.response.body", "body": self._body})


if __name__ == "__main__":
    app = Bare(Path(sys.argv[2]).read_bytes())
    uvicorn.run(app, port=int(sys.argv[1]), log_config=None, access_log=False, lifespan="off")
