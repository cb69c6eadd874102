"""Clients that are slow, silent or gone, many at once, beside others that are not.

    slow_clients.py PORT KEY COUNT EXPORT READING PLACES

Plays COUNT of each kind until the server has ended them all, and prints an object of JSON: by kind how many there were
and how many ended as they should, with what was wrong of the others. EXPORT is a path that answers with many megabytes,
more than the kernel keeps of a connection, and READING how many seconds it is read a byte now and then. At the end
PLACES clients read it at once: what the slow ones held must be free again. What is not ended within two minutes counts
as not ended.
"""

import json
import socket
import struct
import sys
import threading
import time

PORT, KEY, COUNT, EXPORT = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
READING, PLACES = float(sys.argv[5]), int(sys.argv[6])
PATIENCE = 120
BEAT = 0.2
AUTHORIZED = f"Host: x\r\nAuthorization: Bearer {KEY}\r\n".encode()
BATCH = b"POST /v1/cdr/batches HTTP/1.1\r\n" + AUTHORIZED + b"Content-Type: text/csv\r\nContent-Length: 100000\r\n\r\n"
LIVE = b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
LIST = b"GET /v1/accounts/contacts?limit=1 HTTP/1.1\r\n" + AUTHORIZED + b"Connection: close\r\n\r\n"


class Wrong(Exception):
    """What a client saw that it should not have seen."""


def connect(buffer=None):
    client = socket.socket()
    if buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    client.settimeout(PATIENCE)
    client.connect(("127.0.0.1", PORT))
    return client


def read_to_end(client):
    parts = []
    try:
        while part := client.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    except TimeoutError:
        raise Wrong(f"not ended; it said {b''.join(parts)[:80]}")
    return b"".join(parts)


def drip(head):
    """Sends a head, then a byte now and then, until the server ends the connection."""
    client = connect()
    end = time.monotonic() + PATIENCE
    try:
        client.sendall(head)
        client.settimeout(BEAT)
        while time.monotonic() < end:
            client.sendall(b"x")
            try:
                if not client.recv(4096):
                    return
            except TimeoutError:
                pass
    except OSError:
        return
    raise Wrong("not ended")


def silent():
    if answer := read_to_end(connect()):
        raise Wrong(f"it was told {answer[:80]}")


def slow_head():
    drip(b"GET /health/live HTTP/1.1\r\nHost: x\r\nX: ")


def slow_body():
    drip(BATCH)


def slow_reader():
    """Takes a byte of a long answer now and then; the server has to end it long before the answer's end."""
    client = connect(buffer=32768)
    client.sendall(f"GET {EXPORT} HTTP/1.1\r\n".encode() + AUTHORIZED + b"\r\n")
    first = client.recv(12)
    if first not in (b"HTTP/1.1 200", b"HTTP/1.1 429"):
        raise Wrong(f"it was told {first}")
    if first.endswith(b"429"):
        return  # as many as one operator may have are being read already
    end = time.monotonic() + READING
    try:
        while time.monotonic() < end:
            client.recv(1)
            time.sleep(BEAT)
    except ConnectionResetError:
        return
    # What was under way is still to come, but not the last chunk.
    if read_to_end(client).endswith(b"\r\n0\r\n\r\n"):
        raise Wrong("it was waited for")


def half_close():
    """Says that it will send no more, and is answered."""
    client = connect()
    client.sendall(LIVE.replace(b"Connection: close\r\n", b""))
    client.shutdown(socket.SHUT_WR)
    answer = read_to_end(client)
    if not answer.startswith(b"HTTP/1.1 200") or b"alive" not in answer:
        raise Wrong(f"it was told {answer[:80]}")


def reset():
    """Is gone in the middle of its body."""
    client = connect()
    client.sendall(BATCH + b"id,start,answer,end,billsec,from,to,account\n" * 100)
    time.sleep(BEAT)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def normal():
    for request in (LIVE, LIST) * 5:
        client = connect()
        client.sendall(request)
        answer = read_to_end(client)
        if not answer.startswith(b"HTTP/1.1 200"):
            raise Wrong(f"it was told {answer[:80]}")


def released():
    """As many long answers at a time as there may be. Who was shown out gives its place back a moment later."""
    for _ in range(20):
        clients = [connect() for _ in range(PLACES)]
        for client in clients:
            client.sendall(f"GET {EXPORT} HTTP/1.1\r\n".encode() + AUTHORIZED + b"\r\n")
        told = [client.recv(12) for client in clients]
        for client in clients:
            client.close()
        if all(status == b"HTTP/1.1 200" for status in told):
            return
        time.sleep(0.5)
    raise Wrong(f"they were told {told}")


def play(kind, result, lock):
    try:
        kind()
        wrong = None
    except (Wrong, OSError) as error:
        wrong = f"{type(error).__name__}: {error}"
    with lock:
        result["count"] += 1
        if wrong is None:
            result["fine"] += 1
        else:
            result["wrong"].append(wrong)


def main():
    kinds = [silent, slow_head, slow_body, slow_reader, half_close, reset, normal]
    results = {kind.__name__: {"count": 0, "fine": 0, "wrong": []} for kind in [*kinds, released]}
    lock = threading.Lock()
    threads = [
        threading.Thread(target=play, args=(kind, results[kind.__name__], lock), daemon=True)
        for kind in kinds
        for _ in range(COUNT)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    play(released, results["released"], lock)
    print(json.dumps(results))


main()
