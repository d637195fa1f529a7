"""Drawings as SVG: schedules, rates, intervals, and links between things."""
