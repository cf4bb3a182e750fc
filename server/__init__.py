"""What a Streamlit process is made to do: serve the network, guard itself, answer programs."""
