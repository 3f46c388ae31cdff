"""A scripted HTTP server, and the address of a running Budget."""

import os
import pathlib
import socket
import sys
import threading
import unittest
from contextlib import closing

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

URL = os.environ.get("BUDGET_URL")
needs_budget = unittest.skipUnless(URL, "BUDGET_URL names no running Budget")

# Seconds until a test gives up what has to come. It tests what is right, not how quick a machine is.
LONG = 300.0
# What a client needs for that: by default it is as impatient as people are.
PATIENT = {"timeout": LONG, "total_timeout": LONG, "retries": 10_000}

USAGE = {"component": "python-tests", "provider": "anthropic", "model": "claude-3-opus-20240229",
         "input_tokens": 100, "output_tokens": 250}


class Request:
    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body


def answer(status=200, body=b"{}", **headers):
    """The bytes of an answer; a header's name is given with underscores."""
    lines = [f"HTTP/1.1 {status} Scripted", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def cut(data):
    """A step that sends these bytes and closes the connection."""

    def step(connection):
        connection.sendall(data)
        return False

    return step


class Fake:
    """Answers each request by the next step of its script, and remembers what it was asked.

    A step is the bytes of an answer, or a function of the connection that returns whether it is to
    be kept. The last step is repeated.
    """

    def __init__(self, *script):
        self.script = list(script)
        self.requests = []
        self.connections = 0
        self._open = set()
        self._lock = threading.Lock()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self._socket.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        # Closing alone does not wake the thread that accepts.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._accepting.join(LONG)
        self._socket.close()
        with self._lock:
            for connection in self._open:
                connection.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with closing(connection), connection.makefile("rb") as stream:
            try:
                while self._one(connection, stream):
                    pass
            except OSError:
                pass  # The client has gone.
            # A second handle on the socket would keep the connection open.
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _one(self, connection, stream):
        line = stream.readline().decode().split()
        if not line:
            return False
        headers = {}
        for header in iter(lambda: stream.readline().decode().strip(), ""):
            name, _, value = header.partition(": ")
            headers[name.lower()] = value
        body = stream.read(int(headers.get("content-length", 0)))
        with self._lock:
            self.requests.append(Request(line[0], line[1], headers, body))
            step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if callable(step):
            return step(connection)
        connection.sendall(step)
        return True


class Time:
    """A clock that moves by sleeping, and by a step each time it is read."""

    def __init__(self, step=0.0):
        self.now = 0.0
        self.step = step
        self.slept = []

    def clock(self):
        self.now += self.step
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds
