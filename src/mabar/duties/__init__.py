"""Duties: what a declaration owes, why, and how it was covered; the tariff of the country, loaded from its tables.

Desk: the assessor and the cashier of a customs office.  Above declarations, whose assessments it works out; the codes
of goods are those of the Harmonized System 2022.  No money moves here: a payment is a receipt that was shown.
"""
