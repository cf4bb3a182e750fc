"""What the server does beside the page: load the network, guard itself, answer programs."""
