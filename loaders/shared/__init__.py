"""What loaders of all formats share: reading within bounds, and telling what is wrong."""
