"""What templates may say: figures, instants, words and shapes."""
