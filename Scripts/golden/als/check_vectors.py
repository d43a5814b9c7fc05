"""Reads files of vectors as NumPy and Faiss do and prints their bytes' checksum, for the tests of IFALS.

python Scripts/golden/als/check_vectors.py FILE.npy|FILE.fvecs
"""
import json
import sys

import numpy as np


def main():
    path = sys.argv[1]
    if path.endswith(".npy"):
        vectors = np.load(path, allow_pickle=False)
    else:
        # As Faiss reads it (contrib/vecs_io.py).
        raw = np.fromfile(path, dtype="<i4")
        vectors = raw.reshape(-1, raw[0] + 1)[:, 1:].copy().view("<f4")
        assert (raw.reshape(-1, raw[0] + 1)[:, 0] == raw[0]).all()
    print(json.dumps({
        "shape": list(vectors.shape), "dtype": vectors.dtype.str, "contiguous": bool(vectors.flags["C_CONTIGUOUS"]),
        "values": vectors.astype(float).ravel().tolist()}))


if __name__ == "__main__":
    main()
