"""Codings read together: retrieval, matrix, co-occurrence, and several coders made one."""
