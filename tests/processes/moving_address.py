"""An address that leads to whichever server is the master: `python -m tests.processes.moving_address PORT FILE`.

FILE holds the port of the master. Who is connected already stays with the old one, as with a name or an address that
moves in a failover.
"""

import asyncio
import contextlib
import sys
from pathlib import Path


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


def master(file: Path) -> int:
    return int(file.read_text())


async def serve(port: int, file: Path) -> None:
    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            to_master = await asyncio.open_connection("127.0.0.1", master(file))
        except OSError:
            writer.close()
            return
        await asyncio.gather(copy(reader, to_master[1]), copy(to_master[0], writer))

    async with await asyncio.start_server(lead, "127.0.0.1", port) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
