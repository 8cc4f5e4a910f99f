"""The manual: its site (``make site``), its pictures (``make pictures``), and what it must hold."""
