"""All that draws the page: its canvas, its dialogs, and how they write numbers and pictures."""
