"""What is run beside the product: setting up, checking, drawing, writing the vectors of the protocol."""
