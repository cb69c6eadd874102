"""A receiver of webhooks over TLS: does what the path says, and writes down what it was sent, a line of JSON each.

    receiver.py CERTIFICATE KEY FILE

Prints its port. Paths: /ok, /status/CODE, /hang, /redirect, /big, /close, /flaky/N (fails N times), /later (503 and
Retry-After), /century (a very long one), /drip (a byte at a time). What follows them is for the test.
"""

import http.server
import json
import ssl
import sys
import threading
import time

certificate, key, path = sys.argv[1:4]
lock = threading.Lock()
counts = {}


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        with lock, open(path, "a") as file:
            counts[self.path] = counts.get(self.path, 0) + 1
            number = counts[self.path]
            headers = {name.lower(): value for name, value in self.headers.items()}
            file.write(json.dumps({"method": self.command, "path": self.path, "headers": headers,
                                   "body": body.decode("utf-8", "replace")}) + "\n")
        parts = self.path.split("?")[0].strip("/").split("/")
        status, headers, content = 200, {}, b"thanks"
        if parts[0] == "status":
            status = int(parts[1])
        elif parts[0] == "hang":
            time.sleep(20)
        elif parts[0] == "redirect":
            status, headers = 302, {"Location": "https://localhost/ok"}
        elif parts[0] == "later":
            status, headers = 503, {"Retry-After": "7200"}
        elif parts[0] == "century":
            status, headers = 503, {"Retry-After": "99999999999"}
        elif parts[0] == "drip":
            self.send_response(200)
            self.send_header("Content-Length", "60000")
            self.end_headers()
            for _ in range(100):
                self.wfile.write(b"x")
                time.sleep(0.3)
            return
        elif parts[0] == "big":
            content = b"x" * 1_000_000
        elif parts[0] == "flaky" and number <= int(parts[1]):
            status = 500
        elif parts[0] == "close":
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_PUT = do_GET = answer

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
server.daemon_threads = True
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print(server.server_address[1], flush=True)
server.serve_forever()
