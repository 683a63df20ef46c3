"""The law of the ledger, by Hypothesis: two offices, acts in any order, news that come late, in pieces and twice.

Never below zero; what is left is the sum of the entries; what is left, lent and drawn is the amount; and once all news
are heard, both offices say the same.
"""
