"""The canvas: drawing, moving, undo, and the drawing that the browser sends."""
