"""Pen strokes: drawn, distorted, and what is made of them: variants, shapes, negatives."""
