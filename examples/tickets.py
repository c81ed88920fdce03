"""Support tickets of a shop that does not exist: about 5,000 texts in 20 intents over 12 months, from a seed.

The texts come from a small grammar: `[a|b]` is a choice, `{slot}` is filled from `SLOTS` or with a number. Intents that people mix up
share much of their wording. The mix of intents changes: parcels get lost before the holidays, a new device brings faults from
June, an outage of the sign-in falls into September, and a subscription is only sold from April.

About one label in eleven is wrong, and which ones is known (`error` says how each came about):

- "slip": any other intent, by a slip of the mouse;
- "confused": the intent that is easily mixed up with the right one;
- "habit": one agent files every second refund question under returns;
- "junk": the text is no request at all, and no intent is right (`true_intent` is "").
"""

from __future__ import annotations

import calendar
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from ticket_words import CLOSINGS, CONTEXT, INTENTS, JUNK, OPENINGS, SLOTS

if TYPE_CHECKING:
    from collections.abc import Sequence

CONFUSED_WITH = {
    "late_delivery": "lost_parcel",
    "lost_parcel": "late_delivery",
    "change_address": "late_delivery",
    "damaged_item": "device_fault",
    "wrong_item": "missing_part",
    "missing_part": "wrong_item",
    "return_request": "refund_status",
    "refund_status": "return_request",
    "cancel_order": "return_request",
    "double_charge": "payment_failed",
    "payment_failed": "double_charge",
    "invoice_request": "double_charge",
    "discount_code": "payment_failed",
    "login_problem": "delete_account",
    "delete_account": "cancel_subscription",
    "device_setup": "device_fault",
    "device_fault": "warranty_claim",
    "warranty_claim": "device_fault",
    "cancel_subscription": "cancel_order",
    "stock_question": "late_delivery",
}
"""What a tired person takes each intent for."""

SHARES = dict(
    zip(INTENTS, (11, 5, 4, 6, 5, 4, 9, 7, 6, 4, 5, 4, 4, 6, 1.5, 7, 8, 3, 2.5, 4), strict=True)
)  # in an ordinary month; two intents are rare all year
AGENTS = ("amir", "bea", "chen", "dora", "emil", "fatou")
_HABIT = "dora"
_RATES = {"slip": 0.03, "confused": 0.05, "junk": 0.01}
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_NEAR_KEYS = dict(zip("abcdefghiklmnoprstuvwy", "svxsrgjukjknipoeaydbec", strict=True))


def make_tickets(n: int = 5000, *, seed: int = 0, year: int = 2025) -> pd.DataFrame:
    """Return n tickets, oldest first, with the labels that agents gave and the truth beside them.

    Parameters
    ----------
    n : int
        Number of tickets, at least 1.
    seed : int
        The same seed gives the same tickets, letter by letter.
    year : int
        The year they were written in.

    Returns
    -------
    pandas.DataFrame
        Columns ticket ("T00001", ...), created (datetime), month ("2025-01", ...), customer, agent, channel, text, intent (as the
        agent labelled it, wrong for about 9%), true_intent ("" = the text is no request), error ("" = the label is right, or
        "slip", "confused", "habit", "junk").

    Examples
    --------
    >>> tickets = make_tickets(500)
    >>> len(tickets), tickets["true_intent"].nunique() >= 20
    (500, True)
    """
    rng = np.random.default_rng([seed, 20])
    per_month = rng.multinomial(n, _loads())
    months = np.repeat(np.arange(12), per_month)
    names = np.array(list(INTENTS))
    truth = np.concatenate([rng.choice(names, size=k, p=mix(month)) for month, k in enumerate(per_month)])
    created = [_moment(rng, year, int(month)) for month in months]
    agents = rng.choice(AGENTS, size=n, p=(0.25, 0.2, 0.2, 0.15, 0.12, 0.08))
    customers = rng.choice([f"C{i:04}" for i in range(max(1, n // 3))], size=n)
    texts, given, error = [], truth.copy(), np.full(n, "", dtype=object)
    for i in range(n):
        error[i] = _error(rng, truth[i], agents[i])
        if error[i] == "junk":
            texts.append(_typos(rng, _fill(rng, rng.choice(JUNK))))
            truth[i] = ""
            continue
        texts.append(write(rng, truth[i]))
        given[i] = _wrong_label(rng, truth[i], error[i], names)
    _repeat_some(rng, texts, truth, given, error)
    frame = pd.DataFrame(
        {
            "created": created,
            "customer": customers,
            "agent": agents,
            "channel": rng.choice(["mail", "chat", "form", "phone note"], size=n, p=(0.45, 0.3, 0.2, 0.05)),
            "text": texts,
            "intent": given,
            "true_intent": truth,
            "error": error,
        }
    ).sort_values("created", kind="stable", ignore_index=True)
    frame.insert(0, "ticket", [f"T{i + 1:05}" for i in range(n)])
    frame.insert(2, "month", frame["created"].dt.strftime("%Y-%m"))
    return frame


def mix(month: int) -> np.ndarray:
    """Return the share of each intent, in the order of `INTENTS`, in a month 0..11; sums to 1."""
    share = dict(SHARES)
    if month < 3:
        share["cancel_subscription"] = 0.0  # nothing to cancel yet
    else:
        share["cancel_subscription"] *= 0.5 + 0.25 * (month - 3)
    if month >= 5:  # the new device
        grown = min(3.0, 1 + 0.45 * (month - 4))
        share["device_fault"] *= grown
        share["device_setup"] *= grown
    if month == 8:  # the outage
        share["login_problem"] *= 6
    if month >= 10:  # the holidays
        for name, factor in (
            ("late_delivery", 2.5),
            ("lost_parcel", 4.0),
            ("stock_question", 2.5),
            ("discount_code", 3.0),
        ):
            share[name] *= factor
    if month == 0:
        share["return_request"] *= 2.5
        share["refund_status"] *= 2.0
    values = np.array(list(share.values()))
    return values / values.sum()


def write(rng: np.random.Generator, intent: str) -> str:
    """Return one text of an intent: what is wanted, mostly with a greeting, circumstances and a farewell around it."""
    parts = [rng.choice(INTENTS[intent])]
    if rng.random() < 0.25:
        parts.append(rng.choice(INTENTS[intent]))
    if rng.random() < 0.45:
        parts.insert(int(rng.random() < 0.6), rng.choice(CONTEXT))
    if rng.random() < 0.6:
        parts.insert(0, rng.choice(OPENINGS))
    if rng.random() < 0.5:
        parts.append(rng.choice(CLOSINGS))
    product = rng.choice(SLOTS["product"])  # a person writes about one thing
    return _typos(rng, " ".join(_sentence(_fill(rng, part.replace("{product}", product, 1))) for part in parts))


def _fill(rng: np.random.Generator, pattern: str) -> str:
    while True:
        choice = _CHOICE.search(pattern)
        if choice:
            pattern = pattern[: choice.start()] + rng.choice(choice[1].split("|")) + pattern[choice.end() :]
            continue
        slot = _SLOT.search(pattern)
        if not slot:
            return re.sub(r"\s+", " ", pattern).strip()
        pattern = pattern[: slot.start()] + _value(rng, slot[1]) + pattern[slot.end() :]


def _value(rng: np.random.Generator, slot: str) -> str:
    if slot == "order":
        return f"{rng.choice(['', '#', 'no. '])}{rng.integers(100_000, 999_999)}"
    if slot == "amount":
        return f"{rng.choice(['', '€'])}{rng.integers(4, 480)}.{rng.choice(['00', '50', '90', '99'])}"
    if slot == "n":
        return str(rng.integers(2, 15))
    if slot == "code":
        return f"{rng.choice(['E', 'F', 'ERR-', '0x'])}{rng.integers(2, 99):02}"
    return str(rng.choice(SLOTS[slot]))


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?,:" else ".")


def _typos(rng: np.random.Generator, text: str) -> str:
    """Return the text as people type it: some in small letters, some with a slip of the fingers in it."""
    if rng.random() < 0.2:
        text = text.lower()
    if rng.random() < 0.1:
        text = text.replace(".", "").replace(",", "")
    if rng.random() < 0.04:
        text = text.upper()
    letters = list(text)
    for place in np.flatnonzero(rng.random(len(letters)) < rng.choice([0.0, 0.0, 0.006, 0.02])):
        act = rng.integers(4)
        if act == 0:
            letters[place] = ""
        elif act == 1:
            letters[place] *= 2
        elif act == 2 and place:
            letters[place - 1], letters[place] = letters[place], letters[place - 1]
        else:
            letters[place] = _NEAR_KEYS.get(letters[place], letters[place])
    return "".join(letters)


def _error(rng: np.random.Generator, intent: str, agent: str) -> str:
    if intent == "refund_status" and agent == _HABIT and rng.random() < 0.5:
        return "habit"
    draw = rng.random()
    for kind, rate in _RATES.items():
        if draw < rate:
            return kind
        draw -= rate
    return ""


def _wrong_label(rng: np.random.Generator, intent: str, error: str, names: np.ndarray) -> str:
    if error == "slip":
        return str(rng.choice(names[names != intent]))
    if error == "confused":
        return CONFUSED_WITH[intent]
    return "return_request" if error == "habit" else intent


def _repeat_some(
    rng: np.random.Generator, texts: list[str], truth: np.ndarray, given: np.ndarray, error: np.ndarray
) -> None:
    """Let some people write twice: every 60th ticket is an earlier one again, labelled anew and not always alike."""
    for i in range(59, len(texts), 60):
        earlier = int(rng.integers(0, i))
        if error[i] == "junk" or error[earlier] == "junk":
            continue
        texts[i] = texts[earlier] + str(rng.choice(["", " Second try.", " Hello?", "!!", " Please answer."]))
        truth[i] = truth[earlier]
        error[i] = "confused" if rng.random() < 0.15 else ""
        given[i] = CONFUSED_WITH[truth[i]] if error[i] else truth[i]


def _loads() -> Sequence[float]:
    load = np.array([9, 7, 7, 7, 7, 8, 8, 7, 9, 8, 11, 12], dtype=float)
    return load / load.sum()


def _moment(rng: np.random.Generator, year: int, month: int) -> pd.Timestamp:
    day = rng.integers(1, calendar.monthrange(year, month + 1)[1] + 1)
    return pd.Timestamp(year, month + 1, int(day), int(rng.integers(6, 23)), int(rng.integers(60)))
