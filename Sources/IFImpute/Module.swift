// Sources of IFImpute.
