"""Respondents as a load: each walks from link to thanks as the page does, and logs what was acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any

NAMES_EACH = 5
RETRY_AFTER = 0.4
TIME_OUT = 30.0
QUERIES = ("an", "ma", "ber", "son", "lu", "ste", "ro+k", "eva", "mull", "tom")


class Connection:
    """HTTP over one connection that is kept while the server keeps it."""

    def __init__(self, port: int, headers: tuple[str, ...] = ()):
        self.port, self.headers = port, headers
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, content: Any = None) -> tuple[int, bytes]:
        """Ask once; raises OSError where no answer comes."""
        for _ in range(2):  # the server may have let go of a kept connection meanwhile
            was_kept = self.streams is not None
            try:
                return await asyncio.wait_for(self._once(method, path, content), TIME_OUT)
            except (OSError, EOFError, TimeoutError, ValueError, IndexError) as error:
                self.close()
                if not was_kept:
                    raise ConnectionError(str(error)) from error
        raise ConnectionError("The server let go twice.")

    async def _once(self, method: str, path: str, content: Any) -> tuple[int, bytes]:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        body = b"" if content is None else json.dumps(content).encode()
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}", *self.headers, "", ""]
        writer.write("\r\n".join(lines).encode() + body)
        await writer.drain()
        status, length, keeps = await self._head(reader)
        answer = await reader.readexactly(length)
        if not keeps:
            self.close()
        return status, answer

    @staticmethod
    async def _head(reader: asyncio.StreamReader) -> tuple[int, int, bool]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head.split(" ", 2)[1])
        length = int(head.split("content-length:")[1].split("\r\n")[0])
        return status, length, "connection: close" not in head

    def close(self) -> None:
        """Let go of the connection."""
        if self.streams:
            with contextlib.suppress(OSError, RuntimeError):
                self.streams[1].close()
        self.streams = None


@dataclass
class Log:
    """What all respondents saw: seconds of each save, faults, and the last answer acknowledged and sent."""

    saves: list[float] = field(default_factory=list)
    searches: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    acknowledged: dict[tuple[str, int], Any] = field(default_factory=dict)
    sent: dict[tuple[str, int], Any] = field(default_factory=dict)
    retries: int = 0
    finished: int = 0


@dataclass
class Respondent:
    """One person on a phone. What is not acknowledged is sent again, in order, as the page does."""

    token: str
    port: int
    log: Log
    think: float
    may_go_on: asyncio.Event
    chance: random.Random = field(default_factory=random.Random)

    def __post_init__(self):
        self.connection = Connection(self.port)

    async def walk(self) -> None:
        """From the link to thanks."""
        await asyncio.sleep(self.chance.uniform(0, 4 * self.think))
        await self.until_answered("GET", "")
        await self.until_answered("POST", "begin/", {})
        questions = json.loads(await self.until_answered("GET", "questions/"))
        near = json.loads(await self.until_answered("GET", "picks/"))
        for question in questions:
            if question["kind"] == "names":
                await self.name_people(question["id"], near)
            else:
                await self.save(question["id"], {"value": self.chance.randint(1, 5)})
        await self.until_answered("POST", "submit/", {})
        self.log.finished += 1
        self.connection.close()

    async def name_people(self, question: int, near: list[dict]) -> None:
        """Name five people, one after the other: some near, some found by typing."""
        known = {person["key"]: person for group in near for person in group["people"]}
        chosen: list[dict[str, Any]] = []
        while len(chosen) < NAMES_EACH:
            if self.chance.random() < 0.5:
                found = json.loads(
                    await self.until_answered(
                        "GET", f"people/?q={self.chance.choice(QUERIES)}".replace(" ", "+")
                    )
                )
                known |= {person["key"]: person for person in found}
            left = [key for key in known if key not in {name["key"] for name in chosen}]
            if not left:
                break
            chosen.append({"key": self.chance.choice(left), "strength": self.chance.randint(1, 5)})
            await self.save(question, {"names": list(chosen)})

    async def save(self, question: int, content: Any) -> None:
        """Think, save, and log the acknowledgement."""
        await asyncio.sleep(self.chance.uniform(0.5, 1.5) * self.think)
        await self.may_go_on.wait()
        self.log.sent[self.token, question] = content
        start = time.perf_counter()
        before = self.log.retries
        await self.until_answered("PUT", f"answers/{question}/", content)
        if self.log.retries == before:
            self.log.saves.append(time.perf_counter() - start)
        self.log.acknowledged[self.token, question] = content

    async def until_answered(self, method: str, path: str, content: Any = None) -> bytes:
        """Ask until the server answers; what is no 200 is a fault."""
        while True:
            await self.may_go_on.wait()
            try:
                start = time.perf_counter()
                status, answer = await self.connection.ask(method, f"/s/{self.token}/{path}", content)
            except OSError:
                self.log.retries += 1
                await asyncio.sleep(RETRY_AFTER)
                continue
            if path.startswith("people/"):
                self.log.searches.append(time.perf_counter() - start)
            if status == 200:
                return answer
            self.log.faults.append(f"{method} {path}: {status} {answer[:200]!r}")
            await asyncio.sleep(RETRY_AFTER)
            if status < 500:
                raise SystemExit(self.log.faults[-1])


async def search_at(port: int, tokens: list[str], queries: list[str], a_second: int) -> list[float]:
    """Ask for people so many times a second, whether answers come or not; seconds of each."""
    seconds: list[float] = []

    async def one(number: int) -> None:
        connection = idle.pop() if idle else Connection(port)
        start = time.perf_counter()
        status, answer = await connection.ask(
            "GET", f"/s/{tokens[number % len(tokens)]}/people/?q={queries[number]}"
        )
        seconds.append(time.perf_counter() - start)
        assert status == 200, answer
        idle.append(connection)

    idle: list[Connection] = []
    begin = time.perf_counter()
    tasks = []
    for number in range(len(queries)):
        await asyncio.sleep(max(0.0, begin + number / a_second - time.perf_counter()))
        tasks.append(asyncio.create_task(one(number)))
    await asyncio.gather(*tasks)
    return seconds
