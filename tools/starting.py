"""Answers on Budget's port while Budget is being built and its process comes up.

The helper is a process of its own, so that `python -m budget` can become the service. It ends when
the service asks for the port (`POST /starter/release` with the token that only the service knows),
or when everybody who holds the other end of its pipe has ended, however that was: then it also ends
a build that has lost its owner.
"""

import hmac
import json
import os
import selectors
import signal
import socket
import threading
import time
from datetime import datetime, timezone

TOKEN = "BUDGET_STARTER_TOKEN"

_READ_SECONDS = 5
_HEAD_BYTES = 8192
_CALLERS = 64
# What is read of a body so that the caller sees the answer instead of a reset connection.
_SWALLOW_BYTES = 1 << 20
_WAITS_FOR = ("http", "kafka", "decisions")


def listen(port):
    """Listens on the loopback addresses there are; OSError if somebody else does."""
    sockets = []
    try:
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            if family == socket.AF_INET6 and not _has_ipv6():
                continue
            sock = socket.socket(family, socket.SOCK_STREAM)
            sockets.append(sock)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.bind((address, port))
            sock.listen(128)
            sock.setblocking(False)
    except OSError:
        for sock in sockets:
            sock.close()
        raise
    return sockets


def _has_ipv6():
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as sock:
            sock.bind(("::1", 0))
        return True
    except OSError:
        return False


def fork(sockets, port, environment):
    """Leaves the sockets to a helper process, and returns the pipe that keeps it.

    The helper is nobody's child, so that it stays no zombie of the service.
    """
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            if os.fork() == 0:
                os.close(theirs)
                _silence()
                Helper(sockets, ours, port, environment).run()
            status = 0
        finally:
            os._exit(status)
    os.waitpid(child, 0)
    os.close(ours)
    for sock in sockets:
        sock.close()
    return theirs


def _silence():
    """Holds nothing open that belongs to whoever started this, and dies like any other program."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)


class Helper:
    """Answers until it is told to let go. One thread accepts, one per caller answers."""

    def __init__(self, sockets, progress, port, environment):
        self._sockets = sockets
        self._progress = progress
        self._port = port
        self._token = environment[TOKEN].encode()
        self._version = environment.get("BUDGET_VERSION") or "0.1.0"
        self._began = time.monotonic()
        self._state = "waiting"
        self._build = 0
        self._told = b""
        self._callers = threading.BoundedSemaphore(_CALLERS)
        self._serving = []
        self._successor = None
        self._wake, self._waker = socket.socketpair()

    def run(self):
        """Serves until the end."""
        with selectors.DefaultSelector() as selector:
            for sock in (*self._sockets, self._wake, self._progress):
                selector.register(sock, selectors.EVENT_READ)
            while self._successor is None:
                for key, _ in selector.select():
                    if key.fileobj == self._progress and not self._hear():
                        self._end_build()
                        return
                self._accept()
        # Who is let in after the last look, and before the socket is closed, is lost: so nothing
        # else is done between. A queue of no length makes newcomers knock again in a second.
        for sock in self._sockets:
            sock.listen(0)
            callers = _accepted(sock)
            sock.close()
            for caller in callers:
                self._begin(caller)
        self._successor.sendall(_answer("200 OK", {"released": True}))
        self._successor.close()
        for thread in self._serving:
            thread.join(_READ_SECONDS)

    def _hear(self):
        """Takes in how far the start is; False when nobody is left who could say."""
        data = os.read(self._progress, 4096)
        *lines, self._told = (self._told + data).split(b"\n")
        for line in lines:
            word, _, rest = line.decode("ascii", "replace").partition(" ")
            self._build = int(rest) if word == "building" and rest.isdigit() else 0
            self._state = "building" if word == "building" else "done"
        return bool(data)

    def _end_build(self):
        if self._build:
            try:
                os.kill(self._build, signal.SIGTERM)
            except ProcessLookupError:
                pass

    def _accept(self):
        for sock in self._sockets:
            for caller in _accepted(sock):
                self._begin(caller)

    def _begin(self, caller):
        if not self._callers.acquire(blocking=False):
            caller.close()
            return
        caller.settimeout(_READ_SECONDS)
        thread = threading.Thread(target=self._serve, args=(caller,), daemon=True)
        self._serving = [t for t in self._serving if t.is_alive()] + [thread]
        thread.start()

    def _serve(self, caller):
        keep = False
        try:
            keep = self._one(caller)
        except OSError:
            pass  # The caller has gone.
        finally:
            if not keep:
                caller.close()
            self._callers.release()

    def _one(self, caller):
        """Answers one request; True if the caller takes over, and is answered later."""
        head = b""
        while b"\r\n\r\n" not in head:
            data = caller.recv(_HEAD_BYTES)
            if not data or len(head) > _HEAD_BYTES:
                return False
            head += data
        lines = head.split(b"\r\n\r\n")[0].split(b"\r\n")
        method, _, target = lines[0].decode("latin-1").rpartition(" ")[0].partition(" ")
        path = target.partition("?")[0]
        if method == "POST" and path == "/starter/release" and self._may_take_over(lines[1:]):
            self._successor = caller
            self._waker.send(b".")
            return True
        browser = path == "/" and any(_wants_html(line) for line in lines[1:])
        caller.sendall(_answer("503 Service Unavailable", _PAGE, _HTML, method == "HEAD")
                       if browser else self._reply(method, path))
        caller.shutdown(socket.SHUT_WR)
        left = _SWALLOW_BYTES
        while left > 0:
            data = caller.recv(65536)
            if not data:
                break
            left -= len(data)
        return False

    def _may_take_over(self, headers):
        return any(hmac.compare_digest(header, b"Starter-Token: " + self._token)
                   for header in headers)

    def _reply(self, method, path):
        for prefix in ("/api/v1", "/api"):
            if path == prefix or path.startswith(prefix + "/"):
                path = path[len(prefix):]
                break
        if path in ("", "/"):
            status, body, kind = "200 OK", self._who(), "application/json"
        elif path in ("/health", "/status"):
            status, body, kind = "503 Service Unavailable", self._health(), "application/json"
        else:
            status, body, kind = "503 Service Unavailable", _NOT_YET, "application/problem+json"
        return _answer(status, body, kind, method == "HEAD")

    def _who(self):
        return {"component": "budget", "description": "Meters LLM tokens and money",
                "version": self._version, "status": "starting"}

    def _health(self):
        missing = (() if self._state == "done" else ("build",)) + _WAITS_FOR
        parts = {name: {"status": "waiting"} for name in missing}
        parts["build"] = {"status": self._state}
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        return {"status": "starting", "component": "budget", "version": self._version,
                "timestamp": now.isoformat(timespec="milliseconds") + "Z",
                "uptime": int(time.monotonic() - self._began), "port": self._port,
                "registered_with_hermes": False, "registeredWithHermes": False,
                "missing": list(missing), "parts": parts, "dependencies": [], "metrics": {},
                "details": {"services": []}}


# A browser asks again by itself until the real page answers. As the service's own start answers.
_HTML = "text/html;charset=UTF-8"
_PAGE = ('<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Budget is starting</title>'
         '<meta name="viewport" content="width=device-width"><meta name="color-scheme" '
         'content="light dark"><meta http-equiv="refresh" content="1"></head><body>'
         '<h1>Budget is starting</h1><p>This page opens by itself in a moment.</p></body></html>\n')


def _wants_html(header):
    name, _, value = header.lower().partition(b":")
    return name == b"accept" and b"text/html" in value


_DETAIL = "Budget is starting; GET /health names the missing parts"
_NOT_YET = {"type": "urn:tekton:budget:problem:service_unavailable",
            "title": "A part that this request needs is not available", "status": 503, "detail": _DETAIL,
            "code": "service_unavailable", "error": _DETAIL, "errors": []}


def _accepted(sock):
    callers = []
    while True:
        try:
            callers.append(sock.accept()[0])
        except OSError:
            return callers


def _answer(status, body, kind="application/json", bodiless=False):
    data = (body if isinstance(body, str) else json.dumps(body, separators=(",", ":"))).encode()
    again = "Retry-After: 1\r\n" if status.startswith("503") else ""
    head = (f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n"
            f"Cache-Control: no-store\r\n{again}Connection: close\r\n\r\n")
    return head.encode() + (b"" if bodiless else data)
