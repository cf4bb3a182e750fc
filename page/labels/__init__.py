"""What a drawing really was: asked, taken, saved."""
