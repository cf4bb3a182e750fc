"""Photographs of digits: their files, and the ink on them. Knows no Streamlit."""
