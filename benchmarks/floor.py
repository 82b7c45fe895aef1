"""The floor of any fit: read every image of a list, and multiply X'Y with numpy. Prints seconds for each."""
import sys
import time

import numpy as np

listing, design, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
started = time.perf_counter()
folder = listing.rsplit("/", 1)[0]
paths = [line.strip() for line in open(listing) if line.strip()]
images = np.stack([np.fromfile(f"{folder}/{path}", dtype="<f4") for path in paths])
read = time.perf_counter() - started
X = np.loadtxt(design, delimiter=",", skiprows=1)
assert X.shape[0] == rows == images.shape[0]
started = time.perf_counter()
X.T @ images.astype(np.float64)
print(read, time.perf_counter() - started)
