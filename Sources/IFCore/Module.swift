// Contracts and values.
