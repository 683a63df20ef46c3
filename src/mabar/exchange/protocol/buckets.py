"""Sizes that tell little: a length is rounded up, above 1 KiB by less than an eighth of it (section 6.3)."""

_STEP, _STEPPED = 64, 1024


def bucket(length: int) -> int:
    """Round a length up to its bucket.

    Source: Nikitin et al., Reducing Metadata Leakage from Encrypted Files and Communication with PURBs, 2019, 4.
    """
    if length <= _STEPPED:
        return max(-(-length // _STEP), 1) * _STEP
    exponent = length.bit_length() - 1
    free = exponent - exponent.bit_length()
    return -(-length >> free) << free
