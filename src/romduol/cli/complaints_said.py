"""Complaints and their measures in words and in rows, for the verbs of ``complaints``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from romduol.casebook import care
from romduol.casebook.vocabulary import vocabulary
from romduol.cli.speaking import voice

_SHOWN = (
    "target", "category", "sent", "way", "language", "captured", "acknowledged", "automatic",
    "replied", "decided", "decision", "reasoned", "appealed", "appeal_decided", "appeal_decision",
    "closed", "closing",
)  # fmt: skip


def row_of(shown: Any) -> dict[str, Any]:
    """One complaint as JSON has it, without words."""
    one = shown.complaint
    told = {name: getattr(one, name) for name in _SHOWN}
    checks = [asdict(check) for check in one.checks]
    head = {"complaint": one.id, "woman": one.woman, "alias": shown.alias, "state": shown.state}
    return head | told | {"checks": checks}


def line(row: dict[str, Any]) -> str:
    """One complaint in a line."""
    to = row["target"]
    asked = _label(care.scheme_of(to), to) if to else voice().say("complaint.nobody")
    form = "form_offline" if row["category"].startswith("off") else "form_online"
    state = voice().say(f"complaint.state.{row['state']}")
    named = (row["complaint"], str(row["sent"]), row["alias"], asked, _label(form, row["category"]))
    return "  ".join((*named, state))


def _label(scheme: str, term: str) -> str:
    return vocabulary().term(scheme, term).label(voice().lang)


def steps(shown: Any) -> list[tuple[str, Any]]:
    """Each step in words, with its day."""
    one = shown.complaint
    receipt = "rcp.automatic" if one.automatic else "rcp.person"
    told = [
        (care.WAY, one.way or "", one.sent),
        (care.RECEIPT, receipt, one.acknowledged),
        (care.RECEIPT, "rcp.person", one.replied),
        (care.DECISION, one.decision, one.decided),
        (care.DECISION, one.appeal_decision, one.appeal_decided),
        (care.CLOSING, one.closing, one.closed),
    ]
    steps = [(_label(scheme, term), day) for scheme, term, day in told if term and day]
    if one.appealed:
        steps.append((voice().say("complaint.state.appealed"), one.appealed))
    looks = ("complaint.check.gone", "complaint.check.up")
    steps += [(voice().say(looks[check.still_up]), check.on) for check in one.checks]
    return sorted(steps, key=lambda step: step[1])


def measures_of(row: dict[str, Any]) -> str:
    """One group of measures, a line each; what is of nothing is not said."""
    told = {"group": _group(row["group"]), "n": row["complaints"], "women": row["women"]}
    lines = [voice().say("complaint.measured", nobody=row["nobody_asked"], **told)]
    for share in filter(_of_any, row["shares"]):
        sentence = f"complaint.share.{share['id']}"
        lines.append(voice().say(sentence, n=share["n"], of=share["of"]))
    for wait in filter(_of_any, row["waits"]):
        lines.append(voice().say(f"complaint.wait.{wait['id']}", n=wait["n"], of=wait["of"]))
        lines += [f"  {line}" for line in _waited(wait)]
    return "\n  ".join(lines)


def _of_any(measure: dict[str, Any]) -> bool:
    """Is there anything that it is of?"""
    return bool(measure["of"])


def _group(code: str) -> str:
    schemes = {"pf": care.PLATFORM, "bd": care.BODY, "way": care.WAY, "on": "form_online",
               "off": "form_offline"}  # fmt: skip
    scheme = schemes.get(code.partition(".")[0])
    return _label(scheme, code) if scheme else code or voice().say("complaint.everything")


def _waited(wait: dict[str, Any]) -> list[str]:
    """Half and nine in ten; how many still waited: never a promise for another time."""
    lines = []
    for name in ("median", "p90"):
        days = wait[name]
        end = name if days is not None else f"{name}.not_reached"
        lines.append(voice().say(f"complaint.days.{end}", days=round(days or 0)))
    for day in (30, 90):
        share = wait[f"waiting{day}"]
        if share is not None:
            lines.append(voice().say("complaint.still", day=day, share=f"{share:.2f}"))
    return lines
