"""What an exchange must come to, said with lists: nothing lost, twice or out of order, and no untrue receipt."""

from hashlib import sha256


def root_of(entries):
    """Hash a log as RFC 6962 defines it."""
    if len(entries) < 2:
        return sha256(b"\x00" + entries[0]).digest() if entries else sha256(b"").digest()
    middle = 1 << (len(entries) - 1).bit_length() - 1
    return sha256(b"\x01" + root_of(entries[:middle]) + root_of(entries[middle:])).digest()


class Reference:
    """One stream between two honest nodes."""

    def __init__(self):
        self.left, self.said, self.stored, self.most_signed = [], [], [], 0

    def leave(self, message_id):
        """A message waits for its number."""
        self.left.append(message_id)

    def say(self, numbered):
        """Messages got their numbers: (seq, id, signed bytes) of each."""
        for seq, message_id, signed in numbered:
            assert seq == len(self.said) + 1, "a number was used twice, or left out"
            assert message_id not in [each for each, _ in self.said], "a message was numbered twice"
            assert message_id in self.left, "a message was numbered that nobody left"
            self.said.append((message_id, signed))

    def store(self, numbered):
        """Messages were stored by the receiver."""
        for seq, message_id, signed in numbered:
            assert seq == len(self.stored) + 1, "a message was lost, stored twice, or out of order"
            assert (message_id, signed) == self.said[seq - 1], "another message was stored than was sent"
            self.stored.append(message_id)

    def lose_all_after(self, size):
        """The receiver was restored from a backup."""
        del self.stored[size:]

    def lose_what_never_left(self, size, waiting):
        """The sender was restored from a backup, in which these wait; only so many had left or were in it."""
        del self.said[size:]
        said = [message_id for message_id, _ in self.said]
        self.left = said + [message_id for message_id in waiting if message_id not in said]

    def receipt(self, size, root):
        """A receipt was signed."""
        assert size <= len(self.stored), "a receipt of what is not stored"
        assert root == root_of([signed for _, signed in self.said[:size]]), "a receipt of another log"
        self.most_signed = max(self.most_signed, size)

    def end(self):
        """All that was left has arrived."""
        assert sorted(self.stored) == sorted(self.left), "something never arrived"
        assert self.most_signed == len(self.stored), "something has no receipt"
