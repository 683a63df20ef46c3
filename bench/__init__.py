"""One script a claim; `make bench` prints each measure as a ratio against its peer or its limit, in the same run."""
