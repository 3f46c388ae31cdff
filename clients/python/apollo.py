"""Apollo's view of Budget: its names of tiers, its shapes of answers, over `budget_client`.

    from apollo import ApolloBudget
    from budget_client import BudgetClient

    apollo = ApolloBudget(BudgetClient())
    granted = apollo.allocate("chat-7", 2000, tier="heavyweight")
    if granted["success"]:
        ...

Usage is reported by the client, with the `allocation_id` of the answer.
"""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any, Dict, Optional, TypedDict

from budget_client import BudgetClient, BudgetError, InsufficientBudget, NotFound

__all__ = ["AllocationAnswer", "AllocationStatus", "ApolloBudget", "LimitAnswer", "Status",
           "TierStatus"]

_TIERS = {"lightweight": "local_lightweight", "midweight": "local_midweight",
          "heavyweight": "remote_heavyweight"}
_NAMES = {tier: name for name, tier in _TIERS.items()}


class AllocationAnswer(TypedDict):
    """What was granted; `allocation_id` is None and `amount` 0 without success."""

    allocation_id: Optional[str]
    context_id: str
    amount: int
    remaining: int
    tier: Optional[str]
    success: bool


class TierStatus(TypedDict):
    """Tokens of a tier in the period; `usage_percentage` is a fraction, None without a limit."""

    allocated: int
    used: int
    remaining: Optional[int]
    limit: Optional[int]
    usage_percentage: Optional[float]
    limit_exceeded: bool


class Status(TypedDict):
    """The tiers that a policy limits; `all` is what a policy without a tier sees."""

    period: str
    success: bool
    tiers: Dict[str, TierStatus]


class AllocationStatus(TypedDict):
    """How an allocation stands; without success there is none of that id."""

    allocated: int
    used: int
    remaining: int
    tier: Optional[str]
    is_active: bool
    created_at: Optional[datetime]
    expires_at: Optional[datetime]
    success: bool


class LimitAnswer(TypedDict):
    """The limit that holds now."""

    tier: str
    period: str
    limit: int
    policy_id: str
    success: bool


class ApolloBudget:
    """Apollo's budget, made at the first call if it is not there.

    That there is too little, or no such allocation, is an answer without success; what else goes
    wrong is a BudgetError. May be used by any number of threads.
    """

    def __init__(self, client: BudgetClient, budget_id: str = "apollo") -> None:
        self._client = client
        self._budget_id = budget_id
        self._made = False
        self._lock = threading.Lock()

    def allocate(self, context_id: str, amount: int, *, tier: Optional[str] = None,
                 component: str = "apollo", provider: Optional[str] = None,
                 model: Optional[str] = None, task_type: str = "default",
                 priority: int = 5) -> AllocationAnswer:
        """Reserves tokens for a context. Priority 0 to 10, as Apollo has it; 0 is read as 1."""
        try:
            granted = self._client.allocate(
                context_id=context_id, component=component, tokens_allocated=amount,
                budget_id=self._budget(), tier=_tier(tier), provider=provider, model=model,
                task_type=task_type, priority=priority)
        except InsufficientBudget as failure:
            if failure.code != "insufficient_budget":
                raise
            left = failure.problem.get("left")
            # Of a limit on cost it is money.
            tokens = left if isinstance(left, int) else 0
            return {"allocation_id": None, "context_id": context_id, "amount": 0,
                    "remaining": tokens, "tier": tier, "success": False}
        return {"allocation_id": granted["allocation_id"], "context_id": granted["context_id"],
                "amount": granted["tokens_allocated"], "remaining": granted["remaining_tokens"],
                "tier": _name(granted["tier"]), "success": True}

    def status(self, period: str = "daily", tier: Optional[str] = None) -> Status:
        """Returns how the tiers, or the one given, stand in the present period."""
        only = _tier(tier)
        tiers: Dict[str, TierStatus] = {}
        for entry in self._client.budget_summary(self._budget(), period):
            # A policy of a provider, a component or a kind of task does not speak for its tier.
            if entry["provider"] or entry["component"] or entry["task_type"]:
                continue
            if only is None or entry["tier"] == only:
                tiers[_name(entry["tier"]) or "all"] = _entry(entry)
        return {"period": period, "success": True, "tiers": tiers}

    def allocation_status(self, allocation_id: str) -> AllocationStatus:
        """Returns how an allocation stands."""
        try:
            found = self._client.get_allocation(allocation_id)
        except NotFound:
            return {"allocated": 0, "used": 0, "remaining": 0, "tier": None, "is_active": False,
                    "created_at": None, "expires_at": None, "success": False}
        return {"allocated": found["tokens_allocated"], "used": found["tokens_used"],
                "remaining": found["remaining_tokens"], "tier": _name(found["tier"]),
                "is_active": found["is_active"], "created_at": found["creation_time"],
                "expires_at": found["expiration_time"], "success": True}

    def set_limit(self, tier: str, limit: int, period: str = "daily",
                  type: str = "hard_limit") -> LimitAnswer:
        """Limits the tokens of a tier in a period, in place of the limit there was."""
        policy = self._client.put_policy(type=type, period=period, budget_id=self._budget(),
                                         tier=_tier(tier), token_limit=limit)
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


def _tier(name: Optional[str]) -> Optional[str]:
    if name is None:
        return None
    tier = _TIERS.get(name.lower())
    if tier is None:
        raise ValueError(f"tier: {name!r}; expected {', '.join(_TIERS)}")
    return tier


def _name(tier: Optional[str]) -> Optional[str]:
    return None if tier is None else _NAMES.get(tier, tier)


def _entry(entry: Dict[str, Any]) -> TierStatus:
    share = entry["token_usage_percentage"]
    return {"allocated": entry["total_tokens_allocated"], "used": entry["total_tokens_used"],
            "remaining": entry["remaining_tokens"], "limit": entry["token_limit"],
            "usage_percentage": None if share is None else float(share),
            "limit_exceeded": entry["token_limit_exceeded"]}
