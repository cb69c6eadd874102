"""Very many connections at once, half of which only wait.

    crowd.py PORT COUNT PID

The server must take COUNT + 1 connections and no more. Prints an object of JSON: how many connections there were in two
rounds, how many of their active half were answered, how often somebody who came meanwhile was, how many of those beyond
the limit were answered before there was room and after it, and what the process PID had resident before, with all of
them in each round, and after it, in bytes.
"""

import json
import socket
import sys
import time

from measured import permit_files, resident

PORT, COUNT, PID = (int(argument) for argument in sys.argv[1:4])
BEYOND = 10
PATIENCE = 60
STAYING = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
LEAVING = b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def connect():
    return socket.create_connection(("127.0.0.1", PORT), timeout=PATIENCE)


def is_answered(client, patience=PATIENCE):
    client.settimeout(patience)
    answer = b""
    try:
        while not answer.endswith(b'{"status":"alive"}\n'):
            part = client.recv(4096)
            if not part:
                return False
            answer += part
    except OSError:
        return False
    return answer.startswith(b"HTTP/1.1 200")


def visit():
    """Comes, asks, goes."""
    with connect() as client:
        client.sendall(LEAVING)
        return is_answered(client)


def gather(result):
    """Opens the connections; somebody else asks all the while."""
    clients = []
    for number in range(COUNT):
        client = connect()
        if number % 2:
            client.sendall(STAYING)
        clients.append(client)
        if number % 100 == 0:
            result["visits"] += 1
            result["visits_answered"] += visit()
    result["answered"] += sum(is_answered(client) for client in clients[1::2])
    result["connections"] += len(clients)
    return clients


def come_beyond(clients, result):
    """More than there is room for: they wait, and get their turn when others go."""
    late = []
    for _ in range(BEYOND + 1):
        client = connect()
        client.sendall(STAYING)
        late.append(client)
    time.sleep(0.5)
    waiting = [client for client in late if not is_answered(client, 0.05)]
    result["late_before"] = len(late) - len(waiting)
    for client in clients[:BEYOND]:
        client.close()
    result["late_after"] = sum(is_answered(client) for client in waiting)
    for client in late:
        client.close()


def main():
    # A descriptor each, here and there, and some more for what else is done there.
    permit_files(COUNT + 1_000, 0, PID)
    result = dict.fromkeys(["visits", "visits_answered", "answered", "connections"], 0)
    result["before"] = resident(PID)
    for memory in ("full", "again"):
        clients = gather(result)
        result[memory] = resident(PID)
        if memory == "again":
            come_beyond(clients, result)
        for client in clients:
            client.close()
        while not visit():
            pass
        time.sleep(1)
    result["after"] = resident(PID)
    print(json.dumps(result))


main()
