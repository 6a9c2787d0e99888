"""Audit sampling in three steps: plan how many, select which, evaluate what they show.

No clock and no randomness: the seed comes in, decides every draw through SHA-256, and is reported.
Sizes and limits are decided in whole numbers; nothing is computed in floating point.

Source: ISA 530, Audit Sampling; AICPA Audit Guide, Audit Sampling, tables A-1, A-3 and C.
"""
