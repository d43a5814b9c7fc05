// Sources of IFTesting.
