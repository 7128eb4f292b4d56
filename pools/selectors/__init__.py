"""Reads of pools and coverage."""
