"""A bucket of an object store as an outlet: what a content network serves.

Objects change one by one: the compressed forms of a feed first, then itself, so that it is never newer than they are.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from obstore.exceptions import BaseError
from obstore.store import S3Store

from feeds.errors import PublishError
from feeds.publish.outlet import MARK, SUFFIXES, File, Held, Shown, is_variant

_NOTE = ".published"
# What of an answer's headers stands beside an object.
_KEPT = {
    "content-type": "Content-Type",
    "cache-control": "Cache-Control",
    "content-language": "Content-Language",
}
# Metadata of what was published: nothing else is ever deleted.
_OURS = {"publisher": "khulasat"}
# Objects that are deleted with one call, and that are looked at at a time before.
_DELETED = 1000
_AT_ONCE = 16


class Bucket:
    """An outlet at `s3://bucket/prefix`; keys, region and endpoint come from the environment (AWS_…)."""

    keeps_headers = True

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        # Object stores on one's own machine often have no certificate.
        plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http:")
        with self._translated():
            self._store = S3Store.from_url(self._url, client_options={"allow_http": plain})
        self._looking = asyncio.Semaphore(_AT_ONCE)

    async def open(self) -> None:
        """Buckets have no locks; but what is published needs a place of its own."""
        with self._translated():
            found = await self._store.list_with_delimiter_async()
            if any(each["path"].rpartition("/")[2] == _NOTE for each in found["objects"]):
                return
            if found["objects"] or found["common_prefixes"]:
                raise PublishError(f"{self._url}: holds objects that are not ours; name a prefix that holds none")
            await self.note("")

    async def close(self) -> None:
        """Nothing is left to clear away."""

    async def tidy(self) -> None:
        """Nothing is left to clear away."""

    async def recall(self) -> str:
        with self._translated():
            try:
                found = await self._store.get_async(_NOTE)
                return bytes(await found.bytes_async()).decode("utf-8", "replace")
            except FileNotFoundError:
                return ""

    async def note(self, text: str) -> None:
        with self._translated():
            await self._put(_NOTE, text.encode(), {"Content-Type": "application/json", "Cache-Control": "no-store"})

    async def shown(self, folder: str) -> Shown | None:
        with self._translated(folder):
            found = await self._store.list_with_delimiter_async(folder or None)
        tags = {each["path"].rpartition("/")[2]: (each["e_tag"] or "").strip('"') for each in found["objects"]}
        tags.pop(_NOTE, None)
        if not tags:
            return None
        marks = frozenset(name.removeprefix(MARK) for name in tags if name.startswith(MARK))
        files = {
            # S3's tag of what was put in one piece is its MD5.
            name: Held(digest=tag)
            for name, tag in tags.items()
            if not name.startswith(MARK) and not is_variant(name, tags)
        }
        return Shown(files=files, marks=marks)

    async def put(self, folder: str, files: Sequence[File], *, keep: Collection[str], marks: Collection[str]) -> None:
        with self._translated(folder):
            for file in files:
                headers = {header: file.headers[name] for name, header in _KEPT.items() if name in file.headers}
                for coding in sorted(file.variants, key=lambda coding: coding == "identity"):
                    coded = {} if coding == "identity" else {"Content-Encoding": coding}
                    name = f"{file.name}{SUFFIXES[coding]}"
                    await self._put(_key(folder, name), file.variants[coding], headers | coded)
            for mark in marks:
                await self._put(_key(folder, f"{MARK}{mark}"), b"", {})
            wanted = {*keep, *(file.name for file in files)}
            await self._clear(folder, wanted, marks)

    async def _clear(self, folder: str, wanted: Collection[str], marks: Collection[str]) -> None:
        """Deletes what a folder is not to show, every feed before its compressed forms."""
        found = await self._store.list_with_delimiter_async(folder or None)
        right = {f"{name}{suffix}" for name in wanted for suffix in SUFFIXES.values()}
        right |= {_NOTE, *(f"{MARK}{mark}" for mark in marks)}
        paths = [each["path"] for each in found["objects"]]
        await self._delete([path for path in paths if path.rpartition("/")[2] not in right])

    async def remove(self, folder: str) -> None:
        with self._translated(folder):
            async for batch in self._store.list(f"{folder}/", chunk_size=_DELETED):
                await self._delete([each["path"] for each in batch])

    async def folders(self, under: str) -> AsyncIterator[str]:
        with self._translated(under):
            found = await self._store.list_with_delimiter_async(under or None)
        for prefix in found["common_prefixes"]:
            name = prefix.rstrip("/").rpartition("/")[2]
            # Beside sections there may be anything, of any size.
            if under or await self._is_published(name):
                yield name

    async def _is_published(self, folder: str) -> bool:
        with self._translated(folder):
            found = await self._store.list_with_delimiter_async(folder)
            for each in found["objects"]:
                if await self._is_ours(each["path"]):
                    return True
        return False

    async def _put(self, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        await self._store.put_async(path, body, attributes={**headers, **_OURS}, use_multipart=False)

    async def _delete(self, paths: Sequence[str]) -> None:
        """Deletes those of some objects that were published."""
        ours = await asyncio.gather(*(self._is_ours(path) for path in paths))
        wanted = sorted(path for path, mine in zip(paths, ours, strict=True) if mine)
        for begin in range(0, len(wanted), _DELETED):
            await self._store.delete_async(wanted[begin : begin + _DELETED])

    async def _is_ours(self, path: str) -> bool:
        async with self._looking:
            try:
                found = await self._store.get_async(path, options={"head": True})
            except FileNotFoundError:
                return False
            return _OURS.items() <= {**found.attributes}.items()

    @contextmanager
    def _translated(self, folder: str = "") -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError) as fault:
            reason = str(fault).partition("\n")[0].partition(": <")[0].strip()
            raise PublishError(f"{self._url}/{folder}: {reason}; see its name, keys and endpoint (AWS_…)") from None


def _key(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
