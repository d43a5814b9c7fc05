// Sources of IFALS.
