"""An answer as a client reads it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @cached_property
    def body(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.text)
        return read

    @property
    def data(self) -> dict[str, Any]:
        """The data of an answer without a single error."""
        assert "errors" not in self.body, self.text
        return self.partial

    @property
    def partial(self) -> dict[str, Any]:
        """The data of an answer that may have errors, too."""
        assert self.body["data"] is not None, self.text
        data: dict[str, Any] = self.body["data"]
        return data

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The errors, each of them as complete as every error is."""
        found: list[dict[str, Any]] = self.body.get("errors", [])
        for error in found:
            assert error["message"], self.text
            told = error["extensions"]
            assert told["class"] in {"REQUEST", "ACCESS", "SOURCE", "GATEWAY"}, self.text
            assert isinstance(told["retryable"], bool), self.text
            assert told["reference"] == self.headers["x-request-id"], self.text
            assert (told["class"] == "SOURCE") == ("source" in told), self.text
        return found

    @property
    def worded(self) -> str:
        """What an answer says beside the request's number, which is drawn by chance."""
        return self.text.replace(self.headers["x-request-id"], "")

    @property
    def refusal(self) -> str:
        """The code of a request that was refused as a whole."""
        assert "data" not in self.body, self.text
        (error,) = self.errors
        return str(error["extensions"]["code"])

    def at(self, *path: str | int) -> str:
        """The code of the one error at a path."""
        (error,) = [each for each in self.errors if each.get("path") == list(path)]
        return str(error["extensions"]["code"])


def codes(answer: Answer) -> list[str]:
    return [error["extensions"]["code"] for error in answer.errors]
