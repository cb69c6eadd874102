"""Very many connections that are held and ask now and then, some of them slow, while others come and go.

    held.py PORT COUNT SLOW SECONDS PID KEY CERTIFICATE

Holds COUNT connections for SECONDS once all of them are there, twice; SLOW more send a head a byte at a time, or leave a
long answer unread, and come again when they were shown out. KEY reads accounts, and CERTIFICATE is whose TLS is spoken,
or `-`. Prints an object of JSON for each of the two times: how many there were and what they were answered, how long
the slowest answer took, and what the process PID had in bytes and open files before, with all of them, and after.
"""

import asyncio
import json
import random
import socket
import ssl
import sys
import time

from measured import open_files, permit_files, resident

PORT, COUNT, SLOW, SECONDS, PID = (int(argument) for argument in sys.argv[1:6])
KEY, CERTIFICATE = sys.argv[6:]
CONTEXT = None if CERTIFICATE == "-" else ssl.create_default_context(cafile=CERTIFICATE)

# The server shows out who says nothing for 30 s.
PAUSE = (6, 14)
PATIENCE = 60
LASTING = 120
COMING_AT_ONCE = 100
VISITORS = 3
READERS = SLOW // 4
HEAD = "Host: localhost\r\nAccept-Encoding: identity\r\n"
LIVE = f"GET /health/live HTTP/1.1\r\n{HEAD}\r\n".encode()
LEAVING = f"GET /health/live HTTP/1.1\r\n{HEAD}Connection: close\r\n\r\n".encode()
LIST = (
    f"GET /v1/accounts/accounts?limit=1 HTTP/1.1\r\n{HEAD}Authorization: Bearer {KEY}\r\nConnection: close\r\n\r\n"
).encode()
DOCUMENT = f"GET /openapi.json HTTP/1.1\r\n{HEAD}\r\n".encode()


class Round:
    """What was seen while they were held once."""

    def __init__(self):
        self.told = dict.fromkeys(
            ["held", "asked", "fine", "failed", "dropped", "late", "visits", "visits_fine", "shown_out", "lasting"], 0
        )
        self.slowest = 0.0

    def count(self, name):
        self.told[name] += 1


async def connect(buffer=None):
    client = socket.socket()
    client.setblocking(False)
    if buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    try:
        await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", PORT))
        return await asyncio.open_connection(
            sock=client, ssl=CONTEXT, server_hostname="localhost" if CONTEXT else None, limit=buffer or 65_536
        )
    except BaseException:
        client.close()
        raise


async def ask(reader, writer, request, seen):
    """Asks once; an answer is 200 and whole, or it failed."""
    start = time.monotonic()
    async with asyncio.timeout(PATIENCE):
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if line)
        await reader.readexactly(int(fields[b"content-length"]))
    seen.slowest = max(seen.slowest, time.monotonic() - start)
    return head.startswith(b"HTTP/1.1 200")


async def hold(gate, seen):
    writer = None
    try:
        async with gate:
            reader, writer = await connect()
            seen.count("asked")
            seen.count("fine" if await ask(reader, writer, LIVE, seen) else "failed")
        seen.count("held")
        while True:
            await asyncio.sleep(random.uniform(*PAUSE))
            seen.count("asked")
            seen.count("fine" if await ask(reader, writer, LIVE, seen) else "failed")
    except TimeoutError:
        seen.count("late")
    except (OSError, EOFError):
        seen.count("dropped")
    finally:
        if writer:
            writer.transport.abort()


async def visit(seen):
    """Comes, asks, goes, and comes again."""
    while True:
        for request in (LEAVING, LIST):
            seen.count("visits")
            writer = None
            try:
                reader, writer = await connect()
                if await ask(reader, writer, request, seen):
                    seen.count("visits_fine")
            except TimeoutError:
                seen.count("late")
            except (OSError, EOFError):
                pass
            finally:
                if writer:
                    writer.transport.abort()
            await asyncio.sleep(0.2)


async def drip(reader, writer, seen):
    """Sends a head a byte at a time until it is shown out."""
    start = time.monotonic()
    writer.write(b"GET /health/live HTTP/1.1\r\nHost: x\r\nX: ")
    while time.monotonic() - start < LASTING:
        writer.write(b"x")
        try:
            async with asyncio.timeout(2):
                if not await reader.read(4_096):
                    seen.count("shown_out")
                    return
        except TimeoutError:
            pass
    seen.count("lasting")


async def sip(reader, writer, seen):
    """Takes a few bytes of a long answer now and then. What the kernels have of it hides the end, so it leaves then."""
    start = time.monotonic()
    writer.write(DOCUMENT)
    while time.monotonic() - start < LASTING / 2 and await reader.read(64):
        await asyncio.sleep(2)


async def be_slow(kind, seen):
    while True:
        writer = None
        try:
            reader, writer = await connect(buffer=4_096 if kind is sip else None)
            await kind(reader, writer, seen)
        except OSError:
            seen.count("shown_out")
        finally:
            if writer:
                writer.transport.abort()
        await asyncio.sleep(1)


async def settle(most):
    """Waits until the process has no more files open than that."""
    for _ in range(PATIENCE):
        if open_files(PID) <= most:
            return
        await asyncio.sleep(1)


async def play(before):
    seen = Round()
    gate = asyncio.Semaphore(COMING_AT_ONCE)
    tasks = [asyncio.create_task(hold(gate, seen)) for _ in range(COUNT)]
    tasks += [asyncio.create_task(be_slow(sip if n < READERS else drip, seen)) for n in range(SLOW)]
    tasks += [asyncio.create_task(visit(seen)) for _ in range(VISITORS)]
    start = time.monotonic()
    while seen.told["held"] + seen.told["dropped"] + seen.told["late"] < COUNT and time.monotonic() - start < 900:
        await asyncio.sleep(1)
    gathered = time.monotonic() - start
    await asyncio.sleep(SECONDS)
    result = {"full": resident(PID), "files_full": open_files(PID)}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await settle(before["files_before"])
    result |= {"after": resident(PID), "files_after": open_files(PID)}
    return before | seen.told | result | {"slowest_s": round(seen.slowest, 3), "gathered_s": round(gathered, 1)}


async def main():
    permit_files(COUNT + SLOW + 1_000, 0)
    warm = Round()
    visitors = [asyncio.create_task(visit(warm)) for _ in range(VISITORS)]
    await asyncio.sleep(5)
    for visitor in visitors:
        visitor.cancel()
    await asyncio.gather(*visitors, return_exceptions=True)
    await asyncio.sleep(2)
    # Sessions with the database may come and go.
    before = {"before": resident(PID), "files_before": open_files(PID) + 16}
    print(json.dumps([await play(before) for _ in range(2)]))


asyncio.run(main())
