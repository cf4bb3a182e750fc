"""What Look inside shows of the network."""
