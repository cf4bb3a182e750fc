"""All that draws the page: its canvas, its answer, its labels and its dialogs."""
