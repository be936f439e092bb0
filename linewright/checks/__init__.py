"""Judgement: does the network do what the source of truth says?"""
