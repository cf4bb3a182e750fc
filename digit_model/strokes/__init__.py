"""Pen strokes: how they are drawn, distorted and combined, and digits and signs made of them."""
