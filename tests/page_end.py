"""The other end of the wire: a comm that keeps what the kernel says, and says what a page would."""

from __future__ import annotations

import threading

import comm

TOLD = {"select", "cancel", "hover"}  # these have no answer


class PageEnd(comm.base_comm.BaseComm):
    """Put in the place of `comm.create_comm`, it is what a map's `comm` is then."""

    def __init__(self, *args, **kwargs):
        self.heard = []
        self.said = threading.Event()
        self.patched = threading.Event()
        super().__init__(*args, **kwargs)

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        content = (data or {}).get("content")
        if (data or {}).get("method") == "custom":
            self.heard.append((content, [bytes(b) for b in buffers or []]))
            if content["kind"] in {"reply", "failure"}:
                self.said.set()
            if content["kind"] == "patch":
                self.patched.set()

    def ask(self, message, *buffers):
        """Send a message as the page does, and return the one answer to it; None where there is none to come."""
        self.said.clear()
        start = len(self.heard)
        content = message if message["kind"] in TOLD else {"id": 1} | message
        data = {"method": "custom", "content": content}
        self.handle_msg({"content": {"data": data}, "buffers": [memoryview(b) for b in buffers]})
        if "id" not in content:
            return None
        assert self.said.wait(60)
        answers = [
            (m, b) for m, b in self.heard[start:] if m.get("id") == content["id"] and m["kind"] in {"reply", "failure"}
        ]
        assert len(answers) == 1, "each request has exactly one answer"
        return answers[0]

    def of_kind(self, kind):
        return [(m, b) for m, b in self.heard if m["kind"] == kind]
