"""One person's handwriting: what a visitor teaches the page."""
