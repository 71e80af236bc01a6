"""Posts bodies of the given sizes with httpx, over HTTP/1.1 and HTTP/2, and prints a status, or an error, for each."""
import sys

import httpx

address, certificate, tries = sys.argv[1], sys.argv[2], int(sys.argv[3])
for http2 in (False, True):
    for size in map(int, sys.argv[4:]):
        for _ in range(tries):
            try:
                with httpx.Client(verify=certificate, http2=http2, timeout=20) as client:
                    print(client.post(address, content=b"x" * size).status_code)
            except httpx.HTTPError as error:
                print(size, "HTTP/2" if http2 else "HTTP/1.1", repr(error))
