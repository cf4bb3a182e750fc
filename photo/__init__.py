"""Photographs of digits: their files, and the ink on them, without Streamlit."""
