"""The customs declaration: ways in, checks, states, lanes, papers.

Desk: declarants, registrars, examiners, inspectors, assessors, release officers.  Neighbours: crossings below carries
its goods.  Sources: the single administrative document as ASYCUDA World exports it; the Harmonized System 2022.
"""
