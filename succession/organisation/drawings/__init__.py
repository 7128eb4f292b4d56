"""Drawings as SVG text: plain figures in, markup out; lengths as attributes, colours as classes, no Django."""
