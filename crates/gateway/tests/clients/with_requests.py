"""Posts bodies of the given sizes with Python's requests and prints a status, or an error, for each try."""
import sys

import requests

address, certificate, tries = sys.argv[1], sys.argv[2], int(sys.argv[3])
for size in map(int, sys.argv[4:]):
    for _ in range(tries):
        try:
            print(requests.post(address, data=b"x" * size, verify=certificate, timeout=20).status_code)
        except requests.RequestException as error:
            print(size, error)
