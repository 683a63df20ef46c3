"""How the passwords of the browser tests' node are kept: as scrypt, which the node reads, at next to no cost."""

from django.contrib.auth.hashers import ScryptPasswordHasher


class LightScrypt(ScryptPasswordHasher):
    """A hash bears its own cost, and the node checks it at that; forty people at full cost are ten seconds."""

    work_factor = 2
    parallelism = 1
