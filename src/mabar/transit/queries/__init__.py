"""What people and programs ask of transit."""
