"""httpx2 over connections of our own."""

from collections.abc import Iterable, Iterator

import httpcore2
import httpx2

from feeds.fetch.network import GuardedBackend

# A site sees one visitor, not many.
_CONNECTIONS = 1
_KEPT_SECONDS = 30.0


class _Body(httpx2.SyncByteStream):
    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        assert isinstance(self._response.stream, Iterable)
        yield from self._response.stream

    def close(self) -> None:
        self._response.close()


class Transport(httpx2.BaseTransport):
    """One connection at a time, by `backend`. Its errors are httpcore2's, which tell more than httpx2's."""

    def __init__(self, backend: GuardedBackend) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(),
            max_connections=_CONNECTIONS,
            keepalive_expiry=_KEPT_SECONDS,
            network_backend=backend,
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        response = self._pool.handle_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        return httpx2.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
        )

    def close(self) -> None:
        self._pool.close()
