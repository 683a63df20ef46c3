"""Pure helpers of every package: identifiers, money, quantities, Arabic text, words, refusals, the Merkle log."""
