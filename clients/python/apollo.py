"""Apollo's view of Budget: the six calls of Tekton's Apollo adapter, over `budget_client`.

    from apollo import ApolloBudget
    from budget_client import BudgetClient

    apollo = ApolloBudget(BudgetClient())
    granted = apollo.allocate_tokens("chat-7", 2000, "heavyweight")
    if granted["success"]:
        ...
        apollo.record_token_usage("chat-7", 1200, 300, "openai", "gpt-4o", request_id="call-1")
"""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any, Dict, Optional, TypedDict

from budget_client import Allocation, BudgetClient, BudgetError

__all__ = ["Allocated", "AllocationStatus", "ApolloAdapter", "ApolloBudget", "BudgetStatus", "Limit", "Recorded",
           "Released", "TierStatus"]

_COMPONENT = "apollo"
_TIERS = {"lightweight": "local_lightweight", "midweight": "local_midweight",
          "heavyweight": "remote_heavyweight"}
_NAMES = {tier: name for name, tier in _TIERS.items()}


class _Answer(TypedDict, total=False):
    """Every answer says whether it went well; only one that did not has an `error`."""

    success: bool
    error: str


class Allocated(_Answer, total=False):
    """What was granted; without success no `allocation_id`, and nothing of the amount."""

    allocation_id: str
    context_id: str
    amount: int
    remaining: int
    tier: str


class Released(_Answer, total=False):
    """Whether an allocation has ended."""

    allocation_id: str


class Recorded(_Answer, total=False):
    """What was counted, and what is left of the context's allocation: 0 if it has none."""

    context_id: str
    recorded_tokens: int
    remaining: int


class TierStatus(TypedDict):
    """Tokens of a tier in the period; the limit is 0 if there is none, the share a fraction."""

    allocated: int
    used: int
    remaining: int
    limit: int
    usage_percentage: float
    limit_exceeded: bool


class BudgetStatus(_Answer, total=False):
    """The tiers that a policy limits; `all` is what a policy without a tier sees."""

    period: str
    tiers: Dict[str, TierStatus]


class AllocationStatus(_Answer, total=False):
    """How an allocation stands; the times are ISO 8601 with an offset."""

    allocation_id: str
    context_id: str
    allocated: int
    used: int
    remaining: int
    tier: str
    is_active: bool
    created_at: str
    expires_at: Optional[str]


class Limit(_Answer, total=False):
    """The limit that holds now."""

    tier: str
    period: str
    limit: int
    policy_id: str


class ApolloBudget:
    """Apollo's budget, made at the first call if it is not there.

    Names, arguments and answers are those of Tekton's `ApolloAdapter`: what goes wrong is an answer
    without success and with an `error`, never an exception. May be used by any number of threads.
    """

    def __init__(self, client: Optional[BudgetClient] = None, budget_id: str = "apollo") -> None:
        self._client = client or BudgetClient()
        self._budget_id = budget_id
        self._made = False
        self._lock = threading.Lock()

    def allocate_tokens(self, context_id: str, amount: int, tier: str = "heavyweight",
                        model: Optional[str] = None, provider: Optional[str] = None,
                        task_type: str = "generation", priority: int = 5) -> Allocated:
        """Reserves tokens for a context. Priority 1 to 10."""
        try:
            granted = self._client.allocate(
                context_id=context_id, component=_COMPONENT, tokens_allocated=amount,
                budget_id=self._budget(), tier=_tier(tier), provider=provider, model=model,
                task_type=task_type, priority=priority)
        except (BudgetError, ValueError, TypeError) as failure:
            return {"context_id": context_id, "amount": 0, "remaining": 0, "tier": tier,
                    "success": False, "error": str(failure)}
        return {"allocation_id": granted["allocation_id"], "context_id": granted["context_id"],
                "amount": granted["tokens_allocated"], "remaining": granted["remaining_tokens"],
                "tier": tier, "success": True}

    def release_allocation(self, allocation_id: str) -> Released:
        """Gives back what is left of an allocation; also one that has ended already."""
        try:
            self._client.release(allocation_id)
        except (BudgetError, ValueError) as failure:
            return {"allocation_id": allocation_id, "success": False, "error": str(failure)}
        return {"allocation_id": allocation_id, "success": True}

    def record_token_usage(self, context_id: str, input_tokens: int, output_tokens: int,
                           provider: str, model: str,
                           request_id: Optional[str] = None) -> Recorded:
        """Reports one call of a model; it draws on the context's open allocation, if there is one.

        Of several open ones it draws on the oldest. A request id counts once per context.
        """
        try:
            drawn = self._open(context_id)
            self._client.record(
                component=_COMPONENT, provider=provider, model=model, input_tokens=input_tokens,
                output_tokens=output_tokens, context_id=context_id, budget_id=self._budget(),
                allocation_id=drawn["allocation_id"] if drawn else None, record_id=request_id,
                request_id=request_id)
        except (BudgetError, ValueError, TypeError) as failure:
            return {"context_id": context_id, "recorded_tokens": 0, "remaining": 0,
                    "success": False, "error": str(failure)}
        used = input_tokens + output_tokens
        remaining = 0
        if drawn:
            try:
                remaining = self._client.get_allocation(drawn["allocation_id"])["remaining_tokens"]
            except BudgetError:
                # It is recorded; only how much is left could not be read anew.
                remaining = max(0, drawn["remaining_tokens"] - used)
        return {"context_id": context_id, "recorded_tokens": used, "remaining": remaining,
                "success": True}

    def get_budget_status(self, period: str = "daily", tier: Optional[str] = None) -> BudgetStatus:
        """Returns how the tiers, or the one given, stand in the present period."""
        try:
            only = _tier(tier) if tier else None
            summary = self._client.budget_summary(self._budget(), period)
        except (BudgetError, ValueError) as failure:
            return {"period": period, "success": False, "error": str(failure)}
        tiers: Dict[str, TierStatus] = {}
        for entry in summary:
            # A policy of a provider, a component or a kind of task does not speak for its tier.
            if entry["provider"] or entry["component"] or entry["task_type"]:
                continue
            if only is None or entry["tier"] == only:
                tiers[_NAMES.get(entry["tier"], "all")] = _entry(entry)
        return {"period": period, "success": True, "tiers": tiers}

    def get_allocation_status(self, allocation_id: str) -> AllocationStatus:
        """Returns how an allocation stands."""
        try:
            found = self._client.get_allocation(allocation_id)
        except (BudgetError, ValueError) as failure:
            return {"allocation_id": allocation_id, "success": False, "error": str(failure)}
        return {"allocation_id": found["allocation_id"], "context_id": found["context_id"],
                "allocated": found["tokens_allocated"], "used": found["tokens_used"],
                "remaining": found["remaining_tokens"],
                "tier": _NAMES.get(found["tier"] or "", "heavyweight"),
                "is_active": found["is_active"], "created_at": found["creation_time"].isoformat(),
                "expires_at": _iso(found.get("expiration_time")), "success": True}

    def set_budget_limit(self, tier: str, period: str, limit: int, *,
                         type: str = "warn") -> Limit:
        """Limits the tokens of a tier in a period, in place of the limit there was.

        As in Tekton such a limit warns; `type="hard_limit"` makes one that refuses.
        """
        try:
            policy = self._client.put_policy(type=type, period=period, budget_id=self._budget(),
                                             tier=_tier(tier), token_limit=limit)
        except (BudgetError, ValueError, TypeError) as failure:
            return {"tier": tier, "period": period, "success": False, "error": str(failure)}
        return {"tier": tier, "period": policy["period"], "limit": limit,
                "policy_id": policy["policy_id"], "success": True}

    def _budget(self) -> str:
        with self._lock:
            if not self._made:
                try:
                    self._client.create_budget("Apollo Budget", budget_id=self._budget_id,
                                               owner="apollo")
                except BudgetError as failure:
                    if failure.code != "resource_exists":
                        raise
                self._made = True
        return self._budget_id

    def _open(self, context_id: str) -> Optional[Allocation]:
        """The oldest open allocation of the context, so that an earlier one is used up first."""
        page, oldest = 1, None
        while True:
            found = self._client.list_allocations(
                budget_id=self._budget(), context_id=context_id, component=_COMPONENT,
                is_active=True, page=page, limit=100)
            oldest = found.items[-1] if found.items else oldest
            if page * found.limit >= found.total:
                return oldest
            page += 1


# The name that it has in Tekton.
ApolloAdapter = ApolloBudget


def _tier(name: str) -> str:
    tier = _TIERS.get(name.lower(), name.lower())
    if tier not in _NAMES:
        raise ValueError(f"tier: {name!r}; expected {', '.join(_TIERS)}")
    return tier


def _iso(time: Optional[datetime]) -> Optional[str]:
    return None if time is None else time.isoformat()


def _entry(entry: Dict[str, Any]) -> TierStatus:
    return {"allocated": entry["total_tokens_allocated"], "used": entry["total_tokens_used"],
            "remaining": entry["remaining_tokens"] or 0, "limit": entry["token_limit"] or 0,
            "usage_percentage": float(entry["token_usage_percentage"] or 0),
            "limit_exceeded": entry["token_limit_exceeded"]}
