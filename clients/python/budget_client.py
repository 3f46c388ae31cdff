"""The client of Budget's HTTP API: one file, Python 3.9 or newer, nothing but the standard library.

    from budget_client import BudgetClient

    client = BudgetClient("http://localhost:8013")
    client.record(context_id="chat-7", component="rhetor", provider="openai", model="gpt-4o",
                  input_tokens=1200, output_tokens=300)
    print(client.context_totals("chat-7")["total_cost"])

What it sees to, so that a caller need not:

* Every usage record has an id, and every write to the ledger an idempotency key, made before the
  first attempt. So a call is repeated when its answer is lost, and still counts once.
* Repeats are bounded in number and in time, and wait longer each time.
* It remembers where its writes are, and reads wait until the state has passed them.
* Money is ``decimal.Decimal``, never a float. Times are aware datetimes; naive ones are refused.
* What goes wrong is a `BudgetError`; what a `UsageReporter` cannot deliver, a callback hears of.

A client may be used by any number of threads; each has one connection of its own.
"""

from __future__ import annotations

import atexit
import functools
import http.client
import io
import json
import logging
import os
import random
import re
import ssl
import threading
import time
import weakref
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import (Any, Callable, Deque, Dict, Generic, Iterable, Iterator, List, Mapping,
                    Optional, Sequence, Tuple, Type, TypedDict, TypeVar, Union, cast)
from urllib.parse import quote, urlencode, urlsplit

__all__ = ["Alert", "Allocation", "BatchResult", "Budget", "BudgetClient", "BudgetError",
           "InsufficientBudget", "Invalid", "NotDecided", "NotFound", "Page", "Policy", "Refusal",
           "Totals", "Unauthorized", "Unavailable", "UsageReporter", "uuid7"]

T = TypeVar("T")
Json = Dict[str, Any]
When = Union[datetime, date]

_log = logging.getLogger("budget_client")

# The service refuses a longer line by itself.
_MAX_RECORD_BYTES = 65_536
# An answer names at most 1,000 refusals: of a chunk of that size it names all.
_CHUNK_RECORDS = 1_000
_CHUNK_BYTES = 1 << 20
# More than a request could carry in a header.
_MAX_POSITIONS = 1_024
_POSITION = re.compile(r"([\w.-]{1,249}-\d{1,9}):(\d{1,18})", re.ASCII)
_RETRIED = frozenset({408, 429, 503, 504})


class Budget(TypedDict, total=False):
    """A budget. `policies` are ids."""

    budget_id: str
    name: str
    description: Optional[str]
    owner: Optional[str]
    zone: str
    policies: List[str]
    created_at: datetime
    updated_at: datetime
    is_active: bool
    metadata: Json


class Policy(TypedDict, total=False):
    """A limit over a period and a scope; a part of the scope that is None means any."""

    policy_id: str
    budget_id: str
    type: str
    period: str
    tier: Optional[str]
    provider: Optional[str]
    component: Optional[str]
    task_type: Optional[str]
    token_limit: Optional[int]
    cost_limit: Optional[Decimal]
    warning_threshold: Decimal
    action_threshold: Decimal
    enabled: bool
    metadata: Json
    created_at: datetime
    updated_at: datetime


class Allocation(TypedDict, total=False):
    """Tokens that are reserved; `state` is open, exhausted, released or expired."""

    allocation_id: str
    budget_id: str
    context_id: str
    component: str
    tier: Optional[str]
    provider: Optional[str]
    model: Optional[str]
    task_type: str
    priority: int
    tokens_allocated: int
    tokens_used: int
    remaining_tokens: int
    service_tier: Optional[str]
    max_requests: int
    requests_used: int
    estimated_cost: Decimal
    reserved_cost: Decimal
    actual_cost: Decimal
    unpriced: bool
    creation_time: datetime
    expiration_time: datetime
    is_active: bool
    state: str
    metadata: Json
    warnings: List[Json]
    overridden: List[Json]
    alternatives: List[Json]


class Totals(TypedDict, total=False):
    """What an id has used; totals of a window also have `from`, `to` (exclusive) and `zone`."""

    id: str
    input_tokens: int
    output_tokens: int
    total_tokens: int
    cached_input_tokens: int
    cache_write_tokens: int
    reasoning_tokens: int
    unpriced_tokens: int
    estimated_tokens: int
    total_cost: Decimal
    record_count: int
    first_at: Optional[datetime]
    last_at: Optional[datetime]


class Alert(TypedDict, total=False):
    """What somebody should know."""

    alert_id: str
    budget_id: str
    owner: Optional[str]
    policy_id: Optional[str]
    severity: str
    type: str
    title: str
    message: str
    details: Json
    timestamp: datetime
    acknowledged: bool
    acknowledged_by: Optional[str]
    acknowledged_at: Optional[datetime]


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list; pages count from 1, `total` is that of all pages."""

    items: List[T]
    total: int
    page: int
    limit: int


@dataclass(frozen=True)
class Refusal:
    """A record of a batch that was not taken; `index` counts from the first record given."""

    index: int
    code: str
    message: str
    record: Json


@dataclass
class BatchResult:
    """What became of many records: those accepted are durable, those refused never count.

    `truncated` says that there were more refusals than are listed here.
    """

    accepted: int = 0
    refused: int = 0
    refusals: List[Refusal] = field(default_factory=list)
    truncated: bool = False


class BudgetError(Exception):
    """A call that failed.

    `status` is the HTTP status, 0 when there was no answer. `code` and `detail` say what is wrong,
    `errors` where (`loc`, `msg`, `type`), `retry_after` (seconds) when it may go better, and
    `problem` is the whole answer, for instance with the figures of a limit. `idempotency_key` is
    that of the write: with it the same call may be made again. `result` is what became of the
    earlier records of `record_many`, and `undelivered` those, with their ids, of which nothing is
    known: they may be given to it again.
    """

    def __init__(self, status: int, code: str, detail: str,
                 errors: Sequence[Mapping[str, Any]] = (), retry_after: Optional[float] = None,
                 problem: Optional[Mapping[str, Any]] = None) -> None:
        super().__init__(f"{status} {code}: {detail}" if status else f"{code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = list(errors)
        self.retry_after = retry_after
        self.problem: Json = dict(problem or {})
        self.idempotency_key: Optional[str] = None
        self.result: Optional[BatchResult] = None
        self.undelivered: List[Json] = []

    def __reduce__(self) -> Tuple[Any, ...]:
        parts = (self.status, self.code, self.detail, self.errors, self.retry_after, self.problem)
        return type(self), parts, self.__dict__


class InsufficientBudget(BudgetError):
    """A hard limit leaves too little, or (`price_unknown`) cannot be compared with a cost."""


class NotFound(BudgetError):
    """No such id or path."""


class Invalid(BudgetError):
    """The request is not one that Budget takes; repeating it does not help."""


class Unauthorized(BudgetError):
    """The API key is missing, not known, or may not do this."""


class Unavailable(BudgetError):
    """Budget did not answer, or has no room or no store now. It may go well later."""


class NotDecided(Unavailable):
    """The ledger has the request and will decide it: repeat it with the same key to hear how."""


def uuid7() -> str:
    """Returns a new id that sorts by the millisecond in which it was made."""
    bits = int.from_bytes(os.urandom(10), "big")
    value = (time.time_ns() // 1_000_000 & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | (bits >> 64 & 0xFFF) << 64 | 0b10 << 62 | bits & (1 << 62) - 1
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


# --- JSON: money exact, times aware -----------------------------------------------------------

_TIMES = frozenset({
    "timestamp", "created_at", "updated_at", "creation_time", "expiration_time", "last_updated",
    "first_at", "last_at", "from", "to", "start_time", "end_time", "start_date", "end_date",
    "window_start", "window_end", "acknowledged_at"})
_MONEY = frozenset({
    "cost", "total_cost", "input_cost", "output_cost", "request_cost", "estimated_cost",
    "actual_cost", "cost_limit", "cost_used", "remaining_cost", "reserved_cost", "spent",
    "savings"})
# Tokens or money, as `measure` says.
_MEASURED = frozenset({"asked", "left", "limit", "reserved", "used"})
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d)?(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)")


def _time(text: str) -> Any:
    """Reads a time of an answer; what is not one is given back as it is."""
    match = _TIME.fullmatch(text)
    if match is None:
        return text
    minute, second, fraction, offset = match.groups()
    micros = (fraction or "0").ljust(6, "0")[:6]
    return datetime.fromisoformat(
        f"{minute}{second or ':00'}.{micros}{'+00:00' if offset == 'Z' else offset}")


def _read(value: Any, name: str = "", money: frozenset[str] = _MONEY) -> Any:
    if isinstance(value, dict):
        inner = _MONEY | _MEASURED if value.get("measure") == "cost" else _MONEY
        # Metadata is the caller's: nothing in it is taken for a time or for money.
        return {k: v if k == "metadata" else _read(v, k, inner) for k, v in value.items()}
    if isinstance(value, list):
        return [_read(item, name, money) for item in value]
    if name in _TIMES and isinstance(value, str):
        return _time(value)
    if name in money and type(value) is int:
        return Decimal(value)
    return value


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def _decode(data: bytes) -> Any:
    """Reads an answer; ValueError if it is not JSON."""
    try:
        return _read(json.loads(data.decode("utf-8"), parse_float=Decimal,
                                parse_constant=_no_constant))
    except RecursionError:
        raise ValueError("nested too deep") from None


def _utc(value: datetime, name: str) -> str:
    if value.utcoffset() is None:
        raise ValueError(f"{name}: {value.isoformat()} has no time zone; give an aware datetime")
    return value.astimezone(timezone.utc).replace(tzinfo=None).isoformat() + "Z"


def _encode(value: Any, name: str = "body") -> str:
    """Writes compact JSON, decimals exactly and without an exponent."""
    if isinstance(value, Mapping):
        members = []
        for key, member in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{name}: the name {key!r} is not a text")
            members.append(f"{json.dumps(key)}:{_encode(member, key)}")
        return "{" + ",".join(members) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(_encode(item, name) for item in value) + "]"
    if isinstance(value, Decimal):
        # An exponent such as 1E+999999 would be written out.
        if not value.is_finite() or not -400 < value.adjusted() < 400:
            raise ValueError(f"{name}: {value} cannot be written as a plain decimal number")
        return format(value, "f")
    if isinstance(value, datetime):
        return json.dumps(_utc(value, name))
    if isinstance(value, date):
        return json.dumps(value.isoformat())
    if value is None or isinstance(value, (str, bool, int, float)):
        return json.dumps(value, allow_nan=False)
    raise TypeError(f"{name}: a {type(value).__name__} cannot be written as JSON")


def _money(value: Union[Decimal, int, None], name: str) -> Union[Decimal, int, None]:
    if value is not None and (isinstance(value, bool) or not isinstance(value, (Decimal, int))):
        raise TypeError(f"{name}: money is a Decimal or an int, not a {type(value).__name__}")
    return value


def _given(**fields: Any) -> Json:
    return {name: value for name, value in fields.items() if value is not None}


def _query(fields: Mapping[str, Any]) -> str:
    texts = {}
    for name, value in fields.items():
        if isinstance(value, bool):
            texts[name] = "true" if value else "false"
        elif isinstance(value, datetime):
            texts[name] = _utc(value, name)
        elif isinstance(value, date):
            texts[name] = value.isoformat()
        elif value is not None:
            texts[name] = str(value)
    return "?" + urlencode(texts, quote_via=quote) if texts else ""


def _segment(value: str, name: str = "id") -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name}: expected a text that is not empty, not {value!r}")
    return quote(value, safe="")


def _header(value: str, name: str) -> str:
    # The value is not in the message: it may be a secret.
    if not value or any(not " " < c < "\x7f" for c in value):
        raise ValueError(f"{name}: expected printable ASCII characters without spaces")
    return value


# --- One attempt ------------------------------------------------------------------------------


class _Deadlined(io.RawIOBase):
    """Reads from a socket until a time, however slowly the bytes come."""

    def __init__(self, sock: Any, remaining: Callable[[], float]) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._remaining = remaining

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> Any:
        self._sock.settimeout(self._remaining())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, remaining: Callable[[], float], **named: Any) -> None:
        super().__init__(sock, *args, **named)
        self.fp.close()
        self.fp = io.BufferedReader(_Deadlined(sock, remaining))


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Any
    body: bytes


class _TooLarge(Exception):
    pass


class _Held:
    """The connection of a thread, closed when the thread has ended."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self.connection = connection
        self.process = os.getpid()

    def __del__(self) -> None:
        self.connection.close()


class _Wire:
    """One persistent connection for each thread. Follows no redirect, uses no proxy."""

    def __init__(self, url: str, context: Optional[ssl.SSLContext], max_answer: int,
                 clock: Callable[[], float]) -> None:
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = -1
        if (parts.scheme not in ("http", "https") or not parts.hostname or port == -1
                or "@" in parts.netloc or parts.query or parts.fragment):
            # Not named in full: what stands before an @ is a secret.
            raise ValueError("url: expected http://host:port or https://host:port, "
                             "without user, query and fragment")
        self.host, self.port, self.secure = parts.hostname, port, parts.scheme == "https"
        self.path = parts.path.rstrip("/")
        host = f"[{self.host}]" if ":" in self.host else self.host
        self.shown = f"{parts.scheme}://{host}{'' if port is None else f':{port}'}{self.path}"
        self._context = context or (ssl.create_default_context() if self.secure else None)
        self._max_answer = max_answer
        self._clock = clock
        self._own = threading.local()
        self._all: "weakref.WeakSet[http.client.HTTPConnection]" = weakref.WeakSet()
        self._lock = threading.Lock()

    def send(self, method: str, path: str, body: Optional[bytes], headers: Mapping[str, str],
             timeout: float) -> _Answer:
        """Sends once and reads the answer, all within the timeout in seconds.

        Once more, at once, if the service had closed a connection that was used before.
        """
        end = self._clock() + timeout

        def remaining() -> float:
            left = end - self._clock()
            if left <= 0:
                raise TimeoutError(f"no complete answer within {timeout:g} s")
            return left

        connection, used = self._connection()
        try:
            return self._attempt(connection, method, path, body, headers, remaining)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            if not used:
                raise
        connection, _ = self._connection()
        return self._attempt(connection, method, path, body, headers, remaining)

    def _attempt(self, connection: http.client.HTTPConnection, method: str, path: str,
                 body: Optional[bytes], headers: Mapping[str, str],
                 remaining: Callable[[], float]) -> _Answer:
        complete = False
        try:
            if connection.sock is None:
                connection.timeout = remaining()
                connection.connect()
            connection.sock.settimeout(remaining())
            connection.response_class = functools.partial(  # type: ignore[assignment]
                _Response, remaining=remaining)
            connection.request(method, self.path + path, body=body, headers=dict(headers))
            with connection.getresponse() as response:
                # Headers that were cut look like an answer that ends with the connection.
                if not response.chunked and response.length is None:
                    raise http.client.HTTPException("the answer has no length, so it may be cut")
                data = response.read(self._max_answer + 1)
                if len(data) > self._max_answer:
                    raise _TooLarge
                # A body that ends early is not told by read(n) of every version of Python.
                if response.length:
                    raise http.client.IncompleteRead(data, response.length)
                answer = _Answer(response.status, response.headers, data)
            complete = True
            return answer
        finally:
            # Bytes may be left that belong to this answer, not to the next.
            if not complete:
                self._drop(connection)

    def _connection(self) -> Tuple[http.client.HTTPConnection, bool]:
        held: Optional[_Held] = getattr(self._own, "held", None)
        # A process that was forked does not write into the connection of its parent.
        if held is not None and held.process == os.getpid():
            return held.connection, held.connection.sock is not None
        made = (http.client.HTTPSConnection(self.host, self.port, context=self._context)
                if self.secure else http.client.HTTPConnection(self.host, self.port))
        self._own.held = _Held(made)
        with self._lock:
            self._all.add(made)
        return made, False

    def _drop(self, connection: http.client.HTTPConnection) -> None:
        self._own.held = None
        connection.close()

    def close(self) -> None:
        with self._lock:
            for connection in list(self._all):
                connection.close()


class BudgetClient:
    """Calls Budget.

    `url` is that of the service, without `/api`: the argument, else `BUDGET_URL`, else
    `http://BUDGET_HOST:BUDGET_PORT` (localhost, 8013). `api_key`: the argument, else
    `BUDGET_API_KEY`, sent as `X-API-Key`; it is in no error and in no repr.

    `timeout` bounds one attempt, `total_timeout` a call with all its repeats, both in seconds.
    `retries` is how often a call is made again after a lost connection, 408, 429, 503 or 504;
    before that it waits a random time up to `backoff` seconds, doubled each time up to
    `max_backoff`, and `Retry-After` (at most `max_retry_after`) besides.
    `read_your_writes`: reads wait for the writes of this client. An answer of more than
    `max_answer` bytes is an error. `ssl_context` is that of https. `sleep`, `clock` (monotonic
    seconds) and `random` (0 to 1) are for tests.

    Arguments that are None are not sent. Naive datetimes are a ValueError, floats as money a
    TypeError. Every write takes an `idempotency_key` (one is made when absent); give your own if
    you want to repeat a call after a restart.
    """

    def __init__(self, url: Optional[str] = None, api_key: Optional[str] = None, *,
                 timeout: float = 20.0, total_timeout: float = 60.0, retries: int = 4,
                 backoff: float = 0.2, max_backoff: float = 5.0, max_retry_after: float = 10.0,
                 read_your_writes: bool = True, max_answer: int = 32 << 20,
                 ssl_context: Optional[ssl.SSLContext] = None,
                 sleep: Callable[[float], Any] = time.sleep,
                 clock: Callable[[], float] = time.monotonic,
                 random: Callable[[], float] = random.random) -> None:
        for name, value in (("timeout", timeout), ("total_timeout", total_timeout),
                            ("max_answer", max_answer)):
            if not 0 < value < float("inf"):
                raise ValueError(f"{name}: {value!r}; expected a number above 0")
        for name, value in (("retries", retries), ("backoff", backoff),
                            ("max_backoff", max_backoff), ("max_retry_after", max_retry_after)):
            if not 0 <= value < float("inf"):
                raise ValueError(f"{name}: {value!r}; expected a number from 0")
        environment = os.environ
        url = url or environment.get("BUDGET_URL") or "http://{}:{}".format(
            environment.get("BUDGET_HOST") or "localhost", environment.get("BUDGET_PORT") or "8013")
        key = api_key or environment.get("BUDGET_API_KEY")
        self._key = _header(key, "api_key") if key else None
        self._wire = _Wire(url, ssl_context, max_answer, clock)
        self._timeout = timeout
        self._total_timeout = total_timeout
        self._retries = retries
        self._backoff = backoff
        self._max_backoff = max_backoff
        self._max_retry_after = max_retry_after
        self._read_your_writes = read_your_writes
        self._sleep = sleep
        self._clock = clock
        self._random = random
        self._positions: Dict[str, int] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"BudgetClient({self._wire.shown!r})"

    def __enter__(self) -> "BudgetClient":
        return self

    def __exit__(self, *failure: Any) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections of all threads. No other call should be under way."""
        self._wire.close()

    # --- Positions ----------------------------------------------------------------------------

    @property
    def position(self) -> str:
        """Where the writes of this client are, as `Budget-Position`; empty before the first."""
        with self._lock:
            return ",".join(f"{part}:{offset}" for part, offset in sorted(self._positions.items()))

    def wait_for(self, position: str) -> None:
        """Has the reads from now on wait for a position too, such as that of another client."""
        entries = [_POSITION.fullmatch(entry.strip()) for entry in position.split(",")]
        if len(entries) > _MAX_POSITIONS:
            raise ValueError(f"position: more than {_MAX_POSITIONS} entries")
        for entry in entries:
            if entry is None:
                raise ValueError(f"position: {position[:100]!r}; expected topic-partition:offset, "
                                 "several separated by commas")
            part, offset = entry.groups()
            with self._lock:
                if part not in self._positions and len(self._positions) >= _MAX_POSITIONS:
                    raise ValueError(f"position: more than {_MAX_POSITIONS} partitions in all")
                self._positions[part] = max(int(offset), self._positions.get(part, 0))

    def forget_position(self) -> None:
        """Has reads wait for no earlier write, for instance after the data was started anew."""
        with self._lock:
            self._positions.clear()

    # --- Budgets ------------------------------------------------------------------------------

    def create_budget(self, name: str, *, budget_id: Optional[str] = None,
                      description: Optional[str] = None, owner: Optional[str] = None,
                      zone: Optional[str] = None, metadata: Optional[Mapping[str, Any]] = None,
                      idempotency_key: Optional[str] = None) -> Budget:
        """Makes a budget. Its periods are those of `zone` (default UTC), which never changes."""
        return cast("Budget", self._write("POST", "/budgets", _given(
            name=name, budget_id=budget_id, description=description, owner=owner, zone=zone,
            metadata=metadata), idempotency_key))

    def get_budget(self, budget_id: str) -> Budget:
        """Returns a budget; NotFound if there is none of that id."""
        return cast("Budget", self._get(f"/budgets/{_segment(budget_id)}"))

    def list_budgets(self, *, name: Optional[str] = None, owner: Optional[str] = None,
                     is_active: Optional[bool] = None, page: int = 1,
                     limit: int = 20) -> Page[Budget]:
        """Returns a page of budgets: active ones first, then the oldest first. Limit 1 to 100."""
        return self._page("/budgets", name=name, owner=owner, is_active=is_active, page=page,
                          limit=limit)

    def update_budget(self, budget_id: str, *, name: Optional[str] = None,
                      description: Optional[str] = None, owner: Optional[str] = None,
                      is_active: Optional[bool] = None,
                      metadata: Optional[Mapping[str, Any]] = None,
                      idempotency_key: Optional[str] = None) -> Budget:
        """Changes what is given."""
        return cast("Budget", self._write("PUT", f"/budgets/{_segment(budget_id)}", _given(
            name=name, description=description, owner=owner, is_active=is_active,
            metadata=metadata), idempotency_key))

    def deactivate_budget(self, budget_id: str, *, idempotency_key: Optional[str] = None) -> None:
        """Releases its open allocations and grants no more; usage of it still counts."""
        self._write("DELETE", f"/budgets/{_segment(budget_id)}", None, idempotency_key)

    def budget_summary(self, budget_id: str, period: str = "daily") -> List[Json]:
        """Returns one entry for each enabled policy of the period; percentages are fractions."""
        return cast("List[Json]",
                    self._get(f"/budgets/{_segment(budget_id)}/summary", period=period))

    # --- Policies -----------------------------------------------------------------------------

    def put_policy(self, *, type: str, period: str, budget_id: Optional[str] = None,
                   tier: Optional[str] = None, provider: Optional[str] = None,
                   component: Optional[str] = None, task_type: Optional[str] = None,
                   token_limit: Optional[int] = None,
                   cost_limit: Union[Decimal, int, None] = None,
                   warning_threshold: Union[Decimal, float, None] = None,
                   action_threshold: Union[Decimal, float, None] = None,
                   enabled: Optional[bool] = None, metadata: Optional[Mapping[str, Any]] = None,
                   idempotency_key: Optional[str] = None) -> Policy:
        """Makes the policy of that budget, period and scope, or replaces the one there is.

        `type` is ignore, warn, soft_limit or hard_limit; `period` hourly, daily, weekly, monthly,
        per_session or per_task. At least one limit; `cost_limit` is in USD.
        """
        return cast("Policy", self._write("POST", "/policies", _given(
            type=type, period=period, budget_id=budget_id, tier=tier, provider=provider,
            component=component, task_type=task_type, token_limit=token_limit,
            cost_limit=_money(cost_limit, "cost_limit"), warning_threshold=warning_threshold,
            action_threshold=action_threshold, enabled=enabled, metadata=metadata),
            idempotency_key))

    def get_policy(self, policy_id: str) -> Policy:
        """Returns a policy; NotFound if there is none of that id."""
        return cast("Policy", self._get(f"/policies/{_segment(policy_id)}"))

    def list_policies(self, *, budget_id: Optional[str] = None, period: Optional[str] = None,
                      tier: Optional[str] = None, provider: Optional[str] = None,
                      component: Optional[str] = None, task_type: Optional[str] = None,
                      enabled: Optional[bool] = None, page: int = 1,
                      limit: int = 20) -> Page[Policy]:
        """Returns a page of policies, by budget, then the oldest first. Limit 1 to 100."""
        return self._page("/policies", budget_id=budget_id, period=period, tier=tier,
                          provider=provider, component=component, task_type=task_type,
                          enabled=enabled, page=page, limit=limit)

    def update_policy(self, policy_id: str, *, type: Optional[str] = None,
                      token_limit: Optional[int] = None,
                      cost_limit: Union[Decimal, int, None] = None,
                      warning_threshold: Union[Decimal, float, None] = None,
                      action_threshold: Union[Decimal, float, None] = None,
                      enabled: Optional[bool] = None,
                      idempotency_key: Optional[str] = None) -> Policy:
        """Changes what is given."""
        return cast("Policy", self._write("PUT", f"/policies/{_segment(policy_id)}", _given(
            type=type, token_limit=token_limit, cost_limit=_money(cost_limit, "cost_limit"),
            warning_threshold=warning_threshold, action_threshold=action_threshold,
            enabled=enabled), idempotency_key))

    def disable_policy(self, policy_id: str, *, idempotency_key: Optional[str] = None) -> None:
        """Has the policy neither refuse nor warn any more."""
        self._write("DELETE", f"/policies/{_segment(policy_id)}", None, idempotency_key)

    # --- Allocations --------------------------------------------------------------------------

    def allocate(self, *, context_id: str, component: str, tokens_allocated: Optional[int] = None,
                 budget_id: Optional[str] = None, tier: Optional[str] = None,
                 provider: Optional[str] = None, model: Optional[str] = None,
                 task_type: Optional[str] = None, priority: Optional[int] = None,
                 service_tier: Optional[str] = None, max_requests: Optional[int] = None,
                 expiration_time: Optional[datetime] = None,
                 metadata: Optional[Mapping[str, Any]] = None,
                 idempotency_key: Optional[str] = None) -> Allocation:
        """Reserves tokens; InsufficientBudget, with the figures in `problem`, if none are left.

        Under a hard cost limit naming `provider`, `model` and `service_tier` holds least;
        `max_requests` is for how many requests' fees are held, 1 unless given.
        """
        return cast("Allocation", self._write("POST", "/allocations", _given(
            context_id=context_id, component=component, tokens_allocated=tokens_allocated,
            budget_id=budget_id, tier=tier, provider=provider, model=model, task_type=task_type,
            priority=priority, service_tier=service_tier, max_requests=max_requests,
            expiration_time=expiration_time, metadata=metadata), idempotency_key))

    def get_allocation(self, allocation_id: str) -> Allocation:
        """Returns an allocation, open or ended at most 35 days ago."""
        return cast("Allocation", self._get(f"/allocations/{_segment(allocation_id)}"))

    def list_allocations(self, *, budget_id: Optional[str] = None,
                         context_id: Optional[str] = None, component: Optional[str] = None,
                         tier: Optional[str] = None, provider: Optional[str] = None,
                         model: Optional[str] = None, task_type: Optional[str] = None,
                         is_active: Optional[bool] = None, page: int = 1,
                         limit: int = 20) -> Page[Allocation]:
        """Returns a page of allocations, newest first. Limit 1 to 100."""
        return self._page("/allocations", budget_id=budget_id, context_id=context_id,
                          component=component, tier=tier, provider=provider, model=model,
                          task_type=task_type, is_active=is_active, page=page, limit=limit)

    def release(self, allocation_id: str, *, idempotency_key: Optional[str] = None) -> int:
        """Gives back what is left, after what this client reported, and returns how many tokens."""
        answer = self._write("POST", f"/allocations/{_segment(allocation_id)}/release", None,
                             idempotency_key, waits=True)
        return int(_member(answer, "tokens_released", int))

    @contextmanager
    def allocation(self, **arguments: Any) -> Iterator[Allocation]:
        """Allocates as `allocate`, and releases what is left at the end of the block.

        Also when the block fails: then its exception passes, and a release that fails as well is
        logged. The allocation ends at its `expiration_time` in any case.
        """
        granted = self.allocate(**arguments)
        try:
            yield granted
        except BaseException:
            try:
                self.release(granted["allocation_id"])
            except Exception as failure:
                _log.warning("allocation %s was not released: %s", granted["allocation_id"],
                             failure)
            raise
        self.release(granted["allocation_id"])

    # --- Usage --------------------------------------------------------------------------------

    def record(self, *, component: str, provider: str, model: str, input_tokens: int,
               output_tokens: int, context_id: Optional[str] = None,
               allocation_id: Optional[str] = None, record_id: Optional[str] = None,
               timestamp: Optional[datetime] = None, **more: Any) -> Json:
        """Reports one call of a model; returns the record with its cost once it is durable.

        `context_id` or `allocation_id` is needed. `more` are the other fields of a record:
        `budget_id`, `tier`, `task_type`, `cached_input_tokens`, `metadata` and so on. A record id
        counts once per context: give your own if you have one, else one is made.
        """
        body = _given(component=component, provider=provider, model=model,
                      input_tokens=input_tokens, output_tokens=output_tokens, context_id=context_id,
                      allocation_id=allocation_id, record_id=record_id or uuid7(),
                      timestamp=timestamp, **more)
        return cast("Json",
                    self._call("POST", "/usage/record", _encode(body).encode(), remember=True))

    def record_many(self, records: Iterable[Mapping[str, Any]], *,
                    max_refusals: int = 10_000) -> BatchResult:
        """Reports any number of records, at most 1,000 or 1 MiB at a time.

        Each is a mapping of the fields of `record` and judged on its own; indexes in the answer
        count over all. The first `max_refusals` are listed. A BudgetError says in `result` what
        became of the others, and in `undelivered` which were taken from `records` and may be
        given to it again, with their ids. The rest of `records` has not been asked for then. What
        `records` itself raises comes as the cause of such an error, `source_failed`.
        """
        result = BatchResult()

        def refuse(at: int, code: str, message: str, given: Json) -> None:
            result.refused += 1
            if len(result.refusals) < max_refusals:
                result.refusals.append(Refusal(at, code, message, given))
            else:
                result.truncated = True

        chunk: List[Tuple[int, Json, bytes]] = []
        size = 0
        source = enumerate(records)
        while True:
            try:
                index, given = next(source)
            except StopIteration:
                break
            except Exception as failure:  # Whatever it is: the ids made so far must not be lost.
                error = BudgetError(0, "source_failed", f"the records ended early: {failure!r}")
                error.result = result
                error.undelivered = [record for _, record, _ in chunk]
                raise error from failure
            record: Json = {}
            try:
                record = dict(given)
                record["record_id"] = record.get("record_id") or uuid7()
                line = _encode(record).encode() + b"\n"
            except (TypeError, ValueError, RecursionError) as failure:
                refuse(index, "invalid_request", str(failure), record)
                continue
            if len(line) > _MAX_RECORD_BYTES:
                refuse(index, "invalid_request",
                       f"the record has {len(line)} bytes; at most {_MAX_RECORD_BYTES}", record)
                continue
            if len(chunk) == _CHUNK_RECORDS or size + len(line) > _CHUNK_BYTES:
                try:
                    self._record_chunk(chunk, result, refuse)
                except BudgetError as failure:
                    failure.undelivered.append(record)
                    raise
                chunk, size = [], 0
            chunk.append((index, record, line))
            size += len(line)
        if chunk:
            self._record_chunk(chunk, result, refuse)
        return result

    def _record_chunk(self, chunk: Sequence[Tuple[int, Json, bytes]], result: BatchResult,
                      refuse: Callable[[int, str, str, Json], None]) -> None:
        try:
            answer = self._call("POST", "/usage/batch", b"".join(line for _, _, line in chunk),
                                content_type="application/x-ndjson", remember=True)
            accepted = _member(answer, "accepted", int)
            refusals = {_member(refusal, "index", int): refusal
                        for refusal in _member(answer, "refusals", list)}
            if accepted + len(refusals) != len(chunk) or not all(
                    0 <= index < len(chunk) for index in refusals):
                raise BudgetError(200, "invalid_answer", "the figures of the batch do not add up")
        except BudgetError as failure:
            failure.result = result
            failure.undelivered = [record for _, record, _ in chunk]
            raise
        result.accepted += accepted
        for at, refusal in sorted(refusals.items()):
            index, record, _ = chunk[at]
            refuse(index, str(refusal.get("code")), str(refusal.get("message")), record)

    # --- Totals -------------------------------------------------------------------------------

    def budget_totals(self, budget_id: str, *, period: Optional[str] = None,
                      start: Optional[When] = None, end: Optional[When] = None,
                      zone: Optional[str] = None) -> Totals:
        """Returns what a budget has used: ever, in the present period, or from start to end.

        Times are on the full hour; a date is a whole day of `zone` (UTC when absent), as `end`
        too. NotFound if nobody has used the id.
        """
        return self._totals("budgets", budget_id, period, start, end, zone)

    def context_totals(self, context_id: str, *, period: Optional[str] = None,
                       start: Optional[When] = None, end: Optional[When] = None,
                       zone: Optional[str] = None) -> Totals:
        """Returns what a context has used, as `budget_totals`; windows go back 35 days."""
        return self._totals("contexts", context_id, period, start, end, zone)

    def component_totals(self, component: str, *, period: Optional[str] = None,
                         start: Optional[When] = None, end: Optional[When] = None,
                         zone: Optional[str] = None) -> Totals:
        """Returns what a component has used, as `budget_totals`."""
        return self._totals("components", component, period, start, end, zone)

    def _totals(self, kind: str, of: str, period: Optional[str], start: Optional[When],
                end: Optional[When], zone: Optional[str]) -> Totals:
        return cast("Totals", self._get(f"/totals/{kind}/{_segment(of)}",
                         **{"period": period, "from": start, "to": end, "zone": zone}))

    # --- Alerts -------------------------------------------------------------------------------

    def list_alerts(self, *, budget_id: Optional[str] = None, severity: Optional[str] = None,
                    type: Optional[str] = None, acknowledged: Optional[bool] = None, page: int = 1,
                    limit: int = 20) -> Page[Alert]:
        """Returns a page of alerts, newest first; those nobody has seen unless asked otherwise."""
        return self._page("/alerts", budget_id=budget_id, severity=severity, type=type,
                          acknowledged=acknowledged, page=page, limit=limit)

    def get_alert(self, alert_id: str) -> Alert:
        """Returns an alert; NotFound if there is none of that id."""
        return cast("Alert", self._get(f"/alerts/{_segment(alert_id)}"))

    def acknowledge_alert(self, alert_id: str, by: Optional[str] = None) -> Alert:
        """Says that somebody has seen it; who was first stays."""
        path = f"/alerts/{_segment(alert_id)}/acknowledge{_query({'acknowledged_by': by})}"
        return cast("Alert", self._call("POST", path, remember=True))

    # --- Calls --------------------------------------------------------------------------------

    def _get(self, path: str, **query: Any) -> Any:
        return self._call("GET", path + _query(query), waits=True)

    def _page(self, path: str, **query: Any) -> Page[Any]:
        answer = self._get(path, **query)
        return Page(_member(answer, "items", list), _member(answer, "total", int),
                    _member(answer, "page", int), _member(answer, "limit", int))

    def _write(self, method: str, path: str, body: Optional[Json], idempotency_key: Optional[str],
               waits: bool = False) -> Any:
        key = _header(idempotency_key or uuid7(), "idempotency_key")
        data = None if body is None else _encode(body).encode()
        return self._call(method, path, data, key=key, waits=waits, remember=True)

    def _call(self, method: str, path: str, body: Optional[bytes] = None, *,
              content_type: str = "application/json", key: Optional[str] = None,
              waits: bool = False, remember: bool = False) -> Any:
        headers = {"Accept": "application/json", "User-Agent": "budget-client-python"}
        if self._key is not None:
            headers["X-API-Key"] = self._key
        if body is not None:
            headers["Content-Type"] = content_type
        if key is not None:
            headers["Idempotency-Key"] = key
        if waits and self._read_your_writes and self.position:
            headers["Budget-Position"] = self.position
        end = self._clock() + self._total_timeout
        attempt = 0
        while True:
            answer, failure = self._attempt(method, path, body, headers, end)
            if answer is not None:
                if remember:
                    self._remember(answer.headers.get("Budget-Position"))
                failure = _failure(answer)
                if failure is None:
                    return _body(answer)
            assert failure is not None
            failure.idempotency_key = key
            again = answer is None or answer.status in _RETRIED
            if not again or attempt == self._retries:
                raise failure
            delay = self._delay(attempt, failure.retry_after)
            if self._clock() + delay >= end:
                raise failure
            self._sleep(delay)
            attempt += 1

    def _remember(self, position: Optional[str]) -> None:
        if position is not None:
            try:
                self.wait_for(position)
            except ValueError as failure:
                _log.warning("reads do not wait for a write: %s", failure)

    def _attempt(self, method: str, path: str, body: Optional[bytes], headers: Mapping[str, str],
                 end: float) -> Tuple[Optional[_Answer], Optional[BudgetError]]:
        """Returns an answer, or the failure of a connection, which may be tried again."""
        # However little time is left after a wait, an attempt needs some.
        timeout = max(0.001, min(self._timeout, end - self._clock()))
        try:
            return self._wire.send(method, "/api" + path, body, headers, timeout), None
        except _TooLarge:
            raise BudgetError(0, "answer_too_large",
                              "the answer has more bytes than max_answer allows") from None
        except ssl.SSLCertVerificationError as failure:
            raise Unavailable(0, "not_trusted", f"{self._wire.shown}: {failure}") from failure
        except (OSError, http.client.HTTPException) as failure:
            text = str(failure) or type(failure).__name__
            error = Unavailable(0, "no_answer", f"{self._wire.shown}: {text}")
            error.__cause__ = failure
            return None, error

    def _delay(self, attempt: int, retry_after: Optional[float]) -> float:
        # min before the power: 2.0 ** 1024 is an OverflowError.
        jitter = self._random() * min(self._max_backoff, self._backoff * 2.0 ** min(attempt, 60))
        return jitter + min(retry_after or 0.0, self._max_retry_after)


def _member(answer: Any, name: str, kind: Type[T]) -> T:
    value = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(value, kind):
        raise BudgetError(200, "invalid_answer",
                          f"{name}: expected {kind.__name__}, the answer has "
                          f"{type(value).__name__}")
    return value


def _body(answer: _Answer) -> Any:
    try:
        return _decode(answer.body)
    except ValueError as failure:
        raise BudgetError(answer.status, "invalid_answer",
                          f"the answer is not JSON: {failure}") from failure


def _failure(answer: _Answer) -> Optional[BudgetError]:
    """Returns what a problem says; None if the answer is none."""
    status = answer.status
    if 200 <= status < 300:
        return None
    try:
        problem = _decode(answer.body)
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        problem = {}
    code = problem.get("code")
    if not isinstance(code, str):
        code = "redirected" if 300 <= status < 400 else "http_error"
    detail = problem.get("detail")
    errors = problem.get("errors")
    after = answer.headers.get("Retry-After", "").strip()
    return _type(status, code)(
        status, code, detail if isinstance(detail, str) else f"HTTP status {status}",
        [e for e in errors if isinstance(e, dict)] if isinstance(errors, list) else (),
        float(after) if re.fullmatch(r"\d{1,9}", after, re.ASCII) else None, problem)


def _type(status: int, code: str) -> Type[BudgetError]:
    if code == "not_decided":
        return NotDecided
    return {400: Invalid, 401: Unauthorized, 402: InsufficientBudget, 403: Unauthorized,
            404: NotFound, 408: Unavailable, 413: Invalid, 415: Invalid, 422: Invalid,
            429: Unavailable, 503: Unavailable, 504: Unavailable}.get(status, BudgetError)


# --- Reporting in the background --------------------------------------------------------------


class UsageReporter:
    """Reports usage from a thread of its own, so that callers need not wait for an answer.

    A record gets its id and its time when it is reported. It is sent when `batch` are waiting or
    the oldest has waited `interval` seconds. At most `capacity` wait; one more is refused to the
    caller. `undelivered(records, error)` hears of every record that was taken and is not known to
    be counted, with its id, so it may be sent again. It is called by the reporter's thread, or by
    `close`; what it raises is logged. Close the reporter: with `with`, or by `close`. The end of
    the program closes it too.

    A reporter belongs to the process that made it. In a child that was forked it takes nothing
    (Unavailable, `forked`); what had been reported before is the parent's to send.
    """

    def __init__(self, client: BudgetClient,
                 undelivered: Callable[[List[Json], BudgetError], Any], *, capacity: int = 10_000,
                 batch: int = 500, interval: float = 1.0) -> None:
        if not 1 <= batch <= min(capacity, _CHUNK_RECORDS):
            raise ValueError(f"batch: {batch}; expected 1 to {_CHUNK_RECORDS}, "
                             "and no more than capacity")
        if not 0 < interval <= 3600:
            raise ValueError(f"interval: {interval}; expected seconds above 0, up to 3600")
        self._client = client
        self._undelivered = undelivered
        self._capacity = capacity
        self._batch = batch
        self._interval = interval
        self._waiting: Deque[Tuple[float, Json]] = deque()
        self._sending: List[Json] = []
        self._closed = False
        self._changed = threading.Condition()
        self._process = os.getpid()
        self._thread = threading.Thread(target=self._run, name="budget-usage", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def __enter__(self) -> "UsageReporter":
        return self

    def __exit__(self, *failure: Any) -> None:
        self.close()

    def report(self, **record: Any) -> str:
        """Takes a record, with the fields of `BudgetClient.record`, and returns its id.

        Unavailable (`queue_full`) if too many wait, (`closed`) after close; it was not taken then.
        """
        if os.getpid() != self._process:
            raise Unavailable(0, "forked", "the reporter belongs to the process that made it; "
                              "make one in each")
        record["record_id"] = record.get("record_id") or uuid7()
        if record.get("timestamp") is None:
            record["timestamp"] = datetime.now(timezone.utc)
        with self._changed:
            if self._closed:
                raise Unavailable(0, "closed", "the reporter has been closed")
            if len(self._waiting) + len(self._sending) >= self._capacity:
                raise Unavailable(0, "queue_full", f"{self._capacity} records are waiting already")
            self._waiting.append((time.monotonic(), record))
            if len(self._waiting) in (1, self._batch):
                self._changed.notify_all()
        return str(record["record_id"])

    def close(self, timeout: float = 10.0) -> None:
        """Sends what waits, for at most the given seconds; `undelivered` hears of the rest."""
        atexit.unregister(self.close)
        if os.getpid() != self._process:
            return  # Its lock may be held by a thread that is not here.
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join(max(0.0, timeout))
        with self._changed:
            left = self._sending + [record for _, record in self._waiting]
            self._sending = []
            self._waiting.clear()
        if left:
            self._tell(left, Unavailable(0, "closed", "the reporter was closed before it had "
                                         "an answer; these may have been counted"))

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._due():
                    if self._closed and not self._waiting:
                        return
                    self._changed.wait(self._pause())
                count = min(self._batch, len(self._waiting))
                batch = [self._waiting.popleft()[1] for _ in range(count)]
                self._sending = batch
            failures = self._send(batch)
            with self._changed:
                # Closed meanwhile: the callback has been told of these.
                if self._sending is not batch:
                    return
                self._sending = []
            for records, error in failures:
                self._tell(records, error)

    def _due(self) -> bool:
        if not self._waiting:
            return False
        return self._closed or len(self._waiting) >= self._batch or self._pause() == 0

    def _pause(self) -> Optional[float]:
        if not self._waiting:
            return None
        return max(0.0, self._waiting[0][0] + self._interval - time.monotonic())

    def _send(self, batch: List[Json]) -> List[Tuple[List[Json], BudgetError]]:
        failures: List[Tuple[List[Json], BudgetError]] = []
        rest = iter(batch)
        try:
            result: Optional[BatchResult] = self._client.record_many(rest)
        except BudgetError as failure:
            result = failure.result
            failures.append((failure.undelivered + list(rest), failure))
        except Exception as failure:  # A thread that dies would drop all that is reported later.
            _log.exception("usage was not reported")
            return [(batch, Unavailable(0, "client_failed", repr(failure)))]
        for refusal in result.refusals if result is not None else ():
            failures.append(([refusal.record], Invalid(422, refusal.code, refusal.message)))
        return failures

    def _tell(self, records: List[Json], error: BudgetError) -> None:
        try:
            self._undelivered(records, error)
        except Exception:
            _log.exception("%d usage records were not delivered (%s), and the callback failed",
                           len(records), error)
